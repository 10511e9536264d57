"""trl: the arguments of its trainers, each with transformers' own below them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from scripts.catalogue.frameworks.transformers import ARGUMENTS, by_keyword
from scripts.catalogue.rows import Row, Table, names
from scripts.catalogue.signatures import Argument, base_names, of
from scripts.catalogue.sources import Found, Sources

DISTRIBUTION = "trl"
ROOTS = ("trl",)

_STRICT: Row = {"kind": "training", "strict": True}
_TRAINING = names(
    "beta label_smoothing loss_type f_alpha_divergence_coef f_divergence_type ref_model_mixup_alpha "
    "ref_model_sync_steps rpo_alpha discopop_tau cpo_alpha simpo_gamma alpha desirable_weight "
    "undesirable_weight lmbda temperature top_p top_k min_p num_generations epsilon epsilon_high delta "
    "num_iterations reward_weights scale_rewards importance_sampling_level gradient_accumulation_steps "
    "router_aux_loss_coef center_rewards_coefficient num_ppo_epochs kl_coef cliprange vf_coef "
    "cliprange_value gamma lam rloo_k num_mini_batches total_episodes local_rollout_forward_batch_size "
    "missing_eos_penalty mixture_coef prompt_sample_size min_density_ratio max_density_ratio "
    "steps_per_generation generation_batch_size repetition_penalty ld_alpha loss_weights max_new_tokens "
    "response_length num_epochs train_batch_size train_learning_rate train_adam_beta1 train_adam_beta2 "
    "train_adam_weight_decay train_adam_epsilon train_gradient_accumulation_steps train_max_grad_norm "
    "train_num_inner_epochs train_adv_clip_max train_clip_range sample_num_steps sample_eta "
    "sample_guidance_scale sample_batch_size sample_num_batches_per_epoch kl_penalty "
    "vllm_importance_sampling_cap top_entropy_quantile use_dft temperature_eval"
)
_PREPARING = names("max_length max_seq_length max_prompt_length max_completion_length max_target_length")
_MODEL = names("lora_r lora_alpha lora_dropout lora_target_modules")
_NAMED = names("model_name_or_path reward_model_path sft_model_path teacher_model_name_or_path")
_DEBATABLE = names(
    "truncation_mode packing_strategy pad_to_multiple_of dataset_text_field eval_packing "
    "bnb_4bit_quant_type stop_token judge lora_modules_to_save sync_ref_model_steps chars_per_token "
    "num_of_sequences dataset_batch_size num_generations_eval mask_truncated_completions"
)
_KINDS: dict[str, Row | str] = {
    **dict.fromkeys(_TRAINING, "training"),
    **dict.fromkeys(_PREPARING, "preprocessing"),
    **dict.fromkeys(_MODEL, "model"),
    **{name: {"name": "pretrained_model", "kind": "model"} for name in _NAMED},
    **dict.fromkeys(_DEBATABLE, _STRICT),
}


def read(sources: Sources) -> dict[str, Any]:
    """The configs; `parameters` is what TrainingArguments have, which most of them take as well."""
    shared = by_keyword(of(sources, sources.get("transformers.TrainingArguments")), ARGUMENTS)
    table: Table = {}
    for found in _configs(sources):
        fields = of(sources, found)
        kinds = _KINDS | ARGUMENTS
        if "TrainingArguments" in base_names(sources, found):
            own = [field for field in fields if _own(sources, found, field)]
            table[found.name] = {"**": {}, **by_keyword(own, kinds)}
        else:
            table[found.name] = by_keyword(fields, kinds)
    return {
        "parameters": shared,
        "callables": table,
        "methods": {
            "from_pretrained": {
                "pretrained_model_name_or_path": {"name": "pretrained_model", "kind": "model", "position": 0}
            }
        },
    }


def _configs(sources: Sources) -> Iterable[Found]:
    for package in ("trl.trainer", "trl.experimental"):
        for found in sources.classes(package):
            if found.name.endswith("Config") or found.name == "ScriptArguments":
                yield found


def _own(sources: Sources, found: Found, field: Argument) -> bool:
    """Whether a field is not TrainingArguments', or has another default here."""
    return field.name in _KINDS or field.name in _redefined(sources, found)


def _redefined(sources: Sources, found: Found) -> frozenset[str]:
    inherited = {
        field.name: field.default for field in of(sources, sources.get("transformers.TrainingArguments"))
    }
    return frozenset(
        field.name
        for field in of(sources, found)
        if field.name in inherited
        and _text(field) != _text(Argument(field.name, None, inherited[field.name]))
    )


def _text(field: Argument) -> str | None:
    return ast.unparse(field.default) if field.default is not None else None
