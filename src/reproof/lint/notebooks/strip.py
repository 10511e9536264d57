"""The fix of a dirty notebook: the stripper decides what goes, the text is edited there and nowhere else."""

from __future__ import annotations

import json

from reproof.lint.edits import apply_edits
from reproof.lint.finding import Unfixable
from reproof.lint.notebooks.dirt import Stripping
from reproof.lint.notebooks.exact import read_exactly
from reproof.lint.notebooks.json_edits import edits_between

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from reproof.lint.finding import Edit

_BY_DEFAULT = Stripping()


def stripping_edits(
    text: str,
    strip: Callable[[dict[str, Any], Stripping], dict[str, Any]],
    stripping: Stripping = _BY_DEFAULT,
) -> tuple[Edit, ...]:
    """Edits of a notebook's text after which it reads as `strip` leaves it; proven before they are returned.

    Raises `Unfixable` where the text cannot round-trip, where `strip` gives up, or where the proof fails.
    """
    document = read_exactly(text)
    try:
        stripped = strip(document, stripping)
        edits = edits_between(text, document, stripped)
        result = json.loads(apply_edits(text, edits))
        if result != stripped:
            raise Unfixable("it would not read as nbstripout leaves it")
        if strip(result, stripping) != stripped:
            raise Unfixable("stripping it twice gives another result")
    except RecursionError:
        raise Unfixable("its JSON is nested too deeply") from None
    return edits
