"""The environment aspect: what a commit declares (a part of the key), and what was found when it trained."""
