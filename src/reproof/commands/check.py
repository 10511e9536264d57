"""Look for what cannot be repeated: dirty notebooks, hardcoded hyperparameters, unpinned dependencies.

Files are checked as given; folders are searched for files that some rule reads (in a git work tree: what
git tracks or does not ignore). Findings go to stdout, everything else to stderr.
"""

from __future__ import annotations

import os
import sys

from reproof.config import CheckConfig, load_config
from reproof.errors import Exit, UsageError
from reproof.lint.files import SourceTree, find_root
from reproof.lint.globs import matcher
from reproof.lint.linter import Linter, chosen_rules
from reproof.lint.rule import Tools
from reproof.lint.workers import look_at, without_text
from reproof.value import Value
from reproof.visible import in_colour, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from reproof.lint.finding import Finding
    from reproof.lint.fixes import Refusal
    from reproof.lint.notebooks.dirt import Stripping
    from reproof.lint.notebooks.name_check import NameCheck

EXAMPLE = """
reproof check
reproof check --select dirty-notebook --fix notebooks/
reproof check --format json --output findings.json src/
"""


FORMATS = ("text", "json")


class Looked(Value):
    """What one run found, and what it changed."""

    files: int
    findings: list[Finding]
    fixed: int = 0
    written: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()


# Each option: its name, what stands for its value (None: it is a flag), its choices, its help.
OPTIONS: tuple[tuple[str, str | None, tuple[str, ...], str], ...] = (
    ("--select", "R,…", (), "only these rules, in place of the configured ones"),
    ("--ignore", "R,…", (), "not these rules, besides the configured ones"),
    ("--fix", None, (), "apply safe fixes; exit code 1 if a file changed"),
    ("--unsafe-fixes", None, (), "with --fix or --diff: fixes that may change meaning, too"),
    ("--diff", None, (), "show the fixes as a diff and write nothing"),
    ("--format", "text", FORMATS, "how to print findings"),
    ("--output", "FILE", (), "write findings to FILE in place of stdout"),
    ("--statistics", None, (), "count the findings of each rule, on stderr"),
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `reproof check`."""
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", default=["."], help="files or folders (default: .)"
    )
    for name, value, choices, help_ in OPTIONS:
        if value is None:
            parser.add_argument(name, action="store_true", help=help_)
        elif choices:
            parser.add_argument(name, choices=choices, default=value, help=help_)
        else:
            parser.add_argument(name, metavar=value, help=help_)


def parse_plainly(words: Sequence[str]) -> argparse.Namespace | None:
    """What argparse would make of a line that only spells out options; None for any other line."""
    from types import SimpleNamespace

    known = {name: (value, choices) for name, value, choices, _ in OPTIONS}
    given: dict[str, Any] = {
        name: False if value is None else value if choices else None
        for name, (value, choices) in known.items()
    }
    paths: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            paths += left
        elif not word.startswith("-") or word == "-":
            paths.append(word)
        elif word not in known:
            return None
        else:
            value, choices = known[word]
            given[word] = True if value is None else next(left, "-")
            if value is not None and (
                given[word].startswith("-") or (choices and given[word] not in choices)
            ):
                return None
    options = {name[2:].replace("-", "_"): value for name, value in given.items()}
    return SimpleNamespace(paths=paths or ["."], **options)  # type: ignore[return-value]


def run(args: argparse.Namespace) -> int:
    """Check, fix if asked, print; the exit code says whether something was found or changed."""
    if args.unsafe_fixes and not (args.fix or args.diff):
        raise UsageError("--unsafe-fixes needs --fix or --diff", "Add --diff to see them first.")
    if args.diff and (args.format != "text" or args.output):
        raise UsageError("--diff prints a diff, so it takes neither --format nor --output")
    folder = os.getcwd()
    root = find_root(args.paths, folder)
    options = _options(load_config(root).check, args)
    tree = SourceTree(root)
    rules = chosen_rules(options, tools(root))
    linter = Linter(tree, rules, options)
    paths = tree.paths(args.paths, folder, linter.wanted, matcher(options.exclude))
    looked = _look(tree, linter, paths, args)
    _report(tree, looked, args)
    return Exit.FOUND if looked.findings or looked.fixed else Exit.FINE


def tools(root: str | None = None) -> Tools:
    """The third-party help that rules may ask for, each imported when it is called; git's settings by its root."""

    def strip_notebook(document: dict[str, Any], stripping: Stripping) -> dict[str, Any]:
        from reproof.adapters import nbstripout

        return nbstripout.strip_notebook(document, stripping)

    def keys_of_git() -> tuple[tuple[str, ...], tuple[str, ...]]:
        from reproof.adapters import nbstripout

        return nbstripout.keys_of_git(root) if root else ((), ())

    def check_names(files: Mapping[str, str | bytes]) -> NameCheck:
        from reproof.adapters.ruff import RuffCheck

        return RuffCheck(files)

    return Tools(strip_notebook, keys_of_git, check_names)


def _options(configured: CheckConfig, args: argparse.Namespace) -> CheckConfig:
    return configured.replace(
        select=_selected(args.select) if args.select is not None else configured.select,
        ignore=(*configured.ignore, *_names(args.ignore or "")),
    )


def _selected(text: str) -> tuple[str, ...]:
    names = _names(text)
    if not names:
        raise UsageError("--select names no rule", "`reproof explain` lists all rules.")
    return names


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _look(tree: SourceTree, linter: Linter, paths: list[str], args: argparse.Namespace) -> Looked:
    """One file after the other, so that only the findings of a large tree are kept and not its texts."""
    progress = _Progress(tree, linter, args)
    mends = args.fix or args.diff
    try:
        linter.prepare(paths)
        for path, findings in _looked_at(tree, linter, paths, alone=mends):
            fixable = mends and any(finding.fix for finding in findings)
            left = progress.fixed(path, findings) if fixable else findings
            progress.found += [without_text(finding) for finding in left]
    except KeyboardInterrupt:
        from reproof.lint.formats.text import count

        if args.fix and not args.diff:
            files = progress.looked(len(paths)).written
            said = f"stopped before the end: {count(len(files), 'file')} changed, all others as they were"
            _say_what_was_written(tree.root, files, said)
        raise
    finally:
        linter.close()
    return progress.looked(len(paths))


def _looked_at(
    tree: SourceTree, linter: Linter, paths: list[str], alone: bool
) -> Iterator[tuple[str, list[Finding]]]:
    """Each path with its findings. Where none is to be fixed, rules that wait do so after all others are done."""
    if alone:
        yield from look_at(linter.look, paths, tree.size, alone=True)
        return
    begun = [
        (path, [without_text(finding) for finding in findings])
        for path, findings in look_at(linter.begin, paths, tree.size)
    ]
    for path, findings in begun:
        yield path, linter.finish(path, findings)


class _Progress:
    """What a run has found and changed so far; whole at any time, since Ctrl-C may ask for it."""

    def __init__(self, tree: SourceTree, linter: Linter, args: argparse.Namespace) -> None:
        self._tree = tree
        self._linter = linter
        self._args = args
        self._count = 0
        self.found: list[Finding] = []
        self._written: dict[str, None] = {}
        self._refusals: list[Refusal] = []
        self._notes: list[str] = []

    def fixed(self, path: str, findings: list[Finding]) -> list[Finding]:
        """Fix a file, on the disk unless only a diff was asked for; the findings that are left."""
        from reproof.lint.fixes import Uninterrupted, fix_file, write_changes

        outcome = fix_file(self._tree, self._linter.look, path, findings, unsafe=self._args.unsafe_fixes)
        self._refusals += outcome.refusals
        if not self._args.diff:
            with Uninterrupted():
                done, unwritten = write_changes(self._tree, last=path)
                self._written.update(dict.fromkeys(done))
            self._refusals += unwritten
            if unwritten:
                return findings
        self._count += outcome.count
        self._notes += [f"{path}: {note}" for note in outcome.notes]
        return outcome.findings

    def looked(self, files: int) -> Looked:
        """The values of it all."""
        return Looked(
            files,
            self.found,
            self._count,
            tuple(self._written),
            tuple(self._refusals),
            (*self._notes, *self._linter.notes()),
        )


def _report(tree: SourceTree, looked: Looked, args: argparse.Namespace) -> None:
    from reproof.lint.formats import text

    if args.diff:
        from reproof.lint.fixes import unified_diff

        diff = unified_diff(tree)
        # Into a pipe the diff goes as it is, so that `git apply` can read it.
        _print(visible(diff, keep="\n\t") if sys.stdout.isatty() else diff)
    elif args.format == "json":
        from reproof.lint.formats import json

        _print(json.render(looked.findings), args.output)
    else:
        _print(text.render(looked.findings, colour=not args.output and in_colour(sys.stdout)), args.output)
    for note in looked.notes:
        print(visible(note), file=sys.stderr)
    for refused in looked.refusals:
        print(text.refusal(refused), file=sys.stderr)
    if args.statistics:
        print(text.statistics(looked.findings), end="", file=sys.stderr)
    would = "would have " if args.diff and looked.fixed else ""
    changed = tree.changes if args.diff else looked.written
    words = [text.summary(looked.findings, looked.files, looked.fixed, len(changed))]
    if not (args.fix or args.diff):
        words += text.fixable(looked.findings)
    _say_what_was_written(tree.root, looked.written, would + "; ".join(words))


def _say_what_was_written(root: str, written: Sequence[str], summary: str) -> None:
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


def _print(findings: str, output: str | None = None) -> None:
    if output is None:
        sys.stdout.write(findings)
        return
    try:
        with open(output, "w", encoding="utf-8", newline="\n") as handle:
            handle.write(findings)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror or error}") from None
