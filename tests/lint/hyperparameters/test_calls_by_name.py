"""Calls of a project's own code, of modules for augmentations, of hubs, and of TensorFlow's data sets."""

from __future__ import annotations

import pytest

from tests.lint.hyperparameters.found import found

AUGMENTS = "from utils import augmentation_utils\nimport imgaug.augmenters as iaa\n"
HUB = "from transformers import AutoModel\nfrom datasets import load_dataset\n"
TENSORFLOW = "import tensorflow as tf\nimport tensorflow_datasets as tfds\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("augmentation_utils.random_crop(p=1)", [("p", "1")]),
        ("augmentation_utils.expand(p=.5, max_ratio=4)", [("p", ".5"), ("max_ratio", "4")]),
        ("iaa.Affine(rotate=(-10, 10))", [("rotate", "(-10, 10)")]),
        ("iaa.Fliplr(0.5)", [("amount", "0.5")]),
        ("augmentation_utils.crop(seed=3, width=self.width, name='a')", []),
        ("utils.random_crop(p=0.5)", []),
        # what a function of the project's own trains with, and how an agent explores
        ("train(env, cql_weight=4.0)", [("cql_weight", "4.0")]),
        ("train(env, print_every=10, num_gpus=2, seed=3)", []),
        ("train_loader(path, limit=100)\nget_train_rows(rows=50)", []),
        ("net.sample_action(state, eps=0.05)", [("eps", "0.05")]),
        ("net.normalize(state, eps=0.05)", []),
        ("repo.split(train_prop=0.95)", [("train_prop", "0.95")]),
        ("TimeDimension(n_roll_steps=1)", [("n_roll_steps", "1")]),
        ("MLP(din=1, dhidden=32, dout=1)", [("d_hidden", "32")]),
        # no choice: everything, and what is only told
        ("builder.load(batch_size=-1)", []),
        ("with TBMeanTracker(writer, batch_size=100) as tracker:\n    pass", []),
    ],
)
def test_own_functions(code: str, expected: list[tuple[str, str]]) -> None:
    assert found(AUGMENTS + code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("DEFAULT_NUM_BOOST_ROUND = 250", ["default_num_boost_round"]),
        ("XGB_MAX_DEPTH = 4", ["xgb_max_depth"]),
        ("nesterov_momentum = 0.9", ["nesterov_momentum"]),
        ("default_timeout = 30\nXGB_VERSION = 2\nSKIP_STEP = 40", []),
    ],
)
def test_names_say_whose_they_are(code: str, expected: list[str]) -> None:
    assert [name for name, _ in found(code)] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("MODEL_NAME = 'hustvl/yolos-small'\nAutoModel.from_pretrained(given)", ["'hustvl/yolos-small'"]),
        ("MODEL_NAME = 'hustvl/yolos-small'\nload(given)", []),
        ("MODEL_NAME = 'outputs/best.pt'\nAutoModel.from_pretrained(given)", []),
        ("PATH = 'hustvl/yolos-small'\nAutoModel.from_pretrained(given)", []),
        ("AutoModel.from_pretrained('bert-base-cased')", ["'bert-base-cased'"]),
        ("Trainer(output_dir='my_model')\nAutoModel.from_pretrained('my_model')", []),
        ("model.save_pretrained('my_model/')\nAutoModel.from_pretrained('my_model')", []),
        ("load_dataset('squad', split='train[:5000]')", ["'train[:5000]'"]),
        ("load_dataset('squad', split='train')", []),
    ],
)
def test_hubs(code: str, expected: list[str]) -> None:
    assert [value for _, value in found(HUB + code)] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("train = shuffled.take(80_000)", ["80_000"]),
        ("test = shuffled.skip(80_000).take(20_000)", ["80_000", "20_000"]),
        ("shown = shuffled.take(9)\ntrain = shuffled.take(1)", []),
        (
            "ds, info = tfds.load('cifar', split=['train[:80%]', 'train[80%:]'])",
            ["['train[:80%]', 'train[80%:]']"],
        ),
        ("ds = ratings.batch(1_000_000)", []),
        ("ds = ratings.batch(8192)", ["8192"]),
        ("tf.keras.datasets.imdb.load_data(skip_top=25)", ["25"]),
        ("tf.keras.datasets.imdb.load_data(skip_top=0)", []),
        ("split_index = len(df) - 90", ["90"]),
        ("n_train = x.shape[0] - 1000", ["1000"]),
        ("last = len(df) - 90\nsplit_index = len(df) - 1", []),
        ("train = df[df['rank'] > 5]\ntest = df[df['rank'] <= 5]", ["5", "5"]),
        ("test = df[df.year == 2020]", ["2020"]),
        ("test = df[df.kind == 3]\nolder = df[df['rank'] > 5]", []),
        ("labels = features.pop('user_rating')", ["'user_rating'"]),
        ("labels = batch.pop('labels')\ntarget = options.pop('directory')", []),
        (
            "from sklearn.model_selection import *\nfor i in range(n):\n    train_test_split(parts[i]['detail'])",
            [],
        ),
        ("from sklearn.model_selection import *\ntrain_test_split(parts['detail'])", ["'detail'"]),
        ("model.fit(df[mask][['age']], df[mask]['churn'])", ["['age']", "'churn'"]),
    ],
)
def test_parts_of_data(code: str, expected: list[str]) -> None:
    assert [value for _, value in found(f"{TENSORFLOW}{code}")] == expected
