"""The verdict, machine-readable: `reproof-report/1`, written and strictly read back.

The reader is the trusted half's only door for what an untrusted job measured: size first, then every key by
name and type, nothing left over, and a verdict that follows from its parts. `docs/reference/report.schema.json`
says the same for other programs.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Literal, cast, get_args

from reproof.errors import UsageError
from reproof.report.json_determinism import determinism_to_dict, read_determinism
from reproof.report.report import Context, Report
from reproof.runs.record import Scalar
from reproof.strict import Fields, SchemaError, number, parse_json
from reproof.verdict.comparison import (
    ASPECTS,
    Accepted,
    Against,
    Baseline,
    Cause,
    Changes,
    Check,
    Comparison,
    Difference,
    Failure,
    FileChange,
    Flips,
    Moved,
    NotChecked,
    PredictionChanges,
    Price,
    Repeats,
    Result,
    Spread,
    StageDifference,
    Strength,
    ValueChange,
)

SCHEMA = "reproof-report/1"
LIMIT = 1024 * 1024  # bytes of a report
# Bytes that one job hands to another. It arrives as an environment variable, and Linux gives one 128 KiB.
HANDOVER_LIMIT = 120_000

_BETTER = ("higher", "lower", "none")
_STAGE = ("equal", "drifted", "downstream", "unknown")
_PASSED = ("equal", "rounding", "tolerance", "statistical")


def dump(report: Report) -> str:
    """The report as indented JSON with a final newline."""
    return json.dumps(to_dict(report), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def handover(report: Report, limit: int = HANDOVER_LIMIT) -> str:
    """The report as JSON on one line of at most `limit` bytes, for another job.

    What is too much is left out and named under `not_checked`: first metrics that passed, then lists' tails and
    long texts. Raises `UsageError` where even that is not enough.
    """
    for smaller in (_whole, _without_passed, _without_tails):
        report = smaller(report)
        if len(line := _line(to_dict(report))) <= limit:
            return line
    if len(line := _line(_clipped(to_dict(report)))) <= limit:
        return line
    raise UsageError(
        f"the report is larger than the {limit} bytes that a job can hand over",
        "Have the training write fewer metrics or slices; the job's summary has the whole report.",
    )


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


def predictions_to_dict(made: PredictionChanges) -> dict[str, Any]:
    """Which predictions differ, as plain JSON values."""
    return {
        "run": made.run,
        "rows": made.rows,
        "differ": made.differ,
        "rounded": made.rounded,
        "broken": made.broken,
        "mended": made.mended,
        "largest": None if made.largest is None else number(made.largest),
        "flips": [{"old": one.old, "new": one.new, "samples": one.samples} for one in made.flips],
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
            moved=cast("Moved | None", _word_or_none(top, "moved", get_args(Moved))),
            strength=cast("Strength | None", _word_or_none(top, "strength", get_args(Strength))),
            cause=cast("Cause | None", _word_or_none(top, "cause", get_args(Cause))),
            run=_id_or_none(top, "run"),
            key=_id_or_none(top, "key"),
            baseline=_baseline(top.object_or_none("baseline")),
            retrains=_count(top, "retrains"),
            checks=tuple(_check(item) for item in top.objects("checks")),
            changes=_changes(top.object("changes")),
            observed=tuple(_difference(item) for item in top.objects("observed")),
            stages=tuple(_stage(item) for item in top.objects("stages")),
            not_checked=tuple(_not_checked(item) for item in top.objects("not_checked")),
            failure=read_failure(top.object_or_none("failure")),
            # Older reports lack these.
            price=_price(top.object_or_none("price")) if top.has("price") else None,
            predictions=_predictions(top.object_or_none("predictions")) if top.has("predictions") else None,
            determinism=read_determinism(top.object_or_none("determinism"))
            if top.has("determinism")
            else None,
        )
        if verdict != comparison.verdict:
            raise SchemaError(f"it says {verdict[:60]!r}, and its parts say {comparison.verdict!r}")
        return Report(comparison, _id_or_none(top, "head"), time_or_none(top, "minutes"), context)


def time_or_none(fields: Fields, name: str) -> float | None:
    """Minutes, or null."""
    minutes = fields.number_or_none(name)
    if minutes is not None and not 0 <= minutes < 1e6:
        raise SchemaError(f"{fields.where}.{name} must be a time")
    return minutes


def _price(fields: Fields | None) -> Price | None:
    if fields is None:
        return None
    with fields:
        of = cast("Literal['recorded', 'retrains']", fields.one_of("of", ("recorded", "retrains")))
        return Price(of, _count(fields, "runs"), time_or_none(fields, "minutes"))


def _predictions(fields: Fields | None) -> PredictionChanges | None:
    if fields is None:
        return None
    with fields:
        made = PredictionChanges(
            run=_id(fields, "run"),
            rows=_count(fields, "rows"),
            differ=_count(fields, "differ"),
            rounded=_count(fields, "rounded"),
            broken=fields.count_or_none("broken"),
            mended=fields.count_or_none("mended"),
            largest=fields.number_or_none("largest"),
            flips=tuple(_flips(item) for item in fields.objects("flips")),
        )
    told = (
        made.differ + made.rounded,
        made.broken or 0,
        made.mended or 0,
        *(one.samples for one in made.flips),
    )
    if max(told) > made.rows:
        raise SchemaError(f"{fields.where} counts more samples than there are")
    return made


def _flips(fields: Fields) -> Flips:
    with fields:
        return Flips(fields.text("old"), fields.text("new"), _count(fields, "samples"))


def _baseline(fields: Fields | None) -> Baseline | None:
    if fields is None:
        return None
    with fields:
        return Baseline(
            kind=cast("Against", fields.one_of("kind", get_args(Against))),
            commit=_id(fields, "commit"),
            distance=_count(fields, "distance"),
            runs=_ids(fields, "runs"),
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
            _id(fields, "run"), fields.text("who"), fields.text("when"), fields.text("why"), self_reported
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
        n = _count(fields, "n")
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
        n, values = _count(fields, "n"), fields.numbers("values")
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


def _word_or_none(fields: Fields, key: str, words: tuple[str, ...]) -> str | None:
    value = fields.text_or_none(key)
    if value is not None and value not in words:
        raise SchemaError(f"{fields.where}.{key} must be null or one of {', '.join(words)}")
    return value


def _count(fields: Fields, key: str) -> int:
    value = fields.count_or_none(key)
    if value is None:
        raise SchemaError(f"{fields.where}.{key} must be a whole number")
    return value


def _id(fields: Fields, key: str) -> str:
    value = _id_or_none(fields, key)
    if value is None:
        raise SchemaError(f"{fields.where}.{key} must be hexadecimal digits")
    return value


def _ids(fields: Fields, key: str) -> tuple[str, ...]:
    values = fields.texts(key)
    if not all(_is_id(value) for value in values):
        raise SchemaError(f"{fields.where}.{key} must be a list of hexadecimal digits")
    return values


def _id_or_none(fields: Fields, key: str) -> str | None:
    """A commit, key or run id. They are shown in commands that people paste, so nothing else may stand there."""
    value = fields.text_or_none(key)
    if value is not None and not _is_id(value):
        raise SchemaError(f"{fields.where}.{key} must be hexadecimal digits or null")
    return value


def _is_id(value: str) -> bool:
    return 7 <= len(value) <= 64 and set(value) <= set("0123456789abcdef")


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _clipped(value: Any) -> Any:
    """The same with every text cut where a reader would see it cut anyway."""
    if isinstance(value, dict):
        return {key: _clipped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clipped(item) for item in value]
    return value[:80] if isinstance(value, str) else value


def _whole(report: Report) -> Report:
    return report


def _without_passed(report: Report) -> Report:
    checks = report.comparison.checks
    kept = tuple(check for check in checks if check.result not in _PASSED)
    left = len(checks) - len(kept)
    return _left_out(report, f"{left} metrics that passed", checks=kept) if left else report


def _without_tails(report: Report) -> Report:
    it = report.comparison
    changes = Changes(*(getattr(it.changes, name)[:20] for name in ASPECTS))
    failure = it.failure and replace(it.failure, log_tail=it.failure.log_tail[-20:])
    determinism = it.determinism and replace(it.determinism, facts=it.determinism.facts[:20])
    return _left_out(
        report,
        "the ends of long lists",
        checks=it.checks[:100],
        changes=changes,
        observed=it.observed[:20],
        stages=it.stages[:50],
        failure=failure,
        determinism=determinism,
    )


def _left_out(report: Report, what: str, **parts: Any) -> Report:
    note = NotChecked(what, "left out here because the report is long; the measuring job's summary has them")
    notes = (*report.comparison.not_checked[:20], note)
    return replace(report, comparison=replace(report.comparison, not_checked=notes, **parts))
