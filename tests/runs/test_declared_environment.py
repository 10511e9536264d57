"""What a commit declares about its environment: each kind of file, and that any change of it changes the key."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reproof.errors import UsageError
from reproof.runs.capture.environment.agreement import disagreements
from reproof.runs.capture.environment.declared import declared_environment
from reproof.runs.capture.environment.images import base_images
from reproof.runs.record import Disagreement, Observed
from tests.runs.snapshots import Files, declared_by

Content = Mapping[str, str | bytes]
COMMIT = "a" * 40


def declared(files: Content) -> dict[str, str]:
    return dict(declared_environment(Files(files)).environment.declared)


def sources(files: Content) -> list[str]:
    return list(declared_environment(Files(files)).environment.sources)


UV = """\
version = 1
[[package]]
name = "demo"
version = "0.1.0"
source = { editable = "." }
dependencies = [
    { name = "numpy" }, { name = "helper", extra = ["fast"] }, { name = "colorama", marker = "os_name == 'nt'" },
]
[package.optional-dependencies]
plots = [{ name = "seaborn" }]
[[package]]
name = "NumPy"
version = "2.1.3"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "helper"
version = "1.0"
source = { directory = "libs/helper" }
[package.optional-dependencies]
fast = [{ name = "numba" }]
[[package]]
name = "numba"
version = "0.60"
[[package]]
name = "colorama"
version = "0.4.6"
[[package]]
name = "seaborn"
version = "0.13"
[[package]]
name = "net"
version = "3"
source = { git = "https://example.org/net?rev=main#COMMIT" }
[[package]]
name = "wheel-of-ours"
version = "1"
source = { url = "https://example.org/w.whl" }
[[package]]
name = "torch"
version = "2.4"
[[package]]
name = "torch"
version = "2.5"
""".replace("COMMIT", COMMIT)
POETRY = f"""\
[[package]]
name = "numpy"
version = "2.1.3"
optional = false
groups = ["main"]
[[package]]
name = "helper"
version = "1.0"
optional = false
groups = ["dev"]
[package.source]
type = "directory"
url = "libs/helper"
[[package]]
name = "net"
version = "3"
[package.source]
type = "git"
url = "https://example.org/net"
reference = "main"
resolved_reference = "{COMMIT}"
[[package]]
name = "torch"
version = "2.5"
[package.source]
type = "legacy"
url = "https://example.org/simple"
reference = "mirror"
"""
PDM = f"""\
[[package]]
name = "numpy"
version = "2.1.3"
groups = ["default"]
[[package]]
name = "net"
version = "3"
git = "https://example.org/net"
ref = "main"
revision = "{COMMIT}"
[[package]]
name = "helper"
version = "1.0"
path = "./libs/helper"
"""
PYLOCK = f"""\
lock-version = "1.0"
[[packages]]
name = "numpy"
version = "2.1.3"
index = "https://pypi.org/simple"
[[packages]]
name = "helper"
directory = {{ path = "libs/helper" }}
[[packages]]
name = "net"
vcs = {{ type = "git", url = "https://example.org/net", commit-id = "{COMMIT}" }}
[[packages]]
name = "sheet"
archive = {{ url = "https://example.org/s.whl", hashes = {{ sha256 = "00" }} }}
[[packages]]
name = "demo"
directory = {{ path = ".", editable = true }}
"""
PIPFILE_LOCK = json.dumps(
    {
        "_meta": {"hash": {"sha256": "00"}},
        "default": {
            "numpy": {"version": "==2.1.3", "index": "pypi", "hashes": ["sha256:00"]},
            "net": {"git": "https://example.org/net", "ref": COMMIT},
            "colorama": {"version": "*", "markers": "sys_platform == 'win32'"},
        },
        "develop": {"ruff": {"version": "==0.9"}},
    }
)
CONDA_LOCK = """\
version: 1
package:
- {name: numpy, version: 1.26.4, manager: conda, platform: linux-64,
   url: https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py312_mkl_0.conda}
