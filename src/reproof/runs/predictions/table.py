"""A predictions file as a table: CSV or TSV, one row a sample.

Columns are known by their names (`IDS`, `PREDICTIONS`, `TARGETS`): an id, without which samples are told by their
place; the prediction; the true value, if it is there. Predictions are labels (texts, or whole numbers) or numbers.
Pure: bytes in, values out.
"""

from __future__ import annotations

import array
import csv
import hashlib
import io
import json
import sys
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO, Literal

from reproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

IDS = ("id", "sample_id", "sample", "index", "row_id", "row", "uid", "key", "")  # the last: pandas' own index
PREDICTIONS = ("prediction", "predictions", "predicted", "pred", "y_pred", "yhat", "y_hat", "predicted_label")
TARGETS = ("target", "y_true", "truth", "actual", "y", "label", "true_label", "expected")
MOST_ROWS = 20_000_000  # of one file
MOST_LABELS = 10_000  # different texts; a column with more is no label


@dataclass(frozen=True, slots=True)
class Predictions:
    """One run's predictions, in the order of their ids (without ids: of the file).

    `labels` are the different predictions and targets, sorted, and `values` their positions; numbers have no
    labels and stand in `values` as they are. `targets` is like `values`, or None. `ids` names the samples where the
    file does, and is None in a table that was unpacked, which knows only their digest.
    """

    labels: tuple[str, ...] | None
    values: array.array[int] | array.array[float]
    targets: array.array[int] | array.array[float] | None
    samples: str | None
    ids: tuple[str, ...] | None = None

    @property
    def rows(self) -> int:
        """How many samples there are."""
        return len(self.values)

    @property
    def hash(self) -> str:
        """`predictions:sha256:<hex>` of samples and predictions: equal where every sample is predicted alike."""
        digest = hashlib.sha256(json.dumps([self.samples, self.rows]).encode("ascii"))
        values = self.values
        if self.labels is not None:  # only those that are predicted: targets are no part of the answer
            used = sorted(set(map(int, values)))
            digest.update(json.dumps([self.labels[place] for place in used]).encode("ascii"))
            places = {place: position for position, place in enumerate(used)}
            values = array.array("H", map(places.__getitem__, map(int, values)))
        digest.update(b"\n" + little_endian(values))
        return f"predictions:sha256:{digest.hexdigest()}"

    @property
    def correct(self) -> int | None:
        """How many labels are the target; None for numbers, or without targets."""
        if self.targets is None or self.labels is None:
            return None
        return sum(map(int.__eq__, self.values, self.targets))  # type: ignore[arg-type]


def read_predictions(handle: BinaryIO, path: str) -> Predictions:
    """The predictions of a CSV or TSV file that is open for bytes; `path` says which, and names it in errors.

    Raises `UsageError` with the line for what cannot be read. Memory: 8 bytes a sample, and its id.
    """
    text = io.TextIOWrapper(handle, encoding="utf-8-sig", newline="")
    rows = csv.reader(text, delimiter="\t" if path.lower().endswith(".tsv") else ",", strict=True)
    try:
        header = next(rows, None)
        if header is None:
            raise UsageError(f"{path}: no predictions: the file is empty")
        at = _columns(header, path)
        table = _Table(at)
        for row in rows:
            if row:
                table.add(row, path, rows.line_num)
        return table.made(path)
    except csv.Error as error:
        raise UsageError(f"{path}:{max(1, rows.line_num)}: not a table: {error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8 after line {rows.line_num}") from None
    finally:
        text.detach()


@dataclass(frozen=True, slots=True)
class _Columns:
    width: int
    prediction: int
    id: int | None
    target: int | None


def _columns(header: Sequence[str], path: str) -> _Columns:
    names = [name.strip().lower() for name in header]
    kinds = (PREDICTIONS, IDS, TARGETS)
    prediction, own, target = (
        next((names.index(name) for name in kind if name in names), None) for kind in kinds
    )
    if prediction is None:
        if len(names) == 1:
            prediction, own, target = 0, None, None
        elif target is not None and own is not None and len(names) == 2:
            prediction, target = target, None  # `id,label`: what is there beside the id is the prediction
        elif own is not None and len(names) == 2:
            prediction = 1 - own
        else:
            raise UsageError(
                f"{path}:1: which column is the prediction? There are {', '.join(header[:9])[:200]}",
                "Call it `prediction`; the sample's `id` and the true `target` may stand beside it.",
            )
    return _Columns(len(names), prediction, own, target)


