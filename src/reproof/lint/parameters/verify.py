"""Whether changed code is the old code but for the literals and the loader: both are parsed and compared."""

from __future__ import annotations

import ast

from reproof.lint.edits import apply_edits
from reproof.lint.finding import Edit, Unfixable
from reproof.lint.source import Code, InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.lint.parameters.rewrite import CodeEdit


def verify(literals: Sequence[tuple[ast.expr, CodeEdit]], inserted: Sequence[CodeEdit]) -> None:
    """Raise `Unfixable` where a changed piece of code is not what it should be."""
    for code in dict.fromkeys(edit.code for edit in (*(edit for _, edit in literals), *inserted)):
        mine = [(node, edit) for node, edit in literals if edit.code is code]
        new = [edit for edit in inserted if edit.code is code]
        edits = sorted((*(edit for _, edit in mine), *new), key=lambda edit: edit.start)
        text = apply_edits(code.text, [Edit(edit.start, edit.end, edit.text) for edit in edits])
        try:
            after = Code(text, code.cell).tree
            before = _Replacing(mine).visit(Code(code.text, code.cell).tree)
            loader = ast.parse("\n".join(edit.text for edit in new)).body
            is_same = _same_but_for(before, after, [ast.dump(statement) for statement in loader])
        except (InvalidFile, SyntaxError, ValueError, RecursionError):
            raise Unfixable("the code could not be changed safely in this place: change it by hand") from None
        if not is_same:
            raise Unfixable("the changed code would not be the same code: change it by hand")


class _Replacing(ast.NodeTransformer):
    """Puts the new expressions in the literals' places, in a tree of the old text."""

    def __init__(self, literals: Sequence[tuple[ast.expr, CodeEdit]]) -> None:
        self._new = {
            (
                type(node),
                node.lineno,
                node.col_offset,
                node.end_lineno,
                node.end_col_offset,
            ): edit.text.strip()
            for node, edit in literals
        }

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr):
            key = (type(node), node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
            if key in self._new:
                return ast.parse(self._new[key], mode="eval").body
        return self.generic_visit(node)


def _same_but_for(before: ast.AST, after: ast.AST, inserted: list[str]) -> bool:
    assert isinstance(before, ast.Module)
    assert isinstance(after, ast.Module)
    waiting = [ast.dump(statement) for statement in before.body]
    left = list(inserted)
    for statement in after.body:
        text = ast.dump(statement)
        if waiting and waiting[0] == text:
            waiting.pop(0)
        elif text in left:
            left.remove(text)
        else:
            return False
    return not waiting and not left
