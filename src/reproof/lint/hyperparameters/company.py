"""Numbers in the company of hyperparameters: what a configuration that is written into code holds beside them.

`{"lr": 1e-3, "batch_size": 32, "epochs": 10, "layer_capacity": 64}`, `Config(lr=…, batch_size=…, horizon=16)`,
or a block of constants. Three names that are hyperparameters wherever they stand, two of them of a training (a
model zoo's table of sizes has none), make the whole a configuration. Then its other numbers are hyperparameters
under whatever name, but for those that say how the program runs, what the data is, or what came out.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.arguments import pairs
from reproof.lint.hyperparameters.declarations import is_declaration
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_number, is_unit
from reproof.lint.hyperparameters.nodes import first_target, string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

    Named = tuple[str, ast.expr]

# How a program runs, what its data is, and what came out of it.
_OTHER = names(
    "seed seeds nthread nthreads digits random state log logs logging print save saved saving verbose "
    "verbosity worker workers thread threads job jobs gpu gpus cpu cpus device devices cuda port host "
    "rank local world debug version id ids year month day date time timeout timestamp timestamps fps "
    "display plot show fig figure figsize dpi report reporting record checkpoint checkpoints ckpt eval "
    "evaluation evaluate monitor backup class classes channels channel label labels outputs output input "
    "inputs action actions obs observation observations shape mean std index idx start end current cur "
    "best last prev counter global epoch accuracy acc auc f1 loss losses metric metrics score scores "
    "rmse mae mse r2 precision recall param params parameters total memory cache prefetch pin name path "
    "dir url file files retries retry tries count counts vocab pad padding eos bos unk sep cls mask "
    "token ignore min max rows row columns cols size sizes width height w h x y z len length bytes mb gb "
    "kb ms sec secs seconds minutes hours samples sample features feature env envs environment expected "
    "visualize visualise examples test valid validation val skip dtype bits precision eps epsilon nan "
    "inf missing axis dim dims duration elapsed sleep delay"
)
_APART = 5  # lines between two constants of a block, at most
_ENOUGH = 3  # so many strong names make a configuration


def find(module: Module, overridden: bool) -> Iterator[Hit]:
    """Numbers of dicts, calls and blocks of constants that three strong names make a configuration."""
    for node, scope, code in module.dicts:
        if len(node.keys) > _ENOUGH and not code.declares_parameters:
            yield from _others(_of_dict(node, code), code, overridden or is_declaration(scope))
    for call, scope, code in module.called(name for name in module.callees if _is_config(name)):
        if len(call.keywords) > _ENOUGH and not call.args:
            named = [(each.arg, each.value) for each in call.keywords if each.arg]
            yield from _others(named, code, overridden or is_declaration(scope))
    for scope, code, named in _classes(module):
        yield from _others(named, code, overridden or is_declaration(scope))
    if overridden:
        return
    for code, block in _blocks(module):
        yield from _others(block, code, False)


def _of_dict(node: ast.Dict, code: Code) -> list[Named]:
    return [(name, value) for key, value, _ in pairs(node, code) if (name := string(key)) is not None]


def _is_config(name: str) -> bool:
    """`dict(…)`, `Config(…)`, `Namespace(…)`: what is called is a configuration, by its name."""
    return name in _NAMESPACES or (name[:1].isupper() and not _CONFIGS.isdisjoint(lexicon.words(name)))


_NAMESPACES = names("dict C Namespace SimpleNamespace EasyDict edict AttrDict Munch Box")
_CONFIGS = names(
    "config configs cfg conf settings hparams hyperparams hyperparameters options args arguments"
)


def _classes(module: Module) -> Iterator[tuple[Scope, Code, list[Named]]]:
    """What classes that are called configurations set: `class CFG: lr = 1e-3; …`."""
    found: dict[int, tuple[Scope, Code, list[Named]]] = {}
    for node, scope, code in module.assigned(ast.Constant):
        if scope.kind == "class" and _is_config(getattr(scope.node, "name", "")):
            target = first_target(node)
            if isinstance(target, ast.Name) and node.value is not None:
                found.setdefault(id(scope), (scope, code, []))[2].append((target.id, node.value))
    yield from found.values()


def _blocks(module: Module) -> Iterator[tuple[Code, list[Named]]]:
    """Constants of the module in upper case that stand together, comments and a few other lines aside."""
    block: list[Named] = []
    last: tuple[Code, int] | None = None
    for node, scope, code in module.assigned(ast.Constant):
        if scope.kind != "module" or code.declares_parameters or node.value is None:
            continue
        target = first_target(node)
        if not (isinstance(target, ast.Name) and target.id.isupper() and len(target.id) > 1):
            continue
        if last is not None and (last[0] is not code or node.lineno - last[1] > _APART):
            yield last[0], block
            block = []
        block.append((target.id, node.value))
        last = code, node.end_lineno or node.lineno
    if last is not None:
        yield last[0], block


def _others(named: list[Named], code: Code, debatable: bool) -> Iterator[Hit]:
    if len(named) <= _ENOUGH:
        return
    kinds = [lexicon.strong(name) for name, value in named if is_number(value)]
    if len(kinds) - kinds.count(None) < _ENOUGH or kinds.count("training") < lexicon.COMPANY:
        return
    for name, value in named:
        if is_number(value) and not is_unit(value) and not lexicon.strong(name) and not is_other(name):
            yield Hit(code, value, lexicon.spelled(name), "training", strict=debatable)


def is_other(name: str) -> bool:
    """Whether a word of the name says that it is none; a weak name is one."""
    return not lexicon.weak(name) and not _OTHER.isdisjoint(lexicon.words(name))
