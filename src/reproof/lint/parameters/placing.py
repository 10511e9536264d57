"""The key of `params.yaml` for each hyperparameter of a file: `train.lr`, and what tells two rates apart.

1. The section is by kind, the last word is the hyperparameter: `train.lr`.
2. Where that would be two values in one file, or one value that two callables take (the trees of a forest and
   of a boosting), each gets a word between that says which one it is: the variable that the statement assigns,
   else the function that is called (`train.optimizer_d.lr`, `model.dropout.p`).
   A constant with a name of its own has that name (`LR_D = 1e-3` is `train.lr_d`).
3. Where several calls stand in one such statement, the call comes behind the variable
   (`preprocess.transform.blur.p`). Where that does not tell them apart either, the class or function around comes
   before the word (`model.encoder.dropout.p`), and last a number, in reading order (`model.dropout_2.p`).

Equal values share a key, but not those of two variables or callables that were told apart: they are equal by
chance, and will be tuned apart. What means the same wherever it is given (`batch_size`, a column) is one. Only
the file itself is looked at, so that a message does not depend on what else was checked. A fix also sees the other
files that it changes: where another script has the key for something else, the file's own name is the word
(`claims.py`).
"""

from __future__ import annotations

import ast
import re

from reproof.lint.hyperparameters.lexicon import names
from reproof.lint.hyperparameters.nodes import first_target, last_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from reproof.lint.hyperparameters.hit import Hit

    Key = tuple[str, ...]
    Thing = tuple[str, str]

# The part of params.yaml that a kind belongs to.
SECTIONS = {
    "training": "train",
    "model": "model",
    "split": "split",
    "preprocessing": "preprocess",
    "features": "data",
    "labels": "data",
    "evaluation": "evaluate",
}
# Parameters that are one choice of a script, whichever of its calls takes them; so are the columns.
_ONE_CHOICE = names("batch_size epochs num_epochs")
_COLUMNS = frozenset({"features", "labels"})
# What a literal goes through on its way into a call, and calls that only make a value.
_THROUGH = (ast.keyword, ast.List, ast.Tuple, ast.Dict, ast.UnaryOp, ast.BinOp, ast.IfExp, ast.Starred)
_MAKE_VALUES = names(
    "int float bool str range len dict list tuple set min max round array arange linspace logspace"
)


def base_key(hit: Hit) -> Key:
    """Section and name."""
    return SECTIONS[hit.kind], hit.name


def spelled_value(hit: Hit) -> str:
    """The literal in a form in which equal values of equal type are equal texts (`1e-3` and `0.001`)."""
    try:
        return ast.dump(hit.node)
    except (ValueError, RecursionError):  # an integer of thousands of digits has no text
        return f"at {hit.code.cell or 0}:{hit.node.lineno}:{hit.node.col_offset}"


def keys(hits: Sequence[Hit], spoken_for: Collection[Key] = ()) -> list[Key]:
    """The key of each hit, by the scheme above; `spoken_for` are base keys that mean another value already."""
    chosen = [base_key(hit) for hit in hits]
    together: dict[Key, list[int]] = {}
    for index, key in enumerate(chosen):
        together.setdefault(key, []).append(index)
    if not spoken_for and not any(_may_clash(hits, same) for same in together.values()):
        return chosen
    surroundings = Surroundings(hits)
    clashing = [
        same
        for key, same in together.items()
        if key in spoken_for or _values(hits, same) > 1 or _callers(hits, same, surroundings) > 1
    ]
    if not clashing:
        return chosen
    taken = {key for key in together if all(key != chosen[same[0]] for same in clashing)} | {*spoken_for}
    for same in clashing:
        for index, key in zip(same, _told_apart(hits, same, surroundings, taken), strict=True):
            chosen[index] = key
        taken |= {chosen[index] for index in same}
    return chosen


def keys_of_file(hits: Sequence[Hit], silenced: Sequence[bool]) -> list[Key]:
    """The key of each hit by the scheme above; those that a comment silences have a say in no other's."""
    heard = [hit for hit, silent in zip(hits, silenced, strict=True) if not silent]
    return with_silenced(hits, silenced, keys(heard))


def with_silenced(hits: Sequence[Hit], silenced: Sequence[bool], heard: Iterable[Key]) -> list[Key]:
    """The keys of all hits from those that are heard; the silenced ones have their plain key."""
    left = iter(heard)
    return [base_key(hit) if silent else next(left) for hit, silent in zip(hits, silenced, strict=True)]


def _values(hits: Sequence[Hit], indices: Iterable[int]) -> int:
    return len({spelled_value(hits[index]) for index in indices})


def _may_clash(hits: Sequence[Hit], same: list[int]) -> bool:
    """Whether it takes a look at the surroundings to know that hits of one base key mean the same."""
    first = hits[same[0]]
    one_choice = first.kind in _COLUMNS or first.name in _ONE_CHOICE
    return len(same) > 1 and not (one_choice and _values(hits, same) == 1)


def _callers(hits: Sequence[Hit], indices: list[int], around: Surroundings) -> int:
    return len({caller for index in indices if (caller := around.caller(hits[index]))}) if indices[1:] else 0


def _told_apart(hits: Sequence[Hit], same: list[int], around: Surroundings, taken: set[Key]) -> list[Key]:
    """Keys for hits of one base key and several meanings: by the nearest word, by more words, by a number."""
    section, name = base_key(hits[same[0]])
    words = [around.words(hits[index]) for index in same]
    things = [around.thing(hits[index]) for index in same]
    inner = [near[:1] for near in words]
    found = [_key(section, name, each) for each in inner]
    callers = [_snake(around.caller(hits[index])) for index in same]
    mixed = _unclear(callers, found)
    for position, caller in enumerate(callers):
        if found[position] in mixed and caller and caller not in inner[position]:
            inner[position] = [*inner[position], caller]
            found[position] = _key(section, name, inner[position])
    unclear = _unclear(things, found)
    for position, near in enumerate(words):
        if found[position] in unclear:
            found[position] = _key(section, name, [*near[1:2], *inner[position]])
    return _numbered(things, found, around, taken)


