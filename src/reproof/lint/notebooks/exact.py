"""JSON that means one thing only: what would be read back differently is refused before it is edited.

Strict about what Python's parser lets pass: keys that are there twice, NaN and infinities, numbers beyond
a float, and halves of surrogate pairs, which no UTF-8 file can hold.
"""

from __future__ import annotations

import json
import re

from reproof.lint.finding import Unfixable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_DIGITS_OF_A_FLOAT = 309


def read_exactly(text: str) -> Any:
    """Parse JSON; raises `Unfixable` where writing it again could lose something, and says what."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
        if _SURROGATE_ESCAPE.search(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Unfixable("half of a surrogate pair stands in a string, which UTF-8 cannot hold") from None
    except RecursionError:
        raise Unfixable("its JSON is nested too deeply") from None
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise Unfixable(f"the key {key!r} is there twice in one object")
            seen.add(key)
    return members


def _constant(name: str) -> NoReturn:
    raise Unfixable(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise Unfixable(f"the number {_short(digits)} is beyond a float")
    return number


def _whole(digits: str) -> int:
    if len(digits) >= _DIGITS_OF_A_FLOAT:
        raise Unfixable(f"the number {_short(digits)} is beyond a float")
    return int(digits)


def _short(digits: str) -> str:
    return digits if len(digits) <= 20 else f"{digits[:17]}…"
