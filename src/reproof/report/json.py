"""The verdict, machine-readable: `reproof-report/1`, written and strictly read back.

The reader is the trusted half's only door for what an untrusted job measured: size first, then every key by
name and type, nothing left over, and a verdict that follows from its parts. `docs/reference/report.schema.json`
says the same for other programs.
"""

from __future__ import annotations

from typing import Any, Literal, cast, get_args

from reproof.errors import UsageError
from reproof.report.json_determinism import determinism_to_dict, read_determinism
from reproof.report.json_fields import count, id_of, id_or_none, ids, time_or_none, word_or_none
from reproof.report.json_predictions import predictions_to_dict, read_predictions
from reproof.report.report import Context, Report
from reproof.runs.record import Scalar
from reproof.strict import Fields, SchemaError, number, parse_json, shown_json
from reproof.verdict.comparison import (
    Accepted,
    Against,
    Baseline,
    Cause,
    Changes,
    Check,
    Comparison,
    Difference,
    FileChange,
    Moved,
    NotChecked,
    Price,
    Repeats,
    Result,
    Spread,
    StageDifference,
    Strength,
    ValueChange,
)
from reproof.verdict.failure import Failure

SCHEMA = "reproof-report/1"
LIMIT = 1024 * 1024  # bytes of a report

_BETTER = ("higher", "lower", "none")
_STAGE = ("equal", "drifted", "downstream", "unknown")


def dump(report: Report) -> str:
    """The report as indented JSON with a final newline, which UTF-8 can hold and a terminal may get."""
    return shown_json(to_dict(report)) + "\n"


def parse(data: bytes | str, context: Context = Context()) -> Report:  # noqa: B008  frozen
    """The report of another job; `context` is the reader's own.

    Raises `UsageError` for anything but a whole, known report of at most `LIMIT` bytes.
    """
    raw = data.encode("utf-8", "replace") if isinstance(data, str) else data
    try:
        return _report(parse_json(raw, "report", LIMIT), context)
    except SchemaError as error:
        raise UsageError(
            f"not a report of {SCHEMA}: {error}",
            "Hand over the output `report-json` of the job that measured, unchanged.",
        ) from None


def to_dict(report: Report) -> dict[str, Any]:
    """The report as plain JSON values, in the public contract's order."""
    it = report.comparison
    return {
        "schema": SCHEMA,
        "verdict": it.verdict,
        "repeats": it.repeats,
        "moved": it.moved,
        "strength": it.strength,
        "cause": it.cause,
        "run": it.run,
        "key": it.key,
        "head": report.head,
        "minutes": None if report.minutes is None else round(report.minutes, 2),
        "baseline": it.baseline
        and {
            "kind": it.baseline.kind,
            "commit": it.baseline.commit,
            "distance": it.baseline.distance,
            "runs": list(it.baseline.runs),
            "accepted": it.baseline.accepted
            and {
                "run": it.baseline.accepted.run,
                "who": it.baseline.accepted.who,
                "when": it.baseline.accepted.when,
                "why": it.baseline.accepted.why,
                "self_reported": it.baseline.accepted.self_reported,
            },
        },
        "retrains": it.retrains,
        "checks": [_check_to_dict(check) for check in it.checks],
        "changes": {
            "code": [{"path": c.path, "added": c.added, "removed": c.removed} for c in it.changes.code],
            "config": [_change_to_dict(change, "name") for change in it.changes.config],
            "environment": [_change_to_dict(change, "name") for change in it.changes.environment],
            "data": [_change_to_dict(change, "path") for change in it.changes.data],
        },
        "observed": [
            {"what": fact.what, "name": fact.name, "old": _scalar(fact.old), "new": _scalar(fact.new)}
            for fact in it.observed
        ],
        "stages": [
            {"name": stage.name, "result": stage.result, "after": list(stage.after)} for stage in it.stages
        ],
        "predictions": it.predictions and predictions_to_dict(it.predictions),
        "determinism": it.determinism and determinism_to_dict(it.determinism),
        "not_checked": [{"what": item.what, "why": item.why} for item in it.not_checked],
        "failure": failure_to_dict(it.failure),
        "price": it.price
        and {
            "of": it.price.of,
            "runs": it.price.runs,
            "minutes": None if it.price.minutes is None else round(it.price.minutes, 2),
        },
    }


