"""Names that are put together from a thing that is tuned and a measure of it: `BUFFER_CAPACITY`, `kl_weight`.

Nobody can list such names: `critic_loss_coef` and `max_question_len` are one project's each. But they are made of
few words, and a name in which every word is a thing, a measure of that thing, or says which one (`max_`, `actor_`)
is a hyperparameter wherever it stands. A word that is in none of the tables says that the name is about something
else, so it is no hyperparameter by its parts.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COUNTING = "n num number no nb max min total"
_SIZES = "size sizes dim dims dimension dimensions"
_LENGTHS = "len lens length lengths maxlen size tokens"
_SHARES = "ratio rate frac fraction prob probability share pct percent proportion prop"
_TIMES = (
    "step steps epoch epochs iter iters iteration iterations episode episodes frame frames batches rounds"
)
_FREQUENCIES = "every freq frequency interval period"
_FACTORS = "coef coeff coefficient weight weights factor scale lambda lam strength penalty multiplier mult"
_SPREADS = "std stddev sigma scale level strength amplitude magnitude factor"

# Kind, the things, and the measures in which they are tuned. A name needs one of each of one row.
_ROWS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = tuple(
    (kind, _words(things), _words(measures))
    for kind, things, measures in (
        (
            "training",  # what changes while it trains
            (
                "lr learning epsilon eps exploration explore warmup anneal annealing decay temperature "
                "tau teacher forcing curriculum swa ema freeze frozen unfreeze unfrozen finetune "
                "finetuning pretrain pretraining cooldown burnin plateau momentum sched scheduler "
                "schedule restart cycle"
            ),
            (
                f"{_SHARES} {_TIMES} {_FREQUENCIES} {_FACTORS} start end init initial final decay min max "
                "patience gamma power milestones mult begin value fraction alpha"
            ),
        ),
        (
            "training",  # how often it does what
            (
                "update updates train learn learning target sync replay rollout collect policy actor "
                "critic gradient grad accumulation accumulate optimize refresh resample"
            ),
            f"{_FREQUENCIES} starts start begin horizon",
        ),
        (
            "training",
            "gradient grad accumulation accum rollout unroll bptt",
            f"{_TIMES} length len clip norm",
        ),
        ("training", "buffer replay memory", "capacity maxlen"),
        ("training", "buffer replay", "limit"),
        ("training", "replay rollout minibatch microbatch", "size length batch"),
        (
            "training",  # terms of a loss
            (
                "entropy ent value vf critic policy kl kld recon reconstruction adv adversarial gan "
                "cycle identity perceptual content style tv aux auxiliary contrastive triplet dice focal "
                "bce ce mse l1 l2 gp consistency distill distillation commitment reg regularization "
                "regularizer sparsity orthogonal loss diversity smoothness alignment baseline curiosity"
            ),
            f"{_FACTORS} beta alpha coefs",
        ),
        ("training", "triplet contrastive ranking hinge loss cosine arcface", "margin temperature"),
        ("training", "class classes sample samples pos positive minority majority", "weight weights"),
        ("training", "leaf leaves tree trees boost boosting", f"{_COUNTING} depth size rounds samples"),
        ("training", "neighbors neighbours clusters centroids topics estimators learners", _COUNTING),
        ("training", "population tournament elite swarm mutation crossover", f"{_SHARES} size"),
        ("training", "generations particles restarts", _COUNTING),
        ("training", "negative negatives neg", f"{_COUNTING} {_SHARES} samples sample per k"),
        ("training", "bootstrap bootstraps", f"{_COUNTING} samples size iterations iters rounds"),
        ("training", "stopping stop", "patience round rounds tolerance delta early"),
        (
            "model",
            (
                "hidden latent embed embedding embeddings emb rnn lstm gru fc dense mlp ffn ff "
                "feedforward attn attention bottleneck projection proj encoder decoder enc dec "
                "transformer code encoding intermediate"
            ),
            f"{_SIZES} units nodes neurons width layers depth heads filters hidden blocks unit layer",
        ),
        ("model", "emb embed factors", f"{_COUNTING} latent"),
        ("model", "layers heads filters blocks units neurons experts", f"{_COUNTING} hidden"),
        ("model", "layer layers mlp", "widths sizes dims units"),
        (
            "model",
            "dropout drop dropconnect stochastic",
            f"{_SHARES} keep path emb embedding attn attention ff p",
        ),
        ("model", "keep", "prob probability rate"),
        (
            "preprocessing",
            "crop resize resized thumbnail",
            f"{_SIZES} width height w h side resolution to shape",
        ),
        (
            "preprocessing",
            (
                "seq sequence sequences sentence sentences text texts title question answer doc document "
                "context source src tgt summary input caption review tweet word words token tokens "
                "prompt premise"
            ),
            "maxlen",
        ),
        (
            "preprocessing",
            "window windows lookback lag lags horizon forecast forecasting history sliding rolling hop",
            (
                f"{_LENGTHS} {_COUNTING} stride step steps shift days hours weeks months points overlap "
                "past future short long"
            ),
        ),
        (
            "preprocessing",
            (
                "rotation rotate flip hflip vflip shear zoom brightness contrast saturation hue jitter "
                "noise blur mixup cutmix cutout erasing masking aug augment augmentation perturbation "
                "translate"
            ),
            f"{_SHARES} {_SPREADS} range limit degrees angle alpha",
        ),
        ("preprocessing", "stack stacked skip", "frame frames"),
        ("preprocessing", "stack stacked roll", "step steps"),
        ("preprocessing", "vocab vocabulary", f"{_COUNTING} size freq frequency count limit"),
        ("preprocessing", "word words token", "freq frequency"),
        (
            "preprocessing",
            "oversample oversampling undersample undersampling smote",
            f"{_SHARES} factor k",
        ),
        ("preprocessing", "missing null nan correlation corr variance vif", "threshold thresh cutoff limit"),
        ("split", "train training val valid validation test holdout calib calibration", f"{_SHARES} split"),
        ("split", "folds fold splits", _COUNTING),
        ("split", "subset subsample", f"{_SHARES} size"),
        (
            "evaluation",
            "accuracy acc f1 auc precision recall iou dice",
            "min minimum target required desired",
        ),
        ("evaluation", "beam beams", f"size width {_COUNTING}"),
    )
)
# Lengths of what is cut off: only together with `max`, else they are measured.
_CUT = _words(
    "seq sequence sequences sentence sentences text texts title question answer doc document context "
    "source src tgt target summary input output caption review tweet word words prompt premise query "
    "passage encoder decoder"
)
_AT_MOST = _words("max maximum")
_CUT_LENGTHS = _words("len length lengths tokens words")
# Words that only say which one.
_WHICH = _words(
    "n num number no nb max min maximum minimum total initial init final default base global local actor "
    "critic policy value generator discriminator gen disc g d q encoder decoder enc dec teacher student "
    "source target src tgt model net network first second third inner outer train training word char "
    "token text image img input output main aux per of for the in to a 0 1 2 3 4 5 6 8 16 32 64 soft "
    "hard random learning gradient global step steps early stopping gan ae vae lstm gru rnn cnn fc dense "
    "hidden layer layers samples sample size batch rate"
)
# Sizes of a network's ends are the data's.
_ENDS = _words("input output in out")
# A scale that only keeps half precision from underflowing.
_NUMERICAL = _words("loss scale")


def composed(parts: Sequence[str]) -> str | None:
    """The kind of a name by its words, lower case; None where one of them is about something else."""
    if not 2 <= len(parts) <= 5:
        return None
    spoken = frozenset(parts)
    if spoken == _NUMERICAL:
        return None
    if (
        not _AT_MOST.isdisjoint(spoken)
        and not _CUT.isdisjoint(spoken)
        and not _CUT_LENGTHS.isdisjoint(spoken)
    ):
        return "preprocessing" if spoken <= _AT_MOST | _CUT | _CUT_LENGTHS | _WHICH else None
    for kind, things, measures in _ROWS:
        if things.isdisjoint(spoken) or measures.isdisjoint(spoken):
            continue
        known = things | measures
        if spoken <= known | _WHICH and len(spoken & known) > 1:  # `decay` alone is a thing and a measure
            return kind if kind != "model" or spoken.isdisjoint(_ENDS) else None
    return None
