"""The git that is installed, run in one folder: its answers, and its refusals. Never through a shell."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import weakref
from typing import TYPE_CHECKING

from reproof.errors import MissingToolError
from reproof.training.withheld import without_ours

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import IO, Self

GRACE = 2.0  # seconds in which a git that is not needed any more may end by itself
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
        with self._starting():
            done = subprocess.run(
                ["git", *words],
                cwd=self._folder,
                env=self._environ,
                input=stdin,
                capture_output=True,
                check=False,
                timeout=self._seconds,
            )
        if done.returncode:
            raise GitRefusedError(done.stderr.decode("utf-8", "replace"))
        return done.stdout

    @property
    def _environ(self) -> dict[str, str]:
        return without_ours(os.environ) | self._variables  # its configuration may start programs

    @contextlib.contextmanager
    def _starting(self) -> Iterator[None]:
        """Why git cannot be started, or does not answer, in our words."""
        try:
            yield
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

    def conversation(self, *words: str) -> Conversation:
        """`git WORDS` begun, to be asked again and again. Raises `MissingToolError` without a git."""
        complaints = tempfile.TemporaryFile()  # noqa: SIM115  closed with the conversation
        pipe = subprocess.PIPE
        with self._starting():
            process = subprocess.Popen(
                ["git", *words],
                cwd=self._folder,
                env=self._environ,
                stdin=pipe,
                stdout=pipe,
                stderr=complaints,
            )
        return Conversation(process, complaints)

    def objects(self, oids: Sequence[str]) -> list[bytes]:
        """The contents of objects, in order, by one process; one that is not there is a `GitRefusedError`."""
        if not oids:
            return []
        answer = self.data("cat-file", "--batch", stdin="".join(f"{oid}\n" for oid in oids).encode("ascii"))
        found, at = [], 0
        for _ in oids:
            end = answer.index(b"\n", at)
            _, size = _told(answer[at:end])
            found.append(answer[end + 1 : end + 1 + size])
            at = end + 1 + size + 1
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


class Conversation:
    """One git that answers as long as it is asked: to start it takes longer than most of its answers."""

    def __init__(self, process: subprocess.Popen[bytes], complaints: IO[bytes]) -> None:
        """`complaints` is the file that it writes its errors to."""
        self._process = process
        self._complaints = complaints
        self._end = weakref.finalize(self, _end, process, complaints)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def ended(self) -> bool:
        """Whether git is gone, as it is after an error, or where somebody ended it."""
        return self._process.poll() is not None

    def ask(self, question: bytes) -> bytes:
        """The first line of the answer, without its end; raises `GitRefusedError` where git ended instead."""
        assert self._process.stdin
        assert self._process.stdout
        with contextlib.suppress(OSError):  # it has ended, and there will be no answer
            self._process.stdin.write(question)
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._refused()
        return line[:-1]

    def read(self, size: int) -> bytes:
        """So many bytes more of it."""
        assert self._process.stdout
        data = self._process.stdout.read(size)
        if len(data) < size:
            raise self._refused()
        return data

    def close(self) -> None:
        """Let git end, and wait for it. It also ends with us, whatever ends us."""
        self._end()

    def _refused(self) -> GitRefusedError:
        self._process.wait()
        self._complaints.seek(0)
        return GitRefusedError(self._complaints.read().decode("utf-8", "replace"))


class Objects:
    """The objects of a repository, by one git that is started with the first question."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._reader: Conversation | None = None

    def read(self, name: str) -> tuple[str, bytes]:
        """Kind and content of an object, by its id or as git names it; raises `GitRefusedError` for none."""
        if "\n" in name:
            raise GitRefusedError("fatal: a name of two lines")
        if self._reader is None or self._reader.ended:
            self.close()
            self._reader = self._git.conversation("cat-file", "--batch")
        try:
            kind, size = _told(self._reader.ask(name.encode("utf-8", "surrogateescape") + b"\n"))
            return kind, self._reader.read(size + 1)[:-1]
        except BaseException:  # what is left of an answer must not be taken for the next one
            self.close()
            raise

    def close(self) -> None:
        """Let git end; it is started again where more is asked."""
        if self._reader:
            self._reader.close()
        self._reader = None


def _told(line: bytes) -> tuple[str, int]:
    """Kind and size in the first line of what `cat-file --batch` says of an object."""
    words = line.decode("utf-8", "replace").split()  # id, kind, size; or the name, and `missing`
    if len(words) != 3 or not words[2].isdecimal():
        raise GitRefusedError(f"fatal: {' '.join(words)}")
    return words[1], int(words[2])


def _end(process: subprocess.Popen[bytes], complaints: IO[bytes]) -> None:
    """Once its input has ended git ends, too, unless it waits for a network."""
    for stream in (process.stdin, process.stdout, complaints):
        with contextlib.suppress(OSError):
            if stream:
                stream.close()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
