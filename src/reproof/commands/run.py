"""Train once, capture code, config, environment, data and results, and record the run.

The training runs in the work tree, started without a shell. A dirty work tree is refused, since its results
belong to no commit; declared outputs (metrics, artifacts, dvc.lock) are not dirt. What is recorded goes to the
records branch and is pushed; your own branches are never touched.
"""

from __future__ import annotations

import contextlib
import math
import sys
from typing import TYPE_CHECKING

from reproof.errors import Exit, NotSentError, TrainingFailedError, UsageError
from reproof.strict import shown_json
from reproof.training.trainings import Trainings
from reproof.verdict.failure import Failure
from reproof.visible import shown_number, visible
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from reproof.ports import RunStore
    from reproof.runs.record import RunRecord
    from reproof.training.stages import Choice

MOST_ODD = 10  # metrics that are named as no finite numbers

EXAMPLE = """\
reproof run                # the configured command, else `dvc repro`, else `python train.py`
reproof run --baseline     # as many trainings as a baseline needs
reproof run --affected     # of a pipeline, the stages that no recorded run has
reproof run -- python train.py --fast
"""


def configure(parser: argparse.ArgumentParser) -> None:
    times = parser.add_mutually_exclusive_group()
    times.add_argument("--repeat", type=int, default=1, metavar="N", help="train N times (default: 1)")
    times.add_argument(
        "--baseline",
        action="store_true",
        help="train twice; where the two differ, as often as compare.baseline says",
    )
    parser.add_argument(
        "--affected",
        action="store_true",
        help="of a pipeline, train only the stages that no recorded run has; the record names what was taken",
    )
    parser.add_argument(
        "--allow-dirty", action="store_true", help="train uncommitted changes; their patch is recorded"
    )
    parser.add_argument("--no-push", action="store_true", help="keep the record in this clone for now")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument(
        "command", nargs="*", metavar="COMMAND", help="after --: train with this, not with the configured one"
    )


def run(args: argparse.Namespace) -> int:
    if args.repeat < 1:
        raise UsageError("--repeat must be at least 1")
    if args.affected and (args.baseline or args.repeat > 1):
        raise UsageError(
            "--affected takes stages from recorded runs; a repeated run must train all of them",
            "Leave --baseline and --repeat out, or train the whole.",
        )
    workspace = open_workspace(".", push=not args.no_push, train=tuple(args.command) or None)
    workspace.ask_early()
    declared = workspace.declared(allow_dirty=args.allow_dirty)
    if declared.code.patch is not None:
        print(
            "reproof: uncommitted changes: the run is recorded as dirty, with its patch; "
            "verdicts on commits pass it over",
            file=sys.stderr,
        )
    with contextlib.suppress(NotSentError):  # what waits is tried again, and told, with the new run
        workspace.store.add(())  # what cannot be kept is told before anything is trained
    training = workspace.trainings(declared, "local", affected=args.affected)
    from reproof.training.measure import Training

    choice = training.once.choice if isinstance(training.once, Training) else None
    if choice and not _say_taken(choice):
        return Exit.FINE
    records: list[RunRecord] = []
    known = _expected(workspace.store, declared.key) if args.baseline else ()
    most = workspace.settings.compare.baseline
    try:
        if args.baseline:
            from reproof.training.retraining import measure_baseline

            _refuse_failure(measure_baseline(_kept(training, records, args), most, known))
        else:
            _train(_kept(training, records, args), args.repeat)
    except BaseException:
        if records:  # each was paid for, and stands for itself
            _keep(workspace.store, records)
            kept = ", ".join(record.id for record in records)
            print(f"reproof: {len(records)} finished run(s) are kept: {kept}", file=sys.stderr)
        raise
    _keep(workspace.store, records)
    from reproof.runs.capture.results import left_out

    for one in left_out(workspace.repository.root, declared.layout):
        print(f"reproof: note: {visible(one.path)}: {visible(one.words)}", file=sys.stderr)
    _say_odd(records)
    _print(records, args.format)
    if args.baseline:
        from reproof.training.retraining import why_enough
        from reproof.verdict.sample import independent

        runs = independent([*known, *records])
        enough = why_enough(runs, most, reseeds=training.reseeded is not None)
        print(f"reproof: {len(runs)} runs of this version are recorded: {enough}", file=sys.stderr)
    return Exit.FINE


