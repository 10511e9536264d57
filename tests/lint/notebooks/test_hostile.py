"""Notebooks that are broken, odd or made to break something: what is said of each, and what becomes of its bytes.

`cleaned`: found and fixed, with the value that nbstripout gives; `left`: found, and left byte-identical; `invalid`:
no notebook, said with a place, and left byte-identical; `clean`: nothing to find.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reproof.adapters.nbstripout import strip_notebook
from reproof.cli import main
from reproof.errors import Exit

STREAM = {"name": "stdout", "output_type": "stream", "text": ["1\n"]}


def code(**members: Any) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": ["x = 1\n"],
    }
    return cell | members


def notebook(*cells: Any, **members: Any) -> bytes:
    document = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4} | members
    return json.dumps(document, indent=1).encode()


DIRTY = code(outputs=[STREAM], execution_count=1)
PLAIN = notebook(DIRTY)
CELL = PLAIN[PLAIN.index(b"  {") : PLAIN.index(b"\n ],")]


def metadata(value: str) -> bytes:
    return PLAIN.replace(b'"metadata": {}', f'"metadata": {{"a": {value}}}'.encode(), 1)


CASES: dict[str, tuple[bytes, str]] = {
    "plain": (PLAIN, "cleaned"),
    "final newlines": (PLAIN + b"\n\n\n", "cleaned"),
    "byte order mark": (b"\xef\xbb\xbf" + PLAIN, "cleaned"),
    "CRLF": (PLAIN.replace(b"\n", b"\r\n"), "cleaned"),
    "CR": (PLAIN.replace(b"\n", b"\r"), "cleaned"),
    "line ends of two sorts": (PLAIN.replace(b"\n", b"\r\n", 4), "cleaned"),
    "one line": (json.dumps(json.loads(PLAIN)).encode(), "cleaned"),
    "tabs": (json.dumps(json.loads(PLAIN), indent="\t").encode(), "cleaned"),
    "escapes kept": (PLAIN.replace(b"x = 1", b"\\u00e9\\/\\u003c\\ud83d\\ude00"), "cleaned"),
    "a character that is a control": (PLAIN.replace(b"x = 1", b"x\\u0000\x7f"), "cleaned"),
    "numbers as typed": (metadata('1.10, "b": 1E5, "c": -0.0, "d": 12345678901234567890123'), "cleaned"),
    "a huge count": (PLAIN.replace(b'"execution_count": 1', b'"execution_count": ' + b"9" * 50), "cleaned"),
    "20,000 cells": (PLAIN.replace(CELL, b",\n".join([CELL] * 20_000)), "cleaned"),
    "outputs of 5 MB": (notebook(code(outputs=[STREAM | {"text": "A" * 5_000_000}])), "cleaned"),
    "no ids in 4.5": (notebook(DIRTY, nbformat_minor=5), "cleaned"),
    "a count that is text": (notebook(code(execution_count="7")), "cleaned"),
    "a source that is null": (notebook(DIRTY, code(source=None)), "cleaned"),
    "keep_output as text": (notebook(code(outputs=[STREAM], metadata={"keep_output": ""})), "cleaned"),
    "two worksheets": (
        json.dumps(
            {
                "worksheets": [
                    {"cells": [code(input="x", prompt_number=3, language="python")]},
                    {"cells": []},
                ],
                "metadata": {},
                "nbformat": 3,
                "nbformat_minor": 0,
            }
        ).encode(),
        "cleaned",
    ),
    "tags that are a number": (notebook(DIRTY, code(metadata={"tags": 3})), "left"),
    "no cells": (notebook(), "clean"),
    "kept outputs": (notebook(code(outputs=[STREAM], metadata={"tags": ["keep_output"]})), "clean"),
    "init_cell": (notebook(code(outputs=[STREAM], metadata={"init_cell": 1})), "clean"),
    "an empty output": (notebook(code(outputs=[{"text": [""]}])), "clean"),
    "contradicting marks": (
        notebook(code(outputs=[STREAM], metadata={"keep_output": False, "tags": ["keep_output"]})),
        "left",
    ),
    "a key twice": (metadata('1, "a": 2'), "left"),
    "outputs twice": (PLAIN.replace(b'"outputs": [', b'"outputs": [], "outputs": ['), "left"),
    "NaN": (metadata("NaN"), "left"),
    "-Infinity": (metadata("-Infinity"), "left"),
    "beyond a float": (metadata("1e999"), "left"),
    "half a surrogate pair": (PLAIN.replace(b"x = 1", b"\\ud800"), "left"),
    "no metadata": (PLAIN.replace(b' "metadata": {},\n "nbformat"', b' "nbformat"'), "left"),
    "nbformat as text": (notebook(DIRTY, nbformat="4"), "left"),
    "nbformat null": (notebook(DIRTY, nbformat=None), "left"),
    "tags null": (notebook(DIRTY, code(metadata={"tags": None})), "left"),
    "a cell type null": (notebook(DIRTY, code(cell_type=None)), "left"),
    "attachments null": (notebook(DIRTY, code(attachments=None)), "left"),
    # How deep Python reads differs from version to version.
    "nested 900 times": (
        metadata("[" * 900 + "]" * 900),
        "left" if sys.version_info < (3, 12) else "cleaned",
    ),
    "nothing": (b"", "invalid"),
    "spaces": (b" \n\t", "invalid"),
    "one byte": (b"{", "invalid"),
    "cut in the middle": (PLAIN[: len(PLAIN) // 2], "invalid"),
    "cut at the end": (PLAIN[:-1], "invalid"),
    "two notebooks": (PLAIN + PLAIN, "invalid"),
    "garbage behind": (PLAIN + b"x", "invalid"),
    "a zero byte behind": (PLAIN + b"\0", "invalid"),
    "a raw control character": (PLAIN.replace(b"x = 1", b"x\0"), "invalid"),
    "a comma too many": (PLAIN.replace(b'"nbformat": 4,', b'"nbformat": 4,,'), "invalid"),
    "a conflict": (PLAIN.replace(b'"outputs"', b'<<<<<<< HEAD\n"outputs"', 1), "invalid"),
    "UTF-16": (PLAIN.decode().encode("utf-16"), "invalid"),
    "UTF-16 without its mark": (PLAIN.decode().encode("utf-16-be"), "invalid"),
    "UTF-32": (PLAIN.decode().encode("utf-32"), "invalid"),
    "Latin-1": (PLAIN.replace(b"x = 1", b"\xe9"), "invalid"),
    "null": (b"null", "invalid"),
    "a list": (b"[]", "invalid"),
    "an object": (b"{}", "invalid"),
    "cells as an object": (notebook(cells={}), "invalid"),
    "a cell that is a number": (notebook(DIRTY, 3), "invalid"),
    "metadata as a list": (notebook(DIRTY, metadata=[1]), "invalid"),
    "outputs as a number": (notebook(DIRTY, code(outputs=3)), "invalid"),
    "outputs null": (notebook(DIRTY, code(outputs=None)), "invalid"),
    "nested without an end": (b"[" * 100_000, "invalid"),
    "objects without an end": (b'{"cells":' * 50_000, "invalid"),
    "digits without an end": (PLAIN.replace(b": 1,", b": " + b"9" * 5_000 + b",", 1), "invalid"),
    "HTML": (b"<!DOCTYPE html><html></html>", "invalid"),
    "a pointer of LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "invalid"),
    "gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "invalid"),
}
WORDS = ["check", "--select", "dirty-notebook,out-of-order-cells,undefined-in-order", "--format", "json"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("data", "verdict"), CASES.values(), ids=CASES.keys())
def test_what_is_said_and_what_becomes_of_the_bytes(
    data: bytes, verdict: str, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("n.ipynb").write_bytes(data)
    code_ = main([*WORDS, "n.ipynb"])
    found = json.loads(capfd.readouterr().out)
    rules = {finding["rule"] for finding in found}
    assert (code_ == Exit.FINE) == (verdict == "clean")
    assert ("invalid-file" in rules) == (verdict == "invalid"), found
    assert "crashed-rule" not in rules
    assert Path("n.ipynb").read_bytes() == data
    main([*WORDS, "--fix", "--unsafe-fixes", "n.ipynb"])
    after = Path("n.ipynb").read_bytes()
    assert "crashed" not in "".join(capfd.readouterr())
    if verdict != "cleaned":
        assert after == data
        return
    assert json.loads(after.decode("utf-8-sig")) == strip_notebook(json.loads(data.decode("utf-8-sig")))
    assert main([*WORDS, "--fix", "n.ipynb"]) == Exit.FINE
    assert Path("n.ipynb").read_bytes() == after


def test_a_link_stays_one_and_its_target_is_cleaned() -> None:
    Path("real.ipynb").write_bytes(PLAIN)
    Path("n.ipynb").symlink_to("real.ipynb")
    main([*WORDS, "--fix", "n.ipynb"])
    assert Path("n.ipynb").is_symlink()
    assert json.loads(Path("real.ipynb").read_bytes()) == strip_notebook(json.loads(PLAIN))


def test_links_that_lead_out_round_or_nowhere_are_said(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    outside = tmp_path.parent / "outside.ipynb"
    outside.write_bytes(PLAIN)
    Path("out.ipynb").symlink_to(outside)
    Path("loop.ipynb").symlink_to("loop.ipynb")
    Path("nowhere.ipynb").symlink_to("missing.ipynb")
    main([*WORDS, "--fix", "out.ipynb", "loop.ipynb", "nowhere.ipynb"])
    found = json.loads(capfd.readouterr().out)
    assert [finding["rule"] for finding in found] == ["invalid-file"] * 3
    assert outside.read_bytes() == PLAIN


def test_a_read_only_notebook_keeps_its_bytes_and_its_mode(capfd: pytest.CaptureFixture[str]) -> None:
    Path("n.ipynb").write_bytes(PLAIN)
    os.chmod("n.ipynb", 0o444)
    assert main([*WORDS, "--fix", "n.ipynb"]) == Exit.FOUND
    assert "read-only" in capfd.readouterr().err
    assert (Path("n.ipynb").read_bytes(), Path("n.ipynb").stat().st_mode & 0o777) == (PLAIN, 0o444)


@pytest.mark.parametrize("tags", [True, 3, "raises-exception", {"raises-exception": 1}, [None, 1]])
def test_only_a_list_of_tags_says_that_an_error_is_meant(
    tags: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("n.ipynb").write_bytes(notebook(code(source="print(q)", metadata={"tags": tags})))
    main(WORDS)
    assert [finding["name"] for finding in json.loads(capfd.readouterr().out)] == ["q"]


def test_a_broken_notebook_costs_its_neighbours_nothing() -> None:
    Path("a.ipynb").write_bytes(b"{")
    Path("b.ipynb").write_bytes(PLAIN)
    done = subprocess.run(
        [sys.executable, "-m", "reproof", *WORDS, "--fix"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "Traceback" in done.stderr) == (Exit.FOUND, False)
    assert json.loads(Path("b.ipynb").read_bytes()) == strip_notebook(json.loads(PLAIN))
    assert Path("a.ipynb").read_bytes() == b"{"
