"""`.pre-commit-config.yaml`: the revisions of hook repositories, and `additional_dependencies`."""

from __future__ import annotations

import re

from reproof.lint.requirements.images import judge_tagged
from reproof.lint.requirements.pinned import judge
from reproof.lint.requirements.unpinned import Dependency
from reproof.lint.requirements.yaml_places import entry, items, place, root_node, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

    from reproof.lint.source import SourceFile

# Of another language's registry: `prettier@3.1.0`, `@scope/name`, `github.com/owner/tool@v1`, `crate:1.0`.
_NOT_PYTHON = re.compile(r"@[\w-]+/|[\w./-]+@[\w.^~-]+$|(?:cli:)?[\w-]+:[\w.]+$")


def dependencies(file: SourceFile, allow_tags: bool) -> Iterator[Dependency]:
    """Repositories and what their hooks install besides."""
    if not re.search(
        r"^[ \t\"']*-?[ \t]*(?:rev|additional_dependencies|repo)[\"']?[ \t]*:", file.text, re.MULTILINE
    ):
        return
    root = root_node(file.text)
    repositories = items(entry(root, "repos")) or items(root)
    for repository in repositories:
        where = scalar(entry(repository, "repo"))
        revision = entry(repository, "rev") or entry(repository, "sha")
        if where and where not in ("local", "meta", "builtin"):
            node = revision or entry(repository, "repo")
            assert node is not None
            verdict = judge_tagged(_name(where), scalar(revision), allow_tags)
            yield Dependency(verdict, f"{where}@{scalar(revision) or ''}", *place(node))
        for hook in items(entry(repository, "hooks")):
            yield from _additional(hook, file.text)


def _name(url: str) -> str:
    """`owner/name` of a repository's URL."""
    return "/".join(url.removesuffix("/").removesuffix(".git").replace(":", "/").split("/")[-2:])


def _additional(hook: yaml.Node, text: str) -> Iterator[Dependency]:
    language = scalar(entry(hook, "language")) or "python"
    if language not in ("python", "conda"):
        return
    for node in items(entry(hook, "additional_dependencies")):
        written = (scalar(node) or "").strip()
        if not written or _NOT_PYTHON.match(written) or written.startswith("-"):
            continue
        start, end = place(node)
        yield Dependency(judge(written), written, start, end, text[start:end] == written)
