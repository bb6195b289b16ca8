"""Worlds: what is drawn at random, at which horizon."""
