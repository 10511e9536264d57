"""Run records for tests: a plain one to vary, and all that the schema can hold."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from reproof.runs.key import key_of
from reproof.runs.record import (
    Code,
    Config,
    DataFile,
    Disagreement,
    Environment,
    FoundSeed,
    Metric,
    Observed,
    Predictions,
    Results,
    RunRecord,
    Seed,
    StageResult,
)

OBSERVED = Observed(
    python="CPython 3.11.7",
    packages=(("numpy", "2.1.3"), ("scikit-learn", "1.6.1")),
    machine=(("os", "Linux 6.1"),),
    numeric_class=(("vendor", "GenuineIntel"), ("instructions", "avx2")),
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


def whole() -> RunRecord:
    """A run with something in every field."""
    made = record(kind="trained")
    observed = replace(
        OBSERVED,
        origins=(("penguins", "git+https://example.org/penguins@" + "a" * 40),),
        libraries=(("blas numpy", "openblas 0.3.27, Haswell, 8 threads"),),
        accelerators=(("0", "A100, driver 550.54"),),
        determinism=(("PYTHONHASHSEED", "0"),),
        container="python@sha256:" + "1" * 64,
        runner="ubuntu-24.04 20260101.1",
        interpreter=(("build", "main Jan 1 2026"),),
    )
    key = made.key
    return replace(
        made,
        code=Code(
            "c" * 40,
            (("train.py", "b" * 40), ("explore.ipynb", "cells:" + "5" * 64)),
            "main",
            "https://***@example.org/penguins.git",
            "+print(2)\n",
            "7" * 40,
            (("libs/shared", "8" * 40),),
        ),
        config=Config(
            (("train", "python train.py"),),
            (("lr", 0.1), ("depth", 3), ("layers", "[1, 2]"), ("bias", True), ("warm", None)),
            Seed("seed", 1),
            (FoundSeed("train.py:3 random.seed", 7),),
            (("OMP_NUM_THREADS", "2"),),
        ),
        environment=Environment(
            (("numpy", "2.1.3"),),
            ("requirements.txt",),
            observed,
            (Disagreement("numpy", "2.1.3", "2.2.0"),),
        ),
        data=(
            DataFile(
                "data/raw.csv",
                "md5:" + "d" * 32,
                10,
                ("train",),
                1,
                344,
                ("island", "sex"),
                "s3://bucket/penguins",
                "v3",
            ),
        ),
        results=Results(
            (Metric("auc", 0.9, (("island", "Biscoe"),), 168), Metric("loss", float("nan"))),
            (("model.joblib", "sha256:" + "a" * 64),),
            (StageResult("train", (("model.joblib", "md5:" + "e" * 32),), ("prepare",), key),),
            12.5,
            Predictions("predictions.csv", "sha256:" + "6" * 64, 344, "cmVwcm9vZg=="),
            23.5,
            123_456_789,
            ("epoch 1", "epoch 2"),
            ("model.onnx",),
        ),
    )


def seeded(made: RunRecord, value: int) -> RunRecord:
    """The same run with another seed."""
    return replace(made, config=replace(made.config, seed=Seed("seed", value)))


# Text with all that a file name or a parameter can hold; unpaired surrogates are bytes that are not UTF-8.
TEXT = st.text(st.characters(min_codepoint=0, max_codepoint=0x1F600, exclude_categories=["Cs"]), max_size=8)
NAMES = TEXT | st.text(st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF), max_size=2)
PATHS = st.from_regex(r"[a-zé .\n\udc80][a-zé /.\n]{0,6}[a-z]", fullmatch=True).filter(
    lambda path: not {"..", ".git"} & set(path.split("/"))
)
HEX = st.text("0123456789abcdef", min_size=40, max_size=40)
KEYS = st.text("0123456789abcdef", min_size=64, max_size=64)
HASHES = st.one_of(
    st.builds("{}:{}".format, st.sampled_from(["sha256", "torch:sha256", "folder+table:sha256"]), KEYS),
    st.builds("git:{}".format, HEX),
    st.text("0123456789abcdef", min_size=32, max_size=32).map("md5:{}.dir".format),
    st.just('etag:"x-1"'),
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
SLICES = st.dictionaries(NAMES, TEXT, max_size=2).map(lambda found: tuple(sorted(found.items())))
MOMENTS = st.datetimes().map(lambda when: when.isoformat(timespec="microseconds") + "+00:00")
COUNTS = st.none() | st.integers(min_value=0, max_value=2**63 - 1)
SECONDS = st.none() | st.floats(min_value=0, allow_infinity=False)


def pairs(
    values: st.SearchStrategy[Any], names: st.SearchStrategy[str] = NAMES
) -> st.SearchStrategy[tuple[tuple[str, Any], ...]]:
    return st.dictionaries(names, values, max_size=3).map(lambda found: tuple(found.items()))


def some(
    values: st.SearchStrategy[Any], unique: Callable[[Any], Any] | None = None
) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=2, unique_by=unique).map(tuple)


OBSERVATIONS = st.builds(
    Observed,
    python=TEXT,
    numeric_class=st.none() | pairs(TEXT),
    container=st.none() | TEXT,
    runner=st.none() | TEXT,
    **dict.fromkeys(
        ("interpreter", "packages", "machine", "origins", "libraries", "accelerators", "determinism"),
        pairs(TEXT),
    ),
)
RECORDS = st.builds(
    RunRecord,
    id=st.text("0123456789abcdef", min_size=8, max_size=12),
    key=KEYS,
    kind=st.sampled_from(["trained", "locked", "claimed"]),
    created=MOMENTS,
    origin=st.sampled_from(["ci", "local"]),
    code=st.builds(
        Code,
        HEX,
        pairs(HEX | KEYS.map("cells:{}".format), PATHS),
        branch=st.none() | NAMES,
        remote=st.none() | TEXT,
        patch=st.none() | NAMES,
        tree=st.none() | HEX,
        submodules=pairs(HEX, PATHS),
    ),
    config=st.builds(
        Config,
        pairs(TEXT),
        pairs(SCALARS),
        st.none() | st.builds(Seed, NAMES, SCALARS),
        some(st.builds(FoundSeed, NAMES, SCALARS)),
        pairs(TEXT),
    ),
    environment=st.builds(
        Environment,
        pairs(TEXT),
        some(PATHS),
        st.none() | OBSERVATIONS,
        st.none() | some(st.builds(Disagreement, NAMES, st.none() | TEXT, st.none() | TEXT)),
    ),
    data=some(
        st.builds(
            DataFile,
            path=PATHS,
            hash=HASHES,
            size=COUNTS,
            stages=some(TEXT),
            files=COUNTS,
            rows=COUNTS,
            columns=st.none() | some(TEXT),
            source=st.none() | TEXT,
            version=st.none() | TEXT,
        ),
        lambda item: item.path,
    ),
    results=st.builds(
        Results,
        some(st.builds(Metric, NAMES, st.floats(), SLICES, COUNTS), lambda metric: metric.id),
        pairs(HASHES, PATHS),
        some(
            st.builds(StageResult, TEXT, pairs(HASHES, PATHS), some(TEXT), st.none() | KEYS),
            lambda stage: stage.name,
        ),
        SECONDS,
        st.none()
        | st.builds(
            Predictions,
            PATHS,
            HASHES,
            st.integers(min_value=0, max_value=99),
            st.none() | st.binary(max_size=9).map(b64encode).map(bytes.decode),
        ),
        SECONDS,
        COUNTS,
        some(TEXT),
        st.none() | some(PATHS),
    ),
    reproof=TEXT,
)
