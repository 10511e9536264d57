"""Reports for the tests: one for each verdict, as a real training would give it."""

from __future__ import annotations

from reproof.report.report import Context, History, PastRuns, Report
from reproof.verdict.comparison import (
    Baseline,
    Changes,
    Check,
    Comparison,
    Determinism,
    Difference,
    FileChange,
    NotChecked,
    Price,
    Result,
    Spread,
    StageDifference,
    ValueChange,
)
from reproof.verdict.failure import Failure

HEAD = "9f3c1ab27d40c1b6f2a1e0d9c8b7a6f5e4d3c2b1"
BASE = "5be02d70a1b2c3d4e5f60718293a4b5c6d7e8f90"
RUNS = tuple(f"{number:02x}c0ffee{number:02x}15900d" for number in range(10))
KEY = "7d" * 32
RUN = "ab12cd34ef56ab78"

CONTEXT = Context(
    repository="octo/penguins",
    pull=7,
    base_ref="main",
    base_commit=BASE,
    run_url="https://github.com/octo/penguins/actions/runs/4242",
    page_url="https://github.com/octo/penguins/actions/runs/4242/artifacts/7",
)
BASE_RUNS = Baseline("base", BASE, 2, RUNS)
SAME_KEY_RUNS = Baseline("same-key", BASE, 0, RUNS[:2])

AUC = Check(
    metric="auc",
    slice=(),
    rows=3340,
    against="base",
    recorded=Spread(10, 0.9127, 0.0011, 0.9110, 0.9146),
    now=(0.9071, 0.9062, 0.9080),
    better="higher",
    policy="noise",
    result="worse",
    smallest_noticed=0.0018,
)
LOSS = Check(
    metric="log_loss",
    slice=(),
    rows=3340,
    against="base",
    recorded=Spread(10, 0.2310, 0.0016, 0.2284, 0.2335),
    now=(0.2334, 0.2329, 0.2330),
    better="lower",
    policy="noise",
    result="statistical",
    smallest_noticed=0.0027,
)
ACCURACY = Check(
    metric="accuracy",
    slice=(),
    rows=3340,
    against="base",
    recorded=Spread(10, 0.884, 0.0, 0.884, 0.884),
    now=(0.884, 0.884, 0.884),
    better="higher",
    policy="0.1%",
    result="equal",
)
BRAZIL = Check(
    metric="auc",
    slice=(("country", "BR"),),
    rows=1204,
    against="base",
    recorded=Spread(10, 0.902, 0.004, 0.896, 0.908),
    now=(0.861, 0.860, 0.863),
    better="higher",
    policy="noise",
    result="worse",
    smallest_noticed=0.011,
)
TRIAL = Check(
    metric="auc",
    slice=(("plan", "trial"),),
    rows=208,
    against="base",
    recorded=Spread(10, 0.91, 0.02, 0.87, 0.94),
    now=(0.90, 0.89, 0.91),
    better="higher",
    policy="noise",
    result="undecided",
    smallest_noticed=0.06,
)
FEW = Check(
    metric="auc",
    slice=(("country", "LI"),),
    rows=12,
    against="base",
    recorded=Spread(10, 0.8, 0.1, 0.6, 1.0),
    now=(0.5, 0.6, 0.5),
    better="higher",
    policy="noise",
    result="too-few-rows",
    why="fewer than 30 rows",
)
SKLEARN = ValueChange("scikit-learn", "1.6.1", "1.7.0")
NUMPY = ValueChange("numpy", "2.1.3", "2.2.0")
RATE = ValueChange("train.learning_rate", 0.1, 0.2)
STAGES = (
    StageDifference("prepare", "equal"),
    StageDifference("featurize", "drifted", ("prepare",)),
    StageDifference("train", "downstream", ("featurize",)),
    StageDifference("evaluate", "downstream", ("train", "prepare")),
)
HISTORY = (
    History(
        "auc",
        tuple(
            PastRuns(
                f"{number:02x}" * 20,
                Spread(5, 0.905 + number / 1000, 0.001, 0.903 + number / 1000, 0.907 + number / 1000),
                "the new features are wanted" if number == 4 else None,
            )
            for number in range(8)
        ),
    ),
)
FACTS = (("openblas threads (numpy)", "2"), ("OMP_NUM_THREADS", "2"), ("PYTHONHASHSEED", "0"))
DIFFER = Determinism("train.seed", 3, False, "differ", "auc", 0.00042, "same", FACTS)
EQUAL = Determinism("train.seed", 3, True, "equal", None, None, "same", FACTS)
NO_PREDICTIONS = NotChecked("predictions", "none are configured")

REGRESSED = Report(
    Comparison(
        run=RUN,
        key=KEY,
        repeats="no-baseline",
        moved="regressed",
        cause="environment",
        baseline=BASE_RUNS,
        retrains=3,
        checks=(AUC, LOSS, ACCURACY, BRAZIL, TRIAL, FEW),
        changes=Changes(
            code=(FileChange("src/train.py", 3, 1), FileChange("src/features.py", 12, 0)),
            environment=(SKLEARN, NUMPY),
        ),
        stages=STAGES,
        not_checked=(NO_PREDICTIONS, NotChecked("1 slice of auc", "fewer than 30 rows")),
        determinism=DIFFER,
    ),
    HEAD,
    14.2,
    CONTEXT,
    HISTORY,
)


