"""Handouts for browsers."""
