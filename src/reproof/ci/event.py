"""The CI event as frozen values: what happened, to which commit, in which repository, and where to look it up.

Read once from the runner's environment and its event file. Both are input of strangers (a branch name, a fork):
every field is asked for by type and shape, and what does not fit is an error that names it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from reproof.errors import UsageError
from reproof.ports import PullRequest
from reproof.strict import Fields, SchemaError, parse_json

PAYLOAD_LIMIT = 25 * 1024 * 1024  # bytes; GitHub's own cap on a webhook's payload
PUBLIC_API = "https://api.github.com"
PUBLIC_SERVER = "https://github.com"

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/[A-Za-z0-9._-]{1,100}")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_WORD = re.compile(r"[a-z_]{1,40}")
_LOGIN = re.compile(r"[A-Za-z0-9_-]{1,60}(\[bot\])?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?")
# git's own limits on ref names, stricter: nothing that a shell, a terminal or Markdown could stumble over.
_REF = re.compile(r"[^\s~^:?*\[\\\x00-\x1f\x7f`<>|\"]{1,255}")


@dataclass(frozen=True, slots=True)
class MeasuringRun:
    """The workflow run that a `workflow_run` event is about: its id, what started it, and the head it was about."""

    id: int
    event: str
    head: str
    head_ref: str
    head_repository: str
    head_repository_id: int
    attempt: int = 1

    @property
    def head_owner(self) -> str:
        """The owner of the head's repository."""
        return self.head_repository.partition("/")[0]


@dataclass(frozen=True, slots=True)
class IssueComment:
    """A comment that somebody wrote: its text, who, when (with a time zone), and below which number."""

    id: int
    number: int
    on_pull_request: bool
    author: str
    body: str
    written: dt.datetime
    by_program: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What started this run. `name` is empty outside of CI; commits are full ids; `attempt` counts from 1.

    `action` is the payload's ("opened", "synchronize", "closed", …) or empty.
    """

    name: str = ""
    action: str = ""
    repository: str | None = None
    default_branch: str | None = None
    ref: str | None = None
    commit: str | None = None
    deleted: bool = False
    pull: PullRequest | None = None
    run: MeasuringRun | None = None
    comment: IssueComment | None = None
    api_url: str = PUBLIC_API
    server_url: str = PUBLIC_SERVER
    run_id: int | None = None
    attempt: int = 1

    @property
    def on_default_branch(self) -> bool:
        """Whether the ref is the repository's default branch."""
        return self.default_branch is not None and self.ref == f"refs/heads/{self.default_branch}"

    @property
    def measuring_run(self) -> int | None:
        """The id of this run; of the measuring run, where the event is about one."""
        return self.run.id if self.run else self.run_id

    @property
    def run_url(self) -> str | None:
        """The page of the measuring run."""
        if self.measuring_run is None or self.repository is None:
            return None
        return f"{self.server_url}/{self.repository}/actions/runs/{self.measuring_run}"

    @property
    def measuring_attempt(self) -> int:
        """The attempt of this run; of the measuring run, where the event is about one."""
        return self.run.attempt if self.run else self.attempt


def read_event(environ: Mapping[str, str]) -> Event:
    """The event that the runner describes; the empty `Event` outside of CI.

    Raises `UsageError` where the event file is missing or a field is not what it must be.
    """
    name = environ.get("GITHUB_EVENT_NAME", "")
    if not name:
        return Event()
    try:
        return _event(name, environ, _payload(environ.get("GITHUB_EVENT_PATH", "")))
    except SchemaError as error:
        raise UsageError(
            f"the event cannot be used: {error}",
            "The runner writes it to the file that GITHUB_EVENT_PATH names; start the workflow again.",
        ) from None


def _payload(path: str) -> Fields:
    if not path:
        raise SchemaError("GITHUB_EVENT_PATH is not set")
    try:
        with open(path, "rb") as handle:
            data = handle.read(PAYLOAD_LIMIT + 1)
    except OSError as error:
        raise SchemaError(f"GITHUB_EVENT_PATH cannot be read: {error.strerror}") from None
    except ValueError:
        raise SchemaError("GITHUB_EVENT_PATH is not a path") from None
    return parse_json(data, "the payload", PAYLOAD_LIMIT)


