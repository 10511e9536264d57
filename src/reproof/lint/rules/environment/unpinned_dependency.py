"""The rule `unpinned-dependency`. What counts as pinned is decided in `lint/requirements`."""

from __future__ import annotations

from reproof.lint.finding import Aspect, Fix
from reproof.lint.rule import Bad, Good, Rule
from reproof.lint.source import FileType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.config import CheckConfig
    from reproof.lint.finding import Finding
    from reproof.lint.requirements.surroundings import Surroundings
    from reproof.lint.requirements.unpinned import Unpinned
    from reproof.lint.rule import Tools
    from reproof.lint.source import SourceFile

_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_UV_LOCK = 'version = 1\n\n[[package]]\nname = "numpy"\nversion = "2.1.3"\n'
_APPLICATION = '[project]\nname = "churn"\ndependencies = ["numpy>=2"]\n'
_LIBRARY = '[build-system]\nrequires = ["hatchling"]\n\n' + _APPLICATION
_POETRY = '[tool.poetry.dependencies]\npython = "^3.11"\nnumpy = {}\n'


class UnpinnedDependency(Rule):
    """A dependency that is not pinned installs another version next month, and the model changes with it.

    What it finds:
        Requirements that more than one distribution can satisfy: no version (`numpy`), a range
        (`numpy>=1.26`, `~=`, `==1.26.*`), a repository at a branch or tag, a URL without a hash. Looked at are
        requirements and constraints files, and in `pyproject.toml` the dependencies, extras and groups of the
        project and of uv, poetry, pdm and hatch.

        Left alone is what selects one distribution: `==1.26.4`, a full commit, a `sha256`, a local path. So is a
        line that another file pins: `==` in a constraints file that `-c` names or in a file that `-r` names,
        the compiled `.txt` beside a `.in`, and for `pyproject.toml` the lock beside it (`uv.lock`, `poetry.lock`,
        `pdm.lock`, `pylock.toml`, hash-locked requirement files), if it holds the name at an allowed version.

    Why it hurts reproducibility:
        A range is answered anew by every installation. Code, config and data can be the same to the byte:
        scikit-learn 1.7 in place of 1.6 still trains another model, and nothing in the repository says so.

    Instead:
        Write the version that you trained with (`numpy==2.1.3`), or keep ranges where they belong and commit a
        lock made from them: `uv lock`, `poetry lock`, `pdm lock`, `pip-compile --generate-hashes`. A library
        keeps its ranges, since those who install it need them, and commits a lock for its own results.

    Fix:
        In a requirements file the range becomes `==` with the version that a lock near it has, if the range
        allows it; comments, markers, extras and line ends stay as they are. Nothing is looked up elsewhere.
    """

    name = "unpinned-dependency"
    aspect = Aspect.ENVIRONMENT
    files = FileType.REQUIREMENTS | FileType.PYPROJECT

    VALID = (
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
        Good("mylib==${MYLIB_VERSION}\n", "requirements.txt"),
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
    )
    INVALID = (
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
        Bad(
            "git+https://example.org/team/mylib.git\n", "default branch", "requirements.txt", names=("mylib",)
        ),
        Bad("mylib @ https://example.org/latest.zip\n", "#sha256=", "requirements.txt"),
        Bad("numpy = 2.1\n", "cannot be read as a requirement", "requirements.txt"),
        Bad("-r https://example.org/requirements.txt\n", "is not fetched", "requirements.txt"),
        Bad("-r ../other/requirements.txt\n", "outside of the repository", "requirements.txt"),
        Bad("-c constraints.txt\nnumpy\n", "names no version", "requirements.txt"),
        Bad("-r gone.txt\n", "not in the repository", "requirements.txt", strict=True),
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
        Bad(
            _APPLICATION, "run `uv lock`", "pyproject.toml", beside=(("requirements.txt", "numpy==2.1.3\n"),)
        ),
        Bad('[dependency-groups]\ndev = ["pytest"]\n', "`pytest` names no version", "pyproject.toml"),
        Bad('[tool.uv]\ndev-dependencies = ["pytest>=8"]\n', "run `uv lock`", "pyproject.toml"),
        Bad('[tool.pdm.dev-dependencies]\ntest = ["pytest>=8"]\n', "run `pdm lock`", "pyproject.toml"),
        Bad(
            '[tool.hatch.envs.train]\ndependencies = ["numpy>=2"]\n',
            "a hatch environment has no lock: write `numpy==…`",
            "pyproject.toml",
            beside=(("uv.lock", _UV_LOCK),),
        ),
        Bad(_POETRY.format('"^2.1"'), "run `poetry lock`", "pyproject.toml", names=("numpy",)),
        Bad(
            _POETRY.format('{ git = "https://example.org/numpy.git", tag = "v2" }'),
            "40 hex",
            "pyproject.toml",
        ),
    )

    def __init__(self, options: CheckConfig, tools: Tools) -> None:
        super().__init__(options, tools)
        self._surroundings: Surroundings | None = None

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """Yield one finding a dependency; raises `InvalidFile` for a file that cannot be read."""
        if FileType.PYPROJECT in file.type:
            from reproof.lint.requirements.projects import unpinned_in_project

            kind, found = "pyproject", unpinned_in_project(file, self._around(), self.options.strict)
        else:
            from reproof.lint.requirements.requirement_files import unpinned_in_requirements

            kind, found = "requirements", unpinned_in_requirements(file, self._around, self.options.strict)
        for each in found:
            yield self._told(file, kind, each)

    def _around(self) -> Surroundings:
        if self._surroundings is None:
            from reproof.lint.requirements.surroundings import Surroundings

            self._surroundings = Surroundings()
        return self._surroundings

    def _told(self, file: SourceFile, kind: str, each: Unpinned) -> Finding:
        edit = each.edit
        fix = Fix(each.title, True, lambda: (edit,)) if edit else None
        span = file.span(each.start, each.end)
        return self.finding(file, span, each.message, name=each.name, kind=kind, value=each.value, fix=fix)
