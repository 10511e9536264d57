"""Show a rule's documentation and examples, or the table of all rules."""

from __future__ import annotations

import sys

from reproof.errors import Exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

EXAMPLE = """
reproof explain
reproof explain dirty-notebook
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the argument of `reproof explain`."""
    parser.add_argument("rule", metavar="RULE", nargs="?", help="a rule's name; without it, all in a table")


def run(args: argparse.Namespace) -> int:
    """Print one page or the table; raises `UsageError` with the nearest name for an unknown rule."""
    from reproof.lint.documentation import all_pages, page_of, table, to_text
    from reproof.lint.own_findings import OWN_FINDINGS
    from reproof.lint.rule import load_rule

    if args.rule is None:
        sys.stdout.write(table(all_pages()))
        return Exit.FINE
    own = {finding.name: finding for finding in OWN_FINDINGS}
    sys.stdout.write(to_text(page_of(own.get(args.rule) or load_rule(args.rule))))
    return Exit.FINE
