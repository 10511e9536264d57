"""The fix of one file: all its literals together, since they share the parameters file and one loader.

A `Plan` is made when the first fix is asked for. Each finding gets the edit of its own literal and the edits
that all share (the engine makes equal edits once); or `Unfixable`, with the reason, for it alone.
"""

from __future__ import annotations

import re

from reproof.lint.finding import Edit, Unfixable
from reproof.lint.hyperparameters import place
from reproof.lint.hyperparameters.module import Module
from reproof.lint.parameters.dependencies import installation, pyyaml_declared
from reproof.lint.parameters.dvc_edits import params_added, stages_of
from reproof.lint.parameters.hydra import check_composed
from reproof.lint.parameters.modules import only_imported
from reproof.lint.parameters.notebook import edits_in_file
from reproof.lint.parameters.objects import config_objects
from reproof.lint.parameters.plain_loader import names_bound, plain_loader
from reproof.lint.parameters.reach import Reachable, Source
from reproof.lint.parameters.rewrite import Places, is_repeated, prefers_single_quotes, replaced
from reproof.lint.parameters.surroundings import folders_up, home_of
from reproof.lint.parameters.values import moved, same
from reproof.lint.parameters.verify import verify
from reproof.lint.parameters.yaml_edits import YamlFile, read_yaml
from reproof.lint.source import InvalidFile
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.lint.hyperparameters.hit import Hit
    from reproof.lint.parameters.dvc_edits import Stage
    from reproof.lint.parameters.plain_loader import Loader
    from reproof.lint.parameters.rewrite import CodeEdit
    from reproof.lint.parameters.surroundings import Home
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
    rebuilt: str = "{}"


