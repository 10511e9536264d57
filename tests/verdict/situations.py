"""Situations for the whole verdict, from records to decision, and the decision as text that a person can read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reproof.config import CompareConfig, MetricPolicy
from reproof.runs.baseline import Base
from reproof.runs.record import (
    Config,
    DataFile,
    Environment,
    Metric,
    Observed,
    Predictions,
    Results,
    RunRecord,
    StageResult,
)
from reproof.verdict.compare import Decision, decide
from reproof.verdict.comparison import Check, Comparison
from tests.runs.records import OBSERVED, record, seeded

Columns = Mapping[str, Sequence[float | None]]
NAN, INF = float("nan"), float("inf")

# Five trainings of different seeds, by hand: a deviation of about a hundredth, and what lies near and far.
PREDICTED = Results((Metric("loss", 0.3),), predictions=Predictions("p.csv", "sha256:" + "a" * 64, 9))
UNWRITTEN = Results((Metric("loss", 0.3),), unwritten=("model.joblib",))
LOSS = (0.300, 0.312, 0.288, 0.306, 0.294)
AUC = (0.900, 0.904, 0.897, 0.902, 0.899)
BRAZIL = (0.860, 0.868, 0.853, 0.864, 0.858)
OTHER_CLASS = replace(OBSERVED, numeric_class=(("vendor", "AuthenticAMD"), ("instructions", "avx2")))


def metric(label: str, value: float, rows: int | None) -> Metric:
    """`auc[country=BR]` as a metric of a slice."""
    found = re.fullmatch(r"([^\[]+)(?:\[(.+)\])?", label)
    assert found
    pairs = tuple(tuple(part.split("=")) for part in (found[2] or "").split(",") if part)
    return Metric(found[1], value, pairs, rows)


def runs(
    columns: Columns,
    *,
    seeds: bool = True,
    start: int = 1,
    rows: Mapping[str, int] | None = None,
    **changes: Any,
) -> list[RunRecord]:
    """One run for each place of the columns (None: it lacks the metric), with a seed each, or all with 1."""
    made = []
    for place in range(max(map(len, columns.values()))):
        values = {label: column[place] for label, column in columns.items()}
        metrics = tuple(
            metric(label, value, (rows or {}).get(label))
            for label, value in values.items()
            if value is not None
        )
        results = {"results": Results(metrics)} if "results" not in changes else {}
        one = record(start + place, **results, **changes)
        made.append(seeded(one, start + place) if seeds else one)
    return made


def one_more(columns: Columns, *seed_values: int, start: int = 90, **changes: Any) -> list[RunRecord]:
    """New runs, with these seeds (1, 2, … where none are given)."""
    made = runs(columns, seeds=False, start=start, **changes)
    return [seeded(one, seed) for one, seed in zip(made, seed_values or range(1, 99), strict=False)]


def of_class(made: Sequence[RunRecord], observed: Observed = OTHER_CLASS) -> list[RunRecord]:
    """The same runs on another kind of machine."""
    return [replace(one, environment=replace(one.environment, observed=observed)) for one in made]


def base(made: Sequence[RunRecord], distance: int = 2) -> Base:
    return Base("a" * 40, distance, tuple(made))


def noise(*policies: MetricPolicy, **settings: Any) -> CompareConfig:
    return CompareConfig(metrics=policies, **settings)


CODE: dict[str, Any] = {"code": replace(record().code, files=(("train.py", "e" * 40), ("new.py", "f" * 40)))}
CONFIG: dict[str, Any] = {"config": Config((("train", "python train.py"),), (("depth", 3), ("lr", 0.2)))}
DATA: dict[str, Any] = {"data": (DataFile("data/raw.csv", "md5:" + "e" * 32, 12, ("train",)),)}
PACKAGES: dict[str, Any] = {
    "environment": Environment((("numpy", "2.2.0"),), ("requirements.txt",), OBSERVED)
}
NUMPY = replace(OBSERVED, packages=(("numpy", "2.2.0"), ("scikit-learn", "1.6.1")))
SLICED = {"auc": AUC, "auc[country=BR]": BRAZIL, "auc[country=VA]": (0.5, 0.75, 0.5, 1.0, 0.5)}
SLICED_ROWS = {"auc": 1000, "auc[country=BR]": 200, "auc[country=VA]": 7}
NOISY = runs({"loss": LOSS})
TWO = runs({"loss": LOSS, "auc": AUC})
RERUNS = runs({"loss": LOSS}, seeds=False)
EXACT = runs({"loss": (0.3, 0.3)}, seeds=False)
STAGES = (
    StageResult("prepare", (("a.csv", "md5:" + "1" * 32),)),
    StageResult("train", (("m", "md5:" + "2" * 32),), ("prepare",)),
)


def versions(*levels: float) -> list[list[RunRecord]]:
    """Past versions, each recorded three times about its own level."""
    return [
        runs({"loss": (level, level + 0.012, level - 0.012)}, start=20 + 10 * place, **CODE)
        for place, level in enumerate(levels)
    ]


NOW: Callable[..., list[RunRecord]] = one_more

SITUATIONS: dict[str, Callable[[], Decision]] = {
    "noise: as always": lambda: decide(NOW({"loss": (0.303,)}), NOISY, None, noise()),
    "noise: a recorded seed repeats its value": lambda: decide(NOW({"loss": (0.3,)}), NOISY, None, noise()),
    "noise: far off, to be confirmed": lambda: decide(NOW({"loss": (0.4,)}), NOISY, None, noise()),
    "noise: far off twice": lambda: decide(NOW({"loss": (0.4, 0.41)}), NOISY, None, noise()),
    "noise: far off twice, and the diagnosis is done": lambda: decide(
        NOW({"loss": (0.4, 0.41, 0.4)}, 1, 2, 1), NOISY, None, noise()
    ),
    "noise: far off once, not again": lambda: decide(NOW({"loss": (0.4, 0.301)}), NOISY, None, noise()),
    "noise: far off below": lambda: decide(NOW({"loss": (0.2, 0.19)}), NOISY, None, noise()),
    "noise: near": lambda: decide(NOW({"loss": (0.32,)}), NOISY, None, noise()),
    "noise: near four times": lambda: decide(
        NOW({"loss": (0.32, 0.318, 0.309, 0.316)}), NOISY, None, noise()
    ),
    "noise: near, and three looks are spent": lambda: decide(
        NOW({"loss": (0.32,)}), NOISY, None, noise(), spent=3
    ),
    "noise: all looks are spent": lambda: decide(NOW({"loss": (0.4,)}), NOISY, None, noise(), spent=4),
    "noise: fewer false alarms are allowed": lambda: decide(
        NOW({"loss": (0.345, 0.345)}), NOISY, None, noise(false_alarms=1e-4)
    ),
    "noise: two metrics, one moves": lambda: decide(
        NOW({"loss": (0.4, 0.4), "auc": (0.9, 0.9)}), TWO, None, noise()
    ),
    "noise: two recorded runs": lambda: decide(NOW({"loss": (0.35,)}), NOISY[:2], None, noise()),
    "noise: one recorded run": lambda: decide(NOW({"loss": (0.35,)}), NOISY[:1], None, noise()),
    "noise: one recorded run of another seed": lambda: decide(
        NOW({"loss": (0.35,)}, 8), NOISY[:1], None, noise()
    ),
    "noise: reruns of one seed": lambda: decide(NOW({"loss": (0.305,)}, 1), RERUNS, None, noise()),
    "noise: reruns, and new runs of another seed": lambda: decide(
        NOW({"loss": (0.305,)}, 7), RERUNS, None, noise()
    ),
    "noise: reruns, far off": lambda: decide(NOW({"loss": (0.5, 0.51)}, 1, 1), RERUNS, None, noise()),
    "noise: a metric that never varied, and now does": lambda: decide(
        NOW({"loss": (0.301,), "f1": (0.6,)}), runs({"loss": LOSS, "f1": (0.5,) * 5}), None, noise()
    ),
    "noise: a metric that never varied, and four times is otherwise": lambda: decide(
        NOW({"loss": (0.301,) * 4, "f1": (0.6, 0.61, 0.6, 0.62)}),
        runs({"loss": LOSS, "f1": (0.5,) * 5}),
        None,
        noise(),
    ),
    "noise: a metric that never varied moves by rounding": lambda: decide(
        NOW({"loss": (0.301,), "f1": (0.5 + 1e-9,)}), runs({"loss": LOSS, "f1": (0.5,) * 5}), None, noise()
    ),
    "noise: another numeric class": lambda: decide(of_class(NOW({"loss": (0.303,)})), NOISY, None, noise()),
    "noise: another numeric class, and only a floor is known": lambda: decide(
        of_class(NOW({"loss": (0.301,), "f1": (0.6,)})), runs({"loss": LOSS, "f1": (0.5,) * 5}), None, noise()
    ),
    "noise: accuracy of known rows has a floor": lambda: decide(
        NOW({"accuracy": (0.90,)}, rows={"accuracy": 400}),
        runs({"accuracy": (0.92, 0.9201, 0.9199)}, rows={"accuracy": 400}),
        None,
        noise(),
    ),
    "noise: percents have it, too": lambda: decide(
        NOW({"accuracy": (90.0,)}, rows={"accuracy": 400}),
        runs({"accuracy": (92.0, 92.01, 91.99)}, rows={"accuracy": 400}),
        None,
        noise(),
    ),
    "noise: a slice that never moved is not infinitely precise": lambda: decide(
        NOW({"auc": (0.901,), "auc[c=a]": (0.87,), "auc[c=b]": (0.71,)}),
        runs({"auc": AUC, "auc[c=a]": BRAZIL, "auc[c=b]": (0.7, 0.7, 0.7, 0.7, 0.7001)}),
        None,
        noise(),
    ),
    "slices: rows known and unknown": lambda: decide(
        NOW({"auc": (0.9,), "auc[country=BR]": (0.861,), "auc[country=VA]": (0.1,)}, rows=SLICED_ROWS),
        runs(SLICED, rows=SLICED_ROWS),
        None,
        noise(),
    ),
    "slices: rows unknown and four runs": lambda: decide(
        NOW({"auc": (0.9005,), "auc[country=BR]": (0.861,)}),
        runs({"auc": AUC[:4], "auc[country=BR]": BRAZIL[:4]}),
        None,
        noise(),
    ),
    "slices: min-rows of the policy": lambda: decide(
        NOW({"auc": (0.9005,), "auc[country=BR]": (0.861,)}, rows=SLICED_ROWS),
        runs({"auc": AUC, "auc[country=BR]": BRAZIL}, rows=SLICED_ROWS),
        None,
        noise(MetricPolicy("auc", None, "noise", 201)),
    ),
    "slices: a policy of its own": lambda: decide(
        NOW({"auc": (0.9005,), "auc[country=BR]": (0.8,)}, rows=SLICED_ROWS),
        runs({"auc": AUC, "auc[country=BR]": BRAZIL}, rows=SLICED_ROWS),
        None,
        noise(MetricPolicy("auc", None, "noise"), MetricPolicy("auc[country=*", None, 0.05)),
    ),
    "tolerance: inside, with power": lambda: decide(
        NOW({"loss": (0.303,)}), NOISY, None, noise(MetricPolicy("loss", None, 0.06))
    ),
    "tolerance: inside, too noisy to tell": lambda: decide(
        NOW({"loss": (0.303,)}), NOISY, None, noise(MetricPolicy("loss", None, 0.011))
    ),
    "tolerance: outside twice": lambda: decide(
        NOW({"loss": (0.36, 0.361)}), NOISY, None, noise(MetricPolicy("loss", None, 0.01))
    ),
    "tolerance: a share": lambda: decide(
        NOW({"loss": (0.36, 0.361)}), NOISY, None, noise(MetricPolicy("loss", None, "50%"))
    ),
    "tolerance: exact beside noise": lambda: decide(
        NOW({"loss": (0.301,), "auc": (0.9,)}), TWO, None, noise(MetricPolicy("auc", None, "exact"))
    ),
    "tolerance: exact, and another value": lambda: decide(
        NOW({"loss": (0.301,), "auc": (0.9001,)}), TWO, None, noise(MetricPolicy("auc", None, "exact"))
    ),
    "tolerance: a drop of just that": lambda: decide(
        NOW({"auc": (0.88,)}, 1),
        runs({"auc": (0.9, 0.9)}, seeds=False),
        None,
        noise(MetricPolicy("auc", None, 0.02)),
    ),
    "tolerance: one recorded run beside noise": lambda: decide(
        NOW({"loss": (0.31,)}, 9), NOISY[:1], None, noise(MetricPolicy("loss", None, 0.02))
    ),
    "bits: differs where it repeats": lambda: decide(NOW({"loss": (0.31,)}, 1), EXACT, None, noise()),
    "bits: differs by rounding": lambda: decide(NOW({"loss": (0.3 + 1e-8,)}, 1), EXACT, None, noise()),
    "bits: differs on another machine": lambda: decide(
        of_class(NOW({"loss": (0.31,)}, 1)), EXACT, None, noise()
    ),
    "bits: differs with another seed": lambda: decide(NOW({"loss": (0.31,)}, 2), EXACT, None, noise()),
    "bits: new runs repeat each other and differ": lambda: decide(
        NOW({"loss": (0.31, 0.31)}, 1, 1), EXACT[:1], None, noise()
    ),
    "bits: new runs differ from each other": lambda: decide(
        NOW({"loss": (0.31, 0.32)}, 1, 1), EXACT, None, noise()
    ),
    "bits: an installed package differs": lambda: decide(
        of_class(NOW({"loss": (0.31,)}, 1), NUMPY), EXACT, None, noise()
    ),
    "numbers: NaN where it was finite": lambda: decide(
        NOW({"loss": (NAN,), "auc": (0.9,)}), TWO, None, noise()
    ),
    "numbers: NaN as before": lambda: decide(
        NOW({"loss": (NAN,)}, 1), runs({"loss": (NAN, NAN)}, seeds=False), None, noise()
    ),
    "numbers: infinite, then finite": lambda: decide(
        NOW({"loss": (0.3,)}, 1), runs({"loss": (INF, INF)}, seeds=False), None, noise()
    ),
    "numbers: some are finite": lambda: decide(
        NOW({"loss": (0.4,)}), runs({"loss": (0.3, NAN, 0.31)}), None, noise()
    ),
    "numbers: missing and new": lambda: decide(NOW({"loss": (0.301,), "f1": (0.5,)}), TWO, None, noise()),
    "numbers: a missing slice of another key": lambda: decide(
        NOW({"auc": (0.9,)}, **CODE), [], base(runs({"auc": AUC, "auc[c=a]": BRAZIL})), noise()
    ),
    "numbers: a missing metric of another key": lambda: decide(
        NOW({"loss": (0.301,)}, **CODE), [], base(TWO), noise()
    ),
    "numbers: a missing metric that the configuration names": lambda: decide(
        NOW({"loss": (0.301,)}, **CODE), [], base(TWO), noise(MetricPolicy("auc"))
    ),
    "base: nothing moved": lambda: decide(NOW({"loss": (0.303,)}, **CODE), [], base(NOISY), noise()),
    "base: worse twice": lambda: decide(NOW({"loss": (0.4, 0.41)}, **CONFIG), [], base(NOISY), noise()),
    "base: better twice": lambda: decide(NOW({"loss": (0.2, 0.21)}, **CONFIG), [], base(NOISY), noise()),
    "base: higher is better, and it falls": lambda: decide(
        NOW({"auc": (0.8, 0.81)}, **DATA), [], base(runs({"auc": AUC})), noise()
    ),
    "base: higher is better, and it rises": lambda: decide(
        NOW({"auc": (0.98, 0.97)}, **PACKAGES), [], base(runs({"auc": AUC})), noise()
    ),
    "base: no direction is known": lambda: decide(
        NOW({"size": (0.4, 0.41)}, **CONFIG), [], base(runs({"size": LOSS})), noise()
    ),
    "base: a direction is configured": lambda: decide(
        NOW({"size": (0.4, 0.41)}, **CONFIG),
        [],
        base(runs({"size": LOSS})),
        noise(MetricPolicy("size", "higher")),
    ),
    "base: one recorded run": lambda: decide(NOW({"loss": (0.4,)}, **CODE), [], base(NOISY[:1]), noise()),
    "base: it repeats exactly, and moved": lambda: decide(
        NOW({"loss": (0.4,)}, 1, **CODE), [], base(EXACT), noise()
    ),
    "base: it repeats exactly, and moved on another kind of machine": lambda: decide(
        of_class(NOW({"loss": (0.4,)}, 1, **CODE)), [], base(EXACT), noise()
    ),
    "base: outside of a tolerance": lambda: decide(
        NOW({"loss": (0.4,)}, 1, **CODE, **CONFIG),
        [],
        base(EXACT),
        noise(MetricPolicy("loss", "lower", 0.05)),
    ),
    "base: exact, and worse": lambda: decide(
        NOW({"auc": (0.8,)}, 1, **CODE),
        [],
        base(runs({"auc": (0.9,)})),
        noise(MetricPolicy("auc", None, "exact")),
    ),
    "base: declares the same": lambda: decide(NOW({"loss": (0.303,)}), [], base(NOISY), noise()),
    "base: and runs of the same key": lambda: decide(
        NOW({"loss": (0.45, 0.46)}, **CODE), runs({"loss": LOSS}, start=40, **CODE), base(NOISY), noise()
    ),
    "base: and the same key repeats": lambda: decide(
        NOW({"loss": (0.4, 0.41)}, **CODE),
        runs({"loss": (0.4, 0.41, 0.395, 0.405)}, start=40, **CODE),
        base(NOISY),
        noise(),
        {"train.py": (3, 1)},
    ),
    "base: and nothing was trained": lambda: decide(
        [], runs({"loss": (0.4, 0.41, 0.395)}, start=40, **CODE), base(NOISY), noise()
    ),
    "history: one recorded run, and past versions": lambda: decide(
        NOW({"loss": (0.303,)}), NOISY[:1], None, noise(), history=versions(0.5, 0.7)
    ),
    "history: one recorded run, far off": lambda: decide(
        NOW({"loss": (0.4, 0.41)}), NOISY[:1], None, noise(), history=versions(0.5, 0.7)
    ),
    "history: sharper with it": lambda: decide(
        NOW({"loss": (0.345, 0.345)}), NOISY, None, noise(), history=versions(0.5, 0.7, 0.6, 0.4)
    ),
    "history: a version with a number that is not finite": lambda: decide(
        NOW({"loss": (0.303,)}),
        NOISY[:1],
        None,
        noise(),
        history=[runs({"loss": (NAN, 0.5, 0.52)}, start=20, **CODE), *versions(0.7)],
    ),
    "history: other data say nothing": lambda: decide(
        NOW({"loss": (0.303,)}),
        NOISY[:1],
        None,
        noise(),
        history=[runs({"loss": (0.5, 0.52, 0.51)}, start=20, **CODE, **DATA)],
    ),
    "rates: one recorded accuracy, near": lambda: decide(
        NOW({"accuracy": (0.88,)}, 9, rows={"accuracy": 500}),
        runs({"accuracy": (0.9,)}, rows={"accuracy": 500}),
        None,
        noise(),
    ),
    "rates: one recorded accuracy, far": lambda: decide(
        NOW({"accuracy": (0.7, 0.71)}, 8, 9, rows={"accuracy": 500}),
        runs({"accuracy": (0.9,)}, rows={"accuracy": 500}),
        None,
        noise(),
    ),
    "rates: against the base": lambda: decide(
        NOW({"accuracy": (0.7,)}, 8, rows={"accuracy": 50_000}, **CODE),
        [],
        base(runs({"accuracy": (0.9,)}, rows={"accuracy": 50_000})),
        noise(),
    ),
    "recorded: they contradict each other": lambda: decide(
        NOW({"loss": (0.3,)}, 1),
        [*EXACT, *of_class(runs({"loss": (0.5,)}, seeds=False, start=30))],
        None,
        noise(),
    ),
    "recorded: nothing trained": lambda: decide([], NOISY, None, noise()),
    "recorded: nothing at all": lambda: decide(NOW({"loss": (0.3,)}), [], None, noise(), retrains=7),
    "stages: the second differs": lambda: decide(
        NOW(
            {"loss": (0.31,)},
            1,
            results=Results(
                (Metric("loss", 0.31),),
                stages=(STAGES[0], replace(STAGES[1], outputs=(("m", "md5:" + "3" * 32),))),
            ),
        ),
        runs({"loss": (0.3, 0.3)}, seeds=False, results=Results((Metric("loss", 0.3),), stages=STAGES)),
        None,
        noise(),
    ),
    "artifacts: some only warn": lambda: decide(
        NOW(
            {"loss": (0.3,)},
            1,
            results=Results(
                (Metric("loss", 0.3),),
                (("a.png", "sha256:1"), ("b.log", "sha256:1"), ("c.json", "sha256:1"), ("d.npz", "raw:1")),
            ),
        ),
        runs(
            {"loss": (0.3, 0.3)},
            seeds=False,
            results=Results(
                (Metric("loss", 0.3),),
                (("a.png", "sha256:2"), ("b.log", "sha256:2"), ("c.json", "sha256:2"), ("d.npz", "npz:1")),
            ),
        ),
        None,
        noise(),
    ),
    "artifacts: one is not written": lambda: decide(
        NOW({"loss": (0.3,)}, 1, results=Results((Metric("loss", 0.3),))),
        runs(
            {"loss": (0.3,)},
            seeds=False,
            results=Results((Metric("loss", 0.3),), (("m.joblib", "sha256:1"),)),
        ),
        None,
        noise(),
    ),
    "artifacts: one is declared and not written, and recorded runs lack it, too": lambda: decide(
        NOW({"loss": (0.3,)}, 1, results=UNWRITTEN),
        runs({"loss": (0.3,)}, seeds=False, results=UNWRITTEN),
        None,
        noise(),
    ),
    "artifacts: surely none is declared": lambda: decide(
        NOW({"loss": (0.3,)}, 1, results=replace(UNWRITTEN, unwritten=())),
        runs({"loss": (0.3,)}, seeds=False),
        None,
        noise(),
    ),
    "predictions without artifacts": lambda: decide(
        NOW({"loss": (0.3,)}, 1, results=PREDICTED),
        runs({"loss": (0.3,)}, seeds=False, results=PREDICTED),
        None,
        noise(),
    ),
    "policies that cannot work are told": lambda: decide(
        NOW({"loss": (0.303,)}),
        NOISY,
        None,
        noise(MetricPolicy("los", None, 0.1), MetricPolicy("loss", None, 0.005)),
    ),
    "records of files": lambda: decide(
        NOW({"loss": (0.3,)}, 1, data=()),
        [replace(one, kind="locked", data=()) for one in EXACT],
        None,
        noise(),
    ),
}


def shown(made: Decision) -> str:
    """A decision as lines: figures with six digits, since more would tell libraries apart and not verdicts."""
    it, lines = made.comparison, []
    told = [
        it.verdict,
        f"repeats {it.repeats}",
        f"moved {it.moved}",
        f"strength {it.strength}",
        f"cause {it.cause}",
    ]
    lines.append(", ".join(told))
    held = it.baseline and (it.baseline.kind, it.baseline.commit[:7], it.baseline.distance, it.baseline.runs)
    lines.append(f"  run {it.run} key {it.key and it.key[:7]} against {held}; {it.retrains} retrains")
    lines.append(f"  next: {made.wanted and tuple(made.wanted)}")
    lines += [f"  {_check(check)}" for check in it.checks]
    lines += [f"  changed {aspect}: {item}" for aspect in it.changes.aspects for item in _changes(it, aspect)]
    lines += [f"  observed {item.what} {item.name}: {item.old} -> {item.new}" for item in it.observed]
    lines += [f"  stage {item.name}: {item.result} after {item.after}" for item in it.stages]
    lines += [f"  not checked: {item.what}: {item.why}" for item in it.not_checked]
    return "\n".join(lines) + "\n"


def _check(it: Check) -> str:
    label, known = Metric(it.metric, 0.0, it.slice).label, it.recorded
    before = "nothing"
    if known:
        low, high = figure(known.min), figure(known.max)
        before = f"{known.n}x {figure(known.mean)} sd {figure(known.sd)} in {low}..{high}"
    now = " ".join(map(figure, it.now)) or "nothing"
    more = "" if it.smallest_noticed is None else f", would notice {figure(it.smallest_noticed)}"
    more += f" ({it.why})" if it.why else ""
    by = f"rows {it.rows} vs {it.against} by {it.policy}/{it.better}"
    return f"{label} {by}: {before} | {now} = {it.result}{more}"


def _changes(it: Comparison, aspect: str) -> list[str]:
    found = []
    for item in getattr(it.changes, aspect):
        if aspect == "code":
            found.append(f"{item.path} +{item.added} -{item.removed}")
        else:
            found.append(f"{item.name} {item.old} -> {item.new}")
    return found


def figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"
