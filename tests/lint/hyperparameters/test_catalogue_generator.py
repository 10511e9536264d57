"""The generator reads sources, not libraries: a small library of our own shows what it makes of one.

Where the pinned sources were fetched (`make catalogue`), the generated files are compared with them too.
"""

from __future__ import annotations

import ast
import importlib
import json
from pathlib import Path

import pytest

from scripts.catalogue.__main__ import SOURCES, document, known
from scripts.catalogue.rows import Only, default_text, every, rows
from scripts.catalogue.signatures import base_names, of, of_method
from scripts.catalogue.sources import Sources
from scripts.catalogue.write import TARGET, text

MODULES = {
    "lib/__init__.py": (
        "from .model import *\nfrom lib.model import Base as Renamed\n__all__ = ['Net']\n__all__ += ['fit']\n"
    ),
    "lib/model.py": (
        "from typing import overload\nimport dataclasses\nfrom other.core import Far\n"
        "RATE = 0.5\n"
        "class Base:\n"
        "    def __init__(self, width, depth=2, *, rate=RATE, seed=0, shuffle=True): ...\n"
        "    def run(self, steps=3): ...\n"
        "class Net(Base):\n"
        "    def __init__(self, kind, **kwargs): ...\n"
        "class Leaf(Net): pass\n"
        "class Remote(Far): pass\n"
        "@dataclasses.dataclass\nclass Settings:\n    lr: float = 0.1\n"
        "    size: int = dataclasses.field(default=4)\n"
        "@dataclasses.dataclass\nclass More(Settings):\n    lr: float = 0.2\n    extra: int = 1\n"
        "@overload\ndef fit(a: int) -> int: ...\n"
        "def fit(X, tol=2 ** -3, *rest, solver='deprecated'): ...\n"
        "try:\n    from missing import Wanted\nexcept ImportError:\n    class Wanted: ...\n    class Instead: ...\n"
    ),
    "other/core.py": "class Far:\n    def __init__(self, alpha=1e-3): ...\n",
    "lib-1.2+cpu.dist-info/METADATA": "",
}


# Thousands of modules each: up to a minute. `make catalogue` and `git diff` say the same of them.
SLOW = {"diffusers", "keras", "transformers", "trl"}


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    for name, code in MODULES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
    return Sources(tmp_path)


def spelled(sources: Sources, dotted: str) -> list[str]:
    return [
        f"{argument.name}@{argument.position}={default_text(argument.default)}"
        for argument in of(sources, sources.get(dotted))
    ]


@pytest.mark.parametrize(
    ("dotted", "arguments"),
    [
        pytest.param(
            "lib.Renamed",
            ["width@0=None", "depth@1=2", "rate@None=0.5", "seed@None=0", "shuffle@None=None"],
            id="re-exported-with-a-constant-as-default",
        ),
        pytest.param(
            "lib.Net",
            [
                *("kind@0=None", "width@None=None", "depth@None=2"),
                *("rate@None=0.5", "seed@None=0", "shuffle@None=None"),
            ],
            id="keywords-handed-on-to-the-base",
        ),
        pytest.param(
            "lib.model.Leaf",
            [
                *("kind@0=None", "width@None=None", "depth@None=2"),
                *("rate@None=0.5", "seed@None=0", "shuffle@None=None"),
            ],
            id="no-init-of-its-own",
        ),
        pytest.param("lib.model.Remote", ["alpha@0=0.001"], id="a-base-in-another-library"),
        pytest.param("lib.model.Settings", ["lr@0=0.1", "size@1=4"], id="a-dataclass"),
        pytest.param(
            "lib.model.More", ["lr@0=0.2", "size@1=4", "extra@2=1"], id="a-dataclass-of-a-dataclass"
        ),
        pytest.param(
            "lib.fit", ["X@0=None", "tol@1=0.125", "solver@None=None"], id="a-function-behind-an-overload"
        ),
    ],
)
def test_arguments_are_read_from_the_source(sources: Sources, dotted: str, arguments: list[str]) -> None:
    assert spelled(sources, dotted) == arguments


