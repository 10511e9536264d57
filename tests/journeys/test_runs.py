"""The command on real repositories: every verdict that is possible now, and bad input without a trace left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import COMMAND, PATH, ran, reproof
from tests.repositories import commit, environment, git, listing, make_repository

TRAIN = """\
import json, os, random
params = json.load(open("params.json"))
noise = float(os.environ.get("SHIFT", "0"))
json.dump({"auc": params["quality"] + noise}, open("metrics.json", "w"))
"""
CONFIG = '[tool.reproof.compare.metrics."auc"]\ntolerance = 0.02\n'
FILES = {
    "train.py": TRAIN,
    "params.json": '{"quality": 0.9, "seed": 1}',
    "requirements.txt": "",
    ".gitignore": "metrics.json\n",
    "pyproject.toml": CONFIG,
}


def verdict(root: Path, folder: Path, code: int = 0, **variables: str) -> dict[str, Any]:
    ran(root, "ci", "--output", str(folder), code=code, **variables)
    assert (folder / "report.md").read_text().startswith("<!-- reproof:v1:")
    found: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "project", FILES)


def test_every_verdict_is_made_by_really_changing_things(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert verdict(root, out)["verdict"] == "no-baseline"
    ran(root, "run", "--baseline")
    assert verdict(root, out)["verdict"] == "recorded"
    repeated = verdict(root, out, REPROOF_RETRAIN="always")
    assert (repeated["verdict"], repeated["strength"], repeated["retrains"]) == ("reproduced", "metrics", 1)
    drifted = verdict(root, out, code=1, REPROOF_RETRAIN="always", SHIFT="-0.1")
    assert (drifted["verdict"], drifted["repeats"], drifted["cause"]) == ("drifted", "drifted", "unknown")

    git(root, "checkout", "-q", "-b", "pull")
    commit(root, {"train.py": TRAIN + "# the same\n"})
    unchanged = verdict(root, out)
    assert (unchanged["verdict"], unchanged["moved"]) == ("unchanged", "unchanged")
    assert unchanged["changes"]["code"] == [{"path": "train.py", "added": 1, "removed": 0}]
    commit(root, {"params.json": '{"quality": 0.95, "seed": 1}'})
    assert verdict(root, out)["verdict"] == "changed"
    commit(root, {"params.json": '{"quality": 0.8, "seed": 1}', "train.py": TRAIN})
    regressed = verdict(root, out, code=1)
    assert (regressed["verdict"], regressed["cause"]) == ("regressed", "config")
    assert regressed["changes"]["config"] == [{"name": "quality", "old": 0.9, "new": 0.8}]
    assert verdict(root, out, REPROOF_FAIL_ON="none")["verdict"] == "regressed"
    commit(root, {"pyproject.toml": ""})
    assert verdict(root, out)["verdict"] == "undecided"
    commit(root, {"train.py": "import sys\nprint('no memory left')\nsys.exit(3)\n"})
    failed = verdict(root, out, code=5)
    assert (failed["verdict"], failed["failure"]["exit_code"]) == ("failed", 3)
    assert failed["failure"]["log_tail"] == ["no memory left"]


def test_one_recorded_run_is_settled_by_a_second_training(root: Path, tmp_path: Path) -> None:
    commit(root, {"pyproject.toml": ""})
    ran(root, "run")
    found = verdict(root, tmp_path, code=1, REPROOF_RETRAIN="always", SHIFT="-0.1")
    assert (found["verdict"], found["retrains"]) == ("drifted", 2)


def test_runs_are_recorded_listed_shown_and_compared(root: Path) -> None:
    made = json.loads(ran(root, "run", "--format", "json"))
    assert made["results"]["metrics"] == [{"name": "auc", "slice": {}, "value": 0.9, "rows": None}]
    assert made["config"]["seed"] == {"name": "seed", "value": 1}
    (listed,) = json.loads(ran(root, "runs", "--format", "json"))
    assert listed["id"] == made["id"]
    assert listed["metrics"] == {"auc": 0.9}
    for words in (made["id"], made["id"][:6], "HEAD", "main"):
        assert json.loads(ran(root, "show", words, "--format", "json")) == made
    assert "auc  0.9" in ran(root, "show", "HEAD")
    ran(root, "run", SHIFT="-0.1")
    compared = json.loads(ran(root, "compare", "--format", "json", code=1))
    assert (compared["verdict"], compared["retrains"]) == ("drifted", 0)


def test_no_run_is_evidence_for_itself(root: Path) -> None:
    first = json.loads(ran(root, "run", "--format", "json"))["id"]
    for words in ((first, "--with", first), ("--with", "main"), (first[:6], "--with", "HEAD")):
        done = reproof(root, "compare", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"names run {first} itself and no other" in done.stderr
        assert "record one more of commit" in done.stderr
    assert f"HEAD and main are one run, {first}" in reproof(root, "diff", "HEAD", "main").stderr
    second = json.loads(ran(root, "run", "--format", "json"))["id"]
    found = json.loads(ran(root, "compare", "--with", "main", "--format", "json"))
    assert (found["run"], found["baseline"]["runs"]) == (second, [first])
    assert found["verdict"] != "no-baseline"


def test_what_of_a_metrics_file_is_no_metric_is_said_once_with_the_reason(root: Path) -> None:
    odd = '{"auc": 0.9, "model": "secret", "best": null, "folds": [1], "done": true, "by": {"host": "x"}}'
    commit(root, {"train.py": f"open('metrics.json', 'w').write({odd!r})\n"})
    said = reproof(root, "run", "--repeat", "2").stderr
    assert said.count("metrics are numbers") == 1
    assert (
        "reproof: note: metrics.json: metrics are numbers: model (text, not taken); best (null, not taken); "
        "folds (a list, not taken); done (true, taken as 1); by.host (text, not taken)\n"
    ) in said
    assert "secret" not in said
    compared = ran(root, "ci", REPROOF_RETRAIN="always")
    assert "  metrics.json: metrics are numbers: model (text, not taken); best (null" in compared
    assert "secret" not in compared
    assert "metrics are numbers" not in ran(root, "ci"), "nothing was trained"
    commit(root, {"train.py": TRAIN})
    assert "metrics are numbers" not in reproof(root, "run").stderr


def test_a_dirty_tree_is_refused_and_its_patch_recorded_on_demand(root: Path) -> None:
    (root / "params.json").write_text('{"quality": 0.7, "seed": 1}')
    refused = reproof(root, "run")
    assert refused.returncode == 2
    assert "params.json" in refused.stderr
    assert "--allow-dirty" in refused.stderr
    done = reproof(root, "run", "--allow-dirty", "--format", "json")
    assert "recorded as dirty" in done.stderr
    assert "verdicts on commits pass it over" in done.stderr
    made = json.loads(done.stdout)
    assert '"quality": 0.7' in made["code"]["patch"]
    git(root, "checkout", "-q", "params.json")
    clean = json.loads(ran(root, "run", "--format", "json"))
    assert clean["code"]["patch"] is None
    assert clean["key"] != made["key"]


BAD = {
    "no metrics file": ({"train.py": "print('done')\n"}, 5, "wrote no metrics.json"),
    "metrics that are not JSON": (
        {"train.py": "open('metrics.json', 'w').write('{')\n"},
        5,
        "metrics.json:1",
    ),
    "metrics without a number": (
        {"train.py": "open('metrics.json', 'w').write('{}')\n"},
        5,
        "no number in metrics.json",
    ),
    "metrics of an earlier run": (
        {"train.py": "print()\n", ".gitignore": "", "metrics.json": '{"auc": 1}'},
        5,
        "did not write it",
    ),
    "a command that does not exist": (
        {"pyproject.toml": '[tool.reproof]\ntrain = "pyton x"\n'},
        5,
        "'pyton' does not exist\n  Of this training nothing was recorded. Correct `train`",
    ),
    "a command for a shell": (
        {"pyproject.toml": "[tool.reproof]\ntrain = \"python train.py && echo 'done'\"\n"},
        2,
        (
            "'&&' is for a shell\n  Put the commands into a script, or name the shell yourself: "
            'train = ["bash", "-ec", "python train.py && echo \'done\'"]'
        ),
    ),
    "a module that the interpreter lacks": (
        {"train.py": "import sys\nsys.tracebacklimit = 0\nimport no_such_module\n"},
        5,
        'python = ".venv',
    ),
    "a seed that no file has": (
        {"pyproject.toml": '[tool.reproof]\nseed = "train.sed"\n', "params.json": '{"train": {"seed": 1}}'},
        2,
        "'train.sed', and no params file has such a key\n  Did you mean 'train.seed'?",
    ),
    "a command that exits with 1": ({"train.py": "raise SystemExit(1)\n"}, 5, "exited with 1"),
    "a command that is killed": (
        {"train.py": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"},
        5,
        "killed by SIGKILL",
    ),
    "a training over its time": (
        {"train.py": "import time\ntime.sleep(60)\n", "pyproject.toml": '[tool.reproof]\ntimeout = "1s"\n'},
        5,
        "longer than 1 s",
    ),
    "no training command": ({"train.py": None}, 2, "neither dvc.yaml nor train.py"),
    "a training that ends us": (
        {"train.py": "import os, signal, time\nos.kill(os.getppid(), signal.SIGTERM)\ntime.sleep(60)\n"},
        143,
        "told to end; nothing half-done was kept",
    ),
    "inputs that change meanwhile": (
        {"train.py": TRAIN + "open('train.py', 'a').write('#')\n"},
        1,
        "inputs changed while the training ran: train.py",
    ),
    "a broken configuration": ({"pyproject.toml": "[tool.reproof\n"}, 2, "pyproject.toml:1"),
    "broken parameters": ({"params.json": "{"}, 2, "params.json:1: not JSON"),
    "a broken pipeline": ({"dvc.yaml": "stages: [\n"}, 2, "dvc.yaml:"),
}


@pytest.mark.parametrize(("files", "code", "said"), BAD.values(), ids=BAD)
def test_bad_input_is_one_clear_message_and_leaves_no_trace(
    root: Path, files: dict[str, str | None], code: int, said: str
) -> None:
    for name in [name for name, text in files.items() if text is None]:
        (root / name).unlink()
    commit(root, {name: text for name, text in files.items() if text is not None})
    before = listing(root)
    done = reproof(root, "run")
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert listing(root) == before
    assert git(root, "worktree", "list").count("\n") == 0
    assert not (root / ".git/reproof/records.git/pending").exists() or not any(
        (root / ".git/reproof/records.git/pending").iterdir()
    )


def test_outside_of_a_repository_and_without_a_commit_the_message_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    outside = reproof(tmp_path / "plain", "run")
    assert (outside.returncode, "not in a git repository" in outside.stderr) == (2, True)
    empty = reproof(make_repository(tmp_path / "empty"), "run")
    assert (empty.returncode, "no commit yet" in empty.stderr) == (2, True)


def test_an_interruption_ends_the_training_and_records_nothing(root: Path) -> None:
    commit(root, {"train.py": "import time\nprint('started', flush=True)\ntime.sleep(60)\n"})
    with subprocess.Popen(
        [*COMMAND, "run"], cwd=root, env=environment() | {"PATH": PATH}, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        while "started" not in process.stderr.readline():
            assert process.poll() is None
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        assert process.wait(30) == 130
    assert "interrupted" in said
    assert time.monotonic() - started < 30
    assert "no run is recorded" in reproof(root, "runs").stderr


def test_a_run_is_published_to_the_remote_and_read_by_another_clone(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(root), "origin.git")
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    made = json.loads(ran(root, "run", "--format", "json"))
    git(tmp_path, "clone", "-q", "origin.git", "other")
    assert json.loads(ran(tmp_path / "other", "show", "HEAD", "--format", "json")) == made
    assert "reproof-records" in git(tmp_path / "origin.git", "branch", "--list")
    assert git(root, "branch", "--list", "--all") == "* main"


def test_without_the_remote_what_this_clone_has_is_shown_with_a_warning(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(root), "origin.git")
    git(root, "remote", "add", "origin", str(tmp_path / "origin.git"))
    ran(root, "run")
    (tmp_path / "origin.git").rename(tmp_path / "away.git")
    shown = reproof(root, "runs")
    assert (shown.returncode, shown.stdout.count("trained")) == (0, 1)
    assert "warning: refs/heads/reproof-records cannot be fetched" in shown.stderr


def test_changed_data_is_another_key(root: Path, tmp_path: Path) -> None:
    commit(root, {"data.csv": "a\n1\n"})
    ran(root, "run")
    commit(root, {"data.csv": "a\n2\n"})
    found = verdict(root, tmp_path)
    assert found["verdict"] == "unchanged"
    assert [change["path"] for change in found["changes"]["data"]] == ["data.csv"]


def test_recorded_runs_that_contradict_each_other_are_never_green(root: Path, tmp_path: Path) -> None:
    ran(root, "run")
    ran(root, "run", SHIFT="-0.1")
    assert verdict(root, tmp_path)["verdict"] == "undecided"
    assert verdict(root, tmp_path, REPROOF_RETRAIN="always")["verdict"] == "undecided"


@pytest.mark.parametrize("words", [(), ("run",)])
def test_help_is_a_word_as_well_as_an_option(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert ran(tmp_path, "help", *words) == ran(tmp_path, *words, "--help")


def test_a_terminal_without_unicode_gets_escapes_and_a_full_disk_a_message(root: Path) -> None:
    ran(root, "run")
    assert ran(root, "compare", PYTHONIOENCODING="ascii").startswith("\\u26aa Nothing to compare with")
    if os.path.exists("/dev/full"):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [*COMMAND, "runs"],
                cwd=root,
                env=environment(),
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
            )
        assert done.returncode == 2
        assert done.stderr == b"reproof: No space left on device: standard output\n"


@pytest.mark.parametrize("words", [("runs",), ("compare",), ("check", "."), ("--version",), ("--help",)])
def test_a_closed_standard_output_is_said(root: Path, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *COMMAND, *words],
        cwd=root,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    told = "reproof: standard output is closed: there is nowhere to print to\n"
    assert (done.returncode, done.stderr) == (2, told)


@pytest.mark.parametrize("varies", [False, True])
def test_ci_asks_for_scipy_before_it_trains(root: Path, tmp_path: Path, varies: bool) -> None:
    ran(root, "run")
    ran(root, "run", SHIFT="0.001" if varies else "0")
    (root / "metrics.json").unlink()
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "scipy.py").write_text("raise ImportError\n")
    without = {"PYTHONPATH": str(tmp_path / "without"), "REPROOF_RETRAIN": "always"}
    done = reproof(root, "ci", "--output", str(tmp_path / "out"), **without)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "needs SciPy\n  Install reproof with its extra `ci`: " in done.stderr
    assert not (root / "metrics.json").exists()


NOWHERE = {
    "a records folder that is a file": (
        {"pyproject.toml": '[tool.reproof.store]\nkind = "folder"\npath = "train.py"\n'},
        2,
        ("train.py cannot be written", "[tool.reproof.store] path"),
    ),
    "metrics that are a folder": (
        {"pyproject.toml": '[tool.reproof]\nmetrics = ["src"]\n', "src/x.py": ""},
        5,
        ("wrote no src (src is a folder)", "[tool.reproof] metrics"),
    ),
    "an interpreter that does not exist": (
        {"pyproject.toml": '[tool.reproof]\npython = "nowhere/python"\n'},
        4,
        ("nowhere/python' does not answer: No such file", "Name the training's interpreter"),
    ),
    "a command that is a folder": (
        {"pyproject.toml": '[tool.reproof]\ntrain = "./src"\n', "src/x.py": ""},
        5,
        ("'./src' is a folder",),
    ),
}


@pytest.mark.parametrize(("files", "code", "said"), NOWHERE.values(), ids=NOWHERE)
def test_what_leads_nowhere_is_told_with_the_next_step(
    root: Path, files: dict[str, str], code: int, said: tuple[str, ...]
) -> None:
    commit(root, files)
    done = reproof(root, "run")
    assert done.returncode == code, done.stderr
    assert all(words in done.stderr for words in said), done.stderr
    assert "recorded run" not in done.stdout
    assert "Error" not in done.stderr, "no name of Python's"


def test_a_report_that_cannot_be_written_is_told_before_anything_is_trained(root: Path) -> None:
    for folder in ("train.py", "/proc/nowhere"):
        done = reproof(root, "ci", "--output", folder)
        assert done.returncode == 2
        assert f"the report's folder {folder} cannot be written" in done.stderr
        assert "--output" in done.stderr
        assert "running" not in done.stderr


def test_a_file_that_changed_beside_the_key_is_said_where_nothing_is_trained(root: Path) -> None:
    commit(root, {"src/hparams.toml": "n = 10\n"})
    ran(root, "run")
    assert "hparams" not in ran(root, "ci")
    commit(root, {"src/hparams.toml": "n = 1\n"})
    assert "\n  src/hparams.toml: changed since the recorded run, and is no declared input" in ran(root, "ci")


def test_a_declared_artifact_that_is_not_written_is_said(root: Path) -> None:
    commit(root, {"pyproject.toml": '[tool.reproof]\nartifacts = ["model.bin"]\n'})
    assert (
        "reproof: note: model.bin: declared as an artifact, and not written\n" in reproof(root, "run").stderr
    )
    (root / "model.bin").symlink_to("nowhere")
    told = ran(root, "ci", REPROOF_RETRAIN="always")
    assert "\n  model.bin: declared as an artifact, and not written\n" in told


def test_a_training_goes_on_where_nobody_reads_its_log(root: Path) -> None:
    commit(root, {"train.py": "for line in range(5000): print(line, flush=True)\n" + TRAIN})
    with subprocess.Popen(
        [*COMMAND, "run"],
        cwd=root,
        env=environment() | {"PATH": PATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout
        assert program.stderr
        program.stderr.readline()
        program.stderr.close()
        assert b"recorded run" in program.stdout.read()
    assert len(json.loads(ran(root, "runs", "--format", "json"))) == 1


def test_a_submodule_that_is_not_checked_out_is_no_code_that_was_trained(root: Path, tmp_path: Path) -> None:
    library = make_repository(tmp_path / "library", {"features.py": "SHIFT = 0.01\n"})
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library), "lib")
    commit(root, {})
    ran(root, "run")
    git(root, "submodule", "--quiet", "deinit", "-f", "lib")
    done = reproof(root, "run")
    assert (done.returncode, "submodule lib is not checked out" in done.stderr) == (2, True)
    assert "git submodule update --init lib" in done.stderr
    commit(root, {"pyproject.toml": '[tool.reproof]\ncode = ["train.py"]\n'})
    ran(root, "run")
