"""Where pip stops at the options of a requirements file's line: one that it does not know, or without its value.

Known are the options of pip's own reader (pip 26.3), those that it took until pip 23 or 25 behind a requirement,
and, as there, beginnings of them (`--extra-index`).
"""

from __future__ import annotations

import re

_WITH_VALUE = (
    *("--index-url", "--pypi-url", "--extra-index-url", "--find-links", "--trusted-host", "--use-feature"),
    *("--constraint", "--requirement", "--editable", "--no-binary", "--only-binary", "--hash"),
    *("--all-releases", "--only-final", "--config-settings", "--config-setting"),
    *("--global-option", "--install-option"),
)
_ALONE = ("--no-index", "--prefer-binary", "--require-hashes", "--no-require-hashes", "--pre")
_SHORT = "icrefC"
# A word, with what stands in quotes in it.
_WORD = re.compile(r"(?:[^\s'\"]|'[^']*'?|\"[^\"]*\"?)+")
_ONLY_HASHES = re.compile(r"(?:\s*--hash=\S+)*\s*")


def why_pip_stops(options: str) -> str | None:
    """What is wrong with the options of a line, from the first hyphen to the end; None where nothing is."""
    if _ONLY_HASHES.fullmatch(options):
        return None
    words = iter(_WORD.findall(options))
    for word in words:
        if word == "--":
            return None
        if not word.startswith("-") or word == "-":
            continue
        name, sign, value = word.partition("=") if word.startswith("--") else (word[:2], word[2:], "")
        if not sign and _takes_value(name):
            sign = value = next(words, "")
        if _takes_value(name):
            if not sign or (name.startswith("--") and not value):
                return f"`{name}` without its value"
        elif not any(known.startswith(name) for known in _ALONE) or len(name) < 3:
            return f"`{name}`, which is no option of a requirements file"
    return None


def _takes_value(name: str) -> bool:
    if name.startswith("--"):
        return any(known.startswith(name) for known in _WITH_VALUE)
    return name[1] in _SHORT
