"""`reproof init` as a program: what it writes works, what is there stays, pinned numerics reach the training."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from reproof import __version__
from reproof.config import ConfigError, load_config
from reproof.runs.capture.environment.flags import FLAGS, PINNED, PINNED_BESIDE, are_pinned, pins_for
from reproof.starting import files
from tests.journeys.program import PATH, ran, reproof
from tests.repositories import git, make_repository

ROOT = Path(__file__).parents[2]
WRITTEN = ("reproof.toml", ".pre-commit-config.yaml", *files.WORKFLOWS)
TRAIN = """\
import json, os
import numpy
names = ("OPENBLAS_CORETYPE", "OMP_NUM_THREADS")
print("seen:", *(os.environ.get(name) for name in names))
json.dump({"loss": float(numpy.ones(3).sum())}, open("metrics.json", "w"))
"""
PLAIN = {"train.py": TRAIN, "requirements.txt": "numpy==2.1.3\n", ".gitignore": "metrics.json\n"}


def content(root: Path) -> dict[str, bytes]:
    """All files of a work tree, git's own aside."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


def test_what_is_written_works_and_a_second_time_nothing_is(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "a", PLAIN)
    shown = ran(root, "init", "--dry-run")
    assert [line for line in shown.splitlines() if line.startswith("would")] == [
        f"would write {path}:" for path in WRITTEN
    ]
    assert set(content(root)) == set(PLAIN)
    assert ran(root, "init").splitlines() == [f"wrote {path}" for path in WRITTEN]
    before = content(root)
    assert set(before) == {*PLAIN, *WRITTEN}
    again = reproof(root, "init")
    assert (again.returncode, again.stderr) == (0, "nothing to write: everything is there\n")
    assert {line.split(":")[0] for line in again.stdout.splitlines()} == {f"kept {path}" for path in WRITTEN}
    assert content(root) == before
    hooks = yaml.safe_load(before[".pre-commit-config.yaml"])
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    known = {hook["id"] for hook in manifest}
    assert known >= {hook["id"] for hook in hooks["repos"][0]["hooks"]}
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Set up")
    assert ran(root, "check") == ""
    assert (
        json.loads(ran(root, "run", "--format", "json", PATH=PATH))["results"]["metrics"][0]["value"] == 3.0
    )


@pytest.mark.parametrize(
    ("path", "starter"),
    [
        (".github/workflows/reproof.yml", "pull-request-comment.yml"),
        (".github/workflows/reproof-record.yml", "record.yml"),
    ],
)
def test_the_workflows_are_the_starters(path: str, starter: str) -> None:
    assert files.workflow(path, "main") == (ROOT / "workflows" / starter).read_text()


def test_an_environment_that_git_ignores_is_not_named_in_shared_configuration(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "a", PLAIN | {".gitignore": "metrics.json\n.venv\n"})
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").touch()
    done = reproof(root, "init")
    assert done.returncode == 0, done.stderr
    assert tomllib.loads((root / "reproof.toml").read_text()) == {}
    assert "  . .venv/bin/activate    # trainings take the `python` on the PATH\n" in done.stderr


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[tool.reproof]\ntrain = 'a'\n", "In reproof.toml the keys stand at the top level"),
        ("strict = true\n", "Did you mean check.strict?"),
        ("retrain = 3\n", "Did you mean compare.retrains?"),
        ("metric = []\n", "Did you mean metrics?"),
        ("[check]\nstrickt = true\n", "Did you mean check.strict?"),
    ],
)
def test_a_key_in_the_wrong_place_is_told_where_it_belongs(tmp_path: Path, text: str, hint: str) -> None:
    (tmp_path / "reproof.toml").write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_config(str(tmp_path))
    assert str(refused.value.hint).startswith(hint)


def test_the_default_branch_is_the_one_that_is_recorded(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "a", PLAIN)
    git(root, "branch", "-m", "main", 'tr"unk')
    git(root, "checkout", "-qb", "work")
    git(root, "update-ref", "refs/remotes/origin/HEAD", "HEAD")
    git(root, "symbolic-ref", "refs/remotes/origin/HEAD", 'refs/remotes/origin/tr"unk')
    ran(root, "init")
    record = yaml.safe_load((root / ".github/workflows/reproof-record.yml").read_text())
    assert record[True]["push"]["branches"] == ['tr"unk']


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ({"src/train.py": TRAIN}, {"train": "python src/train.py"}),
        ({"src/my train.py": "", "a b/train.py": TRAIN}, {"train": "python 'a b/train.py'"}),
        ({"a/train.py": "", "b/train.py": ""}, {}),
        ({"train.py": TRAIN, "out/metrics.json": "{}"}, {"metrics": ["out/metrics.json"]}),
        ({"dvc.yaml": "stages: {}\n", "out/metrics.json": "{}", "src/train.py": ""}, {}),
        ({"train.py": "", ".venv/bin/python": ""}, {"python": ".venv/bin/python"}),
        ({'q"\\/train.py': ""}, {"train": "python 'q\"\\/train.py'"}),
    ],
)
def test_the_configuration_holds_what_is_no_default(
    tmp_path: Path, made: dict[str, str], expected: dict[str, object]
) -> None:
    root = make_repository(tmp_path / "a", made)
    ran(root, "init")
    assert tomllib.loads((root / "reproof.toml").read_text()) == expected
    load_config(str(root))


