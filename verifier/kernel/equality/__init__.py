"""The normal form, which decides equality, and what it is made of."""
