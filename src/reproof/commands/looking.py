"""How `reproof check` goes through the files: who looks, what is fixed, and what is known when it is stopped."""

from __future__ import annotations

import gc

from reproof.commands.printing import say_what_was_written
from reproof.lint.workers import look_at, without_text
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from reproof.lint.files import SourceTree
    from reproof.lint.finding import Finding
    from reproof.lint.fixes import Refusal
    from reproof.lint.linter import Linter


# Trees have no cycles, so that counting references frees them with their file. The collector would only go
# through them again and again, for a quarter of the time that parsing takes.
_SELDOM = 1_000_000


class Looked(Value):
    """What one run found, and what it changed."""

    files: int
    findings: list[Finding]
    fixed: int = 0
    written: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()


def look(tree: SourceTree, linter: Linter, paths: list[str], args: argparse.Namespace) -> Looked:
    """One file after the other, so that only the findings of a large tree are kept and not its texts."""
    progress = _Progress(tree, linter, args)
    mends = args.fix or args.diff
    often = gc.get_threshold()
    gc.set_threshold(_SELDOM, *often[1:])
    try:
        linter.prepare(paths, at_once=mends)
        for path, findings in _looked_at(tree, linter, paths, alone=mends):
            fixable = mends and any(finding.fix for finding in findings)
            left = progress.fixed(path, findings) if fixable else findings
            progress.found += [without_text(finding) for finding in left]
    except KeyboardInterrupt:
        from reproof.lint.formats.text import count

        if args.fix and not args.diff:
            files = progress.looked(len(paths)).written
            said = f"stopped before the end: {count(len(files), 'file')} changed, all others as they were"
            say_what_was_written(tree.root, files, said)
        raise
    finally:
        linter.close()
        gc.set_threshold(*often)
    return progress.looked(len(paths))


def _looked_at(
    tree: SourceTree, linter: Linter, paths: list[str], alone: bool
) -> Iterator[tuple[str, list[Finding]]]:
    """Each path with its findings. Where none is to be fixed, rules that wait do so after all others are done."""
    if alone:
        yield from look_at(linter.look, paths, tree.size, alone=True)
        return
    begun = {}
    for path, findings in look_at(linter.begin, paths, tree.size, busy=linter.waits):
        linter.proceed(path)
        begun[path] = [without_text(finding) for finding in findings]
    yield from linter.finish_all(begun).items()


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
