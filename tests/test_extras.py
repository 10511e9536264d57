"""The line that installs an extra fits the installation: uv's tools, pip, an environment without pip, a clone."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from reproof import extras


class _Installed:
    def __init__(self, url: str | None) -> None:
        self.url = url

    def read_text(self, name: str) -> str | None:
        assert name == "direct_url.json"
        return json.dumps({"url": self.url, "dir_info": {}}) if self.url else None


@pytest.mark.parametrize(
    ("tool", "pip", "line"),
    [
        (True, False, "uv tool install 'reproof[ci]'"),
        (False, True, "{python} -m pip install 'reproof[ci]'"),
        (False, False, "uv pip install --python {python} 'reproof[ci]'"),
    ],
)
def test_the_line_is_for_what_installed_reproof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: bool, pip: bool, line: str
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(extras, "distribution", lambda _: _Installed(None))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: pip or None)
    if tool:
        (tmp_path / "uv-receipt.toml").touch()
    told = line.format(python=sys.executable)
    assert extras.how_to_install("ci") == f"Install reproof with its extra `ci`: {told}"


def test_a_clone_is_named_by_its_folder_while_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path / "a clone"
    clone.mkdir()
    monkeypatch.setattr(extras, "distribution", lambda _: _Installed(clone.as_uri()))
    assert f"'{clone}[ci]'" in extras.how_to_install("ci")
    clone.rmdir()
    assert "'reproof[ci]'" in extras.how_to_install("ci")
