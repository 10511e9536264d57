"""The training's environment, read from its folders: which one it is, what counts, and the pins made from it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from reproof.cli import main
from reproof.installed import installed_versions


def environment(prefix: Path, *packages: str) -> Path:
    """A folder that looks like an environment with these packages; nothing in it can be started."""
    site = prefix / "lib/python3.11/site-packages"
    for package in packages:
        (site / f"{package}.dist-info").mkdir(parents=True)
    return site


def test_the_configured_interpreter_comes_first(tmp_path: Path) -> None:
    environment(tmp_path / "env", "numpy-2.1.3", "Scikit_learn-1.5.2")
    environment(tmp_path / ".venv", "numpy-1.0")
    found = installed_versions(str(tmp_path), "env/bin/python")
    assert found == {"numpy": "2.1.3", "scikit-learn": "1.5.2"}
    assert installed_versions(str(tmp_path), None) == {"numpy": "1.0"}


def test_a_package_from_elsewhere_has_no_version_to_pin(tmp_path: Path) -> None:
    site = environment(tmp_path / ".venv", "numpy-2.1.3", "mylib-1.0")
    (site / "mylib-1.0.dist-info/direct_url.json").write_text("{}")
    assert installed_versions(str(tmp_path), None) == {"numpy": "2.1.3"}


def test_our_own_environment_is_never_the_trainings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.path.join(sys.prefix, "bin"))
    assert installed_versions(str(tmp_path), None) == {}


SCRIPT = '# /// script\n# dependencies = ["numpy{}"]\n# ///\n'


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("requirements.txt", "numpy>=2  # x\r\nscipy\n", "numpy==2.1.3  # x\r\nscipy\n"),
        ("requirements.txt", "numpy<2\n", "numpy<2\n"),
        ("Dockerfile", "FROM a:1\nRUN pip install 'numpy>1' b\n", "FROM a:1\nRUN pip install 'numpy==2.1.3' b\n"),
        ("run.sh", "pip install numpy>=2\n", "pip install numpy>=2\n"),
        ("env.yml", "dependencies:\n- pip: [numpy, b]\n- c\n", "dependencies:\n- pip: [numpy==2.1.3, b]\n- c\n"),
        ("train.py", SCRIPT.format(">1"), SCRIPT.format("==2.1.3")),
        ("setup.cfg", "[options]\ninstall_requires = numpy\n", "[options]\ninstall_requires = numpy\n"),
    ],
)  # fmt: skip
def test_a_fix_pins_what_is_installed_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, before: str, after: str
) -> None:
    environment(tmp_path / ".venv", "numpy-2.1.3")
    (tmp_path / path).write_bytes(before.encode())
    monkeypatch.chdir(tmp_path)
    main(["check", "--select", "unpinned-dependency", "--fix", path])
    assert (tmp_path / path).read_bytes().decode() == after
