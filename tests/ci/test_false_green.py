"""What a pull request could try so that a worse result looks well, and what comes of it: never a green check.

Its numbers are its own (docs/explanation/trust.md); everything else that it says is held against git, the recorded
runs and the rules of its base.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reproof.ci.conclusion import conclusion
from reproof.ci.measured import Measured
from reproof.ci.trusted import Trusted
from reproof.errors import UsageError
from reproof.report.markdown import comment
from reproof.report.report import Context, Report
from reproof.runs.key import key_of
from reproof.runs.record import Metric, RunRecord, Seed
from reproof.verdict.failure import Failure
from reproof.wiring import open_workspace
from tests.ci.halves import measured, rekeyed, trained
from tests.repositories import commit, git

Half = Callable[[], Trusted]
CONTEXT = Context(repository="octo/demo", pull=7, base_ref="main")
LOOSE = "[tool.reproof.compare]\nfail-on = []\n[tool.reproof.compare.metrics.auc]\ntolerance = 9\n"
SLICE = (("country", "BR"),)
NOISE = (0.900, 0.904, 0.898, 0.902, 0.897, 0.903)


def judged(half: Trusted, handed_over: Measured) -> tuple[str, Report]:
    report = half.report(handed_over, replace(CONTEXT, fail_on=half.settings.compare.fail_on))
    return conclusion(report), report


def record_on_main(origin: Path, *runs: RunRecord) -> None:
    """Record runs of `main`, and let `topic` start there."""
    clone = origin.parent / "clone"
    git(clone, "pull", "--quiet")
    open_workspace(str(clone)).store.add(runs)
    git(origin, "switch", "--quiet", "--force-create", "topic", "main")


def with_metrics(run: RunRecord, *metrics: Metric) -> RunRecord:
    return replace(run, results=replace(run.results, metrics=metrics))


def with_seed(run: RunRecord, seed: int) -> RunRecord:
    return rekeyed(run, config=replace(run.config, seed=Seed("train.seed", seed)))


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": LOOSE},
        {"pyproject.toml": ""},
        {"pyproject.toml": "", "reproof.toml": "# nothing"},
        {"pyproject.toml": "[tool.reproof]\nmetrics = []\n"},
        {"pyproject.toml": "[tool.reproof]\ncode = []\ndata = []\nparams = []\n"},
        {"pyproject.toml": '[tool.reproof.store]\nkind = "folder"\npath = "mine"\n', "mine/x": ""},
        {"pyproject.toml": '[tool.reproof.store]\nref = "refs/heads/topic"\n'},
        {"metrics.json": '{"auc": 0.7}', "pyproject.toml": '[tool.reproof]\nmetrics = ["metrics.json"]\n'},
    ],
    ids=["loose", "emptied", "replaced", "no-metrics", "no-inputs", "folder", "ref", "own-results"],
)
def test_its_own_configuration_makes_nothing_better(
    origin: Path, open_half: Half, files: dict[str, str]
) -> None:
    commit(origin, {**files, "train.py": "print(2)\n"})
    got, report = judged(open_half(), measured(trained(origin, "topic", 2, auc=0.7)))
    assert (got, report.comparison.verdict) == ("failure", "regressed")


def test_another_command_is_not_the_base_s(origin: Path, open_half: Half) -> None:
    """It declares another command, and says that the base's was trained, or that this is recorded already."""
    rules = (origin / "pyproject.toml").read_text()
    commit(origin, {"pyproject.toml": f'[tool.reproof]\ntrain = "python -c pass"\n{rules}'})
    half, base, own = open_half(), trained(origin, "main", 2), trained(origin, "topic", 2)
    assert own.config.commands != base.config.commands
    forged = rekeyed(own, config=base.config)
    for handed_over in (measured(forged), Measured(half.head, base.key)):
        with pytest.raises(UsageError, match="command"):
            half.judge(handed_over)
    assert judged(half, measured(own))[1].comparison.changes.config[0].new == "python -c pass"


def test_the_command_of_a_workflow_is_no_forgery(origin: Path, open_half: Half) -> None:
    """The input `command` replaces what either side declares; what it is, nobody tells the half that writes."""
    commit(origin, {"notes.md": "x"})
    own = trained(origin, "topic", 2)
    given = rekeyed(own, config=replace(own.config, commands=(("train", "make train"),)))
    assert open_half().judge(measured(given)).changes.config[0].new == "make train"


@pytest.mark.parametrize("files", [{"notes.md": "x"}, {"train.py": "print(2)\n"}], ids=["same-key", "base"])
def test_the_id_of_a_recorded_run_is_taken(origin: Path, open_half: Half, files: dict[str, str]) -> None:
    """No run is evidence for itself: under the recorded one's id a run would have nothing to be held against."""
    commit(origin, files)
    half = open_half()
    with pytest.raises(UsageError, match="another one is recorded under this id"):
        half.judge(measured(trained(origin, "topic", 1, auc=0.7)))
    with pytest.raises(UsageError, match="another one is recorded under this id"):
        half.verify(trained(origin, "topic", 1, auc=0.7))
    assert judged(half, measured(trained(origin, "topic", 2, auc=0.7)))[0] == "failure"


