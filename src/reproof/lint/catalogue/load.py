"""Find the catalogue of a framework and read it: its generated file with the reviewed one laid over it.

A file is read when some checked file imports its framework, and then once. What is made of it is in
`tables.py`; a user's own frameworks are in `user.py`.
"""

from __future__ import annotations

import os

from reproof.lint.catalogue.tables import Framework, Parameter, Signature, merged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = [
    "COMPANIONS",
    "ROOTS",
    "Framework",
    "Parameter",
    "Signature",
    "framework",
    "layers",
]

# Import root -> framework. A root that is not here is not catalogued; a test compares it with the files.
ROOTS: Mapping[str, str] = {
    "accelerate": "others",
    "albumentations": "albumentations",
    "arch": "others",
    "autogluon": "autogluon",
    "bayes_opt": "bayes_opt",
    "be_great": "others",
    "bitsandbytes": "others",
    "catboost": "catboost",
    "category_encoders": "category_encoders",
    "causalml": "others",
    "chainer": "others",
    "ctgan": "others",
    "cuml": "others",
    "d3rlpy": "others",
    "darts": "others",
    "deepspeed": "others",
    "detectron2": "others",
    "dgl": "others",
    "diffusers": "diffusers",
    "econml": "others",
    "fairseq": "others",
    "fastai": "fastai",
    "fbprophet": "prophet",
    "feature_engine": "feature_engine",
    "flair": "others",
    "flax": "flax",
    "gensim": "gensim",
    "gluonts": "others",
    "gpflow": "others",
    "gpytorch": "others",
    "gym": "gymnasium",
    "gymnasium": "gymnasium",
    "h2o": "others",
    "haiku": "others",
    "hdbscan": "hdbscan",
    "hpsklearn": "hyperopt",
    "hyperopt": "hyperopt",
    "ignite": "ignite",
    "imblearn": "imblearn",
    "implicit": "others",
    "jax": "jax",
    "keras": "keras",
    "keras_tuner": "keras_tuner",
    "kerastuner": "keras_tuner",
    "kornia": "others",
    "libreco": "others",
    "lifelines": "others",
    "lightfm": "others",
    "lightgbm": "lightgbm",
    "lightning": "lightning",
    "lightning_fabric": "lightning",
    "mlx": "others",
    "mlxtend": "others",
    "mmcv": "others",
    "mmdet": "others",
    "mmengine": "others",
    "monai": "others",
    "mxnet": "others",
    "neuralforecast": "others",
    "numpyro": "others",
    "optax": "optax",
    "optuna": "optuna",
    "paddle": "others",
    "peft": "peft",
    "pmdarima": "pmdarima",
    "prophet": "prophet",
    "pycaret": "pycaret",
    "pyod": "others",
    "pyramid": "pmdarima",
    "pyro": "others",
    "pytorch_forecasting": "others",
    "pytorch_lightning": "lightning",
    "pytorch_tabnet": "others",
    "ray": "ray",
    "recbole": "others",
    "river": "others",
    "sb3_contrib": "stable_baselines3",
    "sdv": "others",
    "segmentation_models": "others",
    "segmentation_models_pytorch": "segmentation_models_pytorch",
    "sentence_transformers": "sentence_transformers",
    "setfit": "others",
    "simpletransformers": "others",
    "sklearn": "sklearn",
    "skopt": "skopt",
    "skorch": "skorch",
    "sktime": "others",
    "sonnet": "others",
    "spacy": "spacy",
    "stable_baselines": "stable_baselines3",
    "stable_baselines3": "stable_baselines3",
    "statsforecast": "others",
    "statsmodels": "statsmodels",
    "surprise": "surprise",
    "tensorflow": "keras",
    "tensorflow_addons": "tensorflow_addons",
    "tensorforce": "others",
    "tf_agents": "others",
    "tf_keras": "keras",
    "tflearn": "others",
    "thinc": "spacy",
    "tianshou": "others",
    "timm": "timm",
    "torch": "torch",
    "torch_geometric": "others",
    "torchaudio": "torchaudio",
    "torchmetrics": "torchmetrics",
    "torchtext": "torchtext",
    "torchvision": "torchvision",
    "tpot": "tpot",
    "transformers": "transformers",
    "trl": "trl",
    "tsai": "others",
    "ultralytics": "others",
    "umap": "umap",
    "unsloth": "others",
    "xgboost": "xgboost",
    "xgboost_ray": "xgboost",
}
# The same for companions: their calls count in a file that imports a framework, and open none by themselves.
COMPANIONS: Mapping[str, str] = {
    "PIL": "PIL",
    "cv2": "cv2",
    "datasets": "datasets",
    "evaluate": "evaluate",
    "librosa": "librosa",
    "numpy": "numpy",
    "pandas": "pandas",
    "scipy": "scipy",
}

_HERE = os.path.dirname(__file__)
_loaded: dict[str, Framework] = {}


def framework(name: str) -> Framework:
    """The catalogue of a framework by its name (a value of `ROOTS` or `COMPANIONS`)."""
    if name not in _loaded:
        _loaded[name] = merged(name, layers(name))
    return _loaded[name]


def layers(name: str) -> list[dict[str, Any]]:
    """What the files of a framework say, the generated one first; empty where it has none."""
    import json

    found = []
    for folder in ("generated", "reviewed"):
        path = os.path.join(_HERE, folder, f"{name}.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as handle:
                found.append(json.load(handle))
    return found
