"""The numeric second opinion: sampled worlds, the meaning of terms on them, counterexamples.

Others use `verifier.numeric.laboratory.Laboratory` alone. Nothing here knows a rule of the kernel.
"""
