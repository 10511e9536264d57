"""What a project installs: requirements in any carrier, whether each is pinned, and what locks hold.

`pinned` judges one requirement (`direct`, `poetry`, `conda`, `images` the other ways to write one); `parse`,
`pyproject` and `carriers/` read requirements out of files, with their places; `shell` and `installs` read install
commands. `locks` and `other_locks` read what fixes a version, and `surroundings` finds it around a file. Nothing
here opens a file, fetches or executes; findings and their wording belong to `requirement_files`, `projects`
and `carried`.
"""
