from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reproof.adapters.nbstripout import strip_notebook
from reproof.cli import main
from reproof.config import CheckConfig
from reproof.errors import Exit
from reproof.lint.finding import Finding, Unfixable
from reproof.lint.rule import Tools
from reproof.lint.rules.code.dirty_notebook import DirtyNotebook
from reproof.lint.source import InvalidFile, NotebookFile

OUTPUT = '{"output_type": "stream", "name": "stdout", "text": ["1\\n"]}'


def notebook(cells: str, metadata: str = "{}") -> str:
    return f'{{"cells": [{cells}], "metadata": {metadata}, "nbformat": 4, "nbformat_minor": 4}}'


def code(outputs: str = "", count: str = "null", metadata: str = "{}") -> str:
    return (
        f'{{"cell_type": "code", "execution_count": {count}, "metadata": {metadata}, '
        f'"outputs": [{outputs}], "source": []}}'
    )


def check(data: bytes, tools: Tools | None = None) -> list[Finding]:
    tools = tools or Tools(strip_notebook=strip_notebook)
    return list(DirtyNotebook(CheckConfig(), tools).check(NotebookFile("n.ipynb", data)))


Fixed = Callable[[bytes], tuple[bytes, str]]


@pytest.fixture
def fixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Fixed:
    """A notebook's bytes -> its bytes after the fix as a commit runs it, and all that was printed."""

    def fix(data: bytes) -> tuple[bytes, str]:
        monkeypatch.chdir(tmp_path)
        Path("n.ipynb").write_bytes(data)
        assert main(["check", "--select", "dirty-notebook", "--fix", "n.ipynb"]) == Exit.FOUND
        return Path("n.ipynb").read_bytes(), "".join(capfd.readouterr())

    return fix


def test_each_kind_is_one_finding_at_its_first_cell() -> None:
    cells = ", ".join([code(), code(OUTPUT), code(OUTPUT, "3"), code(metadata='{"hidden": true}')])
    found = check(notebook(cells, '{"widgets": {}}').encode())
    assert [(finding.name, finding.cell, finding.value) for finding in found] == [
        ("outputs", 2, None),
        ("execution-counts", 3, None),
        ("metadata", 4, "hidden"),
        ("notebook-metadata", None, "widgets"),
    ]
    assert "in 2 cells, this is the first" in found[0].message


def test_all_kinds_share_one_safe_fix() -> None:
    first, second = (finding.fix for finding in check(notebook(code(OUTPUT, "3")).encode()))
    assert first is second
    assert first is not None
    assert first.safe
    assert first.make() is first.make()


def test_without_a_stripper_there_are_findings_and_no_fix() -> None:
    assert [finding.fix for finding in check(notebook(code(OUTPUT)).encode(), Tools())] == [None]


def test_contradicting_marks_stop_the_fix_of_the_whole_notebook() -> None:
    contradicting = code(OUTPUT, metadata='{"keep_output": false, "tags": ["keep_output"]}')
    found = check(notebook(f"{code(OUTPUT)}, {contradicting}").encode())
    assert [(finding.name, finding.cell, finding.fix) for finding in found] == [
        ("keep-output-contradiction", 2, None),
        ("outputs", 1, None),
    ]
    assert "remove one of the two" in found[0].message
    assert "once keep_output is settled" in found[1].message


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
def test_the_byte_order_mark_and_line_ends_survive_the_fix(fixed: Fixed, mark: bytes) -> None:
    text = notebook(code(OUTPUT, "3")).replace(", ", ",\r\n") + "\r\n"
    result, _ = fixed(mark + text.encode())
    assert result == mark + (notebook(code()).replace(", ", ",\r\n") + "\r\n").encode()


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ('{"a": 1, "a": 2}', "'a' is there twice"),
        ('{"a": NaN}', "NaN"),
        ('{"a": "\\udfff"}', "surrogate"),
        ('{"a": -1e999}', "beyond a float"),
        ('{"a": ' + "7" * 400 + "}", "beyond a float"),
        pytest.param(
            '{"a": ' + "[" * 600 + "]" * 600 + "}",
            "nested too deeply",
            marks=pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python 3.12 reads deeper"),
        ),
    ],
)
def test_what_cannot_round_trip_is_found_and_left_as_it_is(fixed: Fixed, metadata: str, reason: str) -> None:
    data = notebook(code(OUTPUT), metadata).encode()
    assert [finding.name for finding in check(data)] == ["outputs"]
    result, printed = fixed(data)
    assert result == data
    assert reason in printed


