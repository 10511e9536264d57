"""`Forge` on PyGithub: finds, creates and edits our one comment of a pull request, on github.com and Enterprise.

PyGithub is imported when the first request is made, and none of its objects leaves this file. Its own retry is
off: it repeats POST after a 5xx, which makes second comments, and may wait for an hour.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from reproof.errors import ForgeError, MissingToolError
from reproof.ports import Comment
from reproof.report import state

if TYPE_CHECKING:
    from github import Github
    from github.GithubException import GithubException
    from github.IssueComment import IssueComment
    from github.PullRequest import PullRequest
    from github.Repository import Repository

T = TypeVar("T")

PUBLIC_API = "https://api.github.com"
ACTIONS_LOGIN = "github-actions[bot]"  # who a workflow's own token writes as; it may not ask /user
PATIENCE = 120.0  # seconds that all requests of one adapter wait in all
_TIMEOUT = 15  # seconds for one answer
_RATE_PAUSE = 60.0  # seconds; what GitHub asks for where it names no time
_TRIES = 4


class _Unclear(Exception):  # noqa: N818  private signal: the request may or may not have been carried out
    pass


class GitHub:
    """One repository on GitHub, `owner/name`, seen with one token."""

    def __init__(
        self,
        repository: str,
        token: str,
        api_url: str = PUBLIC_API,
        *,
        patience: float = PATIENCE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name = repository
        self._token = token
        self._api_url = api_url
        self._patience = patience
        self._sleep = sleep
        self._hub: Github | None = None
        self._repository: Repository | None = None
        self._login: str | None = None

    def head_of(self, pull: int) -> str:
        """The pull request's head commit right now; raises `ForgeError`."""
        return self._ask(lambda: str(self._pull(pull).head.sha))

    def our_comment(self, pull: int, marker: str) -> Comment | None:
        """The oldest comment that we wrote, that starts with the marker and ends with a state; all pages."""
        login = self._our_login()

        def search() -> Comment | None:
            for comment in self._pull(pull).get_issue_comments():
                body = comment.body or ""
                author = getattr(comment.user, "login", None)  # a deleted account has none
                if author == login and body.startswith(marker) and state.read(body) is not None:
                    return _comment(comment)
            return None

        return self._ask(search)

    def write_comment(self, pull: int, body: str, replaces: Comment | None) -> Comment:
        """Create the comment, or edit the one it replaces; never creates a second one by repeating.

        Raises `ForgeError`; where the token may not write, its hint names the missing permission.
        """
        try:
            if replaces is not None and (edited := self._edit(pull, body, replaces)) is not None:
                return edited
            return self._create(pull, body)
        except _Unclear as error:
            raise ForgeError(f"GitHub did not answer: {error}", "Run the job again.") from None

    def _edit(self, pull: int, body: str, old: Comment) -> Comment | None:
        """The edited comment; None where somebody deleted it meanwhile."""

        def edit() -> Comment:
            comment = self._pull(pull).get_issue_comment(old.id)
            comment.edit(body)
            return _comment(comment)

        try:
            return self._ask(edit)
        except _GoneError:
            return None

    def _create(self, pull: int, body: str) -> Comment:
        marker = body.partition("\n")[0]
        for _ in range(2):
            try:
                return self._ask(lambda: self._post(pull, body), repeat=False)
            except _Unclear as error:
                unclear = error
            # A 5xx or a dropped line: the comment may be there all the same.
            if made := self.our_comment(pull, marker):
                return made
        raise unclear

    def _post(self, pull: int, body: str) -> Comment:
        return _comment(self._pull(pull).create_issue_comment(body))

    def _pull(self, number: int) -> PullRequest:
        if self._repository is None:
            self._repository = self._connected().get_repo(self._name)
        return self._repository.get_pull(number)

    def _our_login(self) -> str:
        if self._login is None:
            try:
                self._login = self._ask(lambda: self._connected().get_user().login)
            except _ForbiddenError:
                self._login = ACTIONS_LOGIN
        return self._login

    def _connected(self) -> Github:
        if self._hub is None:
            try:
                import github
            except ImportError:
                raise MissingToolError(
                    "PyGithub is not installed", "python -m pip install 'reproof[ci]'"
                ) from None
            self._hub = github.Github(
                base_url=self._api_url,
                auth=github.Auth.Token(self._token),
                retry=None,
                timeout=_TIMEOUT,
                per_page=100,
                seconds_between_requests=0,
                seconds_between_writes=0,
                user_agent="reproof",
            )
        return self._hub

    def _ask(self, request: Callable[[], T], *, repeat: bool = True) -> T:
        """Carry out a request, waiting as GitHub asks, within the patience that is left.

        `repeat` says that doing it twice does no harm. Raises `ForgeError`, or `_Unclear` without `repeat`.
        """
        import github
        import requests

        for attempt in range(_TRIES):
            try:
                return request()
            except github.GithubException as error:
                pause = _rate_limit_pause(error)
                if pause is None and error.status < 500:
                    raise self._refused(error) from None
                if pause is None and not repeat:
                    raise _Unclear(f"status {error.status}") from None
                trouble = f"status {error.status}: {_message(error)}"
            except requests.RequestException as error:
                if not repeat:
                    raise _Unclear(type(error).__name__) from None
                pause, trouble = None, type(error).__name__
            except AssertionError:
                raise ForgeError(
                    f"{self._api_url} answered with a link to another host",
                    "Check GITHUB_API_URL.",
                ) from None
            self._wait(2.0**attempt if pause is None else pause, trouble)
        raise ForgeError(f"GitHub did not answer after {_TRIES} tries: {trouble}", "Run the job again.")

    def _wait(self, seconds: float, trouble: str) -> None:
        if seconds > self._patience:
            raise ForgeError(
                f"GitHub asks to wait {seconds:.0f} s, and {self._patience:.0f} s are left to wait ({trouble})",
                "Run the job again later.",
            )
        self._patience -= seconds
        self._sleep(seconds)

    def _refused(self, error: GithubException) -> ForgeError:
        said = _message(error)
        match error.status:
            case 401:
                return ForgeError("GitHub does not accept the token", "Check the input `token`.")
            case 403:
                return _ForbiddenError(
                    f"the token may not do that in {self._name}: {said}",
                    "Give the job `permissions: pull-requests: write`. A fork's pull request never gets it.",
                )
            case 404 | 410:
                return _GoneError(
                    f"{self._name} does not have it, or the token may not see it: {said}",
                    "Check the repository and `permissions: pull-requests: write`.",
                )
        return ForgeError(f"GitHub refused with status {error.status}: {said}")


class _ForbiddenError(ForgeError):
    """403, and not for a rate limit."""


class _GoneError(ForgeError):
    """What was asked for is not there."""


def _comment(comment: IssueComment) -> Comment:
    return Comment(id=comment.id, body=comment.body or "", url=comment.html_url)


def _rate_limit_pause(error: GithubException) -> float | None:
    """The seconds that GitHub asks to wait; None where the answer is not about a rate limit."""
    if error.status not in (403, 429):
        return None
    headers: Mapping[str, str] = {name.lower(): value for name, value in (error.headers or {}).items()}
    if (after := headers.get("retry-after", "")).isdecimal():
        return float(after) + 1
    if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdecimal():
        return max(0.0, float(headers["x-ratelimit-reset"]) - time.time()) + 1
    limited = error.status == 429 or "rate limit" in _message(error).lower()
    return _RATE_PAUSE if limited else None


def _message(error: GithubException) -> str:
    data = error.data
    said = data.get("message") if isinstance(data, dict) else data
    return str(said or "no reason given")[:200]
