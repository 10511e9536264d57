"""torch: optimizers, schedulers, loaders, losses, network modules, gradient clipping."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Kind, Row, Table, every, names, only, rows
from scripts.catalogue.signatures import base_names, of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "torch"
ROOTS = ("torch",)

_REGULARISERS = names("dropout dropout1d dropout2d p label_smoothing")
_CLIPPING = {"max_norm": "training", "norm_type": "training", "clip_value": "training"}


def read(sources: Sources) -> dict[str, Any]:
    """The callables of torch itself."""
    table: Table = {}
    for module, base in (
        ("torch.optim", "Optimizer"),
        ("torch.optim.lr_scheduler", "LRScheduler"),
        ("torch.optim.swa_utils", "LRScheduler"),
    ):
        for name, found in sources.public(module).items():
            if found.is_class and base in base_names(sources, found):
                table[name] = rows(of(sources, found), every("training"))
    table["DataLoader"] = rows(of(sources, sources.get("torch.utils.data.DataLoader")), every("training"))
    table["random_split"] = rows(of(sources, sources.get("torch.utils.data.random_split")), every("split"))
    for name in ("clip_grad_norm_", "clip_grad_value_"):
        table[name] = rows(of(sources, sources.get(f"torch.nn.utils.{name}")), only(_CLIPPING))
    for name, found in sources.public("torch.nn").items():
        if found.is_class and "Module" in base_names(sources, found):
            table[name] = rows(of(sources, found), _module_kind(name))
    for name, found in sources.public("torch.nn.functional").items():
        if "dropout" in name:
            table[name] = rows(of(sources, found), _module_kind("Dropout"))
    return {"callables": table}


def _module_kind(module: str) -> Kind:
    def kind(name: str) -> Row | None:
        if module.endswith("Loss"):
            return None if name == "reduce" else {"kind": "training"}
        if name in _REGULARISERS and (name != "p" or "Dropout" in module):
            return {"kind": "model"}
        return {"kind": "model", "strict": True}

    return kind
