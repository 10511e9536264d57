"""A line chart for GitHub, a mermaid block: letters, digits and plain numbers, whatever strangers call things."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

# The chart's own line colour is too pale to be seen on white; this one is seen on white and on black.
_LOOK = '%%{init: {"xyChart": {"height": 260}, "themeVariables": {"xyChart": {"plotColorPalette": "royalblue"}}}}%%'
_PLAIN = (-3, 5)  # powers of ten between which numbers are drawn as they are
_LARGEST = 300  # the same, of what is drawn at all
_MOST_DIGITS = 12  # behind the point


def diagram(names: Sequence[str], values: Sequence[float]) -> str:
    """The values (one at least, all finite) by name; empty where they are too large or too far apart to be drawn.

    Mermaid knows no `1e-05`. So numbers that are written like that are drawn in units of a power of ten, which the
    axis names.
    """
    size = max(map(abs, values))
    power = math.floor(math.log10(size)) if size else 0
    if abs(power) > _LARGEST:
        return ""
    unit = 0 if _PLAIN[0] <= power <= _PLAIN[1] else power
    drawn = [value / 10.0**unit for value in values]
    low, high = min(drawn), max(drawn)
    edge = (high - low) / 10 or abs(high) / 100 or 1.0
    digits = min(_MOST_DIGITS, max(0, 2 - math.floor(math.log10(edge))))
    bottom, top, *shown = (_number(value, digits) for value in (low - edge, high + edge, *drawn))
    if bottom == top:  # apart by less than the digits show
        return ""
    title = f'"in units of 10^{unit}" ' if unit else ""
    axis = ", ".join(f'"{re.sub("[^0-9A-Za-z]", "", name)}"' for name in names)
    return (
        f"```mermaid\n{_LOOK}\nxychart-beta\n  x-axis [{axis}]\n"
        f"  y-axis {title}{bottom} --> {top}\n  line [{', '.join(shown)}]\n```"
    )


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