def _against_same(check: Check, now: tuple[float, ...], result: Result) -> Check:
    recorded = Spread(2, 0.9127, 0.0, 0.9127, 0.9127)
    return check._replace(
        against="same-key",
        recorded=recorded,
        now=now,
        result=result,
        policy="exact",
        smallest_noticed=None,
    )


DRIFTED = Report(
    Comparison(
        run=RUN,
        key=KEY,
        repeats="drifted",
        moved=None,
        cause="environment",
        baseline=SAME_KEY_RUNS,
        retrains=2,
        checks=(_against_same(AUC, (0.9071, 0.9071), "drifted"),),
        observed=(
            Difference("package", "scikit-learn", "1.6.1", "1.7.0"),
            Difference("machine", "cpu", "AMD EPYC 7763", "Intel Xeon 8370C"),
        ),
        stages=STAGES,
        not_checked=(NO_PREDICTIONS,),
    ),
    HEAD,
    9.0,
    CONTEXT,
)
REPRODUCED = Report(
    Comparison(
        run=RUN,
        key=KEY,
        repeats="reproduced",
        moved=None,
        strength="bitwise",
        baseline=SAME_KEY_RUNS,
        retrains=1,
        determinism=EQUAL,
        checks=(
            _against_same(AUC, (0.9127,), "equal"),
            _against_same(LOSS, (0.9127,), "equal"),
            _against_same(BRAZIL, (0.9127,), "equal"),
        ),
        not_checked=(NO_PREDICTIONS,),
    ),
    HEAD,
    4.6,
    CONTEXT,
)
UNCHANGED = Report(
    Comparison(
        run=RUN,
        key=KEY,
        repeats="no-baseline",
        moved="unchanged",
        strength="statistical",
        baseline=BASE_RUNS,
        retrains=3,
        checks=(LOSS, ACCURACY),
        changes=Changes(code=(FileChange("src/train.py", 30, 28),)),
    ),
    HEAD,
    14.2,
    CONTEXT,
)
CHANGED = Report(
    Comparison(
        run=RUN,
        key=KEY,
        repeats="no-baseline",
        moved="changed",
        cause="config",
        baseline=Baseline("base", BASE, 0, RUNS[:1]),
        retrains=1,
        checks=(
            Check(
                "auc",
                (),
                None,
                "base",
                Spread(1, 0.9127, None, 0.9127, 0.9127),
                (0.9205,),
                "higher",
                "exact",
                "better",
            ),
            Check(
                "epochs_run",
                (),
                None,
                "base",
                Spread(1, 40.0, None, 40.0, 40.0),
                (31.0,),
                "none",
                "exact",
                "drifted",
            ),
            Check("f1", (), None, "base", None, (0.881,), "higher", "noise", "new"),
        ),
        changes=Changes(
            config=(RATE,), data=(ValueChange("data/raw.csv", "md5:7c1e6a5f00", "md5:91bb2c3d00"),)
        ),
    ),
    HEAD,
    3.0,
    CONTEXT,
)
UNDECIDED = Report(
    Comparison(
        run=RUN,
        key=KEY,
        repeats="no-baseline",
        price=Price("recorded", 1, 4.0),
        moved="undecided",
        baseline=Baseline("base", BASE, 1, RUNS[:2]),
        retrains=4,
        checks=(
            Check(
                "auc",
                (),
                3340,
                "base",
                Spread(2, 0.9127, 0.0011, 0.9119, 0.9135),
                (0.9102, 0.9110, 0.9098),
                "higher",
                "noise",
                "undecided",
                0.012,
                "two recorded runs say little about the usual variation",
            ),
        ),
        changes=Changes(config=(RATE,)),
    ),
    HEAD,
    16.0,
    CONTEXT,
)
RECORDED = Report(
    Comparison(
        run=RUN,
        key=KEY,
        repeats="no-baseline",
        moved=None,
        baseline=SAME_KEY_RUNS,
        retrains=0,
        not_checked=(NotChecked("the observed environment", "nothing was trained"),),
    ),
    HEAD,
    0.1,
    CONTEXT,
)
NO_BASELINE = Report(
    Comparison(
        run=RUN,
        key=KEY,
        repeats="no-baseline",
        moved="no-baseline",
        retrains=1,
        checks=(Check("auc", (), None, "base", None, (0.9127,), "higher", "noise", "new"),),
    ),
    HEAD,
    4.0,
    CONTEXT,
)
FAILED = Report(
    Comparison(
        run=None,
        key=KEY,
        repeats="no-baseline",
        moved=None,
        retrains=1,
        failure=Failure(
            "the training exited with 1",
            1,
            (
                "Traceback (most recent call last):",
                '  File "train.py", line 12, in <module>',
                "    model.fit(X, y)",
                "ValueError: Input X contains NaN.",
            ),
        ),
    ),
    HEAD,
    0.6,
    CONTEXT,
)

VERDICTS = {
    "regressed": REGRESSED,
    "drifted": DRIFTED,
    "reproduced": REPRODUCED,
    "unchanged": UNCHANGED,
    "changed": CHANGED,
    "undecided": UNDECIDED,
    "recorded": RECORDED,
    "no-baseline": NO_BASELINE,
    "failed": FAILED,
}
