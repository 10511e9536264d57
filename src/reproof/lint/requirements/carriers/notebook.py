"""Notebooks: `!pip install`, `%pip`, `%conda`, shell cells, and lines that IPython takes without a sign."""

from __future__ import annotations

import re

from reproof.lint.requirements.carriers.commands import installed
from reproof.lint.requirements.installs import MENTIONED, installs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.requirements.unpinned import Dependency
    from reproof.lint.source import NotebookFile

_SHELL_CELL = re.compile(
    r"\s*%%(?:(?:bash|sh|shell|zsh|cmd|system|sx|!)|script[ \t]+(?:\S*/)?(?:ba|z)?sh)\b[^\n]*\n?"
)
_CELL_MAGIC = re.compile(r"\s*%%\w")
_PYTHON_MAGIC = re.compile(r"\s*%%(?:time|timeit|capture|prun|python3?|memit|wandb|skip)\b")
# A line for the shell: the sign, then the command; `%pip` and the like are commands with a sign in front.
_LINE = re.compile(
    r"^[ \t]*(?:[A-Za-z_]\w*[ \t]*=[ \t]*)?"
    r"(?:!!?|%(?:shell|sx|system)[ \t]|%(?=(?:pip3?|conda|mamba|micromamba|uv)[ \t])"
    r"|(?=(?:pip3?|conda|mamba)[ \t]+install[ \t]+[^=(\s]))",
    re.MULTILINE,
)
_LINE_END = re.compile(r"(?<!\\)(?:\r?\n|$)")
_SHELLS = frozenset({"bash", "sh", "shell", "zsh"})


def dependencies(file: NotebookFile) -> Iterator[Dependency]:
    """What the cells install, cell by cell; text in strings and comments aside."""
    if not re.search(rb"pip|conda|mamba|uv|poetry|pixi", file.data):
        return
    language = file.language
    python = language in ("python", "ipython", "python3")
    known: dict[str, str] = {}
    for cell in file.cells:
        if cell.kind != "code" or not MENTIONED.search(cell.source):
            continue
        for start, end in _shell_places(cell.source, python, language in _SHELLS):
            for install in installs(cell.source, start, end, known):
                yield from installed(install, cell=cell.index)


def _shell_places(source: str, python: bool, shell: bool) -> Iterator[tuple[int, int]]:
    """The parts of a cell that a shell reads."""
    if magic := _SHELL_CELL.match(source):
        yield magic.end(), len(source)
        return
    if shell:
        yield 0, len(source)
        return
    if not python or (_CELL_MAGIC.match(source) and not _PYTHON_MAGIC.match(source)):
        return
    strings = _long_strings(source)
    for line in _LINE.finditer(source):
        if any(start < line.start() < end for start, end in strings):
            continue
        end = _LINE_END.search(source, line.end())
        yield line.end(), end.start() if end else len(source)


def _long_strings(source: str) -> list[tuple[int, int]]:
    """Strings in triple quotes: what looks like a command in them is text."""
    if '"""' not in source and "'''" not in source:
        return []
    tokens = re.compile(
        r"\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''|#[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'",
        re.DOTALL,
    )
    return [match.span() for match in tokens.finditer(source) if match[0].startswith(('"""', "'''"))]
