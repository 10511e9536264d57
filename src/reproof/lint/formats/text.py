"""Findings for people: `path:line:column: message [rule]`, the source line with a caret, and the next step."""

from __future__ import annotations

from reproof.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reproof.lint.finding import Finding
    from reproof.lint.fixes import Refusal

_BOLD, _DIM, _RED, _CYAN, _PLAIN = "\033[1m", "\033[2m", "\033[31m", "\033[36m", "\033[0m"
# Columns of a source line that are shown, and how many of them before the place.
_WIDTH, _BEFORE = 100, 40


def render(findings: Iterable[Finding], *, colour: bool) -> str:
    """All findings as text; in colour for a terminal. A line of help stands below the first that it is for."""
    said: set[tuple[str, str]] = set()
    return "".join(_finding(finding, colour, said) for finding in findings)


def _finding(finding: Finding, colour: bool, said: set[tuple[str, str]]) -> str:
    """One finding; `said` are the lines of help, by rule, that were printed before, and grows."""
    where = location(finding)
    message, rule = visible(finding.message), f"[{visible(finding.rule)}]"
    told = [(finding.rule, line) for line in finding.help.splitlines()]
    help_lines = [f"  help: {visible(one[1])}" for one in told if one not in said]
    said.update(told)
    quoted = _quoted(finding, colour)
    if colour:
        where, rule = f"{_BOLD}{where}{_PLAIN}", f"{_CYAN}{rule}{_PLAIN}"
        help_lines = [f"{_DIM}{line}{_PLAIN}" for line in help_lines]
    return "\n".join([f"{where}: {message} {rule}", *quoted, *help_lines, ""])


def _quoted(finding: Finding, colour: bool) -> list[str]:
    """The source line, and carets below the place; none where it is cut before the place, or holds a secret."""
    source, span = finding.source, finding.span
    if source is None or not source.strip() or span.column > len(source) + 1:
        return []
    from reproof.redact import redact

    if redact(source) != source:
        return []
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(source)
    first = max(0, start - _BEFORE) if len(source) > _WIDTH else 0
    before, place, after = source[first:start], source[start:end], source[end : first + _WIDTH]
    place = place[:_WIDTH]
    shown = [visible(part.replace("\t", " ")) for part in (before, place, after)]
    ends = "…" if first else "", "…" if len(source) > first + _WIDTH else ""
    margin = f"{span.line:>5} | "
    carets = "^" * max(1, _columns(shown[1]))
    under = " " * (len(margin) - 2) + "| " + " " * (len(ends[0]) + _columns(shown[0]))
    if colour:
        return [f"{_DIM}{margin}{_PLAIN}{ends[0]}{''.join(shown)}{ends[1]}", f"{under}{_RED}{carets}{_PLAIN}"]
    return [f"{margin}{ends[0]}{''.join(shown)}{ends[1]}", f"{under}{carets}"]


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def location(finding: Finding) -> str:
    """`path:line:column`, in a notebook's cell `path:cell 3:line:column`."""
    cell = f"cell {finding.cell}:" if finding.cell else ""
    return f"{visible(finding.path)}:{cell}{finding.span.line}:{finding.span.column}"


def refusal(refused: Refusal) -> str:
    """One line on a fix that was asked for and not made."""
    where = location(refused.finding) if refused.finding else visible(refused.path)
    return f"{where}: not fixed: {visible(refused.reason)}"


def summary(findings: Sequence[Finding], looked_at: int, fixed: int, changed: int) -> str:
    """One line for stderr: how many findings were fixed, in how many changed files, and what remains."""
    parts = []
    if fixed:
        parts.append(f"fixed {count(fixed, 'finding')} in {count(changed, 'file')}")
    if findings:
        files = len({finding.path for finding in findings})
        parts.append(f"{count(len(findings), 'finding')}{' left' if fixed else ''} in {count(files, 'file')}")
    elif not fixed:
        parts.append(f"nothing found in {count(looked_at, 'file')}" if looked_at else "no file to look at")
    return "; ".join(parts)


def fixable(findings: Iterable[Finding], *, asked: bool = False) -> list[str]:
    """What could be fixed by asking for it; `asked`: for the safe fixes it was."""
    parts = []
    fixes = [finding.fix for finding in findings if finding.fix]
    safe = sum(fix.safe for fix in fixes)
    unsafe = len(fixes) - safe
    if safe and not asked:
        parts.append(f"{safe} fixable with --fix")
    if unsafe:
        parts.append(f"up to {unsafe} fixable with --fix --unsafe-fixes")  # each may still be refused
    return parts


def statistics(findings: Iterable[Finding]) -> str:
    """A table: how many findings of each rule, the most first."""
    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        key = (finding.rule, finding.aspect.value)
        counts[key] = counts.get(key, 0) + 1
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return "".join(f"{number:>7}  {rule}  ({aspect})\n" for (rule, aspect), number in rows)


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 file`, `2 files`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
