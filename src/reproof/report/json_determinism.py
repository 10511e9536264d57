"""What is known of determinism as a part of the report's JSON: written, and strictly read back."""

from __future__ import annotations

from typing import Any, cast, get_args

from reproof.strict import Fields, SchemaError, number
from reproof.verdict.comparison import ClassIs, Determinism, Repetition


def determinism_to_dict(it: Determinism) -> dict[str, Any]:
    """As plain JSON values."""
    return {
        "seed": it.seed,
        "runs": it.runs,
        "own": it.own,
        "repeats": it.repeats,
        "widest": it.widest,
        "by": None if it.by is None else number(it.by),
        "numeric_class": it.numeric_class,
        "facts": [{"name": name, "value": value} for name, value in it.facts],
    }


def read_determinism(fields: Fields | None) -> Determinism | None:
    """The inverse of `determinism_to_dict`; raises `SchemaError`."""
    if fields is None:
        return None
    with fields:
        own, repeats = fields.take("own"), fields.text_or_none("repeats")
        if not isinstance(own, bool):
            raise SchemaError(f"{fields.where}.own must be true or false")
        if repeats is not None and repeats not in get_args(Repetition):
            raise SchemaError(
                f"{fields.where}.repeats must be null or one of {', '.join(get_args(Repetition))}"
            )
        return Determinism(
            seed=fields.text_or_none("seed"),
            runs=fields.count_or_none("runs") or 0,
            own=own,
            repeats=cast("Repetition | None", repeats),
            widest=fields.text_or_none("widest"),
            by=fields.number_or_none("by"),
            numeric_class=cast("ClassIs", fields.one_of("numeric_class", get_args(ClassIs))),
            facts=tuple(_fact(item) for item in fields.objects("facts")),
        )


def _fact(fields: Fields) -> tuple[str, str]:
    with fields:
        return fields.text("name"), fields.text("value")
