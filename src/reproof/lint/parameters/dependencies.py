"""PyYAML for the loader: declared already, added and pinned beside the project's other dependencies, or refused.

Declarations count from the script's folder up to the root. PyYAML counts as declared where it is named, where a
lock or a compiled file holds it, and where something is named that always brings it along. Where nothing is
declared at all there is nothing to add to, and the fix goes ahead.

It is pinned to the version that a lock or a constraints file beside names, else to the version with which the
values were checked: reproof's own.
"""

from __future__ import annotations

import posixpath
import re

from reproof.lint.finding import Edit, Unfixable
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.parameters.insertions import Insertions
from reproof.lint.parameters.yaml_edits import read_yaml
from reproof.lint.requirements.locks import is_hash_locked
from reproof.lint.requirements.parse import EntryKind, parse_requirements, resolve
from reproof.lint.requirements.pinned import normalise
from reproof.lint.requirements.pyproject import declared, groups, is_library, table_at
from reproof.lint.requirements.surroundings import TOML_LOCKS, Surroundings
from reproof.lint.requirements.toml_places import parse_toml, read_toml
from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reproof.lint.source import SourceFile

_NAME = "pyyaml"
# What requires PyYAML in every version of the last years, so that it is there where they are.
_BRINGS_IT = names(
    "pyyaml omegaconf hydra-core dvc transformers huggingface-hub datasets accelerate diffusers peft trl timm "
    "sentence-transformers pytorch-lightning lightning mlflow mlflow-skinny wandb optuna dask bokeh ultralytics "
    "albumentations ray kedro"
)
_REQUIREMENTS = (
    *("requirements.txt", "requirements.in", "requirements/base.txt", "requirements/requirements.txt"),
    *("requirements/main.txt", "requirements/prod.txt", "requirements/train.txt", "requirements/base.in"),
)
_CONDA = ("environment.yml", "environment.yaml", "conda.yml", "conda.yaml")
_BY_HAND = {
    "setup.py": "add it to `install_requires` in setup.py",
    "setup.cfg": "add it to `install_requires` in setup.cfg",
    "Pipfile": "run `pipenv install pyyaml`",
    "pixi.toml": "run `pixi add pyyaml`",
}
_ADD = {"uv.lock": "uv add pyyaml", "poetry.lock": "poetry add pyyaml", "pdm.lock": "pdm add pyyaml"}


def pyyaml_declared(file: SourceFile, folders: Iterable[str]) -> tuple[Edit, ...]:
    """Edits after which the code in `file` may import PyYAML; raises `Unfixable` with what to do by hand.

    `folders` are those of the file and above, the nearest first.
    """
    carriers = [
        other
        for folder in folders
        for name in (*_REQUIREMENTS, "pyproject.toml", *_CONDA, *_BY_HAND)
        if (other := file.neighbour(posixpath.join(folder, name))) is not None
    ]
    try:
        if _declared_inline(file):
            return ()
        declaring = [each for each in carriers if _declares_something(each)]
        if not declaring or any(_brings_it(each) for each in declaring):
            return ()
        return _added_to(declaring[0], declaring)
    except InvalidFile as invalid:
        raise Unfixable(
            "whether the project declares PyYAML is not known, since a file that would say so cannot be read "
            f"({invalid.message}): mend it first"
        ) from None


def installation(edits: Iterable[Edit]) -> str:
    """What is left to do after the edits of `pyyaml_declared`: a declaration installs nothing."""
    for edit in edits:
        if added := re.search(r"pyyaml(==?)[0-9][\w.+!-]*", edit.text, re.IGNORECASE):
            tool = "pip" if added[1] == "==" else "conda"
            return f"{edit.path} asks for {added[0]} now: `{tool} install {added[0]}` before the next run"
    return ""


def _declared_inline(file: SourceFile) -> bool:
    """PEP 723: a script that lists its own dependencies; raises `Unfixable` where PyYAML is not among them."""
    if not file.path.endswith(".py") or "# /// script" not in file.text:
        return False
    block = file.text.partition("# /// script")[2].partition("# ///\n")[0].lower()
    if any(f'"{name}' in block or f"'{name}" in block for name in _BRINGS_IT):
        return True
    raise Unfixable(
        "the script lists its own dependencies (`# /// script`) without PyYAML: add `pyyaml==…` there first"
    )


def _title(file: SourceFile) -> str:
    return posixpath.basename(file.path)


def _declares_something(file: SourceFile) -> bool:
    """A `pyproject.toml` may hold nothing but a linter's settings."""
    return _title(file) != "pyproject.toml" or bool(_names_in(file)) or "project" in parse_toml(file.text)


def _brings_it(file: SourceFile) -> bool:
    if not _BRINGS_IT.isdisjoint(_names_in(file)):
        return True
    if _title(file) == "pyproject.toml":
        locks = Surroundings().project_locks(file, groups(parse_toml(file.text)))
        return any(_NAME in lock.packages for lock in locks)
    return False


def _names_in(file: SourceFile) -> set[str]:
    """The normalised names that a file declares; for files in other languages, the names that stand in them."""
    title = _title(file)
    if title == "pyproject.toml":
        return {each.verdict.name for each in declared(parse_toml(file.text))}
    if title in _CONDA:
        return set(_conda_names(read_yaml(file).data))
    if title in _BY_HAND:
        return set(re.findall(r"[\w.-]+", file.text.lower()))
    return set(_requirement_names(file, set()))


