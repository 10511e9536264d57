"""The scorer of labelled corpora: its judging on a small corpus, and the real command on a real repository."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchmarks.hyperparameters import score, sources
from benchmarks.hyperparameters.checked import RULE, Found
from benchmarks.hyperparameters.corpus import Corpus, Label, Source, read_corpus
from benchmarks.hyperparameters.judging import Counts, added, intervals, judge

SCRIPT = Source("a/b", "0" * 40, "train.py", "py")
NOTEBOOK = Source("a/b", "0" * 40, "nb/explore.ipynb", "ipynb")


def label(
    line: int,
    *others: int,
    source: Source = SCRIPT,
    cell: int | None = None,
    category: str = "training",
    confidence: str = "must",
) -> Label:
    return Label(source.local, cell, line, frozenset({line, *others}), category, confidence)


def finding(line: int, *, source: Source = SCRIPT, cell: int | None = None, kind: str = "training") -> Found:
    return Found(source.local, cell, line, RULE, kind, "lr", "0.1", "…")


def corpus(*labels: Label) -> Corpus:
    return Corpus({source.local: source for source in (SCRIPT, NOTEBOOK)}, list(labels))


def counts(some: Corpus, *findings: Found, kind: str | None = None) -> Counts:
    return judge(some, findings).counts(some.files, kind)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param((12,), Counts(correct=1, found=1, musts=1), id="on-its-own-line"),
        pytest.param((11,), Counts(correct=1, found=1, musts=1), id="on-the-first-line-of-its-call"),
        pytest.param((10,), Counts(correct=1, found=1, musts=1), id="on-the-first-line-of-its-statement"),
        pytest.param((12, 12), Counts(correct=1, found=1, musts=1), id="twice-on-one-line-counts-once"),
        pytest.param((11, 12), Counts(correct=2, found=1, musts=1), id="on-two-lines-finds-it-once"),
        pytest.param((13,), Counts(wrong=1, musts=1), id="below-it-is-wrong"),
        pytest.param((20,), Counts(ignored=1, musts=1), id="a-may-is-neither-right-nor-wrong"),
        pytest.param((), Counts(musts=1), id="nothing-found"),
    ],
)
def test_a_finding_is_judged_by_the_labels_of_its_line(lines: tuple[int, ...], expected: Counts) -> None:
    some = corpus(label(12, 10, 11), label(20, confidence="may"))
    assert counts(some, *map(finding, lines)) == expected


def test_a_must_beside_a_may_on_one_line_makes_the_finding_correct() -> None:
    some = corpus(label(5, confidence="may"), label(5))
    assert counts(some, finding(5)) == Counts(correct=1, found=1, musts=1)


def test_one_finding_finds_all_musts_of_its_line() -> None:
    some = corpus(label(6, 5), label(7, 5))
    assert counts(some, finding(5)) == Counts(correct=1, found=2, musts=2)


def test_the_same_line_of_another_cell_or_file_is_another_place() -> None:
    some = corpus(label(3, source=NOTEBOOK, cell=0))
    strangers = (finding(3, source=NOTEBOOK, cell=1), finding(3))
    assert counts(some, *strangers) == Counts(wrong=2, musts=1)
    assert counts(some, finding(3, source=NOTEBOOK, cell=0)) == Counts(correct=1, found=1, musts=1)


def test_a_kind_counts_its_own_findings_and_labels() -> None:
    some = corpus(label(1), label(2, category="split"), label(3, category="split"))
    findings = (finding(1), finding(2, kind="split"), finding(9, kind="split"))
    assert counts(some, *findings, kind="split") == Counts(correct=1, wrong=1, found=1, musts=2)
    assert counts(some, *findings, kind="training") == Counts(correct=1, found=1, musts=1)


def test_the_rates_are_those_of_the_definition() -> None:
    some = Counts(correct=3, wrong=1, ignored=5, found=2, musts=4)
    assert (some.precision, some.recall) == (0.75, 0.5)
    assert some.f1 == pytest.approx(0.6)
    assert (Counts().precision, Counts().recall) == (1.0, 1.0)


def test_the_interval_is_over_files_and_holds_the_rate() -> None:
    rows = [
        Counts(correct=9, wrong=1, found=9, musts=10),
        Counts(wrong=3),
        Counts(correct=4, found=4, musts=8),
    ]
    low, high = intervals(rows)["precision"]
    assert low <= added(rows).precision <= high
    assert (low, high) == (0.0, 1.0), "three files can all be drawn the same"
    alike = [Counts(correct=3, wrong=1, found=1, musts=2)] * 20
    assert intervals(alike)["precision"] == (0.75, 0.75)
    assert intervals(rows) == intervals(rows), "the dice are seeded"


def test_the_worst_file_comes_first() -> None:
    spots = {("a", None, 9): "one", ("b", 2, 1): "two", ("b", 0, 7): "three"}
    assert [told for _, told in score.worst_first(spots)] == ["three", "two", "one"]


def test_the_committed_labels_can_be_read_and_hold_no_code() -> None:
    for part in ("a", "b"):
        folder = Path(score.__file__).parent / "labels" / part
        some = read_corpus(folder)
        assert len(some.files) >= 30
        assert {one.confidence for one in some.labels} == {"must", "may"}
        assert "snippet" not in (folder / "labels.jsonl").read_text(encoding="utf-8")


def test_a_label_in_an_unlisted_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, [SCRIPT], [row(NOTEBOOK, 1, cell=0)])
    with pytest.raises(ValueError, match=r"a__b/nb/explore\.ipynb"):
        read_corpus(tmp_path)


# The real thing: a repository, its files at a commit, `reproof check`, the score.

TRAIN = "from torch.optim import SGD\nopt = SGD(\n    net.parameters(),\n    lr=0.1,\n    momentum=0.9,\n)\n"
CELLS = [
    {"cell_type": "markdown", "metadata": {}, "source": "# Explore"},
    {"cell_type": "code", "metadata": {}, "source": ["import torch\n", "EPOCHS = 3\n"], "outputs": []},
]


def write(folder: Path, files: list[Source], labels: list[dict[str, Any]]) -> Path:
    rows = [source._asdict() for source in files]
    for name, objects in (("files.jsonl", rows), ("labels.jsonl", labels)):
        (folder / name).write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    return folder


def row(source: Source, line: int, *, cell: int | None = None, confidence: str = "must") -> dict[str, Any]:
    place = {"repo": source.repo, "path": source.path, "cell": cell}
    lines = {"line": line, "stmt_line": line, "call_line": line}
    return place | lines | {"category": "training", "confidence": confidence}


@pytest.fixture
def mirror(tmp_path: Path) -> tuple[Path, str]:
    """A mirror with one repository in it, whose newest commit is not the labelled one; and that one."""
    repository = tmp_path / "mirror" / "a+b" / "repo"
    repository.mkdir(parents=True)

    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout

    git("init", "--quiet")
    git("config", "uploadpack.allowFilter", "true")
    git("config", "uploadpack.allowAnySHA1InWant", "true")
    (repository / "nb").mkdir()
    (repository / "train.py").write_text(TRAIN)
    notebook = {"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (repository / "nb" / "explore.ipynb").write_text(json.dumps(notebook))
    git("add", "-A")
    git("commit", "--quiet", "-m", "one")
    commit = git("rev-parse", "HEAD").strip()
    (repository / "train.py").write_text("")
    git("commit", "--quiet", "-am", "two")
    return tmp_path / "mirror", commit


def test_the_real_command_is_scored_on_the_files_at_their_commit(
    tmp_path: Path, mirror: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, commit = mirror
    files = [SCRIPT._replace(commit=commit), NOTEBOOK._replace(commit=commit)]
    labels = [row(SCRIPT, 4), row(SCRIPT, 3), row(NOTEBOOK, 2, cell=1)]
    write(tmp_path, files, labels)
    assert score.main([str(tmp_path), "--mirror", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["scores"]["all"] | {"precision": 0, "f1": 0} == {
        **Counts(correct=2, wrong=1, found=2, musts=3)._asdict(),
        "precision": 0,
        "recall": pytest.approx(2 / 3),
        "f1": 0,
    }
    assert [(one["line"], one["code"]) for one in told["wrong"]] == [(5, "momentum=0.9,")]
    assert [(one["line"], one["code"]) for one in told["missed"]] == [(3, "net.parameters(),")]
    assert score.main([str(tmp_path), "--mirror", str(folder)]) == 0
    tables = capsys.readouterr().out
    assert "a__b/train.py:5: [training] momentum | momentum=0.9," in tables
    assert "a__b/train.py:3: [training] | net.parameters()," in tables


def test_a_repository_that_no_mirror_has_is_fetched_without_its_other_files(
    tmp_path: Path, mirror: tuple[Path, str]
) -> None:
    folder, commit = mirror
    host = tmp_path / "host" / "a"
    host.mkdir(parents=True)
    (host / "b").symlink_to(folder / "a+b" / "repo", target_is_directory=True)
    source = SCRIPT._replace(commit=commit)
    git_dir = sources.fetched(source, tmp_path / "cache", host=f"file://{tmp_path / 'host'}/")
    missing = sources.git(git_dir, "rev-list", "--objects", "--missing=print", commit).decode()
    assert missing.count("\n?") == 2, "one commit, and no file's contents yet"
    assert sources.fetched(source, tmp_path / "cache", host="file:///nowhere/") == git_dir, "fetched once"
    sources.lay_out([source], tmp_path / "laid", None, tmp_path / "cache")
    assert (tmp_path / "laid" / source.local).read_text() == TRAIN


def test_a_path_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="leads out"):
        sources.lay_out([SCRIPT._replace(path="../../x.py")], tmp_path, None, tmp_path)


def test_a_commit_that_is_not_there_is_told(tmp_path: Path, mirror: tuple[Path, str]) -> None:
    with pytest.raises(RuntimeError, match=r"git cat-file .* failed"):
        sources.lay_out([SCRIPT], tmp_path, mirror[0], tmp_path)
