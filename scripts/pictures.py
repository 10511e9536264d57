"""The pictures of the documentation: golden reports much as GitHub shows a comment, in two widths, light and dark.

    make pictures

Needs chromium, and node with npm for the browser's driver, which the tests use, too. Nothing is fetched while a
page is drawn.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

from reproof.report import html
from scripts.palette import with_palette
from tests.e2e.github_api import node_modules
from tests.report.cases import VERDICTS

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
GOLDEN = ROOT / "tests" / "report" / "golden"
SHOWN = ("regressed", "drifted", "failed", "reproduced")
WIDTHS = (900, 390)
SCHEMES = ("light", "dark")
STYLE = """
:root { color-scheme: light dark; --ground: #ffffff; --text: #1f2328; --pale: #59636e; --line: #d1d9e0;
  --band: #f6f8fa; --code: #eff1f3; --link: #0969da; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --text: #f0f6fc; --pale: #9198a1; --line: #3d444d;
  --band: #151b23; --code: #262c36; --link: #4493f8; } }
body { margin: 0; padding: 8px; background: var(--ground); color: var(--text);
  font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
article { border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
header { padding: 6px 12px; background: var(--band); border-bottom: 1px solid var(--line); color: var(--pale); }
header b { color: var(--text); }
main { padding: 12px; overflow-wrap: break-word; }
h2 { margin: 0 0 12px; padding-bottom: 5px; border-bottom: 1px solid var(--line);
  font-size: 21px; line-height: 1.25; }
h3 { margin: 18px 0 10px; font-size: 17px; line-height: 1.25; }
p, table, pre, details { margin: 0 0 12px; }
main > :last-child { margin-bottom: 0; }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-collapse: collapse; }
th, td { padding: 5px 12px; border: 1px solid var(--line); }
tr:nth-child(2n) { background: var(--band); }
code, pre { font: 12px/1.45 ui-monospace, "Liberation Mono", Menlo, "DejaVu Sans Mono", monospace; }
code { padding: 2px 5px; border-radius: 6px; background: var(--code); }
h2 code { font-size: 20px; }
pre { padding: 12px; border-radius: 6px; background: var(--band); overflow: auto; }
pre code { padding: 0; background: none; }
a { color: var(--link); text-decoration: none; }
"""


def page(markdown: str) -> str:
    """A comment of ours as a page. The HTML in it is ours, and the state at its end is a link that GitHub hides."""
    markdown = markdown.partition("\n[reproof]: ")[0]
    body = MarkdownIt("gfm-like", {"html": True, "breaks": True, "linkify": False}).render(markdown)
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>reproof</title><style>{STYLE}</style>'
        f"<article><header><b>github-actions</b> commented</header><main>{body}</main></article></html>"
    )


def main() -> None:
    """Draw everything anew; says what it wrote and how large it is."""
    chromium, node = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("node")
    if not chromium or not node or not shutil.which("npm"):
        sys.exit("pictures: needs chromium, node and npm on PATH")
    pages = {name: page((GOLDEN / f"{name}.comment.md").read_text(encoding="utf-8")) for name in SHOWN}
    pages["demo"] = page((IMAGES / "report.md").read_text(encoding="utf-8"))
    pages["charts"] = html.page(VERDICTS["regressed"])
    with tempfile.TemporaryDirectory() as folder:
        asked = []
        for name, text in pages.items():
            file = Path(folder, f"{name}.html")
            file.write_text(text, encoding="utf-8")
            asked += [
                {
                    "file": str(file),
                    "width": width,
                    "height": 1,
                    "scheme": scheme,
                    "picture": f"{folder}/{name}-{width}-{scheme}.png",
                }
                for width in (WIDTHS if name in SHOWN else WIDTHS[:1])
                for scheme in SCHEMES
            ]
        look = ROOT / "tests" / "e2e" / "look.mjs"
        command = [node, look, node_modules(), chromium, json.dumps(asked)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for drawn in sorted(Path(folder).glob("*.png")):
            small = with_palette(drawn.read_bytes())
            (IMAGES / drawn.name).write_bytes(small)
            print(f"{drawn.name}: {len(small) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
