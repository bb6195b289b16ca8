"""Worlds chosen, counterexamples found, shown and confirmed."""
