"""From a file to its hits: is it worth parsing, what do the finders say, once a place, in reading order."""

from __future__ import annotations

from reproof.lint.hyperparameters import (
    binarized,
    built,
    calls,
    column_rules,
    columns,
    company,
    constants,
    criteria,
    dictionaries,
    draws,
    loops,
    overridable,
    own_calls,
    own_names,
    percentiles,
    place,
    reinforcement,
    schedules,
    selections,
    splits,
    updates,
    weights,
    windows,
)
from reproof.lint.hyperparameters.module import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.hyperparameters.hit import Hit
    from reproof.lint.hyperparameters.options import Options
    from reproof.lint.source import NotebookFile, PythonFile


def examine(file: PythonFile | NotebookFile, options: Options) -> Iterator[Hit]:
    """The hyperparameters written into a file, in reading order.

    Raises `InvalidFile` where a cell, or the file, cannot be parsed; after the hits of the other cells.
    """
    if place.is_test(file.path, file.data):
        return
    configures = place.is_config_path(file.path) or options.holds_config(file.path)
    imports = place.imports_any(file.data, options.frameworks)
    if not (imports or place.trains_by_hand(file.data) or (options.strict and configures)):
        return
    module = Module(file.codes, options.frameworks)
    yield from _in_order(_judged(module, file.data, configures, options), options)
    if module.broken is not None:
        raise module.broken


def _judged(module: Module, data: bytes, configures: bool, options: Options) -> Iterator[Hit]:
    if module.imports.frameworks:
        infers = place.only_infers(module)
        for hit in _hits(module, configures, options):
            yield hit.replace(strict=True) if infers and place.is_size(hit.name) else hit
    elif place.trains_by_hand(data):
        yield from _named(module, configures)
    elif options.strict and configures:  # a config module need not import a library
        yield from constants.find(module, overridden=True)


def _in_order(hits: Iterator[Hit], options: Options) -> list[Hit]:
    """One hit a place: the first, since the most trusted finder speaks first."""
    found: dict[tuple[int, int, int], Hit] = {}
    for hit in hits:
        if (options.strict or not hit.strict) and not hit.code.declares_parameters:
            found.setdefault((hit.code.cell or 0, hit.node.lineno, hit.node.col_offset), hit)
    return [found[key] for key in sorted(found) if not (options.allowed and options.allows(found[key]))]


def _hits(module: Module, configures: bool, options: Options) -> Iterator[Hit]:
    """All hits, the most trusted finder's first."""
    overridden = configures or place.globals_are_replaced(module)
    replaced = _replaced_globals(module) if overridden else frozenset()
    for hit in calls.find(module):
        yield hit.replace(strict=True) if id(hit.node) in replaced else hit
    yield from own_names.find(module, options.names, overridden)
    yield from loops.find(module)
    yield from columns.find(module)
    yield from column_rules.find(module)
    yield from constants.find(module, overridden)
    yield from dictionaries.find(module, overridden)
    yield from criteria.find(module)
    yield from binarized.find(module)
    yield from percentiles.find(module)
    yield from splits.find(module)
    yield from selections.find(module)
    yield from reinforcement.find(module)
    yield from weights.find(module)
    yield from schedules.find(module)
    yield from windows.find(module)
    yield from updates.find(module)
    yield from draws.find(module)
    yield from own_calls.find(module)
    yield from company.find(module, overridden)
    yield from built.find(module)
    if options.strict:
        yield from overridable.find(module)


def _named(module: Module, configures: bool) -> Iterator[Hit]:
    """What names say in numerical code without a catalogued library."""
    yield from loops.find(module)
    yield from constants.find(module, configures)
    yield from dictionaries.find(module, configures)


def _replaced_globals(module: Module) -> frozenset[int]:
    """The values of globals and of classes, by identity: where something replaces them they are defaults."""
    homes = (module.scope.bindings, *module.scope.classes.values())
    bound = (binding for home in homes for bindings in home.values() for binding in bindings)
    return frozenset(id(binding.value) for binding in bound if binding.value is not None)
