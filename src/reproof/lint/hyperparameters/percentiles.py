"""Percentiles that cut: `cap = df.fare.quantile(0.99)` where something is compared with `cap`, or clipped by it.

Quartiles by themselves describe, so they count only under the name of a threshold.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_number
from reproof.lint.hyperparameters.nodes import first_target, last_name, target_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module

_PERCENTILES = names("percentile quantile nanpercentile nanquantile")
_THRESHOLDS = names("threshold thresh thres cutoff thr limit")
_CLIPS = names("clip where minimum maximum mask between")
_QUARTILES = (0.25, 0.5, 0.75, 25, 50, 75)


def find(module: Module) -> Iterator[Hit]:
    """The literal percentiles that values are cut at."""
    calls = module.called(_PERCENTILES)
    if not calls:
        return
    cutting, cut_by = _cutting(module)
    thresholds: set[int] = set()
    for node, _, _ in module.assigned(ast.Call):
        target, call = first_target(node), node.value
        for each in target.elts if isinstance(target, ast.Tuple | ast.List) else (target,):
            name = target_name(each)
            if not _THRESHOLDS.isdisjoint(lexicon.words(name)[-1:]):
                thresholds.add(id(call))
            elif name in cut_by:
                cutting.add(id(call))
    for call, scope, code in calls:
        if id(call) not in cutting | thresholds:
            continue
        share = _share(call)
        traced = scope.trace(share, code) if share is not None else None
        if traced is None:
            continue
        listed = traced[0].elts if isinstance(traced[0], ast.List | ast.Tuple) else [traced[0]]
        if all(map(is_number, listed)) and (id(call) in thresholds or not all(map(_is_quartile, listed))):
            kind = "evaluation" if id(call) in thresholds else "preprocessing"
            yield Hit(traced[1], traced[0], "percentile", kind)


def _share(call: ast.Call) -> ast.expr | None:
    """The 0.99 of `df.fare.quantile(0.99)` and the 99 of `np.percentile(fare, 99)`."""
    given = [each.value for each in call.keywords if each.arg == "q"]
    of_series = isinstance(call.func, ast.Attribute) and len(call.args) == 1
    given += call.args[0 if of_series else 1 :]
    return given[0] if given else None


def _cutting(module: Module) -> tuple[set[int], set[str]]:
    """What is compared with, or clips: calls by identity, and names."""
    limits: list[ast.expr] = []
    for compare, _, _ in module.compares:
        limits += (compare.left, *compare.comparators)
    for call, _, _ in module.called(_CLIPS):
        limits += (*call.args, *(each.value for each in call.keywords))
    calls = {id(limit) for limit in limits if isinstance(limit, ast.Call)}
    return calls, {last_name(limit) for limit in limits} - {""}


def _is_quartile(node: ast.expr) -> bool:
    return getattr(node, "value", None) in _QUARTILES
