"""The rule `missing-parameter`: its documentation, examples and messages.

Which keys are read, and from which file, is found by `reproof.lint.parameters`; here it becomes a finding.
"""

from __future__ import annotations

from reproof.lint.file_types import FileType
from reproof.lint.finding import Aspect
from reproof.lint.rule import Bad, Good, Rule
from reproof.lint.source import NotebookFile, PythonFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.finding import Finding
    from reproof.lint.source import SourceFile

_LOAD = "import yaml\nwith open('params.yaml') as file:\n    params = yaml.safe_load(file)\n"
_PARAMS = ("params.yaml", "train:\n  lr: 0.1\n  epochs: 20\nseed: 1\n")


class MissingParameter(Rule):
    """Code reads a key from a params file that the file does not have.

    What it finds:
        A key that a script or a notebook reads without a default (`params["train"]["lr"]`, `cfg.train.lr`) from
        a YAML, JSON or TOML file of the repository that lacks it. The file is found through constants,
        `Path(__file__)`, argparse defaults, the project's own helpers and imports; the object through names,
        `self`, arguments, `Box`, `EasyDict` and OmegaConf.

        Also a params file that lies in the folder and that git does not track, although it tracks the code that
        reads it: the commit would have one without the other. (`params.*`, and YAML and TOML files that are called
        like a configuration.)

        Left alone: keys read with a default (`get`, `getattr` with three arguments), asked for before
        (`"lr" in params`), set by the code, or read where the exception is caught; files that are not known for
        sure; configurations that are merged with others (Hydra, dynaconf, `OmegaConf.merge`); files that
        `.gitignore` names; tests.

    Why it hurts reproducibility:
        The commit cannot be trained as it is: the run dies at that line, after minutes or hours, or somebody
        adds the key by hand on one machine, and the value that made the result is in no commit.

    Instead:
        Add the key to the file, or read the one that is there; stage the file with the code. Where the key may be
        missing, say what holds then: `params["train"].get("lr", 0.001)`.

    Fix:
        None: only you know the value.
    """

    name = "missing-parameter"
    aspect = Aspect.CONFIG
    files = FileType.PYTHON | FileType.NOTEBOOK
    VALID = (
        Good(_LOAD + "lr = params['train']['lr']\n", beside=(_PARAMS,)),
        Good(_LOAD + "decay = params['train'].get('decay', 0)\n", beside=(_PARAMS,)),
        Good(_LOAD + "if 'decay' in params:\n    decay = params['decay']\n", beside=(_PARAMS,)),
        Good(
            "import sys\nimport yaml\nparams = yaml.safe_load(open(sys.argv[1]))\nlr = params['rate']\n",
            beside=(_PARAMS,),
        ),
    )
    INVALID = (
        Bad(
            _LOAD + "rate = params['train']['learning_rate']\nepochs = params['train']['epoch']\n",
            says="`train.epoch` is read from params.yaml, which has no such key: did you mean `train.epochs`?",
            names=("train.learning_rate", "train.epoch"),
            beside=(_PARAMS,),
        ),
        Bad(
            "from omegaconf import OmegaConf\ncfg = OmegaConf.load('params.yaml')\nprint(cfg.train.batch)\n",
            says="`train.batch` is read from params.yaml, which has no such key: add it there",
            names=("train.batch",),
            beside=(_PARAMS,),
        ),
        Bad(
            "from config import params\nlr = params['lr']\n",
            says="did you mean `train.lr`?",
            names=("lr",),
            beside=(_PARAMS, ("config.py", _LOAD)),
        ),
    )

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """One finding a read, at its expression. Raises `InvalidFile` for what must be parsed and cannot."""
        from reproof.lint.parameters.missing import missing

        if not isinstance(file, PythonFile | NotebookFile):
            return
        for one in missing(file):
            if not one.keys:
                yield self.finding(
                    file,
                    one.code.span(one.node),
                    f"{one.path} is read here, and git does not track it: stage it with the code "
                    f"(`git add {one.path}`)",
                    name=one.path,
                    cell=one.code.cell,
                )
                continue
            key = ".".join(one.keys) or "''"
            meant = f"did you mean `{one.near}`?" if one.near else "add it there, or read it with a default"
            yield self.finding(
                file,
                one.code.span(one.node),
                f"`{key}` is read from {one.path}, which has no such key: {meant}",
                name=key,
                cell=one.code.cell,
            )
