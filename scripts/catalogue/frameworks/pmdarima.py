"""pmdarima: orders of a series' model, and the limits of the search for them."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Row, names, rows
from scripts.catalogue.signatures import of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "pmdarima"
ROOTS = ("pmdarima", "pyramid")

_NO_CHOICE = names(
    "start_params suppress_warnings error_action trace return_valid_fits scoring_args sarimax_kwargs "
    "offset_test_args seasonal_test_args with_intercept"
)
_CASES: dict[str, Row] = {
    "information_criterion": {"kind": "evaluation"},
    "scoring": {"kind": "evaluation"},
    "out_of_sample_size": {"kind": "split"},
}


def read(sources: Sources) -> dict[str, Any]:
    """A model, and the function that looks for one."""
    return {
        "callables": {
            name: rows(of(sources, sources.get(dotted)), _kind)
            for name, dotted in (("auto_arima", "pmdarima.auto_arima"), ("ARIMA", "pmdarima.arima.ARIMA"))
        }
    }


def _kind(name: str) -> Row | None:
    return None if name in _NO_CHOICE else _CASES.get(name, {"kind": "training"})
