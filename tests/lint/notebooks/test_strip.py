from __future__ import annotations

import json
import warnings
from typing import Any

import pytest
from hypothesis import given, settings

from reproof.adapters.nbstripout import strip_notebook
from reproof.lint.edits import apply_edits
from reproof.lint.finding import Unfixable
from reproof.lint.notebooks.dirt import DirtFinder, Stripping
from reproof.lint.notebooks.strip import stripping_edits
from reproof.lint.source import NotebookFile
from tests.lint.notebooks.generated import NBFORMAT, as_nbstripout_sees_it, texts

DIRTY = """{
\t"nbformat_minor": 4, "nbformat": 4,
\t"cells": [
\t\t{"cell_type": "code", "metadata": {"scrolled": true, "tags": ["a"]}, "source": "caf\\u00e9 = 1.50",
\t\t "outputs": [{"output_type": "stream", "name": "stdout", "text": "é"}], "execution_count": 12},
\t\t{"cell_type": "markdown", "source": ["é \\/ 1"], "metadata": {
\t\t\t"collapsed": false
\t\t}}
\t],
\t"metadata": {"x": 1.500, "widgets": {"a": [1, 2]}}
}"""
STRIPPED = """{
\t"nbformat_minor": 4, "nbformat": 4,
\t"cells": [
\t\t{"cell_type": "code", "metadata": {"tags": ["a"]}, "source": "caf\\u00e9 = 1.50",
\t\t "outputs": [], "execution_count": null},
\t\t{"cell_type": "markdown", "source": ["é \\/ 1"], "metadata": {}}
\t],
\t"metadata": {"x": 1.500}
}"""


def stripped(text: str) -> str:
    return apply_edits(text, stripping_edits(text, strip_notebook))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n", " \n\n"])
def test_everything_that_is_not_stripped_stays_as_it_was_typed(newline: str, end: str) -> None:
    text, expected = ((each + end).replace("\n", newline) for each in (DIRTY, STRIPPED))
    assert stripped(text) == expected


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ('"a": 1, "a": 1', "twice"),
        ('"a": NaN', "NaN"),
        ('"a": "\\ud800"', "surrogate"),
        ('"a": 1e999', "beyond a float"),
    ],
)
def test_json_that_cannot_round_trip_is_refused(inside: str, words: str) -> None:
    with pytest.raises(Unfixable, match=words):
        stripping_edits(DIRTY.replace('"x": 1.500', inside), strip_notebook)


def test_a_stripper_that_adds_something_is_caught() -> None:
    def adding(document: dict[str, Any], _: Stripping) -> dict[str, Any]:
        return {**document, "added": 1}

    with pytest.raises(Unfixable, match="would not read as nbstripout leaves it"):
        stripping_edits(DIRTY, adding)


def test_a_stripper_that_never_settles_is_caught() -> None:
    def popping(document: dict[str, Any], _: Stripping) -> dict[str, Any]:
        return {**document, "cells": document["cells"][1:]}

    with pytest.raises(Unfixable, match="twice"):
        stripping_edits(DIRTY, popping)


@settings(max_examples=100, deadline=None)
@given(texts())
def test_a_stripped_notebook_is_nbstripouts_and_clean(text: str) -> None:
    result = stripped(text)
    read, _ = as_nbstripout_sees_it(result)
    _, expected = as_nbstripout_sees_it(text)
    assert read == expected
    file = NotebookFile("n.ipynb", result.encode())
    assert DirtFinder(Stripping()).find(file.document, file.raw_cells) == ()
    assert stripped(result) == result


@settings(max_examples=100, deadline=None)
@given(texts())
def test_where_nbformat_wrote_the_file_the_bytes_are_nbstripouts(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        written = NBFORMAT.writes(NBFORMAT.reads(text, as_version=NBFORMAT.NO_CONVERT))
        _, expected = as_nbstripout_sees_it(written)
        assert stripped(written) == NBFORMAT.writes(NBFORMAT.from_dict(expected))
    assert json.loads(written)["nbformat"] in (3, 4)
