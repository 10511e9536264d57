"""Files times rules gives findings: who looks at which file, and what becomes of what goes wrong.

Nothing here prints or writes. A file is opened only if some selected rule wants its type; a rule that
cannot read it, or that crashes, costs the others nothing.
"""

from __future__ import annotations

from reproof.errors import ReproofError
from reproof.lint.file_types import FileType, file_type
from reproof.lint.globs import matcher
from reproof.lint.own_findings import (
    FIRST,
    INVALID_FILE,
    UNUSED_IGNORE,
    crashed_rule,
    invalid_file,
    refuse_never_ignored,
)
from reproof.lint.rule import load_rule, rule_modules, select_rules
from reproof.lint.source import InvalidFile
from reproof.lint.suppression import suppress, suppressions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reproof.config import CheckConfig
    from reproof.lint.baseline import Baseline
    from reproof.lint.files import SourceTree
    from reproof.lint.finding import Finding, Fix
    from reproof.lint.rule import Rule, Tools
    from reproof.lint.source import SourceFile
    from reproof.lint.suppression import Suppression


# Bytes of a file that a program beside us had better not read as well, where most of it says nothing to it.
LARGE = 64 * 1024
# Characters of a line that are kept with a finding.
LONGEST_LINE = 500


class Linter:
    """The rules of one run, ready to look at one file of a tree after another."""

    def __init__(
        self,
        tree: SourceTree,
        rules: Sequence[Rule],
        options: CheckConfig,
        baseline: Baseline | None = None,
    ) -> None:
        self._tree = tree
        self._rules = rules
        self._ignore = frozenset(options.ignore)
        self._per_file = [(matcher([glob]), frozenset(names)) for glob, names in options.per_file_ignores]
        self._baseline = baseline
        self._strict = options.strict
        self._later: set[str] = set()  # files that rules were not given when they prepared
        self._stale: dict[str, list[str]] = {}  # entries of the baseline that no finding of the file needs
        self._known = frozenset(rule_modules()) | {rule.name for rule in rules}

    @property
    def wanted(self) -> FileType:
        """The types of files that some rule reads."""
        types = FileType.OTHER
        for rule in self._rules:
            types |= rule.files
        return types

    def prepare(self, paths: Sequence[str], at_once: bool) -> None:
        """Let rules that wait for a program start it, for all files that they will look at.

        Unless `at_once`, large files are handed to them when they have been read.
        """
        for rule in self._rules:
            if rule.waits:
                own = [path for path in paths if rule in self._rules_for(path)]
                self._later.update(path for path in own if not at_once and self._tree.size(path) > LARGE)
                places = {path: None if path in self._later else self._tree.place(path) for path in own}
                rule.prepare(
                    {
                        path: place
                        for path, place in places.items()
                        if place is not None or path in self._later
                    }
                )

    @property
    def waits(self) -> bool:
        """Whether a program was started that works beside us."""
        return any(rule.waits for rule in self._rules)

    def close(self) -> None:
        """End what `prepare` started."""
        for rule in self._rules:
            rule.close()

    def notes(self) -> list[str]:
        """What is to be said once, after all files."""
        notes = [note for rule in self._rules for note in rule.notes()]
        if stale := [entry for entries in self._stale.values() for entry in entries]:
            more = f" and {len(stale) - 3} more" if len(stale) > 3 else ""
            notes.append(
                f"{', '.join(stale[:3])}{more}: in the baseline and no longer found; "
                "`reproof check --write-baseline` takes it out"
            )
        return notes

    def look(self, path: str) -> list[Finding]:
        """The findings of one file, in order; what the file's own comments silence is left out."""
        return self.finish(path, self.begin(path))

    def begin(self, path: str) -> list[Finding]:
        """The findings of the rules that wait for nothing; to be finished, by the process that prepared."""
        rules = self._rules_for(path)
        if not rules:
            return []
        try:
            file = self._tree.open(path)
        except InvalidFile as error:
            return [invalid_file(path, error)]
        found = self._silenced(file, rules, suppressions(file))
        if all(finding.rule != INVALID_FILE.name for finding in found):
            try:
                for rule in rules:
                    rule.read(file)
            except InvalidFile as error:
                found.append(invalid_file(path, error))
        return self._sorted(found)

    def proceed(self, path: str) -> None:
        """What was begun, maybe in another process, is there: rules that wait go on with it."""
        for rule in self._rules:
            if rule.waits:
                rule.proceed(path)

    def finish_all(self, begun: Mapping[str, list[Finding]]) -> dict[str, list[Finding]]:
        """`finish` of all files, those first whose answers come first."""
        order = sorted(begun, key=self._later.__contains__)
        finished = {path: self.finish(path, begun[path]) for path in order}
        return {path: finished[path] for path in begun}

    def finish(self, path: str, findings: list[Finding]) -> list[Finding]:
        """Add what the rules that wait have found in a file, and leave out what the baseline tolerates."""
        rules = self._rules_for(path)
        return _held_back(self._untolerated(path, self._completed(path, findings), rules), rules)

    def _untolerated(self, path: str, findings: list[Finding], rules: Iterable[Rule]) -> list[Finding]:
        if self._baseline is None:
            return findings
        new, stale = self._baseline.sorted_out(path, findings)
        ran = {UNUSED_IGNORE.name, *(rule.name for rule in rules)}
        self._stale[path] = [f"{path}: {name} [{rule}]" for _, rule, name, _ in stale if rule in ran]
        return new

    def _completed(self, path: str, findings: list[Finding]) -> list[Finding]:
        waiting = {rule.name: rule for rule in self._rules_for(path) if rule.waits}
        if not waiting or any(finding.rule == INVALID_FILE.name for finding in findings):
            return findings
        # `begin` took for granted that such a rule finds nothing, so a comment that names it looked unused.
        doubtful = [each for each in findings if each.rule == UNUSED_IGNORE.name and each.name in waiting]
        answered = path in self._tree.changes or any(rule.has_answer(path) for rule in waiting.values())
        if not doubtful and not answered:
            return findings
        try:
            file = self._tree.open(path)
        except InvalidFile as error:
            return [*findings, invalid_file(path, error)]
        comments = [comment.only(waiting) for comment in suppressions(file)]
        found = self._silenced(
            file, list(waiting.values()), [comment for comment in comments if comment.rules], late=True
        )
        return self._sorted([each for each in findings if each not in doubtful] + found)

    def _rules_for(self, path: str) -> list[Rule]:
        ignored = self._ignored(path)
        if "all" in ignored:
            return []
        kind = file_type(path)
        return [rule for rule in self._rules if rule.files & kind and rule.name not in ignored]

    def _sorted(self, findings: Iterable[Finding]) -> list[Finding]:
        return sorted(findings, key=lambda finding: (finding.order, finding.name))

    def _ignored(self, path: str) -> set[str]:
        names = set(self._ignore)
        for matches, rules in self._per_file:
            if matches(path):
                names |= rules
        return names

    def _silenced(
        self, file: SourceFile, rules: Iterable[Rule], comments: Sequence[Suppression], late: bool = False
    ) -> list[Finding]:
        found: list[Finding] = []
        invalid: InvalidFile | None = None
        ran = []
        for rule in rules:
            try:
                # One by one: what a rule found before it failed is worth keeping.
                for finding in rule.check(file) if rule.waits is late else ():
                    found.append(finding)  # noqa: PERF402
                ran.append(rule.name)
            except InvalidFile as error:
                invalid = invalid or error
            except ReproofError:
                raise  # the configuration is wrong or a program is missing, and not this file
            except Exception as error:  # noqa: BLE001  a rule's crash becomes a finding that names it
                found.append(crashed_rule(file.path, rule.name, error))
        if invalid:
            found.append(invalid_file(file.path, invalid))
        kept = suppress(found, comments, file.path, ran, self._known.__contains__, self._strict)
        ignored = self._ignored(file.path)
        return [_with_source(file, each) for each in kept if each.rule not in ignored]


