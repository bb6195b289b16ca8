"""Notes, papers and notebooks as they stand: displays, their rows, chains, and what they mean."""
