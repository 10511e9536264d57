"""A small project in git, and act, which runs the shipped workflows and action in it as GitHub would."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TRAIN = """\
import importlib.metadata as metadata, json, os, sys
params = json.load(open("params.json"))
print("learning rate", params["rate"], flush=True)
print("packages:", *sorted(f"{it.name}=={it.version}" for it in metadata.distributions()), flush=True)
print("names:", *sorted(os.environ), flush=True)
if params["rate"] > 1:
    sys.exit("the loss is not a number any more")
json.dump({"accuracy": 0.9 - (params["rate"] - 0.1) / 2}, open("metrics.json", "w"))
open("model.txt", "w").write(f"weights {params['rate']}")
"""
CONFIG = """\
[tool.reproof]
train = "python3 train.py"
params = ["params.json"]
metrics = ["metrics.json"]
artifacts = ["model.txt"]

[tool.reproof.compare.metrics.accuracy]
tolerance = 0.01
"""
PULL_REQUEST = "pull-request-comment.yml"
OWN, FORK = "octo/demo", "eve/demo"
REPOSITORY_IDS = {OWN: 1, FORK: 77}
_RUN_IDS = itertools.count(4242)
# What a machine may have set for its own tools, and a runner does not have.
_NOT_ON_A_RUNNER = re.compile(r"GITHUB_.*|REPROOF_.*|VIRTUAL_ENV|PYTHON(PATH|HOME|SAFEPATH)|GIT_.*")


@dataclass(frozen=True)
class Result:
    """What a workflow run left behind: act's log, and what the steps set. `outputs` has a name's last value."""

    exit_code: int
    log: str
    summaries: list[str]
    outputs: dict[str, str]


class Project:
    """A repository with a plain training of the standard library only, and the shipped workflows."""

    def __init__(self, folder: Path, api_url: str) -> None:
        self.folder = folder / "project"
        self._scratch = folder
        self._api_url = api_url
        self.run_id = next(_RUN_IDS)
        self._action = _staged(folder / "action")
        workflows = self.folder / ".github" / "workflows"
        workflows.mkdir(parents=True)
        for starter in (ROOT / "workflows").glob("*.yml"):
            shutil.copy(starter, workflows)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.name", "Octo")
        self.git("config", "user.email", "octo@example.invalid")
        self.git("remote", "add", "origin", "https://github.com/octo/demo.git")
        (self.folder / "train.py").write_text(TRAIN)
        (self.folder / "pyproject.toml").write_text(CONFIG)
        (self.folder / ".gitignore").write_text("metrics.json\nmodel.txt\n")
        self.base = self.commit(0.1)

    def commit(self, rate: float) -> str:
        """Set the learning rate, and commit; the commit's id."""
        (self.folder / "params.json").write_text(json.dumps({"rate": rate, "seed": 1}))
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", f"rate {rate}")
        return self.git("rev-parse", "HEAD").strip()

    def require(self, requirement: str) -> None:
        """Declare what the training's environment holds."""
        (self.folder / "requirements.txt").write_text(f"{requirement}\n")

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout

    def record(self) -> Result:
        """The workflow that records, on a push to main."""
        head = self.git("rev-parse", "HEAD").strip()
        event = {"ref": "refs/heads/main", "after": head, "repository": _repository(OWN)}
        return self.act("push", "record.yml", event)

    def pull_request(
        self, number: int, head: str, workflow: str = PULL_REQUEST, *, fork: bool = False
    ) -> Result:
        """A workflow of a pull request; a fork's has no token."""
        self.git("update-ref", f"refs/pull/{number}/head", head)
        pull = {
            "number": number,
            "head": {"ref": "topic", "sha": head, "repo": _repository(FORK if fork else OWN)},
            "base": {"ref": "main", "sha": self.base, "repo": _repository(OWN)},
        }
        whose = {"number": number, "pull_request": pull, "repository": _repository(OWN)}
        return self.act(
            "pull_request", workflow, {"action": "synchronize", **whose}, None if fork else "bot-token"
        )

    def fork_report(self, head: str) -> Result:
        """The workflow that reports what a fork's workflow run measured."""
        run = {
            "id": self.run_id,
            "event": "pull_request",
            "conclusion": "success",
            "head_sha": head,
            "head_branch": "topic",
            "head_repository": _repository(FORK),
            "pull_requests": [],
        }
        event = {"action": "completed", "workflow_run": run, "repository": _repository(OWN)}
        return self.act("workflow_run", "fork-report.yml", event)

    def comment(self, number: int, body: str) -> Result:
        """The workflow that a comment below a pull request starts."""
        event = {
            "action": "created",
            "issue": {"number": number, "pull_request": {"url": "x"}},
            "comment": {"id": 9001, "body": body, "user": {"login": "octo"}, "created_at": now()},
            "repository": _repository(OWN),
        }
        return self.act("issue_comment", "accept.yml", event)

    def audit(self) -> Result:
        """The workflow of the schedule."""
        return self.act("schedule", "audit.yml", {"schedule": "17 3 * * 1", "repository": _repository(OWN)})

    def act(self, name: str, workflow: str, event: dict[str, Any], token: str | None = "bot-token") -> Result:
        """Run a workflow of the repository on an event; the remote is this folder, in its own name."""
        payload = self._scratch / "event.json"
        payload.write_text(json.dumps(event))
        used = re.findall(
            r"uses: ((?:actions|github)/[\w/-]+@\w+)", (ROOT / "workflows" / workflow).read_text()
        )
        command = [
            str(Path(sys.executable).parent / "act"), name, "--json",
            "--workflows", f".github/workflows/{workflow}",
            "--platform", "ubuntu-latest=-self-hosted", "--pull=false", "--eventpath", str(payload),
            "--no-skip-checkout", "--no-cache-server", "--actor", "octo",
            "--action-cache-path", str(self._scratch / "act"),
            "--local-repository", f"reproof-ml/reproof@v1={self._action}",
        ]  # fmt: skip
        variables = {
            "ORIGIN_FOLDER": str(self.folder),
            "ARTIFACT_FOLDER": str(self._scratch / "artifacts"),
            "GITHUB_API_URL": self._api_url,
            "GITHUB_RUN_ID": str(self.run_id),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{self.folder}.insteadOf",
            "GIT_CONFIG_VALUE_0": f"https://github.com/{OWN}.git",
        }
        for key, value in variables.items():
            command += ["--env", f"{key}={value}"]
        for one in sorted(set(used)):
            stand_in = HERE / "actions" / one.partition("@")[0].rpartition("/")[2]
            command += ["--local-repository", f"{one}={stand_in}"]
        if token:
            command += ["--secret", f"GITHUB_TOKEN={token}"]
        environ = {key: value for key, value in os.environ.items() if not _NOT_ON_A_RUNNER.fullmatch(key)}
        environ |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        done = subprocess.run(
            command, cwd=self.folder, env=environ, capture_output=True, text=True, timeout=300, check=False
        )
        return _result(done.returncode, done.stdout, done.stderr)


def now() -> str:
    """The time as GitHub writes it."""
    return f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _staged(folder: Path) -> Path:
    """What a checkout of the action holds, without the caches that lie beside it here."""
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "action.yml", folder)
    for name in ("src", "requirements"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def _repository(name: str) -> dict[str, Any]:
    owner, _, short = name.partition("/")
    number = REPOSITORY_IDS[name]
    return {
        "id": number,
        "name": short,
        "full_name": name,
        "default_branch": "main",
        "owner": {"login": owner},
    }


def _result(code: int, stdout: str, stderr: str) -> Result:
    lines = []
    for line in stdout.splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            lines.append({"msg": line})
    return Result(
        exit_code=code,
        log="\n".join([*(str(line.get("msg", "")) for line in lines), stderr]),
        summaries=[str(line["content"]) for line in lines if line.get("command") == "summary"],
        outputs={
            str(line["name"]): str(line["arg"])
            for line in lines
            if line.get("command") == "set-output" and line["arg"]
        },
    )
