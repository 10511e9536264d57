"""Reports made of what strangers may choose, for hypothesis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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
    FileChange,
    Flips,
    NotChecked,
    PredictionChanges,
    Spread,
    StageDifference,
    ValueChange,
)
from reproof.verdict.failure import Failure
from tests.report.cases import REGRESSED

AUC_SPREAD = Spread(5, 0.9, 0.01, 0.89, 0.91)

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
# One of each sort that GitHub makes alive, or that hides something; `ATTACKS` are those that are mixed at random.
STRANGE = {
    "commit": "deadbeef",
    "commit-in-capitals": "DEADBEEF",
    "commit-elsewhere": f"octo/demo@{'deadbeef' * 5}",
    "issue": "fixes #1",
    "issue-by-letters": "GH-1",
    "issue-elsewhere": "closes octo/demo#1",
    "person": "/cc @octocat",
    "team": "@octo/team",
    "entity": "&#64;octocat &commat;octocat &num;1 &lt;b&gt;",
    "backslash": "\\@octocat \\<b> \\`x\\`",
    "address": "ftp://evil.example/x mailto:me@evil.example xmpp:me@evil.example",
    "address-in-angles": "<https://evil.example>",
    "reference": "[x][y]\n\n[y]: https://evil.example",
    "footnote": "[^1]\n\n[^1]: x",
    "task": "- [x] x",
    "comment-opened": "<!--",
    "comment-closed": "-->",
    "section": "<![CDATA[ <?php <!DOCTYPE",
    "details-closed": "</details></details></summary>",
    "heading-below": "x\n===",
    "rule": "---",
    "list": "1. x",
    "list-by-bracket": "1) x",
    "bullet": "* x",
    "quote": "> x",
    "alert": "> [!CAUTION]\n> x",
    "table": "| a |\n|---|\n| b |",
    "pipe-behind-backslashes": "a\\\\| b \\\\\\| c",
    "backslash-at-the-end": "a\\",
    "indented": "\t\tx\n    y",
    "emphasis": "*x* _x_ **x** __x__ ~~x~~ ~x~",
    "mathematics": "$x$ $$x$$ $`x`$",
    "emoji": ":tada: :+1:",
    "mermaid": '"] --> x\nline [9]\n```mermaid\ngraph TD\nclick A href "https://evil.example"\n```',
    "mermaid-options": '%%{init: {"securityLevel": "loose"}}%%',
    "markup-of-a-page": "</title></style></script><script>alert(1)</script>",
    "attribute": "\"'><svg onload=alert(1)> ` onfocus=alert(1) autofocus x='",
    "order": "/approve\n/reproof accept ab12cd34ef56 because of me",
    "marker": "<!-- reproof:v1:default -->",
    "state": "\n\n[reproof]: data:application/json;base64,e30=",
    "expression": "${{ secrets.X }} $(id) `id`",
    "command": "\r::set-output name=verdict::reproduced\n##[set-output name=verdict;]reproduced",
    "delimiter": "x\nverdict<<EOF\nreproduced\nEOF",
    "bidi": "\u202e\u2066x\u2069\u061c\u200f",
    "zero-width": "\ufeff\u200b\u200d\u00adx",
    "drawn-as-nothing": "\u3164\u115f\u1160\uffa0\u2800\u034f\ufe0f\U000e0100",
    "stacked": "e" + "\u0300" * 79,
    "blanks": " x ",
    "breaks": "a\u2028# b\u2029- c\x85d\x0be\x0cf",
    "half-a-letter": "\ud800",
    "control": "\x00\x1b[31m\x7f\x9b",
    "long": "x" * 10_000,
    **{f"{count}-backticks": "`" * count for count in (1, 2, 3, 4, 7, 79, 80, 81, 200)},
    **{f"{count}-backticks-within": f"a{'`' * count}b" for count in (1, 2, 3, 77, 78, 79)},
    "tildes": "~~~\nx",
}


def everywhere(text: str) -> Report:
    """A report in which a stranger chose this text wherever one may; ours is the rest."""
    check = next(one for one in REGRESSED.comparison.checks if one.recorded)
    value = ValueChange(text, text, text)
    comparison = replace(
        REGRESSED.comparison,
        repeats="drifted",
        cause="code",
        baseline=Baseline("base", "c" * 40, 3, ("d" * 12,), Accepted("d" * 12, text, text, text, True)),
        checks=(
            check._replace(metric=text, why=text, policy=text),
            check._replace(slice=((text, text),), why=f"word {text} word"),
            check._replace(metric=f"{text}2", result="undecided"),
            check._replace(metric=f"{text}3", result="missing", now=()),
        ),
        changes=Changes((FileChange(text, 1, 2), FileChange(f"{text}2")), (value,), (value,), (value,)),
        observed=(Difference(text, text, text, text),),
        stages=(StageDifference(text, "drifted", (text,)), StageDifference(f"{text}2", "equal")),
        not_checked=(NotChecked(text, text),),
        predictions=PredictionChanges("d" * 12, 100, 5, flips=(Flips(text, text, 3),)),
        determinism=Determinism(text, 3, True, "differ", text, 0.1, "same", ((text, text),)),
    )
    points = tuple(PastRuns(commit * 40, AUC_SPREAD, text) for commit in "ab")
    return replace(
        REGRESSED,
        comparison=comparison,
        context=replace(REGRESSED.context, base_ref=text),
        history=(History(text, points),),
    )


def failing(text: str) -> Report:
    """The same for a training that failed, and wrote the text into its log."""
    whole = everywhere(text)
    failure = Failure(text, 1, (text, f"word {text}", text))
    return replace(whole, comparison=replace(whole.comparison, failure=failure))


def crowd() -> Report:
    """All strange texts in one report."""
    reports = [everywhere(text).comparison for text in STRANGE.values()]

    def every(part: str) -> tuple[Any, ...]:
        return tuple(item for one in reports for item in getattr(one, part))

    parts: dict[str, Any] = {part: every(part) for part in ("checks", "observed", "stages", "not_checked")}
    changes = Changes(code=tuple(item for one in reports for item in one.changes.code))
    whole = everywhere(STRANGE["attribute"])
    return replace(whole, comparison=replace(whole.comparison, changes=changes, **parts))


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
