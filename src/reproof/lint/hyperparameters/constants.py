"""Names, attributes and items that are set: `EPOCHS = 20`, `self.gamma = 0.95`, `group["lr"] = 0.1`."""

from __future__ import annotations

import ast
import re

from reproof.lint.hyperparameters import choices, column_words, lexicon
from reproof.lint.hyperparameters.declarations import is_declaration
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import (
    is_fraction,
    is_number,
    is_sentinel,
    is_series,
    is_text,
    is_unit,
    is_zero,
    lists_texts,
    texts,
    unwrapped,
)
from reproof.lint.hyperparameters.nodes import last_name, string, target_name
from reproof.lint.hyperparameters.pieces import pieces
from reproof.lint.hyperparameters.scope import MOST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.hyperparameters.scope import Scope
    from reproof.lint.source import Code

    Assigned = tuple[str, ast.expr, ast.expr, Scope, Code]

# Most values are these, and none of them is a literal or has one that counts.
_SAYS_NOTHING = frozenset(
    {ast.Name, ast.Attribute, ast.Subscript, ast.Compare, ast.BoolOp, ast.Dict, ast.JoinedStr}
)
# A model of a hub, by the name of its owner and its own: `hustvl/yolos-small`.
_HUB = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*[A-Za-z0-9]")
_MODELS = names("model checkpoint backbone encoder llm pretrained base teacher student tokenizer hf name id")
_FILE = re.compile(r"^\s*$|[/\\]|\.\w{1,5}$")
# Weak names that a schedule by hand multiplies.
_DECAYING = dict.fromkeys(("epsilon", "eps", "temperature", "tau"), "training")
# Weak names that speak for themselves where an environment is reset and stepped.
_PLAYED = names("gamma alpha epsilon lambda lam")
_COUNTS = frozenset({"len", "shape", "size"})


def find(module: Module, overridden: bool) -> Iterator[Hit]:
    """Literals assigned to names of the lexicon. `overridden`: they are a config's defaults."""
    found = [item for site in module.assigns for item in assigned(*site)]
    company = _strong_names(found)
    registered = _registered(module)
    pretrained = "from_pretrained" in module.callees
    plays = "reset" in module.callees and "step" in module.callees
    for name, target, given, scope, code in found:
        value = unwrapped(given)
        if type(value) in _SAYS_NOTHING:
            continue
        if scope.kind == "class" and getattr(scope.node, "name", "") in registered:
            continue
        debatable = is_declaration(scope)
        debatable = debatable or (
            overridden and (scope.kind != "function" or not isinstance(target, ast.Name))
        )
        if pretrained and _names_a_model(name, value):
            yield Hit(code, value, "pretrained_model", "model", strict=debatable)
        beside = company.get(_home(scope), 0)
        if plays and lexicon.squeeze(name) in _PLAYED and is_fraction(value):
            beside = lexicon.COMPANY
        for literal, kind, unsure in _literals(name, target, value, scope, beside):
            strict = debatable or unsure or (isinstance(target, ast.Name) and _is_replaced(name, scope))
            yield Hit(code, literal, lexicon.spelled(name), kind, strict=strict)
    yield from _decayed(module)


def _names_a_model(name: str, value: ast.expr) -> bool:
    """`MODEL_NAME = "hustvl/yolos-small"`, in a file that loads pretrained models."""
    text = string(value)
    if text is None or not _MODELS.issuperset(lexicon.words(name)):
        return False
    return _HUB.fullmatch(text) is not None and _FILE.search(text.replace("/", "")) is None


def _decayed(module: Module) -> Iterator[Hit]:
    """`lr *= 0.9`, `group["lr"] /= 10`, `self.epsilon *= 0.995`: a schedule by hand."""
    for node, scope, code in module.changes:
        name = target_name(node.target)
        if not name or not isinstance(node.op, ast.Mult | ast.Div):
            continue
        kind = "training" if "training" in (lexicon.strong(name), _DECAYING.get(name.lower())) else None
        traced = scope.trace(node.value, code)
        if kind is not None and traced is not None and is_number(traced[0]):
            yield Hit(traced[1], traced[0], f"{lexicon.spelled(name)}_decay", kind)


def _registered(module: Module) -> set[str]:
    """Classes handed to Hydra's `ConfigStore.store`: a schema whose values come from the config."""
    return {
        value.id
        for call, _, _ in module.called(("store",))
        if isinstance(call.func, ast.Attribute)
        for value in (*call.args, *(keyword.value for keyword in call.keywords))
        if isinstance(value, ast.Name)
    }


def assigned(node: ast.Assign | ast.AnnAssign, scope: Scope, code: Code) -> Iterator[Assigned]:
    """What an assignment sets: name, target, value, scope and code of each; nothing in a `parameters` cell."""
    if code.declares_parameters or node.value is None:
        return
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        if isinstance(target, ast.Tuple | ast.List):
            values = node.value.elts if isinstance(node.value, ast.Tuple | ast.List) else []
            if len(values) == len(target.elts):
                for item, value in zip(target.elts, values, strict=True):
                    if name := target_name(item):
                        yield name, item, value, scope, code
        elif name := target_name(target):
            yield name, target, node.value, scope, code


def _home(scope: Scope) -> int:
    """Names of one class, or of one function or module, keep each other company."""
    return id(scope.enclosing_class or scope)


