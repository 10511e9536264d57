"""Applies fixes: edits of findings -> changed texts in the tree -> files on disk.

A file is fixed in passes: all edits that do not touch each other are made at once, then the file is looked
at again, until nothing is left to fix. Only `write_changes` touches the disk, and it never writes over
bytes that reproof has not read.
"""

from __future__ import annotations

import os

from reproof.lint.edits import EditPlan, apply_edits
from reproof.lint.finding import Unfixable
from reproof.lint.own_findings import INVALID_FILE
from reproof.lint.source import InvalidFile, open_source
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reproof.lint.files import Change, SourceTree
    from reproof.lint.finding import Edit, Finding, Fix

# Every pass applies at least one whole fix, so this is a bound for fixes that undo each other.
PASSES = 50


class Refusal(Value):
    """A fix that was asked for and not made, and why."""

    path: str
    reason: str
    finding: Finding | None = None


class Fixed(Value):
    """What became of one file: the findings that remain, how many were fixed, and what could not be.

    `notes` say what the fixes leave to do.
    """

    findings: list[Finding]
    count: int
    refusals: list[Refusal]
    notes: tuple[str, ...] = ()


def fix_file(
    tree: SourceTree,
    look: Callable[[str], list[Finding]],
    path: str,
    findings: list[Finding],
    *,
    unsafe: bool,
) -> Fixed:
    """Fix what can be fixed in one file, in the tree only; `look` gives a file's findings anew."""
    count = 0
    notes: dict[str, None] = {}
    for _ in range(PASSES):
        before = dict(tree.changes)
        cured, refusals = _one_pass(tree, findings, unsafe)
        if not cured:
            return Fixed(findings, count, refusals, tuple(notes))
        after = look(path)
        if _broken(after) and not _broken(findings):
            tree.restore(before)
            reason = "the fixed text could not be read back, so the file was left as it was"
            return Fixed(findings, count, [*refusals, Refusal(path, reason)], tuple(notes))
        count += len(cured)
        notes.update(dict.fromkeys(note for fix in cured for note in fix.notes()))
        findings = after
    reason = f"still not settled after {PASSES} passes; run the same command once more"
    return Fixed(findings, count, [Refusal(path, reason)], tuple(notes))


def _broken(findings: Iterable[Finding]) -> bool:
    return any(finding.rule == INVALID_FILE.name for finding in findings)


def _one_pass(tree: SourceTree, findings: Iterable[Finding], unsafe: bool) -> tuple[list[Fix], list[Refusal]]:
    """Apply all fixes that do not overlap an earlier one; return those, one a finding cured, and refusals.

    Findings may share one fix: it is made once, and cures or refuses them together.
    """
    plans: dict[str, EditPlan] = {}
    cured: dict[int, bool] = {}
    applied: list[Fix] = []
    refusals: list[Refusal] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or not (fix.safe or unsafe):
            continue
        if id(fix) not in cured:
            edits = _made(finding, fix, refusals)
            cured[id(fix)] = bool(edits) and _plan(finding.path, edits, plans)
        if cured[id(fix)]:
            applied.append(fix)
    try:
        texts = [(path, *_edited(tree, path, plan.edits())) for path, plan in plans.items()]
    except Unfixable as why:
        return [], [*refusals, Refusal(next(iter(plans)), str(why))]
    for path, old, new in texts:
        tree.change(path, old, new)
    return applied, refusals


def _made(finding: Finding, fix: Fix, refusals: list[Refusal]) -> tuple[Edit, ...]:
    """The fix's edits; where it cannot be made, the reason joins the refusals."""
    try:
        return fix.make()
    except Unfixable as why:
        refusals.append(Refusal(finding.path, str(why), finding))
    except Exception as error:  # noqa: BLE001  a fix of ours that crashes leaves the finding standing
        reason = f"the fix crashed ({type(error).__name__}: {error}); this is a bug of reproof"
        refusals.append(Refusal(finding.path, reason, finding))
    return ()


def _plan(path: str, edits: Iterable[Edit], plans: dict[str, EditPlan]) -> bool:
    """Plan all the edits, or none of them where one touches what is planned already."""
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.path or path, []).append(edit)
    if not all(plans.get(target, EditPlan()).admits(own) for target, own in by_path.items()):
        return False
    for target, own in by_path.items():
        plans.setdefault(target, EditPlan()).add(own)
    return True


def _edited(tree: SourceTree, path: str, edits: Sequence[Edit]) -> tuple[bytes | None, bytes]:
    """The bytes of a file before and after its edits; raises `Unfixable`."""
    full = tree.resolve(path)
    if full is None:
        raise Unfixable(f"{path} leads out of the repository")
    exists = path in tree.changes or os.path.lexists(full)
    try:
        file = tree.opened(path) if exists else open_source(path, b"")
        text = file.text
        if file.encode(text) != file.data:
            raise Unfixable(
                f"{path} is in an encoding ({file.encoding}) that would not be kept byte for byte"
            )
        if not all(0 <= edit.start <= edit.end <= len(text) for edit in edits):
            raise Unfixable(f"an edit lies outside of {path}; this is a bug of reproof")
        return (file.data if exists else None), file.encode(apply_edits(text, edits))
    except InvalidFile as error:
        raise Unfixable(f"{path}: {error.message}") from None
    except UnicodeError:  # some codecs raise the base class
        raise Unfixable(
            f"the fixed text has characters that {path}'s encoding ({file.encoding}) lacks"
        ) from None


