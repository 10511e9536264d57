"""The half that writes judges again: forged records, keys and rules do not get through. On real git, fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reproof.ci.measured import Measured
from reproof.ci.trusted import Trusted, trusted
from reproof.errors import UsageError
from reproof.ports import PullRequest
from reproof.report.markdown import comment
from reproof.report.report import Context
from reproof.runs.left_out import LeftOut
from reproof.runs.record import DataFile, Metric, RunRecord
from reproof.verdict.failure import Failure
from tests.ci.halves import FILES, measured, rekeyed, trained
from tests.repositories import commit, git
from tests.runs.records import OBSERVED, record


def test_the_verdict_follows_from_the_numbers(origin: Path, open_half: Callable[[], Trusted]) -> None:
    commit(origin, {"params.json": '{\n  "rate": 0.3\n}\n'})
    half = open_half()
    worse = trained(origin, "topic", 2, auc=0.7)
    report = half.report(measured(worse), Context(fail_on=("regressed",)))
    assert report.comparison.verdict == "regressed"
    assert report.comparison.cause == "config"
    (note,) = half.annotations(report)
    assert (note.path, note.line, note.level) == ("params.json", 2, "warning")
    assert half.judge(measured(replace(worse, results=record().results))).verdict == "unchanged"


def test_what_is_recorded_already_is_judged_by_its_record(
    origin: Path, open_half: Callable[[], Trusted]
) -> None:
    head = commit(origin, {"notes.md": "x"})
    half = open_half()
    key = trained(origin, "topic").key
    assert half.judge(Measured(head, key)).verdict == "recorded"


def test_a_failed_training_fails(origin: Path, open_half: Callable[[], Trusted]) -> None:
    head = commit(origin, {"notes.md": "x"})
    judged = open_half().judge(Measured(head, "a" * 64, (), Failure("exit status 1", 1), 1))
    assert judged.verdict == "failed"


@pytest.mark.parametrize(
    ("forge", "why"),
    [
        (lambda run: replace(run, key="0" * 64), "key"),
        (lambda run: replace(run, kind="claimed"), "training of"),
        (lambda run: replace(run, code=replace(run.code, commit="c" * 40)), "training of"),
        (lambda run: replace(run, code=replace(run.code, patch="+x\n")), "training of"),
        (lambda run: rekeyed(run, code=replace(run.code, files=(("train.py", "b" * 40),))), "code"),
        (lambda run: rekeyed(run, config=replace(run.config, parameters=(("rate", 0.1),))), "config"),
        (lambda run: rekeyed(run, environment=replace(run.environment, declared=())), "environment"),
        (lambda run: rekeyed(run, data=(DataFile("data/raw.csv", "git:" + "d" * 40),)), "data"),
        (lambda run: rekeyed(run, data=()), "data"),
    ],
    ids=["key", "kind", "commit", "patch", "code", "config", "environment", "data", "no-data"],
)
def test_a_record_that_hides_a_change_is_refused(
    origin: Path, open_half: Callable[[], Trusted], forge: Callable[[RunRecord], RunRecord], why: str
) -> None:
    commit(origin, {"params.json": '{"rate": 0.3}', "train.py": "print(2)\n"})
    half = open_half()
    forged = forge(trained(origin, "topic", 2))
    with pytest.raises(UsageError, match=why):
        half.judge(replace(measured(forged), head=half.head))


def test_a_key_of_another_version_of_the_inputs_is_no_record_of_the_head(
    origin: Path, open_half: Callable[[], Trusted]
) -> None:
    """Nothing trained, and the key of `main` claimed: the record there is not of what the head declares."""
    head = commit(origin, {"params.json": '{"rate": 0.3}'})
    with pytest.raises(UsageError, match="config"):
        open_half().judge(Measured(head, trained(origin, "main").key))


def test_a_pull_request_cannot_loosen_the_rules_it_is_judged_by(
    origin: Path, open_half: Callable[[], Trusted]
) -> None:
    loose = "[tool.reproof.compare]\nfail-on = []\n[tool.reproof.compare.metrics.auc]\ntolerance = 9\n"
    commit(origin, {"pyproject.toml": loose})
    half = open_half()
    judged = half.judge(measured(trained(origin, "topic", 2, auc=0.7)))
    assert judged.repeats == "drifted"
    assert half.settings.compare.fail_on == ("drifted", "regressed", "failed")
    assert any("how results are judged" in note.why for note in judged.not_checked)


@pytest.mark.parametrize(
    "text", ["[tool.reproof\n", "[tool.reproof]\ntrian = 1\n", "[tool.reproof]\ntrain = 1\n"]
)
def test_a_broken_configuration_of_the_head_is_said(
    origin: Path, open_half: Callable[[], Trusted], text: str
) -> None:
    run = trained(origin, "topic", 2)
    head = commit(origin, {"pyproject.toml": text})
    with pytest.raises(UsageError, match="cannot be read"):
        open_half().judge(measured(replace(run, code=replace(run.code, commit=head))))


def test_results_that_a_pull_request_commits_do_not_stand_in_for_a_training(
    origin: Path, open_half: Callable[[], Trusted]
) -> None:
    """Nothing is trained, and a metrics file says what the base's recorded runs say."""
    changes = {"params.json": '{"rate": 0.3}', "metrics.json": '{"auc": 0.9}'}
    head = commit(origin, changes)
    half = open_half()
    key = trained(origin, "topic").key
    judged = half.judge(Measured(head, key))
    assert judged.verdict == "no-baseline"
    worse = trained(origin, "topic", 2, auc=0.7)
    assert half.judge(measured(worse)).verdict == "drifted", "nor for what it is held against"


