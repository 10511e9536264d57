"""The files that install something besides requirements files and `pyproject.toml`: one module a kind of file.

Each has a function `dependencies` from a `SourceFile` to what stands there, judged and with its place. Nothing
is opened, run or fetched; a file that is not what its name says raises `InvalidFile`.
"""
