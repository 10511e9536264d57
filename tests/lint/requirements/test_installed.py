"""The training's environment, read from its folders: which one it is, what counts, and the pins made from it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from reproof.cli import main
from reproof.installed import installed_versions


@pytest.fixture(autouse=True)
def _no_other_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The `python` on the PATH of whoever runs the tests may have packages of its own."""
    monkeypatch.setenv("PATH", str(tmp_path / "no-programs"))


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


def test_our_own_environment_is_the_trainings_only_where_somebody_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook's environment stands first on its PATH."""
    monkeypatch.setenv("PATH", os.path.join(sys.prefix, "bin"))
    assert installed_versions(str(tmp_path), None) == {}
    assert "packaging" in installed_versions(str(tmp_path), os.path.join(sys.prefix, "bin", "python"))
    assert "packaging" in installed_versions(str(tmp_path), "python")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    assert "packaging" in installed_versions(str(tmp_path), None)


HOOKS = "repos:\n- repo: local\n  hooks:\n  - {{id: a, language: python, additional_dependencies: [{}, b]}}\n"
STEP = "jobs:\n  a:\n    steps:\n    - run: >-\n        pip install -U\n        {} 'b>1'\n"
APPLICATION = '[project]\nname = "a"\ndependencies = ["{}", "b"]  # x\n'
LIBRARY = (
    '[build-system]\nrequires = []\n[project]\nname = "a"\ndependencies = ["{}"]\n'
    '[dependency-groups]\nc = ["{}"]\n'
)
POETRY = (
    '[build-system]\nrequires = []\n[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\nnumpy = "{}"\n'
    '[tool.poetry.group.x.dependencies]\nnumpy = "{}"\n'
    '[tool.poetry.dev-dependencies]\nnumpy = {{ version = "{}" }}\n'
)
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
        ("Pipfile", "[packages]\nnumpy = '*' # x\nb = '*'\n", "[packages]\nnumpy = '==2.1.3' # x\nb = '*'\n"),
        ("Pipfile", "[packages]\nnumpy = {version = \">1\", extras = [\"a\"]}\n",
         "[packages]\nnumpy = {version = \"==2.1.3\", extras = [\"a\"]}\n"),
        ("pixi.toml", "[pypi-dependencies]\nnumpy = '*'\n", "[pypi-dependencies]\nnumpy = '==2.1.3'\n"),
        ("pixi.toml", "[dependencies]\nnumpy = '>=2'\nmkl = '*'\n",
         "[dependencies]\nnumpy = '>=2'\nmkl = '==2024.2'\n"),
        ("env.yml", "dependencies:\n- c::mkl >=2,<3000 # x\n- mkl\n",
         "dependencies:\n- c::mkl ==2024.2 # x\n- mkl==2024.2\n"),
        ("env.yml", "dependencies:\n- mkl>=2025\n- mkl >=1 h_1\n- numpy\n",
         "dependencies:\n- mkl>=2025\n- mkl >=1 h_1\n- numpy\n"),
        ("run.sh", "conda install -y 'mkl>1' numpy\n", "conda install -y 'mkl==2024.2' numpy\n"),
        (".pre-commit-config.yaml", HOOKS.format("'numpy>1'"), HOOKS.format("'numpy==2.1.3'")),
        (".github/workflows/a.yml", STEP.format("numpy"), STEP.format("numpy==2.1.3")),
        ("pyproject.toml", APPLICATION.format("numpy>=2"), APPLICATION.format("numpy==2.1.3")),
        ("pyproject.toml", LIBRARY.format("numpy>=2", "numpy"), LIBRARY.format("numpy>=2", "numpy==2.1.3")),
        ("pyproject.toml", POETRY.format("*", "^2", ">=2"), POETRY.format("*", "==2.1.3", "==2.1.3")),
        ("pyproject.toml", "[dependency-groups]\na = ['num\\u0070y']\n".replace("'", '"'),
         "[dependency-groups]\na = ['num\\u0070y']\n".replace("'", '"')),
    ],
)  # fmt: skip
def test_a_fix_pins_what_is_installed_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, before: str, after: str
) -> None:
    environment(tmp_path / ".venv", "numpy-2.1.3")
    (tmp_path / ".venv/conda-meta").mkdir()
    (tmp_path / ".venv/conda-meta/mkl-2024.2-h_1.json").write_text("{}")
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_bytes(before.encode())
    monkeypatch.chdir(tmp_path)
    main(["check", "--select", "unpinned-dependency", "--fix", path])
    assert (tmp_path / path).read_bytes().decode() == after


