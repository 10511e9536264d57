"""What of a recorded run cannot be rebuilt, by name; said in the report, never passed over."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """`what` cannot be had as it was recorded (`package scipy 1.11.4`, `data/raw.csv`), and `why`."""

    what: str
    why: str
