"""Run records for tests: a plain one to vary, and all that the schema can hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from reproof.runs.key import key_of
from reproof.runs.record import (
    Code,
    Config,
    DataFile,
    Environment,
    Metric,
    Observed,
    Results,
    RunRecord,
    Seed,
    StageResult,
)

OBSERVED = Observed(
    python="CPython 3.11.7",
    packages=(("numpy", "2.1.3"), ("scikit-learn", "1.6.1")),
    machine=(("os", "Linux 6.1"),),
    numeric_class="x86_64 GenuineIntel avx2",
)


def record(number: int = 1, **changes: Any) -> RunRecord:
    """A trained run; `number` makes its id and its time. `metrics` may be a dict of plain numbers."""
    metrics = changes.pop("metrics", {"auc": 0.9})
    if isinstance(metrics, dict):
        metrics = tuple(Metric(name, value) for name, value in metrics.items())
    results = changes.pop("results", Results(metrics, (("model.joblib", "sha256:" + "a" * 64),), (), 1.5))
    plain = RunRecord(
        id=f"{number:012x}",
        key="0" * 64,
        kind="trained",
        created=f"2026-01-31T12:{number // 60 % 60:02}:{number % 60:02}.000000+00:00",
        origin="local",
        code=Code("c" * 40, (("train.py", "b" * 40),), "main"),
        config=Config((("train", "python train.py"),), (("lr", 0.1),), Seed("seed", 1)),
        environment=Environment((("numpy", "2.1.3"),), ("requirements.txt",), OBSERVED),
        data=(DataFile("data/raw.csv", "md5:" + "d" * 32, 10, ("train",)),),
        results=results,
        reproof="0.1",
    )
    made = replace(plain, **changes)
    return made if "key" in changes else replace(made, key=key_of(made))


def seeded(made: RunRecord, value: int) -> RunRecord:
    """The same run with another seed."""
    return replace(made, config=replace(made.config, seed=Seed("seed", value)))


# Text with all that a file name or a parameter can hold; unpaired surrogates are bytes that are not UTF-8.
TEXT = st.text(st.characters(min_codepoint=0, max_codepoint=0x1F600, exclude_categories=["Cs"]), max_size=8)
NAMES = TEXT | st.text(st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF), max_size=2)
HEX = st.text("0123456789abcdef", min_size=40, max_size=64)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
SLICES = st.dictionaries(NAMES, TEXT, max_size=2).map(lambda found: tuple(sorted(found.items())))
MOMENTS = st.datetimes().map(lambda when: when.isoformat(timespec="microseconds") + "+00:00")


def pairs(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[tuple[str, Any], ...]]:
    return st.dictionaries(NAMES, values, max_size=3).map(lambda found: tuple(found.items()))


METRICS = st.builds(Metric, NAMES, st.floats(), SLICES, st.none() | st.integers(min_value=0))
RECORDS = st.builds(
    RunRecord,
    id=st.text("0123456789abcdef", min_size=8, max_size=12),
    key=HEX,
    kind=st.sampled_from(["trained", "locked", "claimed"]),
    created=MOMENTS,
    origin=st.sampled_from(["ci", "local"]),
    code=st.builds(Code, HEX, pairs(HEX), st.none() | NAMES, st.none() | TEXT, st.none() | NAMES),
    config=st.builds(Config, pairs(TEXT), pairs(SCALARS), st.none() | st.builds(Seed, NAMES, SCALARS)),
    environment=st.builds(
        Environment,
        pairs(TEXT),
        st.lists(NAMES, max_size=2).map(tuple),
        st.none() | st.builds(Observed, TEXT, pairs(TEXT), pairs(TEXT), st.none() | TEXT),
    ),
    data=st.lists(
        st.builds(
            DataFile,
            NAMES,
            TEXT,
            st.none() | st.integers(min_value=0),
            st.lists(TEXT, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    results=st.builds(
        Results,
        st.lists(METRICS, max_size=3).map(tuple),
        pairs(TEXT),
        st.lists(
            st.builds(StageResult, TEXT, pairs(TEXT), st.lists(TEXT, max_size=2).map(tuple)), max_size=2
        ).map(tuple),
        st.none() | st.floats(min_value=0, allow_infinity=False),
    ),
    reproof=TEXT,
)
