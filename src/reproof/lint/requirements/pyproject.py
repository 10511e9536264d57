"""The dependencies that a `pyproject.toml` declares, whichever tool reads them, and what kind of project it is.

Works on the parsed document; a value of a wrong type is passed over or told as unreadable, never an error.
`build-system.requires` is left alone: it rarely changes what a training computes.
"""

from __future__ import annotations

from reproof.lint.requirements.direct import judge_source
from reproof.lint.requirements.pinned import Reason, State, Verdict, allows, judge, normalise
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from reproof.lint.requirements.toml_places import KeyPath


class Declared(Value):
    """One declared dependency: its path in the document, its verdict, and how a lock can answer for it.

    `text` is as written. `lockable` is false where no lock of any tool covers it; `poetry` marks versions in
    poetry's form.
    """

    path: KeyPath
    text: str
    verdict: Verdict
    lockable: bool = True
    poetry: bool = False

    @property
    def published(self) -> bool:
        """Whether those who install the project install this, too."""
        return self.path[:2] in (
            ("project", "dependencies"),
            ("project", "optional-dependencies"),
        ) or self.path[:3] == ("tool", "poetry", "dependencies")

    def allowed(self, version: str) -> bool:
        """Whether a version satisfies what is declared."""
        if self.poetry:
            from reproof.lint.requirements.poetry import poetry_allows

            return poetry_allows(self.verdict.specifier, version)
        return allows(self.verdict.specifier, version)


def declared(document: dict[str, Any]) -> Iterator[Declared]:
    """All dependencies of a document, in no particular order."""
    own = normalise(str(table_at(document, "project").get("name", "")))
    sources = _sources(document)
    for path, lockable in _arrays(document):
        for position, item in enumerate(_list_at(document, path)):
            if isinstance(item, dict):
                continue  # `{include-group = "…"}`
            verdict = _judge_item(item, own, sources)
            yield Declared((*path, position), str(item), verdict, lockable)
    yield from _poetry(document)


def table_at(document: object, *path: str | int) -> dict[str, Any]:
    """The table at a path; an empty one where there is none."""
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def is_library(document: dict[str, Any]) -> bool:
    """Whether the project is built and published for others, so that its dependencies must stay ranges."""
    project = table_at(document, "project") or table_at(document, "tool", "poetry")
    classifiers = project.get("classifiers")
    private = isinstance(classifiers, list) and any(
        isinstance(each, str) and each.startswith("Private ::") for each in classifiers
    )
    packaged = table_at(document, "tool", "uv").get("package") is not False
    packaged = packaged and table_at(document, "tool", "poetry").get("package-mode") is not False
    return bool("build-system" in document and project.get("name") and packaged and not private)


def groups(document: dict[str, Any]) -> list[str]:
    """Names of the extras and groups of a project."""
    return [
        *table_at(document, "project", "optional-dependencies"),
        *table_at(document, "dependency-groups"),
        *table_at(document, "tool", "poetry", "group"),
        *table_at(document, "tool", "pdm", "dev-dependencies"),
    ]


def lock_command(document: dict[str, Any]) -> str:
    """The command that makes a lock with the tool that the project uses; uv's where it names none."""
    backend = str(table_at(document, "build-system").get("build-backend", ""))
    tools = table_at(document, "tool")
    for tool in ("uv", "poetry", "pdm"):
        if tool in tools or backend.startswith(tool):
            return f"{tool} lock"
    return "uv lock"


def _judge_item(item: object, own: str, sources: dict[str, dict[str, Any]]) -> Verdict:
    if not isinstance(item, str):
        return Verdict(State.UNKNOWN, Reason.UNREADABLE, "", repr(item)[:80])
    text = item.strip()
    verdict = judge(text.removeprefix("-e "))
    if own and verdict.name == own and not verdict.direct:
        return verdict.replace(state=State.EXEMPT, reason=Reason.SELF)
    if verdict.state is State.UNPINNED and verdict.name in sources:
        return judge_source(verdict.name, sources[verdict.name]) or verdict
    return verdict


def _arrays(document: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Paths of all arrays of requirements, and whether a lock can cover what they hold."""
    yield ("project", "dependencies"), True
    yield ("tool", "uv", "dev-dependencies"), True
    for table in (
        ("project", "optional-dependencies"),
        ("dependency-groups",),
        ("tool", "pdm", "dev-dependencies"),
    ):
        for group in table_at(document, *table):
            yield (*table, group), True
    environments = ("tool", "hatch", "envs")
    for name in table_at(document, *environments):
        for key in ("dependencies", "extra-dependencies"):
            yield (*environments, name, key), False


def _list_at(document: dict[str, Any], path: tuple[str, ...]) -> list[Any]:
    found = table_at(document, *path[:-1]).get(path[-1])
    return found if isinstance(found, list) else []


def _sources(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Tables that say where a name comes from, beside its line in `project`: uv's, and poetry's since 2.0."""
    tables = {
        **table_at(document, "tool", "poetry", "dependencies"),
        **table_at(document, "tool", "uv", "sources"),
    }
    first = {name: each[0] if isinstance(each, list) and each else each for name, each in tables.items()}
    return {normalise(name): each for name, each in first.items() if isinstance(each, dict)}


def _poetry(document: dict[str, Any]) -> Iterator[Declared]:
    base = ("tool", "poetry")
    tables: list[tuple[str, ...]] = [(*base, "dependencies"), (*base, "dev-dependencies")]
    tables += [(*base, "group", name, "dependencies") for name in table_at(document, *base, "group")]
    for table in tables:
        for name, value in table_at(document, *table).items():
            if name.lower() != "python":
                yield from _poetry_entry((*table, name), name, value)


def _poetry_entry(path: tuple[str, ...], name: str, value: object) -> Iterator[Declared]:
    """One name of a poetry table: of several entries the first that is not pinned speaks for all."""
    from reproof.lint.requirements.poetry import judge_poetry

    verdicts = [judge_poetry(name, each) for each in (value if isinstance(value, list) else [value])]
    known = [verdict for verdict in verdicts if verdict]
    settled = (State.PINNED, State.EXEMPT)
    if known:
        speaker = next((verdict for verdict in known if verdict.state not in settled), known[0])
        yield Declared(path, f"{name} {speaker.specifier}", speaker, poetry=True)
