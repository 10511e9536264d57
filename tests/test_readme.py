"""README and docs say what is there: files shown are shipped, commands and flags exist, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from reproof import __version__
from reproof.cli import COMMANDS, build_parser
from reproof.commands.check import tools
from reproof.config import VERDICTS, CheckConfig, parse_config
from reproof.lint.files import SourceTree
from reproof.lint.linter import Linter
from reproof.lint.rule import Rule, rule_modules
from tests.test_in_sync import scripts_docs

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "hooks/*.md", "workflows/*.md", "examples/*/*.md")
    for path in ROOT.glob(pattern)
)
HOOKS = {"unpinned-dependencies", "hardcoded-hyperparameters", "dirty-notebooks"}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def first_column(text: str, head: str) -> list[str]:
    """The names in backticks that begin the rows of the table below a heading."""
    section = text.partition(f"## {head}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| \[?`([\w-]+)`", section, re.MULTILINE)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def test_the_hooks_are_three_lines_that_name_shipped_hooks_at_this_version() -> None:
    block = blocks(README, "yaml")[0]
    (repository,) = yaml.safe_load(block)
    shipped = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert len(block.splitlines()) == 3
    assert repository["rev"] == f"v{__version__}"
    assert {hook["id"] for hook in repository["hooks"]} == HOOKS == shipped - {"reproof"}


def test_the_action_is_twelve_lines_and_the_shipped_workflow() -> None:
    block = blocks(README, "yaml")[1]
    assert block == (ROOT / "workflows/pull-request.yml").read_text()
    assert len(block.splitlines()) == 12


def test_the_tables_of_rules_and_verdicts_are_complete() -> None:
    assert sorted(first_column(README, "What stops a commit")) == sorted(rule_modules())
    assert first_column(README, "What a pull request is told") == list(VERDICTS)


def test_the_version_is_that_of_the_changelog() -> None:
    assert re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0] == __version__


def test_the_page_of_commands_is_that_of_the_parsers() -> None:
    written = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    assert written == scripts_docs().commands_page(), "run `make docs`"


def options_of(verb: str) -> set[str]:
    return {option for action in build_parser(verb)._actions for option in action.option_strings}


def commands_of(text: str) -> list[tuple[str, str]]:
    """Verb and rest of each `reproof …` in a code span and of each line of a code block that is one."""
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = [*(line for block in fenced for line in block.splitlines()), *re.findall(r"`([^`\n]+)`", prose)]
    found = [
        re.match(r"(?:[A-Z_]+=\S+ )?reproof ([a-z]+)(?: ([^#]*))?$", line.partition(" #")[0])
        for line in lines
    ]
    return [(match[1], match[2] or "") for match in found if match]


@every_page
def test_every_command_and_flag_that_is_shown_exists(page: Path) -> None:
    for verb, rest in commands_of(page.read_text(encoding="utf-8")):
        assert verb in COMMANDS, f"reproof {verb}"
        own = f" {rest} ".partition(" -- ")[0]
        flags = set(re.findall(r"(?<=\s)--[a-z][a-z-]*", own))
        assert flags <= options_of(verb), f"reproof {verb} {rest}"


@every_page
def test_every_make_target_that_is_shown_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(shown) <= targets


@every_page
def test_every_link_of_our_own_leads_to_a_file(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)\s#]+)", text)
    ours = [target for target in targets if not target.startswith(("https://", "http://"))]
    assert [target for target in ours if not (page.parent / target).exists()] == []


@every_page
def test_every_configuration_that_is_shown_is_one(page: Path) -> None:
    import tomllib

    for block in blocks(page.read_text(encoding="utf-8"), "toml"):
        if "reproof" in block:  # rules show other tools' tables, too
            parse_config(tomllib.loads(block)["tool"]["reproof"], str(ROOT), "pyproject.toml")


def test_every_configuration_key_is_documented() -> None:
    from reproof import config_keys as known

    page = (ROOT / "docs/reference/configuration.md").read_text()
    check = (*known.CHECK, *known.HYPERPARAMETERS, *known.NOTEBOOKS, *known.DEPENDENCIES)
    keys = {*known.TOP, *check, *known.COMPARE, *known.METRIC, *known.STORE} - {"metrics"}
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []


def test_every_input_and_output_of_the_action_is_documented() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    page = (ROOT / "docs/how-to/action.md").read_text()
    assert first_column(page, "Inputs") == list(action["inputs"])
    assert re.findall(r"`([\w-]+)`", page.partition("\nOutputs: ")[2].partition("\n")[0]) == list(
        action["outputs"]
    )


def test_the_architecture_names_what_is_there() -> None:
    page = (ROOT / "docs/architecture.md").read_text()
    for path in re.findall(r"`((?:src|docs|scripts|tests)/[\w./-]+)`", page):
        assert (ROOT / path).exists(), path
    tree = page.partition("## The tree")[2].partition("\n## ")[0]
    packages = sorted((ROOT / "src/reproof").glob("*/__init__.py"))
    assert [path.parent.name for path in packages if f"\n  {path.parent.name}/ " not in tree] == []
    for name in re.findall(r"^ {2}(\w+/) ", tree, re.MULTILINE):
        assert (ROOT / "src/reproof" / name).is_dir(), name
    for name in re.findall(r"^(?! )([\w.-]+/?) ", tree, re.MULTILINE):
        assert (ROOT / name).exists(), name


def worked_example(folder: Path) -> type[Rule]:
    """The rule of CONTRIBUTING.md, loaded from a file as its reader would write it."""
    (listing,) = blocks((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), "python")
    (folder / "clock_seed.py").write_text(listing)
    checked = subprocess.run(
        [Path(sys.executable).parent / "ruff", "check", "--config", ROOT / "pyproject.toml", "clock_seed.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    module = ModuleType("clock_seed")
    exec(compile(listing, "clock_seed.py", "exec"), module.__dict__)
    rule: type[Rule] = module.ClockSeed
    return rule


def test_the_worked_example_of_a_rule_works(tmp_path: Path) -> None:
    rule = worked_example(tmp_path)
    linter = Linter(SourceTree(str(tmp_path)), [rule(CheckConfig(), tools())], CheckConfig())
    for good in rule.VALID:
        (tmp_path / good.path).write_text(good.text)
        assert linter.look(good.path) == []
    for bad in rule.INVALID:
        (tmp_path / bad.path).write_text(bad.text)
        (found,) = linter.look(bad.path)
        assert bad.says in found.message
