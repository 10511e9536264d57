"""DVC stages that run a script: where they run, which parameters file they read, and new entries in `params:`.

A stage runs a script that is among its `deps` or in its `cmd`. The file is extended at marks, as every YAML file
here; a stage that is made by a template (`foreach`, `matrix`, `${…}` where the script is named) is refused.
"""

from __future__ import annotations

import copy
import posixpath
import re

from reproof.lint.edits import apply_edits
from reproof.lint.finding import Unfixable
from reproof.lint.parameters.insertions import Insertions
from reproof.lint.parameters.values import same, yaml_text
from reproof.lint.parameters.yaml_edits import YamlFile, read_yaml
from reproof.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from reproof.lint.finding import Edit
    from reproof.lint.source import SourceFile

    Key = tuple[str, ...]

_DEFAULT = "params.yaml"


class Stage(Value):
    """One stage that runs the script: `path` is its dvc.yaml, `run_in` the root-relative folder it runs in."""

    path: str
    name: str
    run_in: str
    params: tuple[Any, ...]

    @property
    def default(self) -> str:
        """The file that plain entries of `params:` mean."""
        return posixpath.normpath(posixpath.join(self.run_in, _DEFAULT))

    @property
    def reads(self) -> str:
        """The parameters file of the stage: the one it names where it names no key of the default file."""
        named = [each for entry in self.params if isinstance(entry, dict) for each in entry]
        if named and not any(isinstance(entry, str) for entry in self.params):
            for each in named:
                if isinstance(each, str) and each.endswith((".yaml", ".yml")) and "${" not in each:
                    return posixpath.normpath(posixpath.join(self.run_in, each))
        return self.default

    def tracks(self, path: str, key: Key) -> bool:
        """Whether a change of the key's value is a change of the stage already."""
        for entry in self.params:
            if isinstance(entry, str) and path == self.default and _covers(entry, key):
                return True
            for named, keys in entry.items() if isinstance(entry, dict) else ():
                if posixpath.normpath(posixpath.join(self.run_in, str(named))) == path and (
                    not keys or any(_covers(each, key) for each in keys if isinstance(each, str))
                ):
                    return True
        return False


def _covers(entry: str, key: Key) -> bool:
    given = tuple(entry.rstrip(".").split("."))
    return key[: len(given)] == given


def stages_of(file: SourceFile, folders: Iterable[str]) -> list[Stage]:
    """The stages that run the file, of the `dvc.yaml` files in these folders; raises `Unfixable`."""
    found: list[Stage] = []
    for folder in folders:
        path = posixpath.join(folder, "dvc.yaml")
        other = file.neighbour(path)
        name = posixpath.basename(file.path)
        stem = name.removesuffix(".py")
        if other is None or stem.encode() not in other.data:
            continue
        stages = read_yaml(other).data.get("stages")
        for stage, body in stages.items() if isinstance(stages, dict) else ():
            if isinstance(body, dict) and _mentions(body, stem):
                found += _stage(path, folder, str(stage), body, file.path)
    return found


def _mentions(body: Any, stem: str) -> bool:
    """Whether the script's name stands somewhere in the stage; so it does in what has no text."""
    try:
        return re.search(rf"(?<!\w){re.escape(stem)}(?!\w)", repr(body)[:100_000]) is not None
    except (ValueError, RecursionError):
        return True


def _stage(path: str, folder: str, name: str, body: dict[str, Any], script: str) -> Iterator[Stage]:
    inner = body.get("do") if "foreach" in body and isinstance(body.get("do"), dict) else body
    assert isinstance(inner, dict)
    wdir = inner.get("wdir", ".")
    deps, cmd = _texts(inner.get("deps")), _texts(inner.get("cmd"))
    if not isinstance(wdir, str) or "${" in wdir:
        raise Unfixable(f"{path} makes the `wdir` of stage `{name}` by a template: add the parameter by hand")
    run_in = posixpath.normpath(posixpath.join(folder, wdir))
    run_in = "" if run_in == "." else run_in
    if not any(_is_script(each, run_in, script) for each in (*deps, *_words(cmd))):
        return
    if inner is not body or "matrix" in body:
        raise Unfixable(
            f"{path} makes stage `{name}` by a template (`foreach`, `matrix`): add the parameter by hand"
        )
    params = inner.get("params") or []
    if not isinstance(params, list):
        raise Unfixable(f"{path}: `params` of stage `{name}` is no list: mend it first")
    if any("${" in text for text in _texts(params)):
        raise Unfixable(
            f"{path} names the parameters of stage `{name}` by a template: add the parameter by hand"
        )
    yield Stage(path, name, run_in, tuple(params))


