"""What uv, poetry, pdm and Pipenv record in their locks, against manifests that did and did not change."""

from __future__ import annotations

import tomllib

import pytest

from reproof.lint.requirements.freshness.content_hashes import pdm_is_fresh, pipfile_is_fresh, poetry_is_fresh
from reproof.lint.requirements.freshness.recorded import differences

PROJECT = '[project]\nname = "Churn_Model"\nversion = "1.0"\nrequires-python = ">=3.11"\n'


def lock(requires: str, extra: str = "", python: str = ">=3.11") -> str:
    """A uv.lock that records these requirements of one project."""
    return (
        f'version = 1\nrequires-python = "{python}"\n[[package]]\nname = "churn-model"\nversion = "1.0"\n'
        f'source = {{ editable = "." }}\n[package.metadata]\nrequires-dist = [{requires}]\n{extra}'
    )


@pytest.mark.parametrize(
    ("declared", "recorded", "expected"),
    [
        ('dependencies = ["numpy>=1,<3"]', '{ name = "numpy", specifier = "<3,>=1.0" }', []),
        ('dependencies = ["Num_Py"]', '{ name = "num-py" }', []),
        (
            "dependencies = [\"a ; python_version < '3.13'\"]",
            '{ name = "a", marker = "python_full_version < \'3.13\'" }',
            [],
        ),
        ("dependencies = [\"a ; python_version < '3.9'\"]", "", []),  # never needed by what the project allows
        ('dependencies = ["a[x,y]>=1"]', '{ name = "a", extras = ["y", "x"], specifier = ">=1" }', []),
        (
            '[project.optional-dependencies]\nplot = ["a>=1"]',
            '{ name = "a", marker = "extra == \'plot\'", specifier = ">=1" }',
            [],
        ),
        ('dependencies = ["a"]\n[tool.uv.sources]\na = { path = "b" }', '{ name = "a", directory = "b" }', []),
        ('dependencies = ["a @ git+https://e.org/a@v1"]', '{ name = "a", git = "https://e.org/a?rev=v1" }', []),
        ('dynamic = ["dependencies"]', '{ name = "a" }', []),
        ('dependencies = ["a>2"]', '{ name = "a", specifier = ">1" }', ["it records a>1 where a>2 is declared"]),
        ('dependencies = ["a", "b"]', '{ name = "a" }', ["it does not record b"]),
        ("dependencies = []", '{ name = "a" }', ["it records a, which is not declared"]),
        ('dependencies = ["a[x]"]', '{ name = "a" }', ["it records a where a[x] is declared"]),
        ('dependencies = ["a"]', '{ name = "a", git = "g" }', ["it records a (git) where a is declared"]),
        (
            "dependencies = [\"a ; python_version < '3.13'\"]",
            '{ name = "a", marker = "python_full_version < \'3.12\'" }',
            ["it records a where a is declared"],
        ),
    ],
)  # fmt: skip
def test_what_uv_records_is_compared_by_meaning(declared: str, recorded: str, expected: list[str]) -> None:
    manifest = tomllib.loads(f"{PROJECT}{declared}\n")
    assert list(differences(manifest, tomllib.loads(lock(recorded)), "", is_root=True)) == expected


def test_groups_are_compared_with_what_they_include() -> None:
    groups = '[dependency-groups]\ntest = ["a"]\ndev = ["b", { include-group = "test" }]\n'
    recorded = (
        '[package.metadata.requires-dev]\ntest = [{ name = "a" }]\ndev = [{ name = "a" }, { name = "b" }]\n'
    )
    manifest = tomllib.loads(PROJECT + groups)
    assert list(differences(manifest, tomllib.loads(lock("", recorded)), "", is_root=True)) == []
    less = recorded.replace('{ name = "a" }, ', "")
    assert list(differences(manifest, tomllib.loads(lock("", less)), "", is_root=True)) == [
        "it does not record a (group dev)"
    ]


def test_constraints_and_overrides_are_compared_by_meaning() -> None:
    settings = '[tool.uv]\noverride-dependencies = ["torch~=2.1", "numpy>=1.26,<3"]\n'
    torch = '{ name = "torch", specifier = "~=2.1" }'
    recorded = f'[manifest]\noverrides = [{{ name = "numpy", specifier = "{{}}" }}, {torch}]\n'
    manifest = tomllib.loads(PROJECT + settings)
    for specifier, said in ((">=1.26,<3", []), (">=1.25,<3", ["its overrides are not those of [tool.uv]"])):
        made = tomllib.loads(lock("", recorded.replace("{}", specifier)))
        assert list(differences(manifest, made, "", is_root=True)) == said


def test_another_python_is_a_difference_and_the_same_in_other_words_is_none() -> None:
    manifest = tomllib.loads(PROJECT)
    assert list(differences(manifest, tomllib.loads(lock("", python=">=3.11.0")), "", is_root=True)) == []
    (said,) = differences(manifest, tomllib.loads(lock("", python=">=3.12")), "", is_root=True)
    assert said == "it is made for Python >=3.12, and the project asks for >=3.11"


def test_the_hashes_are_those_that_the_tools_write() -> None:
    """The hashes that poetry 2.5.1, pdm 2.29.4 and Pipenv 2026.10.3 compute for these manifests."""
    manifest = tomllib.loads('[tool.poetry.dependencies]\npython = "^3.11"\nnumpy = "^2.1"\n')
    written = {
        "metadata": {"content-hash": "fd462778e0c7744427a2a78053da45fe4b16d7b18a3b3a0bb45d84e7fcc35123"}
    }
    assert poetry_is_fresh(manifest, written, "# by Poetry 2.5.1")
    manifest["tool"]["poetry"]["dependencies"]["numpy"] = "^2.2"
    assert not poetry_is_fresh(manifest, written, "# by Poetry 2.5.1")

    manifest = tomllib.loads(
        '[project]\nrequires-python=">=3.11"\ndependencies=["numpy>=2"]\n[dependency-groups]\nDev_x=["pytest"]\n'
    )
    digest = "4d0886ef0abcb17eb03f0957c0a16d918f5d5824a530fee646cb980e82637762"
    written = {"metadata": {"content_hash": f"sha256:{digest}"}}
    assert pdm_is_fresh(manifest, written)
    manifest["project"]["dependencies"] = ["numpy>=3"]
    assert not pdm_is_fresh(manifest, written)
    assert pdm_is_fresh(manifest, {"metadata": {}}) is None

    manifest = {"packages": {"numpy": "*"}}
    digest = "f8877b8f3309d38e6d5130083f53a9d8a4416a94c2ade0079e8216840fc62cf5"
    assert pipfile_is_fresh(manifest, {"_meta": {"hash": {"sha256": digest}}})
    manifest["packages"]["numpy"] = ">=2"
    assert not pipfile_is_fresh(manifest, {"_meta": {"hash": {"sha256": digest}}})
