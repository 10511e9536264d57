"""One module a framework. Each says:

- `DISTRIBUTION`: the pinned distribution whose version the file is stamped with;
- `ROOTS`: the import roots that are this framework;
- `read(sources)`: the sections of its file (`callables`, `methods`, `parameters`, `aliases`, …).
"""
