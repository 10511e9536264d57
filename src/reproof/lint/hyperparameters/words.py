"""Names and their words: what all that is said of names is made of."""

from __future__ import annotations

import re
from functools import lru_cache

# What is said of a name is remembered: a file asks of the same names again and again, and so does the next one.
remembered = lru_cache(maxsize=1 << 14)

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def names(text: str) -> frozenset[str]:
    """A set of names, written with spaces between them."""
    return frozenset(text.split())


@remembered
def squeeze(name: str) -> str:
    """A name without case, underscores and hyphens."""
    return name.replace("_", "").replace("-", "").lower()


@remembered
def words(name: str) -> tuple[str, ...]:
    """The words of a name, lower case: `valBatchSize` and `VAL_BATCH_SIZE` have three."""
    return tuple([word.lower() for word in _WORDS.findall(name)])
