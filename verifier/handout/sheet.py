"""What stands on a handout, whatever it is printed as: made of a report, formulas as judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, isfinite, log10

from verifier.formula import written as w
from verifier.formula.scope import Scope, build_scope
from verifier.handout.changes import changes
from verifier.manual.rules import Entry, entries
from verifier.messages import hint, message
from verifier.outcome import (
    Certified,
    Counterexample,
    DerivationReport,
    Diagnosis,
    FileVerdict,
    Histogram,
    Numeric,
    StepReport,
    Verdict,
)
from verifier.version import __version__

# The declarations that a handout lists, and what each group is called.
GROUPS = {
    "model": "Model",
    "copies": "Copies",
    "discrete": "Discrete",
    "parameters": "Parameters",
    "functions": "Functions",
    "define": "Definitions",
}
FINEST = -12  # residuals below 10^-12 are rounding, and differ from machine to machine


@dataclass(frozen=True, slots=True)
class Premise:
    """A statement that a step names in `using`: its number here, or the file that it is of."""

    name: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `formula` is what follows the relation, of `so` and `side` the statement; None for
    a line that can't be read, which is shown as its `text`."""

    number: int
    kind: str  # chain, so, side, start
    relation: str
    formula: w.Written | None
    text: str
    rules: tuple[str, ...]
    premises: tuple[Premise, ...]
    changed: tuple[w.Written, ...]  # parts of the formula (they are it, not only like it)
    verdict: Verdict
    message: str | None  # for what is not proved
    advice: str | None
    diagnosis: Diagnosis | None
    note: str | None
    label: str | None
    blank: str | None
    numeric: Numeric | None
    points: int = 1  # what its blank is worth
    counterexample: Counterexample | None = None

    @property
    def gaps(self) -> Histogram | None:
        """How the sampled gaps of an inequality are spread."""
        return self.numeric.gaps if self.numeric else None


@dataclass(frozen=True, slots=True)
class Assumption:
    """An assumption, in words where it has no formula, and the steps that lean on it."""

    formula: w.Written | None
    text: str
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """A line that was made wrong: what stands there, and what did."""

    number: int
    relation: str
    formula: w.Written
    right_relation: str
    right: w.Written


@dataclass(frozen=True, slots=True)
class Stamp:
    """What was verified, so that anyone may verify it again. `residual` is a power of ten that no
    residual reaches; None without a numeric check."""

    tool: str
    verdict: FileVerdict
    proved: int
    steps: int
    worlds: int
    residual: int | None
    digest: str
    certified: Certified | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A handout on one derivation."""

    file: str
    title: str
    origin: str
    description: str
    declarations: tuple[tuple[str, tuple[w.Written, ...]], ...]  # by what the group is called
    assumptions: tuple[Assumption, ...]
    start: w.Written | None
    steps: tuple[Step, ...]
    claim: w.Written
    problem: str | None  # why the file failed as a whole
    rules: tuple[Entry, ...]  # each rule used, in the order of the manual
    explained: tuple[Entry, ...]  # those that are explained here
    stamp: Stamp
    byline: tuple[str, str, str] = ("", "", "")  # author, course, date
    concludes: bool = True  # whether the claim is printed
    errors: tuple[Slip, ...] = ()

    @property
    def points(self) -> int:
        """What may be earned on a worksheet."""
        return sum(step.points for step in self.steps if step.blank)

    @property
    def model(self) -> tuple[w.Written, ...]:
        """The model lines, which a notation may depend on."""
        return dict(self.declarations).get(GROUPS["model"], ())

    @property
    def scope(self) -> Scope:
        """What the file declares, by which its notes are read."""
        return build_scope(line for _, lines in self.declarations for line in lines)

    @property
    def draft(self) -> bool:
        """Whether this is not verified: then it says so on every page."""
        return self.stamp.verdict is not FileVerdict.VERIFIED


def sheet(report: DerivationReport) -> Sheet:
    """The handout on a derivation that was judged. Raises ValueError for one that could not be."""
    document = report.document
    if document is None:
        raise ValueError(report.file)
    used = _used(report.steps)
    declarations = ((called, document.declarations.get(key, ())) for key, called in GROUPS.items())
    return Sheet(
        file=report.file,
        title=report.title,
        origin=document.origin,
        description=document.description,
        declarations=tuple((called, lines) for called, lines in declarations if lines),
        assumptions=tuple(Assumption(a.written, a.text, a.steps) for a in report.assumptions),
        start=document.start,
        steps=tuple(_steps(report.steps, document.start)),
        claim=document.claim,
        problem=message(report.problem) if report.problem else None,
        rules=used,
        explained=used,
        stamp=_stamp(report),
        byline=document.byline,
    )


def bound(residual: float) -> int | None:
    """A power of ten that a residual doesn't exceed; None for one that is no number."""
    if not isfinite(residual):
        return None
    return max(FINEST, ceil(log10(residual))) if residual > 0 else FINEST


def collected(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Sheets for one booklet: each rule is explained where it is used first."""
    known: set[Entry] = set()
    found = []
    for one in sheets:
        new = tuple(entry for entry in one.rules if entry not in known)
        known.update(new)
        found.append(replace(one, explained=new))
    return tuple(found)


def _steps(steps: Sequence[StepReport], start: w.Written | None) -> Iterator[Step]:
    numbers = {step.label: step.index for step in steps if step.label}
    before = start
    for step in steps:
        formula = step.written
        told = step.kind == "chain" and before is not None and formula is not None
        why = step.diagnostic
        yield Step(
            number=step.index,
            kind=step.kind,
            relation=step.relation,
            formula=formula,
            text=step.text,
            rules=step.rules,
            premises=tuple(Premise(name, numbers.get(name)) for name in step.using),
            changed=changes(before, formula) if told and before and formula else (),
            verdict=step.verdict,
            message=message(why) if why else None,
            advice=hint(why) if why else None,
            diagnosis=step.diagnosis,
            note=step.note,
            label=step.label,
            blank=step.blank,
            points=step.points,
            numeric=step.numeric,
            counterexample=step.counterexample,
        )
        if step.kind != "side" and formula is not None:
            before = formula.right if isinstance(formula, w.Statement) else formula


def _used(steps: Sequence[StepReport]) -> tuple[Entry, ...]:
    """The rules that steps cite or that were found for them."""
    cited = {name for step in steps for name in step.rules}
    return tuple(entry for entry in entries() if cited & {*entry.names})


def _stamp(report: DerivationReport) -> Stamp:
    numeric = report.numeric
    verified = report.verdict is FileVerdict.VERIFIED
    return Stamp(
        tool=f"elbo-verify {__version__}",
        verdict=report.verdict,
        proved=sum(step.verdict is Verdict.PROVED for step in report.steps),
        steps=len(report.steps),
        worlds=numeric.samples if numeric else 0,
        residual=bound(numeric.worst) if numeric and verified else None,
        digest=report.digest,
        certified=report.certified,
    )
