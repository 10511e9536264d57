"""Programs for the *user's* interpreter; each is one file and prints one line of JSON.

Standard library only, nothing newer than Python 3.8, started with `-I`. None raises: what cannot be told is left
out. `observe.py` starts them and judges their answers, which are a stranger's.
"""
