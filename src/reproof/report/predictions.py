"""Which predictions differ, in a sentence. The same words in Markdown, in HTML and on a terminal."""

from __future__ import annotations

from reproof.report import figures
from reproof.report.figures import rows
from reproof.report.wording import Voice, scalar
from reproof.verdict.comparison import PredictionChanges

_FLIPS = 3  # pairs of labels that are told
_RUN = 12  # digits of a run


def predictions(made: PredictionChanges, voice: Voice) -> str:
    """`12 of 1 204 predictions differ from those of run 00c0ffee (churn 1 %): most often cat → dog (7).`"""
    those = f"those of run {voice.quote(made.run[:_RUN])}"
    if not made.differ:
        rounded = f" but for rounding ({rows(made.rounded)})" if made.rounded else ""
        return f"None of {rows(made.rows)} predictions differs from {those}{rounded}."
    rounded = f", {rows(made.rounded)} more by rounding only" if made.rounded else ""
    verb = "differs" if made.differ == 1 else "differ"
    told = "; ".join(part for part in (_truth(made), _size(made), _flips(made, voice)) if part)
    return (
        f"{rows(made.differ)} of {rows(made.rows)} predictions {verb} from {those} (churn {_percent(made.churn)})"
        f"{rounded}{f': {told}' if told else ''}."
    )


def _truth(made: PredictionChanges) -> str:
    if made.broken is None or made.mended is None:
        return ""
    return f"{rows(made.broken)} right before and wrong now, {rows(made.mended)} the other way round"


def _size(made: PredictionChanges) -> str:
    return f"by up to {figures.rounded(made.largest)}" if made.largest is not None else ""


def _flips(made: PredictionChanges, voice: Voice) -> str:
    """`most often cat → dog (7), dog → cat (2)`; where these are all, without `most often`."""
    told = made.flips[:_FLIPS]
    pairs = ", ".join(
        f"{scalar(one.old, voice)} → {scalar(one.new, voice)} ({rows(one.samples)})" for one in told
    )
    every = sum(one.samples for one in told) == made.differ
    return pairs if every or not pairs else f"most often {pairs}"


def _percent(share: float) -> str:
    """Two digits; what is not all is never told as all."""
    if 0.995 <= share < 1:
        return "over 99 %"
    return f"{float(f'{100 * share:.2g}'):g} %"
