"""Catalogued calls: literals by keyword and by position, params dicts, grids, `**splats` and `partial`."""

from __future__ import annotations

import ast

from reproof.lint.catalogue.load import Parameter
from reproof.lint.hyperparameters import choices, lexicon
from reproof.lint.hyperparameters.arguments import Known, dictionary, hits_of, is_run_time
from reproof.lint.hyperparameters.company import is_other
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import (
    is_number,
    is_sentinel,
    is_text,
    is_unit,
    is_zero,
)
from reproof.lint.hyperparameters.nodes import last_name, string
from reproof.lint.hyperparameters.pieces import pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from reproof.lint.catalogue.load import Framework, Signature
    from reproof.lint.hyperparameters.imports import Imports
    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

# Libraries whose arguments may be called like hyperparameters and are none.
_ELSEWHERE = names(
    "matplotlib seaborn plotly bokeh altair pandas numpy scipy logging subprocess os re json time tqdm "
    "argparse click typer absl requests multiprocessing concurrent threading itertools collections "
    "dataclasses pydantic sqlalchemy pymongo psycopg2 boto3 wandb mlflow tensorboardX django rest_framework "
    "flask fastapi celery wtforms marshmallow streamlit gradio dash redis kafka aiohttp httpx rich textual "
    "wordcloud"
)
_DEFAULTS = frozenset({"set_defaults", "setdefault"})  # what the command line may override
# What counts, prints or converts; which `dict(…)` is a configuration is told by `dictionaries.py`.
_BUILTINS = names("deque dict float int len max min print range round")
# What trains, by its name: `train(data, num_steps=100_000)`.
_TRAINS = names("train trains pretrain finetune")
_SETS = names("hyperparameters hyperparams hparams")  # `estimator.set_hyperparameters(eta=0.2)`
_OF_DATA = names("test split loader data dataset ds transform transforms set path dir")  # `train_loader(…)`
_FITS = names("learn fit")  # what many objects do: only names that are tuned elsewhere count
# What chooses what an agent does: `select_action(state, eps=0.05)`.
_ACTS = names("act action actions explore exploration")
# What is called like a loss or a noise: `FocalLoss(gamma=2.0)`, `OUNoise(size, sigma=0.2)`.
_TUNED = names("loss criterion noise ornstein agent learner trainer")
_TUNES = _FITS | _ACTS | _TUNED
# Modules that change samples by chance: `augmentation_utils.random_crop(p=0.5)`.
_AUGMENTS = names("augment augments augmentation augmentations augmenter augmenters aug imgaug")
_AUGMENTED = "aug"  # a text without it augments nothing: cheaper to ask than to look at each call
# What only shows what a model did.
_REPORTS = names(
    "plot draw show display visualize visualise report acf pacf tracker tracking logger meter monitor writer "
    "smoothed"
)
# Functions and classes that make a model's input.
_PREPARES = names(
    "preprocess preprocessing preprocessor transform transforms augment getitem dataset wrapper observation"
)
_SAVED_TO = names("output_dir save_dir out_dir save_directory hub_model_id repo_id logging_dir")
# What judges, or makes rows and labels, by a limit: `FScore(threshold=0.5)`, `drop_rare(df, threshold=20)`.
_CUTS = names(
    "score metric accuracy precision recall iou dice auc binarize binary label target drop remove filter clean fix "
    "skew skewness outlier outliers rare"
)
_OWN_FOLDERS = names(
    "model models checkpoint checkpoints output outputs result results saved saved_models saved_model artifacts "
    "weights trained trained_models data runs logs"
)
_HUGE = 100_000  # rows that are read at once, not a batch that trains


def find(module: Module) -> Iterator[Hit]:
    """Every literal that a call hands to a hyperparameter."""
    own: frozenset[str] | None = None
    for hit in _found(module):
        if hit.name == "pretrained_model" and (text := string(hit.node)) is not None:
            own = _saved(module) if own is None else own
            if text.rstrip("/") in own or text.partition("/")[0] in _OWN_FOLDERS:
                continue  # what this project has trained
        yield hit


def _settled(hit: Hit, call: ast.Call, scope: Scope) -> Hit:
    """An image's size is debatable by itself, since it may be shown; not where samples are made for a model."""
    resized = hit.strict and last_name(call.func) == "resize" and not isinstance(hit.node, ast.Constant)
    return hit.replace(strict=False) if resized and not _PREPARES.isdisjoint(scope.spoken) else hit


