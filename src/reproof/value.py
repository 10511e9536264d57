"""Frozen value classes for the commit path.

A hook starts at every commit, and importing `dataclasses` (with `inspect`) costs more than half of
our start-up. `Value` gives the little that we need of it: fields from annotations, defaults, equality, a
readable repr and no assignment after construction. Code off the commit path uses frozen dataclasses, but for the
shapes of a record's fields: a dozen classes that `reproof run` would wait for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self, dataclass_transform
else:

    def dataclass_transform(**_: object):
        return lambda cls: cls


@dataclass_transform(frozen_default=True)
class Value:
    """Base of the frozen value classes; a subclass lists its fields as annotations, in order."""

    _fields: tuple[str, ...] = ()
    _known: frozenset[str] = frozenset()
    _needed: frozenset[str] = frozenset()

    def __init_subclass__(cls) -> None:
        own = tuple(name for name in cls.__annotations__ if not name.startswith("_"))
        cls._fields = cls._fields + tuple(name for name in own if name not in cls._fields)
        cls._known = frozenset(cls._fields)
        cls._needed = frozenset(name for name in cls._fields if not hasattr(cls, name))

    def __init__(self, *args: Any, **given: Any) -> None:
        if args:
            fields = self._fields
            if len(args) == len(fields) and not given:  # the way of values made by the thousand
                self.__dict__.update(zip(fields, args, strict=True))
                return
            first = dict(zip(fields, args, strict=False))
            if len(args) > len(fields) or first.keys() & given.keys():
                raise TypeError(f"{type(self).__name__} takes {', '.join(fields)}")
            given.update(first)
        if not self._needed <= given.keys():
            missing = next(name for name in self._fields if name in self._needed and name not in given)
            raise TypeError(f"{type(self).__name__} needs {missing}")
        self._refuse_unknown(given)
        self.__dict__.update(given)

    def _refuse_unknown(self, given: dict[str, Any]) -> None:
        if not given.keys() <= self._known:
            unknown = ", ".join(sorted(given.keys() - self._known))
            raise TypeError(f"{type(self).__name__} has no field {unknown}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name}")

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self._fields)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({fields})"

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed."""
        self._refuse_unknown(changes)
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made.__dict__.update(changes)
        return made
