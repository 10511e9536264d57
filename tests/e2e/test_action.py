"""The shipped action in the shipped workflows, run by act, with GitHub on loopback. No part of ours is replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from reproof.report import json as report_json
from reproof.report.markdown import MARKER
from tests.e2e.github_api import GitHubApi
from tests.e2e.project import FORK, REPOSITORY_IDS, Project
from tests.requires import requires

pytestmark = [requires("npm"), pytest.mark.xdist_group("github")]


MODEL = "from sklearn.linear_model import LogisticRegression\nmodel = LogisticRegression(C=0.3)\n"


@pytest.fixture
def project(tmp_path: Path, github: GitHubApi) -> Project:
    return Project(tmp_path, github.url)


def test_a_merge_is_recorded_and_a_pull_request_gets_one_comment_that_follows_it(
    project: Project, github: GitHubApi
) -> None:
    recorded = project.record()
    assert recorded.exit_code == 0, recorded.log
    assert "reproof-records" in project.git("branch", "--list")

    pull = github.new_pull()
    project.git("switch", "--quiet", "--create", "topic")
    head = project.commit(0.3)
    github.push(pull, head)
    worse = project.pull_request(pull, head)
    assert worse.exit_code == 1, worse.log  # the measuring job failed, and the other one wrote all the same
    assert worse.outputs["verdict"] == "regressed"
    assert report_json.parse(worse.outputs["report-json"]).head == head
    assert "Regressed" in worse.summaries[0]
    (comment,) = github.comments(pull)
    assert comment["body"].startswith(f"{MARKER}\n## ❌ **Regressed**: `accuracy`")
    assert "Cause: **config** (`rate` 0.1 → 0.3)" in comment["body"]
    assert (
        f"/actions/runs/{project.run_id}/artifacts/" in comment["body"]
    )  # report.html, which the job uploaded
    assert worse.outputs["comment-url"] == comment["html_url"]
    (check,) = github.check_runs(head)
    assert check["conclusion"] == "failure"
    (note,) = check["output"]["annotations"]
    assert (note["path"], note["start_line"], note["annotation_level"]) == ("params.json", 1, "warning")
    assert "rate" in note["message"]
    assert "bot-token" not in worse.log
    names = next(line for line in worse.log.splitlines() if "names:" in line)
    assert "REPROOF_TOKEN" not in names

    head = project.commit(0.101)
    github.push(pull, head)
    mended = project.pull_request(pull, head)
    assert mended.exit_code == 0, mended.log
    assert mended.outputs["verdict"] == "unchanged"
    (edited,) = github.comments(pull)
    assert edited["id"] == comment["id"]
    assert edited["body"].startswith(f"{MARKER}\n## ✅ **Unchanged**")
    assert [check["conclusion"] for check in github.check_runs(head)] == ["success"]
    assert github.violations() == []


def test_results_that_a_repository_claims_and_nobody_can_repeat_are_reported(
    project: Project, github: GitHubApi
) -> None:
    """The base has its metrics committed, and a pull request changes nothing that matters."""
    (project.folder / ".gitignore").write_text("model.txt\n")
    (project.folder / "metrics.json").write_text('{"accuracy": 0.95}\n')
    project.base = project.commit(0.1)
    pull = github.new_pull()
    project.git("switch", "--quiet", "--create", "topic")
    (project.folder / "notes.md").write_text("x\n")
    head = project.commit(0.1)
    github.push(pull, head)
    small = project.pull_request(pull, head, "pull-request.yml")
    assert (small.exit_code, small.outputs["verdict"]) == (1, "drifted"), small.log
    assert "Not reproduced" in small.summaries[0]
    assert github.comments(pull) == []
    whole = project.pull_request(pull, head)
    assert (whole.exit_code, whole.outputs["verdict"]) == (1, "drifted"), whole.log
    (comment,) = github.comments(pull)
    assert comment["body"].startswith(f"{MARKER}\n## ❌ **Not reproduced**: nothing declared changed")
    assert [check["conclusion"] for check in github.check_runs(head)] == ["failure"]
    assert github.violations() == []


def test_a_failing_training_is_reported_with_its_log(project: Project, github: GitHubApi) -> None:
    pull = github.new_pull()
    project.git("switch", "--quiet", "--create", "topic")
    head = project.commit(2)
    github.push(pull, head)
    result = project.pull_request(pull, head)
    assert result.exit_code == 1
    assert result.outputs["verdict"] == "failed"
    assert "exit status 5" in result.log
    (comment,) = github.comments(pull)
    assert comment["body"].startswith(f"{MARKER}\n## ❌ **Training failed**")
    assert "the loss is not a number any more" in comment["body"]
    assert "the loss is not a number any more" in result.summaries[0]


def test_a_forks_run_is_reported_by_the_default_branch_as_self_reported(
    project: Project, github: GitHubApi
) -> None:
    pull = github.new_pull()
    project.git("switch", "--quiet", "--create", "topic")
    project.require("packaging==24.2")
    head = project.commit(0.2)
    github.push(pull, head, ref="topic", repo=github.fork(FORK, REPOSITORY_IDS[FORK]))
    measured = project.pull_request(pull, head, "fork-measure.yml", fork=True)
    assert measured.exit_code == 0, measured.log
    assert measured.outputs["verdict"] == "no-baseline"
    assert "Nothing to compare with" in measured.summaries[0]
    assert github.comments(pull) == []
    packages = next(line for line in measured.log.splitlines() if "packages:" in line)
    assert "packaging==24.2" in packages  # the training's own environment, from requirements.txt
    assert "PyGithub" not in packages

    reported = project.fork_report(head)
    assert reported.exit_code == 0, reported.log
    (comment,) = github.comments(pull)
    assert "**Self-reported**" in comment["body"]
    (check,) = github.check_runs(head)
    assert check["conclusion"] == "neutral"
    assert check["output"]["title"].startswith("Self-reported")

    run = measured.outputs["run"]
    accepted = project.comment(pull, f"/reproof accept {run} because it is the first one")
    assert accepted.exit_code == 0, accepted.log
    assert f"Accepted run `{run}`" in github.comments(pull)[-1]["body"]
    assert "accepted/" in project.git("ls-tree", "-r", "--name-only", "reproof-records")
    assert github.violations() == []


def test_the_audit_is_quiet_while_main_reproduces_and_the_check_looks_at_changed_lines(
    project: Project, github: GitHubApi
) -> None:
    assert project.record().exit_code == 0
    audited = project.audit()
    assert audited.exit_code == 0, audited.log
    assert audited.outputs["verdict"] == "reproduced"
    assert "no issue is needed" in audited.log
    pull = github.new_pull()
    project.git("switch", "--quiet", "--create", "topic")
    (project.folder / "model.py").write_text(MODEL)
    checked = project.pull_request(pull, project.commit(0.1), "check.yml")
    assert checked.exit_code == 1
    assert "1 finding on the changed lines" in checked.log
    assert github.violations() == []


def test_a_pull_request_without_a_writing_token_gets_its_summary_and_no_failure(
    project: Project, github: GitHubApi
) -> None:
    pull = github.new_pull()
    project.git("switch", "--quiet", "--create", "topic")
    head = project.commit(0.2)
    github.push(pull, head)
    result = project.pull_request(pull, head, fork=True)
    assert result.exit_code == 0, result.log
    assert "pull-requests: write" in result.log
    assert github.comments(pull) == []
    assert len(set(result.summaries)) == 2


KILLED = """\
import json, os, signal
params = json.load(open("params.json"))
if params["seed"] != 1:  # the machine goes away, with reproof on it
    os.kill(os.getppid(), signal.SIGKILL)
json.dump({"accuracy": 0.9 - (params["rate"] - 0.1) / 2}, open("metrics.json", "w"))
open("model.txt", "w").write(f"weights {params['rate']}")
"""


def test_trainings_are_spread_over_jobs_and_a_killed_one_does_not_stop_the_verdict(
    project: Project, github: GitHubApi
) -> None:
    (project.folder / "train.py").write_text(KILLED)
    project.base = project.commit(0.1)
    assert project.record().exit_code == 0
    pull = github.new_pull()
    project.git("switch", "--quiet", "--create", "topic")
    head = project.commit(0.101)
    github.push(pull, head)
    spread = project.pull_request(pull, head, "matrix.yml")
    assert spread.exit_code == 1, "GitHub shows the job of the killed machine as failed"
    assert spread.outputs["verdict"] == "unchanged", spread.log
    assert any("1-2" in summary and "no shard of it came back" in summary for summary in spread.summaries)
    (comment,) = github.comments(pull)
    assert comment["body"].startswith(f"{MARKER}\n## ✅ **Unchanged**")
    assert github.violations() == []
