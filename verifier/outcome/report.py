"""What becomes of derivations: verdicts on steps, the claim, files, a run. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from verifier.outcome.diagnostic import Diagnostic, ExitStatus, Location
from verifier.outcome.figures import Counterexample, Numeric

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from verifier.formula.written import Written
    from verifier.outcome.documents import Place, Reading


class Verdict(StrEnum):
    """The verdict on a step (see the format's table)."""

    PROVED = "proved"
    WRONG_RULE = "wrong-rule"
    REFUTED = "refuted"
    UNPROVED = "unproved"
    ILL_FORMED = "ill-formed"


class FileVerdict(StrEnum):
    """The verdict on a file, and on a run."""

    VERIFIED = "verified"
    FAILED = "failed"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The smallest set of rules that works, and for each where it acts and with which instance."""

    rules: tuple[str, ...]
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The one edit that makes a wrong line hold, as the kernel has proved: which slip it takes back
    (see `errata.edits.KINDS`), the part as written and as it should be, the line with it; and its
    formula in LaTeX."""

    kind: str
    before: str
    after: str
    line: str
    latex: str = ""


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step, judged. `index` counts from 1; 0 is an ill-formed start."""

    index: int
    kind: str  # chain, so, side, start
    statement: str  # the whole statement: left REL right
    line: int
    column: int
    relation: str
    text: str  # the formula as written
    latex: str
    rules: tuple[str, ...]
    verdict: Verdict
    given: tuple[int, ...] = ()
    diagnostic: Diagnostic | None = None
    remarks: tuple[Diagnostic, ...] = ()
    suggestion: Suggestion | None = None
    counterexample: Counterexample | None = None
    diagnosis: Diagnosis | None = None
    follows: int | None = None  # the step above from whose mended line it follows
    numeric: Numeric | None = None
    expected: Verdict = Verdict.PROVED
    label: str | None = None
    note: str | None = None
    trace: tuple[str, ...] = ()  # for a proof: rule, place, instance
    using: tuple[str, ...] = ()  # as the step names them
    blank: str | None = None
    points: int = 1  # what its blank is worth
    written: Written | None = None  # the formula that was judged
    judged: str | None = None  # the relation under which, if lines above made it another
    place: Place | None = None  # of a line of a document
    end_line: int = 0  # where the formula ends; 0: not known
    end_column: int = 0

    @property
    def location(self) -> Location:
        """Where its formula stands."""
        ends = (self.end_line, self.end_column) if self.end_line else (self.line, self.column)
        return Location(self.line, self.column, *ends)

    @property
    def fault(self) -> bool:
        """Whether something is wrong with this step, and not only with what it goes on from."""
        if self.verdict is Verdict.PROVED or self.follows is not None:
            return False
        code = self.diagnostic.code if self.diagnostic else ""
        return self.diagnosis is not None or code not in _LEFT_OPEN


# That nothing is known of what a step goes on from, or of a statement that it uses.
_LEFT_OPEN = frozenset({"line-unread", "no-line-before", "premise-missing"})


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """The claim as written, whether the chain reaches it, and whether all it rests on is proved."""

    text: str
    latex: str
    reached: bool
    proved: bool


@dataclass(frozen=True, slots=True)
class Assumption:
    """An assumption and the steps that lean on it."""

    text: str
    steps: tuple[int, ...]
    written: Written | None = None  # None for what is said in words


@dataclass(frozen=True, slots=True)
class Document:
    """What a derivation has beside its steps: texts for people, and formulas as they are judged,
    those of its declarations by their key."""

    origin: str
    description: str
    start: Written | None
    claim: Written
    declarations: Mapping[str, tuple[Written, ...]]
    byline: tuple[str, str, str] = ("", "", "")  # author, course, date


@dataclass(frozen=True, slots=True)
class Necessity:
    """What becomes of a file when one assumption is dropped: a world in which a step that leaned on
    it fails, or none found."""

    assumption: str
    step: int | None = None
    counterexample: Counterexample | None = None
    finite: bool = False  # an assumption that something is finite: tables are


@dataclass(frozen=True, slots=True)
class Certified:
    """That a prover accepted a certificate of the very text that was judged and of the files that
    it uses: the claim and `accepted` of `steps` steps, from `axioms`. `digest`: of the
    certificate, `file`."""

    prover: str
    axioms: tuple[str, ...]
    accepted: int
    steps: int
    file: str
    digest: str

    @property
    def said(self) -> Diagnostic:
        """This in a sentence."""
        data = {"by": self.prover, "axioms": self.axioms}
        return Diagnostic("certified", None, data | {"accepted": self.accepted, "of": self.steps})


class Shown:
    """What shows itself in notebooks and as text, by renderers that `verifier.commands` names."""

    __slots__ = ()
    bundle: ClassVar[Callable[[Shown], Mapping[str, str]]]
    plain: ClassVar[Callable[[Shown], str]]

    def __str__(self) -> str:
        """The report as it is printed, so that `assert report.verdict == "verified", report` says
        what is wrong."""
        return type(self).plain(self)

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """It in each format that a front end may choose from, by media type."""
        return {
            kind: text
            for kind, text in type(self).bundle(self).items()
            if (include is None or kind in include) and not (exclude and kind in exclude)
        }


@dataclass(frozen=True, slots=True)
class DerivationReport(Shown):
    """One file, judged. `error`: why it could not be, with what is `further` wrong; its steps are
    then those that could. `problem`: why it failed as a whole."""

    file: str
    title: str
    verdict: FileVerdict
    claim: ClaimReport | None = None
    assumptions: tuple[Assumption, ...] = ()
    steps: tuple[StepReport, ...] = ()
    numeric: Numeric | None = None
    error: Diagnostic | None = None
    problem: Diagnostic | None = None  # claim not reached, vacuous, a numeric contradiction
    remarks: tuple[Diagnostic, ...] = ()
    necessity: tuple[Necessity, ...] | None = None  # None: not asked for
    fixes: tuple[Diagnostic, ...] | None = None  # what `--fix` wrote; None: not asked for
    unfixed: Diagnostic | None = None  # what kept it from writing
    expected: FileVerdict = FileVerdict.VERIFIED
    internal: bool = False  # the numeric check contradicts a proof: exit status 70
    start: str = ""
    model: tuple[str, ...] = ()
    document: Document | None = None
    digest: str = ""  # SHA-256 of the source
    further: tuple[Diagnostic, ...] = ()
    reading: Reading | None = None  # of a document
    certified: Certified | None = None  # where one asks for it, and it is

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """All that keeps it from being judged."""
        return () if self.error is None else (self.error, *self.further)

    @property
    def faults(self) -> int:
        """How many steps are at fault: those that go on from what another was to be aren't."""
        named = {step.follows for step in self.steps} - {None}
        return len(named | {step.index for step in self.steps if step.fault})

    @property
    def complete(self) -> bool:
        """Whether nothing is unproved, and of a document nothing not judged."""
        left = self.reading.not_judged if self.reading is not None else ()
        return not left and all(step.verdict is Verdict.PROVED for step in self.steps)

    @property
    def completed(self) -> DerivationReport:
        """The same; of a document all has to be judged and proved."""
        if self.reading is None:
            return self
        return replace(self, reading=replace(self.reading, complete=True))

    @property
    def as_expected(self) -> bool:
        """Whether the file and every step have the verdicts that were expected of them; of a file
        that can't be judged none of its steps is expected to have any."""
        steps = () if self.error else self.steps
        if self.reading is not None and self.error is None:
            return all(s.verdict == s.expected for s in steps)
        return self.verdict == self.expected and all(s.verdict == s.expected for s in steps)

    def exit_status(self, expect: bool = False) -> int:
        """The exit status of this file alone."""
        if self.internal:
            return ExitStatus.INTERNAL
        if self.unfixed is not None:
            return ExitStatus.ERROR
        if expect and self.as_expected:
            return ExitStatus.VERIFIED
        status = {
            FileVerdict.VERIFIED: ExitStatus.VERIFIED,
            FileVerdict.FAILED: ExitStatus.FAILED,
            FileVerdict.ERROR: ExitStatus.ERROR,
        }[self.verdict]
        if self.reading is not None and self.reading.complete and not self.complete:
            status = max(status, ExitStatus.FAILED)
        # A verdict that is not the one expected is a failure, even where it is the better one.
        return max(status, ExitStatus.FAILED) if expect else status


@dataclass(frozen=True, slots=True)
class Report(Shown):
    """A run over one or more files."""

    derivations: tuple[DerivationReport, ...]
    skipped: int = 0  # files of folders that are no derivations

    @property
    def verdict(self) -> FileVerdict:
        """The worst verdict of its files."""
        order = [*FileVerdict]  # from good to bad
        return max((d.verdict for d in self.derivations), key=order.index, default=order[-1])

    @property
    def completed(self) -> Report:
        """The same, with documents of which all has to be judged and proved."""
        return replace(self, derivations=tuple(each.completed for each in self.derivations))

    def exit_status(self, expect: bool = False) -> int:
        """The command's exit status; with `expect` 0 exactly when every verdict is as expected."""
        if not self.derivations:
            return ExitStatus.ERROR
        return max(d.exit_status(expect) for d in self.derivations)


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run is about to do: judge `file`, the `number`-th of `total`; of a file that takes
    long, its `step`."""

    file: str
    number: int
    total: int
    step: int | None = None
