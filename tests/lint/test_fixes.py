from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.config import CheckConfig
from reproof.lint import fixes
from reproof.lint.files import SourceTree
from reproof.lint.finding import Edit, Finding, Fix, Span
from reproof.lint.fixes import Fixed, Uninterrupted, fix_file, unified_diff, write_changes
from reproof.lint.linter import Linter
from reproof.lint.rule import Rule, Tools
from reproof.lint.source import PythonFile, SourceFile
from tests.lint.sample_rules import BadWord

Edits = Callable[[SourceFile], list[tuple[Edit, ...]]]


def scripted(edits: Edits) -> type[Rule]:
    """A rule with a finding for each tuple of edits that the function gives for a file."""

    class Scripted(BadWord):
        name = "scripted"

        def check(self, file: SourceFile) -> Iterator[Finding]:
            for made in edits(file):
                fix = Fix("do it", True, lambda made=made: made)  # type: ignore[misc]
                yield self.finding(file, Span(1, 1, 1, 1), "scripted", name="x", fix=fix)

    return Scripted


def fix(
    root: Path, path: str, rule: type[Rule] = BadWord, *, unsafe: bool = False
) -> tuple[SourceTree, Fixed]:
    tree = SourceTree(str(root))
    options = CheckConfig()
    look = Linter(tree, [rule(options, Tools())], options).look
    return tree, fix_file(tree, look, path, look(path), unsafe=unsafe)


def test_all_safe_fixes_are_made_and_nothing_else_changes(tmp_path: Path) -> None:
    data = "\ufeff# é bad\r\nbad! bad?\r# bad".encode()
    (tmp_path / "a.py").write_bytes(data)
    tree, fixed = fix(tmp_path, "a.py")
    assert write_changes(tree, "a.py") == (["a.py"], [])
    assert (tmp_path / "a.py").read_bytes() == "\ufeff# é good\r\nbad! bad?\r# good".encode()
    assert (fixed.count, len(fixed.findings)) == (2, 2)
    assert [(refusal.reason, refusal.path) for refusal in fixed.refusals] == [("nobody is sure", "a.py")]


def test_unsafe_fixes_are_made_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("bad! bad\n")
    tree, fixed = fix(tmp_path, "a.py", unsafe=True)
    assert (tree.changes["a.py"].new, fixed.count, fixed.findings) == (b"good good\n", 2, [])


def test_nothing_is_written_before_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("bad\n")
    fix(tmp_path, "a.py")
    assert (tmp_path / "a.py").read_text() == "bad\n"


