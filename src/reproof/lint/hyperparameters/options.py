"""What the configuration says about hyperparameters, ready for the finders."""

from __future__ import annotations

from reproof.errors import UsageError
from reproof.lint.globs import matcher
from reproof.lint.hyperparameters import lexicon
from reproof.lint.hyperparameters.literals import equals
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reproof.config import CheckConfig
    from reproof.lint.catalogue.load import Framework
    from reproof.lint.hyperparameters.hit import Hit


class Options(Value):
    """`strict` also tells what is debatable. `names` are further names with their kinds, `allowed` the values
    of a name that may stand in code (both by squeezed name, values as source text), `holds_config` tells a
    module that only holds configuration by its path, `frameworks` are a user's own by import root.
    """

    strict: bool
    names: Mapping[str, str]
    allowed: Mapping[str, tuple[str, ...]]
    holds_config: Callable[[str], bool]
    frameworks: Mapping[str, Framework]

    def allows(self, hit: Hit) -> bool:
        """Whether the configuration lets this value of this name stand in code."""
        return any(equals(hit.node, value) for value in self.allowed.get(lexicon.squeeze(hit.name), ()))


def options_of(config: CheckConfig) -> Options:
    """The options of a checked configuration; raises `UsageError` for globs and frameworks that are wrong."""
    own = config.hyperparameters
    return Options(
        strict=config.strict,
        names={lexicon.squeeze(name): kind for name, kind in own.names},
        allowed={lexicon.squeeze(name): tuple(map(repr, values)) for name, values in own.allow},
        holds_config=matcher(own.config_modules),
        frameworks=_frameworks(own.frameworks, f"{own.path}: " if own.path else "") if own.frameworks else {},
    )


def _frameworks(tables: tuple[tuple[str, Mapping[str, object]], ...], source: str) -> dict[str, Framework]:
    """A user's frameworks by each of their import roots; `source` is what an error begins with."""
    from reproof.lint.catalogue.user import WrongEntry, user_framework

    found: dict[str, Framework] = {}
    for name, table in tables:
        try:
            made = user_framework(name, table)
        except WrongEntry as wrong:
            where = f"{source}check.hyperparameters.frameworks.{name}{wrong.inside}"
            raise UsageError(f"{where} must be {wrong.what}, not {wrong.value!r}") from None
        found.update(dict.fromkeys(made.roots, made))
    return found
