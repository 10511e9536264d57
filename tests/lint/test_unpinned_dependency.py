"""The rule `unpinned-dependency` on files that are really there: places, neighbours, fixes, bad input."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from reproof.config import CheckConfig
from reproof.lint.files import SourceTree
from reproof.lint.finding import Finding
from reproof.lint.fixes import fix_file, write_changes
from reproof.lint.linter import Linter
from reproof.lint.rule import Tools
from reproof.lint.rules.environment.unpinned_dependency import UnpinnedDependency

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HASH = "--hash=sha256:" + "0" * 64
UV_LOCK = '[[package]]\nname = "numpy"\nversion = "2.1.3"\n'


def linter(root: Path, files: dict[str, str | bytes], strict: bool = False) -> tuple[SourceTree, Linter]:
    """A linter with this rule alone over a repository of these files."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    options = CheckConfig(strict=strict)
    tree = SourceTree(str(root))
    return tree, Linter(tree, [UnpinnedDependency(options, Tools())], options)


def look(root: Path, files: dict[str, str | bytes], strict: bool = False) -> list[Finding]:
    """The findings of the first file."""
    return linter(root, files, strict)[1].look(next(iter(files)))


def names(findings: list[Finding]) -> list[str]:
    return [finding.name for finding in findings]


def fixed(root: Path, files: dict[str, str | bytes]) -> bytes:
    """The first file's bytes after its safe fixes."""
    tree, eye = linter(root, files)
    path = next(iter(files))
    fix_file(tree, eye.look, path, eye.look(path), unsafe=False)
    write_changes(tree, path)
    return (root / path).read_bytes()


def quoted(files: dict[str, str | bytes], finding: Finding) -> str:
    """What the finding's span covers, on one line."""
    content = next(iter(files.values()))
    assert isinstance(content, str)
    span = finding.span
    assert span.line == span.end_line
    return content.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


def test_a_finding_has_the_name_the_versions_and_the_place_of_its_requirement(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"requirements.txt": "\n  Scikit_Learn[x] >= 1.5  # note\n"}
    (finding,) = look(tmp_path, files)
    assert (finding.name, finding.value, finding.kind) == ("scikit-learn", ">= 1.5", "requirements")
    assert (finding.span.line, finding.span.column) == (2, 3)
    assert quoted(files, finding) == "Scikit_Learn[x] >= 1.5"


def test_equal_strings_in_a_pyproject_have_their_own_lines(tmp_path: Path) -> None:
    text = (
        '[project]\nname = "churn"\ndescription = "numpy>=2"\ndependencies = [\n  "numpy>=2",\n]\n'
        "[project.optional-dependencies]\nfast = [ 'numpy>=2' ]\n"
    )
    files: dict[str, str | bytes] = {"pyproject.toml": text}
    findings = look(tmp_path, files)
    assert [(finding.span.line, finding.span.column) for finding in findings] == [(5, 4), (8, 11)]
    assert [quoted(files, finding) for finding in findings] == ["numpy>=2", "numpy>=2"]


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ('numpy = "^2"', 'numpy = "^2"'),
        ('numpy = { version = "^2", optional = true }', 'numpy = { version = "^2", optional = true }'),
        ('[tool.poetry.dependencies.numpy]\nversion = "^2"', "numpy"),
    ],
)
def test_a_poetry_entry_is_placed_from_its_key_on(tmp_path: Path, entry: str, place: str) -> None:
    files: dict[str, str | bytes] = {"pyproject.toml": f"[tool.poetry.dependencies]\n{entry}\n"}
    (finding,) = look(tmp_path, files)
    assert quoted(files, finding) == place


def test_only_the_files_own_lines_are_told(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"requirements.txt": "-r base-requirements.txt\nscipy\n"}
    files["base-requirements.txt"] = "numpy\n"
    assert names(look(tmp_path, files)) == ["scipy"]