def _strong_names(found: list[Assigned]) -> dict[int, int]:
    count: dict[int, int] = {}
    for name, _, value, scope, _ in found:
        if lexicon.strong(name) and is_number(value):
            count[_home(scope)] = count.get(_home(scope), 0) + 1
    return count


def _literals(
    name: str, target: ast.expr, value: ast.expr, scope: Scope, company: int
) -> Iterator[tuple[ast.expr, str, bool]]:
    """The literals that set a hyperparameter in `name = value`, each with its kind, and whether it is unsure."""
    if isinstance(value, ast.Dict):
        return
    kind = _kind(name, value, company)
    if kind is not None:
        # `target` is many things inside a function, and a column only where it is a constant.
        vague = name.lower() == "target" and scope.kind != "module"
        is_column = kind == "labels" and (vague or not isinstance(target, ast.Name))
        if not (is_column or _is_counter(name, scope)):
            # An object's limit may be anything's; a variable's, in a file that trains, is a criterion.
            yield value, kind, lexicon.is_limit(name) and not isinstance(target, ast.Name)
        return
    yield from _composed(name, value, scope)


def _composed(name: str, value: ast.expr, scope: Scope) -> Iterator[tuple[ast.expr, str, bool]]:
    """The literals of a value that has others in it, or is one of several."""
    columns = column_words.feature(name) == "features"
    for part in _alternatives(value):
        if columns and texts(part):
            yield part, "features", False
        elif isinstance(value, ast.IfExp) and is_text(part) and (kind := choices.choice(name, string(part))):
            yield part, kind, False  # `model_name = "gpt2" if smoke else "llama-7b"`
    kind = lexicon.strong(name)
    if kind is not None and not columns and not is_number(value):
        constant = name.isupper() and scope.kind == "module"
        for literal, unsure in pieces(value):
            if is_number(literal):
                yield literal, kind, unsure and not constant


def _alternatives(value: ast.expr) -> tuple[ast.expr, ...]:
    """What is put together, or chosen from: `BASE + ["age"]`, `["age"] if small else ["age", "income"]`."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return value.left, value.right
    return (value.body, value.orelse) if isinstance(value, ast.IfExp) else ()


def _kind(name: str, value: ast.expr, company: int) -> str | None:
    """The kind of `name = value`; None where the name says nothing or the value does not fit it."""
    columns = column_words.feature(name)
    if columns == "features" and (texts(value) or _extends(value)):
        return "features"
    if texts(value) and lexicon.squeeze(name).endswith("targetmodules"):
        return "model"  # the layers that an adapter is put into
    text = string(value)
    if text is not None:
        return _kind_of_text(name, text) if is_text(value) else None
    if not _is_amount(name, value) or (is_zero(value) and lexicon.squeeze(name) not in lexicon.MAY_BE_ZERO):
        return None
    kind = lexicon.strong(name)
    if (columns == "features" and kind is None) or (kind == "preprocessing" and is_unit(value)):
        return None  # a size of one pixel is no size
    return kind or ("training" if company >= lexicon.COMPANY and lexicon.weak(name) else None)


def _kind_of_text(name: str, text: str) -> str | None:
    """`TARGET = "price"`, `text_column = "review"`, `optimizer = "adam"`."""
    kind = (
        column_words.feature(name)
        if column_words.feature(name) == "labels"
        else column_words.input_column(name)
    )
    if kind is not None and _FILE.search(text) is None:
        return kind
    return choices.choice(name, text)


def _extends(value: ast.expr) -> bool:
    """`[*BASE, "age"]`: a list of columns that takes in other lists."""
    starred = isinstance(value, ast.List | ast.Tuple) and any(
        isinstance(each, ast.Starred) for each in value.elts
    )
    return starred and lists_texts(value)


def _is_amount(name: str, value: ast.expr) -> bool:
    """A number, or several: what a name such as `learning_rate` or `hidden_sizes` holds."""
    if is_number(value):
        return not is_sentinel(value) or lexicon.squeeze(name) in lexicon.MAY_BE_NEGATIVE
    if isinstance(value, ast.Tuple | ast.List):
        return bool(value.elts) and all(is_number(item) for item in value.elts)
    return is_series(value)


def _is_counter(name: str, scope: Scope) -> bool:
    """`epochs += 1` somewhere: the name counts, it does not set."""
    known = scope.lookup(name)
    owner = scope.enclosing_class
    return (known is not None and name in known[0].changed) or (owner is not None and name in owner.changed)


def _is_replaced(name: str, scope: Scope) -> bool:
    """Whether the same name is bound elsewhere from a config or the command line, or counted from data.

    Then the literal is a default, or what a single item counts for (`batch_size = 1`, else `len(prompts)`).
    """
    known = scope.lookup(name)
    if known is None or len(known[1]) > MOST:
        return known is not None
    return any(binding.configured or _is_counted(binding.value) for binding in known[1] if not binding.each)


def _is_counted(value: ast.expr | None) -> bool:
    """`len(x)`, `x.shape[0]`, `x.size(0)`."""
    if isinstance(value, ast.Subscript):
        value = value.value
    if isinstance(value, ast.Call):
        value = value.func
    return last_name(value) in _COUNTS
