"""Input that wants to hang, crash, or reach out: a verdict or a clear error, and nothing read outside or run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reproof.config import CheckConfig
from reproof.lint.files import SourceTree
from reproof.lint.finding import Finding
from reproof.lint.linter import Linter
from reproof.lint.rule import Tools, load_rule

RULES = ("stale-lock", "unpinned-dependency")
MOST = 300_000  # characters


def look(root: Path, path: str, content: bytes) -> list[Finding]:
    """The findings of both rules about one file; none of them may be a crash."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)
    options = CheckConfig()
    rules = [load_rule(name)(options, Tools()) for name in RULES]
    found = Linter(SourceTree(str(root)), rules, options).look(path)
    assert not [finding for finding in found if finding.rule == "crashed-rule"], found
    return found


def names(found: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.name) for finding in found]


BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % ((letter, letter) + (letter - 1,) * 9)
    for letter in b"bcdefghi"
)


@pytest.mark.parametrize(
    ("path", "content", "says"),
    [
        ("pyproject.toml", b'[project]\ndependencies = ["numpy', "not TOML"),
        ("pyproject.toml", b"a = " + b"[" * 100_000, "nested too deeply"),
        ("pyproject.toml", b"a = " + b"9" * 5000 + b"\n", "not TOML"),
        ("pyproject.toml", b"a." * 20_000 + b"a = 1\n", "nested too deeply"),
        ("pyproject.toml", b"x = 1\n# " + b"y" * 1_100_000, "larger than 1 MB"),
        ("Pipfile", b"[packages\nnumpy = 1", "not TOML"),
        ("pixi.toml", b"[dependencies]\nnumpy = {", "not TOML"),
        ("uv.lock", b"version = 1\n[[package]\n", "not TOML"),
        ("poetry.lock", b"<<<<<<< HEAD\nversion = 1\n", "not TOML"),
        ("Pipfile.lock", b'{"default": ', "not JSON"),
        ("environment.yml", b"dependencies:\n  - numpy\n " + BOMB, "not YAML"),
        ("environment.yml", BOMB + b"dependencies: *i\n", "expand"),
        (
            "environment.yml",
            b"dependencies:\n  - !!python/object/apply:os.system ['touch ran']\n",
            "not YAML",
        ),
        ("environment.yml", b"dependencies: " + b"[" * 100_000, "nested"),
        ("environment.yml", b"dependencies:\n\t- numpy\n", "not YAML"),
        ("environment.yml", "dependencies:\n- numpy\n".encode("utf-32"), "utf-32"),
        ("environment.yml", b"name: x\rdependencies:\r- numpy\r\t- x\r", "not YAML"),
        ("environment.yml", b"dependencies: [numpy]\n---\ndependencies: [scipy]\n", "another document"),
        ("conda-lock.yml", b"package:\n" + b"- name: x\n" * 1_100_000, "larger than 10 MB"),
        ("requirements.txt", b"a\n" * 500_000, "more than 100,000 lines"),
        ("requirements.txt", b"\n" * 1_000_000 + b"numpy\n", "more than 100,000 lines"),
        ("requirements.txt", "numpy\n".encode("utf-32"), "NUL"),
        (".github/workflows/a.yml", b"jobs: {a: {steps: [{run: 'pip install x'}", "not YAML"),
        (".pre-commit-config.yaml", b"repos: &a [*a]\nrev:\nrepo:\n", "itself"),
        ("a.ipynb", b'{"cells": [{"cell_type": "code", "source": "!pip install numpy"', "not JSON"),
        ("setup.py", b"setup(install_requires=[", "not Python"),
        ("setup.py", b"install_requires = " + b"(" * 100_000, "not Python"),
        ("train.py", b"# /// script\n# dependencies = [\n# ///\n", "not TOML"),
        ("setup.cfg", b"[options]\ninstall_requires =\n  numpy\0\n", "NUL"),
        ("requirements.txt", b"numpy\0==1\n", "NUL"),
        ("setup.py", b"# coding: undefined\nsetup(install_requires=['numpy'])\n", "unknown encoding"),
        ("setup.py", b"# coding: punycode\nsetup(install_requires=['numpy'])\n", "not punycode text"),
        ("Dockerfile", b"FROM python:3.11\nRUN pip install \xff\n", "not utf-8"),
        ("requirements.txt", b"\xff\xfen\0u\0m\0p\0y\0\n", "not utf-16"),
    ],
)
def test_what_cannot_be_read_is_said_with_a_line(
    tmp_path: Path, path: str, content: bytes, says: str
) -> None:
    found = look(tmp_path, path, content)
    assert {finding.rule for finding in found} == {"invalid-file"}, found
    assert says in found[0].message
    assert found[0].span.line >= 1
    assert os.listdir(tmp_path) == [path.partition("/")[0]]


