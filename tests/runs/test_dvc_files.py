"""`.dvc` files: those that `dvc add` writes are read as YAML would read them, and without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.errors import UsageError
from reproof.runs.dvc_files import dvc_tracked, read_dvc_file
from reproof.runs.record import DataFile
from reproof.yaml_text import load_yaml
from tests.repositories import environment, make_repository
from tests.requires import requires
from tests.runs.snapshots import Files

MD5 = "22a1a2931c8370d3aeedd7183606fd7f"
ADDED = f"outs:\n- md5: {MD5}\n  size: 17\n  hash: md5\n  path: data.csv\n"


def written(md5: str, size: str, files: str, path: str, end: str) -> str:
    return f"outs:\n- md5: {md5}\n  size: {size}\n{files}  hash: md5\n  path: {path}\n{end}"


DOCUMENTS = st.builds(
    written,
    st.one_of(
        st.text("0123456789abcdef", min_size=32, max_size=32),
        st.sampled_from([MD5, MD5 + ".dir", MD5.upper(), "1" * 32, "1" * 30 + "e7", "0b" + "1" * 30, "abc"]),
    ),
    st.sampled_from(["0", "17", "017", "1_000", "-1", "1.0", "9" * 18, "9" * 25, "x"]),
    st.sampled_from(["", "  nfiles: 3\n", "  nfiles: 03\n", "  isexec: true\n"]),
    st.one_of(
        st.sampled_from(
            ["a", "data/raw", "yes", "No", "NULL", "y", "on", "off.csv", "1e5", "e5", "a b", "a: b"]
        ),
        st.sampled_from(["a #b", "'a'", "x.", "../a", ".inf", "é", "_", "true", "False", "a-b_c.d/e"]),
        st.from_regex(r"[A-Za-z0-9_./ :#'-]{1,8}", fullmatch=True),
    ),
    st.sampled_from(["", "wdir: ..\n", "\n"]),
)


@given(DOCUMENTS)
def test_a_file_is_read_as_yaml_reads_it(text: str) -> None:
    try:
        expected = load_yaml(text.encode(), "a.dvc")
    except UsageError:
        with pytest.raises(UsageError):
            read_dvc_file(text.encode(), "a.dvc")
        return
    found = read_dvc_file(text.encode(), "a.dvc")
    assert found == expected
    entry, as_yaml = found["outs"][0], expected["outs"][0]
    assert {key: type(value) for key, value in entry.items()} == {
        key: type(value) for key, value in as_yaml.items()
    }


@requires("dvc")
def test_what_dvc_add_writes_today_needs_no_yaml(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project", {"train.py": "print()\n"})
    (root / "raw.csv").write_text("a,b\n1,2\n")
    (root / "images").mkdir()
    (root / "images/1.txt").write_text("one")
    dvc = os.path.join(os.path.dirname(sys.executable), "dvc")
    for words in (["init", "-q"], ["add", "-q", "raw.csv", "images"]):
        subprocess.run([dvc, *words], cwd=root, env=environment(), check=True, capture_output=True)
    program = (
        "import sys\nfrom reproof.runs.dvc_files import read_dvc_file\n"
        "for path in sys.argv[1:]:\n    read_dvc_file(open(path, 'rb').read(), path)\n"
        "sys.exit('yaml' in sys.modules)"
    )
    places = [str(root / name) for name in ("raw.csv.dvc", "images.dvc")]
    assert subprocess.run([sys.executable, "-c", program, *places], check=False).returncode == 0
    tracked = dvc_tracked(Files({Path(place).name: Path(place).read_text() for place in places}))
    assert [(one.path, one.size, one.files) for one in sorted(tracked, key=lambda one: one.path)] == [
        ("images", 3, 1),
        ("raw.csv", 8, None),
    ]


def test_an_added_file_is_data() -> None:
    assert [*dvc_tracked(Files({"deep/data.csv.dvc": ADDED}))] == [
        DataFile("deep/data.csv", f"md5:{MD5}", size=17)
    ]
