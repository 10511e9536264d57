"""Parameters files and code: which object holds which file, which keys are read, and moving literals there.

`objects` says which names hold a file, and asks `loaders`, `paths`, `signatures` and `tracing`. To move a
literal: `values` says what can be written to YAML and read back as it was, `placing` under which key,
`yaml_edits` (by `insertions`) and `dvc_edits` extend files without rewriting them, `plain_loader` and
`rewrite` change the code, `plan` puts the edits of one file together.

Pure: other files are asked for by `SourceFile.neighbour`, and nothing is imported or run.
"""
