"""`RunStore` in memory: what the contract means, in the shortest form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from reproof.runs.acceptance import Acceptance, newest_last
from reproof.runs.record import RunRecord, oldest_first


class MemoryStore:
    """Recorded runs in a list of our own."""

    def __init__(self) -> None:
        self._records: dict[str, RunRecord] = {}
        self._accepted: dict[str, Acceptance] = {}

    def same_key(self, key: str) -> Sequence[RunRecord]:
        return self._those(lambda record: record.key == key)

    def of_commit(self, commit: str) -> Sequence[RunRecord]:
        return self._those(lambda record: record.code.commit == commit)

    def starting_with(self, prefix: str) -> Sequence[RunRecord]:
        return self._those(lambda record: record.id.startswith(prefix))

    def newest_recorded(self, commits: Iterable[str]) -> str | None:
        return next((commit for commit in commits if self.of_commit(commit)), None)

    def all(self) -> Sequence[RunRecord]:
        return self._those(lambda _: True)

    def newest(self, limit: int) -> Sequence[RunRecord]:
        return self.all()[-limit:]

    def add(self, records: Sequence[RunRecord]) -> None:
        self._records = {record.id: record for record in records} | self._records

    def accepted(self) -> Sequence[Acceptance]:
        return newest_last(self._accepted.values())

    def accept(self, acceptance: Acceptance) -> None:
        self._accepted.setdefault(acceptance.id, acceptance)

    def _those(self, fits: Callable[[RunRecord], bool]) -> tuple[RunRecord, ...]:
        return oldest_first(record for record in self._records.values() if fits(record))