def _key(section: str, name: str, words: list[str]) -> Key:
    """A word that has the name in it already (`lr_d`, `dropout_p`) is the last one by itself."""
    if words and (
        words[-1] == name or re.search(rf"(?:^|_){re.escape(name)}(?:_|$)", words[-1], re.IGNORECASE)
    ):
        if words[-1] != name:
            return section, *words
        words = words[:-1]
    return section, *(word for word in words if word != section), name


def _unclear(things: Sequence[object], found: list[Key]) -> set[Key]:
    """The keys that stand for more than one thing."""
    meant: dict[Key, set[object]] = {}
    for thing, key in zip(things, found, strict=True):
        meant.setdefault(key, set()).add(thing)
    return {key for key, different in meant.items() if len(different) > 1}


def _numbered(things: list[Thing], found: list[Key], around: Surroundings, taken: set[Key]) -> list[Key]:
    """Each thing its own key; the first keeps it as it is, and none lies in or around a key that is taken.

    A variable has the same number under all names, so that its values stay together.
    """
    given: dict[tuple[Key, Thing], Key] = {}
    used = _Used(taken)
    for position, thing in enumerate(things):
        key = found[position]
        if (key, thing) not in given:
            given[key, thing] = used.nearest(key, around.number(key[:-1], thing))
        found[position] = given[key, thing]
    return found


class _Used:
    """The keys that are spoken for, and the sections that they make."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._keys: set[Key] = set()
        self._sections: set[Key] = set()
        self._next: dict[Key, int] = {}
        for key in keys:
            self._add(key)

    def _add(self, key: Key) -> None:
        self._keys.add(key)
        self._sections.update(key[:length] for length in range(1, len(key)))

    def _is_free(self, key: Key) -> bool:
        inside = any(key[:length] in self._keys for length in range(1, len(key) + 1))
        return not inside and key not in self._sections

    def nearest(self, key: Key, number: int) -> Key:
        """The key with the number, or with the next one that is free; from now on it is not."""
        number = max(number, self._next.get(key, 1))
        while True:
            # All in one word where a value stands on the way: there are only so many of those.
            for each in (_with_number(key, number), _with_number((key[0], "_".join(key[1:])), number)):
                if self._is_free(each):
                    self._next[key] = number + 1
                    self._add(each)
                    return each
            number += 1


def _with_number(key: Key, number: int) -> Key:
    if number == 1:
        return key
    at = -2 if len(key) > 2 else -1
    parts = list(key)
    parts[at] = f"{parts[at]}_{number}"
    return tuple(parts)


class Surroundings:
    """What stands around the hits: made only where names alone may not tell them apart."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self._parents: dict[int, ast.AST] = {}
        self._numbers: dict[Key, dict[str, int]] = {}
        for code in dict.fromkeys(hit.code for hit in hits):
            for node in ast.walk(code.tree):
                for child in ast.iter_child_nodes(node):
                    self._parents[id(child)] = node

    def thing(self, hit: Hit) -> Thing:
        """What the value belongs to (the statement that makes a variable, or nothing), its caller and the value."""
        node: ast.AST = hit.node
        meaning = f"{self.caller(hit)}({spelled_value(hit)})"
        while (parent := self._parents.get(id(node))) is not None:
            if isinstance(parent, ast.Assign | ast.AnnAssign) and parent.value is not hit.node:
                return f"{hit.code.cell or 0}:{parent.lineno}:{parent.col_offset}", meaning
            node = parent
        return "", meaning

    def caller(self, hit: Hit) -> str:
        """The callable that takes the value as its own; empty where none does, or where that says nothing."""
        if hit.kind in _COLUMNS or hit.name in _ONE_CHOICE:
            return ""
        node: ast.AST = hit.node
        while (parent := self._parents.get(id(node))) is not None:
            if isinstance(parent, ast.Call) and node is not parent.func:
                name = last_name(parent.func)
                if name not in _MAKE_VALUES:
                    return name
            elif not isinstance(parent, _THROUGH):
                return ""
            node = parent
        return ""

    def number(self, label: Key, thing: Thing) -> int:
        """The number of a variable among those with the same words; 1 for what is no variable."""
        variable = thing[0]
        if not variable or len(label) < 2:
            return 1
        numbers = self._numbers.setdefault(label, {})
        return numbers.setdefault(variable, len(numbers) + 1)

    def words(self, hit: Hit) -> list[str]:
        """Words that say which one it is, the most telling first; the name of the function around is last."""
        near: list[str] = []
        outer: list[str] = []
        node: ast.AST = hit.node
        called = ""
        while (parent := self._parents.get(id(node))) is not None:
            if isinstance(parent, ast.Call) and node is not parent.func and not called:
                called = last_name(parent.func)
            elif isinstance(parent, ast.Assign | ast.AnnAssign) and not near and not outer:
                target = first_target(parent)
                if (word := last_name(target)) and not isinstance(target, ast.Tuple):
                    near.append(word)
            elif isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                outer.append(parent.name)
            node = parent
        if called and not near:
            near.append(called)
        outer = [word for word in outer if word not in {"__init__", "main", "forward", "__call__"}]
        return list(dict.fromkeys(filter(None, map(_snake, [*near, *outer]))))


def _snake(name: str) -> str:
    """`RandomForestClassifier` is `random_forest_classifier`, `LR_D` is `lr_d`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"\W+", "_", apart).lower().strip("_")
