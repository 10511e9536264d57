"""The results of a training, read from the files that it wrote. A file that it did not write is no result."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reproof.errors import TrainingFailedError, UsageError
from reproof.redact import LONG, redact, secret_values
from reproof.runs.canonical import artifact_hash, artifact_hashes
from reproof.runs.capture.before import stamp_of
from reproof.runs.left_out import MOST_MEMBERS, LeftOut
from reproof.runs.locked import locked_stages
from reproof.runs.metrics import LIMIT, odd_members, read_metrics
from reproof.runs.predictions.packed import keep
from reproof.runs.predictions.table import read_predictions
from reproof.runs.record import Predictions, Results
from reproof.runs.tables import SUFFIXES, Budget, table_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reproof.runs.capture.before import Before, Stamp
    from reproof.runs.interpreter import Interpreter
    from reproof.runs.layout import Layout
    from reproof.runs.pipeline import Pipeline
    from reproof.runs.predictions.table import Predictions as Table
    from reproof.runs.record import Metric, StageResult
    from reproof.training.outcome import Outcome


MOST_PREDICTIONS = 1 << 30  # bytes of a file of predictions
LOG_LINES = 50  # of the log's end that a record keeps
LINE = 2_000  # characters of each


def capture_results(
    root: str,
    layout: Layout,
    before: Before,
    outcome: Outcome,
    stage_keys: Mapping[str, str] | None = None,
    interpreter: Interpreter | None = None,
) -> Results:
    """Metrics, predictions, artifact hashes and stage outputs after a training that exited with 0.

    `stage_keys` are those of `Declared`; `interpreter` is the training's own, which reads tables. Raises
    `TrainingFailedError` where no metrics or predictions were written, or none that can be read.
    """
    stamps = dict(before.stamps)
    metrics = _metrics(root, layout, stamps)
    artifacts = _hashes(root, layout.artifacts, interpreter)
    return Results(
        metrics=metrics,
        artifacts=artifacts,
        unwritten=tuple(path for path in layout.artifacts if path not in dict(artifacts)),
        stages=stages_made(root, layout.pipeline, stage_keys or {}) if layout.pipeline else (),
        seconds=round(outcome.seconds, 3),
        predictions=_predictions(root, layout.predictions, stamps),
        cpu_seconds=None if outcome.cpu_seconds is None else round(outcome.cpu_seconds, 3),
        peak_memory=outcome.peak_memory,
        log_tail=tuple(line[:LINE] for line in outcome.log_tail[-LOG_LINES:]),
    )


def _metrics(root: str, layout: Layout, before: Mapping[str, Stamp | None]) -> tuple[Metric, ...]:
    files = {}
    for path in layout.metrics:
        _refuse_unwritten(root, path, before, "metrics")
        try:
            with open(os.path.join(root, path), "rb") as handle:
                files[path] = handle.read(LIMIT + 1)
        except OSError as error:
            raise TrainingFailedError(f"{path} cannot be read: {error.strerror}") from None
    secrets = secret_values(os.environ)
    try:
        # A short value may be a word of a name, which then would not be the same in another environment.
        metrics = read_metrics(files, [secret for secret in secrets if len(secret) >= LONG])
    except UsageError as error:
        raise TrainingFailedError(redact(error.message, secrets), error.hint) from None
    if not metrics:
        raise TrainingFailedError(f"there is no number in {', '.join(files) or 'any metrics file'}")
    return metrics


def left_out(root: str, layout: Layout) -> list[LeftOut]:
    """Of the last training's metrics files what is no metric, and artifacts that are declared and not there."""
    found = [LeftOut(path) for path in layout.artifacts if not _is_there(os.path.join(root, path))]
    for path in layout.metrics:
        try:
            with open(os.path.join(root, path), "rb") as handle:
                odd = odd_members(path, handle.read(LIMIT))
        except (OSError, UsageError):
            continue  # what was recorded was read before
        if odd:
            secrets = secret_values(os.environ)
            named = tuple(redact(f"{name} ({why})", secrets) for name, why in odd[:MOST_MEMBERS])
            found.append(LeftOut(path, named, len(odd) - len(named)))
    return found


