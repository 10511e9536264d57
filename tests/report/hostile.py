"""Reports made of what strangers may choose, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from reproof.report.report import Context, History, PastRuns, Report
from reproof.verdict.comparison import (
    Accepted,
    Baseline,
    Changes,
    Check,
    Comparison,
    Determinism,
    Difference,
    Failure,
    FileChange,
    Flips,
    NotChecked,
    PredictionChanges,
    Spread,
    StageDifference,
    ValueChange,
)

ATTACKS = (
    "@octocat",
    "#1",
    "octo/demo#1",
    "GH-1",
    "https://evil.example/x",
    "www.evil.example",
    "me@evil.example",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<!-- reproof:v1:default -->",
    "</summary></details>",
    "```\n# out\n```",
    "``@octocat``",
    "`",
    "a|b",
    "\\|",
    "\n\n## heading",
    "\n\n[reproof]: data:application/json;base64,e30=",
    "[reproof]",
    "\u202eevil\u202c",
    "\x1b[31m",
    "\x00",
    "::error::x",
    "&lt;b&gt;",
    ":tada:",
    "~~~",
    "$x$",
    "deadbeefdeadbeef",
    "> [!CAUTION]",
    "| --- |",
    "",
    " ",
    "\ud800",
)
texts = st.lists(st.sampled_from(ATTACKS) | st.text(max_size=20), max_size=4).map("".join)
numbers = st.floats(allow_nan=True, allow_infinity=True)
counts = st.integers(0, 2000)
scalars = texts | numbers | st.booleans() | st.none() | st.integers()
ids = st.text("0123456789abcdef", min_size=12, max_size=40)
spreads = st.builds(
    Spread, n=st.integers(1, 50), mean=numbers, sd=numbers | st.none(), min=numbers, max=numbers
)
checks = st.builds(
    Check,
    metric=texts,
    slice=st.lists(st.tuples(texts, texts), max_size=2, unique_by=lambda pair: pair[0]).map(tuple),
    rows=counts | st.none(),
    against=st.sampled_from(["same-key", "base"]),
    recorded=spreads | st.none(),
    now=st.lists(numbers, max_size=3).map(tuple),
    better=st.sampled_from(["higher", "lower", "none"]),
    policy=texts,
    result=st.sampled_from(
        ["equal", "rounding", "tolerance", "statistical", "drifted", "better", "worse", "missing", "new", "nan",
         "too-few-rows", "undecided"]
    ),
    smallest_noticed=numbers | st.none(),
    why=texts | st.none(),
)  # fmt: skip
values = st.lists(st.builds(ValueChange, texts, scalars, scalars), max_size=3).map(tuple)
comparisons = st.builds(
    Comparison,
    run=ids | st.none(),
    key=ids | st.none(),
    repeats=st.sampled_from(["reproduced", "drifted", "undecided", "no-baseline"]),
    moved=st.sampled_from([None, "unchanged", "changed", "regressed", "undecided", "no-baseline"]),
    strength=st.sampled_from([None, "bitwise", "predictions", "metrics", "tolerance", "statistical"]),
    cause=st.sampled_from(
        [None, "code", "config", "environment", "data", "nondeterminism", "several", "unknown"]
    ),
    baseline=st.none()
    | st.builds(
        Baseline,
        st.sampled_from(["same-key", "base"]),
        ids,
        counts,
        st.lists(ids, max_size=3).map(tuple),
        st.none() | st.builds(Accepted, ids, texts, texts, texts, st.booleans()),
    ),
    retrains=counts,
    checks=st.lists(checks, max_size=4).map(tuple),
    changes=st.builds(
        Changes,
        code=st.lists(st.builds(FileChange, texts, counts | st.none(), counts | st.none()), max_size=3).map(
            tuple
        ),
        config=values,
        environment=values,
        data=values,
    ),
    observed=st.lists(st.builds(Difference, texts, texts, scalars, scalars), max_size=3).map(tuple),
    stages=st.lists(
        st.builds(
            StageDifference,
            texts,
            st.sampled_from(["equal", "drifted", "downstream", "unknown"]),
            st.lists(texts, max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    not_checked=st.lists(st.builds(NotChecked, texts, texts), max_size=3).map(tuple),
    predictions=st.none()
    | st.builds(
        PredictionChanges,
        run=ids,
        rows=st.integers(8000, 9000),
        differ=counts,
        rounded=counts,
        broken=counts | st.none(),
        mended=counts | st.none(),
        largest=numbers | st.none(),
        flips=st.lists(st.builds(Flips, texts, texts, counts), max_size=5).map(tuple),
    ),
    determinism=st.none()
    | st.builds(
        Determinism,
        seed=texts | st.none(),
        runs=counts,
        own=st.booleans(),
        repeats=st.sampled_from([None, "equal", "rounding", "differ"]),
        widest=texts | st.none(),
        by=numbers | st.none(),
        numeric_class=st.sampled_from(["same", "other", "unknown"]),
        facts=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    ),
    failure=st.none()
    | st.builds(Failure, texts, st.integers() | st.none(), st.lists(texts, max_size=4).map(tuple)),
)
histories = st.builds(
    History,
    metric=texts,
    points=st.lists(
        st.builds(PastRuns, commit=ids | texts, recorded=spreads, accepted=texts | st.none()), max_size=3
    ).map(tuple),
)
reports = st.builds(
    Report,
    history=st.lists(histories, max_size=2).map(tuple),
    comparison=comparisons,
    head=ids | st.none(),
    minutes=st.floats(0, 1e5) | st.none(),
    context=st.builds(
        Context, pull=st.integers(1, 99) | st.none(), base_ref=texts | st.none(), self_reported=st.booleans()
    ),
)
