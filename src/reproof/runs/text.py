"""Recorded runs for a terminal: one in full, many as a table. Pure; text from records is made visible."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reproof.runs.acceptance import in_force
from reproof.visible import shown_number, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reproof.runs.acceptance import Acceptance
    from reproof.runs.record import (
        Config,
        DataFile,
        Environment,
        Metric,
        Observed,
        Results,
        RunRecord,
        Scalar,
    )

SHORT = 12  # digits of an id or a key that are shown
MOST = 12  # items of a list that are shown before "and N more"
FEW = 3  # of those that nobody asked for by name
MOST_METRICS = 100
WIDEST = 60  # characters of a cell
LOG_LINES = 10

Row = tuple[str, ...]


def table(records: Sequence[RunRecord], acceptances: Sequence[Acceptance] = ()) -> str:
    """Newest first: id, commit, when, kind (and whether accepted or replaced), key, the first metrics."""
    rows = [("run", "commit", "created (UTC)", "kind", "key", "metrics")]
    for record in reversed(records):
        overall = [metric for metric in record.results.metrics if not metric.slice][:3]
        rows.append(
            (
                record.id[:SHORT],
                record.code.commit[:7] + ("*" if record.code.patch else ""),
                record.created[:19].replace("T", " "),
                ", ".join((record.kind, *standing(record, acceptances))),
                record.key[:SHORT],
                "  ".join(
                    f"{visible(metric.name)} {shown_number(metric.value, '.6g')}" for metric in overall
                ),
            )
        )
    return "\n".join(_aligned(rows))


def standing(record: RunRecord, acceptances: Sequence[Acceptance]) -> tuple[str, ...]:
    """What the acceptance in force for its key says of a run: `accepted`, `replaced`, or nothing."""
    one = in_force(acceptances, record.key)
    if one is None or record.id not in (one.to_run, *one.from_runs):
        return ()
    return ("accepted" if record.id == one.to_run else "replaced",)


def whole(record: RunRecord, acceptances: Sequence[Acceptance] = ()) -> str:
    """One record by its aspects: what decided the results first, then what it gave."""
    one = in_force(acceptances, record.key)
    stands = standing(record, acceptances)
    by = f"by {one.who} on {one.when[:10]}: {_one_line(one.why)}" if one else ""
    if one and "replaced" in stands:
        by = f"by run {one.to_run}, accepted {by}"
    lines = [
        f"run {record.id}",
        *_block(
            [
                *((word, by) for word in stands),
                (
                    "made",
                    f"{record.created[:19].replace('T', ' ')} UTC, {_KINDS[record.kind]}, {record.origin}",
                ),
                ("key", record.key),
                ("reproof", record.reproof),
            ]
        ),
        *_code(record),
        *_config(record.config),
        *_environment(record.environment),
        *_data(record.data),
        *_results(record.results),
        "",
        f"all of it: reproof show {record.id[:SHORT]} --format json",
    ]
    return "\n".join(line.rstrip() for line in lines)


def metric_line(metric: Metric) -> str:
    """`auc · country=BR  0.861  (1204 rows)`"""
    rows = f"  ({metric.rows} rows)" if metric.rows is not None else ""
    return f"{metric.label}  {shown_number(metric.value)}{rows}"


_KINDS = {
    "trained": "trained by reproof",
    "locked": "read from dvc.lock and metrics",
    "claimed": "read from committed metrics",
}


def _code(record: RunRecord) -> Iterator[str]:
    code = record.code
    changed = (
        f", with uncommitted changes (a patch of {_many(len(code.patch.splitlines()), 'line')})"
        if code.patch
        else ""
    )
    yield from _titled("code")
    yield from _block(
        [
            ("commit", code.commit + changed),
            ("tree", code.tree or ""),
            ("branch", code.branch or ""),
            ("remote", code.remote or ""),
        ]
    )
    yield from _list("files", [(path, digest[:SHORT]) for path, digest in code.files])
    yield from _list("submodules", [(path, commit[:SHORT]) for path, commit in code.submodules])


def _config(config: Config) -> Iterator[str]:
    yield from _titled("config")
    yield from _list("commands", [(stage, _one_line(command)) for stage, command in config.commands])
    yield from _list("parameters", [(name, _value(value)) for name, value in config.parameters])
    seed = [(config.seed.name, _value(config.seed.value), "declared")] if config.seed else []
    yield from _list("seeds", [*seed, *((one.where, _value(one.value), "found") for one in config.seeds)])
    yield from _list("variables", config.variables)


def _one_line(command: str) -> str:
    first, _, rest = command.strip().partition("\n")
    return f"{first} …" if rest else first


def _environment(environment: Environment) -> Iterator[str]:
    yield from _titled(f"environment, declared in {', '.join(environment.sources) or 'no file'}")
    observed, agrees = environment.observed, environment.disagreements == ()
    told = dict(observed.packages) if observed and agrees else {}  # those stand below, in the same versions
    rows = [
        (one.name, f"declared {one.declared or '-'}", f"installed {one.installed or '-'}")
        for one in environment.disagreements or ()
    ]
    yield from _list("installed otherwise than declared", rows)
    yield from _list("declared", [pair for pair in environment.declared if pair[0] not in told])
    if observed:
        named = dict(environment.declared)
        as_declared = [pair for pair in observed.packages if pair[0] in named] if agrees else []
        yield from _list("packages, installed as declared", as_declared)
        others = [pair for pair in observed.packages if pair not in as_declared]
        yield from _list("packages installed besides" if as_declared else "packages installed", others, FEW)
        yield from _observed(observed)


def _observed(observed: Observed) -> Iterator[str]:
    yield from _block(
        [
            ("python", observed.python),
            ("container", observed.container or ""),
            ("runner", observed.runner or ""),
        ]
    )
    pieces = observed.numeric_class or ()
    yield from _list("numeric class", pieces, MOST_METRICS)
    yield from _list("interpreter", observed.interpreter)
    yield from _list("not from an index", observed.origins)
    yield from _list("machine", [fact for fact in observed.machine if fact not in pieces])
    yield from _list("libraries", [fact for fact in observed.libraries if fact not in pieces])
    yield from _list("accelerators", [fact for fact in observed.accelerators if fact not in pieces])
    yield from _list("determinism", observed.determinism)


def _data(data: Sequence[DataFile]) -> Iterator[str]:
    yield from _titled("data" if data else "data: none is declared")
    yield from _list(
        "inputs",
        [
            (
                item.path,
                _hash(item.hash),
                _size(item.size),
                _shape(item),
                f"read by {', '.join(item.stages)}" if item.stages else "",
                f"from {item.source}{f' at {item.version}' if item.version else ''}" if item.source else "",
            )
            for item in data
        ],
    )
    for item in data:
        if item.columns and len(data) <= MOST:
            yield from _wrapped(f"columns of {item.path}", item.columns)


def _results(results: Results) -> Iterator[str]:
    yield from _titled("results")
    yield from _block(
        [
            ("took", _took(results)),
            ("peak memory", _size(results.peak_memory)),
        ]
    )
    rows = [
        (metric.label, _value(metric.value), "" if metric.rows is None else _many(metric.rows, "row"))
        for metric in results.metrics
    ]
    yield from _list("metrics", rows, MOST_METRICS)
    if results.predictions:
        made = results.predictions
        yield from _list("predictions", [(made.path, _hash(made.hash), _many(made.rows, "row"))])
    yield from _list("artifacts", [(path, _hash(digest)) for path, digest in results.artifacts])
    yield from _list("artifacts that were not written", [(path,) for path in results.unwritten or ()])
    yield from _list(
        "stages",
        [
            (
                stage.name,
                f"key {stage.key[:SHORT]}" if stage.key else "",
                f"after {', '.join(stage.after)}" if stage.after else "",
                _many(len(stage.outputs), "output"),
                f"taken from run {stage.reused}" if stage.reused else "",
            )
            for stage in results.stages
        ],
        MOST_METRICS,
    )
    if results.log_tail:
        yield "  end of the log"
        yield from (f"    {_short(line, 110)}" for line in results.log_tail[-LOG_LINES:])


def _took(results: Results) -> str:
    if results.seconds is None:
        return ""
    cpu = f", {results.cpu_seconds:.1f} s of CPU" if results.cpu_seconds is not None else ""
    return f"{results.seconds:.1f} s{cpu}"


def _titled(title: str) -> Iterator[str]:
    yield ""
    yield _short(title, 110)


def _block(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Named facts; those that are empty are left out."""
    return (f"  {line}" for line in _aligned([row for row in rows if row[1]], widest=110))


