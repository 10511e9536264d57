"""Parameters files and code: which object holds which file, which keys are read, and moving literals there.

- Which object holds which file: `objects`, which asks `loaders`, `paths`, `signatures`, and `tracing` through the
  modules of a `project`.
- Which keys are read: `reads` follows each use of such an object (`uses`, `trees`); `keys` are those of a file.
  `missing` and `unused` compare the two; `path_uses` and `mentions` say who else may read the file.
- Moving a literal: `values` says what can be written to YAML and read back as it was, `placing` and `claims` under
  which key, `reach` and `surroundings` by which object from which file, `hydra` and `dependencies` what must hold
  for it. `yaml_edits` (by `insertions`) and `dvc_edits` extend files without rewriting them, `plain_loader`,
  `rewrite` and `notebook` change the code, `plan` puts the edits of one file together, `verify` checks the result.

Pure: other files are asked for by `SourceFile.neighbour`, and nothing is imported or run.
"""
