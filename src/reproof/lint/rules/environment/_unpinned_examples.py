"""What `unpinned-dependency` leaves alone and what it stops, form by form: its tests, and the table in its page."""

from __future__ import annotations

from reproof.lint.rule import Bad, Good

_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_UV_LOCK = 'version = 1\n\n[[package]]\nname = "numpy"\nversion = "2.1.3"\n'
_APPLICATION = '[project]\nname = "churn"\ndependencies = ["numpy>=2"]\n'
_LIBRARY = '[build-system]\nrequires = ["hatchling"]\n\n' + _APPLICATION
_POETRY = '[tool.poetry.dependencies]\npython = "^3.11"\nnumpy = {}\n'


_CONDA_LOCK = "package:\n- name: numpy\n  version: 2.1.3\n  manager: conda\n"
_PIXI_LOCK = (
    "version: 6\npackages:\n"
    "- conda: https://conda.anaconda.org/conda-forge/linux-64/numpy-2.1.3-py311_0.conda\n"
)
_PIPFILE_LOCK = '{"default": {"numpy": {"version": "==2.1.3"}}}'
_CONSTRAINTS = (("constraints.txt", "numpy==2.1.3\n"),)
_STEPS = "jobs:\n  train:\n    steps:\n      - {}\n"
_HOOKS = "repos:\n  - repo: https://github.com/team/hooks\n    {}\n"
_SETUP = "TEST = ['pytest']\nsetup(install_requires=['numpy>=2'], extras_require={'test': TEST})\n"
_NOTEBOOK = (
    '{{"cells": [{{"cell_type": "code", "metadata": {{}}, "source": "{}"}}],'
    ' "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}\n'
)

