"""The fix of one file: all its literals together, since they share the parameters file and one loader.

A `Plan` is made when the first fix is asked for. Each finding gets the edit of its own literal and the edits
that all share (the engine makes equal edits once); or `Unfixable`, with the reason, for it alone.
"""

from __future__ import annotations

import ast

from reproof.lint.edits import apply_edits
from reproof.lint.finding import Edit, Unfixable
from reproof.lint.hyperparameters import place
from reproof.lint.hyperparameters.module import Module
from reproof.lint.parameters.notebook import edits_in_file
from reproof.lint.parameters.objects import config_objects
from reproof.lint.parameters.plain_loader import plain_loader
from reproof.lint.parameters.reach import Reachable, Source
from reproof.lint.parameters.rewrite import Places, is_repeated, prefers_single_quotes, replaced
from reproof.lint.parameters.surroundings import folders_up, home_of
from reproof.lint.parameters.values import moved
from reproof.lint.parameters.yaml_edits import YamlFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reproof.lint.hyperparameters.hit import Hit
    from reproof.lint.parameters.rewrite import CodeEdit
    from reproof.lint.parameters.values import Moved
    from reproof.lint.source import NotebookFile, PythonFile

    Key = tuple[str, ...]


class _Move(Value):
    """One literal on its way: where it stands, what it is, which key it gets, and what will read it."""

    index: int
    hit: Hit
    places: Places
    moved: Moved
    key: Key
    source: Source | None  # None: the loader that is still to be inserted


