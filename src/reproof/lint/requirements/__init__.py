"""What a project installs: requirements in any carrier, whether each is pinned, and what locks hold.

`pinned` judges one requirement; `parse` and `pyproject` read requirements out of their carriers, with their
places; `locks` reads what fixes a version, and `surroundings` finds it around a file. Nothing here opens a
file, fetches or executes; findings and their wording belong to `requirement_files` and `projects`.
"""
