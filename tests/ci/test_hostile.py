"""Records, files and names that a stranger made up, through the whole half that writes.

Whatever comes in: a refusal in one line, or a report with nothing alive in it, and with no better verdict than the
numbers earn.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reproof.ci import measured as handover
from reproof.ci.conclusion import check_run
from reproof.ci.trusted import Trusted
from reproof.errors import UsageError
from reproof.report.html import page
from reproof.report.markdown import COMMENT_LIMIT, comment, summary
from reproof.report.report import Context, Report
from reproof.report.text import text
from reproof.visible import visible
from tests.ci.halves import measured, trained
from tests.report.test_hostile import live
from tests.repositories import commit, git

Half = Callable[[], Trusted]
CONTEXT = Context(repository="octo/demo", pull=7, base_ref="main")
NAMES = {
    "mention": "@octocat fixes #1",
    "marker": "<!-- reproof:v1:default -->\n## ✅ **Reproduced**",
    "fold": "</summary></details><details open>",
    "command": "x\r\n::set-output name=verdict::reproduced",
    "old-command": "##[set-output name=verdict;]reproduced",
    "cell": "`auc` | 0.9 | ✅ equal |\n| x",
    "bidi": "\u202ecua\u2066 \u200b\u200d\ufeff",
    "invisible": "\u3164\U000e0041\U000e0042",
    "stacked": "e\u0300" * 300,
    "expression": "${{ secrets.GITHUB_TOKEN }} $(id) `id`",
    "state": "\n\n[reproof]: data:application/json;base64,e30=",
    "long": "auc" * 300,
    "links": "[x](javascript:alert) ![](https://evil.example/x.png) www.evil.example",
    "half-a-letter": "\ud800",
}
SHA = "sha256:" + "0" * 64


def put(record: dict[str, Any], name: str) -> None:
    """The name everywhere where a training may choose one."""
    results, observed = record["results"], record["environment"]["observed"]
    results["metrics"] += [
        {"name": f"{name}!", "slice": {}, "value": 0.1, "rows": None},
        {"name": "auc", "slice": {name: name}, "value": 0.1, "rows": 7},
    ]
    results["stages"] = [{"name": name, "key": None, "after": [name], "outputs": {}, "reused": None}]
    results["log_tail"] = [name]
    results["artifacts"] = {name: SHA}
    observed["packages"][name] = name
    observed |= {"python": name, "container": name, "runner": name}
    observed["accelerators"] = {name: name}
    record["code"]["branch"] = name
    record["config"] |= {"seeds": [{"where": name, "value": name}], "variables": {name: name}}


def rendered(report: Report, half: Trusted) -> list[str]:
    check = check_run(report, half.head, half.annotations(report))
    made = [comment(report), summary(report), page(report), text(report), json.dumps(check.summary)]
    assert len(made[0].encode()) <= COMMENT_LIMIT
    assert live(made[0]) == []
    assert live(made[1]) == []
    assert all(visible(note.message) == note.message for note in check.annotations)
    return made


def told(half: Half, data: bytes) -> Report:
    return half().report(handover.load(data), CONTEXT)


def worse(origin: Path) -> dict[str, Any]:
    """What is measured of a change that makes `auc` worse."""
    commit(origin, {"params.json": '{"rate": 0.3}'})
    made: dict[str, Any] = json.loads(handover.dump(measured(trained(origin, "topic", 2, auc=0.7))) or "")
    return made


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_of_a_record_is_only_ever_a_name(origin: Path, open_half: Half, name: str) -> None:
    values = worse(origin)
    put(values["records"][0], name)
    report = told(open_half, json.dumps(values).encode())
    assert report.comparison.verdict == "regressed"
    rendered(report, open_half())


FORGED: dict[str, Callable[[dict[str, Any]], object]] = {
    "a-value-that-is-none": lambda it: it["results"]["metrics"][0].update(value="NaN"),
    "an-infinity": lambda it: it["results"]["metrics"][0].update(value="-Infinity"),
    "no-metrics": lambda it: it["results"].update(metrics=[]),
    "a-run-of-tomorrow": lambda it: it.update(created="9999-12-31T23:59:59.999999+00:00"),
    "a-run-of-before-time": lambda it: it.update(created="0000-00-00T00:00:00+00:00"),
    "stages-in-a-circle": lambda it: it["results"].update(
        stages=[
            {"name": one, "key": None, "after": [two], "outputs": {one: SHA}, "reused": None}
            for one, two in ("ab", "ba")
        ]
    ),
    "many-packages": lambda it: it["environment"]["observed"].update(
        packages={f"p{number}": "1" for number in range(4_000)}
    ),
    "many-slices": lambda it: it["results"]["metrics"].extend(
        {"name": "auc", "slice": {"c": str(number)}, "value": 0.9, "rows": 9} for number in range(1_500)
    ),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_strange_record_is_no_better_for_it(
    origin: Path, open_half: Half, forge: Callable[[Any], object]
) -> None:
    values = worse(origin)
    forge(values["records"][0])
    report = told(open_half, json.dumps(values).encode())
    assert report.comparison.verdict == "regressed"
    rendered(report, open_half())


REFUSED: dict[str, Callable[[dict[str, Any]], object]] = {
    "a-path-of-the-root": lambda it: it["records"][0]["results"]["artifacts"].update({"/etc/passwd": SHA}),
    "a-path-above": lambda it: it["records"][0]["results"]["artifacts"].update({"a/../../x": SHA}),
    "gits-own-folder": lambda it: it["records"][0]["results"]["artifacts"].update({".GIT/config": SHA}),
    "a-metric-twice": lambda it: it["records"][0]["results"]["metrics"].append(
        it["records"][0]["results"]["metrics"][0] | {"value": 0.9}
    ),
    "a-run-twice": lambda it: it["records"].append(it["records"][0] | {"created": "2026-01-01T00:00:00+00:00"}),
    "rows-without-end": lambda it: it["records"][0]["results"]["metrics"][0].update(rows=10**4000),
    "a-number-as-text": lambda it: it["records"][0]["results"]["metrics"][0].update(value="0.9"),
    "retrains-without-end": lambda it: it.update(retrains=10**9),
    "a-verdict": lambda it: it.update(verdict="reproduced"),
    "a-key-with-a-command": lambda it: it.update({"x\n::set-output name=verdict::reproduced": 1}),
    "a-newer-schema": lambda it: it["records"][0].update(schema="reproof-run/999"),
    "one-for-true": lambda it: it["records"][0]["config"]["parameters"].update(rate=True),
}  # fmt: skip


@pytest.mark.parametrize("forge", REFUSED.values(), ids=REFUSED)
def test_a_forged_record_is_refused(origin: Path, open_half: Half, forge: Callable[[Any], object]) -> None:
    values = worse(origin)
    forge(values)
    with pytest.raises(UsageError):
        told(open_half, json.dumps(values).encode())


@pytest.mark.parametrize(
    "value",
    [
        "1e400",
        "-1e400",
        "NaN",
        "Infinity",
        "1" + "0" * 400,
        "true",
        "null",
        "[0.9]",
        '0.9, "value": 0.7',
        '"1e400"',
    ],
)
def test_a_value_that_is_no_number_of_its_own_is_refused(origin: Path, value: str) -> None:
    told = json.dumps(worse(origin))
    forged = told.replace('"value": 0.7', f'"value": {value}')
    assert forged != told
    with pytest.raises(UsageError, match="cannot be used"):
        handover.load(forged.encode())


@pytest.mark.parametrize(
    "broken",
    [
        b'{"schema":' * 100_000,
        b'{"schema": "reproof-measured/1", "head": "a", "head": "b"}',
        b'{"minutes": NaN}',
        b'{"minutes": 1e999}',
        b'{"retrains": 1' + b"0" * 5_000 + b"}",
        b"\xef\xbb\xbf{}",
        '{"schema": "reproof-measured/1"}'.encode("utf-16"),
    ],
    ids=["deep", "twice", "nan", "overflow", "digits", "mark", "utf-16"],
)
def test_json_that_should_break_a_reader_is_refused(broken: bytes) -> None:
    with pytest.raises(UsageError, match="cannot be used"):
        handover.load(broken)


ALIASES = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [{','.join([f'*{chr(97 + level)}'] * 10)}]\n"
    for level in range(9)
)
TREES: dict[str, dict[str, str]] = {
    "aliases": {"params.yaml": ALIASES},
    "depth": {"params.json": '{"a":' * 100_000 + "1" + "}" * 100_000},
    "pipeline-aliases": {"dvc.yaml": ALIASES},
    "names": {
        "a\n::error::b.py": "1",
        "@octocat|`<b>.py": "1",
        "-rf.py": "1",
        "\u202eyp.py": "2",
        " .py": "3",
    },
    "parameters": {
        "params.json": json.dumps({"a\n::error::x": 1, "`b`|@octocat": "<b>", "": "", "x" * 5000: "y" * 5000})
    },
    "requirements": {
        "requirements.txt": "-r requirements.txt\n-r ../../etc/passwd\nnumpy=="
        + "9" * 3000
        + "\n@octocat @ https://x\n"
    },
    "globs": {"pyproject.toml": f'[tool.reproof.compare.metrics."{"*a" * 40}b"]\ntolerance = 1\n'},
    "notebook": {"a.ipynb": "[" * 100_000, "b.ipynb": '{"cells":' + "[" * 5000},
    "python": {"a.py": "(" * 100_000, "b.py": "x = " + "-" * 100_000 + "1", "c.py": "\0"},
}


@pytest.mark.parametrize("files", TREES.values(), ids=TREES)
def test_a_hostile_tree_is_read_as_data(origin: Path, open_half: Half, files: dict[str, str]) -> None:
    """Its numbers are bad, so nothing that its files say may make it better."""
    head = commit(origin, files)
    try:
        run = trained(origin, "topic", 2, auc=0.7)
    except UsageError as refused:  # and so it is by the half that writes, whoever's record comes with it
        assert visible(str(refused)) == str(refused)
        run = trained(origin, "main", 2, auc=0.7)
        run = replace(run, code=replace(run.code, commit=head))
        with pytest.raises(UsageError):
            open_half().judge(measured(run))
        return
    report = open_half().report(measured(run), CONTEXT)
    assert report.comparison.verdict in ("regressed", "drifted")
    rendered(report, open_half())


def test_links_and_modules_in_a_tree_lead_nowhere(origin: Path, open_half: Half) -> None:
    for name, target in (("secret.py", "/etc/passwd"), ("one.py", "two.py"), ("two.py", "one.py")):
        (origin / name).symlink_to(target)
    git(origin, "add", "--all")
    git(origin, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},train.py")
    git(origin, "commit", "--quiet", "--message", "x")
    report = open_half().report(measured(trained(origin, "topic", 2, auc=0.7)), CONTEXT)
    assert report.comparison.verdict == "regressed"
    assert not any("root:" in made for made in rendered(report, open_half()))


def test_parameters_that_are_no_numbers_are_those_of_the_head(origin: Path, open_half: Half) -> None:
    commit(origin, {"params.json": '{"rate": NaN, "most": Infinity}'})
    data = handover.dump(measured(trained(origin, "topic", 2, auc=0.7)))
    assert data is not None
    assert told(open_half, data).comparison.verdict == "regressed"
