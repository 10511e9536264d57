"""A slice of the fuzzer's inputs, and that the fuzzer would tell: `benchmarks/hyperparameters/fuzz.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.hyperparameters import fuzz
from benchmarks.hyperparameters.fuzz import Prober, hostile_inputs
from benchmarks.hyperparameters.hostile import Input, hostile, snippets
from reproof.lint.finding import Edit, Finding, Fix
from reproof.lint.hyperparameters.place import is_test
from reproof.lint.rules.config.hardcoded_hyperparameter import HardcodedHyperparameter
from reproof.lint.source import SourceFile

PATIENT = 60.0  # seconds of processor time: an endless loop ends, and nothing is measured


def prober(folder: Path, limit: float = PATIENT) -> Prober:
    return Prober(str(folder), limit)


@pytest.mark.parametrize("hundred", range(5))
def test_no_hostile_input_makes_a_rule_or_a_fix_crash(tmp_path: Path, hundred: int) -> None:
    probed = prober(tmp_path)
    for name, one in hostile_inputs(0, range(hundred * 100, hundred * 100 + 100)):
        probed.probe(name, one, strict=hundred % 2 == 1)
    assert [(name, failure) for name, _, failure in probed.report.failures] == []
    assert probed.report.counts["inputs"] == 100
    assert probed.report.counts["with findings"] >= 10, "the inputs get through to the finders"
    assert probed.report.counts["not readable"] >= 10, "and not all of them can be read"


def test_an_input_is_the_same_wherever_it_is_made() -> None:
    some = [hostile(3, number) for number in range(40)]
    assert some == [hostile(3, number) for number in range(40)]
    assert len({one.data for one in some}) > 35
    assert some != [hostile(4, number) for number in range(40)]
    assert {one.path.rpartition(".")[2] for one in some} == {"py", "ipynb", "pyw"}


def test_the_examples_are_mutated() -> None:
    texts = {example.text for example in (*HardcodedHyperparameter.VALID, *HardcodedHyperparameter.INVALID)}
    assert texts <= set(snippets())


def test_cpythons_own_tests_are_looked_at_where_they_are_installed() -> None:
    try:
        inputs = dict(fuzz.cpython_tests())
    except SystemExit as without:
        pytest.skip(str(without))
    assert len(inputs) > 1000
    assert all(not is_test(one.path, b"") for one in inputs.values())


class CrashError(Exception):
    """Raised by the broken rules below."""


def broken(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Let the rule fail on `lr` in one way."""

    class Broken(HardcodedHyperparameter):
        __doc__ = HardcodedHyperparameter.__doc__

        def check(self, file: SourceFile) -> Iterator[Finding]:
            for finding in super().check(file):
                if finding.name == "lr":
                    if how == "crash":
                        raise CrashError("in the rule")
                    while how == "hang":
                        pass
                    yield finding.replace(fix=Fix("mend", safe=False, make=make))

    def make() -> tuple[Edit, ...]:
        if how == "fix":
            raise CrashError("in the fix")
        return (Edit(0, 0, "("),)

    monkeypatch.setattr(fuzz, "RULES", [Broken])


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("crash", "CrashError at test_fuzz.py"),
        ("hang", "more than 0.2 s"),
        ("fix", "fix: CrashError at test_fuzz.py"),
        ("unreadable", "fix: the fixed text could not be read back"),
    ],
)
def test_a_failure_is_told_and_made_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, told: str
) -> None:
    broken(monkeypatch, how)
    one = Input(
        "train.py", b"import os\nimport torch\nx = 1\nlr = 0.1\ny = 2\n", (("params.yaml", b"a: 1\n"),)
    )
    probed = prober(tmp_path, 0.2 if how == "hang" else PATIENT)
    failure = probed.probe("one", one, strict=False)
    assert failure is not None
    assert failure.what.startswith(told)
    assert probed.report.failures == [("one", one, failure)]
    assert probed.small(one, failure) == Input("train.py", b"import torch\nlr = 0.1")


def test_a_run_tells_each_mistake_once_and_saves_its_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(monkeypatch, "crash")
    monkeypatch.setattr(fuzz, "SAVED", tmp_path / "saved")
    (tmp_path / "root").mkdir()
    inputs = [(f"input {number}", Input("train.py", b"import torch\nlr = 0.1\n")) for number in range(3)]
    assert fuzz.run("inputs", iter(inputs), prober(tmp_path / "root")) == 1
    out, err = capsys.readouterr()
    assert "6  CrashError at test_fuzz.py" in out, "three inputs, each in both modes"
    assert err.count("Traceback") == 1
    saved = [path for path in (tmp_path / "saved").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in saved] == [b"import torch\nlr = 0.1"]
    monkeypatch.setattr(fuzz, "RULES", [HardcodedHyperparameter])
    assert fuzz.run("inputs", iter(inputs), prober(tmp_path / "root")) == 0
