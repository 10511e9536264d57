"""Whether a key may be added to a Hydra configuration's primary file, so that the composed one has its value.

What is composed on top can hold the same section, or a schema that knows no such key: then the primary file does
not decide, and the key is left to the author.
"""

from __future__ import annotations

import ast
import posixpath

from reproof.lint.finding import Unfixable
from reproof.lint.parameters.yaml_edits import read_yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.source import SourceFile


def check_composed(file: SourceFile, module: Module, path: str, section: str) -> None:
    """Raise `Unfixable` where something else than the primary file `path` may decide the section's values."""
    if any(isinstance(call.func, ast.Attribute) and call.func.attr == "store" for call, _, _ in module.calls):
        raise Unfixable(f"{path} is checked against a schema (`ConfigStore`): add the key to both by hand")
    other = file.neighbour(path)
    data = read_yaml(other).data if other else {}
    folder = posixpath.dirname(path)
    for group, option in _defaults(data.get("defaults"), path):
        if group in {"_self_", "hydra"}:
            continue
        if group.partition("@")[0].partition("/")[0] == section or "@" in group:
            raise Unfixable(
                f"{path} composes `{section}` from a group of files: add the key to one of them by hand"
            )
        part = file.neighbour(
            posixpath.join(folder, group if option is None else f"{group}/{option}") + ".yaml"
        )
        if part is None or b"@package" in part.data or (option is None and section.encode() in part.data):
            raise Unfixable(
                f"{path} is composed with files that may hold `{section}`, too: add the key by hand"
            )


def _defaults(listed: Any, path: str) -> Iterator[tuple[str, str | None]]:
    """Groups and their options; a file of the same folder has no option."""
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, str):
            yield entry, None
            continue
        for group, option in entry.items() if isinstance(entry, dict) else ():
            words = str(group).split()
            name = words[-1] if words else ""
            if name.startswith("hydra/"):
                continue
            if not isinstance(option, str):
                raise Unfixable(f"{path} is composed in a way that is not followed: add the key by hand")
            yield name, option
