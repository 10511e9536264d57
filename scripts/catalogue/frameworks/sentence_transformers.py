"""sentence-transformers: losses, modules, pretrained names, `fit` and the training arguments."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.frameworks.transformers import ARGUMENTS, by_keyword
from scripts.catalogue.layers import laid_over
from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import of, of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "sentence-transformers"
ROOTS = ("sentence_transformers",)

_SHAPE: Row = {"kind": "model", "strict": True}
_STRICT: Row = {"kind": "training", "strict": True}
_LOSS = Only(
    {
        **dict.fromkeys(
            names(
                "scale margin triplet_margin temperature student_temperature teacher_temperature "
                "positive_margin negative_margin num_negatives mini_batch_size pos_neg_ratio "
                "matryoshka_dims matryoshka_weights n_dims_per_step n_layers_per_step last_layer_weight "
                "prior_layers_weight kl_div_weight kl_temperature alpha beta gamma sigma mu k "
                "hardness_strength mean_weight second_moment_weight document_regularizer_weight "
                "query_regularizer_weight document_regularizer_threshold query_regularizer_threshold "
                "threshold"
            ),
            "training",
        ),
        **dict.fromkeys(
            names("margin_strategy layer_weighting partition_mode hardness_mode aggregation"), _STRICT
        ),
    }
)
_PRETRAINED: Row = {"name": "pretrained_model", "kind": "model"}
_MODEL = Only(
    {
        "model_name_or_path": _PRETRAINED,
        "max_length": "preprocessing",
        "max_seq_length": "preprocessing",
        "truncate_dim": "model",
        "dropout": "model",
        **dict.fromkeys(
            names(
                "pooling_mode in_features out_features hidden_dim num_layers kernel_sizes "
                "embedding_dimension num_labels"
            ),
            _SHAPE,
        ),
    }
)
_FIT = Only(
    {
        **dict.fromkeys(
            names("epochs steps_per_epoch scheduler warmup_steps weight_decay max_grad_norm"), "training"
        ),
        "optimizer_params": {"kind": "training", "holds": "grid"},
        "evaluation_steps": {"kind": "evaluation", "strict": True},
    }
)
_NEGATIVES = Only(
    dict.fromkeys(
        names(
            "range_min range_max max_score min_score margin absolute_margin relative_margin num_negatives "
            "sampling_strategy"
        ),
        "training",
    )
)
_SEARCH = Only({"top_k": {"kind": "evaluation", "strict": True}})


def read(sources: Sources) -> dict[str, Any]:
    """The callables and methods; `parameters` is what transformers' TrainingArguments have."""
    table: Table = {}
    for kind in ("sentence_transformer", "cross_encoder", "sparse_encoder", "multi_vector_encoder", "base"):
        base = f"sentence_transformers.{kind}"
        for found in sources.classes(f"{base}.losses"):
            table[found.name] = laid_over(rows(of(sources, found), _LOSS), table.get(found.name, {}))
        for found in sources.classes(f"{base}.modules"):
            table[found.name] = rows(of(sources, found), _MODEL)
        for found in sources.classes(f"{base}.training_args"):
            if "TrainingArguments" in found.name:
                table[found.name] = {"**": {}}
    for name in ("SentenceTransformer", "CrossEncoder", "SparseEncoder"):
        table[name] = rows(of(sources, sources.get(f"sentence_transformers.{name}")), _MODEL)
    for name, kinds in (("mine_hard_negatives", _NEGATIVES), ("semantic_search", _SEARCH)):
        table[name] = rows(of(sources, sources.get(f"sentence_transformers.util.{name}")), kinds)
    fit = of_method(sources, sources.get("sentence_transformers.SentenceTransformer"), "fit")
    shared = by_keyword(of(sources, sources.get("transformers.TrainingArguments")), ARGUMENTS)
    return {
        "parameters": shared,
        "callables": {name: entry for name, entry in table.items() if name not in _FOREIGN},
        "methods": {"fit": rows(fit, _FIT)},
    }


# Bases that nobody calls, and torch's names for losses that take no choice here.
_FOREIGN = names("BaseTrainingArguments Module InputModule CachedLossMixin BaseWeightingScheme")
