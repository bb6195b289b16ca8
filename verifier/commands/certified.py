"""`--certified`: of which derivations there is a certificate that the prover accepted, as they
stand. Imports nothing heavy."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from verifier.derivation.source import read_source
from verifier.derivation.target import below
from verifier.kept.store import unchanged
from verifier.outcome import Certified, DerivationReport, Diagnostic, DiagnosticError, FileVerdict
from verifier.version import __version__

if TYPE_CHECKING:
    from verifier.certificate.record import Record

ENDING = ".v"
TOOL = f"elbo-verify {__version__}"
_LIMIT = 32 << 20  # bytes


def is_folder(out: str) -> bool:
    """Whether certificates are in a folder, one for each derivation."""
    return os.path.isdir(out) or out.endswith(os.sep) or not os.path.splitext(out)[1]


def place_of(file: str, paths: Sequence[str], out: str) -> str:
    """Where the certificate of a file is."""
    if not is_folder(out):
        return out
    return os.path.splitext(os.path.join(out, below(file, paths)))[0] + ENDING


def certified_in(report: DerivationReport, paths: Sequence[str], out: str) -> DerivationReport:
    """The same with what a certificate says of it, where that is about the very text that was
    judged and the files that this uses; else with a remark on why it says nothing."""
    if report.verdict is not FileVerdict.VERIFIED or report.reading is not None:
        return report
    from verifier.certificate.record import record_of  # start-up is felt

    place = place_of(report.file, paths, out)
    try:
        source = read_source(place, _LIMIT, "a certificate")
    except DiagnosticError as error:
        return _without(report, place, error.diagnostic.code)
    record = record_of(source.text)
    why = "unchecked" if record is None else _unfit(record, report)
    if record is None or why:
        return _without(report, place, why)
    name = os.path.basename(place)
    known = Certified(
        record.prover, record.axioms, record.accepted, record.steps, name, source.digest
    )
    return replace(report, certified=known)


def _unfit(record: Record, report: DerivationReport) -> str:
    """Why a record doesn't speak of what was judged; empty where it does."""
    folder = os.path.dirname(report.file)
    uses = {os.path.join(folder, name): digest for name, digest in record.uses}
    if record.source != report.digest or not unchanged(uses):
        return "other"
    from verifier.certificate.record import library_digest

    if (record.tool, record.library) != (TOOL, library_digest()):
        return "version"
    return ""


def _without(report: DerivationReport, place: str, why: str) -> DerivationReport:
    remark = Diagnostic("certificate-unfit", None, {"file": place, "reason": why})
    return replace(report, remarks=(*report.remarks, remark))
