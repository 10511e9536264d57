"""Requirement files as pip reads them, with places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.lint.requirements.parse import EntryKind, parse_requirements, resolve
from reproof.lint.requirements.pinned import State
from reproof.lint.source import InvalidFile

HASH = "--hash=sha256:" + "0" * 64


def texts(content: str) -> list[str]:
    return [entry.text for entry in parse_requirements(content)]


def places(content: str) -> list[str]:
    return [content[entry.start : entry.end] for entry in parse_requirements(content)]


def test_comments_start_after_a_space_only() -> None:
    assert texts("# a\na  # b\nb\t#c\nc#d\n   # e\n") == ["a", "b", "c#d"]


def test_a_backslash_continues_a_line_and_a_comment_ends_it() -> None:
    assert texts("a>=1,\\\n  <2\nb \\\n# note\\\nc\n") == ["a>=1,  <2", "b", "c"]


def test_a_continued_requirement_keeps_its_places() -> None:
    content = "\n  a \\\r\n   >=1\r\nb>1\n"
    assert places(content) == ["a \\\r\n   >=1", "b>1"]
    (first, _) = parse_requirements(content)
    assert [content[first.offset(position)] for position in range(len(first.text))] == list(first.text)


def test_options_end_a_requirement_and_hashes_are_seen() -> None:
    content = f"a==1 \\\n    {HASH} \\\n    {HASH}\nb ; python_version<'3' {HASH}\nc --config-settings=--x\n"
    entries = parse_requirements(content)
    assert [(entry.text, entry.hashed) for entry in entries] == [
        ("a==1", True),
        ("b ; python_version<'3'", True),
        ("c", False),
    ]


@pytest.mark.parametrize(
    "option", ["-r base.txt", "-rbase.txt", "--requirement base.txt", "--requirement=base.txt"]
)
def test_included_files_are_named(option: str) -> None:
    (entry,) = parse_requirements(f"{option}  # more\n")
    assert (entry.kind, entry.text) == (EntryKind.INCLUDE, "base.txt")


@pytest.mark.parametrize("option", ["-c 'base.txt'", "-cbase.txt", "--constraint=base.txt"])
def test_constraint_files_are_named(option: str) -> None:
    (entry,) = parse_requirements(option)
    assert (entry.kind, entry.text) == (EntryKind.CONSTRAINTS, "base.txt")


def test_editable_paths_are_local_and_editable_repositories_are_judged() -> None:
    entries = parse_requirements("-e src/pkg\n--editable=pkg\n-e git+https://h.org/o/r@main#egg=x\n")
    verdicts = [entry.verdict for entry in entries]
    assert [verdict and verdict.state for verdict in verdicts] == [State.EXEMPT, State.EXEMPT, State.UNPINNED]


def test_other_options_are_no_dependencies() -> None:
    entries = parse_requirements("--index-url https://h.org\n-i x\n--pre\n-f links\n--require-hashes\n")
    assert [(entry.kind, entry.verdict) for entry in entries] == [(EntryKind.SOURCE, None)] * 4


def test_nul_bytes_are_told_with_their_line() -> None:
    with pytest.raises(InvalidFile) as caught:
        parse_requirements("a\r\nb\0\n")
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ("b.txt", "reqs/b.txt"),
        ("../b.txt", "b.txt"),
        ("..\\b.txt", "b.txt"),
        ("../../b.txt", None),
        ("/etc/passwd", None),
        ("C:\\b.txt", None),
        ("https://h.org/b.txt", None),
        ("file:b.txt", None),
    ],
)
def test_named_files_are_resolved_inside_the_repository_only(named: str, path: str | None) -> None:
    assert resolve("reqs/a.txt", named) == path


LINES = st.sampled_from(
    ["a", "b>=1", " ", "#", "\\", "\\\n", "\n", "\r\n", "\r", "\f", "-r x", "-e ", "é", HASH, "\t"]
)


@given(st.lists(LINES, max_size=12).map("".join))
def test_places_and_texts_agree_but_for_continuations(content: str) -> None:
    for entry in parse_requirements(content):
        written = content[entry.start : entry.end]
        assert written[0] == entry.text[0]
        assert written[-1] == entry.text[-1]
        assert "".join(entry.text.replace("\\", "").split()) == "".join(written.replace("\\", "").split())
