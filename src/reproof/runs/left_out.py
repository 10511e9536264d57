"""What a training left and no record holds, so that nothing compares it: as a value, its words, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reproof.strict import Fields, SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_MEMBERS = 10  # of a metrics file that are named
MOST_FILES = 100
LONGEST = 200  # characters of a path or a member


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A metrics file with what of it is no metric; without `members`, a declared artifact that was not written.

    `members` are keys, each with what its value is, never the value; `more` others are not named.
    """

    path: str
    members: tuple[str, ...] = ()
    more: int = 0

    @property
    def words(self) -> str:
        if not self.members:
            return "declared as an artifact, and not written"
        more = f"; and {self.more} more" if self.more else ""
        return f"metrics are numbers: {'; '.join(self.members)}{more}"


def plain(left: Iterable[LeftOut]) -> list[dict[str, Any]]:
    """As JSON; what is too long is cut, and files beyond the `MOST_FILES`th are not told."""
    return [
        {"path": one.path[:LONGEST], "members": [text[:LONGEST] for text in one.members], "more": one.more}
        for one in tuple(left)[:MOST_FILES]
    ]


def read(fields: Fields, key: str = "left_out") -> tuple[LeftOut, ...]:
    """The inverse of `plain`; empty where an older reproof wrote none. Raises `SchemaError`."""
    items = fields.objects(key) if fields.has(key) else []
    if len(items) > MOST_FILES:
        raise SchemaError(f"{fields.where}.{key} has more than {MOST_FILES} files")
    return tuple(map(_one, items))


def _one(fields: Fields) -> LeftOut:
    with fields:
        made = LeftOut(fields.text("path"), fields.texts("members"), fields.count_or_none("more") or 0)
    if len(made.members) > MOST_MEMBERS or max(map(len, (made.path, *made.members))) > LONGEST:
        raise SchemaError(f"{fields.where} is longer than what reproof writes")
    if made.more > 1_000_000_000:
        raise SchemaError(f"{fields.where}.more must be a count")
    return made
