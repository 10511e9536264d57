"""`GitRepository` against real git: what a snapshot, a dirty tree and a patch are, in odd repositories too."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from reproof.adapters.git import GitRepository
from reproof.errors import UsageError
from reproof.git_program import Git, GitRefusedError
from tests.repositories import commit, environment, git, listing, make_repository

pytestmark = pytest.mark.usefixtures("plain_git")

ODD_NAMES = [
    "with space.py",
    "ünïcode.py",
    'a"quote.py',
    "new\nline.py",
    "tab\tname.py",
    "-dash.py",
    "\\back.py",
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "project", {"train.py": "print(1)\n", "params.yaml": "lr: 0.1\n"})


def both(root: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The files of the commit, and of the work tree."""
    repository = GitRepository(str(root))
    return dict(repository.snapshot("HEAD").files()), dict(repository.snapshot().files())


def test_what_git_waits_for_in_vain_is_a_refusal(root: Path) -> None:
    os.mkfifo(root / ".gitignore")
    with pytest.raises(GitRefusedError, match="no answer within"):
        Git(str(root), seconds=0.3).data("status", "--untracked-files=all")


def test_a_program_that_git_s_configuration_names_gets_no_token_of_ours(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training may write the clone's configuration, and git starts what stands there."""
    monkeypatch.setenv("REPROOF_TOKEN", "a token of ours")
    git(root, "config", "core.fsmonitor", f"env > '{tmp_path / 'seen'}'; false")
    (root / "train.py").write_text("print(2)\n")
    assert GitRepository(str(root)).head().dirt == ("train.py",)
    seen = (tmp_path / "seen").read_text()
    assert "HOME=" in seen
    assert "REPROOF_TOKEN" not in seen


def test_a_folder_outside_of_any_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not in a git repository"):
        GitRepository(str(tmp_path))
    with pytest.raises(UsageError, match="there is no folder"):
        GitRepository(str(tmp_path / "nowhere"))


def test_a_bare_repository_and_the_inside_of_git_s_own_folder_are_refused(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "bare")
    for folder in (tmp_path / "bare", root / ".git"):
        with pytest.raises(UsageError, match="no work tree"):
            GitRepository(str(folder))


def test_a_repository_of_somebody_else_is_git_s_own_message(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(UsageError, match="dubious ownership"):
        GitRepository(str(root))


def test_a_repository_without_commits_is_refused(tmp_path: Path) -> None:
    make_repository(tmp_path / "new")
    with pytest.raises(UsageError, match="no commit yet"):
        GitRepository(str(tmp_path / "new")).head()


def test_the_repository_is_found_from_a_folder_inside(root: Path) -> None:
    (root / "deep/er").mkdir(parents=True)
    found = GitRepository(str(root / "deep/er"))
    assert found.root == str(root)
    assert "train.py" in found.snapshot().files()


def test_the_head_says_commit_branch_and_remote_without_credentials(root: Path) -> None:
    git(root, "remote", "add", "origin", "https://ada:secret@example.org/x.git")
    head = GitRepository(str(root)).head()
    assert (head.commit, head.branch, head.dirt) == (git(root, "rev-parse", "HEAD"), "main", ())
    assert head.remote == "https://***@example.org/x.git"


@pytest.mark.parametrize("name", ["refs/tags/main", "refs/tags/HEAD", "refs/heads/HEAD", "refs/remotes/main"])
def test_a_ref_of_the_same_name_is_another_one(root: Path, name: str) -> None:
    commit(root, {"b.txt": "b"})
    git(root, "update-ref", name, "HEAD~1")
    head = GitRepository(str(root)).head()
    assert head.commit == git(root, "rev-parse", "refs/heads/main")
    assert head.branch in ("main", None)


@pytest.mark.parametrize("name", ["a-ü", "b\nc"])
def test_a_repository_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    root = make_repository(tmp_path / name, {"a.txt": "a"})
    repository = GitRepository(str(root))
    assert (repository.root, repository.private) == (str(root), str(root / ".git/reproof"))
    assert repository.snapshot("HEAD").read("a.txt") == b"a"


def test_a_detached_head_has_no_branch(root: Path) -> None:
    git(root, "checkout", "-q", "--detach")
    head = GitRepository(str(root)).head()
    assert (head.commit, head.branch) == (git(root, "rev-parse", "HEAD"), None)


def test_revisions_resolve_and_others_are_refused(root: Path) -> None:
    git(root, "tag", "-a", "v1", "-m", "one")
    repository = GitRepository(str(root))
    head = git(root, "rev-parse", "HEAD")
    assert {repository.resolve(name) for name in ("HEAD", "main", "v1", head[:8])} == {head}
    for name in ("", "nope", "--all", "HEAD:train.py", "HEAD~9", "0" * 40):
        with pytest.raises(UsageError):
            repository.resolve(name)


def test_a_clean_work_tree_is_its_commit_whatever_the_files_are_called(root: Path) -> None:
    commit(root, {name: f"{name}\n" for name in ODD_NAMES} | {"deep/er/x.py": "", "run.sh": "#!/bin/sh\n"})
    (root / "run.sh").chmod(0o755)
    (root / "link.py").symlink_to("train.py")
    (root / "deep/out").symlink_to("/etc/hostname")
    with open(os.fsencode(root) + b"/latin-\xe9.py", "wb") as handle:
        handle.write(b"\xe9\n")
    commit(root, {})
    committed, lying = both(root)
    assert committed == lying
    assert set(ODD_NAMES) | {"deep/er/x.py", "link.py", "deep/out", "latin-\udce9.py"} <= set(lying)
    repository = GitRepository(str(root))
    assert repository.head().dirt == ()
    for name in lying:
        assert repository.snapshot("HEAD").read(name) == repository.snapshot().read(name)


def test_links_are_followed_among_the_files_and_nowhere_else(root: Path) -> None:
    (root / "conf").mkdir()
    for name, target in {
        "conf/params.yaml": "../params.yaml",
        "twice.yaml": "conf/params.yaml",
        "outside.yaml": "/etc/hostname",
        "above.yaml": "../../secret",
        "round.yaml": "round.yaml",
    }.items():
        (root / name).symlink_to(target)
    commit(root, {})
    repository = GitRepository(str(root))
    for snapshot in (repository.snapshot("HEAD"), repository.snapshot()):
        assert snapshot.read("conf/params.yaml") == snapshot.read("twice.yaml") == b"lr: 0.1\n"
        assert {snapshot.read(name) for name in ("outside.yaml", "above.yaml", "round.yaml")} == {None}


def test_line_ends_that_git_converts_change_no_id(root: Path) -> None:
    commit(root, {".gitattributes": "*.py text eol=crlf\n"})
    (root / "train.py").unlink()
    git(root, "checkout", "--", "train.py")
    assert (root / "train.py").read_bytes() == b"print(1)\r\n"
    committed, lying = both(root)
    assert committed == lying


def test_a_submodule_is_its_commit_and_no_file(root: Path, tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other", {"lib.py": ""})
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "lib")
    commit(root, {})
    committed, lying = both(root)
    assert committed == lying
    assert lying["lib"] == git(other, "rev-parse", "HEAD")
    repository = GitRepository(str(root))
    assert repository.snapshot("HEAD").read("lib") is None is repository.snapshot().read("lib")
    commit(root / "lib", {"lib.py": "changed"})
    assert repository.head().dirt == ("lib",)


def test_what_a_sparse_checkout_leaves_out_is_there_and_no_dirt(root: Path) -> None:
    commit(root, {"far/away.py": "far\n", "near/by.py": "near\n"})
    git(root, "sparse-checkout", "set", "near")
    assert not (root / "far").exists()
    committed, lying = both(root)
    assert committed == lying
    repository = GitRepository(str(root))
    assert repository.snapshot().read("far/away.py") == b"far\n"
    assert repository.head().dirt == ()
    (root / "near/by.py").write_text("changed\n")
    assert "far" not in repository.patch()


def test_dirt_is_every_changed_deleted_and_untracked_path_as_it_is_called(root: Path) -> None:
    commit(root, dict.fromkeys(ODD_NAMES, "") | {".gitignore": "ignored\n", "gone.py": ""})
    for name in ODD_NAMES:
        (root / name).write_text("changed\n")
    (root / "gone.py").unlink()
    (root / "new folder").mkdir()
    (root / "new folder/new file").touch()
    (root / "ignored").touch()
    git(root, "add", ODD_NAMES[0])
    assert set(GitRepository(str(root)).head().dirt) == {*ODD_NAMES, "gone.py", "new folder/new file"}


def test_the_work_tree_has_untracked_files_and_lacks_deleted_and_ignored_ones(root: Path) -> None:
    commit(root, {".gitignore": "ignored.py\n"})
    (root / "new.py").write_text("new\n")
    (root / "ignored.py").touch()
    (root / "params.yaml").unlink()
    snapshot = GitRepository(str(root)).snapshot()
    assert set(snapshot.files()) == {".gitignore", "train.py", "new.py"}
    assert snapshot.read("new.py") == b"new\n"
    assert snapshot.read("ignored.py") is None is snapshot.read("params.yaml")


def test_a_file_that_git_was_told_to_assume_unchanged_is_read_all_the_same(root: Path) -> None:
    git(root, "update-index", "--assume-unchanged", "params.yaml")
    (root / "params.yaml").write_text("lr: 0.9\n")
    committed, lying = both(root)
    assert committed["params.yaml"] != lying["params.yaml"]


@pytest.mark.parametrize(
    "settings", [(), ("diff.noprefix", "diff.mnemonicPrefix", "color.ui", "diff.external")]
)
def test_a_patch_makes_the_commit_into_the_work_tree(
    root: Path, tmp_path: Path, settings: tuple[str, ...]
) -> None:
    commit(root, dict.fromkeys(ODD_NAMES, "old\n") | {"gone.py": "x\n", "run.sh": "#!/bin/sh\n"})
    for name in settings:
        git(root, "config", name, {"color.ui": "always", "diff.external": "false"}.get(name, "true"))
    for name in ODD_NAMES:
        (root / name).write_text("no newline at the end")
    (root / "gone.py").unlink()
    (root / "run.sh").chmod(0o755)
    (root / "binary").write_bytes(bytes(range(256)))
    (root / "latin.py").write_bytes(b"# \xe9\r\n")
    (root / "link").symlink_to("train.py")
    git(root, "add", "run.sh")
    before = listing(root)
    patch = GitRepository(str(root)).patch()
    assert listing(root) == before
    copy = tmp_path / "copy"
    git(tmp_path, "clone", "-q", str(root), "copy")
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn"],
        cwd=copy,
        input=patch.encode("utf-8", "surrogateescape"),
        env=environment(),
        check=True,
    )
    assert dict(GitRepository(str(copy)).snapshot().files()) == dict(
        GitRepository(str(root)).snapshot().files()
    )
    assert stat.S_IMODE((copy / "run.sh").stat().st_mode) & stat.S_IXUSR


def test_a_clean_tree_has_an_empty_patch_and_looking_writes_nothing(root: Path) -> None:
    before = listing(root)
    repository = GitRepository(str(root))
    assert (repository.patch(), repository.head().dirt) == ("", ())
    repository.snapshot().files()
    repository.snapshot("HEAD").files()
    assert listing(root) == before


def test_first_parents_go_past_merges_newest_first(root: Path) -> None:
    base = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-q", "-b", "side")
    side = commit(root, {"side.py": ""})
    git(root, "checkout", "-q", "main")
    main = commit(root, {"main.py": ""})
    git(root, "merge", "-q", "--no-edit", "side")
    merge = git(root, "rev-parse", "HEAD")
    repository = GitRepository(str(root))
    assert list(repository.first_parents("HEAD")) == [merge, main, base]
    assert repository.merge_base(merge, side) == side
    assert repository.merge_base(main, side) == base


def test_without_a_common_ancestor_in_this_clone_there_is_no_merge_base(root: Path, tmp_path: Path) -> None:
    git(root, "checkout", "-q", "--orphan", "other")
    other = commit(root, {"other.py": ""})
    repository = GitRepository(str(root))
    assert repository.merge_base("main", other) is None
    git(root, "checkout", "-q", "main")
    git(root, "checkout", "-q", "-b", "feature")
    feature = commit(root, {"a.py": ""})
    git(root, "checkout", "-q", "main")
    commit(root, {"b.py": ""})
    git(tmp_path, "clone", "-q", "--depth=1", "--no-single-branch", root.as_uri(), "shallow")
    shallow = GitRepository(str(tmp_path / "shallow"))
    assert shallow.merge_base("HEAD", feature) is None
    assert shallow.merge_base("HEAD", git(root, "rev-parse", "main~1")) is None
    assert list(shallow.first_parents("HEAD")) == [git(root, "rev-parse", "main")]


def test_line_counts_leave_binary_files_out_and_know_odd_names(root: Path) -> None:
    old = git(root, "rev-parse", "HEAD")
    (root / "binary").write_bytes(b"\0\1")
    new = commit(root, {ODD_NAMES[3]: "1\n2\n", "train.py": "print(2)\n", "ünï.py": "1\n"})
    repository = GitRepository(str(root))
    assert repository.line_counts(old, new) == {ODD_NAMES[3]: (2, 0), "train.py": (1, 1), "ünï.py": (1, 0)}
    assert repository.line_counts(old, "0" * 40) == {}


def test_the_time_of_a_commit_is_utc(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = environment() | {"GIT_COMMITTER_DATE": "2026-01-31T23:30:00 -0500"}
    subprocess.run(["git", "commit", "-q", "--allow-empty", "-m", "late"], cwd=root, env=made, check=True)
    assert GitRepository(str(root)).committed_at("HEAD") == "2026-02-01T04:30:00+00:00"


def test_a_linked_work_tree_is_one_of_its_own_and_shares_our_private_folder(
    root: Path, tmp_path: Path
) -> None:
    git(root, "worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"))
    (tmp_path / "linked/new.py").write_text("new\n")
    linked, main = GitRepository(str(tmp_path / "linked")), GitRepository(str(root))
    assert (linked.root, linked.private) == (str(tmp_path / "linked"), main.private)
    assert (linked.head().branch, linked.head().dirt) == ("linked", ("new.py",))
    assert "new.py" in linked.patch()
    assert main.head().dirt == ()
