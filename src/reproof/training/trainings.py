"""How a version is trained: as it is declared, or with another seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reproof.runs.record import RunRecord, Scalar
    from reproof.verdict.failure import Failure


@dataclass(frozen=True, slots=True)
class Trainings:
    """How to train: `once` as declared, with the declared `seed`; `reseeded` with another one.

    `reseeded` is None where no other seed can be set; `seed` is None where the repository holds no value.
    """

    once: Callable[[], RunRecord | Failure]
    seed: Scalar = None
    reseeded: Callable[[Scalar], RunRecord | Failure] | None = None

    def with_seed(self, seed: Scalar) -> RunRecord | Failure:
        """Train with a seed, as far as it can be set; None is the declared one."""
        if self.reseeded is None or seed is None or repr(seed) == repr(self.seed):
            return self.once()
        return self.reseeded(seed)
