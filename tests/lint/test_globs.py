from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reproof.errors import UsageError
from reproof.lint.globs import matcher


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("a.py", "a.py", True),
        ("a.py", "x/y/a.py", True),
        ("a.py", "x/ba.py", False),
        ("*_pb2.py", "gen/x_pb2.py", True),
        ("third_party/", "third_party/a/b.py", True),
        ("third_party/", "src/third_party/b.py", True),
        ("third_party/", "third_party", False),
        ("third_party", "third_party/a.py", True),
        ("/build", "build/x.py", True),
        ("/build", "src/build/x.py", False),
        ("src/old", "src/old/x/y.py", True),
        ("src/old", "lib/src/old/y.py", False),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/x/a.py", False),
        ("notebooks/scratch/**", "notebooks/scratch/x/y.ipynb", True),
        ("notebooks/scratch/**", "notebooks/x.ipynb", False),
        ("data/**/raw.py", "data/raw.py", True),
        ("data/**/raw.py", "data/a/b/raw.py", True),
        ("**/raw.py", "raw.py", True),
        ("[ab]?.py", "b1.py", True),
        ("[!ab]?.py", "b1.py", False),
        ("[!a].py", "/.py", False),
        ("a[.py", "a[.py", True),
        ("./src/a.py", "src/a.py", True),
        ("a\nb.py", "a\nb.py", True),
        ("*.py", "with\nnewline.py", True),
    ],
)
def test_globs_are_those_of_gitignore(glob: str, path: str, matches: bool) -> None:
    assert matcher([glob])(path) is matches


def test_no_glob_matches_nothing() -> None:
    assert not matcher([])("a.py")


@pytest.mark.parametrize("glob", ["!keep.py", "/", "[z-a].py"])
def test_a_glob_that_cannot_be_meant_is_refused_by_name(glob: str) -> None:
    with pytest.raises(UsageError) as error:
        matcher([glob])
    assert "glob" in error.value.message


@given(st.text(min_size=1, max_size=12), st.text(max_size=12))
def test_any_text_is_a_glob_or_is_refused(glob: str, path: str) -> None:
    with contextlib.suppress(UsageError):
        matcher([glob])(path)