class Plan:
    """The edits of one file; `silenced` tells by index which hits a comment silences."""

    def __init__(
        self,
        file: PythonFile | NotebookFile,
        hits: Sequence[Hit],
        keys: Sequence[Key],
        silenced: Callable[[int], bool],
    ) -> None:
        self._file = file
        self._hits = hits
        self._keys = keys
        self._silenced = silenced
        self._refused: dict[int, str] = {}
        self._own: dict[int, Edit] | None = None
        self._shared: tuple[Edit, ...] = ()

    def edits(self, index: int) -> tuple[Edit, ...]:
        """The edits that cure a hit; raises `Unfixable` with the reason where there is no cure."""
        if self._own is None:
            self._own = {}
            try:
                self._make()
            except Unfixable as why:
                self._own = {}
                for each in range(len(self._hits)):
                    self._refused.setdefault(each, str(why))
        if index in self._refused:
            raise Unfixable(self._told(index))
        return (self._own[index], *self._shared)

    def _told(self, index: int) -> str:
        hit = self._hits[index]
        cell = f"cell {hit.code.cell}, " if hit.code.cell else ""
        return f"{cell}line {hit.node.lineno}: `{hit.name}` stays in the code: {self._refused[index]}"

    def _make(self) -> None:
        file = self._file
        module = Module(file.codes)
        if module.broken is not None:
            raise Unfixable(
                "a part of the file cannot be parsed, so what it binds is not known: mend it first"
            )
        if place.globals_are_replaced(module):
            raise Unfixable(
                "the module's globals are replaced while it runs: read the value from there by hand"
            )
        places = [Places(code) for code in file.codes]
        home = home_of(file, None, None)
        reachable = Reachable(module, config_objects(module, file), places, home.path)
        moves = self._moves(places, reachable)
        quote = "'" if prefers_single_quotes("".join(each.code.text for each in places)) else '"'

        plain = [move for move in moves if move.source is None]
        edits: list[CodeEdit] = []
        source = Source("", home.path)
        yaml, moves = self._into_files(moves, home.path)
        plain = [move for move in moves if move.source is None]
        if plain:
            loader = plain_loader(
                places,
                [move.hit.node for move in plain],
                home.opened,
                is_own=self._is_own,
                quote=quote,
                utf8=not all(text.isascii() for text in yaml.values()),
            )
            source = Source(loader.name, home.path)
            edits += loader.edits
        readers: dict[Key, int] = {}
        for move in moves:
            readers[move.key] = readers.get(move.key, 0) + 1
        own: dict[int, CodeEdit] = {}
        for move in moves:
            try:
                own[move.index] = self._rewritten(move, move.source or source, quote, readers[move.key] > 1)
            except Unfixable as why:
                self._refused[move.index] = str(why)
        if not own:
            return
        in_file = edits_in_file(file, [*own.values(), *edits])
        self._own = dict(zip(own, in_file[: len(own)], strict=True))
        self._shared = (*in_file[len(own) :], *self._yaml_edits)

    def _moves(self, places: Sequence[Places], reachable: Reachable) -> list[_Move]:
        by_code = {id(each.code): each for each in places}
        moves = []
        for index, hit in enumerate(self._hits):
            if self._silenced(index):
                continue
            here = by_code[id(hit.code)]
            try:
                value = moved(hit.node)
                replaced(here, hit.node, "params")
                source = reachable.source(here, hit.node)
                if source is not None:
                    _check_held(value, source)
                key = source.key_of(self._keys[index]) if source else self._keys[index]
                moves.append(_Move(index, hit, here, value, key, source))
            except Unfixable as why:
                self._refused[index] = str(why)
        return moves

    def _into_files(self, moves: list[_Move], plain: str) -> tuple[dict[str, str], list[_Move]]:
        """The new texts of the YAML files, and the moves that found their place there."""
        by_path: dict[str, list[_Move]] = {}
        for move in moves:
            by_path.setdefault(move.source.path if move.source else plain, []).append(move)
        texts: dict[str, str] = {}
        placed: list[_Move] = []
        self._yaml_edits: list[Edit] = []
        for path, own in by_path.items():
            other = self._file.neighbour(path)
            try:
                yaml = YamlFile(path, other.text if other else "")
            except Unfixable as why:
                self._refused.update((move.index, str(why)) for move in own)
                continue
            fit, edits = self._fitting(yaml, own)
            placed += fit
            self._yaml_edits += edits
            texts[path] = apply_edits(yaml.text, edits)
        return texts, sorted(placed, key=lambda move: move.index)

    def _fitting(self, yaml: YamlFile, moves: list[_Move]) -> tuple[list[_Move], tuple[Edit, ...]]:
        """The moves that a file has a place for, and the edits; the others are refused."""
        wanted: dict[Key, object] = {}
        fit: list[_Move] = []
        for move in moves:
            try:
                yaml.added({**wanted, move.key: move.moved.value})
            except Unfixable as why:
                self._refused[move.index] = str(why)
            else:
                wanted[move.key] = move.moved.value
                fit.append(move)
        return fit, yaml.added(wanted)

    def _rewritten(self, move: _Move, source: Source, quote: str, shared: bool) -> CodeEdit:
        expression = source.expression(move.key, quote)
        rebuilt = move.moved.rebuilt
        if move.moved.mutable and (shared or source.own_lists or is_repeated(move.places, move.hit.node)):
            value = move.moved.value
            if any(
                isinstance(item, list | dict)
                for item in (value.values() if isinstance(value, dict) else value)
            ):
                raise Unfixable(
                    "lists lie inside a list that several places would share: give it a name first"
                )
            rebuilt = f"{type(value).__name__}({{}})"
        return replaced(move.places, move.hit.node, rebuilt.format(expression))

    def _is_own(self, root: str) -> bool:
        """Whether a module is the project's own: a file or package beside the code, above it, or in `src`."""
        return any(
            self._file.neighbour(f"{base}{root}{end}") is not None
            for folder in folders_up(self._file.folder)
            for base in ((f"{folder}/", f"{folder}/src/") if folder else ("", "src/"))
            for end in (".py", "/__init__.py")
        )


def _check_held(value: Moved, source: Source) -> None:
    """Whether a loader other than PyYAML's own gives the value back; raises `Unfixable`."""
    if not source.own_lists:
        return
    held = value.value
    items = held if isinstance(held, list) else [held]
    if isinstance(held, dict) or any(isinstance(item, list | dict) for item in items):
        raise Unfixable(f"`{source.name}` would give another class back than the code has: write it by hand")
    if any(isinstance(item, str) and ("${" in item or item == "???") for item in items):
        raise Unfixable(f"`{source.name}` gives `${{` and `???` another meaning: leave the text in code")


def parses(text: str) -> bool:
    """Whether a text is Python."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
