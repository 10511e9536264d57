"""The import law of docs/architecture.md, read from the source: who may know whom, and what nobody may say."""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
PURE = re.compile(
    r"reproof\.(lint|runs(?!\.capture\b)|training|replay|verdict|report|starting|ports|ci\.(activity|conclusion|event|inputs|measured|origin|places)\b)"
)
WIRES = re.compile(
    r"reproof\.(commands|wiring|rebuilding|reseeding|spreading|ci\.main|ci\.comment|ci\.(trusted|accept|audit|check|spread)|adapters)\b"
)
# Which third parties the pure parts may use, and the one adapter in which each other one lives.
EVERYWHERE = {"packaging", "yaml"}
HOMES = {
    "github": "github",
    "requests": "github",
    "dvc": "dvc",
    "mlflow": "mlflow",
    "nbstripout": "nbstripout",
    "nbformat": "nbstripout",
}


def named(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


MODULES = {named(path): path for path in sorted(SOURCE.rglob("*.py"))}


@functools.cache
def tree_of(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_bytes())


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module imported at any depth. Imports for the type checker alone are no dependency and are left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                yield from imports(other)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they lead"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imports(node)


@functools.cache
def imported_by(name: str) -> list[str]:
    return sorted(set(imports(tree_of(name))))


def adapter(name: str) -> str | None:
    """The adapter that a module is, or is a part of."""
    found = re.match(r"reproof\.adapters\.(\w+)", name)
    return found.group(1) if found else None


@pytest.mark.parametrize("name", sorted(MODULES))
def test_the_import_law_holds(name: str) -> None:
    for imported in imported_by(name):
        third = imported.partition(".")[0]
        if adapter(imported):
            assert WIRES.match(name), f"{name} names the adapter {imported}"
            assert adapter(name) in {None, adapter(imported)}, f"{name} imports another adapter: {imported}"
        if PURE.match(name):
            assert not re.match(
                r"reproof\.(commands|wiring|rebuilding|reseeding|spreading|cli)\b", imported
            ), f"{name} imports {imported}"
        if third in sys.stdlib_module_names or third == "reproof":
            continue
        allowed = EVERYWHERE | ({"numpy", "scipy"} if name.startswith("reproof.verdict") else set())
        home = re.fullmatch(HOMES.get(third, "$"), adapter(name) or "")
        assert third in allowed or home, f"{name} imports {third}"


def test_the_law_is_read_from_real_modules() -> None:
    assert "reproof.adapters.git.GitRepository" in imported_by("reproof.wiring")
    assert "nbstripout.MetadataError" in imported_by("reproof.adapters.nbstripout")
    assert len([name for name in MODULES if PURE.match(name)]) > 50
    assert not PURE.match("reproof.runs.capture.environment")


@pytest.mark.parametrize("name", sorted(MODULES))
def test_nothing_is_run_by_a_shell_unpickled_or_evaluated(name: str) -> None:
    for node in ast.walk(tree_of(name)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"eval", "exec", "os.system", "os.popen", "yaml.load", "__import__"}, called
            assert not [word for word in node.keywords if word.arg == "shell"], f"{called} with shell="
    assert not {"pickle", "joblib", "marshal", "shelve", "dill"} & {
        one.partition(".")[0] for one in imported_by(name)
    }