def _saved(module: Module) -> frozenset[str]:
    """The folders and repositories that a module writes to."""
    found: set[str | None] = set()
    for call, _, _ in module.calls:
        found.update(string(each.value) for each in call.keywords if each.arg in _SAVED_TO)
    for call, _, _ in module.called(name for name in module.callees if name.startswith(("save", "push"))):
        found.update(string(each) for each in call.args[:1])
    return frozenset(text.rstrip("/") for text in found if text)


def _found(module: Module) -> Iterator[Hit]:
    augments = any(_AUGMENTED in code.text for code in module.codes)
    for call, scope, code in module.calls:
        if module.imports.unknown(call.func) and not _sets(call.func):
            if call.keywords:
                yield from _by_name(call, scope, code)
                if augments:
                    yield from _augmenting(call, module.imports, code)
            continue
        matched = module.imports.signature(call.func)
        if matched is not None:
            for hit in _catalogued(call, matched[0], matched[1], scope, code, from_position=0):
                yield _settled(hit, call, scope)
            continue
        if (inner := _partial(call, module.imports)) is not None:
            yield from _catalogued(call, inner[0], inner[1], scope, code, from_position=1)
            continue
        if is_elsewhere(call.func, module.imports):
            continue
        if (like := module.imports.namesake(call.func)) is not None:
            yield from _catalogued(call, like[0], like[1], scope, code, from_position=0)
        method = module.imports.method(call.func)
        for hit in _by_method(call, method, module.imports, scope, code):
            yield _settled(hit, call, scope)
        yield from _by_name(call, scope, code, method[1].parameters if method else ())
        if augments and method is None:
            yield from _augmenting(call, module.imports, code)


def _augmenting(call: ast.Call, imports: Imports, code: Code) -> Iterator[Hit]:
    """Numbers that a module for augmentations is given: `augmentation_utils.random_crop(p=0.5)`."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    dotted = imports.dotted(call.func)
    if _AUGMENTS.isdisjoint(lexicon.words(f"{last_name(owner)}.{(dotted or '').rpartition('.')[0]}")):
        return
    named = [(each.arg, each.value) for each in call.keywords if each.arg and not is_run_time(each.arg)]
    unnamed = [("amount", each) for each in call.args if dotted]
    for name, value in named + unnamed:
        several = isinstance(value, ast.Tuple | ast.List) and all(map(is_number, value.elts)) and value.elts
        if several or (is_number(value) and not is_zero(value)):
            yield Hit(code, value, lexicon.spelled(name), "preprocessing")


def _catalogued(
    call: ast.Call, owner: Framework, entry: Signature, scope: Scope, code: Code, from_position: int
) -> Iterator[Hit]:
    known = Known(owner.parameters)
    for parameter, value in taken(call, owner, entry, from_position):
        yield from hits_of(parameter, value, scope, code, known)
    for keyword in call.keywords:
        if keyword.arg is None:
            yield from dictionary(keyword.value, scope, code, Known(_all(entry, owner)))


def taken(
    call: ast.Call, owner: Framework, entry: Signature, from_position: int = 0
) -> Iterator[tuple[Parameter, ast.expr]]:
    """The catalogued parameters that a call sets, with what they are set to."""
    known = Known(owner.parameters)
    for position, value in enumerate(call.args[from_position:]):
        if isinstance(value, ast.Starred):
            break
        parameter = entry.at(position)
        if parameter is not None:
            yield parameter, value
    for keyword in call.keywords:
        if keyword.arg is None:
            continue
        parameter = entry.parameters.get(keyword.arg)
        if parameter is None and (entry.takes_all or _took(keyword.arg)):
            parameter = known.find(keyword.arg)
        if parameter is not None:
            yield parameter, keyword.value


def _took(name: str) -> bool:
    """Whether only another version of a callable can have taken the keyword: `lgb.train(num_iterations=200)`."""
    return lexicon.listed(name) and lexicon.strong(name) == "training"


def _all(entry: Signature, owner: Framework) -> Mapping[str, Parameter]:
    return {**owner.parameters, **entry.parameters} if entry.takes_all else entry.parameters


def _partial(call: ast.Call, imports: Imports) -> tuple[Framework, Signature] | None:
    """`partial(SGD, lr=0.1)`: the call that it prepares."""
    if call.args and imports.dotted(call.func) in {"functools.partial", "functools.partialmethod"}:
        return imports.signature(call.args[0])
    return None


def is_elsewhere(func: ast.expr, imports: Imports) -> bool:
    """Whether a library is called whose arguments are no hyperparameters, whatever their names."""
    dotted = imports.dotted(func)
    if dotted is None or dotted in {"argparse.Namespace", "types.SimpleNamespace"}:
        return False  # a namespace of options that is written down is no command line
    return dotted.partition(".")[0] in _ELSEWHERE


def _by_method(
    call: ast.Call, matched: tuple[Framework, Signature] | None, imports: Imports, scope: Scope, code: Code
) -> Iterator[Hit]:
    """Methods that only a catalogued library's objects have, or that are named by their keywords."""
    if matched is not None:
        lone = len(call.args) == 1 and not call.keywords and is_text(call.args[0])
        if lone and imports.dotted(call.func) is None:
            return  # `pattern.compile("a")`: nothing says whose method it is
        if last_name(call.func) == "batch" and call.args and getattr(call.args[0], "value", 0) >= _HUGE:
            return  # `ds.batch(1_000_000)`: all of it at once
        yield from _catalogued(call, matched[0], matched[1], scope, code, from_position=0)
    elif _sets(call.func):
        for keyword in call.keywords:
            parameter = Known(_estimators(imports)).find(keyword.arg or "")
            if parameter is not None:
                yield from hits_of(parameter, keyword.value, scope, code, Known({}))


