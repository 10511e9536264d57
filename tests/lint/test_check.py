"""`reproof check` and `reproof explain` as programs."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reproof.cli import build_parser, main
from reproof.commands import check
from reproof.errors import Exit
from tests.lint.bare import run_bare

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/reference/findings.schema.json").read_text())
NOT_ON_THE_COMMIT_PATH = {"dataclasses", "inspect", "typing", "pathlib", "tomllib", "subprocess", "shutil"}
THIRD_PARTIES = {"packaging", "yaml", "nbstripout", "nbformat", "git", "ruff"}

CLEAN = {
    "cells": [{"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": []}],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 4,
}


def reproof(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reproof", *words],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def notebook(path: Path, *, dirty: bool) -> None:
    document = json.loads(json.dumps(CLEAN))
    document["cells"][0]["execution_count"] = 1 if dirty else None
    path.write_text(json.dumps(document, indent=1) + "\n")


def test_a_clean_file_is_exit_0_and_nothing_on_stdout(tmp_path: Path) -> None:
    notebook(tmp_path / "a.ipynb", dirty=False)
    done = reproof(tmp_path, "check", "a.ipynb")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "nothing found in 1 file\n")


def test_a_finding_is_exit_1_and_the_file_stays(tmp_path: Path) -> None:
    notebook(tmp_path / "a.ipynb", dirty=True)
    before = (tmp_path / "a.ipynb").read_bytes()
    done = reproof(tmp_path, "check")
    assert done.returncode == 1
    assert done.stdout.startswith("a.ipynb:cell 1:1:1: ")
    assert "1 fixable with --fix" in done.stderr
    assert (tmp_path / "a.ipynb").read_bytes() == before


def test_a_fixed_file_is_exit_1_and_then_0(tmp_path: Path) -> None:
    notebook(tmp_path / "a.ipynb", dirty=True)
    done = reproof(tmp_path, "check", "--fix")
    assert (done.returncode, done.stdout) == (1, "")
    assert "fixed 1 finding in 1 file" in done.stderr
    assert json.loads((tmp_path / "a.ipynb").read_text()) == CLEAN
    assert reproof(tmp_path, "check", "--fix").returncode == 0


def test_a_diff_writes_nothing(tmp_path: Path) -> None:
    notebook(tmp_path / "a.ipynb", dirty=True)
    before = (tmp_path / "a.ipynb").read_bytes()
    done = reproof(tmp_path, "check", "--fix", "--diff")
    assert done.returncode == 1
    assert '-   "execution_count": 1,\n+   "execution_count": null,\n' in done.stdout
    assert "would have fixed 1 finding in 1 file" in done.stderr
    assert (tmp_path / "a.ipynb").read_bytes() == before


def test_json_is_in_the_contracts_format_on_stdout_and_in_a_file(tmp_path: Path) -> None:
    notebook(tmp_path / "a.ipynb", dirty=True)
    (tmp_path / "broken.ipynb").write_text("{")
    done = reproof(tmp_path, "check", "--format", "json", "--statistics")
    found = json.loads(done.stdout)
    jsonschema.validate(found, SCHEMA)
    assert [finding["rule"] for finding in found] == ["dirty-notebook", "invalid-file"]
    assert "1  invalid-file  (code)" in done.stderr
    written = reproof(tmp_path, "check", "--format", "json", "--output", "found.json")
    assert (written.stdout, json.loads((tmp_path / "found.json").read_text())) == ("", found)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nope.py"], "nope.py"),
        (["--select", "dirty-notebok"], "dirty-notebook"),
        (["--select", ","], "--select names no rule"),
        (["--ignore", "invalid-file"], "cannot be ignored"),
        (["--unsafe-fixes"], "--fix or --diff"),
        (["--diff", "--format", "json"], "--diff"),
        (["--output", "no/such/folder"], "no/such/folder"),
        (["--format", "xml"], "xml"),
        (["--", "--fix"], "--fix"),
    ],
)
def test_what_cannot_be_meant_is_exit_2_and_said(tmp_path: Path, words: list[str], says: str) -> None:
    done = reproof(tmp_path, "check", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_the_configuration_of_the_repository_holds_in_its_folders(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / "reproof.toml").write_text('[check]\nexclude = ["old.ipynb"]\nignore = ["dirty-notebook"]\n')
    notebook(tmp_path / "sub/a.ipynb", dirty=True)
    (tmp_path / "sub/old.ipynb").write_text("{")
    assert reproof(tmp_path / "sub", "check", ".", "old.ipynb").returncode == 0


def test_a_file_that_is_named_like_an_option_is_a_file_after_two_dashes(tmp_path: Path) -> None:
    notebook(tmp_path / "--fix.ipynb", dirty=True)
    done = reproof(tmp_path, "check", "--select", "dirty-notebook", "--", "--fix.ipynb")
    assert done.stdout.startswith("--fix.ipynb:cell 1:")


def test_an_encoding_that_lacks_a_character_is_no_crash(tmp_path: Path) -> None:
    notebook(tmp_path / "é\udcff.ipynb", dirty=True)
    done = reproof(tmp_path, "check", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stdout[:14]) == (1, r"\xe9\udcff.ipy")


def test_a_clean_notebook_imports_only_what_is_used(tmp_path: Path) -> None:
    notebook(tmp_path / "a.ipynb", dirty=False)
    program = (
        "import sys\n"
        "from reproof.cli import main\n"
        "code = main(['check', '--select', 'dirty-notebook', 'a.ipynb'])\n"
        "print(code, *sorted(set(sys.modules)), sep='\\n')"
    )
    code, *modules = run_bare(program, tmp_path).split()
    assert code == "0"
    loaded = {module.partition(".")[0] for module in modules}
    assert loaded & (NOT_ON_THE_COMMIT_PATH | THIRD_PARTIES) == set()


def test_explain_lists_every_rule_and_shows_one(tmp_path: Path) -> None:
    table = reproof(tmp_path, "explain")
    assert table.returncode == 0
    assert {"dirty-notebook", "invalid-file", "crashed-rule", "unused-ignore"} <= set(table.stdout.split())
    page = reproof(tmp_path, "explain", "dirty-notebook")
    assert page.stdout.startswith("dirty-notebook (code)\n")
    assert "\nInstead:\n  " in page.stdout
    unknown = reproof(tmp_path, "explain", "dirty-notebok")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "Did you mean `dirty-notebook`?" in unknown.stderr


def test_what_a_fix_wrote_is_staged_by_one_line(tmp_path: Path) -> None:
    """Code without the params file that it reads now would be a commit that cannot be trained."""
    root = tmp_path / "a repository"
    (root / "src").mkdir(parents=True)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    (root / "requirements.txt").write_text("torch==2.5.0\n")
    (root / "src/train it.py").write_text("from torch.optim import SGD\nopt = SGD(p, lr=0.1)\n")
    subprocess.run(["git", "add", "."], cwd=root, check=True)
    for asked in ((), ("--fix",), ("--diff",)):
        assert "up to 1 fixable with --fix --unsafe-fixes" in reproof(root, "check", *asked).stderr
    done = reproof(root / "src", "check", "--fix", "--unsafe-fixes")
    line = done.stderr.splitlines()[-1]
    assert line == "  git add -- ../params.yaml ../requirements.txt 'train it.py'"
    assert "params.yaml is read here" not in done.stdout
    subprocess.run(["git", "add", "src"], cwd=root, check=True)
    assert "stage it with the code" in reproof(root, "check", "src").stdout
    subprocess.run(line, shell=True, cwd=root / "src", check=True)
    assert reproof(root, "check", "src").returncode == 0


def test_outside_of_git_nothing_is_to_be_staged(tmp_path: Path) -> None:
    notebook(tmp_path / "a.ipynb", dirty=True)
    assert reproof(tmp_path, "check", "--fix").stderr.splitlines()[-1] == "look at the changes"


def test_ctrl_c_says_which_files_are_fixed_already(tmp_path: Path) -> None:
    """Whoever stops a long run must know what to look at; a params file is never left behind by itself."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for number in range(400):
        folder = tmp_path / f"p{number:03}"
        folder.mkdir()
        (folder / "requirements.txt").write_text("pyyaml==6.0.3\n")
        (folder / "train.py").write_text("from torch.optim import SGD\nopt = SGD(p, lr=0.1)\n")
    words = [sys.executable, "-m", "reproof", "check", "--fix", "--unsafe-fixes"]
    running = subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while not (tmp_path / "p000/params.yaml").exists() and time.monotonic() < until:
        time.sleep(0.001)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    params = {path.parent.name for path in tmp_path.glob("*/params.yaml")}
    scripts = {path.parent.name for path in tmp_path.glob("*/train.py") if "params" in path.read_text()}
    assert 0 < len(params) < 400
    assert params == scripts
    said = {line.removeprefix("fixed ") for line in errors.splitlines() if line.startswith("fixed ")}
    assert said == {f"{name}/{file}" for name in params for file in ("params.yaml", "train.py")}
    assert f"stopped before the end: {2 * len(params)} files changed" in errors


