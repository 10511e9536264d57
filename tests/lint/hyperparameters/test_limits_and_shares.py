"""What limits rows, labels, episodes and rankings, and in which shares a column is made of others."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # rows: the condition may be turned round, have a name, or say what is dropped
        ("df = df[~(df['area'] > 4000)]", [("cutoff", "4000")]),
        (
            "odd = (df.area > 4000) & (df.price < 300)\ndf = df.loc[~odd]",
            [("cutoff", "4000"), ("cutoff", "300")],
        ),
        ("df = df.drop(df[df['area'] > 4000].index)", [("cutoff", "4000")]),
        ("df.drop(df[df.area > 4000].index, inplace=True)", [("cutoff", "4000")]),
        ("recent = df['day'] >= '2020-01-01'\ndf = df[recent]", [("date_limit", "'2020-01-01'")]),
        ("odd = df.area > 4000\nshow(df[odd])", []),
        ("df = df.drop(other[other.area > 4000].index)", []),
        ("df = df[rows]", []),
        # labels
        ("labels[(mood > 4) & (mood <= 6)] = 1", [("label_cutoff", "4"), ("label_cutoff", "6")]),
        ("labels[labels == 255] = -100", []),
        ("image[image > 200] = 255", []),
        # rankings
        ("precision_at_k(y, scores, 10)", [("k", "10")]),
        ("evaluation.ndcg_at_k(truth, top, k=5)", [("k", "5")]),
        ("SmoothedValue(window_size=1)", []),
        ("precision_at_k(y, scores, args.k)\nlook_at(10)", []),
        # criteria by their names
        ("choose(y, scores, minimum_precision=0.1)", [("minimum_precision", "0.1")]),
        ("TARGET_RECALL = 0.9", [("target_recall", "0.9")]),
        ("min_loss = 100", []),
        # columns made of shares of others
        (
            "df['risk'] = 0.6 * df['glucose'] + df['bmi'] * 0.4",
            [("feature_weight", "0.6"), ("feature_weight", "0.4")],
        ),
        ("df['middle'] = 0.5 * df['low'] + 0.5 * df['high']", []),
        ("df['sum'] = 0.6 * df['low'] + df['high']", []),
        ("gray = 0.3 * image[..., 0] + 0.7 * image[..., 1]", []),
        # one choice in several numbers
        ("batch_size = {'train': 8, 'val': 16}", [("batch_size", "{'train': 8, 'val': 16}")]),
        (
            "age_bins = {'young': [-np.inf, 18], 'old': [65, np.inf]}",
            [("age_bins", "{'young': [-np.inf, 18], 'old': [65, np.inf]}")],
        ),
        ("bins = {'a': first, 'b': second}", []),
    ],
)
def test_limits_and_shares(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for epi_counter in range(500):\n    play()", [("episodes", "500")]),
        ("for fold_index in range(5):\n    play()", [("n_folds", "5")]),
        ("for game in range(300):\n    state = env.reset()", [("episodes", "300")]),
        ("for game in range(300):\n    parser.reset()", []),
        ("if steps >= 500 or done:\n    leave()", [("max_steps", "500")]),
        ("if len(names) >= 500 or done:\n    leave()", []),
        ("if steps >= 500 or verbose:\n    leave()", []),
        (
            "for t in range(500):\n    loss.backward()\n    with torch.no_grad():\n        w -= rate * w.grad",
            [("iterations", "500")],
        ),
        ("for t in range(500):\n    loss.backward()\n    total -= loss", []),
        ("def losses(out):\n    return out.ce + 0.5 * out.aux_loss", [("loss_weight", "0.5")]),
        (
            "def f(x):\n    return (1 - x / n) ** 0.9\noptim.lr_scheduler.LambdaLR(o, lr_lambda=f)",
            [("rate", "0.9")],
        ),
        ("def f(x):\n    return (1 - x / n) ** 0.9", []),
    ],
)
def test_episodes_steps_and_schedules(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # beside a strong name counts what a library that is imported calls its own
        (
            "import catboost\nbest = {'iterations': 300, 'learning_rate': 0.1, 'l2_leaf_reg': 3}",
            [("iterations", "300"), ("learning_rate", "0.1"), ("l2_leaf_reg", "3")],
        ),
        ("best = {'iterations': 300, 'learning_rate': 0.1, 'l2_leaf_reg': 3}", []),
        ("import catboost\nbest = {'iterations': 300, 'l2_leaf_reg': 3}", []),
        # two strong names of a call make the weak ones speak
        (
            "DQN(env, learning_rate=0.1, batch_size=32, memory_size=2000, eps=1e-8)",
            [("learning_rate", "0.1"), ("batch_size", "32"), ("memory_size", "2000")],
        ),
        ("DQN(env, batch_size=32, memory_size=2000, eps=1e-8)", [("batch_size", "32")]),
        ("estimator.set_hyperparameters(eta=0.2, gamma=4)", [("eta", "0.2"), ("gamma", "4")]),
        # what discounts and explores, where something is played
        ("GAMMA = 0.9\nenv.reset()\nenv.step(1)", [("gamma", "0.9")]),
        ("GAMMA = 22\nenv.reset()\nenv.step(1)", []),
        ("GAMMA = 0.9\nopt.step()", []),
        # a limit that a function of the project's own is given
        ("drop_rare(df, threshold=20)", [("threshold", "20")]),
        ("wait(threshold=20)", []),
        # columns that a transformer of the project's own is fitted on
        ("encoder.fit(df, ['city', 'job'])", [("features", "['city', 'job']")]),
        ("columns_here = ['city', 'job']\nencoder.fit(df, columns_here)", [("features", "['city', 'job']")]),
        ("for name in ['city', 'job']:\n    encoder.fit(df, name)", []),
        ("encoder.fit(texts, ['city', 'job'])", []),
        # columns that the file's own function is given
        (
            "def prepare(df, cols, target):\n    X = df[cols]\n    y = df[target]\nprepare(raw, ['a', 'b'], 'pay')",
            [("features", "['a', 'b']"), ("label", "'pay'")],
        ),
        ("def prepare(df, target='a'):\n    X = df.drop(columns=[target])\nprepare(raw, target=args.y)", []),
        ("def look(df, by):\n    counts = df[by]\nlook(raw, 'pay')", []),
        # a comprehension that is itself an index goes through columns
        ("train = df[[c for c in kept if c not in ['id', 'pay']]]", [("dropped_columns", "['id', 'pay']")]),
        ("some = [c for c in kept if c not in ['id', 'pay']]", []),
    ],
)
def test_what_its_company_or_its_place_says(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(code) == expected


@pytest.mark.parametrize("series", ["[5, 10]", "range(5, 50, 5)"])
def test_what_a_progress_bar_goes_through(series: str) -> None:
    use = "    KMeans(n_clusters=k)"
    imports = "from sklearn.cluster import KMeans\nfrom tqdm import tqdm\n"
    assert found(f"{imports}for k in tqdm({series}):\n{use}") == [("n_clusters", series)]
    assert found(f"{imports}sizes = {series}\nfor k in tqdm(sizes):\n{use}") == [("n_clusters", series)]
