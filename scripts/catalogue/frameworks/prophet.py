"""Prophet: the model, the parts that are added to it, and its cross-validation."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, names, rows
from scripts.catalogue.signatures import of, of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "prophet"
ROOTS = ("prophet", "fbprophet")

_NO_CHOICE = names("holidays stan_backend")
_ADDED: dict[str, dict[str, Row | str]] = {
    "add_seasonality": {
        "period": "training",
        "fourier_order": "training",
        "prior_scale": "training",
        "mode": "training",
    },
    "add_regressor": {"name": "features", "prior_scale": "training", "mode": "training"},
    "add_country_holidays": {"country_name": "preprocessing"},
    "make_future_dataframe": {"periods": {"kind": "evaluation", "strict": True}},
}


def read(sources: Sources) -> dict[str, Any]:
    """The cut-offs of a cross-validation are how the series is split."""
    model = sources.get("prophet.Prophet")
    split = Only(dict.fromkeys(("horizon", "period", "initial", "cutoffs"), "split"))
    return {
        "callables": {
            "Prophet": rows(of(sources, model), _kind),
            "diagnostics.cross_validation": rows(
                of(sources, sources.get("prophet.diagnostics.cross_validation")), split
            ),
        },
        "methods": {
            name: rows(of_method(sources, model, name), Only(kinds)) for name, kinds in _ADDED.items()
        },
    }


def _kind(name: str) -> Row | None:
    return None if name in _NO_CHOICE else {"kind": "training"}
