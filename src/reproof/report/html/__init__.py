"""Report -> one HTML file that needs nothing else: no network, no script; in dark, in light and on paper."""

from __future__ import annotations

from reproof.report.html.page import page

__all__ = ["page"]
