"""The kinds of carriers by the type of the file, each with its reader; imported for one that is met."""

from __future__ import annotations

from reproof.lint.file_types import FileType
from reproof.lint.requirements.carried import Kind
from reproof.lint.requirements.surroundings import Surroundings
from reproof.lint.source import NotebookFile, PythonFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from reproof.lint.source import SourceFile


def kind_of(file: SourceFile, allow_tags: bool) -> Kind | None:
    """How a file is read; None for one that is no carrier."""
    if isinstance(file, PythonFile):
        return _of_python(file)
    return _of_tables(file) or _of_commands(file, allow_tags)


def hub_of(file: SourceFile) -> Kind | None:
    """How a script or notebook is read for what it loads from hubs; None for another file."""
    if not isinstance(file, (PythonFile, NotebookFile)):
        return None
    from reproof.lint.requirements.carriers import hub

    return Kind("hub", lambda _: hub.dependencies(file), fixable=False)


def _of_python(file: PythonFile) -> Kind | None:
    title = file.path.rpartition("/")[2]
    if title == "setup.py":
        from reproof.lint.requirements.carriers.setup_files import setup_py

        return Kind("setup", lambda _: setup_py(file), Surroundings.requirements_beside, fixable=False)
    if b"# /// script" in file.data:
        from reproof.lint.requirements.carriers.script import dependencies

        return Kind("script", dependencies, Surroundings.script_locks, f"uv lock --script {title}")
    return None


def _of_tables(file: SourceFile) -> Kind | None:
    if FileType.CONDA in file.type:
        from reproof.lint.requirements.carriers.conda_environment import dependencies

        remedy = f"conda-lock -f {file.path.rpartition('/')[2]}"
        return Kind("conda", dependencies, Surroundings.conda_locks, remedy)
    if FileType.SETUP_CFG in file.type:
        from reproof.lint.requirements.carriers.setup_files import setup_cfg

        return Kind("setup", setup_cfg, Surroundings.requirements_beside, fixable=False)
    if FileType.PIPFILE in file.type:
        from reproof.lint.requirements.carriers.pipfile import pipfile

        return Kind("pipfile", pipfile, Surroundings.pipfile_locks, "pipenv lock")
    if FileType.PIXI in file.type:
        from reproof.lint.requirements.carriers.pipfile import pixi

        return Kind("pixi", pixi, Surroundings.pixi_locks, "pixi lock")
    return None


def _of_commands(file: SourceFile, allow_tags: bool) -> Kind | None:
    if FileType.DOCKER in file.type:
        from reproof.lint.requirements.carriers import dockerfile

        return Kind("docker", lambda each: dockerfile.dependencies(each, allow_tags))
    if FileType.WORKFLOW in file.type:
        from reproof.lint.requirements.carriers import workflow

        return Kind("workflow", lambda each: workflow.dependencies(each, allow_tags))
    if FileType.PRE_COMMIT in file.type:
        from reproof.lint.requirements.carriers import pre_commit

        return Kind("pre-commit", lambda each: pre_commit.dependencies(each, allow_tags))
    if isinstance(file, NotebookFile):
        from reproof.lint.requirements.carriers import notebook

        return Kind("notebook", lambda _: notebook.dependencies(file))
    if FileType.SHELL in file.type:
        from reproof.lint.requirements.carriers import commands

        return Kind("shell", commands.dependencies)
    return None