def _refuse_unwritten(root: str, path: str, before: Mapping[str, Stamp | None], setting: str) -> None:
    now = stamp_of(root, path)
    if now is None:
        there = "is a folder" if os.path.isdir(os.path.join(root, path)) else "is not a file"
        odd = f" ({path} {there})" if os.path.lexists(os.path.join(root, path)) else ""
        raise TrainingFailedError(
            f"the training exited with 0 but wrote no {path}{odd}: let it write that file, or name the right "
            f"one in [tool.reproof] {setting}"
        )
    if now == before.get(path):
        raise TrainingFailedError(
            f"{path} was there before and this training did not write it, so its numbers are not those of this "
            "run: let the training write it anew"
        )


def _predictions(root: str, path: str | None, before: Mapping[str, Stamp | None]) -> Predictions | None:
    """Of CSV and TSV by sample and answer, whatever their order; of other formats by canonical hash."""
    if path is None:
        return None
    _refuse_unwritten(root, path, before, "predictions")
    place = os.path.join(root, path)
    try:
        if os.path.getsize(place) > MOST_PREDICTIONS:
            raise TrainingFailedError(f"{path}: predictions of more than {MOST_PREDICTIONS} bytes")
        if path.lower().endswith(tuple(SUFFIXES)):
            with open(place, "rb") as handle:
                read = read_predictions(handle, path)
            return Predictions(path, read.hash, read.rows, _kept(read))
        table = table_of(place, Budget(MOST_PREDICTIONS))
        if table is None:
            raise TrainingFailedError(
                f"{path}: its samples cannot be counted",
                "Write one row a sample: CSV, TSV, JSON lines or NumPy.",
            )
        return Predictions(path, artifact_hash(place), table.rows)
    except UsageError as error:
        raise TrainingFailedError(error.message, error.hint) from None
    except OSError as error:
        raise TrainingFailedError(f"{path} cannot be read: {error.strerror}") from None


def _kept(table: Table) -> str | None:
    """The predictions as the record holds them: packed, a secret in a label would not be found again."""
    secrets = secret_values(os.environ)
    if any(redact(label, secrets) != label for label in table.labels or ()):
        return None
    return keep(table)


def stages_made(root: str, pipeline: Pipeline, keys: Mapping[str, str]) -> tuple[StageResult, ...]:
    """Stage outputs by DVC's own hashes, from the `dvc.lock` that a training wrote below `root`.

    Raises `TrainingFailedError` for one that cannot be read.
    """

    def read(path: str) -> bytes | None:
        try:
            with open(os.path.join(root, path), "rb") as handle:
                return handle.read(LIMIT + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TrainingFailedError(f"{path} cannot be read: {error.strerror}") from None

    try:
        return locked_stages(pipeline, read, keys)
    except UsageError as error:
        raise TrainingFailedError(error.message, error.hint) from None


def _hashes(
    root: str, paths: tuple[str, ...], interpreter: Interpreter | None
) -> tuple[tuple[str, str], ...]:
    """Canonical hashes of what exists; a declared output that is missing has none, and shows up as a difference."""
    full = {path: os.path.join(root, path) for path in paths}
    there = {path: place for path, place in full.items() if _is_there(place)}
    try:
        hashes = artifact_hashes(there.values(), interpreter)
    except OSError as error:
        raise TrainingFailedError(f"the artifact {error.filename} cannot be read: {error.strerror}") from None
    return tuple((path, hashes[place]) for path, place in there.items())


def _is_there(place: str) -> bool:
    """Whether an artifact can be hashed: of a pipe or a device the end would be waited for in vain."""
    return os.path.isfile(place) or os.path.isdir(place)
