"""For locks that record nothing of their manifest: whether they hold every name, at a version that is allowed."""

from __future__ import annotations

from reproof.lint.requirements.pinned import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from reproof.lint.requirements.locks import Lock
    from reproof.lint.requirements.pinned import Verdict


def uncovered(
    asked: Iterable[tuple[Verdict, Callable[[str], bool]]], lock: Lock, partial: bool = False
) -> Iterator[str]:
    """Why the lock is not one of these requirements, as clauses.

    `partial`: the lock may leave out what a marker restricts, as compiled files of one environment do.
    """
    for verdict, allowed in asked:
        if verdict.state in (State.EXEMPT, State.UNKNOWN) or verdict.direct:
            continue
        held = lock.packages.get(verdict.name)
        if held is None and partial and verdict.conditional:
            continue
        gap = lock.gap(verdict, allowed)
        if gap and not (held and any(each.direct or not each.version for each in held)):
            yield (
                gap.removeprefix(f"{lock.title} ")
                .replace("does not hold", "it does not hold", 1)
                .replace("holds", "it holds", 1)
            )
