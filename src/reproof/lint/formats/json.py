"""Findings for programs: one array in the format of `docs/reference/findings.schema.json`."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from reproof.lint.finding import Finding


def render(findings: Iterable[Finding]) -> str:
    """The array as ASCII text that any JSON parser reads: unpaired surrogates become U+FFFD."""
    return json.dumps([_object(finding) for finding in findings], indent=2) + "\n"


def _object(finding: Finding) -> dict[str, Any]:
    fix = finding.fix
    return {
        "rule": finding.rule,
        "aspect": finding.aspect.value,
        "kind": finding.kind,
        "path": paired(finding.path),
        "cell": finding.cell,
        "line": finding.span.line,
        "column": finding.span.column,
        "end_line": finding.span.end_line,
        "end_column": finding.span.end_column,
        "name": paired(finding.name),
        "value": None if finding.value is None else paired(finding.value),
        "message": paired(finding.message),
        "help": paired(finding.help),
        "fix": None if fix is None else {"title": paired(fix.title), "safe": fix.safe},
    }


def paired(text: str) -> str:
    """A text that any JSON parser reads: unpaired surrogates become U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
