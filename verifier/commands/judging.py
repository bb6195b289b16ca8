"""The report on one file: nothing that goes wrong with it gets past this.

Nothing heavy is imported before the file has been read: what can't be is answered at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from verifier.commands.engine import engine, tidy
from verifier.commands.jobs import Job, fault, is_document, neighbour, settled_by
from verifier.derivation.derivation import Derivation, Source, lies_at
from verifier.derivation.loader import expected_verdict, readable
from verifier.kept.reports import Reports
from verifier.kept.store import Store, file_digest
from verifier.outcome import DerivationReport, Diagnostic, DiagnosticError, FileVerdict
from verifier.outcome.search import Search

if TYPE_CHECKING:
    from verifier.judge.checked import CheckedFile, Load

Answer = tuple[DerivationReport, dict[str, str | None]]
# What several files use, once, by a process that others start.
_checked: dict[str, CheckedFile] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked beside the verdicts, and takes longer: in which world each assumption is
    needed, which rules that are cited a step could do without."""

    necessity: bool = False
    superfluous: bool = False
    search: Search | None = None  # in more worlds

    def parts(self) -> Iterator[Asked]:
        """The same in parts that several may do."""
        searches = self.search.parts() if self.search else [None]
        return (replace(self, search=search) for search in searches)


def report_on(job: Job, asked: Asked, kept: Reports | None = None) -> DerivationReport:
    """The report on one file; nothing that goes wrong with it gets past this."""
    kept = kept or Reports(None)
    source: Source | None = None
    loaded: Derivation | None = None
    internal = False
    try:
        with engine():
            kept.uses[job.file] = file_digest(job.file)
            source = job.read()
            kept.uses[job.file] = source.digest
            if is_document(job.file):
                return _read(source, job, asked, kept)
            loaded = readable(source, job.strict)
            return _judged(loaded, job, asked, kept)
    except DiagnosticError as error:
        diagnostics = error.diagnostics
    except Exception as error:
        diagnostics, internal = (fault(error),), True
    expected = FileVerdict.VERIFIED
    if source is not None:
        expected = loaded.expect if loaded else expected_verdict(source)
    return replace(
        failed(job.file, *diagnostics),
        title=loaded.title if loaded else "",
        expected=expected,
        internal=internal,
        digest=source.digest if source else "",
    )


# CPython takes room for frames piece by piece, and gives each back as soon as it is empty: a loop
# that calls across an edge maps and unmaps memory each time (until 3.15). This frame asks for so
# much at once that whatever is called from it, imports included, has room beside it.
report_on.__code__ = report_on.__code__.replace(co_stacksize=1 << 16)


def judged(job: Job, asked: Asked, store: Store | None) -> Answer:
    """The report on a file, and what was read for it, by a process that others start."""
    kept = Reports(store, checked=_checked, due=frozenset({lies_at(job.file)}))
    return report_on(job, asked, kept), kept.uses


def failed(file: str, *diagnostics: Diagnostic) -> DerivationReport:
    """The report on a file of which no more is known than what is wrong with it."""
    first, *others = diagnostics
    verdict = FileVerdict.ERROR
    return DerivationReport(file, "", verdict, error=first, further=tuple(others))


def _read(source: Source, job: Job, asked: Asked, kept: Reports) -> DerivationReport:
    from verifier.documents.document import check_document  # brings all of the above

    load, uses = _neighbours(job)
    report = check_document(source, load)
    kept.keep((asked, job.mode), uses, report)
    return report


def _judged(loaded: Derivation, job: Job, asked: Asked, kept: Reports) -> DerivationReport:
    from verifier.judge.checked import Library  # brings SymPy and NumPy
    from verifier.judge.file import check_file

    load, uses = _neighbours(job)
    library = Library(kept.checked, kept.due)
    report = check_file(loaded, load, asked.necessity, library, asked.superfluous, asked.search)
    if kept.due:  # another file comes next
        library.rest()
        tidy()
    kept.keep((asked, job.mode), uses, report)
    return report


def _neighbours(job: Job) -> tuple[Load, dict[str, str | None]]:
    """What gives the derivations that a file uses, and the digests of those that it gave."""
    uses: dict[str, str | None] = {}

    def load(name: str) -> Derivation:
        path = os.path.join(os.path.dirname(job.file), name)
        uses[path] = file_digest(path)
        uses.update((each, file_digest(each)) for each in settled_by(job.file, path))
        found = neighbour(job.file, name)
        uses[path] = found.source.digest
        return found

    return load, uses
