"""Write the generated file of a framework: one callable a line, so that a new version shows as a readable diff."""

from __future__ import annotations

import json
import pathlib
from typing import Any

TARGET = pathlib.Path(__file__).parents[2] / "src/reproof/lint/catalogue/generated"
_SECTIONS = ("parameters", "callables", "methods", "objects")


def text(document: dict[str, Any]) -> str:
    """The text of a file: the head, then each section with its entries in order of their names."""
    head = {key: value for key, value in document.items() if key not in _SECTIONS}
    blocks = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    for section in _SECTIONS:
        entries = {name: entry for name, entry in sorted(document.get(section, {}).items()) if entry}
        if entries:
            lines = [f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()]
            blocks.append(f" {json.dumps(section)}: {{\n" + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def write(name: str, document: dict[str, Any]) -> None:
    """Write a framework's document to its place."""
    (TARGET / f"{name}.json").write_text(text(document), encoding="utf-8")
