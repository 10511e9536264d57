"""Where the project's requirements files say that packages come from: an index of one's own, a folder of wheels.

Read from the files and not from the record, which has no credentials.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from reproof.runs.capture.environment.lines import deciding_options
from reproof.runs.dvc_cache import is_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NAMED = frozenset(("--index-url", "--extra-index-url", "--find-links"))
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")  # pip fills in these, and no others


def indexes_of(root: str, sources: Iterable[str], environ: Mapping[str, str]) -> tuple[str, ...]:
    """Options for pip or uv, from those of `sources` (paths below `root`) that are requirements files."""
    words: list[str] = []
    for name in sources:
        path = os.path.join(root, name)
        if name.endswith((".txt", ".in")) and is_inside(name) and os.path.isfile(path):
            with open(path, "rb") as handle:
                words += _words(handle.read(), os.path.dirname(path), environ)
    # pip takes the best version of all indexes, where uv would look into the first that knows the name.
    return (*words, "--index-strategy", "unsafe-best-match") if words else ()


def _words(data: bytes, folder: str, environ: Mapping[str, str]) -> Iterator[str]:
    for option, value in deciding_options(data):
        if option == "--no-index":
            yield option
        elif option in NAMED:
            told = _VARIABLE.sub(lambda match: environ.get(match[1], match[0]), value)
            beside = os.path.join(folder, told)  # a folder of wheels is looked for beside the file first
            yield f"{option}={beside if os.path.exists(beside) else told}"
