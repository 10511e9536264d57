"""What a measuring job would hand over about a commit, for tests of the half that judges it again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from reproof.adapters.git import GitRepository
from reproof.ci.measured import Measured
from reproof.runs.record import RunRecord
from tests.runs.records import OBSERVED, record

FILES = {
    "train.py": "print(1)\n",
    "params.json": '{\n  "rate": 0.1\n}\n',
    "requirements.txt": "scikit-learn\nnumpy==2.1.3\n",
    "data/raw.csv": "a,b\n1,2\n",
    "pyproject.toml": "[tool.reproof.compare.metrics.auc]\ntolerance = 0.01\n",
}


def trained(root: Path, revision: str, number: int = 1, **metrics: float) -> RunRecord:
    """What a training of a commit would have recorded."""
    from reproof.config import config_from_texts
    from reproof.ports import Head
    from reproof.runs.declared import declare

    repository = GitRepository(str(root))
    head = repository.resolve(revision)
    snapshot = repository.snapshot(head)
    declared = declare(snapshot, config_from_texts(str(root), snapshot.read), Head(head, None, None, ()))
    return record(
        number,
        code=declared.code,
        config=declared.config,
        environment=replace(declared.environment, observed=OBSERVED),
        data=declared.data,
        metrics=metrics or {"auc": 0.9},
    )


def measured(run: RunRecord, *more: RunRecord) -> Measured:
    return Measured(run.code.commit, run.key, (run, *more), None, 1 + len(more), 1.0)


def rekeyed(run: RunRecord, **changes: Any) -> RunRecord:
    from reproof.runs.key import key_of

    made = replace(run, **changes)
    return replace(made, key=key_of(made))
