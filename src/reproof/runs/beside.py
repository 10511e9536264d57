"""Files that changed although the key stayed the same, and that a training may read all the same. Pure.

The key holds what is declared. Without a pipeline a file that only the code names (`open("hparams.yaml")`) is not,
so a commit that changes it is called recorded: that is said with the file's name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reproof.runs.parameters_file import named_like_params

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reproof.runs.record import RunRecord

# What is written for programs to read; prose and pictures are not.
_SUFFIXES = (".yaml", ".yml", ".json", ".toml", ".ini", ".cfg", ".txt")
# The environment, DVC and reproof itself read these; what is called a result is as a rule one.
_OTHERS = re.compile(
    r"(?:pyproject|reproof|poetry|pixi)\.toml|environment\.ya?ml|setup\.cfg|.*requirements.*\.txt|dvc\.yaml"
    r"|.*(?:lock|result|metric|report|score|license|readme|changelog).*",
    re.IGNORECASE,
)


def beside_the_key(recorded: RunRecord, changed: Iterable[str]) -> tuple[str, ...]:
    """Of the files that changed since the recorded run's commit, those that its training may have read unseen."""
    if recorded.results.stages:  # a pipeline names what its stages read
        return ()
    seen = {path for path, _ in (*recorded.code.files, *recorded.results.artifacts)}
    seen |= {item.path for item in recorded.data} | {*recorded.environment.sources}
    return tuple(sorted(path for path in changed if path not in seen and _may_be_read(path)))


def _may_be_read(path: str) -> bool:
    parts = path.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return (
        path.endswith(_SUFFIXES)
        and not hidden
        and not _OTHERS.fullmatch(parts[-1])
        and not named_like_params(path)
    )
