"""How `demo.py` tells its story: numbered steps, each command as one would type it, its output, the time taken.

Output is shown while it comes. Colour only on a terminal. What the story is stands in `demo.py`.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path


class Failed(Exception):  # noqa: N818  a step failed: what was done, and what came out
    """A command ended otherwise than it must. `output` was shown already, unless the command was a quiet one."""

    def __init__(self, what: str, output: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.output = output


class Teller:
    """Runs commands in the project's folder, with the story's environment variables, and shows them."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = dict(environ)
        self._colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._title = "setting up"
        self._number = 0
        self._began = self._step_began = time.monotonic()

    def step(self, title: str) -> None:
        """Begin the next numbered step."""
        self._close()
        self._number += 1
        self._title = title
        self._step_began = time.monotonic()
        self._print(f"\n{self._bold(f'{self._number}. {title}')}")

    def say(self, text: str) -> None:
        """A sentence between commands."""
        self._print(f"\n  {text}")

    def run(
        self,
        *words: str,
        folder: Path | None = None,
        exits: tuple[int, ...] = (0,),
        variables: Mapping[str, str] | None = None,
    ) -> int:
        """Show a command and its output, and return its exit code; raises `Failed` for one not in `exits`."""
        self._print(f"\n  {self._dim('$')} {self._bold(shlex.join(words))}")
        process = self._start(words, folder, variables)
        assert process.stdout is not None
        for line in process.stdout:
            self._print(f"    {line.rstrip()}")
        code = process.wait()
        if code not in exits:
            expected = " or ".join(map(str, exits))
            raise Failed(f"`{shlex.join(words)}` exited with {code}, not with {expected}")
        return code

    def quietly(
        self, *words: str, folder: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> str:
        """Run what is behind the scenes and return its output; raises `Failed`, with the output, if it fails."""
        process = self._start(words, folder, variables)
        output, _ = process.communicate()
        if process.returncode:
            raise Failed(f"`{shlex.join(words)}` exited with {process.returncode}", output)
        return output

    def give_up(self, failed: Failed) -> None:
        """Say which step failed and why, on stderr."""
        if failed.output:
            print(failed.output.rstrip(), file=sys.stderr)
        print(f"\ndemo: step {self._number} failed ({self._title}): {failed.what}", file=sys.stderr)

    def end(self) -> None:
        """Close the last step, give the time of all, and head the list of files that follows."""
        self._close()
        self._print(
            f"\n{self._bold(f'Done in {time.monotonic() - self._began:.0f} s.')} What it left here:\n"
        )

    def _start(
        self, words: tuple[str, ...], folder: Path | None, variables: Mapping[str, str] | None
    ) -> subprocess.Popen[str]:
        try:
            return subprocess.Popen(
                words,
                cwd=folder or self._folder,
                env=self._environ | dict(variables or {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise Failed(f"`{shlex.join(words)}` cannot be started: {error.strerror}") from None

    def _close(self) -> None:
        if self._number:
            self._print(f"\n  {self._dim(f'{time.monotonic() - self._step_began:.1f} s')}")

    def _print(self, text: str) -> None:
        print(text, flush=True)

    def _bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[22m" if self._colour else text

    def _dim(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[22m" if self._colour else text
