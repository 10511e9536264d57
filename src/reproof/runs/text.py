"""Recorded runs for a terminal: one in full, many as a table. Pure; text from records is made visible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.runs.record import Metric, RunRecord

SHORT = 12  # digits of an id or a key that are shown
MOST = 12  # items of a list that are shown before "and N more"


def table(records: Sequence[RunRecord]) -> str:
    """Newest first: id, commit, when, kind, key, the first metrics."""
    rows = [("run", "commit", "created (UTC)", "kind", "key", "metrics")]
    for record in reversed(records):
        overall = [metric for metric in record.results.metrics if not metric.slice][:3]
        rows.append(
            (
                record.id[:SHORT],
                record.code.commit[:7] + ("*" if record.code.patch else ""),
                record.created[:19].replace("T", " "),
                record.kind,
                record.key[:SHORT],
                "  ".join(f"{visible(metric.name)} {metric.value:.6g}" for metric in overall),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def whole(record: RunRecord) -> str:
    """One record by its aspects."""
    observed = record.environment.observed
    lines = [
        f"run {record.id}, {record.kind} {record.created} ({record.origin})",
        f"key {record.key}",
        "",
        "code",
        f"  commit {record.code.commit}" + (" with uncommitted changes" if record.code.patch else ""),
        *_listed([f"{path}  {blob[:SHORT]}" for path, blob in record.code.files]),
        "config",
        *_listed([f"{stage}: {command}" for stage, command in record.config.commands]),
        *_listed([f"{name} = {value!r}" for name, value in record.config.parameters]),
        *([f"  seed {record.config.seed.name} = {record.config.seed.value!r}"] if record.config.seed else []),
        f"environment, declared in {', '.join(record.environment.sources) or 'no file'}",
        *_listed([f"{name} {version}" for name, version in record.environment.declared]),
    ]
    if observed:
        lines += [
            f"  observed: {observed.python}, {len(observed.packages)} packages, {observed.numeric_class}",
            *_listed([f"{name}: {value}" for name, value in observed.machine]),
        ]
    lines += [
        "data",
        *_listed([f"{item.path}  {item.hash}" for item in record.data]),
        "results" + (f", {record.results.seconds:.1f} s" if record.results.seconds is not None else ""),
        *_listed([metric_line(metric) for metric in record.results.metrics], most=100),
        *_listed([f"{path}  {digest[:26]}" for path, digest in record.results.artifacts]),
    ]
    return "\n".join(visible(line) for line in lines)


def metric_line(metric: Metric) -> str:
    """`auc · country=BR  0.861  (1204 rows)`"""
    rows = f"  ({metric.rows} rows)" if metric.rows is not None else ""
    return f"{metric.label}  {metric.value!r}{rows}"


def _listed(items: Sequence[str], most: int = MOST) -> list[str]:
    shown = [f"  {item}" for item in items[:most]]
    return shown + ([f"  and {len(items) - most} more"] if len(items) > most else [])
