"""What changed beside the key, and may be read all the same."""

from __future__ import annotations

from dataclasses import replace

from reproof.runs.beside import beside_the_key
from reproof.runs.record import StageResult
from tests.runs.records import record


def test_a_file_that_a_training_may_read_is_told_and_what_nobody_reads_is_not() -> None:
    run = record()
    seen = run.code.files[0][0]
    others = ["README.md", "params.yaml", "requirements.txt", "pyproject.toml", "uv.lock", ".github/x.yml"]
    changed = ["src/hparams.yaml", "vocab.txt", "out/metrics.json", seen, *others]
    assert beside_the_key(replace(run, results=replace(run.results, stages=())), changed) == (
        *("src/hparams.yaml", "vocab.txt"),
    )
    piped = replace(run, results=replace(run.results, stages=(StageResult("train", ()),)))
    assert beside_the_key(piped, changed) == ()
