"""Install commands, wherever they stand, as dependencies; and whole shell scripts."""

from __future__ import annotations

from reproof.lint.requirements.installs import MENTIONED, installs
from reproof.lint.requirements.pinned import Reason
from reproof.lint.requirements.unpinned import Dependency

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reproof.lint.requirements.installs import Install
    from reproof.lint.source import SourceFile

QUOTE = "put it in quotes, with the version: `'{name}==…'`"


def dependencies(file: SourceFile) -> Iterator[Dependency]:
    """What a shell script installs."""
    if MENTIONED.search(file.text):
        for install in installs(file.text, known={}):
            yield from installed(install)


def installed(install: Install, offset: int = 0, cell: int | None = None) -> Iterator[Dependency]:
    """What one command installs; `offset` is where its text begins in the file or in the notebook's cell."""
    for item in install.items:
        cut = item.verdict.reason is Reason.REDIRECT
        yield Dependency(
            item.verdict,
            item.text,
            item.start + offset,
            item.end + offset,
            pinnable=item.exact and not cut,
            conda=item.conda,
            cure=QUOTE.format(name=item.verdict.name) if cut else "",
            cell=cell,
            constraints=install.constraints,
        )
