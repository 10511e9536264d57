"""Run by the user's interpreter: what it is, which packages it has, and where they came from.

Packages are told by their metadata; none is imported.
"""

from __future__ import annotations

import ast
import glob
import json
import os
import platform
import re
import site
import sys
import sysconfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LONGEST = 4000  # characters of one fact
LARGEST = 1 << 20  # bytes of one metadata file
OUTSIDE = "outside of the repository"


def besides() -> list[str]:
    """Folders that the training looks for packages in, and a `-I` leaves out: PYTHONPATH's and the user's own."""
    found = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if os.path.isabs(path)]
    if not os.environ.get("PYTHONNOUSERSITE") and _shares_the_users_folder():
        found.append(site.getusersitepackages())
    return [path for path in found if os.path.isdir(path)][:50]


def search_path() -> list[str]:
    """Where the training will look for packages, its own folder aside."""
    return besides() + sys.path


def _shares_the_users_folder() -> bool:
    if sys.prefix == sys.base_prefix:
        return True
    try:
        with open(os.path.join(sys.prefix, "pyvenv.cfg"), encoding="utf-8", errors="replace") as handle:
            return bool(re.search(r"(?m)^include-system-site-packages\s*=\s*true", handle.read(LARGEST)))
    except OSError:
        return False


def packages() -> tuple[dict[str, str], dict[str, str], set[str]]:
    """Versions and origins by normalised name, and who installed them. The first on the path is imported."""
    versions: dict[str, str] = {}
    origins: dict[str, str] = {}
    installers: set[str] = set()
    for place in search_path():
        for called, version, direct, installer in _installed(place):
            name = re.sub(r"[-_.]+", "-", called or "").lower()
            if not name or not version or name in versions:
                continue
            versions[name] = version[:LONGEST]
            told = (installer or "").split()[:1]
            # Packages of conda name the folder in which somebody's farm built them: they came from a channel.
            origin = None if told == ["conda"] else origin_of(direct)
            if origin:
                origins[name] = origin[:LONGEST]
            installers.update(word[:40] for word in told)
    return versions, origins, installers


def _installed(place: str) -> Iterator[tuple[str | None, str | None, str | None, str | None]]:
    """Name, version, `direct_url.json` and INSTALLER of each distribution in one place, in the place's order.

    Folders named as pip names them are read here: importlib.metadata, which reads all others, takes as long to be
    imported as a hundred of them to be read.
    """
    if os.path.isfile(place) or place.lower().endswith(".egg"):
        from importlib.metadata import distributions

        yield from map(_told, distributions(path=[place]))
        return
    try:
        children = os.listdir(place or ".")
    except OSError:
        return
    for child in children:
        folder, (stem, kind) = os.path.join(place, child), os.path.splitext(child)
        if kind.lower() not in (".dist-info", ".egg-info"):
            continue
        name, _, version = stem.partition("-")
        plain = kind == ".dist-info" and name and version and "-" not in version
        if plain and os.path.isfile(os.path.join(folder, "METADATA")):
            yield name, version, _text_in(folder, "direct_url.json"), _text_in(folder, "INSTALLER")
        else:
            from importlib.metadata import Distribution
            from pathlib import Path

            yield _told(Distribution.at(Path(folder)))


def _told(found: Any) -> tuple[str | None, str | None, str | None, str | None]:
    try:
        direct, installer = found.read_text("direct_url.json"), found.read_text("INSTALLER")
        return found.metadata["Name"], found.version, direct, installer
    except Exception:  # noqa: BLE001  a half-removed package must not hide the others
        return None, None, None, None


def _text_in(folder: str, name: str) -> str | None:
    try:
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as handle:
            return handle.read(LARGEST)
    except OSError:
        return None


def origin_of(direct: str | None) -> str | None:
    """`git+https://…@commit`, `https://…#sha256=…`, `editable: path`, `local: path` (PEP 610); None: an index."""
    try:
        told = json.loads(direct or "null")
        url = told["url"]
        if "vcs_info" in told:
            vcs = told["vcs_info"]
            origin = f"{vcs['vcs']}+{url}@{vcs.get('commit_id') or vcs.get('requested_revision')}"
        elif url.startswith("file:"):
            editable = told.get("dir_info", {}).get("editable")
            origin = f"{'editable' if editable else 'local'}: {_inside(url)}"
        else:
            digest = told.get("archive_info", {}).get("hash") or ""
            origin = url + ("#" + digest if digest else "")
        if told.get("subdirectory"):
            origin += ("&" if "#" in origin else "#") + "subdirectory=" + told["subdirectory"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return str(origin)


def _inside(url: str) -> str:
    """A local place as the repository has it; of others nothing is told, since they hold people's names."""
    from urllib.parse import unquote, urlsplit

    here, there = os.path.realpath(os.getcwd()), os.path.realpath(unquote(urlsplit(url).path))
    if there != here and not there.startswith(here.rstrip(os.sep) + os.sep):
        return OUTSIDE
    return os.path.relpath(there, here).replace(os.sep, "/")


def interpreter() -> dict[str, str]:
    """What tells this interpreter from others of its version; `machine.py` adds the hashes of its files."""
    facts = {"build": " ".join(platform.python_build()), "compiler": platform.python_compiler()}
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        facts["threads"] = "free-threaded"
    return {name: value for name, value in facts.items() if value}


def builds() -> dict[str, str]:
    """Frameworks' builds as their files tell them: importing one takes seconds."""
    found: dict[str, str] = {}
    for name, value in _assignments("torch/version.py").items():
        if name in ("cuda", "hip", "xpu", "git_version") and value:
            found["torch " + name.replace("git_version", "commit")] = str(value)
    text = _text("tensorflow/python/platform/build_info.py")
    for name in ("cuda_version", "cudnn_version"):
        told = re.search(r"['\"]" + name + r"['\"]\s*[,:]\s*['\"]([^'\"]{1,40})['\"]", text)
        if told:
            found["tensorflow " + name.replace("_version", "")] = told.group(1)
    return found


def _text(path: str) -> str:
    for folder in search_path():
        try:
            with open(os.path.join(folder, path), encoding="utf-8", errors="replace") as handle:
                return handle.read(LARGEST)
        except (OSError, ValueError):
            continue
    return ""


def _assignments(path: str) -> dict[str, Any]:
    """The plain texts that a module assigns, without running it."""
    found = {}
    try:
        body = ast.parse(_text(path)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    for node in body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            found[target.id] = value.value
    return found


def conda() -> dict[str, str]:
    """`conda NAME` -> version and build, of what conda put beside the interpreter."""
    found = {}
    for path in sorted(glob.glob(os.path.join(glob.escape(sys.prefix), "conda-meta", "*.json")))[:5000]:
        try:
            with open(path, encoding="utf-8") as handle:
                told = json.loads(handle.read(64 * LARGEST))
            found["conda " + told["name"]] = f"{told['version']} {told['build']}"[:LONGEST]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
    return found


def markers() -> dict[str, str]:
    """What environment markers of requirements are judged by (PEP 508)."""
    release = platform.python_version()
    return {
        "implementation_name": sys.implementation.name,
        "implementation_version": release,
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": release,
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    }


def main() -> None:
    versions, origins, installers = packages()
    facts = interpreter()
    if installers:
        facts["installers"] = ", ".join(sorted(installers)[:10])
    answer = {
        "python": platform.python_implementation() + " " + platform.python_version(),
        "interpreter": facts,
        "packages": dict(sorted(versions.items())),
        "origins": dict(sorted(origins.items())),
        "libraries": dict(sorted(conda().items()), **builds()),
        "markers": markers(),
        "besides": besides(),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