- {name: numpy, version: 1.26.4, manager: conda, platform: osx-arm64,
   url: https://conda.anaconda.org/conda-forge/osx-arm64/numpy-1.26.4-py312_0.conda}
- {name: Scikit_Learn, version: 1.6.1, manager: pip, platform: linux-64, url: https://example.org/x}
"""
EXPLICIT = """\
# platform: linux-64
@EXPLICIT
https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py312_0.conda#0123
https://conda.anaconda.org/conda-forge/noarch/pip-24.0-pyhd8ed1ab_0.tar.bz2
"""
PIXI_LOCK = """\
version: 6
packages:
- conda: https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py312_0.conda
  sha256: "00"
- pypi: https://example.org/polars.whl
  name: polars
  version: 1.2.3
"""
LINES = """\
-r sub/base.txt
Scikit_Learn[plots,alpha] >= 1.6 , <2 # why
\\
--index-url https://example.org/simple
A==1 \\
 --hash=sha256:0 --hash=sha256:1
-e git+https://example.org/net@v1#egg=Net
git+https://example.org/other.git@v2
./libs/helper
b @ https://example.org/b.whl
numpy=1.26
--no-binary :all:
-f https://example.org/wheels
-r missing.txt
"""
ENVIRONMENT = """\
name: demo
channels: [conda-forge, nodefaults]
dependencies:
- python=3.11
- conda-forge::numpy >=1.26,<2
- pip
- pip:
  - Polars == 1.2
  - -r requirements.txt
"""
PIXI = """\
[workspace]
channels = ["conda-forge"]
[dependencies]
numpy = ">=1.26"
[pypi-dependencies]
polars = { version = "*", extras = ["x"] }
[feature.gpu.target.linux-64.dependencies]
cuda = "12.*"
"""
PROJECT = """\
[project]
dependencies = ["a>=1", "b"]
[project.optional-dependencies]
gpu = ["torch>2"]
[dependency-groups]
dev = ["ruff", { include-group = "docs" }]
docs = []
"""
OLD_POETRY = """\
[tool.poetry.dependencies]
python = "^3.11"
a = "^1"
net = { git = "https://example.org/net", rev = "v1" }
[tool.poetry.group.dev.dependencies]
ruff = "*"
"""
WORKFLOW = """\
jobs:
  train: {container: {image: "train@sha256:1"}, steps: [{uses: reproof-ml/reproof@v1}]}
  own: {container: own:1, steps: [{run: uv run reproof ci}]}
  lint: {container: "lint:1", steps: [{run: ruff check}]}
  plain: {steps: [{uses: reproof-ml/reproof@v1}]}
"""
ONES: Mapping[str, tuple[Content, Mapping[str, str]]] = {
    "uv": (
        {"uv.lock": UV, "requirements.txt": "x"},
        {
            "numpy": "2.1.3",
            "helper": "1.0 @ directory libs/helper",
            "numba": "0.60",
            "colorama": "0.4.6",
            "seaborn": "0.13",
            "net": f"3 @ git https://example.org/net?rev=main#{COMMIT}",
            "wheel-of-ours": "1 @ url https://example.org/w.whl",
            "torch": "2.4 | 2.5",
        },
    ),
    "poetry": (
        {"poetry.lock": POETRY},
        {
            "numpy": "2.1.3",
            "helper": "1.0 @ directory libs/helper",
            "net": f"3 @ git https://example.org/net#{COMMIT}",
            "torch": "2.5",
        },
    ),
    "pdm": (
        {"pdm.lock": PDM},
        {
            "numpy": "2.1.3",
            "net": f"3 @ git https://example.org/net#{COMMIT}",
            "helper": "1.0 @ path ./libs/helper",
        },
    ),
    "pylock": (
        {"pylock.toml": PYLOCK},
        {
            "numpy": "2.1.3",
            "helper": "@ directory libs/helper",
            "net": f"@ git https://example.org/net#{COMMIT}",
            "sheet": "@ archive https://example.org/s.whl#00",
        },
    ),
    "pipenv": (
        {"Pipfile.lock": PIPFILE_LOCK, "Pipfile": "[packages]\nx = '*'\n"},
        {"numpy": "2.1.3", "net": f"@ git https://example.org/net#{COMMIT}", "colorama": "", "ruff": "0.9"},
    ),
    "conda-lock": (
        {"conda-lock.yml": CONDA_LOCK, "environment.yml": "dependencies: [x]"},
        {
            "conda numpy": "1.26.4 py312_0 (osx-arm64) | 1.26.4 py312_mkl_0 (linux-64)",
            "scikit-learn": "1.6.1",
        },
    ),
    "explicit": (
        {"conda-linux-64.lock": EXPLICIT, "conda-osx-64.lock": EXPLICIT.replace("linux", "osx")},
        {
            "conda numpy": "1.26.4 py312_0 (linux-64) | 1.26.4 py312_0 (osx-64)",
            "conda pip": "24.0 pyhd8ed1ab_0 (noarch)",
        },
    ),
    "pixi.lock": (
        {"pixi.lock": PIXI_LOCK, "pixi.toml": PIXI},
        {"conda numpy": "1.26.4 py312_0 (linux-64)", "polars": "1.2.3"},
    ),
    "requirements": (
        {
            "requirements.txt": LINES,
            "sub/base.txt": "-c ../constraints.txt\n-r base.txt\nnumpy\n",
            "constraints.txt": "scipy<2; python_version<'4'\n",
        },
        {
            "scikit-learn": "[alpha,plots]<2,>=1.6",
            "a": "==1",
            "numpy": " | =1.26",
            "scipy": '<2; python_version < "4" (constraint)',
            "net": "@ git+https://example.org/net@v1#egg=Net (editable)",
            "git+https://example.org/other.git": "@ git+https://example.org/other.git@v2",
            "libs/helper": "@ ./libs/helper",
            "b": "@ https://example.org/b.whl",
            "--index-url": "https://example.org/simple",
            "--no-binary": ":all:",
            "--find-links": "https://example.org/wheels",
            "--requirement": "missing.txt",
        },
    ),
    "requirements that install the project": (
        {"requirements.txt": "-e .[gpu]\n", "pyproject.toml": PROJECT},
        {
            ".": "@ .[gpu] (editable)",
            "a": ">=1",
            "b": "",
            "torch": ">2 (extra gpu)",
            "ruff": "(group dev)",
            "include-group docs": "(group dev)",
        },
    ),
    "a comment that ends in a backslash, and lines that do": (
        {"requirements.txt": "# as tried \\\nnumpy \\\n # why\nscipy==1 \\\n --hash=sha256:0 \\\n"},
        {"numpy": "", "scipy": "==1"},
    ),
    "in UTF-16": ({"requirements.txt": "numpy==1\r\n".encode("utf-16")}, {"numpy": "==1"}),
    "environment.yml": (
        {"environment.yml": ENVIRONMENT, "requirements.txt": "numpy==1\n"},
        {
            "conda channels": "conda-forge, nodefaults",
            "conda python": "=3.11",
            "conda numpy": ">=1.26,<2 (conda-forge)",
            "conda pip": "",
            "polars": "==1.2",
            "pip": "-r requirements.txt",
            "numpy": "==1",
        },
    ),
    "pixi.toml": (
        {"pixi.toml": PIXI},
        {
            "conda numpy": ">=1.26",
            "polars": '{"extras": ["x"], "version": "*"}',
            "conda cuda": "12.* (feature gpu target linux-64)",
        },
    ),
    "project": (
        {"pyproject.toml": PROJECT},
        {
            "a": ">=1",
            "b": "",
            "torch": ">2 (extra gpu)",
            "ruff": "(group dev)",
            "include-group docs": "(group dev)",
        },
    ),
    "poetry without a lock": (
        {"pyproject.toml": OLD_POETRY},
        {
            "python": "^3.11",
            "a": "^1",
            "net": '{"git": "https://example.org/net", "rev": "v1"}',
            "ruff": "* (group dev)",
        },
    ),
    "setup.cfg": (
        {"setup.cfg": "[options]\ninstall_requires =\n  a>1\n  b\n[options.extras_require]\ngpu = torch\n"},
        {"a": ">1", "b": "", "torch": "(extra gpu)"},
    ),
    "Pipfile": (
        {"Pipfile": '[packages]\na = "*"\n[dev-packages]\nb = "==1"\n[requires]\npython_version = "3.11"\n'},
        {"a": "*", "b": "==1 (group dev-packages)", "python": "3.11"},
    ),
    "images": (
        {
            "Dockerfile": "ARG V=3.11\nFROM python:${V}-slim@sha256:1 AS base\nFROM base\n",
            "deploy/Dockerfile": "FROM nginx\n",
            ".github/workflows/ci.yml": WORKFLOW,
            ".github/workflows/broken.yml": "reproof: [container",
        },
        {
            "image (Dockerfile)": "python:3.11-slim@sha256:1",
            "image (.github/workflows/ci.yml: train)": "train@sha256:1",
            "image (.github/workflows/ci.yml: own)": "own:1",
        },
    ),
    "python": ({".python-version": "# ours\n3.12.1\n3.11\n"}, {"python": "3.12.1, 3.11"}),
    "nothing": ({"pyproject.toml": "[project]\ndependencies = 'a'\n", "setup.cfg": "", "Dockerfile": ""}, {}),
    "odd": ({"pyproject.toml": "project = 3", "environment.yml": "- 3", "pixi.lock": "3"}, {}),
}


@pytest.mark.parametrize("name", ONES)
def test_what_each_kind_of_file_declares(name: str) -> None:
    files, expected = ONES[name]
    assert declared(files) == expected


def test_the_files_that_it_was_read_from_are_named_in_order() -> None:
    assert sources(ONES["requirements"][0]) == ["requirements.txt", "sub/base.txt", "constraints.txt"]
    assert sources(ONES["uv"][0]) == ["uv.lock"]
    assert sources(ONES["requirements that install the project"][0]) == ["requirements.txt", "pyproject.toml"]
    assert sources(ONES["explicit"][0]) == ["conda-linux-64.lock", "conda-osx-64.lock"]
    assert sources(ONES["images"][0]) == ["Dockerfile", ".github/workflows/ci.yml"]


READ = ("uv.lock", "Pipfile.lock", "pyproject.toml", "Pipfile", "pixi.toml")


@pytest.mark.parametrize("name", [*READ, "setup.cfg", "environment.yml", "conda-lock.yml", "pixi.lock"])
@pytest.mark.parametrize("text", ["[[", b"\xff", "DEEP"], ids=["half", "bytes", "deep"])
def test_a_file_that_cannot_be_read_is_named(name: str, text: str | bytes) -> None:
    if text == "DEEP":
        text = ("x: " if name.endswith(("yml", "pixi.lock")) else "x = ") + "[" * 50_000
    if name == "setup.cfg" and text != "[[":
        text = "no section\n"
    with pytest.raises(UsageError, match=f"^{name}"):
        declared_environment(Files({name: text}))


@pytest.mark.parametrize("name", ["requirements.txt", "Dockerfile", ".python-version", "conda-linux-64.lock"])
@pytest.mark.parametrize("text", [b"\0", b"\xff\xfe\xff", b"-r requirements.txt\n", b"FROM\n[", b"a" * 500])
def test_files_without_a_grammar_are_read_as_they_are(name: str, text: bytes) -> None:
    made = declared_by({"train.py": "", name: text})
    assert made.environment.sources in {(), (name,)}


def test_secrets_in_addresses_are_not_in_what_is_declared() -> None:
    password = "hunter2hunter2"
    files: dict[str, str] = {
        "train.py": "",
        "requirements.txt": f"--extra-index-url https://me:{password}@example.org/simple\n"
        f"net @ git+https://me:{password}@example.org/net@v1\n"
        f"git+https://me:{password}@example.org/other@v1\n",
        "environment.yml": f"channels: ['https://conda.example.org/t/{password}/x', 'https://me:{password}@c']\n",
    }
    made = declared_by(files)
    assert f"me:{password}" not in repr(made.environment)
    other = {name: text.replace(password, "another-password") for name, text in files.items()}
    assert (
        declared_by(other | {"environment.yml": ""}).key == declared_by(files | {"environment.yml": ""}).key
    )


# Laws: any single change of what is declared changes the key; how it is written does not.

NAMES = st.sampled_from(["numpy", "torch", "scikit-learn", "a", "b2"])
VERSIONS = st.sampled_from(["1.0", "2.1.3", "3.0rc1"])
PACKAGES = st.dictionaries(NAMES, VERSIONS, min_size=1, max_size=4)
Render = Callable[[Mapping[str, str], random.Random], tuple[str, str]]


def shuffled(items: Mapping[str, str], chance: random.Random) -> list[tuple[str, str]]:
    return chance.sample(sorted(items.items()), len(items))


def toml_lock(path: str, word: str) -> Render:
    def render(packages: Mapping[str, str], chance: random.Random) -> tuple[str, str]:
        entries = [
            f'[[{word}]] # {chance.random()}\nname = "{chance.choice([name, name.upper()])}"\n'
            f'version = "{version}"\n'
            for name, version in shuffled(packages, chance)
        ]
        return path, "".join(entries)

    return render


def requirement_lines(packages: Mapping[str, str], chance: random.Random) -> tuple[str, str]:
    lines = [
        f"{name.replace('-', chance.choice('-_.'))}{chance.choice(['==', ' == '])}{version}"
        f"{chance.choice(['', '  # why', ' --hash=sha256:' + str(chance.random())])}\n"
        for name, version in shuffled(packages, chance)
    ]
    return "requirements.txt", chance.choice(["", "# all of them\n\n"]) + "".join(lines)


def project_table(packages: Mapping[str, str], chance: random.Random) -> tuple[str, str]:
    lines = ", ".join(f"'{name}=={version}'" for name, version in shuffled(packages, chance))
    return "pyproject.toml", f"[project] # ours\nversion = '{chance.random()}'\ndependencies = [{lines}]\n"


def pipfile_lock(packages: Mapping[str, str], chance: random.Random) -> tuple[str, str]:
    default = {name: {"version": f"=={version}"} for name, version in shuffled(packages, chance)}
    return "Pipfile.lock", json.dumps(
        {"_meta": chance.random(), "default": default}, indent=chance.choice([1, 4])
    )


def conda_lock(packages: Mapping[str, str], chance: random.Random) -> tuple[str, str]:
    entries = [
        f"- {{name: {name}, version: '{version}', manager: conda, platform: noarch, "
        f"url: https://{chance.choice('ab')}.org/noarch/{name}-{version}-0.conda}}\n"
        for name, version in shuffled(packages, chance)
    ]
    return "conda-lock.yml", "package:\n" + "".join(entries)


def environment_file(packages: Mapping[str, str], chance: random.Random) -> tuple[str, str]:
    lines = [f"- {name}={version} # why\n" for name, version in shuffled(packages, chance)]
    return "environment.yml", f"name: {chance.random()}\ndependencies:\n" + "".join(lines)


RENDERS: Mapping[str, Render] = {
    "uv": toml_lock("uv.lock", "package"),
    "poetry": toml_lock("poetry.lock", "package"),
    "pdm": toml_lock("pdm.lock", "package"),
    "pylock": toml_lock("pylock.toml", "packages"),
    "requirements": requirement_lines,
    "project": project_table,
    "pipenv": pipfile_lock,
    "conda-lock": conda_lock,
    "environment.yml": environment_file,
}


@pytest.mark.parametrize("kind", RENDERS)
@settings(max_examples=25)
@given(PACKAGES, NAMES, VERSIONS, st.randoms(), st.sampled_from(["\n", "\r\n"]))
def test_the_key_follows_what_is_declared_and_not_how(
    kind: str, packages: dict[str, str], name: str, version: str, chance: random.Random, end: str
) -> None:
    def key(wanted: Mapping[str, str], end: str = "\n") -> str:
        path, text = RENDERS[kind](wanted, chance)
        return declared_by({"train.py": "", path: text.replace("\n", end)}).key

    plain = key(packages)
    assert key(packages, end) == plain
    other = packages | {name: version}
    assert (key(other, end) == plain) is (other == packages)
    less = {each: packages[each] for each in packages if each != name}
    if less and less != packages:
        assert key(less) != plain


SAYING = [name for name in ONES if any(len(value) > 2 for value in ONES[name][1].values())]


@pytest.mark.parametrize("name", SAYING)
def test_any_value_that_a_file_declares_is_in_the_key(name: str) -> None:
    """Each piece of each value, changed where it stands in the file, changes the key."""
    files, expected = ONES[name]
    plain = declared_by({"train.py": "", **files}).key
    pieces = {piece for value in expected.values() for piece in re.findall(r"[^\s()]{3,}", value)}
    tried = []
    for path in sources(files):
        content = files[path]
        text = content if isinstance(content, str) else content.decode("utf-16")
        for piece in pieces:
            changed = text.replace(piece, piece[:-1] + "9")
            try:
                key = declared_by({"train.py": "", **files, path: changed}).key
            except UsageError:
                continue  # half a word of the file's own language
            if changed != text:
                tried.append((piece, path))
                assert key != plain, (piece, path)
    assert tried


@pytest.mark.parametrize(
    ("text", "images"),
    [
        ("FROM a\n", ["a"]),
        ("from --platform=linux/amd64 a@sha256:1 as x\nFROM X\nFROM b", ["a@sha256:1", "b"]),
        ("# c\nFROM \\\n  # inside\n  a\r\nRUN echo FROM b\n", ["a"]),
        ("ARG A=x\nARG A=y\nFROM $A\nFROM ${B:-z}\nFROM ${C}\n", ["x", "z", "${C}"]),
        ("FROM scratch\n", []),
        ("FROM\n", []),
    ],
)
def test_base_images(text: str, images: list[str]) -> None:
    assert base_images(text) == images


def agreeing(
    files: Content, *, markers: str = "linux", **packages: str
) -> list[tuple[str, str | None, str | None]]:
    origins = (("demo", "editable: ."),) if "demo" in packages else ()
    installed = tuple((name.replace("_", "-"), version) for name, version in packages.items())
    observed = Observed("CPython 3.11.7", installed, origins=origins)
    told = {"sys_platform": markers, "python_version": "3.11", "os_name": "posix"}
    found = disagreements(declared_environment(Files(files)), observed, told)
    assert all(isinstance(one, Disagreement) for one in found)
    return [(one.name, one.declared, one.installed) for one in found]


RIGHT = {
    "numpy": "2.1.3",
    "helper": "1.0.0",
    "numba": "0.60",
    "torch": "2.5+cpu",
    "pip": "24",
    "demo": "0.1.0",
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"numpy": "2.2.0"}, [("numpy", "2.1.3", "2.2.0")]),
        ({"torch": "2.3"}, [("torch", "2.4 | 2.5", "2.3")]),
        ({"seaborn": "0.12"}, [("seaborn", "0.13", "0.12")]),
        ({"pandas": "2"}, [("pandas", None, "2")]),
        ({"numba": None, "numpy": None}, [("numba", "0.60", None), ("numpy", "2.1.3", None)]),
    ],
)
def test_what_is_not_installed_as_the_lock_says(
    changes: dict[str, str | None], expected: list[tuple[str, str | None, str | None]]
) -> None:
    installed = {name: version for name, version in (RIGHT | changes).items() if version}
    assert agreeing({"uv.lock": UV}, **installed) == expected


@pytest.mark.parametrize(
    ("lines", "installed", "expected"),
    [
        ("a>=1\n", {"a": "2", "extra": "1"}, []),
        ("a>=1,<2\n", {"a": "2"}, [("a", "<2,>=1", "2")]),
        ("a\n", {}, [("a", "any version", None)]),
        ("a>=2; sys_platform == 'win32'\n", {"a": "1"}, []),
        ("a>=2; sys_platform == 'linux'\n", {"a": "1"}, [("a", ">=2", "1")]),
        ("a>=2; sys_platform == 'linux'\n", {}, []),
        ("a>=1\na<2; sys_platform == 'win32'\n", {"a": "3"}, []),
        ("-c c.txt\n", {"b": "2"}, [("b", "<2", "2")]),
        ("-c c.txt\n", {}, []),
        ("a===x\n", {"a": "1"}, [("a", "===x", "1")]),
        ("a @ https://example.org/a.whl\n", {"a": "1"}, []),
        ("a=1=0\n", {"a": "2"}, []),
        ("a>=1\n", {"a": "not a version"}, []),
    ],
)
def test_what_is_not_installed_as_the_lines_say(
    lines: str, installed: dict[str, str], expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert agreeing({"requirements.txt": lines, "c.txt": "b<2\n"}, **installed) == expected


@pytest.mark.parametrize("name", ["poetry", "pdm", "pylock", "pipenv"])
def test_of_each_lock_the_main_packages_must_be_there(name: str) -> None:
    files, _ = ONES[name]
    missing = [package for package, _, version in agreeing(files) if version is None]
    assert "numpy" in missing
    assert not {"ruff", "colorama"} & set(missing)
    assert ("numpy", "2.1.3", "2") in agreeing(files, numpy="2")


PIPELINE = "stages:\n  one: {wdir: svc/a, cmd: python train.py, deps: [train.py]}\n"
TWO = PIPELINE + "  two: {cmd: python svc/b/src/train.py, deps: [svc/b/src/train.py]}\n"
A, B = {"svc/a/requirements.txt": "numpy==1.26.4\n"}, {"svc/b/requirements.txt": "-r ../base.txt\n"}
FOLDERS: dict[str, tuple[Content, list[str]]] = {
    "a stage's folder": ({"dvc.yaml": PIPELINE, "svc/a/train.py": "", **A}, ["svc/a/requirements.txt"]),
    "a script's folder": (
        {"reproof.toml": "train = 'python svc/a/train.py'\n", "svc/a/train.py": "", **A},
        ["svc/a/requirements.txt"],
    ),
    "the nearest folder above": (
        {"reproof.toml": "train = 'python svc/b/src/train.py'\n", "svc/b/src/train.py": "", **B, **A}
        | {"svc/base.txt": "torch==2.5.1\n", "svc/requirements.txt": "wrong\n"},
        ["svc/b/requirements.txt", "svc/base.txt"],
    ),
    "of every stage": (
        {"dvc.yaml": TWO, "svc/a/train.py": "", **A} | {"svc/b/src/train.py": "", "svc/b/uv.lock": UV},
        ["svc/a/requirements.txt", "svc/b/uv.lock"],
    ),
    "not beside the root's": (
        {"dvc.yaml": PIPELINE, "svc/a/train.py": "", **A, "requirements.txt": "polars==1\n"},
        ["requirements.txt"],
    ),
    "not where nothing starts": ({"train.py": "", **A}, []),
    "conda's": (
        {"dvc.yaml": PIPELINE, "svc/a/train.py": "", "svc/a/environment.yml": "dependencies: [numpy=2.1]\n"},
        ["svc/a/environment.yml"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), FOLDERS.values(), ids=FOLDERS)
def test_folders_that_commands_start_from_declare_what_the_root_does_not(
    files: Content, expected: list[str]
) -> None:
    found = declared_by(files)
    assert list(found.environment.sources) == expected
    for path in expected:
        text = files[path]
        assert isinstance(text, str)
        changed = re.sub(r"\d(?=[\n\]])|\d\.\d+\"", lambda digit: f"9{digit[0]}", text)
        assert (changed == text) == ("-r " in text)
        assert (declared_by({**files, path: changed}).key == found.key) == (changed == text)


def test_a_broken_lock_of_a_folder_is_named_with_the_folder() -> None:
    with pytest.raises(UsageError, match=r"^svc/a/uv\.lock: not TOML"):
        declared_by({"dvc.yaml": PIPELINE, "svc/a/train.py": "", "svc/a/uv.lock": "["})
