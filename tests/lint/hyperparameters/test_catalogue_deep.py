"""Code as people write it with each deep learning framework, through the rule: what is told, and what is not.

`snippets/<framework>.txt` holds the imports that its cases share, then the cases: `# why`, the code, after
`->` the names told by default and after `strict ->` those told in strict mode besides.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from reproof.config import CheckConfig
from reproof.lint.catalogue import load
from reproof.lint.catalogue.load import framework
from reproof.lint.rule import Tools
from reproof.lint.rules.config.hardcoded_hyperparameter import HardcodedHyperparameter
from reproof.lint.source import open_source
from tests.lint.hyperparameters.entries import framework_of

SNIPPETS = Path(__file__).parent / "snippets"
FRAMEWORKS = sorted(path.stem for path in SNIPPETS.glob("*.txt"))
TOLD, IN_STRICT_MODE = "-> ", "strict -> "
LARGEST = 150_000

# why, code, names by default, names in strict mode besides
Case = tuple[str, str, list[str], list[str]]


def cases(name: str) -> list[Case]:
    imports, *blocks = (SNIPPETS / f"{name}.txt").read_text(encoding="utf-8").split("\n\n")
    return [case(imports, block.strip("\n").splitlines()) for block in blocks]


def case(imports: str, lines: list[str]) -> Case:
    why, *rest = lines
    assert why.startswith("# ")
    told: dict[str, list[str]] = {TOLD: [], IN_STRICT_MODE: []}
    code = [imports]
    for line in rest:
        mark = next((mark for mark in told if line.startswith(mark)), None)
        if mark is None:
            code.append(line)
        else:
            told[mark] = line.removeprefix(mark).split()
    return why[2:], "\n".join(code) + "\n", told[TOLD], told[IN_STRICT_MODE]


CASES = [(name, *found) for name in FRAMEWORKS for found in cases(name)]


def names(code: str, strict: bool) -> list[str]:
    rule = HardcodedHyperparameter(CheckConfig(strict=strict), Tools())
    return [finding.name for finding in rule.check(open_source("train.py", code.encode()))]


@pytest.mark.parametrize(
    ("code", "told", "strict"),
    [found[2:] for found in CASES],
    ids=[f"{name}: {why}" for name, why, *_ in CASES],
)
def test_the_verdict_of_a_snippet(code: str, told: list[str], strict: list[str]) -> None:
    assert names(code, strict=False) == told
    assert Counter(names(code, strict=True)) == Counter([*told, *strict])


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_framework_has_six_cases_and_every_sort_of_them(name: str) -> None:
    found = [(told, strict) for owner, _, _, told, strict in CASES if owner == name]
    assert len(found) >= 6
    assert any(told for told, _ in found)
    assert any(strict for _, strict in found)
    assert any(not told and not strict for told, strict in found)


@pytest.mark.parametrize(
    ("dotted", "position", "parameter"),
    [
        ("torch.optim.SGD", 1, "lr"),
        ("torch.nn.GRU", 5, "dropout"),
        ("torch.nn.RNN", 6, "dropout"),
        ("keras.layers.Dropout", 0, "dropout"),
        ("keras.layers.Dense", 0, "units"),
        ("tensorflow.keras.optimizers.Adam", 0, "learning_rate"),
        ("tensorflow.compat.v1.nn.dropout", 1, "dropout"),
        ("albumentations.RandomResizedCrop", 0, "size"),
        ("flax.linen.Conv", 0, "features"),
        ("sentence_transformers.losses.MultipleNegativesRankingLoss", 1, "scale"),
    ],
)
def test_a_position_is_that_of_the_version_at_hand(dotted: str, position: int, parameter: str) -> None:
    owner = framework_of(dotted)
    entry = owner.find(dotted) if owner else None
    found = entry.at(position) if entry else None
    assert found is not None
    assert found.name == parameter


@pytest.mark.parametrize(
    "dotted",
    ["tensorflow.one_hot", "tensorflow.constant", "torch.load", "transformers.set_seed", "jax.numpy.clip"],
)
def test_another_function_of_a_known_name_is_left_alone(dotted: str) -> None:
    owner = framework_of(dotted)
    assert owner is not None
    assert owner.find(dotted) is None


@pytest.mark.parametrize("name", ["keras", "torch", "torchvision", "transformers"])
def test_what_was_written_by_hand_is_read_from_the_sources(name: str) -> None:
    assert "read by scripts/catalogue" in framework(name).source


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_file_stays_small(name: str) -> None:
    folder = Path(load.__file__).parent
    assert sum(path.stat().st_size for path in folder.glob(f"*/{name}.json")) < LARGEST
