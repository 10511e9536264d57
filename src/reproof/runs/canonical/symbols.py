"""What a pickle describes, as a tree of symbols. Nothing is imported, called or built: this is no unpickling.

The opcodes are listed by the standard library's disassembler and carried out on symbols alone: a class is its
name, a call is a function's name with its arguments. Protocols 2 and later, which `torch.save` writes.
"""

from __future__ import annotations

import pickletools
from typing import TYPE_CHECKING, Any

from reproof.runs.canonical.frame import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

Atom = str | bytes | int | float | bool | None


class Symbol:
    """One object that a pickle describes.

    `kind` is list, tuple, dict, set, global (`head` is its module and name), call (a function and its arguments),
    object (a class and its arguments) or persistent (an id). `items` and `pairs` were added later, `state` set.
    """

    __slots__ = ("head", "items", "kind", "pairs", "state")

    def __init__(self, kind: str, head: tuple[Any, ...] = (), items: list[Any] | None = None) -> None:
        self.kind = kind
        self.head = head
        self.items: list[Any] = items or []
        self.pairs: list[tuple[Any, Any]] = []
        self.state: list[Any] = []

    @property
    def called(self) -> str | None:
        """`module name` of the function that a call calls."""
        function = self.head[0] if self.kind == "call" else None
        return " ".join(function.head) if isinstance(function, Symbol) and function.kind == "global" else None


_MARK = object()
_ATOMS = frozenset({
    "BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8",
    "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8", "BINSTRING", "SHORT_BINSTRING",
})  # fmt: skip
_CONSTANTS: dict[str, bool | None] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY = {"EMPTY_LIST": "list", "EMPTY_DICT": "dict", "EMPTY_SET": "set", "EMPTY_TUPLE": "tuple"}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


def read_symbols(data: bytes) -> Any:
    """The object that a pickle describes: an `Atom` or a `Symbol`; the same object twice is the same symbol.

    Raises `ValueError` or `LookupError` for what is no pickle, or has an opcode that is not known here.
    """
    machine = _Machine()
    for opcode, argument, _ in pickletools.genops(data):
        if opcode.name == "STOP":
            return machine.pop()
        machine.step(opcode.name, argument)
    raise UnreadableError("the pickle has no end")


class _Machine:
    """A stack and a memo, as the pickle machine has, of symbols."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.ways: dict[str, Callable[[Any], None]] = {
            "PROTO": self.nothing,
            "FRAME": self.nothing,
            "MARK": lambda _: self.stack.append(_MARK),
            "BINPUT": self.put,
            "LONG_BINPUT": self.put,
            "MEMOIZE": lambda _: self.put(len(self.memo)),
            "BINGET": self.get,
            "LONG_BINGET": self.get,
            "GLOBAL": lambda argument: self.push(Symbol("global", tuple(argument.split(" ", 1)))),
            "STACK_GLOBAL": lambda _: self.push(Symbol("global", self.some(2))),
            "TUPLE": lambda _: self.push(Symbol("tuple", items=self.marked())),
            "LIST": lambda _: self.push(Symbol("list", items=self.marked())),
            "FROZENSET": lambda _: self.push(Symbol("set", items=self.marked())),
            "DICT": self.dictionary,
            "REDUCE": lambda _: self.push(Symbol("call", self.some(2))),
            "NEWOBJ": lambda _: self.push(Symbol("object", self.some(2))),
            "NEWOBJ_EX": lambda _: self.push(Symbol("object", self.some(3))),
            "BINPERSID": lambda _: self.push(Symbol("persistent", self.some(1))),
            "APPEND": lambda _: self.append(self.some(1)),
            "APPENDS": lambda _: self.append(tuple(self.marked())),
            "ADDITEMS": lambda _: self.append(tuple(self.marked())),
            "SETITEM": lambda _: self.set(list(self.some(2))),
            "SETITEMS": lambda _: self.set(self.marked()),
            "BUILD": self.build,
        }

    def step(self, name: str, argument: Any) -> None:
        """Carry out one opcode."""
        if name in _ATOMS:
            self.push(bytes(argument) if isinstance(argument, bytearray) else argument)
        elif name in _CONSTANTS:
            self.push(_CONSTANTS[name])
        elif name in _EMPTY:
            self.push(Symbol(_EMPTY[name]))
        elif name in _TUPLES:
            self.push(Symbol("tuple", items=list(self.some(_TUPLES[name]))))
        elif name in self.ways:
            self.ways[name](argument)
        else:
            raise UnreadableError(f"the pickle has the opcode {name}")

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop(self) -> Any:
        value = self.stack.pop()
        if value is _MARK:
            raise UnreadableError("the pickle takes a mark for an object")
        return value

    def some(self, count: int) -> tuple[Any, ...]:
        """The topmost values, the deepest first."""
        return tuple(self.pop() for _ in range(count))[::-1]

    def marked(self) -> list[Any]:
        """The values above the topmost mark."""
        found = []
        while (value := self.stack.pop()) is not _MARK:
            found.append(value)
        return found[::-1]

    def nothing(self, _: Any) -> None:
        pass

    def put(self, position: int) -> None:
        self.memo[position] = self.stack[-1]

    def get(self, position: int) -> None:
        self.push(self.memo[position])

    def target(self) -> Symbol:
        """What the values just taken belong to."""
        symbol = self.stack[-1]
        if not isinstance(symbol, Symbol):
            raise UnreadableError("the pickle adds to what is no object")
        return symbol

    def append(self, values: tuple[Any, ...]) -> None:
        self.target().items.extend(values)

    def set(self, values: list[Any]) -> None:
        self.target().pairs.extend(zip(values[::2], values[1::2], strict=True))

    def dictionary(self, _: Any) -> None:
        values = self.marked()
        self.push(Symbol("dict"))
        self.set(values)

    def build(self, _: Any) -> None:
        (state,) = self.some(1)
        self.target().state.append(state)
