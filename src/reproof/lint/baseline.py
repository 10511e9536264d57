"""The baseline: findings that a repository had when it began, tolerated until somebody mends them.

An entry is a finding by its content (rule, kind, name and the source line, wherever it stands), so it survives
moved lines, and tolerates no second copy. The file changes only by `--write-baseline`.
"""

from __future__ import annotations

import os

from reproof.errors import UsageError
from reproof.lint.files import BASELINE as NAME
from reproof.lint.own_findings import NEVER_IGNORED
from reproof.regular_files import read_regular
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from reproof.lint.finding import Finding

__all__ = ["NAME", "Baseline", "baseline_of", "content_of", "load_baseline", "render", "write_baseline"]

FORMAT = "reproof-baseline/1"
_NEXT = "Restore it from git, or write it anew with --write-baseline."
# What one entry tolerates: path, rule, name, fingerprint.
Key = tuple[str, str, str, str]


class Baseline(Value):
    """How many findings of each content are tolerated."""

    counts: Mapping[Key, int]

    def sorted_out(self, path: str, findings: Iterable[Finding]) -> tuple[list[Finding], list[Key]]:
        """The findings of a file that are new, and the entries of the file that no finding needs any more."""
        left = {key: count for key, count in self.counts.items() if key[0] == path}
        new = []
        for finding in findings:
            key = key_of(finding)
            if left.get(key, 0) and finding.rule not in NEVER_IGNORED:
                left[key] -= 1
            else:
                new.append(finding)
        return new, [key for key, count in left.items() if count]

    @property
    def paths(self) -> set[str]:
        """The files that have an entry."""
        return {path for path, _, _, _ in self.counts}


def content_of(finding: Finding) -> str:
    """A finding without its place: what identifies it when lines move. 16 hexadecimal digits."""
    import hashlib

    parts = (finding.rule, finding.kind, finding.name, " ".join((finding.source or "").split()))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def key_of(finding: Finding) -> Key:
    """The entry that tolerates a finding."""
    return finding.path, finding.rule, finding.name, content_of(finding)


def baseline_of(findings: Iterable[Finding]) -> Baseline:
    """The baseline that tolerates findings; what can never be ignored is left out."""
    counts: dict[Key, int] = {}
    for finding in findings:
        if finding.rule not in NEVER_IGNORED:
            key = key_of(finding)
            counts[key] = counts.get(key, 0) + 1
    return Baseline(counts)


def load_baseline(root: str) -> Baseline | None:
    """The baseline of a repository, None where it has none; raises `UsageError` for one that cannot be read."""
    try:
        data = read_regular(os.path.join(root, NAME)) or b""
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{NAME} cannot be read: {error.strerror or error}", _NEXT) from None
    import json

    try:
        return Baseline(dict(_entries(json.loads(data))))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = f"{type(error).__name__}: {error}"
        raise UsageError(f"{NAME} cannot be read ({why})", _NEXT) from None


def _entries(document: Any) -> Iterable[tuple[Key, int]]:
    if document["format"] != FORMAT:
        raise ValueError(f"format {document['format']!r} is not {FORMAT}")
    for path, entries in document["findings"].items():
        for entry in entries:
            key = (path, *(entry[field] for field in ("rule", "name", "content")))
            count = entry.get("count", 1)
            if not all(isinstance(part, str) for part in key) or not isinstance(count, int):
                raise ValueError(f"an entry of {path!r} is of another shape")
            yield key, count


def render(baseline: Baseline) -> str:
    """The file's text: one line an entry, by path, so that merges and reviews are easy."""
    import json

    by_path: dict[str, list[str]] = {}
    for (path, rule, name, content), count in sorted(baseline.counts.items()):
        entry = {"rule": rule, "name": name, "content": content} | ({"count": count} if count > 1 else {})
        by_path.setdefault(path, []).append(f"      {json.dumps(entry)}")
    files = [
        f"    {json.dumps(path)}: [\n" + ",\n".join(entries) + "\n    ]" for path, entries in by_path.items()
    ]
    body = "{\n" + ",\n".join(files) + "\n  }" if files else "{}"
    return f'{{\n  "format": "{FORMAT}",\n  "findings": {body}\n}}\n'


class Written(Value):
    """What became of the baseline: one line on it, entries that went since nothing needs them, what it refuses."""

    summary: str
    stale: tuple[str, ...]
    refused: tuple[Finding, ...]


def write_baseline(root: str, findings: Iterable[Finding]) -> Written:
    """Write the baseline that tolerates the findings of a whole repository, in one step."""
    from reproof.lint.fixes import replace_file

    found = list(findings)
    try:
        before = load_baseline(root)
    except UsageError:  # it is replaced anyway
        before = None
    old, new = (before.counts if before else {}), baseline_of(found).counts
    gone = {key: count - new.get(key, 0) for key, count in old.items() if count > new.get(key, 0)}
    added = sum(count - old.get(key, 0) for key, count in new.items() if count > old.get(key, 0))
    replace_file(os.path.join(root, NAME), render(Baseline(new)).encode("utf-8", "backslashreplace"))
    tolerated = sum(new.values())
    so_many = "1 finding" if tolerated == 1 else f"{tolerated} findings"
    summary = f"{NAME} tolerates {so_many}: {added} new, {sum(gone.values())} no longer found"
    return Written(
        summary,
        tuple(f"{path}: {name} [{rule}]" for path, rule, name, _ in sorted(gone)),
        tuple(finding for finding in found if finding.rule in NEVER_IGNORED),
    )
