"""Names that take a text that chooses (`optimizer = "adam"`), and texts that choose under many names."""

from __future__ import annotations

import re

from reproof.lint.hyperparameters.words import names, squeeze, words

# Words of the names of metrics that say how good a model is.
METRICS = names(
    "accuracy acc f1 auc auroc auprc precision recall rmse mae mse r2 mape iou map bleu rouge logloss "
    "perplexity"
)
# Names whose value is a text that chooses, as the numbers above do.
CHOICES = {
    "training": "optimizer optimizer_name optimiser scheduler_name lr_scheduler_type",
    "evaluation": "scoring eval_metric",
    "preprocessing": "imputation_method impute_strategy imputation_strategy",
    "model": """
        model_checkpoint pretrained_model pretrained_model_name base_model_name base_model_id backbone
        backbone_name encoder_name model_arch base_model pretrained_model_name_or_path peft_scheme
        peft_type
        """,
}
# Texts that choose whatever the name is, and names under which they are but a title.
_OPTIMIZERS = names(
    "adam adamw nadam radam adamax adagrad adadelta rmsprop sgd lbfgs adafactor lion ranger lamb sparseadam"
)
_NAMELESS = names("name names title label labels text caption legend desc description key user author color")
# Names of models, in a name that says that it is one.
_MODELS = names(
    "model models checkpoint backbone encoder decoder llm lm pretrained teacher student tokenizer arch "
    "architecture embedding transformer bert network net"
)
_WHICH_MODEL = names("base hf name id type variant path or default")
_KNOWN_MODEL = re.compile(
    r"(?:[\w.-]+/)?(?:tf_|google-|facebook-|distil|deepset-|xlm-)?"
    r"(?:bert|roberta|deberta|albert|electra|xlnet|gpt|llama|mistral|mixtral|qwen|gemma|phi|falcon|bloom|opt|t5|mt5|"
    r"flan|bart|mbart|pegasus|longformer|resnet|resnext|resnest|seresnext|se_resnext|wide_resnet|efficientnet|"
    r"densenet|mobilenet|inception|xception|vgg|alexnet|squeezenet|regnet|convnext|vit|deit|swin|unet|yolo|clip|"
    r"whisper|wav2vec2?|hubert|all-minilm|all-mpnet|mpnet|minilm|paraphrase|e5|bge|gte|sbert|fasterrcnn|maskrcnn|"
    r"deeplab|nasnet|en_core_web|stable-diffusion|nemotron|smollm|deepseek|codellama|starcoder|biobert|scibert|"
    r"finbert|camembert|codebert)(?:[-_.\d][\w.-]*)?",
    re.IGNORECASE,
)
_KINDS = {squeeze(name): kind for kind, group in CHOICES.items() for name in group.split()}


def choice(name: str, text: object) -> str | None:
    """The kind of a name whose text is a choice (`optimizer="adam"`); None for all others."""
    squeezed = squeeze(name)
    if squeezed == "metric":  # of a distance, just as well
        return (
            "evaluation" if isinstance(text, str) and not METRICS.isdisjoint((*words(text), text)) else None
        )
    known = _KINDS.get(squeezed)
    return known or (_by_value(name, text) if isinstance(text, str) else None)


def _by_value(name: str, text: str) -> str | None:
    """The kind of a text that is an optimizer's name, or a known model's under a name that speaks of models."""
    spoken = words(name)
    if text.lower() in _OPTIMIZERS:
        return "training" if _NAMELESS.isdisjoint(spoken) else None
    if (
        not _MODELS.isdisjoint(spoken)
        and (_MODELS | _WHICH_MODEL).issuperset(spoken)
        and _KNOWN_MODEL.fullmatch(text)
    ):
        return "model"
    return None
