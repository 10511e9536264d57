"""Every field of a record: what it may hold and what it means. The one declaration of the schema.

`schema.py` reads and writes by it; `docs/reference/record.md` and `record.schema.json` are generated from it.
"""

from __future__ import annotations

from reproof.runs.record import (
    MOST_KEPT,
    Code,
    Config,
    DataFile,
    Disagreement,
    Environment,
    FoundSeed,
    Metric,
    Observed,
    Predictions,
    Results,
    RunRecord,
    Seed,
    StageResult,
)
from reproof.runs.shapes import (
    END,
    Count,
    Field,
    Listed,
    Object,
    OrNone,
    Pairs,
    Plain,
    Real,
    Text,
    Upgraded,
    Word,
)

MANY = 100_000  # files, parameters, packages of one record
VALUE = 1_000_000  # characters of one value
PATCH = 4 * 1024 * 1024  # characters of a patch

NAME = Text("name", 1_000)
TEXT = Text("text", VALUE)
LINE = Text("line", 10_000)
# Relative on every system, without `..` and `.git`: a stranger's record must not say where files are written.
PATH = Text(
    "a path inside the repository",
    4_096,
    rf"^(?![/\\]|[A-Za-z]:)(?!(?:[\s\S]*[/\\])?(?:\.\.|\.[gG][iI][tT])(?:[/\\]|{END}))[^\u0000]+{END}",
)
ID = Text("8 to 64 hexadecimal digits", 64, rf"^[0-9a-f]{{8,64}}{END}")
KEY = Text("64 hexadecimal digits", 64, rf"^[0-9a-f]{{64}}{END}")
OBJECT_ID = Text("40 or 64 hexadecimal digits", 64, rf"^(?:[0-9a-f]{{40}}|[0-9a-f]{{64}}){END}")
CODE_ID = Text(
    "a git blob id, or `cells:` and a SHA-256",
    70,
    rf"^(?:[0-9a-f]{{40}}|(?:cells:)?[0-9a-f]{{64}}){END}",
)
_HASHES = (
    r"md5:[0-9a-f]{32}(?:\.dir)?|git:(?:[0-9a-f]{40}|[0-9a-f]{64})|etag:[!-~]{1,200}"
    r"|(?:[a-z][a-z0-9+]{0,19}:)?sha256:[0-9a-f]{64}"
)
HASH = Text("a hash (`md5:…`, `git:…`, `etag:…`, `sha256:…`)", 210, rf"^(?:{_HASHES}){END}")
DATA_HASH = Text(
    "a hash (`md5:…`, `git:…`, `etag:…`, `sha256:…`), or `unknown`", 210, rf"^(?:{_HASHES}|unknown){END}"
)
# An address that still has credentials in it is refused when it is written, too.
ADDRESS = Text(
    "an address without credentials",
    4_096,
    rf"^(?![\s\S]*://(?!\*\*\*@[^/?#\s@]*(?:[/?#\s]|{END}))[^/?#\s]*@)[\s\S]*{END}",
)
# One form only, so that the order of texts is that of times.
MOMENT = Text(
    "a time such as 2026-01-31T12:00:00.000+00:00",
    32,
    rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{1,6}})?\+00:00{END}",
)
_QUAD = r"[A-Za-z0-9+/]"
PACKED = Text(
    "bytes as Base64",
    (MOST_KEPT + 2) // 3 * 4,
    rf"^(?:{_QUAD}{{4}})*(?:{_QUAD}{{2}}==|{_QUAD}{{3}}=)?{END}",
)
SCALAR = Plain(VALUE)
FACTS = Pairs(NAME, TEXT, MANY)

