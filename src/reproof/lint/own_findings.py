"""The three findings that the linter makes itself, whichever rules are selected.

They are documented like rules (`explain`, docs pages), but they are none: they cannot be selected, and
only `unused-ignore` can be ignored by name.
"""

from __future__ import annotations

import os

from reproof.errors import UsageError
from reproof.lint.finding import Aspect, Finding, Span
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from reproof.lint.source import InvalidFile

FIRST = Span(1, 1, 1, 1)


class OwnFinding(Value):
    """The name and the documentation of a finding that no rule makes."""

    name: str
    doc: str
    aspect: Aspect = Aspect.CODE

    def at(
        self, path: str, span: Span, message: str, help_: str, *, name: str, cell: int | None = None
    ) -> Finding:
        """A finding of this kind."""
        return Finding(self.name, self.aspect, self.name, path, span, name, message, help_, cell)


INVALID_FILE = OwnFinding(
    "invalid-file",
    """A file cannot be read as what its name says, so nothing in it was checked.

    What it finds:
        Python or a notebook's cell that does not parse, a notebook that is not JSON, text that is not in
        the encoding it declares, a link out of the repository, a pipe, a file of more than 50 MB (a notebook:
        500 MB). One finding a file, and only where a selected rule wanted to read it. Other files go on.

    Why it hurts reproducibility:
        What cannot be read cannot be run again either; and a check that passes over it in silence looks
        like a check that passed.

    Instead:
        Mend the file at the line that the message names. The message names the Python that reproof runs on, too:
        where the code is for a newer one, run reproof with that. A file that is broken on purpose belongs in
        `exclude` of the configuration: it cannot be ignored by name, neither in a comment nor in `ignore`.

    Fix:
        None.
    """,
)

CRASHED_RULE = OwnFinding(
    "crashed-rule",
    """A rule of reproof failed on this file: a bug of ours, and never a reason to pass.

    What it finds:
        An exception inside a rule. The message names the rule, the exception and the place in our source.
        Other rules and other files go on.

    Why it hurts reproducibility:
        What the rule would have found in this file is unknown.

    Instead:
        Please open an issue with the message and, if it may be shown, the file. Until then leave the rule
        out with `--ignore`, or the file with `exclude`. The finding cannot be ignored by its own name.

    Fix:
        None.
    """,
)

UNUSED_IGNORE = OwnFinding(
    "unused-ignore",
    """A `reproof: ignore[…]` comment ignores nothing, and would hide the next mistake.

    What it finds:
        A comment that names a rule which ran on the file and found nothing there, a rule that does not
        exist, a rule that cannot be ignored, or no rule at all. With `strict = true` also one that does not say
        why.

    Why it hurts reproducibility:
        A comment left behind silences whatever is written on that line later, without anybody deciding so.

    Instead:
        Remove the comment, or the one name in it that is not needed.

    Fix:
        None: the reason that was written beside it may be worth keeping.
    """,
)

OWN_FINDINGS = (INVALID_FILE, CRASHED_RULE, UNUSED_IGNORE)
NEVER_IGNORED = frozenset({INVALID_FILE.name, CRASHED_RULE.name})


def refuse_never_ignored(names: Iterable[str]) -> None:
    """Raise `UsageError` where a list of rules to ignore names a finding that cannot be ignored by name."""
    for name in names:
        if name in NEVER_IGNORED:
            raise UsageError(
                f"{name} cannot be ignored by name",
                "Leave the file out with `exclude` in [tool.reproof.check].",
            )


def invalid_file(path: str, error: InvalidFile) -> Finding:
    """The finding for a file that could not be read."""
    line, column = max(error.line, 1), max(error.column, 1)
    return INVALID_FILE.at(
        path,
        Span(line, column, line, column),
        error.message,
        "mend it, or leave the file out with `exclude` in [tool.reproof.check]",
        name=path,
        cell=error.cell,
    )


def crashed_rule(path: str, rule: str, error: BaseException) -> Finding:
    """The finding for a rule that raised what it should not."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" at {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else ""
    what = f"{type(error).__name__}: {error}"
    what = what if len(what) <= 200 else f"{what[:197]}..."
    return CRASHED_RULE.at(
        path,
        FIRST,
        f"the rule {rule} crashed on this file: {what}{place}",
        f"a bug of reproof: https://github.com/reproof-ml/reproof/issues/new; until then --ignore {rule}",
        name=rule,
    )


def crashed_process(path: str, exit_code: int) -> Finding:
    """The finding for a file on which Python itself ended; a negative exit code is a signal's number."""
    how = f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
    return CRASHED_RULE.at(
        path,
        FIRST,
        f"the process that looked at this file ended in the middle of it ({how}): nothing in it was checked",
        "look for a lack of memory first; else leave the file out with `exclude` in [tool.reproof.check] and "
        "open an issue: https://github.com/reproof-ml/reproof/issues/new",
        name=path,
    )
