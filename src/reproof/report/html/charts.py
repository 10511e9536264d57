"""SVG drawings of a report: a range with this run's values, the history of a metric, the graph of the stages.

Each has a title that says in words what it shows, for a screen reader. Only numbers of ours are attributes; outside
text is escaped by `markup`. Colours are classes of `style.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from reproof.report import figures, wording
from reproof.report.html.markup import escaped
from reproof.report.report import History
from reproof.verdict.comparison import Check, StageDifference

_RANGE = (240, 34)  # width and height, in CSS pixels, of the drawing of one check
_HISTORY = (640, 170)
_MARGIN = 10
_BOX = (130, 44)  # a stage
_GAP = (36, 14)  # between stages: across, down
_NAME = 16  # characters of a stage's name in its box


def tone(check: Check) -> str:
    """The class of a result: good, bad, moved or open."""
    return {"✅": "good", "❌": "bad", "🔵": "moved"}.get(wording.sign(check), "open")


def recorded_range(check: Check) -> str:
    """The recorded range, one standard deviation around its mean, and a triangle for each new value."""
    recorded, show = check.recorded, figures.number_format(check)
    if recorded is None or not check.now:
        return figures.NOTHING
    values = (recorded.min, recorded.max, recorded.mean, *check.now)
    if not all(map(math.isfinite, values)):
        return figures.NOTHING
    width, height = _RANGE
    at = _scale(min(values), max(values), _MARGIN, width - _MARGIN)
    if at is None:
        return figures.NOTHING
    middle = height / 2
    drawn = [
        f'<path class="axis" d="M{_MARGIN} {middle}H{width - _MARGIN}"/>',
        _bar("range", at(recorded.min), at(recorded.max), middle, 10),
    ]
    if recorded.sd:
        low = max(recorded.mean - recorded.sd, recorded.min)
        high = min(recorded.mean + recorded.sd, recorded.max)
        drawn.append(_bar("usual", at(low), at(high), middle, 10))
    mean = at(recorded.mean)
    drawn.append(f'<path class="mean" d="M{mean:.1f} {middle - 8}V{middle + 8}"/>')
    drawn += [_triangle(at(value), middle + 6, tone(check)) for value in sorted(set(check.now))[:50]]
    now = ", ".join(show(value) for value in check.now[:5])
    said = f"recorded {figures.value_range(recorded, show)}, mean {show(recorded.mean)}; now {now}"
    return _svg(width, height, said, drawn)


def history(past: History, check: Check | None) -> str:
    """The recorded means of a metric over commits, their ranges, what was accepted, and the new value."""
    points = past.points
    now = figures.mean(check.now) if check and check.now else None
    shown = [value for point in points for value in (point.recorded.min, point.recorded.max)]
    shown += [] if now is None else [now]
    if not points or not all(map(math.isfinite, shown)):
        return ""
    width, height = _HISTORY
    left, bottom = 80, height - 24
    up = _scale(min(shown), max(shown), bottom, 14)
    if up is None:
        return ""
    steps = len(points) + (now is not None)
    across = _scale(0, max(steps - 1, 1), left + _MARGIN, width - _MARGIN) or (lambda _: float(left))
    xs = [across(number) for number in range(len(points))]
    show = figures.number_format(check) if check else (lambda value: f"{value:.4g}")
    line = [f"{x:.1f} {up(point.recorded.mean):.1f}" for x, point in zip(xs, points, strict=True)]
    drawn = [
        f'<path class="axis" d="M{left} 10V{bottom}H{width}"/>',
        f'<text x="{left - 6}" y="18" text-anchor="end">{escaped(show(max(shown)))}</text>',
        f'<text x="{left - 6}" y="{bottom}" text-anchor="end">{escaped(show(min(shown)))}</text>',
        f'<path class="past" d="M{"L".join(line)}"/>',
    ]
    for x, point in zip(xs, points, strict=True):
        drawn.append(
            f'<path class="axis" d="M{x:.1f} {up(point.recorded.min):.1f}V{up(point.recorded.max):.1f}"/>'
        )
        if point.accepted is not None:
            drawn.append(f'<path class="accepted" d="M{x:.1f} 10V{bottom}"/>')
        drawn.append(f'<circle class="dot" cx="{x:.1f}" cy="{up(point.recorded.mean):.1f}" r="3"/>')
    drawn.append(f'<text x="{xs[0]:.1f}" y="{height - 6}">{escaped(points[0].commit[:7])}</text>')
    if len(points) > 1:
        last = f'<text x="{xs[-1]:.1f}" y="{height - 6}" text-anchor="end">'
        drawn.append(f"{last}{escaped(points[-1].commit[:7])}</text>")
    said = f"{past.metric}: {wording.counted(len(points), 'recorded commit')}"
    said += f", last {show(points[-1].recorded.mean)}"
    if now is not None and check is not None:
        drawn.append(_triangle(across(steps - 1), up(now), tone(check)))
        said += f"; now {show(now)}"
    return _svg(width, height, said, drawn)


def stage_graph(stages: Sequence[StageDifference]) -> str:
    """The stages from left to right, each behind those that it reads from."""
    if not stages:
        return ""
    column = _columns(stages)
    rows: dict[int, int] = {}
    places: dict[str, tuple[float, float]] = {}
    for stage in stages:
        number = column[stage.name]
        row = rows.get(number, 0)
        rows[number] = row + 1
        places[stage.name] = (2 + number * (_BOX[0] + _GAP[0]), 2 + row * (_BOX[1] + _GAP[1]))
    width = 4 + (max(rows) + 1) * (_BOX[0] + _GAP[0]) - _GAP[0]
    height = 4 + max(rows.values()) * (_BOX[1] + _GAP[1]) - _GAP[1]
    drawn = [
        _arrow(places[before], places[stage.name]) for stage in stages for before in _known(stage, column)
    ]
    drawn += [_stage(stage, *places[stage.name]) for stage in stages]
    said = "; ".join(f"{stage.name} {_STAGES[stage.result][1]}" for stage in stages)
    return _svg(width, height, said, drawn)


_STAGES = {
    "equal": ("good", "equal"),
    "drifted": ("bad", "first to differ"),
    "downstream": ("open", "differs after it"),
    "unknown": ("open", "not known"),
}


def _columns(stages: Sequence[StageDifference]) -> dict[str, int]:
    """How many stages lie before each on its longest path; a graph that turns in a circle ends all the same."""
    column = {stage.name: 0 for stage in stages}
    for _ in stages:
        for stage in stages:
            for before in _known(stage, column):
                column[stage.name] = min(max(column[stage.name], column[before] + 1), len(stages) - 1)
    used = {number: rank for rank, number in enumerate(sorted(set(column.values())))}
    return {name: used[number] for name, number in column.items()}


def _known(stage: StageDifference, column: dict[str, int]) -> list[str]:
    return [before for before in stage.after if before in column and before != stage.name]


def _stage(stage: StageDifference, x: float, y: float) -> str:
    kind, words = _STAGES[stage.result]
    width, height = _BOX
    name = stage.name if len(stage.name) <= _NAME else f"{stage.name[: _NAME - 1]}…"
    return (
        f'<rect class="box {kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'
        f'<text class="name" x="{x + 8}" y="{y + 18}">{escaped(name)}</text>'
        f'<text x="{x + 8}" y="{y + 35}">{words}</text>'
    )


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1 = start[0] + _BOX[0], start[1] + _BOX[1] / 2
    x2, y2 = end[0] - 6, end[1] + _BOX[1] / 2
    bend = (x1 + x2) / 2
    return (
        f'<path class="arrow" d="M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"/>'
        f'<path class="tip" d="M{x2 + 6} {y2}l-7 -4v8z"/>'
    )


def _scale(low: float, high: float, first: float, last: float) -> Callable[[float], float] | None:
    """From values to pixels; None where the values are too far apart to be drawn."""
    span = high - low
    if not math.isfinite(span):
        return None
    if span == 0:
        return lambda _: (first + last) / 2
    return lambda value: first + (value - low) / span * (last - first)


def _bar(kind: str, left: float, right: float, middle: float, height: float) -> str:
    wide = max(right - left, 2)
    return f'<rect class="{kind}" x="{left:.1f}" y="{middle - height / 2}" width="{wide:.1f}" height="{height}"/>'


def _triangle(x: float, y: float, kind: str) -> str:
    return f'<path class="now {kind}" d="M{x:.1f} {y:.1f}l5 9h-10z"/>'


def _svg(width: float, height: float, said: str, drawn: Sequence[str]) -> str:
    return (
        f'<svg role="img" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escaped(said)}</title>{"".join(drawn)}</svg>'
    )
