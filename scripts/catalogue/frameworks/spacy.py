"""spaCy and thinc: batching and schedules, optimizers, layers (whose widths are debatable), updates."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import of, of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "spacy"
ROOTS = ("spacy", "thinc")

_NO_DROPOUT = ["0", "0.0"]
_LAYERS = names("Embed HashEmbed Gelu LSTM Linear Maxout Mish MultiSoftmax PyTorchLSTM Relu Softmax Swish")
_SCHEDULES = names(
    "compounding constant constant_then cyclic_triangular decaying plateau slanted_triangular warmup_linear"
)
_NO_CHOICE = names("items t schedule init_W init_b initializer column bi normalize")


def read(sources: Sources) -> dict[str, Any]:
    """thinc's names that others use too (`constant`) only as thinc's."""
    table: Table = {
        "minibatch": rows(
            of(sources, sources.get("spacy.util.minibatch")),
            Only({"size": {"kind": "training", "name": "batch_size"}}),
        )
    }
    for name in _SCHEDULES:
        found = rows(of(sources, sources.get(f"thinc.api.{name}")), _training)
        for key in (name,) if name != "constant" else ("schedules.constant", "api.constant"):
            table[key] = found
    for name in ("Adam", "RAdam", "SGD", "Optimizer"):
        table[name] = rows(of(sources, sources.get(f"thinc.api.{name}")), _optimizer)
    for name in _LAYERS:
        table[name] = rows(of(sources, sources.get(f"thinc.api.{name}")), _layer)
    table["Dropout"] = rows(
        of(sources, sources.get("thinc.api.Dropout")),
        Only({"rate": {"kind": "model", "name": "dropout", "neutral": _NO_DROPOUT}}),
    )
    language = sources.get("spacy.language.Language")
    drop = Only({"drop": {"kind": "training", "name": "dropout"}})
    return {
        "callables": table,
        "methods": {"update": rows(of_method(sources, language, "update"), drop)},
    }


def _training(name: str) -> Row | None:
    return None if name in _NO_CHOICE else {"kind": "training"}


def _optimizer(name: str) -> Row | None:
    return None if name == "L2_is_weight_decay" else {"kind": "training"}


def _layer(name: str) -> Row | None:
    if name in _NO_CHOICE:
        return None
    return (
        {"kind": "model", "neutral": _NO_DROPOUT} if name == "dropout" else {"kind": "model", "strict": True}
    )
