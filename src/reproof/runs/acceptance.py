"""Acceptances: a person says that a run's results are the expected ones from here on. A value and its JSON.

An acceptance counts for its key, and for what descends from its head commit, until the next one. Runs that it
names as replaced are no longer what others are held against; they stay recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reproof.runs.fields import ID, KEY, MANY, METRIC, MOMENT, NAME, OBJECT_ID
from reproof.runs.shapes import END, Field, Listed, Object, OrNone, Switch, Text
from reproof.strict import SchemaError, dump_json, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reproof.runs.record import Metric, RunRecord

VERSION = 1
SCHEMA = f"reproof-acceptance/{VERSION}"
LIMIT = 8 * 1024 * 1024  # bytes of one acceptance: as of a record, whose metrics it holds
LONGEST_WHY = 4_000


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The results of the run `to_run`, of `key`, are the expected ones; `metrics` are those results.

    `from_key` is the key of the runs that they were held against (the base's, or the same), `from_runs` are the
    runs that no longer say what is expected. `head` is the commit of the run. `when` is UTC in ISO 8601.
    `self_reported`: the numbers come from code that nobody here vouches for (a fork's pull request).
    """

    id: str
    key: str
    to_run: str
    head: str
    from_key: str | None
    from_runs: tuple[str, ...]
    metrics: tuple[Metric, ...]
    who: str
    why: str
    when: str
    self_reported: bool
    reproof: str


ACCEPTANCE = Object(
    Acceptance,
    (
        Field("id", ID, "twelve hexadecimal digits, random"),
        Field("key", KEY, "the key whose results are accepted"),
        Field("to_run", ID, "the run that has them"),
        Field("head", OBJECT_ID, "its commit: what descends from it is held against these results, too"),
        Field(
            "from_key",
            OrNone(KEY),
            "the key of the runs that it was held against; null where there were none",
        ),
        Field("from_runs", Listed(ID, MANY), "the runs that no longer say what is expected"),
        Field("metrics", Listed(METRIC, MANY, lambda metric: metric.id), "the accepted results"),
        Field("who", NAME, "who accepted: git's name and address, or the login at the forge"),
        Field("why", Text("some words", LONGEST_WHY, rf"^[\s\S]*\S[\s\S]*{END}"), "the reason, in words"),
        Field("when", MOMENT, "UTC in ISO 8601"),
        Field(
            "self_reported",
            Switch(),
            "whether the numbers come from a fork's own code, which nobody vouches for",
        ),
        Field("reproof", NAME, "the version that wrote it"),
    ),
)


def in_force(acceptances: Iterable[Acceptance], key: str) -> Acceptance | None:
    """The newest acceptance of a key; None where its results were never accepted."""
    return max((one for one in acceptances if one.key == key), key=_moment, default=None)


def newest_last(acceptances: Iterable[Acceptance]) -> tuple[Acceptance, ...]:
    """In the order of their making."""
    return tuple(sorted(acceptances, key=_moment))


def _moment(one: Acceptance) -> tuple[str, str]:
    """When it was made; the id decides between two of one moment."""
    return (one.when, one.id)


def still_expected(runs: Iterable[RunRecord], acceptance: Acceptance | None) -> tuple[RunRecord, ...]:
    """The runs without those that the acceptance replaces."""
    replaced = set(acceptance.from_runs) if acceptance else set()
    return tuple(run for run in runs if run.id not in replaced)


def dump(acceptance: Acceptance) -> bytes:
    """As indented JSON, UTF-8, with a final newline; raises `SchemaError` for what would not read back."""
    return dump_json(to_dict(acceptance), lambda data: to_dict(load(data)), "acceptance")


def load(data: bytes, what: str = "acceptance") -> Acceptance:
    """An acceptance from JSON; raises `SchemaError` with the place for anything but a whole, known one."""
    with parse_json(data, what, LIMIT) as top:
        if (name := top.text("schema")) != SCHEMA:
            raise SchemaError(f"{what} is of schema {name[:60]!r}; this reproof reads {SCHEMA}")
        return Acceptance(**ACCEPTANCE.values(top, VERSION))


def to_dict(acceptance: Acceptance) -> dict[str, Any]:
    """As plain JSON values."""
    return {"schema": SCHEMA} | ACCEPTANCE.plain(acceptance)


def json_schema() -> dict[str, Any]:
    """The published JSON Schema."""
    body = ACCEPTANCE.schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "description": "One acceptance: `reproof accept RUN --format json`, and a file of the records branch.",
    } | body | {
        "required": ["schema", *body["required"]],
        "properties": {"schema": {"const": SCHEMA}} | body["properties"],
    }  # fmt: skip
