"""Values of a report that have a form of their own, strictly read. All raise `SchemaError` with the key's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.strict import SchemaError

if TYPE_CHECKING:
    from reproof.strict import Fields


def time_or_none(fields: Fields, name: str) -> float | None:
    """Minutes, or null."""
    minutes = fields.number_or_none(name)
    if minutes is not None and not 0 <= minutes < 1e6:
        raise SchemaError(f"{fields.where}.{name} must be a time")
    return minutes


def word_or_none(fields: Fields, key: str, words: tuple[str, ...]) -> str | None:
    """One of the words, or null."""
    value = fields.text_or_none(key)
    if value is not None and value not in words:
        raise SchemaError(f"{fields.where}.{key} must be null or one of {', '.join(words)}")
    return value


def count(fields: Fields, key: str) -> int:
    """A whole number from 0 on."""
    value = fields.count_or_none(key)
    if value is None:
        raise SchemaError(f"{fields.where}.{key} must be a whole number")
    return value


def id_of(fields: Fields, key: str) -> str:
    """A commit, key or run id."""
    value = id_or_none(fields, key)
    if value is None:
        raise SchemaError(f"{fields.where}.{key} must be hexadecimal digits")
    return value


def ids(fields: Fields, key: str) -> tuple[str, ...]:
    """A list of such ids."""
    values = fields.texts(key)
    if not all(_is_id(value) for value in values):
        raise SchemaError(f"{fields.where}.{key} must be a list of hexadecimal digits")
    return values


def id_or_none(fields: Fields, key: str) -> str | None:
    """A commit, key or run id. They are shown in commands that people paste, so nothing else may stand there."""
    value = fields.text_or_none(key)
    if value is not None and not _is_id(value):
        raise SchemaError(f"{fields.where}.{key} must be hexadecimal digits or null")
    return value


def _is_id(value: str) -> bool:
    return 7 <= len(value) <= 64 and set(value) <= set("0123456789abcdef")
