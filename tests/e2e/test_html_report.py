"""The HTML report in a real browser: nothing is fetched, nothing complains, everybody can read it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from reproof.report.html import page
from tests.e2e.github_api import HERE, node_modules
from tests.report.cases import VERDICTS
from tests.report.hostile import crowd
from tests.requires import requires

pytestmark = [requires("npm"), requires("chromium"), pytest.mark.xdist_group("github")]
PAGES = {**VERDICTS, "hostile": crowd()}
VIEWS = [(390, "light"), (1200, "dark")]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int, str], dict[str, Any]]:
    """Each verdict's page in each view, as the browser found it."""
    folder = tmp_path_factory.mktemp("pages")
    pages = []
    for name, report in PAGES.items():
        (folder / f"{name}.html").write_text(page(report), encoding="utf-8")
        pages += [(name, width, scheme) for width, scheme in VIEWS]
    asked = [
        {"file": str(folder / f"{name}.html"), "width": width, "scheme": scheme}
        for name, width, scheme in pages
    ]
    return dict(zip(pages, look(asked), strict=True))


def look(pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    node, chromium = shutil.which("node"), shutil.which("chromium")
    assert node
    assert chromium
    command: list[str | Path] = [node, HERE / "look.mjs", node_modules(), chromium, json.dumps(pages)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("verdict", PAGES)
def test_a_page_fetches_nothing_and_breaks_nothing(verdict: str, seen: dict[Any, Any]) -> None:
    for view in VIEWS:
        found = seen[verdict, *view]
        assert found["requests"] == 1, "only the file itself"
        assert found["complaints"] == []


@pytest.mark.parametrize("verdict", PAGES)
def test_a_page_can_be_read_by_everybody(verdict: str, seen: dict[Any, Any]) -> None:
    for view in VIEWS:
        assert seen[verdict, *view]["violations"] == []


@pytest.mark.parametrize("verdict", PAGES)
def test_a_page_is_as_wide_as_its_window_and_what_scrolls_takes_the_keyboard(
    verdict: str, seen: dict[Any, Any]
) -> None:
    for view in VIEWS:
        assert seen[verdict, *view]["wider"] <= 0
        assert all(index == 0 for index in seen[verdict, *view]["scrolling"])


def test_dark_is_dark_and_light_is_light(seen: dict[Any, Any]) -> None:
    assert seen["regressed", 1200, "dark"]["ground"] == "rgb(13, 17, 23)"
    assert seen["regressed", 390, "light"]["ground"] == "rgb(255, 255, 255)"
