"""What is asked to be written of documents, beside the report."""

from __future__ import annotations

from verifier.commands.annotate import annotate
from verifier.commands.extract import extract
from verifier.outcome import Diagnostic, Report


def write(report: Report, chains: str | None, copies: str | None) -> Diagnostic | None:
    """Write the chains and the copies into their folders; why that can't be done, if it can't."""
    try:
        if chains is not None:
            extract(report, chains)
        if copies is not None:
            annotate(report, copies)
    except OSError as error:
        return Diagnostic("cannot-write-folder", None, {"reason": error.strerror})
    return None
