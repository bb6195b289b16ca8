"""Numbers and arrays of them."""
