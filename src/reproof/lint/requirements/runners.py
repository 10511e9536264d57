"""Which program a command runs: what stands behind `sudo`, `env`, `conda run` and the like, and `python -m`."""

from __future__ import annotations

import re

from reproof.lint.requirements import install_options as table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from reproof.lint.requirements.install_options import Options
    from reproof.lint.requirements.shell import Word


def behind_runners(words: list[Word]) -> list[Word]:
    """The words without keywords, assignments and programs that only run the rest."""
    at = 0
    while at < len(words):
        text = words[at].text
        program = program_of(text)
        if text in table.KEYWORDS or re.match(r"[A-Za-z_]\w*=", text) or (text.startswith("-") and at == 0):
            at += 1
        elif program in table.RUNNERS:
            at = past_options(words, at + 1, table.RUNNERS[program])
            if program in ("timeout", "gosu") and at < len(words):
                at += 1  # the time, the user
        elif program in ("conda", "mamba", "micromamba", "poetry", "pdm", "pipenv", "uv", "hatch", "pixi"):
            inner = past_options(words, at + 1, table.CONDA_GLOBAL)
            if inner >= len(words) or words[inner].text != "run":
                return words[at:]
            if program == "uv" and any(word.text.startswith("--with") for word in words[inner:]):
                return words[at:]
            own = table.UV_RUN if program == "uv" else table.CONDA_GLOBAL
            at = past_options(words, inner + 1, own)
        else:
            return words[at:]
    return []


def past_options(words: list[Word], at: int, options: Options) -> int:
    while at < len(words) and words[at].text.startswith("-") and len(words[at].text) > 1:
        text = words[at].text
        at += 1
        if text == "--":
            break
        if "=" not in text and options.takes_value(text):
            at += 1
    return at


def program_of(text: str) -> str:
    """A program's name without its folder and `.exe`."""
    name = text.replace("\\", "/").rpartition("/")[2] if "/" in text or "\\" in text else text
    name = name.strip("{}()")
    return name.removesuffix(".exe").removesuffix(".EXE").lower()


def module_place(words: list[Word]) -> int | None:
    """Where the module of `python -m pip` stands, whatever the interpreter is called."""
    for at, word in enumerate(words[1:8], 1):
        if word.text == "-m" and at + 1 < len(words):
            return (
                at + 1
                if words[at + 1].text in ("pip", "pipx", "uv", "pipenv", "poetry", "pdm", "conda")
                else None
            )
        if not word.text.startswith("-") and not re.fullmatch(r"[\w.]*\}?|X|\d", word.text):
            return None
    return None
