"""Dicts of parameters that reach a call by way of names, copies, tables and loops."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found

SEARCH = "from sklearn.model_selection import GridSearchCV\nfrom sklearn.svm import SVC\n"
BOOST = "import lightgbm as lgb\nfrom copy import deepcopy\nBASE = {'bagging_freq': 3}\n"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("grids = {'a': {'C': [1, 2]}, 'b': {'tol': [0.1]}}\nGridSearchCV(m, grids.get(name, {}))", "C tol"),
        ("grids = {'a': {'C': [1, 2]}, 'b': {'tol': [0.1]}}\nGridSearchCV(m, grids['b'])", "tol"),
        ("grids = {'a': {'C': [1, 2]}, 'b': {'tol': [0.1]}}\nGridSearchCV(m, grids[name])", "C tol"),
        (
            "def tune(grid=None):\n    if grid is None:\n        grid = {'C': [1, 2]}\n    GridSearchCV(m, grid)",
            "C",
        ),
        (
            "t = {'svm': {'of': m, 'grid': {'C': [1]}}}\nfor k, v in t.items():\n    GridSearchCV(m, v['grid'])",
            "C",
        ),
        ("t = {'svm': (m, {'C': [1]})}\nfor k, (e, g) in t.items():\n    GridSearchCV(e, g)", "C"),
        ("for e, g in [(m, {'C': [1]}), (n, {'tol': [1]})]:\n    GridSearchCV(e, g)", "C tol"),
        ("gs = [{'C': [1]}, {'tol': [1]}]\nfor e, g in zip(models, gs):\n    GridSearchCV(e, g)", "C tol"),
        ("for i, (e, g) in enumerate([(m, {'C': [1]})]):\n    GridSearchCV(e, g)", "C"),
        ("for g in ({'C': [1]}, {'tol': [1]}):\n    GridSearchCV(m, g)", "C tol"),
        ("cs = np.logspace(-3, 3, 7)\nfor i, c in enumerate(cs):\n    SVC(C=c)", "C"),
        ("for c, t in zip([1, 10], tols):\n    SVC(C=c)", "C"),
        ("chosen = {'reg': 0.1}\nSVC(C=chosen['reg'])", "C"),
        # nothing that is written out reaches the call
        ("grids = load(path)\nGridSearchCV(m, grids.get(name, {}))", ""),
        ("labels = {'a': {'C': [1, 2]}}\nGridSearchCV(m, grids['a'])", ""),
        ("grids = grids\nGridSearchCV(m, grids[grids[grids['a']]])", ""),
        ("for i, c in enumerate(cs):\n    SVC(C=i)", ""),
    ],
)
def test_grids(code: str, names: str) -> None:
    assert [name for name, _ in found(SEARCH + code)] == names.split()


@pytest.mark.parametrize(
    "code",
    [
        "lgb.train(deepcopy(BASE), d)",
        "params = BASE.copy()\nlgb.train(params, d)",
        "def train(extra):\n    params = deepcopy(BASE)\n    params.update(extra)\n    lgb.train(params, d)",
        "params = {**BASE, 'objective': kind}\nlgb.train(params, d)",
        "params = BASE | extra\nlgb.train(params, d)",
        "params = dict(BASE, objective=kind)\nlgb.train(params, d)",
        "lgb.LGBMRegressor(**(given or BASE))",
    ],
)
def test_parameters_of_a_base(code: str) -> None:
    assert found(BOOST + code) == [("bagging_freq", "3")]


def test_names_in_a_circle_come_to_an_end() -> None:
    circle = "\n".join(f"a{n} = {{**a{n + 1}, **a{(n + 2) % 9}}}" for n in range(8)) + "\na8 = a0 | a1 | a2"
    assert found(f"{SEARCH}{circle}\nGridSearchCV(m, a0)\nSVC(C=a0[a1[a2]])") == []