def _expected(store: RunStore, key: str) -> tuple[RunRecord, ...]:
    """The trained runs of a key that say what is expected: without those that an acceptance replaced."""
    from reproof.runs.acceptance import in_force, still_expected

    trained = [run for run in store.same_key(key) if run.kind == "trained"]
    return still_expected(trained, in_force(store.accepted(), key))


def _say_taken(choice: Choice) -> bool:
    """Say which stages are taken from recorded runs, and whether there are any to train."""
    for one in choice.reused:
        print(f"reproof: stage {one.stage.name}: taken from run {one.run}", file=sys.stderr)
    if not choice.trained:
        print("reproof: nothing to train: recorded runs have every stage of this commit", file=sys.stderr)
    return bool(choice.trained)


def _kept(training: Trainings, records: list[RunRecord], args: argparse.Namespace) -> Trainings:
    """The training, with each record put aside as soon as there is one, and with its number said."""

    def kept(train: Callable[[], RunRecord | Failure]) -> RunRecord | Failure:
        if args.repeat > 1 or (args.baseline and records):
            total = f" of {args.repeat}" if args.repeat > 1 else ""
            print(f"reproof: run {len(records) + 1}{total}", file=sys.stderr, flush=True)
        made = train()
        if not isinstance(made, Failure):
            records.append(made)
        return made

    reseeded = training.reseeded
    return Trainings(
        once=lambda: kept(training.once),
        seed=training.seed,
        reseeded=(lambda seed: kept(lambda: reseeded(seed))) if reseeded else None,
    )


def _train(training: Trainings, count: int) -> None:
    """Train `count` times; raises `TrainingFailedError` at the first failure."""
    for _ in range(count):
        _refuse_failure(training.once())


def _refuse_failure(made: list[RunRecord] | RunRecord | Failure) -> None:
    if isinstance(made, Failure):
        raise TrainingFailedError(made.what, f"Of this training nothing was recorded.{_next_step(made)}")


def _next_step(failure: Failure) -> str:
    """What is to be done about failures whose cause is as a rule not in the code."""
    if failure.what.endswith("does not exist"):
        return " Correct `train` in the configuration, or install that program where the training finds it."
    if any(line.startswith("ModuleNotFoundError: ") for line in failure.log_tail):
        return (
            " Install the module where the training runs, or name the interpreter that has it in the "
            'configuration: python = ".venv/bin/python"; without that key it is the `python` on the PATH.'
        )
    return ""


def _keep(store: RunStore, records: Sequence[RunRecord]) -> None:
    """A record that cannot be pushed is kept and said, not lost: the training was paid for."""
    try:
        store.add(records)
    except NotSentError as error:
        print(f"reproof: warning: {visible(error.message)}\n  {visible(error.hint or '')}", file=sys.stderr)


def _print(records: Sequence[RunRecord], form: str) -> None:
    if form == "json":
        from reproof.runs.schema import to_dict

        values = [to_dict(record) for record in records]
        print(shown_json(values[0] if len(values) == 1 else values))
        return
    from reproof.runs.text import metric_line

    for record in records:
        print(f"recorded run {record.id} of commit {record.code.commit[:7]}, key {record.key[:12]}")
        for metric in record.results.metrics:
            print(f"  {visible(metric_line(metric))}")
    if len(records) > 1:
        print(f"{len(records)} runs: {_alike(records)}")


def _say_odd(records: Sequence[RunRecord]) -> None:
    """Say which metrics are no finite number: as a rule the training went wrong there."""
    for record in records:
        odd = [metric for metric in record.results.metrics if not math.isfinite(metric.value)]
        named = [f"{metric.label} is {shown_number(metric.value)}" for metric in odd[:MOST_ODD]]
        if len(odd) > MOST_ODD:
            named.append(f"{len(odd) - MOST_ODD} more are no numbers")
        if odd:
            print(
                f"reproof: note: run {record.id}: {visible(', '.join(named))}: recorded as it is, and any number "
                "there will differ from it; look at the training",
                file=sys.stderr,
            )


def _alike(records: Sequence[RunRecord]) -> str:
    from reproof.verdict.compare import repeat_each_other
    from reproof.verdict.sample import agree, sample_of, surely_repeats

    if repeat_each_other(records) and surely_repeats(sample_of(records)):
        return "they repeat each other"
    if all(agree(records[0], record, rounding=0.0) for record in records[1:]):
        return (
            "their metrics are equal, perhaps by chance: [tool.reproof] artifacts or predictions would tell"
        )
    return "they differ from each other"
