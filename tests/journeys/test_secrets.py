"""Secrets planted wherever a project has some; then every record, log, report, branch and cache is searched."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.git_server import git_server, has_http_backend
from tests.journeys.program import BIN, PATH, reproof
from tests.repositories import commit, environment, git, make_repository
from tests.requires import requires

pytestmark = [
    requires("uv"),
    requires("dvc"),
    pytest.mark.skipif(not has_http_backend(), reason="git has no http-backend"),
]

# None has a known shape, so that a name, an address or the environment must give it away. They are put together
# here, so that no scanner takes this file for a leak.
PLANTED = {
    name: f"plant{number}-{name}-Zq7"
    for number, name in enumerate(
        ("variable", "origin", "dvc-remote", "uv-index", "pip-conf", "requirement", "direct-url", "option",
         "printed", "parameter", "nested", "raised", "token", "import-url", "query", "accepted",
         "flag", "aws-secret", "hugging-face", "pip-index", "private-key", "parameter-name", "parameter-text",
         "parameter-list", "metric-name", "slice-name", "odd-name", "database", "coloured", "split", "list-option",
         "conda-token", "branch", "quoted")
    )
}  # fmt: skip

TRAIN = """\
import base64, json, os, sys, time
from urllib.parse import quote
print("connecting to postgres://ada:{printed}@db.example.org/x and", os.environ["DB_PASSWORD"], flush=True)
print("GET https://api.example.org/x?api_key={query}", file=sys.stderr)
print("calling api --token={flag} --out x; AWS_SECRET_ACCESS_KEY={aws_secret}", flush=True)
print("hub login with", os.environ["HF_TOKEN"], "index", os.environ["PIP_INDEX_URL"], flush=True)
print("-----BEGIN " + "PRIVATE KEY-----\\n{private_key}\\nMIIE{private_key}\\n-----END " + "PRIVATE KEY-----")
print("database", os.environ["DATABASE_URL"].split(":")[2].split("@")[0], flush=True)
for text in (os.environ["DB_PASSWORD"], "ada:" + os.environ["DB_PASSWORD"]):
    print("basic", base64.b64encode(text.encode()).decode(), quote(text), ascii(text), json.dumps([text]))
print("\x1b[36mpassword\x1b[0m=\x1b[35m{coloured}\x1b[0m")
sys.stdout.write("password={split}"[:17]); sys.stdout.flush(); time.sleep(0.1); print("password={split}"[17:])
print(["psql", "--password", "{list_option}"], json.dumps(json.dumps(dict(password="{quoted}"))))
print("https://conda.example.org/t/{conda_token}/main")
print("trained")
if os.path.exists("broken"):
    raise RuntimeError("cannot open https://ada:{raised}@host.example.org/ with " + os.environ["DB_PASSWORD"])
