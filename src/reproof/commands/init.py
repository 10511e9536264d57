"""Set a repository up: `reproof.toml`, the hooks, the workflows. Looks first, and never overwrites.

A file that is there already stays as it is, and what could be added to it is printed. With --pin-numerics the
configuration also holds the environment variables with which two machines compute alike more often, for the
frameworks that the project uses; where there is a configuration already, they are appended to it. A second time
there is nothing left to do.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reproof.adapters.git import GitRepository
from reproof.config import config_from_texts, load_config
from reproof.errors import Exit, UsageError
from reproof.installed import installed_versions
from reproof.lint.files import SourceTree
from reproof.runs.waiting import write_whole
from reproof.starting import files
from reproof.starting.found import look
from reproof.visible import visible

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from reproof.config import Config
    from reproof.starting.found import Project

EXAMPLE = """\
reproof init --dry-run
reproof init
reproof init --pin-numerics
"""

# Ours under any `repo:`: the release's, a clone's path, or `local` with our command.
_OUR_HOOKS = re.compile(
    rb"(?m)^[^#\n]*(?:reproof-ml/reproof\b|\breproof check\b|\bid:\s*[\"']?"
    rb"(?:reproof|unpinned-dependencies|hardcoded-hyperparameters|dirty-notebooks)(?![\w-]))"
)
INTERPRETERS = (".venv/bin/python", "venv/bin/python", ".venv/Scripts/python.exe", "venv/Scripts/python.exe")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="show the files and write none")
    parser.add_argument(
        "--pin-numerics",
        action="store_true",
        help="also configure variables that make machines compute alike (costs speed)",
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """One file: what is written or appended to it (None: nothing), and else why it stays, with what to add."""

    path: str
    text: str | None
    appended: bool = False
    stays: str = ""
    add: str = ""


def run(args: argparse.Namespace) -> int:
    repository = GitRepository(".")
    root = repository.root
    config = load_config(root)
    tree = SourceTree(root)
    own = next((path for path in INTERPRETERS if os.path.exists(os.path.join(root, path))), None)
    shared = own if own and repository.tracks(own) else None  # no clone has an environment that git ignores
    installed = installed_versions(root, config.python or own)
    project = look(tree.listing(), functools.partial(_content, tree), shared, installed)
    steps = [
        *_settings(tree, config, project, pinned=args.pin_numerics),
        _hooks(tree),
        *_workflows(tree, project, repository),
    ]
    for step in steps:
        if step.text is None:
            _say_kept(step)
        elif args.dry_run:
            print(
                f"{'would append to' if step.appended else 'would write'} {step.path}:\n{_indented(step.text)}"
            )
        else:
            _write(tree, step)
            print(f"{'appended to' if step.appended else 'wrote'} {step.path}")
    written = [step.path for step in steps if step.text is not None]
    if written and not args.dry_run:
        _say_next(written, None if shared or config.python else own)
    elif not written:
        left = any(step.add for step in steps)
        said = "what could be added stands above" if left else "everything is there"
        print(f"nothing to write: {said}", file=sys.stderr)
    if note := files.releases(step.path for step in steps if step.text or step.add):
        print(f"\n{note}", file=sys.stderr)
    return Exit.FINE


def _content(tree: SourceTree, path: str) -> bytes | None:
    found = tree.neighbour(path)
    return found.data if found else None


def _settings(tree: SourceTree, config: Config, project: Project, *, pinned: bool) -> Iterator[_Step]:
    if config.path is None:
        yield _new(tree, files.SETTINGS, files.settings(project, pinned=pinned))
        return
    if not pinned:
        yield _Step(config.path, None, stays="configures reproof already")
    elif config.numerics:
        yield _Step(config.path, None, stays="pins numerics already")
    else:
        yield _pinned(tree, config.path, project)


def _pinned(tree: SourceTree, path: str, project: Project) -> _Step:
    """The table at the end of a configuration, where that means the same configuration and the table."""
    file = tree.neighbour(path)
    old = file.data if file else b""
    table = files.numerics(project, "numerics" if path == files.SETTINGS else "tool.reproof.numerics")
    newline = "\r\n" if b"\r\n" in old else "\n"
    added = ("" if not old or old.endswith(b"\n") else newline) + newline + table.replace("\n", newline)
    try:
        made = config_from_texts("", lambda name: old + added.encode() if name == path else None)
        before = config_from_texts("", lambda name: old if name == path else None)
    except UsageError:
        return _Step(path, None, stays="is no file that a table can be appended to", add=table)
    if (
        made.replace(numerics=()) != before
        or not made.numerics
        or os.path.islink(os.path.join(tree.root, path))
    ):
        return _Step(path, None, stays="is no file that a table can be appended to", add=table)
    return _Step(path, added, appended=True)


def _hooks(tree: SourceTree) -> _Step:
    path = files.HOOKS
    if path.removesuffix("yaml") + "yml" in tree.listing():
        path = path.removesuffix("yaml") + "yml"
    step = _new(tree, path, files.hooks())
    if step.text is not None:
        return step
    file = tree.neighbour(path)
    if file and _OUR_HOOKS.search(file.data):
        return _Step(path, None, stays="has the hooks already")
    return _Step(path, None, stays="is there already; add below `repos:`", add=files.HOOK_ENTRY)


def _workflows(tree: SourceTree, project: Project, repository: GitRepository) -> Iterator[_Step]:
    if project.workflow:
        yield _Step(project.workflow, None, stays="uses reproof already")
        for path in files.WORKFLOWS:
            if path != project.workflow and os.path.lexists(os.path.join(tree.root, path)):
                yield _Step(path, None, stays="is there already")
        return
    remote = repository.remote
    if remote and "github" not in remote and not os.path.isdir(os.path.join(tree.root, ".github")):
        yield _Step(".github/workflows/", None, stays=f"is for GitHub, and origin is {remote}")
        return
    branch = repository.default_branch()
    for path in files.WORKFLOWS:
        yield _new(tree, path, files.workflow(path, branch))


def _new(tree: SourceTree, path: str, text: str) -> _Step:
    """A file to be made; whatever stands there, even a link that leads nowhere, stays."""
    if os.path.lexists(os.path.join(tree.root, path)):
        return _Step(path, None, stays="is there already")
    above = os.path.dirname(path)
    while above:
        full = os.path.join(tree.root, above)
        if os.path.islink(full) or (os.path.lexists(full) and not os.path.isdir(full)):
            return _Step(path, None, stays=f"is not written: {above} is no folder of the repository")
        above = os.path.dirname(above)
    return _Step(path, text)


def _write(tree: SourceTree, step: _Step) -> None:
    full = os.path.join(tree.root, step.path)
    assert step.text is not None
    data = step.text.encode("utf-8")
    if step.appended:
        with open(full, "rb") as handle:
            old = handle.read()
        mode = os.stat(full).st_mode
        write_whole(full, old + data)
        os.chmod(full, mode)
        return
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "xb") as handle:  # somebody may have made it since
        handle.write(data)


def _say_kept(step: _Step) -> None:
    print(f"kept {step.path}: it {visible(step.stays)}")
    if step.add:
        print(_indented(step.add))


def _say_next(written: list[str], python: str | None) -> None:
    """`python` is the interpreter of an environment that only this machine has, where nothing names another."""
    lines = [f"git add {' '.join(written)}"]
    if any(path.startswith(".pre-commit") for path in written):
        lines.append("pre-commit install")
    lines.append('git commit -m "Set reproof up"')
    if python:
        folder = os.path.dirname(python)
        start = f". {folder}/activate" if folder.endswith("bin") else f"{folder}/activate"
        lines.append(f"{start}    # trainings take the `python` on the PATH")
    lines.append("reproof run --baseline    # record what this commit gives")
    print("\nnext:\n" + "\n".join(f"  {line}" for line in lines), file=sys.stderr)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.strip("\r\n").splitlines())
