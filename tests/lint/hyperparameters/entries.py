"""What the catalogue has under a dotted name, for the tests beside."""

from __future__ import annotations

from reproof.lint.catalogue.load import COMPANIONS, ROOTS, Framework, framework


def framework_of(dotted: str) -> Framework | None:
    """The framework that a dotted name belongs to by its import root; None where it is not catalogued."""
    root = dotted.partition(".")[0]
    name = ROOTS.get(root) or COMPANIONS.get(root)
    return framework(name) if name else None