rows = open("data/raw.csv").read().split()
made = {{"score": len(rows) / 10 + float(os.environ.get("SHIFT", "0"))}}
made["https://ada:{metric_name}@metrics.example.org/"] = 1
made["score[url=https://ada:{slice_name}@metrics.example.org/]"] = 1
made["password of " + os.environ["DB_PASSWORD"]] = 1
made["https://ada:{odd_name}@metrics.example.org/ is"] = "text"
json.dump(made, open("metrics.json", "w"))
"""
CONFIG = """\
train = "python train.py --db-password {option}"
python = ".venv/bin/python"
"""
PARAMS = """\
lr: 0.1
api_key: {parameter}
services: [{{name: a, secret: {nested}}}]
"https://ada:{parameter_name}@params.example.org/": 1
note: see https://ada:{parameter_text}@params.example.org/
mirrors: ["https://ada:{parameter_list}@params.example.org/", b]
"""
REQUIREMENTS = """\
--extra-index-url https://ada:{requirement}@127.0.0.1:9/simple
iniconfig @ https://ada:{requirement}@127.0.0.1:9/iniconfig-2.0.0-py3-none-any.whl
"""


def filled(text: str) -> str:
    return text.format(**{name.replace("-", "_"): secret for name, secret in PLANTED.items()} | PLANTED)


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    pip = tmp_path / "pip.conf"
    pip.write_text(f"[global]\nindex-url = https://ada:{PLANTED['pip-conf']}@127.0.0.1:9/simple\n")
    return {
        "DB_PASSWORD": PLANTED["variable"],
        "UV_INDEX_URL": f"http://ada:{PLANTED['uv-index']}@127.0.0.1:9/simple",
        "UV_HTTP_TIMEOUT": "3",
        "UV_HTTP_RETRIES": "0",
        "PIP_CONFIG_FILE": str(pip),
        "DATABASE_URL": f"postgres://ada:{PLANTED['database']}@db.example.org/x",
        "HF_TOKEN": PLANTED["hugging-face"],
        "PIP_INDEX_URL": f"https://ada:{PLANTED['pip-index']}@127.0.0.1:9/simple",
        "REPROOF_TOKEN": PLANTED["token"],
        "GITHUB_TOKEN": PLANTED["token"],
    }


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A project with secrets in its configuration, parameters, requirements, environment and remotes."""
    files = {
        "train.py": filled(TRAIN),
        "reproof.toml": filled(CONFIG),
        "params.yaml": filled(PARAMS),
        "requirements.txt": filled(REQUIREMENTS),
        ".gitignore": "/metrics.json\n/.venv\n",
    }
    root = make_repository(tmp_path / "project", files)
    tools = environment() | {"PATH": PATH}
    for words in (
        ("uv", "venv", "-q", ".venv"),
        ("uv", "pip", "install", "-q", "--python", ".venv/bin/python", "iniconfig==2.0.0"),
        ("dvc", "init", "-q"),
    ):
        subprocess.run([os.path.join(BIN, words[0]), *words[1:]], cwd=root, env=tools, check=True)
    (info,) = root.glob(".venv/lib/*/site-packages/iniconfig-*.dist-info")
    address = f"https://ada:{PLANTED['direct-url']}@127.0.0.1:9/iniconfig-2.0.0-py3-none-any.whl"
    (info / "direct_url.json").write_text(json.dumps({"url": address, "archive_info": {}}))
    (root / "data").mkdir()
    (root / "data/raw.csv").write_text("a\n1\n2\n")
    store = f"ssh://ada:{PLANTED['dvc-remote']}@127.0.0.1:9/store"
    for words in (("dvc", "add", "-q", "data/raw.csv"), ("dvc", "remote", "add", "-q", "-d", "store", store)):
        subprocess.run([os.path.join(BIN, words[0]), *words[1:]], cwd=root, env=tools, check=True)
    pointer = root / "data/raw.csv.dvc"
    source = f"https://ada:{PLANTED['import-url']}@127.0.0.1:9/raw.csv"
    pointer.write_text(f"frozen: true\ndeps:\n- path: {source}\n  etag: x1\n{pointer.read_text()}")
    commit(root, {})
    with git_server(tmp_path / "served", "ada", PLANTED["origin"]) as address:
        git(tmp_path, "clone", "-q", "--bare", str(root), "served/origin.git")
        git(tmp_path / "served/origin.git", "config", "http.receivepack", "true")
        git(tmp_path / "served/origin.git", "config", "uploadpack.allowFilter", "true")
        git(root, "remote", "add", "origin", f"http://ada:{PLANTED['origin']}@{address}/origin.git")
        yield root


class Told:
    """Everything that was printed, and the exit codes."""

    def __init__(self, root: Path, variables: dict[str, str]) -> None:
        self._root, self._variables = root, variables
        self.texts: dict[str, bytes] = {}

    def run(self, *words: str, codes: tuple[int, ...] = (0,), **variables: str) -> str:
        done = reproof(self._root, *words, **self._variables | variables)
        self.texts[f"{len(self.texts)} {' '.join(words)}"] = (done.stdout + done.stderr).encode()
        assert done.returncode in codes, done.stdout + done.stderr
        return done.stdout


