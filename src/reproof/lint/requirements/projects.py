"""The dependencies of a `pyproject.toml` that neither their own lines nor a lock pin, each with its next step."""

from __future__ import annotations

import posixpath

from reproof.lint.finding import Edit
from reproof.lint.requirements.pinned import State
from reproof.lint.requirements.pyproject import Declared, declared, groups, is_library, lock_command
from reproof.lint.requirements.surroundings import known_version
from reproof.lint.requirements.toml_places import TomlText, parse_toml, read_toml
from reproof.lint.requirements.unpinned import (
    CURES,
    Unpinned,
    pin,
    refuse_huge,
    shown,
    to_be_told,
    without_credentials,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from reproof.lint.requirements.locks import Lock
    from reproof.lint.requirements.surroundings import Surroundings
    from reproof.lint.source import SourceFile

_COMMANDS = {"uv.lock": "uv lock", "poetry.lock": "poetry lock", "pdm.lock": "pdm lock"}


def unpinned_in_project(file: SourceFile, around: Surroundings, strict: bool) -> Iterator[Unpinned]:
    """One `Unpinned` a declared dependency that nothing pins. Raises `InvalidFile` for what is not TOML."""
    refuse_huge(file)
    document = parse_toml(file.text)
    told = [each for each in declared(document) if to_be_told(each.verdict, strict)]
    if not told:
        return
    locks = list(around.project_locks(file, groups(document)))
    places = read_toml(file.text)
    for each in told:
        gaps = [lock.gap(each.verdict, each.allowed) for lock in locks] if each.lockable else []
        if None in gaps and each.verdict.state is State.UNPINNED:
            continue
        start, end = _place(file.text, places, each)
        known = edit = None
        if _may_be_exact(file, each, document, locks):
            known = known_version(around.known_versions(file), each.verdict.name, each.allowed)
            edit = _edit(places, each, known.version) if known else None
        step = _step(each, document, locks)
        if known and edit:
            lock = f", or run `{lock_command(document)}` and commit the lock" if each.lockable else ""
            step = f": {known.advice}{lock}"
        yield Unpinned(
            name=each.verdict.name or each.text.strip() or "?",
            value=without_credentials(each.verdict.specifier),
            start=start,
            end=end,
            message=f"{shown(each.text)} {each.verdict.reason.value}{step}",
            edit=edit,
            title=known.title(each.verdict.name) if known else "",
        )


def _may_be_exact(file: SourceFile, each: Declared, document: dict[str, Any], locks: list[Lock]) -> bool:
    """Whether `==` may be put there: nobody else installs it, and there is no lock that would no longer fit."""
    if each.verdict.state is not State.UNPINNED or each.verdict.direct or (each.lockable and locks):
        return False
    return not each.published or not (is_library(document) or _has_setup(file))


def _has_setup(file: SourceFile) -> bool:
    return any(file.neighbour(posixpath.join(file.folder, name)) for name in ("setup.py", "setup.cfg"))


def _edit(places: TomlText, each: Declared, version: str) -> Edit | None:
    """The edit that makes a declared dependency exact; None where its text is written with escapes."""
    if each.poetry:
        place = places.text_place(each.path) or places.text_place((*each.path, "version"))
        return Edit(*place, f"=={version}") if place else None
    place = places.text_place(each.path)
    if place is None or each.text != each.text.strip():
        return None
    return pin(each.text, lambda position: place[0] + position, version)


def _step(each: Declared, document: dict[str, Any], locks: list[Lock]) -> str:
    verdict = each.verdict
    if verdict.state is State.UNKNOWN or not each.lockable:
        cure = CURES.get(verdict.reason)
        return f": {cure}" if cure else f", and a hatch environment has no lock: write `{verdict.name}==…`"
    for lock in sorted(locks, key=lambda lock: verdict.name not in lock.packages):
        gap = lock.gap(verdict, each.allowed)
        return f", and {gap}: run `{_remake(lock)}` and commit it"
    command = lock_command(document)
    if verdict.reason in CURES:
        return f": {CURES[verdict.reason]}, or make a lock with `{command}` and commit it"
    if is_library(document):
        return f", and there is no lock: a library keeps its ranges, so run `{command}` and commit the lock"
    return f", and there is no lock: run `{command}` and commit the lock"


def _remake(lock: Lock) -> str:
    """The command that writes a lock again."""
    if lock.title in _COMMANDS:
        return _COMMANDS[lock.title]
    if lock.title.endswith(".toml"):
        return f"uv pip compile pyproject.toml -o {lock.title}"
    return f"pip-compile --generate-hashes pyproject.toml -o {lock.title}"


def _place(text: str, places: TomlText, each: Declared) -> tuple[int, int]:
    """Offsets of a requirement in an array, without its quotes; of a poetry entry from its key on."""
    value = places.values.get(each.path)
    key = places.keys.get(each.path)
    if each.poetry and key:
        return key[0], value[1] if value and value[0] > key[0] else key[1]
    if value is None:
        return key or (0, 0)
    quote = 3 if text.startswith(('"""', "'''"), value[0]) else 1 if text[value[0]] in "'\"" else 0
    return value[0] + quote, value[1] - quote
