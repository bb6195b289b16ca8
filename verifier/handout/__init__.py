"""Handouts: what a lecturer prints of a derivation that was judged. Pure functions of a report."""
