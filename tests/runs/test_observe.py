"""What was found when a training ran: real interpreters are asked, and false ones answer."""

from __future__ import annotations

import ast
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from importlib.metadata import distributions
from pathlib import Path

import pytest

from reproof.errors import MissingToolError
from reproof.runs import schema
from reproof.runs.capture.environment import observe as observing
from reproof.runs.capture.environment.flags import FLAGS, PINNED, are_pinned
from reproof.runs.capture.environment.numeric import numeric_class
from reproof.runs.capture.environment.observe import Found, installed_packages, observe
from reproof.runs.record import Observed
from tests.runs.records import record

PROBES = Path(observing.PROBES)
SECRET = "hunter2hunter2"
PLAIN = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def look(python: str | Path = sys.executable, folder: str | Path = ".", **environ: str) -> Observed:
    return observe(str(python), str(folder), PLAIN | environ).observed


@pytest.fixture(scope="module")
def here() -> Found:
    """The interpreter of the tests, which has numpy and scipy."""
    return observe(sys.executable, ".", PLAIN)


def test_the_training_s_interpreter_says_what_it_is(here: Found) -> None:
    observed = here.observed
    assert observed.python == f"CPython {sys.version.split()[0]}"
    assert {"pytest", "hypothesis", "packaging"} <= dict(observed.packages).keys()
    assert dict(observed.interpreter)["executable"].startswith("sha256:")
    assert {"os", "kernel", "architecture", "cores"} <= dict(observed.machine).keys()
    assert dict(observed.machine)["cores"] == str(len(os.sched_getaffinity(0)))
    assert dict(here.markers)["python_version"] == ".".join(map(str, sys.version_info[:2]))
    assert observed.accelerators, "that there is no GPU is said, too"


def test_the_numeric_class_names_what_decides_bits(here: Found) -> None:
    pieces = dict(here.observed.numeric_class or ())
    assert {"architecture", "numpy kernels", "numpy arithmetic"} <= pieces.keys()
    blas = [name for name in pieces if name.startswith(("openblas core", "mkl branch", "blis core", "blas"))]
    assert blas, pieces
    assert len(pieces["numpy arithmetic"]) == 16
    assert pieces.items() >= {item for item in here.observed.libraries if item[0] in pieces}


def test_it_is_the_same_each_time(here: Found) -> None:
    times = 100 if "REPROOF_HEAVY" in os.environ else 5
    assert {look().numeric_class for _ in range(times)} == {here.observed.numeric_class}


@pytest.mark.skipif(
    os.uname().machine != "x86_64" or len(os.sched_getaffinity(0)) < 2, reason="two cores of x86-64"
)
def test_another_core_or_another_number_of_threads_is_another_class() -> None:
    classes = [
        dict(look(**environ).numeric_class or ())
        for environ in (
            {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "1"},
            {"OPENBLAS_CORETYPE": "Sandybridge", "OPENBLAS_NUM_THREADS": "1"},
            {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "2"},
        )
    ]
    plain, core, threads = classes
    name = next(name for name in plain if name.startswith("openblas core"))
    assert (plain[name], core[name]) == ("Haswell", "Sandybridge")
    assert core["numpy arithmetic"] != plain["numpy arithmetic"]
    assert [each[name.replace("core", "threads")] for each in (plain, threads)] == ["1", "2"]


def test_it_sees_what_the_training_sees_and_runs_nothing_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the folder was imported')\n")
    (tmp_path / "hashlib.py").write_text("raise SystemExit('the folder was imported')\n")
    observed = look(folder=tmp_path, OMP_NUM_THREADS="3", PYTHONPATH=str(tmp_path), HF_HOME="/home/somebody")
    assert observed.determinism == (("OMP_NUM_THREADS", "3"),)
    assert "/home/somebody" not in repr(observed)


ORIGINS: Mapping[str, tuple[object, str | None]] = {
    "from-git": (
        {"url": f"https://me:{SECRET}@example.org/x", "vcs_info": {"vcs": "git", "commit_id": "a" * 40}},
        "git+https://example.org/x@" + "a" * 40,
    ),
    "by-ssh": (
        {"url": "ssh://git@example.org/x", "vcs_info": {"vcs": "git", "commit_id": "a" * 40}},
        "git+ssh://git@example.org/x@" + "a" * 40,
    ),
    "from-a-part": (
        {
            "url": "https://example.org/x",
            "vcs_info": {"vcs": "git", "commit_id": "a" * 40},
            "subdirectory": "sub",
        },
        "git+https://example.org/x@" + "a" * 40 + "#subdirectory=sub",
    ),
    "signed": (
        {
            "url": f"https://bucket.example.org/x.whl?signature={SECRET}",
            "archive_info": {"hash": "sha256=" + "b" * 64},
        },
        "https://bucket.example.org/x.whl#sha256=" + "b" * 64,
    ),
    "elsewhere": ({"url": "file:///home/somebody/x", "dir_info": {}}, "local: outside of the repository"),
    "from-an-index": (None, None),
    "broken": ("{", None),
    "odd": ([1], None),
    "deep": ("[" * 100_000, None),
}