CODE = Object(
    Code,
    (
        Field("commit", OBJECT_ID, "the commit that was checked out"),
        Field("tree", OrNone(OBJECT_ID), "its tree", since=2),
        Field("branch", OrNone(NAME), "the branch that was checked out; null where none was"),
        Field("remote", OrNone(ADDRESS), "the address of `origin`, without credentials"),
        Field("submodules", Pairs(PATH, OBJECT_ID, MANY), "each submodule's commit", since=2, missing=()),
        Field(
            "patch",
            OrNone(Text("text", PATCH)),
            "the difference to the commit where the tree was dirty (`--allow-dirty`), untracked files in it",
        ),
        Field(
            "files",
            Pairs(PATH, CODE_ID, MANY),
            "the code that the training depends on; of a notebook the hash of its code cells; in the key",
        ),
    ),
)
SEED = Object(
    Seed,
    (
        Field("name", NAME, "a parameter, `env:NAME` or `arg:--name`; in the key"),
        Field("value", SCALAR, "its value, null where the repository does not hold it; beside the key"),
    ),
)
FOUND_SEED = Object(
    FoundSeed,
    (
        Field(
            "where",
            NAME,
            "`params.yaml:split.seed`, `src/train.py:12 numpy.random.seed`, `env:PYTHONHASHSEED`",
        ),
        Field("value", SCALAR, "the value there"),
    ),
)
CONFIG = Object(
    Config,
    (
        Field("commands", Pairs(NAME, TEXT, MANY), "commands by stage; in the key"),
        Field("parameters", Pairs(TEXT, SCALAR, MANY), "values by dotted name, the seed's aside; in the key"),
        Field("seed", OrNone(SEED), "the declared seed"),
        Field(
            "seeds",
            Listed(FOUND_SEED, 1_000),
            "seeds found besides the declared one: other parameters, literals in the code, variables",
            since=2,
            missing=(),
        ),
        Field(
            "variables",
            FACTS,
            "environment variables of an allow-list, as the training saw them",
            since=2,
            missing=(),
        ),
    ),
)
OBSERVED = Object(
    Observed,
    (
        Field("python", NAME, "the training's interpreter and its version"),
        Field(
            "numeric_class",
            OrNone(Upgraded(FACTS, 2, LINE, lambda text: (("class", text),))),
            "what decides floating point bits, piece by piece: instruction sets, BLAS cores and threads, "
            "frameworks' builds and kernels, GPUs, and the digest of a fixed computation in each framework; bit "
            "equality is asked of runs of one class only; null where it is not known",
        ),
        Field("interpreter", FACTS, "its build, compiler, and its file by hash", since=2, missing=()),
        Field("machine", FACTS, "system, C library, architecture, CPU, cores, memory"),
        Field("packages", FACTS, "installed packages and their versions"),
        Field("origins", FACTS, "where packages came from that no index gave", since=2, missing=()),
        Field(
            "libraries",
            FACTS,
            "what computes: BLAS, frameworks, their builds and threads",
            since=2,
            missing=(),
        ),
        Field("accelerators", FACTS, "GPUs and drivers", since=2, missing=()),
        Field("determinism", FACTS, "flags that decide whether a training repeats", since=2, missing=()),
        Field(
            "container", OrNone(LINE), "the container's image, by digest where something tells it", since=2
        ),
        Field("runner", OrNone(LINE), "the hosted runner's image and version", since=2),
    ),
)
DISAGREEMENT = Object(
    Disagreement,
    (
        Field("name", NAME, "the package"),
        Field("declared", OrNone(TEXT), "as it is declared; null where it is not"),
        Field("installed", OrNone(TEXT), "as it is installed; null where it is not"),
    ),
)
ENVIRONMENT = Object(
    Environment,
    (
        Field("declared", FACTS, "versions of the lock, without one specifiers; in the key"),
        Field("sources", Listed(PATH, 1_000), "the files that this was read from"),
        Field("observed", OrNone(OBSERVED), "as it was found; null where reproof did not train"),
        Field(
            "disagreements",
            OrNone(Listed(DISAGREEMENT, MANY)),
            "packages that are not installed as declared; null where nothing was observed",
            since=2,
        ),
    ),
)
DATA = Object(
    DataFile,
    (
        Field("path", PATH, "a file or a folder; in the key"),
        Field(
            "hash",
            DATA_HASH,
            "`md5:` DVC's (of what lay there, where it was edited since), `git:` a blob id, `sha256:` of what "
            "neither tracks, `unknown` where the commit holds nothing of it (`locked` and `claimed` only); in the "
            "key",
        ),
        Field("size", OrNone(Count()), "bytes"),
        Field("files", OrNone(Count()), "how many a folder has", since=2),
        Field("rows", OrNone(Count()), "of a table, its head aside", since=2),
        Field("columns", OrNone(Listed(NAME, 10_000)), "names of a table's columns, in order", since=2),
        Field("source", OrNone(ADDRESS), "where it came from, without credentials", since=2),
        Field("version", OrNone(LINE), "which version of there", since=2),
        Field("stages", Listed(NAME, MANY), "the stages that read it"),
    ),
)
DATA_LIST = Listed(DATA, MANY, lambda item: item.path)
METRIC = Object(
    Metric,
    (
        Field("name", NAME, "nested keys joined by dots"),
        Field("slice", FACTS, "the part of the evaluation data: columns to values; empty for all of it"),
        Field("value", Real(), "in the metric's own unit"),
        Field("rows", OrNone(Count()), "the samples behind it"),
    ),
)
STAGE = Object(
    StageResult,
    (
        Field("name", NAME, "as in dvc.yaml"),
        Field(
            "key", OrNone(KEY), "the hash of what the stage declares, the stages before it included", since=2
        ),
        Field("after", Listed(NAME, MANY), "the stages whose outputs it reads"),
        Field("outputs", Pairs(PATH, HASH, MANY), "what it made, by DVC's own hashes of the bytes"),
        Field(
            "reused",
            OrNone(ID),
            "the run that trained it, where its outputs were taken (`reproof run --affected`); else null",
            since=2,
        ),
    ),
)
PREDICTIONS = Object(
    Predictions,
    (
        Field("path", PATH, "the file, one row a sample"),
        Field("hash", HASH, "its canonical hash"),
        Field("rows", Count(), "samples"),
        Field(
            "kept",
            OrNone(PACKED),
            "what is predicted for each sample, and the true value where the file has it, without ids, packed: "
            "to tell which predictions of a later run differ; null where they are no CSV or TSV, take more than "
            "64 KiB, or hold a secret",
            since=3,
        ),
    ),
)
RESULTS = Object(
    Results,
    (
        Field("seconds", OrNone(Real()), "wall-clock"),
        Field("cpu_seconds", OrNone(Real()), "what the training's processes used", since=2),
        Field("peak_memory", OrNone(Count()), "bytes: the largest resident set of one process", since=2),
        Field("metrics", Listed(METRIC, MANY, lambda metric: metric.id), "each metric of each slice"),
        Field("predictions", OrNone(PREDICTIONS), "where the configuration names them", since=2),
        Field("artifacts", Pairs(PATH, HASH, MANY), "canonical hashes of what the training wrote"),
        Field(
            "unwritten",
            OrNone(Listed(PATH, MANY)),
            "artifacts that are declared, and that the training did not write; null where that is not known",
            since=4,
        ),
        Field(
            "stages",
            Listed(STAGE, MANY, lambda stage: stage.name),
            "a pipeline's stages, in the file's order",
        ),
        Field("log_tail", Listed(LINE, 1_000), "the last lines of the log, redacted", since=2, missing=()),
    ),
)
RECORD = Object(
    RunRecord,
    (
        Field("id", ID, "twelve hexadecimal digits, random"),
        Field("key", KEY, "the hash of what is declared"),
        Field(
            "kind",
            Word(("trained", "locked", "claimed")),
            "`trained`: reproof trained it. `locked`: read from a commit's dvc.lock and metrics, which agree with "
            "its files. `claimed`: read from a commit's metrics alone",
        ),
        Field("created", MOMENT, "UTC in ISO 8601"),
        Field("origin", Word(("ci", "local")), "where it was made"),
        Field("reproof", NAME, "the version that wrote it"),
        Field("code", CODE, "the code aspect"),
        Field("config", CONFIG, "the config aspect"),
        Field("environment", ENVIRONMENT, "the environment aspect"),
        Field("data", DATA_LIST, "the data aspect: every input, by path"),
        Field("results", RESULTS, "what the training gave"),
    ),
)
