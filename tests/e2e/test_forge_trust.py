"""Check runs, pull requests by their head, and artifacts: the adapter against GitHub's API and its faults."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from dataclasses import replace
from email.utils import formatdate

import pytest

from reproof.adapters.github import GitHub
from reproof.ci.conclusion import check_run
from reproof.errors import ForgeError
from reproof.ports import Annotation
from reproof.report import state
from tests.e2e.github_api import REPOSITORY, GitHubApi
from tests.e2e.test_forge import Pauses, forge
from tests.report.cases import REGRESSED, UNCHANGED
from tests.requires import requires

pytestmark = [requires("npm"), pytest.mark.xdist_group("github")]
CHECKS = r"POST .*/check-runs"


def notes(count: int) -> tuple[Annotation, ...]:
    return tuple(
        Annotation("train.py", line, "warning", "title", f"note {line}") for line in range(1, count + 1)
    )


def head(github: GitHubApi) -> str:
    return str(github.ask("GET", f"/repos/{REPOSITORY}/pulls/{github.new_pull()}")["head"]["sha"])


def made(github: GitHubApi, commit: str) -> list[dict[str, object]]:
    listed = github.ask("GET", f"/repos/{REPOSITORY}/commits/{commit}/check-runs")
    found: list[dict[str, object]] = listed["check_runs"]
    return found


def test_a_check_run_says_the_verdict_and_where(github: GitHubApi) -> None:
    commit = head(github)
    url = forge(github).write_check(check_run(REGRESSED, commit, notes(3)))
    (run,) = made(github, commit)
    assert (run["html_url"], run["status"], run["conclusion"]) == (url, "completed", "failure")
    assert run["output"]["annotations_count"] == 3  # type: ignore[index]
    assert github.violations() == []


def test_many_annotations_come_in_lots_of_fifty(github: GitHubApi) -> None:
    commit = head(github)
    forge(github).write_check(check_run(REGRESSED, commit, notes(120)))
    sent = github.sent(CHECKS) + github.sent(r"PATCH .*/check-runs/\d+")
    lots = [[note["start_line"] for note in body["output"]["annotations"]] for body in sent]
    assert lots == [list(range(1, 51)), list(range(51, 101)), list(range(101, 121))]
    assert github.violations() == []


@pytest.mark.parametrize("status", [502, 0, -1], ids=["answer-502", "line-dropped", "cut-in-the-body"])
def test_a_check_run_that_was_made_although_the_answer_failed_is_not_made_twice(
    github: GitHubApi, status: int
) -> None:
    commit = head(github)
    github.fault(CHECKS, status, after=True)
    forge(github).write_check(check_run(REGRESSED, commit))
    assert len(made(github, commit)) == 1


def test_a_check_run_of_another_attempt_is_not_taken_for_the_one_that_was_not_made(github: GitHubApi) -> None:
    """The first attempt of a workflow run was green, the second is not, and its answer is a 502."""
    commit = head(github)
    green = replace(UNCHANGED, context=REGRESSED.context)  # of the same workflow run
    forge(github).write_check(check_run(green, commit))
    github.fault(CHECKS, 502)
    forge(github).write_check(check_run(REGRESSED, commit))
    assert [run["conclusion"] for run in made(github, commit)] == ["failure"], "GitHub shows the newest one"


def test_annotations_are_not_added_twice(github: GitHubApi) -> None:
    commit = head(github)
    github.fault(r"PATCH .*/check-runs/\d+", 502, after=True)
    forge(github).write_check(check_run(REGRESSED, commit, notes(60)))
    assert len(github.sent(r"PATCH .*/check-runs/\d+")) == 1


def test_a_path_that_github_does_not_take_costs_the_notes_and_not_the_verdict(github: GitHubApi) -> None:
    commit = head(github)
    github.fault(CHECKS, 422, body={"message": "Invalid request. path is not valid"})
    forge(github).write_check(check_run(REGRESSED, commit, notes(3)))
    (run,) = made(github, commit)
    assert (run["conclusion"], run["output"]["annotations_count"]) == ("failure", 0)  # type: ignore[index]
    github.fault(r"PATCH .*/check-runs/\d+", 422)
    forge(github).write_check(check_run(REGRESSED, head(github), notes(60)))


def test_a_token_that_may_not_write_checks_is_told_which_permission(github: GitHubApi) -> None:
    github.fault(CHECKS, 403, body={"message": "Resource not accessible by integration"})
    with pytest.raises(ForgeError) as caught:
        forge(github).write_check(check_run(REGRESSED, "a" * 40))
    assert "checks: write" in (caught.value.hint or "")


def test_pull_requests_are_found_by_their_head(github: GitHubApi) -> None:
    number, other = github.new_pull(), github.new_pull()
    github.push(number, "a" * 40, ref="topic-x", repo=github.fork("eve/demo", 77))
    github.push(other, "a" * 40, ref="topic-x", repo=github.fork("mallory/demo", 78))
    (pull,) = forge(github).open_pulls("eve", "topic-x")
    assert (pull.number, pull.head, pull.head_repository, pull.head_repository_id) == (
        number,
        "a" * 40,
        "eve/demo",
        77,
    )
    assert github.violations() == []


def archived(text: str, name: str = "measured.json") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as opened:
        opened.writestr(name, text)
    return data.getvalue()


def test_the_newest_artifact_of_the_very_run_is_read(github: GitHubApi) -> None:
    github.upload(901, archived("old"))
    github.upload(901, archived("new"))
    github.upload(902, archived("of another run"))
    github.upload(901, archived("another name"), "other")
    assert forge(github).artifact(901, "reproof", "measured.json", 100) == b"new"
    assert github.violations() == []


def test_an_artifact_that_is_not_there_is_said(github: GitHubApi) -> None:
    with pytest.raises(ForgeError, match="left no artifact"):
        forge(github).artifact(903, "reproof", "measured.json", 100)
    github.upload(904, b"no archive")
    with pytest.raises(ForgeError, match="no archive"):
        forge(github).artifact(904, "reproof", "measured.json", 100)
    github.upload(905, archived("x" * 200))
    with pytest.raises(ForgeError, match="larger than"):
        forge(github).artifact(905, "reproof", "measured.json", 100)


def test_an_archive_that_is_too_large_is_not_loaded(
    github: GitHubApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    github.upload(906, archived("x" * 2000))
    monkeypatch.setattr("reproof.adapters.github.artifacts.LARGEST", 1000)
    with pytest.raises(ForgeError, match="larger than 1000"):
        forge(github).artifact(906, "reproof", "measured.json", 5000)
    assert not [line for line in github.requests() if "/zip" in line]


@pytest.mark.parametrize("status", [502, 0])
def test_loading_an_artifact_is_tried_again(github: GitHubApi, status: int) -> None:
    github.upload(907, archived("whole"))
    github.fault(r"GET .*/artifacts/\d+/zip", status)
    assert forge(github).artifact(907, "reproof", "measured.json", 100) == b"whole"


@pytest.mark.parametrize("body", ['{"number": 1', "[", "<html>", ""], ids=["cut", "list", "html", "empty"])
def test_an_answer_that_is_not_whole_is_asked_for_again(github: GitHubApi, body: str) -> None:
    number = github.new_pull()
    github.fault(rf"GET .*/pulls/{number}", 200, body=body)
    pauses = Pauses()
    assert len(forge(github, pauses=pauses).head_of(number)) == 40
    assert len(pauses) == 1


def test_a_line_that_stalls_is_given_up_and_costs_patience(
    github: GitHubApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reproof.adapters.github.connection._TIMEOUT", 1)
    number = github.new_pull()
    github.fault(rf"GET .*/pulls/{number}", -2, seconds=4, times=9)
    with pytest.raises(ForgeError, match=r"left to wait|did not answer"):
        forge(github, patience=1.5).head_of(number)
    assert len(github.requests()) < 4


@pytest.mark.parametrize("off", [3500, -9000], ids=["ahead", "behind"])
def test_a_runner_with_a_wrong_clock_waits_by_githubs(github: GitHubApi, off: int) -> None:
    """GitHub's clock says 20 s to go, whatever ours says."""
    theirs = int(time.time()) + off
    headers = {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(theirs + 20),
        "date": formatdate(theirs, usegmt=True),
    }
    number = github.new_pull()
    github.fault(rf"GET .*/pulls/{number}", 403, headers=headers, body={"message": "API rate limit exceeded"})
    pauses = Pauses()
    forge(github, pauses=pauses).head_of(number)
    assert pauses == [21]


