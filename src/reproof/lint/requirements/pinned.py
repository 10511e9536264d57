"""One requirement, from any carrier -> pinned, unpinned, exempt or unknown, with the reason.

Pinned means that exactly one distribution can be selected, now and next year. Most lines are names with
plain versions and are decided by one pattern; `packaging`, slow to import, is asked about the others.
"""

from __future__ import annotations

import enum
import re

from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class State(enum.Enum):
    """The answer to "is it pinned?"."""

    PINNED = "pinned"
    UNPINNED = "unpinned"
    EXEMPT = "exempt"
    UNKNOWN = "unknown"


class Reason(enum.Enum):
    """Why; the value is what a message says of the requirement."""

    EXACT = "names one version"
    HASHED = "is fixed by its hash"
    COMMIT = "is fixed to a commit"
    ARBITRARY = "uses `===`, which compares texts, not versions"
    LOCAL = "is a local path"
    SELF = "is this project itself"
    NO_VERSION = "names no version"
    RANGE = "allows more than one version"
    WILDCARD = "allows every version with this prefix"
    ONE_VERSION_RANGE = "is a range that holds one version"
    NO_REF = "follows the default branch of a repository"
    MOVING_REF = "follows a branch or tag, which can move"
    SHORT_COMMIT = "names an abbreviated commit, which can become ambiguous"
    NO_HASH = "is a URL whose file can be replaced: it has no `sha256`"
    VERSIONED_URL = "is a URL with a version but without a `sha256`"
    VARIABLE = "takes its version from a variable"
    LATEST = "is whatever the image's newest build is: it has no tag, or `latest`"
    TAG = "is a tag, and a tag can be moved"
    REDIRECT = "is cut off by an unquoted `>` or `<`, which the shell takes for a redirection"
    FUZZY = "names the first components of a version, and conda takes any that begins so"
    CONDA = "is a line of a conda export, which pip cannot read"
    UNREADABLE = "cannot be read as a requirement"


class Verdict(Value):
    """What one requirement is.

    `name` is normalised; `specifier` is as written (versions, or the URL); `version` the one version that
    `==` names. `debatable` marks what is told only with `strict = true`. `conditional` says that a marker
    decides whether it applies; `direct` that it names a URL or repository, not versions of an index.
    """

    state: State
    reason: Reason
    name: str
    specifier: str = ""
    version: str | None = None
    debatable: bool = False
    conditional: bool = False
    direct: bool = False


LONGEST = 4096  # characters; real requirements stay far below, and parsing hostile ones costs time

# A part that is put in later: by pip from the environment, or by cookiecutter, copier and the like.
VARIABLE = re.compile(r"\$\{|\{\{|\{%")

# A word with such an ending is a file for pip, even where it could be a name.
ARCHIVES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar", ".egg")

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_SUFFIX = r"(?:(?:a|b|rc)\d+)?(?:\.post\d+)?(?:\.dev\d+)?"
_CLAUSE = (
    rf"(?:[=!]= ?\d+(?:\.\d+)*(?:\.\*|{_SUFFIX}(?:\+[a-z0-9]+(?:\.[a-z0-9]+)*)?)"
    rf"|[<>]=? ?\d+(?:\.\d+)*{_SUFFIX}|~= ?\d+(?:\.\d+)+{_SUFFIX})"
)
_PLAIN = re.compile(
    rf"({_NAME})(?:\[{_NAME}(?:, ?{_NAME})*\])? ?({_CLAUSE}(?:, ?{_CLAUSE})*)?"
    r"( ?; ?(?:python_version|sys_platform|platform_system|platform_machine)"
    r" ?(?:[<>=!]=|[<>]) ?(?:\"[^\"]*\"|'[^']*'))?",
    re.ASCII,  # other scripts have digits, too, and no version is written in them
)
_PLAIN_CLAUSE = re.compile(r"([=!<>~]+) ?([^, ]+)")
_PARTS = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\]\s*)?(?P<specifier>[^;]*)"
)
_CONDA = re.compile(r"[A-Za-z0-9_.-]+=[^=<>!~;\s]+(?:=[^=<>!~;\s]+)?")


def judge(text: str, hashed: bool = False) -> Verdict:
    """Judge a requirement as pip writes it, without comment and options.

    `hashed` says that `--hash` options follow it. Never raises: what cannot be read is `State.UNKNOWN`.
    """
    if len(text) > LONGEST:
        return Verdict(State.UNKNOWN, Reason.UNREADABLE, name_of(text[:80]), text[:80])
    plain = _PLAIN.fullmatch(text)
    if plain and not text.endswith(ARCHIVES):
        name, specifier, marker = plain.groups(default="")
        return _verdict(name, specifier, _PLAIN_CLAUSE.findall(specifier), bool(marker), hashed)
    from reproof.lint.requirements.direct import judge_direct

    return judge_direct(text, hashed) or _judge_versions(text, hashed)


