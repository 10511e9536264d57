"""One requirement -> pinned, unpinned, exempt or unknown, with the reason."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from reproof.lint.requirements.pinned import Reason, State, allows, judge, plain_requirement, specifier_place
from reproof.lint.requirements.poetry import judge_poetry, poetry_allows

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SHA256 = "sha256=" + "9f" * 32


@pytest.mark.parametrize(
    ("text", "state", "reason", "name"),
    [
        ("numpy==2.1.3", State.PINNED, Reason.EXACT, "numpy"),
        ("NumPy_Ext == 2.1.3+cu118", State.PINNED, Reason.EXACT, "numpy-ext"),
        ("numpy[a,b]==1.2", State.PINNED, Reason.EXACT, "numpy"),
        ("numpy==1!1.2rc1", State.PINNED, Reason.EXACT, "numpy"),
        ('numpy==1.2 ; python_version < "3.9" and os_name == "nt"', State.PINNED, Reason.EXACT, "numpy"),
        ("numpy==1.2;", State.PINNED, Reason.EXACT, "numpy"),
        ("numpy===1.2", State.PINNED, Reason.ARBITRARY, "numpy"),
        ("numpy==1.2,!=1.3", State.PINNED, Reason.EXACT, "numpy"),
        ("numpy", State.UNPINNED, Reason.NO_VERSION, "numpy"),
        ("numpy ; python_version < '3.9'", State.UNPINNED, Reason.NO_VERSION, "numpy"),
        ("numpy>=1,<2", State.UNPINNED, Reason.RANGE, "numpy"),
        ("numpy (>=1)", State.UNPINNED, Reason.RANGE, "numpy"),
        ("numpy!=1.0", State.UNPINNED, Reason.RANGE, "numpy"),
        ("numpy~=1.2.3", State.UNPINNED, Reason.RANGE, "numpy"),
        ("numpy==1.2.*", State.UNPINNED, Reason.WILDCARD, "numpy"),
        ("numpy>=1.2.3,<=1.2.3", State.UNPINNED, Reason.ONE_VERSION_RANGE, "numpy"),
        ("numpy>=1.2.*", State.UNKNOWN, Reason.UNREADABLE, "numpy"),
        ("numpy=1.2", State.UNKNOWN, Reason.CONDA, "numpy"),
        ("pip install numpy", State.UNKNOWN, Reason.UNREADABLE, "pip"),
        ("numpy==${VERSION}", State.UNKNOWN, Reason.VARIABLE, "numpy"),
        ("numpy~={{ cookiecutter.numpy }}", State.UNKNOWN, Reason.VARIABLE, "numpy"),
        ("x @ git+https://h.org/o/r@{{ ref }}", State.UNKNOWN, Reason.VARIABLE, "x"),
        ("", State.UNKNOWN, Reason.UNREADABLE, ""),
        (f"x @ git+https://h.org/o/r@{COMMIT}", State.PINNED, Reason.COMMIT, "x"),
        (f"git+ssh://git@h.org/o/Some_Repo.git@{COMMIT}", State.PINNED, Reason.COMMIT, "some-repo"),
        (f"git+ssh://git@h.org:o/r.git@{COMMIT}#subdirectory=a", State.PINNED, Reason.COMMIT, "r"),
        ("git+https://h.org/o/r@v1.0#egg=Pkg", State.UNPINNED, Reason.MOVING_REF, "pkg"),
        ("git+ssh://git@h.org/o/r.git", State.UNPINNED, Reason.NO_REF, "r"),
        ("git+https://h.org/o/r@0123abc", State.UNPINNED, Reason.SHORT_COMMIT, "r"),
        (f"x @ https://h.org/x.zip#{SHA256}", State.PINNED, Reason.HASHED, "x"),
        ("x @ https://h.org/x.zip#md5=0123", State.UNPINNED, Reason.NO_HASH, "x"),
        ("https://h.org/x-1.0-py3-none-any.whl", State.UNPINNED, Reason.VERSIONED_URL, "x"),
        (f"https://h.org/o/repo/archive/{COMMIT}.zip", State.PINNED, Reason.COMMIT, "repo"),
        ("https://h.org/o/repo/archive/main.zip", State.UNPINNED, Reason.NO_HASH, "repo"),
        ("scikit-learn @@ =", State.UNKNOWN, Reason.UNREADABLE, "scikit-learn"),
        ("a @ =", State.UNKNOWN, Reason.UNREADABLE, "a"),
        ("b @@@", State.UNKNOWN, Reason.UNREADABLE, "b"),
        ("b @ ; python_version < '3'", State.UNKNOWN, Reason.UNREADABLE, "b"),
        ("b @ one two", State.UNKNOWN, Reason.UNREADABLE, "b"),
        ("b @ folder", State.EXEMPT, Reason.LOCAL, "b"),
        ("b @ ../folder[x]", State.EXEMPT, Reason.LOCAL, "b"),
        ("b @ ${URL}", State.EXEMPT, Reason.LOCAL, "b"),
        ("b @ {{ url }}", State.EXEMPT, Reason.LOCAL, "b"),
        (".", State.EXEMPT, Reason.LOCAL, "."),
        (".[dev]", State.EXEMPT, Reason.LOCAL, ".[dev]"),
        ("/app", State.EXEMPT, Reason.LOCAL, "/app"),
        ("C:\\wheels\\x.whl", State.EXEMPT, Reason.LOCAL, "x"),
        ("x @ file:///wheels/x.whl ; python_version < '3'", State.EXEMPT, Reason.LOCAL, "x"),
    ],
)
def test_a_requirement_is_judged(text: str, state: State, reason: Reason, name: str) -> None:
    verdict = judge(text)
    assert (verdict.state, verdict.reason, verdict.name) == (state, reason, name)


@pytest.mark.parametrize("text", ["numpy", "numpy>=1", "x @ https://h.org/x.zip"])
def test_hashes_pin_whatever_the_versions_say(text: str) -> None:
    assert judge(text, hashed=True).reason is Reason.HASHED


@pytest.mark.parametrize(
    "text",
    ["git+https://h.org/o/r@0123abc", "numpy===1.2", "x==${V}", "https://h.org/x-1.0.zip", "numpy=1.2=py311"],
)
def test_what_is_debatable_is_marked(text: str) -> None:
    assert judge(text).debatable


CLAUSES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["==", ">=", "<=", "~=", "!=", "<", ">", "===", "="]),
    st.sampled_from(["", " "]),
    st.sampled_from(["1", "1.2", "1.2.*", "2.0rc1", "1.0.post1.dev2", "1.0+cu118", "1!2", "1..2", "1.0rc"]),
)
REQUIREMENTS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["a", "A_b.c", "a-", "-a"]),
    st.sampled_from(["", "[x]", "[x, y]", "[]", " "]),
    st.lists(CLAUSES, max_size=3).map(",".join),
    st.sampled_from(["", ' ; python_version < "3.9"', ";sys_platform=='x'", "; python_version", ";"]),
)


@given(REQUIREMENTS)
def test_names_and_versions_are_those_that_packaging_reads(text: str) -> None:
    verdict = judge(text)
    try:
        requirement = Requirement(text.rstrip("; "))
    except InvalidRequirement:
        assert verdict.state is State.UNKNOWN
        return
    exact = [each for each in requirement.specifier if each.operator in ("==", "===")]
    one_version = any(not each.version.endswith(".*") for each in exact)
    assert verdict.name == canonicalize_name(requirement.name)
    assert (verdict.state is State.PINNED) is one_version
    assert verdict.conditional is (requirement.marker is not None)


@given(REQUIREMENTS)
def test_a_plain_requirement_is_written_as_packaging_writes_it(text: str) -> None:
    plain = plain_requirement(text)
    if plain is not None:
        requirement = Requirement(text)
        assert plain == (requirement.name, str(requirement.specifier))
        assert (requirement.extras, requirement.marker, requirement.url) == (set(), None, None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("NumPy", ("NumPy", "")),
        ("numpy==2.1.3", ("numpy", "==2.1.3")),
        ("numpy >= 1.26, < 2", ("numpy", "<2,>=1.26")),
        ("torch==2.1+cu118", ("torch", "==2.1+cu118")),
        ("numpy>=1.26,>=1.26.0", None),
        ("numpy[extra]==1", None),
        ("numpy==1;python_version<'3.9'", None),
        ("numpy.whl", None),
        ("numpy=1.2", None),
    ],
)
def test_plain_requirements(text: str, told: tuple[str, str] | None) -> None:
    assert plain_requirement(text) == told


@given(REQUIREMENTS)
def test_the_place_of_the_versions_holds_nothing_else(text: str) -> None:
    place = specifier_place(text)
    if place and judge(text).state is not State.UNKNOWN:
        start, end = place
        changed = Requirement(f"{text[:start]}==7.7{text[end:]}".rstrip("; "))
        before = Requirement(text.rstrip("; "))
        assert str(changed.specifier) == "==7.7"
        assert (changed.name, changed.extras, changed.marker) == (before.name, before.extras, before.marker)


def test_plain_lines_are_decided_without_packaging() -> None:
    program = (
        "import sys\nfrom reproof.lint.requirements.pinned import judge\n"
        "for text in ('numpy==2.1.3', 'numpy[a]>=1,<2', 'torch', 'x==1 ; python_version < \"3.9\"'): judge(text)\n"
        "sys.exit('packaging' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("text", ["n" * 10_000_000, "x" + " " * 10_000_000 + ">=1", "a;" + "(" * 4000])
def test_hostile_lengths_are_unreadable(text: str) -> None:
    assert judge(text).reason is Reason.UNREADABLE


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1.2.3", Reason.EXACT),
        ("==1.2.3", Reason.EXACT),
        ("^1.2", Reason.RANGE),
        ("~1.2", Reason.RANGE),
        ("1.*", Reason.WILDCARD),
        ("*", Reason.NO_VERSION),
        ("1.2 || 1.3", Reason.RANGE),
        ("~=*", Reason.UNREADABLE),
        ({"version": "^1.2", "optional": True}, Reason.RANGE),
        ({"git": "https://h.org/o/r", "rev": COMMIT}, Reason.COMMIT),
        ({"git": "https://h.org/o/r", "branch": "main"}, Reason.MOVING_REF),
        ({"git": "https://h.org/o/r"}, Reason.NO_REF),
        ({"path": "../x"}, Reason.LOCAL),
        ({"url": f"https://h.org/x.zip#{SHA256}"}, Reason.HASHED),
        (3, Reason.UNREADABLE),
    ],
)
def test_poetry_writes_versions_in_its_own_way(value: object, reason: Reason) -> None:
    verdict = judge_poetry("x", value)
    assert verdict is not None
    assert verdict.reason is reason


@pytest.mark.parametrize(
    ("constraint", "inside", "outside"),
    [
        ("^1.2.3", "1.9", "2.0"),
        ("^0.2.3", "0.2.9", "0.3"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("^0", "0.9", "1.0"),
        ("~1.2.3", "1.2.9", "1.3"),
        ("~1", "1.9", "2"),
        (">= 1.2, <2", "1.5", "2"),
        ("^1 || ^3", "3.1", "2.0"),
        ("1.2", "1.2.0", "1.2.1"),
    ],
)
def test_poetrys_ranges_mean_what_poetry_says(constraint: str, inside: str, outside: str) -> None:
    assert poetry_allows(constraint, inside)
    assert not poetry_allows(constraint, outside)


def test_a_prerelease_in_a_lock_satisfies_a_range_that_holds_it() -> None:
    assert allows(">=2.0rc1", "2.0rc2")