def _list(title: str, rows: Sequence[Row], most: int = MOST) -> Iterator[str]:
    """A table below its title and count; nothing where there are no rows."""
    if not rows:
        return
    yield f"  {title} ({len(rows)})" if len(rows) > 1 else f"  {title}"
    shown = rows if len(rows) <= most + 1 else rows[:most]  # "and 1 more" would take the same line
    yield from (f"    {line}" for line in _aligned(shown))
    if len(rows) > len(shown):
        yield f"    and {len(rows) - len(shown)} more"


def _wrapped(title: str, words: Sequence[str]) -> Iterator[str]:
    shown = ", ".join(_short(word) for word in words[:MOST])
    more = f" and {len(words) - MOST} more" if len(words) > MOST else ""
    yield f"  {_short(title)}: {_short(shown, 200)}{more}"


def _aligned(rows: Sequence[Row], widest: int = WIDEST) -> list[str]:
    """Cells below each other; a column that is empty everywhere takes no room."""
    cells = [[_short(cell, widest) for cell in row] for row in rows]
    columns = max(map(len, cells), default=0)
    cells = [[*row, *[""] * (columns - len(row))] for row in cells]
    widths = [max(len(row[column]) for row in cells) for column in range(columns)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width).rstrip()
        for row in cells
    ]


def _short(text: str, most: int = WIDEST) -> str:
    shown = visible(text[: most + 1])
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _value(value: Scalar) -> str:
    """As JSON has it; texts without quotes, unless they read as something else."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"' if value in {"", "true", "false", "null"} or _NUMBER.match(value) else value
    return shown_number(value) if isinstance(value, float) else str(value)


_NUMBER = re.compile(r"[-+]?\.?\d|\s")


def _hash(text: str) -> str:
    kind, colon, digest = text.rpartition(":")
    return f"{kind}{colon}{digest[:SHORT]}"


def _shape(item: DataFile) -> str:
    if item.files is not None and item.rows is None:
        return _many(item.files, "file")
    if item.rows is None:
        return ""
    wide = f", {_many(len(item.columns), 'column')}" if item.columns is not None else ""
    return _many(item.rows, "row") + wide


def _size(size: int | None) -> str:
    if size is None:
        return ""
    if size < 1000:
        return f"{size} B"
    large, unit = float(size), ""
    for unit in ("kB", "MB", "GB", "TB"):  # noqa: B007  the one at which it ends is used
        large /= 1000
        if large < 1000:
            break
    return f"{large:.3g} {unit}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
