"""A script among other files, none of which is on the disk."""

from __future__ import annotations

from collections.abc import Mapping

from reproof.lint.source import PythonFile, SourceFile, open_source


def script(path: str, code: str, beside: Mapping[str, str]) -> PythonFile:
    """The script, which sees the files beside it as they see each other."""
    files: dict[str, SourceFile] = {}

    def neighbour(name: str) -> SourceFile | None:
        if name not in files and name in beside:
            files[name] = open_source(name, beside[name].encode(), neighbour)
        return files.get(name)

    return PythonFile(path, code.encode(), neighbour)
