"""What a measuring job leaves behind where something is too large: a verdict all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from reproof.ci import measured as handover
from reproof.ci.event import Event
from reproof.ci.publish import exit_code, publish
from reproof.report.short_json import short_json
from reproof.runs import schema
from tests.report.cases import REGRESSED
from tests.runs.records import record


def published(folder: Path) -> tuple[set[str], str, str]:
    """The files' names, the outputs and the summary."""
    environ = {"GITHUB_OUTPUT": str(folder / "outputs"), "GITHUB_STEP_SUMMARY": str(folder / "summary")}
    publish(environ, Event(run_id=42, attempt=3), REGRESSED, [record()], str(folder / "report"))
    names = {path.name for path in (folder / "report").glob("[!.]*")}
    return names, (folder / "outputs").read_text(), (folder / "summary").read_text()


def test_everything_is_written(tmp_path: Path) -> None:
    names, outputs, _ = published(tmp_path)
    one = f"run-{record().id}.json"
    assert names == {"report.md", "report.json", "report.html", "measured.json", one}
    assert "verdict<<" in outputs
    left = handover.load((tmp_path / "report/measured.json").read_bytes())
    assert (left.run, left.attempt, left.records) == (42, 3, (record(),))


def test_what_is_too_large_is_left_out_and_the_verdict_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(schema, "LIMIT", 10)
    monkeypatch.setattr(handover, "LIMIT", 10)
    monkeypatch.setattr(short_json, "__defaults__", (10,))
    names, outputs, summary = published(tmp_path)
    assert names == {"report.md", "report.json", "report.html"}
    assert "Regressed" in summary
    assert "\nregressed\n" in outputs
    said = capsys.readouterr().err
    for what in ("measured.json", f"run-{record().id}.json", "the output report-json"):
        assert f"{what} is too large and was left out" in said
    assert exit_code(REGRESSED) == 1
