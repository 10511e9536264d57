"""Write `src/reproof/lint/catalogue/generated/*.json` from the libraries' own signatures.

Run it in a scratch environment that has scikit-learn and torch, never at run time of reproof:

    python scripts/catalogue.py [sklearn] [torch]

What a signature cannot say (is this a choice, or how the program runs?) is in the tables below; what neither
can say stands in `catalogue/reviewed/`, which this script does not touch.
"""

from __future__ import annotations

import importlib
import inspect
import json
import math
import pathlib
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

TARGET = pathlib.Path(__file__).parent.parent / "src/reproof/lint/catalogue/generated"

Row = dict[str, Any]
Table = dict[str, dict[str, Row]]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# How a program runs, what it prints and where it keeps things: never a choice about the model.
RUN_TIME = _names(
    "algorithm_kwargs axis batch_sampler cache_size capturable check_finite check_input check_inverse "
    "collate_fn copy copy_X copy_x cachedir decode_error device differentiable dtype encoding error_score "
    "foreach fused generator in_order inplace input last_epoch memory multiprocessing_context n_jobs "
    "num_workers output_indices persistent_workers pin_memory pin_memory_device pre_dispatch "
    "prefetch_factor print_cost random_state reduction return_indices seed size_average timeout verbose "
    "verbose_feature_names_out verbose_interval worker_init_fn"
)
# Choices, but rarely ones that a reviewer would ask to see in a config: told in strict mode.
DEBATABLE = _names(
    "batch_first categories chunk_size encoded_missing_value handle_missing handle_unknown ignore_index "
    "missing_values padding_mode remainder sparse_threshold unknown_value working_memory"
)
# Data and other objects: a literal here is an example, not a hyperparameter.
DATA = _names(
    "feature_names_out neg_label pos_label "
    "X Y y X_train estimator estimators estimators_samples base_estimator final_estimator steps "
    "transformers transformer_list transformer regressor classifier labels labels_true labels_pred "
    "metadata groups func inverse_func kw_args inv_kw_args params named_params optimizer schedulers "
    "sampler dataset sample_weight feature_names_in fit_params preprocessor tokenizer analyzer_kwargs "
    "precomputed milestones_ lr_lambda lr_lambdas scale_fn weight pos_weight model avg_fn multi_avg_fn "
    "submodule raw_documents stratify y_true y_pred y_score y_prob y_proba custom_encoder custom_decoder "
    "arrays"
)


def rows(call: Callable[..., Any], kind_of: Callable[[str], Row | None], skip_self: bool) -> dict[str, Row]:
    """The parameters of a callable that `kind_of` names a kind for, with position and default."""
    found: dict[str, Row] = {}
    parameters = list(inspect.signature(call).parameters.values())[1 if skip_self else 0 :]
    positional = True
    for position, parameter in enumerate(parameters):
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional = False
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        row = None if parameter.name in RUN_TIME | DATA else kind_of(parameter.name)
        if row is None or isinstance(parameter.default, bool):
            continue
        row = dict(row)
        deprecated = isinstance(parameter.default, str) and parameter.default == "deprecated"
        if positional and not deprecated and parameter.kind is not parameter.KEYWORD_ONLY:
            row["position"] = position
        if _is_plain(parameter.default) and not deprecated:
            row["default"] = repr(parameter.default)
        if parameter.name in DEBATABLE:
            row["strict"] = True
        found[parameter.name] = row
    return found


def _is_plain(default: object) -> bool:
    """Whether a default can be written as a literal: no library object, no infinity."""
    if type(default) is tuple:
        return all(map(_is_plain, default))
    return type(default) in (int, str) or (type(default) is float and math.isfinite(default))


# --- scikit-learn ------------------------------------------------------------------------------------------

_PREPROCESSING = _names(
    "preprocessing impute feature_extraction feature_selection decomposition kernel_approximation "
    "random_projection compose"
)
_SPLITTING = _names("test_size train_size n_splits n_repeats n_groups p max_train_size gap cv")
_EVALUATION = frozenset(["scoring", "refit", "metrics"])
# Functions of these modules plot, load or help; their estimators are catalogued all the same.
_NO_TRAINING = _names("datasets inspection base _config linear_model svm tree")
_GRIDS = {"param_grid", "param_distributions"}


def sklearn() -> Row:
    """Estimators, splitters, searches and the functions that train, split, preprocess or judge."""
    import sklearn as library
    from sklearn.utils import all_estimators
    from sklearn.utils.discovery import all_functions

    table: Table = {}
    for name, estimator in all_estimators():
        area = estimator.__module__.split(".")[1]
        constraints = getattr(estimator, "_parameter_constraints", {})
        table[name] = rows(estimator.__init__, _sklearn_kind(area, constraints), skip_self=True)
    for name, splitter in _splitters():
        table[name] = rows(splitter.__init__, _sklearn_kind("model_selection", {}), skip_self=True)
    for name, function in all_functions():
        area = function.__module__.split(".")[1]
        constraints = getattr(function, "_skl_parameter_constraints", None)
        if constraints is None or area in _NO_TRAINING:
            continue
        if area == "utils" and name not in {"resample", "shuffle"}:
            continue
        table[name] = rows(function, _sklearn_kind(area, constraints), skip_self=False)
    return _document("sklearn", ["sklearn"], library.__version__, table)


