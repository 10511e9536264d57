"""One file out of a stranger's archive: nothing else, nowhere else, never more than was allowed."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from reproof.adapters.github.artifacts import member_of
from reproof.errors import ForgeError

NAME = "measured.json"


def archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened:
        for name, data in members:
            opened.writestr(name, data)
    return made.getvalue()


def test_the_named_member_is_taken_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    slip = archive(("../../evil", b"x"), ("/etc/evil", b"x"), ("..\\evil", b"x"), (NAME, b"{}"))
    assert member_of(slip, NAME, 100) == b"{}"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "members",
    [(), (("x/measured.json", b"{}"),), (("../measured.json", b"{}"),), ((NAME, b"1"), (NAME, b"2"))],
    ids=["empty", "below", "above", "twice"],
)
def test_the_name_must_be_there_exactly_once(members: tuple[tuple[str, bytes], ...]) -> None:
    with pytest.raises(ForgeError, match="exactly once"):
        member_of(archive(*members), NAME, 100)


def test_a_bomb_is_not_inflated() -> None:
    bomb = archive((NAME, b"\0" * 10_000_000))
    assert len(bomb) < 20_000
    with pytest.raises(ForgeError, match="larger than"):
        member_of(bomb, NAME, 100)


@pytest.mark.parametrize("claimed", [0, 5])
def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_is_read(claimed: int) -> None:
    bomb = bytearray(archive((NAME, b"\0" * 10_000_000)))
    directory = bomb.rindex(b"PK\x01\x02")
    bomb[directory + 24 : directory + 28] = struct.pack("<I", claimed)
    with pytest.raises(ForgeError):
        member_of(bytes(bomb), NAME, 100)


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"no archive", archive((NAME, b"{}"))[:-8], archive((NAME, b"x" * 99))[20:]]
)
def test_what_is_no_archive_is_said(data: bytes) -> None:
    with pytest.raises(ForgeError):
        member_of(data, NAME, 100)


def test_an_encrypted_or_strangely_packed_member_is_said() -> None:
    made = bytearray(archive((NAME, b"{}")))
    for start in (made.index(b"PK\x03\x04") + 6, made.rindex(b"PK\x01\x02") + 8):
        made[start] |= 1
    with pytest.raises(ForgeError):
        member_of(bytes(made), NAME, 100)
    made = bytearray(archive((NAME, b"{}")))
    made[made.rindex(b"PK\x01\x02") + 10] = 99
    with pytest.raises(ForgeError):
        member_of(bytes(made), NAME, 100)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_what_github_does_not_use_to_pack_is_not_unpacked(method: int) -> None:
    """LZMA takes a dictionary as large as the archive says, and has errors of its own."""
    with pytest.raises(ForgeError, match="packed in a way"):
        member_of(archive((NAME, b"{}"), method=method), NAME, 100)


def test_an_archive_of_very_many_members_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, *[0] * 8, 1, *[0] * 6) + b"a"
    directory = entry * 100_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, len(directory), 0, 0)
    monkeypatch.setattr(zipfile, "ZipFile", None)  # it would make an object of each
    with pytest.raises(ForgeError, match="more than"):
        member_of(directory + end, NAME, 100)


def test_a_link_in_the_place_of_the_file_is_read_as_its_text(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        link = zipfile.ZipInfo(NAME)
        link.external_attr = 0o120777 << 16
        opened.writestr(link, "/etc/passwd")
    assert member_of(made.getvalue(), NAME, 100) == b"/etc/passwd"
