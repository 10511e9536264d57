"""`RunStore` on an MLflow tracking server: a recorded run is an MLflow run, with MLflow's own tag names.

The whole record is the artifact `reproof/record.json`; parameters and metrics stand beside it for people and for
MLflow's own tables. The tag `reproof.run` is set last, and a run without it is none of ours: a kill at any moment
leaves a whole record or none. What cannot be sent waits in this clone.
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
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reproof.errors import MissingToolError, StoreError
from reproof.redact import redact
from reproof.runs.record import oldest_first
from reproof.runs.schema import LIMIT
from reproof.runs.waiting import NOT_OURS, WaitingRecords, read_limited, read_record, written

try:
    import fcntl
except ImportError:  # Windows: two processes of one clone may send a record twice; it is read once
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from reproof.runs.record import RunRecord

RUN, KEY = "reproof.run", "reproof.key"
COMMIT = "mlflow.source.git.commit"
ARTIFACT = "reproof/record.json"
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
        self._waiting = WaitingRecords(folder)
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
            if commit in waiting or next(self._found(wanted), None) is not None:
                return commit
        return None

    def all(self) -> Sequence[RunRecord]:
        """Every run, oldest first."""
        return self.starting_with("")

    def newest(self, limit: int) -> Sequence[RunRecord]:
        """The newest runs, oldest first; the records of others are not read."""
        return self._those(f"tags.`{RUN}` LIKE '%'", lambda _: True, limit)[-limit:]

    def add(self, records: Sequence[RunRecord]) -> None:
        """Keep the records here, then send all that wait; raises `StoreError` saying what was kept."""
        self._waiting.keep(written(records))
        if not self._push or not len(self._waiting):
            return
        with self._alone():
            waiting = self._waiting.all()
            try:
                sent = [(record, self._send(record)) for record in waiting if not self._has(record)]
                for record, run in sent:
                    self._ask(self._client.set_tag, run, RUN, record.id)
                    self._ask(self._client.set_terminated, run, "FINISHED", _milliseconds(record, ended=True))
            except StoreError as error:
                raise StoreError(
                    f"{len(waiting)} recorded run(s) could not be sent to MLflow: {error.message}",
                    f"{error.hint} They are kept in this clone and go out with the next `reproof run`.",
                ) from None
            self._waiting.release(waiting)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process of this clone at a time sends what waits."""
        with open(os.path.join(self._folder, "reproof.lock"), "ab") as handle:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    # Writing.

    def _has(self, record: RunRecord) -> bool:
        return next(self._found(f"tags.`{RUN}` = '{record.id}'"), None) is not None

    def _send(self, record: RunRecord) -> str:
        """A run with all but the tag that makes it one of ours; its id at MLflow's."""
        from mlflow.entities import Metric, Param

        moment = _milliseconds(record)
        made = self._ask(
            self._client.create_run, self._experiment_id(), moment, _tags(record), f"reproof {record.id}"
        )
        run: str = made.info.run_id
        with tempfile.TemporaryDirectory() as scratch:
            path = os.path.join(scratch, os.path.basename(ARTIFACT))
            with open(path, "wb") as handle:
                handle.write(written([record])[record.id])
            self._ask(self._client.log_artifact, run, path, os.path.dirname(ARTIFACT))
        params = {_named(name): _text(str(value))[:LONGEST] for name, value in record.config.parameters}
        metrics = {_named(metric.label): metric.value for metric in record.results.metrics}
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
        try:
            runs = list(itertools.islice(self._found(wanted), limit))
            with ThreadPoolExecutor(AT_ONCE) as pool:
                sent = list(pool.map(self._record, runs))
        except StoreError as error:
            if not waiting:
                raise
            print(f"reproof: warning: {error.message}; showing what this clone has", file=sys.stderr)
            sent = []
        return oldest_first({record.id: record for record in (*waiting, *sent) if fits(record)}.values())

    def _found(self, wanted: str) -> Iterator[Any]:
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
            yield from (run for run in page if RUN in run.data.tags)
            token = page.token
            if not token:
                return

    def _record(self, run: Any) -> RunRecord:
        """The record of an MLflow run; raises `StoreError` where it is not the one that the tags name."""
        what = f"MLflow run {run.info.run_id}: {ARTIFACT}"
        listed = self._ask(self._client.list_artifacts, run.info.run_id, os.path.dirname(ARTIFACT))
        if any(item.path == ARTIFACT and (item.file_size or 0) > LIMIT for item in listed):
            raise StoreError(f"{what} is larger than {LIMIT} bytes", NOT_OURS)
        with tempfile.TemporaryDirectory() as scratch:
            path = self._ask(self._client.download_artifacts, run.info.run_id, ARTIFACT, scratch)
            record = read_record(read_limited(path), what)
        tags = run.data.tags
        if (record.id, record.key, record.code.commit) != (tags[RUN], tags.get(KEY), tags.get(COMMIT)):
            raise StoreError(f"{what} is another run than its tags say", NOT_OURS)
        return record

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
            raise MissingToolError(
                "MLflow's client is not installed", "Install it: pip install 'reproof[mlflow]'"
            ) from None
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


def _tags(record: RunRecord) -> dict[str, str]:
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
    return {name: _text(value)[:LONGEST] for name, value in tags.items()}


def _named(label: str) -> str:
    """A name that every MLflow takes; of two that become the same the last stays (the record has both)."""
    return _NOT_IN_NAMES.sub("_", label)[:250].strip("/. ") or "_"


def _text(value: str) -> str:
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def _lots(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), LOT):
        yield items[start : start + LOT]


def _milliseconds(record: RunRecord, *, ended: bool = False) -> int:
    seconds = dt.datetime.fromisoformat(record.created).timestamp()
    took = record.results.seconds or 0.0
    return max(0, int((seconds if ended else seconds - took) * 1000))


def _hexadecimal(text: str) -> str:
    """What stands inside a filter of MLflow's; a key, a commit or an id is never anything else."""
    if not _HEXADECIMAL.fullmatch(text):
        raise StoreError(f"{text!r} is neither a key, a commit nor a run's id")
    return text
