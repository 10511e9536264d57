"""Trainings spread over machines, as commands in real clones: planned, carried out, gathered."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.program import ran, reproof
from tests.repositories import commit, git, listing, make_repository

pytestmark = pytest.mark.xdist_group("spread")

TRAIN = """\
import json, os, random
seed = {seed}
random.seed(int(seed))
json.dump({{"score": 0.9 + random.gauss(0, 0.001)}}, open("metrics.json", "w"))
"""
IN_FILE = {
    "train.py": TRAIN.format(seed='json.load(open("params.json"))["seed"]'),
    "params.json": '{"seed": 1}',
    ".gitignore": "/metrics.json\n",
}
IN_VARIABLE = {
    "train.py": TRAIN.format(seed='os.environ["SEED"]'),
    "reproof.toml": 'seed = "env:SEED"\n',
    ".gitignore": "/metrics.json\n",
}
NONE = {"train.py": TRAIN.format(seed="3"), ".gitignore": "/metrics.json\n"}


def orders(root: Path, *words: str, **variables: Any) -> list[str]:
    made = json.loads(ran(root, "plan", "--output", "../work", *words, **variables))
    return [job["order"] for job in made["include"]]


def carried_out(root: Path, order: str, **variables: Any) -> dict[str, Any]:
    """The shard of an order, made in a clone of its own, with no file of the clone changed."""
    folder = root.parent / f"machine-{len(list(root.parent.iterdir()))}"
    git(root.parent, "clone", "-q", str(root), folder.name)
    before = listing(folder)
    ran(folder, "shard", "--order", order, "--output", "../work", **variables)
    after = {path: held for path, held in listing(folder).items() if path != "metrics.json"}
    assert after == before
    name = json.loads(order)["name"]
    shard: dict[str, Any] = json.loads((root.parent / f"work/shard-{name}.json").read_text())
    return shard


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "project", IN_FILE)


def test_each_machine_trains_with_the_seed_that_it_was_given(project: Path) -> None:
    first, second, third = orders(project, "--replicates", "3")
    shards = [carried_out(project, order) for order in (first, second, third)]
    seeds = [shard["record"]["config"]["seed"]["value"] for shard in shards]
    assert seeds[0] == 1
    assert len(set(seeds)) == 3
    assert seeds == [json.loads(order)["seed"] for order in (first, second, third)]
    assert len({shard["record"]["key"] for shard in shards}) == 1
    assert len({shard["record"]["results"]["metrics"][0]["value"] for shard in shards}) == 3


def test_a_seed_in_a_variable_reaches_the_training(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project", IN_VARIABLE)
    _, second = orders(root, SEED="4")
    shard = carried_out(root, second)
    assert shard["record"]["config"]["seed"]["value"] == str(json.loads(second)["seed"])


def test_without_a_seed_every_machine_trains_as_it_is(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "project", NONE)
    first, second = orders(root)
    assert (json.loads(first)["seed"], json.loads(second)["seed"]) == (None, None)
    assert carried_out(root, first)["record"]["config"]["seed"] is None


def test_what_is_recorded_needs_no_machine(project: Path) -> None:
    ran(project, "run", "--no-push")
    assert orders(project) == []
    (first, *_) = orders(project, "--always")
    assert json.loads(first)["seed"] == 1


def test_each_label_gets_all_trainings(project: Path) -> None:
    made = json.loads(ran(project, "plan", "--runner", "ubuntu-latest", "--runner", "self-hosted,gpu"))
    assert [job["runner"] for job in made["include"]] == [["ubuntu-latest"]] * 2 + [
        ["self-hosted", "gpu"]
    ] * 2


def test_an_order_for_another_commit_is_refused(project: Path) -> None:
    (order, *_) = orders(project)
    commit(project, {"other.txt": "x"})
    done = reproof(project, "shard", "--order", order, "--output", "out")
    assert done.returncode == 2
    assert "the order is for" in done.stderr
    assert not (project / "out").exists()


@pytest.mark.parametrize("order", ["", "{", "[]", '{"name": "1-1"}'])
def test_an_order_that_is_none_is_refused(project: Path, order: str) -> None:
    done = reproof(project, "shard", "--order", order, "--output", "out")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "--order is none of `reproof plan`" in done.stderr


def test_a_training_that_fails_is_written_down(project: Path) -> None:
    commit(project, {"train.py": "print('before'); raise SystemExit(3)\n"})
    (order, *_) = orders(project)
    done = reproof(project, "shard", "--order", order, "--output", "../work")
    assert done.returncode == 5
    shard = json.loads((project.parent / "work/shard-1-1.json").read_text())
    assert shard["record"] is None
    assert shard["failure"]["exit_code"] == 3
    assert shard["failure"]["log_tail"] == ["before"]


def test_a_training_that_changes_its_inputs_is_written_down(project: Path) -> None:
    commit(project, {"train.py": IN_FILE["train.py"] + "print('x'); open('train.py', 'a').write('# more')\n"})
    (order, *_) = orders(project)
    assert reproof(project, "shard", "--order", order, "--output", "../work").returncode == 5
    failure = json.loads((project.parent / "work/shard-1-1.json").read_text())["failure"]
    assert (failure["what"], failure["exit_code"], failure["log_tail"]) == (
        "inputs changed while the training ran: train.py",
        0,
        ["x"],
    )


def test_a_dirty_tree_is_not_trained(project: Path) -> None:
    (order, *_) = orders(project)
    (project / "train.py").write_text("raise SystemExit(1)\n")
    done: subprocess.CompletedProcess[str] = reproof(project, "shard", "--order", order, "--output", "out")
    assert done.returncode == 2


SAME = {
    "train.py": 'import json\njson.dump({"score": 0.9}, open("metrics.json", "w"))\n',
    "params.json": '{"seed": 1}',
    "pyproject.toml": '[tool.reproof.compare.metrics."*"]\ntolerance = "exact"\n',
    ".gitignore": "/metrics.json\n",
}


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spread")
    root = make_repository(folder / "project", SAME)
    ran(root, "run", "--repeat", "2")
    for order in orders(root, "--always"):
        carried_out(root, order)
    return folder


@pytest.fixture
def recorded(made_once: Path, tmp_path: Path) -> Path:
    """A project whose training always gives the same, recorded, with a plan of two trainings and its two shards."""
    for name in ("project", "work"):
        shutil.copytree(made_once / name, tmp_path / name)
    return tmp_path / "project"


def gathered(root: Path, *words: str, code: int = 0) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(ran(root, "gather", "../work", "--format", "json", *words, code=code))
    return report


def left_out(report: dict[str, Any]) -> dict[str, str]:
    return {item["what"]: item["why"] for item in report["not_checked"] if re.search(r"\d-\d", item["what"])}


def test_what_no_machine_has_done_is_done_here(recorded: Path) -> None:
    whole = gathered(recorded)
    lost, kept = (recorded.parent / f"work/shard-1-{number}.json" for number in (1, 2))
    lost.unlink()
    before = kept.read_bytes()
    report = gathered(recorded, "--train")
    assert (report["verdict"], report["retrains"]) == (whole["verdict"], 2)
    assert lost.exists()
    assert kept.read_bytes() == before


def test_what_came_back_is_compared_with_what_is_recorded(recorded: Path) -> None:
    report = gathered(recorded)
    assert (report["verdict"], report["retrains"], left_out(report)) == ("reproduced", 2, {})
    assert gathered(recorded) == report, "gathering again gives the same answer"


def test_a_killed_machine_is_named_and_the_others_decide(recorded: Path) -> None:
    (recorded.parent / "work/shard-1-2.json").unlink()
    report = gathered(recorded)
    assert (report["verdict"], report["retrains"]) == ("reproduced", 1)
    assert left_out(report) == {"1-2": "no shard of it came back"}


def test_when_no_machine_came_back_the_training_failed(recorded: Path) -> None:
    for shard in (recorded.parent / "work").glob("shard-*.json"):
        shard.unlink()
    report = gathered(recorded, code=5)
    assert report["verdict"] == "failed"
    assert report["failure"]["what"] == "none of 2 trainings came back"


def test_a_shard_that_came_twice_counts_once(recorded: Path) -> None:
    folder = recorded.parent / "work"
    (folder / "again").mkdir()
    (folder / "again/shard-1-1.json").write_bytes((folder / "shard-1-1.json").read_bytes())
    report = gathered(recorded)
    assert report["retrains"] == 2
    assert left_out(report) == {"1-1": "it came twice; the earlier one counts"}


def test_a_training_of_an_earlier_attempt_counts(recorded: Path) -> None:
    """A machine was killed in the second attempt, and what it had sent in the first one is still there.

    It was ordered for the same commit, inputs and seed: starting again does not undo a training.
    """
    path = recorded.parent / "work/shard-1-2.json"
    shard = json.loads(path.read_text())
    shard["record"]["created"] = "2020-01-01T00:00:00.000000+00:00"
    shard["record"]["results"]["metrics"][0]["value"] += 1
    path.write_text(json.dumps(shard))
    report = gathered(recorded, code=1)
    assert (report["verdict"], report["retrains"], left_out(report)) == ("drifted", 2, {})


def test_what_a_machine_left_beside_its_record_is_told(recorded: Path) -> None:
    path = recorded.parent / "work/shard-1-1.json"
    shard = json.loads(path.read_text())
    assert shard["left_out"] == []
    shard["left_out"] = [{"path": "metrics.json", "members": ["tag (text, not taken)"], "more": 0}]
    path.write_text(json.dumps(shard))
    told = {item["what"]: item["why"] for item in gathered(recorded)["not_checked"]}
    assert told["metrics.json"] == "metrics are numbers: tag (text, not taken)"


def test_a_machine_says_what_it_left_beside_its_record(project: Path) -> None:
    source = (project / "train.py").read_text() + "\nimport json\n"
    told = (
        'made = json.load(open("metrics.json")); json.dump(made | {"tag": "x"}, open("metrics.json", "w"))\n'
    )
    commit(project, {"train.py": source + told})
    (order, *_) = orders(project)
    assert carried_out(project, order)["left_out"] == [
        {"path": "metrics.json", "members": ["tag (text, not taken)"], "more": 0}
    ]


def test_a_late_shard_of_another_push_does_not_count(recorded: Path) -> None:
    commit(recorded, {"notes.md": "x"})
    folder = recorded.parent / "work"
    for path in folder.glob("shard-1-2.json"):
        path.rename(folder / "shard-late.json")
    first, _ = orders(recorded, "--always")
    (folder / "shard-1-1.json").unlink()
    carried_out(recorded, first)
    report = gathered(recorded)
    assert report["retrains"] == 1
    why = [item["why"] for item in report["not_checked"] if item["what"] == "1-2"]
    assert why == ["no shard of it came back", "it belongs to another plan"]


def test_a_failed_training_is_the_answer(recorded: Path) -> None:
    folder = recorded.parent / "work"
    shard = json.loads((folder / "shard-1-1.json").read_text())
    shard |= {
        "record": None,
        "failure": {"what": "the training exited with 3", "exit_code": 3, "log_tail": []},
    }
    (folder / "shard-1-1.json").write_text(json.dumps(shard))
    assert gathered(recorded, code=5)["failure"]["what"] == "the training exited with 3"


HOSTILE = {
    "no JSON": b"{",
    "nested without end": b"[" * 200_000,
    "not UTF-8": b"\xff\xfe",
    "too large": b'"' + b"a" * (9 * 1024 * 1024) + b'"',
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_shard_that_cannot_be_read_is_named(recorded: Path, data: bytes) -> None:
    (recorded.parent / "work/shard-1-2.json").write_bytes(data)
    report = gathered(recorded)
    assert report["retrains"] == 1
    assert "shard-1-2.json" in left_out(report)


def test_links_are_not_followed(recorded: Path) -> None:
    folder = recorded.parent / "work"
    (folder / "shard-1-2.json").rename(recorded.parent / "elsewhere.json")
    (folder / "shard-1-2.json").symlink_to(recorded.parent / "elsewhere.json")
    assert left_out(gathered(recorded)) == {"1-2": "no shard of it came back"}


def test_a_folder_without_a_plan_says_what_makes_one(recorded: Path) -> None:
    (recorded.parent / "work/plan.json").unlink()
    done = reproof(recorded, "gather", "../work")
    assert done.returncode == 2
    assert "`reproof plan --output DIR` makes one" in done.stderr


def test_a_plan_of_another_commit_is_refused(recorded: Path) -> None:
    commit(recorded, {"notes.md": "x"})
    done = reproof(recorded, "gather", "../work")
    assert done.returncode == 2
    assert "the plan is for another commit" in done.stderr


def test_without_need_the_next_wave_is_empty(recorded: Path) -> None:
    gathered(recorded, "--next", "../more")
    assert json.loads((recorded.parent / "more/matrix.json").read_text()) == {"include": []}


def test_what_cannot_be_told_yet_asks_for_another_wave_and_ends_after_three(project: Path) -> None:
    ran(project, "run")  # one run: how much it varies is not known
    for order in orders(project, "--always"):
        carried_out(project, order)
    seen = []
    for number in (2, 3, 4):
        more = project.parent / f"wave{number}"
        ran(project, "gather", "../work", "--next", f"../wave{number}")
        jobs = json.loads((more / "matrix.json").read_text())["include"]
        seen.append(len(jobs))
        for job in jobs:
            carried_out(project, job["order"])
        (project.parent / f"work/{number}").mkdir()
        (more / "plan.json").rename(project.parent / f"work/{number}/plan.json")
        if not jobs:
            break
    assert seen[-1] == 0
    assert sum(seen) + 2 <= 6, "no more than `retrains`"
