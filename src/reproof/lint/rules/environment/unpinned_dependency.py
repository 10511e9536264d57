"""The rule `unpinned-dependency`. What counts as pinned is decided in `lint/requirements`."""

from __future__ import annotations

from reproof.lint.file_types import FileType
from reproof.lint.finding import Aspect, Fix
from reproof.lint.rule import Rule
from reproof.lint.rules.environment._unpinned_examples import INVALID, VALID
from reproof.lint.source import Code, InvalidFile, NotebookFile, line_starts, span_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.config import CheckConfig
    from reproof.lint.finding import Edit, Finding
    from reproof.lint.parameters.notebook import CellSource
    from reproof.lint.requirements.surroundings import Surroundings
    from reproof.lint.requirements.unpinned import Unpinned
    from reproof.lint.rule import Tools
    from reproof.lint.source import SourceFile


MOST_TOLD = 1000  # of one file; nobody reads more, and a million of them take minutes to print


class UnpinnedDependency(Rule):
    """A dependency that is not pinned installs another version next month, and the model changes with it.

    What it finds:
        Requirements that more than one distribution can satisfy: no version (`numpy`), a range
        (`numpy>=1.26`, `~=`, `==1.26.*`), a repository at a branch or tag, a URL without a hash, a base image
        without a tag. Looked at is what installs something: requirements and constraints files; in
        `pyproject.toml` the dependencies, extras and groups of the project and of uv, poetry, pdm and hatch;
        `setup.cfg`, `setup.py` (read, never run), `Pipfile`, `environment.yml`, `pixi.toml`, scripts with a
        `# /// script` block; `FROM` and the install commands of Dockerfiles, GitHub workflows, notebooks and
        shell scripts; actions, and the hooks of `.pre-commit-config.yaml`. So are lines of a requirements file at
        which pip stops: no requirement (`numpy @@ =`), and `-r` or `-c` with a file that is not there. One that git
        ignores is there where it was made, but in no clone. An option that pip does not take there, or one without
        its value (a bare `-r`), makes the file an `invalid-file`.

        Left alone is what selects one distribution: `==1.26.4`, a full commit, a `sha256`, a local path. So is a
        line that another file pins: `==` in a constraints file (`-c`, `PIP_CONSTRAINT`) or a file that `-r` names,
        the compiled `.txt` beside a `.in`, and for `pyproject.toml` the lock beside it (`uv.lock`, `poetry.lock`,
        `pdm.lock`, `pylock.toml`, hash-locked requirement files), if it holds the name at an allowed version; and
        so with `Pipfile.lock`, `conda-lock.yml`, `pixi.lock`, `<script>.py.lock`. What is debatable (an image or
        an action by the tag of a version, conda's `numpy=1.26`, a version from a variable, another index without
        hashes) is told with `strict = true`; `allow-tags = false` in `[tool.reproof.check.dependencies]` makes
        tags findings.

    Why it hurts reproducibility:
        A range is answered anew by every installation. Code, config and data can be the same to the byte:
        scikit-learn 1.7 in place of 1.6 still trains another model, and nothing in the repository says so.

    Instead:
        Write the version that you trained with (`numpy==2.1.3`), or keep ranges where they belong and commit a
        lock made from them: `uv lock`, `poetry lock`, `pdm lock`, `pip-compile --generate-hashes`. A library
        keeps its ranges, since those who install it need them, and commits a lock for its own results.

    Fix:
        The range becomes `==` with the version that the nearest of these has, if the range allows it: a lock, a
        `requirements.txt` that pins it, both in the file's folder or above, and the training's environment
        (`python` in `[tool.reproof]`, `.venv`, `python` on PATH where reproof is not installed beside it; the
        names in it are read and nothing is started). What conda installs is pinned to what conda has installed
        there. Comments, markers, extras and line ends stay as they are; of a notebook only the line changes.
        Nothing is asked of the network.

        Never pinned are the published dependencies of a library, `setup.py` and `setup.cfg`; what has a lock that
        must be written again; and a line among lines with hashes, where pip would refuse a version alone.
    """

    name = "unpinned-dependency"
    aspect = Aspect.ENVIRONMENT
    files = (
        FileType.REQUIREMENTS
        | FileType.PYPROJECT
        | FileType.PYTHON
        | FileType.NOTEBOOK
        | FileType.CONDA
        | FileType.DOCKER
        | FileType.WORKFLOW
        | FileType.PRE_COMMIT
        | FileType.SHELL
        | FileType.SETUP_CFG
        | FileType.PIPFILE
        | FileType.PIXI
    )

    tabled = True
    VALID = VALID
    INVALID = INVALID

    def __init__(self, options: CheckConfig, tools: Tools) -> None:
        super().__init__(options, tools)
        self._surroundings: Surroundings | None = None
        self._cell: tuple[NotebookFile, int, list[int]] | None = None
        self._edited: tuple[NotebookFile, dict[int, CellSource]] | None = None

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """Yield one finding a dependency; raises `InvalidFile` for a file that cannot be read."""
        told = 0
        for kind, found in self._found(file):
            for each in found if self._looks_at(kind) else ():
                finding = self._told(file, kind, each)
                told += 1
                if told > MOST_TOLD:
                    more = f"more than {MOST_TOLD:,} unpinned dependencies: the others are not told"
                    raise InvalidFile(more, finding.span.line, finding.span.column, each.cell)
                yield finding

    def _found(self, file: SourceFile) -> Iterator[tuple[str, Iterator[Unpinned]]]:
        """The kinds of carriers that a file is, each with what is unpinned in it, found when it is asked for."""
        strict = self.options.strict
        if FileType.PYPROJECT in file.type:
            from reproof.lint.requirements.projects import unpinned_in_project

            yield "pyproject", unpinned_in_project(file, self._around(), strict)
        elif FileType.REQUIREMENTS in file.type:
            from reproof.lint.requirements.requirement_files import unpinned_in_requirements

            yield "requirements", unpinned_in_requirements(file, self._around, strict)
        else:
            from reproof.lint.requirements.carried import unpinned_in
            from reproof.lint.requirements.kinds import hub_of, kind_of

            carriers = [kind_of(file, self.options.dependencies.allow_tags)]
            if self._looks_at("hub"):
                carriers.append(hub_of(file))
            for carrier in filter(None, carriers):
                yield carrier.name, unpinned_in(file, carrier, self._around, strict)

    def _looks_at(self, kind: str) -> bool:
        chosen = self.options.dependencies.kinds
        return kind in chosen or ("default" in chosen and kind != "hub")

    def _around(self) -> Surroundings:
        if self._surroundings is None:
            from reproof.lint.requirements.surroundings import Surroundings

            self._surroundings = Surroundings(self.tools.installed, self.tools.installed_by_conda)
        return self._surroundings

    def _starts(self, file: NotebookFile, cell: int) -> list[int]:
        """Where the lines of a cell start; kept for the next finding in it."""
        if self._cell is None or self._cell[:2] != (file, cell):
            self._cell = (file, cell, line_starts(file.cells[cell - 1].source))
        return self._cell[2]

    def _told(self, file: SourceFile, kind: str, each: Unpinned) -> Finding:
        fix = Fix(each.title, True, lambda: self._edits(file, each)) if each.edit else None
        if isinstance(file, NotebookFile) and each.cell is not None:
            span = span_at(self._starts(file, each.cell), each.start, each.end)
        else:
            span = file.span(each.start, each.end)
        return self.finding(
            file, span, each.message, name=each.name, kind=kind, value=each.value, fix=fix, cell=each.cell
        )

    def _edits(self, file: SourceFile, each: Unpinned) -> tuple[Edit, ...]:
        """The edit in the file's characters; raises `Unfixable` for a notebook that cannot be edited exactly."""
        edit = each.edit
        if edit is None or not isinstance(file, NotebookFile) or each.cell is None:
            return (edit,) if edit else ()
        from reproof.lint.parameters.notebook import edits_in_file
        from reproof.lint.parameters.rewrite import CodeEdit

        if self._edited is None or self._edited[0] is not file:
            self._edited = (file, {})
        source = file.cells[each.cell - 1].source
        first = min(
            edit.start, edit.end - 1
        )  # behind a name: with its last character, so that the line stays one
        text = source[first : edit.start] + edit.text
        code_edit = CodeEdit(Code(source, each.cell), first, edit.end, text)
        return tuple(edits_in_file(file, [code_edit], self._edited[1]))