def test_runs_that_a_pull_request_brings_along_are_not_recorded_ones(
    origin: Path, open_half: Callable[[], Trusted], tmp_path: Path
) -> None:
    """A folder of records in the pull request, and a configuration that names it as the store."""
    from reproof.adapters.records_folder import RecordsFolder

    store = FILES["pyproject.toml"] + '[tool.reproof.store]\nkind = "folder"\npath = "runs"\n'
    commit(origin, {"pyproject.toml": store, "params.json": '{"rate": 0.3}'})
    planted = trained(origin, "topic", 2)
    RecordsFolder(str(tmp_path / "planted")).add([planted])
    files = [path for path in (tmp_path / "planted").rglob("*") if path.is_file()]
    texts = {f"runs/{path.relative_to(tmp_path / 'planted')}": path.read_text() for path in files}
    head = commit(origin, texts)
    half = open_half()
    assert half.judge(Measured(head, planted.key)).verdict == "no-baseline"
    run = replace(planted, code=replace(planted.code, commit=head))
    judged = half.judge(measured(replace(run, results=record(metrics={"auc": 0.7}).results)))
    assert judged.verdict == "regressed"
    assert any("where runs are recorded" in note.why for note in judged.not_checked)


def test_numbers_that_are_none_do_not_break_it(origin: Path, open_half: Callable[[], Trusted]) -> None:
    commit(origin, {"train.py": "print(2)\n"})
    half = open_half()
    run = trained(origin, "topic", 2)
    nan = replace(run, results=replace(run.results, metrics=(Metric("auc", float("nan")),)))
    assert half.judge(measured(nan)).verdict == "regressed"


def test_nothing_is_checked_out(origin: Path, open_half: Callable[[], Trusted]) -> None:
    commit(origin, {"train.py": "print(2)\n", ".gitattributes": "*.py filter=evil\n"})
    half = open_half()
    assert [path.name for path in Path(half.repository.root).iterdir()] == [".git"]


def test_an_observed_package_is_annotated_where_it_is_not_pinned(
    origin: Path, open_half: Callable[[], Trusted]
) -> None:
    commit(origin, {"notes.md": "x"})
    half = open_half()
    run = trained(origin, "topic", 2, auc=0.5)
    seen = replace(OBSERVED, packages=(("numpy", "2.1.3"), ("scikit-learn", "1.7.0")))
    run = replace(run, environment=replace(run.environment, observed=seen))
    report = half.report(measured(run), Context())
    assert report.comparison.verdict == "drifted"
    (note,) = half.annotations(report)
    assert (note.path, note.line, note.level) == ("requirements.txt", 1, "warning")
    assert "1.7.0" in note.message


def test_a_commit_that_was_not_fetched_is_said(origin: Path) -> None:
    main = git(origin, "rev-parse", "main")
    git(origin, "update-ref", "refs/pull/7/head", main)
    pull = PullRequest(7, "d" * 40, "topic", "octo/demo", main, "main")
    with pytest.raises(UsageError), trusted(f"file://{origin}", pull, None):
        pass
    with pytest.raises(UsageError, match="cannot be fetched"), trusted("file:///nowhere", pull, None):
        pass


def test_a_params_file_that_is_none_is_said(origin: Path, open_half: Callable[[], Trusted]) -> None:
    commit(origin, {"params.json": "{", "other.json": json.dumps({"a": 1})})
    half = open_half()
    run = replace(trained(origin, "main", 2), code=replace(trained(origin, "main").code, commit=half.head))
    with pytest.raises(UsageError, match=r"params\.json"):
        half.judge(measured(run))


def test_what_the_trainings_left_is_told_of_declared_files_only(
    origin: Path, open_half: Callable[[], Trusted]
) -> None:
    rules = '[tool.reproof]\nmetrics = ["m.json"]\nartifacts = ["model.txt"]\n'
    commit(origin, {"pyproject.toml": rules + FILES["pyproject.toml"]})
    left = (
        LeftOut("m.json", ("tag (text, not taken)", "<b>@octocat</b> (null, not taken)"), 2),
        LeftOut("model.txt"),
        LeftOut("all is well, says octo", ("x (text, not taken)",)),
        LeftOut("m.json"),
    )
    report = open_half().report(replace(measured(trained(origin, "topic", 2)), left=left), Context())
    told = {item.what: item.why for item in report.comparison.not_checked}
    assert told["model.txt"] == "declared as an artifact, and not written"
    assert told["m.json"].startswith("metrics are numbers: tag (text, not taken); ")
    assert "all is well, says octo" not in told
    assert "<b>" not in re.sub("`[^`]*`", "", comment(report))
