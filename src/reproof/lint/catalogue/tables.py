"""What the catalogue says of a framework: its callables, their parameters, found by name and by position.

Entries stay as they were read until they are looked up: a framework has hundreds of callables and a file uses
three. Where the entries come from is in `load.py` (our files) and `user.py` (a user's configuration).
"""

from __future__ import annotations

from collections.abc import Mapping

from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    Rows = Mapping[str, Any]

# The sections of a framework's file; `callables` are by dotted suffix, the others by name.
SECTIONS = ("callables", "methods", "objects", "parameters")
ALL = "**"  # the entry of a callable that takes any of the framework's parameters
EVERY = -1  # the position of `*args`
_NESTED = "__"  # skorch's and scikit-learn's way to a part's parameter: `module__hidden`


class Parameter(Value):
    """One parameter of a callable. `position` counts from 0 without `self`; None is keyword only, `EVERY` any.

    `default` is the library's default as source text, where it is known. `strict` is debatable. `holds` says
    what lies inside the value: "params" (a dict of the framework's parameters), "grid" (a dict of values to
    try), "columns" (scikit-learn's list of transformers with their columns). `neutral` are values, as source
    text, that choose nothing (`frac=1`: all rows in another order).
    """

    name: str
    kind: str
    position: int | None = None
    default: str | None = None
    strict: bool = False
    holds: str | None = None
    neutral: tuple[str, ...] = ()


class Parameters(Mapping[str, Parameter]):
    """Parameters by name, aliases included.

    A row `module__*` stands for every name that starts with `module__`; iteration leaves it out.
    """

    __slots__ = ("_aliases", "_made", "_rows")

    def __init__(self, rows: Rows, aliases: Mapping[str, str] | None = None) -> None:
        self._rows = rows
        self._aliases = aliases or {}
        self._made: dict[str, Parameter] = {}

    def __getitem__(self, name: str) -> Parameter:
        made = self._made.get(name)
        if made is None:
            key = self._key(name)
            if key is None:
                raise KeyError(name)
            spelled = name if key.endswith("*") else key
            row = {"name": spelled, **self._rows[key]}
            row["neutral"] = tuple(row.get("neutral", ()))
            made = self._made[name] = Parameter(**row)
        return made

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._key(name) is not None

    def __iter__(self) -> Iterator[str]:
        yield from (name for name in self._rows if not name.endswith("*"))
        yield from self._aliases

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def at(self, position: int) -> Parameter | None:
        """The parameter at a position, or None where the catalogue knows none."""
        for name, row in self._rows.items():
            if name != ALL and row.get("position") in (position, EVERY):
                return self[name]
        return None

    def _key(self, name: str) -> str | None:
        """The row of a name: its own, that of the name it is an alias of, or that of its prefix."""
        if name in self._rows:
            return None if name.endswith("*") else name
        if name in self._aliases:
            return self._aliases[name]
        prefix, separator, _ = name.partition(_NESTED)
        pattern = f"{prefix}{_NESTED}*"
        return pattern if separator and pattern in self._rows else None


class Signature:
    """The catalogued parameters of a class, function or method.

    `takes_all` is true where any of the framework's parameters may be given by keyword.
    """

    __slots__ = ("parameters", "takes_all")

    def __init__(self, rows: Rows) -> None:
        self.parameters = Parameters(rows)
        self.takes_all = ALL in rows

    def at(self, position: int) -> Parameter | None:
        """The parameter at a position, or None where the catalogue knows none."""
        return self.parameters.at(position)


class Signatures(Mapping[str, Signature]):
    """Signatures by the name that the catalogue has them under, which may be dotted: `random.choice`."""

    __slots__ = ("_made", "_rows")

    def __init__(self, rows: Mapping[str, Rows]) -> None:
        self._rows = rows
        self._made: dict[str, Signature] = {}

    def __getitem__(self, name: str) -> Signature:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = Signature(self._rows[name])
        return made

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, dotted: str) -> Signature | None:
        """The signature whose name is the longest suffix of a dotted name; None where none is."""
        suffix = dotted
        while suffix:
            if suffix in self._rows:
                return self[suffix]
            suffix = suffix.partition(".")[2]
        return None


class Framework(Value):
    """One framework: what it calls what.

    `callables` are by the last part of their name, or by more parts where one is ambiguous; `methods` by
    theirs; `objects` are called by the variable's usual name (`tokenizer(…)`); `parameters` is what a params
    dict may hold, aliases included. An importing file is one that trains, unless the framework is a
    `companion` (pandas, NumPy), which says nothing about a file by itself.
    """

    name: str
    version: str
    source: str
    callables: Signatures
    methods: Signatures
    objects: Signatures
    parameters: Parameters
    roots: tuple[str, ...] = ()
    companion: bool = False

    def find(self, dotted: str) -> Signature | None:
        """The signature of what a resolved dotted name leads to; None where it is not catalogued."""
        return self.callables.find(dotted)


def merged(name: str, layers: Sequence[Rows]) -> Framework:
    """A framework from its layers, the last one on top; the first that has a head gives it.

    Dicts are merged, null takes away. What a layer says under `older` (names that the library had once) lies
    below everything else: it adds, and never changes what the version at hand has.
    """
    head = next((layer for layer in layers if "version" in layer), {})
    aliases: dict[str, str] = {}
    tables: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
    for layer in [*(layer["older"] for layer in layers if "older" in layer), *layers]:
        aliases.update(layer.get("aliases", {}))
        for section, table in tables.items():
            for key, entry in layer.get(section, {}).items():
                _lay(table, key, entry)
    return Framework(
        name=name,
        version=head.get("version", ""),
        source=head.get("source", ""),
        callables=Signatures(tables["callables"]),
        methods=Signatures(tables["methods"]),
        objects=Signatures(tables["objects"]),
        parameters=Parameters(
            tables["parameters"],
            {alias: name for alias, name in aliases.items() if name in tables["parameters"]},
        ),
        roots=tuple(root for layer in layers for root in layer.get("roots", ())),
        companion=any(layer.get("companion") is True for layer in layers),
    )


def _lay(table: dict[str, Any], key: str, entry: Any) -> None:
    """Lay one entry over what is there: dicts are merged, null takes away."""
    if entry is None:
        table.pop(key, None)
        return
    both = table.get(key, {}) | entry
    table[key] = {name: row for name, row in both.items() if row is not None}
