"""`environment.yml` of conda: its `dependencies`, and the `pip:` list among them."""

from __future__ import annotations

import re

from reproof.lint.requirements.conda import judge_conda
from reproof.lint.requirements.parse import EntryKind, parse_requirements
from reproof.lint.requirements.unpinned import Dependency
from reproof.lint.requirements.yaml_places import entry, items, place, root_node, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

    from reproof.lint.source import SourceFile

# Without this a file of that name is some other tool's, and YAML is not imported for it.
_HAS_DEPENDENCIES = re.compile(r"(?:^|[\r\n])[\"']?dependencies[\"']?[ \t]*:")


def dependencies(file: SourceFile) -> Iterator[Dependency]:
    """What an environment asks for; nothing for YAML without a list of dependencies."""
    if not _HAS_DEPENDENCIES.search(file.text):
        return
    of_pip = file.path.rpartition("/")[2].startswith("python_env")  # MLflow's own file, with pip's lines
    for item in items(entry(root_node(file.text), "dependencies")):
        spec = scalar(item)
        if spec is not None and of_pip:
            yield from _pip(item, file.text)
        elif spec is not None:
            if spec.strip() and not spec.startswith("-"):
                yield _conda(item, spec, file.text)
        else:
            for each in items(entry(item, "pip")):
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
