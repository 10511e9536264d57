"""Write `src/reproof/lint/catalogue/generated/*.json` from the libraries' own sources, without importing them.

`sources.py` finds and parses the pinned libraries, `signatures.py` reads the arguments of their callables,
`rows.py` tells choices from what is none, `write.py` writes a file; `frameworks/` has a module a framework. What
neither a signature nor these tables can say stands in `catalogue/reviewed/`, which is written by hand.
"""
