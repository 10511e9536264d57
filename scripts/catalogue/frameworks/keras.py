"""Keras and TensorFlow's Keras: optimizers, schedules, layers, losses, callbacks, data, `compile` and `fit`.

Two distributions are read: Keras 3, and tf-keras (Keras 2) for what Keras 3 has no more.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from scripts.catalogue.layers import laid_over
from scripts.catalogue.rows import Kind, Only, Row, Table, names, rows
from scripts.catalogue.signatures import base_names, of, of_method
from scripts.catalogue.sources import Found, Sources, dotted_name

DISTRIBUTION = "keras"
ROOTS = ("keras", "tensorflow", "tf_keras")

_OLD = "tf_keras.src"
_NEW = "keras.src"
_TRAINING: Row = {"kind": "training"}
_STRICT: Row = {"kind": "training", "strict": True}
_SHAPE: Row = {"kind": "model", "strict": True}
_PREPARES: Row = {"kind": "preprocessing"}
_PREPARES_SO: Row = {"kind": "preprocessing", "strict": True}
_JUDGES: Row = {"kind": "evaluation"}
_JUDGES_SO: Row = {"kind": "evaluation", "strict": True}
_DROPOUT: Row = {"name": "dropout", "kind": "model"}

# Not about the optimization: names, precision, how often copies are made.
_OPTIMIZER_SKIPS = names("name loss_scale_factor ema_overwrite_frequency exclude_layers")
_LAYER_SKIPS = names(
    "name dtype seed axis data_format noise_shape rank vocabulary mask_value lora_rank lora_alpha dims n "
    "target_shape batch_size input_shape shape batch_shape layer cell cells wrapped_layer function "
    "output_shape arguments implementation normalization value_range call_method input_tensor autocast "
    "quantization_config mask flash_attention tensor call_endpoint sparse mean variance weights ragged "
    "rng_type use_cudnn conv_op adjustment dropout_state_filter_visitor initial_vocabulary "
    "eviction_policy activity_regularizer"
)
_PREPROCESSING_DETAILS = names(
    "mode fill_mode fill_value interpolation value_range scale offset split output_mode num_oov_indices "
    "mask_token oov_token standardize invert num_tokens bounding_box_format pad_to_aspect_ratio "
    "oov_method power_to_db top_db mag_exp min_power ref_power window min_value max_value"
)
_CALLBACKS: dict[str, dict[str, Row | str]] = {
    "EarlyStopping": {
        **dict.fromkeys(("patience", "min_delta", "baseline", "start_from_epoch"), "training"),
        **dict.fromkeys(("monitor", "mode"), _STRICT),
    },
    "ReduceLROnPlateau": {
        **dict.fromkeys(("factor", "patience", "min_delta", "cooldown", "min_lr"), "training"),
        **dict.fromkeys(("monitor", "mode"), _STRICT),
    },
    "ModelCheckpoint": dict.fromkeys(("monitor", "mode"), _JUDGES_SO),
}
_LOSS = Only(dict.fromkeys(names("label_smoothing delta alpha beta gamma margin q"), "training"))
_METRIC = Only(
    {
        **dict.fromkeys(("threshold", "thresholds", "k", "top_k", "beta"), _JUDGES),
        **dict.fromkeys(
            ("num_thresholds", "curve", "average", "recall", "precision", "specificity", "sensitivity"),
            _JUDGES_SO,
        ),
    }
)
_INITIALIZER = Only(dict.fromkeys(("stddev", "minval", "maxval", "scale", "gain", "value"), _SHAPE))
_CONSTRAINT = Only({"max_value": "model", "min_value": "model", "rate": "model"})
_APPLICATION = Only(
    {
        **dict.fromkeys(("weights", "alpha", "depth_multiplier", "pooling"), _SHAPE),
        "input_shape": _PREPARES_SO,
        "dropout": "model",
    }
)
_GENERATOR = Only(
    {
        **dict.fromkeys(
            names(
                "rotation_range width_shift_range height_shift_range brightness_range shear_range "
                "zoom_range channel_shift_range zca_epsilon"
            ),
            _PREPARES,
        ),
        **dict.fromkeys(("fill_mode", "cval"), _PREPARES_SO),
        "validation_split": "split",
    }
)
# Of what reads a folder, a table or a series into batches.
_LOADER = Only(
    {
        **dict.fromkeys(
            names(
                "image_size target_size max_length output_sequence_length sequence_length sequence_stride "
                "length maxlen num_words size"
            ),
            _PREPARES,
        ),
        **dict.fromkeys(
            ("sampling_rate", "stride", "interpolation", "skip_top", "padding", "truncating"), _PREPARES_SO
        ),
        "batch_size": "training",
        **dict.fromkeys(("validation_split", "left_size", "right_size", "test_split"), "split"),
        "x_col": "features",
        "y_col": "labels",
    }
)
_TEXT = {
    "Tokenizer": Only({"num_words": _PREPARES, "oov_token": _PREPARES_SO, "filters": _PREPARES_SO}),
    "one_hot": Only({"n": _PREPARES}),
    "hashing_trick": Only({"n": _PREPARES}),
    "skipgrams": Only({"window_size": _PREPARES, "negative_samples": _TRAINING}),
    "make_sampling_table": Only({"sampling_factor": _TRAINING}),
}
_IMAGE = Only({"target_size": _PREPARES_SO})  # most often one image, for a prediction
_AMBIGUOUS = names("one_hot load_data")
_COMPILE = Only(
    {
        "optimizer": "training",
        "metrics": "evaluation",
        "weighted_metrics": "evaluation",
        "loss_weights": "training",
    }
)
_FIT = Only(
    {
        **dict.fromkeys(("epochs", "batch_size", "steps_per_epoch", "class_weight"), "training"),
        "validation_split": "split",
        **dict.fromkeys(("validation_steps", "validation_batch_size"), _JUDGES),
        "validation_freq": _JUDGES_SO,
    }
)


def read(sources: Sources) -> dict[str, Any]:
    """The callables of both, Keras 3's rows on top, and the methods of models and generators."""
    table: Table = {}
    for base in (_OLD, _NEW):
        for found, kind in _callables(sources, base):
            entry = rows(of(sources, found), kind)
            for name in exported(found):
                table[name] = laid_over(table.get(name, {}), entry)
    trainer = sources.get("keras.src.backend.tensorflow.trainer.TensorFlowTrainer")
    generator = sources.get(f"{_OLD}.preprocessing.image.ImageDataGenerator")
    methods: Table = {
        "compile": rows(of_method(sources, trainer, "compile"), _COMPILE),
        "fit": rows(of_method(sources, trainer, "fit"), _FIT),
    }
    for name in ("flow", "flow_from_directory", "flow_from_dataframe"):
        methods[name] = rows(of_method(sources, generator, name), _LOADER)
    return {"callables": table, "methods": methods}