def test_what_is_there_stays_and_is_told(tmp_path: Path) -> None:
    own = {
        ".pre-commit-config.yaml": "repos: []\n",
        "pyproject.toml": "[tool.reproof]\r\ntimeout = '2h'\r\n",
        ".github/workflows/reproof.yml": "on: push\n",
    }
    root = make_repository(tmp_path / "a", PLAIN | own)
    before = content(root)
    said = ran(root, "init")
    assert "kept pyproject.toml: it configures reproof already" in said
    assert "kept .pre-commit-config.yaml: it is there already; add below `repos:`" in said
    assert "      - repo: https://github.com/reproof-ml/reproof" in said
    assert "kept .github/workflows/reproof.yml: it is there already" in said
    again = reproof(root, "init").stderr
    assert again.startswith("nothing to write: what could be added stands above\n")
    assert f"the hooks name v{__version__}: see that this release is there" in again
    after = content(root)
    assert {path: after[path] for path in before} == before
    assert set(after) - set(before) == {".github/workflows/reproof-record.yml"}


@pytest.mark.parametrize(
    "entry",
    [
        "{repo: /home/ada/reproof, rev: 0a1b2c3, hooks: [{id: unpinned-dependencies}]}",
        "{repo: ../reproof, rev: v1, hooks: [{id: 'dirty-notebooks'}]}",
        "{repo: local, hooks: [{id: ours, name: ours, language: system, entry: reproof check}]}",
    ],
)
def test_hooks_of_a_clone_are_there_as_those_of_the_release_are(tmp_path: Path, entry: str) -> None:
    root = make_repository(tmp_path / "a", PLAIN | {".pre-commit-config.yaml": f"repos:\n- {entry}\n"})
    assert "kept .pre-commit-config.yaml: it has the hooks already" in ran(root, "init")
    other = entry.replace("dirty-notebooks", "dirty-notebooks-too").replace("reproof check", "check")
    other = other.replace("unpinned-dependencies", "dependencies")
    (root / ".pre-commit-config.yaml").write_text(f"repos:\n# - {entry}\n- {other}\n")
    assert "add below `repos:`" in ran(root, "init")


def test_that_the_release_may_not_be_there_is_said_where_one_is_named(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "a", PLAIN)
    said = reproof(root, "init").stderr
    assert f"the hooks name v{__version__}, the workflows name v1: see that this release is there" in said
    assert "  git ls-remote --tags https://github.com/reproof-ml/reproof\n" in said


def test_hooks_workflows_and_other_forges_are_seen(tmp_path: Path) -> None:
    uses = "jobs: {a: {steps: [{uses: reproof-ml/reproof@v1}]}}\n"
    root = make_repository(tmp_path / "a", PLAIN | {".github/workflows/ci.yml": uses})
    assert "kept .github/workflows/ci.yml: it uses reproof already" in ran(root, "init")
    root = make_repository(tmp_path / "b", PLAIN)
    git(root, "remote", "add", "origin", "https://me:secret@gitlab.com/a/b.git")
    said = ran(root, "init")
    assert "kept .github/workflows/: it is for GitHub, and origin is https://***@gitlab.com/a/b.git" in said
    assert not (root / ".github").exists()


@pytest.mark.parametrize("link", ["reproof.toml", ".github", ".github/workflows", ".pre-commit-config.yaml"])
def test_nothing_is_written_through_a_link(tmp_path: Path, link: str) -> None:
    root = make_repository(tmp_path / "a", PLAIN)
    outside = tmp_path / "outside"
    (root / link).parent.mkdir(exist_ok=True)
    os.symlink(outside, root / link)
    assert ran(root, "init")
    assert not outside.exists()
    outside.mkdir()
    assert "Traceback" not in reproof(root, "init").stderr
    assert list(outside.iterdir()) == []


def test_without_a_repository_or_with_a_broken_configuration_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert "not in a git repository" in reproof(tmp_path / "plain", "init").stderr
    root = make_repository(tmp_path / "a", PLAIN | {"reproof.toml": "train = 1\n"})
    broken = reproof(root, "init", "--pin-numerics")
    assert (broken.returncode, "train must be a command" in broken.stderr) == (2, True)
    assert set(content(root)) == {*PLAIN, "reproof.toml"}


