"""A framework that a user describes in the configuration: checked key by key, then the same as ours.

    [tool.reproof.check.hyperparameters.frameworks.mylib]
    roots = ["mylib"]                                    # the framework's own name where this is left out
    callables = { Trainer = { lr = "training", depth = { kind = "model", position = 1 } } }
    methods = { fit = { rounds = "training" } }
    objects = { tokenizer = { max_length = "preprocessing" } }
    parameters = { learning_rate = "training" }          # what a params dict may hold
    aliases = { eta = "learning_rate" }
    companion = false

A framework of ours takes a user's entries on top; `false` takes a parameter or a callable of ours away.
"""

from __future__ import annotations

from reproof.lint.catalogue.load import COMPANIONS, ROOTS, layers
from reproof.lint.catalogue.tables import ALL, SECTIONS, merged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from reproof.lint.catalogue.tables import Framework

# What a literal may choose; each is a section of params.yaml in the rule's messages.
KINDS = ("training", "model", "split", "preprocessing", "features", "labels", "evaluation")
HOLDS = ("params", "grid", "columns")
_KEYS = ("roots", "companion", "aliases", *SECTIONS)
_ROW = ("kind", "position", "default", "strict", "holds", "name", "neutral")


class WrongEntry(ValueError):  # noqa: N818  says what must be there, as the configuration's own errors do
    """An entry that cannot be used. `what` says what must stand there, `inside` is the path of keys below the
    framework's table (`.callables.Trainer.lr`), `value` the culprit.
    """

    def __init__(self, what: str, inside: str, value: object) -> None:
        super().__init__(f"{inside.lstrip('.')} must be {what}, not {value!r}")
        self.what = what
        self.inside = inside
        self.value = value


def user_framework(name: str, table: Any) -> Framework:
    """The framework that a table of the configuration describes, laid over ours where we have one of that name.

    Raises `WrongEntry` for keys that are not known and values of another type.
    """
    _must(isinstance(table, dict), "a table", "", table)
    _known(table, _KEYS, "")
    layer: dict[str, Any] = {section: _section(section, table.get(section, {})) for section in SECTIONS}
    layer["aliases"] = _aliases(table.get("aliases", {}))
    ours = layers(name) if name in {*ROOTS.values(), *COMPANIONS.values()} else []
    if "roots" in table or not ours:
        layer["roots"] = _roots(table.get("roots", [name]))
    if "companion" in table:
        _must(isinstance(table["companion"], bool), "true or false", ".companion", table["companion"])
        layer["companion"] = table["companion"]
    if not ours:
        layer["version"], layer["source"] = "", "the configuration"
    found = merged(name, [*ours, layer])
    for alias, canonical in layer["aliases"].items():
        _must(canonical in found.parameters, "a key of `parameters`", f".aliases.{alias}", canonical)
    return found


def _section(section: str, value: Any) -> dict[str, Any]:
    where = f".{section}"
    _must(isinstance(value, dict), "a table", where, value)
    if section == "parameters":
        return {key: _row(row, f"{where}.{key}", "parameters") for key, row in value.items()}
    return {key: _entry(entry, f"{where}.{key}") for key, entry in value.items()}


def _entry(value: Any, where: str) -> dict[str, Any] | None:
    """The rows of one callable; None where it is taken away."""
    if value is False:
        return None
    _must(isinstance(value, dict), "a table of parameters, or false", where, value)
    rows = {}
    for key, row in value.items():
        if key == ALL:
            _must(row is True, "true", f"{where}.{key}", row)
            rows[key] = row
        else:
            rows[key] = _row(row, f"{where}.{key}", "")
    return rows


def _row(value: Any, where: str, section: str) -> dict[str, Any] | None:
    """One parameter, in the long form; None where it is taken away."""
    if value is False:
        return None
    row = {"kind": value} if isinstance(value, str) else value
    _must(isinstance(row, dict), "a kind, a table, or false", where, value)
    _known(row, _ROW, where)
    kind = row.get("kind")
    at = where if isinstance(value, str) else f"{where}.kind"
    _must(kind in KINDS, f"one of {', '.join(KINDS)}", at, kind)
    position = row.get("position", 0)
    whole = isinstance(position, int) and not isinstance(position, bool) and position >= 0
    _must(whole, "a whole number, counted from 0", f"{where}.position", position)
    _must("position" not in row or not section, "left out here", f"{where}.position", position)
    _must(isinstance(row.get("strict", False), bool), "true or false", f"{where}.strict", row.get("strict"))
    holds = row.get("holds", HOLDS[0])
    _must(holds in HOLDS, f"one of {', '.join(HOLDS)}", f"{where}.holds", holds)
    for key in ("name", "default"):
        text = row.get(key, "x")
        _must(isinstance(text, str) and text != "", "a string", f"{where}.{key}", text)
    neutral = row.get("neutral", [])
    strings = isinstance(neutral, list) and all(isinstance(text, str) for text in neutral)
    _must(strings, "a list of literals as text", f"{where}.neutral", neutral)
    return dict(row)


def _aliases(value: Any) -> Mapping[str, str]:
    _must(isinstance(value, dict), "a table of alias = parameter", ".aliases", value)
    for alias, canonical in value.items():
        _must(isinstance(canonical, str), "the name of a parameter", f".aliases.{alias}", canonical)
    return dict(value)


def _roots(value: Any) -> list[str]:
    strings = isinstance(value, list) and all(isinstance(root, str) for root in value)
    _must(strings and all(root.isidentifier() for root in value), "a list of import roots", ".roots", value)
    return list(value)


def _known(table: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in table:
        _must(key in keys, f"one of the keys {', '.join(keys)}", where, key)


def _must(holds: bool, what: str, where: str, value: object) -> None:
    if not holds:
        raise WrongEntry(what, where, value)
