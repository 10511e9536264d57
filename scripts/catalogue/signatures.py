"""The arguments of a class, function or method, read from its source: inheritance and dataclass fields included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scripts.catalogue.sources import Found, Sources, dotted_name


@dataclass(frozen=True)
class Argument:
    """One argument. `position` counts from 0 without `self`; None is keyword only, or after `*args`.

    `annotation` is its source text, empty where there is none.
    """

    name: str
    position: int | None
    default: ast.expr | None
    annotation: str = ""

    @property
    def is_switch(self) -> bool:
        """Whether the default is True or False."""
        return isinstance(self.default, ast.Constant) and isinstance(self.default.value, bool)


def ancestors(sources: Sources, found: Found) -> Iterator[Found]:
    """A class and its base classes whose source is there, nearest first, each once."""
    todo, seen = [found], set()
    while todo:
        one = todo.pop(0)
        if one.dotted in seen:
            continue
        seen.add(one.dotted)
        yield one
        todo.extend(_bases(sources, one))


def base_names(sources: Sources, found: Found) -> set[str]:
    """The names of a class and of all its base classes, also of those whose source is not there."""
    names = set()
    for one in ancestors(sources, found):
        names.add(one.name)
        if isinstance(one.node, ast.ClassDef):
            names |= {(dotted_name(_bare(base)) or "").rpartition(".")[2] for base in one.node.bases}
    return names


def of_class(sources: Sources, found: Found) -> list[Argument]:
    """The arguments that make an instance: of `__init__`, else of `__new__`, else the dataclass's fields.

    Where `__init__` hands `**kwargs` on, the arguments of the base class follow, by keyword only.
    """
    collected: list[Argument] | None = None
    for one in ancestors(sources, found):
        if is_dataclass(one) and method(one, "__init__") is None:
            fields = _fields(sources, one)
            return fields if collected is None else _with(collected, fields)
        node = method(one, "__init__") or method(one, "__new__")
        if node is None:
            continue
        own = of_function(node, bound=True)
        collected = own if collected is None else _with(collected, own)
        if node.args.kwarg is None:
            break
    return collected or []


def of_method(sources: Sources, found: Found, name: str) -> list[Argument]:
    """The arguments of a method, of the nearest class that defines it. Raises LookupError where none does."""
    for one in ancestors(sources, found):
        node = method(one, name)
        if node is not None:
            return of_function(node, bound=not _is_static(node))
    raise LookupError(f"{found.dotted} has no method {name}")


def of(sources: Sources, found: Found) -> list[Argument]:
    """The arguments of a call of what was found, with the constants that defaults name put in their place."""
    if isinstance(found.node, ast.ClassDef):
        arguments = of_class(sources, found)
    else:
        arguments = of_function(found.node, bound=False)
    known = {name: value for one in ancestors(sources, found) for name, value in one.module.assigned.items()}
    return [
        replace(argument, default=known.get(argument.default.id, argument.default))
        if isinstance(argument.default, ast.Name)
        else argument
        for argument in arguments
    ]


def of_function(node: ast.FunctionDef | ast.AsyncFunctionDef, bound: bool) -> list[Argument]:
    """The arguments of a definition, without `self` where it is bound, without `*args` and `**kwargs`."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    pairs = list(zip(positional, defaults, strict=True))[1 if bound else 0 :]
    by_keyword = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [
        *(_argument(argument, default, number) for number, (argument, default) in enumerate(pairs)),
        *(_argument(argument, default, None) for argument, default in by_keyword),
    ]


def method(found: Found, name: str) -> ast.FunctionDef | None:
    """A class's own method; overloads that only tell types are passed over."""
    if not isinstance(found.node, ast.ClassDef):
        return None
    named = [n for n in found.node.body if isinstance(n, ast.FunctionDef) and n.name == name]
    return named[-1] if named else None


def attribute(sources: Sources, found: Found, name: str) -> tuple[Found, ast.expr] | None:
    """What a class, or the nearest base class that does, assigns to a class attribute; with that class."""
    for one in ancestors(sources, found):
        for node in one.node.body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            if value is not None and any(isinstance(t, ast.Name) and t.id == name for t in targets):
                return one, value
    return None


def is_dataclass(found: Found) -> bool:
    """Whether the class is decorated as a dataclass, in whatever way."""
    for decorator in found.node.decorator_list:
        name = dotted_name(decorator.func if isinstance(decorator, ast.Call) else decorator) or ""
        if name.rpartition(".")[2] == "dataclass":
            return True
    return False


def _fields(sources: Sources, found: Found) -> list[Argument]:
    """The fields of a dataclass, those of its bases first, as positional arguments."""
    own: dict[str, Argument] = {}
    for base in reversed(_bases(sources, found)):
        if is_dataclass(base):
            own |= {field.name: field for field in _fields(sources, base)}
    for node in found.node.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            annotation = ast.unparse(node.annotation)
            if not annotation.startswith(("ClassVar", "typing.ClassVar")):
                own[node.target.id] = Argument(node.target.id, 0, _field_default(node.value), annotation)
    return [
        Argument(field.name, number, field.default, field.annotation)
        for number, field in enumerate(own.values())
    ]


def _field_default(value: ast.expr | None) -> ast.expr | None:
    """`field(default=3, …)` has the default 3."""
    if isinstance(value, ast.Call):
        return next((keyword.value for keyword in value.keywords if keyword.arg == "default"), None)
    return value


def _bases(sources: Sources, found: Found) -> list[Found]:
    bases = found.node.bases if isinstance(found.node, ast.ClassDef) else []
    names = [dotted_name(_bare(base)) for base in bases]
    resolved = [sources.resolve(found.module, name) for name in names if name]
    return [base for base in resolved if base is not None and base.is_class and base != found]


def _bare(base: ast.expr) -> ast.expr:
    """`Base` of `Base[T]`."""
    return base.value if isinstance(base, ast.Subscript) else base


def _with(own: list[Argument], inherited: list[Argument]) -> list[Argument]:
    names = {argument.name for argument in own}
    more = [Argument(a.name, None, a.default, a.annotation) for a in inherited if a.name not in names]
    return [*own, *more]


def _argument(argument: ast.arg, default: ast.expr | None, position: int | None) -> Argument:
    annotation = ast.unparse(argument.annotation) if argument.annotation else ""
    return Argument(argument.arg, position, default, annotation)


def _is_static(node: ast.FunctionDef) -> bool:
    return any(dotted_name(decorator) == "staticmethod" for decorator in node.decorator_list)
