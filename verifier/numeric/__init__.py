"""The numeric second opinion: sampled worlds, the meaning of terms on them, counterexamples.

`SampledModel` in `numeric.search` is the way in. Nothing here knows a rule of the kernel.
"""
