"""Hyperparameters a framework, as data: which callable takes which parameter, where, and of which kind.

`generated/` is written by `scripts/catalogue/` from the libraries' own sources; `reviewed/` is written by
hand: corrections of what was generated, and frameworks that are not generated yet. No library is imported
here, at any time.
"""
