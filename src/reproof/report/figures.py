"""Numbers as a reader wants them: no more digits than say something, and the same number of them in a row.

Also the strip that shows where a value lies in its recorded range. Plain text; nothing here knows Markdown.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from reproof.verdict.comparison import Check, Spread
from reproof.visible import shown_number

Format = Callable[[float], str]

STRIP = 17  # cells of a strip; odd, so that the mean of a symmetric range has a cell of its own
MINUS = "−"  # noqa: RUF001  the sign for numbers, as wide as a plus
NOTHING = "–"  # noqa: RUF001  an empty cell


def mean(values: tuple[float, ...]) -> float:
    """The arithmetic mean; NaN where there is nothing, or where one of them is NaN."""
    if not values or not all(map(math.isfinite, values)):
        return sum(values) if values else math.nan
    # Equal values are their own mean to the last bit; dividing first keeps huge ones finite.
    return values[0] if len(set(values)) == 1 else math.fsum(value / len(values) for value in values)


def number_format(check: Check) -> Format:
    """How this check's numbers are written: to a tenth of the smallest step that matters among them."""
    recorded, now = check.recorded, mean(check.now)
    values = [value for value in (*check.now, *_extremes(recorded)) if math.isfinite(value)]
    size = max(map(abs, values), default=0.0)
    if size < 1e9 and all(value == int(value) for value in values):
        return _whole
    steps = [] if recorded is None else [recorded.sd or 0.0, abs(now - recorded.mean)]
    useful = [step for step in steps if math.isfinite(step) and step > 0]
    if not useful:
        return _short
    if min(useful) < size * 1e-9:
        return _shortest
    decimals = 1 - math.floor(math.log10(min(useful)))
    if decimals > 9 or size >= 1e9:
        digits = min(16, max(4, 2 + math.ceil(math.log10(size / min(useful)))))
        return lambda value: _plain(value, f".{digits}g")
    return lambda value: _plain(value, f".{max(0, decimals)}f")


def spread(recorded: Spread, show: Format) -> str:
    """`0.9127 ± 0.0011`, or the bare value where nothing varied."""
    if recorded.sd is None or not recorded.sd > 0:
        return show(recorded.mean)
    return f"{show(recorded.mean)} ± {show(recorded.sd)}"


def value_range(recorded: Spread, show: Format) -> str:
    """`0.9110 to 0.9146`, or the one value."""
    low, high = show(recorded.min), show(recorded.max)
    return low if low == high else f"{low} to {high}"


def change(check: Check) -> str:
    """The difference of the means with its sign: `+0.0012`, or `±0`; `NOTHING` where there is none to give."""
    if check.recorded is None or not check.now:
        return NOTHING
    difference = mean(check.now) - check.recorded.mean
    if math.isnan(difference):
        return NOTHING
    rounding = abs(difference) < abs(check.recorded.mean) * 1e-9
    text = (rounded if rounding else number_format(check))(abs(difference))
    if not text.strip("0."):
        return "±0"
    return f"{'+' if difference > 0 else MINUS}{text}"


def deviations(check: Check) -> float | None:
    """How many recorded standard deviations the new mean lies off; None where nothing varied, or is known."""
    recorded = check.recorded
    if recorded is None or not check.now or recorded.sd is None or not recorded.sd > 0:
        return None
    off = (mean(check.now) - recorded.mean) / recorded.sd
    return off if math.isfinite(off) else None


def strip(check: Check) -> str | None:
    """`··▲··├──┼──┤···`: least, mean and greatest recorded value, and ▲ for now; None without a range."""
    recorded, now = check.recorded, mean(check.now)
    if recorded is None or not all(map(math.isfinite, (*_extremes(recorded), now))):
        return None
    if not recorded.min <= recorded.mean <= recorded.max or recorded.min == recorded.max:
        return None
    # The recorded range takes the middle third at least, and the scale reaches to where the value is.
    width = recorded.max - recorded.min
    low = min(recorded.min - width, now)
    high = max(recorded.max + width, now)
    if not math.isfinite(high - low):
        return None

    def cell(value: float) -> int:
        return round((value - low) / (high - low) * (STRIP - 1))

    first, middle, last = cell(recorded.min), cell(recorded.mean), cell(recorded.max)
    cells = ["─" if first <= at <= last else "·" for at in range(STRIP)]
    cells[first], cells[last] = "├", "┤"
    cells[middle] = "┼"
    cells[cell(now)] = "▲"
    return "".join(cells)


def rounded(value: float) -> str:
    """Two significant digits: for what is itself an estimate."""
    return _plain(value, ".2g")


def rows(count: int) -> str:
    """A number of rows with a thin space between thousands."""
    return f"{count:,}".replace(",", "\u202f")


def duration(minutes: float) -> str:
    """`40 s`, `14 min`, `2 h 5 min`."""
    if minutes < 1:
        return f"{max(1, round(minutes * 60))} s"
    whole = round(minutes)
    if whole < 60:
        return f"{whole} min"
    return f"{whole // 60} h {whole % 60} min" if whole % 60 else f"{whole // 60} h"


def _extremes(recorded: Spread | None) -> tuple[float, ...]:
    return () if recorded is None else (recorded.min, recorded.mean, recorded.max)


def _whole(value: float) -> str:
    return _plain(value, ".0f" if not math.isfinite(value) or value == int(value) else ".1f")


def _short(value: float) -> str:
    """Six significant digits, for what differs from nothing; all of them where six would call it whole."""
    text = f"{value:.6g}"
    called_whole = text.lstrip("-").isdecimal() and float(text) != value
    return _shortest(value) if called_whole else _plain(value, ".6g")


def _shortest(value: float) -> str:
    return _plain(value, ".6g") if float(f"{value:.6g}") == value else _plain(value, ".17g", repr(value))


def _plain(value: float, spec: str, text: str | None = None) -> str:
    if not math.isfinite(value):
        return shown_number(value)
    return (text if text is not None else format(value + 0.0, spec)).replace("-", MINUS)
