"""From arguments to rows of the catalogue: which are choices, and what is written down of one.

The sets below hold for every framework; a framework's module knows its own cases, and `reviewed/` has the last
word.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scripts.catalogue.signatures import Argument

Row = dict[str, Any]
Rows = dict[str, Row]
Table = dict[str, Rows]
Kind = Callable[[str], Row | str | None]


# The entry of a callable that takes any of its framework's parameters by keyword.
TAKES_ALL: Rows = {"**": {}}


def names(text: str) -> frozenset[str]:
    """A set of names, written with spaces between them."""
    return frozenset(text.split())


# How a program runs, what it prints and where it keeps things: never a choice about the model.
RUN_TIME = names(
    "algorithm_kwargs axis batch_sampler cache_size capturable check_finite check_input check_inverse "
    "collate_fn copy copy_X copy_x cachedir decode_error device differentiable dtype encoding error_score "
    "foreach fused generator in_order inplace input last_epoch memory multiprocessing_context n_jobs "
    "num_workers output_indices persistent_workers pin_memory pin_memory_device pre_dispatch "
    "prefetch_factor print_cost random_state reduction return_indices seed size_average timeout verbose "
    "verbose_feature_names_out verbose_interval worker_init_fn"
)
# Choices, but rarely ones that a reviewer would ask to see in a config: told in strict mode.
DEBATABLE = names(
    "batch_first categories chunk_size encoded_missing_value handle_missing handle_unknown ignore_index "
    "missing_values padding_mode remainder sparse_threshold unknown_value working_memory"
)
# Data and other objects: a literal here is an example, not a hyperparameter.
DATA = names(
    "feature_names_out neg_label pos_label "
    "X Y y X_train estimator estimators estimators_samples base_estimator final_estimator steps "
    "transformers transformer_list transformer regressor classifier labels labels_true labels_pred "
    "metadata groups func inverse_func kw_args inv_kw_args params named_params optimizer schedulers "
    "sampler dataset sample_weight feature_names_in fit_params preprocessor tokenizer analyzer_kwargs "
    "precomputed milestones_ lr_lambda lr_lambdas scale_fn weight pos_weight model avg_fn multi_avg_fn "
    "submodule raw_documents stratify y_true y_pred y_score y_prob y_proba custom_encoder custom_decoder "
    "arrays"
)


def rows(arguments: Iterable[Argument], kind_of: Kind) -> Rows:
    """The rows of the arguments that `kind_of` names a kind for.

    Switches and what never counts are left out, unless `kind_of` names its arguments itself (`Only`).
    """
    found: Rows = {}
    for argument in arguments:
        never = argument.name in RUN_TIME | DATA or argument.is_switch or argument.name.startswith("_")
        if never and not isinstance(kind_of, Only):
            continue
        row = kind_of(argument.name)
        if row is None:
            continue
        found[argument.name] = _row({"kind": row} if isinstance(row, str) else dict(row), argument)
    return found


class Only:
    """A `kind_of` that knows the names of a table and leaves out all others."""

    def __init__(self, kinds: Mapping[str, Row | str]) -> None:
        self._kinds = kinds

    def __call__(self, name: str) -> Row | str | None:
        return self._kinds.get(name)


def every(kind: str, strict: bool = False) -> Kind:
    """A `kind_of` that gives one kind to every name."""
    row: Row = {"kind": kind, "strict": True} if strict else {"kind": kind}
    return lambda _: row


def default_text(default: ast.expr | None) -> str | None:
    """A default as a literal, also of `2**20` and `1.0 / 3`; None where it is none, or says "not given"."""
    try:
        value = _value(default) if default is not None else None
    except (ValueError, TypeError, SyntaxError, ArithmeticError):
        return None
    return repr(value) if _is_plain(value) and value not in _NOT_GIVEN else None


_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: lambda base, power: base**power if abs(power) < 64 else None,
}


def _value(node: ast.expr) -> object:
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        left, right = _value(node.left), _value(node.right)
        if isinstance(left, int | float) and isinstance(right, int | float):
            return _ARITHMETIC[type(node.op)](left, right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "int" and node.args:
        value = _value(node.args[0])
        return int(value) if isinstance(value, int | float) else None
    return ast.literal_eval(node)


_NOT_GIVEN = ("deprecated", "warn")


def _row(row: Row, argument: Argument) -> Row:
    deprecated = isinstance(argument.default, ast.Constant) and argument.default.value in _NOT_GIVEN
    if argument.position is not None and not deprecated:
        row["position"] = argument.position
    text = default_text(argument.default)
    if text is not None:
        row["default"] = text
    if argument.name in DEBATABLE:
        row["strict"] = True
    return row


def _is_plain(default: object) -> bool:
    """Whether a default can be written as a literal that a user may choose: no None, no bool, no infinity."""
    if type(default) is tuple:
        return all(map(_is_plain, default))
    return type(default) in (int, str) or (type(default) is float and math.isfinite(default))
