"""Edits of one text together: which go side by side, and the text that they make."""

from __future__ import annotations

import bisect

from reproof.lint.finding import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class EditPlan:
    """Edits of one text that do not touch each other, kept in order of their places."""

    def __init__(self) -> None:
        self._places: list[tuple[int, int, str]] = []

    def admits(self, edits: Iterable[Edit]) -> bool:
        """Whether edits can be made beside those planned; one that is planned already is no obstacle."""
        return not any(self._collides(edit) for edit in edits)

    def add(self, edits: Iterable[Edit]) -> None:
        """Plan edits that the plan admits."""
        for edit in edits:
            place = (edit.start, edit.end, edit.text)
            at = bisect.bisect_left(self._places, place)
            if self._places[at : at + 1] != [place]:
                self._places.insert(at, place)

    def edits(self) -> tuple[Edit, ...]:
        """The planned edits, first to last."""
        return tuple(Edit(*place) for place in self._places)

    def _collides(self, edit: Edit) -> bool:
        """Whether it shares characters with its neighbours, or puts other text at the same place."""
        place = (edit.start, edit.end, edit.text)
        at = bisect.bisect_left(self._places, place)
        return any(
            other != place and (edit.start == other[0] or (edit.start < other[1] and other[0] < edit.end))
            for other in self._places[max(0, at - 1) : at + 2]
        )


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits that are in order and do not overlap."""
    pieces: list[str] = []
    done = 0
    for edit in edits:
        pieces += (text[done : edit.start], edit.text)
        done = edit.end
    return "".join([*pieces, text[done:]])
