"""Which configuration object a literal's place can read: bound above it on every way, and not hidden there.

Where the code holds its configuration in something that cannot be extended safely (a command line, dynaconf,
JSON, a file that is not known), the place is refused with the reason: a second configuration beside the first
would be worse than a number in the code.
"""

from __future__ import annotations

import ast
import keyword
import re

from reproof.lint.finding import Unfixable
from reproof.lint.hyperparameters import lexicon
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from reproof.lint.hyperparameters.module import Module
    from reproof.lint.parameters.objects import ConfigObject
    from reproof.lint.parameters.rewrite import Places

_READS_YAML = frozenset({"yaml", "omegaconf", "hydra", "dvc"})
# Objects of these loaders give back lists of their own kind.
_OWN_LISTS = frozenset({"omegaconf", "hydra", "dvc"})
# A file that is loaded may as well be data; one that is called so holds choices.
_CONFIGURATION = re.compile(
    r"(?:^|[/_.-])(?:params?|parameters|hyper\w*|hparams|configs?|configuration|conf|cfgs?|settings|options|args|"
    r"train\w*|model|experiments?|defaults?)(?=[/_.-]|\d)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"param|conf|cfg|setting|opt|hp|hyper|args", re.IGNORECASE)
# What functions call the configuration that they are handed.
_HANDED = lexicon.names("args cfg config conf opt opts hparams hps hp flags FLAGS")
# Names that a mapping's own methods have, so that `cfg.items` is no key.
_METHODS = frozenset(dir(dict)) | {"to_dict", "merge_with"}


class Source(Value):
    """What code reads a value from: a name, how keys are read, and the file and part of it that it holds."""

    name: str
    path: str
    prefix: tuple[str, ...] = ()
    attributes: bool = False
    first_attribute_only: bool = False
    loader: str = "yaml"

    def expression(self, key: tuple[str, ...], quote: str) -> str:
        """The code that reads a key, which starts with `prefix`."""
        text = self.name
        for position, part in enumerate(key[len(self.prefix) :]):
            plain = part.isidentifier() and not keyword.iskeyword(part) and part not in _METHODS
            by_attribute = self.attributes and (position == 0 or not self.first_attribute_only)
            if by_attribute and not plain and self.first_attribute_only:
                raise Unfixable(f"`{self.name}` has attributes only, and `{part}` can be none")
            text += f".{part}" if by_attribute and plain else f"[{quote}{part}{quote}]"
        return text

    def key_of(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """Where a key belongs in the file: below the part that the name holds."""
        if key[: len(self.prefix)] == self.prefix:
            return key
        rest = key[1:] if self.prefix and key[0] == self.prefix[-1] else key
        return (*self.prefix, *rest)

    @property
    def own_lists(self) -> bool:
        """Whether a list comes back as a class of the loader's, not as a list."""
        return self.loader in _OWN_LISTS


class Reachable:
    """The configuration objects of a module, asked for from one place after the other."""

    def __init__(
        self,
        module: Module,
        objects: Sequence[ConfigObject],
        places: Sequence[Places],
        params: str,
        is_section: Callable[[str, tuple[str, ...]], bool],
        unread: Collection[str],
    ) -> None:
        """`params` is the project's own file; `is_section` says whether a file has a mapping at a path.

        `unread` are names that code may bind which cannot be parsed.
        """
        self._module = module
        self._places = {id(each.code): each for each in places}
        self._order = {id(each.code): number for number, each in enumerate(places)}
        self._params = params
        several: dict[tuple[str, int], int] = {}
        for each in objects:
            several[each.name, id(each.scope)] = several.get((each.name, id(each.scope)), 0) + 1
        self._single = [
            each
            for each in objects
            if several[each.name, id(each.scope)] == 1
            and each.name.partition(".")[0] not in unread
            and (not each.prefix or (each.path is not None and is_section(each.path, each.prefix)))
        ]
        self._reads: dict[ast.AST, frozenset[str]] = {}
        self._command_line = _tunes_by_command_line(module)

    def source(self, places: Places, node: ast.AST) -> Source | None:
        """What the place can read, or None where nothing is bound; raises `Unfixable` with the reason."""
        found = [each for each in self._single if self._is_reachable(each, places, node)]
        fit = [each for each in found if self._can_be_extended(each)]
        if fit:
            return self._read_by(min(fit, key=self._rank))
        for each in found:
            if (reason := self._why_not(each)) is not None:
                raise Unfixable(reason)
        if (name := self._unknown(places, node)) is not None:
            raise Unfixable(
                f"the code around takes its values from `{name}`, whose file is not known: "
                f"add this one there, and read it from `{name}`"
            )
        return None

    def _unknown(self, places: Places, node: ast.AST) -> str | None:
        """A name that is called like a configuration, is read like one around the place, and is none we know."""
        known = {each.name for each in self._single}
        around = places.around(node)
        functions = [each for each in around if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
        for function in functions:
            handed = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            for argument in handed:
                if argument.arg in _HANDED - known and argument.arg in self._read_in(function):
                    return argument.arg
        scope = self._module.scope
        for name in _HANDED & scope.bindings.keys() - known:
            values = [binding.value for binding in scope.bindings[name]]
            made = all(isinstance(value, ast.Call) and not self._is_library_s(value) for value in values)
            if made and any(name in self._read_in(each.code.tree) for each in self._places.values()):
                return name
        return None

    def _is_library_s(self, call: ast.Call) -> bool:
        """Whether a catalogued library makes the object: an optimizer called `opt` is no configuration."""
        return self._module.imports.signature(call.func) is not None

    def _read_in(self, scope: ast.AST) -> frozenset[str]:
        """The names from which something is read somewhere in a scope: `args.lr`, `cfg["lr"]`."""
        if scope not in self._reads:
            self._reads[scope] = frozenset(
                node.value.id
                for node in ast.walk(scope)
                if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.value, ast.Name)
            )
        return self._reads[scope]

    def paths(self) -> list[str]:
        """The files that can be extended, wherever in the module they are held."""
        return [each.path for each in self._single if each.path and self._can_be_extended(each)]

    def _can_be_extended(self, each: ConfigObject) -> bool:
        if each.loader == "dvc" and each.path is None:
            return True  # DVC's default file, which may still have to be made
        return (
            each.loader in _READS_YAML
            and each.path is not None
            and each.path.endswith((".yaml", ".yml"))
            and self._is_configuration(each.path)
            and not self._is_rewritten(each)
        )

    def _is_configuration(self, path: str) -> bool:
        return path == self._params or is_called_configuration(path)

    def _is_rewritten(self, each: ConfigObject) -> bool:
        """Whether something else than the file has a say in what the name holds."""
        name = re.escape(each.name)
        changed = re.compile(rf"(?<![\w.]){name}\.(?:update|pop|clear|popitem|merge_update|merge_with)\(")
        return changed.search(each.code.text) is not None

    def _why_not(self, each: ConfigObject) -> str | None:
        if each.loader == "argparse":
            if not self._command_line:
                return None
            return (
                f"this script takes its hyperparameters from the command line (`{each.name}`): "
                f"add an option for this one, and read it from `{each.name}`"
            )
        if each.loader == "dynaconf":
            return f"`{each.name}` is dynaconf's, whose layers decide where a key belongs: add it by hand"
        if each.loader in {"json", "toml"}:
            if each.path is None or not self._is_configuration(each.path):
                return None  # data, as likely as not
            return f"`{each.name}` holds {each.path}, and only YAML files are extended: add the key by hand"
        if each.path is None:
            if not _NAMED.search(each.name):
                return None
            return f"`{each.name}` holds a configuration whose file is not known: add the key there by hand"
        if self._is_rewritten(each):
            return f"`{each.name}` is changed after it was read, so its file alone does not decide: add it by hand"
        return None

    def _rank(self, each: ConfigObject) -> tuple[int, bool, int]:
        """The whole configuration before a part of it; the project's own parameters file first."""
        return (len(each.prefix), each.path != self._params, each.node.lineno)  # type: ignore[attr-defined]

    def _read_by(self, each: ConfigObject) -> Source:
        attributes = each.access == "attribute" or (each.access == "both" and self._by_attribute(each))
        return Source(
            name=each.name,
            path=each.path or self._params,
            prefix=each.prefix,
            attributes=attributes,
            first_attribute_only=each.access == "attribute",
            loader=each.loader,
        )

    def _by_attribute(self, each: ConfigObject) -> bool:
        """How the code reads an object that can be read both ways."""
        name = re.escape(each.name)
        text = "\n".join(places.code.text for places in self._places.values())
        items = len(re.findall(rf"(?<![\w.]){name}\[['\"]", text))
        return len(re.findall(rf"(?<![\w.]){name}\.[A-Za-z_]\w*(?![\w(])", text)) >= items

    # Reaching.

    def _is_reachable(self, each: ConfigObject, places: Places, node: ast.AST) -> bool:
        around = places.around(node)
        if each.scope.kind == "class":
            return self._is_own_attribute(each, around)
        if len(each.scope.bindings.get(each.name, ())) > 1:
            return False
        if each.scope.kind == "function" and each.scope.node not in around:
            return False
        if not _is_visible(each, around):
            return False
        if isinstance(each.node, ast.arg):
            return isinstance(each.scope.node, ast.Lambda) or _in_body(each.scope.node, node, around)
        return self._comes_first(each, places, node, around)

    def _is_own_attribute(self, each: ConfigObject, around: list[ast.AST]) -> bool:
        """`self.cfg`, bound in `__init__`, is there in every other method of the class."""
        methods = [item for item in around if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
        if not methods or around.index(methods[-1]) + 1 >= len(around):
            return False
        method, owner = methods[-1], around[around.index(methods[-1]) + 1]
        first = [*method.args.posonlyargs, *method.args.args][:1]
        binding = self._places[id(each.code)].around(each.node)
        makers = [item for item in binding if isinstance(item, ast.FunctionDef)]
        attribute = each.name.removeprefix("self.")
        return (
            owner is each.scope.node
            and bool(first)
            and first[0].arg == "self"
            and method.name != "__init__"
            and bool(makers)
            and makers[0].name == "__init__"
            and binding[0] is makers[0]
            and len(each.scope.attributes.get(attribute, ())) == 1
        )

    def _comes_first(self, each: ConfigObject, places: Places, node: ast.AST, around: list[ast.AST]) -> bool:
        """Whether the statement that binds the name has run whenever the place is reached."""
        home = self._places.get(id(each.code))
        if home is None:
            return False
        anchor, block = _always_runs(each.node, home)
        if isinstance(block, ast.Module) and home is not places:
            return self._order[id(home.code)] < self._order[id(places.code)]
        chain = [node, *around]
        if home is not places or block not in chain:
            return False
        inner = chain[chain.index(block) - 1]
        for field in ("body", "orelse", "finalbody", "handlers"):
            statements = getattr(block, field, None)
            if isinstance(statements, list) and anchor in statements and inner in statements:
                return statements.index(anchor) < statements.index(inner)
        return False


def is_called_configuration(path: str) -> bool:
    """Whether a file's name says that it holds choices, and not data."""
    return _CONFIGURATION.search(path) is not None


def _always_runs(node: ast.AST, places: Places) -> tuple[ast.AST, ast.AST]:
    """The statement that binds, or the `with` around it, and the block in which that one stands."""
    around = places.around(node)
    anchor = node
    for each in around:
        if not isinstance(each, ast.With | ast.AsyncWith):
            return anchor, each
        anchor = each
    return anchor, around[-1]


def _is_visible(each: ConfigObject, around: list[ast.AST]) -> bool:
    """Whether no scope between the binding and the place binds the name anew."""
    root = each.name.partition(".")[0]
    for item in around:
        if item is each.scope.node:
            return True
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef) and _binds(
            item, root
        ):
            return False
        if isinstance(item, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) and _binds(
            item, root
        ):
            return False
    return True


def _binds(scope: ast.AST, name: str) -> bool:
    return any(
        (isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load))
        or (isinstance(node, ast.arg) and node.arg == name)
        or (isinstance(node, ast.alias) and (node.asname or node.name).partition(".")[0] == name)
        or (isinstance(node, ast.ExceptHandler) and node.name == name)
        for node in ast.walk(scope)
    )


def _in_body(function: ast.AST | None, node: ast.AST, around: list[ast.AST]) -> bool:
    """Whether the place is in the function's body, not in its decorators or defaults."""
    chain = [node, *around]
    if function not in chain:
        return False
    return chain[chain.index(function) - 1] in getattr(function, "body", [])


def _tunes_by_command_line(module: Module) -> bool:
    """Whether some option of the command line is a hyperparameter: then this is where they belong."""
    return any(
        lexicon.strong(given.value.lstrip("-").replace("-", "_"))
        for call, _, _ in module.calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument"
        for given in call.args
        if isinstance(given, ast.Constant) and isinstance(given.value, str)
    )
