"""From two JSON values to edits of the text that holds the first one.

Only what differs is edited: a member or item that is gone takes one comma and the space beside it along, a
value that changed is written anew, and everything else stays as it was typed. The places are found with
the standard library's own scanner, descending only where the values differ.
"""

from __future__ import annotations

import json
import re

from reproof.lint.finding import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    # Where a member or an item starts (a member: its key), where its value starts, where it ends.
    Part = tuple[int, int, int]

_SPACE = re.compile(r"[ \t\n\r]*")
_value_at = json.JSONDecoder().raw_decode


def edits_between(text: str, old: Any, new: Any) -> tuple[Edit, ...]:
    """Edits, in the text's order, that turn the JSON `text` of the value `old` into JSON of the value `new`.

    Members that `new` adds to an object are left out: stripping adds none, and its result is verified.
    """
    start = _skip(text, 0)
    edits = _changes(text, (start, start, _value_at(text, start)[1]), old, new) if old != new else ()
    return tuple(sorted(edits, key=lambda edit: edit.start))


def place_of(text: str, *path: str | int) -> tuple[int, int]:
    """Where the value at a path of keys and positions starts and ends in JSON that holds it."""
    start = _skip(text, 0)
    end = _value_at(text, start)[1]
    for step in path:
        if isinstance(step, int):
            start, end = parts_of(text, start)[step]
        else:
            members = list(_parts(text, start, keyed=True))
            start, end = next((at, to) for key, at, to in members if _value_at(text, key)[0] == step)
    return start, end


def parts_of(text: str, start: int) -> list[tuple[int, int]]:
    """Where the items of the list that starts there start and end."""
    if text[_skip(text, start + 1)] == "]":
        return []
    return [(at, end) for _, at, end in _parts(text, start, keyed=False)]


def _changes(text: str, part: Part, old: Any, new: Any) -> Iterator[Edit]:
    _, start, end = part
    kept: list[tuple[int, Any, Any]] | None = None
    if new and isinstance(old, dict) and isinstance(new, dict):
        kept = [(at, old[key], new[key]) for at, key in enumerate(old) if key in new]
    elif new and isinstance(old, list) and isinstance(new, list):
        kept = _matched(old, new)
    if not kept:
        yield Edit(start, end, json.dumps(new, ensure_ascii=False))
        return
    parts = list(_parts(text, start, keyed=isinstance(old, dict)))
    yield from _removals(parts, [at for at, _, _ in kept])
    for at, before, after in kept:
        if before != after:
            yield from _changes(text, parts[at], before, after)


def _matched(old: list[Any], new: list[Any]) -> list[tuple[int, Any, Any]] | None:
    """Positions in `old` with their old and new items; None where `new` is not made of `old`'s items."""
    if len(old) == len(new):
        return list(zip(range(len(old)), old, new, strict=True))
    found: list[tuple[int, Any, Any]] = []
    for at, item in enumerate(old):
        if len(found) < len(new) and item == new[len(found)]:
            found.append((at, item, item))
    return found if len(found) == len(new) else None


def _removals(parts: list[Part], kept: list[int]) -> Iterator[Edit]:
    if kept[0]:
        yield Edit(parts[0][0], parts[kept[0]][0], "")
    for here, following in zip(kept, [*kept[1:], len(parts)], strict=True):
        if following - here > 1:
            yield Edit(parts[here][2], parts[following - 1][2], "")


def _parts(text: str, start: int, keyed: bool) -> Iterator[Part]:
    """The members or items of the object or list that starts at `start` and is not empty."""
    at, more = start + 1, True
    while more:
        first = value = _skip(text, at)
        if keyed:
            colon = _skip(text, _value_at(text, first)[1])
            value = _skip(text, colon + 1)
        end = _value_at(text, value)[1]
        yield first, value, end
        comma = _skip(text, end)
        at, more = comma + 1, text[comma] == ","


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at
