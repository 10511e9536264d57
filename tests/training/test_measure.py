"""One training from plan to record: a trainer in memory on a real repository."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reproof.adapters.git import GitRepository
from reproof.config import Config
from reproof.errors import InputsChangedError
from reproof.runs.capture.environment.observe import Found
from reproof.runs.declared import Declared, declare
from reproof.runs.key import key_of
from reproof.runs.record import RunRecord
from reproof.training.measure import Training
from reproof.training.outcome import Outcome
from reproof.training.plan import Plan
from reproof.verdict.failure import Failure
from tests.repositories import commit, make_repository
from tests.runs.records import OBSERVED

WELL = Outcome(0, 1.5)


class Does:
    """`Trainer` that does one thing in the plan's folder."""

    def __init__(self, does: Callable[[Path], None], outcome: Outcome = WELL) -> None:
        self._does = does
        self._outcome = outcome

    def train(self, plan: Plan) -> Outcome:
        self._does(Path(plan.folder))
        return self._outcome


def wrote(folder: Path) -> None:
    (folder / "metrics.json").write_text('{"auc": 0.9}')


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "project", {"train.py": "", "params.yaml": "lr: 1\n"})


def measured(root: Path, does: Does) -> RunRecord | Failure:
    repository, settings = GitRepository(str(root)), Config(root=str(root))
    declared = declare(repository.snapshot("HEAD"), settings, repository.head())
    plan = Plan(declared.layout.command, str(root), 9)

    def after() -> Declared:
        return declare(repository.snapshot(), settings, repository.head())

    return Training(declared, plan, does, after, lambda: Found(OBSERVED, ()), "local")()


def test_a_training_that_ends_well_is_a_record_of_what_was_declared_observed_and_written(root: Path) -> None:
    made = measured(root, Does(wrote))
    assert isinstance(made, RunRecord)
    assert (made.kind, made.origin, made.environment.observed) == ("trained", "local", OBSERVED)
    assert made.key == key_of(made)
    assert [(metric.label, metric.value) for metric in made.results.metrics] == [("auc", 0.9)]
    assert made.results.seconds == 1.5


def test_two_records_of_one_training_have_their_own_ids_and_one_key(root: Path) -> None:
    one, other = measured(root, Does(wrote)), measured(root, Does(wrote))
    assert isinstance(one, RunRecord)
    assert isinstance(other, RunRecord)
    assert one.key == other.key
    assert one.id != other.id
    assert one.created < other.created


def test_a_training_that_fails_is_a_failure_with_the_end_of_its_log(root: Path) -> None:
    outcome = Outcome(3, 1.0, "the training command exited with 3", ("no memory left",))
    expected = Failure("the training command exited with 3", 3, ("no memory left",))
    assert measured(root, Does(wrote, outcome)) == expected


def test_a_training_that_wrote_nothing_is_a_failure_though_it_ended_well(root: Path) -> None:
    found = measured(root, Does(lambda _: None, Outcome(0, 1.0, None, ("done",))))
    assert isinstance(found, Failure)
    assert ("wrote no metrics.json" in found.what, found.exit_code, found.log_tail) == (True, 0, ("done",))


@pytest.mark.parametrize("name", ["train.py", "params.yaml", "requirements.txt", "new.py"])
def test_inputs_that_changed_meanwhile_are_named_and_nothing_is_made(root: Path, name: str) -> None:
    def edits(folder: Path) -> None:
        wrote(folder)
        (folder / name).write_text("lr: 2\n" if name == "params.yaml" else "numpy==2\n")

    with pytest.raises(InputsChangedError, match="while the training ran") as refused:
        measured(root, Does(edits))
    assert ('`artifacts = ["new.py"]`' in (refused.value.hint or "")) is (name == "new.py")
    assert {"params.yaml": "lr", "requirements.txt": "numpy"}.get(name, name) in refused.value.message


@pytest.mark.parametrize(
    ("left", "named"),
    [
        (lambda root: shutil.rmtree(root / ".git"), "no commit yet"),
        (lambda root: (root / ".git/index").write_bytes(b"none"), "index"),
        (lambda root: (root / "params.yaml").write_text("[["), "params.yaml:"),
    ],
    ids=["no-repository", "index", "parameters"],
)
def test_inputs_that_cannot_be_read_any_more_have_changed(
    root: Path, left: Callable[[Path], None], named: str
) -> None:
    def does(folder: Path) -> None:
        wrote(folder)
        left(folder)

    with pytest.raises(InputsChangedError, match="cannot be read since the training ran") as refused:
        measured(root, Does(does))
    assert named in refused.value.message
    assert "nothing was recorded" in (refused.value.hint or "")


def test_a_commit_made_meanwhile_of_something_else_is_no_change(root: Path) -> None:
    def commits(folder: Path) -> None:
        wrote(folder)
        commit(folder, {"README.md": "hello\n"})

    assert isinstance(measured(root, Does(commits)), RunRecord)
