"""Install commands -> what they install. One reader for Dockerfiles, workflows, notebooks and scripts.

Knows pip (`pip3`, `python -m pip`), pipx, uv, poetry, pdm, pipenv, conda, mamba, micromamba and pixi, also behind
`sudo`, `conda run`, `bash -c` and the like. Nothing is run.
"""

from __future__ import annotations

import re
from itertools import pairwise

from reproof.lint.requirements import install_options as table
from reproof.lint.requirements.conda import judge_conda
from reproof.lint.requirements.pinned import LONGEST, Reason, State, Verdict, judge, name_of
from reproof.lint.requirements.runners import behind_runners, module_place, past_options, program_of
from reproof.lint.requirements.shell import Shell, Word
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reproof.lint.requirements.install_options import Options

# A text without any of these installs nothing that is known here.
MENTIONED = re.compile(r"\b(?:pip[\d.]*|pipx|pipenv|uvx?|poetry|pdm|conda|mamba|micromamba|pixi)\b")
MOST_NESTED = 3
# The variable in which a tool looks for constraints files, besides its options.
_CONSTRAINTS = {"pip": "PIP_CONSTRAINT", "uv": "UV_CONSTRAINT"}
SHELLS = ("bash", "sh", "zsh", "dash", "ash")


class Item(Value):
    """One thing that a command installs.

    `text` is the requirement, `start` and `end` its place without quotes; `exact` says that text and place agree
    character by character, `conda` that conda reads it.
    """

    text: str
    verdict: Verdict
    start: int
    end: int
    exact: bool
    conda: bool = False


class Install(Value):
    """One install command: its tool's name, what it installs, the files it reads and its constraints files."""

    tool: str
    items: tuple[Item, ...]
    files: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()


def installs(
    text: str,
    start: int = 0,
    end: int | None = None,
    known: dict[str, str] | None = None,
    in_docker: bool = False,
    nested: int = 0,
) -> Iterator[Install]:
    """The install commands in shell text between two offsets; `known` variables are read and added to."""
    known = {} if known is None else known
    for words in Shell(text, start, end, known, in_docker).commands():
        yield from install_of(words, text, known, nested)


def install_of(
    words: list[Word], text: str, known: dict[str, str] | None = None, nested: int = 0
) -> Iterator[Install]:
    """What one command installs; nothing for other commands."""
    words = behind_runners(words)
    if not words:
        return
    program = program_of(words[0].text)
    if program in SHELLS and nested < MOST_NESTED:
        yield from _inner(words, text, known, nested)
        return
    if program in table.CONTAINERS:
        # `docker run IMAGE bash -c "…"`: what the container's shell is told.
        inside = next((at for at, word in enumerate(words) if program_of(word.text) in SHELLS and at), None)
        yield from _inner(words[inside:], text, known, nested) if inside and nested < MOST_NESTED else ()
        return
    at = module_place(words)
    if at is not None:
        program, words = program_of(words[at].text), words[at:]
    reader = _READERS.get(re.sub(r"[\d.]+$", "", program))
    install = reader(words) if reader else None
    if install and (install.items or install.files):
        set_before = (known or {}).get(_CONSTRAINTS.get(install.tool.split()[0], ""), "\0")
        more = set_before.split() if set_before != "\0" else []
        yield install.replace(constraints=(*install.constraints, *more)) if more else install


def _inner(words: list[Word], text: str, known: dict[str, str] | None, nested: int) -> Iterator[Install]:
    """The commands of `bash -c "…"`."""
    for option, script in pairwise(words[1:]):
        if re.fullmatch(r"-[a-z]*c", option.text):
            inner = installs(
                text, script.start + script.quote, script.end - script.quote, known, nested=nested + 1
            )
            yield from inner
            return
        if not option.text.startswith("-"):
            return


class _Given:
    """The words behind a subcommand, taken apart by its options."""

    def __init__(self, words: list[Word], options: Options) -> None:
        self.items: list[Word] = []
        self.files: list[str] = []
        self.constraints: list[str] = []
        self.flags: set[str] = set()
        self.values: dict[str, str] = {}
        at = 0
        while at < len(words):
            word = words[at]
            at += 1
            text = word.text
            if text == "--":
                self.items += words[at:]
                break
            if not text.startswith("-") or text == "-":
                self.items.append(word)
                continue
            option, value, joined = self._option(text, options)
            if option is None:
                self.flags.add(text)
                continue
            if value is None:
                if at >= len(words):
                    break
                taken = words[at]
                at += 1
            else:
                taken = _tail(word, joined)
            self._take(option, taken, options)

    @staticmethod
    def _option(text: str, options: Options) -> tuple[str | None, str | None, int]:
        """The option with a value that a word is, the value in it, and where that begins."""
        if text.startswith("--"):
            name, sign, value = text.partition("=")
            return name if options.takes_value(name) else None, value if sign else None, len(name) + 1
        for place in range(1, len(text)):  # short options may share a word: -qUr
            option = f"-{text[place]}"
            if options.takes_value(option):
                rest = text[place + 1 :]
                skip = 1 if rest.startswith("=") else 0
                return option, rest[skip:] if rest else None, place + 1 + skip
            if not text[place].isalpha():
                break
        return None, None, 0

    def _take(self, option: str, word: Word, options: Options) -> None:
        self.values[option] = word.text
        if option in options.files:
            self.files.append(word.text)
        elif option in options.constraints:
            self.constraints.append(word.text)
        elif option in options.requirements:
            if option in ("-e", "--editable", "--with-editable") and "://" not in word.text:
                return
            self.items.append(word)


