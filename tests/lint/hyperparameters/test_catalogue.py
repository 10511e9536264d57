"""The catalogue's files: complete, consistent, and what the loader makes of them."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reproof.lint.catalogue import load
from reproof.lint.catalogue.load import COMPANIONS, ROOTS, framework
from reproof.lint.catalogue.tables import Framework, Parameter, Signature, merged
from reproof.lint.catalogue.user import KINDS
from tests.lint.hyperparameters.entries import framework_of

HERE = Path(load.__file__).parent
ALL = {**ROOTS, **COMPANIONS}
FRAMEWORKS = sorted(set(ALL.values()))
NEVER = (
    *("random_state", "random_seed", "seed", "n_jobs", "nthread", "num_threads", "thread_count", "workers"),
    *("verbose", "verbosity", "silent", "num_workers", "device", "devices", "copy", "memory", "pin_memory"),
    *("output_dir", "logging_dir", "save_dir", "train_dir", "log_dir", "tensorboard_log", "callbacks"),
)


def entries(found: Framework) -> Iterator[tuple[str, Signature]]:
    for table in (found.callables, found.methods, found.objects):
        yield from table.items()


def parameters(found: Framework) -> Iterator[Parameter]:
    for _, entry in entries(found):
        yield from entry.parameters.values()
    yield from found.parameters.values()


def test_the_roots_are_those_of_the_files() -> None:
    stated: dict[str, str] = {}
    companions = set()
    for path in sorted(HERE.glob("*/*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        stated.update(dict.fromkeys(document.get("roots", ()), path.stem))
        companions |= {path.stem} if document.get("companion") else set()
    assert {root: name for root, name in stated.items() if name not in companions} == dict(ROOTS)
    assert {root: name for root, name in stated.items() if name in companions} == dict(COMPANIONS)


def test_a_companion_is_no_root() -> None:
    assert not ROOTS.keys() & COMPANIONS.keys()
    assert all(framework(name).companion for name in COMPANIONS.values())
    assert not any(framework(name).companion for name in ROOTS.values())


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_framework_states_version_source_and_roots(name: str) -> None:
    found = framework(name)
    assert found.version
    assert found.source
    assert set(found.roots) == {root for root, owner in ALL.items() if owner == name}


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_parameter_has_a_known_kind_and_a_default_that_is_a_literal(name: str) -> None:
    found = list(parameters(framework(name)))
    assert found
    assert {parameter.kind for parameter in found} <= set(KINDS)
    for parameter in found:
        assert parameter.holds in {None, "params", "grid", "columns"}
        for text in (*parameter.neutral, *([] if parameter.default is None else [parameter.default])):
            ast.literal_eval(text)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_no_two_parameters_share_a_position(name: str) -> None:
    for called, entry in entries(framework(name)):
        taken = [p.position for p in entry.parameters.values() if p.position is not None]
        assert len(taken) == len(set(taken)), called


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_what_only_tells_how_a_program_runs_is_nowhere(name: str) -> None:
    found = framework(name)
    assert not [called for called, entry in entries(found) if set(NEVER) & set(entry.parameters)]
    assert not set(NEVER) & set(found.parameters)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_every_alias_leads_to_a_parameter(name: str) -> None:
    for layer in load.layers(name):
        for part in (layer, layer.get("older", {})):
            for alias in part.get("aliases", {}):
                assert alias in framework(name).parameters, alias


def test_the_files_stay_small_enough_for_every_install() -> None:
    assert sum(path.stat().st_size for path in HERE.glob("*/*.json")) < 1_500_000


def test_a_reviewed_file_takes_away_and_adds() -> None:
    found = framework("torch").callables
    assert "shuffle" not in found["DataLoader"].parameters
    assert found["LSTM"].parameters["dropout"].position == 5
    assert found["Dropout"].parameters["p"].name == "dropout"


@pytest.mark.parametrize(
    ("name", "alias", "canonical"),
    [
        ("xgboost", "eta", "learning_rate"),
        ("xgboost", "lambda", "reg_lambda"),
        ("lightgbm", "boosting", "boosting_type"),
        ("lightgbm", "sub_feature", "feature_fraction"),
        ("catboost", "num_boost_round", "iterations"),
        ("catboost", "eta", "learning_rate"),
    ],
)
def test_an_alias_leads_to_the_one_name(name: str, alias: str, canonical: str) -> None:
    assert framework(name).parameters[alias].name == canonical


@pytest.mark.parametrize(
    ("dotted", "parameter", "kind"),
    [
        ("sklearn.cross_validation.KFold", "n_folds", "split"),
        ("sklearn.preprocessing.Imputer", "strategy", "preprocessing"),
        ("sklearn.ensemble.RandomForestClassifier", "min_impurity_split", "training"),
        ("sklearn.linear_model.SGDClassifier", "n_iter", "training"),
        ("imblearn.over_sampling.SMOTE", "ratio", "preprocessing"),
        ("lightgbm.train", "early_stopping_rounds", "training"),
        ("gensim.models.Word2Vec", "size", "training"),
        ("gensim.models.doc2vec.Doc2Vec", "iter", "training"),
        ("statsmodels.tsa.arima_model.ARIMA", "order", "training"),
        ("stable_baselines.PPO2", "cliprange", "training"),
    ],
)
def test_names_of_older_versions_are_still_known(dotted: str, parameter: str, kind: str) -> None:
    owner = framework_of(dotted)
    assert owner is not None
    entry = owner.find(dotted)
    assert entry is not None
    assert entry.parameters[parameter].kind == kind


@pytest.mark.parametrize(
    ("dotted", "position", "parameter"),
    [
        ("torch.optim.SGD", 1, "lr"),
        ("sklearn.model_selection.KFold", 0, "n_splits"),
        ("sklearn.linear_model.LogisticRegression", 0, None),  # the penalty is deprecated
        ("stable_baselines3.PPO", 2, "learning_rate"),
        ("stable_baselines3.PPO", 1, None),  # the environment
        ("statsmodels.tsa.arima.model.ARIMA", 2, "order"),
        ("statsmodels.tsa.arima_model.ARIMA", 1, "order"),  # another signature of that name
        ("catboost.CatBoostClassifier", 1, "learning_rate"),
        ("xgboost.train", 0, "params"),
        ("lightgbm.early_stopping", 0, "stopping_rounds"),
        ("skorch.NeuralNetClassifier", 0, None),  # the module
        ("hyperopt.hp.uniform", 1, "low"),
        ("pandas.cut", 1, "bins"),
    ],
)
def test_a_position_is_that_of_the_signature(dotted: str, position: int, parameter: str | None) -> None:
    owner = framework_of(dotted)
    assert owner is not None
    entry = owner.find(dotted)
    assert entry is not None
    found = entry.at(position)
    assert (found.name if found else None) == parameter


@pytest.mark.parametrize(
    ("dotted", "found"),
    [
        ("numpy.random.choice", True),
        ("numpy.choose", False),
        ("scipy.optimize.minimize", True),
        ("scipy.minimize", False),
        ("ray.tune.uniform", True),
        ("ray.uniform", False),
    ],
)
def test_a_name_with_dots_is_told_from_others_that_end_alike(dotted: str, found: bool) -> None:
    owner = framework_of(dotted)
    assert owner is not None
    assert (owner.find(dotted) is not None) is found


def test_the_longest_suffix_wins_and_an_empty_entry_silences() -> None:
    found = merged(
        "mine", [{"callables": {"Adam": {"lr": {"kind": "training"}}, "fake.Adam": {}}, "version": "1"}]
    )
    plain, silenced = found.find("mine.optim.Adam"), found.find("mine.fake.Adam")
    assert plain is not None
    assert "lr" in plain.parameters
    assert silenced is not None
    assert not silenced.parameters
    assert found.find("mine.Other") is None


def test_an_older_name_never_changes_what_the_version_at_hand_has() -> None:
    generated = {"callables": {"fit": {"tol": {"kind": "training", "position": 3}}}, "version": "2"}
    reviewed = {
        "version": "2",
        "callables": {"gone": None},
        "older": {
            "callables": {
                "fit": {"tol": {"kind": "split", "position": 0}, "n_iter": {"kind": "training"}},
                "gone": {"x": {"kind": "model"}},
            }
        },
    }
    entry = merged("mine", [generated, reviewed]).callables["fit"]
    assert entry.parameters["tol"] == Parameter("tol", "training", position=3)
    assert entry.parameters["n_iter"].kind == "training"
    assert "gone" not in merged("mine", [generated, reviewed]).callables


def test_a_part_s_parameters_are_known_by_their_prefix() -> None:
    entry = framework("skorch").callables["NeuralNetClassifier"]
    assert entry.parameters["module__hidden"].kind == "model"
    assert entry.parameters["module__hidden"].name == "module__hidden"
    assert entry.parameters["iterator_train__batch_size"].name == "batch_size"
    assert "iterator_train__num_workers" not in entry.parameters
    assert not [name for name in entry.parameters if "*" in name]
    assert "module__*" not in entry.parameters


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("numpy", ["percentile", "quantile", "array_split"]),
        ("numpy.random", ["choice"]),
        ("scipy.cluster.hierarchy", ["fcluster", "linkage"]),
        ("scipy.ndimage", ["gaussian_filter", "median_filter", "uniform_filter"]),
        ("scipy.optimize", ["minimize", "differential_evolution", "dual_annealing", "least_squares"]),
        ("scipy.signal", ["savgol_filter", "medfilt", "wiener", "butter", "firwin"]),
        ("scipy.stats.mstats", ["winsorize"]),
        ("scipy.stats", ["trimboth", "trim_mean"]),
    ],
)
def test_what_was_written_by_hand_is_what_the_installed_library_takes(module: str, names: list[str]) -> None:
    library = pytest.importorskip(module)
    for name in names:
        entry = framework(module.partition(".")[0]).find(f"{module}.{name}")
        assert entry is not None, name
        try:
            taken = list(inspect.signature(getattr(library, name)).parameters)
        except ValueError:  # compiled, and tells no signature
            continue
        for parameter in entry.parameters.values():
            assert parameter.name in taken
            assert parameter.position in {None, taken.index(parameter.name)}


def test_all_rows_in_another_order_choose_nothing() -> None:
    assert framework("pandas").methods["sample"].parameters["frac"].neutral == ("1", "1.0")


def test_no_library_and_no_file_is_read_before_it_is_asked_for() -> None:
    code = (
        "import sys\n"
        "from reproof.lint.catalogue import load\n"
        "assert not load._loaded and 'json' not in sys.modules\n"
        "for name in {*load.ROOTS.values(), *load.COMPANIONS.values()}:\n"
        "    load.framework(name)\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {*load.ROOTS, *load.COMPANIONS, 'typing', 'dataclasses', 'inspect'}))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_an_entry_is_made_when_it_is_looked_up() -> None:
    found = merged("mine", load.layers("sklearn"))
    assert found.find("sklearn.svm.SVC") is found.find("sklearn.SVC")
    made = object.__getattribute__(found.callables, "_made")
    assert list(made) == ["SVC"]
