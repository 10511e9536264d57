"""What a rule is: one class in one file of `rules/<aspect>/`, found by its file's name.

A rule declares its documentation (the docstring, with fixed headings), its name, aspect and file types, and
examples that are its tests. It reads a `SourceFile` and yields findings; it never opens a file and never
prints.
"""

from __future__ import annotations

import os
import re

from reproof.errors import UsageError
from reproof.lint.finding import Aspect, Finding, Fix, Span
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from reproof.config import CheckConfig
    from reproof.lint.file_types import FileType
    from reproof.lint.notebooks.dirt import Stripping
    from reproof.lint.notebooks.name_check import NameChecker
    from reproof.lint.source import SourceFile
    from reproof.runs.record import RunRecord

HEADINGS = ("What it finds", "Why it hurts reproducibility", "Instead", "Fix")
DOCS = "https://github.com/reproof-ml/reproof/blob/main/docs/reference/rules"


class Good(Value):
    """A text that the rule leaves alone, in a file of that path; `beside` are files that lie around it."""

    text: str
    path: str = "example.py"
    beside: tuple[tuple[str, str], ...] = ()
    strict: bool = False


class Bad(Value):
    """A text that the rule stops: `says` is a part of the message, `fixed` the text after all fixes.

    `names` are the findings' names in order, where the count or the name is the point of the example.
    """

    text: str
    says: str
    path: str = "example.py"
    fixed: str | None = None
    names: tuple[str, ...] | None = None
    beside: tuple[tuple[str, str], ...] = ()
    strict: bool = False


class Tools(Value):
    """Third-party help for rules, handed in by `commands/check.py`; a rule imports none of it itself.

    `strip_notebook` takes a notebook as parsed JSON and returns it as nbstripout leaves it, cell ids kept; the
    argument is not changed. `keys_of_git` gives the extra and the kept keys of nbstripout's git settings.
    `check_names` starts looking for undefined names in notebooks. `installed` gives the versions in the
    training's environment by normalised name, `installed_by_conda` those that conda put there by conda's names;
    nothing is started for it. `recorded` gives the runs of the newest recorded version, as far as this clone has
    them; the network is not asked.
    """

    strip_notebook: Callable[[dict[str, Any], Stripping], dict[str, Any]] | None = None
    keys_of_git: Callable[[], tuple[tuple[str, ...], tuple[str, ...]]] | None = None
    check_names: NameChecker | None = None
    installed: Callable[[], dict[str, str]] | None = None
    installed_by_conda: Callable[[], dict[str, str]] | None = None
    recorded: Callable[[], Sequence[RunRecord]] | None = None


class RuleError(TypeError):
    """A rule's declaration is incomplete: a mistake of its author, told when the class is created."""


class Rule:
    """Base of all rules. Subclasses state `name`, `aspect`, `files`, `VALID`, `INVALID` and `check`.

    `holds_back` names a rule whose fixes are no longer safe in a file where this rule finds something, with
    the help that is then shown. A rule that `waits` has started a program for all files at once (`prepare`);
    it checks a file after all others have, and only where `has_answer` says so.
    """

    name: str = ""
    aspect: Aspect
    files: FileType
    holds_back: tuple[str, str] | None = None
    waits: bool = False
    VALID: tuple[Good, ...] = ()
    INVALID: tuple[Bad, ...] = ()
    tabled: bool = False  # whether the rule's page has a table of all its examples

    def __init__(self, options: CheckConfig, tools: Tools) -> None:
        self.options = options
        self.tools = tools

    def __init_subclass__(cls) -> None:
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", cls.name):
            raise RuleError(f"{cls.__name__}: name must be lower case words with hyphens, not {cls.name!r}")
        if not (cls.VALID and cls.INVALID):
            raise RuleError(f"{cls.name}: VALID and INVALID examples are missing; they are its tests")
        missing = [heading for heading in HEADINGS if f"{heading}:" not in (cls.__doc__ or "")]
        if cls.__doc__ is not None and missing:
            raise RuleError(f"{cls.name}: the docstring lacks the heading {missing[0]!r}")

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """Yield what is wrong in one file."""
        raise AssertionError(f"{self.name} does not say how it checks")

    def prepare(self, files: Mapping[str, str | bytes | None]) -> None:
        """Learn which files will be checked: by path on the disk, its bytes, or None: see `read`."""

    def read(self, file: SourceFile) -> None:
        """Take from a large file, which other rules have read by now, what is needed; maybe in a fork."""

    def proceed(self, path: str) -> None:
        """Go on with a file that was `read`, in the process that prepared."""

    def has_answer(self, path: str) -> bool:
        """Whether a rule that waits has something to say about a file."""
        return True

    def notes(self) -> list[str]:
        """What is to be said once, after all files: what was not checked, and why."""
        return []

    def close(self) -> None:
        """End what `prepare` started; the last call."""

    def finding(
        self,
        file: SourceFile,
        span: Span,
        message: str,
        *,
        name: str,
        kind: str | None = None,
        cell: int | None = None,
        value: str | None = None,
        help: str | None = None,  # noqa: A002  the public format's own word
        fix: Fix | None = None,
    ) -> Finding:
        """A finding of this rule; `help` defaults to the rule's documentation page."""
        return Finding(
            rule=self.name,
            aspect=self.aspect,
            kind=kind or self.name,
            path=file.path,
            span=span,
            name=name,
            message=message,
            help=help or f"{DOCS}/{self.name}.md",
            cell=cell,
            value=value,
            fix=fix,
        )

    @classmethod
    def fixable(cls) -> bool:
        """Whether some example shows a fixed text."""
        return any(bad.fixed is not None for bad in cls.INVALID)

    @classmethod
    def summary(cls) -> str:
        """The docstring's first sentence, for tables."""
        return " ".join((cls.__doc__ or cls.name).strip().split("\n\n")[0].split())


def rule_modules() -> dict[str, str]:
    """Rule name -> module, from the names of the files in `rules/<aspect>/`; imports nothing."""
    base = os.path.join(os.path.dirname(__file__), "rules")
    return {
        entry[:-3].replace("_", "-"): f"reproof.lint.rules.{aspect.value}.{entry[:-3]}"
        for aspect in Aspect
        for entry in sorted(os.listdir(os.path.join(base, aspect.value)))
        if entry.endswith(".py") and not entry.startswith("_")
    }


def load_rule(name: str) -> type[Rule]:
    """The class of a rule; raises `UsageError` with the nearest name where there is none."""
    modules = rule_modules()
    if name not in modules:
        import difflib

        near = difflib.get_close_matches(name, modules, n=1)
        hint = f"Did you mean `{near[0]}`?" if near else "`reproof explain` lists all rules."
        raise UsageError(f"there is no rule {name!r}", hint)
    import importlib

    module = importlib.import_module(modules[name])
    for candidate in vars(module).values():
        if isinstance(candidate, type) and issubclass(candidate, Rule) and candidate.name == name:
            return candidate
    raise RuleError(f"{modules[name]} declares no rule named {name!r}")


def select_rules(select: Sequence[str], ignore: Sequence[str]) -> list[str]:
    """Names of the rules to run: `select` (or all) without `ignore`; unknown names are errors."""
    known = rule_modules()
    for name in (*select, *ignore):
        if name != "all" and name not in known:
            load_rule(name)  # raises with the nearest name
    chosen = known if not select or "all" in select else select
    return sorted(name for name in chosen if name not in ignore)
