"""The CI event: what a runner gives, and what a broken or hostile one does."""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from reproof.ci.event import Event, IssueComment, read_event
from reproof.errors import UsageError
from reproof.ports import PullRequest

HEAD, BASE, MERGE = "a" * 40, "b" * 40, "c" * 40
PAYLOAD: dict[str, Any] = {
    "action": "synchronize",
    "pull_request": {
        "number": 7,
        "title": "`rm -rf /` ${{ secrets }}",
        "head": {"ref": "topic/x", "sha": HEAD, "repo": {"full_name": "octo/demo"}},
        "base": {"ref": "main", "sha": BASE, "repo": {"full_name": "octo/demo"}},
    },
    "repository": {"full_name": "octo/demo", "default_branch": "main"},
}


def environ(folder: Path, payload: object = None, **more: str) -> dict[str, str]:
    """A runner's environment with the payload in a file."""
    path = folder / "event.json"
    path.write_bytes(payload if isinstance(payload, bytes) else json.dumps(payload or PAYLOAD).encode())
    return {
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_REPOSITORY": "octo/demo",
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_SHA": MERGE,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_RUN_ID": "4242",
        **more,
    }


def test_a_pull_request_is_read_whole(tmp_path: Path) -> None:
    assert read_event(environ(tmp_path)) == Event(
        name="pull_request",
        action="synchronize",
        repository="octo/demo",
        default_branch="main",
        ref="refs/pull/7/merge",
        commit=MERGE,
        pull=PullRequest(7, HEAD, "topic/x", "octo/demo", BASE, "main"),
        run_id=4242,
    )


def test_outside_of_ci_there_is_an_empty_event() -> None:
    assert read_event({}) == Event()


def test_an_enterprise_server_keeps_its_addresses(tmp_path: Path) -> None:
    server = {
        "GITHUB_API_URL": "https://git.corp.example:8443/api/v3/",
        "GITHUB_SERVER_URL": "https://git.corp.example:8443",
    }
    event = read_event(environ(tmp_path, **server))
    assert event.api_url == "https://git.corp.example:8443/api/v3"
    assert event.run_url == "https://git.corp.example:8443/octo/demo/actions/runs/4242"


@pytest.mark.parametrize(
    ("source", "fork"),
    [
        ({"full_name": "octo/demo"}, False),
        ({"full_name": "Octo/Demo"}, False),
        ({"full_name": "eve/demo"}, True),
        (None, True),
    ],
    ids=["same", "same-in-capitals", "fork", "deleted-fork"],
)
def test_a_fork_is_told_from_the_repository_itself(tmp_path: Path, source: object, fork: bool) -> None:
    payload = copy.deepcopy(PAYLOAD)
    payload["pull_request"]["head"]["repo"] = source
    pull = read_event(environ(tmp_path, payload)).pull
    assert pull is not None
    assert pull.is_outside("octo/demo") is fork


@pytest.mark.parametrize(
    ("user", "outside"),
    [({"login": "dependabot[bot]"}, True), ({"login": "dependabot"}, False), (None, False)],
    ids=["bot", "person", "deleted-account"],
)
def test_dependabots_branches_are_vouched_for_by_nobody(
    tmp_path: Path, user: dict[str, str] | None, outside: bool
) -> None:
    payload = copy.deepcopy(PAYLOAD)
    payload["pull_request"]["user"] = user
    pull = read_event(environ(tmp_path, payload)).pull
    assert pull is not None
    assert pull.is_outside("octo/demo") is outside


SAID: dict[str, Any] = {
    "action": "created",
    "issue": {"number": 7, "pull_request": {"url": "x"}},
    "comment": {"id": 9, "body": "/reproof", "user": {"login": "octo"}, "created_at": "2026-01-02T03:04:05Z"},
}


