"""Which keys are spoken for, so that one key never means two values: in this file's reads, in other scripts.

Held for one run: the scripts are looked at in the order of their paths, and the first that names a key for a
value has it. Nothing is read but a `params.yaml` whose key the file itself reads already.
"""

from __future__ import annotations

import posixpath
import re

from reproof.lint.finding import Unfixable
from reproof.lint.parameters.placing import base_key, keys, spelled_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.lint.hyperparameters.hit import Hit
    from reproof.lint.source import NotebookFile, PythonFile

    Key = tuple[str, ...]


class Claims:
    """The keys that the files of one run have claimed, each with the files and their values."""

    def __init__(self) -> None:
        self._by_key: dict[Key, dict[str, set[str]]] = {}

    def keys(
        self, file: PythonFile | NotebookFile, hits: Sequence[Hit], silenced: Sequence[bool] = ()
    ) -> list[Key]:
        """The key of each hit of a file, which claims them; those that a comment silences claim none."""
        if any(silenced):
            heard = [hit for hit, silent in zip(hits, silenced, strict=True) if not silent]
            left = iter(self.keys(file, heard))
            return [
                base_key(hit) if silent else next(left) for hit, silent in zip(hits, silenced, strict=True)
            ]
        read = {key for key in map(base_key, hits) if _reads(file, key)}
        differing = {base_key(hit) for hit in hits if base_key(hit) in read and _has_other_value(file, hit)}
        chosen = keys(hits, differing)
        for index, hit in enumerate(hits):
            if self._is_taken(chosen[index], hit, file.path):
                section = chosen[index][0]
                chosen[index] = (section, _word(file.path, section), *chosen[index][1:])
        for hit, key in zip(hits, chosen, strict=True):
            self._by_key.setdefault(key, {}).setdefault(file.path, set()).add(spelled_value(hit))
        return chosen

    def _is_taken(self, key: Key, hit: Hit, path: str) -> bool:
        value = spelled_value(hit)
        claimed = self._by_key.get(key, {})
        return path not in claimed and any(value not in values for values in claimed.values())


def _word(path: str, section: str) -> str:
    """The script's own name as a word of a key; its folder's where the section is called so already."""
    stem = posixpath.basename(path).rpartition(".")[0]
    names = [
        re.sub(r"\W+", "_", name).strip("_").lower()
        for name in (stem, path.rpartition("/")[0].rpartition("/")[2])
    ]
    word = next((name for name in names if name and name != section), f"script_{names[0]}")
    return f"script_{word}" if word[0].isdigit() else word


def _reads(file: PythonFile | NotebookFile, key: Key) -> bool:
    """Whether the code reads the key by its usual spelling."""
    section, name = map(re.escape, key)
    pattern = re.compile(rf"\[['\"]{section}['\"]\]\[['\"]{name}['\"]\]|\.{section}\.{name}\b")
    return any(pattern.search(code.text) for code in file.codes)


def _has_other_value(file: PythonFile | NotebookFile, hit: Hit) -> bool:
    """Whether the nearest `params.yaml` has the key with another value than the code."""
    from reproof.lint.parameters.surroundings import folders_up
    from reproof.lint.parameters.values import moved
    from reproof.lint.parameters.yaml_edits import read_yaml

    for folder in folders_up(file.folder):
        other = file.neighbour(posixpath.join(folder, "params.yaml"))
        if other is not None:
            try:
                return not read_yaml(other).holds(base_key(hit), moved(hit.node).value)
            except Unfixable:
                return True
    return False
