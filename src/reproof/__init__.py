"""reproof makes machine learning repeatable: hooks before the commit, a verdict on the pull request."""

__version__ = "0.1.0"
