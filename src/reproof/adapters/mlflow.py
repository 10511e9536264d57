"""`RunStore` on an MLflow tracking server: a recorded run is an MLflow run, with MLflow's own tag names.

The whole record is the artifact `reproof/record.json`; parameters and metrics stand beside it for people and for
MLflow's own tables. The tag `reproof.run` is set last, and a run without it is none of ours: a kill at any moment
leaves a whole record or none. An acceptance is an MLflow run, too, with the tag `reproof.acceptance`. What cannot
be sent waits in this clone.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import os
import re
import shlex
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from reproof.errors import MissingToolError, NotSentError, StoreError
from reproof.extras import how_to_install
from reproof.redact import redact
from reproof.runs.acceptance import newest_last
from reproof.runs.record import oldest_first
from reproof.runs.waiting import ACCEPTANCES, KEPT_HERE, NOT_OURS, RECORDS, Kept, Waiting, waiting_words
from reproof.visible import visible

try:
    import fcntl
except ImportError:  # Windows: two processes of one clone may send a record twice; it is read once
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from reproof.runs.acceptance import Acceptance
    from reproof.runs.record import Metric as Measured
    from reproof.runs.record import RunRecord, Scalar
    from reproof.runs.waiting import Format

T = TypeVar("T", bound=Kept)

RUN, ACCEPTED, KEY = "reproof.run", "reproof.acceptance", "reproof.key"
COMMIT = "mlflow.source.git.commit"
ARTIFACT, ACCEPTED_ARTIFACT = "reproof/record.json", "reproof/acceptance.json"
LONGEST = 500  # characters of a parameter or tag that every server takes
LOT = 100  # parameters, or metrics, in one request
PAGE = 1000  # runs in one answer
AT_ONCE = 8  # artifacts that are read at the same time
_HEXADECIMAL = re.compile(r"[0-9a-f]*")
_NOT_IN_NAMES = re.compile(r"[^\w\-. /]", re.ASCII)


class MLflowRuns:
    """The recorded runs of one experiment."""

    def __init__(self, uri: str | None, experiment: str, folder: str, *, push: bool = True) -> None:
        """`uri` is the tracking server's; None leaves it to MLFLOW_TRACKING_URI. `folder` is for what waits.

        Nothing is imported or asked yet.
        """
        self._uri = uri or os.environ.get("MLFLOW_TRACKING_URI") or None
        self._experiment = experiment
        self._waiting = Waiting(folder, RECORDS)
        self._waiting_acceptances = Waiting(os.path.join(folder, "accepted"), ACCEPTANCES)
        self._folder = folder
        self._push = push

    def same_key(self, key: str) -> Sequence[RunRecord]:
        """All runs of a key, oldest first."""
        return self._those(f"tags.`{KEY}` = '{_hexadecimal(key)}'", lambda record: record.key == key)

    def of_commit(self, commit: str) -> Sequence[RunRecord]:
        """All runs of a commit, oldest first."""
        wanted = f"tags.`{COMMIT}` = '{_hexadecimal(commit)}'"
        return self._those(wanted, lambda record: record.code.commit == commit)

    def starting_with(self, prefix: str) -> Sequence[RunRecord]:
        """All runs whose ids start with a text, oldest first."""
        wanted = f"tags.`{RUN}` LIKE '{_hexadecimal(prefix)}%'"
        return self._those(wanted, lambda record: record.id.startswith(prefix))

    def newest_recorded(self, commits: Iterable[str]) -> str | None:
        """The first of the commits that has a recorded run; the server is asked for each in turn."""
        waiting = {record.code.commit for record in self._waiting.all()}
        for commit in commits:
            wanted = f"tags.`{COMMIT}` = '{_hexadecimal(commit)}'"
            if commit in waiting or next(self._found(wanted, RUN), None) is not None:
                return commit
        return None

    def all(self) -> Sequence[RunRecord]:
        """Every run, oldest first."""
        return self.starting_with("")

    def newest(self, limit: int) -> Sequence[RunRecord]:
        """The newest runs, oldest first; the records of others are not read."""
        return self._those(f"tags.`{RUN}` LIKE '%'", lambda _: True, limit)[-limit:]

    def add(self, records: Sequence[RunRecord]) -> None:
        """Keep the records here, then send all that wait; raises `NotSentError` saying what was kept."""
        self._waiting.keep(records)
        self._send_waiting()

    def accepted(self) -> Sequence[Acceptance]:
        """Every acceptance, oldest first."""
        waiting = self._waiting_acceptances.all()
        sent = self._sent(_ACCEPTANCE, f"tags.`{ACCEPTED}` LIKE '%'", None, instead=bool(waiting))
        return newest_last({one.id: one for one in (*waiting, *sent)}.values())

    def accept(self, acceptance: Acceptance) -> None:
        """Keep the acceptance here, then send all that waits; raises `NotSentError` saying what was kept."""
        self._waiting_acceptances.keep([acceptance])
        self._send_waiting()

    def _send_waiting(self) -> None:
        if not self._push or not (len(self._waiting) or len(self._waiting_acceptances)):
            return
        with self._alone():
            records, acceptances = self._waiting.all(), self._waiting_acceptances.all()
            try:
                self._send_all(_RECORD, records)
                self._send_all(_ACCEPTANCE, acceptances)
            except StoreError as error:
                raise NotSentError(
                    f"{waiting_words(records, acceptances)} could not be sent to MLflow: {error.message}",
                    f"{error.hint} {KEPT_HERE}",
                ) from None
            self._waiting.release(records)
            self._waiting_acceptances.release(acceptances)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process of this clone at a time sends what waits."""
        with open(os.path.join(self._folder, "reproof.lock"), "ab") as handle:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    # Writing.

    def _send_all(self, sort: _Sort[T], things: Sequence[T]) -> None:
        """All without the tag that makes them ours, then the tags."""
        sent = [(thing, self._send(sort, thing)) for thing in things if not self._has(sort, thing)]
        for thing, run in sent:
            self._ask(self._client.set_tag, run, sort.tag, thing.id)
            self._ask(self._client.set_terminated, run, "FINISHED", _milliseconds(sort.row(thing).ended))

    def _has(self, sort: _Sort[T], thing: T) -> bool:
        return next(self._found(f"tags.`{sort.tag}` = '{thing.id}'", sort.tag), None) is not None

    def _send(self, sort: _Sort[T], thing: T) -> str:
        """A run with all but the tag that makes it one of ours; its id at MLflow's."""
        from mlflow.entities import Metric, Param

        row = sort.row(thing)
        moment = _milliseconds(row.ended, row.seconds)
        tags = {name: _text(value)[:LONGEST] for name, value in row.tags.items()}
        made = self._ask(self._client.create_run, self._experiment_id(), moment, tags, f"reproof {thing.id}")
        run: str = made.info.run_id
        with tempfile.TemporaryDirectory() as scratch:
            path = os.path.join(scratch, os.path.basename(sort.artifact))
            with open(path, "wb") as handle:
                handle.write(sort.format.written([thing])[thing.id])
            self._ask(self._client.log_artifact, run, path, os.path.dirname(sort.artifact))
        params = {_named(name): _text(str(value))[:LONGEST] for name, value in row.parameters}
        metrics = {_named(metric.label): metric.value for metric in row.metrics}
        for lot in _lots(list(params.items())):
            self._ask(self._client.log_batch, run, params=[Param(name, value) for name, value in lot])
        for lot in _lots(list(metrics.items())):
            values = [Metric(name, value, moment, 0) for name, value in lot]
            self._ask(self._client.log_batch, run, metrics=values)
        return run

    def _experiment_id(self) -> str:
        return self._known_experiment() or str(self._made_experiment())

    def _known_experiment(self) -> str | None:
        found = self._ask(self._client.get_experiment_by_name, self._experiment)
        if found is not None and found.lifecycle_stage != "active":
            raise StoreError(
                f"the MLflow experiment {self._experiment!r} is deleted",
                "Restore it, or name another one: [tool.reproof.store] experiment.",
            )
        return None if found is None else str(found.experiment_id)

    def _made_experiment(self) -> object:
        try:
            return self._ask(self._client.create_experiment, self._experiment)
        except StoreError:
            known = self._known_experiment()  # another process may have been faster
            if known is None:
                raise
            return known

    # Reading.

    def _those(
        self, wanted: str, fits: Callable[[RunRecord], bool], limit: int | None = None
    ) -> tuple[RunRecord, ...]:
        waiting = [record for record in self._waiting.all() if fits(record)]
        sent = self._sent(_RECORD, wanted, limit, instead=bool(waiting))
        return oldest_first({record.id: record for record in (*waiting, *sent) if fits(record)}.values())

    def _sent(self, sort: _Sort[T], wanted: str, limit: int | None, *, instead: bool) -> list[T]:
        """What the server has; with `instead`, that it does not answer is said and no error."""
        try:
            runs = list(itertools.islice(self._found(wanted, sort.tag), limit))
            with ThreadPoolExecutor(AT_ONCE) as pool:
                return list(pool.map(lambda run: self._whole(sort, run), runs))
        except StoreError as error:
            if not instead:
                raise
            print(f"reproof: warning: {visible(error.message)}; showing what this clone has", file=sys.stderr)
            return []

    def _found(self, wanted: str, tag: str) -> Iterator[Any]:
        """MLflow's runs that are ours and whole, newest first."""
        experiment = self._known_experiment()
        token = None
        while experiment is not None:
            page = self._ask(
                self._client.search_runs,
                [experiment],
                wanted,
                max_results=PAGE,
                order_by=["attributes.start_time DESC"],
                page_token=token,
            )
            yield from (run for run in page if tag in run.data.tags)
            token = page.token
            if not token:
                return

    def _whole(self, sort: _Sort[T], run: Any) -> T:
        """The record or acceptance of an MLflow run; raises `StoreError` where it is not the one of its tags."""
        what = f"MLflow run {run.info.run_id}: {sort.artifact}"
        listed = self._ask(self._client.list_artifacts, run.info.run_id, os.path.dirname(sort.artifact))
        if any(item.path == sort.artifact and (item.file_size or 0) > sort.format.limit for item in listed):
            raise StoreError(f"{what} is larger than {sort.format.limit} bytes", NOT_OURS)
        with tempfile.TemporaryDirectory() as scratch:
            path = self._ask(self._client.download_artifacts, run.info.run_id, sort.artifact, scratch)
            thing = sort.format.read_file(path, what)
        tags = {sort.tag: thing.id} | {name: sort.row(thing).tags[name] for name in (KEY, COMMIT)}
        if any(run.data.tags.get(name) != value for name, value in tags.items()):
            raise StoreError(f"{what} is another run than its tags say", NOT_OURS)
        return thing

    # The server.

    @cached_property
    def _client(self) -> Any:
        if self._uri is None:
            raise StoreError(
                "no MLflow tracking server is named",
                "Set MLFLOW_TRACKING_URI, or in pyproject.toml: [tool.reproof.store] uri.",
            )
        for name, value in (
            ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2"),
            ("MLFLOW_HTTP_REQUEST_TIMEOUT", "30"),
            ("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false"),
        ):
            os.environ.setdefault(name, value)
        try:
            from mlflow.tracking import MlflowClient
        except ImportError:
            raise MissingToolError("MLflow's client is not installed", how_to_install("mlflow")) from None
        return self._ask(MlflowClient, self._uri)

    def _ask(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """One request; what MLflow, its transport or a file store complains of, in one line without secrets."""
        try:
            return function(*args, **options)
        except (StoreError, MissingToolError):
            raise
        except Exception as error:  # noqa: BLE001  of many third parties, and all mean the same for us
            lines = redact(str(error)).strip().splitlines() or [type(error).__name__]
            raise StoreError(
                f"the MLflow server at {redact(self._uri or '')} refused or did not answer: {lines[0][:300]}",
                "Check its address and your access (MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_TOKEN).",
            ) from None


@dataclass(frozen=True)
class _Row:
    """What stands in MLflow's own tables: times, tags, parameters, metrics. It began `seconds` before `ended`."""

    ended: str
    seconds: float
    tags: dict[str, str]
    parameters: Sequence[tuple[str, Scalar]]
    metrics: Sequence[Measured]


@dataclass(frozen=True)
class _Sort(Generic[T]):
    """One sort of thing that we keep at MLflow's: `tag` is set last, `artifact` holds it whole."""

    tag: str
    artifact: str
    format: Format[T]
    row: Callable[[T], _Row]


def _record_row(record: RunRecord) -> _Row:
    tags = {
        COMMIT: record.code.commit,
        KEY: record.key,
        "reproof.kind": record.kind,
        "mlflow.source.type": "JOB" if record.origin == "ci" else "LOCAL",
    }
    if record.code.branch:
        tags["mlflow.source.git.branch"] = record.code.branch
    if record.code.remote:
        tags["mlflow.source.git.repoURL"] = redact(record.code.remote)
    if record.config.commands:
        words = record.config.commands[0][1].split()
        with contextlib.suppress(ValueError):
            words = shlex.split(record.config.commands[0][1])
        tags["mlflow.source.name"] = redact(" ".join(words))
    results = record.results
    return _Row(record.created, results.seconds or 0.0, tags, record.config.parameters, results.metrics)


def _acceptance_row(one: Acceptance) -> _Row:
    tags = {
        COMMIT: one.head,
        KEY: one.key,
        "reproof.accepted": one.to_run,
        "mlflow.user": one.who,
        "mlflow.note.content": one.why,
    }
    return _Row(one.when, 0.0, tags, (), one.metrics)


_RECORD = _Sort(RUN, ARTIFACT, RECORDS, _record_row)
_ACCEPTANCE = _Sort(ACCEPTED, ACCEPTED_ARTIFACT, ACCEPTANCES, _acceptance_row)


def _named(label: str) -> str:
    """A name that every MLflow takes; of two that become the same the last stays (the record has both)."""
    return _NOT_IN_NAMES.sub("_", label)[:250].strip("/. ") or "_"


def _text(value: str) -> str:
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def _lots(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), LOT):
        yield items[start : start + LOT]


def _milliseconds(ended: str, seconds: float = 0.0) -> int:
    return max(0, int((dt.datetime.fromisoformat(ended).timestamp() - seconds) * 1000))


def _hexadecimal(text: str) -> str:
    """What stands inside a filter of MLflow's; a key, a commit or an id is never anything else."""
    if not _HEXADECIMAL.fullmatch(text):
        raise StoreError(f"{text!r} is neither a key, a commit nor a run's id")
    return text
