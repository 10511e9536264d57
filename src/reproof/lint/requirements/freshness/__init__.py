"""Whether a lock was made from the manifest beside it: offline, from what the lock itself records.

`content_hashes` compares the hash that poetry, pdm and Pipenv leave in their locks; `recorded` the requirements
that uv leaves; `covered` looks whether every name is held at an allowed version, for locks that record nothing.
`manifests` chooses among them by the file that is looked at.
"""
