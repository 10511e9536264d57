"""`environment.yml` of conda: its `dependencies`, and the `pip:` list among them."""

from __future__ import annotations

import re

from reproof.lint.requirements.conda import judge_conda
from reproof.lint.requirements.parse import EntryKind, parse_requirements
from reproof.lint.requirements.unpinned import Dependency
from reproof.lint.requirements.yaml_places import entry, items, pairs, place, root_node, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

    from reproof.lint.source import SourceFile

# Without this a file of that name is some other tool's, and YAML is not imported for it.
_HAS_DEPENDENCIES = re.compile(r"^dependencies[ \t]*:", re.MULTILINE)


def dependencies(file: SourceFile) -> Iterator[Dependency]:
    """What an environment asks for; nothing for YAML without a list of dependencies."""
    if not _HAS_DEPENDENCIES.search(file.text):
        return
    for item in items(entry(root_node(file.text), "dependencies")):
        spec = scalar(item)
        if spec is not None:
            if spec.strip():
                yield _conda(item, spec, file.text)
            continue
        for key, inner in pairs(item):
            if key == "pip":
                for each in items(inner):
                    yield from _pip(each, file.text)


def _conda(node: yaml.Node, spec: str, text: str) -> Dependency:
    start, end = place(node)
    exact = text[start:end] == spec
    return Dependency(judge_conda(spec), spec, start, end, exact, conda=True)


def _pip(node: yaml.Node, text: str) -> Iterator[Dependency]:
    line = scalar(node)
    if line is None:
        return
    start, end = place(node)
    exact = text[start:end] == line
    for each in parse_requirements(line):
        if each.kind is EntryKind.REQUIREMENT and each.verdict:
            at = (start + each.start, start + each.end) if exact else (start, end)
            whole = exact and text[slice(*at)] == each.text
            yield Dependency(each.verdict, each.text, *at, whole)
