"""The rule `unworkable-policy`. What can be wrong with a policy is the verdict's: `verdict/policy_lint.py`."""

from __future__ import annotations

from reproof.config import ConfigError, config_from_texts
from reproof.errors import UsageError
from reproof.lint.file_types import FileType
from reproof.lint.finding import Aspect
from reproof.lint.rule import Bad, Good, Rule
from reproof.lint.source import InvalidFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reproof.config import CompareConfig, Config
    from reproof.lint.finding import Finding
    from reproof.lint.source import SourceFile
    from reproof.verdict.policy_lint import PolicyFinding

_METRICS = ("metrics.json", '{"accuracy": 0.94, "bias": 0.0, "rows": 50}\n')
_POLICY = '[tool.reproof.compare.metrics."{}"]\ntolerance = {}\n'


class UnworkablePolicy(Rule):
    """A policy of a metric cannot do what it seems to: it matches nothing, or allows less than nothing can meet.

    What it finds:
        Entries of `[tool.reproof.compare.metrics]` whose pattern matches no metric; a tolerance below one row of
        an accuracy (0.01 of 50 rows), or below what recorded runs vary by from one to the next; a share of a
        metric that is near zero; `exact` where two runs of one seed differ already; `noise` with so few recorded
        runs that it cannot tell anything. Each is told with the number that would work.

        The metrics are those of the newest recorded version, as far as this clone has its runs; where it has none,
        those in the metrics files of the repository (`metrics` in `[tool.reproof]`, those of `dvc.yaml`,
        `metrics.json`). Nothing is fetched and nothing is trained. Silent where no metric is known. `reproof ci`
        tells the same from all recorded runs, as a warning that never changes a verdict.

    Why it hurts reproducibility:
        A pattern with a typing error lets a metric fall as it likes, while everybody believes it is guarded. A
        tolerance that no training can meet stops pull requests that changed nothing, until nobody reads why.

    Instead:
        Write the number of the message, or a pattern that matches; or let `noise` decide, which asks the recorded
        runs. `reproof run --baseline` records as many as that needs.

    Fix:
        None: how much a metric may move is your decision.
    """

    name = "unworkable-policy"
    aspect = Aspect.CONFIG
    files = FileType.PYPROJECT | FileType.SETTINGS
    VALID = (
        Good(_POLICY.format("acc*", "0.02"), "pyproject.toml", (_METRICS,)),
        Good(_POLICY.format("acc*", '"exact"'), "pyproject.toml", (_METRICS,)),
        Good(_POLICY.format("auc", "0.02"), "pyproject.toml"),
        Good(_POLICY.format("auc", "0.02"), "sub/pyproject.toml", (("sub/metrics.json", _METRICS[1]),)),
        Good('[compare.metrics."*"]\ntolerance = "noise"\n', "reproof.toml", (_METRICS,)),
    )
    INVALID = (
        Bad(
            _POLICY.format("auc", "0.02"),
            'the policy "auc": it matches no metric, so it says nothing; there is `accuracy` (metrics.json)',
            "pyproject.toml",
            names=("auc",),
            beside=(_METRICS,),
        ),
        Bad(
            _POLICY.format("acc*", "0.01"),
            "0.01 is less than one of the 50 rows of accuracy, so that it allows no difference; 0.02 would work",
            "pyproject.toml",
            beside=(_METRICS,),
        ),
        Bad(
            '[compare.metrics]\nbias = {tolerance = "1%"}\n',
            "a share of bias allows next to nothing, since it is near zero",
            "reproof.toml",
            names=("bias",),
            beside=(_METRICS,),
        ),
    )

    def check(self, file: SourceFile) -> Iterator[Finding]:
        """One finding a pattern, where it stands. Raises `InvalidFile` for a configuration that cannot be used."""
        if (
            "/" in file.path
            or b"metrics" not in file.data
            or b"reproof" not in file.data + file.path.encode()
        ):
            return
        config = _config(file)
        if not config.compare.metrics:
            return
        source, findings = self._findings(file, config)
        if not findings:
            return
        from reproof.lint.requirements.toml_places import read_toml

        above = ("tool", "reproof") if FileType.PYPROJECT in file.type else ()
        keys = read_toml(file.text).keys
        for found in findings:
            start, end = keys.get((*above, "compare", "metrics", found.pattern), (0, 0))
            message = f'the policy "{found.pattern}": {found.message} ({source})'
            yield self.finding(file, file.span(start, end), message, name=found.pattern)

    def _findings(self, file: SourceFile, config: Config) -> tuple[str, Sequence[PolicyFinding]]:
        """Where the metrics are known from, and what they say of the policies."""
        from reproof.verdict.policy_lint import policy_findings

        recorded = self.tools.recorded() if self.tools.recorded else ()
        if recorded and recorded[-1].results.metrics:
            source = f"runs recorded at {recorded[-1].code.commit[:7]}"
            return source, policy_findings(config.compare, recorded)
        return _by_files(file, config, config.compare)


def _config(file: SourceFile) -> Config:
    """The configuration in the file as it is checked, which may be staged and not the one on the disk."""
    try:
        return config_from_texts("", lambda name: file.data if name == file.path else None)
    except ConfigError as error:
        raise InvalidFile(f"reproof cannot use it: {error.message}") from None


def _by_files(
    file: SourceFile, config: Config, settings: CompareConfig
) -> tuple[str, Sequence[PolicyFinding]]:
    from reproof.runs.layout import metrics_files
    from reproof.runs.metrics import read_metrics
    from reproof.runs.pipeline import read_pipeline
    from reproof.verdict.policy_lint import findings_by_values

    def read(path: str) -> bytes | None:
        found = file.neighbour(path)
        return found.data if found else None

    try:
        paths = metrics_files(config, None if config.metrics is not None else read_pipeline(read))
        files = {path: data for path in paths if (data := read(path)) is not None}
        # With one of them missing, a pattern that matches nothing may be meant for that one.
        metrics = read_metrics(files) if len(files) == len(paths) else ()
    except UsageError:
        return "", ()  # a broken dvc.yaml or metrics file is told by the training that writes it
    return ", ".join(files), findings_by_values(settings, metrics)