def installed(folder: Path, name: str, direct: object = None, version: str = "1.0") -> None:
    """A package as an installer leaves it, without code."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "INSTALLER").write_text("uv\n")
    if direct is not None:
        text = direct if isinstance(direct, str) else json.dumps(direct)
        (info / "direct_url.json").write_text(text)


def test_packages_are_told_with_where_they_came_from(tmp_path: Path) -> None:
    for name, (direct, _) in ORIGINS.items():
        installed(tmp_path / "site", name, direct)
    installed(tmp_path / "site", "here", {"url": tmp_path.as_uri(), "dir_info": {"editable": True}})
    farm = {"url": "file:///home/conda/feedstock_root/work", "dir_info": {}}
    installed(tmp_path / "site", "of-a-channel", farm)
    (tmp_path / "site/of_a_channel-1.0.dist-info/INSTALLER").write_text("conda\n")
    installed(tmp_path / "site", "below", {"url": (tmp_path / "libs/a b").as_uri(), "dir_info": {}})
    (tmp_path / "site/half_removed-1.0.dist-info").mkdir()
    environ = PLAIN | {"PYTHONPATH": str(tmp_path / "site"), "PIP_PASSWORD": SECRET}
    packages, origins = installed_packages(sys.executable, str(tmp_path), environ)
    expected = {name: origin for name, (_, origin) in ORIGINS.items() if origin}
    expected |= {"here": "editable: .", "below": "local: libs/a b"}
    assert {name: origins[name] for name in origins if name in ORIGINS or name in expected} == expected
    assert packages.keys() >= {*ORIGINS, "of-a-channel"}
    assert "of-a-channel" not in origins
    assert "half-removed" not in packages


def test_packages_of_every_kind_are_those_of_importlib(tmp_path: Path) -> None:
    """What pip, setuptools, eggs and archives leave behind, several versions of one, names in all spellings."""
    site, egg = tmp_path / "site", tmp_path / "old-3.egg"
    for name, version in [("Plain.Name", "1"), ("twice", "1"), ("twice", "2"), ("local", "1.0+cu1")]:
        installed(site, name, version=version)
    for folder in (site / "developed.egg-info", site / "versioned-4-py3.11.egg-info", egg / "EGG-INFO"):
        folder.mkdir(parents=True)
        (folder / "PKG-INFO").write_text(f"Metadata-Version: 1.0\nName: {folder.stem}-x\nVersion: 4\n")
    (site / "distutils-5-py3.11.egg-info").write_text(
        "Metadata-Version: 1.0\nName: distutils-x\nVersion: 5\n"
    )
    (site / "a-b-c-1.dist-info").mkdir()
    (site / "a-b-c-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: a-b-c\nVersion: 1\n")
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("packed-6.dist-info/METADATA", "Metadata-Version: 2.1\nName: packed\nVersion: 6\n")
    path = [str(site), str(egg), str(tmp_path / "packed.zip"), str(tmp_path / "missing")]
    probe = runpy.run_path(os.path.join(PROBES, "interpreter.py"), run_name="probe")
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(probe["packages"].__globals__, "search_path", lambda: path)
        told, _, installers = probe["packages"]()
    known: dict[str, str] = {}
    for one in distributions(path=path):
        known.setdefault(re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower(), one.version)
    assert told == known
    assert {"plain-name", "twice", "packed", "distutils-x", "a-b-c"} <= told.keys()
    assert installers == {"uv"}


def test_no_secret_gets_into_what_was_observed(tmp_path: Path) -> None:
    for name, (direct, _) in ORIGINS.items():
        installed(tmp_path, name, direct)
    token = "ghp_" + "a" * 36
    observed = look(
        PYTHONPATH=str(tmp_path),
        DB_PASSWORD=SECRET,
        XLA_FLAGS=f"--dump=https://me:{SECRET}@example.org/ --token={token}",
        CI_JOB_IMAGE=f"registry.example.org/{SECRET}/train@sha256:1",
        ImageOS=f"ubuntu {token}",
        PIP_INDEX_URL=f"https://me:{SECRET}@example.org/simple",
    )
    shown = repr(observed)
    assert "by-ssh" in shown
    assert "ubuntu ***" in shown
    assert SECRET not in shown
    assert token not in shown


def answering(tmp_path: Path, name: str, script: str) -> Path:
    """An interpreter that answers one probe by a script of its own, the others by the real one."""
    program = tmp_path / "python"
    program.write_text(
        f'#!/bin/sh\ncase "$2" in */{name}.py) {script};; *) exec {sys.executable} "$@";; esac\n'
    )
    program.chmod(0o755)
    return program


HOSTILE = {
    "fails": "exit 1",
    "silent": "echo",
    "empty": "echo '{}'",
    "a list": "echo '[]'",
    "a number": 'echo \'{"python": 3, "numpy arithmetic": 3}\'',
    "not UTF-8": "printf '\\377'",
    "not JSON": "echo NaN; echo '{'",
    "deep": "head -c 200000 /dev/zero | tr '\\0' '['",
    "killed": "kill -9 $$",
    "huge": "head -c 9000000 /dev/zero | tr '\\0' ' '",
    "twice": 'echo \'{"machine": {"os": 1}, "accelerators": {}, "container": null, "runner": null}\'',
}


@pytest.mark.parametrize("script", HOSTILE.values(), ids=HOSTILE)
def test_an_interpreter_that_does_not_answer_is_named(tmp_path: Path, script: str) -> None:
    program = answering(tmp_path, "interpreter", script)
    with pytest.raises(MissingToolError, match="does not answer") as refused:
        observe(str(program), str(tmp_path), PLAIN)
    assert "in pyproject.toml: [tool.reproof] python = " in str(refused.value.hint)
    (tmp_path / "reproof.toml").touch()
    with pytest.raises(MissingToolError, match="does not answer") as refused:
        observe(str(program), str(tmp_path), PLAIN)
    assert "in reproof.toml: python = " in str(refused.value.hint)


@pytest.mark.parametrize("name", ["machine", "arithmetic"])
@pytest.mark.parametrize("script", HOSTILE.values(), ids=HOSTILE)
def test_what_else_does_not_answer_is_not_known_and_stops_nothing(
    tmp_path: Path, script: str, name: str
) -> None:
    observed = look(answering(tmp_path, name, script))
    assert observed.python.startswith("CPython")
    assert observed.numeric_class is None or name == "arithmetic"
    assert (observed.machine == ()) is (name == "machine")


def test_a_probe_that_hangs_ends_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observing, "SECONDS", 8)  # the others must answer in it, on a loaded machine too
    number = tmp_path / "number"
    hanging = answering(tmp_path, "arithmetic", f"sleep 600 & echo $! > {number}; wait")
    assert look(hanging).numeric_class is None
    state = Path(f"/proc/{number.read_text().strip()}/stat")
    until = time.monotonic() + 30  # the signal was sent; on a loaded machine it arrives later
    while alive(state) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(state)


def alive(state: Path) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_a_probe_leaves_behind_is_not_waited_for(tmp_path: Path) -> None:
    """It holds the output open: a reader of a pipe would wait for the end of it."""
    assert look(answering(tmp_path, "arithmetic", "setsid sleep 2 & echo '{}'")).numeric_class


def test_what_is_printed_before_the_answer_does_not_matter(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\necho "welcome to this cluster"\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    observed = look(program)
    assert observed.python.startswith("CPython")
    assert observed.numeric_class


def test_whatever_an_interpreter_answers_can_be_recorded(tmp_path: Path) -> None:
    """Hours of training must not be lost to an answer that the schema refuses."""
    long = "x" * 100_000
    facts = {f"{number} {long}": long for number in range(3)} | {"nul \0": "\udcff"}
    answer = {
        "python": long,
        "interpreter": facts,
        "packages": facts,
        "origins": facts | {"odd": "git+https://a@b@c@d://e@f"},
        "libraries": facts,
        "markers": facts,
        "besides": ["relative", "/nowhere"],
    }
    (tmp_path / "answer").write_text(json.dumps(answer))
    observed = look(answering(tmp_path, "interpreter", f"cat {tmp_path}/answer"))
    plain = record()
    made = record(environment=type(plain.environment)((), (), observed))
    assert schema.load(schema.dump(made)).environment.observed == observed


def test_the_probes_are_read_by_python_3_8() -> None:
    for path in PROBES.glob("*.py"):
        tree = ast.parse(path.read_bytes(), feature_version=(3, 8))
        for node in ast.walk(tree):  # 3.9 and 3.10 brought these; `ast` takes them in any version
            assert not (isinstance(node, ast.Attribute) and node.attr in {"removeprefix", "removesuffix"})
            assert not (isinstance(node, ast.keyword) and node.arg == "strict")


OLD = [name for name in ("python3.8", "python3.9", "python3.10") if shutil.which(name)]


@pytest.mark.skipif(not OLD, reason="no Python older than 3.11 is installed")
def test_an_old_python_answers(tmp_path: Path) -> None:
    for name in OLD:
        if subprocess.run([name, "-c", ""], capture_output=True, check=False).returncode:
            continue  # a manager's stand-in for one that is not there
        version = name.removeprefix("python")
        assert look(name, tmp_path).python.startswith(f"CPython {version}.")


def test_every_part_of_what_was_observed_comes_from_somewhere(tmp_path: Path) -> None:
    installed(tmp_path, "from-git", ORIGINS["from-git"][0])
    observed = look(
        PYTHONPATH=str(tmp_path),
        PYTHONHASHSEED="0",
        REPROOF_CONTAINER_IMAGE="train@sha256:" + "1" * 64,
        ImageOS="ubuntu24",
        ImageVersion="20260101.1.0",
        RUNNER_ENVIRONMENT="github-hosted",
    )
    assert [field.name for field in fields(observed) if not getattr(observed, field.name)] == []
    assert observed.container == "train@sha256:" + "1" * 64
    assert observed.runner == "ubuntu24 20260101.1.0 github-hosted"


def smi(folder: Path, lines: str) -> str:
    """A PATH with an `nvidia-smi` that prints these lines."""
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\nprintf '{lines}'\n")
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_gpus_are_told_by_model_and_driver(tmp_path: Path) -> None:
    one = "0, NVIDIA A100-SXM4-40GB, 40960 MiB, 550.54.15\\n"
    observed = look(PATH=smi(tmp_path, one + one.replace("0,", "1,", 1)))
    assert dict(observed.accelerators) == {
        "gpu 0": "NVIDIA A100-SXM4-40GB, 40960 MiB",
        "gpu 1": "NVIDIA A100-SXM4-40GB, 40960 MiB",
        "nvidia driver": "550.54.15",
    }
    assert dict(observed.numeric_class or ())["gpu"] == "NVIDIA A100-SXM4-40GB, 40960 MiB"


def test_a_driver_that_is_broken_is_no_gpu(tmp_path: Path) -> None:
    assert look(PATH=smi(tmp_path, "NVIDIA-SMI has failed\\n")).accelerators == (("gpu", "none"),)


NEW = {
    "architecture": "x86_64",
    "vendor": "GenuineIntel",
    "instructions": "sse4_2 avx fma avx2 avx512f amx_tile",
}
OLDER = {"architecture": "x86_64", "vendor": "AuthenticAMD", "instructions": "sse4_2 avx fma avx2"}


def test_pinned_kernels_make_one_class_of_two_cpus() -> None:
    pins = {name: value for name, (value, _) in PINNED.items()}
    asked = {"numpy arithmetic": "0" * 16}

    def of(machine: dict[str, str], flags: dict[str, str], **more: str) -> dict[str, str]:
        return numeric_class(machine, {"gpu": "none"}, {}, asked | more, flags)

    assert of(NEW, {}) != of(OLDER, {})
    assert of(NEW, pins) == of(OLDER, pins)
    assert of(NEW, pins) != of(OLDER, pins, mkl="2024.2"), "MKL chooses by the vendor"
    assert of(NEW, pins, **{"numpy arithmetic": "1" * 16}) != of(OLDER, pins), (
        "and the arithmetic has the last word"
    )
    for name in pins:
        assert of(NEW, {key: value for key, value in pins.items() if key != name}) != of(OLDER, pins)


def test_cores_count_where_a_framework_uses_them_all() -> None:
    machine = NEW | {"cores": "4"}
    assert "cores" not in numeric_class(machine, {}, {}, {"numpy arithmetic": "0"}, {})
    assert numeric_class(machine, {}, {}, {"jax": "0.10.2"}, {})["cores"] == "4"


def test_the_pins_are_flags_and_hold_numpy_to_avx2() -> None:
    assert set(PINNED) <= set(FLAGS)
    pins = {name: value for name, (value, _) in PINNED.items()}
    assert are_pinned(pins)
    kernels = dict(look(**pins).numeric_class or ())["numpy kernels"].split()
    assert not [name for name in kernels if "512" in name or name == "X86_V4"]
