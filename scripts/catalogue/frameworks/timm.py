"""timm: models by their names, optimizers, schedules, augmentation, losses, averaging."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Kind, Only, Row, Table, names, rows
from scripts.catalogue.signatures import base_names, of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "timm"
ROOTS = ("timm",)

_STRICT: Row = {"kind": "training", "strict": True}
_STATISTICS: Row = {"kind": "preprocessing", "strict": True}
_OPTIMIZATION = Only(
    {
        **dict.fromkeys(
            names(
                "opt lr weight_decay momentum layer_decay sched num_epochs decay_epochs decay_milestones "
                "cooldown_epochs patience_epochs decay_rate min_lr warmup_lr warmup_epochs cycle_mul "
                "cycle_decay cycle_limit k_decay t_initial lr_min warmup_t warmup_lr_init decay_t "
                "patience_t cooldown_t power stable_power decay_power decay_ratio threshold lb ub betas "
                "eps alpha"
            ),
            "training",
        ),
        **dict.fromkeys(
            names("noise_range_t noise_pct noise_std plateau_mode mode stable_fn decay_fn"), _STRICT
        ),
    }
)
_AUGMENTATION = Only(
    {
        **dict.fromkeys(
            names(
                "input_size img_size scale ratio hflip vflip color_jitter color_jitter_prob "
                "grayscale_prob gaussian_blur_prob auto_augment re_prob re_mode re_count crop_pct "
                "crop_mode train_crop_mode num_aug_repeats num_aug_splits mixup_alpha cutmix_alpha "
                "cutmix_minmax prob switch_prob"
            ),
            "preprocessing",
        ),
        **dict.fromkeys(names("mean std interpolation mode"), _STATISTICS),
        "label_smoothing": "training",
        "batch_size": "training",
    }
)
_LOSS = Only(
    dict.fromkeys(
        names("smoothing gamma_neg gamma_pos clip alpha epsilon gamma target_threshold tp tn focal_gamma"),
        "training",
    )
)
_AVERAGE = Only(
    dict.fromkeys(names("decay min_decay update_after_step warmup_gamma warmup_power"), "training")
)
_DROP = Only({"drop_prob": {"name": "dropout", "kind": "model"}, "block_size": "model"})
_MODEL = {
    "model_name": {"name": "pretrained_model", "kind": "model", "position": 0},
    **{
        name: {"kind": "model"}
        for name in ("drop_rate", "drop_path_rate", "attn_drop_rate", "proj_drop_rate", "drop_block_rate")
    },
    **{
        name: {"kind": "model", "strict": True}
        for name in ("global_pool", "embed_dim", "depth", "num_heads", "patch_size")
    },
    "img_size": {"kind": "preprocessing"},
}


def read(sources: Sources) -> dict[str, Any]:
    """The callables of timm."""
    table: Table = {"create_model": _MODEL}
    factories: tuple[tuple[str, Kind], ...] = (
        ("timm.optim.create_optimizer_v2", _OPTIMIZATION),
        ("timm.scheduler.scheduler_factory.create_scheduler_v2", _OPTIMIZATION),
        ("timm.data.create_transform", _AUGMENTATION),
        ("timm.data.create_loader", _AUGMENTATION),
        ("timm.data.mixup.Mixup", _AUGMENTATION),
        ("timm.data.mixup.FastCollateMixup", _AUGMENTATION),
    )
    for dotted, kind in factories:
        found = sources.get(dotted)
        table[found.name] = rows(of(sources, found), kind)
    for package, kind, base in (
        ("timm.scheduler", _OPTIMIZATION, "Scheduler"),
        ("timm.optim", _OPTIMIZATION, "Optimizer"),
        ("timm.loss", _LOSS, "Module"),
        ("timm.utils.model_ema", _AVERAGE, ""),
        ("timm.layers.drop", _DROP, "Module"),
    ):
        for found in sources.classes(package):
            if not base or base in base_names(sources, found):
                table[found.name] = rows(of(sources, found), kind)
    return {"callables": table}
