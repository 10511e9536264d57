"""The command line: finds the verb, builds that verb's parser only, turns errors into exit codes.

A verb is one module of `reproof.commands` with `EXAMPLE`, `configure(parser)` and
`run(args) -> int`. Nothing but the typed verb's module is imported.
"""

from __future__ import annotations

import gc
import os
import sys

from reproof import __version__
from reproof.errors import Exit, ReproofError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from types import ModuleType

COMMANDS = {
    "init": "look at the repository and write configuration, hooks and workflows; never overwrites",
    "check": "look for what cannot be repeated, before it is committed",
    "explain": "show a rule's documentation, or the table of all rules",
    "run": "train once, capture code, config, environment, data and results, record the run",
    "runs": "list recorded runs",
    "show": "show one recorded run",
    "compare": "give the verdict on recorded runs, without training",
    "diff": "compare the inputs and the results of two recorded runs",
    "lineage": "which runs used which version of a data file",
    "accept": "make the results of a recorded run the expected ones",
    "replay": "rebuild a recorded run and train it again",
    "plan": "spread trainings over machines: print a matrix with a job for each",
    "shard": "carry out one job of a plan: train once, and write what came of it",
    "gather": "decide from what came back of a plan, or ask for another wave",
    "ci": "what the GitHub Action runs: train, compare, report",
}

EXIT_CODES = """\
exit codes:
  0  fine
  1  findings, files fixed, or a verdict that fails
  2  usage or configuration
  3  a bug of reproof (prints a block ready for an issue)
  4  something must be installed (prints the line)
  5  the training command failed
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code and never raise for anything that a user can cause."""
    if argv is not None:
        return _run(list(argv))
    code = _run(sys.argv[1:])
    gc.freeze()  # the process ends: to search its modules for garbage would take as long as to import them
    return code


def _run(words: list[str]) -> int:
    if sys.stdout is None:  # `reproof … >&-`
        print("reproof: standard output is closed: there is nowhere to print to", file=sys.stderr)
        return Exit.USAGE
    _write_anything()
    if "GITHUB_ACTIONS" not in os.environ:
        return _answered(words)
    from reproof.inert import silence_commands

    streams = sys.stdout, sys.stderr
    try:
        silence_commands(os.environ)
        return _answered(words)
    finally:
        sys.stdout, sys.stderr = streams


