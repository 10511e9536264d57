"""The line that adds one of reproof's extras to the installation at hand. Nothing is started."""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import sys
from importlib.metadata import PackageNotFoundError, distribution
from urllib.parse import unquote, urlsplit


def how_to_install(extra: str) -> str:
    """A whole hint: what to install, and the command for whatever installed reproof here (`uv tool`, pip, uv)."""
    wanted = shlex.quote(f"{_source()}[{extra}]")
    if os.path.exists(os.path.join(sys.prefix, "uv-receipt.toml")):
        line = f"uv tool install {wanted}"
    elif importlib.util.find_spec("pip"):
        line = f"{shlex.quote(sys.executable)} -m pip install {wanted}"
    else:  # an environment that uv made
        line = f"uv pip install --python {shlex.quote(sys.executable)} {wanted}"
    return f"Install reproof with its extra `{extra}`: {line}"


def _source() -> str:
    """The folder that reproof was installed from, where it is still there; else its name on an index."""
    try:
        told = json.loads(distribution("reproof").read_text("direct_url.json") or "{}")
        url = urlsplit(told.get("url", ""))
    except (PackageNotFoundError, ValueError, OSError, AttributeError, TypeError):
        return "reproof"
    folder = unquote(url.path)
    return folder if url.scheme == "file" and os.path.exists(folder) else "reproof"
