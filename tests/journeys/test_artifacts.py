"""A record's artifacts by what they mean: a real training's files, tables read by its own interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import PATH, ran
from tests.repositories import environment, make_repository
from tests.requires import requires

TRAIN = """\
import json, os, pickle, struct, sys, time, zlib
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

level = int(os.environ["LEVEL"])  # how things are packed, and nothing that they mean
value = float(os.environ.get("VALUE", "1.5"))
json.dump({"auc": 0.9}, open("metrics.json", "w"))
os.makedirs("out", exist_ok=True)
open("out/summary.json", "w").write(json.dumps({"b": 1, "a": value}, indent=level, sort_keys=level > 2))
(np.savez if level > 2 else np.savez_compressed)("out/weights.npz", w=np.arange(5) * value)
table = pa.table({"id": list(range(100)), "score": [value] * 100})
pq.write_table(table, "out/scores.parquet", compression="gzip" if level > 2 else "none", row_group_size=10 * level)

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
text = chunk(b"tEXt", b"Time\\0" + str(time.time()).encode())
data = chunk(b"IDAT", zlib.compress(b"\\0\\x7f", level))
chunks = chunk(b"IHDR", head) + text + data + chunk(b"IEND", b"")
open("out/plot.png", "wb").write(b"\\x89PNG\\r\\n\\x1a\\n" + chunks)
pickle.dump({"w": value}, open("out/model.pkl", "wb"), protocol=level)
"""
NAMES = ("summary.json", "weights.npz", "scores.parquet", "plot.png", "model.pkl")
CONFIG = "artifacts = [{}]\npython = '{}'\n"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with NumPy and pyarrow, which ours has not."""
    folder = tmp_path_factory.mktemp("environment")
    for words in (
        ("uv", "venv", "-q", "--python", sys.executable, str(folder / "venv")),
        ("uv", "pip", "install", "-q", "--python", str(folder / "venv"), "numpy", "pyarrow"),
    ):
        subprocess.run(words, env=environment() | {"PATH": PATH}, check=True, capture_output=True)
    return folder / "venv/bin/python"


@requires("uv")
def test_files_that_are_packed_otherwise_are_the_same_and_others_are_not(
    tmp_path: Path, python: Path
) -> None:
    root = make_repository(
        tmp_path / "project",
        {
            "train.py": TRAIN,
            "reproof.toml": CONFIG.format(", ".join(f"'out/{name}'" for name in NAMES), python),
            ".gitignore": "metrics.json\nout/\n",
            "requirements.txt": "",
        },
    )

    def artifacts(level: str, value: str = "1.5") -> dict[str, str]:
        words = ("run", "--no-push", "--format", "json")
        record: dict[str, Any] = json.loads(ran(root, *words, LEVEL=level, VALUE=value))
        found: dict[str, str] = record["results"]["artifacts"]
        return found

    first, repacked = artifacts("2"), artifacts("4")
    ways = {path.rpartition("/")[2]: text.rpartition("sha256:")[0] for path, text in first.items()}
    assert ways == dict(zip(NAMES, ("json:", "npz:", "table:", "png:", ""), strict=True))
    assert {path for path in first if first[path] != repacked[path]} == {"out/model.pkl"}, "a pickle is bytes"
    other = artifacts("2", "2.5")
    assert {path for path in first if first[path] == other[path]} == {"out/plot.png"}
