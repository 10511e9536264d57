"""Dicts that are a configuration, wherever they stand: `{"lr": 1e-3, "batch_size": 32}`.

One strong key may be anything; two are a configuration. A table of presets (`{"small": {…}, "large": {…}}`)
offers values to choose from, and is debatable.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import choices, lexicon
from reproof.lint.hyperparameters.arguments import is_run_time, pairs
from reproof.lint.hyperparameters.declarations import is_declaration
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_literal, is_number, is_sequence, is_text
from reproof.lint.hyperparameters.nodes import first_target, last_name, string, target_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reproof.lint.catalogue.load import Parameter
    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.source import Code

# What a part of a configuration is called; other keys name presets.
_SECTIONS = names(
    "train training trainer model network optimizer optim optimiser data dataset dataloader loader hyperparameters "
    "hyperparams hparams params parameters config scheduler loss split preprocess preprocessing evaluation eval"
)
_DEEPEST = 4
_GRIDS = names("grid grids space spaces distributions dist dists")
# What the last word of a name says that a table of numbers holds.
_TABLES = {
    "weights": "training",
    "thresholds": "evaluation",
    "cutoffs": "evaluation",
    "splits": "split",
    "ratios": "split",
    "fractions": "split",
    "bins": "preprocessing",
}


def find(module: Module, overridden: bool) -> Iterator[Hit]:
    """The strong keys' literals of each dict that has at least two."""
    yield from _tables(module, overridden)
    yield from _grids(module, overridden)
    presets = _presets(module)
    known = [owner.parameters for owner in module.imports.frameworks.values() if owner.parameters]
    for node, scope, code in module.dicts:
        yield from _strong(node, code, known, id(node) in presets or overridden or is_declaration(scope))
    for call, scope, code in module.called(("dict",)):
        if isinstance(call.func, ast.Name):
            yield from _strong(call, code, known, id(call) in presets or overridden or is_declaration(scope))


def _tables(module: Module, overridden: bool) -> Iterator[Hit]:
    """`FEATURE_WEIGHTS = {"age": 0.3, …}`, `batch_size = {"train": 8, …}`: one choice in several numbers."""
    for node, scope, code in module.assigned(ast.Dict):
        target, value = first_target(node), node.value
        if (
            not (isinstance(value, ast.Dict) and isinstance(target, ast.Name | ast.Attribute))
            or code.declares_parameters
        ):
            continue
        kind = _TABLES.get((lexicon.words(target_name(target)) or ("",))[-1]) or lexicon.strong(
            target_name(target)
        )
        if kind and len(value.values) > 1 and all(map(_is_amount, value.values)):
            name = lexicon.spelled(target_name(target))
            yield Hit(code, value, name, kind, strict=overridden or is_declaration(scope))


def _is_amount(item: ast.expr) -> bool:
    """A number, or the edges between bins: `[-np.inf, 1.7, 5.1, np.inf]`."""
    if not isinstance(item, ast.List | ast.Tuple):
        return is_number(item)
    inner = [each for each in item.elts if last_name(getattr(each, "operand", each)) != "inf"]
    return bool(inner) and all(map(is_number, inner))


def _grids(module: Module, overridden: bool) -> Iterator[Hit]:
    """`PARAM_GRIDS = {"forest": {"max_depth": [3, 5]}, …}`: what is tried, whoever searches in it."""
    for node, scope, code in module.assigned(ast.Dict):
        if code.declares_parameters or _GRIDS.isdisjoint(lexicon.words(target_name(first_target(node)))):
            continue
        tried = [
            (name.rpartition("__")[2], item)
            for inner in _dicts(node.value)
            for key, item in zip(inner.keys, inner.values, strict=True)
            if (name := string(key)) and isinstance(item, ast.List | ast.Tuple) and is_sequence(item)
        ]
        if any(lexicon.strong(name) for name, _ in tried):
            debatable = overridden or is_declaration(scope)
            for name, item in tried:
                if not is_run_time(name):
                    yield Hit(
                        code,
                        item,
                        lexicon.spelled(name),
                        lexicon.strong(name) or "training",
                        strict=debatable,
                    )


def _dicts(node: ast.expr | None, depth: int = 0) -> Iterator[ast.Dict]:
    """A dict and those in it, also beside a model in a tuple: `{"svm": (SVC(), {"C": [1, 10]})}`."""
    if isinstance(node, ast.Dict):
        yield node
    parts = node.values if isinstance(node, ast.Dict) else getattr(node, "elts", ())
    for part in parts if depth < _DEEPEST else ():
        yield from _dicts(part, depth + 1)


def _strong(
    node: ast.expr, code: Code, known: Sequence[Mapping[str, Parameter]], debatable: bool
) -> Iterator[Hit]:
    """The strong keys' literals; beside one of them also what the imported libraries' params dicts may hold."""
    if code.declares_parameters:
        return
    found = [
        (name, item, kind)
        for key, item, _ in pairs(node, code)
        if (name := string(key)) is not None and (kind := _kind(name, item))
    ]
    # `{"params": head.parameters(), "lr": 0.1}` is a group of an optimizer.
    grouped = any(string(key) == "params" for key, _, _ in pairs(node, code))
    # Sizes under names of a project's own make a table of architectures, and no configuration.
    telling = [name for name, _, kind in found if kind != "model" or lexicon.listed(name.rpartition(".")[2])]
    if telling and known:
        others = [
            (name, item, kind)
            for key, item, _ in pairs(node, code)
            if (name := string(key)) is not None and (kind := _kind_of_library(name, item, known))
        ]
        found += others
        telling += [name for name, _, _ in others]
    if len(telling) >= (1 if grouped else lexicon.COMPANY):
        for name, item, kind in found:
            yield Hit(code, item, lexicon.spelled(name.rpartition(".")[2]), kind, strict=debatable)


def _kind_of_library(key: str, value: ast.expr, known: Sequence[Mapping[str, Parameter]]) -> str | None:
    """`"l2_leaf_reg": 3.0` beside an import of CatBoost: the kind of a number under a library's own name."""
    if lexicon.strong(key) is None and is_number(value):
        for parameters in known:
            if (parameter := parameters.get(key)) is not None and not parameter.strict:
                return parameter.kind
    return None


def _kind(key: str, value: ast.expr) -> str | None:
    key = key.rpartition(".")[2]  # "optimizer.lr"
    if is_text(value):
        return choices.choice(key, getattr(value, "value", None))
    return lexicon.strong(key) if is_literal(value) else None


def _presets(module: Module) -> frozenset[int]:
    """Dicts inside of dicts, by identity, but for the sections of one configuration."""
    found: set[int] = set()
    for outer, _, _ in module.dicts:
        inner = [
            (key, value)
            for key, value in zip(outer.keys, outer.values, strict=True)
            if isinstance(value, ast.Dict)
            or (isinstance(value, ast.Call) and getattr(value.func, "id", "") == "dict")
        ]
        for key, value in inner:
            name = string(key) or ""
            if _SECTIONS.isdisjoint((*lexicon.words(name), name)):
                found.add(id(value))
    return frozenset(found)
