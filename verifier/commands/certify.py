"""`--certify`: certificates of what is verified, written and, with `--check`, put to the prover."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.certificate import coq
from verifier.certificate.pieces import Certificate
from verifier.certificate.tables import UncertifiableError
from verifier.certificate.writer import REQUIRED, certificate
from verifier.commands.accounts import accounted
from verifier.commands.jobs import Job, is_document, jobs, neighbour
from verifier.derivation.loader import readable
from verifier.derivation.target import below, put, standing
from verifier.judge.checked import Library
from verifier.judge.file import check_file
from verifier.kept.store import usual_folder
from verifier.outcome import Diagnostic, DiagnosticError, ExitStatus, FileVerdict, Made
from verifier.report import write_made
from verifier.report.streams import printed

if TYPE_CHECKING:
    import argparse

ENDING = ".v"


def certify(arguments: argparse.Namespace) -> int:
    """Write the certificates that are asked for, and say what became of them; the status. Raises
    DiagnosticError where that can't be done."""
    asked = arguments.paths, arguments.certify, arguments.check, arguments.force
    made = [*certified(*asked)]
    status = max((each.status for each in made), default=ExitStatus.ERROR)
    return max(status, printed(lambda s: write_made(made, s, arguments.format, "certificates")))


def certified(
    paths: list[str], out: str, check: bool = False, force: bool = False
) -> Iterator[Made]:
    """What becomes of the certificates of files. Raises DiagnosticError."""
    due, _ = jobs(*map(os.fsencode, paths))
    folder = os.path.isdir(out) or out.endswith(os.sep) or not Path(out).suffix
    if not folder and Path(out).suffix != ENDING:
        raise DiagnosticError(Diagnostic("certificate-ending", None, {"name": Path(out).suffix}))
    if not folder and len(due) > 1:
        raise DiagnosticError(Diagnostic("certificate-several"))
    places: dict[str, Job] = {}
    for job in due:
        own = str(Path(out, below(job.file, paths)).with_suffix(ENDING)) if folder else out
        other = places.setdefault(own, job)
        if other is not job:
            data = {"file": own, "one": other.file, "other": job.file}
            raise DiagnosticError(Diagnostic("certificate-twice", None, data))
    known = _prover() if check else None
    for place, job in places.items():
        yield from _of_file(job, place, known, force)


def _prover() -> tuple[coq.Prover, Path]:
    """The prover, and its base library. Raises DiagnosticError."""
    try:
        found = coq.prover()
        return found, coq.library(found, usual_folder())
    except coq.NoCoqError:
        raise DiagnosticError(Diagnostic("no-coq")) from None
    except (OSError, coq.FailedError) as error:
        raise DiagnosticError(Diagnostic("coq-library", None, {"reason": str(error)})) from error


def _of_file(
    job: Job, place: str, known: tuple[coq.Prover, Path] | None, force: bool
) -> Iterator[Made]:
    """What becomes of the certificate of one file."""
    if is_document(job.file):
        yield _failed(job.file, "certificate-document")
        return
    library = Library()
    try:
        loaded = readable(job.read(), job.strict)
        report = check_file(loaded, lambda name: neighbour(job.file, name), library=library)
    except DiagnosticError as error:
        yield Made(job.file, error.diagnostic, ExitStatus.ERROR)
        return
    if report.error is not None:
        yield Made(job.file, report.error, ExitStatus.ERROR)
        return
    if report.verdict is not FileVerdict.VERIFIED:
        yield _failed(job.file, "certificate-unverified")
        return
    try:
        account = accounted(library.files[loaded.source.path], library)
        found = certificate(account)
    except UncertifiableError as error:
        yield _failed(job.file, "certificate-none", reason=str(error))
        return
    try:
        there = standing(place)
        if not (there is None or REQUIRED.encode() in there or force):
            raise DiagnosticError(Diagnostic("certificate-foreign"))
        result = coq.check(*known, found) if known else None
        os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
        put(place, (result.text if result else found.text).encode())
    except DiagnosticError as error:
        yield Made(place, error.diagnostic, ExitStatus.ERROR)
        return
    except OSError as error:
        data = {"file": place, "reason": error.strerror}
        raise DiagnosticError(Diagnostic("output-unwritable", None, data)) from error
    yield Made(place, Diagnostic("certificate-written"))
    said = {step.number: step.said for step in account.steps}
    for number, verdict, reason in _steps(found, result):
        yield _step(place, said.get(number, "0"), verdict, reason)
    if result is not None and known is not None:
        yield _claim(place, result, known[0].version)


def _steps(certificate: Certificate, result: coq.Checked | None) -> Iterator[tuple[int, str, str]]:
    """What becomes of each step, as far as that is known."""
    steps: dict[int, list[str]] = {}
    for lemma, step in certificate.lemmas.items() if result else ():
        steps.setdefault(step, []).extend([] if result and result.lemmas[lemma] else [lemma])
    for number in sorted({*steps, *certificate.left_out} - {0}):
        if number in certificate.left_out:
            yield number, "not certifiable", certificate.left_out[number]
        elif steps[number]:
            yield number, "not closed", ", ".join(steps[number])
        else:
            yield number, "accepted", ""


def _claim(place: str, result: coq.Checked, version: str) -> Made:
    """What the prover says of the claim."""
    if result.refused:
        return _failed(place, "certificate-refused", reason=result.refused)
    if not result.accepted:
        return _failed(place, "certificate-open", version=version)
    seconds, axioms = round(result.seconds, 1), len(result.axioms)
    data = {"version": version, "seconds": seconds, "axioms": axioms}
    return Made(place, Diagnostic("certified", None, data))


def _step(place: str, step: str, verdict: str, reason: str = "") -> Made:
    data = {"step": step, "verdict": verdict, "reason": reason}
    status = ExitStatus.VERIFIED if verdict == "accepted" else ExitStatus.FAILED
    return Made(place, Diagnostic("certificate-step", None, data), status)


def _failed(file: str, code: str, **data: object) -> Made:
    return Made(file, Diagnostic(code, None, data), ExitStatus.FAILED)
