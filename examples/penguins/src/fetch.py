"""Stage `fetch`: the table of the Palmer penguins (CC0), as the pinned package `palmerpenguins` ships it."""

from __future__ import annotations

from palmerpenguins import load_penguins


def main() -> None:
    load_penguins().to_csv("data/penguins.csv", index=False)


if __name__ == "__main__":
    main()
