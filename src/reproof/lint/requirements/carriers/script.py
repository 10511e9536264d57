"""Python scripts that state their dependencies in a comment block (PEP 723)."""

from __future__ import annotations

import re

from reproof.lint.requirements.direct import judge_source
from reproof.lint.requirements.pinned import State, judge, normalise
from reproof.lint.requirements.pyproject import table_at
from reproof.lint.requirements.toml_places import read_toml
from reproof.lint.requirements.unpinned import Dependency
from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.source import SourceFile

_BLOCK = re.compile(
    r"^# /// script[ \t]*\r?$\n(?P<body>(?:^#(?:| [^\n]*)\r?$\n)+?)^# ///[ \t]*\r?$", re.MULTILINE
)


def metadata(file: SourceFile) -> tuple[str, int] | None:
    """The TOML of the block, every comment sign a space, and the offset where it begins; None without a block."""
    if b"# /// script" not in file.data:
        return None
    block = _BLOCK.search(file.text)
    if block is None:
        return None
    # The longest block counts: a line `# ///` may stand inside of it.
    return re.sub(r"^#", " ", block["body"], flags=re.MULTILINE), block.start("body")


def dependencies(file: SourceFile) -> Iterator[Dependency]:
    """What the block asks for. Raises `InvalidFile` with the file's own line where it is not TOML."""
    found = metadata(file)
    if found is None:
        return
    text, offset = found
    try:
        toml = read_toml(text)
    except InvalidFile as invalid:
        line = file.text.count("\n", 0, offset) + invalid.line
        raise InvalidFile(f"script block: {invalid.message}", line, invalid.column) from None
    listed = toml.document.get("dependencies")
    sources = {
        normalise(name): each for name, each in table_at(toml.document, "tool", "uv", "sources").items()
    }
    for position, item in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(item, str):
            continue
        start, end = toml.values[("dependencies", position)]
        verdict = judge(item.strip())
        source = sources.get(verdict.name)
        if verdict.state is State.UNPINNED and isinstance(source, dict):
            verdict = judge_source(verdict.name, source) or verdict
        exact = text[start + 1 : end - 1] == item
        yield Dependency(verdict, item, offset + start + 1, offset + end - 1, exact)
