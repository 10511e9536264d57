"""peft: the configs of its methods (LoRA and the like), and the name of a pretrained adapter."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.frameworks.transformers import by_keyword
from scripts.catalogue.rows import Row, Table, names
from scripts.catalogue.signatures import Argument, base_names, of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "peft"
ROOTS = ("peft",)

_SHAPE: Row = {"kind": "model", "strict": True}
# Tasks, paths, seeds, what a checkpoint records, what a run of the adapter needs.
_NO_CHOICE = names(
    "task_type peft_type auto_mapping base_model_name_or_path revision inference_mode peft_version "
    "loftq_config eva_config corda_config lora_ga_config megatron_config megatron_core runtime_config "
    "tokenizer_name_or_path tokenizer_kwargs projection_prng_key random_loc_seed total_step cpt_token_ids "
    "cpt_mask cpt_tokens_type_mask modules_to_tie prompt_tuning_init_text "
    "prompt_tuning_init_state_dict_path layer_replication arrow_config"
)
# How a method is set up inside; a reviewer asks for its rank, its strength and what it touches.
_DETAILS = names(
    "bias modules_to_save exclude_modules layers_to_transform layers_pattern init_weights "
    "init_lora_weights init_bone_weights feedforward_modules init_ia3_weights module_dropout_pattern "
    "rank_pattern alpha_pattern trainable_token_indices target_parameters prompt_tuning_init "
    "encoder_reparameterization_type num_layers num_attention_heads token_dim num_transformer_submodules "
    "decompose_both decompose_factor eps"
)


def read(sources: Sources) -> dict[str, Any]:
    """The configs, all by keyword: their first fields are the task's."""
    table: Table = {}
    for found in sources.classes("peft.tuners"):
        if "PeftConfig" in base_names(sources, found):
            fields = [field for field in of(sources, found) if _is_choice(field)]
            table[found.name] = by_keyword(
                fields, {field.name: _SHAPE if field.name in _DETAILS else "model" for field in fields}
            )
    adapter: Row = {"name": "pretrained_model", "kind": "model", "position": 1}
    return {"callables": table, "methods": {"from_pretrained": {"model_id": adapter}}}


def _is_choice(field: Argument) -> bool:
    if field.name in _NO_CHOICE or "seed" in field.name:
        return False
    return not field.is_switch and not field.annotation.startswith("bool")
