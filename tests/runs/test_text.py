"""A record as a person reads it: aspects in order, aligned, long lists shortened, nothing that a terminal obeys."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from reproof.runs import text
from reproof.runs.record import Code, DataFile, Disagreement, Metric, RunRecord
from tests.runs.records import RECORDS, record, whole

SHOWN = text.whole(whole())


def test_the_aspects_come_in_order() -> None:
    titles = [line for line in SHOWN.splitlines() if line and not line.startswith(" ")]
    assert [title.split()[0].strip(",") for title in titles] == [
        "run",
        "code",
        "config",
        "environment",
        "data",
        "results",
        "all",
    ]


def test_all_that_a_reader_asks_for_stands_there() -> None:
    for line in (
        "  commit  " + "c" * 40 + ", with uncommitted changes (a patch of 1 line)",
        "    layers  [1, 2]",
        "    seed                    1  declared",
        "    train.py:3 random.seed  7  found",
        "    numpy  declared 2.1.3  installed 2.2.0",
        "    auc · island=Biscoe  0.9  168 rows",
        "    loss                 NaN",
        "    predictions.csv  sha256:666666666666  344 rows",
        "  took         12.5 s, 23.5 s of CPU",
        "  peak memory  123 MB",
        "    epoch 2",
    ):
        assert line in SHOWN.splitlines()
    assert "10 B  344 rows, 2 columns  read by train  from s3://bucket/penguins at v3" in SHOWN


def test_packages_that_are_declared_or_differ_come_before_all_others() -> None:
    made = whole()
    assert made.environment.observed
    packages = (("aaa", "1"), ("aab", "1"), ("aac", "1"), ("aad", "1"), ("aae", "1"), ("numpy", "2.1.3"))
    observed = replace(made.environment.observed, packages=packages)
    declared = (("image", "x@sha256:1"), ("numpy", "2.1.3"))

    def shown(**changes: object) -> str:
        environment = replace(made.environment, declared=declared, observed=observed, **changes)  # type: ignore[arg-type]
        return text.whole(replace(made, environment=environment))

    agreed = shown(disagreements=())
    assert "  packages, installed as declared\n    numpy  2.1.3\n" in agreed
    assert "  packages installed besides (5)\n    aaa  1\n    aab  1\n    aac  1\n    and 2 more\n" in agreed
    assert agreed.count("    numpy ") == 1
    differs = shown(disagreements=(Disagreement("numpy", "2.1.3", "2.2.0"),))
    assert differs.index("  installed otherwise than declared") < differs.index("  declared (2)")
    assert differs.index("  declared (2)") < differs.index("  packages installed (6)")
    assert agreed.endswith(f"\nall of it: reproof show {made.id[:12]} --format json")


def test_a_text_that_reads_as_a_number_is_told_from_one() -> None:
    made = whole()
    made = replace(
        made, config=replace(made.config, parameters=(("a", "1"), ("b", 1), ("c", "null"), ("d", "x")))
    )
    lines = text.whole(made).splitlines()
    assert [
        line for line in lines if line.startswith("    ") and line[4:7] in {"a  ", "b  ", "c  ", "d  "}
    ] == [
        '    a  "1"',
        "    b  1",
        '    c  "null"',
        "    d  x",
    ]


def test_long_lists_are_shortened_with_their_count() -> None:
    files = tuple((f"src/f{number:03}.py", "b" * 40) for number in range(200))
    shown = text.whole(replace(record(), code=Code("c" * 40, files))).splitlines()
    assert "  files (200)" in shown
    assert "    and 188 more" in shown
    assert len([line for line in shown if "src/f" in line]) == text.MOST
    assert len(shown) < 60


def test_a_list_is_not_shortened_by_one() -> None:
    files = tuple((f"f{number}.py", "b" * 40) for number in range(text.MOST + 1))
    assert "and 1 more" not in text.whole(replace(record(), code=Code("c" * 40, files)))


def test_no_line_is_longer_than_a_screen_is_wide_for_what_a_project_has() -> None:
    made = whole()
    data = tuple(
        DataFile(f"data/{'x' * number}.csv", "md5:" + "d" * 32, number, ("train",)) for number in range(200)
    )
    longest = max(len(line) for line in text.whole(replace(made, data=data)).splitlines())
    assert longest < 130


@given(RECORDS)
def test_any_record_is_shown_and_nothing_in_it_reaches_the_terminal(made: RunRecord) -> None:
    shown = text.whole(made) + text.table([made])
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert not any(line != line.rstrip() for line in text.whole(made).splitlines())


def test_metrics_of_slices_are_all_there() -> None:
    metrics = tuple(Metric("auc", 0.5, (("country", f"C{number}"),), 30) for number in range(60))
    assert text.whole(record(metrics=metrics)).count("auc · country=") == 60
