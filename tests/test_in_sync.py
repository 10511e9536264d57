"""What is written down twice says the same: rules, documentation, hook manifest, hooks' table."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from reproof.cli import COMMANDS
from reproof.lint.file_types import FileType, file_type
from reproof.lint.own_findings import OWN_FINDINGS
from reproof.lint.rule import load_rule, rule_modules
from reproof.runs.capture.environment.flags import FLAGS

ROOT = Path(__file__).parents[1]
MANIFEST: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
HOOKS = {hook["id"]: hook for hook in MANIFEST}

# One path of each sort that a rule may read, and some that none does.
PATHS = (
    *("train.py", "gui.pyw", "a/b.ipynb", "pyproject.toml", "sub/pyproject.toml", "my_pyproject.toml"),
    *("reproof.toml", "sub/reproof.toml", "my_reproof.toml"),
    *("params.yaml", "conf/params.json", "params.toml", "my_params.yaml", "dvc.yaml", "params.yaml.bak"),
    *("requirements.txt", "a/requirements-dev.in", "dev_constraints.txt", "requirements/base.txt"),
    *(
        "Requirements.txt",
        "requirements/base/x.txt",
        "notes.txt",
        "notes.cfg",
        "train.pyx",
        "requirements.md",
    ),
    *("setup.cfg", "a/setup.cfg", "my_setup.cfg", "Pipfile", "MyPipfile", "pixi.toml", "a/pixi.toml"),
    *("environment.yml", "a/my-environment.gpu.yaml", "conda.yaml", "env.yml", "dev_env.yml", "environs.yml"),
    *("conda/gpu.yml", "ci/envs/a.yaml", "binder/x/y.yml", "values.yml", ".github/workflows/ci.yml"),
    *(".github/ci.yml", "action.yml", "a/action.yaml", "reaction.yml", ".pre-commit-config.yaml"),
    *("Dockerfile", "docker/Dockerfile.gpu", "gpu.dockerfile", "Containerfile", "Dockerfile.dockerignore"),
    *("my.Dockerfile", "MyDockerfile", "a/run.sh", "run.bash", "run.zsh"),
    *("uv.lock", "a/poetry.lock", "pdm.lock", "Pipfile.lock", "pixi.lock", "pylock.toml", "pylock.gpu.toml"),
    *("conda-lock.yml", "gpu.conda-lock.yml", "flake.lock", "my-uv.lock"),
)


def scripts_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_docs", ROOT / "scripts" / "write_docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_rules_pages_are_those_of_the_classes() -> None:
    folder = ROOT / "docs/reference/rules"
    written = {page.name: page.read_text(encoding="utf-8") for page in folder.glob("*.md")}
    assert written == scripts_docs().pages(), "run `python scripts/write_docs.py`"


def test_the_pages_of_commands_and_records_are_those_of_their_declarations() -> None:
    reference = ROOT / "docs/reference"
    pages = scripts_docs().single_pages()
    written = {name: (reference / name).read_text(encoding="utf-8") for name in pages}
    assert written == pages, "run `python scripts/write_docs.py`"


def test_every_rule_is_documented_where_its_message_links() -> None:
    for name in [*rule_modules(), *(own.name for own in OWN_FINDINGS)]:
        assert (ROOT / f"docs/reference/rules/{name}.md").is_file()


def selected(hook: dict[str, Any]) -> list[str]:
    match = re.search(r"--select (\S+)", hook["entry"])
    return match[1].split(",") if match else sorted(rule_modules())


def test_every_rule_has_a_hook_and_every_hook_has_rules() -> None:
    of_hooks = [name for hook in MANIFEST if hook["id"] != "reproof" for name in selected(hook)]
    assert sorted(of_hooks) == sorted(rule_modules())


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS.keys())
def test_a_hook_is_given_the_files_that_its_rules_read(hook: dict[str, Any]) -> None:
    from identify import identify

    types = FileType.OTHER
    for name in selected(hook):
        types |= load_rule(name).files
    for path in PATHS:
        tags = identify.tags_from_filename(path)
        given = (
            re.search(hook.get("files", ""), path) is not None
            and set(hook.get("types", [])) <= tags
            and (not hook.get("types_or") or bool(set(hook["types_or"]) & tags))
        )
        assert given is bool(file_type(path) & types), path


def test_only_dirty_notebooks_fixes_by_default() -> None:
    assert [hook["id"] for hook in MANIFEST if "--fix" in hook["entry"]] == ["dirty-notebooks"]


def test_every_hook_is_one_process_and_takes_no_file_for_an_option() -> None:
    for hook in MANIFEST:
        assert (hook["require_serial"], hook["args"]) == (True, ["--"])
        assert hook["description"]


def test_the_hooks_table_lists_the_hooks() -> None:
    table = (ROOT / "hooks/README.md").read_text()
    assert re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE) == [hook["id"] for hook in MANIFEST]


def test_the_options_of_check_are_documented() -> None:
    import argparse

    from reproof.commands import check

    parser = argparse.ArgumentParser(prog="x")
    check.configure(parser)
    page = (ROOT / "docs/reference/check.md").read_text()
    options = re.findall(r"--[a-z-]+", parser.format_help())
    assert [option for option in set(options) - {"--help"} if option not in page] == []
    assert "check" in COMMANDS


def test_the_variables_of_numerics_are_documented() -> None:
    page = (ROOT / "docs/reference/configuration.md").read_text()
    known = page.partition("Known are: ")[2].partition(".\n")[0]
    assert tuple(re.findall(r"`(\w+)`", known)) == FLAGS


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").glob("*.py")), ids=lambda path: path.stem)
def test_a_benchmark_says_the_command_that_starts_it(path: Path) -> None:
    program = path.read_text(encoding="utf-8")
    needs_root = re.search(r"^ *(?:from|import) (?:tests|benchmarks)\b", program, re.MULTILINE)
    command = f"python -m benchmarks.{path.stem}" if needs_root else f"python benchmarks/{path.name}"
    said = re.compile(rf"python (?:-m benchmarks\.{path.stem}\b|benchmarks/{re.escape(path.name)})")
    pages = [
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "benchmarks").rglob("*.md"),
        ROOT / "CONTRIBUTING.md",
        path,
    ]
    for page in pages:
        assert set(said.findall(page.read_text(encoding="utf-8"))) <= {command}, page