def _sets(func: ast.expr) -> bool:
    return type(func) is ast.Attribute and func.attr == "set_params"


def _estimators(imports: Imports) -> dict[str, Parameter]:
    """Every parameter name of the imported frameworks' callables."""
    return {
        name: parameter
        for owner in imports.frameworks.values()
        for entry in owner.callables.values()
        for name, parameter in entry.parameters.items()
        if not parameter.strict
    }


def _in_company(call: ast.Call) -> bool:
    """`DQN(env, learning_rate=0.01, batch_size=32, memory_size=2000)`: strong names make the weak ones speak."""
    strong = [
        each for each in call.keywords if each.arg and lexicon.strong(each.arg) and is_number(each.value)
    ]
    return len(strong) >= lexicon.COMPANY


def _by_name(call: ast.Call, scope: Scope, code: Code, known: Container[str] = ()) -> Iterator[Hit]:
    """Strong keywords in a call to the project's own code, in a file that imports a catalogued library.

    `known` are keywords that the catalogue has judged already.
    """
    if isinstance(call.func, ast.Name) and call.func.id in _BUILTINS:
        return
    if not _REPORTS.isdisjoint(lexicon.words(last_name(call.func))):
        return
    spoken = lexicon.words(last_name(call.func))
    trains = not _TRAINS.isdisjoint(spoken[:1]) and _OF_DATA.isdisjoint(spoken)
    trains = trains or not _SETS.isdisjoint(spoken)
    tunes = not _TUNES.isdisjoint(spoken)
    configured = len(call.keywords) > lexicon.COMPANY and _in_company(call)
    defaults = isinstance(call.func, ast.Attribute) and call.func.attr in _DEFAULTS
    cuts = not _CUTS.isdisjoint(spoken)
    for keyword in call.keywords:
        name = keyword.arg
        if not name or name in known:
            continue
        if cuts and name == "threshold" and is_number(keyword.value) and not is_zero(keyword.value):
            yield Hit(code, keyword.value, name, "evaluation")
            continue
        if name == "size" and spoken[-1:] == ("minibatch",) and is_number(keyword.value):
            yield Hit(code, keyword.value, "batch_size", "training")
            continue
        kind = lexicon.strong(name) or choices.choice(name, getattr(keyword.value, "value", None))
        if kind is None:
            weak = lexicon.weak(name) and (tunes or configured)
            tuned = weak or (trains and not is_other(name)) or (tunes and name == "eps")
            given = scope.trace(keyword.value, code) if tuned and not is_run_time(name) else None
            if given is not None and is_number(given[0]) and not is_unit(given[0]):
                yield Hit(given[1], given[0], lexicon.spelled(name), "training")
            continue
        traced = scope.trace(keyword.value, code)
        literals = [traced] if traced else []
        if isinstance(keyword.value, ast.IfExp):
            literals += [(each, code) for each, _ in pieces(keyword.value) if is_number(each)]
        for literal, where in literals:
            # A text is a choice only where the name takes one, and the other way round.
            if (lexicon.strong(name) is None) is is_text(literal) and not is_sentinel(literal):
                off = is_zero(literal) and lexicon.squeeze(name) not in lexicon.MAY_BE_ZERO
                unsure = defaults or off
                yield Hit(where, literal, lexicon.spelled(name), kind, strict=unsure)
