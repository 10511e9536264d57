"""Accept a recorded run: its results are the expected ones from here on.

They hold for the run's key and for what descends from its commit, until the next acceptance. Runs of the same key
that disagree with it stay recorded and no longer count. The acceptance is kept where the records are, with your
name and your reason, and is shown by every report that builds on it.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sys
from typing import TYPE_CHECKING

from reproof.errors import Exit, StoreError, UsageError
from reproof.redact import redact
from reproof.runs.acceptance import LONGEST_WHY, in_force, to_dict
from reproof.runs.baseline import held_against
from reproof.runs.find import default_line, find_run
from reproof.runs.side_by_side import metrics_side_by_side
from reproof.strict import number
from reproof.verdict.acceptance import acceptance_of
from reproof.visible import visible
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
    except StoreError as error:  # the decision is made; it is kept here, and that is said
        print(f"reproof: warning: {redact(error.message)}\n  {redact(error.hint or '')}", file=sys.stderr)
    if args.format == "json":
        print(json.dumps(to_dict(made), indent=1, ensure_ascii=False))
    else:
        print("\n".join(visible(line) for line in _lines(made, record, held)))
    return Exit.FINE


def _lines(made: Acceptance, record: RunRecord, held: Held) -> Iterator[str]:
    """What was accepted in place of what, metric by metric, and what follows."""
    yield f"accepted run {made.to_run} of commit {made.head[:7]}, key {made.key[:12]}: {made.why}"
    before = held.base.runs if held.base else [run for run in held.same_key if run.id != record.id]
    if before:
        for pair in metrics_side_by_side(before[-1], record):
            old, new = ("none" if value is None else number(value) for value in (pair.old, pair.new))
            yield f"  {pair.label}: {old} → {new}"
    own = [run for run in held.same_key if run.id in made.from_runs]
    if own:
        yield f"{len(own)} run(s) of the same inputs no longer count: {', '.join(run.id for run in own)}"
    counting = 1 + sum(run.id not in (*made.from_runs, record.id) for run in held.same_key)
    yield f"from here on {counting} run(s) say what is expected; `reproof run --repeat N` adds more"
