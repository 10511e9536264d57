"""Models of a library that nobody has listed, or of the project's own: `ViT(dim=512, depth=6, heads=8)`.

`dim` and `heads` may be anything's. Two such sizes in one call of a class, or one beside a hyperparameter that is
known by its name, say that a model is built; beside three the other numbers of the call are its hyperparameters,
too. Inside of a class it is a network's architecture.
"""

from __future__ import annotations

import ast

from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.calls import is_elsewhere
from reproof.lint.hyperparameters.company import is_other
from reproof.lint.hyperparameters.hit import Hit
from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.literals import is_number, is_sentinel, is_unit, is_zero
from reproof.lint.hyperparameters.nodes import last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.module import Module

_SIZES = names(
    "dim dims depth heads dimhead mlpdim ffmult numgroups rank expansion blocks stages experts numexperts ngf ndf "
    "basechannels basewidth basefilters"
)
_LAYERS = names("conv dense linear layer block pool pooling attention embedding norm upsample downsample")
_OF_DATA = names("tokens items users nodes entities relations")  # how many there are, is the data's
_TOGETHER = 2  # so many sizes and hyperparameters build a model
_ENOUGH = 3  # so many hyperparameters speak for the numbers beside them


def find(module: Module) -> Iterator[Hit]:
    """The sizes of models, and the numbers beside their hyperparameters."""
    for call, scope, code in module.called(name for name in module.callees if name[:1].isupper()):
        if len(call.keywords) < _TOGETHER or scope.enclosing_class is not None:
            continue
        numbers = [(each.arg, each.value) for each in call.keywords if each.arg and is_number(each.value)]
        known = sum(1 for name, _ in numbers if lexicon.strong(name))
        sizes = [(name, value) for name, value in numbers if lexicon.squeeze(name) in _SIZES]
        if known + len(sizes) < _TOGETHER or _is_listed(call.func, module):
            continue
        if not _LAYERS.isdisjoint(lexicon.words(last_name(call.func))):
            continue  # a part of a network, whose architecture is left alone
        for name, value in sizes:
            if not (is_zero(value) or is_sentinel(value)):
                yield Hit(code, value, lexicon.spelled(name), "model")
        for name, value in numbers if known >= _ENOUGH else ():
            if not (is_unit(value) or lexicon.strong(name) or _is_other(name)):
                yield Hit(code, value, lexicon.spelled(name), "training")


def _is_other(name: str) -> bool:
    """Whether a number is no hyperparameter by its name; of a model that is built the kernels' size is one."""
    if lexicon.squeeze(name) == "kernelsize":
        return False
    return is_other(name) or not _OF_DATA.isdisjoint(lexicon.words(name))


def _is_listed(func: ast.expr, module: Module) -> bool:
    """Whether the catalogue, or a library of another sort, says what a call takes."""
    return module.imports.signature(func) is not None or is_elsewhere(func, module.imports)
