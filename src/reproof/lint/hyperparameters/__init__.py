"""What the rule `hardcoded-hyperparameter` knows about code: which literals of a module are hyperparameters.

`module.py` reads the trees once; each of the other modules looks at one way of writing a value into code and
yields `Hit`s; `examine.py` puts them together. Messages and findings are the rule's.
"""