OPTIONS = (
    "--fix",
    "--diff",
    "--statistics",
    "--unsafe-fixes",
    "--select",
    "--ignore",
    "--format",
    "--output",
)
OTHERS = ("json", "text", "xml", "a.py", "-", "--", "--sel", "--select=a", "-h", "--fi", "")
WORDS = st.lists(st.sampled_from(OPTIONS + OTHERS), max_size=6)


@given(WORDS)
@example(["json", "--fix", "--"])
@example(["a.py", "--fix", "--", "a.py"])
def test_a_plain_line_is_read_as_argparse_reads_it(words: list[str]) -> None:
    plain = check.parse_plainly(words)
    if plain is None:
        return
    parser = build_parser("check")
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            full = parser.parse_args(words)
        except SystemExit:
            full = parser.parse_args(paths_last(words))
    assert vars(plain) == vars(full)


def paths_last(words: list[str]) -> list[str]:
    """The same line with all its paths in one place, as argparse wants them."""
    options: list[str] = []
    paths: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            paths += left
        elif word.startswith("--"):
            options += (
                [word, next(left)] if word in ("--select", "--ignore", "--format", "--output") else [word]
            )
        else:
            paths.append(word)
    return [*options, "--", *paths]


def test_a_plain_line_needs_no_argparse(tmp_path: Path) -> None:
    notebook(tmp_path / "a.ipynb", dirty=True)
    program = (
        "import sys\nfrom reproof.cli import main\n"
        "main(['check', '--select', 'dirty-notebook', '--', 'a.ipynb'])\n"
        "print({'argparse', 'ast', 'contextlib'} & set(sys.modules))"
    )
    assert run_bare(program, tmp_path).splitlines()[-1] in {"set()", "{'contextlib'}"}


@pytest.mark.parametrize("name", ["reproof.toml", "pyproject.toml"])
def test_a_configuration_that_cannot_be_read_is_an_error_and_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo(name)
    assert main(["check"]) == Exit.USAGE
    assert f"{name} cannot be read: not a regular file" in capfd.readouterr().err
    os.unlink(name)
    Path(name).write_text(f"[tool.reproof]\ntimeout = {'9' * 5000}\n")
    assert main(["check"]) == Exit.USAGE
    assert f"{name}: not TOML that can be read" in capfd.readouterr().err


def test_an_option_is_written_out(tmp_path: Path) -> None:
    """What looks like the beginning of one may be meant for somebody else, or mean another one tomorrow."""
    done = reproof(tmp_path, "check", "--unsafe-fix")
    assert done.returncode == 2
    assert done.stderr == (
        "reproof: `reproof check` has no option '--unsafe-fix'\n  Did you mean `--unsafe-fixes`?\n"
    )
