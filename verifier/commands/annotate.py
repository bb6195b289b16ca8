"""`--annotate`: copies of documents with the verdicts beside their displays."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator

from verifier.derivation.source import read_source
from verifier.outcome import DerivationReport, Report

_LATEX = (".tex", ".latex")
_MARKDOWN = (".md", ".markdown", ".qmd", ".rmd", ".myst")
_LIMIT = 8 << 20


def annotate(report: Report, folder: str) -> tuple[str, ...]:
    """Write a copy of each Markdown and LaTeX document into a folder; their paths."""
    os.makedirs(folder, exist_ok=True)
    written = []
    for document in report.derivations:
        ending = os.path.splitext(document.file)[1].lower()
        if document.reading is None or ending not in (*_LATEX, *_MARKDOWN):
            continue
        path = os.path.join(folder, os.path.basename(document.file))
        if os.path.exists(path) and os.path.samefile(path, document.file):
            raise FileExistsError(0, "a document would be written over itself")
        source = read_source(document.file, _LIMIT, "a document")
        text = annotated(source.text, document, ending in _LATEX)
        with open(path, "w", encoding="utf-8", newline="") as stream:
            stream.write(source.mark + text)
        written.append(path)
    return tuple(written)


def annotated(text: str, document: DerivationReport, latex: bool) -> str:
    """A document's text with what is said of each display in the lines behind it."""
    notes = _notes(document)
    lines = text.splitlines(keepends=True)
    ends = document.reading.ends if document.reading else ()
    behind = {end: display for display, end in enumerate(ends, 1)}
    found: list[str] = []
    for number, line in enumerate(lines, 1):
        found.append(line)
        said = notes.get(behind.get(number, 0), [])
        if said:
            found += [] if line.endswith("\n") else ["\n"]
            found.append(_block(said, latex))
    return "".join(found)


def _notes(document: DerivationReport) -> dict[int, list[tuple[int, str]]]:
    """What is said of each display: the lines, and the words."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for step in document.steps:
        if step.place is not None:
            rules = f" ({', '.join(step.rules)})" if step.rules else ""
            found[step.place.display].append((step.line, f"{step.verdict}{rules}"))
    if document.reading is not None:
        for line in document.reading.declared:
            found[line.place.display].append((line.line, line.kind))
        for left in document.reading.not_judged:
            found[left.display].append((left.line, f"not judged: {left.code}"))
    return {display: sorted(said) for display, said in found.items()}


def _block(said: list[tuple[int, str]], latex: bool) -> str:
    if latex:
        return "".join(f"\\marginpar{{\\tiny {number}: {words}}}%\n" for number, words in said)
    return "\n" + "".join(_quotation(said)) + "\n"


def _quotation(said: list[tuple[int, str]]) -> Iterator[str]:
    for place, (number, words) in enumerate(said):
        yield f"> line {number}: {words}" + ("  \n" if place < len(said) - 1 else "\n")