class Plan:
    """The edits of one file; `silenced` tells for each hit whether a comment silences it."""

    def __init__(
        self,
        file: PythonFile | NotebookFile,
        hits: Sequence[Hit],
        keys: Sequence[Key],
        silenced: Sequence[bool],
    ) -> None:
        self._file = file
        self._hits = hits
        self._keys = keys
        self._silenced = silenced
        self._refused: dict[int, str] = {}
        self._own: dict[int, Edit] | None = None
        self._shared: tuple[Edit, ...] = ()
        self.to_install = ""  # known when the edits are made

    def edits(self, index: int) -> tuple[Edit, ...]:
        """The edits that cure a hit; raises `Unfixable` with the reason where there is no cure."""
        own = self._made()
        if index in self._refused:
            raise Unfixable(self._told(index))
        return (own[index], *self._shared)

    def unused_keys(self) -> list[Key]:
        """The keys of hits that stay in the code, but for those that others have, too; one for each hit."""
        own = self._made()
        used = {self._keys[index] for index in own}
        refused = [index for index in self._refused if not self._silenced[index]]
        return [self._keys[index] for index in refused if self._keys[index] not in used]

    def _made(self) -> dict[int, Edit]:
        if self._own is None:
            try:
                self._own = self._make()
            except Unfixable as why:
                self._own = {}
                for each in range(len(self._hits)):
                    self._refused.setdefault(each, str(why))
        return self._own

    def _told(self, index: int) -> str:
        return f"`{self._hits[index].name}` stays in the code: {self._refused[index]}"

    def _make(self) -> dict[int, Edit]:
        file = self._file
        module = Module(file.codes)
        if place.globals_are_replaced(module):
            raise Unfixable(
                "the module's globals are replaced while it runs: read the value from there by hand"
            )
        places, unread = _readable(file)
        stages = stages_of(file, folders_up(file.folder))
        home = _home(file, stages)
        reachable = Reachable(
            module, config_objects(module, file), places, home.path, self._is_section, unread
        )
        no_loader = _no_loader(file, stages, home)
        moves, edits = self._into_files(
            self._shaped(self._moves(places, reachable, module, no_loader), places), home.path
        )
        for path in dict.fromkeys(self._path_of(move, home.path) for move in moves):
            keys = dict.fromkeys(move.key for move in moves if self._path_of(move, home.path) == path)
            edits += params_added(file, stages, path, list(keys))
        loader = self._loader(places, moves, home, unread)
        if loader is not None and loader.imports:
            declared = pyyaml_declared(file, folders_up(file.folder))
            self.to_install = installation(declared)
            edits += declared
        plain = Source(loader.name, home.path) if loader else None
        quote = quote_of(places)
        own = [_rewritten(move, move.source or plain, quote) for move in moves]
        inserted = loader.edits if loader else ()
        verify([(move.hit.node, edit) for move, edit in zip(moves, own, strict=True)], inserted)
        in_file = edits_in_file(file, [*own, *inserted])
        self._shared = (*in_file[len(own) :], *edits)
        return {move.index: edit for move, edit in zip(moves, in_file, strict=False)}

    def _path_of(self, move: _Move, plain: str) -> str:
        return move.source.path if move.source else plain

    def _loader(
        self, places: Sequence[Places], moves: Sequence[_Move], home: Home, unread: frozenset[str]
    ) -> Loader | None:
        """The plain loader, where some literal has nothing else to be read from."""
        uses = [move for move in moves if move.source is None]
        if not uses:
            return None
        other = self._file.neighbour(home.path)
        texts = [read_yaml(other).text if other else "", *(repr(move.moved.value) for move in uses)]
        return plain_loader(
            places,
            [move.hit.node for move in uses],
            home.opened,
            is_own=self._is_own,
            taken=unread,
            quote=quote_of(places),
            utf8=not all(text.isascii() for text in texts),
        )

    def _moves(
        self, places: Sequence[Places], reachable: Reachable, module: Module, no_loader: str | None
    ) -> list[_Move]:
        """The literals that can move; `no_loader` is why none may be inserted, where that is so."""
        by_code = {id(each.code): each for each in places}
        moves = []
        for index, hit in enumerate(self._hits):
            if self._silenced[index]:
                continue
            here = by_code[id(hit.code)]
            try:
                value = moved(hit.node)
                replaced(here, hit.node, "params")
                source = reachable.source(here, hit.node)
                if source is not None:
                    _check_held(value, source)
                elif no_loader is not None:
                    raise Unfixable(no_loader)
                key = source.key_of(self._keys[index]) if source else self._keys[index]
                if source is not None and source.loader == "hydra":
                    check_composed(self._file, module, source.path, key[0])
                moves.append(_Move(index, hit, here, value, key, source))
            except Unfixable as why:
                self._refused[index] = str(why)
        return moves

    def _shaped(self, moves: list[_Move], places: Sequence[Places]) -> list[_Move]:
        """The moves with the code that makes the literal's own value of what is read."""
        readers: dict[Key, int] = {}
        for move in moves:
            readers[move.key] = readers.get(move.key, 0) + 1
        bound = names_bound(places)
        shaped = []
        for move in moves:
            try:
                rebuilt = _rebuilt(move, readers[move.key] > 1)
                if hidden := bound & set(re.findall(r"list|dict|tuple", rebuilt)):
                    raise Unfixable(f"`{hidden.pop()}` is bound to something else in this file: rename that")
                _rewritten(move.replace(rebuilt=rebuilt), move.source or Source("params", ""), '"')
                shaped.append(move.replace(rebuilt=rebuilt))
            except Unfixable as why:
                self._refused[move.index] = str(why)
        return shaped

    def _into_files(self, moves: list[_Move], plain: str) -> tuple[list[_Move], list[Edit]]:
        """The moves that found their place in a YAML file, and the edits that put them there."""
        by_path: dict[str, list[_Move]] = {}
        for move in moves:
            by_path.setdefault(move.source.path if move.source else plain, []).append(move)
        placed: list[_Move] = []
        edits: list[Edit] = []
        for path, own in by_path.items():
            try:
                yaml = self._yaml(path, by_code=any(move.source is None for move in own))
            except Unfixable as why:
                self._refused.update((move.index, str(why)) for move in own)
                continue
            fit, added = self._fitting(yaml, own)
            placed += fit
            edits += added
        return sorted(placed, key=lambda move: move.index), edits

    def _yaml(self, path: str, by_code: bool) -> YamlFile:
        """A parameters file, or an empty one; `by_code` if our own loader is to open it. Raises `Unfixable`."""
        other = self._file.neighbour(path)
        if other is None:
            return YamlFile(path, "")
        yaml = read_yaml(other)
        if by_code and other.encoding == "utf-16":
            raise Unfixable(f"{path} is in UTF-16: save it as UTF-8 first")
        return yaml

    def _fitting(self, yaml: YamlFile, moves: list[_Move]) -> tuple[list[_Move], tuple[Edit, ...]]:
        """The moves that a file has a place for, and the edits; the others are refused."""
        wanted: dict[Key, object] = {}
        fit: list[_Move] = []
        for move in moves:
            try:
                yaml.holds(move.key, move.moved.value)
                if not same(wanted.setdefault(move.key, move.moved.value), move.moved.value):
                    raise Unfixable(
                        f"`{'.'.join(move.key)}` would be two values: give one of them a name of its own"
                    )
                fit.append(move)
            except Unfixable as why:
                self._refused[move.index] = str(why)
        ascii_only = any(move.source is not None for move in moves)
        try:
            return fit, yaml.added(wanted, ascii_only)
        except Unfixable:
            return self._one_by_one(yaml, fit, ascii_only)

    def _one_by_one(
        self, yaml: YamlFile, moves: list[_Move], ascii_only: bool
    ) -> tuple[list[_Move], tuple[Edit, ...]]:
        """The same where some key has no place: the slow way, which finds out which one."""
        wanted: dict[Key, object] = {}
        fit: list[_Move] = []
        for move in moves:
            try:
                yaml.added({**wanted, move.key: move.moved.value}, ascii_only)
            except Unfixable as why:
                self._refused[move.index] = str(why)
            else:
                wanted[move.key] = move.moved.value
                fit.append(move)
        return fit, yaml.added(wanted, ascii_only)

    def _is_section(self, path: str, prefix: Key) -> bool:
        """Whether a YAML file has a mapping at a path of keys."""
        other = self._file.neighbour(path)
        if other is None or not path.endswith((".yaml", ".yml")):
            return False
        try:
            data = read_yaml(other).data
        except Unfixable:
            return False
        for key in prefix:
            data = data.get(key) if isinstance(data, dict) else None
        return isinstance(data, dict)

    def _is_own(self, root: str) -> bool:
        """Whether a module is the project's own: a file or package beside the code, above it, or in `src`."""
        return any(
            self._file.neighbour(f"{base}{root}{end}") is not None
            for folder in folders_up(self._file.folder)
            for base in ((f"{folder}/", f"{folder}/src/") if folder else ("", "src/"))
            for end in (".py", "/__init__.py")
        )