def test_of_overlapping_fixes_the_first_wins_and_the_other_has_its_turn(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("abc\n")

    def edits(file: SourceFile) -> list[tuple[Edit, ...]]:
        if file.text == "abc\n":
            return [(Edit(0, 2, "X"),), (Edit(1, 3, "Y"),)]
        return [(Edit(1, 2, "Z"),)] if file.text == "Xc\n" else []

    tree, fixed = fix(tmp_path, "a.py", scripted(edits))
    assert (tree.changes["a.py"].new, fixed.count) == (b"XZ\n", 2)


def test_equal_edits_of_several_findings_are_one(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("old\n")
    rule = scripted(lambda file: [(Edit(0, 3, "new"),)] * 3 if file.text == "old\n" else [])
    tree, fixed = fix(tmp_path, "a.py", rule)
    assert (tree.changes["a.py"].new, fixed.count) == (b"new\n", 3)


def test_a_fix_that_never_settles_ends_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    _, fixed = fix(tmp_path, "a.py", scripted(lambda _: [(Edit(0, 0, "# more\n"),)]))
    assert fixed.count == fixes.PASSES
    assert "not settled" in fixed.refusals[0].reason


def test_a_fix_of_several_files_is_made_whole(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("lr = 1\n")
    (tmp_path / "params.yaml").write_text("seed: 1\n")
    edits = (
        Edit(5, 6, "params['lr']"),
        Edit(8, 8, "lr: 1\n", path="params.yaml"),
        Edit(0, 0, "x\n", path="new.txt"),
    )
    tree, _ = fix(tmp_path, "a.py", scripted(lambda file: [edits] if "params" not in file.text else []))
    written, refusals = write_changes(tree, "a.py")
    assert (written, refusals) == (["new.txt", "params.yaml", "a.py"], [])
    assert (tmp_path / "params.yaml").read_text() == "seed: 1\nlr: 1\n"
    assert (tmp_path / "new.txt").read_text() == "x\n"


def test_a_fix_makes_the_folder_of_a_new_file(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("lr = 1\n")
    edits = (Edit(5, 6, "2"), Edit(0, 0, "lr: 1\n", path="conf/train/params.yaml"))
    tree, _ = fix(tmp_path, "a.py", scripted(lambda file: [edits] if "1" in file.text else []))
    assert write_changes(tree, "a.py") == (["conf/train/params.yaml", "a.py"], [])
    assert (tmp_path / "conf/train/params.yaml").read_text() == "lr: 1\n"


@pytest.mark.parametrize("other", ["../outside.yaml", "pipe.yaml", "latin.yaml"])
def test_a_fix_that_cannot_be_made_whole_is_not_made(tmp_path: Path, other: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.py").write_text("lr = 1\n")
    (root / "latin.yaml").write_bytes(b"caf\xe9: 1\n")
    os.mkfifo(root / "pipe.yaml")
    edits = (Edit(5, 6, "2"), Edit(0, 0, "lr: 1\n", path=other))
    tree, fixed = fix(root, "a.py", scripted(lambda _: [edits]))
    assert (tree.changes, fixed.count, len(fixed.findings)) == ({}, 0, 1)
    assert other in fixed.refusals[0].reason
    assert not (tmp_path / "outside.yaml").exists()


def test_a_fix_that_would_break_the_file_is_taken_back(tmp_path: Path) -> None:
    def breaking(file: SourceFile) -> list[tuple[Edit, ...]]:
        assert isinstance(file, PythonFile)
        return [(Edit(0, 1, "= ="),)] if file.codes[0].tree.body else []

    (tmp_path / "a.py").write_text("x = 1\n")
    tree, fixed = fix(tmp_path, "a.py", scripted(breaking))
    assert (tree.changes, fixed.count) == ({}, 0)
    assert "left as it was" in fixed.refusals[0].reason


def test_a_crashing_fix_leaves_the_finding(tmp_path: Path) -> None:
    class Crashes(BadWord):
        def _edits(self, match: object) -> tuple[Edit, ...]:
            raise ZeroDivisionError("oh")

    (tmp_path / "a.py").write_text("bad\n")
    _, fixed = fix(tmp_path, "a.py", Crashes)
    assert len(fixed.findings) == 1
    assert "ZeroDivisionError" in fixed.refusals[0].reason


def test_an_encoding_that_would_not_be_kept_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"# coding: utf-7\n# +AOk- is written as +AOk, bad\n")
    tree, fixed = fix(tmp_path, "a.py")
    assert tree.changes == {}
    assert "utf-7" in fixed.refusals[0].reason


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le"])
def test_utf_16_is_kept_with_its_byte_order(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "requirements.txt").write_bytes("\ufeffbad\n".encode(encoding))
    tree, _ = fix(tmp_path, "requirements.txt")
    assert tree.changes["requirements.txt"].new == "\ufeffgood\n".encode(encoding)


def test_a_declared_encoding_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes("# coding: latin-1\n# é bad\n".encode("latin-1"))
    tree, _ = fix(tmp_path, "a.py")
    assert tree.changes["a.py"].new == "# coding: latin-1\n# é good\n".encode("latin-1")


def test_a_file_that_changed_meanwhile_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("bad\n")
    tree, _ = fix(tmp_path, "a.py")
    (tmp_path / "a.py").write_text("bad, and somebody is typing\n")
    written, (refusal,) = write_changes(tree, "a.py")
    assert (written, (tmp_path / "a.py").read_text()) == ([], "bad, and somebody is typing\n")
    assert "changed on disk" in refusal.reason


def test_a_file_that_changed_between_look_and_fix_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("bad\n")
    tree = SourceTree(str(tmp_path))
    look = Linter(tree, [BadWord(CheckConfig(), Tools())], CheckConfig()).look
    found = look("a.py")
    (tmp_path / "a.py").write_text("somebody typed above\nbad\n")
    fix_file(tree, look, "a.py", found, unsafe=False)
    assert write_changes(tree, "a.py")[0] == []
    assert (tmp_path / "a.py").read_text() == "somebody typed above\nbad\n"


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("bad\n")
    (tmp_path / "a.py").chmod(0o751)
    (tmp_path / "link.py").symlink_to("a.py")
    tree, _ = fix(tmp_path, "link.py")
    write_changes(tree, "link.py")
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "a.py").read_text() == "good\n"
    assert (tmp_path / "a.py").stat().st_mode & 0o7777 == 0o751
    assert sorted(os.listdir(tmp_path)) == ["a.py", "link.py"]


def test_the_diff_is_one_that_git_applies(tmp_path: Path) -> None:
    names = ["a.py", "with space.py", 'quo"te\n.py', "é.py"]
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    tree = SourceTree(str(tmp_path))
    for name in names:
        (tmp_path / name).write_bytes(b"x = 1\r\n# bad\n# end, bad")
        look = Linter(tree, [BadWord(CheckConfig(), Tools())], CheckConfig()).look
        fix_file(tree, look, name, look(name), unsafe=False)
    diff = unified_diff(tree).encode()
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff, check=True)
    assert {(tmp_path / name).read_bytes() for name in names} == {b"x = 1\r\n# good\n# end, good"}


@given(st.text(alphabet="bad! \n\r\té", max_size=40))
def test_fixing_twice_changes_no_more(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "requirements.txt").write_text(text, newline="")
        tree, _ = fix(root, "requirements.txt", unsafe=True)
        write_changes(tree, "requirements.txt")
        again, fixed = fix(root, "requirements.txt", unsafe=True)
        assert (again.changes, fixed.count) == ({}, 0)


def test_a_file_that_is_read_only_is_not_written_by_anybody(tmp_path: Path) -> None:
    """Root may write everything; the mode says what the owner means, for root as well."""
    (tmp_path / "a.py").write_text("bad\n")
    (tmp_path / "a.py").chmod(0o444)
    tree, _ = fix(tmp_path, "a.py")
    written, (refusal,) = write_changes(tree, "a.py")
    assert (written, refusal.reason) == ([], "is read-only")
    assert (tmp_path / "a.py").read_text() == "bad\n"


def test_ctrl_c_waits_until_a_block_is_done() -> None:
    done = []

    def block() -> None:
        with Uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.01)
            done.append(1)

    with pytest.raises(KeyboardInterrupt):
        block()
    assert done == [1]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_where_one_of_several_files_cannot_be_written_none_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("a.py", "b.py", "c.py")
    tree = SourceTree(str(tmp_path))
    for name in names:
        (tmp_path / name).write_text("old")
        tree.change(name, b"old", b"new" * 100)
    opened = os.open

    def full_disk(path: str, *rest: int) -> int:
        if path.endswith("-1.tmp"):
            raise OSError(28, "No space left on device")
        return opened(path, *rest)

    monkeypatch.setattr(os, "open", full_disk)
    written, refusals = write_changes(tree, "c.py")
    assert (written, [(refusal.path, refusal.reason) for refusal in refusals]) == (
        [],
        [("b.py", "cannot be written: No space left on device")],
    )
    assert sorted(os.listdir(tmp_path)) == list(names)
    assert {(tmp_path / name).read_text() for name in names} == {"old"}


def test_fixes_of_several_rules_on_one_notebook_are_all_made(tmp_path: Path) -> None:
    code = "from sklearn.linear_model import LogisticRegression\nmodel = LogisticRegression(C=0.37)"
    stream = {"output_type": "stream", "name": "stdout", "text": ["1"]}
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [stream], "source": code}
    document = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (tmp_path / ".git").mkdir()
    (tmp_path / "n.ipynb").write_text(json.dumps(document, indent=1))
    (tmp_path / "requirements.txt").write_text("scikit-learn==1.6.1\npyyaml==6.0.2\n")
    words = [sys.executable, "-m", "reproof", "check", "--fix", "--unsafe-fixes", "n.ipynb"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (fixed,) = json.loads((tmp_path / "n.ipynb").read_text())["cells"][-1:]
    assert (fixed["execution_count"], fixed["outputs"]) == (None, [])
    assert "0.37" not in "".join(fixed["source"])
    assert "0.37" in (tmp_path / "params.yaml").read_text()
    again = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "fixed" not in again.stderr
