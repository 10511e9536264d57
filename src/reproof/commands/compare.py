"""Give the verdict on recorded runs, without training.

RUN (default: the newest of HEAD) is held against other recorded runs of its key and against its base: the
nearest recorded ancestor on the default branch, or what --with names. What was accepted (`reproof accept`) counts.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

from reproof.errors import Exit, UsageError
from reproof.judging import Judge
from reproof.report import json as report_json
from reproof.report.report import Context, Report
from reproof.report.text import text
from reproof.runs.acceptance import in_force
from reproof.runs.baseline import Base, Held, held_against, runs_of_key
from reproof.runs.find import default_line, find_run
from reproof.visible import in_colour, visible
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from reproof.runs.record import RunRecord


EXAMPLE = """\
reproof compare                   # HEAD's newest run against its key's others and the base's
reproof compare 3f9c1a --with main
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", nargs="?", default="HEAD", metavar="RUN", help="default: HEAD")
    parser.add_argument("--with", dest="other", metavar="RUN|REV", help="what to hold it against")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    workspace = open_workspace(".")
    repository, store, settings = workspace.repository, workspace.store, workspace.settings.compare
    record = find_run(store, repository, args.run)
    by_id = record.id.startswith(args.run)
    commit = record.code.commit if by_id else repository.resolve(args.run)  # which may have another one's run
    now: tuple[RunRecord, ...] = (record,)
    if args.other:
        acceptances = store.accepted()
        other = find_run(store, repository, args.other)
        meant = _all_meant(
            args.other, other, runs_of_key(store, repository, other.key, other.code.commit, acceptances)
        )
        meant = tuple(run for run in meant if run.id != record.id)
        if not meant:
            _refuse_itself(args.other, record)
        same: tuple[RunRecord, ...] = meant if other.key == record.key else ()
        base = None if same else Base(other.code.commit, 0, meant)
        accepted = in_force(acceptances, record.key)
        if accepted and record.id == accepted.to_run:
            print(
                f"reproof: run {record.id} was accepted by {visible(accepted.who)}: {visible(accepted.why)}; "
                "--with asks all the same, `reproof compare` alone holds it against what is expected now",
                file=sys.stderr,
            )
    else:
        held = held_against(store, repository, record.key, commit, default_line(repository))
        accepted = in_force(held.acceptances, record.key)
        replaced = accepted.from_runs if accepted and not by_id else ()
        if accepted and record.id in (accepted.to_run, *replaced):
            now = ()  # nothing is to be held against it: the accepted run itself says what is expected
        named = accepted.to_run if accepted else None
        same = tuple(
            run
            for run in held.same_key
            if run.id == named or (run.id != record.id and run.created <= record.created)
        )
        base, acceptances = held.base, held.acceptances
    judge = Judge(store, repository, settings, record.key, commit, Held(same, base, acceptances))
    report = Report(
        judge.decide(now, retrains=0).comparison,
        head=commit,
        context=Context(fail_on=settings.fail_on, checked_out=repository.head().commit),
    )
    if args.format == "json":
        print(report_json.dump(report), end="")
    else:
        print(text(report, colour=in_colour(sys.stdout)), end="")
    return Exit.FOUND if report.fails else Exit.FINE


def _refuse_itself(words: str, record: RunRecord) -> NoReturn:
    """Raise `UsageError`: no run is evidence for itself."""
    raise UsageError(
        f"--with {words} names run {record.id} itself and no other; a run is not held against itself",
        f"Name another (`reproof runs` lists them), or record one more of commit {record.code.commit[:7]}: "
        "`reproof run --baseline`.",
    )


def _all_meant(words: str, found: RunRecord, expected: Sequence[RunRecord]) -> tuple[RunRecord, ...]:
    """The one run that an id names; for a revision all runs of its key that are expected."""
    return (found,) if found.id.startswith(words) else tuple(expected) or (found,)
