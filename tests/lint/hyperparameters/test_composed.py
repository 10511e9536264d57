"""Names that are made of a thing that is tuned and a measure of it."""

from __future__ import annotations

import pytest

from reproof.lint.hyperparameters import lexicon
from tests.lint.hyperparameters.found import found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("BUFFER_CAPACITY", "training"),
        ("target_update_every", "training"),
        ("epsilonDecayFrames", "training"),
        ("critic_loss_coef", "training"),
        ("class_weights", "training"),
        ("encoder_layers", "model"),
        ("max_question_len", "preprocessing"),
        ("noise_std", "preprocessing"),
        ("lag_days", "preprocessing"),
        ("valid_fraction", "split"),
        ("TOTAL_AMOUNT_THRESH", "evaluation"),
        # one word is about something else
        ("batch_idx", None),
        ("text_length", None),
        ("best_epoch", None),
        ("save_every", None),
        ("log_interval", None),
        ("encoder_input_size", None),
        ("output_dim", None),
        ("loss_scale", None),
        ("retry_limit", None),
        ("cache_size", None),
        ("decay", None),
    ],
)
def test_the_parts_of_a_name_say_what_it_is(name: str, kind: str | None) -> None:
    assert lexicon.strong(name) == kind


def test_a_composed_name_counts_where_a_listed_one_does() -> None:
    assert found("BUFFER_CAPACITY = 500_000\nfit(kl_weight=0.3)\nself.train_every = 4") == [
        ("buffer_capacity", "500_000"),
        ("kl_weight", "0.3"),
        ("train_every", "4"),
    ]
