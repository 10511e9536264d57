"""The activity `check`: the rules on what a change touched. Older findings are counted, and stop nobody."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from reproof.changed_lines import touches
from reproof.ci.outputs import write_outputs, write_summary
from reproof.ci.rules import settings_at
from reproof.commands.check import parse_plainly, tools
from reproof.commands.looking import look
from reproof.config import load_config
from reproof.errors import Exit, UsageError
from reproof.inert import commands
from reproof.lint.baseline import load_baseline
from reproof.lint.files import BASELINE, SourceTree, find_root
from reproof.lint.formats import github, sarif, text
from reproof.lint.globs import matcher
from reproof.lint.linter import Linter, chosen_rules
from reproof.report.escape import block

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reproof.changed_lines import Ranges
    from reproof.ci.event import Event
    from reproof.ci.inputs import Inputs
    from reproof.lint.finding import Finding

MOST_SHOWN = 100  # findings in the summary


def check(environ: Mapping[str, str], event: Event, inputs: Inputs) -> int:
    """Print, annotate and write the findings of the change; the exit code says whether there are any."""
    root = find_root([inputs.working_directory], os.getcwd())
    findings = _findings(root, inputs.working_directory)
    lines = changed(root, event)
    ours = findings if lines is None else [one for one in findings if _is_touched(one, lines)]
    others = len(findings) - len(ours)
    _write_sarif(environ, findings)
    if environ.get("GITHUB_ACTIONS") == "true":
        commands().write(github.render(ours))
    else:
        sys.stdout.write(text.render(ours, colour=False))
    summary = _summary(ours, others, whole=lines is None) + _own_rules(root, event, lines or {})
    print(f"reproof: {summary}", file=sys.stderr)
    shown = block(text.render(ours[:MOST_SHOWN], colour=False).splitlines()) if ours else ""
    write_summary(environ, f"{summary[:1].upper()}{summary[1:]}.\n\n{shown}")
    return Exit.FOUND if ours else Exit.FINE


def changed(root: str, event: Event) -> Mapping[str, Ranges] | None:
    """The lines that a pull request changed since it left its base; None without one: then all lines count.

    Raises `UsageError` where this clone lacks the history.
    """
    if event.pull is None:
        return None
    from reproof.adapters.git import GitRepository

    repository = GitRepository(root)
    head = repository.head().commit
    start = repository.merge_base(head, event.pull.base)
    if start is None:
        raise UsageError(
            f"this clone does not have what {head[:7]} and the base {event.pull.base[:7]} have in common",
            "Check out with `fetch-depth: 0` under the `with:` of actions/checkout.",
        )
    return repository.changed_lines(start, head)


def _findings(root: str, folder: str) -> list[Finding]:
    args = parse_plainly([folder])
    if args is None:
        raise UsageError(f"{folder!r} is not a folder's name")
    options = load_config(root).check
    tree = SourceTree(root)
    try:
        linter = Linter(tree, chosen_rules(options, tools(root)), options, load_baseline(root))
        paths = tree.paths(args.paths, os.getcwd(), linter.wanted, matcher(options.exclude))
        return look(tree, linter, paths, args).findings
    finally:
        tree.close()


def _is_touched(finding: Finding, lines: Mapping[str, Ranges]) -> bool:
    """A notebook's lines are those of a cell, so that a changed notebook counts as a whole."""
    if finding.path not in lines:
        return False
    if finding.cell or finding.path.endswith(".ipynb"):
        return True
    return touches(lines[finding.path], finding.span.line, finding.span.end_line)


def _summary(ours: Sequence[Finding], others: int, *, whole: bool) -> str:
    where = "" if whole else " on the changed lines"
    more = f"; {text.count(others, 'finding')} elsewhere, not counted here" if others else ""
    return f"{text.count(len(ours), 'finding')}{where}{more}"


def _own_rules(root: str, event: Event, lines: Mapping[str, Ranges]) -> str:
    """What a reviewer has to know beside the count: the change says by itself what is not to be found."""
    if event.pull is None:
        return ""
    from reproof.adapters.git import GitRepository

    repository = GitRepository(root)
    start = repository.merge_base(repository.head().commit, event.pull.base)
    before = settings_at(repository, start) if start else None
    changed = [BASELINE] if BASELINE in lines else []
    if before and before.check != load_config(root).check:
        changed.insert(0, "[tool.reproof.check]")
    return (
        f"; this change also changes {' and '.join(changed)}: what is found is its own choice"
        if changed
        else ""
    )


def _write_sarif(environ: Mapping[str, str], findings: Sequence[Finding]) -> None:
    """All findings, for code scanning, which knows by itself which ones a pull request brings."""
    folder = environ.get("RUNNER_TEMP")
    if not folder:
        return
    path = os.path.join(folder, "reproof-report", "findings.sarif")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as handle:
        handle.write(sarif.render(findings))
    write_outputs(environ, {"report": path})
