"""Our SARIF before the validator of the format's authors, with the rules of GitHub's code scanning.

It brings its own runtime (100 MB, from npm): `REPROOF_HEAVY=1 pytest tests/e2e/test_sarif.py`. What it warns of
is a failure; its notes (snippets, rule ids of another style) are not asked for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.github_api import HERE, node_modules

HEAVY = pytest.mark.skipif("REPROOF_HEAVY" not in os.environ, reason="installs 100 MB: REPROOF_HEAVY=1")
CELL = {
    "cell_type": "code",
    "execution_count": 1,
    "metadata": {},
    "outputs": [],
    "source": "!pip install numpy",
}
FILES = {
    "requirements.txt": "numpy\nscipy>=1\nnumpy\n",
    "sub folder/é%.py": "from torch.optim import SGD\nSGD(model.parameters(), lr=0.1)\n",
    "broken/pyproject.toml": "[project\n",
    "a.ipynb": json.dumps({"cells": [CELL], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}),
}


def log_of(folder: Path) -> Path:
    """The log of a folder's findings."""
    log = folder / "log.sarif"
    command = [sys.executable, "-m", "reproof", "check", "--format", "sarif", "--output", str(log), "."]
    subprocess.run(command, cwd=folder, check=False, capture_output=True)
    return log


def complaints(log: Path) -> list[dict[str, Any]]:
    """What the validator calls an error or a warning."""
    validator = node_modules(HERE / "sarif") / "@microsoft/sarif-multitool-linux/Sarif.Multitool"
    validator.chmod(0o755)
    said = log.with_suffix(".validated.sarif")
    command = [str(validator), "validate", str(log), "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]
    subprocess.run(
        [*command, "--log", "ForceOverwrite", "--output", str(said)],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        check=False,
        capture_output=True,
        timeout=120,
    )
    results: list[dict[str, Any]] = json.loads(said.read_text(encoding="utf-8-sig"))["runs"][0]["results"]
    return results


@HEAVY
def test_the_validator_and_github_have_nothing_to_say(tmp_path: Path) -> None:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    log = log_of(tmp_path)
    found = json.loads(log.read_text())["runs"][0]["results"]
    assert {each["ruleId"] for each in found} >= {
        "unpinned-dependency",
        "hardcoded-hyperparameter",
        "invalid-file",
    }
    assert complaints(log) == []


@HEAVY
def test_an_empty_log_is_fine_and_a_broken_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy==2.1.3\n")
    log = log_of(tmp_path)
    assert complaints(log) == []
    log.write_text(log.read_text().replace('"name": "reproof"', '"title": "reproof"'))
    assert complaints(log)
