"""One thing that a repository declares about its environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.requirements import Requirement


@dataclass(frozen=True, slots=True)
class Wanted:
    """A package, or another named thing (`conda numpy`, `image (Dockerfile)`), as one file declares it.

    `version` is a lock's version, or a specifier (`>=1.6,<2`, empty for any) where `exact` is false. `source` is
    where it comes from if not from an index. `note` says what kind of line it is (`constraint`, `extra gpu`).
    `always` says that every installation of the project has it: it is in no extra or group, and under no marker.
    """

    name: str
    version: str = ""
    source: str = ""
    extras: tuple[str, ...] = ()
    marker: str = ""
    note: str = ""
    exact: bool = False
    always: bool = False

    @property
    def value(self) -> str:
        """All but the name, as it is hashed into the key."""
        parts = [f"[{','.join(sorted(self.extras))}]" if self.extras else "", self.version]
        text = "".join(parts)
        for before, part, after in (
            (" @ ", self.source, ""),
            ("; ", self.marker, ""),
            (" (", self.note, ")"),
        ):
            if part:
                text = f"{text}{before}{part}{after}"
        return text.strip()


def by_name(wanted: Iterable[Wanted]) -> dict[str, str]:
    """Name -> value, sorted; where there are several (under other markers, in other files) all of them."""
    values: dict[str, set[str]] = {}
    for one in wanted:
        values.setdefault(one.name, set()).add(one.value)
    return {name: " | ".join(sorted(found)) for name, found in sorted(values.items())}


def requirement_of(line: str) -> Requirement | None:
    """A requirement line as PEP 508 has it; None for any other."""
    # Slow to import, and many repositories have a lock.
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(line)
    except InvalidRequirement:
        return None


def text_of(data: bytes) -> str:
    """A text file's content; Windows writes some in UTF-16."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")