class _Table:
    """Rows being read: cells are numbered as they come, so a label costs its number."""

    def __init__(self, at: _Columns) -> None:
        self.at = at
        self.ids: list[str] = []
        self.texts: dict[str, int] = {}
        self.cells = array.array("q")
        self.targets = array.array("q")
        self.numbers = array.array("d")
        self.goals = array.array("d")
        self.numeric = True  # until a cell is no number
        self.whole = True  # until a number is no whole one
        self.overflowing = False  # until there are more texts than labels may be

    def add(self, row: list[str], path: str, line: int) -> None:
        """One sample."""
        at = self.at
        if len(row) != at.width:
            raise UsageError(f"{path}:{line}: {len(row)} cells under {at.width} names")
        if len(self.cells) >= MOST_ROWS:
            raise UsageError(f"{path}:{line}: more than {MOST_ROWS:,} samples")
        if at.id is not None:
            self.ids.append(row[at.id])
        self.cells.append(self._cell(row[at.prediction], self.numbers, path, line))
        if at.target is not None:
            self.targets.append(self._cell(row[at.target], self.goals, path, line))

    def _cell(self, cell: str, numbers: array.array[float], path: str, line: int) -> int:
        """The cell's number among the texts; -1 once there are too many for labels."""
        if self.numeric:
            try:
                value = float(cell)
            except ValueError:
                self.numeric = False
            else:
                numbers.append(value)
                self.whole = self.whole and cell.strip().lstrip("+-").isdecimal()
        known = self.texts.get(cell)
        if known is not None:
            return known
        if len(self.texts) < MOST_LABELS:
            self.texts[cell] = len(self.texts)
            return len(self.texts) - 1
        if not self.numeric:
            raise UsageError(
                f"{path}:{line}: more than {MOST_LABELS:,} different labels",
                "A prediction is a label or a number; scores may stand in other columns.",
            )
        self.overflowing = True
        return -1

    def made(self, path: str) -> Predictions:
        """The table, sorted by ids."""
        if not len(self.cells):
            raise UsageError(f"{path}: no predictions below the header")
        order = self._order(path)
        if not self.numeric and self.overflowing:
            raise UsageError(
                f"{path}: more than {MOST_LABELS:,} different predictions that are not all numbers"
            )
        values: array.array[int] | array.array[float]
        goals: array.array[int] | array.array[float]
        labels = None
        if not self.numeric or (self.whole and not self.overflowing):
            labels = tuple(sorted(self.texts))
            places = {label: place for place, label in enumerate(labels)}
            to_place = [places[label] for label in self.texts]
            code = code_of(len(labels))
            values = array.array(code, (to_place[int(one)] for one in _in(self.cells, order)))
            goals = array.array(code, (to_place[int(one)] for one in _in(self.targets, order)))
        else:
            values = array.array("d", _in(self.numbers, order))
            goals = array.array("d", _in(self.goals, order))
        ids = tuple(self.ids[place] for place in order) if order is not None else None
        return Predictions(
            labels=labels,
            values=values,
            targets=goals if self.at.target is not None else None,
            samples=_sample_digest(ids) if ids is not None else None,
            ids=ids,
        )

    def _order(self, path: str) -> list[int] | None:
        """The places of the samples in the order of their ids; None without ids."""
        if self.at.id is None:
            return None
        order = sorted(range(len(self.ids)), key=self.ids.__getitem__)
        for before, after in pairwise(order):
            if self.ids[before] == self.ids[after]:
                raise UsageError(f"{path}: the sample {self.ids[after][:80]!r} is there twice")
        return order


def _in(values: array.array[int] | array.array[float], order: list[int] | None) -> Iterator[int | float]:
    return iter(values) if order is None or not len(values) else map(values.__getitem__, order)


def code_of(labels: int) -> Literal["B", "H"]:
    """The kind of array that holds places among so many labels."""
    return "B" if labels <= 256 else "H"


def _sample_digest(ids: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for start in range(0, len(ids), 4096):
        digest.update(json.dumps(ids[start : start + 4096]).encode("ascii"))
    return digest.hexdigest()


def little_endian(values: array.array[int] | array.array[float]) -> bytes:
    """The elements' bytes in the order of most machines."""
    if sys.byteorder == "little":
        return values.tobytes()
    swapped = array.array(values.typecode, values)
    swapped.byteswap()
    return swapped.tobytes()
