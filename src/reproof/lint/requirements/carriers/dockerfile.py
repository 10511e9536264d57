"""Dockerfiles and Containerfiles: base images, and what `RUN` installs.

Instructions are found as Docker finds them: continued lines, comments between them, here-documents, the `escape`
directive. `ARG` and `ENV` are known from their defaults.
"""

from __future__ import annotations

import json
import re

from reproof.lint.requirements.carriers.commands import installed
from reproof.lint.requirements.images import judge_image
from reproof.lint.requirements.installs import MENTIONED, install_of, installs
from reproof.lint.requirements.pinned import Reason, State, Verdict
from reproof.lint.requirements.shell import LONGEST_VALUE, Shell, Word
from reproof.lint.requirements.unpinned import Dependency

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.source import SourceFile

_INSTRUCTION = re.compile(r"[ \t]*(?:ONBUILD[ \t]+)?([A-Za-z]+)(?=[ \t\\]|$)", re.IGNORECASE)
_ESCAPE = re.compile(r"\s*#\s*escape\s*=\s*`", re.IGNORECASE)
_DOCUMENT = re.compile(r"<<-?\s*([\"']?)([A-Za-z_]\w*)\1")
_FLAG = re.compile(r"[ \t\\\r\n]*--[a-z-]+(?:=(\"[^\"]*\"|'[^']*'|[^\s\"']+))?")
_PAIR = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


def dependencies(file: SourceFile, allow_tags: bool) -> Iterator[Dependency]:
    """Base images and installed packages, in order."""
    text = file.text
    known: dict[str, str] = {}
    stages: set[str] = set()
    escape = "`" if _ESCAPE.match(text) else "\\"
    for name, start, end, documents in _instructions(text, escape):
        if name == "FROM":
            yield from _from(text, start, end, known, stages, allow_tags)
        elif name in ("ARG", "ENV"):
            _assign(text, start, end, known)
        elif name == "RUN" and MENTIONED.search(text, start, documents[-1][1] if documents else end):
            yield from _run(text, start, end, documents, dict(known))
        elif name == "COPY":
            yield from _copy(text, start, end, known, stages, allow_tags)


def _instructions(text: str, escape: str) -> Iterator[tuple[str, int, int, list[tuple[int, int]]]]:
    """Each instruction's name, the place of its arguments, and the places of its here-documents."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]*\n|[^\n]+", text)]
    at = 0
    while at < len(lines):
        start, end = lines[at]
        at += 1
        head = _INSTRUCTION.match(text, start, end)
        if head is None or text[start:end].lstrip().startswith("#"):
            continue
        last = text[start:end]
        while at < len(lines) and last.rstrip().endswith(escape):
            line = text[slice(*lines[at])]
            end = lines[at][1]
            at += 1
            if line.strip() and not line.lstrip().startswith("#"):
                last = line
        name = head[1].upper()
        documents = []
        if name in ("RUN", "COPY", "ADD"):
            for document in _DOCUMENT.finditer(text, head.end(), end):
                first = lines[at][0] if at < len(lines) else len(text)
                while at < len(lines) and text[slice(*lines[at])].strip() != document[2]:
                    at += 1
                documents.append((first, lines[at][0] if at < len(lines) else len(text)))
                at += 1
        yield name, head.end(), end, documents


def _words(text: str, start: int, end: int, known: dict[str, str]) -> list[Word]:
    """The words of arguments that are not shell; `${NAME}` is replaced as far as it is known."""
    shell = Shell(text, start, end, known, in_docker=True)
    found: list[Word] = []
    while shell.at < end:
        before = shell.at
        found += shell.argument()
        if shell.at == before:
            shell.at += 1
    return found


def _assign(text: str, start: int, end: int, known: dict[str, str]) -> None:
    words = _words(text, start, end, known)
    pairs = [match for word in words if (match := _PAIR.fullmatch(word.text))]
    if (
        words and not pairs and len(words) > 1 and words[0].text.isidentifier()
    ):  # the old form: ENV NAME value
        _learn(known, words[0].text, " ".join(word.text for word in words[1:]))
    for match in pairs:
        _learn(known, match[1], match[2])


def _learn(known: dict[str, str], name: str, value: str) -> None:
    known[name] = value if len(value) <= LONGEST_VALUE else "\0"


def _from(
    text: str, start: int, end: int, known: dict[str, str], stages: set[str], allow_tags: bool
) -> Iterator[Dependency]:
    words = [word for word in _words(text, start, end, known) if not word.text.startswith("--")]
    if not words:
        return
    image = words[0]
    if image.text.lower() == "scratch" or image.text.lower() in stages:
        verdict = Verdict(State.EXEMPT, Reason.LOCAL, image.text, direct=True)
    else:
        verdict = judge_image(image.text, allow_tags)
    if len(words) > 2 and words[1].text.upper() == "AS":
        stages.add(words[2].text.lower())
    shown = text[image.start : image.end]
    yield Dependency(verdict, shown, image.start, image.end)


def _copy(
    text: str, start: int, end: int, known: dict[str, str], stages: set[str], allow_tags: bool
) -> Iterator[Dependency]:
    """`COPY --from=image`: debatable, since most such images bring a tool and not the training's packages."""
    for word in _words(text, start, end, known):
        source = word.text.removeprefix("--from=")
        if source == word.text or source.lower() in stages or source.isdigit() or source.lower() == "scratch":
            continue
        verdict = judge_image(source, allow_tags).replace(debatable=True)
        yield Dependency(verdict, source, word.start + len("--from="), word.end)


def _run(
    text: str, start: int, end: int, documents: list[tuple[int, int]], known: dict[str, str]
) -> Iterator[Dependency]:
    while flag := _FLAG.match(text, start, end):
        start = flag.end()
    if text[start:end].lstrip().startswith("[") and (words := _json_words(text, start, end)) is not None:
        found = install_of(words, text, known)
    elif documents and re.fullmatch(
        r"\s*(?:(?:/\S*/)?(?:ba|z|da)?sh\b[^<\n]*)?<<-?\s*[\"']?\w+[\"']?\s*(?:(?:/\S*/)?(?:ba)?sh)?\s*",
        text[start:end],
    ):
        script = text[slice(*documents[0])]
        if script.startswith("#!") and not re.match(r"#!.*sh\b", script):
            return
        found = installs(text, *documents[0], known)
    else:
        found = installs(text, start, end, known, in_docker=True)
    for install in found:
        yield from installed(install)


def _json_words(text: str, start: int, end: int) -> list[Word] | None:
    """The words of `RUN ["pip", "install", "numpy"]`; None where it is no list of strings."""
    try:
        values = json.loads(text[start:end])
    except (ValueError, RecursionError):
        return None
    places = [match.span() for match in re.finditer(r"\"(?:[^\"\\]|\\.)*\"", text[start:end])]
    if not all(isinstance(value, str) for value in values) or len(places) != len(values):
        return None
    words = []
    for value, (first, last) in zip(values, places, strict=True):
        word = Word(value, start + first, start + last)
        word.quote = 1
        word.whole = text[word.start + 1 : word.end - 1] == value
        words.append(word)
    return words
