"""One question put to the runs: recorded ones as a sample, new ones as observations, and a check for each metric.

Where the recorded runs vary, all checks of all questions are judged together by noise (`sequential.py`); what is
certain without it is answered first (`ladder.py`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

from reproof.verdict import sequential
from reproof.verdict.ladder import (
    Answer,
    Grounds,
    certain,
    certain_beside_noise,
    check,
    doubted,
    moved,
    unknown,
)
from reproof.verdict.noise import Sums, sums
from reproof.verdict.policy import policies, share_of_rows
from reproof.verdict.sample import (
    Sample,
    agree,
    columns_of,
    like_with_like,
    observations,
    past_samples,
    refuse_one_seed_twice,
    repeat_each_other,
    same_class,
    sample_of,
    seed_of,
    surely_repeats,
    values_of,
)
from reproof.verdict.sequential import Outcome, Row, exact_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reproof.config import CompareConfig
    from reproof.runs.record import Metric, RunRecord, Slice
    from reproof.verdict.comparison import Against, Check
    from reproof.verdict.policy import Policy


class Ask(NamedTuple):
    """One more training. `seed`: `recorded` repeats the first new run's, `fresh` is one that no run has.

    `counts`: whether it is an observation; else it is a diagnosis, which never enters the sample.
    """

    seed: Literal["recorded", "fresh"]
    counts: bool
    why: str


class Question(NamedTuple):
    """What is asked of whom. `sample` and `past` are recorded, `seen` the new runs that count as observations.

    `now` are all new runs; `twins`: each of them has the metrics of a recorded run.
    """

    against: Against
    recorded: tuple[RunRecord, ...]
    sample: Sample
    past: tuple[Sample, ...]
    now: tuple[RunRecord, ...]
    seen: tuple[RunRecord, ...]
    twins: bool
    grounds: Grounds

    @classmethod
    def put(
        cls,
        now: Sequence[RunRecord],
        recorded: Sequence[RunRecord],
        against: Against,
        history: Sequence[Sequence[RunRecord]],
    ) -> Question:
        """The question to new runs (oldest first) against recorded ones (oldest first), one of each at least."""
        like = like_with_like(recorded, now)
        sample = sample_of(like)
        past = past_samples(history, sample)
        if past and not sample.varies:
            sample = Sample(sample.runs, past[0].kind)
        seen = observations(now, sample)
        if sample.kind == "seeds":
            refuse_one_seed_twice(seen)
        return cls(
            against=against,
            recorded=like,
            sample=sample,
            past=past,
            now=tuple(now),
            seen=seen,
            twins=all(any(agree(old, new) for old in like) for new in now),
            grounds=Grounds(
                repeatable=surely_repeats(sample) or repeat_each_other(now),
                same_class=same_class(like[-1], now[-1]),
                same_seed=len({seed_of(run) for run in (*like, *now)}) == 1 or _seed_says_nothing(sample),
                past=sum(len(version.runs) - 1 for version in past),
            ),
        )

    @property
    def noisy(self) -> bool:
        """Whether a spread is known, by the recorded runs or by past versions."""
        return self.sample.varies and bool(self.seen)


def _seed_says_nothing(sample: Sample) -> bool:
    """Whether runs of different seeds repeat each other."""
    return sample.kind == "exact" and len({seed_of(run) for run in sample.runs}) > 1


class _Item(NamedTuple):
    """A check being made: what is known of it, and its answer or its row among those that noise judges."""

    question: Question
    metric: Metric
    recorded: Sequence[float]
    now: Sequence[float]
    policy: Policy
    answer: Answer | None


def examined(
    questions: Sequence[Question], settings: CompareConfig, spent: int = 0
) -> tuple[tuple[Check, ...], Outcome | None]:
    """The checks of all questions, judged together, and what noise said; None where it had nothing to say."""
    items = [item for question in questions for item in _items(question, settings)]
    open_ = [item for item in items if item.answer is None]
    if not open_:
        return tuple(_made(item, item.answer) for item in items if item.answer), None
    pasts = {id(question): _past_sums(question) for question in questions}
    groups: dict[tuple[str, str], int] = {}
    rows = [
        _row(
            item,
            pasts[id(item.question)],
            groups.setdefault((item.question.against, item.metric.name), len(groups)),
        )
        for item in open_
    ]
    looked = sequential.judge(rows, settings.false_alarms, spent)
    answers = iter(
        (_named(item, row, looked, place), looked.noticed[place])
        for place, (item, row) in enumerate(zip(open_, rows, strict=True))
    )
    checks = []
    for item in items:
        if item.answer:
            checks.append(_made(item, item.answer))
        else:
            answer, noticed = next(answers)
            checks.append(_made(item, answer, None if math.isnan(noticed) else float(noticed)))
    return tuple(checks), looked


def ask(
    questions: Sequence[Question],
    checks: Sequence[Check],
    looked: Outcome | None,
    now: Sequence[RunRecord],
) -> Ask | None:
    """The training that could settle what is open; None where none can, or nothing is."""
    repeated = len({seed_of(run) for run in now}) < len(now)
    if looked and looked.more:
        kinds = {question.sample.kind for question in questions if question.noisy}
        if kinds:
            seed: Literal["recorded", "fresh"] = "fresh" if "seeds" in kinds else "recorded"
            why = "to confirm a difference" if looked.state == "failing" else "to settle what is near"
            return Ask(seed, counts=True, why=why)
    for question in questions:
        if question.against != "same-key" or repeated:
            continue
        results = {check.result for check in checks if check.against == "same-key"}
        alone = not question.noisy and question.grounds.same_class and question.grounds.same_seed
        if alone and "undecided" in results and "drifted" not in results:
            return Ask("recorded", counts=False, why="to learn whether this training repeats here")
        if question.noisy and looked and looked.state == "failing" and "drifted" in results:
            return Ask("recorded", counts=False, why="to learn whether it is the training that varies")
    return None


def _items(question: Question, settings: CompareConfig) -> list[_Item]:
    """Each metric of either side with its values, sorted by name and slice; answered where it is certain."""
    runs = question.sample.runs if question.noisy and not question.twins else question.recorded
    seen = question.seen if question.noisy and not question.twins else question.now
    before, known = columns_of(runs)
    after, newest = columns_of(seen)
    if len(seen) < len(question.now):
        newest = columns_of(question.now)[1] | newest
    if len(runs) < len(question.recorded):
        known = columns_of(question.recorded)[1] | known
    metrics = known | newest
    policy_of = policies(settings)
    return [
        _item(question, metrics[name], before.get(name, ()), after.get(name, ()), policy_of(metrics[name]))
        for name in sorted(metrics)
    ]


def _item(
    question: Question, metric: Metric, recorded: Sequence[float], now: Sequence[float], policy: Policy
) -> _Item:
    grounds, against = question.grounds, question.against
    known = len(recorded) > 1 or grounds.past
    if question.twins or not question.noisy or not (known or not policy.tolerates):
        answer = certain(metric, recorded, now, policy, against, grounds)
        if answer is None and (question.noisy or not _predictable(metric, recorded)):
            answer = unknown(recorded, against, grounds)
    else:
        answer = certain_beside_noise(metric, recorded, now, policy, against, grounds)
    return _Item(question, metric, recorded, now, policy, answer)


def _predictable(metric: Metric, recorded: Sequence[float]) -> bool:
    """Whether one recorded value says how far it may be off: a share of a known number of rows."""
    return bool(metric.rows) and share_of_rows(metric.name, recorded)[0] > 0


def _row(item: _Item, past: dict[tuple[str, Slice], Sums], group: int) -> Row:
    question, policy = item.question, item.policy
    whole, plain = share_of_rows(item.metric.name, (*item.recorded, *item.now))
    worse = 0
    if question.against == "base" and policy.better != "none":
        worse = 1 if policy.better == "lower" else -1
    noisy = question.noisy
    return Row(
        recorded=item.recorded if noisy else item.recorded[:1],
        now=item.now if noisy else item.now[:1],
        past=past.get(item.metric.id, Sums(0, 0.0, 0.0)),
        allowed=policy.allowed(exact_mean(item.recorded)) if policy.tolerates else None,
        gates=question.against == "same-key" or policy.better != "none",
        foreign=not question.grounds.same_class,
        rows=item.metric.rows or 0,
        whole=whole,
        plain=plain,
        group=group,
        worse=worse,
    )


def _past_sums(question: Question) -> dict[tuple[str, Slice], Sums]:
    """What past versions say of each metric: degrees of freedom (as n) and squares, each about its own mean."""
    found: dict[tuple[str, Slice], Sums] = {}
    for version in question.past:
        for name, values in values_of(version.runs).items():
            if len(values) < 2 or not all(map(math.isfinite, values)):
                continue
            before = found.get(name, Sums(0, 0.0, 0.0))
            found[name] = Sums(before.n + len(values) - 1, 0.0, before.squares + sums(values).squares)
    return found


def _named(item: _Item, row: Row, looked: Outcome, place: int) -> Answer:
    """The row's answer in the words of the format."""
    against = item.question.against
    doubt = looked.doubts[place]
    used = row.now[: max(looked.looks, 1)]
    if looked.failing[place]:
        return moved(used, row.recorded, item.policy, against)
    if doubt:
        return doubted(doubt, len(row.recorded))
    if against == "base" and looked.moved[place]:
        answer = moved(used, row.recorded, item.policy, against)
        if answer.result != "worse":
            return answer
    return Answer("tolerance" if row.allowed is not None else "statistical")


def _made(item: _Item, answer: Answer, noticed: float | None = None) -> Check:
    return check(item.metric, item.recorded, item.now, item.policy, item.question.against, answer, noticed)
