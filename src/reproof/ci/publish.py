"""What a measuring job leaves behind: the report's files, the job's summary, its outputs, and the exit code."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING

from reproof.ci import measured as handover
from reproof.ci.measured import Measured
from reproof.ci.outputs import annotate, write_outputs, write_summary
from reproof.ci.past import history_of
from reproof.ci.rules import telling_changed_rules
from reproof.errors import Exit, UsageError
from reproof.output_folder import make_output_folder
from reproof.report import html, markdown
from reproof.report import json as report_json
from reproof.report.report import Context, Report
from reproof.report.short_json import short_json
from reproof.report.text import text
from reproof.runs.find import is_recorded
from reproof.runs.schema import dump
from reproof.strict import SchemaError
from reproof.visible import in_colour

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reproof.ci.event import Event
    from reproof.runs.left_out import LeftOut
    from reproof.runs.record import RunRecord
    from reproof.verdict.comparison import Comparison
    from reproof.wiring import Workspace


def reported(workspace: Workspace, event: Event, comparison: Comparison, minutes: float | None) -> Report:
    """The report of a comparison, with what the base's line recorded before, and what of the rules is changed."""
    if event.pull:
        head, base = workspace.head.commit, event.pull.base
        comparison = telling_changed_rules(comparison, workspace.repository, head, base)
    return Report(
        comparison,
        head=workspace.head.commit,
        minutes=minutes,
        context=_context(event, workspace, comparison.run),
        history=history_of(workspace.store, workspace.repository, comparison),
    )


def _context(event: Event, workspace: Workspace, run: str | None) -> Context:
    return Context(
        repository=event.repository,
        pull=event.pull.number if event.pull else None,
        base_ref=event.pull.base_ref if event.pull else event.default_branch,
        base_commit=event.pull.base if event.pull else None,
        fail_on=workspace.settings.compare.fail_on,
        run_url=event.run_url,
        recorded=run is None or is_recorded(workspace.store, run),
        checked_out=None if event.run_url else workspace.head.commit,
    )


def report_folder(environ: Mapping[str, str], workspace: Workspace) -> str:
    """Outside of the work tree: a report must not make the next training's tree dirty."""
    base = environ.get("RUNNER_TEMP") or workspace.repository.private
    return os.path.join(base, "reproof-report")


def refuse_unwritable(folder: str) -> None:
    """Make the report's folder; raises `UsageError` where nothing can be written there: before any training."""
    try:
        make_output_folder(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            f"the report's folder {folder} cannot be written: {error.strerror}",
            "Make it writable, or name another one: --output FOLDER.",
        ) from None


def publish(
    environ: Mapping[str, str],
    event: Event,
    report: Report,
    records: Sequence[RunRecord],
    folder: str,
    left: Sequence[LeftOut] = (),
) -> None:
    """Write the files, the summary and the outputs; the report as text goes to the log.

    `left` is what the trainings left and no record holds. What is too large to be handed on is left out, and said:
    the verdict stands without it.
    """
    it = report.comparison
    measured = Measured(
        report.head or "",
        it.key or "",
        tuple(records),
        it.failure,
        it.retrains,
        report.minutes,
        event.run_id,
        event.attempt,
        tuple(left),
    )
    make_output_folder(folder)
    files = {
        "report.md": markdown.comment(report).encode(),
        "report.json": report_json.dump(report).encode(),
        "report.html": html.page(report).encode(),
        handover.FILE: handover.dump(measured),
        **{f"run-{record.id}.json": _dumped(record) for record in measured.records},
    }
    for name, data in files.items():
        if data is None:
            _too_large(environ, name)
            continue
        path = os.path.join(folder, name)
        with open(path, "wb") as handle:
            handle.write(data)
        print(f"reproof: wrote {path}", file=sys.stderr)
    write_summary(environ, markdown.summary(report))
    write_outputs(
        environ,
        {
            "verdict": it.verdict,
            "strength": it.strength or "",
            "run": it.run or "",
            "report": os.path.join(folder, "report.md"),
            "report-json": _report_json(environ, report),
            "measured": handover.output(measured),
        },
    )
    print(text(report, colour=in_colour(sys.stdout)), end="")
    if report.fails:
        annotate(environ, "error", f"{it.verdict}: see the job's summary")


def _dumped(record: RunRecord) -> bytes | None:
    try:
        return dump(record)
    except SchemaError:
        return None


def _report_json(environ: Mapping[str, str], report: Report) -> str:
    try:
        return short_json(report)
    except UsageError:
        _too_large(environ, "the output report-json")
        return ""


def _too_large(environ: Mapping[str, str], what: str) -> None:
    told = (
        f"{what} is too large and was left out: have the training write fewer metrics, slices or predictions"
    )
    print(f"reproof: {told}", file=sys.stderr)
    annotate(environ, "warning", told)


def exit_code(report: Report) -> int:
    """1 for a verdict that fails, 5 where that is a failed training."""
    if not report.fails:
        return Exit.FINE
    return Exit.TRAINING if report.comparison.failure else Exit.FOUND
