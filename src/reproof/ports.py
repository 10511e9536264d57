"""What the core needs from the world, in our own words. `adapters/` holds one file for each third party.

The same contract tests (`tests/adapters/`) run on the in-memory double and on the real adapter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from reproof.changed_lines import Ranges
    from reproof.runs.acceptance import Acceptance
    from reproof.runs.record import RunRecord
    from reproof.training.outcome import Outcome
    from reproof.training.plan import Plan
    from reproof.training.waves import Order, Returned


class Snapshot(Protocol):
    """The tracked files of one commit, or of the work tree: all that a run's key is computed from."""

    def files(self) -> Mapping[str, str]:
        """Root-relative POSIX path -> git blob id, for every tracked file."""

    def submodules(self) -> Mapping[str, str]:
        """Path -> commit of every submodule; they stand among the files, too."""

    def links(self) -> Mapping[str, str]:
        """Path of every symbolic link among the files -> where it leads, if that is below the root."""

    def read(self, path: str) -> bytes | None:
        """The content of a file, symbolic links among the files followed; None where the snapshot has none."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a work tree stands. `dirt` lists changed or untracked paths; `remote` has no credentials in it.

    `tree` is the commit's tree id, None where nobody asked for it.
    """

    commit: str
    branch: str | None
    remote: str | None
    dirt: tuple[str, ...]
    tree: str | None = None


class Repository(Protocol):
    """A git repository, read only."""

    @property
    def root(self) -> str:
        """Absolute path of the work tree."""

    @property
    def private(self) -> str:
        """Absolute path of a folder for reproof's own files, outside of the work tree's files."""

    def head(self) -> Head:
        """The checked out commit; raises `UsageError` where there is none yet."""

    def author(self) -> str:
        """Who works here, as git would sign a commit: `Ada <ada@example.org>`; raises `UsageError`."""

    def resolve(self, revision: str) -> str:
        """The full commit id of anything git understands; raises `UsageError`."""

    def snapshot(self, revision: str | None = None) -> Snapshot:
        """The files of a commit, or (None) of the work tree as it lies there."""

    def first_parents(self, commit: str) -> Sequence[str]:
        """A commit and its first-parent ancestors, newest first, as far as this clone has them."""

    def committed_at(self, commit: str) -> str:
        """A commit's time, UTC in ISO 8601."""

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits; None where this clone has none, or lacks one of the two."""

    def line_counts(self, old: str, new: str) -> Mapping[str, tuple[int, int]]:
        """Path -> (lines added, lines removed) between two commits; binary files are left out.

        Empty where this clone lacks one of the two.
        """

    def changed_lines(self, old: str, new: str) -> Mapping[str, Ranges]:
        """Path -> (first, last) lines of `new` that differ from `old`; empty for binary and deleted files.

        Raises `UsageError` where this clone lacks one of the two.
        """

    def patch(self) -> str:
        """The work tree's difference to its commit, untracked files included, as a patch."""


class RunStore(Protocol):
    """Recorded runs and acceptances. Only ever appended to."""

    def same_key(self, key: str) -> Sequence[RunRecord]:
        """All runs of a key, oldest first."""

    def of_commit(self, commit: str) -> Sequence[RunRecord]:
        """All runs of a commit, oldest first."""

    def starting_with(self, prefix: str) -> Sequence[RunRecord]:
        """All runs whose ids start with a text, oldest first."""

    def newest_recorded(self, commits: Iterable[str]) -> str | None:
        """The first of the commits that has a recorded run."""

    def all(self) -> Sequence[RunRecord]:
        """Every run, oldest first."""

    def newest(self, limit: int) -> Sequence[RunRecord]:
        """The `limit` (at least 1) runs that came last, oldest first."""

    def add(self, records: Sequence[RunRecord]) -> None:
        """Append runs; all or none. Raises `StoreError` when they could not be kept."""

    def accepted(self) -> Sequence[Acceptance]:
        """Every acceptance, oldest first."""

    def accept(self, acceptance: Acceptance) -> None:
        """Append an acceptance. Raises `StoreError` when it could not be kept."""


