"""The GitHub adapter against GitHub's API: real requests, held against GitHub's own schema."""

from __future__ import annotations

import contextlib
import time

import pytest

from reproof.adapters.github import GitHub
from reproof.errors import ForgeError
from reproof.report.markdown import MARKER, comment
from tests.e2e.github_api import REPOSITORY, GitHubApi
from tests.report.cases import DRIFTED, REGRESSED
from tests.requires import requires

pytestmark = [requires("npm"), pytest.mark.xdist_group("github")]
BODY = comment(REGRESSED)
OTHER_BODY = comment(DRIFTED)
COMMENTS = r"/issues/\d+/comments"


class Pauses(list[float]):
    """Waits that took no time."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def forge(github: GitHubApi, *, patience: float = 120.0, pauses: Pauses | None = None) -> GitHub:
    sleep = Pauses() if pauses is None else pauses
    return GitHub(REPOSITORY, "bot-token", github.url, patience=patience, sleep=sleep)


def test_a_comment_is_created_found_and_edited_in_place(github: GitHubApi) -> None:
    pull = github.new_pull()
    first = forge(github)
    assert first.our_comment(pull, MARKER) is None
    made = first.write_comment(pull, BODY, None)
    found = forge(github).our_comment(pull, MARKER)
    assert found == made
    edited = forge(github).write_comment(pull, OTHER_BODY, found)
    assert (edited.id, edited.body) == (made.id, OTHER_BODY)
    assert [one["body"] for one in github.comments(pull)] == [OTHER_BODY]
    assert github.violations() == []


def test_the_head_is_read_again_at_every_call(github: GitHubApi) -> None:
    pull = github.new_pull()
    ours = forge(github)
    head = github.ask("GET", f"/repos/{REPOSITORY}/pulls/{pull}")["head"]["sha"]
    assert [ours.head_of(pull), ours.head_of(pull)] == [head, head]
    assert len([line for line in github.requests() if f"/pulls/{pull} " in line]) == 2


def test_a_planted_comment_is_not_ours(github: GitHubApi) -> None:
    pull = github.new_pull()
    github.comment(pull, BODY, "octo-token")  # marker and state, another author
    github.comment(pull, f"{MARKER}\nno state", "bot-token")  # our author and marker, no state
    github.comment(pull, f"> {BODY}", "bot-token")  # quoted
    assert forge(github).our_comment(pull, MARKER) is None


def test_our_comment_is_found_on_a_later_page(github: GitHubApi) -> None:
    pull = github.new_pull()
    for number in range(105):
        github.comment(pull, f"talk {number}")
    github.comment(pull, BODY, "bot-token")
    found = forge(github).our_comment(pull, MARKER)
    assert found is not None
    assert found.body == BODY
    assert len([line for line in github.requests() if "page=" in line]) >= 2


def test_a_deleted_comment_is_made_anew(github: GitHubApi) -> None:
    pull = github.new_pull()
    old = forge(github).write_comment(pull, BODY, None)
    github.delete_comment(old.id)
    new = forge(github).write_comment(pull, BODY, old)
    assert [one["id"] for one in github.comments(pull)] == [new.id]


@pytest.mark.parametrize("status", [502, 0], ids=["answer-502", "line-dropped"])
def test_a_comment_that_was_made_although_the_answer_failed_is_not_made_twice(
    github: GitHubApi, status: int
) -> None:
    pull = github.new_pull()
    github.fault(f"POST .*{COMMENTS}", status, after=True)
    made = forge(github).write_comment(pull, BODY, None)
    assert [one["id"] for one in github.comments(pull)] == [made.id]


def test_a_comment_that_was_not_made_is_made_after_looking(github: GitHubApi) -> None:
    pull = github.new_pull()
    github.fault(f"POST .*{COMMENTS}", 502)
    made = forge(github).write_comment(pull, BODY, None)
    assert [one["id"] for one in github.comments(pull)] == [made.id]


def test_two_failures_to_create_are_an_error_and_no_third_try(github: GitHubApi) -> None:
    pull = github.new_pull()
    github.fault(f"POST .*{COMMENTS}", 503, times=9)
    with pytest.raises(ForgeError, match="did not answer"):
        forge(github).write_comment(pull, BODY, None)
    assert len([line for line in github.requests() if line.startswith("POST")]) == 2


def test_reading_is_repeated_after_a_server_error(github: GitHubApi) -> None:
    pull = github.new_pull()
    github.fault(r"GET .*/pulls/\d+", 500, times=2)
    pauses = Pauses()
    assert len(forge(github, pauses=pauses).head_of(pull)) == 40
    assert pauses == [1, 2]


@pytest.mark.parametrize(
    ("status", "headers", "message", "pause"),
    [
        (403, {"retry-after": "5"}, "You have exceeded a secondary rate limit.", 6),
        (403, {}, "You have exceeded a secondary rate limit.", 60),
        (429, {}, "Too many requests", 60),
        (429, {"retry-after": "2"}, "Too many requests", 3),
    ],
    ids=["secondary", "secondary-without-time", "429-without-time", "429-with-time"],
)
def test_a_rate_limit_is_waited_for(
    github: GitHubApi, status: int, headers: dict[str, str], message: str, pause: float
) -> None:
    pull = github.new_pull()
    github.fault(f"POST .*{COMMENTS}", status, headers=headers, body={"message": message})
    pauses = Pauses()
    made = forge(github, pauses=pauses).write_comment(pull, BODY, None)
    assert [one["id"] for one in github.comments(pull)] == [made.id]
    assert pauses == [pause]


def test_the_primary_limit_is_waited_for_only_within_patience(github: GitHubApi) -> None:
    pull = github.new_pull()
    reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 3000)}
    github.fault(r"GET .*/pulls/\d+", 403, headers=reset, body={"message": "API rate limit exceeded"})
    pauses = Pauses()
    with pytest.raises(ForgeError, match="asks to wait"):
        forge(github, pauses=pauses).head_of(pull)
    assert pauses == []


def test_waiting_is_capped_over_all_requests(github: GitHubApi) -> None:
    pull = github.new_pull()
    github.fault(r"GET .*/pulls/\d+", 429, times=9)
    pauses = Pauses()
    with pytest.raises(ForgeError, match="left to wait"):
        forge(github, patience=130, pauses=pauses).head_of(pull)
    assert pauses == [60, 60]


def test_a_token_that_may_not_write_is_told_which_permission(github: GitHubApi) -> None:
    pull = github.new_pull()
    refusal = {"message": "Resource not accessible by integration"}
    github.fault(f"POST .*{COMMENTS}", 403, body=refusal)
    with pytest.raises(ForgeError) as caught:
        forge(github).write_comment(pull, BODY, None)
    assert "pull-requests: write" in (caught.value.hint or "")
    assert len([line for line in github.requests() if line.startswith("POST")]) == 1


def test_a_workflow_token_that_may_not_ask_who_it_is_still_finds_its_comment(github: GitHubApi) -> None:
    pull = github.new_pull()
    made = forge(github).write_comment(pull, BODY, None)
    github.fault("GET /user", 403, body={"message": "Resource not accessible by integration"})
    assert forge(github).our_comment(pull, MARKER) == made


def test_an_unknown_pull_request_is_an_error_of_ours(github: GitHubApi) -> None:
    with pytest.raises(ForgeError, match=REPOSITORY):
        forge(github).head_of(9999)


def test_a_refused_body_is_an_error_of_ours(github: GitHubApi) -> None:
    pull = github.new_pull()
    github.fault(f"POST .*{COMMENTS}", 422, body={"message": "Validation Failed"})
    with pytest.raises(ForgeError, match="422: Validation Failed"):
        forge(github).write_comment(pull, BODY, None)


def test_a_forge_that_is_down_is_an_error_after_a_few_tries() -> None:
    pauses = Pauses()
    down = GitHub(REPOSITORY, "bot-token", "http://127.0.0.1:9", sleep=pauses)
    with pytest.raises(ForgeError, match="did not answer"):
        down.head_of(1)
    assert len(pauses) == 4


def test_the_gate_sees_a_request_that_is_on_no_list(github: GitHubApi) -> None:
    github.ask_through("GET", "/rate_limit")
    assert github.violations()


def test_the_gate_sees_a_request_that_the_schema_does_not_allow(github: GitHubApi) -> None:
    pull = github.new_pull()
    with contextlib.suppress(OSError):
        github.ask_through("POST", f"/repos/{REPOSITORY}/issues/{pull}/comments", {"body": 1})
    assert github.violations()