@pytest.mark.parametrize("strict", [False, True])
def test_a_file_that_is_named_and_not_there_is_told_at_its_line(tmp_path: Path, strict: bool) -> None:
    lines = "# base\n-r nope.txt\n-c sub/nope2.txt\n-r here.txt\n-r ignored.txt\nnumpy==2.1.3\n"
    files: dict[str, str | bytes] = {"requirements.txt": lines, "here.txt": "", "ignored.txt": ""}
    files[".gitignore"] = "ignored.txt\n"
    found = look(tmp_path, files, strict)
    assert [(each.name, each.span.line) for each in found] == [("nope.txt", 2), ("sub/nope2.txt", 3)]


@pytest.mark.parametrize("named", ["${WHERE}/base.txt", "{{ extra }}.txt"])
def test_a_file_that_a_variable_names_is_not_missed(tmp_path: Path, named: str) -> None:
    assert look(tmp_path, {"requirements.txt": f"-r {named}\n"}) == []


def test_constraints_pin_through_included_files_and_under_markers(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "requirements/dev.txt": "-r base.txt\nnumpy\nscipy>=1\npandas\n",
        "requirements/base.txt": "-c ../constraints.txt\npandas==2.2.3\n",
        "constraints.txt": "numpy==2.1.3 ; python_version >= '3.10'\nscipy<2\n",
    }
    assert names(look(tmp_path, files)) == ["scipy"]


def test_an_included_line_under_a_marker_pins_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"requirements.txt": "-r base.txt\nnumpy\n"}
    files["base.txt"] = "numpy==1.26.4 ; python_version < '3.9'\n"
    assert names(look(tmp_path, files)) == ["numpy"]


def test_a_constraint_that_the_line_forbids_is_told(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"requirements.txt": "-c constraints.txt\nnumpy<2\n"}
    files["constraints.txt"] = "numpy==2.1.3\n"
    (finding,) = look(tmp_path, files)
    assert "constraints.txt holds numpy 2.1.3, which is not allowed here" in finding.message


def test_loops_end_and_are_told_where_they_start(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"requirements.txt": "-r a.txt\n-r c.txt\n", "a.txt": "-r b.txt\n"}
    files |= {"b.txt": "-c requirements.txt\n", "c.txt": "-r c.txt\n"}
    (finding,) = look(tmp_path, files)
    assert finding.name == "a.txt"
    assert "leads back to this file" in finding.message


def test_files_elsewhere_are_told_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("numpy==2.1.3\n")
    content = "-r ../outside.txt\n-c https://user:secret@h.org/c.txt\nnumpy\n"
    findings = look(tmp_path / "repository", {"requirements.txt": content})
    assert names(findings) == ["../outside.txt", "https://***@h.org/c.txt", "numpy"]
    assert not any("secret" in finding.message for finding in findings)


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("numpy==2.1.3\n")
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository/base.txt").symlink_to("../outside.txt")
    assert names(look(tmp_path / "repository", {"requirements.txt": "-r base.txt\nnumpy\n"})) == [
        "base.txt",
        "numpy",
    ]


def test_a_lock_beside_does_not_cover_a_requirements_file(tmp_path: Path) -> None:
    assert names(look(tmp_path, {"requirements.txt": "numpy>=2\n", "uv.lock": UV_LOCK})) == ["numpy"]


@pytest.mark.parametrize(
    ("name", "lock"),
    [
        ("uv.lock", UV_LOCK),
        ("poetry.lock", UV_LOCK),
        ("pdm.lock", UV_LOCK),
        ("pylock.toml", UV_LOCK.replace("package", "packages")),
        ("pylock.train.toml", UV_LOCK.replace("package", "packages")),
        ("requirements.txt", f"--index-url https://h.org\nnumpy==2.1.3 \\\n    {HASH}\n"),
        ("requirements/train.txt", f"numpy==2.1.3 {HASH}\n"),
        ("requirements-dev.txt", f"numpy==2.1.3 {HASH}\n"),
    ],
)
def test_a_lock_pins_what_it_holds(tmp_path: Path, name: str, lock: str) -> None:
    project = '[project]\nname = "churn"\noptional-dependencies.train = ["numpy>=2", "scipy"]\n'
    assert names(look(tmp_path, {"pyproject.toml": project, name: lock})) == ["scipy"]


