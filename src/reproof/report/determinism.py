"""Whether the training repeats by itself, in sentences. The same words in Markdown, in HTML and on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.report import figures
from reproof.report.wording import counted, listed

if TYPE_CHECKING:
    from reproof.report.wording import Voice
    from reproof.verdict.comparison import Determinism

_MOST = 12  # facts that are told
_CLASSES = {
    "same": "the recorded runs' own: equal bits may be asked for",
    "other": "another one than the recorded runs': other kernels round otherwise",
    "unknown": "not known of both sides",
}


def determinism(it: Determinism, voice: Voice) -> list[tuple[str, str]]:
    """(what, how it is) for each thing that decides whether a training repeats."""
    threads = [(name, value) for name, value in it.facts if "threads" in name.split()]
    flags = [fact for fact in it.facts if fact not in threads]
    return [
        ("Repeats", _repeats(it, voice)),
        ("Seed", f"{voice.quote(it.seed)} of the configuration" if it.seed else "none is declared"),
        ("Numeric class", _CLASSES[it.numeric_class]),
        ("Threads", _told(threads, voice) or "not known"),
        ("Variables", _told(flags, voice) or "none of those that decide it is set"),
    ]


def _repeats(it: Determinism, voice: Voice) -> str:
    if it.repeats is None:
        return "no two trainings of one seed are known, so nothing tells"
    seed = "with one seed" if it.seed else "without a declared seed"
    runs = f"{counted(it.runs, 'training')}{'' if it.own else ' of the base'} {seed}"
    match it.repeats:
        case "equal":
            return f"yes, {runs} gave equal metrics"
        case "rounding":
            return f"but for rounding, {runs} gave metrics that differ by less than a millionth"
    by = f"by {figures.rounded(it.by)}" if it.by else "a number in some, and none in others"
    most = f", {voice.quote(it.widest)} most, {by}" if it.widest else ""
    return f"no, {runs} gave different metrics{most}"


def _told(facts: list[tuple[str, str]], voice: Voice) -> str:
    return listed([f"{voice.quote(name)} {voice.quote(value)}" for name, value in facts], _MOST)
