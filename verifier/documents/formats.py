"""Which format a file is in, by its ending, and what reads it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping

from verifier.derivation.derivation import Source
from verifier.documents.blocks import Page
from verifier.documents.scanner import LATEX, MARKDOWN, scan


def _markdown(source: Source) -> Iterable[Page]:
    return (scan(source.text, MARKDOWN),)


def _latex(source: Source) -> Iterable[Page]:
    return (scan(source.text, LATEX),)


FORMATS: Mapping[str, Callable[[Source], Iterable[Page]]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".tex": _latex,
}


def pages_of(source: Source) -> Iterable[Page]:
    """The pages of a document."""
    return FORMATS[os.path.splitext(source.name)[1].lower()](source)