UNPINNED = "unpinned-dependency"


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("requirements.txt", "\ufeffnumpy\r\n".encode(), [(UNPINNED, "numpy")]),
        ("requirements.txt", "numpy\n".encode("utf-16"), [(UNPINNED, "numpy")]),
        ("environment.yml", "dependencies:\n- numpy\n".encode("utf-16"), [(UNPINNED, "numpy")]),
        ("requirements.txt", "n\u0443mpy==1\n".encode(), [(UNPINNED, "n")]),  # a Cyrillic letter
        ("requirements.txt", "numpy\u200b==1\n".encode(), [(UNPINNED, "numpy")]),  # a space of no width
        ("requirements.txt", "numpy==\u0661.\u0662\n".encode(), [(UNPINNED, "numpy")]),  # Arabic digits
        ("environment.yml", "dependencies: [a=\u0661.\u0662.\u0663]\n".encode(), [(UNPINNED, "a")]),
        ("environment.yml", "dependencies: [n\u0443mpy=1.2.3]\n".encode(), [(UNPINNED, "n")]),
        ("Dockerfile", "FROM python:3.11\nRUN pip install n\u0443mpy\n".encode(), [(UNPINNED, "n")]),
        ("setup.cfg", b"[options]\rinstall_requires =\r numpy\r", [(UNPINNED, "numpy")]),
        ("environment.yml", b"name: x\rdependencies:\r- numpy\r", [(UNPINNED, "numpy")]),
        ("requirements.txt", b"numpy\rscipy==1\rpandas\r", [(UNPINNED, "numpy"), (UNPINNED, "pandas")]),
        ("requirements.txt", "numpy==1\n\ufeffscipy\n".encode(), [(UNPINNED, "\ufeffscipy")]),
        ("requirements.txt", b"${A}\n${A}==${B}\n-r ${C}\n-e ${D}\n{{ e }}\n", []),
        ("requirements.txt", b"numpy; " + b"(" * 2000 + b"os_name=='a'" + b")" * 2000, [(UNPINNED, "numpy")]),
        ("requirements.txt", b"# coding: zip_codec\nnumpy\n", [(UNPINNED, "numpy")]),
        ("requirements.txt", b"a==" + b"9" * 4000 + b"\nb>=" + b"1." * 1500 + b"1\n", [(UNPINNED, "b")]),
        ("Dockerfile", b"FROM a:1\nRUN " + b"[" * 50_000 + b" pip install numpy\n", []),
        ("Dockerfile", b"FROM python ", [(UNPINNED, "python")]),
        ("Dockerfile", b"FROM python:3.11\rRUN pip install numpy\r", []),
        ("Dockerfile", b"FROM a:1\nRUN <<EOF\npip install numpy\n", [(UNPINNED, "numpy")]),
        ("Dockerfile", b"FROM a:1\nRUN " + b"<<A " * 5000 + b"\npip install numpy\n", []),
        ("Dockerfile", b"FROM a:1\nRUN pip install numpy \\", [(UNPINNED, "numpy")]),
        ("Dockerfile", b"ARG A=${A:-${A}}\nFROM $A\nFROM\nONBUILD\nRUN []\nCOPY --from= a b\n", []),
        ("setup.py", b"A = B\nB = A\nA += B\nsetup(install_requires=A + B, extras_require={**A})\n", []),
        ("setup.py", b"import os\nos.system('touch ran')\nexec('setup(install_requires=[\"numpy\"])')\n", []),
        ("setup.py", b"open('ran', 'w')\nsetup(install_requires=['numpy'])\n", [(UNPINNED, "numpy")]),
        ("run.sh", b"touch ran; $(touch ran) pip install numpy `touch ran`\n", []),
        ("environment.yml", b"dependencies: {a: b}\n", []),
        ("environment.yml", b"dependencies: [a, [x], {pip: {a: b}}]\n", [(UNPINNED, "a")]),
        (".github/workflows/a.yml", b"jobs: [x]\nuses: 1\nruns: {steps: [1, {uses: null}, {run: [a]}]}\n", []),
        (".pre-commit-config.yaml", b"repos:\n- 1\n- repo: [x]\n  rev: {}\n  hooks: [1, {id: x}]\n", []),
        ("Pipfile", b"packages = 1\n[dev-packages]\na = 1\nb = [1]\n", [(UNPINNED, "b")]),
        ("pixi.toml", b"feature = 1\ntarget = [1]\n[dependencies]\na = [1]\n", [(UNPINNED, "a")]),
    ],
)  # fmt: skip
def test_strange_text_gets_its_verdict(
    tmp_path: Path, path: str, content: bytes, expected: list[tuple[str, str]]
) -> None:
    assert names(look(tmp_path, path, content)) == expected
    assert os.listdir(tmp_path) == [path.partition("/")[0]]


