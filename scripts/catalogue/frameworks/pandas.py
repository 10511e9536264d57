"""pandas where it splits or preprocesses: binning, sampling, windows. Wrangling (`fillna`) is no choice."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, rows
from scripts.catalogue.signatures import of, of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "pandas"
ROOTS = ("pandas",)

_STRICT: Row = {"kind": "preprocessing", "strict": True}
_CALLS: dict[str, dict[str, Row | str]] = {
    "pandas.cut": {"bins": "preprocessing"},
    "pandas.qcut": {"q": "preprocessing"},
    "pandas.get_dummies": {"columns": {"kind": "features", "name": "categorical_features"}},
    "pandas.read_csv": {"usecols": {"kind": "features", "strict": True}, "nrows": _STRICT},
}
# A whole frame in another order (`frac=1`) chooses nothing.
_METHODS: dict[str, dict[str, Row | str]] = {
    "sample": {"frac": {"kind": "split", "neutral": ["1", "1.0"]}, "n": {"kind": "split", "strict": True}},
    # Often a plot's smoothing, not a feature: debatable.
    "rolling": {"window": _STRICT},
    "ewm": {
        "com": _STRICT,
        "span": _STRICT,
        "halflife": _STRICT,
        "alpha": _STRICT,
    },
    "interpolate": {"method": _STRICT},
    "resample": {"rule": _STRICT},
    "quantile": {"q": _STRICT},
}


def read(sources: Sources) -> dict[str, Any]:
    """Methods by keyword, and by position where no other library's objects have one of the name."""
    frame = sources.get("pandas.core.frame.DataFrame")
    methods = {name: rows(of_method(sources, frame, name), Only(kinds)) for name, kinds in _METHODS.items()}
    for name in ("sample", "interpolate", "resample", "quantile"):
        for row in methods[name].values():
            row.pop("position", None)
    return {
        "companion": True,
        "callables": {
            dotted.rpartition(".")[2]: rows(of(sources, sources.get(dotted)), Only(kinds))
            for dotted, kinds in _CALLS.items()
        },
        "methods": methods,
    }
