"""What IPython adds to Python in a cell or an exported notebook, and how it is masked so that the rest parses.

Lines keep their numbers, and code keeps its columns.
"""

from __future__ import annotations

import ast
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# Cell magics whose body is Python all the same.
_PYTHON_CELL_MAGICS = frozenset(
    {"%%time", "%%timeit", "%%capture", "%%prun", "%%python", "%%python3", "%%memit", "%%wandb", "%%skip"}
)
# A `%` before a space or a bracket goes on with an expression of the line above; so does `!=`.
_LINE_MAGIC = re.compile(r"^([ \t]*)(?:%{1,2}[A-Za-z_]|!(?!=)|\?|[\w.]+\?{1,2}[ \t]*$)")
_ASSIGNED_MAGIC = re.compile(r"^([ \t]*[\w, \t.\[\]]+=[ \t]*)(?:%[A-Za-z_]|!)")
# Commands that IPython takes without a sign in front (`automagic`).
_BARE_COMMAND = re.compile(
    r"^([ \t]*)(?:cat|cd|conda|cp|ls|ll|mkdir|mv|pip|pwd|rm|rmdir)(?:[ \t]+(?![=+*%&|^,]|-=|in\b|is\b).*)?$"
)


def foreign_cell(source: str) -> bool:
    """Whether a cell magic makes the cell another language's (`%%bash`, `%%html`, …)."""
    first = source.lstrip()
    return first.startswith("%%") and first.split(maxsplit=1)[0] not in _PYTHON_CELL_MAGICS


def parse_cell(source: str, parse: Callable[[str], ast.Module]) -> ast.Module:
    """The tree of a cell by `parse`, IPython's additions masked; raises what `parse` raises for the rest."""
    masked = mask_magics(source)
    try:
        return parse(masked)
    except Exception:
        if masked != source and (tree := _or_none(parse, source)):
            return tree  # what looked like a magic is inside a string or an expression
        bare = _masked(masked, (_BARE_COMMAND, "pass"))
        if bare != masked and (tree := _or_none(parse, bare)):
            return tree
        if source[:1] in {" ", "\t"} and (tree := _or_none(parse, f"if 1:\n{bare}")):
            return _without_first_line(tree)  # IPython takes a cell that is indented as a whole
        raise


def parse_script(source: str, parse: Callable[[str], ast.Module]) -> ast.Module:
    """The tree of a script by `parse`; magics are masked where it does not parse, as in an exported notebook."""
    try:
        return parse(source)
    except Exception:
        masked = mask_magics(source)
        if masked != source and (tree := _or_none(parse, masked)):
            return tree
        raise


def mask_magics(source: str) -> str:
    """Replace magics and shell lines by statements that do nothing; a continued one is masked to its end."""
    if not re.search(r"[%!?]", source):
        return source
    return _masked(source, (_LINE_MAGIC, "pass"), (_ASSIGNED_MAGIC, "None"))


def _masked(source: str, *patterns: tuple[re.Pattern[str], str]) -> str:
    lines, continued = [], False
    for line in re.split(r"\r\n|\n|\r", source):
        found = ((pattern.match(line), instead) for pattern, instead in patterns)
        match = next(((hit.group(1), instead) for hit, instead in found if hit), None)
        if continued:
            lines.append("")
        else:
            lines.append(line if match is None else "".join(match))
        continued = (continued or match is not None) and line.rstrip().endswith("\\")
    return "\n".join(lines)


def _or_none(parse: Callable[[str], ast.Module], source: str) -> ast.Module | None:
    try:
        return parse(source)
    except Exception:  # noqa: BLE001  the first failure is the one that is told
        return None


def _without_first_line(tree: ast.Module) -> ast.Module:
    block = tree.body[0]
    assert isinstance(block, ast.If)
    return ast.increment_lineno(ast.Module([*block.body, *tree.body[1:]], []), -1)
