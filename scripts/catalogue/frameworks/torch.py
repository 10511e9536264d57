"""torch: optimizers, schedulers, loaders, losses, network modules, gradient clipping, pruning."""

from __future__ import annotations

import ast
from typing import Any

from scripts.catalogue.rows import Kind, Only, Row, Rows, Table, names, rows
from scripts.catalogue.signatures import base_names, of, of_function
from scripts.catalogue.sources import Found, Sources

DISTRIBUTION = "torch"
ROOTS = ("torch",)

_OPTIMIZATION = (
    ("torch.optim", "Optimizer"),
    ("torch.optim.lr_scheduler", "LRScheduler"),
    ("torch.optim.swa_utils", "LRScheduler"),
)
# Follow from the metric, or only say how another number is read.
_READINGS = names("mode threshold_mode scale_mode norm_type")
_HELPERS: dict[str, dict[str, Row | str]] = {
    "torch.optim.swa_utils.get_ema_avg_fn": {"decay": "training"},
    "torch.optim.swa_utils.get_ema_multi_avg_fn": {"decay": "training"},
    "torch.utils.data.DataLoader": {"batch_size": "training"},
    "torch.utils.data.BatchSampler": {"batch_size": "training"},
    "torch.utils.data.RandomSampler": {"num_samples": "training"},
    "torch.utils.data.WeightedRandomSampler": {"num_samples": "training"},
    "torch.utils.data.Subset": {"indices": "split"},
    "torch.utils.data.random_split": {"lengths": "split"},
    "torch.nn.utils.clip_grad_norm_": {
        "max_norm": "training",
        "norm_type": {"kind": "training", "strict": True},
    },
    "torch.nn.utils.clip_grad_value_": {"clip_value": "training"},
}
_PRUNING = Only({"amount": "training"})
_DROPOUT: Row = {"name": "dropout", "kind": "model"}
# What a loss weighs is a choice; how it reads its input is not, or seldom.
_LOSS: dict[str, Row | str] = {
    "label_smoothing": "training",
    "margin": "training",
    "delta": "training",
    "beta": "training",
    **{name: {"kind": "training", "strict": True} for name in ("blank", "eps", "p")},
    **{
        name: {"kind": "model", "strict": True}
        for name in ("in_features", "n_classes", "cutoffs", "div_value")
    },
}
_LOSS_FUNCTION = Only({name: kind for name, kind in _LOSS.items() if kind == "training"})
# Holders of other modules, and modules whose arguments are axes and shapes.
_NO_CHOICE = names(
    "Module Sequential ModuleList ModuleDict ParameterList ParameterDict DataParallel Identity Flatten "
    "Unflatten Softmax Softmax2d LogSoftmax Softmin Threshold Container RNNBase RNNCellBase"
)
_SHAPES = names("dim start_dim end_dim dims unflattened_size inplace init value val")
_INITIALIZER = Only(
    {
        name: {"kind": "model", "strict": True}
        for name in ("a", "b", "gain", "mean", "mode", "nonlinearity", "sparsity", "std")
    }
)


def read(sources: Sources) -> dict[str, Any]:
    """The callables of torch itself."""
    table: Table = {}
    for module, base in _OPTIMIZATION:
        for name, found in sources.public(module).items():
            if found.is_class and base in base_names(sources, found):
                table[name] = rows(of(sources, found), _optimization)
    for dotted, kinds in _HELPERS.items():
        table[dotted.rpartition(".")[2]] = rows(of(sources, sources.get(dotted)), Only(kinds))
    for found in sources.functions("torch.nn.utils.prune"):
        table[found.name] = rows(of(sources, found), _PRUNING)
    for name, found in sources.public("torch.nn").items():
        if found.is_class and "Module" in base_names(sources, found) and name not in _NO_CHOICE:
            table[name] = _recurrent(found) or rows(of(sources, found), _module_kind(name))
    for name, found in sources.public("torch.nn.functional").items():
        kind = Only({"p": _DROPOUT}) if "dropout" in name else _LOSS_FUNCTION
        if "dropout" in name or name.endswith("_loss") or name == "cross_entropy":
            table[name] = rows(of(sources, found), kind)
    for found in sources.functions("torch.nn.init"):
        if found.name.endswith("_"):
            table[found.name] = rows(of(sources, found), _INITIALIZER)
    return {"callables": table}


def _optimization(name: str) -> Row | None:
    return {"kind": "training", "strict": True} if name in _READINGS else {"kind": "training"}


def _module_kind(module: str) -> Kind:
    if module.endswith("Loss"):
        return Only(_LOSS)

    def kind(name: str) -> Row | None:
        if name in _SHAPES:
            return None
        if "Dropout" in module and name == "p":
            return _DROPOUT
        return {"kind": "model"} if name.startswith("dropout") else {"kind": "model", "strict": True}

    return kind


def _recurrent(found: Found) -> Rows | None:
    """RNN, LSTM and GRU take `*args`; their first overload tells what these are."""
    if found.name not in {"RNN", "LSTM", "GRU"} or not isinstance(found.node, ast.ClassDef):
        return None
    overload = next(n for n in found.node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__")
    return rows(of_function(overload, bound=True), _module_kind(found.name))
