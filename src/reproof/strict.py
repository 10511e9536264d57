"""Reading JSON of strangers: every key is asked for by name and type, and what is left over is refused.

Used for records and reports, which may come from a fork's pull request. Size is limited by the caller before
parsing; depth is limited by what is asked for.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_PERHAPS_UNPRINTABLE = re.compile(r"[^\n -~]")
NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class SchemaError(ValueError):
    """The JSON is not what it should be; says where, as a path of keys."""


class NewerSchemaError(SchemaError):
    """JSON of a later version of reproof than this one: it is whole, and not for us to judge."""


def parse_json(data: bytes, what: str, limit: int) -> Fields:
    """The top-level object of UTF-8 JSON of at most `limit` bytes; `what` names it in errors."""
    if len(data) > limit:
        raise SchemaError(f"{what} is larger than {limit} bytes")
    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except RecursionError:
        raise SchemaError(f"{what} is nested too deeply") from None
    except ValueError as error:
        raise SchemaError(f"{what} is not JSON: {error}") from None
    return Fields(value, what)


def dump_json(values: dict[str, Any], read_back: Callable[[bytes], dict[str, Any]], what: str) -> bytes:
    """Indented JSON, UTF-8, with a final newline; raises `SchemaError` for what would not read back equal."""
    text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    # A file name that is not UTF-8 holds unpaired surrogates; JSON has an escape for them, and so has Python.
    data = text.encode("utf-8", "backslashreplace")
    if read_back(data) != values:
        raise SchemaError(f"the {what} does not read back as it was written")
    return data


def shown_json(values: Any) -> str:
    """Indented JSON for whoever looks: what would steer a terminal, or is half a letter, is escaped in it."""
    text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False)
    return _PERHAPS_UNPRINTABLE.sub(lambda found: _shown(found.group()), text)


def _shown(char: str) -> str:
    return char if char.isprintable() else json.dumps(char)[1:-1]


def number(value: float) -> float | str:
    """A float as JSON can hold it: NaN and the infinities as words."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def read_number(value: Any) -> float:
    """The inverse of `number`; raises `TypeError` for anything else."""
    if isinstance(value, str) and value in NON_FINITE:
        return NON_FINITE[value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("a number")
    try:
        plain = float(value)
    except OverflowError:
        plain = math.inf
    if not math.isfinite(plain):  # 1e999: only the words say infinity
        raise TypeError("a number that a float can hold")
    return plain


class Fields:
    """One JSON object being read. Use as a context: leaving it refuses the keys nobody asked for."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise SchemaError(f"{where} must be an object")
        self._left = dict(value)
        self.where = where

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._left:
            raise SchemaError(f"{self.where} has unknown keys: {', '.join(sorted(self._left))[:200]}")

    def has(self, key: str) -> bool:
        """Whether the key is there and was not taken yet: for JSON of others that may leave it out."""
        return key in self._left

    def take(self, key: str) -> Any:
        """Any value of a key that must be there."""
        if key not in self._left:
            raise SchemaError(f"{self.where} lacks {key}")
        return self._left.pop(key)

    def text(self, key: str) -> str:
        return self._typed(key, self.take(key), str, "a string")

    def text_or_none(self, key: str) -> str | None:
        value = self.take(key)
        return None if value is None else self._typed(key, value, str, "a string or null")

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in words:
            raise SchemaError(f"{self.where}.{key} must be one of {', '.join(words)}")
        return value

    def count_or_none(self, key: str) -> int | None:
        value = self.take(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise SchemaError(f"{self.where}.{key} must be a whole number or null")
        return value

    def number(self, key: str) -> float:
        return self.read(key, read_number)

    def number_or_none(self, key: str) -> float | None:
        return self.read(key, lambda value: None if value is None else read_number(value))

    def scalar(self, key: str) -> str | int | float | bool | None:
        return self.read(key, read_scalar)

    def read(self, key: str, reader: Callable[[Any], T]) -> T:
        """A value through a reader that raises `TypeError("what it must be")`."""
        value = self.take(key)
        try:
            return reader(value)
        except TypeError as error:
            raise SchemaError(f"{self.where}.{key} must be {error}") from None

    def object(self, key: str) -> Fields:
        return Fields(self.take(key), f"{self.where}.{key}")

    def object_or_none(self, key: str) -> Fields | None:
        value = self.take(key)
        return None if value is None else Fields(value, f"{self.where}.{key}")

    def objects(self, key: str) -> list[Fields]:
        items = self._typed(key, self.take(key), list, "a list")
        return [Fields(item, f"{self.where}.{key}[{index}]") for index, item in enumerate(items)]

    def texts(self, key: str) -> tuple[str, ...]:
        items = self._typed(key, self.take(key), list, "a list")
        if not all(isinstance(item, str) for item in items):
            raise SchemaError(f"{self.where}.{key} must be a list of strings")
        return tuple(items)

    def numbers(self, key: str) -> tuple[float, ...]:
        items = self._typed(key, self.take(key), list, "a list")
        try:
            return tuple(read_number(item) for item in items)
        except TypeError:
            raise SchemaError(f"{self.where}.{key} must be a list of numbers that a float can hold") from None

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """An object of strings as (name, value) pairs, in its order."""
        items = self._typed(key, self.take(key), dict, "an object")
        if not all(isinstance(value, str) for value in items.values()):
            raise SchemaError(f"{self.where}.{key} must be an object of strings")
        return tuple(items.items())

    def scalars(self, key: str) -> tuple[tuple[str, str | int | float | bool | None], ...]:
        """An object of plain values as (name, value) pairs, in its order."""
        items = self._typed(key, self.take(key), dict, "an object")
        try:
            return tuple((name, read_scalar(value)) for name, value in items.items())
        except TypeError as error:
            raise SchemaError(f"{self.where}.{key} must be an object of which each is {error}") from None

    def _typed(self, key: str, value: Any, kind: type[T], what: str) -> T:
        if not isinstance(value, kind):
            raise SchemaError(f"{self.where}.{key} must be {what}")
        return value


def read_scalar(value: Any) -> str | int | float | bool | None:
    """A plain JSON value; raises `TypeError` for lists and objects."""
    if value is not None and not isinstance(value, (str, int, float, bool)):
        raise TypeError("a string, number, boolean or null")
    return value


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is there twice")
    return made


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is not JSON; write it as a string")
