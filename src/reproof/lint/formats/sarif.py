"""Findings as SARIF 2.1.0, as GitHub code scanning takes it.

A result is recognised by its content and not by its line (`partialFingerprints`), so moved lines open no new
alert. A line of a notebook's cell is no line of its file: such a result stands at the top of the file, with the
cell as its logical location and in its message.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from reproof import __version__
from reproof.lint.baseline import content_of
from reproof.lint.documentation import page_of
from reproof.lint.formats.json import paired
from reproof.lint.own_findings import OWN_FINDINGS
from reproof.lint.rule import DOCS, load_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from reproof.lint.finding import Finding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/reproof-ml/reproof"
# What GitHub takes of one run.
MOST = 25_000


def render(findings: Sequence[Finding]) -> str:
    """One log with one run; results beyond what GitHub takes are left out, and a notification says so."""
    shown = findings[:MOST]
    names = sorted({finding.rule for finding in shown})
    seen: dict[tuple[str, str], int] = {}
    results = []
    for finding in shown:
        key = (finding.path, content_of(finding))
        seen[key] = seen.get(key, 0) + 1
        results.append(_result(finding, names.index(finding.rule), f"{key[1]}:{seen[key]}"))
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "reproof",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": HOME,
                "rules": [_rule(name) for name in names],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    if len(findings) > MOST:
        left = f"{len(findings) - MOST} further results were left out, since GitHub takes {MOST}"
        told = {"level": "warning", "message": {"text": left}}
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [told]}]
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(name: str) -> dict[str, Any]:
    own = {finding.name: finding for finding in OWN_FINDINGS}
    page = page_of(own.get(name) or load_rule(name))
    text = "\n\n".join(f"{heading}: {body}" for heading, body in page.sections)
    return {
        "id": name,
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": page.intro or page.summary},
        "help": {
            "text": text,
            "markdown": "\n\n".join(f"**{head}**\n\n{body}" for head, body in page.sections),
        },
        "helpUri": f"{DOCS}/{name}.md",
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["reproducibility", page.aspect]},
    }


def _result(finding: Finding, index: int, fingerprint: str) -> dict[str, Any]:
    span = finding.span
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {
                "uri": quote(finding.path.encode("utf-8", "surrogateescape")),
                "uriBaseId": "%SRCROOT%",
            },
            "region": {"startLine": 1},
        }
    }
    where = ""
    if finding.cell:
        where = f"cell {finding.cell}, line {span.line}: "
        name = f"cell {finding.cell}"
        full = f"{name}:{span.line}:{span.column}"
        location["logicalLocations"] = [{"name": name, "fullyQualifiedName": full, "kind": "module"}]
    else:
        location["physicalLocation"]["region"] = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": max(span.end_line, span.line),
            "endColumn": span.end_column,
        }
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": paired(f"{where}{finding.message}\n{finding.help}")},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
        "properties": {"kind": paired(finding.kind), "name": paired(finding.name)},
    }
