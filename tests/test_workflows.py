"""action.yml and the starter workflows: clean by three linters, and true to what they promise."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.requires import requires

ROOT = Path(__file__).parent.parent
ACTION = ROOT / "action.yml"
STARTERS = sorted((ROOT / "workflows").glob("*.yml"))
OWN = sorted((ROOT / ".github/workflows").glob("*.yml"))
BIN = Path(sys.executable).parent


def run(program: str, *words: str | Path, cwd: Path = ROOT) -> None:
    """A linter of the development environment, clean."""
    command = [str(BIN / program), *map(str, words)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def load(path: Path) -> dict[str, Any]:
    """A workflow; YAML 1.1 reads its key `on` as true."""
    top: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in top.items()}


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in load(path)["jobs"].values() for step in job["steps"]]


def test_zizmor_finds_nothing() -> None:
    run("zizmor", "--offline", "--no-progress", "--config", "tests/zizmor.yml", ACTION, *STARTERS, *OWN)


def test_jactionlint_finds_nothing() -> None:
    # The comment's author is asked for at GitHub before anything is done, and nothing is checked out.
    known = 'reproof-ml/reproof@v1.*must be pinned|trigger "issue_comment" is dangerous'
    run("jactionlint", "--strict-exit", "--ignore", known, ACTION, *STARTERS, *OWN)


def test_the_schemas_hold() -> None:
    run("check-jsonschema", "--builtin-schema", "vendor.github-actions", ACTION)
    run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *STARTERS, *OWN)


@requires("shellcheck")
def test_shellcheck_finds_nothing_in_the_actions_scripts(tmp_path: Path) -> None:
    for number, step in enumerate(load(ACTION)["runs"]["steps"]):
        script = tmp_path / f"{number}.sh"
        script.write_text(f"#!/usr/bin/env bash\nset -eo pipefail\n{step['run']}")
        found = subprocess.run(
            [shutil.which("shellcheck") or "shellcheck", script], capture_output=True, text=True, check=False
        )
        assert found.returncode == 0, found.stdout


def test_the_action_pastes_nothing_into_a_script_and_uses_nobody_elses_step() -> None:
    for step in load(ACTION)["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert "uses" not in step


def test_the_action_has_the_outputs_of_the_contract() -> None:
    promised = {"verdict", "strength", "run", "report", "report-json", "measured", "matrix", "comment-url"}
    assert set(load(ACTION)["outputs"]) == promised


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_a_starter_pins_others_by_commit_and_keeps_no_credentials(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for used, version in re.findall(r"uses: (\S+)(?: # (\S+))?", text):
        if used != "reproof-ml/reproof@v1":
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", used)
            assert re.fullmatch(r"v\d+\.\d+\.\d+", version)
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
            assert step["with"]["fetch-depth"] == 0


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_what_runs_a_pull_requests_code_cannot_write(path: Path) -> None:
    top = load(path)
    assert "pull_request_target" not in str(top["on"])
    if "pull_request" not in str(top["on"]):
        return
    for job in top["jobs"].values():
        permissions = job.get("permissions", top.get("permissions"))
        if any("checkout" in step.get("uses", "") for step in job["steps"]):
            assert permissions == {"contents": "read"}
        else:
            reads = {"contents": "read", "actions": "read"}
            assert permissions == reads | {"pull-requests": "write", "checks": "write"}


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_what_may_write_to_pull_requests_checks_nothing_out(path: Path) -> None:
    top = load(path)
    for job in top["jobs"].values():
        permissions = job.get("permissions", top.get("permissions"))
        if {"pull-requests", "checks"} & {key for key, word in permissions.items() if word == "write"}:
            assert not [step for step in job["steps"] if "checkout" in step.get("uses", "")]


def test_a_pull_request_is_checked_out_at_its_head() -> None:
    for path in STARTERS:
        checkouts = [step for step in steps(path) if "checkout" in step.get("uses", "")]
        if load(path)["on"] == "pull_request":
            # An order of the matrix names the head that was planned for.
            heads = {"${{ github.event.pull_request.head.sha }}", "${{ matrix.commit }}"}
            assert {step["with"]["ref"] for step in checkouts} <= heads


def test_the_matrix_on_own_machines_is_the_matrix_with_other_labels() -> None:
    text = (ROOT / "workflows" / "matrix-gpu.yml").read_text(encoding="utf-8")
    own = text.partition("\n")[2].replace('runners: "self-hosted,gpu"', 'runners: "ubuntu-latest"')
    assert own == (ROOT / "workflows" / "matrix.yml").read_text(encoding="utf-8")


def test_the_smallest_starter_has_twelve_lines() -> None:
    assert len((ROOT / "workflows" / "pull-request.yml").read_text().splitlines()) == 12


def test_the_forks_workflow_measures_as_the_smallest_one_does() -> None:
    """So that act, which runs the larger one, has run both."""
    small, large = (load(ROOT / "workflows" / name) for name in ("pull-request.yml", "fork-measure.yml"))
    upload = large["jobs"]["measure"]["steps"].pop()
    assert upload["uses"].startswith("actions/upload-artifact@")
    assert large == small


def test_the_containers_workflow_is_the_smallest_one_in_a_container() -> None:
    """act has no container engine here, so that the steps are run without one, by the smallest workflow."""
    small, large = (load(ROOT / "workflows" / name) for name in ("pull-request.yml", "container.yml"))
    job = large["jobs"]["measure"]
    assert re.fullmatch(r"python@sha256:[0-9a-f]{64}", job.pop("container"))
    commands = [step for step in job["steps"] if "run" in step]
    job["steps"] = [step for step in job["steps"] if "run" not in step]
    assert len(commands) == 2
    assert large == small


def test_the_page_beside_the_starters_names_each_of_them() -> None:
    page = (ROOT / "workflows" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in STARTERS if f"`{path.name}`" not in page] == []
