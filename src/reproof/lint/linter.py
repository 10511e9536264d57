"""Files times rules gives findings: who looks at which file, and what becomes of what goes wrong.

Nothing here prints or writes. A file is opened only if some selected rule wants its type; a rule that
cannot read it, or that crashes, costs the others nothing.
"""

from __future__ import annotations

from reproof.errors import UsageError
from reproof.lint.globs import matcher
from reproof.lint.own_findings import UNUSED_IGNORE, crashed_rule, invalid_file, refuse_never_ignored
from reproof.lint.rule import load_rule, rule_modules, select_rules
from reproof.lint.source import FileType, InvalidFile, file_type
from reproof.lint.suppression import suppress, suppressions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reproof.config import CheckConfig
    from reproof.lint.files import SourceTree
    from reproof.lint.finding import Finding
    from reproof.lint.rule import Rule, Tools
    from reproof.lint.source import SourceFile


class Linter:
    """The rules of one run, ready to look at one file of a tree after another."""

    def __init__(self, tree: SourceTree, rules: Sequence[Rule], options: CheckConfig) -> None:
        self._tree = tree
        self._rules = rules
        self._ignore = frozenset(options.ignore)
        self._per_file = [(matcher([glob]), frozenset(names)) for glob, names in options.per_file_ignores]
        self._known = frozenset(rule_modules()) | {rule.name for rule in rules}

    @property
    def wanted(self) -> FileType:
        """The types of files that some rule reads."""
        types = FileType.OTHER
        for rule in self._rules:
            types |= rule.files
        return types

    def look(self, path: str) -> list[Finding]:
        """The findings of one file, in order; what the file's own comments silence is left out."""
        ignored = self._ignored(path)
        kind = file_type(path)
        rules = [rule for rule in self._rules if rule.files & kind and rule.name not in ignored]
        if not rules or "all" in ignored:
            return []
        try:
            file = self._tree.open(path)
        except InvalidFile as error:
            return [invalid_file(path, error)]
        findings = [finding for finding in self._silenced(file, rules) if finding.rule not in ignored]
        return sorted(findings, key=lambda finding: (finding.order, finding.name))

    def _ignored(self, path: str) -> set[str]:
        names = set(self._ignore)
        for matches, rules in self._per_file:
            if matches(path):
                names |= rules
        return names

    def _silenced(self, file: SourceFile, rules: Iterable[Rule]) -> list[Finding]:
        found: list[Finding] = []
        invalid: InvalidFile | None = None
        ran = []
        for rule in rules:
            try:
                # One by one: what a rule found before it failed is worth keeping.
                for finding in rule.check(file):
                    found.append(finding)  # noqa: PERF402
                ran.append(rule.name)
            except InvalidFile as error:
                invalid = invalid or error
            except UsageError:
                raise  # the configuration is wrong, and not this file
            except Exception as error:  # noqa: BLE001  a rule's crash becomes a finding that names it
                found.append(crashed_rule(file.path, rule.name, error))
        if invalid:
            found.append(invalid_file(file.path, invalid))
        return suppress(found, suppressions(file), file.path, ran, self._known.__contains__)


def chosen_rules(options: CheckConfig, tools: Tools) -> list[Rule]:
    """The selected rules, ready to check; raises `UsageError` for a name that is no rule's."""
    own = {UNUSED_IGNORE.name}
    named = [name for _, names in options.per_file_ignores for name in names]
    refuse_never_ignored((*options.ignore, *named))
    select_rules((), [name for name in named if name not in own])
    names = select_rules(options.select, [name for name in options.ignore if name not in own])
    return [load_rule(name)(options, tools) for name in dict.fromkeys(names)]
