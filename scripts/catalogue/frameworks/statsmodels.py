"""statsmodels: time series models and their orders, models with a choice in their arguments, decompositions."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import of
from scripts.catalogue.sources import Sources

DISTRIBUTION = "statsmodels"
ROOTS = ("statsmodels",)

_SERIES = names(
    "ARDL ARIMA AutoReg DynamicFactor DynamicFactorMQ ETSModel ExponentialSmoothing Holt "
    "MarkovAutoregression MarkovRegression SARIMAX STLForecast SimpleExpSmoothing UECM "
    "UnobservedComponents VARMAX VECM"
)
_NO_CHOICE = names(
    "endog exog dates freq missing k_states deterministic fixed model model_kwargs bounds trend_offset "
    "k_endog_monthly endog_quarterly exog_coint exog_tvtp hold_back initial_level initial_trend "
    "initial_seasonal cycle_period_bounds first_season"
)
_OTHERS: dict[str, dict[str, Row | str]] = {
    "statsmodels.api.GLMGam": {"alpha": "training"},
    "statsmodels.api.GLSAR": {"rho": "training"},
    "statsmodels.api.Factor": {"n_factor": "training", "method": "training"},
    "statsmodels.api.PCA": {"ncomp": "preprocessing", "method": "preprocessing"},
    "statsmodels.api.NegativeBinomial": {"loglike_method": "training"},
    "statsmodels.api.MICE": {"n_skip": "preprocessing"},
    "statsmodels.api.MICEData": {"perturbation_method": "preprocessing", "k_pmm": "preprocessing"},
    "statsmodels.tsa.api.seasonal_decompose": {
        "model": "preprocessing",
        "period": "preprocessing",
        "extrapolate_trend": "preprocessing",
    },
    "statsmodels.tsa.api.arma_order_select_ic": {
        "max_ar": "training",
        "max_ma": "training",
        "ic": "evaluation",
    },
    "statsmodels.tsa.api.ardl_select_order": {
        "maxlag": "training",
        "maxorder": "training",
        "ic": "evaluation",
    },
    "statsmodels.tsa.api.hamilton_filter": {"h": "preprocessing", "p": "preprocessing"},
    "statsmodels.tsa.filters.hp_filter.hpfilter": {"lamb": "preprocessing"},
    "statsmodels.tsa.filters.bk_filter.bkfilter": {
        "low": "preprocessing",
        "high": "preprocessing",
        "K": "preprocessing",
    },
}


def read(sources: Sources) -> dict[str, Any]:
    """Signatures; the methods that fit are many and differ, so they stand in the reviewed file."""
    table: Table = {
        name: rows(of(sources, sources.get(f"statsmodels.tsa.api.{name}")), _kind) for name in _SERIES
    }
    for dotted, kinds in _OTHERS.items():
        table[dotted.rpartition(".")[2]] = rows(of(sources, sources.get(dotted)), Only(kinds))
    return {"callables": table}


def _kind(name: str) -> Row | None:
    if name in _NO_CHOICE:
        return None
    return {"kind": "training", "strict": True} if name == "initialization_method" else {"kind": "training"}
