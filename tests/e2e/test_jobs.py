"""What the jobs of the workflows do on events, step by step, with GitHub on loopback: forks, races, faults."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.github_api import GitHubApi
from tests.e2e.job import Done, Runner
from tests.repositories import commit, git, make_repository
from tests.requires import requires

pytestmark = [requires("npm"), pytest.mark.xdist_group("github")]

TRAIN = """\
import json, sys
rate = json.load(open("params.json"))["rate"]
if rate > 1:
    sys.exit("the loss is not a number any more")
json.dump({"accuracy": 0.9 - (rate - 0.1) / 2}, open("metrics.json", "w"))
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

    def record(self) -> Done:
        event = {"ref": "refs/heads/main", "repository": OWN}
        return self.runner.step("push", event, checkout=git(self.origin, "rev-parse", "main"))

    def change(self, rate: float, *, fork: bool = False, **files: str) -> str:
        """A commit on the pull request's branch."""
        git(self.origin, "checkout", "-q", "-B", "topic", self.head)
        self.head = commit(self.origin, {"params.json": json.dumps({"rate": rate, "seed": 1}), **files})
        git(self.origin, "checkout", "-q", "main")
        git(self.origin, "update-ref", f"refs/pull/{self.pull}/head", self.head)
        repository = self.github.fork(*(("eve/demo", 77) if fork else ("octo/demo", 1)))
        self.github.push(self.pull, self.head, ref="topic", repo=repository)
        return self.head

    def event(self, head: str | None = None, *, fork: bool = False) -> dict[str, Any]:
        pull = {
            "number": self.pull,
            "head": {"ref": "topic", "sha": head or self.head, "repo": FORK if fork else OWN},
            "base": {"ref": "main", "sha": self.base, "repo": OWN},
        }
        return {"action": "synchronize", "pull_request": pull, "repository": OWN}

    def measure(self, *, fork: bool = False) -> Done:
        event = self.event(fork=fork)
        return self.runner.step(
            "pull_request", event, checkout=self.head, token=None if fork else "bot-token"
        )

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
    measured = demo.measure(fork=True)
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
