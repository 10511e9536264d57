"""The three rules of the hook `dirty-notebooks` together, as a commit runs them."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reproof.adapters.ruff import RuffCheck
from reproof.cli import main
from reproof.errors import Exit
from reproof.lint import linter, workers

RULES = "dirty-notebook,out-of-order-cells,undefined-in-order"
STREAM = {"output_type": "stream", "name": "stdout", "text": ["1\n"]}


def cell(source: str = "x", count: int | None = None, *tags: str, **members: Any) -> dict[str, Any]:
    metadata = {"tags": list(tags)} if tags else {}
    outputs = [STREAM] if count else []
    return {
        "cell_type": "code",
        "execution_count": count,
        "metadata": metadata,
        "outputs": outputs,
        "source": source,
    } | members


def notebook(*cells: Any, **metadata: Any) -> str:
    return json.dumps(
        {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}, indent=1
    )


def sources(*texts: str, **metadata: Any) -> str:
    return notebook(*(cell(text) for text in texts), **metadata)


Check = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Check:
    """A notebook's text and further options -> exit code, findings, stderr."""
    monkeypatch.chdir(tmp_path)

    def run(text: str | None, *options: str, select: str = RULES) -> tuple[int, list[dict[str, Any]], str]:
        if text is not None:
            Path("n.ipynb").write_text(text)
        code = main(["check", "--select", select, "--format", "json", *options, "n.ipynb"])
        captured = capfd.readouterr()
        return code, json.loads(captured.out), captured.err

    return run


def names(found: list[dict[str, Any]], rule: str = "undefined-in-order") -> list[tuple[str, int, str]]:
    return [(each["name"], each["cell"], each["kind"]) for each in found if each["rule"] == rule]


def test_where_cells_ran_out_of_order_the_safe_fix_does_not_strip(check: Check) -> None:
    text = notebook(cell("x = 1", 2), cell("x", 1))
    code, found, err = check(text, "--fix")
    assert (code, Path("n.ipynb").read_text()) == (Exit.FOUND, text)
    assert {each["rule"] for each in found} == {"dirty-notebook", "out-of-order-cells"}
    assert {each["fix"]["safe"] for each in found if each["fix"]} == {False}
    assert all("--unsafe-fixes" in each["help"] for each in found)
    assert not any("--fix" in each["message"] for each in found), "the help says that it does not help here"
    assert "up to 2 fixable with --fix --unsafe-fixes" in err
    code, found, _ = check(None, "--fix", "--unsafe-fixes")
    assert (code, found) == (Exit.FOUND, [])
    assert Path("n.ipynb").read_text() == notebook(cell("x = 1"), cell("x"))
    assert check(None, "--fix")[:2] == (Exit.FINE, [])


def test_a_disorder_that_is_meant_no_longer_holds_the_fix_back(check: Check) -> None:
    comment = "x = 1  # reproof: ignore-file[out-of-order-cells] a log of what was tried"
    code, found, _ = check(notebook(cell(comment, 2), cell("x", 1)), "--fix")
    assert code == Exit.FOUND
    assert [each["rule"] for each in found] == ["unused-ignore"]  # the counts are gone, so is what was meant
    assert json.loads(Path("n.ipynb").read_text())["cells"][0]["execution_count"] is None


def test_without_the_rule_a_notebook_is_stripped_whatever_its_counts(check: Check) -> None:
    check(notebook(cell("x = 1", 2), cell("x", 1)), "--fix", select="dirty-notebook")
    assert Path("n.ipynb").read_text() == notebook(cell("x = 1"), cell("x"))


def test_an_executed_notebook_is_complete_and_without_errors(check: Check) -> None:
    Path("reproof.toml").write_text('[check.notebooks]\npolicy = "executed"\n')
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
    broken = notebook(cell("x = 1", 1), cell("x"), cell("x", 2, outputs=[error]))
    _, found, _ = check(broken)
    assert [(each["kind"], each["cell"]) for each in found] == [("not-run", 2), ("error-output", 3)]
    assert check(notebook(cell("x = 1", 1), cell("x", 2)))[:2] == (Exit.FINE, [])


