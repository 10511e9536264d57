"""The command `python -m scripts.catalogue [--sources FOLDER] [NAME …]`; `make catalogue` fetches the sources."""

from __future__ import annotations

import argparse
import importlib
import pathlib
import pkgutil
from typing import Any

from scripts.catalogue import frameworks
from scripts.catalogue.sources import Sources
from scripts.catalogue.write import write

SOURCES = pathlib.Path(__file__).parents[2] / ".cache/catalogue"


def known() -> list[str]:
    """The frameworks that have a module in `frameworks/`."""
    return sorted(module.name for module in pkgutil.iter_modules(frameworks.__path__))


def document(name: str, sources: Sources) -> dict[str, Any]:
    """What is read of one framework, with where it was read from."""
    module = importlib.import_module(f"scripts.catalogue.frameworks.{name}")
    version = sources.version(module.DISTRIBUTION)
    return {
        "framework": name,
        "version": version,
        "source": f"the sources of {module.DISTRIBUTION} {version}, read by scripts/catalogue",
        "roots": list(module.ROOTS),
        **module.read(sources),
    }


def main() -> None:
    """Write the files of the frameworks named, or of all."""
    parser = argparse.ArgumentParser(prog="python -m scripts.catalogue", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *known()], help="a framework")
    parser.add_argument("--sources", type=pathlib.Path, default=SOURCES, help="unpacked distributions")
    options = parser.parse_args()
    sources = Sources(options.sources)
    for name in options.names or known():
        write(name, document(name, sources))


if __name__ == "__main__":
    main()
