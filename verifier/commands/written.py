"""What is asked to be written beside what is printed: of documents, and reports into files."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from io import StringIO

from verifier.commands.annotate import annotate
from verifier.commands.extract import extract
from verifier.derivation.loader import holds_one
from verifier.derivation.target import put
from verifier.outcome import AnyReport, Diagnostic, Report
from verifier.report import summary
from verifier.report import write as write_report


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


def write_outputs(
    report: AnyReport, outputs: Sequence[tuple[str, str]], expect: bool, brief: bool
) -> Diagnostic | None:
    """Write a report into files, each in its format, whole or not at all; why one can't be."""
    judged = report.derivations if isinstance(report, Report) else ()
    taken = {os.path.abspath(each.file) for each in judged}
    for form, file in outputs:
        where = os.path.abspath(file)
        if where in taken or holds_one(file):  # what reports are about, or another output
            reason = os.strerror(errno.EEXIST)
            return Diagnostic("output-unwritable", None, {"file": file, "reason": reason})
        taken.add(where)
        text = StringIO()
        write_report(report, text, form, expect, brief)
        try:
            put(file, text.getvalue().encode("utf-8", "backslashreplace"))
        except OSError as error:
            return Diagnostic("output-unwritable", None, {"file": file, "reason": error.strerror})
    return None


def write_summaries(report: AnyReport, forms: Sequence[str], expect: bool) -> Diagnostic | None:
    """Add what the formats have to say to the files that the environment names for it."""
    for form in forms:
        found = summary(report, form, expect)
        file = os.environ.get(found[0]) if found else None
        if found and file:
            try:
                with open(file, "a", encoding="utf-8", errors="backslashreplace") as stream:
                    stream.write(found[1])
            except OSError as error:
                data = {"file": file, "reason": error.strerror}
                return Diagnostic("output-unwritable", None, data)
    return None
