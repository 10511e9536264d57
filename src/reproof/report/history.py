"""The history of a report's metrics, from the recorded versions of the base's line. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reproof.report.ranking import ranked
from reproof.report.report import History, PastRuns
from reproof.runs.past import Version
from reproof.verdict.comparison import Check
from reproof.verdict.ladder import spread

VERSIONS = 12  # that are looked up
METRICS = 10  # that get a history: those that a reader sees first


def histories(
    versions: Sequence[Version], checks: Sequence[Check], accepted: Mapping[str, str] | None = None
) -> tuple[History, ...]:
    """A history for each of the leading metrics that at least two versions have.

    `accepted` says why the run with that id was accepted. Metrics of slices have none.
    """
    names = list(dict.fromkeys(check.metric for check in ranked(checks) if not check.slice))[:METRICS]
    found = (History(name, _points(versions, name, accepted or {})) for name in names)
    return tuple(past for past in found if len(past.points) > 1)


def _points(versions: Sequence[Version], name: str, accepted: Mapping[str, str]) -> tuple[PastRuns, ...]:
    points = []
    for version in versions:
        values = [
            metric.value
            for run in version.runs
            for metric in run.results.metrics
            if metric.name == name and not metric.slice
        ]
        told = spread(values)
        why = next((accepted[run.id] for run in reversed(version.runs) if run.id in accepted), None)
        if told is not None:
            points.append(PastRuns(version.commit, told, why))
    return tuple(points)
