"""What `reproof ci` does: reads the event, chooses the activity, trains, compares, reports. The wiring of CI.

The trust line: `retrain` runs a pull request's code and writes nothing but its own report; `record` runs on the
default branch and writes records; `comment` runs no code of the pull request, judges its records
again, and writes one comment and one check run.
"""

from __future__ import annotations

import functools
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.ci.accept import accept
from reproof.ci.activity import NoActivity, choose
from reproof.ci.audit import keep_issue
from reproof.ci.comment import post_comment
from reproof.ci.event import read_event
from reproof.ci.inputs import read_inputs
from reproof.ci.outputs import write_summary
from reproof.ci.publish import exit_code, publish, refuse_unwritable, report_folder, reported
from reproof.ci.rules import by_rules_of
from reproof.ci.spread import SPREADING, spread
from reproof.errors import Exit, UsageError
from reproof.judging import Judge
from reproof.report.escape import prose
from reproof.runs.acceptance import in_force, still_expected
from reproof.runs.capture.results import left_out
from reproof.runs.find import default_line
from reproof.runs.past import past_runs
from reproof.training.retraining import Budget, measure_baseline, measure_merge, settle
from reproof.verdict.acceptance import naming
from reproof.verdict.compare import compare, failed
from reproof.verdict.comparison import NotChecked
from reproof.verdict.failure import Failure
from reproof.verdict.noise import libraries
from reproof.verdict.sample import MOST_VERSIONS, sample_of
from reproof.wiring import open_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reproof.ci.event import Event
    from reproof.ci.inputs import Inputs
    from reproof.runs.declared import Declared
    from reproof.runs.record import RunRecord
    from reproof.verdict.comparison import Comparison
    from reproof.wiring import Workspace


def main(environ: Mapping[str, str], folder: str | None = None) -> int:
    """Do what the event asks for; `folder` takes the report's files. Returns the exit code."""
    inputs = read_inputs(environ)
    event = read_event(environ)
    activity = choose(event, inputs)
    if isinstance(activity, NoActivity):
        print(f"reproof: nothing to do: {activity.reason}", file=sys.stderr)
        write_summary(environ, f"reproof had nothing to do: {prose(activity.reason)}.")
        return Exit.FINE
    if activity.name == "comment":
        return post_comment(environ, event, inputs)
    if activity.name == "accept":
        return accept(environ, event, inputs)
    if activity.name == "check":
        from reproof.ci.check import check

        return check(environ, event, inputs)
    if activity.name == "audit":
        inputs = replace(inputs, retrain="always")
    workspace = _workspace(inputs, event, push=activity.name == "record")
    _refuse_other_commit(workspace, activity.commit)
    if activity.name in SPREADING:
        return spread(environ, event, inputs, activity.name, workspace, folder)
    folder = folder or report_folder(environ, workspace)
    refuse_unwritable(folder)
    started = time.monotonic()
    declared = workspace.declared()
    if activity.name == "record":
        comparison, records = _record(workspace, declared)
    else:
        comparison, records = _retrain(workspace, declared, event, inputs)
    left = left_out(workspace.repository.root, declared.layout) if records else []
    comparison = comparison.with_notes(NotChecked(one.path, one.words) for one in left)
    report = reported(workspace, event, comparison, (time.monotonic() - started) / 60)
    if activity.name == "audit":
        keep_issue(environ, event, inputs, report)
    publish(environ, event, report, records, folder, left)
    return exit_code(report)


def _workspace(inputs: Inputs, event: Event, *, push: bool) -> Workspace:
    workspace = open_workspace(
        inputs.working_directory, push=push, token=inputs.token, train=inputs.command, python=inputs.python
    )
    if event.pull:
        workspace = by_rules_of(event.pull.base, workspace, inputs.token)
    return workspace.with_compare(retrains=inputs.retrains, fail_on=inputs.fail_on)


def _refuse_other_commit(workspace: Workspace, commit: str | None) -> None:
    """A pull request's ephemeral merge commit is gone tomorrow: what it gave could not be trained again."""
    if commit and workspace.head.commit != commit:
        raise UsageError(
            f"the checked out commit is {workspace.head.commit[:7]}, and the event is about {commit[:7]}",
            "Check out the head: `ref: ${{ github.event.pull_request.head.sha }}` and `fetch-depth: 0` "
            "under the `with:` of actions/checkout.",
        )


def _retrain(
    workspace: Workspace, declared: Declared, event: Event, inputs: Inputs
) -> tuple[Comparison, list[RunRecord]]:
    """Train as often as the verdict asks for, and compare. Nothing is recorded."""
    repository, settings = workspace.repository, workspace.settings.compare
    line = event.pull.base if event.pull else default_line(repository)
    judge = Judge.on_line(workspace.store, repository, settings, declared.key, workspace.head.commit, line)
    same_key, base = judge.held.same_key, judge.held.base
    known = any(run.kind == "trained" for run in same_key)
    if inputs.retrain == "never" or (inputs.retrain == "changed" and known):
        return judge.without_training(), []
    if same_key or base:
        # What is missing is said before anything is trained: equal recorded runs may be judged by noise, too, where
        # a metric counts rows or past versions vary.
        libraries()
    return settle(
        workspace.trainings(declared, "ci").reported(),
        functools.partial(judge.decide, spent=event.attempt - 1),  # each attempt before took a look at least
        Budget(settings.retrains, settings.time_budget),
        time.monotonic,
        same_key or (base.runs if base else ()),
        declared.key,
    )


def _record(workspace: Workspace, declared: Declared) -> tuple[Comparison, list[RunRecord]]:
    """Record the checked out commit, unless its key is recorded already."""
    store, settings = workspace.store, workspace.settings.compare
    acceptances = store.accepted()
    recorded = still_expected(store.same_key(declared.key), in_force(acceptances, declared.key))
    trained = [run for run in recorded if run.kind == "trained"]
    if trained:
        print(f"reproof: key {declared.key[:12]} is recorded already, nothing to train", file=sys.stderr)
        return naming(compare((), trained, None, settings), acceptances), []
    training = workspace.trainings(declared, "ci").reported()
    past = past_runs(store, workspace.repository, workspace.head.commit, MOST_VERSIONS)
    if any(sample_of(version).varies for version in past):  # how much it varies is known
        records = measure_merge(training, settings.per_merge)
    else:
        records = measure_baseline(training, settings.baseline)
    if isinstance(records, Failure):
        return failed(records, declared.key, 1), []
    store.add(records)
    for record in records:
        print(f"reproof: recorded run {record.id}, key {record.key[:12]}", file=sys.stderr)
    if len(records) == 1 or sample_of(records).varies:  # there is nothing to be held against
        return compare((), records, None, settings, retrains=len(records)), records
    return compare(records[1:], records[:1], None, settings, retrains=len(records)), records
