"""What the rule finds in a piece of code that trains."""

from __future__ import annotations

from reproof.config import CheckConfig
from reproof.lint.rule import Tools
from reproof.lint.rules.config.hardcoded_hyperparameter import HardcodedHyperparameter
from reproof.lint.source import PythonFile

IMPORTS = "import numpy as np\nimport pandas as pd\nimport torch\nfrom torch import nn, optim\n"


def found(code: str, strict: bool = False) -> list[tuple[str, str | None]]:
    """Name and value of each finding, in reading order."""
    rule = HardcodedHyperparameter(CheckConfig(strict=strict), Tools())
    file = PythonFile("train.py", f"{IMPORTS}{code}\n".encode())
    return [(each.name, each.value) for each in rule.check(file)]
