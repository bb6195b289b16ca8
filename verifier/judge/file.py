"""The report on a file: its steps, its claim, what it assumes, and whether the worlds agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verifier.derivation.derivation import Derivation
from verifier.derivation.faults import Faults
from verifier.judge.agreement import Agreement, agreement
from verifier.judge.assumptions import assumptions, horizons, unused
from verifier.judge.checked import CheckedFile, Library, Load, checked_file, continued
from verifier.judge.densities import CheckedDensities, check_densities
from verifier.judge.environment import Environment
from verifier.outcome import (
    DerivationReport,
    Diagnostic,
    DiagnosticError,
    Document,
    FileVerdict,
    StepReport,
)
from verifier.outcome.search import Search
from verifier.typeset.printer import plain


def check_file(
    derivation: Derivation,
    load: Load,
    necessity: bool = False,
    library: Library | None = None,
    superfluous: bool = False,
    search: Search | None = None,
) -> DerivationReport:
    """The report on a derivation. `load` gives the derivations that `using` names; `necessity`
    asks for worlds in which steps fail without what is assumed, `superfluous` for rules that steps
    could do without, `search` for more worlds. With the same `library` for several derivations,
    what they all use is checked once, and of one that was checked before in another form what is
    still the same.
    """
    try:
        Faults(derivation.faults).raised()
        file = _checked(derivation, load, library or Library(), superfluous)
    except DiagnosticError as error:
        from verifier.judge.faulty import faulty  # late, as all that few files need

        faults, steps = faulty(derivation, load, library)
        return error_report(derivation, faults or error.diagnostics, steps)
    report = replace(report_of(file, search), file=derivation.source.name)
    if necessity:
        from verifier.judge.necessity import necessity as needed

        model, second = file.environment.declared.model, file.environment.second
        report = replace(report, necessity=tuple(needed(model, file.run.steps, second)))
    return report


def _checked(
    derivation: Derivation, load: Load, library: Library, superfluous: bool
) -> CheckedFile:
    """A file checked, as far as it wasn't before. Raises DiagnosticError."""
    known = library.files.get(derivation.source.path)
    asked = True, superfluous or derivation.strict, False
    if known is None or asked != _as_asked(known.environment):
        found = checked_file(derivation, load, library, superfluous=superfluous)
    elif library.found(derivation, load) is not None:
        found = known
    else:
        found = continued(known, derivation, load, library)
    library.enter(found)
    return found


def _as_asked(own: Environment) -> tuple[bool, bool, bool]:
    """What a file was checked for: its report, rules to spare, another that uses it."""
    return own.explains, own.superfluous, own.declared.model.marked


def error_report(
    derivation: Derivation, faults: Sequence[Diagnostic], steps: tuple[StepReport, ...]
) -> DerivationReport:
    """The report on a file that can't be judged whole."""
    return DerivationReport(
        file=derivation.source.name,
        title=derivation.title,
        verdict=FileVerdict.ERROR,
        steps=steps,
        error=faults[0],
        further=tuple(faults[1:]),
        expected=derivation.expect,
        digest=derivation.source.digest,
    )


def step_reports(derivation: Derivation, load: Load) -> tuple[StepReport, ...]:
    """The steps alone, each asked of the kernel; the claim and the worlds are left out.

    Raises DiagnosticError for what makes a file an `error`.
    """
    return tuple(step.report for step in checked_file(derivation, load).run.steps)


def report_of(file: CheckedFile, search: Search | None = None) -> DerivationReport:
    """Everything: the steps, the claim, the numeric check, in more worlds where that is asked
    for."""
    environment, run = file.environment, file.run
    derivation, claim = environment.derivation, file.claim
    agreed = agreement(environment, run)
    if search is not None:
        from verifier.judge.wider import widened

        agreed = widened(environment, agreed, search)
    beside = [*map(agreement, environment.cases, run.beside)]
    against = next((each.contradiction for each in (agreed, *beside) if each.contradiction), None)
    trouble = against or claim.problem
    densities = CheckedDensities()
    for case in () if trouble else (environment, *environment.cases):
        densities = check_densities(case)
        trouble = trouble or densities.problem
    if trouble is None and run.proved:
        trouble = _flaw(environment, agreed)
    good = run.proved and trouble is None and agreed.numeric is not None and agreed.numeric.agrees
    assumed = assumptions(environment, agreed.steps, (*densities.leaned, *claim.leaned))
    return DerivationReport(
        file=derivation.source.name,
        title=derivation.title,
        verdict=FileVerdict.VERIFIED if good else FileVerdict.FAILED,
        claim=claim.report,
        assumptions=assumed,
        remarks=(*horizons(derivation), *(unused(environment, assumed) if run.proved else ())),
        steps=tuple(step.report for step in agreed.steps),
        numeric=agreed.numeric,
        problem=trouble,
        expected=derivation.expect,
        internal=against is not None,
        start=plain(environment.start) if environment.start else "",
        model=tuple(map(plain, environment.declared.written["model"])),
        document=_document(environment),
        digest=derivation.source.digest,
    )


def _flaw(environment: Environment, agreed: Agreement) -> Diagnostic | None:
    """Why nothing may be said of a file all of whose steps are proved, if so."""
    flaw = environment.second.flaw(agreed.numeric)
    if flaw is None:
        return None
    return environment.derivation.claim.diagnostic(flaw.code, **flaw.data)


def _document(environment: Environment) -> Document:
    derivation = environment.derivation
    said = derivation.origin or "", derivation.description or ""
    byline = derivation.author or "", derivation.course or "", derivation.date or ""
    declared = environment.declared.written
    return Document(*said, environment.start, environment.claim, declared, byline)