def leaks(texts: dict[str, bytes]) -> dict[str, list[str]]:
    """Where a secret stands: as it is, in base64, or in what basic authentication makes of it."""
    found: dict[str, list[str]] = {}
    for name, secret in PLANTED.items():
        forms = [secret.encode()] + [
            base64.b64encode(f"{user}{secret}".encode()) for user in ("", "ada:", "x-access-token:")
        ]
        for where, text in texts.items():
            if any(form in text for form in forms):
                found.setdefault(name, []).append(where)
    return found


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def objects(repository: Path, *revisions: str) -> dict[str, bytes]:
    """Every object of a repository, or those that revisions reach, uncompressed."""
    listed = ["rev-list", "--objects", *revisions] if revisions else []
    names = git(repository, *listed).split("\n") if listed else []
    everything = ["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]
    ids = [name.split()[0] for name in names] or git(repository, *everything).split()
    asked = "".join(f"{oid}\n" for oid in ids).encode()
    done = subprocess.run(
        ["git", "cat-file", "--batch"],
        cwd=repository,
        input=asked,
        env=environment(),
        capture_output=True,
        check=True,
    )
    assert ids
    return {f"objects of {repository.name}": done.stdout}


def test_no_secret_gets_into_any_record_log_report_branch_or_cache(
    root: Path, tmp_path: Path, variables: dict[str, str]
) -> None:
    summary = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "GITHUB_OUTPUT": str(tmp_path / "outputs")}
    retrained = {"REPROOF_RETRAIN": "always", "XDG_CACHE_HOME": str(tmp_path / "xdg")} | summary
    told = Told(root, variables)
    git(root, "switch", "-q", "-c", f"of-password={PLANTED['branch']}")
    made = json.loads(told.run("run", "--format", "json"))
    assert dict(made["config"]["parameters"])["api_key"] == "***"
    assert made["config"]["commands"]["train"] == "python train.py --db-password ***"
    assert any("postgres://***@db.example.org/x" in line for line in made["results"]["log_tail"])
    assert "calling api --token=*** --out x; AWS_SECRET_ACCESS_KEY=***" in made["results"]["log_tail"]
    assert made["results"]["log_tail"][-1] == "trained", "what comes behind a private key is shown"
    told.run("run", SHIFT="0.25")
    told.run("runs")
    told.run("show", "HEAD")
    told.run("show", made["id"], "--format", "json")
    told.run("diff", made["id"], "HEAD")
    told.run("lineage", "data/raw.csv")
    told.run("compare", "--format", "json", codes=(0, 1))
    told.run("accept", "HEAD", "-m", f"see https://ada:{PLANTED['accepted']}@wiki.example.org/why")
    told.run("runs", "--format", "json")
    told.run("ci", "--output", str(tmp_path / "report"), codes=(0, 1), **retrained)
    assert "iniconfig" in told.run("replay", made["id"], codes=(0, 1))
    commit(root, {"broken": ""})
    told.run("run", codes=(5,))
    told.run("ci", "--output", str(tmp_path / "failed"), codes=(5,), **retrained)
    assert "RuntimeError" in (tmp_path / "failed/report.md").read_text()
    git(root, "rm", "-q", "broken")
    commit(root, {})
    git(root, "remote", "set-url", "origin", f"http://ada:{PLANTED['origin']}@127.0.0.1:9/origin.git")
    told.run("run")
    assert list((root / ".git/reproof/records.git/pending").iterdir())
    seen = told.texts | files_below(root / ".git/reproof")
    for name in ("report", "failed", "xdg"):
        seen |= files_below(tmp_path / name)
    seen |= {name: (tmp_path / name).read_bytes() for name in ("summary", "outputs")}
    seen |= objects(root / ".git/reproof/records.git")
    published = objects(tmp_path / "served/origin.git", "refs/heads/reproof-records")
    assert all(made["id"].encode() in text for text in published.values())
    assert leaks(seen | published) == {}


@pytest.mark.parametrize("kind", ["folder", "mlflow"])
def test_no_secret_gets_into_another_store(
    root: Path, tmp_path: Path, variables: dict[str, str], kind: str
) -> None:
    uri = f'uri = "{(tmp_path / "mlruns").as_uri()}"\n' if kind == "mlflow" else ""
    commit(root, {"reproof.toml": filled(CONFIG) + f'[store]\nkind = "{kind}"\n{uri}'})
    told = Told(root, variables | {"MLFLOW_ALLOW_FILE_STORE": "true"})
    made = json.loads(told.run("run", "--format", "json"))
    seen = files_below(root / ".git/reproof") | files_below(tmp_path / "mlruns")
    assert any(made["id"].encode() in text for text in seen.values())
    assert leaks(told.texts | seen) == {}


def test_what_would_put_a_secret_into_the_key_or_the_patch_is_refused_with_the_next_step(
    root: Path, variables: dict[str, str]
) -> None:
    told = Told(root, variables)
    told.run("run", "--", "python", "train.py", PLANTED["variable"], codes=(2,))
    (root / "train.py").write_text(filled(TRAIN) + f"# {PLANTED['variable']}\n")
    told.run("run", "--allow-dirty", codes=(2,))
    git(root, "checkout", "-q", "train.py")
    (root / "params.yaml").write_text(filled(PARAMS).replace("lr: 0.1", "lr: 0.2"))
    told.run("run", "--allow-dirty", codes=(2,))
    git(root, "checkout", "-q", "params.yaml")
    commit(root, {"params.yaml": filled(PARAMS) + f"'of {PLANTED['variable']}': 1\n"})
    told.run("run", codes=(2,))
    said = [text.decode() for text in told.texts.values()]
    assert "the command of train holds the value of a secret environment variable" in said[0]
    assert "the patch of the work tree holds a secret, and would be recorded: train.py" in said[1]
    assert "the patch of the work tree holds a secret, and would be recorded: params.yaml" in said[2]
    assert "the name of a parameter holds the value of a secret environment variable" in said[3]
    assert leaks(told.texts) == {}
    assert list((root / ".git/reproof/records.git/pending").glob("*")) == []
