"""What the measuring job hands to the one that writes: raw records, never a verdict and never markup.

It travels as JSON in an artifact, or packed as a job's output. Either comes from a job that ran a pull request's
code, so it is read as a stranger's: its size before it is unpacked, then every key by name and type.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.errors import UsageError
from reproof.report import json as report_json
from reproof.runs import left_out, schema
from reproof.runs.record import RunRecord
from reproof.strict import Fields, SchemaError, parse_json
from reproof.verdict.failure import Failure

if TYPE_CHECKING:
    import datetime as dt

    from reproof.ports import Forge
    from reproof.runs.left_out import LeftOut

SCHEMA = "reproof-measured/1"
ARTIFACT, FILE = "reproof", "measured.json"  # the name of the artifact, and of the file in it
LIMIT = 32 * 1024 * 1024  # bytes of the JSON
# Bytes of a job's output. It arrives as an environment variable, and Linux gives one 128 KiB.
PACKED_LIMIT = 120_000
MOST_RECORDS = 1000
_ARTIFACT_OF = re.compile(r"artifact-of-attempt-([1-9][0-9]{0,5})")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a job measured at the commit `head`: the records of its trainings, or why there is none.

    Without records and without a failure nothing was trained: the key is recorded already. `minutes` is the
    wall-clock time. `run` is the workflow run that measured, None outside of CI; an artifact outlives the `attempt`
    that uploaded it, so it says which one that was. `left` is what the trainings left and no record holds.
    """

    head: str
    key: str
    records: tuple[RunRecord, ...] = ()
    failure: Failure | None = None
    retrains: int = 0
    minutes: float | None = None
    run: int | None = None
    attempt: int = 1
    left: tuple[LeftOut, ...] = ()


def dump(measured: Measured) -> bytes | None:
    """The JSON, with a final newline; None where it is more than `load` takes."""
    if max(len(measured.records), measured.retrains) > MOST_RECORDS:
        return None
    values = {
        "schema": SCHEMA,
        "head": measured.head,
        "key": measured.key,
        "records": [schema.to_dict(record) for record in measured.records],
        "failure": report_json.failure_to_dict(measured.failure),
        "retrains": measured.retrains,
        "minutes": measured.minutes,
        "run": measured.run,
        "attempt": measured.attempt,
        "left_out": left_out.plain(measured.left),
    }
    data = (json.dumps(values, ensure_ascii=True, allow_nan=False) + "\n").encode("ascii")
    return data if len(data) <= LIMIT else None


def pack(measured: Measured) -> str | None:
    """The same for a job's output; None where it does not fit into one."""
    data = dump(measured)
    packed = "" if data is None else base64.b64encode(zlib.compress(data, 9)).decode("ascii")
    return packed if 0 < len(packed) <= PACKED_LIMIT else None


def output(measured: Measured) -> str:
    """What a job puts out: all of it, else where it lies, else nothing."""
    return pack(measured) or ("" if dump(measured) is None else f"artifact-of-attempt-{measured.attempt}")


def attempt_named(text: str) -> int | None:
    """The attempt whose artifact an output names in place of what was measured; None where it names none."""
    found = _ARTIFACT_OF.fullmatch(text)
    return int(found[1]) if found else None


def unpack(text: str) -> Measured:
    """The inverse of `pack`. Raises `UsageError`; what inflates to more than `LIMIT` bytes is not inflated."""
    try:
        packed = base64.b64decode(text, validate=True)
        inflater = zlib.decompressobj()
        data = inflater.decompress(packed, LIMIT + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise _refused("it cannot be unpacked") from None
    if not inflater.eof or inflater.unused_data:
        raise _refused("it is not whole, or too large")
    return load(data)


def load(data: bytes) -> Measured:
    """What was measured, from JSON; raises `UsageError` for anything but a whole, known handover."""
    try:
        return _read(parse_json(data, "measured", LIMIT))
    except SchemaError as error:
        raise _refused(str(error)) from None


def of_run(forge: Forge, run: int, before: dt.datetime | None = None) -> Measured:
    """What a workflow run left (until `before`) as its artifact.

    Raises `ForgeError`, or `UsageError` where it is of another run.
    """
    measured = load(forge.artifact(run, ARTIFACT, FILE, LIMIT, before))
    if measured.run != run:
        raise _refused(f"it is of workflow run {measured.run}, and lies in run {run}")
    return measured


def _read(top: Fields) -> Measured:
    with top:
        if (version := top.text("schema")) != SCHEMA:
            raise SchemaError(f"its schema is {version[:60]!r}; this reproof reads {SCHEMA}")
        head, key = _id(top, "head", _COMMIT), _id(top, "key", _KEY)
        records = top.objects("records")
        if len(records) > MOST_RECORDS:
            raise SchemaError(f"it has more than {MOST_RECORDS} records")
        read = tuple(schema.from_fields(record) for record in records)
        if len({record.id for record in read}) < len(read):
            raise SchemaError("measured.records has one run twice")
        retrains = top.count_or_none("retrains") or 0
        if retrains > MOST_RECORDS:
            raise SchemaError(f"measured.retrains must be at most {MOST_RECORDS}")
        minutes = top.number_or_none("minutes")
        if minutes is not None and not 0 <= minutes < 1e6:
            raise SchemaError("measured.minutes must be a time")
        return Measured(
            head=head,
            key=key,
            records=read,
            failure=report_json.read_failure(top.object_or_none("failure")),
            retrains=retrains,
            minutes=minutes,
            run=top.count_or_none("run"),
            attempt=top.count_or_none("attempt") or 1,
            left=left_out.read(top),
        )


def _id(fields: Fields, name: str, shape: re.Pattern[str]) -> str:
    value = fields.text(name)
    if not shape.fullmatch(value):
        raise SchemaError(f"{fields.where}.{name} must be hexadecimal digits")
    return value


def _refused(why: str) -> UsageError:
    return UsageError(
        f"what was measured cannot be used: {why}",
        "Hand over the output `measured` of the job that measured, unchanged (workflows/README.md).",
    )