def test_a_way_back_to_recorded_inputs_is_held_against_the_base(origin: Path, open_half: Half) -> None:
    """Nothing is trained, since the older inputs are recorded; that they gave less is told all the same."""
    git(origin, "switch", "--quiet", "main")
    commit(origin, {"train.py": "print(2)\n"})
    record_on_main(origin, trained(origin, "main", 5, auc=0.99))
    commit(origin, {"train.py": "print(1)\n"})
    half = open_half()
    got, report = judged(half, Measured(half.head, trained(origin, "topic").key))
    assert (got, report.comparison.verdict, report.comparison.retrains) == ("failure", "regressed", 0)


@pytest.mark.parametrize(
    "gone",
    [(), (Metric("auc", 0.5, (("country", "BR "),), 500),), (Metric("auc", 0.5, (("Country", "BR"),), 500),)],
    ids=["deleted", "renamed", "other-column"],
)
def test_a_slice_that_is_gone_is_not_green(origin: Path, open_half: Half, gone: tuple[Metric, ...]) -> None:
    whole = Metric("auc", 0.9, (), 1000)
    record_on_main(origin, with_metrics(trained(origin, "main", 5), whole, Metric("auc", 0.9, SLICE, 500)))
    commit(origin, {"train.py": "print(2)\n"})
    got, report = judged(open_half(), measured(with_metrics(trained(origin, "topic", 6), whole, *gone)))
    assert (got, report.comparison.verdict) == ("neutral", "changed")
    assert "`auc · country=BR` is gone and cannot be judged" in comment(report)


@pytest.mark.parametrize("name", ["AUC", "auc ", "auc\u200b", "\u0430uc"])
def test_a_metric_of_another_name_is_another_metric(origin: Path, open_half: Half, name: str) -> None:
    commit(origin, {"train.py": "print(2)\n"})
    renamed = with_metrics(trained(origin, "topic", 2), Metric(name, 0.9))
    got, report = judged(open_half(), measured(renamed))
    assert (got, report.comparison.verdict) == ("failure", "regressed")


@pytest.mark.parametrize("rows", [0, 1, 249])
@pytest.mark.parametrize("slice_", [(), SLICE], ids=["whole", "slice"])
def test_few_rows_hide_nothing(
    origin: Path, open_half: Half, rows: int, slice_: tuple[tuple[str, str], ...]
) -> None:
    """Of a share of so few rows anything may be chance, and a small slice is not judged by noise."""
    git(origin, "switch", "--quiet", "main")
    commit(origin, {"pyproject.toml": ""})

    def run(revision: str, number: int, value: float, rows: int) -> RunRecord:
        made = with_seed(trained(origin, revision, number), number)
        made = with_metrics(made, Metric("accuracy", value, slice_, rows), Metric("loss", value))
        return replace(made, results=replace(made.results, artifacts=()))

    record_on_main(origin, *(run("main", 5 + at, value, 500) for at, value in enumerate(NOISE)))
    commit(origin, {"train.py": "print(2)\n"})
    few = [
        with_metrics(one, replace(one.results.metrics[0], value=0.5), one.results.metrics[1])
        for one in (run("topic", number, 0.9, rows) for number in (21, 22, 23))
    ]
    got, report = judged(open_half(), measured(*few))
    assert got != "success", report.comparison.checks
    assert "far fewer rows" in comment(report) or got == "failure"


def test_a_training_that_fails_is_no_way_out(origin: Path, open_half: Half) -> None:
    commit(origin, {"pyproject.toml": LOOSE})
    half = open_half()
    broken = Measured(half.head, "a" * 64, (), Failure("the training command exited with 1", 1), 1)
    assert judged(half, broken)[0] == "failure"
    both = replace(measured(trained(origin, "topic", 2)), failure=broken.failure)
    assert judged(half, both)[0] == "failure"


def test_what_was_never_trained_is_not_recorded(origin: Path, open_half: Half) -> None:
    head = commit(origin, {"train.py": "print(2)\n", "metrics.json": '{"auc": 0.9}'})
    own = trained(origin, "topic")
    assert own.key == key_of(own)
    got, report = judged(open_half(), Measured(head, own.key))
    assert (got, report.comparison.verdict) == ("neutral", "no-baseline")


def test_another_attempt_has_fewer_looks(origin: Path, open_half: Half) -> None:
    """Whoever starts it again until it passes is not asked more often than one verdict may be."""
    git(origin, "switch", "--quiet", "main")
    commit(origin, {"pyproject.toml": ""})
    runs = [with_seed(trained(origin, "main", 5 + at, auc=value), at) for at, value in enumerate(NOISE)]
    record_on_main(origin, *(replace(run, results=replace(run.results, artifacts=())) for run in runs))
    commit(origin, {"train.py": "print(2)\n"})
    own = with_seed(trained(origin, "topic", 21, auc=0.901), 100)
    report = open_half().report(measured(own), CONTEXT, spent=5)
    assert "earlier attempts at this commit took 5 of the looks" in comment(report).replace("`", "")