class Trainer(Protocol):
    """Something that can carry out one training."""

    def train(self, plan: Plan) -> Outcome:
        """Train once; a training that fails is an `Outcome`, not an exception."""


OrderState = Literal["waiting", "running", "back", "lost"]


class Engine(Protocol):
    """Machines that carry out orders: GitHub's matrix, this machine, a cluster.

    Orders and shards are values with names: who asks may be lost, and another one asks on.
    """

    def submit(self, orders: Sequence[Order]) -> None:
        """Have orders carried out; one that was submitted before is not carried out again."""

    def poll(self) -> Mapping[str, OrderState]:
        """The state of each submitted order by name; `lost` is what ended and left no shard."""

    def fetch(self) -> Returned:
        """The plan, and what came back of it so far."""

    def cancel(self) -> None:
        """End what runs and forget what waits; what came back stays."""


# They bring other people's packages into branches of the repository itself. Nobody can register such a name.
UPDATERS = ("dependabot[bot]",)


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as the forge names it; commits are full ids.

    `head_repository` (`owner/name`) is None where the fork was deleted; `head_repository_id` where nobody asked.
    `author` is who opened it, None for a deleted account.
    """

    number: int
    head: str
    head_ref: str
    head_repository: str | None
    base: str
    base_ref: str
    head_repository_id: int | None = None
    author: str | None = None

    def is_outside(self, repository: str | None) -> bool:
        """Whether nobody with write access to `repository` vouches for its code: a fork's, or a bot's updates.

        GitHub gives such a pull request a token that cannot write, and no secrets.
        """
        if self.author in UPDATERS or self.head_repository is None or repository is None:
            return True
        return self.head_repository.lower() != repository.lower()


@dataclass(frozen=True, slots=True)
class Comment:
    """A pull request's comment of ours."""

    id: int
    body: str
    url: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """A note at a line (from 1) of a file of the head commit."""

    path: str
    line: int
    level: Literal["notice", "warning", "failure"]
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A verdict beside a commit. `id` is ours, by which a check run is found again; `summary` is Markdown."""

    name: str
    head: str
    id: str
    conclusion: Literal["success", "failure", "neutral"]
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    url: str | None = None


class Forge(Protocol):
    """Where pull requests live. Raises `ForgeError` for what the forge refuses."""

    def head_of(self, pull: int) -> str:
        """The pull request's head commit right now."""

    def pull(self, number: int) -> PullRequest:
        """A pull request as it is right now."""

    def open_pulls(self, owner: str, branch: str) -> Sequence[PullRequest]:
        """The open pull requests whose head is this branch of this owner's repository, forks included."""

    def artifact(
        self, run: int, name: str, member: str, limit: int, before: dt.datetime | None = None
    ) -> bytes:
        """One file, of at most `limit` bytes, of the newest artifact (`before` then) that a workflow run left."""

    def artifact_id(self, run: int, name: str) -> int | None:
        """The number of the newest artifact of that name that a workflow run left; None where there is none."""

    def our_comment(self, pull: int, marker: str) -> Comment | None:
        """The comment by us that starts with the marker, over all pages."""

    def write_comment(self, pull: int, body: str, replaces: Comment | None) -> Comment:
        """Create the comment, or edit the one it replaces."""

    def write_check(self, check: CheckRun) -> str:
        """Create a completed check run; its address."""

    def runs_of(self, head: str, most: int) -> Sequence[int]:
        """The newest workflow runs of pull requests whose head is this commit."""

    def permission_of(self, login: str) -> str:
        """What somebody may do in the repository: admin, write, read, none."""

    def our_issue(self, marker: str) -> Comment | None:
        """The open issue by us that starts with the marker; its `id` is its number."""

    def write_issue(self, title: str, body: str, replaces: Comment | None) -> Comment:
        """Open the issue, or edit the one it replaces."""

    def close_issue(self, issue: Comment, body: str) -> Comment:
        """Edit the issue and close it."""
