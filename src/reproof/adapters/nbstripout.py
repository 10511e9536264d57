"""nbstripout: decides what of a notebook is stripped. Its defaults, with the cell ids kept."""

from __future__ import annotations

from reproof.lint.finding import Unfixable
from reproof.lint.notebooks.dirt import CELL_KEYS, NOTEBOOK_KEYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# nbstripout's command line adds these; its library has none.
_EXTRA_KEYS = [f"metadata.{key}" for key in NOTEBOOK_KEYS] + [f"cell.metadata.{key}" for key in CELL_KEYS]


def strip_notebook(document: dict[str, Any]) -> dict[str, Any]:
    """A notebook (parsed JSON, nbformat 3 or 4) as nbstripout leaves it; the argument is not changed.

    Raises `Unfixable` with nbstripout's reason where it gives up on the notebook.
    """
    from nbformat.notebooknode import from_dict
    from nbstripout import MetadataError, strip_output

    try:
        notebook = from_dict(document)  # type: ignore[no-untyped-call]
        strip_output(notebook, keep_output=None, keep_count=False, keep_id=True, extra_keys=_EXTRA_KEYS)
        stripped: dict[str, Any] = _plain(notebook)
    except MetadataError as error:
        raise Unfixable(f"nbstripout refuses it: {error}") from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unfixable(f"nbstripout cannot read it ({type(error).__name__}: {error})") from None
    except RecursionError:
        raise Unfixable("its JSON is nested too deeply for nbstripout") from None
    return stripped


def _plain(value: Any) -> Any:
    """The same value without nbformat's own kind of dict."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
