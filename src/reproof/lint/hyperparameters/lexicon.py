"""Names that speak for themselves, and names that only speak in company.

A strong name (`learning_rate`, `n_estimators`) counts alone in a file that imports a catalogued library. A
weak one (`gamma`, `epsilon`) counts where it flows into a catalogued call, or among strong ones. Names are
compared without case and underscores: `BATCHSIZE`, `batch_size` and `batchSize` are one.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_STRONG = {
    "training": """
        lr learning_rate learn_rate init_lr initial_lr base_lr max_lr min_lr peak_lr lr_decay lr_gamma
        batch_size mini_batch_size minibatch_size train_batch_size
        epochs num_epochs n_epochs n_epoch num_epoch nb_epochs nb_epoch no_epochs max_epochs max_epoch
        train_epochs training_epochs epoch_num epoch_count steps_per_epoch
        weight_decay momentum n_estimators num_estimators max_depth num_leaves num_boost_round
        num_round num_rounds n_rounds min_samples_leaf min_samples_split max_leaf_nodes n_neighbors num_trees
        n_trees early_stopping_patience early_stopping_rounds early_stop_patience patience
        warmup_steps warmup_epochs warmup_iters warmup_ratio num_warmup_steps
        grad_clip clip_grad max_grad_norm gradient_clip gradient_clip_val grad_norm_clip
        gradient_accumulation_steps accumulation_steps grad_accum_steps accum_steps accum_iter
        n_iterations num_iterations max_iters max_iter num_iters n_iters lr_decay_iters label_smoothing
        num_episodes n_episodes max_episodes episodes beta1 beta2 beta_1 beta_2 l2_reg l1_reg reg_lambda
        reg_alpha subsample colsample_bytree discount_factor epsilon_decay epsilon_min epsilon_start
        epsilon_end eps_start eps_end eps_decay replay_memory_size replay_buffer_size n_trials num_trials
        adam_epsilon adam_beta1 adam_beta2 per_device_train_batch_size num_train_epochs neg_samples
        num_negatives mixup_alpha
        """,
    "model": """
        hidden_size hidden_dim hidden_units hidden_nodes hidden_layer_size hidden_layer_sizes n_hidden
        num_hidden num_layers n_layers n_layer n_head n_heads num_heads num_attention_heads n_embd embed_dim
        embed_size embedding_dim embedding_size emb_dim emb_size latent_size latent_dim z_dim nz_dim
        dropout dropout_rate dropout_prob dropout_p drop_rate drop_prob d_model dim_feedforward ffn_dim
        attn_dropout attention_dropout lora_rank lora_alpha lora_dropout
        """,
    "split": """
        test_size validation_split val_split test_split train_split valid_split train_ratio val_ratio
        test_ratio split_ratio train_frac test_frac val_frac val_size valid_size validation_size n_splits
        n_folds num_folds k_folds k_fold cv_folds num_fold
        """,
    "preprocessing": """
        img_size image_size img_height img_width image_height image_width crop_size resize_size
        max_seq_len max_seq_length max_sequence_length max_length max_len maxlen seq_len seq_length
        sequence_length n_features_to_select ngram_range num_words max_words vocab_size lookback look_back
        """,
    "evaluation": """
        decision_threshold prediction_threshold classification_threshold prob_threshold
        probability_threshold confidence_threshold conf_threshold
        """,
}
_FEATURES = """
    features feature_cols feature_columns feature_list numeric_features numerical_features
    categorical_features numeric_cols numerical_cols categorical_cols num_cols cat_cols num_features
    cat_features numeric_columns numerical_columns categorical_columns selected_features x_cols x_columns
    input_features predictors features_to_use use_cols drop_cols cols_to_drop columns_to_drop drop_columns
    """
_LABELS = "target target_col target_column target_name label_col label_column y_col y_column target_var"
# The last words of longer names (`generator_learning_rate`, `finetune_epochs`).
_ENDINGS = {
    "learningrate": "training",
    "batchsize": "training",
    "weightdecay": "training",
    "lr": "training",
    "epochs": "training",
    "episodes": "training",
    "hiddensize": "model",
    "hiddendim": "model",
    "dropout": "model",
    "dropoutrate": "model",
}


def names(text: str) -> frozenset[str]:
    """A set of names, written with spaces between them."""
    return frozenset(text.split())


# First words that make a longer name a counter or a way of reporting.
_REPORTS = names(
    "current cur curr last prev previous best log print save saved start end eval_every every remaining "
    "done completed total elapsed plot show checkpoint ckpt logging report per new old adjusted scaled "
    "effective is has use get set update with no"
)
_WEAK = names(
    "gamma epsilon tau lam lambda maxsteps numsteps nsteps buffersize memorysize temperature "
    "memorycapacity targetupdate rewardscale"
)
# Objects that hold a configuration: what comes from them is not written into the code.
CONFIGURATION = names(
    "args arg cfg config conf configs params param hparams hparam opt opts options flags parser settings "
    "os sys trial wandb FLAGS hydra yaml json hp self kwargs"
)

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def squeeze(name: str) -> str:
    """A name without case, underscores and hyphens."""
    return name.replace("_", "").replace("-", "").lower()


def spelled(name: str) -> str:
    """The name as a config would spell it: lower case with underscores; known names as they are known."""
    known = _SPELLING.get(squeeze(name))
    return known or name.strip("_-").replace("-", "_").lower()


def strong(name: str) -> str | None:
    """The kind of a name that is a hyperparameter wherever it stands; None for all others."""
    squeezed = squeeze(name)
    return _KINDS.get(squeezed) or _by_ending(name, squeezed)


def weak(name: str) -> bool:
    """Whether the name is a hyperparameter in the company of strong ones."""
    return squeeze(name) in _WEAK


def feature(name: str) -> str | None:
    """ "features" or "labels" for a name that holds columns; None for all others."""
    return _COLUMNS.get(squeeze(name))


def words(name: str) -> list[str]:
    """The words of a name, lower case: `valBatchSize` and `VAL_BATCH_SIZE` have three."""
    return [word.lower() for word in _WORDS.findall(name)]


def _by_ending(name: str, squeezed: str) -> str | None:
    if not squeezed.endswith(_LAST):
        return None
    parts = words(name)
    if len(parts) < 2 or not _REPORTS.isdisjoint(parts):
        return None
    return _ENDINGS.get("".join(parts[-2:])) or _ENDINGS.get(parts[-1])


def _table(groups: Mapping[str, str]) -> dict[str, str]:
    return {squeeze(name): kind for kind, names in groups.items() for name in names.split()}


_KINDS = _table(_STRONG)
_COLUMNS = _table({"features": _FEATURES, "labels": _LABELS})
_LAST = tuple(_ENDINGS)
_SPELLING = {
    squeeze(name): name for names in (*_STRONG.values(), _FEATURES, _LABELS) for name in names.split()
}
