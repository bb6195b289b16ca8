"""Positions in a term, and what may be put there."""
