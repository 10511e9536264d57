"""The rule `hardcoded-hyperparameter`: its documentation, examples and messages.

What a hyperparameter is, is found by `reproof.lint.hyperparameters`; here it becomes a finding.
"""

from __future__ import annotations

from reproof.lint.file_types import FileType
from reproof.lint.finding import Aspect, Fix
from reproof.lint.rule import DOCS, Bad, Good, Rule
from reproof.lint.source import InvalidFile, NotebookFile, PythonFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.config import CheckConfig
    from reproof.lint.finding import Edit, Finding
    from reproof.lint.hyperparameters.hit import Hit
    from reproof.lint.hyperparameters.options import Options
    from reproof.lint.parameters.claims import Claims
    from reproof.lint.parameters.plan import Plan
    from reproof.lint.parameters.told import Place
    from reproof.lint.rule import Tools
    from reproof.lint.source import SourceFile

_LONGEST = 48
_WAYS = (
    "`reproof check --fix --unsafe-fixes` moves what it can; meant to stand there: "
    "`# reproof: ignore[hardcoded-hyperparameter] why`"
)


class HardcodedHyperparameter(Rule):
    """A value that shapes the model is written into the code instead of the configuration.

    What it finds:
        Values that are written out and decide what is learned, from what, and how it is judged, in scripts and
        notebooks that import a machine learning library (or train with NumPy alone):

        - training and model: what a library's own calls are given, by name or by position (`Adam(p, lr=1e-3)`,
          `SGD(p, 0.1)`), search grids, dicts of parameters key by key; names that say what they are
          (`EPOCHS = 20`, `{"lr": 1e-3, "batch_size": 32}`); what the file's own functions are given
          (`train(net, 10)` for `def train(model, epochs)`) or hand on to a library; the `range(100)` of an
          epoch loop; values tried one by one (`for lr in [0.1, 0.01]`); optimizers and pretrained models by
          their names;
        - what changes on the way: schedules by hand (`lr *= 0.9`, `if epoch > 30: unfreeze(net)`), weights of a
          loss's terms, of classes and of an ensemble; replay memories, discounts and shaped rewards;
        - features and labels: the columns that become X and y, or are left out (`df[["age", "income"]]`,
          `y = df["churn"]`, `df.drop(columns=["id"])`), followed back from `fit` through scalers, own functions
          and other names;
        - rows: splits (`test_size=0.2`, `df[:8000]`, `df[df.date >= "2023-01-01"]`, every fifth row), filters
          (`df[df.age > 18]`, a percentile), and how many are sampled;
        - preprocessing: sizes of images and texts, imputation, lags and windows, the chances of an augmentation;
        - evaluation: `scoring="f1"`, `proba > 0.5`, `assert accuracy > 0.85`.

        A constant is reported once, where it is assigned.

        Left alone: values that come from a config, the command line or an argument; seeds (another rule's
        business), `n_jobs`, `num_workers`, `verbose` and `device`; booleans alone; layer widths inside a
        network; tests; a notebook cell tagged `parameters`. With `strict = true` also what is debatable: defaults
        that a caller can override (argparse, click, dataclass fields, signatures) and modules that only hold
        configuration. `[tool.reproof.check.hyperparameters]` adds names and libraries of your own, and says which
        values may stay.

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
        Not safe, so only with `--fix --unsafe-fixes` (see it first with `--diff`): each literal moves to the
        parameters file, and the code reads it from there. Values stay equal, in type too, so training gives
        the same numbers before and after.

        - The file: what the code around reads already (`yaml.safe_load`, OmegaConf, a Hydra `cfg`,
          `dvc.api.params_show()`), by that object and in its own way. Else a plain loader is put below the
          imports, once, for `[tool.reproof] params`, the file of the script's DVC stage, the nearest
          `params.yaml`, or a new one in the project's folder. Only YAML files are extended, and only by new
          lines: comments, order and line ends stay.
        - The key: section and name (`train.lr`), told apart by variable, callable or script where one key would
          mean two values (`train.optimizer_d.lr`). A key that is there with the same value is used; with another
          value nothing is moved, and the message says so.
        - The path: as the run sees it. A DVC stage runs in its `wdir`, a notebook in its folder, a script in
          the project's folder, unless its own relative paths lead to files from the script's folder.
        - DVC: the key joins the `params:` of the stages that run or depend on the script.
        - PyYAML, where the loader is new: it is added and pinned where the project declares what it needs
          (`requirements.txt`, `environment.yml`, the list in `pyproject.toml`). Where a lock or hashes would go
          stale, nothing is moved, and the message gives the command.

        What stays, each with its reason: modules of a package that nothing says are run by themselves (they have
        no folder in which to look for the file: pass the value in from the script); values that YAML does not
        give back (sets, `range(…)`, tuples in tuples); literals with comments inside or in f-strings; scripts
        that take their hyperparameters from a command line, dynaconf, JSON or a file that is not known; and
        templated DVC stages.
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
            fixed="import yaml\nfrom torch import optim as o\n\n"
            'with open("params.yaml") as file:\n    params = yaml.safe_load(file)\n\n'
            'opt = o.SGD(net.parameters(), params["train"]["lr"], momentum=params["train"]["momentum"])\n',
        ),
        Bad(
            "from torch.optim import Adam\nRATE = 1e-3\nopt = Adam(net.parameters(), lr=RATE)\n",
            says="`lr=1e-3` (the default) is written into the code",
            names=("lr",),
        ),
        Bad(
            "import yaml\nfrom torch.optim import Adam\n\nwith open('params.yaml') as f:\n"
            "    cfg = yaml.safe_load(f)\nopt = Adam(p, lr=cfg['lr'], betas=(0.9, 0.98))  # tuned\n",
            says="(train.betas)",
            names=("betas",),
            beside=(("params.yaml", "lr: 0.1\n"),),
            fixed="import yaml\nfrom torch.optim import Adam\n\nwith open('params.yaml') as f:\n"
            "    cfg = yaml.safe_load(f)\n"
            "opt = Adam(p, lr=cfg['lr'], betas=tuple(cfg['train']['betas']))  # tuned\n",
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
        self._claims: Claims | None = None

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """One finding a literal, at the literal. Raises `InvalidFile` for what must be parsed and cannot."""
        from reproof.lint.hyperparameters.examine import examine
        from reproof.lint.hyperparameters.options import options_of

        if not isinstance(file, PythonFile | NotebookFile):
            return
        if self._looking is None:
            self._looking = options_of(self.options)
        hits: list[Hit] = []
        broken: InvalidFile | None = None
        try:
            hits.extend(examine(file, self._looking))
        except InvalidFile as error:
            broken = error
        if hits:
            from reproof.lint.parameters.placing import keys_of_file
            from reproof.lint.parameters.told import Destination, elsewhere, places

            silenced = _silenced(file, hits, self.name)
            others = elsewhere(file.codes, hits)
            destination = Destination(file.codes)
            fixes = _Fixes(self, file, hits, silenced, others)
            for index, (hit, key) in enumerate(zip(hits, keys_of_file(hits, silenced), strict=True)):
                where = destination.of(key)
                also = f"; the same value stands in {places(others[index])}, too" if others[index] else ""
                yield self._finding(
                    file, hit, f"move it to {where} and read it from there{also}", fixes.fix(index)
                )
        if broken is not None:
            raise broken

    @property
    def claims(self) -> Claims:
        """The keys that the fixes of this run have taken, file by file."""
        if self._claims is None:
            from reproof.lint.parameters.claims import Claims

            self._claims = Claims()
        return self._claims

    def _finding(self, file: SourceFile, hit: Hit, cure: str, fix: Fix) -> Finding:
        value = hit.code.source_of(hit.node)
        default = " (the default)" if hit.default else ""
        return self.finding(
            file,
            hit.code.span(hit.node),
            f"`{hit.name}={_short(value)}`{default} is written into the code: {cure}",
            name=hit.name,
            kind=hit.kind,
            cell=hit.code.cell,
            value=value,
            help=f"{_WAYS}\n{DOCS}/{self.name}.md",
            fix=fix,
        )


class _Fixes:
    """The fixes of one file, which share one plan; it is made when the first of them is asked for."""

    def __init__(
        self,
        rule: HardcodedHyperparameter,
        file: PythonFile | NotebookFile,
        hits: list[Hit],
        silenced: list[bool],
        others: list[list[Place]],
    ) -> None:
        self._rule = rule
        self._others = others
        self._file = file
        self._hits = hits
        self._silenced = silenced
        self._plan: Plan | None = None

    def fix(self, index: int) -> Fix:
        """The fix of one hit."""
        title, note = "move it to the parameters file", ""
        if self._others[index]:
            from reproof.lint.parameters.told import left_over, places

            others, hit = self._others[index], self._hits[index]
            value = _short(hit.code.source_of(hit.node))
            title = f"{title}; {value} stands in {places(others)}, too"
            note = left_over(hit.name, value, others)
        return Fix(title, safe=False, make=lambda: self._make(index), notes=lambda: self._notes(note))

    def _notes(self, left: str) -> tuple[str, ...]:
        to_install = self._plan.to_install if self._plan else ""
        return tuple(filter(None, (left, to_install)))

    def _make(self, index: int) -> tuple[Edit, ...]:
        if self._plan is None:
            from reproof.lint.parameters.plan import Plan

            keys = self._rule.claims.keys(self._file, self._hits, self._silenced)
            self._plan = Plan(self._file, self._hits, keys, self._silenced)
            self._rule.claims.take_back(self._file, self._plan.unused_keys())
        return self._plan.edits(index)


def _silenced(file: SourceFile, hits: list[Hit], rule: str) -> list[bool]:
    """Which hits a comment silences: they get no key, and are not moved along with the others."""
    from reproof.lint.suppression import suppressions

    comments = [each for each in suppressions(file) if rule in each.rules]
    if not comments:
        return [False] * len(hits)
    spans = [hit.code.span(hit.node) for hit in hits]
    return [
        any(each.silences(span, hit.code.cell) for each in comments)
        for hit, span in zip(hits, spans, strict=True)
    ]


def _short(value: str) -> str:
    """A literal on one line, cut where it is long."""
    line = " ".join(value.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
