"""Loops that train: `for epoch in range(100)`, `while step < 10_000`, `for lr in [0.1, 0.01]`.

Also a loop that steps an environment, and one that ends by itself: `if step >= total_steps: break`.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_number, is_sequence, is_unit
from reproof.lint.hyperparameters.nodes import below_progress, inside, last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

_EPOCHS = names("itn epoch epochs ep iepoch e")
_EPISODES = names("episode episodes iepisode ieps eps epi iepi")
_FOLDS = names("fold ifold")
_RANGES = frozenset({"range", "trange", "xrange"})
# Words that only say that a name counts: `epoch_idx`, `i_episode`, `epi_counter`.
_PLACES = names("i n idx id index num number no count counter cur current")
# Calls that are a step of a training by themselves (Keras, spaCy, scikit-learn), and names of TensorFlow 1's.
_STEPS = frozenset({"train_on_batch", "partial_fit"})
_PASSES = names("train do run fit")
_ROUNDS = names("net network step batch minibatch iteration")
_TRAINING = names("train training optimizer minimize solver")
# Names that say little but for what goes through several values.
_TRIED = {"threshold": "evaluation", "thresh": "evaluation", "thr": "evaluation", "lag": "preprocessing"}
_WINDOWS = names("window windows win windowsize span")
_OVER_TIME = names("rolling shift ewm")
_COUNTERS = names(
    "step steps globalstep stepidx istep iteration iterations iter it epoch epochs episode episodes frame frameidx "
    "timestep timesteps totalsteps"
)
_MANY = 1000  # steps; fewer may be looked at and not trained with
# How far into a loop's body we look for what makes it a training loop.
_LOOK = 400


def find(module: Module) -> Iterator[Hit]:
    """The literal bound of an epoch or episode loop, and the values of a search loop."""
    over_time = not _OVER_TIME.isdisjoint(module.callees)
    for loop, scope, code in module.loops:
        if not isinstance(loop.target, ast.Name):
            continue
        variable = lexicon.squeeze(loop.target.id)
        kind = lexicon.strong(loop.target.id) or _TRIED.get(variable)
        if over_time and variable in _WINDOWS and _rolls(loop):
            kind = "preprocessing"
        tried = below_progress(loop.iter)
        if kind is not None and is_sequence(tried):
            yield Hit(code, tried, lexicon.spelled(loop.target.id), kind)
            continue
        bound = _bound(loop.iter)
        name = _name(loop) if bound is not None else None
        if bound is not None and name is not None:
            yield from _hit(bound, name, scope, code)

    for endless, scope, code in module.whiles:
        yield from _ended(endless, scope, code)
    for test, scope, code in module.tests:
        breaks = type(test) is ast.If and type(test.body[-1]) is ast.Break
        if breaks and isinstance(test.test, ast.Compare):
            yield from _broken_off(test.test, scope, code)


def _ended(loop: ast.While, scope: Scope, code: Code) -> Iterator[Hit]:
    """`while step < 10_000:`, `while not done and steps < 3000:`."""
    for part in loop.test.values if isinstance(loop.test, ast.BoolOp) else (loop.test,):
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Lt | ast.LtE):
            counter = last_name(part.left)
            name = _counted(counter, loop) if counter else None
            if name is not None:
                yield from _hit(part.comparators[0], name, scope, code)


def _broken_off(compare: ast.Compare, scope: Scope, code: Code) -> Iterator[Hit]:
    """`if step >= total_steps - 1: break`."""
    counter, bound = lexicon.squeeze(last_name(compare.left)), compare.comparators[0]
    if counter not in _COUNTERS or not isinstance(compare.ops[0], ast.Gt | ast.GtE | ast.Eq):
        return
    for hit in _hit(bound, "max_steps", scope, code):
        if type(limit := getattr(hit.node, "value", None)) is int and limit >= _MANY:
            yield hit


def _rolls(loop: ast.For | ast.AsyncFor) -> bool:
    """Whether what the body rolls or shifts over time is kept, and not drawn."""
    called = {
        last_name(node.func) for part in loop.body for node in inside(part) if isinstance(node, ast.Call)
    }
    return not _OVER_TIME.isdisjoint(called) and "plot" not in called


def _bound(iterated: ast.expr) -> ast.expr | None:
    """What limits a `range`, inside of a progress bar and of `enumerate` or not."""
    iterated = below_progress(iterated)
    if not isinstance(iterated, ast.Call) or not iterated.args:
        return None
    name = last_name(iterated.func)
    if name == "enumerate":
        return _bound(iterated.args[0])
    if name not in _RANGES:
        return None
    return iterated.args[0] if len(iterated.args) == 1 else iterated.args[1]


def _name(loop: ast.For | ast.AsyncFor) -> str | None:
    """What the loop counts: by its variable, else by what its body does."""
    return _counted(loop.target.id if isinstance(loop.target, ast.Name) else "", loop)


def _counted(name: str, loop: ast.For | ast.AsyncFor | ast.While) -> str | None:
    variable = "".join(word for word in lexicon.words(name) if word not in _PLACES)
    steps_environment, resets, trains = _does(loop)
    if variable in _EPISODES:
        return "episodes"
    if variable in _FOLDS and isinstance(loop, ast.For):
        return "n_folds"
    if variable in _EPOCHS and (len(variable) > 2 or trains):
        return "epochs"
    if steps_environment:
        return "max_steps"
    if resets and isinstance(loop, ast.For):
        return "episodes"
    return "iterations" if trains else None


def _does(loop: ast.For | ast.AsyncFor | ast.While) -> tuple[bool, bool, bool]:
    """Whether the body itself (inner loops and functions aside) steps an environment, resets one, or trains."""
    steps, resets, backward, advances = False, False, False, False
    todo: list[ast.AST] = list(loop.body)
    for _ in range(_LOOK):
        if not todo:
            break
        node = todo.pop()
        if isinstance(node, ast.For | ast.AsyncFor | ast.While | ast.FunctionDef | ast.ClassDef):
            backward = backward or (isinstance(node, ast.For) and _accumulates(node))
            continue
        if isinstance(node, ast.Call) and _is_round(last_name(node.func)):
            return steps, resets, True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            receiver = last_name(node.func.value)
            resets = resets or (node.func.attr == "reset" and receiver.lower().endswith("env"))
            if node.func.attr == "step":
                steps = steps or "env" in receiver.lower()
                advances = advances or receiver.lower().startswith("opt")
            backward = backward or node.func.attr == "backward"
            if node.func.attr in _STEPS or (node.func.attr == "run" and _runs_training(node)):
                return steps, resets, True
        advances = advances or (isinstance(node, ast.AugAssign) and _descends(node))
        todo.extend(ast.iter_child_nodes(node))
    return steps, resets, backward and advances


def _descends(change: ast.AugAssign) -> bool:
    """`w -= lr * w.grad`: a step of an optimizer by hand."""
    return isinstance(change.op, ast.Sub) and any(last_name(node) == "grad" for node in inside(change.value))


def _accumulates(loop: ast.For) -> bool:
    """Whether an inner loop adds up gradients and leaves the step to the loop around it."""
    called = {
        node.func.attr
        for part in loop.body
        for node in inside(part)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    return "backward" in called and "step" not in called


def _is_round(name: str) -> bool:
    """`train_one_epoch(model)`, `net.do_epoch()`, `actor.train_net(memory)`."""
    first, *others = lexicon.words(name) or [""]
    if "epoch" in others:
        return first in _PASSES or "train" in others
    return first == "train" and not _ROUNDS.isdisjoint(others)


def _runs_training(call: ast.Call) -> bool:
    """`session.run(train_op)`: TensorFlow 1's step."""
    given = call.args[0] if call.args else None
    for part in given.elts if isinstance(given, ast.List | ast.Tuple) else (given,):
        if not _TRAINING.isdisjoint(lexicon.words(last_name(part))):
            return True
    return False


def _hit(bound: ast.expr, name: str, scope: Scope, code: Code) -> Iterator[Hit]:
    if is_number(bound):
        yield Hit(code, bound, name, "split" if name == "n_folds" else "training")
    elif isinstance(bound, ast.BinOp):  # range(1, EPOCHS + 1)
        for side in (bound.left, bound.right):
            if not is_number(side):
                yield from _hit(side, name, scope, code)
            elif isinstance(bound.op, ast.Add) and not is_unit(side):  # range(start, start + 200)
                yield Hit(code, side, name, "training")
    elif (traced := scope.trace(bound, code)) is not None and is_number(traced[0]):
        yield Hit(traced[1], traced[0], name, "training")