@pytest.mark.parametrize(
    "lock", ["[[package]]\nname = \n", "package = 3\n", "<<<<<<< HEAD\n", b"\xff\xfe\x00"]
)
def test_a_lock_that_cannot_be_read_does_not_count(tmp_path: Path, lock: str | bytes) -> None:
    project = '[project]\nname = "churn"\ndependencies = ["numpy"]\n'
    (finding,) = look(tmp_path, {"pyproject.toml": project, "uv.lock": lock})
    assert "uv.lock cannot be read" in finding.message


def test_a_branch_counts_as_pinned_where_the_lock_holds_its_commit(tmp_path: Path) -> None:
    project = (
        '[project]\nname = "churn"\ndependencies = ["a", "b"]\n[tool.uv.sources]\n'
        'a = { git = "https://h.org/o/a", branch = "main" }\nb = { git = "https://h.org/o/b" }\n'
    )
    lock = (
        f'[[package]]\nname = "a"\nversion = "1"\nsource = {{ git = "https://h.org/o/a?branch=main#{COMMIT}" }}\n'
        '[[package]]\nname = "b"\nversion = "1"\nsource = { registry = "https://h.org" }\n'
    )
    assert names(look(tmp_path, {"pyproject.toml": project, "uv.lock": lock})) == ["b"]


def test_a_workspace_lock_covers_members_only(tmp_path: Path) -> None:
    project = '[project]\nname = "churn"\ndependencies = ["numpy"]\n'
    root = '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old"]\n'
    files: dict[str, str | bytes] = {"packages/new/pyproject.toml": project, "pyproject.toml": root}
    files |= {"uv.lock": UV_LOCK, "packages/old/pyproject.toml": project}
    assert names(look(tmp_path, files)) == []
    assert names(linter(tmp_path, files)[1].look("packages/old/pyproject.toml")) == ["numpy"]


def test_sources_on_this_machine_need_no_pin(tmp_path: Path) -> None:
    project = (
        '[project]\nname = "churn"\ndependencies = ["a", "b"]\n'
        '[tool.uv.sources]\na = { workspace = true }\nb = { path = "../b" }\n'
    )
    assert look(tmp_path, {"pyproject.toml": project}) == []


