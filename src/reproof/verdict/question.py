"""One question put to the runs: recorded ones as a sample, new ones as observations, and a check for each metric.

Where the recorded runs vary, all checks of all questions are judged together by noise (`sequential.py`); what is
certain without it is answered first (`ladder.py`).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from reproof.verdict import sequential
from reproof.verdict.comparison import Spread
from reproof.verdict.ladder import (
    Answer,
    Grounds,
    Pair,
    certain,
    check,
    doubted,
    moved,
    on_fewer_rows,
    spread,
    unknown,
)
from reproof.verdict.noise import NO_PAST, Past, exact_mean, libraries, sums
from reproof.verdict.policy import policies, share_of_rows
from reproof.verdict.sample import (
    Sample,
    agree,
    ids_of,
    like_with_like,
    lined_up,
    matrix_of,
    newest_metrics,
    observations,
    past_samples,
    refuse_one_seed_twice,
    repeat_each_other,
    same_class,
    sample_of,
    seed_of,
    surely_repeats,
)
from reproof.verdict.sequential import Outcome
from reproof.verdict.table import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reproof.config import CompareConfig
    from reproof.runs.record import RunRecord, Slice
    from reproof.verdict.comparison import Against, Check

    Id = tuple[str, Slice]


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
    """A check being made: its numbers, and its answer, or none where its row is for noise to judge."""

    pair: Pair
    answer: Answer | None


def examined(
    questions: Sequence[Question], settings: CompareConfig, spent: int = 0
) -> tuple[tuple[Check, ...], Outcome | None]:
    """The checks of all questions, judged together, and what noise said; None where it had nothing to say."""
    asked = [(question, _items(question, settings)) for question in questions]
    items = [item for _, some in asked for item in some]
    rows: list[Row] = []
    for question, some in asked:
        open_ = [item.pair for item in some if item.answer is None]
        if open_:
            rows += _rows(question, open_, rows[-1].group + 1 if rows else 0)
    if not rows:
        return tuple(check(item.pair, item.answer) for item in items if item.answer), None
    looked = sequential.judge(rows, settings.false_alarms, spent)
    judged = _judged((item.pair for item in items if item.answer is None), rows, looked)
    return tuple(
        check(item.pair, item.answer) if item.answer else check(item.pair, *next(judged)) for item in items
    ), looked


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
    noisy = question.noisy and not question.twins
    ids = ids_of((*question.recorded, *question.now))
    recorded = lined_up(ids, question.sample.runs if noisy else question.recorded, matrix=noisy)
    now = lined_up(ids, question.seen if noisy else question.now)
    spreads = _spreads(recorded) if noisy else map(spread, recorded)
    metrics = zip(newest_metrics(ids, question.recorded), newest_metrics(ids, question.now), strict=True)
    policy_of = policies(settings)
    items = []
    for (old, new), values, told, seen in zip(metrics, recorded, spreads, now, strict=True):
        metric, rows = new or old, old.rows if old else None
        assert metric
        if metric.rows is None and rows is not None:  # who leaves them out is judged by those that were told
            metric = replace(metric, rows=rows)
        pair = Pair(metric, values, told, seen, policy_of(metric), question.against, rows)
        answer = _answer(question, pair, noisy)
        items.append(_Item(pair, answer and on_fewer_rows(pair, answer)))
    return items


def _spreads(recorded: Sequence[Sequence[float]]) -> Iterable[Spread | None]:
    """`ladder.spread` of many metrics at once."""
    np, _ = libraries()
    n, mean, squares, low, high = sums(recorded)
    with np.errstate(divide="ignore", invalid="ignore"):
        sd = np.sqrt(squares / (n - 1))
    # Of the squares of huge or tiny numbers nothing may be left.
    told = (n > 1) & np.isfinite(mean) & ((low == high) | ((sd > 0) & np.isfinite(sd)))
    facts = (array.tolist() for array in (told, n.astype(int), mean, sd, low, high))
    for values, (is_told, *known) in zip(recorded, zip(*facts, strict=True), strict=True):
        yield Spread(*known) if is_told else spread([float(value) for value in values])


def _answer(question: Question, pair: Pair, noisy: bool) -> Answer | None:
    """What is certain; None where noise is to judge."""
    grounds = question.grounds
    if noisy and (len(pair.recorded) > 1 or grounds.past or not pair.policy.tolerates):
        return certain(pair, grounds, noisy=True)
    answer = certain(pair, grounds)
    if answer is None and (question.noisy or not _predictable(pair)):
        return unknown(pair, grounds)
    return answer


def _predictable(pair: Pair) -> bool:
    """Whether one recorded value says how far it may be off: a share of a known number of rows."""
    return bool(pair.metric.rows) and _share(pair)[0] > 0


def _share(pair: Pair) -> tuple[int, bool]:
    assert pair.known
    return share_of_rows(pair.metric.name, (pair.known.min, pair.known.max, *pair.now))


def _rows(question: Question, pairs: Sequence[Pair], group: int) -> list[Row]:
    """The pairs (one at least) as numbers for noise to judge; their metrics are numbered from `group` on."""
    past, noisy, foreign = _past(question), question.noisy, not question.grounds.same_class
    groups: dict[str, int] = {}
    rows = []
    for pair in pairs:
        policy = pair.policy
        directed = question.against == "base" and policy.better != "none"
        whole, plain = _share(pair)
        rows.append(
            Row(
                recorded=pair.recorded if noisy else pair.recorded[:1],
                now=pair.now if noisy else pair.now[:1],
                past=past.get(pair.metric.id, NO_PAST) if past else NO_PAST,
                allowed=policy.allowed(exact_mean(pair.recorded)) if policy.tolerates else None,
                gates=directed or question.against == "same-key",
                foreign=foreign,
                rows=pair.metric.rows or 0,
                whole=whole,
                plain=plain,
                group=groups.setdefault(pair.metric.name, group + len(groups)),
                worse=(1 if policy.better == "lower" else -1) if directed else 0,
            )
        )
    return rows


def _past(question: Question) -> Mapping[Id, Past]:
    """What past versions say of each metric of which they have two finite values or more."""
    found: dict[Id, Past] = {}
    for version in question.past:
        values = matrix_of(version.runs)
        plain, logs = (sums(list(values.values()), logs=logs) for logs in (False, True))
        facts = (array.tolist() for array in (plain.n, plain.mean, plain.squares, logs.squares))
        for name, (n, mean, squares, log_squares) in zip(values, zip(*facts, strict=True), strict=True):
            if n > 1 and math.isfinite(mean):
                past = found.get(name, NO_PAST)
                found[name] = Past(
                    past.df + int(n) - 1, past.squares + squares, past.log_squares + log_squares
                )
    return found


def _judged(
    pairs: Iterable[Pair], rows: Sequence[Row], looked: Outcome
) -> Iterator[tuple[Answer, float | None]]:
    """Each row's answer, and the smallest difference that would have been found."""
    facts = (looked.failing.tolist(), looked.moved.tolist(), looked.noticed.tolist(), looked.doubts)
    for pair, row, failing, differs, noticed, doubt in zip(pairs, rows, *facts, strict=True):
        answer = on_fewer_rows(pair, Answer("statistical" if row.allowed is None else "tolerance"))
        if failing:
            answer = moved(_looked_at(pair, row, looked))
        elif doubt:
            answer = doubted(doubt, row.recorded)
        elif differs and pair.against == "base":
            which = moved(_looked_at(pair, row, looked))
            answer = which if which.result != "worse" else answer
        yield answer, None if math.isnan(noticed) else noticed


def _looked_at(pair: Pair, row: Row, looked: Outcome) -> Pair:
    """The pair with the values that were judged."""
    known = pair.known if len(row.recorded) == len(pair.recorded) else spread(row.recorded)
    return pair._replace(now=row.now[: max(looked.looks, 1)], known=known)