VALID: tuple[Good, ...] = (
    Good("numpy==2.1.3\n", "requirements.txt"),
    Good("torch == 2.5.1+cu118  # CUDA 11.8\n", "requirements.txt"),
    Good('pandas[parquet]==2.2.3 ; python_version >= "3.11"\n', "requirements.txt"),
    Good("numpy==2.1.3rc1\nscipy==1.14.1.post1\nlegacy==1!1.2\n", "requirements.txt"),
    Good("numpy==2.1.3,!=2.1.4\n", "requirements.txt"),
    Good("numpy===2.1.3\n", "requirements.txt"),
    Good(f"numpy==2.1.3 \\\n    --hash=sha256:{_SHA256}\n", "requirements.txt"),
    Good(f"mylib @ git+https://example.org/team/mylib.git@{_COMMIT}\n", "requirements.txt"),
    Good(f"-e git+https://example.org/team/mylib.git@{_COMMIT}#egg=mylib\n", "requirements.txt"),
    Good(f"mylib @ https://example.org/mylib-1.0.tar.gz#sha256={_SHA256}\n", "requirements.txt"),
    Good("-e .\n./vendor/mylib\nfile:///opt/wheels/mylib-1.0-py3-none-any.whl\n", "requirements.txt"),
    Good("--index-url https://example.org/simple\n# numpy\n\nnumpy==2.1.3\n", "requirements.txt"),
    Good("-c constraints.txt\nnumpy\n", "requirements.txt", (("constraints.txt", "numpy==2.1.3\n"),)),
    Good("numpy>=2\n", "requirements.in", (("requirements.txt", "numpy==2.1.3\n"),)),
    Good(
        "numpy>=2\n",
        "requirements.in",
        (("requirements_lock_3_11.txt", "numpy==2.1.3\n    # via -r requirements.in\n"),),
    ),
    Good("mylib==${MYLIB_VERSION}\n", "requirements.txt"),
    Good("mylib~={{ cookiecutter.mylib }}\n", "requirements.txt"),
    Good(_APPLICATION, "pyproject.toml", (("uv.lock", _UV_LOCK),)),
    Good(_LIBRARY, "pyproject.toml", (("uv.lock", _UV_LOCK),)),
    Good(
        _APPLICATION,
        "pyproject.toml",
        (("requirements.txt", f"numpy==2.1.3 --hash=sha256:{_SHA256}\n"),),
    ),
    Good(
        _APPLICATION,
        "packages/churn/pyproject.toml",
        (("pyproject.toml", '[tool.uv.workspace]\nmembers = ["packages/*"]\n'), ("uv.lock", _UV_LOCK)),
    ),
    Good(_POETRY.format('"2.1.3"'), "pyproject.toml"),
    Good(_POETRY.format('{ path = "../numpy" }'), "pyproject.toml"),
    Good(_POETRY.format('"^2.1"'), "pyproject.toml", (("poetry.lock", _UV_LOCK),)),
    Good(
        '[project]\nname = "churn"\noptional-dependencies = { all = ["churn[plots]"] }\n',
        "pyproject.toml",
    ),
    Good('[build-system]\nrequires = ["setuptools>=61"]\n', "pyproject.toml"),
    Good('[tool.hatch.envs.train]\ndependencies = ["numpy==2.1.3"]\n', "pyproject.toml"),
    Good(
        "dependencies:\n  - python=3.11.9\n  - numpy==1.26\n  - pip:\n    - torch==2.5.1\n", "environment.yml"
    ),
    Good(
        "dependencies:\n  - pytorch::pytorch=2.5.1\n  - xz=5.2=h5eee18b_1\n  - numpy 2.1.3\n",
        "environment.yml",
    ),
    Good("dependencies:\n  - numpy=1.26\n", "environment.yml"),
    Good("dependencies:\n  - numpy>=1.26\n", "environment.yml", (("conda-lock.yml", _CONDA_LOCK),)),
    Good(f"FROM python@sha256:{_SHA256} AS base\nFROM base\nFROM scratch\n", "Dockerfile"),
    Good(
        "FROM python:3.11.9\nRUN pip install -r requirements.txt && pip install numpy==2.1.3 .\n",
        "Dockerfile",
    ),
    Good("ARG NUMPY=2.1.3\nFROM python:3.11\nRUN pip install numpy==${NUMPY}\n", "Dockerfile"),
    Good('FROM python:3.11\nRUN ["pip", "install", "numpy==2.1.3"]\n', "Dockerfile"),
    Good("FROM python:3.11\nRUN pip install -c constraints.txt numpy\n", "Dockerfile", _CONSTRAINTS),
    Good(
        "FROM a:1\nENV PIP_CONSTRAINT=/opt/constraints.txt\nRUN pip install numpy\n",
        "Dockerfile",
        _CONSTRAINTS,
    ),
    Good("UV_CONSTRAINT=constraints.txt uv pip install numpy\n", "setup.sh", _CONSTRAINTS),
    Good(
        _STEPS.format("run: pip install numpy\n        env: { PIP_CONSTRAINT: constraints.txt }"),
        ".github/workflows/ci.yml",
        _CONSTRAINTS,
    ),
    Good(_STEPS.format("uses: actions/checkout@v4"), ".github/workflows/ci.yml"),
    Good(_STEPS.format(f"uses: actions/checkout@{_COMMIT}  # v4"), ".github/workflows/ci.yml"),
    Good(_STEPS.format("uses: ./.github/actions/train"), ".github/workflows/ci.yml"),
    Good(_STEPS.format("run: pip install -r requirements.txt ruff==0.9.1"), ".github/workflows/ci.yml"),
    Good(_HOOKS.format("rev: v5.0.0"), ".pre-commit-config.yaml"),
    Good(
        "set -e\n# pip install numpy\nsudo pip3 install 'numpy==2.1.3' -e .\necho pip install torch\n",
        "setup.sh",
    ),
    Good("[options]\ninstall_requires =\n    numpy==2.1.3\n", "setup.cfg"),
    Good(_SETUP, "setup.py", (("requirements.txt", "numpy==2.1.3\npytest==8.3.4\n"),)),
    Good("setup(install_requires=read('requirements.txt'))\n", "setup.py"),
    Good('[packages]\nnumpy = "==2.1.3"\n[requires]\npython_version = "3.11"\n', "Pipfile"),
    Good('[packages]\nnumpy = "*"\n', "Pipfile", (("Pipfile.lock", _PIPFILE_LOCK),)),
    Good('[dependencies]\nnumpy = ">=2"\n', "pixi.toml", (("pixi.lock", _PIXI_LOCK),)),
    Good('# /// script\n# dependencies = ["numpy==2.1.3"]\n# ///\n', "train.py"),
    Good('# /// script\n# dependencies = ["numpy>=2"]\n# ///\n', "train.py", (("train.py.lock", _UV_LOCK),)),
    Good(_NOTEBOOK.format("%pip install numpy==2.1.3\\n# !pip install torch"), "a.ipynb"),
)
INVALID: tuple[Bad, ...] = (
    Bad("numpy\n", "names no version", "requirements.txt", names=("numpy",)),
    Bad(
        "numpy>=2,<3\nScikit_Learn~=1.5\npandas!=2.0\n",
        "allows more than one version",
        "requirements.txt",
        names=("numpy", "scikit-learn", "pandas"),
    ),
    Bad("numpy==2.1.*\n", "allows every version with this prefix", "requirements.txt"),
    Bad("numpy>=2.1.3,<=2.1.3\n", "`==2.1.3`", "requirements.txt", fixed="numpy==2.1.3\n"),
    Bad(
        'numpy[all] >= 2 ; python_version > "3.10"  # arrays\n',
        "the version in uv.lock",
        "requirements.txt",
        fixed='numpy[all] == 2.1.3 ; python_version > "3.10"  # arrays\n',
        beside=(("uv.lock", _UV_LOCK),),
    ),
    Bad(
        "numpy<2\n",
        "uv.lock holds numpy 2.1.3, which is not allowed here",
        "requirements.txt",
        beside=(("uv.lock", _UV_LOCK),),
    ),
    Bad("mylib @ git+https://example.org/team/mylib.git@v1.0\n", "40 hex digits", "requirements.txt"),
    Bad("git+https://example.org/team/mylib.git\n", "default branch", "requirements.txt", names=("mylib",)),
    Bad("mylib @ https://example.org/latest.zip\n", "#sha256=", "requirements.txt"),
    Bad("numpy = 2.1\n", "cannot be read as a requirement", "requirements.txt"),
    Bad("-r https://example.org/requirements.txt\n", "is not fetched", "requirements.txt"),
    Bad("-r ../other/requirements.txt\n", "outside of the repository", "requirements.txt"),
    Bad("-c constraints.txt\nnumpy\n", "names no version", "requirements.txt"),
    Bad("numpy @@ =\n", "cannot be read as a requirement", "requirements.txt", names=("numpy",)),
    Bad("-r gone.txt\n", "not in the repository", "requirements.txt", names=("gone.txt",)),
    Bad("-c gone.txt\n", "not in the repository", "requirements.txt", names=("gone.txt",)),
    Bad("numpy===2.1.3\n", "write `==`", "requirements.txt", strict=True),
    Bad("mylib==${MYLIB_VERSION}\n", "from a variable", "requirements.txt", strict=True),
    Bad("mylib @ https://example.org/mylib-1.0.zip\n", "#sha256=", "requirements.txt", strict=True),
    Bad("numpy>=2\n", "pip-compile", "requirements.in"),
    Bad(
        "numpy>=2\nscipy>=1.14\n",
        "requirements.txt does not hold scipy",
        "requirements.in",
        names=("scipy",),
        beside=(("requirements.txt", "numpy==2.1.3\n"),),
    ),
    Bad(_APPLICATION, "run `uv lock`", "pyproject.toml", names=("numpy",)),
    Bad(_LIBRARY, "a library keeps its ranges", "pyproject.toml", names=("numpy",)),
    Bad(
        _APPLICATION.replace("2", "3"),
        "which is not allowed here",
        "pyproject.toml",
        beside=(("uv.lock", _UV_LOCK),),
    ),
    Bad(
        _APPLICATION.replace("numpy", "scipy"),
        "uv.lock does not hold scipy",
        "pyproject.toml",
        beside=(("uv.lock", _UV_LOCK),),
    ),
    Bad(_APPLICATION, "run `uv lock`", "pyproject.toml", beside=(("requirements.txt", "numpy==2.1.3\n"),)),
    Bad('[dependency-groups]\ndev = ["pytest"]\n', "`pytest` names no version", "pyproject.toml"),
    Bad('[tool.uv]\ndev-dependencies = ["pytest>=8"]\n', "run `uv lock`", "pyproject.toml"),
    Bad('[tool.pdm.dev-dependencies]\ntest = ["pytest>=8"]\n', "run `pdm lock`", "pyproject.toml"),
    Bad(
        '[tool.hatch.envs.train]\ndependencies = ["numpy>=2"]\n',
        "a hatch environment has no lock: write `numpy==…`",
        "pyproject.toml",
    ),
    Bad(
        _LIBRARY + '[tool.hatch.envs.train]\ndependencies = ["numpy>=2"]  # as trained\n',
        "the version in uv.lock",
        "pyproject.toml",
        fixed=_LIBRARY + '[tool.hatch.envs.train]\ndependencies = ["numpy==2.1.3"]  # as trained\n',
        beside=(("uv.lock", _UV_LOCK),),
    ),
    Bad(
        "--index-url https://u:p@example.org/simple\n--pre\nnumpy==2.1.3\n",
        "where packages come from",
        "requirements.txt",
        names=("--index-url", "--pre"),
        strict=True,
    ),
    Bad(
        f"numpy==2.1.3 --hash=sha256:{_SHA256}\npandas>=2\n",
        "other lines have hashes",
        "requirements.txt",
        names=("pandas",),
    ),
    Bad(
        _LIBRARY + '[dependency-groups]\ntrain = ["numpy>=2", "scipy"]\n',
        "write `==2.1.3`, the version in requirements.txt, or run `uv lock`",
        "pyproject.toml",
        fixed=_LIBRARY + '[dependency-groups]\ntrain = ["numpy==2.1.3", "scipy"]\n',
        beside=(("requirements.txt", "numpy==2.1.3\n"),),
    ),
    Bad(
        _NOTEBOOK.format("%pip install -q numpy  # arrays"),
        "the version in uv.lock",
        "notebooks/a.ipynb",
        fixed=_NOTEBOOK.format("%pip install -q numpy==2.1.3  # arrays"),
        beside=(("uv.lock", _UV_LOCK),),
    ),
    Bad(_POETRY.format('"^2.1"'), "run `poetry lock`", "pyproject.toml", names=("numpy",)),
    Bad(
        _POETRY.format('{ git = "https://example.org/numpy.git", tag = "v2" }'),
        "40 hex",
        "pyproject.toml",
    ),
    Bad(
        "dependencies:\n  - python\n  - numpy>=2\n  - pandas=2.*\n  - pip\n  - pip:\n    - torch\n",
        "conda-lock -f environment.yml",
        "environment.yml",
        names=("python", "numpy", "pandas", "pip", "torch"),
    ),
    Bad("dependencies:\n  - numpy=1.26\n", "first components", "environment.yml", strict=True),
    Bad(
        "dependencies:\n  - pip:\n    - numpy>=2  # arrays\n",
        "the version in uv.lock",
        "environment.yml",
        fixed="dependencies:\n  - pip:\n    - numpy==2.1.3  # arrays\n",
        beside=(("uv.lock", _UV_LOCK),),
    ),
    Bad("FROM python\nFROM ubuntu:latest\n", "name a tag", "Dockerfile", names=("python", "ubuntu")),
    Bad("FROM python:3.11\n", "a tag can be moved", "Dockerfile", strict=True),
    Bad(
        "FROM python:3.11\nRUN pip install -U pip \\\n    # arrays\n    'numpy>=2' && conda install -y scipy\n",
        "allows more than one version",
        "Dockerfile",
        names=("pip", "numpy", "scipy"),
    ),
    Bad("FROM python:3.11\nRUN pip install numpy>=2\n", "put it in quotes", "Dockerfile", names=("numpy",)),
    Bad("FROM python:3.11\nRUN <<EOF\npip install numpy\nEOF\n", "names no version", "Dockerfile"),
    Bad(_STEPS.format("uses: actions/checkout@main"), "branch or tag", ".github/workflows/ci.yml"),
    Bad(_STEPS.format("uses: docker://alpine"), "no tag", ".github/workflows/ci.yml", names=("alpine",)),
    Bad(
        _STEPS.format("run: |\n          python -m pip install --upgrade pip\n          pip install numpy"),
        "names no version",
        ".github/workflows/ci.yml",
        names=("pip", "numpy"),
    ),
    Bad(_HOOKS.format("rev: main"), "branch or tag", ".pre-commit-config.yaml", names=("team/hooks",)),
    Bad(
        _HOOKS.format("rev: v1\n    hooks: [{ id: mypy, additional_dependencies: [types-PyYAML] }]"),
        "names no version",
        ".pre-commit-config.yaml",
        names=("types-pyyaml",),
    ),
    Bad(
        "PIP_CONSTRAINT=constraints.txt pip install numpy scipy\n",
        "names no version",
        "setup.sh",
        names=("scipy",),
        beside=_CONSTRAINTS,
    ),
    Bad("sudo pip3 install numpy\n", "names no version", "setup.sh", names=("numpy",)),
    Bad("bash -c 'uv pip install numpy'\n", "names no version", "setup.sh", names=("numpy",)),
    Bad(
        "[options]\ninstall_requires =\n    numpy>=2\n[options.extras_require]\nplot = matplotlib\n",
        "keep the range",
        "setup.cfg",
        names=("numpy", "matplotlib"),
    ),
    Bad(_SETUP, "keep the range", "setup.py", names=("pytest", "numpy")),
    Bad('[packages]\nnumpy = "*"\n', "run `pipenv lock`", "Pipfile", names=("numpy",)),
    Bad('[dependencies]\nnumpy = ">=2"\n', "run `pixi lock`", "pixi.toml", names=("numpy",)),
    Bad(
        '# /// script\n# dependencies = ["numpy>=2"]\n# ///\n',
        "uv lock --script train.py",
        "train.py",
        names=("numpy",),
    ),
    Bad(_NOTEBOOK.format("!pip install numpy"), "names no version", "a.ipynb", names=("numpy",)),
    Bad(_NOTEBOOK.format("%%bash\\nconda install -y numpy"), "names no version", "a.ipynb", names=("numpy",)),
)