@pytest.mark.parametrize(
    "private",
    ['classifiers = ["Private :: Do Not Upload"]\n', "[tool.uv]\npackage = false\n", ""],
)
def test_a_library_is_never_asked_for_exact_versions(tmp_path: Path, private: str) -> None:
    project = '[project]\nname = "churn"\ndependencies = ["numpy>=2"]\n'
    built = '\n[build-system]\nrequires = ["hatchling"]\n'
    (finding,) = look(tmp_path, {"pyproject.toml": f"{project}{private}{built}"})
    assert ("a library keeps its ranges" in finding.message) is (private == "")
    assert "==" not in finding.message


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("numpy", "numpy==2.1.3"),
        ("numpy # note", "numpy==2.1.3 # note"),
        ("\tnumpy[a, b]  >=2,<3 ;python_version>'3'", "\tnumpy[a, b]  ==2.1.3 ;python_version>'3'"),
        ("numpy (>=2)", "numpy ==2.1.3"),
        ("NumPy >= 2", "NumPy == 2.1.3"),
        ("numpy;sys_platform=='x'", "numpy==2.1.3;sys_platform=='x'"),
    ],
)
def test_a_fix_changes_the_versions_alone(tmp_path: Path, before: str, after: str, end: str) -> None:
    frame = f"# numpy{end}{end}{{}}{end}pandas==2.2.3   # numpy>=2{end}-e ."
    files: dict[str, str | bytes] = {"requirements.txt": frame.format(before), "uv.lock": UV_LOCK}
    assert fixed(tmp_path, files).decode() == frame.format(after)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_a_fix_keeps_the_encoding(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    text = "{}numpy>=2  # für später\r\n"
    files: dict[str, str | bytes] = {
        "requirements.txt": text.format(mark).encode(encoding),
        "uv.lock": UV_LOCK,
    }
    assert fixed(tmp_path, files) == text.replace(">=2", "==2.1.3").format(mark).encode(encoding)


def test_a_continued_range_is_fixed_where_it_stands(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "requirements.txt": "numpy \\\n  >=2, \\\n  <3  # note\n",
        "uv.lock": UV_LOCK,
    }
    assert fixed(tmp_path, files) == b"numpy \\\n  ==2.1.3  # note\n"


def test_a_version_that_the_line_forbids_is_not_written(tmp_path: Path) -> None:
    assert fixed(tmp_path, {"requirements.txt": "numpy>=3\n", "uv.lock": UV_LOCK}) == b"numpy>=3\n"


def test_one_of_several_locked_versions_is_not_chosen(tmp_path: Path) -> None:
    lock = UV_LOCK + UV_LOCK.replace("2.1.3", "2.0.0")
    assert fixed(tmp_path, {"requirements.txt": "numpy\n", "uv.lock": lock}) == b"numpy\n"


def test_nul_bytes_make_the_file_invalid(tmp_path: Path) -> None:
    (finding,) = look(tmp_path, {"requirements.txt": b"pandas\nnumpy\0\n"})
    assert (finding.rule, finding.span.line) == ("invalid-file", 2)


def test_broken_toml_makes_the_file_invalid(tmp_path: Path) -> None:
    (finding,) = look(tmp_path, {"pyproject.toml": '[project]\nname = "x\n'})
    assert (finding.rule, finding.span.line) == ("invalid-file", 2)


@pytest.mark.parametrize(
    "document",
    [
        'project = [1]\ntool = "x"\ndependency-groups = 3\n',
        '[project]\nname = 3\ndependencies = "numpy"\noptional-dependencies = { a = "b", c = 1 }\n',
        "[tool.poetry.group]\na = 1\n[tool.hatch.envs]\nb = { dependencies = 2 }\n[tool.uv]\nsources = []\n",
        '[dependency-groups]\na = [{ include-group = "b" }]\n',
    ],
)
def test_values_of_wrong_types_are_passed_over(tmp_path: Path, document: str) -> None:
    assert look(tmp_path, {"pyproject.toml": document}) == []


@pytest.mark.parametrize("entry", ["3", '""', '["x"]', '"a b c"'])
def test_an_entry_that_is_no_requirement_is_told(tmp_path: Path, entry: str) -> None:
    (finding,) = look(tmp_path, {"pyproject.toml": f"[project]\nname = 'x'\ndependencies = [{entry}]\n"})
    assert "cannot be read as a requirement" in finding.message


@pytest.mark.parametrize(
    "content",
    [b"n" * 10_000_000, b"a" + b" " * 10_000_000 + b">=1", b"\\\n" * 2_000_000, b"a>=1 " + b"#" * 10_000_000],
    ids=["name", "spaces", "continuations", "comment"],
)
def test_ten_megabytes_are_judged_in_seconds(tmp_path: Path, content: bytes) -> None:
    started = time.monotonic()
    look(tmp_path, {"requirements.txt": content})
    assert time.monotonic() - started < 5


def test_files_that_all_name_each_other_are_followed_once_each(tmp_path: Path) -> None:
    everyone = "".join(f"-r r{number}.txt\n" for number in range(150))
    files: dict[str, str | bytes] = {"requirements.txt": everyone + "numpy\n"}
    files |= {f"r{number}.txt": everyone for number in range(150)}
    started = time.monotonic()
    assert names(look(tmp_path, files)) == ["numpy"]
    assert time.monotonic() - started < 5
