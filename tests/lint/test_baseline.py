"""The baseline: by content, never by line, and changed by one command only."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.cli import main
from reproof.lint.baseline import NAME, Baseline, baseline_of, load_baseline, render
from reproof.lint.finding import Aspect, Finding, Span

IMPORT = "from sklearn.linear_model import LogisticRegression\n"
BAD = "model = LogisticRegression(C=0.37)\n"


def finding(path: str, name: str, source: str | None, line: int = 1, rule: str = "some-rule") -> Finding:
    span = Span(line, 1, line, 2)
    return Finding(rule, Aspect.CODE, rule, path, span, name, "m", "h", source=source)


FINDINGS = st.lists(
    st.builds(
        finding,
        st.sampled_from(["a.py", "b \u20ac.py"]),
        st.sampled_from(["x", "y"]),
        st.none() | st.sampled_from(["x = 1", "  x = 1", "y = \ud800"]),
        st.integers(1, 9),
    ),
    max_size=8,
)


@given(FINDINGS, st.randoms())
def test_what_is_in_the_baseline_is_tolerated_wherever_it_stands(
    found: list[Finding], shuffled: object
) -> None:
    moved = [each.replace(span=Span(99, 1, 99, 2)) for each in found]
    shuffled.shuffle(moved)  # type: ignore[attr-defined]
    baseline = baseline_of(found)
    for path in {each.path for each in found}:
        assert baseline.sorted_out(path, [each for each in moved if each.path == path]) == ([], [])
    assert sum(baseline.counts.values()) == len(found)


@given(FINDINGS)
def test_one_more_of_the_same_is_new(found: list[Finding]) -> None:
    for each in found:
        own = [other for other in found if other.path == each.path]
        new, stale = baseline_of(found).sorted_out(each.path, [*own, each])
        assert (len(new), stale) == (1, [])


@given(FINDINGS)
def test_the_file_says_what_the_baseline_says(found: list[Finding]) -> None:
    baseline = baseline_of(found)
    text = render(baseline)
    assert json.loads(text)["format"] == "reproof-baseline/1"
    assert load_from(text) == baseline


def load_from(text: str) -> Baseline | None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, NAME).write_text(text)
        return load_baseline(folder)


def test_a_broken_file_is_never_tolerated() -> None:
    assert baseline_of([finding("a.py", "a.py", "x", rule="invalid-file")]).counts == {}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "old.py").write_text(IMPORT + BAD)
    return tmp_path


def test_old_findings_are_tolerated_and_new_ones_are_not(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == 1
    assert main(["check", "--write-baseline"]) == 0
    assert "tolerates 1 finding: 1 new, 0 no longer found" in capfd.readouterr().err
    assert main(["check"]) == 0
    (project / "old.py").write_text(f"# one\n# two\n{IMPORT}\n{BAD}")
    assert main(["check", "old.py"]) == 0
    (project / "old.py").write_text(IMPORT + BAD + BAD)
    assert main(["check", "old.py"]) == 1


def test_what_is_mended_is_said_to_be_stale_and_taken_out_by_the_one_command(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    main(["check", "--write-baseline"])
    (project / "old.py").write_text(IMPORT)
    before = (project / NAME).read_bytes()
    capfd.readouterr()
    assert main(["check", "old.py"]) == 0
    assert (
        "old.py: C [hardcoded-hyperparameter]: in the baseline and no longer found" in capfd.readouterr().err
    )
    assert main(["check", "--select", "dirty-notebook"]) == 0
    assert "no longer found" not in capfd.readouterr().err  # that rule did not look
    assert (project / NAME).read_bytes() == before
    assert main(["check", "--write-baseline"]) == 0
    assert "no longer found: old.py: C [hardcoded-hyperparameter]" in capfd.readouterr().err
    assert json.loads((project / NAME).read_text())["findings"] == {}


def test_a_key_that_the_baseline_names_is_not_taken_for_one_that_is_read(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "params.yaml").write_text("used: 1\nidle: 2\n")
    (project / "reads.py").write_text("import yaml\n\nprint(yaml.safe_load(open('params.yaml'))['used'])\n")
    assert main(["check", "--write-baseline"]) == 0
    assert '"idle"' in (project / NAME).read_text()
    capfd.readouterr()
    assert main(["check"]) == 0
    assert "no longer found" not in capfd.readouterr().err
    (project / "params.yaml").write_text("used: 1\nidle: 2\nmore: 3\n")
    assert main(["check"]) == 1


def test_from_a_folder_below_the_whole_tree_is_written(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "sub").mkdir()
    monkeypatch.chdir(project / "sub")
    assert main(["check", "--write-baseline"]) == 0
    assert list(json.loads((project / NAME).read_text())["findings"]) == ["old.py"]


@pytest.mark.parametrize(
    "words", [["old.py"], ["--select", "all"], ["--ignore", "x"], ["--fix"], ["--format", "json"]]
)
def test_a_baseline_of_a_part_is_refused(project: Path, words: list[str]) -> None:
    assert main(["check", "--write-baseline", *words]) == 2
    assert not (project / NAME).exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": "other", "findings": {}}',
        '{"format": "reproof-baseline/1", "findings": []}',
        '{"format": "reproof-baseline/1", "findings": {"a": [1]}}',
    ],
)
def test_a_baseline_that_cannot_be_read_is_an_error_with_the_next_step(
    project: Path, capfd: pytest.CaptureFixture[str], text: str
) -> None:
    (project / NAME).write_text(text)
    assert main(["check"]) == 2
    assert "--write-baseline" in capfd.readouterr().err
    assert main(["check", "--write-baseline"]) == 0
    assert main(["check"]) == 0


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.symlink(path, path)], ids=["pipe", "loop"])
def test_a_baseline_that_is_no_file_is_not_waited_for(
    project: Path, capfd: pytest.CaptureFixture[str], make: Callable[[Path], None]
) -> None:
    make(project / NAME)
    assert main(["check"]) == 2
    assert f"{NAME} cannot be read" in capfd.readouterr().err
    assert main(["check", "--write-baseline"]) == 0
    assert main(["check"]) == 0


def test_what_is_tolerated_is_not_fixed(project: Path) -> None:
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": "x = 1"}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    (project / "n.ipynb").write_text(text)
    main(["check", "--write-baseline"])
    assert main(["check", "--fix"]) == 0
    assert (project / "n.ipynb").read_text() == text
