"""Our one comment of a pull request: found by author, marker and state, created once, edited in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reproof.adapters.github.connection import Connection, GoneError
from reproof.ports import Comment
from reproof.report import state

if TYPE_CHECKING:
    from github.IssueComment import IssueComment
    from github.PullRequest import PullRequest

NEEDS = "pull-requests: write"


class Comments(Connection):
    """The part of the forge that writes comments on pull requests."""

    def our_comment(self, pull: int, marker: str) -> Comment | None:
        """The oldest comment that we wrote, that starts with the marker and ends with a state; all pages."""
        login = self.login()

        def search() -> Comment | None:
            for comment in self._pull(pull).get_issue_comments():
                body = comment.body or ""
                author = getattr(comment.user, "login", None)  # a deleted account has none
                if author == login and body.startswith(marker) and state.read(body) is not None:
                    return _comment(comment)
            return None

        return self.ask(search, NEEDS)

    def write_comment(self, pull: int, body: str, replaces: Comment | None) -> Comment:
        """Create the comment, or edit the one it replaces; never creates a second one by repeating.

        Raises `ForgeError`; where the token may not write, its hint names the missing permission.
        """
        if replaces is not None and (edited := self._edit(pull, body, replaces)) is not None:
            return edited
        marker = body.partition("\n")[0]
        return self.create(
            lambda: _comment(self._pull(pull).create_issue_comment(body)),
            lambda: self.our_comment(pull, marker),
            NEEDS,
        )

    def _edit(self, pull: int, body: str, old: Comment) -> Comment | None:
        """The edited comment; None where somebody deleted it meanwhile."""

        def edit() -> Comment:
            comment = self._pull(pull).get_issue_comment(old.id)
            comment.edit(body)
            return _comment(comment)

        try:
            return self.ask(edit, NEEDS)
        except GoneError:
            return None

    def _pull(self, number: int) -> PullRequest:
        return self.repository().get_pull(number)


def _comment(comment: IssueComment) -> Comment:
    return Comment(id=comment.id, body=comment.body or "", url=comment.html_url)
