"""flax: the layers of linen and of nnx, early stopping, the schedules it had before optax."""

from __future__ import annotations

import ast
from typing import Any

from scripts.catalogue.layers import laid_over
from scripts.catalogue.rows import Kind, Only, Row, Rows, Table, names, rows
from scripts.catalogue.signatures import Argument, base_names, of
from scripts.catalogue.sources import Found, Sources

DISTRIBUTION = "flax"
ROOTS = ("flax",)

_SHAPE: Row = {"kind": "model", "strict": True}
_SHAPES = names(
    "features in_features out_features hidden_features kernel_size strides padding num_embeddings "
    "num_heads qkv_features num_kv_heads num_groups group_size momentum epsilon input_dilation "
    "kernel_dilation feature_group_count window_shape n_steps"
)
_LAYER: Kind = Only(
    {
        **dict.fromkeys(_SHAPES, _SHAPE),
        "rate": {"name": "dropout", "kind": "model"},
        "dropout_rate": {"name": "dropout", "kind": "model"},
    }
)
_STOPPING = Only({"min_delta": "training", "patience": "training"})
_SCHEDULE = Only(
    dict.fromkeys(
        names("base_learning_rate steps_per_epoch lr_sched_steps halfcos_epochs warmup_length"), "training"
    )
)
_POOLS = names("avg_pool max_pool min_pool")


def read(sources: Sources) -> dict[str, Any]:
    """The layers by their last name: what linen and nnx call alike has the parameters of both."""
    table: Table = {}
    for package in ("flax.linen", "flax.nnx.nn"):
        for found in sources.classes(package):
            if "Module" in base_names(sources, found) and ".experimental" not in found.module.name:
                table[found.name] = laid_over(_layer(sources, found), table.get(found.name, {}))
        for found in sources.functions(package):
            if found.name in _POOLS:
                table[found.name] = rows(of(sources, found), _LAYER)
    stopping = sources.get("flax.training.early_stopping.EarlyStopping")
    table["EarlyStopping"] = rows(_fields(sources, stopping), _STOPPING)
    for found in sources.functions("flax.training.lr_schedule"):
        table[found.name] = rows(of(sources, found), _SCHEDULE)
    return {"callables": table}


def _layer(sources: Sources, found: Found) -> Rows:
    return rows(of(sources, found) or _fields(sources, found), _LAYER)


def _fields(sources: Sources, found: Found) -> list[Argument]:
    """The annotated fields of a class that its metaclass makes a dataclass of, those of its bases first."""
    own: dict[str, Argument] = {}
    for base in (
        (name for node in found.node.bases for name in _named(node))
        if isinstance(found.node, ast.ClassDef)
        else ()
    ):
        inherited = sources.resolve(found.module, base)
        if inherited is not None and inherited.is_class and inherited.name != "Module":
            own |= {field.name: field for field in _fields(sources, inherited)}
    for node in found.node.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            own[node.target.id] = Argument(node.target.id, None, node.value, ast.unparse(node.annotation))
    return [
        Argument(field.name, number, field.default, field.annotation)
        for number, field in enumerate(own.values())
    ]


def _named(node: ast.expr) -> list[str]:
    return [node.id] if isinstance(node, ast.Name) else []
