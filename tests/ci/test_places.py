"""Where reported changes stand in the files of a head, hostile ones included."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reproof.changed_lines import Ranges
from reproof.ci.places import LARGEST, Sources, annotate_changes
from reproof.config import Config
from reproof.ports import Head
from reproof.report.report import Report
from reproof.runs.declared import declare
from reproof.verdict.comparison import Changes, Comparison, FileChange, ValueChange

FILES = {
    "train.py": "print(1)\n",
    "params.yaml": "# é\ntrain:\n  rate: 0.3\n  layers:\n    - 1\n    - 2\n",
    "uv.lock": 'version = 1\n[[package]]\nname = "numpy-financial"\nversion = "1.0"\n'
    '[[package]]\nname = "scikit_learn"\nversion = "1.7.0"\n',
}
LINES: dict[str, Ranges] = {
    "train.py": ((3, 9), (20, 20)),
    "uv.lock": ((7, 7),),
    "data/raw.csv.dvc": ((2, 2),),
}


class Files:
    """A snapshot in memory."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = files

    def files(self) -> dict[str, str]:
        return dict.fromkeys(self._files, "a" * 40)

    def submodules(self) -> dict[str, str]:
        return {}

    def links(self) -> dict[str, str]:
        return {}

    def read(self, path: str) -> bytes | None:
        text = self._files.get(path)
        return None if text is None else text.encode("utf-8", "surrogateescape")


def sources(files: dict[str, str] = FILES) -> Sources:
    snapshot = Files(FILES)
    declared = declare(snapshot, Config(""), Head("a" * 40, None, None, ()))
    return Sources(declared, Files(files).read, LINES)


def report(**changes: object) -> Report:
    return Report(
        Comparison("a" * 12, "b" * 64, "no-baseline", "regressed", cause="config", changes=Changes(**changes))  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"config": (ValueChange("train.rate", 0.1, 0.3),)}, ("params.yaml", 3)),
        ({"config": (ValueChange("train.layers", "[1]", "[1, 2]"),)}, ("params.yaml", 4)),
        ({"environment": (ValueChange("scikit-learn", "1.6.1", "1.7.0"),)}, ("uv.lock", 6)),
        ({"data": (ValueChange("data/raw.csv", "a", "b"),)}, ("data/raw.csv.dvc", 2)),
        ({"code": (FileChange("train.py", 1, 1),)}, ("train.py", 3)),
    ],
)
def test_each_aspect_has_its_line(changes: dict[str, object], place: tuple[str, int]) -> None:
    (note,) = annotate_changes(report(**changes), sources())
    assert (note.path, note.line) == place


def test_the_blamed_aspect_comes_first_and_warns() -> None:
    both = report(code=(FileChange("train.py", 1, 1),), config=(ValueChange("train.rate", 0.1, 0.3),))
    notes = annotate_changes(both, sources())
    assert [(note.path, note.level) for note in notes] == [("params.yaml", "warning"), ("train.py", "notice")]
    calm = replace(both, context=replace(both.context, fail_on=()))
    assert {note.level for note in annotate_changes(calm, sources())} == {"notice"}


@pytest.mark.parametrize(
    "name", ["gone", "(uncommitted changes)", ".*", "x" * 100_000, "a\n::error::b", "numpy"]
)
def test_what_stands_nowhere_has_no_place(name: str) -> None:
    assert not annotate_changes(
        report(
            code=(FileChange(name),),
            config=(ValueChange(name, None, 1),),
            environment=(ValueChange(name, None, "1"),),
            data=(ValueChange(name, None, "x"),),
        ),
        sources(),
    )


@pytest.mark.parametrize("text", ["{", "\udcff", "a: &a [*a]", "x" * (LARGEST + 1), "- a\n" * 100_000])
def test_files_that_cannot_be_read_have_no_place(text: str) -> None:
    changes = report(
        config=(ValueChange("train.rate", 0.1, 0.3),), environment=(ValueChange("numpy", "1", "2"),)
    )
    assert len(annotate_changes(changes, sources(dict.fromkeys(FILES, text)))) <= 1