def _requirement_names(file: SourceFile, seen: set[str]) -> Iterator[str]:
    seen.add(file.path)
    for entry in parse_requirements(file.text):
        if entry.verdict is not None:
            yield entry.verdict.name
        elif entry.kind is EntryKind.INCLUDE:
            path = resolve(file.path, entry.text)
            other = file.neighbour(path) if path and path not in seen else None
            if other is not None:
                yield from _requirement_names(other, seen)


def _conda_names(document: object) -> Iterator[str]:
    listed = table_at(document).get("dependencies")
    for item in listed if isinstance(listed, list) else ():
        inner = item.get("pip") if isinstance(item, dict) else [item]
        for each in inner if isinstance(inner, list) else ():
            if isinstance(each, str):
                yield normalise(re.split(r"[^\w.-]", each.rpartition("::")[2].strip(), maxsplit=1)[0])


def _added_to(file: SourceFile, declaring: list[SourceFile]) -> tuple[Edit, ...]:
    title = _title(file)
    if title in _BY_HAND:
        raise Unfixable(f"the loader needs PyYAML, which {title} does not declare: {_BY_HAND[title]}")
    if title in _CONDA:
        return _in_environment(file)
    if title == "pyproject.toml":
        return _in_pyproject(file)
    compiled = next((each for each in declaring if each.path == f"{file.path.removesuffix('.txt')}.in"), None)
    if compiled is not None or title.endswith(".in"):
        raise Unfixable(
            f"the loader needs PyYAML, and {title} is compiled: add pyyaml to its `.in` file and compile it again"
        )
    if is_hash_locked(file):
        raise Unfixable(
            f"the loader needs PyYAML, and {title} is locked by hashes: add it with its hash first"
        )
    return _in_requirements(file)


def _version(file: SourceFile) -> str:
    around = Surroundings()
    for lock in (*around.followed(file), *around.known_versions(file)):
        if (version := lock.only_version(_NAME)) is not None:
            return version
    return _own_version()


def _own_version() -> str:
    import yaml

    return str(yaml.__version__)


def _in_requirements(file: SourceFile) -> tuple[Edit, ...]:
    """One more line: in its place where the lines are sorted, else at the end."""
    text = file.text
    line = f"PyYAML=={_version(file)}"
    newline = "\r\n" if "\r\n" in text else "\n"
    entries = [entry for entry in parse_requirements(text) if entry.kind is EntryKind.REQUIREMENT]
    lowered = [entry.text.lower() for entry in entries]
    if len(entries) > 1 and lowered == sorted(lowered):
        above = next((entry for entry in entries if entry.text.lower() > line.lower()), None)
        if above is not None:
            start = max(text.rfind("\n", 0, above.start), text.rfind("\r", 0, above.start)) + 1
            return (Edit(start, start, line + newline, file.path),)
    end = len(text)
    if text and not text.endswith(("\n", "\r")):
        return (Edit(end, end, newline + line, file.path),)
    return (Edit(end, end, line + newline, file.path),)


def _in_environment(file: SourceFile) -> tuple[Edit, ...]:
    """One more line of `dependencies`, pinned as conda does."""
    folder = posixpath.dirname(file.path)
    if any(file.neighbour(posixpath.join(folder, name)) for name in ("conda-lock.yml", "pixi.lock")):
        raise Unfixable(
            "the loader needs PyYAML, and the environment is locked: add pyyaml and lock it again"
        )
    yaml = read_yaml(file)
    insertions = Insertions(file.path, yaml.text, yaml.root)
    for key, value in yaml.root.value if yaml.root is not None else ():
        if key.value == "dependencies" and value.id == "sequence" and value.value:
            insertions.into_sequence(value, [f"pyyaml={_own_version()}"], 1)
            return insertions.edits()
    raise Unfixable(f"the loader needs PyYAML, and {_title(file)} has no list of dependencies: add it there")


def _in_pyproject(file: SourceFile) -> tuple[Edit, ...]:
    """One more item of `project.dependencies`, where no lock would go stale and no library would be pinned."""
    folder = posixpath.dirname(file.path)
    for lock in TOML_LOCKS:
        if file.neighbour(posixpath.join(folder, lock)) is not None:
            command = _ADD.get(lock, "add pyyaml and lock again")
            raise Unfixable(
                f"the loader needs PyYAML, which pyproject.toml does not declare: run `{command}` first"
            )
    places = read_toml(file.text)
    items = table_at(places.document, "project").get("dependencies")
    if is_library(places.document) or not isinstance(items, list) or not items:
        raise Unfixable("the loader needs PyYAML, which pyproject.toml does not declare: add it there first")
    start, end = places.values["project", "dependencies", len(items) - 1]
    before = file.text[:start]
    line = before[max(before.rfind("\n"), before.rfind("\r")) + 1 :]
    between = (("\r\n" if "\r\n" in file.text else "\n") + line) if not line.strip() else " "
    quote = file.text[start]
    return (Edit(end, end, f",{between}{quote}pyyaml=={_own_version()}{quote}", file.path),)
