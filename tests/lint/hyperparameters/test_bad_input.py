"""Files of every kind: nothing crashes, nothing is parsed without need, the standard library is silent."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reproof.config import CheckConfig
from reproof.lint.hyperparameters import place
from reproof.lint.rule import Tools
from reproof.lint.rules.config.hardcoded_hyperparameter import HardcodedHyperparameter
from reproof.lint.source import InvalidFile, PythonFile

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
RULE = HardcodedHyperparameter(CheckConfig(strict=True), Tools())


def check(code: bytes, path: str = "train.py") -> list[str] | None:
    """The names found; None for what is no Python. Any other exception is a crash."""
    try:
        return [finding.name for finding in RULE.check(PythonFile(path, code))]
    except InvalidFile:
        return None


def standard_library() -> list[Path]:
    return [path for path in sorted(LIBRARY.rglob("*.py")) if "site-packages" not in path.parts]


def test_the_standard_library_is_silent_in_strict_mode() -> None:
    files = standard_library()
    assert len(files) > 500
    told = {str(path): found for path in files if (found := check(path.read_bytes(), path.name))}
    assert told == {}


def test_no_file_of_the_standard_library_crashes_the_finders() -> None:
    # An import in front makes every finder look at every file.
    for path in standard_library()[::4]:
        check(b"import torch, sklearn\n" + path.read_bytes().lstrip(b"\xef\xbb\xbf"))


@pytest.mark.parametrize(
    "code",
    [
        "x = " + "(" * 90 + "1" + ")" * 90,
        "x = " + "-" * 900 + "1",
        "x = " + "+".join(["1"] * 2000),
        "x = a" + ".b" * 900,
        "x = a" + "()" * 900,
        "lr = " + "[" * 80 + "1" + "]" * 80,
        "f(lr=" + " or ".join(["a"] * 900) + ")",
        "\n".join(" " * depth + "if x:" for depth in range(90)) + "\n" + " " * 90 + "pass",
        "x = {" + ", ".join(f"'k{i}': {i}" for i in range(5000)) + "}",
        "SGD(*a, 0.1, **b, lr=1)",
        "def f(*, lr=1, **k): pass",
        "for (a, *b), c in d: pass",
        "global x\nx: int\nx = 1",
        "match x:\n    case {'lr': 1, **rest}: pass",
        "[x for x in range(3) for x in x]",
        "(lr := 0.1)",
        "lambda lr=0.1: lr",
        "x[lr] = x[0] = 1",
    ],
)
def test_deep_and_odd_code_is_read(code: str) -> None:
    check(f"import torch\nfrom torch.optim import SGD\n{code}\n".encode())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="new syntax of Python 3.12")
def test_new_syntax_is_read() -> None:
    assert check(b"import torch\ntype A[T] = list[T]\ndef f[T](x: T) -> T: ...\nlr = 0.1\n") == ["lr"]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="lrSGD=()[]{}.,:*1e-0'\n \tfor in range if@", max_size=60))
def test_no_text_crashes(text: str) -> None:
    check(f"import torch\nfrom torch.optim import SGD\n{text}".encode())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_no_bytes_crash(data: bytes) -> None:
    check(b"import torch\n" + data)


def test_a_file_that_names_no_catalogued_library_is_not_parsed() -> None:
    file = PythonFile("loader.py", b"this is (not Python\nbatch_size = 32\n")
    assert list(RULE.check(file)) == []


@pytest.mark.parametrize(
    "data",
    [
        b"import torch",
        b"from  sklearn.svm import SVC",
        b'"source": "x = 1\\nimport torch"',
        b"import os, torch",
        b"import numpy as np; import keras",
        b"try:\n    import xgboost as xgb",
        b'["from torch import nn\\n"]',
    ],
)
def test_the_prefilter_sees_an_import(data: bytes) -> None:
    assert place.imports_any(data)


@pytest.mark.parametrize(
    "data", [b"torch = light()", b"import os  \n# torch", b"from typing import Any\ntorch"]
)
def test_the_prefilter_lets_others_go(data: bytes) -> None:
    assert not place.imports_any(data)