def _rebuilt(move: _Move, shared: bool) -> str:
    """A list or dict is copied where one literal made several, or where several literals now are one."""
    value, own_lists = move.moved.value, move.source is not None and move.source.own_lists
    if not (move.moved.mutable and (shared or own_lists or is_repeated(move.places, move.hit.node))):
        return move.moved.rebuilt
    inner = value.values() if isinstance(value, dict) else value
    if any(isinstance(item, list | dict) for item in inner):
        raise Unfixable("lists lie inside a list that several places would share: give it a name first")
    return f"{type(value).__name__}({{}})"


def _rewritten(move: _Move, source: Source | None, quote: str) -> CodeEdit:
    assert source is not None
    expression = move.rebuilt.replace("{}", source.expression(move.key, quote))
    return replaced(move.places, move.hit.node, expression)


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


def _readable(file: PythonFile | NotebookFile) -> tuple[list[Places], frozenset[str]]:
    """The pieces of code that can be parsed, and the words of those that cannot: they may be names."""
    places: list[Places] = []
    words: set[str] = set()
    for code in file.codes:
        try:
            places.append(Places(code))
        except InvalidFile:
            words.update(re.findall(r"\w+", code.text))
    return places, frozenset(words)


def _no_loader(file: PythonFile | NotebookFile, stages: Sequence[Stage], home: Home) -> str | None:
    """Why the code must not open the parameters file by itself; None where it may."""
    if not only_imported(file, stages):
        return None
    return (
        f"this module is imported as a part of the package `{file.folder or '.'}`, from scripts in any folder, so "
        f'it cannot open "{home.opened}" by itself: make the value an argument, and pass it in from the script '
        "that reads the parameters"
    )


def _home(file: PythonFile | NotebookFile, stages: Sequence[Stage]) -> Home:
    """The parameters file, as the DVC stages say that run the script, if any do."""
    if not stages:
        return home_of(file, None, None)
    if len({(stage.run_in, stage.reads) for stage in stages}) > 1:
        raise Unfixable(
            "several DVC stages run this script in different folders: add the key to each by hand"
        )
    return home_of(file, stages[0].reads, stages[0].run_in)


def quote_of(places: Sequence[Places]) -> str:
    """The quotes that the code uses."""
    return "'" if prefers_single_quotes("".join(each.code.text for each in places)) else '"'
