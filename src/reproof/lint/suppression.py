"""`# reproof: ignore[rule] why` and `# reproof: ignore-file[rule] why`: which findings a file silences.

Any comment syntax counts (`#`, `//`, `<!--`, `;`, `%`, `--`, `/*`); in Python, real comments only, so that a
string which talks about them silences nothing. A line's comment holds for findings that begin or end on
that line; in a notebook both are looked for in the source of the cells.
"""

from __future__ import annotations

import re

from reproof.lint.file_types import FileType
from reproof.lint.finding import Span
from reproof.lint.own_findings import NEVER_IGNORED, UNUSED_IGNORE
from reproof.lint.source import InvalidFile, source_of_cell
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from reproof.lint.finding import Finding
    from reproof.lint.source import NotebookFile, SourceFile

# Compiled where they are used: most files have no such comment.
_DIRECTIVE = r"reproof:\s*ignore(?P<file>-file)?\b(?:\s*\[(?P<rules>[^\]]*)\])?"
_IN_ANY_COMMENT = r"(?:^|(?<=\s))(?:#+|//+|<!--|;+|%+|--|/\*)\s*" + _DIRECTIVE
_IN_PYTHON_COMMENT = r"#+\s*" + _DIRECTIVE


class Suppression(Value):
    """One comment: the rules that it names, where it stands, whether it holds for the whole file, and why."""

    rules: tuple[str, ...]
    span: Span
    cell: int | None
    whole_file: bool
    why: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether it silences the finding, if it names its rule."""
        if finding.rule in NEVER_IGNORED or finding.rule not in self.rules:
            return False
        return self.silences(finding.span, finding.cell)

    def only(self, rules: Collection[str]) -> Suppression:
        """The same comment as far as it names these rules."""
        return self.replace(rules=tuple(rule for rule in self.rules if rule in rules))

    def silences(self, span: Span, cell: int | None) -> bool:
        """Whether it holds for a place."""
        return self.whole_file or (self.cell == cell and self.span.line in (span.line, span.end_line))


def suppressions(file: SourceFile) -> tuple[Suppression, ...]:
    """All suppression comments of a file, in order; none where the file cannot be read."""
    try:
        if FileType.NOTEBOOK in file.type:
            return tuple(_in_notebook(file))  # type: ignore[arg-type]
        if b"reproof:" not in file.data and not file.data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return ()
        found = _in_python(file.text, file.text) if FileType.PYTHON in file.type else _in_text(file.text)
        return tuple(_suppression(line, match, None) for line, match in found)
    except InvalidFile:
        return ()


def suppress(
    findings: Sequence[Finding],
    comments: Sequence[Suppression],
    path: str,
    ran: Collection[str],
    known: Callable[[str], bool],
    strict: bool = False,
) -> list[Finding]:
    """The findings that no comment covers, and an `unused-ignore` for each comment that covers none.

    `ran` are the rules that looked at this file, `known` tells the rules that exist. Where `strict`, a comment
    must say why.
    """
    kept = [finding for finding in findings if not any(comment.covers(finding) for comment in comments)]
    meant = _misspelt(comments, kept, known)
    if meant:
        kept = [each.replace(help=_with_spelling(each, comments, meant)) for each in kept]
    covered = {
        (index, finding.rule)
        for index, comment in enumerate(comments)
        for finding in findings
        if comment.covers(finding)
    }
    unused = []
    for index, comment in enumerate(comments):
        for rule in comment.rules or ("",):
            if (index, rule) in meant:
                continue
            message = None if (index, rule) in covered else _why_unused(rule, ran, known)
            step = "remove it, so that it cannot hide the next mistake"
            if not rule:
                step = "name the rule that it is for, or remove it"
            if strict and not message and not comment.why:
                message = f"this comment does not say why `{rule}` is meant here"
                step = "say it behind the bracket"
            if message:
                name = rule or "ignore"
                unused.append(
                    UNUSED_IGNORE.at(path, comment.span, message, step, name=name, cell=comment.cell)
                )
    return kept + [finding for finding in unused if not any(comment.covers(finding) for comment in comments)]


def _misspelt(
    comments: Sequence[Suppression], kept: Sequence[Finding], known: Callable[[str], bool]
) -> dict[tuple[int, str], str]:
    """(comment, name in it) -> the rule that it means: one of which there is a finding where the comment stands.

    Told with that finding, and not a second time as a comment that ignores nothing.
    """
    found = {}
    for index, comment in enumerate(comments):
        for rule in comment.rules:
            if rule in NEVER_IGNORED or rule == UNUSED_IGNORE.name or known(rule):
                continue
            near = _near(rule)
            if any(each.rule == near and comment.silences(each.span, each.cell) for each in kept):
                found[index, rule] = str(near)
    return found


def _with_spelling(
    finding: Finding, comments: Sequence[Suppression], meant: Mapping[tuple[int, str], str]
) -> str:
    """The finding's help, and before it how the comment that means it should be spelt."""
    for (index, written), rule in meant.items():
        if rule == finding.rule and comments[index].silences(finding.span, finding.cell):
            return f"the comment here names {written!r}, which is no rule: did you mean {rule!r}?\n{finding.help}"
    return finding.help


