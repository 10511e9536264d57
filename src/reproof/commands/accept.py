"""Accept a recorded run: its results are the expected ones from here on.

They hold for the run's key and for what descends from its commit, until the next acceptance. Runs of the same key
that agree with it, by your tolerances or within noise, go on counting; those that disagree stay recorded and no
longer count. The acceptance is kept where the records are, with your
name and your reason, and is shown by every report that builds on it.
"""

from __future__ import annotations

import datetime as dt
import secrets
import sys
from typing import TYPE_CHECKING

from reproof.errors import Exit, NotSentError, UsageError
from reproof.redact import redact
from reproof.report.wording import counted
from reproof.runs.acceptance import LONGEST_WHY, in_force, to_dict
from reproof.runs.baseline import held_against
from reproof.runs.find import default_line, find_run
from reproof.runs.side_by_side import metrics_side_by_side
from reproof.strict import shown_json
from reproof.verdict.acceptance import acceptance_of
from reproof.verdict.sample import independent, lacking
from reproof.visible import shown_number, visible
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from reproof.runs.acceptance import Acceptance
    from reproof.runs.baseline import Held
    from reproof.runs.record import RunRecord

EXAMPLE = """\
reproof accept HEAD -m "The new tokenizer splits better"
reproof accept 3f9c1a -m "scikit-learn 1.7 changed its default solver"
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run's id, a unique prefix, or a revision")
    parser.add_argument("-m", "--message", required=True, metavar="WHY", help="why these results are right")
    parser.add_argument("--no-push", action="store_true", help="keep the acceptance in this clone for now")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def run(args: argparse.Namespace) -> int:
    why = redact(args.message).strip()
    if not why or len(why) > LONGEST_WHY:
        raise UsageError(
            f"the reason has {len(why)} characters; 1 to {LONGEST_WHY} are needed",
            'Say why these results are right: -m "…"',
        )
    workspace = open_workspace(".", push=not args.no_push)
    repository, store = workspace.repository, workspace.store
    who = repository.author()
    record = find_run(store, repository, args.run)
    if record.code.patch is not None:
        raise UsageError(
            f"run {record.id} is one of uncommitted changes, which nobody can build on",
            "Commit them, record a run of the commit (`reproof run`), and accept that one.",
        )
    held = held_against(store, repository, record.key, record.code.commit, default_line(repository))
    before = in_force(held.acceptances, record.key)
    if before is not None and before.to_run == record.id:
        print(
            f"reproof: nothing to do: run {record.id} was accepted by {visible(before.who)} on "
            f"{before.when[:10]}: {visible(before.why)}",
            file=sys.stderr,
        )
        return Exit.FINE
    made = acceptance_of(
        record,
        held.same_key,
        held.base,
        workspace.settings.compare,
        name=secrets.token_hex(6),
        who=who,
        why=why,
        when=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
    )
    try:
        store.accept(made)
    except NotSentError as error:  # the decision is made; it is kept here, and that is said
        print(f"reproof: warning: {visible(redact(error.message))}", file=sys.stderr)
        print(f"  {visible(redact(error.hint or ''))}", file=sys.stderr)
    if args.format == "json":
        print(shown_json(to_dict(made)))
    else:
        most = workspace.settings.compare.baseline
        print("\n".join(visible(line) for line in _lines(made, record, held, most)))
    return Exit.FINE


def _lines(made: Acceptance, record: RunRecord, held: Held, most: int) -> Iterator[str]:
    """What was accepted in place of what, metric by metric, and what follows. `most` is compare.baseline."""
    yield f"accepted run {made.to_run} of commit {made.head[:7]}, key {made.key[:12]}: {made.why}"
    others = [run for run in held.same_key if run.id != record.id]
    if before := held.base.runs if held.base else others:
        old = before[-1]
        whose = "the base's newest run" if held.base else "the newest other run of the same inputs"
        yield f"its results, from those of {whose}, {old.id} of commit {old.code.commit[:7]}:"
        for pair in metrics_side_by_side(old, record):
            was, now = ("none" if value is None else shown_number(value) for value in (pair.old, pair.new))
            yield f"  {pair.label}: {was} → {now}"
    if gone := [run.id for run in others if run.id in made.from_runs]:
        yield f"no longer counted, since they disagree with it: {', '.join(gone)}"
    counting = [record, *(run for run in others if run.id not in made.from_runs)]
    yield f"what is expected of these inputs from here on: {counted(len(counting), 'run')}"
    if more := lacking(independent(counting), most, reseeds=record.config.seed is not None):
        yield (
            f"that is too few to tell how much it varies: `reproof run --baseline` at {made.head[:7]} "
            f"trains up to {more} more"
        )
