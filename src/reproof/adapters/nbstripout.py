"""nbstripout: decides what of a notebook is stripped, and which keys a repository's git settings add."""

from __future__ import annotations

import os

from reproof.lint.finding import Unfixable
from reproof.lint.notebooks.dirt import Stripping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BY_DEFAULT = Stripping()
_EXTRA, _KEPT = b"extrakeys", b"keepmetadatakeys"


def strip_notebook(document: dict[str, Any], stripping: Stripping = _BY_DEFAULT) -> dict[str, Any]:
    """A notebook (parsed JSON, nbformat 3 or 4) as nbstripout leaves it; the argument is not changed.

    Raises `Unfixable` with nbstripout's reason where it gives up on the notebook.
    """
    from nbformat.notebooknode import from_dict
    from nbstripout import MetadataError, strip_output

    _read_as_nbstripout_does(document)
    try:
        notebook = from_dict(document)  # type: ignore[no-untyped-call]
        strip_output(
            notebook,
            keep_output=True if stripping.executed else None,
            keep_count=stripping.executed,
            keep_id=True,
            extra_keys=list(stripping.keys),
        )
        stripped: dict[str, Any] = _plain(notebook)
    except MetadataError as error:
        raise Unfixable(f"nbstripout refuses it: {error}") from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unfixable(f"nbstripout cannot read it ({type(error).__name__}: {error})") from None
    except RecursionError:
        raise Unfixable("its JSON is nested too deeply for nbstripout") from None
    return stripped


def _read_as_nbstripout_does(document: dict[str, Any]) -> None:
    """Raise `Unfixable` where nbformat, which nbstripout reads with, gives up on a notebook.

    What nbformat only complains of, in its log, is no obstacle.
    """
    import json
    import logging
    import warnings

    import nbformat

    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nbformat.reads(json.dumps(document), as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    except RecursionError:
        raise Unfixable("its JSON is nested too deeply for nbformat") from None
    except Exception as error:  # noqa: BLE001  whatever nbformat trips over, it is not a notebook to it
        raise Unfixable(f"nbformat cannot read it ({_first_line(error)})") from None
    finally:
        logging.disable(logging.NOTSET)


def _first_line(error: Exception) -> str:
    said = f"{type(error).__name__}: {error}".split("\n")[0]
    return said if len(said) <= 200 else f"{said[:197]}..."


def _plain(value: Any) -> Any:
    """The same value without nbformat's own kind of dict."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def keys_of_git(root: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys that `filter.nbstripout.extrakeys` and `.keepmetadatakeys` of git's settings name: extra, kept.

    git is only started where one of its files speaks of them, or takes in another file that may.
    """
    if not any(map(_may_say, _settings(root))):
        return (), ()
    import subprocess

    command = [
        "git",
        "config",
        "--null",
        "--get-regexp",
        r"^filter\.nbstripout\.(extrakeys|keepmetadatakeys)$",
    ]
    try:
        done = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:  # without git nothing is committed either
        return (), ()
    said: dict[bytes, tuple[str, ...]] = {}
    for entry in done.stdout.split(b"\0"):
        name, _, value = entry.partition(b"\n")
        said[name.rpartition(b".")[2]] = tuple(value.decode("utf-8", "replace").split())
    return said.get(_EXTRA, ()), said.get(_KEPT, ())


def _settings(root: str) -> list[str]:
    home = os.path.expanduser("~")
    configured = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    return [
        os.path.join(root, ".git", "config"),
        os.environ.get("GIT_CONFIG_GLOBAL") or os.path.join(home, ".gitconfig"),
        os.path.join(configured, "git", "config"),
    ]


def _may_say(path: str) -> bool:
    try:
        with open(path, "rb") as handle:
            text = handle.read(1_000_000).lower()
    except OSError:
        return False
    return _EXTRA in text or _KEPT in text or b"[include" in text