@pytest.mark.parametrize(
    ("path", "head", "piece", "tail"),
    [
        ("requirements.txt", "", "a", "\n"),
        ("requirements.txt", "", "numpy==1,", "\n"),
        ("requirements.txt", "", "\\\n", "numpy\n"),
        ("requirements.txt", "", "-r a.txt ", "\n"),
        ("requirements.txt", "x @ git+https://e.org/", "a@", "\n"),
        ("Dockerfile", "FROM python:3.11\nRUN pip install ", "numpy ", "\n"),
        ("Dockerfile", "FROM python:3.11\nRUN pip install ", "\\\n", "numpy\n"),
        ("Dockerfile", "FROM python:3.11\nRUN pip install ", "$(", "\n"),
        ("Dockerfile", "FROM python:3.11\nRUN pip install ", "${a:-", "\n"),
        ("Dockerfile", "", "FROM a AS a\n", ""),
        ("run.sh", "pip install ", "'\"`", "\n"),
        ("run.sh", "pip install ", "<<a ", "\n"),
        ("run.sh", "bash -c '", "bash -c ", "pip install x'\n"),
        ("run.sh", "V=a\n", "V=$V$V\n", "pip install $V\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n", "  a;", "\n"),
        ("environment.yml", "dependencies:\n- ", "a=", "\n"),
        (".github/workflows/a.yml", "jobs: {a: {steps: [{run: pip install ", "a ", "}]}}\n"),
        (
            "a.ipynb",
            '{"cells": [{"cell_type": "code", "metadata": {}, "source": "!pip install ',
            "a ",
            '"}]}',
        ),
        ("train.py", "# /// script\n", "# a\n", "# ///\n"),
        ("pixi.toml", "a = ", '{ "', "\n"),
    ],
)
def test_megabytes_of_one_thing_are_read_in_linear_time(
    tmp_path: Path, path: str, head: str, piece: str, tail: str
) -> None:
    """No limit is set, since machines differ: quadratic time would be hours."""
    look(tmp_path, path, (head + piece * (MOST // len(piece)) + tail).encode())


def test_of_thousands_of_findings_the_first_are_told_and_that_there_are_more(tmp_path: Path) -> None:
    found = look(tmp_path, "setup.py", b"setup(install_requires=[" + b"'numpy'," * 100_000 + b"])\n")
    assert len(found) == 1001
    (more,) = [finding for finding in found if finding.rule == "invalid-file"]
    assert "more than 1,000 unpinned dependencies" in more.message


def test_groups_that_include_each_other_twice_are_read_once(tmp_path: Path) -> None:
    """Each group is included twice by the one before it: 2 to the power of 60 ways to the last."""
    includes = "{{ include-group = 'g{}' }}, " * 2
    twice = "".join(f"g{at} = [{includes.format(at + 1, at + 1)}]\n" for at in range(60))
    lock = '[[package]]\nname = "a"\nversion = "1"\nsource = { virtual = "." }\n'
    (tmp_path / "uv.lock").write_text(lock)
    project = f'[project]\nname = "a"\nversion = "1"\n[dependency-groups]\n{twice}g60 = ["b"]\n'
    assert ("stale-lock", "uv.lock") in names(look(tmp_path, "pyproject.toml", project.encode()))


@pytest.mark.parametrize("lock", ["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "requirements.txt"])
@pytest.mark.parametrize(
    "content",
    [
        b'[[package]]\nname = "numpy"\nversion = "' + b"1" * 3_000_000 + b'"\n',
        b'[[package]]\nname = ["numpy"]\nversion = { a = 1 }\nsource = 3\n[manifest]\nmembers = 3\n',
        b"package = [1]\npackages = { a = 1 }\nmetadata = []\n",
        b"#" + b"x" * 11_000_000,
        None,  # a pipe, which would wait for ever
    ],
    ids=["number", "types", "lists", "size", "pipe"],
)
def test_a_hostile_lock_neither_counts_nor_hangs(tmp_path: Path, lock: str, content: bytes | None) -> None:
    if content is None:
        os.mkfifo(tmp_path / lock)
    else:
        (tmp_path / lock).write_bytes(content)
    project = b'[project]\nname = "a"\ndependencies = ["numpy<0.1"]\n'
    assert (UNPINNED, "numpy") in names(look(tmp_path, "pyproject.toml", project))


def test_values_made_of_values_do_not_grow_without_bound(tmp_path: Path) -> None:
    lines = "".join(f"V{number + 1}=$V{number}$V{number}\n" for number in range(60))
    assert look(tmp_path, "run.sh", f"V0=aaaaaaaa\n{lines}pip install x==$V60\n".encode()) == []
    lines = "".join(f"ENV V{number + 1}=$V{number}$V{number}\n" for number in range(60))
    text = f"FROM python:3.11\nENV V0=aaaaaaaa\n{lines}RUN pip install x==$V60\n"
    assert look(tmp_path, "Dockerfile", text.encode()) == []


def test_what_lies_outside_is_not_read_and_loops_end(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    (tmp_path / "secret.txt").write_text("numpy==1.0\n")
    (root / "link.txt").symlink_to("../secret.txt")
    (root / "loop-a.txt").symlink_to("loop-b.txt")
    (root / "loop-b.txt").symlink_to("loop-a.txt")
    (root / "folder").symlink_to(".")
    lines = "-r ../../etc/passwd\n-r /etc/passwd\n-c ../secret.txt\n-r link.txt\n-r loop-a.txt\n"
    more = "-r requirements.txt\n-r folder/folder/requirements.txt\n-r https://e.org/r.txt\n-r file:///etc/passwd\nnumpy\n"
    found = look(root, "requirements.txt", (lines + more).encode())
    said = {finding.name: finding.message for finding in found}
    assert "numpy" in said
    assert all(
        "outside of the repository" in said[name]
        for name in ("../../etc/passwd", "/etc/passwd", "../secret.txt")
    )
    assert "not fetched" in said["https://e.org/r.txt"]
    assert "leads back" in said["requirements.txt"]
    assert not any("root:" in message or "1.0" in message for message in said.values())


def test_a_long_chain_of_files_is_followed_to_its_end(tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"r{number}.txt").write_text(f"-r r{number + 1}.txt\n")
    (tmp_path / "r3000.txt").write_text("numpy==2.1.3\n")
    assert names(look(tmp_path, "requirements.txt", b"-r r0.txt\nnumpy\n")) == []


@pytest.mark.parametrize("path", ["requirements.txt", "Dockerfile", "environment.yml", "run.sh", "Pipfile"])
def test_a_line_of_ten_megabytes_is_refused(tmp_path: Path, path: str) -> None:
    (finding,) = look(tmp_path, path, b"numpy" * 2_000_000)
    assert finding.rule == "invalid-file"
    assert finding.message.startswith("larger than ")
