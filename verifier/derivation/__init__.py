"""Files: YAML with places, keys, rewriting in place, worksheets."""
