"""The rule `hardcoded-hyperparameter`: its documentation, examples and messages.

What a hyperparameter is, is found by `reproof.lint.hyperparameters`; here it becomes a finding.
"""

from __future__ import annotations

from reproof.lint.finding import Aspect
from reproof.lint.rule import Bad, Good, Rule
from reproof.lint.source import FileType, NotebookFile, PythonFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.config import CheckConfig
    from reproof.lint.finding import Finding
    from reproof.lint.hyperparameters.hit import Hit
    from reproof.lint.hyperparameters.options import Options
    from reproof.lint.rule import Tools
    from reproof.lint.source import SourceFile

# The part of params.yaml that a kind belongs to.
_SECTIONS = {
    "training": "train",
    "model": "model",
    "split": "split",
    "preprocessing": "preprocess",
    "features": "data",
    "labels": "data",
    "evaluation": "evaluate",
}
_LONGEST = 48


class HardcodedHyperparameter(Rule):
    """A value that shapes the model is written into the code instead of the configuration.

    What it finds:
        Literals that choose how a model is trained, in scripts and notebook cells of files that import a
        machine learning library:

        - arguments of the library's own calls, by keyword and by position: `Adam(p, lr=1e-3)`,
          `SGD(p, 0.1)`, `RandomForestClassifier(n_estimators=100)`, `train_test_split(X, y, test_size=0.2)`,
          search grids, and dicts of parameters, key by key;
        - constants that such a call uses, reported once, where they are assigned; and constants whose name
          says what they are (`EPOCHS = 20`, `learning_rate = 1e-3`);
        - the bare `range(100)` of an epoch loop;
        - the columns that become X and y (`FEATURES = ["age", "income"]`, `y = df["churn"]`);
        - what decides whether a model is good: `scoring="f1"`, `proba > 0.5`, `assert accuracy > 0.85`.

        Left alone: values that come from a config, the command line or an argument; seeds (another rule's
        business), `n_jobs`, `num_workers`, `verbose` and `device`; booleans alone; layer widths inside a
        network; tests; a notebook cell tagged `parameters`. Defaults that a caller can override (argparse,
        click, dataclass fields, signatures) and modules that only hold configuration are reported only with
        `strict = true`.

    Why it hurts reproducibility:
        A number inside a call has no name that a run record, a diff or a reviewer could use. Nobody can say
        which learning rate last month's model had without finding the commit and reading the code; a value
        that is tried by hand and set back leaves no trace; and the same value copied to the training and the
        evaluation script drifts apart. What stands in a config is recorded with every run, compared between
        runs, and named when results change.

    Instead:
        Write the value into `params.yaml` and read it from there:

            # params.yaml
            train:
              lr: 0.001

            # train.py
            params = yaml.safe_load(open("params.yaml"))
            optimizer = Adam(model.parameters(), lr=params["train"]["lr"])

        An existing config (Hydra, OmegaConf, argparse) does as well. Where the value really is part of the
        method, say so on its line: `# reproof: ignore[hardcoded-hyperparameter] fixed by the paper`.

    Fix:
        None yet: the message names the key to use in `params.yaml`.
    """

    name = "hardcoded-hyperparameter"
    aspect = Aspect.CONFIG
    files = FileType.PYTHON | FileType.NOTEBOOK
    VALID = (
        Good("from torch.optim import SGD\nopt = SGD(net.parameters(), lr=cfg.lr)\n"),
        Good("from torch.optim import SGD\ndef build(p, lr):\n    return SGD(p, lr=lr)\n"),
        Good(
            "from sklearn.ensemble import RandomForestClassifier\n"
            "clf = RandomForestClassifier(**params['model'], n_jobs=-1, random_state=42)\n"
        ),
        Good("batch_size = 32\nfor rows in cursor.fetchmany(batch_size):\n    send(rows)\n"),
        Good(
            "import argparse\nimport torch\n"
            "parser = argparse.ArgumentParser()\nparser.add_argument('--lr', type=float, default=1e-3)\n"
        ),
        Good(
            "from sklearn.linear_model import Ridge\nassert Ridge(alpha=0.5).fit(X, y)\n",
            path="tests/test_model.py",
        ),
        Good("import torch\nLEARNING_RATE = 1e-3\n", path="config.py"),
    )
    INVALID = (
        Bad(
            "from torch import optim as o\nopt = o.SGD(net.parameters(), 0.1, momentum=0.9)\n",
            says="`lr=0.1` is written into the code: move it to params.yaml (train.lr)",
            names=("lr", "momentum"),
        ),
        Bad(
            "from torch.optim import Adam\nRATE = 1e-3\nopt = Adam(net.parameters(), lr=RATE)\n",
            says="`lr=1e-3` (the default) is written into the code",
            names=("lr",),
        ),
        Bad(
            "from sklearn.model_selection import GridSearchCV\n"
            "search = GridSearchCV(model, {'max_depth': [3, 5]}, cv=5, scoring='f1')\n",
            says="params.yaml (train.max_depth)",
            names=("max_depth", "cv", "scoring"),
        ),
        Bad(
            "import torch\nEPOCHS = 20\nfor epoch in range(EPOCHS):\n    train_one_epoch()\n",
            says="`epochs=20` is written into the code",
            names=("epochs",),
        ),
        Bad(
            "from sklearn.linear_model import Ridge\n"
            "X = df[['age', 'income']]\ny = df['churn']\nRidge().fit(X, y)\n",
            says="params.yaml (data.features)",
            names=("features", "label"),
        ),
        Bad(
            "import torch\npred = (proba > 0.5).astype(int)\n",
            says="`threshold=0.5` is written into the code: move it to params.yaml (evaluate.threshold)",
            names=("threshold",),
        ),
        Bad(
            "import argparse\nimport torch\n"
            "parser = argparse.ArgumentParser()\nparser.add_argument('--lr', type=float, default=1e-3)\n",
            says="`lr=1e-3` is written into the code",
            names=("lr",),
            strict=True,
        ),
    )

    def __init__(self, options: CheckConfig, tools: Tools) -> None:
        super().__init__(options, tools)
        self._looking: Options | None = None

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """One finding a literal, at the literal. Raises `InvalidFile` for what must be parsed and cannot."""
        from reproof.lint.hyperparameters.examine import examine
        from reproof.lint.hyperparameters.options import options_of

        if not isinstance(file, PythonFile | NotebookFile):
            return
        if self._looking is None:
            self._looking = options_of(self.options)
        for hit in examine(file, self._looking):
            yield self._finding(file, hit)

    def _finding(self, file: SourceFile, hit: Hit) -> Finding:
        value = hit.code.source_of(hit.node)
        default = " (the default)" if hit.default else ""
        key = f"{_SECTIONS[hit.kind]}.{hit.name}"
        return self.finding(
            file,
            hit.code.span(hit.node),
            f"`{hit.name}={_short(value)}`{default} is written into the code: "
            f"move it to params.yaml ({key}) and read it from there",
            name=hit.name,
            kind=hit.kind,
            cell=hit.code.cell,
            value=value,
        )


def _short(value: str) -> str:
    """A literal on one line, cut where it is long."""
    line = " ".join(value.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
