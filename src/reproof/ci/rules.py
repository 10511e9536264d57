"""By whose rules a pull request is judged: those of its base, in the half that measures as in the one that writes.

A pull request may change `[tool.reproof.compare]` and `[tool.reproof.store]`; from the merge on that counts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reproof.config import Config, config_from_texts
from reproof.errors import UsageError
from reproof.verdict.comparison import Comparison, NotChecked
from reproof.wiring import Workspace, open_store

if TYPE_CHECKING:
    from reproof.ports import Repository

_CHANGED = {
    "compare": "this change also changes how results are judged; it is judged by the rules before it",
    "store": "this change also changes where runs are recorded; it is held against those recorded before",
}


def settings_at(repository: Repository, commit: str) -> Config | None:
    """A commit's configuration; None where it cannot be read."""
    try:
        return config_from_texts(repository.root, repository.snapshot(commit).read)
    except UsageError:
        return None


def rules_of(repository: Repository, base: str) -> Config:
    """The base's configuration; the defaults where it has none that can be read."""
    return settings_at(repository, base) or Config(repository.root)


def by_rules_of(base: str, workspace: Workspace, token: str | None) -> Workspace:
    """The workspace with the rules and the store of `base`; as it is where this clone lacks that commit."""
    try:
        workspace.repository.resolve(base)
    except UsageError:
        return workspace
    rules, own = rules_of(workspace.repository, base), workspace.settings
    store = workspace.store
    if rules.store != own.store:
        store = open_store(workspace.repository, rules.store, push=False, token=token)
    return replace(workspace, settings=own.replace(compare=rules.compare, store=rules.store), store=store)


def telling_changed_rules(comparison: Comparison, repository: Repository, head: str, base: str) -> Comparison:
    """The comparison with a note for each part of the rules that the head changes."""
    own, rules = settings_at(repository, head), rules_of(repository, base)
    if own is None:
        return comparison
    notes = [
        NotChecked(f"the changed [tool.reproof.{part}]", why)
        for part, why in _CHANGED.items()
        if getattr(own, part) != getattr(rules, part)
    ]
    return comparison.with_notes(notes)
