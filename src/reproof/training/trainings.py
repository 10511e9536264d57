"""How a version is trained: as it is declared, or with another seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reproof.errors import InputsChangedError
from reproof.verdict.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from reproof.runs.record import RunRecord, Scalar


@dataclass(frozen=True, slots=True)
class Trainings:
    """How to train: `once` as declared, with the declared `seed`; `reseeded` with another one.

    `reseeded` is None where no other seed can be set; `seed` is None where the repository holds no value.
    """

    once: Callable[[], RunRecord | Failure]
    seed: Scalar = None
    reseeded: Callable[[Scalar], RunRecord | Failure] | None = None

    def reported(self) -> Trainings:
        """The same for whoever owes a report: a training that changes its own inputs is a failed one, no error."""
        reseeded = self.reseeded
        return replace(
            self,
            once=lambda: or_failure(self.once),
            reseeded=(lambda seed: or_failure(lambda: reseeded(seed))) if reseeded else None,
        )

    def with_seed(self, seed: Scalar) -> RunRecord | Failure:
        """Train with a seed, as far as it can be set; None is the declared one."""
        if self.reseeded is None or seed is None or repr(seed) == repr(self.seed):
            return self.once()
        return self.reseeded(seed)


def or_failure(train: Callable[[], RunRecord | Failure]) -> RunRecord | Failure:
    """Train; inputs that the training changed are why there is no record of it."""
    try:
        return train()
    except InputsChangedError as error:
        return Failure(error.message, 0, error.log_tail)
