"""DVC-tracked data of a recorded run: out of the cache by its hash, else pulled, else named."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from reproof.errors import UsageError
from reproof.replay.data import place_data, refuse_lost
from reproof.runs.record import DataFile

CONTENT = b"1\n2\n"
DIGEST = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
COMMITTED = {"data.csv": "md5:" + "0" * 32}


@pytest.mark.parametrize(
    ("cached", "tracked", "placed", "missing"),
    [
        (True, COMMITTED, True, []),
        (False, {"data.csv": f"md5:{DIGEST}"}, False, []),  # `dvc pull` brings it
        (False, COMMITTED, False, ["data.csv"]),
        (False, {}, False, ["data.csv"]),
    ],
)
def test_data_that_was_edited_after_dvc_add_is_had_from_the_cache_or_named(
    tmp_path: Path, cached: bool, tracked: dict[str, str], placed: bool, missing: list[str]
) -> None:
    if cached:
        (tmp_path / "cache/files/md5" / DIGEST[:2]).mkdir(parents=True)
        (tmp_path / "cache/files/md5" / DIGEST[:2] / DIGEST[2:]).write_bytes(CONTENT)
    (tmp_path / "scratch").mkdir()
    item = DataFile("data.csv", f"md5:{DIGEST}")
    lost = place_data(
        [item], str(tmp_path / "clone"), str(tmp_path / "scratch"), str(tmp_path / "cache"), tracked
    )
    assert (tmp_path / "scratch/data.csv").exists() is placed
    assert [one.what for one in lost] == missing
    if missing:
        with pytest.raises(UsageError, match=r"data\.csv: it was edited after `dvc add`"):
            refuse_lost(lost)
    else:
        refuse_lost(lost)
