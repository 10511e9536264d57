"""The rule `unworkable-policy` where metrics are known: recorded runs of this clone, else metrics files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from reproof.adapters.records_branch import RecordsBranch
from reproof.adapters.records_folder import RecordsFolder
from reproof.runs.record import RunRecord
from tests.lint.bare import SOURCE
from tests.repositories import commit, environment, git, listing, make_repository
from tests.runs.records import record, seeded

pytestmark = pytest.mark.usefixtures("plain_git")

REF = "refs/heads/reproof-records"
POLICY = '[tool.reproof.compare.metrics."{}"]  # {}\ntolerance = {}\n'


def check(root: Path, *words: str) -> tuple[int, list[str], str]:
    """Exit code, messages and stderr of `reproof check --select unworkable-policy`."""
    line = ["check", "--select", "unworkable-policy", "--format", "json", *words]
    done = subprocess.run(
        [sys.executable, "-m", "reproof", *line],
        cwd=root,
        env=environment() | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    found = json.loads(done.stdout) if done.stdout else []
    return done.returncode, [finding["message"] for finding in found], done.stderr


def project(root: Path, pattern: str, tolerance: str, metrics: str | None, why: str = "") -> Path:
    files = {"pyproject.toml": POLICY.format(pattern, why, tolerance)}
    return make_repository(root, files | ({"metrics.json": metrics} if metrics is not None else {}))


def runs_of(root: Path, values: tuple[float, ...], *, seeds: bool = True) -> list[RunRecord]:
    head = git(root, "rev-parse", "HEAD")
    made = [record(at, metrics={"loss": value}) for at, value in enumerate(values)]
    made = [replace(one, code=replace(one.code, commit=head)) for one in made]
    return [seeded(one, at) for at, one in enumerate(made)] if seeds else made


NOISY = (0.30, 0.32, 0.28, 0.31, 0.29)


def test_runs_of_this_clone_are_asked_without_the_network(tmp_path: Path) -> None:
    root = project(tmp_path / "a", "loss", "0.01", '{"loss": 0.3}')
    commit(root, {})
    RecordsBranch(str(root), str(root / ".git/reproof/records.git"), REF).add(runs_of(root, NOISY))
    commit(root, {"train.py": "print()\n"})
    git(root, "remote", "add", "origin", "https://nowhere.invalid/a.git")
    before = listing(root)
    code, messages, _ = check(root)
    assert code == 1
    assert len(messages) == 1
    assert "loss varies by 0.016 from run to run, more than the 0.01 that is allowed" in messages[0]
    assert "0.052 would work (runs recorded at " in messages[0]
    assert listing(root) == before


def test_a_fetched_branch_counts_and_what_it_lacks_is_not_fetched(tmp_path: Path) -> None:
    """A filtered fetch leaves folders and records on the server; where they are not here, files speak."""
    server = tmp_path / "server"
    server.mkdir()
    git(server, "init", "-q", "--bare")
    git(server, "config", "uploadpack.allowFilter", "true")
    git(server, "config", "uploadpack.allowAnySHA1InWant", "true")
    root = project(tmp_path / "a", "loss", "0.01", '{"loss": 0.3}')
    git(root, "remote", "add", "origin", server.as_uri())
    RecordsBranch(str(root), str(root / ".git/reproof/records.git"), REF).add(runs_of(root, NOISY))
    assert "runs recorded at" in check(root)[1][0]
    other = tmp_path / "b"
    subprocess.run(["cp", "-r", str(root), str(other)], check=True)
    subprocess.run(["rm", "-r", str(other / ".git/reproof")], check=True)
    store = RecordsBranch(str(other), str(other / ".git/reproof/records.git"), REF)
    store.same_key("0" * 64)  # fetches the branch, and neither its folders nor its records
    server.rename(tmp_path / "gone")
    assert check(other)[:2] == (0, [])


def test_a_records_folder_is_asked(tmp_path: Path) -> None:
    root = project(tmp_path / "a", "loss", '"exact"', '{"loss": 0.3}')
    settings = (
        root / "pyproject.toml"
    ).read_text() + '[tool.reproof.store]\nkind = "folder"\npath = "kept"\n'
    commit(root, {"pyproject.toml": settings, ".gitignore": "kept\n"})
    RecordsFolder(str(root / "kept")).add(runs_of(root, (0.3, 0.31), seeds=False))
    code, messages, _ = check(root)
    assert code == 1
    assert "varies by 0.0071 though the seed is the same, so it is never exact twice" in messages[0]


def test_the_files_speak_where_nothing_is_recorded(tmp_path: Path) -> None:
    root = project(tmp_path / "a", "acuracy", "0.1", '{"accuracy": 0.9, "rows": 50}')
    code, messages, _ = check(root)
    assert code == 1
    assert messages == [
        'the policy "acuracy": it matches no metric, so it says nothing; there is `accuracy` (metrics.json)'
    ]
    assert not (root / ".git/reproof").exists()
    (root / "pyproject.toml").write_text(POLICY.format("accuracy", "", "0.02"))
    assert check(root)[:2] == (0, [])
    (root / "pyproject.toml").write_text(POLICY.format("accuracy", "", '"noise"'))
    assert check(root)[:2] == (0, []), "how many runs are recorded is not known"


def test_the_metrics_of_a_pipeline_are_its_own_files(tmp_path: Path) -> None:
    root = project(tmp_path / "a", "auc", "0.1", None)
    pipeline = "stages:\n  train:\n    cmd: python train.py\n    metrics: [out/scores.yaml]\n"
    commit(root, {"dvc.yaml": pipeline, "out/scores.yaml": "f1: 0.5\n"})
    assert check(root)[1] == [
        'the policy "auc": it matches no metric, so it says nothing; there is `f1` (out/scores.yaml)'
    ]


def test_a_comment_and_the_options_leave_it_out(tmp_path: Path) -> None:
    reason = "reproof: ignore[unworkable-policy] comes with the next training"
    root = project(tmp_path / "a", "auc", "0.1", '{"loss": 1}', reason)
    assert check(root)[:2] == (0, [])
    assert check(root, "--ignore", "unworkable-policy")[0] == 0
    (root / "metrics.json").write_text('{"auc": 1}')
    assert "unworkable-policy found nothing" in check(root)[1][0]


def test_what_is_staged_counts_with_staged(tmp_path: Path) -> None:
    root = project(tmp_path / "a", "auc", "0.1", '{"auc": 1}')
    (root / "pyproject.toml").write_text(POLICY.format("los", "", "0.1"))
    git(root, "add", "pyproject.toml")
    (root / "pyproject.toml").write_text(POLICY.format("auc", "", "0.1"))
    assert check(root)[0] == 0
    assert "matches no metric" in check(root, "--staged")[1][0]
    (root / "pyproject.toml").write_text(POLICY.format("auc", "", '"often"'))
    git(root, "add", "pyproject.toml")
    (root / "pyproject.toml").write_text(POLICY.format("auc", "", "0.1"))
    code, messages, _ = check(root, "--staged")
    assert code == 1
    assert messages[0].startswith("reproof cannot use it: pyproject.toml: compare.metrics")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metrics.json", "{"),
        ("metrics.json", "[" * 100_000),
        ("metrics.json", '{"auc": 1, "auc[a=1]": NaN, "\ud83d": 1e999, "": {"": 0}}'),
        ("metrics.json", "\udcff\udcfe"),
        ("metrics.json", "null"),
        ("dvc.yaml", "stages: [a"),
        ("dvc.yaml", "stages: {a: {cmd: x, metrics: [../../../etc/passwd]}}\n"),
        ("dvc.yaml", "metrics: [/dev/zero, /etc/passwd]\n"),
    ],
)
def test_broken_and_hostile_files_beside_it_are_no_crash(tmp_path: Path, name: str, text: str) -> None:
    root = project(tmp_path / "a", "auc*", "0.1", None)
    (root / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    before = {path.name: path.read_bytes() for path in root.iterdir() if path.is_file()}
    assert check(root)[0] in {0, 1}
    assert {path.name: path.read_bytes() for path in root.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("target", ["metrics.json", "/etc/passwd", "/dev/zero", "."])
def test_a_metrics_file_that_is_a_link_leads_nowhere(tmp_path: Path, target: str) -> None:
    root = project(tmp_path / "a", "auc", "0.1", None)
    os.symlink(target, root / "metrics.json")
    assert check(root)[:2] == (0, [])


def test_many_patterns_of_any_text_take_no_longer_than_a_commit_may(tmp_path: Path) -> None:
    patterns = [f"x{number}*a*?b" for number in range(300)] + [
        "a" * 5000,
        "*" * 200 + "!",
        "[",
        "\\u0000\\u001b[31m",
    ]
    text = "".join(f'[tool.reproof.compare.metrics."{name}"]\ntolerance = 0.1\n' for name in patterns)
    root = project(tmp_path / "a", "auc", "0.1", json.dumps({f"m{number}": 1.0 for number in range(2000)}))
    (root / "pyproject.toml").write_text(text)
    code, messages, _ = check(root)
    assert code == 1
    assert len(messages) == len(patterns)


def test_neither_numpy_nor_scipy_is_imported_for_it(tmp_path: Path) -> None:
    root = project(tmp_path / "a", "loss", "0.01", '{"loss": 0.3}')
    RecordsBranch(str(root), str(root / ".git/reproof/records.git"), REF).add(runs_of(root, NOISY))
    program = (
        "import sys\nfrom reproof.cli import main\n"
        "code = main(['check', '--select', 'unworkable-policy', 'pyproject.toml'])\n"
        "print(code, sorted({'numpy', 'scipy', 'github', 'requests'} & set(sys.modules)))"
    )
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, cwd=root, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "1 []"


def test_without_policies_nothing_is_opened_for_it(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "a", {"pyproject.toml": "[tool.reproof]\nmetrics = ['m.json']\n"})
    program = (
        "import sys\nfrom reproof.cli import main\n"
        "code = main(['check', '--select', 'unworkable-policy', 'pyproject.toml'])\n"
        "print(code, sorted({'git', 'dataclasses', 'decimal', 'reproof.verdict'} & set(sys.modules)))"
    )
    run = [sys.executable, "-S", "-c", program]
    done = subprocess.run(
        run,
        cwd=root,
        env={"PYTHONPATH": str(SOURCE), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "0 []"
