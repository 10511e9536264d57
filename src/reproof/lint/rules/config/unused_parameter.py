"""The rule `unused-parameter`: its documentation, examples and messages.

Who reads the file is found by `reproof.lint.parameters`; here it becomes a finding.
"""

from __future__ import annotations

from reproof.lint.file_types import FileType
from reproof.lint.finding import Aspect
from reproof.lint.rule import Bad, Good, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.finding import Finding
    from reproof.lint.source import SourceFile

_TRAIN = (
    "train.py",
    "import yaml\nparams = yaml.safe_load(open('params.yaml'))\nfit(params['train']['lr'], **params['model'])\n",
)
_NOTEBOOK = (
    '{"cells": [{"cell_type": "code", "source": ["import json\\n", "p = json.load(open(\'params.json\'))\\n", '
    '"lr = p[\'train\'][\'lr\']"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
)


class UnusedParameter(Rule):
    """A key of a params file is read by no code, no pipeline and no template.

    What it finds:
        Keys in `params.yaml`, `.yml`, `.json` or `.toml` that no script or notebook of the repository reads, that
        no `dvc.yaml` names (`params:`, `vars`, `${…}`), and that no template of the file itself uses. Where
        nothing below a key is read, the key alone is reported.

        A `dvc.yaml` that is no YAML is told, too, as `invalid-file`: what it reads is then unknown.

        Silent where not everybody who may read the file is known: a key that is computed (`params[name]`), an
        object that is passed to a library, iterated or logged (all below it counts as read), a file that is
        loaded from a path nobody can tell, Hydra and dynaconf, a mention in a shell script, a workflow or another
        language, no reader at all, and repositories of more than 2,000 texts.

    Why it hurts reproducibility:
        A parameter that does nothing looks like one that does. Somebody changes `dropout`, trains again, records
        the run under the new value, and concludes that it makes no difference; the value that really counted is
        elsewhere, in the code perhaps.

    Instead:
        Read the key where the value is used, or delete it. Where a program outside of the repository reads it,
        say so on its line: `# reproof: ignore[unused-parameter] read by the deployment`.

    Fix:
        None: whether the key or the reader is missing, only you know.
    """

    name = "unused-parameter"
    aspect = Aspect.CONFIG
    files = FileType.PARAMS | FileType.PIPELINE
    VALID = (
        Good("train:\n  lr: 0.1\nmodel:\n  depth: 3\n", path="params.yaml", beside=(_TRAIN,)),
        Good("train:\n  lr: 0.1\n", path="params.yaml"),
        Good(
            "train:\n  lr: 0.1\nsplit: 0.2\n",
            path="params.yaml",
            beside=(_TRAIN, ("dvc.yaml", "stages:\n  a:\n    cmd: ./split ${split}\n")),
        ),
        Good(
            "train:\n  lr: 0.1\nsplit: 0.2\n",
            path="params.yaml",
            beside=(_TRAIN, ("run.sh", "yq .split params.yaml\n")),
        ),
        Good(
            "lr: 0.1\ndecay: 0\n",
            path="params.yaml",
            beside=(
                ("a.py", "import json, yaml\nfor k in yaml.safe_load(open('params.yaml')):\n    use(k)\n"),
            ),
        ),
    )
    INVALID = (
        Bad(
            "train:\n  lr: 0.1\n  dropout: 0.5\nmodel:\n  depth: 3\nsplit:\n  size: 0.2\n  seed: 1\n",
            says="`train.dropout` is read by no code and no pipeline: read it where its value",
            path="params.yaml",
            names=("train.dropout", "split"),
            beside=(_TRAIN,),
        ),
        Bad(
            '{"train": {"lr": 0.1, "epochs": 3}}\n',
            says="`train.epochs` is read by no code",
            path="params.json",
            names=("train.epochs",),
            beside=(("a.ipynb", _NOTEBOOK),),
        ),
    )

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """One finding a key, at the key. Raises `InvalidFile` where the file is not what its name says."""
        if FileType.PIPELINE in file.type:
            from reproof.lint.parameters.keys import refuse_broken_pipeline

            refuse_broken_pipeline(file)
            return
        from reproof.lint.parameters.unused import unused

        for keys, (start, end) in unused(file):
            key = ".".join(keys)
            yield self.finding(
                file,
                file.span(start, end),
                f"`{key}` is read by no code and no pipeline: read it where its value is used, or delete it",
                name=key,
            )
