"""`--certify`: certificates of what is verified, written and, with `--check`, put to the prover."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.certificate import coq
from verifier.certificate.account import Account
from verifier.certificate.names import comment
from verifier.certificate.pieces import Certificate
from verifier.certificate.record import Record, library_digest, sealed
from verifier.certificate.tables import UncertifiableError
from verifier.certificate.writer import REQUIRED, certificate
from verifier.commands.accounts import accounted
from verifier.commands.certified import ENDING, TOOL, is_folder, place_of
from verifier.commands.jobs import Job, is_document, jobs, neighbour
from verifier.derivation.loader import readable
from verifier.derivation.target import put, standing
from verifier.judge.checked import Library
from verifier.judge.file import check_file
from verifier.kept.store import usual_folder
from verifier.outcome import (
    Certified,
    DerivationReport,
    Diagnostic,
    DiagnosticError,
    ExitStatus,
    FileVerdict,
    Made,
    Verdict,
)
from verifier.report import write_made
from verifier.report.streams import printed

if TYPE_CHECKING:
    import argparse

_Known = tuple[coq.Prover, Path]
_ACCEPTED = "accepted"
_REFUTED_SECONDS = 10  # that Coq is given for a step that is refuted


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
    if not is_folder(out) and Path(out).suffix != ENDING:
        raise DiagnosticError(Diagnostic("certificate-ending", None, {"name": Path(out).suffix}))
    if not is_folder(out) and len(due) > 1:
        raise DiagnosticError(Diagnostic("certificate-several"))
    places: dict[str, Job] = {}
    for job in due:
        own = place_of(job.file, paths, out)
        other = places.setdefault(own, job)
        if other is not job:
            data = {"file": own, "one": other.file, "other": job.file}
            raise DiagnosticError(Diagnostic("certificate-twice", None, data))
    known = _prover() if check else None
    for place, job in places.items():
        yield from _of_file(job, place, known, force)


def _prover() -> _Known:
    """The prover, and its base library. Raises DiagnosticError."""
    try:
        found = coq.prover()
    except coq.NoCoqError:
        raise DiagnosticError(Diagnostic("no-coq")) from None
    try:
        return found, coq.library(found, usual_folder())
    except (OSError, coq.FailedError) as error:
        data = {
            "version": found.version,
            "known": coq.KNOWN,
            "reason": " ".join(str(error).split()),
        }
        raise DiagnosticError(Diagnostic("coq-library", None, data)) from error


@dataclass(frozen=True)
class _Judged:
    """A file, judged: its report, what is certified of it, and the files that it uses, by where
    they lie from it, with their digests."""

    report: DerivationReport
    account: Account
    uses: tuple[tuple[str, str], ...]

    def record(self, coq_: coq.Prover, result: coq.Checked, accepted: int) -> Record:
        """What the prover accepts, and of what."""
        return Record(
            prover=coq_.name,
            axioms=tuple(sorted(result.axioms)),
            accepted=accepted,
            steps=len(self.report.steps),
            tool=TOOL,
            source=self.report.digest,
            uses=self.uses,
            library=library_digest(),
        )


def _judged(job: Job) -> _Judged:
    """A file, judged. Raises DiagnosticError, and UncertifiableError."""
    library = Library()
    loaded = readable(job.read(), job.strict)
    report = check_file(loaded, lambda name: neighbour(job.file, name), library=library)
    if report.error is not None:
        raise DiagnosticError(report.error)
    own = library.files[loaded.source.path]
    folder = os.path.dirname(loaded.source.path)
    others = {path: file for path, file in library.files.items() if file is not own}
    uses = sorted(
        (os.path.relpath(path, folder), file.environment.derivation.source.digest)
        for path, file in others.items()
    )
    return _Judged(report, accounted(own, library), tuple(uses))


def _of_file(job: Job, place: str, known: _Known | None, force: bool) -> Iterator[Made]:
    """What becomes of the certificate of one file."""
    if is_document(job.file):
        yield _failed(job.file, "certificate-document")
        return
    try:
        judged = _judged(job)
        if judged.report.verdict is FileVerdict.VERIFIED:
            yield from _written(judged, place, known, force)
        else:
            status = max(judged.report.exit_status(), ExitStatus.FAILED)
            yield Made(job.file, Diagnostic("certificate-unverified"), status)
            yield from _disagreements(judged, known) if known else ()
    except UncertifiableError as error:
        yield _failed(job.file, "certificate-none", reason=str(error))
    except DiagnosticError as error:
        yield Made(job.file, error.diagnostic, ExitStatus.ERROR)


def _written(judged: _Judged, place: str, known: _Known | None, force: bool) -> Iterator[Made]:
    """A certificate, written, and what the prover says of it. Raises DiagnosticError, and
    UncertifiableError."""
    found = certificate(judged.account)
    try:
        there = standing(place)
        if not (there is None or REQUIRED.encode() in there or force):
            raise DiagnosticError(Diagnostic("certificate-foreign"))
        result = coq.check(*known, found) if known else None
        steps = [*_steps(found, result)]
        said = {step.number: step.said for step in judged.account.steps}
        text = noted(found.text, found, said)
        if result is not None and known is not None:
            text = noted(result.text, found, said)
            own = {step.index for step in judged.report.steps}
            accepted = sum(number in own and verdict == _ACCEPTED for number, verdict, _ in steps)
            record = judged.record(known[0], result, accepted)
            text = sealed(text, record) if result.accepted else text
        os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
        put(place, text.encode())
    except DiagnosticError as error:
        yield Made(place, error.diagnostic, ExitStatus.ERROR)
        return
    except OSError as error:
        data = {"file": place, "reason": error.strerror}
        raise DiagnosticError(Diagnostic("output-unwritable", None, data)) from error
    yield Made(place, Diagnostic("certificate-written"))
    for number, verdict, reason in steps:
        yield _step(place, said.get(number, "0"), verdict, reason)
    if result is not None and known is not None:
        yield _claim(place, result, record, known[0].version)


def noted(text: str, found: Certificate, said: Mapping[int, str]) -> str:
    """A certificate that says at its head which steps it doesn't speak of, and why. `said`: what
    steps are called."""
    first, _, rest = text.partition("\n")
    left_out = sorted((n, why) for n, why in found.left_out.items() if n)
    notes = (comment(f"not in this file: {said[n]}, which is about {why}") for n, why in left_out)
    return "\n".join((first, *notes, rest))


def _disagreements(judged: _Judged, known: _Known) -> Iterator[Made]:
    """The steps that a counterexample refutes and the prover accepts: there should be none."""
    brief = replace(known[0], seconds=_REFUTED_SECONDS)
    for step in judged.report.steps:
        if step.verdict is not Verdict.REFUTED:
            continue
        try:
            forced = certificate(judged.account.claiming(step.index))
        except UncertifiableError:
            continue
        if coq.check(brief, known[1], forced).accepted:
            data = {"version": known[0].version, "step": f"step {step.index}"}
            said = Diagnostic("certificate-disagreement", step.location, data)
            yield Made(judged.report.file, said, ExitStatus.INTERNAL)


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
            yield number, _ACCEPTED, ""


def _claim(place: str, result: coq.Checked, record: Record, version: str) -> Made:
    """What the prover says of the claim."""
    if result.refused:
        return _failed(place, "certificate-refused", reason=result.refused)
    if not result.accepted:
        return _failed(place, "certificate-open", version=version, known=coq.KNOWN)
    said = Certified(record.prover, record.axioms, record.accepted, record.steps, place, "").said
    return Made(place, replace(said, data={**said.data, "seconds": round(result.seconds, 1)}))


def _step(place: str, step: str, verdict: str, reason: str = "") -> Made:
    data = {"step": step, "verdict": verdict, "reason": reason}
    status = ExitStatus.VERIFIED if verdict == _ACCEPTED else ExitStatus.FAILED
    return Made(place, Diagnostic("certificate-step", None, data), status)


def _failed(file: str, code: str, **data: object) -> Made:
    return Made(file, Diagnostic(code, None, data), ExitStatus.FAILED)