def write_changes(tree: SourceTree, last: str) -> tuple[list[str], list[Refusal]]:
    """Write all changed files of the tree, or none; return the paths written and why others were not.

    The file `last` is written last, so that code never reads a config that is still to come. Each file is
    replaced in one step: links stay links, permissions stay, another hard link keeps the old content.
    """
    changes = sorted(tree.changes.items(), key=lambda item: (item[0] == last, item[0]))
    changes = [(path, change) for path, change in changes if change.old != change.new]
    refusals = [
        Refusal(path, reason)
        for path, change in changes
        if (reason := _why_not(tree.resolve(path), change.old)) is not None
    ]
    written = [] if refusals else _all_replaced(tree, changes, refusals)
    tree.restore({})
    return written, refusals


def _all_replaced(
    tree: SourceTree, changes: Sequence[tuple[str, Change]], refusals: list[Refusal]
) -> list[str]:
    """Write every file beside the one that it replaces, and only then, when all are whole, put them in place."""
    beside: list[tuple[str, str, str]] = []
    written: list[str] = []
    path = ""
    try:
        for path, change in changes:
            full = str(tree.resolve(path))
            beside.append((path, full, _beside(full, change.new, len(beside))))
        for path, full, temporary in beside:
            os.replace(temporary, full)
            written.append(path)
    except OSError as error:
        refusals.append(Refusal(path, f"cannot be written: {error.strerror or error}"))
    finally:
        for _, _, temporary in beside[len(written) :]:
            os.unlink(temporary)
    return written


def _why_not(full: str | None, old: bytes | None) -> str | None:
    if full is None:
        return "leads out of the repository"
    try:
        with open(full, "rb") as handle:
            if handle.read() != old:
                return "changed on disk while it was being fixed; run the same command again"
            mode = os.fstat(handle.fileno()).st_mode
    except FileNotFoundError:
        return None if old is None else "vanished while it was being fixed"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    # The mode says what its owner means; root may write all the same.
    return None if mode & 0o222 and os.access(full, os.W_OK) else "is read-only"


class Uninterrupted:
    """A block that Ctrl-C ends only when it is done: files that belong together are written together.

    Where Ctrl-C is not Python's own (another handler, another thread), it is an ordinary block.
    """

    def __enter__(self) -> None:
        import signal

        self._came = self._waits = False
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            try:
                signal.signal(signal.SIGINT, self._remember)
                self._waits = True
            except ValueError:  # not the main thread
                return

    def _remember(self, _number: int, _frame: object) -> None:
        self._came = True

    def __exit__(self, *_: object) -> None:
        import signal

        if self._waits:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if self._came:
            raise KeyboardInterrupt


def replace_file(full: str, data: bytes) -> None:
    """Put the bytes in a file's place in one step; raises `OSError` and leaves nothing half-written."""
    temporary = _beside(full, data)
    try:
        os.replace(temporary, full)
    except BaseException:
        os.unlink(temporary)
        raise


def _beside(full: str, data: bytes, number: int = 0) -> str:
    """Write the bytes to a new file beside another one, with its permissions; raises `OSError` and leaves none.

    A folder that a new file needs is made.
    """
    os.makedirs(os.path.dirname(full), exist_ok=True)
    temporary = os.path.join(os.path.dirname(full), f".reproof-{os.getpid()}-{number}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with open(handle, "wb") as file:
            file.write(data)
        if os.path.exists(full):
            os.chmod(temporary, os.stat(full).st_mode & 0o7777)
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def unified_diff(tree: SourceTree) -> str:
    """All changes of the tree as one unified diff, as `git apply` reads it."""
    import difflib

    parts = []
    for path, change in sorted(tree.changes.items()):
        old, new = (open_source(path, data or b"").text for data in (change.old, change.new))
        before = "/dev/null" if change.old is None else _header(f"a/{path}")
        parts += [
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in difflib.unified_diff(_lines(old), _lines(new), before, _header(f"b/{path}"))
        ]
    return "".join(parts)


def _header(path: str) -> str:
    """A path as git writes it: in quotes with octal escapes where needed, a tab after one with spaces."""
    if path.isprintable() and not set(path) & {'"', "\\"}:
        return f"{path}\t" if " " in path else path
    plain = set(map(chr, range(32, 127))) - {'"', "\\"}
    escaped = (chr(byte) if chr(byte) in plain else f"\\{byte:03o}" for byte in os.fsencode(path))
    return f'"{"".join(escaped)}"'


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