@pytest.mark.parametrize(
    "text",
    [
        notebook(code(OUTPUT)).replace('"nbformat": 4', '"nbformat": "4"'),
        notebook(code(OUTPUT)).replace('"nbformat": 4', '"nbformat": 3'),
        '{"cells": [' + code(OUTPUT) + "]}",
        notebook(f"{code(OUTPUT)}, {code(metadata=json.dumps({'tags': None}))}"),
    ],
)
def test_what_nbstripout_cannot_read_is_found_and_left_as_it_is(fixed: Fixed, text: str) -> None:
    assert [finding.name for finding in check(text.encode())] == ["outputs"]
    with pytest.raises(Unfixable, match="cannot read it"):
        check(text.encode())[0].fix.make()  # type: ignore[union-attr]
    assert fixed(text.encode())[0] == text.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b"null",
        b"[]",
        b"3",
        b"{}",
        b'{"cells": 3}',
        b'{"cells": null, "metadata": {}}',
        b'{"cells": [3]}',
        b'{"cells": [null]}',
        b'{"worksheets": [3]}',
        b'{"worksheets": [{"cells": null}]}',
        b'{"cells": [{"metadata": "x"}]}',
        b'{"cells": [{"outputs": 3}]}',
        b'{"cells": [], "metadata": []}'.replace(b"[]}", b"[1]}"),
        notebook(code(OUTPUT)).encode()[:-20],
        notebook(code(OUTPUT)).replace("null", "\x01").encode(),
        b"<<<<<<< HEAD\n" + notebook(code(OUTPUT)).encode(),
        b"\xff\xfe" + notebook(code(OUTPUT)).encode("utf-16-le"),
        notebook(code('"\xe9"')).encode("latin-1"),
        b"[" * 200_000,
        b'{"cells": [' * 2_000,
        b'{"cells": [], "a": ' + b"9" * 5_000 + b"}",
    ],
)
def test_what_is_no_notebook_is_invalid_and_left_as_it_is(fixed: Fixed, data: bytes) -> None:
    with pytest.raises(InvalidFile) as caught:
        check(data)
    assert caught.value.line >= 1
    result, printed = fixed(data)
    assert result == data
    assert "[invalid-file]" in printed


def test_looking_imports_no_third_party_and_nothing_slow(tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_text(notebook(code(OUTPUT, "3")))
    program = (
        "import sys\n"
        "from reproof.config import CheckConfig\n"
        "from reproof.lint.rule import Tools\n"
        "from reproof.lint.rules.code.dirty_notebook import DirtyNotebook\n"
        "from reproof.lint.source import NotebookFile\n"
        "file = NotebookFile('n.ipynb', open('n.ipynb', 'rb').read())\n"
        "assert list(DirtyNotebook(CheckConfig(), Tools(strip_notebook=dict)).check(file))\n"
        "print(*sorted(set(sys.modules) & set(sys.argv[1:])))\n"
    )
    slow = ["dataclasses", "inspect", "typing", "pathlib", "tomllib", "subprocess", "shutil"]
    third = ["nbformat", "nbstripout", "yaml", "packaging", "git", "jsonschema"]
    result = subprocess.run(
        # -S: what an editable install's .pth files import is not ours.
        [sys.executable, "-S", "-c", program, *slow, *third],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split() == []


def test_what_nbformat_cannot_read_is_left_as_it_is(fixed: Fixed) -> None:
    untyped = code().replace('"code"', "null")
    data = notebook(f"{code(OUTPUT)}, {untyped}").encode()
    result, printed = fixed(data)
    assert result == data
    assert "nbformat cannot read it" in printed


def test_keys_of_the_configuration_and_of_gits_settings_are_stripped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "config", "filter.nbstripout.extrakeys", "cell.metadata.b"], check=True)
    Path("reproof.toml").write_text(
        '[check.notebooks]\nextra-keys = ["cell.metadata.a"]\nkeep-metadata-keys = ["cell.metadata.hidden"]\n'
    )
    Path("n.ipynb").write_text(notebook(code(metadata='{"a": 1, "b": 2, "c": 3, "hidden": true}')))
    assert main(["check", "--select", "dirty-notebook", "--fix", "n.ipynb"]) == Exit.FOUND
    assert Path("n.ipynb").read_text() == notebook(code(metadata='{"c": 3, "hidden": true}'))


@pytest.mark.parametrize("setting", ['policy = "executed"', 'executed = ["docs/"]'])
def test_executed_notebooks_keep_outputs_counts_and_widgets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("reproof.toml").write_text(f"[check.notebooks]\n{setting}\n")
    Path("docs").mkdir()
    kept = notebook(code(OUTPUT, "1"), '{"widgets": {}}')
    Path("docs/n.ipynb").write_text(kept.replace('"metadata": {}', '"metadata": {"scrolled": true}', 1))
    assert main(["check", "--select", "dirty-notebook", "--fix"]) == Exit.FOUND
    assert Path("docs/n.ipynb").read_text() == kept