def _tail(word: Word, joined: int) -> Word:
    """The part of a word behind an option's name."""
    part = Word(word.text[joined:], word.start + word.quote + joined, word.end - word.quote)
    part.whole, part.unresolved, part.cut = word.whole, word.unresolved, word.cut
    if part.text[:1] in "'\"" and part.text[-1:] == part.text[:1]:
        part.text = part.text[1:-1]
    raw = part.end - part.start
    part.quote = 1 if raw == len(part.text) + 2 else 0
    part.whole = word.whole or part.quote == 1
    return part


def _pip_items(words: list[Word], at_version: bool = False) -> Iterator[Item]:
    for word in words:
        text = word.text
        if at_version and (match := re.fullmatch(r"([A-Za-z0-9._-]+(?:\[[^\]]*\])?)@([^/:@]+)", text)):
            text = f"{match[1]}=={match[2].removeprefix('==')}" if match[2] != "latest" else match[1]
        if at_version and "@git+" in text and " @ " not in text:
            text = text.replace("@git+", " @ git+", 1)
        for part in (
            text.split(",") if at_version and "," in text and not re.search(r"[<>=!~\[]", text) else [text]
        ):
            if part:
                yield _item(word, part, _judge_word(word, part))


def _judge_word(word: Word, text: str) -> Verdict:
    if word.unresolved or "\0" in text or re.search(r"[{}]|\$|%\w+%", text):
        if re.match(r"[$`{./~]", text):
            return Verdict(State.EXEMPT, Reason.VARIABLE, text, debatable=True)
        if "://" not in text:
            return Verdict(State.UNKNOWN, Reason.VARIABLE, name_of(text), text, debatable=True)
        text = re.sub(r"\$(\w+)|\$?\{+([^{}]*)\}+", r"${\1\2}", text)
    verdict = judge(text)
    if verdict.state is State.UNKNOWN and len(text) <= LONGEST and "*" in text and "=" not in text:
        return verdict.replace(state=State.EXEMPT, reason=Reason.LOCAL)  # a pattern for files
    if word.cut and verdict.state is State.UNPINNED:
        return verdict.replace(reason=Reason.REDIRECT)
    return verdict


def _item(word: Word, text: str, verdict: Verdict, conda: bool = False) -> Item:
    start, end = word.start + word.quote, word.end - word.quote
    return Item(text, verdict, start, max(end, start), word.whole and text == word.text, conda)


def _subcommand(words: list[Word], options: Options) -> tuple[str, list[Word]]:
    """The first word that is no option, and what follows it."""
    at = past_options(words, 1, options)
    return (words[at].text, words[at + 1 :]) if at < len(words) else ("", [])


def _install(tool: str, given: _Given, items: Iterator[Item]) -> Install:
    return Install(tool, tuple(items), tuple(given.files), tuple(given.constraints))


def _pip(words: list[Word]) -> Install | None:
    command, rest = _subcommand(words, table.PIP_GLOBAL)
    if command not in ("install", "download", "wheel"):
        return None
    given = _Given(rest, table.PIP)
    return _install("pip", given, _pip_items(given.items))


def _uv(words: list[Word]) -> Install | None:
    command, rest = _subcommand(words, table.UV_GLOBAL)
    if command in ("pip", "tool"):
        inner, rest = _subcommand([words[0], *rest], table.UV_GLOBAL)
        command = f"{command} {inner}"
    if command == "pip install":
        given = _Given(rest, table.UV_PIP)
        return _install("uv pip", given, _pip_items(given.items))
    if command == "pip sync":
        given = _Given(rest, table.UV_PIP)
        return Install("uv pip", (), tuple(word.text for word in given.items))
    if command == "add":
        given = _Given(rest, table.UV_ADD)
        return _install("uv add", given, _pip_items(given.items, at_version=True))
    if command == "tool install":
        given = _Given(rest, table.UV_TOOL)
        return _install("uv tool", given, _pip_items(given.items, at_version=True))
    if command == "tool run":
        return _uvx([words[0], *rest])
    if command == "run":
        given = _Given(_own_options(rest, table.UV_RUN), table.UV_RUN)
        return _install("uv run", given, _pip_items(given.items, at_version=True))
    return None