def failure_to_dict(failure: Failure | None) -> dict[str, Any] | None:
    """A failed training as plain JSON values."""
    if failure is None:
        return None
    return {"what": failure.what, "exit_code": failure.exit_code, "log_tail": list(failure.log_tail)}


def _check_to_dict(check: Check) -> dict[str, Any]:
    recorded = check.recorded
    return {
        "metric": check.metric,
        "slice": dict(check.slice),
        "rows": check.rows,
        "against": check.against,
        "better": check.better,
        "recorded": recorded
        and {
            "n": recorded.n,
            "mean": number(recorded.mean),
            "sd": None if recorded.sd is None else number(recorded.sd),
            "min": number(recorded.min),
            "max": number(recorded.max),
        },
        "now": {"n": len(check.now), "values": [number(value) for value in check.now]},
        "policy": check.policy,
        "result": check.result,
        "smallest_noticed": None if check.smallest_noticed is None else number(check.smallest_noticed),
        "why": check.why,
    }


def _change_to_dict(change: ValueChange, key: Literal["name", "path"]) -> dict[str, Any]:
    return {key: change.name, "old": _scalar(change.old), "new": _scalar(change.new)}


def _scalar(value: Scalar) -> Scalar:
    return number(value) if isinstance(value, float) else value


def _report(top: Fields, context: Context) -> Report:
    with top:
        if (version := top.text("schema")) != SCHEMA:
            raise SchemaError(f"its schema is {version[:60]!r}; this reproof reads {SCHEMA}")
        verdict = top.text("verdict")
        comparison = Comparison(
            repeats=cast("Repeats", top.one_of("repeats", get_args(Repeats))),
            moved=cast("Moved | None", word_or_none(top, "moved", get_args(Moved))),
            strength=cast("Strength | None", word_or_none(top, "strength", get_args(Strength))),
            cause=cast("Cause | None", word_or_none(top, "cause", get_args(Cause))),
            run=id_or_none(top, "run"),
            key=id_or_none(top, "key"),
            baseline=_baseline(top.object_or_none("baseline")),
            retrains=count(top, "retrains"),
            checks=tuple(_check(item) for item in top.objects("checks")),
            changes=_changes(top.object("changes")),
            observed=tuple(_difference(item) for item in top.objects("observed")),
            stages=tuple(_stage(item) for item in top.objects("stages")),
            not_checked=tuple(_not_checked(item) for item in top.objects("not_checked")),
            failure=read_failure(top.object_or_none("failure")),
            # Older reports lack these.
            price=_price(top.object_or_none("price")) if top.has("price") else None,
            predictions=read_predictions(top.object_or_none("predictions"))
            if top.has("predictions")
            else None,
            determinism=read_determinism(top.object_or_none("determinism"))
            if top.has("determinism")
            else None,
        )
        if verdict != comparison.verdict:
            raise SchemaError(f"it says {verdict[:60]!r}, and its parts say {comparison.verdict!r}")
        return Report(comparison, id_or_none(top, "head"), time_or_none(top, "minutes"), context)


def _price(fields: Fields | None) -> Price | None:
    if fields is None:
        return None
    with fields:
        of = cast("Literal['recorded', 'retrains']", fields.one_of("of", ("recorded", "retrains")))
        return Price(of, count(fields, "runs"), time_or_none(fields, "minutes"))


