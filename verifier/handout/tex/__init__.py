"""Handouts in LaTeX, and as PDF."""
