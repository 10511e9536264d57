"""What a file is for, before its literals are judged.

By its path and bytes: worth parsing, a test, a module that holds configuration. By its calls, once it is parsed:
one that only applies a model, one whose globals something replaces.
"""

from __future__ import annotations

import ast
import re

from reproof.lint.catalogue.load import ROOTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from reproof.lint.hyperparameters.module import Module


def _any_of(roots: Iterable[str]) -> re.Pattern[bytes]:
    return re.compile(rb"\b(?:" + b"|".join(re.escape(root.encode()) for root in roots) + rb")\b")


_CATALOGUED = _any_of(ROOTS)
# In a notebook's JSON an escaped line end may stand right before the keyword.
_KEYWORD = re.compile(rb"(?:\b|\\[nrt])(?:import|from)[ \t]")
_RATE = re.compile(
    rb"\b(?:learning_?rate|lr|eta|alpha)\s*=\s*[\d.]+(?:e-?\d+)?[ \t]*(?:[#,;)\"\\\r\n]|$)", re.IGNORECASE
)
_ROUNDS = re.compile(rb"\b(?:n_?|num_?|max_?)?(?:epochs|iterations|iters|episodes)\s*=\s*\d", re.IGNORECASE)
_TEST = re.compile(r"(?:^|/)(?:tests?|testing)/|(?:^|/)conftest\.pyw?$")
_CALLED_TEST = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test)\.pyw?$")
_TESTS = re.compile(rb"\bdef test_|\bpytest\b|\bunittest\b|\bTestCase\b")
_CONFIG = re.compile(
    r"(?:^|/)(?:configs?|conf|settings|hparams|hyperparams|hyperparameters|params|constants|cfg)"
    r"(?:/.*)?\.pyw?$|(?:^|/)[^/]*_(?:config|cfg|settings|hparams|params)\.pyw?$",
    re.IGNORECASE,
)


def imports_any(data: bytes, roots: Collection[str] = ()) -> bool:
    """Whether the bytes import a catalogued library, or one of further import roots, by their look.

    Cheap, and never wrongly no.
    """
    return _imports(data, _CATALOGUED) or (bool(roots) and _imports(data, _any_of(roots)))


def _imports(data: bytes, names: re.Pattern[bytes]) -> bool:
    """Whether one of the names follows a keyword on its line.

    Only lines with a keyword are looked at, and each once: a pattern with all names, let loose on whole files,
    takes a tenth of the time of parsing them, and for ever on one long line (a notebook without line ends).
    """
    for keyword in (b"import", b"from"):
        at = data.find(keyword)
        while at >= 0:
            end = data.find(b"\n", at)
            end = len(data) if end < 0 else end
            found = _KEYWORD.search(data, data.rfind(b"\n", 0, at) + 1, end)
            if found and names.search(data, found.end(), end):
                return True
            at = data.find(keyword, end)
    return False


def trains_by_hand(data: bytes) -> bool:
    """Whether the bytes import NumPy and set both a learning rate and a number of iterations.

    Each name alone may mean anything; together, in numerical code, they are a training loop without a library.
    """
    return b"numpy" in data and _RATE.search(data) is not None and _ROUNDS.search(data) is not None


def is_test(path: str, data: bytes) -> bool:
    """Whether a file is a test: expectations belong into code there.

    By its folder; by its name only where it has tests in it, since `split4060_test.py` is a study as well.
    """
    if _TEST.search(path) is not None:
        return True
    return _CALLED_TEST.search(path) is not None and _TESTS.search(data) is not None


def is_config_path(path: str) -> bool:
    """Whether the file's name says that it holds configuration."""
    return _CONFIG.search(path) is not None


def only_infers(module: Module) -> bool:
    """Whether the module loads or applies a model and trains none: what it prepares is set by the training."""
    called = module.callees
    if any(name in _TRAINS or name.startswith(("train", "fit")) for name in called):
        return False
    return not _APPLIES.isdisjoint(called)


def is_size(name: str) -> bool:
    """Whether a parameter says how large an image or a text is made."""
    return name.endswith(("size", "length", "len", "shape", "crop"))


_TRAINS = frozenset(
    {"backward", "compile", "DataLoader", "cross_val_score", "minimize", "optimize", "Trainer"}
)
_APPLIES = frozenset({"predict", "predict_proba", "load_model", "load_weights", "load_state_dict"})


def globals_are_replaced(module: Module) -> bool:
    """Whether something rewrites the module's globals, as a configurator does (`exec(open(…).read())`)."""
    for call, _, _ in module.called(("exec", "update")):
        if isinstance(call.func, ast.Name) and call.func.id == "exec":
            return True
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "update"
            and _is_globals(call.func.value)
        ):
            return True
    return any(
        isinstance(target, ast.Subscript) and _is_globals(target.value)
        for node, _, _ in module.assigns
        if isinstance(node, ast.Assign)
        for target in node.targets
    )


def _is_globals(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "globals"
