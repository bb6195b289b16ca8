"""`--annotate`: copies of documents with the verdicts beside their displays."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator

from verifier.derivation.source import read_source
from verifier.derivation.target import apart, put
from verifier.messages import message
from verifier.outcome import DerivationReport, Report, StepReport
from verifier.report.findings import slip

_LATEX = (".tex", ".latex")
_MARKDOWN = (".md", ".markdown", ".qmd", ".rmd", ".myst")
_LIMIT = 8 << 20


def annotate(report: Report, folder: str) -> tuple[str, ...]:
    """Write a copy of each Markdown and LaTeX document into a folder; their paths."""
    os.makedirs(folder, exist_ok=True)
    written = []
    names = apart([document.file for document in report.derivations])
    for document in report.derivations:
        ending = os.path.splitext(document.file)[1].lower()
        if document.reading is None or ending not in (*_LATEX, *_MARKDOWN):
            continue
        path = os.path.join(folder, names[document.file])
        if os.path.exists(path) and os.path.samefile(path, document.file):
            raise FileExistsError(0, "a document would be written over itself")
        source = read_source(document.file, _LIMIT, "a document")
        text = annotated(source.text, document, ending in _LATEX)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        put(path, (source.mark + text).encode())
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
            block = _block(said, latex)
            spaced = number < len(lines) and not lines[number].strip()
            found.append(block.removesuffix("\n") if spaced and not latex else block)
    return "".join(found)


Note = tuple[int, str, str]  # a line, what is said of it in a word or two, and why


def _notes(document: DerivationReport) -> dict[int, list[Note]]:
    """What is said of each display."""
    found: dict[int, list[Note]] = defaultdict(list)
    for step in document.steps:
        if step.place is not None:
            rules = f" ({', '.join(step.rules)})" if step.rules else ""
            note = (step.line, f"{step.verdict}{rules}", _why(step))
            found[step.place.display].append(note)
    if document.reading is not None:
        for line in document.reading.declared:
            found[line.place.display].append((line.line, line.kind, ""))
        for left in document.reading.not_judged:
            why = message(left.why).removeprefix("not judged").removeprefix(": ")
            found[left.display].append((left.line, "not judged", why))
    return {display: sorted(said) for display, said in found.items()}


def _why(step: StepReport) -> str:
    """Why a line isn't proved: how it would hold, if that is known."""
    if step.diagnosis is not None:
        return message(slip(step.diagnosis))
    return message(step.diagnostic) if step.diagnostic and not step.counterexample else ""


def _block(said: list[Note], latex: bool) -> str:
    if latex:
        return "".join(map(_margin, said))
    return "\n" + "".join(_quotation(said)) + "\n"


def _margin(note: Note) -> str:
    """A note in the margin of LaTeX; why, in a comment, for it may hold what TeX stumbles over."""
    number, words, why = note
    said = " ".join(why.split())
    return f"\\marginpar{{\\tiny {number}: {words}}}%{f' {said}' if said else ''}\n"


def _quotation(said: list[Note]) -> Iterator[str]:
    for place, (number, words, why) in enumerate(said):
        line = f"> line {number}: {words}{f': {why}' if why else ''}"
        yield line + ("  \n" if place < len(said) - 1 else "\n")
