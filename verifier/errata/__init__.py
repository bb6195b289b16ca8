"""Slips of the pen, and what takes them back."""
