"""The numeric second opinion: sampled worlds, the meaning of terms on them, counterexamples.

Others use `numeric.search.laboratory.Laboratory` alone. Nothing here knows a rule of the kernel.
"""
