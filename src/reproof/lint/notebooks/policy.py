"""Which notebooks are committed clean, and of which the outputs are the product."""

from __future__ import annotations

from reproof.lint.globs import matcher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from reproof.config import NotebookConfig


def executed(options: NotebookConfig) -> Callable[[str], bool]:
    """Tells of a path whether that notebook is to be committed as it was run."""
    if options.policy == "executed":
        return lambda _: True
    return matcher(options.executed)
