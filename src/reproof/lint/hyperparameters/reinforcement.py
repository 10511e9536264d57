"""Reinforcement learning: what a replay memory holds, how rewards are shaped, how the future is discounted."""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_number, is_unit, is_zero
from reproof.lint.hyperparameters.nodes import first_target, inside, last_name
from reproof.lint.hyperparameters.pieces import pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

_MEMORY = names("memory replay buffer")
_CAPACITY = names("capacity maxlen maxsize size buffersize memorysize maxlength")
_END = names("done dones terminal terminals terminated notdone nonterminal")
# Texts without any of these are about something else: cheaper to ask than to look at each assignment.
_SPOKEN = ("reward", "done", "termina", "deque")
_STEPS = names("step steps t timestep timesteps frame frames")
_REWARDS = names("r rew reward")
_STORES = names("put push append add store remember memorize")
_FOLLOWS = names("update load copy sync replace soft hard")
_DEEPEST = 8


def find(module: Module) -> Iterator[Hit]:
    """Literals of replay memories, shaped rewards and inline discounts."""
    memories = (name for name in module.callees if name[:1].isupper() and "replay" in name.lower())
    for call, _, code in module.called(memories):
        yield from _capacity(call, code)
    for test, _, code in module.tests:
        yield from _updates(test, code)
        yield from _warmed_up(test, code)
        yield from _cut_off(test, code)
    if not any(word in code.text for code in module.codes for word in _SPOKEN):
        return
    for call, _, code in module.called(_STORES):
        yield from _scaled(call, code)
    for node, scope, code in module.assigns:
        if node.value is None:
            continue
        name = last_name(first_target(node))
        if isinstance(node.value, ast.Call):
            yield from _bounded(name, node.value, code)
        elif name == "reward":
            yield from _shaped(node.value, scope, code)
        elif isinstance(node.value, ast.BinOp):
            yield from _discount(node.value, code)


def _updates(test: ast.If | ast.Assert, code: Code) -> Iterator[Hit]:
    """`if step % 1000 == 0: update_target()`: how often the target network follows."""
    condition = test.test
    if not (isinstance(test, ast.If) and isinstance(condition, ast.Compare)):
        return
    every = condition.left
    if not (isinstance(every, ast.BinOp) and isinstance(every.op, ast.Mod) and is_number(every.right)):
        return
    for statement in test.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            spoken = list(_words(statement.value.func))
            if "target" in spoken and not _FOLLOWS.isdisjoint(spoken):
                yield Hit(code, every.right, "target_update", "training")
                return


def _warmed_up(test: ast.If | ast.Assert, code: Code) -> Iterator[Hit]:
    """`if memory.size() > 1000: train()`, `if len(buffer) > 1000:`: how much is remembered before it learns."""
    compare = test.test
    if not (isinstance(compare, ast.Compare) and isinstance(compare.ops[0], ast.Gt | ast.GtE)):
        return
    held, limit = compare.left, compare.comparators[0]
    if not (isinstance(held, ast.Call) and type(limit) is ast.Constant and type(limit.value) is int):
        return
    owner: ast.expr | None = None
    if last_name(held.func) == "len" and held.args:
        owner = held.args[0]
    elif isinstance(held.func, ast.Attribute) and held.func.attr == "size":
        owner = held.func.value
    if limit.value > 1 and not _MEMORY.isdisjoint(lexicon.words(last_name(owner))):
        yield Hit(code, limit, "learning_starts", "training")


def _cut_off(test: ast.If | ast.Assert, code: Code) -> Iterator[Hit]:
    """`if steps >= 500 or done:`: how long an episode may be."""
    condition = test.test
    if not (isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.Or)):
        return
    if all(lexicon.squeeze(last_name(part)) not in _END for part in condition.values):
        return
    for part in condition.values:
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Gt | ast.GtE | ast.Eq):
            limit, counts = part.comparators[0], lexicon.words(last_name(part.left))[-1:]
            if is_number(limit) and not is_unit(limit) and not _STEPS.isdisjoint(counts):
                yield Hit(code, limit, "max_steps", "training")


def _scaled(call: ast.Call, code: Code) -> Iterator[Hit]:
    """`memory.put((s, a, r / 100.0, s_next))`: how rewards are scaled before they are kept."""
    for given in call.args:
        for part in given.elts if isinstance(given, ast.Tuple | ast.List) else (given,):
            if not (isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div | ast.Mult)):
                continue
            if last_name(part.left).lower() in _REWARDS and is_number(part.right):
                yield Hit(code, part.right, "reward_scale", "training")


def _words(func: ast.expr) -> Iterator[str]:
    """The words of all parts of a dotted name."""
    for _ in range(_DEEPEST):
        if not isinstance(func, ast.Attribute):
            break
        yield from lexicon.words(func.attr)
        func = func.value
    yield from lexicon.words(getattr(func, "id", ""))


def _capacity(call: ast.Call, code: Code) -> Iterator[Hit]:
    """`ReplayBuffer(100000)`, `ReplayMemory(capacity=10_000)`."""
    for argument in call.args[:2]:
        if is_number(argument) and not is_zero(argument):
            yield Hit(code, argument, "buffer_size", "training")
            return
    for keyword in call.keywords:
        if keyword.arg and lexicon.squeeze(keyword.arg) in _CAPACITY and is_number(keyword.value):
            yield Hit(code, keyword.value, "buffer_size", "training")


def _bounded(name: str, call: ast.Call, code: Code) -> Iterator[Hit]:
    """`self.memory = deque(maxlen=2000)`."""
    if last_name(call.func) == "deque" and not _MEMORY.isdisjoint(lexicon.words(name)):
        for keyword in call.keywords:
            if keyword.arg == "maxlen" and is_number(keyword.value):
                yield Hit(code, keyword.value, "memory_size", "training")


def _shaped(value: ast.expr, scope: Scope, code: Code) -> Iterator[Hit]:
    """`reward = reward if not done else -10`; a bare number where the environment gave the reward before."""
    if isinstance(value, ast.IfExp):
        for literal, _ in pieces(value):
            if is_number(literal):
                yield Hit(code, literal, "reward", "training")
    elif is_number(value) and not is_zero(value):
        known = scope.lookup("reward")
        if known is not None and len(known[1]) > 1:
            yield Hit(code, value, "reward", "training")


def _discount(value: ast.BinOp, code: Code) -> Iterator[Hit]:
    """`reward + 0.99 * next_q * (1 - done)`: the discount beside the end of the episode."""
    literal: ast.expr | None = None
    ends = False
    for node in inside(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and 0.5 <= node.value < 1:
            literal = node
        elif isinstance(node, ast.Name | ast.Attribute):
            name = last_name(node)
            ends = ends or not _END.isdisjoint((*lexicon.words(name), lexicon.squeeze(name)))
    if literal is not None and ends:
        yield Hit(code, literal, "gamma", "training")
