"""Moving a literal out of the code into the project's parameters file.

`values` says what can be written to YAML and read back as it was, `placing` under which key, `yaml_edits` and
`dvc_edits` extend files without rewriting them, `loader` and `rewrite` change the code, `plan` puts the edits
of one file together. Pure: files are seen through `SourceFile.neighbour`, and nothing is imported at start-up.
"""
