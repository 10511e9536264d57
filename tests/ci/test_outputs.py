"""What CI reads back: no value can set another output, and a log line cannot become a command."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest

from reproof.ci.outputs import annotate, write_outputs, write_summary
from reproof.inert import Inert, silence_commands


def parse(text: str) -> dict[str, str]:
    """GITHUB_OUTPUT as the runner reads it."""
    found = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, _, end = line.partition("<<")
        value = []
        for part in lines:
            if part == end:
                break
            value.append(part)
        found[name] = "\n".join(value)
    return found


def test_outputs_read_back_whatever_stands_in_them(tmp_path: Path) -> None:
    values = {"verdict": "drifted", "report-json": '{"a": "x\nverdict<<EOF\ngreen\nEOF\n"}', "strength": ""}
    path = tmp_path / "output"
    write_outputs({"GITHUB_OUTPUT": str(path)}, values)
    assert parse(path.read_text()) == values


def test_each_output_ends_with_a_delimiter_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "output"
    write_outputs({"GITHUB_OUTPUT": str(path)}, {"a": "1", "b": "2"})
    ends = [line.partition("<<")[2] for line in path.read_text().splitlines() if "<<" in line]
    assert len(set(ends)) == 2
    assert all(len(end) > 32 for end in ends)


def test_what_stands_in_the_files_already_stays(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_text("before\n")
    write_summary({"GITHUB_STEP_SUMMARY": str(path)}, "## after")
    assert path.read_text() == "before\n## after\n"


def test_outside_of_ci_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    write_outputs({}, {"a": "1"})
    write_summary({}, "x")
    annotate({}, "error", "x")
    assert capsys.readouterr().out == ""


def test_an_annotation_is_one_command_whatever_its_text() -> None:
    stream = io.StringIO()
    annotate(
        {"GITHUB_ACTIONS": "true"},
        "warning",
        "100%\n::error::forged\r",
        path="a,b:c.py",
        line=3,
        stream=stream,
    )
    assert (
        stream.getvalue() == "::warning file=a%2Cb%3Ac.py,line=3,title=reproof::100%25%0A::error::forged%0D\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "::set-output name=verdict::reproduced",
        " \t::error::x",
        "a\n::error::x",
        "a\r::error::x",
        "a\n\n\u2003::error::x",
        "seen ##[error]x",
        "::a::\n::b::\n##[c]##[d]",
    ],
)
def test_what_is_printed_is_no_command(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = io.StringIO()
    Inert(shown).write(text)
    for line in re.split("[\r\n]", shown.getvalue()):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
    assert shown.getvalue().replace("\u2060", "") == text


def test_plain_words_are_printed_as_they_are_and_our_own_commands_arrive(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, getattr(sys, name))  # put back at the end
    silence_commands({"GITHUB_ACTIONS": "true"})
    print("a::b: c # [d] 12:30::")
    print("::warning::forged")
    annotate({"GITHUB_ACTIONS": "true"}, "warning", "ours")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "a::b: c # [d] 12:30::"
    assert not lines[1].startswith("::")
    assert lines[2] == "::warning title=reproof::ours"


def test_outside_of_a_runner_nothing_is_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sys.stdout
    silence_commands({})
    assert sys.stdout is before
