"""What a record leaves out: secrets in what is declared, and in what was observed.

A hidden value is `***` in the record and in the key: a password does not decide results, and a hash of it beside
all the other inputs could be guessed from. See `docs/explanation/secrets.md`.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

from reproof.errors import UsageError
from reproof.redact import HIDDEN, LONG, first_secret, is_secret, names_secret, redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reproof.runs.record import Config, Scalar

T = TypeVar("T")
CODE = (  # and prose: in both, what follows a name is seldom its secret
    ".py", ".ipynb", ".sh", ".R", ".jl", ".c", ".cc", ".cpp", ".cu", ".h", ".js", ".ts", ".pyx",
    ".md", ".rst", ".txt",
)  # fmt: skip


def hidden_parameter(name: str, value: Scalar) -> Scalar:
    """The value as it is recorded: not at all where its name says that it is secret."""
    if is_secret(name, value):
        return HIDDEN
    return redact(value) if isinstance(value, str) else value


def without_secrets(value: T, secrets: Sequence[str] = ()) -> T:
    """The same value (text, tuples, dataclasses of them) with every text redacted."""
    made: Any = value  # what stays of this type is not told by checks of it
    if isinstance(value, str):
        made = redact(value, secrets)
    elif isinstance(value, tuple):
        made = tuple(without_secrets(item, secrets) for item in value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            field.name: without_secrets(getattr(value, field.name), secrets)
            for field in dataclasses.fields(value)
            if field.init
        }
        made = dataclasses.replace(value, **fields)
    return made  # type: ignore[no-any-return]


def refuse_secrets(config: Config, patch: str | None, secrets: Iterable[str]) -> None:
    """Raise `UsageError` where a command, a parameter or the patch holds one of the environment's secrets.

    They are in the key, which must not depend on whose environment it is computed in: so they are not hidden.
    """
    known = [secret for secret in secrets if len(secret) >= LONG]
    if any(secret in name for name, _ in config.parameters for secret in known):
        raise UsageError(
            "the name of a parameter holds the value of a secret environment variable, and would be recorded",
            "Rename the parameter, and let the training read the variable itself.",
        )
    texts = [("the command of ", name, text) for name, text in config.commands]
    texts += [("the parameter ", name, str(value)) for name, value in config.parameters]
    for what, name, text in texts:
        if any(secret in text for secret in known):
            raise UsageError(
                f"{what}{name} holds the value of a secret environment variable, and would be recorded",
                "Let the training read the variable itself.",
            )
    line = (first_secret(patch, known) or _named_secret(patch)) if patch else None
    if patch and line is not None:
        raise UsageError(
            f"the patch of the work tree holds a secret, and would be recorded: {_place(patch, line)}",
            "Take it out of the file, and let the training read it from the environment.",
        )


def _named_secret(patch: str) -> int | None:
    """The line (from 1) of a patch with a value that is secret by its name; lines around a change count, too."""
    code = False
    for number, line in enumerate(patch.split("\n"), 1):
        if line.startswith(("--- ", "+++ ")) and not line.endswith("/dev/null"):
            code = line.strip('"\t').endswith(CODE)
        elif names_secret(line, code):
            return number
    return None


def _place(patch: str, line: int) -> str:
    """The file of a patch in which a line of it stands."""
    heads = [text for text in patch.split("\n")[:line] if text.startswith("+++ ")]
    return heads[-1].removeprefix("+++ ").removeprefix("b/").split("\t")[0] if heads else f"line {line}"