def test_a_name_is_told_with_both_cells(check: Check) -> None:
    _, found, _ = check(sources("import os\nprint(os, df)", "df = 1", "df"))
    assert names(found) == [("df", 1, "used-above")]
    (finding,) = found
    assert "used in cell 1, above cell 2, which defines it" in finding["message"]
    assert (finding["line"], finding["column"], finding["end_column"]) == (2, 11, 13)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("x", "x = 1", "x"), [("x", 1, "used-above")]),
        (("x = 1", "del x", "x"), [("x", 3, "hidden-state")]),
        (("x + y\nx = 1", "y"), [("x", 1, "used-above"), ("y", 1, "hidden-state")]),
        (("f()", "def f(): ..."), [("f", 1, "used-above")]),
        (("np.e", "import numpy as np"), [("np", 1, "used-above")]),
        (
            ("a, b", "try:\n    import a\nexcept ImportError:\n    a = b = None"),
            [("a", 1, "used-above"), ("b", 1, "used-above")],
        ),
        (("r", "with open('f') as (q, r): pass"), [("r", 1, "used-above")]),
        (("w", "if (w := 1): pass"), [("w", 1, "used-above")]),
        (("k", "match 1:\n    case 1:\n        k = 2"), [("k", 1, "used-above")]),
        (("i", "[i for i in range(3)]"), [("i", 1, "hidden-state")]),
        (("z", "def f():\n    z = 1"), [("z", 1, "hidden-state")]),
        (("[a for a in b]", "a"), [("b", 1, "hidden-state"), ("a", 2, "hidden-state")]),
        (("def f():\n    return later", "later = 1"), []),
        (("for i in range(3): pass", "i"), []),
        (("In, Out, _, __, _1, _i, _i2, _ih, get_ipython(), display(1), exit",), []),
        (("!ls\nprint(_exit_code)", "files = !ls\nfiles"), []),
        (("%time df = load()", "df"), []),
        (("%%capture out\nz = 1", "out, z"), []),
        (("%%bigquery frame --project x\nSELECT 1", "frame"), []),
        (("%%bash\nx=1", "x"), [("x", 2, "hidden-state")]),
        (("%matplotlib inline\n%load_ext autoreload", "inline"), [("inline", 2, "hidden-state")]),
        (("!pip install torch", "torch"), [("torch", 2, "hidden-state")]),
        (("%run setup.ipynb", "x"), []),
        (("%pylab inline", "x"), []),
        (("%store -r x", "x"), []),
        (("from numpy import *", "x"), []),
        (("globals()['x'] = 1", "x"), []),
        (("exec(open('a').read())", "x"), []),
        (("x  # noqa: F821", "y  # noqa"), []),
        (("await go()", "import a.b\na.b"), [("go", 1, "hidden-state")]),
    ],
)
def test_names_that_are_undefined_in_order(
    check: Check, texts: tuple[str, ...], expected: list[tuple[str, int, str]]
) -> None:
    _, found, _ = check(sources(*texts))
    assert names(found) == expected


@pytest.mark.parametrize(
    ("metadata", "configured"),
    [
        ({"papermill": {"parameters": {"spark": 1}}}, ""),
        ({"application/vnd.databricks.v1+notebook": {}}, ""),
        ({"kernelspec": {"name": "pysparkkernel"}}, ""),
        ({}, '[check.notebooks]\nbuiltins = ["spark"]\n'),
        ({"language_info": {"name": "python", "version": "2.7.12"}}, ""),
        ({"kernelspec": {"name": "python2"}}, ""),
        ({"language_info": {"name": "R"}}, ""),
    ],
)
def test_names_that_a_notebook_has_from_elsewhere_are_known(
    check: Check, metadata: dict[str, Any], configured: str
) -> None:
    Path("reproof.toml").write_text(configured)
    assert names(check(sources("spark", **metadata))[1]) == []
    Path("reproof.toml").write_text("")
    assert names(check(sources("spark"))[1]) == [("spark", 1, "hidden-state")]


def test_a_cell_that_is_meant_to_fail_is_left_alone(check: Check) -> None:
    assert names(check(notebook(cell("nothing_like_it", None, "raises-exception")))[1]) == []


@pytest.mark.parametrize(("text", "says"), [(sources("print 1", "y"), "cell 1: "), ("old", "nbformat 4")])
def test_what_is_not_checked_is_said_once_and_stops_nothing(check: Check, text: str, says: str) -> None:
    if text == "old":
        sheet = {"cells": [{"cell_type": "code", "input": "y", "language": "python", "outputs": []}]}
        text = json.dumps({"worksheets": [sheet], "metadata": {}, "nbformat": 3, "nbformat_minor": 0})
    code, found, err = check(text)
    assert (code, found) == (Exit.FINE, [])
    assert err.count("names are not checked") == 1
    assert says in err


