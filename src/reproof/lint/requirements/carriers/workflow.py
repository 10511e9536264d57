"""GitHub workflows and `action.yml`: actions that are used, containers, and what `run:` installs."""

from __future__ import annotations

import re

from reproof.lint.requirements.carriers.commands import installed
from reproof.lint.requirements.images import judge_image, judge_tagged
from reproof.lint.requirements.installs import MENTIONED, installs
from reproof.lint.requirements.pinned import Reason, State, Verdict
from reproof.lint.requirements.unpinned import Dependency
from reproof.lint.requirements.yaml_places import entry, items, pairs, place, root_node, scalar, shell_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

    from reproof.lint.source import SourceFile

_OF_INTEREST = re.compile(r"\b(?:uses|run|container|image|services)[ \t\"']*:")


def dependencies(file: SourceFile, allow_tags: bool) -> Iterator[Dependency]:
    """Actions, images and installed packages, job by job."""
    if not _OF_INTEREST.search(file.text):
        return
    root = root_node(file.text)
    known = _variables(root, {})
    for _, job in pairs(entry(root, "jobs")):
        yield from _uses(job, allow_tags)
        yield from _containers(job, allow_tags)
        yield from _steps(job, file.text, _variables(job, known), allow_tags)
    runs = entry(root, "runs")
    yield from _steps(runs, file.text, known, allow_tags)
    image = entry(runs, "image")
    if (text := scalar(image)) and image is not None and text.startswith("docker://"):
        yield _image(image, text.removeprefix("docker://"), allow_tags)


def _steps(
    holder: yaml.Node | None, text: str, known: dict[str, str], allow_tags: bool
) -> Iterator[Dependency]:
    for step in items(entry(holder, "steps")):
        yield from _uses(step, allow_tags)
        run = entry(step, "run")
        shell = scalar(entry(step, "shell")) or "bash"
        if run is None or scalar(run) is None or not re.search(r"sh\b|^cmd|\{0\}", shell):
            continue
        script, offset = shell_text(run, text)
        if MENTIONED.search(script):
            for install in installs(script, known=_variables(step, known)):
                yield from installed(install, offset)


def _variables(node: yaml.Node | None, known: dict[str, str]) -> dict[str, str]:
    own = {key: value for key, each in pairs(entry(node, "env")) if (value := scalar(each)) is not None}
    return {**known, **{key: "\0" if "${{" in value else value for key, value in own.items()}}


def _uses(holder: yaml.Node | None, allow_tags: bool) -> Iterator[Dependency]:
    node = entry(holder, "uses")
    used = (scalar(node) or "").strip()
    if node is None or not used:
        return
    if used.startswith("docker://"):
        yield _image(node, used.removeprefix("docker://"), allow_tags)
        return
    name, at, revision = used.partition("@")
    if used.startswith(("./", "../", ".\\")):
        verdict = Verdict(State.EXEMPT, Reason.LOCAL, used, direct=True)
    else:
        verdict = judge_tagged(name, revision if at else None, allow_tags)
    yield Dependency(verdict, used, *place(node))


def _containers(job: yaml.Node, allow_tags: bool) -> Iterator[Dependency]:
    holders = [entry(job, "container"), *(each for _, each in pairs(entry(job, "services")))]
    for holder in holders:
        node = holder if scalar(holder) is not None else entry(holder, "image")
        image = (scalar(node) or "").strip()
        if node is not None and image:
            yield _image(node, image.removeprefix("docker://"), allow_tags)


def _image(node: yaml.Node, reference: str, allow_tags: bool) -> Dependency:
    return Dependency(judge_image(reference, allow_tags), reference, *place(node))
