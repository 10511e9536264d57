"""Requests to one repository on GitHub: tried again where that does no harm, waiting capped, refusals in our words.

PyGithub's own retry is off: it repeats POST after a 5xx, which makes things twice, and may wait for an hour.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

from reproof.errors import ForgeError, MissingToolError
from reproof.extras import how_to_install

if TYPE_CHECKING:
    from github import Github
    from github.GithubException import GithubException
    from github.Repository import Repository

T = TypeVar("T")

PUBLIC_API = "https://api.github.com"
ACTIONS_LOGIN = "github-actions[bot]"  # who a workflow's own token writes as; it may not ask /user
PATIENCE = 120.0  # seconds that all waiting and all failed requests of one connection may take
_TIMEOUT = 15  # seconds for one answer
_RATE_PAUSE = 60.0  # seconds; what GitHub asks for where it names no time
_TRIES = 4


class UnclearError(Exception):
    """The request may or may not have been carried out."""


class ForbiddenError(ForgeError):
    """403, and not for a rate limit."""


class InvalidError(ForgeError):
    """422: GitHub does not take what was sent."""


class GoneError(ForgeError):
    """What was asked for is not there."""


class Connection:
    """One repository on GitHub, `owner/name`, asked with one token."""

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

    def ask(self, request: Callable[[], T], needs: str, *, repeat: bool = True) -> T:
        """Carry out a request, waiting as GitHub asks, within the patience that is left.

        `needs` is the permission to name where GitHub refuses; `repeat` says that doing it twice does no harm.
        Raises `ForgeError`, or `UnclearError` without `repeat`.
        """
        import github
        import requests

        for attempt in range(_TRIES):
            started = time.monotonic()
            try:
                return request()
            except github.GithubException as error:
                pause = _rate_limit_pause(error)
                if pause is None and 300 <= error.status < 500:
                    raise self._refused(error, needs) from None
                trouble = f"status {error.status}: {_message(error)}"
            except requests.RequestException as error:
                pause, trouble = None, type(error).__name__
            except AssertionError:
                raise ForgeError(
                    f"{self._api_url} answered with a link to another host",
                    "Check GITHUB_API_URL.",
                ) from None
            except (
                ValueError,
                TypeError,
                AttributeError,
                KeyError,
            ):  # cut JSON, a proxy's page, an empty body
                pause, trouble = None, "the answer is not whole"
            self._patience -= time.monotonic() - started
            if pause is None and not repeat:
                raise UnclearError(trouble)
            self._wait(2.0**attempt if pause is None else pause, trouble)
        raise ForgeError(f"GitHub did not answer after {_TRIES} tries: {trouble}", "Run the job again.")

    def create(self, post: Callable[[], T], search: Callable[[], T | None], needs: str) -> T:
        """Make something once: after an unclear answer it is looked for before it is made again.

        Raises `ForgeError`.
        """
        for _ in range(2):
            try:
                return self.ask(post, needs, repeat=False)
            except UnclearError as error:
                unclear = str(error)
            # A 5xx or a dropped line: it may be there all the same.
            if (made := search()) is not None:
                return made
        raise ForgeError(f"GitHub did not answer: {unclear}", "Run the job again.")

    def repository(self) -> Repository:
        """PyGithub's repository; it asks nothing by itself."""
        if self._repository is None:
            self._repository = self._connected().get_repo(self._name)
        return self._repository

    def login(self) -> str:
        """Whom the token writes as."""
        if self._login is None:
            try:
                self._login = self.ask(lambda: self._connected().get_user().login, "metadata: read")
            except ForbiddenError:
                self._login = ACTIONS_LOGIN
        return self._login

    def _connected(self) -> Github:
        if self._hub is None:
            try:
                import github
            except ImportError:
                raise MissingToolError("PyGithub is not installed", how_to_install("ci")) from None
            self._hub = github.Github(
                base_url=self._api_url,
                auth=github.Auth.Token(self._token),
                retry=None,
                timeout=_TIMEOUT,
                per_page=100,
                seconds_between_requests=0,
                seconds_between_writes=0,
                user_agent="reproof",
                lazy=True,
            )
        return self._hub

    def _wait(self, seconds: float, trouble: str) -> None:
        if seconds > self._patience:
            raise ForgeError(
                f"GitHub asks to wait {seconds:.0f} s, and {max(self._patience, 0):.0f} s are left to wait "
                f"({trouble})",
                "Run the job again later.",
            )
        self._patience -= seconds
        self._sleep(seconds)

    def _refused(self, error: GithubException, needs: str) -> ForgeError:
        said = _message(error)
        match error.status:
            case 401:
                return ForgeError("GitHub does not accept the token", "Check the input `token`.")
            case 403:
                return ForbiddenError(
                    f"the token may not do that in {self._name}: {said}",
                    f"Give the job `permissions: {needs}`. A fork's pull request never gets a writing token.",
                )
            case 404 | 410:
                return GoneError(
                    f"{self._name} does not have it, or the token may not see it: {said}",
                    f"Check the repository and `permissions: {needs}`.",
                )
        kind = InvalidError if error.status == 422 else ForgeError
        return kind(f"GitHub refused with status {error.status}: {said}")


def _rate_limit_pause(error: GithubException) -> float | None:
    """The seconds that GitHub asks to wait; None where the answer is not about a rate limit."""
    if error.status not in (403, 429):
        return None
    headers: Mapping[str, str] = {name.lower(): value for name, value in (error.headers or {}).items()}
    if (after := headers.get("retry-after", "")).isdecimal():
        return float(after) + 1
    if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdecimal():
        return max(0.0, float(headers["x-ratelimit-reset"]) - _clock(headers)) + 1
    limited = error.status == 429 or "rate limit" in _message(error).lower()
    return _RATE_PAUSE if limited else None


def _clock(headers: Mapping[str, str]) -> float:
    """GitHub's own time, by which it names the end of a limit; a runner's clock may be off."""
    try:
        return parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError):
        return time.time()


def _message(error: GithubException) -> str:
    data = error.data
    said = data.get("message") if isinstance(data, dict) else data
    return str(said or "no reason given")[:200]
