"""A report that one job hands to another: on one line, and short enough for an output."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reproof.errors import UsageError
from reproof.report.json import to_dict
from reproof.verdict.comparison import ASPECTS, Changes, NotChecked

if TYPE_CHECKING:
    from reproof.report.report import Report

# Bytes. It arrives as an environment variable, and Linux gives one 128 KiB.
OUTPUT_LIMIT = 120_000

_PASSED = ("equal", "rounding", "tolerance", "statistical")


def short_json(report: Report, limit: int = OUTPUT_LIMIT) -> str:
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


def _clipped(value: Any) -> Any:
    """The same with every text cut where a reader would see it cut anyway."""
    if isinstance(value, dict):
        return {key: _clipped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clipped(item) for item in value]
    return value[:80] if isinstance(value, str) else value


def _left_out(report: Report, what: str, **parts: Any) -> Report:
    note = NotChecked(what, "left out here because the report is long; the measuring job's summary has them")
    notes = (*report.comparison.not_checked[:20], note)
    return replace(report, comparison=replace(report.comparison, not_checked=notes, **parts))


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
