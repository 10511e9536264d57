"""Writes `docs/reference/rules/` from the rules' classes; a test says when it must be run again.

python scripts/write_docs.py
"""

from __future__ import annotations

from pathlib import Path

from reproof.lint.documentation import all_pages, index, to_markdown

FOLDER = Path(__file__).parent.parent / "docs" / "reference" / "rules"


def pages() -> dict[str, str]:
    """File name -> content of the whole folder."""
    every = all_pages()
    return {"README.md": index(every)} | {f"{page.name}.md": to_markdown(page) for page in every}


def main() -> None:
    """Write the folder anew; a page whose rule is gone goes too."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, content in wanted.items():
        (FOLDER / name).write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
