"""What the jobs of the workflows do on events, step by step, with GitHub on loopback: forks, races, faults."""

from __future__ import annotations

import io
import json
import os
import re
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reproof.report.markdown import MARKER
from tests.e2e.github_api import GitHubApi
from tests.e2e.job import Done, Runner
from tests.e2e.project import now
from tests.repositories import commit, git, make_repository
from tests.requires import requires

pytestmark = [requires("npm"), pytest.mark.xdist_group("jobs")]  # beside the tests with act

TRAIN = """\
import json, math, os, sys
rate = json.load(open("params.json"))["rate"]
if rate > 1:
    sys.exit("the loss is not a number any more")
drift = float(os.environ.get("DRIFT", 0))
many = {f"metric {number}": math.sin(number) for number in range(int(os.environ.get("MANY", 0)))}
json.dump({"accuracy": 0.9 - drift - (rate - 0.1) / 2, **many}, open("metrics.json", "w"))
open("model.txt", "w").write(f"weights {rate}")
"""
FILES = {
    "train.py": TRAIN,
    "params.json": '{"rate": 0.1, "seed": 1}',
    ".gitignore": "metrics.json\nmodel.txt\n__pycache__/\n",
    "pyproject.toml": """\
[tool.reproof]
train = "python3 train.py"
params = ["params.json"]
artifacts = ["model.txt"]
[tool.reproof.compare.metrics.accuracy]
tolerance = 0.01
""",
}
OWN = {"id": 1, "full_name": "octo/demo", "default_branch": "main"}
FORK = {"id": 77, "full_name": "eve/demo"}


class Demo:
    """The repository `octo/demo` with a recorded `main`, and one pull request."""

    def __init__(self, folder: Path, github: GitHubApi) -> None:
        self.origin = make_repository(folder / "origin", FILES)
        git(self.origin, "config", "uploadpack.allowFilter", "true")
        git(self.origin, "config", "receive.denyCurrentBranch", "ignore")
        self.runner = Runner(folder / "jobs", github.url, self.origin)
        self.github = github
        self.base = git(self.origin, "rev-parse", "main")
        self.pull = github.new_pull()
        self.head = self.base
        self.author = "octo"

    def record(self) -> Done:
        event = {"ref": "refs/heads/main", "repository": OWN}
        return self.runner.step("push", event, checkout=git(self.origin, "rev-parse", "main"))

    def change(self, rate: float, files: Mapping[str, str] | None = None, *, fork: bool = False) -> str:
        """A commit on the pull request's branch."""
        git(self.origin, "checkout", "-q", "-B", "topic", self.head)
        self.head = commit(
            self.origin, {"params.json": json.dumps({"rate": rate, "seed": 1}), **(files or {})}
        )
        git(self.origin, "checkout", "-q", "main")
        git(self.origin, "update-ref", f"refs/pull/{self.pull}/head", self.head)
        repository = self.github.fork(*(("eve/demo", 77) if fork else ("octo/demo", 1)))
        self.github.push(self.pull, self.head, ref="topic", repo=repository)
        return self.head

    def event(self, head: str | None = None, *, fork: bool = False) -> dict[str, Any]:
        pull = {
            "number": self.pull,
            "user": {"login": self.author},
            "head": {"ref": "topic", "sha": head or self.head, "repo": FORK if fork else OWN},
            "base": {"ref": "main", "sha": self.base, "repo": OWN},
        }
        return {"action": "synchronize", "pull_request": pull, "repository": OWN}

    def measure(self, run: int = 4242, *, fork: bool = False, **more: Any) -> Done:
        event = self.event(fork=fork)
        token = None if fork else "bot-token"
        return self.runner.step("pull_request", event, checkout=self.head, token=token, run=run, **more)

    def report(self, measured: Done, **more: Any) -> Done:
        """The comment job of the same workflow."""
        event = self.event(more.pop("head", None))
        return self.runner.step(
            "pull_request", event, activity="comment", measured=measured.outputs["measured"], **more
        )

    def fork_report(self, run: int = 4242, **changes: Any) -> Done:
        """The job that the end of a fork's workflow run starts."""
        told = {
            "id": run,
            "event": "pull_request",
            "head_sha": self.head,
            "head_branch": "topic",
            "head_repository": FORK,
            "pull_requests": [],
        }
        event = {"action": "completed", "workflow_run": told | changes, "repository": OWN}
        return self.runner.step("workflow_run", event)

    def comments(self) -> list[str]:
        return [comment["body"] for comment in self.github.comments(self.pull)]

    def conclusions(self) -> list[str]:
        return [check["conclusion"] for check in self.github.check_runs(self.head)]


