"""The git that is installed, run in one folder: its answers, and its refusals. Never through a shell."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from reproof.errors import MissingToolError
from reproof.training.withheld import without_ours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PLAIN = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}  # English, and no question that nobody answers


class GitRefusedError(Exception):
    """git ended with another code than 0; `complaint` is what it wrote to its error stream."""

    def __init__(self, complaint: str) -> None:
        super().__init__(complaint)
        self.complaint = complaint


class Git:
    """git in one folder, with some variables of its own."""

    def __init__(
        self, folder: str, variables: Mapping[str, str] | None = None, seconds: float | None = None
    ) -> None:
        """With `seconds` it is ended after so long: it would wait for a pipe named `.gitignore` without end."""
        self._folder = folder
        self._seconds = seconds
        self._variables = PLAIN | dict(variables or {})

    def data(self, *words: str, stdin: bytes = b"") -> bytes:
        """Run `git WORDS`; its whole output. Raises `GitRefusedError`, and `MissingToolError` without a git."""
        try:
            done = subprocess.run(
                ["git", *words],
                cwd=self._folder,
                env=without_ours(os.environ) | self._variables,  # its configuration may start programs
                input=stdin,
                capture_output=True,
                check=False,
                timeout=self._seconds,
            )
        except subprocess.TimeoutExpired:
            raise GitRefusedError(f"fatal: no answer within {self._seconds:g} s") from None
        except FileNotFoundError as error:
            if not os.path.isdir(self._folder):
                raise GitRefusedError(f"fatal: there is no folder {self._folder}") from None
            raise MissingToolError("git is not installed", "Install git, then try again.") from error
        except ValueError:  # a NUL, or half of a surrogate pair, out of somebody's file
            raise GitRefusedError("fatal: an argument that no program can be given") from None
        except OSError as error:
            raise MissingToolError(
                f"git cannot be started: {error.strerror}", "Install git, then try again."
            ) from error
        if done.returncode:
            raise GitRefusedError(done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def objects(self, oids: Sequence[str]) -> list[bytes]:
        """The contents of objects, in order, by one process; one that is not there is a `GitRefusedError`."""
        if not oids:
            return []
        answer = self.data("cat-file", "--batch", stdin="".join(f"{oid}\n" for oid in oids).encode("ascii"))
        found, at = [], 0
        for _ in oids:
            end = answer.index(b"\n", at)
            head = answer[at:end].split()  # id, type, size; or id, `missing`
            if len(head) != 3:
                raise GitRefusedError(f"fatal: {answer[at:end].decode('ascii', 'replace')}")
            found.append(answer[end + 1 : end + 1 + int(head[2])])
            at = end + 1 + int(head[2]) + 1
        return found

    def text(self, *words: str, stdin: bytes = b"") -> str:
        """The same as text; what is not UTF-8 keeps its bytes as surrogates."""
        return self.data(*words, stdin=stdin).decode("utf-8", "surrogateescape")

    def line(self, *words: str, stdin: bytes = b"") -> str:
        """The same without the last line's end."""
        return self.text(*words, stdin=stdin).removesuffix("\n")

    def line_or_none(self, *words: str) -> str | None:
        """The same, with None for a refusal or an empty answer."""
        try:
            return self.line(*words) or None
        except GitRefusedError:
            return None
