"""A record as versioned JSON, and back. Strict both ways: what is written reads back equal, or it is refused.

What a field may hold is declared in `fields.py`. Older versions are upgraded when they are read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reproof.runs.fields import RECORD
from reproof.runs.record import RunRecord
from reproof.strict import NewerSchemaError, SchemaError, dump_json, parse_json

if TYPE_CHECKING:
    from reproof.strict import Fields

VERSION = 4
SCHEMA = f"reproof-run/{VERSION}"
LIMIT = 8 * 1024 * 1024  # bytes of one record; larger ones are refused when read and when written
_SCHEMA = re.compile(r"reproof-run/([1-9][0-9]{0,5})")


def dump(record: RunRecord) -> bytes:
    """The record as indented JSON, UTF-8, with a final newline.

    Raises `SchemaError` for what `load` would not give back: the branch is for good, and one bad record on it
    stops everybody.
    """
    return dump_json(to_dict(record), lambda data: to_dict(load(data)), "record")


def load(data: bytes, what: str = "record") -> RunRecord:
    """A record from JSON of this or an older version.

    Raises `SchemaError` with the place for anything but a whole, known record.
    """
    return from_fields(parse_json(data, what, LIMIT))


def to_dict(record: RunRecord) -> dict[str, Any]:
    """The record as plain JSON values, in the order a person reads it."""
    return {"schema": SCHEMA} | RECORD.plain(record)


def from_fields(top: Fields) -> RunRecord:
    """A record from an object being read, for records that stand inside other JSON."""
    with top:
        version = _version(top)
        record = RunRecord(**RECORD.values(top, version))
    if record.kind == "trained" and any(item.hash == "unknown" for item in record.data):
        raise SchemaError(f"{top.where} was trained with data that is unknown")
    return record


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of the newest version. Sizes in bytes and names that stand twice it cannot tell."""
    body = RECORD.schema()
    data = {"properties": {"data": {"items": {"properties": {"hash": {"not": {"const": "unknown"}}}}}}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "description": "One recorded run: `reproof show RUN --format json`, and a file of the records branch.",
    } | body | {
        "required": ["schema", *body["required"]],
        "properties": {"schema": {"const": SCHEMA}} | body["properties"],
        "if": {"properties": {"kind": {"const": "trained"}}},
        "then": data,
    }  # fmt: skip


def _version(top: Fields) -> int:
    name = top.text("schema")
    known = _SCHEMA.fullmatch(name)
    version = int(known.group(1)) if known else 0
    if version > VERSION:
        raise NewerSchemaError(
            f"{top.where} is of schema {name!r}; this reproof reads up to {SCHEMA}: install a newer one"
        )
    if not version:
        raise SchemaError(f"{top.where} is of schema {name[:60]!r}, and {SCHEMA} is what reproof writes")
    return version
