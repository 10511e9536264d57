"""Which runs used which version of a file: how (the stage), when, from where. Pure: records in, uses out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reproof.runs.record import RunRecord

SHORTEST = 6  # digits of a hash that are enough to mean one


@dataclass(frozen=True, slots=True)
class Use:
    """One file in one run. `how` is `read` for data, else `made`: outputs of stages (`stages` did it),
    predictions, artifacts.

    `when` is the run's time, UTC in ISO 8601; `source` and `version` where data came from, as far as known.
    """

    run: str
    commit: str
    when: str
    how: Literal["read", "made"]
    path: str
    hash: str
    stages: tuple[str, ...] = ()
    source: str | None = None
    version: str | None = None


def lineage(records: Iterable[RunRecord], words: str) -> tuple[Use, ...]:
    """The uses of a path (or of what lies below it), or of the content of a hash prefix; in the records' order."""
    return tuple(use for record in records for use in _uses(record) if _meant(use, words))


def _uses(record: RunRecord) -> Iterator[Use]:
    def use(
        how: Literal["read", "made"],
        path: str,
        digest: str,
        stages: tuple[str, ...] = (),
        source: str | None = None,
        version: str | None = None,
    ) -> Use:
        return Use(record.id, record.code.commit, record.created, how, path, digest, stages, source, version)

    for item in record.data:
        yield use("read", item.path, item.hash, item.stages, item.source, item.version)
    seen = set()
    for stage in record.results.stages:
        for path, digest in stage.outputs:
            seen.add(path)
            yield use("made", path, digest, (stage.name,))
    predictions = record.results.predictions
    made = [(predictions.path, predictions.hash)] if predictions else []
    for path, digest in dict((*made, *record.results.artifacts)).items():
        if path not in seen:
            yield use("made", path, digest)


def _meant(use: Use, words: str) -> bool:
    path = words.rstrip("/")
    if use.path == path or use.path.startswith(f"{path}/") or path.startswith(f"{use.path}/"):
        return True
    if use.hash == words:
        return True
    digest = words.partition(":")[2] or words
    if len(digest) < SHORTEST or set(digest) - set("0123456789abcdef"):
        return False
    return use.hash.rpartition(":")[2].startswith(digest)