def plain_requirement(text: str) -> tuple[str, str] | None:
    """Name as written, versions as `packaging` writes them, of the commonest requirements; None for others."""
    plain = _PLAIN.fullmatch(text) if len(text) <= LONGEST else None
    if plain is None or plain[3] or "[" in text or text.endswith(ARCHIVES):
        return None
    clauses = _PLAIN_CLAUSE.findall(plain[2] or "")
    if len({operator for operator, _ in clauses}) < len(clauses):
        return None  # two may mean the same, and be one for `packaging`
    return plain[1], ",".join(sorted(operator + version for operator, version in clauses))


def normalise(name: str) -> str:
    """A project's name as indexes compare it: lower case, runs of `-`, `_` and `.` as one hyphen."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(text: str) -> str:
    """The normalised name at the head of a requirement; its first word where there is none."""
    parts = _PARTS.match(text)
    return normalise(parts["name"]) if parts else "".join(text.split(maxsplit=1)[:1])[:80]


def specifier_place(text: str) -> tuple[int, int] | None:
    """Where the versions of `name[extras] versions ; marker` stand; an empty place where it has none."""
    parts = _PARTS.match(text)
    if parts is None:
        return None
    start = parts.start("specifier")
    written = parts["specifier"].rstrip()
    if not written:
        start = len(text[:start].rstrip())
    return start, start + len(written)


def _judge_versions(text: str, hashed: bool) -> Verdict:
    from packaging.requirements import InvalidRequirement, Requirement

    if VARIABLE.search(text):
        return Verdict(State.UNKNOWN, Reason.VARIABLE, name_of(text), _specifier(text), debatable=True)
    try:
        requirement = Requirement(text.rstrip("; "))  # as pip, which drops an empty marker
    except (InvalidRequirement, RecursionError):
        reason = Reason.CONDA if _CONDA.fullmatch(text) else Reason.UNREADABLE
        return Verdict(
            State.UNKNOWN, reason, name_of(text), _specifier(text)[:80], debatable=_conda_build(text)
        )
    clauses = [(each.operator, each.version) for each in requirement.specifier]
    return _verdict(requirement.name, _specifier(text), clauses, requirement.marker is not None, hashed)


def _verdict(
    name: str, specifier: str, clauses: Sequence[tuple[str, str]], conditional: bool, hashed: bool
) -> Verdict:
    state, reason, version = judge_clauses(clauses)
    if hashed and state is State.UNPINNED:
        state, reason = State.PINNED, Reason.HASHED
    debatable = reason is Reason.ARBITRARY
    return Verdict(state, reason, normalise(name), specifier, version, debatable, conditional, False)


def judge_clauses(clauses: Sequence[tuple[str, str]]) -> tuple[State, Reason, str | None]:
    """State, reason and, where there is exactly one, the version of clauses: operator and version each."""
    if not clauses:
        return State.UNPINNED, Reason.NO_VERSION, None
    for operator, version in clauses:
        if operator == "==" and not version.endswith(".*"):
            return State.PINNED, Reason.EXACT, version
    for operator, version in clauses:
        if operator == "===" and not version.endswith(".*"):
            return State.PINNED, Reason.ARBITRARY, version
    lowest = {version for operator, version in clauses if operator == ">="}
    highest = {version for operator, version in clauses if operator == "<="}
    if lowest & highest:
        return State.UNPINNED, Reason.ONE_VERSION_RANGE, min(lowest & highest)
    if any(operator in ("==", "===") for operator, _ in clauses):
        return State.UNPINNED, Reason.WILDCARD, None
    return State.UNPINNED, Reason.RANGE, None


def allows(specifier: str, version: str) -> bool:
    """Whether a version, pre-release or not, satisfies specifiers; what cannot be compared is allowed if short."""
    from packaging.specifiers import SpecifierSet

    if len(version) > LONGEST:
        return False
    try:
        return SpecifierSet(specifier.strip().strip("()")).contains(version, prereleases=True)
    except ValueError:  # no specifier, no version, or a number of thousands of digits
        return True


def _specifier(text: str) -> str:
    place = specifier_place(text)
    return text[place[0] : place[1]] if place else text


def _conda_build(text: str) -> bool:
    return bool(_CONDA.fullmatch(text)) and text.count("=") == 2
