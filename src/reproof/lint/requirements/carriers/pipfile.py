"""`Pipfile` and `pixi.toml`: tables of names, with versions in the tool's own form."""

from __future__ import annotations

import re

from reproof.lint.requirements.direct import judge_source
from reproof.lint.requirements.pinned import Reason, State, Verdict, judge, normalise
from reproof.lint.requirements.toml_places import read_toml
from reproof.lint.requirements.unpinned import Dependency

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from reproof.lint.requirements.toml_places import TomlText
    from reproof.lint.source import SourceFile

_NOT_PACKAGES = frozenset({"source", "requires", "scripts", "pipenv", "pipfile", "extras"})


def pipfile(file: SourceFile) -> Iterator[Dependency]:
    """The packages of every category of a `Pipfile`."""
    toml = read_toml(file.text)
    for category, table in toml.document.items():
        if category in _NOT_PACKAGES or not isinstance(table, dict):
            continue
        for name, value in table.items():
            verdict = _judge_pip(normalise(name), value)
            yield _told(toml, (category, name), name, value, verdict)


def pixi(file: SourceFile) -> Iterator[Dependency]:
    """The dependencies of a pixi manifest: of the workspace, its features and their targets."""
    toml = read_toml(_as_toml_1_0(file.text))
    for path, table in _pixi_tables(toml.document, ()):
        for key in ("dependencies", "host-dependencies", "build-dependencies", "pypi-dependencies"):
            packages = table.get(key)
            for name, value in packages.items() if isinstance(packages, dict) else ():
                judged = _judge_pip if key == "pypi-dependencies" else _judge_conda
                verdict = judged(normalise(name) if key == "pypi-dependencies" else name.lower(), value)
                conda = key != "pypi-dependencies"
                yield _told(toml, (*path, key, name), name, value, verdict, conda)


_TOKEN = re.compile(
    r"\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|#[^\n]*|[{}\[\]\n]|,(?=\s*\})",
    re.DOTALL,
)


def _as_toml_1_0(text: str) -> str:
    """The text with inline tables as TOML 1.0 has them, each character in its place.

    pixi reads TOML 1.1, where an inline table may hold line ends, comments and a last comma; Python does not.
    """
    open_ones: list[str] = []
    parts: list[str] = []
    at = 0
    for token in _TOKEN.finditer(text):
        parts.append(text[at : token.start()])
        at = token.end()
        kept = token[0]
        if kept in "{[":
            open_ones.append(kept)
        elif kept in "}]":
            del open_ones[-1:]
        elif "{" in open_ones and kept[0] in "#\n,":
            kept = " " * len(kept)
        parts.append(kept)
    return "".join([*parts, text[at:]])


def _pixi_tables(holder: Any, base: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if not isinstance(holder, dict):
        return
    yield base, holder
    for group in ("feature", "target"):
        inner = holder.get(group)
        for name, table in inner.items() if isinstance(inner, dict) else ():
            if group == "feature":
                yield from _pixi_tables(table, (*base, group, name))
            elif isinstance(table, dict):
                yield (*base, group, name), table


def _judge_pip(name: str, value: object) -> Verdict:
    if isinstance(value, dict):
        placed = judge_source(name, {**value, "rev": value.get("ref", value.get("rev"))})
        if placed is None and "file" in value:
            placed = judge(f"{name} @ {value['file']}")
        if placed is not None:
            return placed
        value = value.get("version", "*")
    text = str(value).strip()
    verdict = judge(name if text in ("*", "") else f"{name}{text if text[0] in '<>=!~' else f'=={text}'}")
    return verdict.replace(specifier=text)


def _judge_conda(name: str, value: object) -> Verdict:
    from reproof.lint.requirements.conda import judge_conda

    build = ""
    if isinstance(value, dict):
        placed = judge_source(name, value)
        if placed is not None:
            return placed
        build = str(value.get("build", ""))
        value = value.get("version", "*")
    text = str(value).strip()
    constraint = f"={text}" if text[:1].isdigit() and not set("|,*<>") & set(text) else text
    verdict = judge_conda(
        f"{name} {constraint}={build}" if build and constraint[:1] == "=" else f"{name} {constraint}"
    )
    if verdict.state is State.PINNED and text[:1].isdigit() and not build:
        # A bare version in pixi.toml is a prefix, as `=` is in conda: three components are taken for one version.
        return (
            verdict
            if len(text.split(".")) >= 3
            else verdict.replace(state=State.UNPINNED, reason=Reason.FUZZY)
        )
    return verdict


def _told(
    toml: TomlText, path: tuple[str, ...], name: str, value: object, verdict: Verdict, conda: bool = False
) -> Dependency:
    key = toml.keys.get(path, (0, 0))
    end = toml.values.get(path, key)[1]
    written = value if isinstance(value, str) else verdict.specifier
    versions = toml.text_place(path) or toml.text_place((*path, "version"))
    return Dependency(
        verdict, f"{name} = {written}", key[0], max(end, key[1]), versions=versions, conda=conda
    )
