"""`RunStore` on a branch of the same repository: `store` knows records and paths, `bare` knows git."""

from reproof.adapters.records_branch.store import RecordsBranch

__all__ = ["RecordsBranch"]
