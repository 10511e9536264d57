"""Which options for uv come out of a project's requirements files."""

from __future__ import annotations

from pathlib import Path

from reproof.replay.indexes import indexes_of

STRATEGY = ("--index-strategy", "unsafe-best-match")


def test_indexes_of_all_files_with_their_variables_and_folders(tmp_path: Path) -> None:
    (tmp_path / "req").mkdir()
    (tmp_path / "wheels").mkdir()
    (tmp_path / "requirements.txt").write_text(
        "-r req/base.txt\n--extra-index-url https://${USER_TOKEN}@host/${lower}\n--pre\nnumpy\n"
    )
    (tmp_path / "req/base.txt").write_text("-f ../wheels\n-i https://host/simple  # ours\n--no-index\n")
    found = indexes_of(
        str(tmp_path), ("requirements.txt", "req/base.txt", "uv.lock"), {"USER_TOKEN": "t", "lower": "x"}
    )
    assert found == (
        "--extra-index-url=https://t@host/${lower}",
        f"--find-links={tmp_path}/req/../wheels",
        "--index-url=https://host/simple",
        "--no-index",
        *STRATEGY,
    )


def test_no_options_where_no_file_has_any_and_none_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/requirements.txt").write_text("numpy\n")
    (tmp_path / "other.txt").write_text("-i https://host/simple\n")
    sources = ("requirements.txt", "../other.txt", f"{tmp_path}/other.txt", "gone.txt")
    assert indexes_of(str(tmp_path / "project"), sources, {}) == ()
