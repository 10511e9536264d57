"""What `reproof init` writes: `found` looks at a repository, `files` makes the texts. Pure: the command writes."""
