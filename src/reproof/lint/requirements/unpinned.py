"""One dependency that is not pinned, ready to be told: its place, its message, and its cure if there is one."""

from __future__ import annotations

from reproof.lint.finding import Edit
from reproof.lint.requirements.pinned import Reason, State, Verdict
from reproof.value import Value

LONGEST_SHOWN = 80

# What to write where the requirement itself must change, whichever file it stands in.
CURES = {
    Reason.NO_REF: "put the full commit (40 hex digits) after `@`",
    Reason.MOVING_REF: "put the full commit (40 hex digits) in its place",
    Reason.SHORT_COMMIT: "write all 40 hex digits of the commit",
    Reason.NO_HASH: "add `#sha256=…` of that file to the URL",
    Reason.VERSIONED_URL: "add `#sha256=…` of that file to the URL",
    Reason.VARIABLE: "write the version itself",
    Reason.ARBITRARY: "write `==`",
    Reason.CONDA: "write the environment with `pip freeze`, or keep it in environment.yml",
    Reason.UNREADABLE: "write it as `name==version`",
}


class Unpinned(Value):
    """A finding's content: offsets in the file's text, and the edit that pins with its title, or None."""

    name: str
    value: str
    start: int
    end: int
    message: str
    edit: Edit | None = None
    title: str = ""


def to_be_told(verdict: Verdict, strict: bool) -> bool:
    """Whether a verdict is a finding at all, before locks are asked."""
    if verdict.debatable:
        return strict
    return verdict.state in (State.UNPINNED, State.UNKNOWN)


def shown(text: str) -> str:
    """A piece of a file as a message quotes it: in one line, short, and without credentials."""
    line = " ".join(text.split())
    short = line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"
    return f"`{without_credentials(short)}`" if short else "an empty text"


def without_credentials(text: str) -> str:
    """The text, without what stands before the host in a URL."""
    if "://" not in text:
        return text
    from reproof.redact import redact

    return redact(text)
