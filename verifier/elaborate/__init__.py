"""Written formulas to terms, with the conditions that the writing carries."""