def _event(name: str, environ: Mapping[str, str], payload: Fields) -> Event:
    repository = _shaped(environ.get("GITHUB_REPOSITORY", ""), _REPOSITORY, "GITHUB_REPOSITORY")
    return Event(
        name=_shaped(name, _WORD, "GITHUB_EVENT_NAME"),
        action=_optional(payload, "action") or "",
        repository=repository,
        default_branch=_default_branch(payload),
        ref=_shaped_or_none(environ.get("GITHUB_REF"), _REF, "GITHUB_REF"),
        commit=_shaped_or_none(environ.get("GITHUB_SHA"), _COMMIT, "GITHUB_SHA"),
        deleted=bool(payload.has("deleted") and payload.take("deleted") is True),
        pull=_pull(payload.object("pull_request")) if name.startswith("pull_request") else None,
        run=_run(payload.object("workflow_run")) if name == "workflow_run" else None,
        comment=_comment(payload) if name == "issue_comment" else None,
        api_url=_shaped(environ.get("GITHUB_API_URL") or PUBLIC_API, _URL, "GITHUB_API_URL").rstrip("/"),
        server_url=_server(environ),
        run_id=_run_id(environ),
        attempt=_attempt(environ.get("GITHUB_RUN_ATTEMPT") or "1"),
    )


def _pull(fields: Fields) -> PullRequest:
    head, base = fields.object("head"), fields.object("base")
    source = head.object_or_none("repo")
    return PullRequest(
        number=_number(fields, "number"),
        head=_shaped(head.text("sha"), _COMMIT, f"{head.where}.sha"),
        head_ref=_shaped(head.text("ref"), _REF, f"{head.where}.ref"),
        head_repository=None
        if source is None
        else _shaped(source.text("full_name"), _REPOSITORY, f"{source.where}.full_name"),
        base=_shaped(base.text("sha"), _COMMIT, f"{base.where}.sha"),
        base_ref=_shaped(base.text("ref"), _REF, f"{base.where}.ref"),
        author=_author(fields),
    )


def _author(fields: Fields) -> str | None:
    user = fields.object_or_none("user") if fields.has("user") else None
    return None if user is None else _shaped(user.text("login"), _LOGIN, f"{user.where}.login")


def _run(fields: Fields) -> MeasuringRun:
    source = fields.object_or_none("head_repository")
    if source is None:
        raise SchemaError(f"{fields.where} has no head_repository: the fork was deleted")
    return MeasuringRun(
        id=_number(fields, "id"),
        event=_shaped(fields.text("event"), _WORD, f"{fields.where}.event"),
        head=_shaped(fields.text("head_sha"), _COMMIT, f"{fields.where}.head_sha"),
        head_ref=_shaped(fields.text("head_branch"), _REF, f"{fields.where}.head_branch"),
        head_repository=_shaped(source.text("full_name"), _REPOSITORY, f"{source.where}.full_name"),
        head_repository_id=_number(source, "id"),
        attempt=_number(fields, "run_attempt") if fields.has("run_attempt") else 1,
    )


def _comment(payload: Fields) -> IssueComment:
    issue, comment = payload.object("issue"), payload.object("comment")
    user = comment.object("user")
    author = _shaped(user.text("login"), _LOGIN, f"{user.where}.login")
    return IssueComment(
        id=_number(comment, "id"),
        number=_number(issue, "number"),
        on_pull_request=issue.has("pull_request") and issue.take("pull_request") is not None,
        author=author,
        body=_optional(comment, "body") or "",
        written=_moment(comment, "created_at"),
        by_program=author.endswith("[bot]") or _optional(user, "type") == "Bot",
    )


def _moment(fields: Fields, key: str) -> dt.datetime:
    text = _shaped(fields.text(key), _MOMENT, f"{fields.where}.{key}")
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise SchemaError(f"{fields.where}.{key} is no time") from None


def _number(fields: Fields, key: str) -> int:
    number = fields.count_or_none(key)
    if not number:
        raise SchemaError(f"{fields.where}.{key} must be a whole number above 0")
    return number


def _default_branch(payload: Fields) -> str | None:
    if not payload.has("repository"):
        return None
    repository = payload.object("repository")
    return _shaped_or_none(_optional(repository, "default_branch"), _REF, "repository.default_branch")


def _server(environ: Mapping[str, str]) -> str:
    return _shaped(environ.get("GITHUB_SERVER_URL") or PUBLIC_SERVER, _URL, "GITHUB_SERVER_URL").rstrip("/")


def _run_id(environ: Mapping[str, str]) -> int | None:
    text = environ.get("GITHUB_RUN_ID", "")
    return int(text) if re.fullmatch(r"[0-9]{1,19}", text) else None


def _attempt(text: str) -> int:
    return int(_shaped(text, re.compile(r"[1-9][0-9]{0,5}"), "GITHUB_RUN_ATTEMPT"))


def _optional(fields: Fields, key: str) -> str | None:
    return fields.text_or_none(key) if fields.has(key) else None


def _shaped(value: str, shape: re.Pattern[str], what: str) -> str:
    if not shape.fullmatch(value):
        raise SchemaError(f"{what} has an unexpected form: {value[:60]!r}")
    return value


def _shaped_or_none(value: str | None, shape: re.Pattern[str], what: str) -> str | None:
    return _shaped(value, shape, what) if value else None
