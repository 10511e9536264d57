"""Notebooks for tests: strategies that make them, in every style of writing JSON, and nbstripout's answer."""

from __future__ import annotations

import copy
import json
import logging
import warnings
from typing import Any

import nbformat
from hypothesis import strategies as st
from nbstripout import strip_output

NBFORMAT: Any = nbformat  # it has no types

logging.getLogger("traitlets").setLevel(logging.CRITICAL)

# What nbstripout's command line strips beside outputs and counts; tests/adapters compares it with the real one.
EXTRA_KEYS = [
    "metadata.signature",
    "metadata.widgets",
    "cell.metadata.collapsed",
    "cell.metadata.ExecuteTime",
    "cell.metadata.execution",
    "cell.metadata.heading_collapsed",
    "cell.metadata.hidden",
    "cell.metadata.scrolled",
]

_WORDS = st.text(st.sampled_from('ab"\\/{}[],:\n\té€😀 \x7f'), max_size=6)
_LINES = st.one_of(_WORDS, st.lists(_WORDS, max_size=3))
_FLAGS = st.sampled_from([True, False, 1, 0])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=5,
)
_COUNTS = st.none() | st.integers(0, 99)


def _shuffled(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with these members, in any order."""
    made = st.fixed_dictionaries(required, optional=optional)
    return made.flatmap(lambda value: st.permutations(list(value.items())).map(dict))


_CELL_METADATA = _shuffled(
    {},
    {
        "collapsed": _FLAGS,
        "scrolled": _FLAGS,
        "hidden": _FLAGS,
        "heading_collapsed": _FLAGS,
        "ExecuteTime": _JSON,
        "execution": _JSON,
        "init_cell": _FLAGS,
        "keep_output": st.just(True),
        "tags": st.lists(st.sampled_from(["keep_output", "parameters"]), max_size=2),
        "other": _JSON,
    },
)
_OUTPUTS = st.lists(
    st.one_of(
        _shuffled({"output_type": st.just("stream"), "name": st.just("stdout"), "text": _LINES}, {}),
        _shuffled(
            {
                "output_type": st.just("execute_result"),
                "data": st.dictionaries(st.sampled_from(["text/plain", "image/png"]), _LINES),
                "metadata": st.just({}),
                "execution_count": _COUNTS,
            },
            {},
        ),
    ),
    max_size=2,
)
_IDS = st.uuids().map(lambda uuid: uuid.hex)  # twice the same id is something that nbformat repairs
_CODE = _shuffled(
    {
        "cell_type": st.just("code"),
        "execution_count": _COUNTS,
        "id": _IDS,
        "metadata": _CELL_METADATA,
        "outputs": _OUTPUTS,
        "source": _LINES,
    },
    {},
)
_MARKDOWN = _shuffled(
    {"cell_type": st.just("markdown"), "id": _IDS, "metadata": _CELL_METADATA, "source": _LINES},
    {"attachments": st.dictionaries(_WORDS, st.dictionaries(st.just("image/png"), _WORDS), max_size=1)},
)
_METADATA = _shuffled(
    {},
    {
        "widgets": _JSON,
        "signature": _WORDS,
        "keep_output": _FLAGS,
        "kernelspec": _JSON,
        "orig_nbformat": _COUNTS,
    },
)
_VERSION_4 = _shuffled(
    {
        "cells": st.lists(_CODE | _MARKDOWN, max_size=4),
        "metadata": _METADATA,
        "nbformat": st.just(4),
        "nbformat_minor": st.just(5),
    },
    {},
)
_CODE_3 = _shuffled(
    {
        "cell_type": st.just("code"),
        "collapsed": _FLAGS,
        "input": _LINES,
        "language": st.just("python"),
        "metadata": _CELL_METADATA,
        "outputs": _OUTPUTS,
    },
    {"prompt_number": st.integers(0, 99)},
)
_VERSION_3 = _shuffled(
    {
        "worksheets": st.lists(st.fixed_dictionaries({"cells": st.lists(_CODE_3, max_size=3)}), max_size=2),
        "metadata": _METADATA,
        "nbformat": st.just(3),
        "nbformat_minor": st.just(0),
    },
    {},
)
NOTEBOOKS = _VERSION_4 | _VERSION_3


@st.composite
def texts(draw: st.DrawFn) -> str:
    """The text of a notebook, as this or that program would write it."""
    indent = draw(st.sampled_from([None, 1, 2, 4, "\t"]))
    text = json.dumps(
        draw(NOTEBOOKS),
        indent=indent,
        ensure_ascii=draw(st.booleans()),
        separators=draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,  ", " :")])),
    )
    text += draw(st.sampled_from(["", "\n", "\n\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def as_nbstripout_sees_it(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The notebook as nbformat reads it, and as nbstripout leaves it, both with joined lines."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        notebook = NBFORMAT.reads(text, as_version=NBFORMAT.NO_CONVERT)
        stripped = strip_output(copy.deepcopy(notebook), None, False, True, extra_keys=EXTRA_KEYS)
    return notebook, stripped