def test_comments_silence_names_and_are_found_unused(check: Check) -> None:
    comment = "  # reproof: ignore[undefined-in-order] a session's own"
    assert check(sources(f"x{comment}"))[1] == []
    (unused,) = check(sources(f"x = 1{comment}"))[1]
    assert (unused["rule"], unused["name"]) == ("unused-ignore", "undefined-in-order")


def test_names_are_checked_anew_only_where_a_fix_changed_the_code(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    real = RuffCheck.__init__

    def counted(self: RuffCheck, files: Any) -> None:
        started.append(files)
        real(self, files)

    monkeypatch.setattr(RuffCheck, "__init__", counted)
    _, found, _ = check(notebook(cell("y = x", 1)), "--fix")
    assert names(found) == [("x", 1, "hidden-state")]
    assert json.loads(Path("n.ipynb").read_text())["cells"][0]["execution_count"] is None
    assert len(started) == 1
    Path("requirements.txt").write_text("scikit-learn==1.6.1\npyyaml==6.0.2\n")
    code = "from sklearn.linear_model import LogisticRegression\nmodel = LogisticRegression(C=0.37)\nprint(x)"
    select = f"{RULES},hardcoded-hyperparameter"
    _, found, _ = check(sources(code), "--fix", "--unsafe-fixes", select=select)
    assert "0.37" not in Path("n.ipynb").read_text()
    assert [(name, kind) for name, _, kind in names(found)] == [("x", "hidden-state")]
    assert len(started) > 2


@pytest.mark.parametrize("busy", [0.3, -1.0], ids=["one-process", "workers"])
def test_large_notebooks_are_checked_as_small_ones_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], busy: float
) -> None:
    monkeypatch.setattr(workers, "BUSY", busy)
    monkeypatch.setattr(workers, "LEAST", 0)
    monkeypatch.setattr(workers, "PAYS", -1.0)
    monkeypatch.chdir(tmp_path)
    plot = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * linter.LARGE}}
    markdown = {"cell_type": "markdown", "metadata": {}, "source": "# text"}

    def found(*outputs: Any) -> list[dict[str, Any]]:
        for number in range(6):
            cells = (
                cell("x = 1\n", outputs=list(outputs)),
                markdown,
                cell(f"y{number}"),
                cell(f"y{number} = x"),
            )
            Path(f"{number}.ipynb").write_text(notebook(*cells))
        Path("broken.ipynb").write_text(notebook(cell("z = = 1", outputs=list(outputs))))
        Path("nothing.ipynb").write_text('{"cells": ["' + "A" * len(outputs) * linter.LARGE + '"]}')
        main(["check", "--select", "undefined-in-order", "--format", "json", "."])
        captured = capfd.readouterr()
        assert "broken.ipynb: names are not checked: cell 1" in captured.err
        return json.loads(captured.out)  # type: ignore[no-any-return]

    small, large = found(), found(plot)
    assert small == large
    assert [each["name"] for each in small] == [*(f"y{number}" for number in range(6)), "nothing.ipynb"]


def program(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize(
    ("ruff", "says"),
    [
        (None, "ruff is not installed"),
        ("#!/bin/sh\necho 'error: unexpected argument' >&2\nexit 2\n", "too old?"),
        ("#!/bin/sh\necho surprise\n", "too old?"),
    ],
)
def test_a_ruff_that_is_missing_or_old_is_a_message(tmp_path: Path, ruff: str | None, says: str) -> None:
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "python").symlink_to(sys.executable)
    if ruff:
        program(bin_, "ruff", ruff)
    (tmp_path / "n.ipynb").write_text(sources("x"))
    start = f"import sys; sys.executable = {str(bin_ / 'python')!r}; from reproof.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", start, "check", "--select", "undefined-in-order", "n.ipynb"],
        cwd=tmp_path,
        env={"PATH": str(bin_), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (Exit.MISSING, "")
    assert says in done.stderr
    assert "pip install" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_ruff_and_leaves_nothing(tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "python").symlink_to(sys.executable)
    program(bin_, "ruff", f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    (tmp_path / "n.ipynb").write_text(sources("x"))
    start = f"import sys; sys.executable = {str(bin_ / 'python')!r}; from reproof.cli import main; sys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", start, "check", "--select", "undefined-in-order", "n.ipynb"],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in complaint) == (130, False)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
