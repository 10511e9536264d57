"""Lists of columns that a rule makes: by a pattern of their names, or by a number that each column is held against.

`[c for c in df.columns if "_cat" in c]` and `scores[scores["p_value"] > 0.001].index` choose features as a written
list does. Only where the name says that they are columns: the same forms select anything else.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import column_words
from reproof.lint.hyperparameters.frames import are_columns
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_number, is_unit, is_zero
from reproof.lint.hyperparameters.nodes import first_target, inside, last_name, string, target_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module

_MATCHES = names("startswith endswith")
_ORDERED = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)


def find(module: Module) -> Iterator[Hit]:
    """The texts and numbers by which lists of columns are made."""
    for node, _, code in module.assigned(ast.ListComp, ast.Call, ast.Subscript, ast.Attribute):
        value = node.value
        if value is None or column_words.feature(target_name(first_target(node))) != "features":
            continue
        if isinstance(value, ast.ListComp) and are_columns(value.generators[0].iter):
            for pattern in _patterns(value.generators[0]):
                yield Hit(code, pattern, "feature_pattern", "features")
        for part in inside(value):
            if isinstance(part, ast.Compare) and len(part.ops) == 1 and isinstance(part.ops[0], _ORDERED):
                limit = part.comparators[0]
                if is_number(limit) and not (is_unit(limit) or is_zero(limit)):
                    yield Hit(code, limit, "feature_threshold", "features")


def _patterns(source: ast.comprehension) -> Iterator[ast.expr]:
    """The texts in `"_cat" in c`, `c.startswith("ps_")`, however they are joined."""
    variable = last_name(source.target)
    for test in source.ifs:
        for part in inside(test):
            if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.In | ast.NotIn):
                if last_name(part.comparators[0]) == variable and string(part.left) is not None:
                    yield part.left
            elif isinstance(part, ast.Call) and last_name(part.func) in _MATCHES and part.args:
                owner = part.func.value if isinstance(part.func, ast.Attribute) else None
                if last_name(owner) == variable and string(part.args[0]) is not None:
                    yield part.args[0]
