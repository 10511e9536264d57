"""The activity `accept`: `/reproof accept RUN because …`, written below a pull request, is done for who may.

It runs no code of the pull request and checks nothing out. The run is read from the artifact that was measured at
the pull request's head, held against git like every other record, and copied into the acceptance.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.adapters.github import GitHub
from reproof.ci import measured as handover
from reproof.ci.outputs import annotate, write_summary
from reproof.ci.trusted import trusted
from reproof.errors import Exit, ForgeError, ReproofError, UsageError
from reproof.redact import redact
from reproof.report import state
from reproof.report.escape import code, prose
from reproof.runs.acceptance import LONGEST_WHY, in_force
from reproof.verdict.acceptance import acceptance_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reproof.ci.event import Event, IssueComment
    from reproof.ci.inputs import Inputs
    from reproof.ci.trusted import Trusted
    from reproof.ports import Forge, PullRequest
    from reproof.runs.baseline import Held
    from reproof.runs.record import RunRecord

MAY_ACCEPT = ("write", "maintain", "admin")
MOST_RUNS = 20  # workflow runs of one head that are looked at
_COMMAND = re.compile(r"/reproof accept ([0-9a-f]{6,64}) because (\S[^\r\n]*)")
_USAGE = "Write one line: `/reproof accept RUN because …`, with the run's id from the report."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a comment asks for: a run's id or the start of it, and the reason."""

    run: str
    why: str


def asked(body: str) -> Asked:
    """The command that a comment is, in one line and nothing else; raises `UsageError`."""
    found = _COMMAND.fullmatch(body.strip())
    if found is None or len(found[2]) > LONGEST_WHY:
        raise UsageError("this is no command that reproof knows", _USAGE)
    return Asked(found[1], redact(found[2]).strip())


def accept(environ: Mapping[str, str], event: Event, inputs: Inputs) -> int:
    """Accept what the comment names, and answer; returns the exit code."""
    comment = event.comment
    if comment is None or event.repository is None:
        raise UsageError("an acceptance needs a comment on a pull request")
    if inputs.token is None:
        return _quiet(environ, "there is no token: give the job `contents: write` and `pull-requests: write`")
    forge = GitHub(event.repository, inputs.token, event.api_url)
    try:
        permission = forge.permission_of(comment.author)
    except ForgeError as error:
        return _quiet(environ, f"{error}. {error.hint or ''}")
    if permission not in MAY_ACCEPT:
        # No answer: whoever may comment could make us write as often as they like.
        return _quiet(environ, f"{comment.author} has the permission {permission!r}, and `write` is needed")
    try:
        said, code_of_exit = _accepted(event, inputs, forge, comment), Exit.FINE
    except ReproofError as error:
        said, code_of_exit = (
            f"❌ Not accepted: {prose(error.message)}.\n\n{prose(error.hint or '')}",
            Exit.FOUND,
        )
    print(f"reproof: {said.splitlines()[0]}", file=sys.stderr)
    write_summary(environ, said)
    try:
        _answer(forge, comment, said)
    except ForgeError as error:
        _quiet(environ, f"no answer was written: {error}. {error.hint or ''}")
    return code_of_exit


def _accepted(event: Event, inputs: Inputs, forge: Forge, comment: IssueComment) -> str:
    """Do it; what to answer. Raises `ReproofError`."""
    wanted = asked(comment.body)
    pull = forge.pull(comment.number)
    record = _measured(forge, pull, wanted.run, comment.written)
    url = f"{event.server_url}/{event.repository}.git"
    with trusted(url, pull, inputs.token, push=True) as half:
        held = half.verify(record)
        outside = pull.is_outside(event.repository)
        return _kept(half, held, record, wanted, comment.author, self_reported=outside)


def _kept(
    half: Trusted, held: Held, record: RunRecord, wanted: Asked, who: str, *, self_reported: bool
) -> str:
    before = in_force(held.acceptances, record.key)
    if before is not None and before.to_run == record.id:
        return f"✅ Run {code(record.id)} was accepted by {code(before.who)} already."
    made = acceptance_of(
        record,
        held.same_key,
        held.base,
        half.settings.compare,
        name=secrets.token_hex(6),
        who=who,
        why=wanted.why,
        when=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
        self_reported=self_reported,
    )
    half.store.accept(made)
    shown = ", ".join(f"{code(metric.label)} {metric.value:.6g}" for metric in made.metrics[:8])
    noted = " The numbers are self-reported by the pull request's own code." if self_reported else ""
    return (
        f"✅ Accepted run {code(record.id)} of {code(made.head[:7])}, asked by {code(who)}: {prose(made.why)}\n\n"
        f"{shown}{' …' if len(made.metrics) > 8 else ''}.{noted} "
        "The next comparison holds runs against these numbers: start the measuring job again."
    )


def _measured(forge: Forge, pull: PullRequest, prefix: str, before: dt.datetime) -> RunRecord:
    """The one run of that id among what was measured at the pull request's head; raises `UsageError`.

    A run's id is what its own code says it is. So only what was there `before` somebody wrote the comment counts: a
    commit that is pushed after it, and measured under the same id, is not what that person has seen.
    """
    found: dict[str, RunRecord] = {}
    for run in forge.runs_of(pull.head, MOST_RUNS):
        try:
            measured = handover.of_run(forge, run, before)
        except (ForgeError, UsageError) as error:
            print(f"reproof: workflow run {run}: {error}", file=sys.stderr)
            continue
        for record in measured.records:
            if record.id.startswith(prefix) and found.setdefault(record.id, record) != record:
                raise UsageError(f"two runs of the id {record.id} were measured, with different results")
    if len(found) != 1:
        what = f"{len(found)} runs that were" if found else "no run that was"
        raise UsageError(
            f"{what} measured at the head {pull.head[:7]} before the comment has an id that begins with {prefix}",
            "Take the id from the newest report, and have the measuring job upload its artifact "
            "(workflows/README.md).",
        )
    return next(iter(found.values()))


def _answer(forge: Forge, comment: IssueComment, said: str) -> None:
    """One answer for each comment, edited where the job runs again."""
    marker = f"<!-- reproof:v1:accept:{comment.id} -->"
    told = state.write(state.State("accept", str(comment.id)))
    old = forge.our_comment(comment.number, marker)
    forge.write_comment(comment.number, f"{marker}\n{said}\n\n{told}\n", old)


def _quiet(environ: Mapping[str, str], why: str) -> int:
    print(f"reproof: {why}", file=sys.stderr)
    annotate(environ, "warning", why)
    return Exit.FINE
