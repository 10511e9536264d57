"""The images that a training declares: a `Dockerfile` at the repository's root, and containers of workflows' jobs.

Which Dockerfile belongs to the training no file says. One at the root is how a project that trains in a container
is built; one elsewhere, or of another name (`Dockerfile.serve`), is as often for something else. A job that runs
reproof trains in the container that it names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reproof.errors import UsageError
from reproof.runs.capture.environment.locks import table
from reproof.runs.capture.environment.wanted import Wanted, text_of
from reproof.yaml_text import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.ports import Snapshot

DOCKERFILES = ("Dockerfile", "Containerfile")
WORKFLOWS = ".github/workflows/"
_FROM = re.compile(r"(?i)FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?")
_ARGUMENT = re.compile(r"(?i)ARG\s+([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|\S*)")
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))")
_OURS = re.compile(r"(?:^|/)reproof@|\breproof\s+(?:ci|run)\b")


def read_images(snapshot: Snapshot, sources: list[str]) -> Iterator[Wanted]:
    """Images by the file that names them; the files are added to `sources`."""
    for path in DOCKERFILES:
        data = snapshot.read(path)
        bases = base_images(text_of(data)) if data is not None else []
        if bases:
            sources.append(path)
            yield Wanted(f"image ({path})", ", ".join(bases))
    for path in sorted(snapshot.files()):
        if path.startswith(WORKFLOWS) and path.endswith((".yml", ".yaml")):
            found = list(_containers(snapshot.read(path) or b"", path))
            if found:
                sources.append(path)
            yield from found


def base_images(text: str) -> list[str]:
    """The images that a Dockerfile starts from, its own stages aside, defaults of arguments put in."""
    given: dict[str, str] = {}
    stages: set[str] = set()
    found: dict[str, None] = {}
    without_comments = re.sub(r"(?m)^\s*#.*\n?", "", text.replace("\r\n", "\n") + "\n")
    for line in re.sub(r"\\[ \t]*\n", " ", without_comments).splitlines():
        if argument := _ARGUMENT.match(line.strip()):
            given.setdefault(argument[1], argument[2].strip("\"'"))
        elif base := _FROM.match(line.strip()):
            image = _VARIABLE.sub(
                lambda match: given.get(match[1] or match[3], match[2] or match[0]), base[1]
            )
            if image.lower() not in stages and image != "scratch":
                found[image] = None
            stages.add((base[2] or "").lower())
    return list(found)


def _containers(data: bytes, path: str) -> Iterator[Wanted]:
    """The containers of jobs that run reproof. A workflow that cannot be read runs nothing."""
    if b"reproof" not in data or b"container" not in data:
        return
    try:
        jobs = table(load_yaml(data, path), "jobs")
    except UsageError:
        return
    for name in jobs:
        job = table(jobs, name)
        container = job.get("container")
        image = container.get("image") if isinstance(container, dict) else container
        steps = job.get("steps")
        used = [
            str(step.get(key, ""))
            for step in (steps if isinstance(steps, list) else ())
            if isinstance(step, dict)
            for key in ("uses", "run")
        ]
        if image and any(_OURS.search(text) for text in used):
            yield Wanted(f"image ({path}: {name})"[:900], str(image))
