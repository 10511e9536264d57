"""What a value of a record may be, declared once: read strictly, written back, told as JSON Schema and in words.

Knows no field of a record (`fields.py`) and no file. Every shape has a limit, since records come from strangers.
Patterns are searched and mean the same to Python and to JSON Schema (ECMA 262): no `\\d`, no `$`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

from reproof.strict import NON_FINITE, Fields, SchemaError, number, read_number
from reproof.value import Value

END = r"(?![\s\S])"  # the very end; `$` would let a final line break through
LARGEST = 2**63 - 1
_FLOAT = 1.7976931348623157e308


class Shape(Protocol):
    """One sort of value. `words` are for the documentation."""

    @property
    def words(self) -> str:
        """What it is, in a few words."""

    def read(self, value: Any, where: str, version: int) -> Any:
        """The value of a record from JSON's; raises `SchemaError` with the place."""

    def plain(self, value: Any) -> Any:
        """The inverse of `read`: what JSON can hold."""

    def schema(self) -> dict[str, Any]:
        """JSON Schema (draft 2020-12) that refuses the same."""


class Text(Value):
    """A string of at most `most` characters that fits `pattern`; `words` complete "must be …"."""

    words: str
    most: int
    pattern: str | None = None

    def read(self, value: Any, where: str, version: int) -> str:
        if not isinstance(value, str):
            raise SchemaError(f"{where} must be a string")
        if len(value) > self.most:
            raise SchemaError(f"{where} is longer than {self.most} characters")
        if self.pattern and not _compiled(self.pattern).search(value):
            raise SchemaError(f"{where} must be {self.words}")
        return value

    def plain(self, value: str) -> str:
        return value

    def schema(self) -> dict[str, Any]:
        pattern = {"pattern": self.pattern} if self.pattern else {}
        return {"type": "string", "maxLength": self.most} | pattern


class Word(Value):
    """One of a few words."""

    choices: tuple[str, ...]

    @property
    def words(self) -> str:
        return " or ".join(f"`{word}`" for word in self.choices)

    def read(self, value: Any, where: str, version: int) -> str:
        if not isinstance(value, str):
            raise SchemaError(f"{where} must be a string")
        if value not in self.choices:
            raise SchemaError(f"{where} must be one of {', '.join(self.choices)}")
        return value

    def plain(self, value: str) -> str:
        return value

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.choices)}


class Switch(Value):
    """true or false."""

    words: str = "true or false"

    def read(self, value: Any, where: str, version: int) -> bool:
        if not isinstance(value, bool):
            raise SchemaError(f"{where} must be {self.words}")
        return value

    def plain(self, value: bool) -> bool:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Count(Value):
    """A whole number that fits 63 bits."""

    words: str = "whole number"

    def read(self, value: Any, where: str, version: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
            raise SchemaError(f"{where} must be a whole number from 0 to {LARGEST}")
        return value

    def plain(self, value: int) -> int:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 0, "maximum": LARGEST}


class Real(Value):
    """A number that a float can hold; NaN and the infinities are words."""

    words: str = "number"

    def read(self, value: Any, where: str, version: int) -> float:
        try:
            return read_number(value)
        except TypeError as error:
            raise SchemaError(f"{where} must be {error}") from None

    def plain(self, value: float) -> float | str:
        return number(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "number", "minimum": -_FLOAT, "maximum": _FLOAT}, {"enum": [*NON_FINITE]}]}


class Plain(Value):
    """A parameter: a string, number, boolean or null; a number that is not finite is written as its word."""

    most: int
    words: str = "string, number, boolean or null"

    def read(self, value: Any, where: str, version: int) -> str | int | float | bool | None:
        if value is not None and not isinstance(value, (str, int, float, bool)):
            raise SchemaError(f"{where} must be a {self.words}")
        if isinstance(value, float) and not math.isfinite(value):
            raise SchemaError(f"{where} must be a number that a float can hold")
        if isinstance(value, str) and len(value) > self.most:
            raise SchemaError(f"{where} is longer than {self.most} characters")
        return value

    def plain(self, value: Any) -> Any:
        return number(value) if isinstance(value, float) else value

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean", "null"], "maxLength": self.most}


