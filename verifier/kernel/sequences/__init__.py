"""Parts of sequences, their densities, and the graph that a factorisation draws."""
