"""The cells as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.calibrate.peers import PEERS
from benchmarks.calibrate.tally import detection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEAD = (
    "| workload | n | history | false alarms | undecided | retrains | caught | by variant |\n"
    "|---|---:|---:|---:|---:|---:|---:|---|"
)


def row(cell: Mapping[str, Any]) -> str:
    """A cell as a line of the table."""
    clean, caught = cell["clean"], detection(cell)
    variants = ", ".join(f"{name} {found['alarms']:.0%}" for name, found in cell["variants"].items())
    return (
        f"| {cell['workload']} | {cell['n']} | {cell['history']} df | {clean['alarms']:.2%} "
        f"| {clean['undecided']:.1%} | {clean['retrains']:.2f} "
        f"| {'' if caught is None else f'{caught:.0%}'} | {variants} |"
    )


def print_summary(rows: Sequence[Mapping[str, Any]]) -> None:
    """All workloads together, and the peers beside."""
    print("\n| n | history | false alarms | worst workload | undecided | retrains | caught |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for one in rows:
        caught = "" if one["detection"] is None else f"{one['detection']:.0%}"
        print(
            f"| {one['n']} | {one['history']} df | {one['false_alarms']:.2%} | {one['worst']:.2%} "
            f"| {one['undecided']:.1%} | {one['retrains']:.2f} | {caught} |"
        )
    print("\nFalse alarms of other rules on the first new run (no history):\n")
    plain = [one for one in rows if not one["history"]] or rows
    print(f"| rule | {' | '.join('n = {n}'.format_map(one) for one in plain)} |")
    print("|---|" + "---:|" * len(plain))
    for name in PEERS:
        print(f"| {name} | {' | '.join(format(one['peers'][name], '.0%') for one in plain)} |")