def _near(rule: str) -> str | None:
    import difflib

    from reproof.lint.rule import rule_modules

    return next(iter(difflib.get_close_matches(rule, rule_modules(), n=1)), None)


def _nearest(rule: str) -> str:
    near = _near(rule)
    return f": did you mean {near!r}?" if near else ""


def _why_unused(rule: str, ran: Collection[str], known: Callable[[str], bool]) -> str | None:
    if not rule:
        return "this comment names no rule: write `reproof: ignore[rule] why`"
    if rule in NEVER_IGNORED:
        return f"{rule} cannot be ignored: leave the file out with `exclude` in [tool.reproof.check]"
    if rule in ran:
        return f"nothing to ignore here: {rule} found nothing"
    if rule != UNUSED_IGNORE.name and not known(rule):
        return f"this comment names {rule!r}, which is no rule{_nearest(rule)}"
    return None


def _suppression(line: int, match: re.Match[str], cell: int | None) -> Suppression:
    names = tuple(name.strip() for name in (match["rules"] or "").split(",") if name.strip())
    start, end = match.start() + 1, match.end() + 1
    why = match.string[match.end() :].strip(" \t:-*/>")
    return Suppression(names, Span(line, start, line, end), cell, bool(match["file"]), why)


def _in_notebook(file: NotebookFile) -> Iterator[Suppression]:
    # Only the sources are searched: most of a notebook's bytes are outputs.
    sources = enumerate(map(source_of_cell, file.raw_cells), 1)
    talking = [(index, source) for index, source in sources if "reproof:" in source]
    if not talking:
        return
    from reproof.lint.ipython import mask_magics

    python = {code.cell for code in file.codes}
    for index, source in talking:
        found = _in_python(source, mask_magics(source)) if index in python else _in_text(source)
        for line, match in found:
            yield _suppression(line, match, index)


def _in_text(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    for number, line in enumerate(_lines(text), 1):
        for match in re.finditer(_IN_ANY_COMMENT, line) if "reproof:" in line else ():
            yield number, match


def _in_python(text: str, without_magics: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Matches in the comments of Python source; IPython's own lines, which are none, are taken as text."""
    lines, masked = _lines(text), _lines(without_magics)
    comments = _comment_columns("\n".join(masked))
    if comments is None:  # it does not parse, and `invalid-file` says so: take what looks like a comment
        yield from _in_text(text)
        return
    for number, (line, python) in enumerate(zip(lines, masked, strict=True), 1):
        if "reproof:" not in line:
            continue
        if line != python:
            found = re.finditer(_IN_ANY_COMMENT, line)
        elif number in comments:
            found = re.compile(_IN_PYTHON_COMMENT).finditer(line, comments[number])
        else:
            continue
        for match in found:
            yield number, match


def _comment_columns(text: str) -> dict[int, int] | None:
    """Line -> 0-based column of its comment; None where the text cannot be split into tokens."""
    import io
    import tokenize

    try:
        return {
            token.start[0]: token.start[1]
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT
        }
    except (tokenize.TokenError, SyntaxError):
        return None


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n|\n|\r", text)
