"""The secret of a command is not recorded; the commit's own configuration may have it."""

from __future__ import annotations

import pytest

from reproof.replay.command import recorded_command, trains_pipeline
from reproof.runs.pipeline import Pipeline, Stage

RECORDED = "python train.py --password ***"


@pytest.mark.parametrize(
    "configured", ["python train.py --password pw", ("python", "train.py", "--password", "p w")]
)
def test_a_hidden_secret_is_that_of_the_configured_command(configured: str | tuple[str, ...]) -> None:
    recorded = RECORDED if isinstance(configured, str) else "python train.py --password '***'"
    words, missing = recorded_command(recorded, configured)
    assert (words[-1], missing) == (
        configured.split()[-1] if isinstance(configured, str) else configured[-1],
        (),
    )


@pytest.mark.parametrize("configured", [None, "python other.py --password pw", "python train.py --password"])
def test_a_hidden_secret_that_was_typed_is_named_as_missing(configured: str | None) -> None:
    words, missing = recorded_command(RECORDED, configured)
    assert words == ("python", "train.py", "--password", "***")
    assert [item.what for item in missing] == ["the secret in the command"]


def test_a_command_without_a_secret_is_carried_out_as_recorded() -> None:
    assert recorded_command("python train.py 'a b'", "make") == (("python", "train.py", "a b"), ())


TRAIN, PREPARE = Stage("train", "python train.py --key sk=1"), Stage("prepare", "python prepare.py")


@pytest.mark.parametrize(
    ("recorded", "stages", "expected"),
    [
        ((("prepare", "python prepare.py"), ("train", TRAIN.cmd)), (PREPARE, TRAIN), True),
        ((("train", TRAIN.cmd),), (TRAIN,), True),
        ((("train", TRAIN.cmd),), (PREPARE, TRAIN), False),
        ((("train", "python train.py --fast"),), (TRAIN,), False),
        ((("train", TRAIN.cmd),), None, False),
        ((), (TRAIN,), False),
    ],
)
def test_a_plain_command_beside_a_pipeline_is_told_from_its_stages(
    recorded: tuple[tuple[str, str], ...], stages: tuple[Stage, ...] | None, expected: bool
) -> None:
    assert trains_pipeline(recorded, Pipeline(stages, ()) if stages else None) is expected
