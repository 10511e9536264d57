"""How right `unpinned-dependency` is on a labelled corpus: precision and recall by format.

    python -m benchmarks.dependencies.score CORPUS MIRROR [--worst 15]

CORPUS is a folder with `files.jsonl`, `labels.jsonl`, `materialize.py` and `score.py`: which files of which public
repositories, at which commit, and what a person said of each dependency. MIRROR holds their git directories,
`<owner>+<name>/repo` each. The files are laid out in a temporary folder, the real command looks at them, and
the corpus's own scorer judges; nothing is fetched and nothing is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

RULE = "unpinned-dependency"


def findings(folder: Path) -> list[dict[str, object]]:
    """What the rule finds in one repository's folder, in the scorer's form (cells counted from 0)."""
    command = [sys.executable, "-m", "reproof", "check", "--format", "json", "--select", RULE, "."]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"reproof check ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    return [
        {
            "path": f"{folder.name}/{each['path']}",
            "line": each["line"],
            "name": each["name"],
            **({} if each["cell"] is None else {"cell": each["cell"] - 1, "cell_line": each["line"]}),
        }
        for each in json.loads(done.stdout)
        if each["rule"] == RULE
    ]


def main() -> None:
    """Lay out, check, score."""
    parser = argparse.ArgumentParser(description="precision and recall of unpinned-dependency, by format")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("mirror", type=Path)
    parser.add_argument("--worst", default="15")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch, "files")
        materialize = [sys.executable, str(given.corpus / "materialize.py"), "--mirror", str(given.mirror)]
        subprocess.run([*materialize, "--out", str(out), "--git"], check=False)
        found = [each for folder in sorted(out.iterdir()) for each in findings(folder)]
        told = Path(scratch, "findings.jsonl")
        told.write_text("".join(json.dumps(each) + "\n" for each in found), encoding="utf-8")
        score = [sys.executable, str(given.corpus / "score.py"), str(told), "--worst", given.worst]
        subprocess.run(score, check=True)


if __name__ == "__main__":
    main()
