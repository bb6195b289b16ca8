"""Written formulas to text, LaTeX and MathML."""
