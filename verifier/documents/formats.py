"""Which format a file is in, by its ending, and what reads it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from verifier.derivation.derivation import Source
from verifier.documents import docstrings, notebook
from verifier.documents.blocks import Display, Page
from verifier.documents.forms import LATEX, MARKDOWN, PANDOC, RST, Format
from verifier.documents.scanner import scan
from verifier.outcome import Diagnostic, DiagnosticError


def _text(form: Format, source: Source) -> Iterable[Page]:
    return (scan(source.text, form),)


def _notebook(source: Source) -> Iterable[Page]:
    try:
        return [*notebook.pages(source.text)]
    except notebook.NotJson as error:
        where = source.location(error.place, error.place)
        raise DiagnosticError(Diagnostic("not-a-notebook", where)) from error


def _python(source: Source) -> Iterable[Page]:
    try:
        return [*docstrings.pages(source.text)]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        at = source.starts[min(line, len(source.starts)) - 1]
        raise DiagnosticError(Diagnostic("not-python", source.location(at, at))) from error


_MARKDOWN, _PANDOC, _LATEX, _RST = (partial(_text, form) for form in (MARKDOWN, PANDOC, LATEX, RST))
FORMATS: Mapping[str, Callable[[Source], Iterable[Page]]] = {
    **dict.fromkeys((".md", ".markdown"), _MARKDOWN),
    **dict.fromkeys((".qmd", ".rmd", ".myst"), _PANDOC),
    **dict.fromkeys((".tex", ".latex"), _LATEX),
    **dict.fromkeys((".rst", ".rest"), _RST),
    ".ipynb": _notebook,
    ".py": _python,
}


def pages_of(source: Source) -> Iterable[Page]:
    """The pages of a document. Raises DiagnosticError where it isn't in its format."""
    return FORMATS[os.path.splitext(source.name)[1].lower()](source)


def has_displays(source: Source) -> bool:
    """Whether there is a display in a document. Raises DiagnosticError as `pages_of` does."""
    blocks = (block for page in pages_of(source) for block in page.blocks)
    return any(isinstance(block, Display) and not block.inline for block in blocks)
