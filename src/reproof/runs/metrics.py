"""Metrics files as `Metric` values: JSON, YAML, TOML, CSV and TSV; flat and nested slices.

Nested keys are joined by dots; what is no number is left out. A key may carry a slice (`auc[country=BR]`), or
slices are nested below `slices`
(`{"auc": 0.9, "slices": {"country": {"BR": {"auc": 0.8, "rows": 1204}}}}`). `rows` counts the samples
behind the metrics beside it and below it.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from reproof.errors import UsageError
from reproof.redact import redact
from reproof.runs.hidden import without_secrets
from reproof.runs.record import Metric
from reproof.strict import NON_FINITE
from reproof.yaml_text import load_marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import yaml

    from reproof.runs.record import Slice

LIMIT = 64 * 1024 * 1024  # bytes of one metrics file
MOST = 100_000  # metrics that a record holds, each slice of each


def read_metrics(files: Mapping[str, bytes], secrets: Sequence[str] = ()) -> tuple[Metric, ...]:
    """All metrics of the files, sorted by name and slice; a name in two files gets its file before it.

    What looks like a secret in a name or a slice is hidden, and so are the values `secrets`. Raises `UsageError`
    naming the file, and the line where the format has lines, for what cannot be read.
    """
    found = {path: _of_file(path, data) for path, data in files.items()}
    times = Counter(metric.id for metrics in found.values() for metric in metrics)
    made = [
        metric
        if times[metric.id] == 1
        else Metric(f"{path}:{metric.name}", metric.value, metric.slice, metric.rows)
        for path, metrics in found.items()
        for metric in metrics
    ]
    return tuple(sorted(_without_secrets(made, secrets), key=lambda metric: metric.id))


def _without_secrets(metrics: Sequence[Metric], secrets: Sequence[str]) -> Sequence[Metric]:
    names = "\n".join(text for one in metrics for text in (one.name, *itertools.chain(*one.slice)))
    if redact(names, secrets) == names:  # so it is nearly always, and a file may have many metrics
        return metrics
    hidden = [without_secrets(metric, secrets) for metric in metrics]
    if len({metric.id for metric in hidden}) < len(hidden):
        raise UsageError("the names of two metrics differ in nothing but a secret", "Give them other names.")
    return hidden


def odd_members(path: str, data: bytes) -> tuple[tuple[str, str], ...]:
    """The keys of a metrics file that are no metrics, or booleans, in its order; each with what its value is.

    Raises `UsageError` as `read_metrics` does.
    """
    try:
        members = list(_members(_parse(path, data)))
    except RecursionError:
        raise UsageError(f"{path}: metrics are nested too deeply") from None
    return tuple((member.place or "the whole file", member.odd) for member in members if member.odd)


def _of_file(path: str, data: bytes) -> list[Metric]:
    if len(data) > LIMIT:
        raise UsageError(f"{path}: a metrics file of more than {LIMIT} bytes")
    try:
        members = list(_members(_parse(path, data)))
    except RecursionError:
        raise UsageError(f"{path}: metrics are nested too deeply") from None
    values = [(one.name, one.slice, one.value) for one in members if one.value is not None]
    if len(values) > MOST:
        raise UsageError(
            f"{path}: {len(values):,} numbers, more than the {MOST:,} metrics that a record holds"
        )
    counts = {(name, slice_): value for name, slice_, value in values if _counts_rows(name)}
    metrics = [
        Metric(name, value, slice_, _rows(name, slice_, counts))
        for name, slice_, value in values
        if not _counts_rows(name)
    ]
    for twice in (metric for metric, times in Counter(one.id for one in metrics).items() if times > 1):
        raise UsageError(f"{path}: {Metric(twice[0], 0.0, twice[1]).label} is there twice")
    return metrics


def _counts_rows(name: str) -> bool:
    return name.rpartition(".")[2] == "rows"


def _rows(name: str, slice_: Slice, counts: Mapping[tuple[str, Slice], float]) -> int | None:
    """The count that stands nearest: beside the metric, else in what encloses it. None for what is no count."""
    while name:
        name = name.rpartition(".")[0]
        rows = counts.get((f"{name}.rows" if name else "rows", slice_))
        if rows is not None:
            return int(rows) if rows >= 0 and rows.is_integer() else None
    return None


def _parse(path: str, data: bytes) -> Any:
    suffix = path.rpartition(".")[2].lower()
    try:
        if suffix in {"yaml", "yml"}:
            value, node = load_marked(data, path)
            _refuse_twice(node)
            return value
        text = data.decode("utf-8-sig")
        if suffix == "toml":
            return tomllib.loads(text)
        if suffix in {"csv", "tsv"}:
            return _table(text, "\t" if suffix == "tsv" else ",")
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise UsageError(f"{path}:{error.lineno}: not JSON: {error.msg}") from None
    except (ValueError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read as metrics: {error}") from None


def _table(text: str, delimiter: str) -> dict[str, Any]:
    """A two-column `metric,value` table by its rows; any other by its last row (the final step)."""
    lines = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    if len(lines) < 2:
        return {}
    header, rows = lines[0], lines[1:]
    if [name.strip().lower() for name in header] in (["metric", "value"], ["name", "value"]):
        return _once((row[0], _cell(row[1])) for row in rows if len(row) > 1)
    return _once((name, _cell(value)) for name, value in zip(header, rows[-1], strict=False) if name or value)


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping of the pairs. Of two values under one name nobody can tell which one is meant: `ValueError`."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            raise ValueError(f"{name} is there twice")
        made[name] = value
    return made


def _refuse_twice(root: yaml.Node | None) -> None:
    """The same for the mappings of a YAML document."""
    nodes, seen = [root] if root else [], set[int]()
    while nodes:
        node = nodes.pop()
        if id(node) in seen or not isinstance(node.value, list):
            continue
        seen.add(id(node))
        pairs = [child for child in node.value if isinstance(child, tuple)]
        _once((str(key.value), None) for key, _ in pairs if key.tag != "tag:yaml.org,2002:merge")
        nodes += [value for _, value in pairs] if pairs else node.value


def _cell(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


class _Member(NamedTuple):
    """What a file holds at a place; `value` is None for what is no metric, `odd` says what is to be told of it."""

    place: str
    name: str
    slice: Slice
    value: float | None
    odd: str


def _members(value: Any, name: str = "", slice_: Slice = (), place: str = "") -> Iterator[_Member]:
    if isinstance(value, dict):
        for key, inner in value.items():
            there = _joined(place, key)
            if key == "slices" and isinstance(inner, dict):
                yield from _slices(inner, name, slice_, there)
            else:
                yield from _members(inner, _joined(name, key), slice_, there)
        return
    bare, own = _split(name)
    slice_ = tuple(sorted((*slice_, *own)))
    plain = _number(value)
    if plain is None:
        kinds = {str: "text", list: "a list", type(None): "null"}
        yield _Member(place, bare, slice_, None, f"{kinds.get(type(value), type(value).__name__)}, not taken")
    elif not bare:
        yield _Member(place, bare, slice_, None, "a number without a name, not taken")
    else:
        odd = f"{str(value).lower()}, taken as {int(plain)}" if isinstance(value, bool) else ""
        yield _Member(place, bare, slice_, plain, odd)


def _slices(columns: Mapping[str, Any], name: str, slice_: Slice, place: str) -> Iterator[_Member]:
    for column, groups in columns.items():
        there = _joined(place, column)
        if not isinstance(groups, dict):
            yield _Member(there, name, slice_, None, "no slices by their value, not taken")
            continue
        for group, inner in groups.items():
            yield from _members(inner, name, (*slice_, (str(column), str(group))), _joined(there, group))


def _joined(outer: str, key: object) -> str:
    return f"{outer}.{key}" if outer else str(key)


def _number(value: Any) -> float | None:
    """A number (booleans count as 0 and 1), or one of the words for what JSON cannot write; else None."""
    if isinstance(value, str):
        return NON_FINITE.get(value, math.nan if value.lower() == "nan" else None)
    try:
        return float(value) if isinstance(value, (int, float)) else None
    except OverflowError:
        return math.inf if value > 0 else -math.inf


_SLICED = re.compile(r"(.+?)\[([^\[\]]+)\]\s*")


def _split(name: str) -> tuple[str, Slice]:
    """`auc[country=BR,plan=trial]` -> name and slice; a bracket without `=` belongs to the name."""
    match = _SLICED.fullmatch(name)
    if not match:
        return name, ()
    pairs = [part.partition("=") for part in match.group(2).split(",")]
    if not all(column.strip() and equals for column, equals, _ in pairs):
        return name, ()
    return match.group(1), tuple((column.strip(), value.strip()) for column, _, value in pairs)
