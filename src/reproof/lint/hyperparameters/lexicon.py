"""Names that speak for themselves, and names that only speak in company.

A strong name (`learning_rate`, `n_estimators`) counts alone in a file that imports a catalogued library. A
weak one (`gamma`, `epsilon`) counts where it flows into a catalogued call, or among strong ones. Other names say
what they are by their last word alone (`generator_learning_rate`), hold columns (`column_words`), or take a text
that chooses (`choices`). Names are compared without case and underscores: `BATCHSIZE`, `batch_size` and `batchSize`
are one.
"""

from __future__ import annotations

from reproof.lint.hyperparameters.choices import CHOICES
from reproof.lint.hyperparameters.column_words import FEATURES, LABELS
from reproof.lint.hyperparameters.composed import composed
from reproof.lint.hyperparameters.words import names, remembered, squeeze, words

__all__ = [
    "COMPANY",
    "CONFIGURATION",
    "MAY_BE_NEGATIVE",
    "MAY_BE_ZERO",
    "is_limit",
    "listed",
    "names",
    "spelled",
    "squeeze",
    "strong",
    "weak",
    "words",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


_STRONG = {
    "training": """
        lr learning_rate learn_rate init_lr initial_lr base_lr max_lr min_lr peak_lr lr_decay lr_gamma
        batch_size mini_batch_size minibatch_size train_batch_size epochs num_epochs n_epochs n_epoch
        num_epoch nb_epochs nb_epoch no_epochs max_epochs max_epoch train_epochs training_epochs epoch_num
        epoch_count steps_per_epoch weight_decay momentum n_estimators num_estimators max_depth num_leaves
        num_boost_round num_round num_rounds n_rounds min_samples_leaf min_samples_split max_leaf_nodes
        n_neighbors num_trees n_trees early_stopping_patience early_stopping_rounds early_stop_patience
        patience warmup_steps warmup_epochs warmup_iters warmup_ratio num_warmup_steps grad_clip clip_grad
        max_grad_norm gradient_clip gradient_clip_val grad_norm_clip gradient_accumulation_steps
        accumulation_steps grad_accum_steps accum_steps accum_iter n_iterations num_iterations max_iters
        max_iter num_iters n_iters lr_decay_iters label_smoothing num_episodes n_episodes max_episodes
        episodes beta1 beta2 beta_1 beta_2 l2_reg l1_reg reg_lambda reg_alpha subsample colsample_bytree
        discount_factor epsilon_decay epsilon_min epsilon_start epsilon_end eps_start eps_end eps_decay
        replay_memory_size replay_buffer_size n_trials num_trials adam_epsilon adam_beta1 adam_beta2
        per_device_train_batch_size num_train_epochs neg_samples num_negatives mixup_alpha total_timesteps
        num_train_steps train_steps training_steps n_train_steps num_training_steps num_update_steps
        learning_starts replay_initial replay_start_size replay_capacity memory_capacity target_update
        target_update_freq target_update_interval update_target_every epsilon_final eps_final final_epsilon
        initial_epsilon epsilon_max min_epsilon max_epsilon exploration_fraction exploration_steps polyak
        num_atoms n_atoms entropy_coef ent_coef vf_coef value_loss_coef gae_lambda clip_eps clip_range
        clip_coef ppo_epochs update_epochs num_minibatches clip_norm clip_value grad_clip_norm ema_decay
        ema_alpha lr_step lr_steps lr_step_size lr_patience lr_factor lr_decay_rate lr_decay_step
        lr_decay_steps decay_rate l2_regul l2_lambda l1_lambda lambda_l1 lambda_l2 l1_ratio reg_strength
        weight_decay_rate num_batches_per_layer max_nodes n_train_examples num_train_examples
        n_valid_examples num_valid_examples n_train_samples num_quant num_quantiles n_quantiles n_iter
        n_clusters num_clusters n_topics num_topics k_neighbors num_neighbors skip_window num_skips
        num_sampled target_replace_iter regularization reg_param reg_coef update_every learn_every
        train_freq per_device_eval_batch_size eval_batch_size temperature_init freeze_epochs finetune_epochs
        swa_start swa_lr inner_lr outer_lr meta_lr milestones n_bootstrap num_bootstrap bs discount min_samples
        num_envs n_envs betas adam_betas n_bags num_bags mb_size d_steps g_steps disc_steps gen_steps
        critic_steps n_critic init_alpha initial_alpha init_temperature initial_temperature target_entropy
        """,
    "model": """
        hidden_size hidden_dim hidden_units hidden_nodes hidden_layer_size hidden_layer_sizes n_hidden
        num_hidden num_layers n_layers n_layer n_head n_heads num_heads num_attention_heads n_embd embed_dim
        embed_size embedding_dim embedding_size emb_dim emb_size latent_size latent_dim z_dim nz_dim dropout
        dropout_rate dropout_prob dropout_p drop_rate drop_prob d_model dim_feedforward ffn_dim attn_dropout
        attention_dropout lora_rank lora_alpha lora_dropout lora_r nb_filter nb_filters filter_length
        pool_length n_filters num_filters filter_sizes noise_dim num_units n_units lstm_units gru_units
        rnn_units dense_units hidden_channels hidden_layers num_hidden_layers num_blocks drop_path_rate
        drop_path z_dimension h_dim hid_dim n_hid nhid z_size latent_dimension rnn_hidden_size num_encoder_layers
        num_decoder_layers encoder_layers decoder_layers intermediate_size mlp_ratio patch_size neurons n_neurons
        layer_sizes layer_dims layers_dims layers_sizes d_hidden d_ff d_inner d_state d_latent
        d_k d_v num_hiddens n_hiddens
        """,
    "split": """
        test_size validation_split val_split test_split train_split valid_split train_ratio val_ratio
        test_ratio split_ratio train_frac test_frac val_frac val_size valid_size validation_size n_splits
        folds n_folds num_folds k_folds k_fold cv_folds num_fold nfolds kfolds pct_test pct_train pct_val test_pct
        train_pct val_pct test_percent train_percent validation_ratio holdout_size valid_ratio
        train_split_ratio train_test_ratio validation_fraction train_fraction test_fraction
        """,
    "preprocessing": """
        img_h img_w image_h image_w im_size context_length context_size n_ctx
        max_prediction_length
        img_size image_size img_height img_width image_height image_width crop_size resize_size max_seq_len
        max_seq_length max_sequence_length max_length max_len maxlen seq_len seq_length sequence_length
        n_features_to_select ngram_range num_words max_words vocab_size lookback look_back seq_max_len
        patch_length pad_size pad_len stroke_count max_sentence_length label_len pred_len window_size
        window_length n_lags num_lags n_timesteps num_timesteps time_steps max_features n_components
        num_components min_df max_df max_vocab_size max_tokens_per_doc input_size_px img_dim image_dim
        img_shape image_shape img_rows img_cols n_mels n_mfcc hop_length n_fft sample_frac undersample_ratio
        oversample_ratio lags n_lag horizon forecast_horizon time_step lookahead
        """,
    "evaluation": """
        decision_threshold prediction_threshold classification_threshold prob_threshold
        probability_threshold confidence_threshold conf_threshold score_threshold iou_threshold
        nms_threshold pred_threshold prob_thresh conf_thresh conf_thres iou_thresh iou_thres score_thresh
        similarity_threshold classifier_threshold anomaly_threshold detection_threshold best_threshold
        default_threshold fraud_threshold churn_threshold risk_threshold accuracy_threshold f1_threshold
        auc_threshold max_new_tokens stop_reward
        reward_bound mean_reward_bound solved_reward eval_iters
        """,
}
# The last words of longer names (`generator_learning_rate`, `finetune_epochs`).
_ENDINGS = {
    "learningrate": "training",
    "batchsize": "training",
    "weightdecay": "training",
    "lr": "training",
    "momentum": "training",
    "epochs": "training",
    "episodes": "training",
    "seqlen": "preprocessing",
    "seqlength": "preprocessing",
    "hiddensize": "model",
    "hiddendim": "model",
    "dropout": "model",
    "dropoutrate": "model",
    "estimators": "training",
    "neighbors": "training",
    "alpha": "training",
    "threshold": "evaluation",
    "thresh": "evaluation",
    "thres": "evaluation",
    "cutoff": "evaluation",
}

# First words of longer names that only say whose it is: `DEFAULT_NUM_BOOST_ROUND`, `xgb_max_depth`.
_WHOSE = names(
    "default base my our fixed global xgb xgboost lgb lgbm lightgbm cat catboost cb rf gb gbm gbdt dt et ada knn "
    "svm svc svr mlp cnn rnn lstm gru gan vae ae ppo dqn sac ddpg td3 bert transformer forest tree boost kmeans pca"
)
_WHOSE_FIRST = tuple(_WHOSE)
# First words that make a longer name a counter or a way of reporting.
_REPORTS = names(
    "current cur curr last prev previous best log print save saved start end eval_every every remaining "
    "done completed total elapsed plot show checkpoint ckpt logging report per new old adjusted scaled "
    "effective is has use get set update with no"
)
# Names of several values to try, one after another.
_SEARCHES = {
    "thresholds": "evaluation",
    "cutoffs": "evaluation",
    **dict.fromkeys(
        ("alphas", "lrs", "learningrates", "kvalues", "krange", "kvals", "maxdepths", "cvalues", "lambdas"),
        "training",
    ),
}
# Whose alpha is a hyperparameter; a plot's is a transparency.
_PENALTIES = names(
    "ridge lasso enet elastic elasticnet reg mixup cutmix focal lora smoothing laplace bayes nb"
)
# A loss's part, in the name of its weight.
_LOSSES = names(
    "loss kl aux adv rec recon reg cls cycle gp l1 l2 contrastive perceptual identity content style tv"
)
# What a limit may be of: `TOTAL_AMOUNT_THRESH`.
_SUMS = names("total")
# Limits of the program, not of the model: `memory_threshold`, `timeout_cutoff`.
_LIMITS = names("threshold thresh thres cutoff")
_OPERATION = names(
    "memory disk cpu gpu time timeout latency size file cache retry error warning alert health cost rate usage"
)
_WEAK = names(
    "blocksize buffersize memorysize gamma epsilon tau lam lambda maxsteps numsteps temperature "
    "rewardscale alpha depth margin topk numsamples beta betastart betaframes vmin vmax theta sigma "
    "windowsize stepsize minfreq numframes totalsteps maxnorm nsteps rho kappa"
)
# Where 0 is a choice; elsewhere it starts a counter, or switches something off.
MAY_BE_ZERO = frozenset({"dropout", "weightdecay", "labelsmoothing", "momentum"})
# Where -1 is a number like any, and not a way to say "all".
MAY_BE_NEGATIVE = frozenset({"targetentropy"})
# So many strong names together make a dict a configuration, and a weak name beside them speak.
COMPANY = 2
# Objects that hold a configuration: what comes from them is not written into the code.
CONFIGURATION = names(
    "args arg cfg config conf configs params param hparams hparam opt opts options flags parser settings "
    "os sys trial wandb FLAGS hydra yaml json hp self kwargs"
)


def spelled(name: str) -> str:
    """The name as a config would spell it: lower case with underscores; known names as they are known."""
    known = _SPELLING.get(squeeze(name))
    return known or name.strip("_-").replace("-", "_").lower()


@remembered
def strong(name: str) -> str | None:
    """The kind of a name that is a hyperparameter wherever it stands; None for all others."""
    squeezed = squeeze(name)
    return (
        _KINDS.get(squeezed)
        or _SEARCHES.get(squeezed)
        or _KINDS.get(squeezed.rstrip("0123456789"))  # `num_hiddens2`
        or _by_part(name, squeezed)
        or _by_owner(name, squeezed)
    )


def listed(name: str) -> bool:
    """Whether a name is a hyperparameter as a whole, and not by its parts."""
    return squeeze(name) in _KINDS


def is_limit(name: str) -> bool:
    """Whether only its last word makes the name a criterion: `trip_distance_threshold`."""
    return squeeze(name) not in _KINDS and not _LIMITS.isdisjoint(words(name)[-1:])


def weak(name: str) -> bool:
    """Whether the name is a hyperparameter in the company of strong ones."""
    return squeeze(name) in _WEAK


def _by_part(name: str, squeezed: str) -> str | None:
    """The kind by the name's last word, or as a weight of a loss: `lambda_gp`, `kl_weight`."""
    if squeezed.startswith("lambda") or squeezed.endswith("weight"):
        parts = words(name)
        if len(parts) > 1 and (parts[0] == "lambda" or not _LOSSES.isdisjoint(parts[:-1])):
            return "training"
    return _by_ending(name, squeezed) or _by_words(name, squeezed)


def _by_owner(name: str, squeezed: str) -> str | None:
    """The kind of a name behind the words that say whose it is."""
    if not squeezed.startswith(_WHOSE_FIRST):
        return None
    parts = words(name)
    first = 0
    while first < len(parts) and parts[first] in _WHOSE:
        first += 1
    return _KINDS.get("".join(parts[first:])) if first else None


def _by_words(name: str, squeezed: str) -> str | None:
    """The kind of a name that is composed of what is tuned and a measure of it (`buffer_capacity`)."""
    if squeezed in _WEAK:
        return None
    parts = words(name)
    return composed(parts) if len(parts) > 1 else None


def _by_ending(name: str, squeezed: str) -> str | None:
    if not squeezed.endswith(_LAST):
        return None
    parts = words(name)
    reports = _REPORTS - _SUMS if parts[-1] in _LIMITS else _REPORTS
    if len(parts) < 2 or not reports.isdisjoint(parts):
        return None
    if parts[-1] == "alpha" and _PENALTIES.isdisjoint(parts):
        return None
    if parts[-1] in _LIMITS and not _OPERATION.isdisjoint(parts):
        return None
    return _ENDINGS.get("".join(parts[-2:])) or _ENDINGS.get(parts[-1])


def _table(groups: Mapping[str, str]) -> dict[str, str]:
    return {squeeze(name): kind for kind, names in groups.items() for name in names.split()}


_KINDS = _table(_STRONG)
_LAST = tuple(_ENDINGS)
_SPELLING = {
    squeeze(name): name
    for names in (*_STRONG.values(), *CHOICES.values(), FEATURES, LABELS)
    for name in names.split()
}
