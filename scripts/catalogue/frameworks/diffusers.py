"""diffusers: schedules of noise and of learning rates, averaging, networks, pretrained names, sampling."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.frameworks.transformers import SCHEDULE
from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import base_names, of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "diffusers"
ROOTS = ("diffusers",)

_SHAPE: Row = {"kind": "model", "strict": True}
_SAMPLING: Row = {"kind": "evaluation", "strict": True}
_NOISE = names("num_train_timesteps beta_start beta_end beta_schedule prediction_type")
_SAMPLER = names(
    "timestep_spacing steps_offset solver_order algorithm_type solver_type sample_max_value "
    "dynamic_thresholding_ratio clip_sample_range variance_type shift sigma_min sigma_max sigma_data rho "
    "eta original_inference_steps timestep_scaling snr_shift_scale flow_shift base_shift max_shift "
    "s_noise sigma_schedule final_sigmas_type"
)
_NOISE_SCHEDULE = Only({**dict.fromkeys(_NOISE, "training"), **dict.fromkeys(_SAMPLER, _SAMPLING)})
_LEARNING_RATE = Only({**SCHEDULE, "step_rules": "training", "f_min": "training", "f_max": "training"})
_AVERAGE = Only(dict.fromkeys(names("decay min_decay update_after_step inv_gamma power"), "training"))
# The networks that people train from scratch; the others come pretrained.
_NETWORKS = names("UNet1DModel UNet2DModel UNet2DConditionModel AutoencoderKL VQModel DiTTransformer2DModel")
_NETWORK = Only(
    {
        **dict.fromkeys(
            names(
                "sample_size in_channels out_channels layers_per_block block_out_channels "
                "down_block_types up_block_types mid_block_type attention_head_dim norm_num_groups "
                "cross_attention_dim num_attention_heads act_fn latent_channels num_vq_embeddings "
                "vq_embed_dim num_layers patch_size"
            ),
            _SHAPE,
        ),
        "dropout": "model",
    }
)
_CALL = dict.fromkeys(
    ("num_inference_steps", "guidance_scale", "strength", "height", "width", "eta", "num_images_per_prompt"),
    _SAMPLING,
)


def read(sources: Sources) -> dict[str, Any]:
    """The callables, the pretrained names, and what a pipeline's call takes."""
    table: Table = {}
    for found in sources.classes("diffusers.schedulers"):
        if "SchedulerMixin" in base_names(sources, found) and found.name != "SchedulerMixin":
            table[found.name] = rows(of(sources, found), _NOISE_SCHEDULE)
    for found in sources.functions("diffusers.optimization"):
        table[found.name] = rows(of(sources, found), _LEARNING_RATE)
    table["EMAModel"] = rows(of(sources, sources.get("diffusers.training_utils.EMAModel")), _AVERAGE)
    for found in sources.classes("diffusers.models"):
        if found.name in _NETWORKS:
            table[found.name] = rows(of(sources, found), _NETWORK)
    pretrained: Row = {"name": "pretrained_model", "kind": "model", "position": 0}
    methods: Table = {
        "from_pretrained": {"pretrained_model_name_or_path": pretrained},
        "load_lora_weights": {"pretrained_model_name_or_path_or_dict": pretrained},
        "set_timesteps": {"num_inference_steps": {**_SAMPLING, "position": 0}},
    }
    return {"callables": table, "methods": methods, "objects": dict.fromkeys(("pipe", "pipeline"), _CALL)}