def exported(found: Found) -> list[str]:
    """The names that `@keras_export` gives something; empty where it is the library's own.

    `tf.one_hot` and `load_data` of somebody else are other functions, so these keep their module's name; the
    initializers' lower-case names (`constant`, `identity`) are TensorFlow's functions much more often.
    """
    public = []
    for decorator in found.node.decorator_list:
        if isinstance(decorator, ast.Call) and (dotted_name(decorator.func) or "").endswith("keras_export"):
            given = [*decorator.args, *(keyword.value for keyword in decorator.keywords)]
            public += [n.value for value in given for n in ast.walk(value) if isinstance(n, ast.Constant)]
    parts = [path.split(".") for path in public if isinstance(path, str) and path]
    if ".initializers" in found.module.name:
        parts = [path for path in parts if path[-1][0].isupper()]
    return sorted({".".join(path[-2:] if path[-1] in _AMBIGUOUS else path[-1:]) for path in parts})


def _callables(sources: Sources, base: str) -> Iterator[tuple[Found, Kind]]:
    yield from _training(sources, base)
    for found in sources.classes(f"{base}.layers"):
        if "Layer" in base_names(sources, found):
            yield found, _layer(found)
    for found in _functions(sources, base, "applications"):
        if any(argument.name == "weights" for argument in of(sources, found)):
            yield found, _APPLICATION
    yield from _data(sources, base)


def _training(sources: Sources, base: str) -> Iterator[tuple[Found, Kind]]:
    for package, ancestor, kind in (
        ("optimizers", "Optimizer", _optimizer),
        ("optimizers.schedules", "LearningRateSchedule", _optimizer),
        ("losses", "Loss", _LOSS),
        ("metrics", "Metric", _METRIC),
        ("initializers", "Initializer", _INITIALIZER),
        ("constraints", "Constraint", _CONSTRAINT),
        ("regularizers", "Regularizer", _regularizer),
    ):
        for found in sources.classes(f"{base}.{package}"):
            # The legacy optimizers have the same names, and fewer parameters.
            if ancestor in base_names(sources, found) - {found.name} and "legacy" not in found.module.name:
                yield found, kind
    for found in sources.classes(f"{base}.callbacks"):
        if found.name in _CALLBACKS:
            yield found, Only(_CALLBACKS[found.name])
    for found in _functions(sources, base, "losses"):
        yield found, _LOSS
    for found in _functions(sources, base, "regularizers"):
        if found.name not in {"get", "serialize", "deserialize"}:
            yield found, _regularizer


def _data(sources: Sources, base: str) -> Iterator[tuple[Found, Kind]]:
    for package in ("utils", "datasets", "preprocessing", "legacy.preprocessing"):
        for found in _functions(sources, base, package):
            yield found, _TEXT.get(found.name, _IMAGE if found.name == "load_img" else _LOADER)
    if base == _OLD:
        for name, kind in (
            ("image.ImageDataGenerator", _GENERATOR),
            ("sequence.TimeseriesGenerator", _LOADER),
            ("text.Tokenizer", _TEXT["Tokenizer"]),
        ):
            yield sources.get(f"{base}.preprocessing.{name}"), kind


def _functions(sources: Sources, base: str, package: str) -> list[Found]:
    return list(sources.functions(f"{base}.{package}")) if sources.module(f"{base}.{package}") else []


def _optimizer(name: str) -> Row | None:
    return None if name in _OPTIMIZER_SKIPS or name in {"global_step", "x"} else _TRAINING


def _regularizer(name: str) -> Row | None:
    return None if name in {"mode", "x"} else {"kind": "model"}


def _layer(found: Found) -> Kind:
    if ".preprocessing" in found.module.name:
        return _preprocessing
    is_activation = ".activations" in found.module.name or ".activation" in found.module.name

    def kind(name: str) -> Row | None:
        if name in _LAYER_SKIPS or name.endswith(("_constraint", "_initializer", "_dtype", "_layer")):
            return _SHAPE if name == "kernel_initializer" else None
        if name == "rate" and not is_activation:
            return _DROPOUT
        if name.endswith(("_regularizer", "_keep_prob")) or name in {
            "dropout",
            "recurrent_dropout",
            "l1",
            "l2",
        }:
            return {"kind": "model"}
        return {"kind": "model"} if name == "stddev" else _SHAPE

    return kind


def _preprocessing(name: str) -> Row | None:
    if name in _LAYER_SKIPS | {
        "encoding",
        "idf_weights",
        "layers",
        "layer_weights",
        "salt",
        "crosses",
        "feature_names",
    }:
        return None
    return _PREPARES_SO if name in _PREPROCESSING_DETAILS else _PREPARES
