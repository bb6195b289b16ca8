"""The normal form, which decides equality.

From the ground up: `nodes`, `atoms` and `store` are what it is made of; `ratios` is its
arithmetic, `side_conditions` what a move owes; `functions`, `series` and `integrals` are what terms
are made with, where binders bind `slices` and leave `marks`; `normaliser` goes from terms to normal
forms and asks the rules at the `sites` at which they may act.
"""