def _texts(value: Any) -> list[str]:
    """The strings of an entry that is a string, or a list of strings and of tables with one key."""
    items = value if isinstance(value, list) else [value]
    return [str(next(iter(item), "")) if isinstance(item, dict) else str(item) for item in items if item]


def _words(commands: Sequence[str]) -> Iterator[str]:
    for command in commands:
        words = re.findall(r"[^\s'\";&|()<>]+", command)
        for before, word in zip(["", *words], words, strict=False):
            yield word.replace(".", "/") + ".py" if before == "-m" else word


def _is_script(named: str, run_in: str, script: str) -> bool:
    return posixpath.normpath(posixpath.join(run_in, named.replace("\\", "/"))) == script


def params_added(file: SourceFile, stages: Sequence[Stage], path: str, keys: Sequence[Key]) -> list[Edit]:
    """Edits that add keys of the file `path` to the `params:` of the stages; raises `Unfixable`."""
    edits: list[Edit] = []
    for dvc in dict.fromkeys(stage.path for stage in stages):
        other = file.neighbour(dvc)
        yaml = read_yaml(other) if other else YamlFile(dvc, "")
        insertions = Insertions(dvc, yaml.text, yaml.root)
        expected = copy.deepcopy(yaml.data)
        for stage in stages:
            missing = (
                [".".join(key) for key in keys if not stage.tracks(path, key)] if stage.path == dvc else []
            )
            if missing:
                _extend(insertions, yaml.root, stage, path, missing)
                _extend_data(expected["stages"][stage.name], stage, path, missing)
        own = insertions.edits()
        if own:
            after = YamlFile(dvc, apply_edits(yaml.text, own)).data
            if not same(after, expected, ordered=False):
                raise Unfixable(
                    f"{dvc} is written in a way that cannot be extended safely: add the parameter by hand"
                )
        edits += own
    return edits


def _extend(insertions: Insertions, root: Any, stage: Stage, path: str, missing: list[str]) -> None:
    body = _value(_value(root, "stages"), stage.name)
    insertions.refuse_shared(body)
    params = _value(body, "params")
    named = posixpath.relpath(path, stage.run_in or ".")
    is_default = path == stage.default
    if params is None or params.id != "sequence":
        if params is not None:
            raise Unfixable(f"{stage.path}: `params` of stage `{stage.name}` is empty: remove it, or fill it")
        _new_list(
            insertions, body, missing if is_default else [f"{yaml_text(named)}: [{', '.join(missing)}]"]
        )
        return
    if is_default:
        insertions.into_sequence(params, missing, 3)
        return
    for item in params.value:
        for key, value in item.value if item.id == "mapping" else ():
            if posixpath.normpath(posixpath.join(stage.run_in, key.value)) == path and value.id == "sequence":
                insertions.into_sequence(value, missing, 5)
                return
    entry = f"{yaml_text(named)}: [{', '.join(missing)}]"
    insertions.into_sequence(params, [f"{{{entry}}}" if params.flow_style else entry], 3)


def _new_list(insertions: Insertions, body: Any, items: list[str]) -> None:
    """A `params:` below the stage's `deps`, else below its `cmd`, written as `deps` is."""
    if body.flow_style:
        insertions.into_flow(body, [f"params: [{', '.join(items)}]"])
        return
    deps = _value(body, "deps")
    above = deps if deps is not None else _value(body, "cmd")
    indent = " " * body.value[0][0].start_mark.column
    if deps is not None and deps.id == "sequence" and not deps.flow_style and deps.value:
        inner = " " * deps.start_mark.column
        lines = [f"{indent}params:", *(f"{inner}- {item}" for item in items)]
    else:
        lines = [f"{indent}params:", *(f"{indent}  - {item}" for item in items)]
    insertions.after_entry(above, lines, 2)


def _value(node: Any, key: str) -> Any:
    """The value node of a key; None where there is none."""
    pairs = node.value if node is not None and node.id == "mapping" else ()
    return next((value for at, value in pairs if at.value == key), None)


def _extend_data(body: dict[str, Any], stage: Stage, path: str, missing: list[str]) -> None:
    params = body.setdefault("params", [])
    if path == stage.default:
        params.extend(missing)
        return
    for entry in params:
        for named in entry if isinstance(entry, dict) else ():
            if posixpath.normpath(posixpath.join(stage.run_in, str(named))) == path:
                entry[named] = [*entry[named], *missing]
                return
    params.append({posixpath.relpath(path, stage.run_in or "."): missing})
