"""Text to written formulas."""
