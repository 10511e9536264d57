"""Schedules by hand: what changes at which epoch, and by how much.

`lr = lr * 0.5`, `lr = 0.1 ** (epoch // 30)`, `if epoch > 30: unfreeze(model)`, `if step % 4 == 0: opt.step()`,
and every number that a function such as `def step_decay(epoch)` returns, keeps or compares with.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_literal, is_number, is_unit
from reproof.lint.hyperparameters.nodes import first_target, inside, last_name, string, target_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeGuard

    from reproof.lint.hyperparameters.module import Function, Module
    from reproof.lint.source import Code

_SCHEDULED = names("lr rate epsilon eps temperature tau momentum teacher forcing")
_COUNTERS = names("epoch epochs ep step steps iteration iterations iter iters episode itr")
_SCHEDULERS = names("LambdaLR MultiplicativeLR LearningRateScheduler")  # what asks a function for the rate
_COUNTING = names("counter count idx index num number")
_SCHEDULES = names("schedule scheduler sched decay lr lrs lrate warmup anneal annealing rampup")
# What a branch does that changes the training, and what it does that only tells or keeps.
_CHANGES = names(
    "lr optimizer optim opt freeze unfreeze frozen requires grad trainable scheduler schedule warmup "
    "warm decay adjust teacher forcing alpha beta lambda kl momentum mixup augment augmentation learn "
    "replay optimize sync target step loss"
)
_TELLS = names(
    "print log logger logging info save saved write writer plot show append summary report evaluate eval "
    "validate val test checkpoint dump histogram scalar format display imshow figure"
)
_LEARNS = names("learn replay optimize update train step")
_LIMITS = names("max min maximum minimum clip float")
# Texts without any of these count nothing that a schedule follows: cheaper to ask than to look at each test.
_SPOKEN = ("epoch", "step", "episode", "iteration")
_CONDITIONS = frozenset({ast.Compare, ast.BoolOp})
_LITERALS = frozenset({ast.Constant, ast.List, ast.Tuple, ast.Set})
_LOOK = 120  # nodes of a function or a branch
_HALF = 0.5
_IDENTITY = (2, _HALF)  # of a cosine's half, a square


def find(module: Module) -> Iterator[Hit]:
    """The literals of schedules by hand."""
    bounded = not module.callees.keys().isdisjoint(_LIMITS)
    for node, _, code in module.assigned(ast.BinOp, *([ast.Call] if bounded else [])):
        value = node.value
        if _is_bounded(value):
            target = first_target(node)
            name = target_name(target)
            if not _SCHEDULED.isdisjoint(lexicon.words(name)):
                yield from _stepped(target, name, value, code)
    spoken = any(word in code.text for code in module.codes for word in _SPOKEN)
    for test, _, code in module.tests if spoken else ():
        condition = test.test
        if type(test) is not ast.If or type(condition) not in _CONDITIONS:
            continue
        if type(condition) is ast.BoolOp or type(condition.comparators[0]) in _LITERALS:  # type: ignore[attr-defined]
            yield from _changed(test, code)
    handed = {
        last_name(given)
        for call, _, _ in module.called(_SCHEDULERS)
        for given in (*call.args[:2], *(each.value for each in call.keywords))
    }
    for function, _, code in module.functions:
        if function.name in handed or _is_schedule(function):
            yield from _scheduled(function, code)


def _stepped(target: ast.expr, name: str, value: ast.expr, code: Code) -> Iterator[Hit]:
    """`lr = lr * 0.5`, `eps = max(0.01, eps * 0.995)`, `lr = args.lr * 0.1 ** (epoch // 30)`."""
    parts = list(inside(value))
    again = any(type(part) is type(target) and target_name(part) == name for part in parts)
    counts = any(isinstance(part, ast.Name) and _is_counter(part) for part in parts)
    if not (again or counts):
        return
    for part in parts:
        if isinstance(part, ast.Constant) and _tunes(part, halves=again):
            yield Hit(code, part, f"{lexicon.spelled(name)}_decay", "training")


def _tunes(node: ast.Constant, halves: bool = False) -> bool:
    """Whether a number sets something: a half and a square are identities, unless a value is halved."""
    if not is_number(node) or is_unit(node):
        return False
    return node.value not in _IDENTITY or (halves and node.value == _HALF)


def _is_bounded(value: ast.expr | None) -> TypeGuard[ast.expr]:
    """Arithmetic, or that with a limit: `max(0.01, epsilon * 0.995)`."""
    if isinstance(value, ast.Call):
        return last_name(value.func) in _LIMITS
    return isinstance(value, ast.BinOp)


def _is_counter(node: ast.expr) -> bool:
    words = lexicon.words(last_name(node))
    if len(words) == 2 and words[1] in _COUNTING:  # `epoch_counter`
        words = words[:1]
    return 0 < len(words) <= 2 and not _COUNTERS.isdisjoint(words[-1:])


def _changed(test: ast.If, code: Code) -> Iterator[Hit]:
    """`if epoch > 30:`, `if epoch in (30, 60):`, `if step % 4 == 0:`, where the branch changes the training."""
    for condition in test.test.values if isinstance(test.test, ast.BoolOp) else (test.test,):
        if not isinstance(condition, ast.Compare) or len(condition.ops) != 1:
            continue
        left, limit = condition.left, condition.comparators[0]
        if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mod) and is_number(left.right):
            if _counted(left.left) and not is_unit(left.right) and _does(test, _LEARNS, calls=True):
                yield Hit(code, left.right, "update_every", "training")
        elif isinstance(left, ast.Name | ast.Attribute) and _is_counter(left) and not is_unit(limit):
            several = isinstance(limit, ast.List | ast.Tuple | ast.Set) and is_literal(limit)
            if (several or is_number(limit)) and _does(test, _CHANGES):
                yield Hit(code, limit, "change_at", "training")


def _counted(node: ast.expr) -> bool:
    """`step`, `step + 1`, `batch_idx`, `i`."""
    if isinstance(node, ast.BinOp):
        node = node.left
    words = lexicon.words(last_name(node))
    return not (_COUNTERS | names("i idx batch t")).isdisjoint(words)


def _does(test: ast.If, wanted: frozenset[str], calls: bool = False) -> bool:
    """Whether what the branch calls or sets has one of the words, and nothing in it tells or keeps."""
    found = False
    todo: list[ast.AST] = list(test.body)
    for _ in range(_LOOK):
        if not todo:
            break
        node = todo.pop()
        spoken: set[str] = set()
        if isinstance(node, ast.Call):
            spoken = {*lexicon.words(last_name(node.func))}
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            spoken.update(lexicon.words(last_name(owner)))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not calls:
            spoken = {*lexicon.words(target_name(first_target(node)))}
        elif isinstance(node, ast.AugAssign) and not calls:
            spoken = {*lexicon.words(target_name(node.target))}
        if not _TELLS.isdisjoint(spoken):
            return False
        found = found or not wanted.isdisjoint(spoken)
        todo.extend(ast.iter_child_nodes(node))
    return found


def _is_schedule(function: Function) -> bool:
    """Whether a function maps a counter to a rate: by its name and its first arguments."""
    if _SCHEDULES.isdisjoint(lexicon.words(function.name)):
        return False
    given = [each.arg for each in function.args.args if each.arg != "self"][:2]
    return any(not _COUNTERS.isdisjoint(lexicon.words(each)) for each in given)


def _scheduled(function: Function, code: Code) -> Iterator[Hit]:
    todo: list[ast.AST] = list(reversed(function.body))
    for _ in range(_LOOK):
        if not todo:
            return
        node = todo.pop()
        if isinstance(node, ast.Return | ast.Assign | ast.AugAssign) and node.value is not None:
            yield from _numbers(node.value, code)
        elif isinstance(node, ast.Compare) and _is_counter(node.left):
            for limit in node.comparators:
                if is_number(limit) and not is_unit(limit):
                    yield Hit(code, limit, "change_at", "training")
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            todo.extend(reversed(list(ast.iter_child_nodes(node))))


def _numbers(value: ast.expr, code: Code) -> Iterator[Hit]:
    """The numbers of an expression: one alone, or those that tune in arithmetic."""
    if is_number(value):
        if not is_unit(value):
            yield Hit(code, value, "rate", "training")
        return
    for part in inside(value):
        if isinstance(part, ast.Subscript) or string(part) is not None:
            return
        if isinstance(part, ast.Constant) and _tunes(part):
            yield Hit(code, part, "rate", "training")
