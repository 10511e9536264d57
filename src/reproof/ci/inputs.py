"""The action's inputs as a frozen value: read from `REPROOF_*` variables, checked, defaults filled in.

Inputs reach the program by environment variables only, never pasted into a shell. An empty variable is an
input that was left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from reproof.config import VERDICTS
from reproof.errors import UsageError
from reproof.training.waves import REPLICATES, RUNNER

ActivityName = Literal["check", "retrain", "record", "comment", "accept", "audit", "plan", "shard", "gather"]
Engine = Literal["local", "matrix"]
Commenting = Literal["changes", "always", "failures", "never"]
Retrain = Literal["changed", "always", "never"]

ACTIVITIES = (
    "auto",
    "check",
    "retrain",
    "record",
    "comment",
    "accept",
    "audit",
    "plan",
    "shard",
    "gather",
)
ENGINES = ("local", "matrix")
COMMENTING = ("changes", "always", "failures", "never")
RETRAIN = ("changed", "always", "never")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the workflow asks for. None is "as the configuration says".

    `command` and `python` are as typed. `runners` are labels, with commas between those of one machine; `order` is
    one job's of the matrix, `folder` where plan and shards lie. `measured` is the packed output of the job that
    measured. The token is kept out of the repr, which ends up in logs.
    """

    activity: Literal["auto"] | ActivityName = "auto"
    command: str | None = None
    python: str | None = None
    retrain: Retrain = "changed"
    retrains: int | None = None
    fail_on: tuple[str, ...] | None = None
    comment: Commenting = "changes"
    token: str | None = field(default=None, repr=False)
    measured: str | None = field(default=None, repr=False)
    working_directory: str = "."
    engine: Engine = "local"
    replicates: int = REPLICATES
    runners: tuple[str, ...] = (RUNNER,)
    order: str | None = None
    folder: str | None = None


def read_inputs(environ: Mapping[str, str]) -> Inputs:
    """The inputs from `REPROOF_*`; raises `UsageError` that names the input."""

    def given(name: str) -> str | None:
        return environ.get(f"REPROOF_{name}", "").strip() or None

    return Inputs(
        activity=cast("Literal['auto'] | ActivityName", _word("activity", given("ACTIVITY"), ACTIVITIES)),
        command=given("COMMAND"),
        python=given("PYTHON"),
        retrain=cast("Retrain", _word("retrain", given("RETRAIN"), RETRAIN)),
        retrains=_count("retrains", given("RETRAINS")),
        fail_on=_verdicts("fail-on", given("FAIL_ON")),
        comment=cast("Commenting", _word("comment", given("COMMENT"), COMMENTING)),
        token=given("TOKEN"),
        measured=given("MEASURED"),
        working_directory=given("WORKING_DIRECTORY") or ".",
        engine=cast("Engine", _word("engine", given("ENGINE"), ENGINES)),
        replicates=_count("replicates", given("REPLICATES")) or REPLICATES,
        runners=tuple((given("RUNNERS") or RUNNER).split()),
        order=given("ORDER"),
        folder=given("FOLDER"),
    )


def _word(name: str, value: str | None, words: tuple[str, ...]) -> str:
    """One of the words; the first is the default."""
    if value is None:
        return words[0]
    if value not in words:
        raise _wrong(name, value, f"one of {', '.join(words)}")
    return value


def _count(name: str, value: str | None) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and 1 <= len(value) <= 4 and int(value) >= 1):
        raise _wrong(name, value, "a whole number from 1 to 9999")
    return int(value)


def _verdicts(name: str, value: str | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    if value == "none":
        return ()
    words = tuple(value.replace(",", " ").split())
    for word in words:
        if word not in VERDICTS:
            raise _wrong(name, word, f"none, or some of {', '.join(VERDICTS)}")
    return words


def _wrong(name: str, value: str, what: str) -> UsageError:
    return UsageError(
        f"the input {name} must be {what}, not {value[:60]!r}",
        f"Change `{name}:` under `with:` in the workflow.",
    )
