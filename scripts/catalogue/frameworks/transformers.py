"""transformers: training arguments, optimization, collators, pretrained names, generation, model configs."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from typing import Any

from scripts.catalogue.rows import Only, Row, Rows, Table, names, rows
from scripts.catalogue.signatures import Argument, base_names, of, of_method
from scripts.catalogue.sources import Found, Sources

DISTRIBUTION = "transformers"
ROOTS = ("transformers",)

_TRAINING = names(
    "learning_rate per_device_train_batch_size num_train_epochs max_steps lr_scheduler_type "
    "lr_scheduler_kwargs warmup_steps optim weight_decay adam_beta1 adam_beta2 adam_epsilon "
    "gradient_accumulation_steps max_grad_norm label_smoothing_factor neftune_noise_alpha"
)
_TRAINING_SO = names("optim_args optim_target_modules train_sampling_strategy")
_JUDGING = names(
    "per_device_eval_batch_size metric_for_best_model generation_max_length generation_num_beams"
)
_JUDGING_SO = names("eval_steps eval_delay")
# The fields that TrainingArguments and everything below it have; the rest of them say how the program runs.
ARGUMENTS: dict[str, Row | str] = {
    **dict.fromkeys(_TRAINING, "training"),
    "max_steps": {"kind": "training", "neutral": ["-1"]},  # as many as the epochs have
    **{name: {"kind": "training", "strict": True} for name in _TRAINING_SO},
    **dict.fromkeys(_JUDGING, "evaluation"),
    **{name: {"kind": "evaluation", "strict": True} for name in _JUDGING_SO},
}
_PRETRAINED: Row = {"name": "pretrained_model", "kind": "model"}
_PREPARES: Row = {"kind": "preprocessing"}
_SHAPE: Row = {"kind": "model", "strict": True}
SCHEDULE: dict[str, Row | str] = dict.fromkeys(
    names(
        "name num_warmup_steps num_training_steps num_decay_steps num_stable_steps num_cycles lr_end "
        "power timescale min_lr min_lr_rate min_lr_ratio warmup_lr_rate warmup_type decay_type initial_lr "
        "scheduler_specific_kwargs"
    ),
    "training",
)
_OPTIMIZER = Only(dict.fromkeys(names("lr eps clip_threshold decay_rate beta1 weight_decay"), "training"))
_COLLATOR = Only(
    {
        **dict.fromkeys(
            names(
                "max_length mlm_probability plm_probability max_span_length mask_replace_prob "
                "random_replace_prob"
            ),
            _PREPARES,
        ),
    }
)
_STOPPING = Only({"early_stopping_patience": "training", "early_stopping_threshold": "training"})
_TOKENIZING = Only({"max_length": _PREPARES, "stride": _PREPARES})
# How a quantized model is made: of the machine as much as of the experiment.
_QUANTIZATION = Only(
    dict.fromkeys(
        names(
            "llm_int8_threshold bnb_4bit_quant_type bits group_size damp_percent nbits weights "
            "activations quant_type"
        ),
        _SHAPE,
    )
)
_GENERATION = names(
    "max_length max_new_tokens min_length min_new_tokens num_beams num_beam_groups temperature top_k "
    "top_p min_p typical_p repetition_penalty length_penalty no_repeat_ngram_size num_return_sequences "
    "diversity_penalty penalty_alpha"
)
# What a model's config has beside its size: places in a vocabulary, words of other configs, run-time.
_NO_SIZE = names(
    "architectures model_type dtype torch_dtype problem_type task_specific_params id2label label2id "
    "tie_word_embeddings output_hidden_states output_attentions return_dict chunk_size_feed_forward "
    "is_encoder_decoder transformers_version name_or_path base_model_tp_plan base_model_pp_plan "
    "attn_implementation is_decoder finetuning_task use_cache feature_extractor_type processor_class "
    "mlp_bias kernel_config"
)
_DROPS = (
    "dropout",
    "drop_rate",
    "drop_path_rate",
    "dropout_prob",
    "dropout_rate",
    "drop_prob",
    "pdrop",
    "layerdrop",
)
# A name counts where so many configs have it.
_COMMON = 4


def read(sources: Sources) -> dict[str, Any]:
    """The callables, methods and objects of transformers; `parameters` is what a model's config may hold."""
    table: Table = {
        "TrainingArguments": arguments(sources, "transformers.TrainingArguments"),
        "Seq2SeqTrainingArguments": arguments(sources, "transformers.Seq2SeqTrainingArguments"),
        "EarlyStoppingCallback": rows(
            of(sources, sources.get("transformers.trainer_callback.EarlyStoppingCallback")), _STOPPING
        ),
        "GenerationConfig": {name: {"kind": "evaluation", "strict": True} for name in sorted(_GENERATION)},
        "pipeline": {"model": {**_PRETRAINED, "position": 1}},
    }
    for found in sources.functions("transformers.optimization"):
        table[found.name] = rows(of(sources, found), Only(SCHEDULE))
    for found in sources.classes("transformers.optimization"):
        table[found.name] = rows(
            of(sources, found), _OPTIMIZER if "Optimizer" in base_names(sources, found) else Only(SCHEDULE)
        )
    for found in sources.classes("transformers.data.data_collator"):
        table[found.name] = rows(of(sources, found), _COLLATOR)
    for found in sources.classes("transformers.utils.quantization_config"):
        if found.name.endswith("Config"):
            table[found.name] = rows(of(sources, found), _QUANTIZATION)
    configs = _configs(sources)
    table |= {found.name: {"**": {}} for found in configs}
    call = rows(
        of_method(sources, sources.get("transformers.PreTrainedTokenizerBase"), "__call__"), _TOKENIZING
    )
    by_keyword = {
        name: {key: value for key, value in row.items() if key != "position"} for name, row in call.items()
    }
    return {
        "parameters": _sizes(configs),
        "callables": table,
        "methods": {
            "from_pretrained": {"pretrained_model_name_or_path": {**_PRETRAINED, "position": 0}},
            "generate": {name: {"kind": "evaluation", "strict": True} for name in sorted(_GENERATION)},
            "hyperparameter_search": {"n_trials": {"kind": "training"}},
        },
        "objects": dict.fromkeys(
            ("feature_extractor", "image_processor", "processor", "tokenizer"), by_keyword
        ),
    }