def test_a_library_with_a_setup_script_is_not_pinned_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(tmp_path / ".venv", "numpy-2.1.3")
    (tmp_path / "setup.py").write_text("from setuptools import setup\nsetup()\n")
    project = APPLICATION.format("numpy>=2")
    (tmp_path / "pyproject.toml").write_text(project)
    monkeypatch.chdir(tmp_path)
    main(["check", "--select", "unpinned-dependency", "--fix", "pyproject.toml"])
    assert (tmp_path / "pyproject.toml").read_text() == project


@pytest.mark.parametrize(
    "version", ["2.1.3'; touch ran; '", "$(touch ran)", "2 --index-url=https://e.org", "2\\n"]
)
def test_a_version_that_is_none_is_never_written_into_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    (tmp_path / "uv.lock").write_text(f'[[package]]\nname = "numpy"\nversion = "{version}"\n')
    (tmp_path / "run.sh").write_text("pip install numpy\n")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--select", "unpinned-dependency", "--fix", "run.sh"]) == 1
    assert (tmp_path / "run.sh").read_text() == "pip install numpy\n"


CELLS = (
    ("!pip install numpy", "!pip install numpy==2.1.3"),
    ("import sys\n!{sys.executable} -m pip install 'numpy>1' b  # für\nx = 1\n",
     "import sys\n!{sys.executable} -m pip install 'numpy==2.1.3' b  # für\nx = 1\n"),
    ("%pip install \\\n    numpy \\\n    b\n", "%pip install \\\n    numpy==2.1.3 \\\n    b\n"),
    ("%%bash\npip install \"numpy>=2\"; pip install numpy\n",
     "%%bash\npip install \"numpy==2.1.3\"; pip install numpy==2.1.3\n"),
    ("!pip install numpy>=2\n", "!pip install numpy>=2\n"),
    ("!pip install numpy>3\n", "!pip install numpy>3\n"),
)  # fmt: skip


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("as_list", [True, False])
def test_of_a_notebook_only_the_line_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_list: bool, ascii_only: bool
) -> None:
    def notebook(column: int) -> str:
        sources = [pair[column] for pair in CELLS]
        cells = [
            {
                "cell_type": "code",
                "id": f"c{number}",
                "metadata": {"b": 1, "a": "ü"},
                "execution_count": 3,
                "outputs": [],
                "source": source.splitlines(keepends=True) if as_list else source,
            }
            for number, source in enumerate(sources)
        ]
        return json.dumps({"nbformat": 4, "cells": cells, "metadata": {}}, indent=3, ensure_ascii=ascii_only)

    environment(tmp_path / ".venv", "numpy-2.1.3")
    (tmp_path / "a.ipynb").write_text(notebook(0), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--select", "unpinned-dependency", "--fix", "a.ipynb"]) == 1
    assert (tmp_path / "a.ipynb").read_text(encoding="utf-8") == notebook(1)


def test_a_notebook_that_cannot_be_written_back_exactly_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment(tmp_path / ".venv", "numpy-2.1.3")
    cell = '{"cell_type": "code", "metadata": {"a": 1, "a": 2}, "source": "!pip install numpy"}'
    text = f'{{"nbformat": 4, "metadata": {{}}, "cells": [{cell}]}}'
    (tmp_path / "a.ipynb").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--select", "unpinned-dependency", "--fix", "a.ipynb"]) == 1
    assert (tmp_path / "a.ipynb").read_text() == text
    assert "not fixed" in capsys.readouterr().err
