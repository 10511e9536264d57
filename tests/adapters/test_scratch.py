"""A scratch clone of odd clones: partial ones, moved submodules, large files behind pointers."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from reproof.adapters.git import GitRepository
from reproof.adapters.scratch import scratch_clone
from tests.repositories import commit, git, listing, make_repository

pytestmark = pytest.mark.usefixtures("plain_git")


@pytest.mark.parametrize("kind", ["blob:none", "tree:0"])
def test_what_a_partial_clone_lacks_is_fetched_by_the_scratch_clone(tmp_path: Path, kind: str) -> None:
    root = make_repository(tmp_path / "origin", {"train.py": "print(1)\n", "lib/a.py": "A = 1\n"})
    old = git(root, "rev-parse", "HEAD")
    commit(root, {"train.py": "print(2)\n", "lib/a.py": "A = 2\n"})
    git(root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", f"--filter={kind}", root.as_uri(), "fresh")
    before = listing(tmp_path / "fresh")
    with scratch_clone(str(tmp_path / "fresh"), str(tmp_path / "private"), old) as scratch:
        assert Path(scratch.root, "lib/a.py").read_text() == "A = 1\n"
        snapshot = GitRepository(scratch.root).snapshot(old)
        assert snapshot.read("train.py") == b"print(1)\n"
    assert listing(tmp_path / "fresh") == before


def test_a_patch_that_moves_a_submodule_or_a_pointer_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "protocol.file.allow")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "always")

    def pointer(content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        stored = root / ".git/lfs/objects" / digest[:2] / digest[2:4] / digest
        stored.parent.mkdir(parents=True)
        stored.write_bytes(content)
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n"

    other = make_repository(tmp_path / "other", {"lib.py": "L = 1\n"})
    root = make_repository(
        tmp_path / "project", {"train.py": "import lib\n", ".gitattributes": "*.bin lfs\n"}
    )
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "lib dir")
    head = commit(root, {"large.bin": pointer(b"old")})
    moved = commit(root / "lib dir", {"lib.py": "L = 2\n"})
    (root / "large.bin").write_text(pointer(b"new"))
    repository = GitRepository(str(root))
    assert repository.snapshot().files()["lib dir"] == moved  # what `git add` would give
    with scratch_clone(str(root), repository.private, head, repository.patch()) as scratch:
        assert scratch.missing == ()
        assert Path(scratch.root, "lib dir/lib.py").read_text() == "L = 2\n"
        assert Path(scratch.root, "large.bin").read_bytes() == b"new"
        assert GitRepository(scratch.root).snapshot().files()["lib dir"] == moved