class Pairs(Value):
    """A JSON object as (name, value) pairs in its order; at most `most` of them."""

    names: Text
    values: Shape
    most: int

    @property
    def words(self) -> str:
        return f"object: {self.names.words} to {self.values.words}"

    def read(self, value: Any, where: str, version: int) -> tuple[tuple[str, Any], ...]:
        if not isinstance(value, dict):
            raise SchemaError(f"{where} must be an object")
        _few(value, self.most, where)
        return tuple(
            (self.names.read(name, f"a name in {where}", version), self._value(inner, where, name, version))
            for name, inner in value.items()
        )

    def _value(self, value: Any, where: str, name: str, version: int) -> Any:
        return self.values.read(value, f"{where}[{name[:60]!r}]", version)

    def plain(self, value: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
        return {name: self.values.plain(inner) for name, inner in value}

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "maxProperties": self.most,
            "propertyNames": self.names.schema(),
            "additionalProperties": self.values.schema(),
        }


class Listed(Value):
    """A list of at most `most` items; with `unique`, of which no two have it in common."""

    items: Shape
    most: int
    unique: Callable[[Any], object] | None = None

    @property
    def words(self) -> str:
        return f"list of: {self.items.words}"

    def read(self, value: Any, where: str, version: int) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise SchemaError(f"{where} must be a list")
        _few(value, self.most, where)
        made = tuple(self.items.read(item, f"{where}[{index}]", version) for index, item in enumerate(value))
        if self.unique and len({self.unique(item) for item in made}) != len(made):
            raise SchemaError(f"{where} names something twice")
        return made

    def plain(self, value: tuple[Any, ...]) -> list[Any]:
        return [self.items.plain(item) for item in value]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "maxItems": self.most, "items": self.items.schema()}


class OrNone(Value):
    """Another shape, or null."""

    shape: Shape

    @property
    def words(self) -> str:
        return f"{self.shape.words}, or null"

    def read(self, value: Any, where: str, version: int) -> Any:
        return None if value is None else self.shape.read(value, where, version)

    def plain(self, value: Any) -> Any:
        return None if value is None else self.shape.plain(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "null"}, self.shape.schema()]}


class Upgraded(Value):
    """A shape that versions before `since` wrote as another one, and how that is made into this."""

    shape: Shape
    since: int
    before: Shape
    upgrade: Callable[[Any], Any]

    @property
    def words(self) -> str:
        return self.shape.words

    def read(self, value: Any, where: str, version: int) -> Any:
        if version < self.since:
            return self.upgrade(self.before.read(value, where, version))
        return self.shape.read(value, where, version)

    def plain(self, value: Any) -> Any:
        return self.shape.plain(value)

    def schema(self) -> dict[str, Any]:
        return self.shape.schema()


class Field(Value):
    """One key of an object. `since` is the version that brought it; in older ones it is `missing`."""

    name: str
    shape: Shape
    text: str
    since: int = 1
    missing: Any = None


class Object(Value):
    """A JSON object with exactly these keys, made into `made` (a dataclass with fields of these names)."""

    made: Callable[..., Any]
    fields: tuple[Field, ...]
    words: str = "object"

    def read(self, value: Any, where: str, version: int) -> Any:
        with Fields(value, where) as fields:
            return self.made(**self.values(fields, version))

    def values(self, fields: Fields, version: int) -> dict[str, Any]:
        """The values by name, taken from an object that is being read."""
        return {
            field.name: field.shape.read(fields.take(field.name), f"{fields.where}.{field.name}", version)
            if field.since <= version
            else field.missing
            for field in self.fields
        }

    def plain(self, value: Any) -> dict[str, Any]:
        return {field.name: field.shape.plain(getattr(value, field.name)) for field in self.fields}

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "additionalProperties": False,
            "required": [field.name for field in self.fields],
            "properties": {
                field.name: {"description": field.text} | field.shape.schema() for field in self.fields
            },
        }


def _few(value: list[Any] | dict[str, Any], most: int, where: str) -> None:
    if len(value) > most:
        raise SchemaError(f"{where} has more than {most} entries")


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