@pytest.fixture
def demo(tmp_path: Path, github: GitHubApi, plain_git: None) -> Demo:
    return Demo(tmp_path, github)


def test_a_forks_numbers_are_self_reported_and_neutral(demo: Demo, github: GitHubApi) -> None:
    assert demo.record().exit_code == 0
    demo.change(0.3, fork=True)
    measured = demo.measure(7001, fork=True)
    assert measured.outputs["verdict"] == "regressed", measured.log
    assert demo.comments() == []
    github.upload(7001, demo.runner.artifact())
    reported = demo.fork_report(7001)
    assert reported.exit_code == 0, reported.log
    (body,) = demo.comments()
    assert "**Self-reported**" in body
    assert "**Regressed**" in body
    assert demo.conclusions() == ["neutral"]
    assert github.violations() == []


def test_dependabots_numbers_are_self_reported_and_neutral(demo: Demo) -> None:
    """Its branches are the repository's own, and what is in them are other people's packages."""
    demo.author = "dependabot[bot]"
    demo.record()
    demo.change(0.101)
    measured = demo.measure()
    assert measured.outputs["verdict"] == "unchanged", measured.log
    assert demo.report(measured).exit_code == 0
    (body,) = demo.comments()
    assert "**Self-reported**" in body
    assert demo.conclusions() == ["neutral"]


def test_a_stranger_cannot_make_another_pull_request_get_the_report(demo: Demo, github: GitHubApi) -> None:
    """The artifact says nothing of a number; the run's branch, commit and repository must fit one."""
    demo.record()
    demo.change(0.101, fork=True)
    demo.measure(7101, fork=True)
    github.upload(7101, demo.runner.artifact())
    for changes in (
        {"head_sha": "e" * 40},
        {"head_branch": "other"},
        {"head_repository": {"id": 78, "full_name": "eve/demo"}},
        {"head_repository": {"id": 77, "full_name": "mallory/demo"}},
        {"event": "push"},
    ):
        done = demo.fork_report(7101, **changes)
        assert done.exit_code == 0, done.log
        assert "no comment was written" in done.log
    assert demo.comments() == []
    assert demo.conclusions() == []


def test_a_forged_artifact_gets_nothing_written(demo: Demo, github: GitHubApi) -> None:
    """Numbers of another commit or run, a verdict in place of numbers, an archive that is none."""
    demo.record()
    demo.change(0.3, fork=True)
    demo.measure(7201, fork=True)
    measured = json.loads(member(demo.runner.artifact()))
    unlike = {**measured, "head": "e" * 40}
    hidden = json.loads(json.dumps(measured))
    for record in hidden["records"]:
        record["config"]["parameters"] = {"rate": 0.1}
    claimed = {**measured, "records": [], "verdict": "reproduced"}
    for forged in (unlike, hidden, claimed, measured | {"run": 7200}):
        github.upload(7201, archived(json.dumps(forged)))
        assert demo.fork_report(7201).exit_code == 2
    github.upload(7210, b"no archive")
    assert demo.fork_report(7210).exit_code == 0
    assert demo.comments() == []
    assert demo.conclusions() == []


def member(archive: bytes, name: str = "measured.json") -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(name)


