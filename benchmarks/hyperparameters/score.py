"""How right `hardcoded-hyperparameter` is on a corpus that people labelled.

    python -m benchmarks.hyperparameters.score FOLDER [--mirror DIR] [--strict] [--top 10] [--json]

FOLDER has `files.jsonl` and `labels.jsonl` (`corpus.py`); the files are laid out at their commits
(`sources.py`), the real `reproof check` looks at them, and its findings are judged (`judging.py`). Without
`--mirror` the public repositories are fetched to `.cache/`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.hyperparameters.checked import RULE, Found, check, code_line, place
from benchmarks.hyperparameters.corpus import Corpus, Label, Spot, read_corpus
from benchmarks.hyperparameters.judging import Counts, Judged, intervals, judge
from benchmarks.hyperparameters.sources import lay_out

T = TypeVar("T")
CACHE = Path(__file__).parents[2] / ".cache" / "hyperparameters" / "repositories"


def main(argv: Sequence[str] | None = None) -> int:
    """Score and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mirror", type=Path, help="a folder of git directories, <owner>+<name> each")
    parser.add_argument("--strict", action="store_true", help="also what is debatable")
    parser.add_argument("--top", type=int, default=10, help="how many mistakes of each sort to show")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    corpus = read_corpus(args.folder)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        lay_out(corpus.files.values(), folder, args.mirror, CACHE)
        findings = check(folder, sorted(corpus.files), strict=args.strict)
        # A file that cannot be read or crashes the rule is told, and is no finding about a line.
        others = [one for one in findings if one.rule != RULE]
        judged = judge(corpus, (one for one in findings if one.rule == RULE))
        if args.json:
            print(json.dumps(summary(corpus, judged, others, folder), indent=1))
        else:
            show(corpus, judged, others, folder, args.top)
    return 0


def slices(corpus: Corpus, judged: Judged) -> dict[str, Counts]:
    """The counts of the whole, of each file type, and of each kind."""
    table = {"all": judged.counts(corpus.files)}
    for kind in sorted({source.kind for source in corpus.files.values()}):
        table[f".{kind}"] = judged.counts(
            path for path, source in corpus.files.items() if source.kind == kind
        )
    for category in sorted({label.category for label in corpus.labels if label.confidence == "must"}):
        table[category] = judged.counts(corpus.files, category)
    return table


def show(corpus: Corpus, judged: Judged, others: list[Found], folder: Path, top: int) -> None:
    """Print the tables and the worst mistakes."""
    edges = intervals([judged.counts([path]) for path in corpus.files])
    print(f"{len(corpus.files)} files, {len(corpus.labels)} labels")
    print(
        f"{'':<15}{'precision':>10}{'recall':>8}{'F1':>7}{'correct':>9}{'wrong':>7}{'ignored':>9}{'musts':>11}"
    )
    for name, counts in slices(corpus, judged).items():
        rates = f"{counts.precision:>10.3f}{counts.recall:>8.3f}{counts.f1:>7.3f}"
        print(
            f"{name:<15}{rates}{counts.correct:>9}{counts.wrong:>7}{counts.ignored:>9}"
            f"{counts.found:>6}/{counts.musts}"
        )
    told = ", ".join(f"{name} [{low:.3f}, {high:.3f}]" for name, (low, high) in edges.items())
    print(f"95 % over files: {told}")
    for one in others:
        print(f"not checked: {one.place}: {one.rule}: {one.message}")
    print(f"\nwrong: {len(judged.wrong)}; the files with the most first")
    for spot, one in worst_first(judged.wrong)[:top]:
        print(f"  {place(*spot)}: [{one.kind}] {one.name} | {code_line(folder, *spot)}")
    print(f"\nmissed: {len(judged.missed)}; the files with the most first")
    for spot, label in worst_first({(one.path, one.cell, one.line): one for one in judged.missed})[:top]:
        print(f"  {place(*spot)}: [{label.category}] | {code_line(folder, *spot)}")


def worst_first(mistakes: Mapping[Spot, T]) -> list[tuple[Spot, T]]:
    """Mistakes in reading order, those of the file with the most before the others."""
    count = Counter(path for path, _, _ in mistakes)
    return sorted(
        mistakes.items(),
        key=lambda item: (
            -count[item[0][0]],
            item[0][0],
            -1 if item[0][1] is None else item[0][1],
            item[0][2],
        ),
    )


def summary(corpus: Corpus, judged: Judged, others: list[Found], folder: Path) -> dict[str, Any]:
    """All that is known, for programs."""
    rows = {
        name: {**counts._asdict(), "precision": counts.precision, "recall": counts.recall, "f1": counts.f1}
        for name, counts in slices(corpus, judged).items()
    }

    def missed(label: Label) -> dict[str, Any]:
        code = code_line(folder, label.path, label.cell, label.line)
        return {**label._asdict(), "lines": sorted(label.lines), "code": code}

    return {
        "files": len(corpus.files),
        "labels": len(corpus.labels),
        "scores": rows,
        "intervals": intervals([judged.counts([path]) for path in corpus.files]),
        "wrong": [
            {**one._asdict(), "code": code_line(folder, *spot)} for spot, one in worst_first(judged.wrong)
        ],
        "missed": [missed(label) for label in judged.missed],
        "not_checked": [one._asdict() for one in others],
    }


if __name__ == "__main__":
    raise SystemExit(main())
