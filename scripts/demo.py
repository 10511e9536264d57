"""`make demo`: a commit is stopped, a pull request is retrained and compared, on a real project below ./demo/.

Everything is real: git, pre-commit with the hooks of this very tree, an environment with the example's pinned
packages, DVC. Only the remote is a folder. The story stands in `main`; what tells it is `telling.py`.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from telling import Failed, Teller

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "demo"
PROJECT = DEMO / "penguins"
REPORT = DEMO / "report"
HOOKS = DEMO / "reproof"
TOOLS = ("reproof", "git", "pre-commit", "uv")
HOOK_IDS = ("unpinned-dependencies", "hardcoded-hyperparameters", "dirty-notebooks")
# What pre-commit needs to install the hooks: the package and its manifest.
HOOK_SOURCES = (".pre-commit-hooks.yaml", "LICENSE", "README.md", "pyproject.toml", "src")
VERDICT_REACHED = (0, 1)  # exit codes of `reproof ci`: fine, or a verdict that fails the check
A_FIXED_DATE = "2026-01-01T00:00:00Z"


def main() -> int:
    """Tell the whole story; returns 0, or 1 with the step that failed."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        print(f"demo: not on PATH: {', '.join(missing)}; `make demo` sets them up", file=sys.stderr)
        return 1
    teller = Teller(PROJECT, environment())
    try:
        _start_clean()
        for chapter in (
            a_project,
            its_environment,
            the_hooks,
            a_bad_commit,
            the_commit_mended,
            a_recorded_run,
            a_pull_request,
            the_verdict,
        ):
            chapter(teller)
    except Failed as failed:
        teller.give_up(failed)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted", file=sys.stderr)
        return 130
    the_files(teller)
    return 0


