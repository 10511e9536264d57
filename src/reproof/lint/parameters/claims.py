"""Which keys are spoken for, so that one key never means two values: in this file's reads, in other scripts.

Held for one run of fixes: the scripts are fixed in the order of their paths, and the first that names a key for
a value has it. Messages do not ask: they name the key of the file alone. Nothing is read but a `params.yaml` whose
key the file itself reads already.
"""

from __future__ import annotations

import ast
import posixpath
import re

from reproof.lint.finding import Unfixable
from reproof.lint.hyperparameters.nodes import last_name
from reproof.lint.parameters.placing import Surroundings, base_key, keys, spelled_value, with_silenced
from reproof.lint.parameters.trees import parses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reproof.lint.hyperparameters.hit import Hit
    from reproof.lint.parameters.yaml_edits import YamlFile
    from reproof.lint.source import NotebookFile, PythonFile, SourceFile

    Key = tuple[str, ...]


class Claims:
    """The keys that the files of one run have claimed, each with the files, their values and who takes these."""

    def __init__(self) -> None:
        self._by_key: dict[Key, dict[str, set[tuple[str, str]]]] = {}
        self._sections: dict[Key, int] = {}  # and in how many claims
        self._read: dict[str, tuple[SourceFile, YamlFile]] = {}

    def keys(
        self, file: PythonFile | NotebookFile, hits: Sequence[Hit], silenced: Sequence[bool] = ()
    ) -> list[Key]:
        """The key of each hit of a file, which claims them; those that a comment silences claim none."""
        if any(silenced):
            heard = [hit for hit, silent in zip(hits, silenced, strict=True) if not silent]
            return with_silenced(hits, silenced, self.keys(file, heard))
        around = Surroundings(hits)
        read = {key: _readers(file, key) for key in dict.fromkeys(map(base_key, hits)) if _reads(file, key)}
        differing = {
            base_key(hit)
            for hit in hits
            if base_key(hit) in read
            and (_is_other(around.caller(hit), read[base_key(hit)]) or self._has_other_value(file, hit))
        }
        chosen = keys(hits, differing)
        for index, hit in enumerate(hits):
            section, *rest = chosen[index]
            for word in ("", *_words(file.path, section)):
                chosen[index] = (section, word, *rest) if word else (section, *rest)
                if not self._is_taken(chosen[index], spelled_value(hit), around.caller(hit), file.path):
                    break
        for hit, key in zip(hits, chosen, strict=True):
            meaning = (spelled_value(hit), around.caller(hit))
            self._by_key.setdefault(key, {}).setdefault(file.path, set()).add(meaning)
            self._count_sections(key, 1)
        return chosen

    def take_back(self, file: PythonFile | NotebookFile, keys: Iterable[Key]) -> None:
        """Let other scripts have the keys that a file does not use after all: its literals stay where they are."""
        for key in keys:
            # Each fix of a file takes back what no fix of it uses, so the second one finds nothing to do.
            if file.path not in self._by_key.get(key, {}) or _reads(file, key):
                continue
            self._count_sections(key, -1)
            del self._by_key[key][file.path]
            if not self._by_key[key]:
                del self._by_key[key]

    def _count_sections(self, key: Key, change: int) -> None:
        for length in range(1, len(key)):
            section = key[:length]
            self._sections[section] = self._sections.get(section, 0) + change

    def _is_taken(self, key: Key, value: str, caller: str, path: str) -> bool:
        """Whether another script means something else by the key, or has a section where it would be a value."""
        claimed = self._by_key.get(key, {})
        if path in claimed:
            return False
        return (
            any(
                value not in {known for known, _ in meant} or _is_other(caller, {other for _, other in meant})
                for meant in claimed.values()
            )
            or self._sections.get(key, 0) > 0
            or any(key[:length] in self._by_key for length in range(1, len(key)))
        )

    def _has_other_value(self, file: PythonFile | NotebookFile, hit: Hit) -> bool:
        """Whether the nearest `params.yaml` has the key with another value than the code."""
        from reproof.lint.parameters.surroundings import folders_up
        from reproof.lint.parameters.values import moved
        from reproof.lint.parameters.yaml_edits import read_yaml

        for folder in folders_up(file.folder):
            other = file.neighbour(posixpath.join(folder, "params.yaml"))
            if other is None:
                continue
            try:
                if other.path not in self._read or self._read[other.path][0] is not other:
                    self._read[other.path] = (other, read_yaml(other))
                return not self._read[other.path][1].holds(base_key(hit), moved(hit.node).value)
            except Unfixable:
                return True
        return False


def _words(path: str, section: str) -> Iterator[str]:
    """The script's own name as a word of a key, then with ever more of the folders that it lies in."""
    names = [re.sub(r"\W+", "_", part).strip("_").lower() for part in path.rpartition(".")[0].split("/")]
    for count in range(1, len(names) + 1):
        word = "_".join(names[-count:])
        if word == section or not word:
            continue
        yield f"script_{word}" if word[0].isdigit() else word
    yield f"script_{'_'.join(names)}"


def _reads(file: PythonFile | NotebookFile, key: Key) -> bool:
    """Whether the code reads the key by its usual spelling."""
    pattern = _spelled(key)
    return any(pattern.search(code.text) for code in file.codes)


def _spelled(key: Key) -> re.Pattern[str]:
    parts = [re.escape(part) for part in key]
    items = "".join(rf"\[['\"]{part}['\"]\]" for part in parts)
    return re.compile(items + r"|\." + r"\.".join(parts) + r"\b")


def _readers(file: PythonFile | NotebookFile, key: Key) -> set[str]:
    """The callables that are given what the code reads by the key."""
    pattern = _spelled(key)
    found: set[str] = set()
    for code in file.codes:
        for node in ast.walk(code.tree) if pattern.search(code.text) and parses(code) else ():
            if isinstance(node, ast.Call):
                given = (*node.args, *(keyword.value for keyword in node.keywords))
                if any(
                    isinstance(each, ast.Subscript | ast.Attribute) and pattern.search(code.source_of(each))
                    for each in given
                ):
                    found.add(last_name(node.func))
    return found


def _is_other(caller: str, known: set[str]) -> bool:
    """Whether a callable is another one than those that take a value already; no callable is no other."""
    named = known - {""}
    return bool(caller and named) and caller not in named
