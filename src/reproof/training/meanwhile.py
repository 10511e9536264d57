"""What a record needs once its training has ended, made ready while it trains: then nobody waits for it."""

from __future__ import annotations

import contextlib
import threading
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE = 0.1  # seconds: first of all the training is started
# They read results and write records. Together they take as long to be imported as all that came before.
MODULES = (
    "reproof.runs.capture.environment.agreement",
    "reproof.runs.capture.results",
    "reproof.runs.schema",
    "reproof.runs.text",
)


def make_ready(found: Callable[[], object]) -> None:
    """Import and ask in the background. Whoever needs it imports and asks again, and gets what is there by then,
    or the error.
    """
    timer = threading.Timer(PAUSE, _make_ready, [found])
    timer.daemon = True
    timer.start()


def _make_ready(found: Callable[[], object]) -> None:
    with contextlib.suppress(Exception):
        for name in MODULES:
            import_module(name)
        found()