def test_names_are_found_where_a_library_offers_them(sources: Sources) -> None:
    assert list(sources.public("lib")) == ["Net", "fit"]
    assert sources.get("lib.Renamed").dotted == "lib.model.Base"
    assert sources.get("lib.model.Instead").is_class
    with pytest.raises(LookupError):  # an import whose source is not there is not its stand-in
        sources.get("lib.model.Wanted")
    assert base_names(sources, sources.get("lib.model.Leaf")) == {"Leaf", "Net", "Base"}
    assert [a.name for a in of_method(sources, sources.get("lib.Net"), "run")] == ["steps"]
    assert sources.version("Lib") == "1.2"


def test_what_a_library_has_no_more_is_an_error_that_names_it(sources: Sources) -> None:
    with pytest.raises(LookupError, match=r"lib\.Gone"):
        sources.get("lib.Gone")
    with pytest.raises(LookupError, match="walk"):
        of_method(sources, sources.get("lib.Net"), "walk")
    with pytest.raises(FileNotFoundError, match="make catalogue"):
        sources.version("missing")


def test_rows_leave_out_seeds_and_switches_unless_they_are_named(sources: Sources) -> None:
    arguments = of(sources, sources.get("lib.Renamed"))
    assert rows(arguments, every("model")) == {
        "width": {"kind": "model", "position": 0},
        "depth": {"kind": "model", "position": 1, "default": "2"},
        "rate": {"kind": "model", "default": "0.5"},
    }
    assert rows(arguments, Only({"shuffle": "split"})) == {"shuffle": {"kind": "split"}}
    solver = rows(of(sources, sources.get("lib.fit")), Only({"solver": "training"}))
    assert solver == {"solver": {"kind": "training"}}  # "deprecated" is no value of it


@pytest.mark.parametrize(
    ("default", "written"),
    [
        ("2**20", "1048576"),
        ("1.0 / 4", "0.25"),
        ("-1", "-1"),
        ("(0.9, 0.999)", "(0.9, 0.999)"),
        ("int(1e5)", "100000"),
        ("None", None),
        ("True", None),
        ("float('inf')", None),
        ("9**9**9", None),
        ("1 / 0", None),
        ("'warn'", None),
        ("[1, 2]", None),
        ("np.inf", None),
    ],
)
def test_a_default_is_written_where_it_is_a_plain_literal(default: str, written: str | None) -> None:
    assert default_text(ast.parse(default, mode="eval").body) == written


def test_a_file_has_one_entry_a_line_in_order() -> None:
    made = text(
        {
            "framework": "x",
            "callables": {"b": {"p": {"kind": "model"}}, "a": {"q": {}}, "c": {}},
            "methods": {},
        }
    )
    assert made.splitlines()[2:5] == [
        ' "callables": {',
        '  "a": {"q": {}},',
        '  "b": {"p": {"kind": "model"}}',
    ]
    assert json.loads(made)["callables"].keys() == {"a", "b"}


def test_every_generated_file_has_a_module_and_a_pinned_distribution() -> None:
    assert known() == sorted(path.stem for path in TARGET.glob("*.json"))
    lock = (Path(__file__).parents[3] / "requirements/catalogue.txt").read_text(encoding="utf-8")
    for name in known():
        module = importlib.import_module(f"scripts.catalogue.frameworks.{name}")
        stamped = json.loads((TARGET / f"{name}.json").read_text(encoding="utf-8"))["version"]
        assert f"{module.DISTRIBUTION}=={stamped} " in lock


@pytest.fixture(scope="module")
def pinned() -> Sources:
    return Sources(SOURCES)  # libraries import each other: each module is parsed once


@pytest.mark.skipif(not SOURCES.is_dir(), reason="`make catalogue` has not fetched the libraries' sources")
@pytest.mark.parametrize("name", sorted({*known()} - SLOW))
def test_a_generated_file_is_what_the_pinned_sources_say(name: str, pinned: Sources) -> None:
    written = (TARGET / f"{name}.json").read_text(encoding="utf-8")
    assert text(document(name, pinned)) == written
