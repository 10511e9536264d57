"""Conda's own way to write what it installs: `numpy=1.26`, `channel::numpy>=1.26`, `numpy 1.26.4 py311_0`.

One `=` matches a prefix, so that three components are taken for one version; two are debatable. Text only.
"""

from __future__ import annotations

import re

from reproof.lint.requirements.pinned import LONGEST, Reason, State, Verdict, allows

_SPEC = re.compile(
    r"(?:(?P<channel>[^\s:=<>!~\[\]]+(?:\[[\w,-]+\])?(?:/[\w-]+)?)::?(?::[\w-]*:)?)?(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]*)\s*"
    r"(?P<rest>.*)",
    re.DOTALL,
)
_BRACKETS = re.compile(r"\[(?P<inside>[^\]]*)\]\s*$")
_INSIDE = re.compile(r"(\w+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|([^,\]\s]+))")
_NUMBER = r"(?:\d+!)?\d[\w+!]*(?:[._-]\w+)*"
_ONE_VERSION = re.compile(rf"{_NUMBER}(?:\+\w+(?:\.\w+)*)?", re.ASCII)


def judge_conda(spec: str) -> Verdict:
    """Judge one match specification of conda. Never raises: what cannot be read is `State.UNKNOWN`."""
    text = spec.split("#", 1)[0].strip()
    if len(text) > LONGEST:
        return Verdict(State.UNKNOWN, Reason.UNREADABLE, text[:80].lower(), text[:80])
    if re.match(r"(?:https?|file)://|[./~]", text) or text.endswith((".conda", ".tar.bz2")):
        return _judge_file(text)
    found = _SPEC.fullmatch(text)
    if found is None:
        return Verdict(State.UNKNOWN, Reason.UNREADABLE, text[:80].lower(), text[:80])
    name, rest = found["name"].lower(), found["rest"].strip()
    if "$" in text or "{" in text:
        return Verdict(State.UNKNOWN, Reason.VARIABLE, name, rest, debatable=True)
    version, build, hashed = _split(rest)
    if hashed:
        return Verdict(State.PINNED, Reason.HASHED, name, rest)
    state, reason, exact = _judge_version(version, build)
    return Verdict(state, reason, name, rest, exact, debatable=reason is Reason.FUZZY)


def conda_allows(specifier: str, version: str) -> bool:
    """Whether a version satisfies what stands after the name; what cannot be compared is allowed."""
    constraint = _split(specifier.strip())[0]
    return not constraint or any(
        all(_clause_allows(clause.strip(), version) for clause in part.split(","))
        for part in constraint.split("|")
    )


_PLAIN = re.compile(r"(?:[\w./-]+::)?[A-Za-z0-9_][\w.-]*[ ]*(?P<constraint>[^\s\[\]]*(?:, *[^\s\[\]]+)*)")


def constraint_place(spec: str) -> tuple[int, int] | None:
    """Where the versions of `channel::name versions` stand; None where a build or brackets stand there, too."""
    found = _PLAIN.fullmatch(spec)
    if found is None or _split(found["constraint"])[1]:
        return None
    name_end = len(spec[: found.start("constraint")].rstrip())
    return found.span("constraint") if found["constraint"] else (name_end, name_end)


def _clause_allows(clause: str, version: str) -> bool:
    clause = clause.replace(" ", "")
    if clause in ("", "*"):
        return True
    if clause[0] in "<>!~" or clause.startswith("=="):
        return allows(clause, version)
    prefix = clause.lstrip("=").rstrip("*").rstrip(".")
    return version == prefix or version.startswith(f"{prefix}.")


def _split(rest: str) -> tuple[str, str, bool]:
    """What follows the name: the version's constraint, the build, and whether a hash fixes the file."""
    keys: dict[str, str] = {}
    if brackets := _BRACKETS.search(rest):
        keys = {key: "".join(value) for key, *value in _INSIDE.findall(brackets["inside"])}
        rest = rest[: brackets.start()].strip()
    if "version" in keys:
        return keys["version"], keys.get("build", ""), "sha256" in keys or "md5" in keys
    if re.match(r"\d", rest):  # `numpy 1.26.4 py311_0`: a space before the version means exactly that one
        version, _, build = rest.partition(" ")
        if " " in rest or not re.search(r"[*|,]", version):
            version = version if re.search(r"[*|,<>]", version) else f"=={version.split('=')[0]}"
        return version, build.strip() or keys.get("build", ""), "sha256" in keys
    fuzzy = re.fullmatch(r"=\s*([^=<>!~|,\s]+)\s*(?:=\s*|\s+)(\S+)", rest)
    if fuzzy:
        return f"={fuzzy[1]}", fuzzy[2], "sha256" in keys
    exact = re.fullmatch(r"(==\s*[^=<>!~|,\s]+)(?:=|\s+)(\S+)", rest)
    if exact:
        return exact[1], exact[2], "sha256" in keys
    return rest, keys.get("build", ""), "sha256" in keys or "md5" in keys


def _judge_version(version: str, build: str) -> tuple[State, Reason, str | None]:
    compact = version.replace(" ", "")
    if not compact or compact in ("*", "=*"):
        return State.UNPINNED, Reason.NO_VERSION, None
    whole = compact.lstrip("=")
    signs = len(compact) - len(whole)
    if signs <= 2 and signs and _ONE_VERSION.fullmatch(whole):
        if signs == 2 or (build and "*" not in build):
            return State.PINNED, Reason.EXACT, whole
        three = len(whole.split("+")[0].split(".")) >= 3
        return (State.PINNED, Reason.EXACT, whole) if three else (State.UNPINNED, Reason.FUZZY, None)
    for clause in compact.split(","):
        if "|" not in compact and clause.startswith("==") and _ONE_VERSION.fullmatch(clause[2:]):
            return State.PINNED, Reason.EXACT, clause[2:]
    if "*" in compact and not re.search(r"[<>!~|]", compact):
        return State.UNPINNED, Reason.WILDCARD, None
    return State.UNPINNED, Reason.RANGE, None


def _judge_file(text: str) -> Verdict:
    """A package file: a place of its own, which a hash behind `#` fixes."""
    url, _, digest = text.partition("#")
    stem = url.rpartition("/")[2].removesuffix(".conda").removesuffix(".tar.bz2")
    name = stem.rsplit("-", 2)[0].lower()
    if "://" not in url:
        return Verdict(State.EXEMPT, Reason.LOCAL, name, url, direct=True)
    if digest:
        return Verdict(State.PINNED, Reason.HASHED, name, url, direct=True)
    return Verdict(State.UNPINNED, Reason.VERSIONED_URL, name, url, debatable=True, direct=True)