def _baseline(fields: Fields | None) -> Baseline | None:
    if fields is None:
        return None
    with fields:
        return Baseline(
            kind=cast("Against", fields.one_of("kind", get_args(Against))),
            commit=id_of(fields, "commit"),
            distance=count(fields, "distance"),
            runs=ids(fields, "runs"),
            # Reports of before there were acceptances lack it.
            accepted=_accepted(fields.object_or_none("accepted")) if fields.has("accepted") else None,
        )


def _accepted(fields: Fields | None) -> Accepted | None:
    if fields is None:
        return None
    with fields:
        self_reported = fields.take("self_reported")
        if not isinstance(self_reported, bool):
            raise SchemaError(f"{fields.where}.self_reported must be true or false")
        return Accepted(
            id_of(fields, "run"), fields.text("who"), fields.text("when"), fields.text("why"), self_reported
        )


def _check(fields: Fields) -> Check:
    with fields:
        return Check(
            metric=fields.text("metric"),
            slice=fields.pairs("slice"),
            rows=fields.count_or_none("rows"),
            against=cast("Against", fields.one_of("against", get_args(Against))),
            better=cast("Literal['higher', 'lower', 'none']", fields.one_of("better", _BETTER)),
            recorded=_spread(fields.object_or_none("recorded")),
            now=_now(fields.object("now")),
            policy=fields.text("policy"),
            result=cast("Result", fields.one_of("result", get_args(Result))),
            smallest_noticed=fields.number_or_none("smallest_noticed"),
            why=fields.text_or_none("why"),
        )


def _spread(fields: Fields | None) -> Spread | None:
    if fields is None:
        return None
    with fields:
        n = count(fields, "n")
        if n == 0:
            raise SchemaError(f"{fields.where}.n must be at least 1")
        return Spread(
            n=n,
            mean=fields.number("mean"),
            sd=fields.number_or_none("sd"),
            min=fields.number("min"),
            max=fields.number("max"),
        )


def _now(fields: Fields) -> tuple[float, ...]:
    with fields:
        n, values = count(fields, "n"), fields.numbers("values")
        if n != len(values):
            raise SchemaError(f"{fields.where}.n must be the number of values")
        return values


def _changes(fields: Fields) -> Changes:
    with fields:
        return Changes(
            code=tuple(_file(item) for item in fields.objects("code")),
            config=tuple(_value(item, "name") for item in fields.objects("config")),
            environment=tuple(_value(item, "name") for item in fields.objects("environment")),
            data=tuple(_value(item, "path") for item in fields.objects("data")),
        )


def _file(fields: Fields) -> FileChange:
    with fields:
        return FileChange(fields.text("path"), fields.count_or_none("added"), fields.count_or_none("removed"))


def _value(fields: Fields, key: Literal["name", "path"]) -> ValueChange:
    with fields:
        return ValueChange(fields.text(key), fields.scalar("old"), fields.scalar("new"))


def _difference(fields: Fields) -> Difference:
    with fields:
        what, name = fields.text("what"), fields.text("name")
        return Difference(what, name, fields.scalar("old"), fields.scalar("new"))


def _stage(fields: Fields) -> StageDifference:
    with fields:
        result = fields.one_of("result", _STAGE)
        return StageDifference(
            fields.text("name"),
            cast("Literal['equal', 'drifted', 'downstream', 'unknown']", result),
            fields.texts("after"),
        )


def _not_checked(fields: Fields) -> NotChecked:
    with fields:
        return NotChecked(fields.text("what"), fields.text("why"))


def read_failure(fields: Fields | None) -> Failure | None:
    """The inverse of `failure_to_dict`; raises `SchemaError`."""
    if fields is None:
        return None
    with fields:
        code = fields.take("exit_code")
        if code is not None and (isinstance(code, bool) or not isinstance(code, int)):
            raise SchemaError(f"{fields.where}.exit_code must be a whole number or null")
        return Failure(fields.text("what"), code, fields.texts("log_tail"))
