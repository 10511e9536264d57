"""Look for what cannot be repeated: dirty notebooks, hardcoded hyperparameters, unpinned dependencies.

Files are checked as given; folders are searched for files that some rule reads (in a git work tree: what
git tracks or does not ignore). Findings go to stdout, everything else to stderr.
"""

from __future__ import annotations

import os
import sys

from reproof.commands.looking import look
from reproof.commands.printing import report
from reproof.config import CheckConfig, load_config
from reproof.errors import Exit, UsageError
from reproof.lint.files import BASELINE, SourceTree, find_root
from reproof.lint.globs import matcher
from reproof.lint.linter import Linter, chosen_rules
from reproof.lint.rule import Tools
from reproof.visible import in_colour, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence
    from typing import Any

    from reproof.config import StoreConfig
    from reproof.lint.baseline import Baseline
    from reproof.lint.finding import Finding
    from reproof.lint.notebooks.dirt import Stripping
    from reproof.lint.notebooks.name_check import NameCheck
    from reproof.runs.record import RunRecord

EXAMPLE = """
reproof check
reproof check --select dirty-notebook --fix notebooks/
reproof check --staged
reproof check --format sarif --output findings.sarif src/
"""


FORMATS = ("text", "json", "github", "sarif")


# Each option: its name, what stands for its value (None: it is a flag), its choices, its help.
OPTIONS: tuple[tuple[str, str | None, tuple[str, ...], str], ...] = (
    ("--select", "R,…", (), "only these rules, in place of the configured ones"),
    ("--ignore", "R,…", (), "not these rules, besides the configured ones"),
    ("--fix", None, (), "apply safe fixes; exit code 1 if a file changed"),
    ("--unsafe-fixes", None, (), "with --fix or --diff: fixes that may change meaning, too"),
    ("--diff", None, (), "show the fixes as a diff and write nothing"),
    ("--staged", None, (), "check what is staged for the next commit, as it is staged"),
    ("--write-baseline", None, (), "tolerate all that is found now, over the whole tree"),
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
    """What argparse would make of a line that only spells out options; None for any other line.

    Paths may stand in several places, in front of options and behind: argparse wants them all in one.
    """
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
    if args.staged and (args.fix or args.diff):
        raise UsageError(
            "--staged only looks, so it takes neither --fix nor --diff", "Fix the files, and stage them."
        )
    if args.write_baseline:
        _refuse_parts(args)
    folder = os.getcwd()
    root = find_root(args.paths, folder)
    config = load_config(root)
    options = _options(config.check, args)
    tree = _tree(root, args)
    try:
        own = {
            "installed": lambda: _installed(root, config.python),
            "installed_by_conda": lambda: _installed_by_conda(root, config.python),
            "recorded": lambda: _recorded(root, config.store),
        }
        rules = chosen_rules(options, tools(root).replace(**own))
        baseline = None if args.write_baseline else _baseline(root)
        linter = Linter(tree, rules, options, baseline)
        arguments = [root] if args.write_baseline else args.paths
        paths = tree.paths(arguments, folder, linter.wanted, matcher(options.exclude))
        looked = look(tree, linter, paths, args)
    finally:
        tree.close()
    if args.write_baseline:
        return _written(root, looked.findings)
    report(tree, looked, args)
    return Exit.FOUND if looked.findings or looked.fixed else Exit.FINE


def _tree(root: str, args: argparse.Namespace) -> SourceTree:
    if not args.staged:
        return SourceTree(root)
    from reproof.lint.staged import StagedTree

    return StagedTree(root)


def _baseline(root: str) -> Baseline | None:
    if not os.path.lexists(os.path.join(root, BASELINE)):
        return None
    from reproof.lint.baseline import load_baseline

    return load_baseline(root)


def _refuse_parts(args: argparse.Namespace) -> None:
    """A baseline of some files or rules would forget what is tolerated in the others."""
    others = (args.fix, args.diff, args.staged, args.select is not None, args.ignore is not None, args.output)
    if any(others) or args.format != "text" or args.paths != ["."]:
        raise UsageError(
            "--write-baseline covers the whole repository and all rules of its configuration",
            "Give it no paths and no other options.",
        )


def _written(root: str, findings: list[Finding]) -> int:
    """Write the baseline, say what became of it, and print what it cannot tolerate."""
    from reproof.lint.baseline import write_baseline
    from reproof.lint.formats import text

    written = write_baseline(root, findings)
    print(written.summary, file=sys.stderr)
    for stale in written.stale:
        print(f"no longer found: {visible(stale)}", file=sys.stderr)
    sys.stdout.write(text.render(written.refused, colour=in_colour(sys.stdout)))
    return Exit.FOUND if written.refused else Exit.FINE


def tools(root: str | None = None) -> Tools:
    """The third-party help that rules may ask for, each imported when it is called; git's settings by its root."""

    def strip_notebook(document: dict[str, Any], stripping: Stripping) -> dict[str, Any]:
        from reproof.adapters import nbstripout

        return nbstripout.strip_notebook(document, stripping)

    def keys_of_git() -> tuple[tuple[str, ...], tuple[str, ...]]:
        from reproof.adapters import nbstripout

        return nbstripout.keys_of_git(root) if root else ((), ())

    def check_names(files: Mapping[str, str | bytes | None]) -> NameCheck:
        from reproof.adapters.ruff import RuffCheck

        return RuffCheck(files)

    return Tools(strip_notebook, keys_of_git, check_names)


def _installed(root: str, python: str | None) -> dict[str, str]:
    from reproof.installed import installed_versions

    return installed_versions(root, python)


def _installed_by_conda(root: str, python: str | None) -> dict[str, str]:
    from reproof.installed import installed_by_conda

    return installed_by_conda(root, python)


def _recorded(root: str, store: StoreConfig) -> Sequence[RunRecord]:
    ours = os.path.join(root, ".git")
    if store.kind == "branch" and os.path.isdir(ours) and not os.path.isdir(os.path.join(ours, "reproof")):
        return ()  # no run was ever read or recorded here, and what reads them is slow to import
    from reproof.wiring import recorded_here

    return recorded_here(root, store)


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
