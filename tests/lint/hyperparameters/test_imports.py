"""Which library a name comes from."""

from __future__ import annotations

import ast

import pytest

from reproof.lint.hyperparameters.module import Module
from reproof.lint.source import PythonFile


def imported(code: str, use: str) -> str | None:
    module = Module(PythonFile("a.py", code.encode()).codes)
    return module.imports.dotted(ast.parse(use, mode="eval").body)


@pytest.mark.parametrize(
    ("code", "use", "dotted"),
    [
        ("import torch", "torch.optim.SGD", "torch.optim.SGD"),
        ("import torch.optim as o", "o.SGD", "torch.optim.SGD"),
        ("import torch.optim", "torch.optim.SGD", "torch.optim.SGD"),
        ("from torch import optim as o", "o.SGD", "torch.optim.SGD"),
        ("from torch.optim import SGD as Descent", "Descent", "torch.optim.SGD"),
        (
            "import tensorflow as tf\nlayers = tf.keras.layers",
            "layers.Dense",
            "tensorflow.keras.layers.Dense",
        ),
        ("def f():\n    import torch", "torch.optim", "torch.optim"),
        ("from .optim import SGD", "SGD", None),
        ("from torch.optim import SGD\nclass SGD:\n    pass", "SGD", None),
        ("import torch", "SGD", None),
    ],
)
def test_a_name_is_resolved_through_its_import(code: str, use: str, dotted: str | None) -> None:
    assert imported(code, use) == dotted


def test_a_class_kept_in_an_attribute_is_still_the_library_s() -> None:
    code = "from torch import nn\nclass Net:\n    def __init__(self):\n        self.drop = nn.Dropout\n"
    assert imported(code, "self.drop") == "torch.nn.Dropout"


def test_a_star_import_gives_the_catalogued_names() -> None:
    module = Module(PythonFile("a.py", b"from torch.optim import *").codes)
    matched = module.imports.signature(ast.parse("SGD", mode="eval").body)
    assert matched is not None
    assert matched[1].at(1) is not None


def test_only_catalogued_libraries_are_frameworks() -> None:
    module = Module(PythonFile("a.py", b"import pandas\nimport numpy as np\nimport sklearn").codes)
    assert list(module.imports.frameworks) == ["sklearn"]