def _own_options(words: list[Word], options: Options) -> list[Word]:
    """The words up to the program that is run, whose options are its own."""
    return words[: past_options(words, 0, options)]


def _uvx(words: list[Word]) -> Install | None:
    end = past_options(words, 1, table.UV_TOOL)
    given = _Given(words[1:end], table.UV_TOOL)
    if "--from" not in given.values and end < len(words):
        given.items.append(words[end])
    return _install("uvx", given, _pip_items(given.items, at_version=True))


def _pipx(words: list[Word]) -> Install | None:
    command, rest = _subcommand(words, table.PIPX)
    if command == "install":
        given = _Given(rest, table.PIPX)
    elif command == "inject":
        given = _Given(rest, table.PIPX)
        del given.items[:1]  # the environment
    elif command == "run":
        end = past_options(rest, 0, table.PIPX)
        given = _Given(rest[:end], table.PIPX)
        if "--spec" not in given.values:
            given.items += rest[end : end + 1]
    else:
        return None
    return _install("pipx", given, _pip_items(given.items))


def _poetry(words: list[Word]) -> Install | None:
    command, rest = _subcommand(words, table.POETRY_GLOBAL)
    if command == "self":
        command, rest = _subcommand([words[0], *rest], table.POETRY_GLOBAL)
    if command != "add":
        return None
    given = _Given(rest, table.POETRY)
    return _install("poetry add", given, _poetry_items(given.items))


def _poetry_items(words: list[Word]) -> Iterator[Item]:
    from reproof.lint.requirements.poetry import judge_poetry

    for word in words:
        named = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?(@)?([<>=!~^].*|(?<=@)[^/:]+)", word.text)
        if named and not word.unresolved and named[3] != "latest":
            verdict = judge_poetry(named[1], named[3]) or _judge_word(word, word.text)
            yield _item(word, word.text, verdict)
        else:
            text = word.text.removesuffix("@latest")
            yield _item(word, text, _judge_word(word, text))


def _pdm(words: list[Word]) -> Install | None:
    command, rest = _subcommand(words, table.PDM)
    given = _Given(rest, table.PDM)
    return _install("pdm add", given, _pip_items(given.items)) if command == "add" else None


def _pipenv(words: list[Word]) -> Install | None:
    command, rest = _subcommand(words, table.PIPENV)
    given = _Given(rest, table.PIPENV)
    return _install("pipenv", given, _pip_items(given.items)) if command == "install" else None


def _conda(words: list[Word]) -> Install | None:
    tool = program_of(words[0].text)
    command, rest = _subcommand(words, table.CONDA_GLOBAL)
    if command not in ("install", "create", "update", "upgrade"):
        return None
    given = _Given(rest, table.CONDA)
    if command in ("update", "upgrade") or "--clone" in given.values:
        return None  # takes what is there to its newest state; asks for nothing by name that is not there
    return _install(tool, given, _conda_items(given.items))


def _conda_items(words: list[Word]) -> Iterator[Item]:
    for word in words:
        unresolved = word.unresolved and "$" not in word.text
        if re.fullmatch(r"[$`{].*", word.text, re.DOTALL) or unresolved:
            continue  # what it stands for is known to a running shell
        if re.match(r"[./~]", word.text) and "::" not in word.text:
            continue
        verdict = judge_conda(word.text)
        if word.cut and verdict.state is State.UNPINNED:
            verdict = verdict.replace(reason=Reason.REDIRECT)
        yield _item(word, word.text, verdict, conda=True)


def _pixi(words: list[Word]) -> Install | None:
    command, rest = _subcommand(words, table.PIXI)
    given = _Given(rest, table.PIXI)
    if command == "global" and given.items and given.items[0].text == "install":
        del given.items[:1]
        command = "add"
    if command != "add":
        return None
    if "--pypi" in given.flags:
        return _install("pixi", given, _pip_items(given.items))
    return _install("pixi", given, _conda_items(given.items))


_READERS: dict[str, Callable[[list[Word]], Install | None]] = {
    "pip": _pip,
    "uv": _uv,
    "uvx": _uvx,
    "pipx": _pipx,
    "poetry": _poetry,
    "pdm": _pdm,
    "pipenv": _pipenv,
    "conda": _conda,
    "mamba": _conda,
    "micromamba": _conda,
    "pixi": _pixi,
}