def test_pinned_numerics_reach_the_training_and_its_record(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "a", PLAIN)
    ran(root, "init", "--pin-numerics")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Set up")
    done = reproof(root, "run", "--format", "json", OMP_NUM_THREADS="7", PATH=PATH)
    assert "seen: Haswell 2" in done.stderr, "the configuration is the same on all machines, a shell is not"
    record = json.loads(done.stdout)
    observed = record["environment"]["observed"]
    assert are_pinned(observed["determinism"])
    assert observed["determinism"]["OPENBLAS_NUM_THREADS"] == "2"
    pieces = observed["numeric_class"]
    assert "avx512" not in pieces.get("instructions", "")
    assert pieces.get("openblas core (numpy)", "Haswell") == "Haswell"


@pytest.mark.parametrize("name", ["pyproject.toml", "reproof.toml"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_configuration_gets_its_pins_appended_and_nothing_else(
    tmp_path: Path, name: str, newline: str, end: str
) -> None:
    section = "[tool.reproof.compare]" if name == "pyproject.toml" else "[compare]"
    old = f"# ours{newline}{section}{newline}retrains = 3{end and newline}".encode()
    root = make_repository(tmp_path / "a", PLAIN)
    (root / name).write_bytes(old)
    (root / name).chmod(0o640)
    assert f"appended to {name}" in ran(root, "init", "--pin-numerics")
    new = (root / name).read_bytes()
    assert new.startswith(old)
    assert (b"\r\n" in new) == (b"\r\n" in old)
    assert (root / name).stat().st_mode & 0o777 == 0o640
    config = load_config(str(root))
    assert config.compare.retrains == 3
    assert are_pinned(dict(config.numerics))
    assert f"kept {name}: it pins numerics already" in ran(root, "init", "--pin-numerics")
    assert (root / name).read_bytes() == new


def test_a_table_that_cannot_be_appended_is_printed(tmp_path: Path) -> None:
    old = "tool.reproof = {timeout = '1h'}\n"
    root = make_repository(tmp_path / "a", PLAIN | {"pyproject.toml": old})
    said = ran(root, "init", "--pin-numerics")
    assert "kept pyproject.toml: it is no file that a table can be appended to" in said
    assert "    [tool.reproof.numerics]" in said
    assert (root / "pyproject.toml").read_text() == old


@pytest.mark.parametrize(
    ("file", "text", "packages"),
    [
        ("requirements.txt", "scikit-learn==1.6.1\n", ("numpy",)),
        ("pyproject.toml", '[project]\ndependencies = ["torch>=2", "jax[cpu]"]\n', ("torch", "jax")),
        ("environment.yml", "dependencies:\n- pip:\n  - tensorflow_cpu==2\n", ("tensorflow",)),
        ("uv.lock", '[[package]]\nname = "pytorch-lightning"\n', ("torch",)),
        ("requirements.txt", "\udcff\udcfe\x00", ()),
        ("notes.txt", "torch\n", ()),
    ],
)
def test_each_framework_that_is_used_gets_its_pins(
    tmp_path: Path, file: str, text: str, packages: tuple[str, ...]
) -> None:
    root = make_repository(tmp_path / "a", {"train.py": ""})
    (root / file).write_bytes(text.encode("utf-8", "surrogateescape"))
    ran(root, "init", "--pin-numerics", PATH=f"{tmp_path}:/usr/bin:/bin")
    pinned = dict(load_config(str(root)).numerics)
    assert pinned == {name: value for name, (value, _) in pins_for(packages).items()}


def test_pins_are_flags_and_each_says_why() -> None:
    everything = pins_for(tuple(PINNED_BESIDE))
    assert set(everything) <= set(FLAGS)
    assert set(PINNED) == set(pins_for(()))
    assert all(why for _, why in everything.values())


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('OMP_NUM_THREAD = "2"', "such as OMP_NUM_THREADS"),
        ('LD_PRELOAD = "evil.so"', "numerics.LD_PRELOAD must be a variable that decides floating point bits"),
        ("OMP_NUM_THREADS = 2", "numerics.OMP_NUM_THREADS must be a string, not 2"),
        ('OMP_NUM_THREADS = "2\\u0000"', "must be a string"),
    ],
)
def test_other_variables_are_refused(tmp_path: Path, table: str, says: str) -> None:
    root = make_repository(tmp_path / "a", PLAIN | {"reproof.toml": f"[numerics]\n{table}\n"})
    done = reproof(root, "check")
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr


def test_the_wheel_holds_the_workflows() -> None:
    """They are read when `init` runs, from wherever reproof is installed."""
    for starter in files.WORKFLOWS.values():
        assert (ROOT / "src/reproof/starting" / starter).is_file()
    program = (
        "import reproof.starting.files as f; print(len(f.workflow('.github/workflows/reproof.yml', 'x')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd="/", capture_output=True, text=True, check=True
    )
    assert int(done.stdout) > 500