@pytest.mark.parametrize("status", [401, 409, 422])
def test_what_will_not_get_better_is_not_tried_again(github: GitHubApi, status: int) -> None:
    github.fault(CHECKS, status, body={"message": "no"}, times=9)
    with pytest.raises(ForgeError):
        forge(github).write_check(check_run(REGRESSED, "a" * 40))
    assert len(github.requests()) == 1


def test_enterprise_servers_have_their_api_below_a_path(github: GitHubApi) -> None:
    """`/api/v3` is a part of the URL there; a link to another host is refused."""
    elsewhere = GitHub(REPOSITORY, "bot-token", f"{github.url}/api/v3", sleep=Pauses())
    with pytest.raises(ForgeError):
        elsewhere.head_of(1)
    assert github.requests()[-1].startswith(f"GET /api/v3/repos/{REPOSITORY}/pulls/1")


MARKER = (
    "<!-- reproof:v1:here -->"  # GitHub is shared by all tests, and another one counts the audit's issues
)
ISSUE = f"{MARKER}\nbody\n\n{state.write(state.State('drifted', 'x'))}\n"


def issues(github: GitHubApi, body: str = ISSUE) -> list[dict[str, object]]:
    listed = github.ask("GET", f"/repos/{REPOSITORY}/issues?state=open&per_page=100")
    return [issue for issue in listed if issue["body"] == body]


def test_one_issue_is_opened_found_edited_and_closed(github: GitHubApi) -> None:
    github.ask("POST", f"/repos/{REPOSITORY}/issues", {"title": "planted", "body": ISSUE}, "octo-token")
    assert forge(github).our_issue(MARKER) is None
    github.fault("POST .*/issues", 502, after=True)
    made = forge(github).write_issue("title", ISSUE, None)
    assert forge(github).our_issue(MARKER) == made
    assert len(issues(github)) == 2  # the planted one, and ours, which was not opened twice
    other = ISSUE.replace("body", "other")
    assert forge(github).write_issue("title", other, made).id == made.id
    forge(github).close_issue(made, other)
    assert issues(github, other) == []
    assert forge(github).our_issue(MARKER) is None
    assert github.violations() == []


def test_permissions_are_those_of_the_repository(github: GitHubApi) -> None:
    assert forge(github).permission_of("octo") == "admin"
    with contextlib.suppress(ForgeError):  # nobody of that name
        assert forge(github).permission_of("mallory") not in ("write", "maintain", "admin")
    assert github.violations() == []