def _splitters() -> Iterator[tuple[str, type]]:
    importlib.import_module("sklearn.experimental.enable_halving_search_cv")
    selection = importlib.import_module("sklearn.model_selection")
    for name in selection.__all__:
        member = getattr(selection, name)
        if inspect.isclass(member) and (hasattr(member, "split") or "Search" in name):
            yield name, member


def _sklearn_kind(area: str, constraints: Mapping[str, Any]) -> Callable[[str], Row | None]:
    def kind(name: str) -> Row | None:
        if constraints and not _is_choice(constraints.get(name)):
            return None
        if name in _GRIDS:
            return {"kind": "training", "holds": "grid"}
        if name == "cv" or (area == "model_selection" and name in _SPLITTING):
            return {"kind": "split"}
        if name in _EVALUATION:
            return {"kind": "evaluation"}
        if area == "metrics":
            return {"kind": "evaluation", "strict": True}
        return {"kind": "preprocessing" if area in _PREPROCESSING else "training"}

    return kind


def _is_choice(constraint: Any) -> bool:
    """Whether scikit-learn's own constraint allows a number, a string, a list or a dict."""
    if constraint is None or constraint == "no_validation":
        return True
    shapes = {
        "Interval",
        "StrOptions",
        "Options",
        "Integral",
        "Real",
        "int",
        "float",
        "str",
        "dict",
        "list",
        "tuple",
    }
    names = {getattr(part, "__name__", type(part).__name__) for part in constraint}
    return (
        bool(names & shapes)
        or "cv_object" in constraint
        or ("array-like" in constraint and len(constraint) > 1)
    )


# --- torch -------------------------------------------------------------------------------------------------

_REGULARISERS = _names("dropout dropout1d dropout2d p label_smoothing")


def torch() -> Row:
    """Optimizers, schedulers, loaders, losses, network modules, gradient clipping."""
    import torch as library
    from torch import nn, optim
    from torch.optim import lr_scheduler, swa_utils
    from torch.utils import data

    table: Table = {}
    for module, base in ((optim, optim.Optimizer), (lr_scheduler, lr_scheduler.LRScheduler)):
        for name, member in sorted(vars(module).items()):
            if inspect.isclass(member) and issubclass(member, base) and not name.startswith("_"):
                table[name] = rows(member.__init__, lambda _: {"kind": "training"}, skip_self=True)
    for name in ("ReduceLROnPlateau", "SWALR"):
        member = getattr(lr_scheduler, name, None) or getattr(swa_utils, name)
        table[name] = rows(member.__init__, lambda _: {"kind": "training"}, skip_self=True)
    table["DataLoader"] = rows(data.DataLoader.__init__, lambda _: {"kind": "training"}, skip_self=True)
    table["random_split"] = rows(data.random_split, lambda _: {"kind": "split"}, skip_self=False)
    for name in ("clip_grad_norm_", "clip_grad_value_"):
        table[name] = rows(getattr(nn.utils, name), _clipping, skip_self=False)
    for name, member in sorted(vars(nn).items()):
        if inspect.isclass(member) and issubclass(member, nn.Module):
            table[name] = rows(member.__init__, _module_kind(name), skip_self=True)
    for name in sorted(vars(nn.functional)):
        if "dropout" in name and not name.startswith("_") and callable(getattr(nn.functional, name)):
            table[name] = rows(getattr(nn.functional, name), _module_kind("Dropout"), skip_self=False)
    return _document("torch", ["torch"], library.__version__.partition("+")[0], table)


def _clipping(name: str) -> Row | None:
    return {"kind": "training"} if name in {"max_norm", "norm_type", "clip_value"} else None


def _module_kind(module: str) -> Callable[[str], Row | None]:
    def kind(name: str) -> Row | None:
        if module.endswith("Loss"):
            return None if name == "reduce" else {"kind": "training"}
        if name in _REGULARISERS and (name != "p" or "Dropout" in module):
            return {"kind": "model"}
        return {"kind": "model", "strict": True}

    return kind


# -----------------------------------------------------------------------------------------------------------


def _document(framework: str, roots: list[str], version: str, table: Table) -> Row:
    return {
        "framework": framework,
        "version": version,
        "source": f"signatures of the installed {framework} {version}, read by scripts/catalogue.py",
        "roots": roots,
        "callables": {name: table[name] for name in sorted(table) if table[name]},
    }


def write(document: Row, path: pathlib.Path) -> None:
    """One callable a line, so that a new library version shows as a readable diff."""
    head = {key: value for key, value in document.items() if key != "callables"}
    lines = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    entries = [f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in document["callables"].items()]
    text = "\n".join(["{", *lines, ' "callables": {', ",\n".join(entries), " }", "}"])
    path.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    frameworks = {"sklearn": sklearn, "torch": torch}
    for name in sys.argv[1:] or frameworks:
        write(frameworks[name](), TARGET / f"{name}.json")


if __name__ == "__main__":
    main()
