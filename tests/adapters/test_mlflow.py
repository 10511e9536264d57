"""Runs at MLflow: contract and the tags, on a file store with the client alone, and on a real tracking server.

The server is the program that `REPROOF_MLFLOW` names (the full mlflow, 0.6 GB, is in no environment of ours):
`REPROOF_MLFLOW=/path/to/mlflow pytest tests/adapters/test_mlflow.py`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from reproof.adapters.mlflow import ARTIFACT, COMMIT, KEY, MLflowRuns
from reproof.errors import StoreError
from reproof.ports import RunStore
from reproof.runs.record import Code
from tests.adapters.run_store_contract import ALL, NEW, OLD, RunStoreContract
from tests.runs.records import record

SERVER = os.environ.get("REPROOF_MLFLOW")
PLACES = ["files", *(["server"] if SERVER else [])]
pytestmark = pytest.mark.filterwarnings("default")  # of MLflow's own


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a tracking server with SQLite, which gives artifacts out itself."""
    assert SERVER
    folder = tmp_path_factory.mktemp("mlflow")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["--host", "127.0.0.1", "--port", str(port), "--backend-store-uri", f"sqlite:///{folder}/m.db"]
    words += ["--artifacts-destination", str(folder / "artifacts"), "--workers", "1"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([SERVER, "server", *words], stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/health", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(params=PLACES)
def uri(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "server":
        return str(request.getfixturevalue("server"))
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    return (tmp_path / "mlruns").as_uri()


@pytest.fixture
def experiment(tmp_path: Path) -> str:
    return f"exp{abs(hash(tmp_path))}"


@pytest.fixture
def store(uri: str, experiment: str, tmp_path: Path) -> RunStore:
    return MLflowRuns(uri, experiment, str(tmp_path / "waiting"))


class TestMLflow(RunStoreContract):
    pass


def runs(uri: str, experiment: str, wanted: str = "") -> list[Any]:
    """What MLflow's own client finds."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(uri)
    found = client.get_experiment_by_name(experiment)
    return list(client.search_runs([found.experiment_id], wanted)) if found else []


def test_mlflow_itself_finds_the_run_by_commit_and_by_key_with_its_metrics_and_parameters(
    uri: str, experiment: str, store: RunStore
) -> None:
    made = record(7, metrics={"auc[land=BR]": 0.25, "f1": 1e-9})
    planted = replace(made, code=replace(made.code, remote="https://ada:hunter2secret@example.org/x.git"))
    with pytest.raises(StoreError):
        store.add([planted])
    made = replace(made, code=replace(made.code, remote="https://example.org/x.git"))
    store.add([made])
    for wanted in (f"tags.`{COMMIT}` = '{made.code.commit}'", f"tags.`{KEY}` = '{made.key}'"):
        (run,) = runs(uri, experiment, wanted)
        assert run.data.metrics == {"auc_land_BR_": 0.25, "f1": 1e-9}
        assert run.data.params == {"lr": "0.1"}
        assert run.data.tags["mlflow.source.git.branch"] == "main"
        assert run.data.tags["mlflow.source.name"] == "python train.py"
        assert run.data.tags["mlflow.source.git.repoURL"] == "https://example.org/x.git"
        assert run.info.status == "FINISHED"


def test_a_run_without_the_last_tag_is_none_of_ours(uri: str, experiment: str, store: RunStore) -> None:
    """What a kill in the middle of sending leaves; the record waits, and is sent again whole."""
    from mlflow.tracking import MlflowClient

    store.add([OLD])
    (run,) = runs(uri, experiment)
    MlflowClient(uri).delete_tag(run.info.run_id, "reproof.run")
    assert tuple(store.all()) == ()
    assert store.newest_recorded([OLD.code.commit]) is None
    store.add([OLD])
    assert tuple(store.all()) == (OLD,)


def test_an_artifact_that_is_another_record_is_refused(
    uri: str, experiment: str, store: RunStore, tmp_path: Path
) -> None:
    from mlflow.tracking import MlflowClient

    store.add([OLD])
    (run,) = runs(uri, experiment)
    MlflowClient(uri).set_tag(run.info.run_id, KEY, NEW.key[::-1] + "0")
    with pytest.raises(StoreError, match="another run than its tags say"):
        store.all()
    forged = tmp_path / Path(ARTIFACT).name
    forged.write_text("{}")
    MlflowClient(uri).log_artifact(run.info.run_id, str(forged), str(Path(ARTIFACT).parent))
    with pytest.raises(StoreError, match="lacks schema"):
        store.all()


ADD = """
import sys
from reproof.adapters.mlflow import MLflowRuns
from tests.runs.records import record
uri, experiment, folder, first = sys.argv[1:]
for number in range(int(first), int(first) + 5):
    MLflowRuns(uri, experiment, folder).add([record(number)])
"""


def test_processes_that_start_an_experiment_at_once_lose_nothing(
    uri: str, experiment: str, store: RunStore, tmp_path: Path
) -> None:
    if uri.startswith("file:"):
        store.add([])  # MLflow's file store makes an experiment twice when two ask at once; a server does not
        MLflowRuns(uri, experiment, str(tmp_path / "first")).add([record(99)])
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore",
                "-c",
                ADD,
                uri,
                experiment,
                str(tmp_path / f"w{number}"),
                str(number * 5),
            ],
            cwd=Path(__file__).parents[2],
        )
        for number in range(3)
    ]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
    assert [made.id for made in store.all() if made.id != record(99).id] == [record(n).id for n in range(15)]


def test_what_cannot_be_sent_is_kept_said_without_credentials_and_sent_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    waiting = str(tmp_path / "waiting")
    closed = MLflowRuns("http://ada:hunter2secret@127.0.0.1:9", "x", waiting)
    with pytest.raises(StoreError, match=r"1 recorded run\(s\) could not be sent") as refused:
        closed.add([OLD])
    assert tuple(closed.same_key(OLD.key)) == (OLD,)
    told = f"{refused.value.message} {refused.value.hint} {capsys.readouterr()}"
    assert "hunter2secret" not in told
    assert "kept in this clone" in told
    MLflowRuns((tmp_path / "mlruns").as_uri(), "x", waiting).add([NEW])
    shutil.rmtree(waiting)
    assert tuple(MLflowRuns((tmp_path / "mlruns").as_uri(), "x", waiting).all()) == (OLD, NEW)


class Refusing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"message": "\x1b[31mno"}'
        self.send_response(401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_what_a_server_answers_steers_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        store = MLflowRuns(f"http://127.0.0.1:{server.server_port}", "x", str(tmp_path / "waiting"))
        with pytest.raises(StoreError):
            store.add([OLD])
        assert tuple(store.same_key(OLD.key)) == (OLD,)
        server.shutdown()
    said = capsys.readouterr().err
    assert "[31mno" in said
    assert "\x1b" not in said


def test_a_server_that_nobody_named_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with pytest.raises(StoreError, match="no MLflow tracking server") as refused:
        MLflowRuns(None, "x", str(tmp_path)).all()
    assert "MLFLOW_TRACKING_URI" in (refused.value.hint or "")


def test_no_push_keeps_the_run_here_and_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    uri = (tmp_path / "mlruns").as_uri()
    store = MLflowRuns(uri, "x", str(tmp_path / "waiting"), push=False)
    store.add(ALL)
    assert tuple(store.all()) == ALL
    assert runs(uri, "x") == []


def test_what_is_no_hash_never_gets_into_a_filter(store: RunStore) -> None:
    with pytest.raises(StoreError, match="neither a key"):
        store.same_key("x' OR '1'='1")


def test_text_that_is_no_utf_8_and_very_long_parameters_are_sent(store: RunStore) -> None:
    made = record(3, code=Code("c" * 40, (), "br\udcffanch"))
    made = replace(made, config=replace(made.config, parameters=(("näme/…", "x" * 9000), ("", None))))
    store.add([made])
    assert tuple(store.all()) == (made,)
