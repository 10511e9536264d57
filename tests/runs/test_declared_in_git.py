"""What real git repositories declare: one key in every checkout, submodules, dirty trees, data in work trees."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from reproof.adapters.git import GitRepository
from reproof.config import load_config
from reproof.errors import UsageError
from reproof.runs.capture.data import WorkFolder
from reproof.runs.declared import Declared, declare
from tests.repositories import commit, git, make_repository

pytestmark = pytest.mark.usefixtures("plain_git")

FILES = {
    "train.py": "import random\nrandom.seed(3)\n",
    "params.yaml": "lr: 0.1\n",
    "requirements.txt": "numpy==2.1.3\n",
    "README.md": "read me\n",
    "data/table.csv": "a,b\n1,2\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "project", FILES)


def declared(root: Path, revision: str | None = "HEAD", *, seen: bool = False) -> Declared:
    """What a commit, or (None) the work tree, declares; `seen` with the data that lies in the work tree."""
    repository = GitRepository(str(root))
    work = WorkFolder.of(repository) if seen else None
    return declare(repository.snapshot(revision), load_config(str(root)), repository.head(), work=work)


def test_another_checkout_another_path_and_another_machine_s_environment_give_the_same_key(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = declared(root).key
    other = tmp_path / "another place/with spaces"
    git(tmp_path, "clone", "-q", "--config", "core.autocrlf=true", str(root), str(other))
    for name, value in {
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "OMP_NUM_THREADS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    assert declared(other).key == declared(other, None).key == key
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth=1", root.as_uri(), str(shallow))
    assert declared(shallow).key == key


def test_what_links_lead_to_is_in_the_key_of_a_commit_and_of_the_work_tree(root: Path) -> None:
    (root / "lib").symlink_to("impl/one")
    (root / "out").symlink_to("/etc")
    (root / "up").symlink_to("../elsewhere")
    files = {"impl/one/net.py": "", "impl/two/net.py": "", "dvc.yaml": "stages: {a: {cmd: x, deps: [lib]}}\n"}
    commit(root, files)
    key = declared(root).key
    assert declared(root, None).key == key
    commit(root, {"impl/two/net.py": "x = 1\n"})
    assert declared(root).key == declared(root, None).key == key
    commit(root, {"impl/one/net.py": "x = 1\n"})
    assert declared(root).key == declared(root, None).key != key
    changed = declared(root).key
    (root / "lib").unlink()
    (root / "lib").symlink_to("impl/two")
    commit(root, {})
    assert declared(root).key == declared(root, None).key not in {key, changed}


def test_line_ends_of_unrelated_files_are_not_in_the_key_and_those_of_code_are(root: Path) -> None:
    key = declared(root).key
    commit(root, {"README.md": "read me\r\n", "docs/x.txt": "new\r\n"})
    assert declared(root).key == key
    commit(root, {"train.py": FILES["train.py"].replace("\n", "\r\n")})
    assert declared(root).key != key


def test_the_code_is_told_with_its_commit_and_tree(root: Path) -> None:
    code = declared(root).code
    assert (code.commit, code.tree) == (git(root, "rev-parse", "HEAD"), git(root, "rev-parse", "HEAD^{tree}"))
    git(root, "remote", "add", "origin", "https://user:secret-token@example.org/x.git")
    assert declared(root).code.remote == "https://***@example.org/x.git"


def test_a_submodule_counts_by_its_commit(root: Path, tmp_path: Path) -> None:
    library = make_repository(tmp_path / "library", {"net.py": "1\n"})
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library), "libs/net")
    commit(root, {})
    first = git(library, "rev-parse", "HEAD")
    before = declared(root)
    assert before.code.submodules == (("libs/net", first),)
    assert dict(before.code.files)["libs/net"] == first
    assert declared(root, None).key == before.key

    commit(library, {"net.py": "2\n"})
    git(root / "libs/net", "pull", "--quiet")
    commit(root, {})
    assert declared(root).key != before.key
    assert declared(root, "HEAD~1").key == before.key


def test_changes_inside_of_a_submodule_are_in_no_patch_and_refused(root: Path, tmp_path: Path) -> None:
    library = make_repository(tmp_path / "library", {"net.py": "1\n"})
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library), "libs/a net")
    commit(root, {})
    (root / "libs/a net/net.py").write_text("2\n")
    with pytest.raises(
        UsageError, match="the submodule libs/a net has changes that its commit does not have"
    ):
        GitRepository(str(root)).patch()
    git(root / "libs/a net", "commit", "-qam", "mine")
    assert "Subproject commit" in GitRepository(str(root)).patch()


DATA = 'data = ["data/", "big/*.bin"]\n'


@pytest.fixture
def ignored(root: Path) -> Path:
    """A project whose data nobody tracks, but for one file."""
    commit(root, {"reproof.toml": DATA, ".gitignore": "big/\ndata/\n!data/table.csv\n"})
    write(root, {"data/raw/1.csv": "x\n1\n2\n", "data/raw/2.csv": "x\n", "data/one.csv": 'x,"y\nz"\n1,2\n'})
    write(root, {"big/a.bin": "a", "big/notes.txt": "no data", "data/__pycache__/x.pyc": ""})
    return root


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_ignored_data_is_hashed_where_it_lies(ignored: Path) -> None:
    found = declared(ignored, seen=True)
    assert [(item.path, item.hash.partition(":")[0], item.files) for item in found.data] == [
        ("big/a.bin", "sha256", None),
        ("data/one.csv", "sha256", None),
        ("data/raw", "sha256", 2),
        ("data/table.csv", "git", None),
    ]
    assert found.unknown == ()
    found.require_data()


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"data/raw/2.csv": "y\n"}, False),
        ({"data/raw/deep/3.csv": ""}, False),
        ({"data/new.csv": ""}, False),
        ({"big/a.bin": "b"}, False),
        ({"big/b.bin": ""}, False),
        ({"big/notes.txt": "other"}, True),
        ({"data/__pycache__/x.pyc": "other"}, True),
    ],
    ids=[
        "content",
        "new-below",
        "new-beside",
        "pattern",
        "new-of-a-pattern",
        "not-of-the-pattern",
        "bytecode",
    ],
)
def test_its_content_is_in_the_key_of_a_run(ignored: Path, changes: dict[str, str], same: bool) -> None:
    before = declared(ignored, seen=True).key
    assert declared(ignored, seen=True).key == before
    write(ignored, changes)
    assert (declared(ignored, seen=True).key == before) is same


def test_from_a_commit_alone_its_key_is_one_that_no_run_has(ignored: Path) -> None:
    told = declared(ignored)
    assert told.unknown == ("big/*.bin",)
    assert told.key != declared(ignored, seen=True).key
    shutil.rmtree(ignored / "big")
    missing = declared(ignored, seen=True)
    with pytest.raises(UsageError, match=r"the data big/\*\.bin is named, and is neither tracked nor there"):
        missing.require_data()


def test_a_tracked_link_out_of_the_repository_is_followed_to_what_it_holds(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside.csv").write_text("x\n1\n")
    (root / "data/link.csv").symlink_to(tmp_path / "outside.csv")
    commit(root, {})
    before = declared(root, seen=True)
    assert {item.path: item.hash[:6] for item in before.data}["data/link.csv"] == "sha256"
    (tmp_path / "outside.csv").write_text("x\n2\n")
    assert declared(root, seen=True).key != before.key
    assert declared(root).key not in {before.key, declared(root, seen=True).key}


def test_data_that_dvc_tracks_is_as_declared_until_something_else_lies_there(root: Path) -> None:
    dvc = f"outs: [{{md5: {'a' * 32}.dir, path: images, size: 7, nfiles: 3}}]\n"
    commit(
        root, {"data/images.dvc": dvc, "data/.gitignore": "/images\n", "reproof.toml": 'data = ["data"]\n'}
    )
    told = declared(root, seen=True)
    (found,) = [item for item in told.data if item.path == "data/images"]
    assert (found.hash, found.size, found.files, told.edited) == (f"md5:{'a' * 32}.dir", 7, 3, ())
    write(root, {"data/images/1.png": "not what the hash says"})
    seen = declared(root, seen=True)
    (found,) = [item for item in seen.data if item.path == "data/images"]
    assert (found.hash.endswith(".dir"), found.size, found.files) == (True, 22, 1)
    assert seen.edited == ("data/images",)
    assert (seen.key == told.key, declared(root).key == told.key) == (False, True)


def test_sizes_and_tables_are_seen_in_the_work_tree_and_stand_beside_the_key(ignored: Path) -> None:
    told = declared(ignored, seen=True)
    seen = told.as_seen(str(ignored), {"TZ": "UTC", "SECRET": "x"})
    assert seen.key == told.key
    assert [(item.path, item.size, item.rows, item.columns) for item in seen.data] == [
        ("big/a.bin", 1, None, None),
        ("data/one.csv", 12, 1, ("x", "y\nz")),
        ("data/raw", 8, None, None),
        ("data/table.csv", 8, 1, ("a", "b")),
    ]
    assert seen.config.variables == (("TZ", "UTC"),)


def test_data_that_cannot_be_hashed_is_an_error_with_its_place(ignored: Path) -> None:
    os.mkfifo(ignored / "data/raw/pipe")
    with pytest.raises(UsageError, match=r"the data data/raw/pipe cannot be read"):
        declared(ignored, seen=True)
