"""scikit-learn: estimators, splitters, searches, and the functions that train, split, preprocess or judge."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.catalogue.rows import Kind, Row, Table, names, rows
from scripts.catalogue.signatures import attribute, base_names, of
from scripts.catalogue.sources import Found, Sources, dotted_name

DISTRIBUTION = "scikit-learn"
ROOTS = ("sklearn",)

_PREPROCESSING = names(
    "preprocessing impute feature_extraction feature_selection decomposition kernel_approximation "
    "random_projection compose"
)
_SPLITTING = names("test_size train_size n_splits n_repeats n_groups p max_train_size gap cv")
_EVALUATION = frozenset(["scoring", "refit", "metrics"])
# Functions of these modules plot, load or help; their estimators are catalogued all the same.
_NO_TRAINING = names("datasets inspection base _config linear_model svm tree")
_HELPERS = names("resample shuffle")  # of `sklearn.utils`, what samples
_GRIDS = {"param_grid", "param_distributions"}
# What is data, describes data, or says how much is printed and kept.
_NO_CHOICE = names(
    "X_embedded adjacency cov gram covariance connectivity x_squared_norms H W callback seeds test_fold n_x n_y "
    "n_z features sparse transform_input use_legacy_attributes store_centers classes outlier_label "
    "evaluate_every total_samples block_size estimator_params fun fun_args separator input_type value "
    "means_init weights_init precisions_init code_init dict_init w_init decision_function_shape monotonic_cst"
)
_DEBATABLE = names(
    "stack_method response_method importance_getter compute_full_tree precompute chain_method "
    "quantile_method token_pattern strip_accents"
)
# These say in which form the data come, where they have this value.
_FORM = names("metric affinity kernel dissimilarity init")

Constraints = Mapping[str, ast.expr]


def read(sources: Sources) -> dict[str, Any]:
    """What scikit-learn's own public modules offer."""
    table: Table = {}
    for area, found in _offered(sources):
        if found.is_class and _is_estimator(sources, found):
            kind = _kind(area, class_constraints(sources, found))
        elif found.is_class and area == "model_selection" and _is_splitter(sources, found):
            kind = _kind(area, {})
        elif not found.is_class and area not in _NO_TRAINING and (area != "utils" or found.name in _HELPERS):
            constraints = function_constraints(found)
            if constraints is None:
                continue
            kind = _kind(area, constraints)
        else:
            continue
        table[found.name] = rows(of(sources, found), kind)
    return {"callables": table}


def _offered(sources: Sources) -> Iterator[tuple[str, Found]]:
    """Every public class and function, with the part of the library that defines it."""
    for module in sources.modules("sklearn"):
        parts = module.name.split(".")
        if any(part.startswith("_") for part in parts) or "externals" in parts:
            continue
        for name, found in sources.public(module.name).items():
            if found.module.name.startswith("sklearn.") and not name.startswith("_"):
                yield found.module.name.split(".")[1], found


def _is_estimator(sources: Sources, found: Found) -> bool:
    return "BaseEstimator" in base_names(sources, found)


def _is_splitter(sources: Sources, found: Found) -> bool:
    bases = base_names(sources, found)
    return any("CrossValidator" in base or "ShuffleSplit" in base or "KFold" in base for base in bases)


def class_constraints(sources: Sources, found: Found) -> dict[str, ast.expr]:
    """A class's `_parameter_constraints`: what it says of each parameter, with what it takes from its bases."""
    held = attribute(sources, found, "_parameter_constraints")
    owner, table = held or (found, None)
    if not isinstance(table, ast.Dict):
        return {}
    read: dict[str, ast.expr] = {}
    for key, item in zip(table.keys, table.values, strict=True):
        if key is None:
            name = (dotted_name(item) or "").rpartition(".")[0]
            base = sources.resolve(owner.module, name) if name else None
            if base is not None:
                read |= class_constraints(sources, base)
    return read | _texts(table)


def function_constraints(found: Found) -> dict[str, ast.expr] | None:
    """What `@validate_params({...})` says of a function's parameters; None where it is not so decorated."""
    for decorator in found.node.decorator_list:
        if isinstance(decorator, ast.Call) and dotted_name(decorator.func) == "validate_params":
            table = decorator.args[0]
            if isinstance(table, ast.Dict):
                return _texts(table)
    return None


def _texts(table: ast.Dict) -> dict[str, ast.expr]:
    """The items of a written dict whose keys are texts."""
    return {
        key.value: item
        for key, item in zip(table.keys, table.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def choices(sources: Sources, found: Found, kind_of: Kind) -> Kind:
    """A `kind_of` that leaves out what a class's own constraints allow no literal for."""
    constraints = class_constraints(sources, found)
    return lambda name: kind_of(name) if not constraints or _is_choice(constraints.get(name)) else None


def _kind(area: str, constraints: Constraints) -> Kind:
    def kind(name: str) -> Row | None:
        if name in _NO_CHOICE or (constraints and not _is_choice(constraints.get(name))):
            return None
        if name in _FORM:
            return {"kind": _usual(area), "neutral": ["'precomputed'"]}
        if name in _DEBATABLE:
            return {"kind": _usual(area), "strict": True}
        if name in _GRIDS:
            return {"kind": "training", "holds": "grid"}
        if name == "cv" or (area == "model_selection" and name in _SPLITTING):
            return {"kind": "split"}
        if name in _EVALUATION:
            return {"kind": "evaluation"}
        if area == "metrics":
            return {"kind": "evaluation", "strict": True}
        return {"kind": _usual(area)}

    return kind


def _usual(area: str) -> str:
    return "preprocessing" if area in _PREPROCESSING else "training"


_SHAPES = names("Interval StrOptions Options Integral Real int float str dict list tuple")


def _is_choice(constraint: ast.expr | None) -> bool:
    """Whether scikit-learn's own constraint allows a number, a string, a list or a dict."""
    if not isinstance(constraint, ast.List):
        return True  # nothing said, "no_validation", or computed
    shapes = {
        part.func.id if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) else dotted_name(part)
        for part in constraint.elts
    }
    words = {part.value for part in constraint.elts if isinstance(part, ast.Constant)}
    return (
        bool(shapes & _SHAPES) or "cv_object" in words or ("array-like" in words and len(constraint.elts) > 1)
    )
