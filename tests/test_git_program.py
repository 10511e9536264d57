"""A git that is asked again and again: its answers, its end, and what is left where it is disturbed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from reproof import git_program
from reproof.git_program import Conversation, Git, GitRefusedError, Objects
from tests.repositories import git, make_repository

FILES = {"a.txt": "one\n", "empty": "", "lines": "1\n2\n\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "project", FILES)


def reader_of(objects: Objects) -> Conversation:
    assert objects._reader
    return objects._reader


def test_objects_are_read_one_after_the_other_by_one_git(root: Path) -> None:
    objects = Objects(Git(str(root)))
    for name, text in [*FILES.items(), *FILES.items()]:
        assert objects.read(f"HEAD:{name}") == ("blob", text.encode())
    one = reader_of(objects)
    assert objects.read("HEAD")[0] == "commit"
    assert objects.read("HEAD^{tree}")[0] == "tree"
    assert reader_of(objects) is one
    (root / "b.txt").write_text("new")
    later = git(root, "hash-object", "-w", "b.txt")
    assert objects.read(later) == ("blob", b"new"), "what came later is seen"
    objects.close()
    assert one.ended


@pytest.mark.parametrize("name", ["f" * 40, "HEAD:none", "", "a\nHEAD", "\udcff", "a b c", "HEAD 7"])
def test_what_is_not_there_is_refused_and_the_next_is_answered(root: Path, name: str) -> None:
    objects = Objects(Git(str(root)))
    with pytest.raises(GitRefusedError):
        objects.read(name)
    assert objects.read("HEAD:a.txt") == ("blob", b"one\n")


def test_a_git_that_somebody_ended_is_started_again(root: Path) -> None:
    objects = Objects(Git(str(root)))
    objects.read("HEAD")
    process = reader_of(objects)._process
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert objects.read("HEAD:a.txt") == ("blob", b"one\n")


def test_half_an_answer_is_not_taken_for_the_next(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = Objects(Git(str(root)))

    def interrupted(*_: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Conversation, "read", interrupted)
        with pytest.raises(KeyboardInterrupt):
            objects.read("HEAD:a.txt")
    assert objects.read("HEAD:lines") == ("blob", b"1\n2\n\n")


def test_a_complaint_is_git_s_own(root: Path) -> None:
    with (
        pytest.raises(GitRefusedError) as refused,
        Git(str(root)).conversation("mktree", "--batch") as making,
    ):
        making.ask(b"100644 blob nothing\tname\n")
    assert "fatal: " in refused.value.complaint


def test_one_that_does_not_end_by_itself_is_ended(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(git_program, "GRACE", 0.05)
    made = Git(str(root)).conversation("cat-file", "--batch")
    made.close()
    assert made._process.returncode == -signal.SIGKILL