def archived(text: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as opened:
        opened.writestr("measured.json", text)
    return data.getvalue()


SHOUTS = """
print("\\r::set-output name=measured::forged")
print("  ::add-mask::reproof", "##[set-output name=verdict;]reproduced", sep="\\n")
json.dump({"accuracy": 0.1, "##[error]x": 1, "::warning::x": 1}, open("metrics.json", "w"))
"""


def commands(log: str) -> list[str]:
    """What the runner would take for a command, ours aside."""
    lines = re.split("[\r\n]", log)
    found = [line for line in lines if line.lstrip().startswith("::") or "##[" in line]
    return [line for line in found if not re.match("::(error|warning) title=reproof::", line)]


def test_what_a_training_or_its_artifact_says_is_no_command_to_the_runner(
    demo: Demo, github: GitHubApi
) -> None:
    demo.record()
    demo.change(0.1, {"train.py": TRAIN + SHOUTS}, fork=True)
    measured = demo.measure(7502, fork=True)
    assert "set-output name=measured" in measured.log  # a person reads it all the same
    assert commands(measured.log) == []
    assert measured.outputs["verdict"] == "regressed"
    forged = json.loads(member(demo.runner.artifact()))
    github.upload(7501, archived(json.dumps(forged | {"x\n::set-output name=verdict::reproduced": 1})))
    refused = demo.fork_report(7501)
    assert (refused.exit_code, commands(refused.log)) == (2, [])
    assert "has unknown keys" in refused.log
    github.upload(7502, demo.runner.artifact())
    assert commands(demo.fork_report(7502).log) == []
    (body,) = demo.comments()
    assert "**Regressed**" in body


def test_a_second_push_while_the_first_still_runs_leaves_the_newer_report(demo: Demo) -> None:
    demo.record()
    first_head = demo.change(0.3)
    first = demo.measure()
    second_head = demo.change(0.101)
    second = demo.measure()
    assert demo.report(second).exit_code == 0
    late = demo.report(first, head=first_head)
    assert late.exit_code == 0, late.log
    assert "moved on" in late.log
    (body,) = demo.comments()
    assert "**Unchanged**" in body
    assert second_head[:7] in body


TRAINS = """\
import fastmath
weight = float(open("data/raw.csv").read().split()[1])
""" + TRAIN.replace("0.9 -", "weight - fastmath.lost -")


def test_nothing_that_a_pull_request_measures_is_recorded_and_its_merge_is_trained(demo: Demo) -> None:
    """One of the repository itself, with a token that may write, and whatever activity its workflow asks for."""
    demo.record()
    before = git(demo.origin, "rev-parse", "reproof-records")
    head = demo.change(0.101)
    measured = demo.measure()
    assert demo.report(measured).exit_code == 0
    planned = demo.measure(engine="matrix", replicates="1", folder=str(demo.origin.parent / "spread"))
    assert "order" in planned.outputs["matrix"]
    for order in json.loads(planned.outputs["matrix"])["include"]:
        more = {"activity": "shard", "order": order["order"], "folder": str(demo.origin.parent / "spread")}
        assert demo.measure(**more).exit_code == 0
    gathered = demo.measure(activity="gather", folder=str(demo.origin.parent / "spread"))
    assert gathered.outputs["verdict"] == "unchanged", gathered.log
    for refused in ("record", "audit"):
        assert demo.measure(activity=refused).exit_code == 2
    assert git(demo.origin, "rev-parse", "reproof-records") == before

    git(demo.origin, "merge", "--quiet", "--ff-only", head)
    merged = demo.record()
    assert merged.exit_code == 0, merged.log
    added = git(demo.origin, "diff", "--name-only", before, "reproof-records", "--", "runs")
    assert merged.outputs["run"] in added
    assert measured.outputs["run"] not in added


CAUSES = {
    "code": ({"train.py": TRAINS.replace("weight -", "weight - 0.2 -")}, "regressed", "`train.py`"),
    "config": ({"params.json": '{"rate": 0.5, "seed": 1}'}, "regressed", "`rate` 0.1 → 0.5"),
    "data": ({"data/raw.csv": "weight\n0.7\n"}, "regressed", "`data/raw.csv`"),
    "environment": ({"notes.md": "x"}, "drifted", "`fastmath` 1.0 → 1.1"),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_what_made_the_results_worse_is_named(demo: Demo, tmp_path: Path, cause: str) -> None:
    """In a pull request of the repository itself; a package that nobody pinned moves by itself."""
    files, verdict, evidence = CAUSES[cause]
    for version, lost in (("1.0", 0.0), ("1.1", 0.2)):
        made = tmp_path / version / f"fastmath-{version}.dist-info/METADATA"
        made.parent.mkdir(parents=True)
        made.write_text(f"Metadata-Version: 2.1\nName: fastmath\nVersion: {version}\n")
        (tmp_path / version / "fastmath.py").write_text(f"lost = {lost}\n")
    base = {
        "train.py": TRAINS,
        "data/raw.csv": "weight\n0.9\n",
        "requirements.txt": "fastmath\n",
        "pyproject.toml": FILES["pyproject.toml"].replace("params =", 'data = ["data/"]\nparams ='),
    }
    demo.head = demo.base = commit(demo.origin, base)
    demo.runner.variables = {"PYTHONPATH": str(tmp_path / "1.0")}
    assert demo.record().exit_code == 0
    if cause == "environment":
        demo.runner.variables = {"PYTHONPATH": str(tmp_path / "1.1")}
    demo.change(0.1, files)
    measured = demo.measure(retrain="always")
    assert (measured.outputs["verdict"], measured.exit_code) == (verdict, 1), measured.log
    assert demo.report(measured).exit_code == 0
    (body,) = demo.comments()
    assert f"Cause: **{cause}** ({evidence}" in body.splitlines()[1]
    assert demo.conclusions() == ["failure"]


def test_drift_and_no_baseline_and_a_failing_training(demo: Demo) -> None:
    demo.change(0.1, {"notes.md": "x"})
    nothing = demo.measure()
    assert nothing.outputs["verdict"] == "no-baseline"
    assert demo.report(nothing).outputs["verdict"] == "no-baseline"
    assert demo.conclusions() == ["neutral"]
    demo.change(2)
    failing = demo.measure()
    assert failing.exit_code == 5
    assert demo.report(failing).outputs["verdict"] == "failed"
    assert demo.conclusions() == ["failure"]
    assert len(demo.comments()) == 1


def test_records_that_are_too_large_for_an_output_come_from_the_artifact(
    demo: Demo, github: GitHubApi
) -> None:
    demo.runner.variables = {"MANY": "9000"}
    demo.record()
    demo.change(0.3)
    measured = demo.measure(7401)
    assert measured.exit_code == 1
    assert measured.outputs["measured"] == "artifact-of-attempt-1"
    nothing = demo.report(measured, run=7401)
    assert (nothing.exit_code, demo.comments()) == (0, [])
    assert "left no artifact" in nothing.log
    github.upload(7401, demo.runner.artifact())
    # The job that comments is run again, by itself: the artifact is of the attempt before, as the output says.
    assert demo.report(measured, run=7401, attempt=2).outputs["verdict"] == "regressed"
    (body,) = demo.comments()
    assert re.search(r"and \d+ more metrics", body)
    (number,) = re.findall(r"\[report with charts\]\(\S+/actions/runs/7401/artifacts/(\d+)\)", body)
    assert int(number) > 0
    assert github.violations() == []


def test_an_attempt_that_ends_early_reports_nothing_of_the_attempt_before(
    demo: Demo, github: GitHubApi
) -> None:
    """The second attempt fails while it installs: the first one's artifact is all that lies there."""
    demo.record()
    demo.change(0.101)
    first = demo.measure(7601)
    github.upload(7601, demo.runner.artifact())
    ended = Done(1, "", "", {"measured": ""})
    stale = demo.report(ended, run=7601, attempt=2)
    assert (stale.exit_code, stale.outputs["verdict"], demo.comments()) == (0, "", [])
    assert "attempt 2 of the measuring run left nothing to report" in stale.log
    large = Done(0, "", "", {"measured": "artifact-of-attempt-2"})
    assert "of attempt 1" in demo.report(large, run=7601, attempt=2).log
    assert demo.report(first, run=7601, attempt=2).outputs["verdict"] == "unchanged"
    assert demo.conclusions() == ["success"]

    demo.change(0.102, fork=True)
    demo.measure(7602, fork=True)
    github.upload(7602, demo.runner.artifact())
    assert "of attempt 1" in demo.fork_report(7602, run_attempt=2).log
    assert demo.conclusions() == []
    assert demo.fork_report(7602, run_attempt=1).outputs["verdict"] == "unchanged"
    assert demo.conclusions() == ["neutral"]


TROUBLE = {
    "401": ("POST .*/(comments|check-runs)", 401, {}, 9),
    "fork-token": ("POST .*/(comments|check-runs)", 403, {}, 9),
    "404": ("POST .*/(comments|check-runs)", 404, {}, 9),
    "409": ("POST .*/(comments|check-runs)", 409, {}, 9),
    "422": ("POST .*/(comments|check-runs)", 422, {}, 9),
    "rate-limit-that-lasts": (
        "GET .*/issues/.*",
        403,
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999999999"},
        9,
    ),
    "429-without-a-time": ("POST .*/check-runs", 429, {"retry-after": "999"}, 9),
    "502-after-creating": ("POST .*/(comments|check-runs)", 502, {}, 2),
    "dropped-after-creating": ("POST .*/(comments|check-runs)", 0, {}, 2),
    "cut-in-the-body": ("POST .*/(comments|check-runs)", -1, {}, 2),
}
WRITTEN = {"502-after-creating", "dropped-after-creating", "cut-in-the-body"}


def test_whatever_github_answers_there_is_one_comment_at_most_and_the_job_ends_well(
    demo: Demo, github: GitHubApi
) -> None:
    demo.record()
    demo.change(0.3)
    measured = demo.measure()
    assert measured.exit_code == 1  # the verdict's own, whatever happens to the comment
    for name, (match, status, headers, times) in TROUBLE.items():
        github.clear()
        github.fault(match, status, headers=headers, times=times, after=name in WRITTEN)
        done = demo.report(measured, timeout=120)
        assert done.exit_code == 0, (name, done.log)
        assert "Traceback" not in done.log, name
        if name in WRITTEN:
            assert len(demo.comments()) == 1, name
        elif "check-runs" in match and "comments" in match:
            assert "no comment was written" in done.log, name
            assert "Regressed" in done.summary, name
    github.clear()
    assert len(demo.comments()) == 1


HURRIED = """
import sys
from reproof.adapters.github import connection
connection._TIMEOUT = {timeout}
connection.Connection.__init__.__kwdefaults__["patience"] = {patience}
sys.argv[1:] = ["ci"]
from reproof.cli import main
sys.exit(main())
"""


STALLS = {"all": ".* /repos/.*", "writes": "(POST|PATCH) .*", "reads": "GET .*/comments.*"}


def test_a_job_ends_within_its_time_whatever_stalls(demo: Demo, github: GitHubApi) -> None:
    """Answers that do not come: in short times, or with REPROOF_HEAVY=1 in the real ones (30 s a stall)."""
    heavy, usual = "REPROOF_HEAVY" in os.environ, demo.runner.program
    demo.record()
    demo.change(0.3)
    measured = demo.measure()
    assert measured.exit_code == 1
    for name, match in STALLS.items():
        if not heavy:
            demo.runner.program = ["-c", HURRIED.format(timeout=1, patience=5)]
        github.fault(match, -2, seconds=30 if heavy else 2, times=99)
        done = demo.report(measured, timeout=300 if heavy else 60)  # the job's cap is 600 s
        assert done.exit_code == 0, (name, done.log)
        assert "Traceback" not in done.log, name
        assert "no comment was written" in done.log, name
        assert "Regressed" in done.summary, name
        github.clear()
    demo.runner.program = usual
    assert demo.report(measured).outputs["comment-url"]
    assert len(demo.comments()) == 1


def accept_event(demo: Demo, body: str, number: int = 9001, **more: Any) -> dict[str, Any]:
    return {
        "action": "created",
        "issue": {"number": demo.pull, "pull_request": {"url": "x"}},
        "comment": {
            "id": number,
            "body": body,
            "user": {"login": more.pop("login", "octo")},
            "created_at": more.pop("written", None) or now(),
        },
        "repository": OWN,
        **more,
    }


def test_accepting_below_a_forks_pull_request_makes_its_results_the_expected_ones(
    demo: Demo, github: GitHubApi
) -> None:
    demo.record()
    head = demo.change(0.3, fork=True)
    measured = demo.measure(7301, fork=True)
    assert measured.outputs["verdict"] == "regressed", measured.log
    github.upload(7301, demo.runner.artifact(), head=head)
    run = measured.outputs["run"]
    theirs = accept_event(demo, f"/reproof accept {run} because I say so", login="eve")
    stranger = demo.runner.step("issue_comment", theirs)
    assert stranger.exit_code == 0
    assert demo.comments() == []
    asked = accept_event(demo, f"/reproof accept {run} because the new split is @fairer <b>")
    for _ in range(2):  # a job that runs again says the same again
        done = demo.runner.step("issue_comment", asked)
        assert done.exit_code == 0, done.log
    (answer,) = demo.comments()
    assert "accepted by" in answer
    again = demo.measure(fork=True)
    assert again.exit_code == 0, again.log
    assert again.outputs["verdict"] != "regressed"
    assert github.violations() == []


def test_accepting_on_a_pull_request_of_the_repository_itself(demo: Demo, github: GitHubApi) -> None:
    """Who may not, and what may not, is refused; then it counts, says who and why, and ends with the head."""
    demo.record()
    first = demo.change(0.3)
    measured = demo.measure(7701)
    run = measured.outputs["run"]
    before = now()  # in whole seconds
    time.sleep(1.1)
    github.upload(7701, demo.runner.artifact(), head=first)
    words = f"/reproof accept {run} because the new split is fairer"

    def said(body: str, **more: Any) -> Done:
        return demo.runner.step("issue_comment", accept_event(demo, body, **more))

    def allowed(status: int, permission: str) -> None:
        github.fault(
            "GET .*/collaborators/.*/permission",
            status,
            body={"permission": permission, "role_name": permission, "user": None, "message": "no"},
        )

    for status, permission in ((200, "read"), (403, "")):
        allowed(status, permission)
        refused = said(words)
        assert (refused.exit_code, demo.comments()) == (0, []), (permission, refused.log)
        assert "::warning" in refused.log, permission
    for quiet in ({"login": "dependabot[bot]"}, {"action": "edited"}):
        ignored = said(words, **quiet)
        assert (ignored.exit_code, demo.comments()) == (0, []), ignored.log
        assert "nothing to do" in ignored.log
    wrong = said("/reproof accept 0123456789ab because of another one", number=9002)
    assert (wrong.exit_code, "no run that was measured" in wrong.log) == (1, True), wrong.log
    early = said(words, number=9003, written=before)
    assert (early.exit_code, "no run that was measured" in early.log) == (1, True), early.log
    assert "accepted/" not in records(demo)

    done = said(words)
    assert done.exit_code == 0, done.log
    assert "self-reported" not in demo.comments()[-1]
    again = demo.measure(7702)
    assert again.exit_code == 0, again.log
    assert demo.report(again).exit_code == 0
    (body,) = [text for text in demo.comments() if text.startswith(MARKER)]
    assert "accepted by octo on" in body
    assert "the new split is fairer" in body

    moved = demo.change(0.4)
    late = said(words, number=9004)
    assert late.exit_code == 1
    assert f"measured at the head `{moved[:7]}`" in late.summary
    assert records(demo).count("accepted/") == 1
    assert github.violations() == []


def records(demo: Demo) -> str:
    """The names of all files on the branch of records."""
    return git(demo.origin, "ls-tree", "-r", "--name-only", "reproof-records")


@pytest.mark.parametrize(
    "body",
    [
        "/reproof accept",
        "/reproof accept 123456 because",
        "/reproof accept 123456 because x\n/reproof accept 654321 because y",
        "/reproof accept main because x",
        "/reproof accept 12ab34cd56ef because nobody measured it",
    ],
)
def test_what_cannot_be_accepted_is_answered(demo: Demo, body: str) -> None:
    demo.record()
    demo.change(0.3)
    done = demo.runner.step("issue_comment", accept_event(demo, body))
    assert done.exit_code == 1
    (answer,) = demo.comments()
    assert "Not accepted" in answer


def test_an_audit_keeps_one_issue_while_main_does_not_reproduce(demo: Demo, github: GitHubApi) -> None:
    demo.record()
    main = git(demo.origin, "rev-parse", "main")

    def audit(accuracy: str = "") -> Done:
        demo.runner.variables = {"DRIFT": accuracy} if accuracy else {}
        return demo.runner.step("schedule", {"repository": OWN}, checkout=main)

    def ours() -> list[dict[str, Any]]:
        listed = github.ask("GET", "/repos/octo/demo/issues?state=all&per_page=100")
        return [issue for issue in listed if issue["body"].startswith("<!-- reproof:v1:audit")]

    assert audit().exit_code == 0
    assert ours() == []
    for _ in range(2):
        drifted = audit("0.2")
        assert drifted.exit_code == 1, drifted.log
    (issue,) = ours()
    assert issue["state"] == "open"
    assert "does not reproduce" in issue["title"]
    assert audit().exit_code == 0
    (closed,) = ours()
    assert closed["state"] == "closed"
    assert github.violations() == []


def test_a_check_counts_what_the_change_touched(demo: Demo) -> None:
    old = "from sklearn.linear_model import LogisticRegression\nfirst = LogisticRegression(C=0.3)\n"
    demo.change(0.1, {"model.py": old})
    demo.base = demo.head
    demo.change(0.1, {"model.py": old + "other = LogisticRegression(C=0.4)\n"})
    done = demo.runner.step("pull_request", demo.event(), checkout=demo.head, activity="check")
    assert done.exit_code == 1, done.log
    assert "1 finding on the changed lines; " in done.log
    assert "elsewhere, not counted here" in done.log
    assert "::error file=model.py,line=3" in done.log
    assert "line=2" not in done.log
    findings = json.loads(Path(done.outputs["report"]).read_text())
    assert len(findings["runs"][0]["results"]) > 1
