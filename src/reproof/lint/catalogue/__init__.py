"""The hyperparameters of each framework, as data: which callable takes which parameter, where, of which kind.

`generated/` is written by `scripts/catalogue/` from the libraries' own sources; `reviewed/` is written by
hand: corrections of what was generated, and frameworks that are not generated. `user.py` is what a user's
configuration adds. No library is imported here, at any time.
"""