@pytest.mark.parametrize(
    ("user", "program"),
    [
        ({"login": "octo", "type": "User"}, False),
        ({"login": "octo"}, False),
        ({"login": "renovate[bot]", "type": "Bot"}, True),
        ({"login": "renovate[bot]"}, True),
        ({"login": "an-app", "type": "Bot"}, True),
    ],
)
def test_a_comment_is_read_with_who_and_when(tmp_path: Path, user: dict[str, str], program: bool) -> None:
    payload = copy.deepcopy(SAID)
    payload["comment"]["user"] = user
    comment = read_event(environ(tmp_path, payload, GITHUB_EVENT_NAME="issue_comment")).comment
    assert comment == IssueComment(
        9, 7, True, user["login"], "/reproof", dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC), program
    )


@pytest.mark.parametrize("moment", [None, 5, "", "yesterday", "2026-01-02T03:04:05", "2026-99-02T03:04:05Z"])
def test_a_comment_of_no_time_is_an_error(tmp_path: Path, moment: object) -> None:
    payload = copy.deepcopy(SAID)
    payload["comment"]["created_at"] = moment
    with pytest.raises(UsageError, match="created_at"):
        read_event(environ(tmp_path, payload, GITHUB_EVENT_NAME="issue_comment"))


def test_a_push_knows_the_default_branch(tmp_path: Path) -> None:
    payload = {"ref": "refs/heads/trunk", "repository": {"default_branch": "trunk"}, "deleted": False}
    more = {"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/trunk"}
    event = read_event(environ(tmp_path, payload, **more))
    assert event.on_default_branch
    assert event.pull is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("pull_request",), None),
        (("pull_request", "number"), "7"),
        (("pull_request", "number"), 0),
        (("pull_request", "number"), True),
        (("pull_request", "head"), []),
        (("pull_request", "head", "sha"), "main; rm -rf /"),
        (("pull_request", "head", "sha"), HEAD + "\n"),
        (("pull_request", "head", "sha"), HEAD.upper()),
        (("pull_request", "head", "ref"), "a b"),
        (("pull_request", "head", "ref"), "`id`"),
        (("pull_request", "head", "ref"), ""),
        (("pull_request", "head", "repo"), {"full_name": "../../etc"}),
        (("pull_request", "base", "sha"), None),
        (("repository",), "octo/demo"),
        (("repository", "default_branch"), "<b>"),
        (("action",), {"a": 1}),
    ],
)
def test_a_field_of_another_kind_is_an_error_that_names_it(
    tmp_path: Path, path: tuple[str, ...], value: object
) -> None:
    payload = copy.deepcopy(PAYLOAD)
    target = payload
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    with pytest.raises(UsageError, match=path[-1]):
        read_event(environ(tmp_path, payload))


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"a": NaN}', b'{"a":1,"a":2}']
)
def test_a_payload_that_is_not_an_object_is_an_error(tmp_path: Path, payload: bytes) -> None:
    given = environ(tmp_path)
    Path(given["GITHUB_EVENT_PATH"]).write_bytes(payload)
    with pytest.raises(UsageError, match="payload"):
        read_event(given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GITHUB_EVENT_PATH", ""),
        ("GITHUB_EVENT_PATH", "nowhere.json"),
        ("GITHUB_EVENT_PATH", "a\x00b"),
        ("GITHUB_REPOSITORY", ""),
        ("GITHUB_REPOSITORY", "octo/demo/../x"),
        ("GITHUB_API_URL", "file:///etc/passwd"),
        ("GITHUB_API_URL", "https://user:secret@git.example"),
        ("GITHUB_SERVER_URL", "https://x](javascript:alert(1)"),
        ("GITHUB_SHA", "HEAD"),
        ("GITHUB_REF", "refs/heads/a\nb"),
        ("GITHUB_RUN_ATTEMPT", "first"),
        ("GITHUB_EVENT_NAME", "Push!"),
    ],
)
def test_a_variable_of_another_form_is_an_error_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(UsageError, match=name):
        read_event(environ(tmp_path, **{name: value}))
