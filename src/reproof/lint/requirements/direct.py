"""Requirements that name a place, not versions: repositories, URLs of files, local paths.

Text only: nothing is fetched and no path is looked up.
"""

from __future__ import annotations

import re

from reproof.lint.requirements.pinned import ARCHIVES, VARIABLE, Reason, State, Verdict, normalise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_NAMED = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*@\s*(?P<target>.+)", re.DOTALL
)
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9.-]*(?:\+[A-Za-z0-9.-]+)?):(?P<rest>.*)", re.DOTALL)
_MARKER = re.compile(r"\s;|;\s")
_STRONG_HASH = re.compile(r"[#&](?:sha256|sha384|sha512)=[0-9a-fA-F]{64,128}(?![0-9a-fA-F])")
_COMMIT = re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_SHORT_COMMIT = re.compile(r"(?=.*[0-9])[0-9a-fA-F]{7,39}")
_VERSIONED_FILE = re.compile(r"[A-Za-z0-9._]+-v?\d+(?:\.\d+)+.*")
_REPOSITORIES = ("git", "hg", "svn", "bzr")


def judge_direct(text: str, hashed: bool = False) -> Verdict | None:
    """Judge `name @ URL`, a bare URL, `git+…` or a local path; None where it is a name with versions."""
    named = _NAMED.match(text)
    body, conditional = _without_marker(named["target"] if named else text)
    scheme = _SCHEME.fullmatch(body)
    if named is None and not (scheme and "/" in body) and not _local(body):
        return None
    name = normalise(named["name"]) if named else _name_in(body)
    if named and scheme is None and not (_may_be_path(body) or VARIABLE.search(text)):
        return Verdict(State.UNKNOWN, Reason.UNREADABLE, name, body[:80])
    if scheme is None or _drive(body) or scheme["scheme"].lower() == "file" or "{root:" in body:
        state, reason, debatable = State.EXEMPT, Reason.LOCAL, False
    elif hashed or _STRONG_HASH.search(body):
        state, reason, debatable = State.PINNED, Reason.HASHED, False
    elif _repository(scheme["scheme"]):
        state, reason, debatable = _judge_repository(scheme["scheme"].lower(), body)
    else:
        state, reason, debatable = _judge_file(body)
    return Verdict(state, reason, name, body, None, debatable, conditional, direct=True)


def judge_revision(revision: str | None, moving: bool = False) -> tuple[State, Reason, bool]:
    """State, reason and debatability of a repository's revision; `moving`: said to be a branch or tag."""
    if not revision:
        return State.UNPINNED, Reason.NO_REF, False
    if VARIABLE.search(revision):
        return State.UNKNOWN, Reason.VARIABLE, True
    if not moving and _COMMIT.fullmatch(revision):
        return State.PINNED, Reason.COMMIT, False
    if not moving and _SHORT_COMMIT.fullmatch(revision):
        return State.UNPINNED, Reason.SHORT_COMMIT, True
    return State.UNPINNED, Reason.MOVING_REF, False


def judge_source(name: str, table: Mapping[str, Any]) -> Verdict | None:
    """Judge a table that says where `name` comes from (`path`, `git`, `url`, …); None where it does not."""
    if "path" in table or table.get("workspace"):
        return Verdict(State.EXEMPT, Reason.LOCAL, name, str(table.get("path", "")), direct=True)
    if "git" in table:
        moving = table.get("branch") or table.get("tag")
        revision = moving or table.get("rev")
        state, reason, debatable = judge_revision(str(revision) if revision else None, bool(moving))
        return Verdict(state, reason, name, str(table["git"]), debatable=debatable, direct=True)
    if "url" in table:
        return judge_direct(f"{name} @ {table['url']}")
    return None


def _without_marker(body: str) -> tuple[str, bool]:
    marker = _MARKER.search(body)
    if marker is None:
        return body.strip(), False
    return body[: marker.start()].strip(), True


def _repository(scheme: str) -> bool:
    return scheme.lower().split("+")[0] in _REPOSITORIES


def _judge_repository(scheme: str, body: str) -> tuple[State, Reason, bool]:
    path = re.split(r"[#?]", body, maxsplit=1)[0].partition("://")[2].partition("/")[2]
    _, at, revision = path.rpartition("@")
    if scheme.startswith("svn") and revision.isdigit():
        return State.PINNED, Reason.COMMIT, False
    return judge_revision(revision if at else None)


def _judge_file(body: str) -> tuple[State, Reason, bool]:
    path = re.split(r"[#?]", body, maxsplit=1)[0]
    stem = _stem(path)
    if re.search(r"/(?:archive|zipball|tarball|zip|tar\.gz)/", path) and _COMMIT.fullmatch(stem):
        return State.PINNED, Reason.COMMIT, False
    if VARIABLE.search(body):
        return State.UNKNOWN, Reason.VARIABLE, True
    if _VERSIONED_FILE.fullmatch(stem):
        return State.UNPINNED, Reason.VERSIONED_URL, True
    return State.UNPINNED, Reason.NO_HASH, False


def _local(body: str) -> bool:
    head = body.split("[", 1)[0].split(maxsplit=1)
    path = head[0] if head else body
    return (
        path.startswith((".", "/", "~", "\\"))
        or _drive(path)
        or (path.lower().endswith(ARCHIVES) and not re.search(r"[=<>!]=?", path))
        or ("/" in path and not re.search(r"[<>=!~;]", path))
    )


def _may_be_path(body: str) -> bool:
    """Whether the target of `name @ target` can be a relative path, which uv takes, and not a slip (`a @@ =`)."""
    return _local(body) or bool(re.fullmatch(r"[^\s@]\S*", body) and re.search(r"\w", body))


def _drive(body: str) -> bool:
    return bool(re.match(r"[A-Za-z]:[\\/]", body))


def _name_in(body: str) -> str:
    """A name for a place without one: its `#egg=`, else its last path part, without version and ending."""
    egg = re.search(r"[#&]egg=([A-Za-z0-9._-]+)", body)
    if egg:
        return normalise(egg.group(1))
    path = re.split(r"[#?]", body, maxsplit=1)[0].rstrip("/")
    if _repository(body.split(":", 1)[0]):
        head, at, _ = path.rpartition("@")
        path = head if at and "/" in head.partition("://")[2] else path
        return normalise(path.rpartition("/")[2].removesuffix(".git"))
    archive = re.search(r"/([^/]+)/(?:-/)?(?:archive|zipball|tarball)/", path)
    if archive:
        return normalise(archive.group(1))
    if path.lower().endswith(ARCHIVES):
        return normalise(re.split(r"-v?\d", _stem(path), maxsplit=1)[0])
    return "".join(body.split(maxsplit=1)[:1])


def _stem(path: str) -> str:
    """A path's last part without the endings of archives."""
    stem = path.replace("\\", "/").rpartition("/")[2]
    for ending in ARCHIVES:
        stem = stem.removesuffix(ending)
    return stem
