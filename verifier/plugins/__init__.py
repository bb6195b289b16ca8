"""What other programs load: a plugin of pytest."""
