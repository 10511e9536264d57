"""Fixes files that are really there, as `reproof check --fix --unsafe-fixes` does, for the tests beside."""

from __future__ import annotations

from pathlib import Path

from reproof.commands.check import tools
from reproof.config import CheckConfig
from reproof.lint.files import SourceTree
from reproof.lint.fixes import fix_file, write_changes
from reproof.lint.linter import Linter
from reproof.lint.rule import load_rule

SGD = "from torch.optim import SGD\n"
LOADER = 'with open("params.yaml") as file:\n    params = yaml.safe_load(file)\n'


class Moved:
    """What became of a folder: `files` by path, why what stays was not moved, what is still found, and notes."""

    def __init__(self, root: Path, reasons: list[str], left: list[str], notes: list[str]) -> None:
        self.notes = notes
        self.reasons = reasons
        self.left = left
        self.files = {
            path.relative_to(root).as_posix(): path.read_bytes().decode(errors="replace")
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }

    @property
    def reason(self) -> str:
        """The one reason that there is."""
        assert len(self.reasons) == 1, self.reasons
        return self.reasons[0]


def lay_out(root: Path, files: dict[str, str | bytes]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())


def move(root: Path, files: dict[str, str | bytes], *paths: str, strict: bool = False) -> Moved:
    """Lay files out, fix the code among them (or `paths`, in this order), and once more: nothing may change."""
    lay_out(root, files)
    fixed = fix(root, *(paths or [path for path in files if path.endswith((".py", ".ipynb"))]), strict=strict)
    again = fix(root, *(paths or [path for path in files if path.endswith((".py", ".ipynb"))]), strict=strict)
    assert again.files == fixed.files, "fixing again changes something"
    return fixed


def fix(root: Path, *paths: str, strict: bool = False) -> Moved:
    options = CheckConfig(strict=strict)
    tree = SourceTree(str(root))
    linter = Linter(tree, [load_rule("hardcoded-hyperparameter")(options, tools())], options)
    reasons: list[str] = []
    left: list[str] = []
    notes: list[str] = []
    for path in paths:
        done = fix_file(tree, linter.look, path, linter.look(path), unsafe=True)
        written, refusals = write_changes(tree, path)
        assert not refusals, refusals
        reasons += [refusal.reason for refusal in done.refusals]
        left += [finding.name for finding in done.findings]
        notes += done.notes
        for each in written:
            if each.endswith(".py"):
                compile((root / each).read_bytes(), each, "exec")
    return Moved(root, reasons, left, notes)