def _answered(words: list[str]) -> int:
    try:
        code = _answer(words)
        sys.stdout.flush()
        return code
    except ReproofError as error:
        from reproof.named_settings import as_configured
        from reproof.redact import redact, secret_values
        from reproof.visible import visible

        known = secret_values(os.environ)
        message, hint = (as_configured(text, ".") for text in (error.message, error.hint or ""))
        print(f"reproof: {visible(redact(message, known))}", file=sys.stderr)
        if hint:
            print(" ", visible(redact(hint, known), keep="\n"), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("reproof: interrupted; nothing half-done was kept", file=sys.stderr)
        return 130
    except SystemExit as ended:
        if isinstance(ended.code, int) and ended.code > 128:
            print("reproof: told to end; nothing half-done was kept", file=sys.stderr)
        raise
    except BrokenPipeError:
        # `reproof … | head`: the reader has seen enough. Point stdout away so that exit stays quiet.
        _point_stdout_away()
        return Exit.FINE
    except OSError as error:  # a full disk, a missing permission: the machine's, not ours
        where = f": {error.filename}" if error.filename else ""
        if not where and _stdout_fails():
            where = ": standard output"
            _point_stdout_away()
        print(f"reproof: {error.strerror or error}{where}", file=sys.stderr)
        return Exit.USAGE
    except Exception as error:  # noqa: BLE001  the last resort is what this function is for
        print(_bug_report(words, error), file=sys.stderr)
        return Exit.BUG


def _write_anything() -> None:
    """A terminal's or a pipe's encoding may lack a character of ours or of the user's files: escape it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def _stdout_fails() -> bool:
    """Whether what is still to be printed cannot be written, or, where nothing is held back, not even nothing."""
    try:
        sys.stdout.flush()
        os.write(sys.stdout.fileno(), b"")
    except OSError:
        return True
    return False


def _point_stdout_away() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _answer(words: list[str]) -> int:
    if words[:1] == ["help"]:  # as other programs have it
        words = [*words[1:2], "--help"]
    if not words or words[0] in {"-h", "--help"}:
        print(_overview())
        return Exit.FINE if words else Exit.USAGE
    if words[0] == "--version":
        print(f"reproof {__version__}")
        return Exit.FINE
    return _dispatch(words[0], words[1:])


def _dispatch(verb: str, rest: list[str]) -> int:
    if verb not in COMMANDS:
        import difflib

        near = difflib.get_close_matches(verb, COMMANDS, n=1)
        hint = f"Did you mean `reproof {near[0]}`?" if near else "See `reproof --help`."
        raise ReproofError(f"there is no command {verb!r}", hint)
    command = _load(verb)
    # A command on the commit path reads a plain line itself: importing argparse costs a third of its start-up.
    plain = command.parse_plainly(rest) if hasattr(command, "parse_plainly") else None
    code: int = command.run(plain or _parsed(verb, rest))
    return code


def _parsed(verb: str, rest: list[str]) -> argparse.Namespace:
    """The line as the command's parser reads it; raises `ReproofError` for an option that there is not."""
    parser = build_parser(verb)
    args, unknown = parser.parse_known_args(rest)
    if not unknown:
        return args
    import difflib

    option = unknown[0].partition("=")[0]
    known = [name for action in parser._actions for name in action.option_strings]
    near = difflib.get_close_matches(option, known, n=1, cutoff=0.75)
    trained = getattr(args, "command", ())  # `reproof run python train.py --fast`
    hint = f"Did you mean `{near[0]}`?" if near else f"See `reproof {verb} --help`."
    if verb == "run" and (trained or not near):
        import shlex

        line = shlex.join([*(trained or ("python", "train.py")), *unknown])
        hint = f"An option of the training's own goes behind `--`: `reproof run -- {line}`"
    if not option.startswith("-"):
        taken = [
            str(action.metavar or action.dest) for action in parser._actions if not action.option_strings
        ]
        raise ReproofError(
            f"`reproof {verb}` takes {' '.join(taken) or 'options only'}, and {unknown[0]!r} is one word too many",
            "Hold two runs against each other: `reproof compare RUN --with RUN`."
            if verb == "compare"
            else hint,
        )
    raise ReproofError(f"`reproof {verb}` has no option {unknown[0]!r}", hint)


def build_parser(verb: str) -> argparse.ArgumentParser:
    """The parser of one command, as it parses the line and as `docs/reference/commands.md` is written from it."""
    import argparse

    class Formatter(argparse.RawDescriptionHelpFormatter):
        """argparse's own, told the width: asking argparse for it imports shutil."""

        def __init__(self, prog: str) -> None:
            super().__init__(prog, width=_width())

    command = _load(verb)
    parser = argparse.ArgumentParser(
        prog=f"reproof {verb}",
        description=(command.__doc__ or COMMANDS[verb]).strip(),
        epilog=f"example:\n{_indent(command.EXAMPLE)}\n\n{EXIT_CODES}",
        formatter_class=Formatter,
        allow_abbrev=False,  # `--allow-dirt` may be an option of the training's own program
    )
    command.configure(parser)
    return parser


def _width() -> int:
    columns = os.environ.get("COLUMNS", "")
    try:
        width = int(columns) if columns.isdecimal() else os.get_terminal_size().columns
    except OSError:  # no terminal
        width = 80
    return max(width, 40) - 2


def _load(verb: str) -> ModuleType:
    import importlib

    gc.disable()  # what an import makes stays
    try:
        return importlib.import_module(f"reproof.commands.{verb}")
    finally:
        gc.enable()


def _overview() -> str:
    width = max(map(len, COMMANDS)) + 2
    verbs = "\n".join(f"  {verb:<{width}}{summary}" for verb, summary in COMMANDS.items())
    return (
        "usage: reproof COMMAND [options]\n\n"
        "If you can't repeat it, you can't trust it.\n\n"
        f"commands:\n{verbs}\n\n"
        "`reproof COMMAND --help` is complete, with an example.\n\n"
        f"{EXIT_CODES}"
    ).rstrip()


def _indent(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.strip().splitlines())


def _bug_report(words: list[str], error: Exception) -> str:
    import platform
    import traceback

    from reproof.redact import redact, secret_values

    trace = redact("".join(traceback.format_exception(error)).rstrip(), secret_values(os.environ))
    return (
        "reproof: this is a bug of reproof, not of your project. Please open an issue with this block:\n"
        "  https://github.com/reproof-ml/reproof/issues/new\n"
        "----------------------------------------------------------------\n"
        f"reproof {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"command: reproof {words[0]}\n"
        f"{trace}\n"
        "----------------------------------------------------------------"
    )
