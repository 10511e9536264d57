"""A step of the action as a process, without a runner around it: what jobs do, at a tenth of the time."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import forked

_NOT_ON_A_RUNNER = re.compile(r"GITHUB_.*|REPROOF_.*|RUNNER_.*|VIRTUAL_ENV|PYTHON(PATH|HOME|SAFEPATH)|GIT_.*")


@dataclass(frozen=True)
class Done:
    """What a step left behind."""

    exit_code: int
    log: str
    summary: str
    outputs: dict[str, str]


class Runner:
    """Runs `reproof ci` on events; `origin` is the remote of `octo/demo`."""

    def __init__(self, folder: Path, api_url: str, origin: Path) -> None:
        self._folder = folder
        self._api_url = api_url
        self._origin = origin
        self.variables: dict[str, str] = {}  # of the runner's environment
        self.program: list[str] = []  # in place of `-m reproof ci`
        folder.mkdir(parents=True, exist_ok=True)

    def step(
        self,
        name: str,
        event: dict[str, Any],
        *,
        checkout: str | None = None,
        token: str | None = "bot-token",
        run: int = 4242,
        attempt: int = 1,
        timeout: float = 300,
        **inputs: str,
    ) -> Done:
        """One step on an event. `checkout` is the commit to have in the folder, where the job checks one out."""
        place = self._folder / f"work-{len(list(self._folder.iterdir()))}"
        work, files = place / "work", place / "files"
        work.mkdir(parents=True)
        files.mkdir()
        if checkout:
            self._git(work, "clone", "--quiet", f"file://{self._origin}", ".")
            self._git(work, "checkout", "--quiet", checkout)
        (files / "event.json").write_text(json.dumps(event))
        environ = {key: value for key, value in os.environ.items() if not _NOT_ON_A_RUNNER.fullmatch(key)}
        environ |= {
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(files / "event.json"),
            "GITHUB_REPOSITORY": "octo/demo",
            "GITHUB_API_URL": self._api_url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_RUN_ID": str(run),
            "GITHUB_RUN_ATTEMPT": str(attempt),
            "GITHUB_REF": event.get("ref", "refs/heads/main"),
            "GITHUB_SHA": checkout or "f" * 40,
            "GITHUB_OUTPUT": str(files / "output"),
            "GITHUB_STEP_SUMMARY": str(files / "summary"),
            "RUNNER_TEMP": str(place),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.file://{self._origin}.insteadOf",
            "GIT_CONFIG_VALUE_0": "https://github.com/octo/demo.git",
        }
        environ |= {f"REPROOF_{key.upper()}": value for key, value in inputs.items()}
        environ |= self.variables
        if token:
            environ["REPROOF_TOKEN"] = token
        if self.program:
            done = subprocess.run(
                [sys.executable, "-I", *self.program],
                cwd=work,
                env=environ,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        else:
            done = forked.reproof(["ci"], work, environ, isolated=True, timeout=timeout)
        summary, output = files / "summary", files / "output"
        return Done(
            done.returncode,
            done.stdout + done.stderr,
            summary.read_text() if summary.exists() else "",
            _outputs(output.read_text() if output.exists() else ""),
        )

    def artifact(self) -> bytes:
        """The newest report folder of a step, as upload-artifact would send it: without hidden files."""
        made = (path for path in self._folder.iterdir() if (path / "reproof-report").is_dir())
        newest = max(made, key=lambda path: int(path.name.partition("-")[2]))
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as opened:
            for path in sorted((newest / "reproof-report").glob("[!.]*")):
                opened.write(path, path.name)
        return data.getvalue()

    def _git(self, folder: Path, *words: str) -> None:
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def _outputs(text: str) -> dict[str, str]:
    found = re.findall(r"^(\S+)<<(reproof-[0-9a-f]{32})\n(.*?)\n\2$", text, re.MULTILINE | re.DOTALL)
    return {name: value for name, _, value in found}
