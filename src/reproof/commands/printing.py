"""What `reproof check` prints: findings to stdout or a file, everything else to stderr."""

from __future__ import annotations

import os
import sys

from reproof.errors import UsageError
from reproof.visible import in_colour, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from reproof.commands.looking import Looked
    from reproof.lint.files import SourceTree
    from reproof.lint.finding import Finding


def report(tree: SourceTree, looked: Looked, args: argparse.Namespace) -> None:
    from reproof.lint.formats import text

    if args.diff:
        from reproof.lint.fixes import unified_diff

        diff = unified_diff(tree)
        # Into a pipe the diff goes as it is, so that `git apply` can read it.
        write_out(visible(diff, keep="\n\t") if sys.stdout.isatty() else diff)
    else:
        write_out(_rendered(looked.findings, args), args.output, ours=args.format == "github")
    for note in looked.notes:
        print(visible(note), file=sys.stderr)
    for refused in looked.refusals:
        print(text.refusal(refused), file=sys.stderr)
    if args.statistics:
        print(text.statistics(looked.findings), end="", file=sys.stderr)
    would = "would have " if args.diff and looked.fixed else ""
    changed = tree.changes if args.diff else looked.written
    words = [text.summary(looked.findings, looked.files, looked.fixed, len(changed))]
    if not args.unsafe_fixes:
        words += text.fixable(looked.findings, asked=args.fix or args.diff)
    say_what_was_written(tree.root, looked.written, would + "; ".join(words))


def _rendered(findings: list[Finding], args: argparse.Namespace) -> str:
    if args.format == "json":
        from reproof.lint.formats import json

        return json.render(findings)
    if args.format == "sarif":
        from reproof.lint.formats import sarif

        return sarif.render(findings)
    if args.format == "github":
        from reproof.lint.formats import github

        return github.render(findings)
    from reproof.lint.formats import text

    return text.render(findings, colour=not args.output and in_colour(sys.stdout))


def say_what_was_written(root: str, written: Sequence[str], summary: str) -> None:
    """Each file, the summary, and what stages all: code and the files that it reads belong in one commit."""
    for path in written:
        print(f"fixed {visible(path)}", file=sys.stderr)
    print(summary, file=sys.stderr)
    if not written:
        return
    if not os.path.lexists(os.path.join(root, ".git")):
        print("look at the changes", file=sys.stderr)
        return
    import shlex

    here = (os.path.relpath(os.path.join(root, path)).replace(os.sep, "/") for path in written)
    print("look at the changes (`git diff`), and stage all of them together:", file=sys.stderr)
    print(f"  git add -- {' '.join(shlex.quote(visible(path)) for path in here)}", file=sys.stderr)


def write_out(findings: str, output: str | None = None, *, ours: bool = False) -> None:
    """Print, or write into a file. `ours`: the commands in it are for the CI runner."""
    if output is None and ours:
        from reproof.inert import commands

        commands().write(findings)
        return
    if output is None:
        sys.stdout.write(findings)
        return
    try:
        with open(output, "w", encoding="utf-8", newline="\n") as handle:
            handle.write(findings)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror or error}") from None