def arguments(sources: Sources, dotted: str, more: Iterable[tuple[str, Row | str]] = ()) -> Rows:
    """The rows of a class of training arguments; by keyword, since nobody counts its fields.

    Raises LookupError where a name that stands in the table above is gone: it belongs to the older ones then.
    """
    found = sources.get(dotted)
    fields = of(sources, found)
    gone = set(ARGUMENTS) - {field.name for field in fields} - _SEQUENCES
    if gone:
        raise LookupError(f"{dotted} has no {', '.join(sorted(gone))}")
    return by_keyword(fields, {**ARGUMENTS, **dict(more)})


_SEQUENCES = names("generation_max_length generation_num_beams")  # of Seq2SeqTrainingArguments alone


def by_keyword(fields: Iterable[Argument], kinds: dict[str, Row | str]) -> Rows:
    """Rows without positions."""
    entry = {}
    for field in fields:
        kind = kinds.get(field.name)
        if kind is not None:
            # Not by `rows`: what these libraries call "dataset" or "model" is filtered by the table of kinds.
            entry |= rows(
                [Argument(field.name, None, field.default, field.annotation)], lambda _, kind=kind: kind
            )
    return entry


def _configs(sources: Sources) -> list[Found]:
    """The configs of all model classes."""
    found = {}
    for one in sources.classes("transformers.models"):
        module = one.module.name.rpartition(".")[2]
        if module.startswith("configuration_") and one.name.endswith("Config"):
            found[one.name] = one
    return list(found.values())


def _sizes(configs: list[Found]) -> Rows:
    """What several configs have in common: dropout is a choice, sizes are debatable."""
    count = Counter(field.name for found in configs for field in _fields(found) if _is_size(field))
    kept = sorted(name for name, times in count.items() if times >= _COMMON)
    return {name: {"kind": "model"} if name.endswith(_DROPS) else dict(_SHAPE) for name in kept}


def _fields(found: Found) -> list[Argument]:
    """The annotated fields that a config adds; its base class makes it a dataclass from afar."""
    return [
        Argument(node.target.id, None, node.value, ast.unparse(node.annotation))
        for node in found.node.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]


def _is_size(argument: Argument) -> bool:
    name = argument.name
    if (
        name in _NO_SIZE
        or argument.is_switch
        or name.endswith(("_token_id", "_index", "_id", "_config", "_token", "_ids"))
    ):
        return False
    return "bool" not in argument.annotation and any(
        t in argument.annotation for t in ("int", "float", "str")
    )
