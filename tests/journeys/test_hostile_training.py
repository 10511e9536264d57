"""What a pull request's training may write and print, through the job that measures: a verdict, or a refusal.

Never a bug of ours, never a command to the runner, never an output that is not ours.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.journeys.program import pull_request, reproof
from tests.repositories import commit, git, make_repository

TRAIN = "import json\njson.dump({'auc': 0.9}, open('metrics.json', 'w'))\n"
RULES = """\
[tool.reproof]
train = "python train.py"
params = ["params.json"]
metrics = ["metrics.json"]
[tool.reproof.compare.metrics.auc]
tolerance = 0.01
"""
FILES = {
    "train.py": TRAIN,
    "params.json": '{"rate": 1}',
    ".gitignore": "metrics.json\n",
    "pyproject.toml": RULES,
}
HEAD = "import json, os, sys\nout = open('metrics.json', 'w')\n"
WORSE = "json.dump({'auc': 0.7}, out)\n"
TOLD = "told = [name for name in os.environ if name in ('GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH')]\n"
TRAININGS = {
    "half-a-letter": (r"""out.write(r'{"auc": 0.7, "\ud800": 1, "a[c=\udfff]": 1}')""", 1),
    "names": (
        r"""json.dump({'auc': 0.7, '::error::x': 1, 'a\n::error::y': 1, '##[z]': 1, 'a[c=\n::e::]': 1}, out)""",
        1,
    ),
    "a-long-name": ("json.dump({'auc': 0.7, 'x' * 10_000_000: 1}, out)", 1),
    "a-line-without-end": (
        f"sys.stdout.write('A' * 20_000_000 + chr(10) + '::error::x' + chr(10)); {WORSE}",
        1,
    ),
    "commands": (rf"print('a\r::error::x\r##[error]y\x1b[2J\n \u2003::add-mask::z\n' * 9); {WORSE}", 1),
    "no-number": ("json.dump({'auc': float('nan')}, out)", 1),
    "beyond-every-float": ("""out.write('{"auc": 1e999}')""", 1),
    "digits": ("out.write('{\"auc\": 1' + '0' * 5000 + '}')", 5),
    "depth": ("out.write('{\"a\":' * 200000 + '1' + '}' * 200000)", 5),
    "a-key-twice": ("""out.write('{"auc": 0.7, "auc": 0.9}')""", 5),
    "twice": ("""out.write('{"auc[a=b]": 0.9, "slices": {"a": {"b": {"auc": 0.1}}}}')""", 5),
    "its-own-rules": (
        f"open('pyproject.toml', 'w').write('[tool.reproof.compare]\\nfail-on = []\\n'); {WORSE}",
        1,
    ),
    "its-own-inputs": (f"open('params.json', 'w').write('{{\"rate\": 2}}'); {WORSE}", 5),
    "its-own-code": (f"open('train.py', 'a').write('# more'); {WORSE}", 5),
    "a-new-file": (f"open('notes.py', 'w').write('x = 1'); {WORSE}", 5),
    "another-head": (f"os.system('git commit -qm x --allow-empty; git branch -f main HEAD'); {WORSE}", 1),
    "a-failure": (r"print('::error::x\n##[group]'); sys.exit('::error::boom')", 5),
    "outputs": (
        f"{TOLD}[open(os.environ[name], 'a').write('verdict=reproduced') for name in told]; {WORSE}",
        1,
    ),
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_repository(tmp_path_factory.mktemp("recorded") / "project", FILES)
    assert reproof(root, "run", "--baseline").returncode == 0
    return root


def on_a_branch(recorded: Path, folder: Path) -> Path:
    shutil.copytree(recorded, folder / "project", symlinks=True)
    git(folder / "project", "switch", "--quiet", "--create", "topic")
    return folder / "project"


def commands_in(log: str) -> list[str]:
    ours = re.compile(r"::(error|warning|notice) title=reproof::")
    lines = [line for line in re.split("[\r\n]", log) if line.lstrip().startswith("::") or "##[" in line]
    return [line for line in lines if not ours.match(line)]


@pytest.mark.parametrize(("source", "code"), TRAININGS.values(), ids=TRAININGS)
def test_a_training_says_nothing_but_numbers(recorded: Path, tmp_path: Path, source: str, code: int) -> None:
    root = on_a_branch(recorded, tmp_path)
    commit(root, {"train.py": f"{HEAD}{source}\n"})
    found, log = pull_request(root, GITHUB_ACTIONS="true")
    assert found == code, log[-3000:]
    assert commands_in(log) == []
    outputs = (tmp_path / "outputs").read_text()
    ends = re.findall(r"^verdict<<(\S+)\n(\w+)\n\1$", outputs, re.MULTILINE)
    assert [verdict for _, verdict in ends] == ["failed" if code == 5 else "regressed"]
    assert "verdict=" not in outputs
    assert json.loads((tmp_path / "report/report.json").read_text())["verdict"] == ends[0][1]


def test_a_file_whose_name_is_no_text_is_a_changed_file(recorded: Path, tmp_path: Path) -> None:
    root = on_a_branch(recorded, tmp_path)
    (root / "b\udcff.py").write_text("1\n")
    commit(root, {"train.py": f"{HEAD}{WORSE}"})
    code, log = pull_request(root, GITHUB_ACTIONS="true")
    assert code == 1, log[-3000:]
    changed = json.loads((tmp_path / "report/report.json").read_text())["changes"]["code"]
    assert [one["path"] for one in changed] == ["b\udcff.py", "train.py"]