def environment() -> dict[str, str]:
    """The variables for all commands: nothing of the user's git, Python or DVC settings, and caches of our own."""
    foreign = ("GIT_", "DVC_", "PYTHON", "REPROOF_", "GITHUB_", "PRE_COMMIT", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    cache = ROOT / ".cache" / "demo"
    return kept | {
        "PATH": os.pathsep.join([str(PROJECT / ".venv/bin"), kept.get("PATH", os.defpath)]),
        "VIRTUAL_ENV": str(PROJECT / ".venv"),
        "PYTHONUNBUFFERED": "1",  # stdout and stderr reach the terminal in their order
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.org",
        "GIT_PAGER": "cat",
        "PRE_COMMIT_HOME": str(cache / "pre-commit"),
        "PRE_COMMIT_COLOR": "never",
        "VIRTUALENV_OVERRIDE_APP_DATA": str(cache / "virtualenv"),
        "DVC_NO_ANALYTICS": "1",
        "DVC_GLOBAL_CONFIG_DIR": str(cache / "dvc"),
        "DVC_SYSTEM_CONFIG_DIR": str(cache / "dvc"),
        "DVC_SITE_CACHE_DIR": str(cache / "dvc-site"),
        "UV_LINK_MODE": "copy",  # the cache may lie on another disk
    }


def _start_clean() -> None:
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir()


def a_project(teller: Teller) -> None:
    teller.step("A project: the DVC pipeline of examples/penguins, cloned from a remote")
    first = DEMO / "first"
    ignored = shutil.ignore_patterns("__pycache__", "cache", "tmp", "*.csv", "*.joblib", ".venv")
    shutil.copytree(ROOT / "examples/penguins", first, ignore=ignored)
    for words in (
        ("git", "init", "--quiet", "--initial-branch", "main"),
        ("git", "add", "--all"),
        ("git", "commit", "--quiet", "--message", "Palmer penguins: a pipeline of four stages"),
    ):
        teller.quietly(*words, folder=first)
    teller.quietly("git", "clone", "--quiet", "--bare", "first", "origin.git", folder=DEMO)
    shutil.rmtree(first)
    teller.run("git", "clone", "--quiet", "origin.git", PROJECT.name, folder=DEMO)
    teller.run("git", "ls-files", "--", "*.py", "*.yaml", "*.ipynb", "*.json", "*.txt", "*.lock")


def its_environment(teller: Teller) -> None:
    teller.step("Its environment, from pinned requirements")
    teller.run("uv", "venv", "--quiet", ".venv", variables={"UV_PYTHON": sys.executable})
    teller.run("uv", "pip", "install", "--quiet", "-r", "requirements.txt")


def the_hooks(teller: Teller) -> None:
    teller.step("The hooks, installed by pre-commit")
    listed = "".join(f"      - id: {name}\n" for name in HOOK_IDS)
    config = f"repos:\n  - repo: {HOOKS}\n    rev: {_hooks_revision(teller)}\n    hooks:\n{listed}"
    (PROJECT / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    teller.run("cat", ".pre-commit-config.yaml")
    teller.say("In your project: repo: https://github.com/reproof-ml/reproof, and a tag as rev.")
    teller.run("pre-commit", "install", "--install-hooks")
    teller.run("git", "add", ".pre-commit-config.yaml")
    teller.run("git", "commit", "--quiet", "--message", "Install the hooks")


def _hooks_revision(teller: Teller) -> str:
    """This tree as it lies here, uncommitted changes and all, as the one commit of a repository of its own.

    Its dates are fixed, so that the same sources are the same commit and pre-commit's cache knows them.
    """
    HOOKS.mkdir()
    for name in HOOK_SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, HOOKS / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, HOOKS / name)
    dates = {"GIT_AUTHOR_DATE": A_FIXED_DATE, "GIT_COMMITTER_DATE": A_FIXED_DATE}
    teller.quietly("git", "init", "--quiet", "--initial-branch", "main", folder=HOOKS)
    teller.quietly("git", "add", "--all", folder=HOOKS)
    teller.quietly("git", "commit", "--quiet", "--message", "reproof", folder=HOOKS, variables=dates)
    return teller.quietly("git", "rev-parse", "HEAD", folder=HOOKS).strip()


def a_bad_commit(teller: Teller) -> None:
    teller.step("A bad commit: a hyperparameter in the code, an unpinned package, a notebook with outputs")
    teller.run("git", "apply", "flawed.patch")
    teller.run("git", "diff", "--unified=0", "--", "src", "requirements.txt")
    teller.run("git", "add", "--update")
    teller.run("git", "commit", "--quiet", "--message", "Let each split see four columns", exits=(1,))
    teller.say("Refused. The notebook is clean again already: the one hook that fixes did it.")


def the_commit_mended(teller: Teller) -> None:
    teller.step("The other two mended by hand: the value into params.yaml, the version into requirements.txt")
    _edit("src/train.py", '**params["model"], max_features=4,', '**params["model"],')
    _edit("params.yaml", "  max_depth: 6\n", "  max_depth: 6\n  max_features: 4\n")
    _edit("requirements.txt", "scikit-learn>=1.8", "scikit-learn==1.9.1")
    teller.run("git", "diff", "--stat", "--", "notebooks")
    teller.run("git", "diff", "--unified=0", "--", "src", "params.yaml", "requirements.txt")
    teller.run("dvc", "repro", "--quiet")
    teller.run("git", "commit", "--quiet", "--all", "--message", "Let each split see four columns")
    teller.run("git", "log", "--oneline")


def a_recorded_run(teller: Teller) -> None:
    teller.step("A baseline: what the main branch gives, trained twice and recorded")
    teller.run("git", "push", "--quiet", "origin", "main")
    teller.run("reproof", "run", "--baseline")
    teller.say("The records are pushed, too, to a branch of their own:")
    teller.run("git", "ls-remote", "--heads", "origin")
    teller.run("reproof", "runs")


def a_pull_request(teller: Teller) -> None:
    teller.step("A pull request: one parameter and one package version change")
    teller.run("git", "switch", "--quiet", "--create", "shallow-trees")
    _edit("params.yaml", "max_depth: 6", "max_depth: 2")
    _edit("requirements.txt", "scikit-learn==1.9.1", "scikit-learn==1.8.0")
    teller.run("git", "diff", "--unified=0")
    teller.run("git", "commit", "--quiet", "--all", "--message", "Shallow trees, and the older scikit-learn")
    teller.run("git", "push", "--quiet", "origin", "shallow-trees")


def the_verdict(teller: Teller) -> None:
    teller.step("What CI does with it: install, train again, compare, report")
    teller.run("uv", "pip", "install", "--quiet", "-r", "requirements.txt")
    code = teller.run("reproof", "ci", "--output", f"../{REPORT.name}", exits=VERDICT_REACHED)
    what = "this fails the check of the pull request" if code else "the check of the pull request passes"
    teller.say(f"Exit code {code}: {what}.")


def the_files(teller: Teller) -> None:
    teller.end()
    made = {
        REPORT / "report.md": "the report, as it is posted to the pull request",
        REPORT / "report.json": "the same for machines",
        **dict.fromkeys(sorted(REPORT.glob("run-*.json")), "a run of the pull request"),
        PROJECT: "the project, with hooks installed; try `reproof runs` here",
        DEMO / "origin.git": "its remote, with the records on the branch reproof-records",
        HOOKS: "the hooks' repository, as pre-commit cloned it",
    }
    width = max(len(_shown(path)) for path in made)
    for path, what in made.items():
        print(f"  {_shown(path):<{width}}  {what}")


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _edit(name: str, old: str, new: str) -> None:
    """Replace a text that must be in the file exactly once, as a person would in an editor."""
    path = PROJECT / name
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise Failed(f"editing {name}", f"{old!r} should be there once, and is {text.count(old)} times")
    path.write_text(text.replace(old, new), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