def _with_source(file: SourceFile, finding: Finding) -> Finding:
    """The finding with its line, cut where nobody reads on; a fact of the whole file or cell has none."""
    if finding.span == FIRST:
        return finding
    line = file.line(finding.span.line, finding.cell)
    return finding if line is None else finding.replace(source=line[:LONGEST_LINE])


def _held_back(findings: list[Finding], rules: Iterable[Rule]) -> list[Finding]:
    """The findings, with fixes that are safe no longer since another rule found something in the same file."""
    found = {finding.rule for finding in findings}
    held = dict(rule.holds_back for rule in rules if rule.holds_back and rule.name in found)
    if not held:
        return findings
    unsafe: dict[int, Fix] = {}  # findings may share one fix, and go on sharing it
    return [
        finding.replace(
            help=held[finding.rule],
            fix=unsafe.setdefault(id(finding.fix), finding.fix.replace(safe=False)),
        )
        if finding.rule in held and finding.fix
        else finding
        for finding in findings
    ]


def chosen_rules(options: CheckConfig, tools: Tools) -> list[Rule]:
    """The selected rules, ready to check; raises `UsageError` for a name that is no rule's."""
    own = {UNUSED_IGNORE.name}
    named = [name for _, names in options.per_file_ignores for name in names]
    refuse_never_ignored((*options.ignore, *named))
    select_rules((), [name for name in named if name not in own])
    names = select_rules(options.select, [name for name in options.ignore if name not in own])
    return [load_rule(name)(options, tools) for name in dict.fromkeys(names)]
