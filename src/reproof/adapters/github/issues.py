"""Issues of ours, found by author, marker and state; and what a person may do in the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.adapters.github.connection import Connection
from reproof.ports import Comment
from reproof.report import state

if TYPE_CHECKING:
    from github.Issue import Issue

NEEDS = "issues: write"


class Issues(Connection):
    """The part of the forge that keeps one issue, and asks for permissions."""

    def permission_of(self, login: str) -> str:
        """What somebody may do here: admin, write, read or none; raises `ForgeError`."""
        return self.ask(lambda: str(self.repository().get_collaborator_permission(login)), "metadata: read")

    def our_issue(self, marker: str) -> Comment | None:
        """The oldest open issue that we wrote, that starts with the marker and ends with a state; all pages."""
        login = self.login()

        def search() -> Comment | None:
            for issue in self.repository().get_issues(state="open", sort="created", direction="asc"):
                body = issue.body or ""
                author = getattr(issue.user, "login", None)
                if author == login and body.startswith(marker) and state.read(body) is not None:
                    return _told(issue)
            return None

        return self.ask(search, NEEDS)

    def write_issue(self, title: str, body: str, replaces: Comment | None) -> Comment:
        """Open the issue, once, or edit the one it replaces; raises `ForgeError`."""
        if replaces is not None:
            return self.ask(lambda: self._edited(replaces.id, title=title, body=body), NEEDS)
        marker = body.partition("\n")[0]
        return self.create(
            lambda: _told(self.repository().create_issue(title, body)),
            lambda: self.our_issue(marker),
            NEEDS,
        )

    def close_issue(self, issue: Comment, body: str) -> Comment:
        """Edit the issue and close it, in one request; raises `ForgeError`."""
        return self.ask(
            lambda: self._edited(issue.id, body=body, state="closed", state_reason="completed"), NEEDS
        )

    def _edited(self, number: int, **changes: str) -> Comment:
        issue = self.repository().get_issue(number)
        issue.edit(**changes)  # type: ignore[arg-type]
        return _told(issue)


def _told(issue: Issue) -> Comment:
    """`id` is the issue's number."""
    return Comment(id=issue.number, body=issue.body or "", url=issue.html_url)
