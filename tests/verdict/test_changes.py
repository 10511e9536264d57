"""What was observed to differ between two runs: by name, the likely causes first, each fact once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from reproof.runs.record import Config, Disagreement, Environment, Observed, RunRecord
from reproof.verdict.changes import changes_between, observed_differences, same_numeric_class
from reproof.verdict.comparison import Changes
from tests.runs.records import RECORDS, record, seeded

CLASS = (
    ("vendor", "GenuineIntel"),
    ("instructions", "avx avx2"),
    ("openblas core (numpy)", "Haswell"),
    ("openblas threads (numpy)", "2"),
    ("torch", "2.4.0+cpu"),
    ("numpy arithmetic", "0" * 16),
)
PLAIN = Observed(
    python="CPython 3.11.7",
    packages=(("numpy", "2.1.3"), ("torch", "2.4.0")),
    machine=(("os", "Debian 12"), ("vendor", "GenuineIntel"), ("memory", "24 GiB")),
    numeric_class=CLASS,
    libraries=CLASS[2:],
    accelerators=(("gpu 0", "A100"), ("nvidia driver", "550.54")),
    determinism=(("OMP_NUM_THREADS", "2"),),
    container="train@sha256:1",
    runner="ubuntu24 20260101",
    interpreter=(("build", "one"),),
)


def run(observed: Observed | None = PLAIN, *wrong: Disagreement, **changes: Any) -> RunRecord:
    declared = (("numpy", "2.1.3"),)
    return record(environment=Environment(declared, ("uv.lock",), observed, wrong), **changes)


def told(new: RunRecord, old: RunRecord | None = None) -> list[tuple[str, str, object, object]]:
    old = old or run()
    found = observed_differences(old, new, changes_between(old, new, {}))
    return [(one.what, one.name, one.old, one.new) for one in found]


def changed(pairs: tuple[tuple[str, str], ...], **values: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, values.get(name.replace(" ", "_"), value)) for name, value in pairs)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ({}, []),
        ({"packages": changed(PLAIN.packages, numpy="2.2.0")}, [("package", "numpy", "2.1.3", "2.2.0")]),
        ({"packages": PLAIN.packages[1:]}, [("package", "numpy", "2.1.3", None)]),
        ({"python": "CPython 3.12.1"}, [("python", "python", "CPython 3.11.7", "CPython 3.12.1")]),
        (
            {"origins": (("net", "git+https://example.org/net@1"),)},
            [("origin", "origin of net", None, "git+https://example.org/net@1")],
        ),
        ({"determinism": ()}, [("determinism", "OMP_NUM_THREADS", "2", None)]),
        (
            {"numeric_class": changed(CLASS, numpy_arithmetic="1" * 16)},
            [("numeric-class", "numpy arithmetic", "0" * 16, "1" * 16)],
        ),
        (
            {"numeric_class": changed(CLASS, instructions="avx avx2 avx512f amx_tile")},
            [("numeric-class", "instructions", None, "avx512f amx_tile")],
        ),
        (
            {"accelerators": (("gpu 0", "A100"), ("nvidia driver", "560"))},
            [("accelerator", "nvidia driver", "550.54", "560")],
        ),
        (
            {"container": "train@sha256:2"},
            [("container", "image of the container", "train@sha256:1", "train@sha256:2")],
        ),
        ({"runner": None}, [("runner", "image of the runner", "ubuntu24 20260101", None)]),
        ({"interpreter": (("build", "two"),)}, [("interpreter", "build of the interpreter", "one", "two")]),
        ({"machine": changed(PLAIN.machine, os="Debian 13")}, [("machine", "os", "Debian 12", "Debian 13")]),
    ],
)
def test_each_fact_is_told_by_name(
    new: dict[str, Any], expected: list[tuple[str, str, object, object]]
) -> None:
    assert told(run(replace(PLAIN, **new))) == expected


def test_another_cpu_is_told_piece_by_piece_and_once() -> None:
    pieces = {"vendor": "AuthenticAMD", "numpy_arithmetic": "1" * 16}
    other = changed(CLASS, **pieces)
    other = tuple((name, "Zen" if name.startswith("openblas core") else value) for name, value in other)
    new = replace(
        PLAIN, numeric_class=other, libraries=other[2:], machine=changed(PLAIN.machine, vendor="AuthenticAMD")
    )
    assert told(run(new)) == [
        ("numeric-class", "openblas core (numpy)", "Haswell", "Zen"),
        ("numeric-class", "vendor", "GenuineIntel", "AuthenticAMD"),
    ]


def test_of_a_class_that_is_not_known_no_piece_is_told() -> None:
    assert told(run(replace(PLAIN, numeric_class=None))) == []
    slow = replace(PLAIN, numeric_class=None, libraries=PLAIN.libraries[:-1])
    assert told(run(slow)) == [("library", "numpy arithmetic", "0" * 16, None)]


def test_a_framework_s_version_is_told_as_its_package() -> None:
    other = changed(CLASS, torch="2.5.0+cpu")
    new = replace(
        PLAIN, packages=changed(PLAIN.packages, torch="2.5.0"), numeric_class=other, libraries=other[2:]
    )
    assert told(run(new)) == [("package", "torch", "2.4.0", "2.5.0")]


def test_the_likely_causes_come_first_and_the_seed_last() -> None:
    new = replace(
        PLAIN,
        python="CPython 3.11.8",
        packages=(("a", "1"), *changed(PLAIN.packages, numpy="2.2.0")),
        determinism=(("OMP_NUM_THREADS", "4"),),
        numeric_class=tuple((name, "4" if "threads" in name else value) for name, value in CLASS),
        machine=changed(PLAIN.machine, memory="8 GiB"),
    )
    made = seeded(run(new, Disagreement("numpy", "2.1.3", "2.2.0"), Disagreement("a", None, "1")), 7)
    assert told(made) == [
        ("package", "numpy", "2.1.3", "2.2.0 (declared: 2.1.3)"),
        ("package", "a", None, "1"),
        ("python", "python", "CPython 3.11.7", "CPython 3.11.8"),
        ("determinism", "OMP_NUM_THREADS", "2", "4"),
        ("numeric-class", "openblas threads (numpy)", "2", "4"),
        ("machine", "memory", "24 GiB", "8 GiB"),
        ("seed", "seed", 1, 7),
    ]


def test_the_same_departure_from_the_lock_in_both_runs_is_no_difference() -> None:
    wrong = Disagreement("numpy", "2.0", "2.1.3")
    assert told(run(PLAIN, wrong), run(PLAIN, wrong)) == []


def test_of_a_run_that_nobody_observed_the_lock_tells_what_was_meant() -> None:
    wrong = (
        Disagreement("numpy", "2.1.3", "2.2.0"),
        Disagreement("extra", None, "1"),
        Disagreement("b", "1", None),
    )
    assert told(run(PLAIN, *wrong), run(None)) == [
        ("package", "numpy", "2.1.3 (declared)", "2.2.0"),
        ("package", "b", "1 (declared)", None),
    ]
    assert told(run(None), run(PLAIN)) == []


def test_a_variable_that_is_a_flag_is_told_once() -> None:
    config = Config((("train", "python train.py"),), (("lr", 0.1),), record().config.seed)
    variables = (("OMP_NUM_THREADS", "4"), ("TZ", "UTC"))
    new = run(replace(PLAIN, determinism=variables[:1]), config=replace(config, variables=variables))
    assert told(new) == [("determinism", "OMP_NUM_THREADS", "2", "4"), ("variable", "TZ", None, "UTC")]


def test_what_is_declared_otherwise_is_told_there_alone() -> None:
    declared = Environment((("torch", "2.5.0"),), ("uv.lock",), None)
    other = changed(CLASS, torch="2.5.0+cpu")
    observed = replace(
        PLAIN, packages=changed(PLAIN.packages, torch="2.5.0"), numeric_class=other, libraries=other[2:]
    )
    assert told(record(environment=replace(declared, observed=observed))) == []


def test_classes_are_the_same_piece_by_piece_or_unknown() -> None:
    assert same_numeric_class(PLAIN, replace(PLAIN, numeric_class=CLASS[::-1]))
    assert same_numeric_class(PLAIN, replace(PLAIN, numeric_class=None))
    assert same_numeric_class(PLAIN, None)
    assert not same_numeric_class(PLAIN, replace(PLAIN, numeric_class=CLASS[1:]))


def test_a_package_that_disagrees_twice_is_told_once() -> None:
    twice = run(PLAIN, Disagreement("torch", "2.5.0", None), Disagreement("torch", "2.6.0", None))
    assert [one[1] for one in told(twice, run(None))] == ["torch"]


@given(RECORDS, RECORDS)
def test_no_two_differences_have_one_name_and_equal_runs_have_none(old: RunRecord, new: RunRecord) -> None:
    found = observed_differences(old, new, Changes())
    names = [one.name for one in found if one.what != "seed"]  # a seed may have any name
    assert len(names) == len(set(names))
    assert all(type(one.old) is not type(one.new) or one.old != one.new for one in found)
    same = replace(old, environment=replace(old.environment, disagreements=None))
    assert observed_differences(same, same, Changes()) == ()


def test_a_declared_package_that_is_not_there_is_said_to_be_missing() -> None:
    without = replace(PLAIN, packages=PLAIN.packages[1:])
    new = run(without, Disagreement("numpy", "2.1.3", None))
    assert ("package", "numpy", "2.1.3", "not installed (declared: 2.1.3)") in told(new)
