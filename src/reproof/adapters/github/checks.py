"""Check runs: the verdict beside the commit, with annotations at the lines that did it."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reproof.adapters.github.connection import Connection, InvalidError, UnclearError

if TYPE_CHECKING:
    from github.CheckRun import CheckRun as RemoteCheckRun

    from reproof.ports import Annotation, CheckRun

AT_ONCE = 50  # annotations that GitHub takes in one request; an update adds to them
NEEDS = "checks: write"


class Checks(Connection):
    """The part of the forge that writes check runs."""

    def write_check(self, check: CheckRun) -> str:
        """Create a completed check run, once; its address. Raises `ForgeError`.

        Annotations have the paths of a pull request's files. Where GitHub does not take them, the verdict stands
        without them.
        """
        try:
            return self._write(check)
        except InvalidError:
            if not check.annotations:
                raise
        return self._write(replace(check, annotations=()))

    def _write(self, check: CheckRun) -> str:
        first, *more = [
            check.annotations[start : start + AT_ONCE]
            for start in range(0, max(1, len(check.annotations)), AT_ONCE)
        ]

        def post() -> RemoteCheckRun:
            from github.GithubObject import NotSet

            return self.repository().create_check_run(
                check.name,
                check.head,
                status="completed",
                conclusion=check.conclusion,
                external_id=check.id,
                output=_output(check, first),
                details_url=check.url or NotSet,
            )

        def search() -> RemoteCheckRun | None:
            return self.ask(lambda: self._ours(check), NEEDS)

        made = self.create(post, search, NEEDS)
        for lot in more:
            self._annotate(made, check, lot)
        return str(made.html_url)

    def _annotate(self, made: RemoteCheckRun, check: CheckRun, annotations: tuple[Annotation, ...]) -> None:
        """Add annotations, as far as GitHub takes them. After an unclear answer they may be there: once too few is
        better than twice.
        """
        with contextlib.suppress(UnclearError, InvalidError):
            self.ask(lambda: made.edit(output=_output(check, annotations)), NEEDS, repeat=False)

    def _ours(self, check: CheckRun) -> RemoteCheckRun | None:
        runs = self.repository().get_commit(check.head).get_check_runs(check_name=check.name)
        return next((run for run in runs if run.external_id == check.id), None)


def _output(check: CheckRun, annotations: tuple[Annotation, ...]) -> dict[str, Any]:
    return {
        "title": check.title,
        "summary": check.summary,
        "annotations": [
            {
                "path": one.path,
                "start_line": one.line,
                "end_line": one.line,
                "annotation_level": one.level,
                "title": one.title,
                "message": one.message,
            }
            for one in annotations
        ],
    }
