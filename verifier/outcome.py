"""What a run comes to: reports, verdicts, diagnostics. Plain frozen data; imports nothing heavy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container

    from verifier.language.written import Written


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


class ExitStatus:
    """Exit statuses of the command line; where several apply the largest wins."""

    VERIFIED = 0
    FAILED = 1
    ERROR = 2
    INTERNAL = 70


@dataclass(frozen=True, slots=True)
class Location:
    """Where something stands in a file: line and column count from 1, in characters."""

    line: int
    column: int
    end_line: int
    end_column: int
    excerpt: str = ""  # the source line, for the caret
    excerpt_column: int = 1  # where the excerpt begins: a very long line is shown in part


_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What is to be said, not yet worded: a stable code, where, and the data of the sentence.

    `verifier.messages` words it. `data` holds strings, numbers and tuples of them.
    """

    code: str
    location: Location | None = None
    data: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


class DiagnosticError(Exception):
    """Carries a Diagnostic up to whoever reports it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True)
class Numeric:
    """A numeric figure: how many points were sampled, whether they agree, and the worst of them.

    For an equality `worst` is the largest |left - right| relative to the size of the terms; for an
    inequality the smallest gap (negative where it is violated), on the same scale.
    """

    samples: int
    agrees: bool
    worst: float
    gaps: Histogram | None = None  # of an inequality that holds


@dataclass(frozen=True, slots=True)
class Histogram:
    """In how many worlds a figure lies in [0, width), [width, 2 width), ..; the last has no end."""

    width: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One exact table of a world: `p(x, z)` with a value per cell (fractions as text)."""

    name: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]
    cells: tuple[str, ...]  # row-major


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A world that breaks a step, confirmed in exact or ball arithmetic."""

    tables: tuple[Table, ...]
    weights: tuple[Table, ...]  # width of each point, where it is not 1 (a step density)
    parameters: tuple[tuple[str, str], ...]
    point: tuple[tuple[str, int], ...]  # the values of the free variables, counted from 0
    left: str
    right: str
    difference: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The smallest set of rules that works, and for each where it acts and with which instance."""

    rules: tuple[str, ...]
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The one edit that makes a wrong line hold, as the kernel has proved: which slip it takes back
    (see `language.edits.KINDS`), the part as written and as it should be, the line with it."""

    kind: str
    before: str
    after: str
    line: str


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
    numeric: Numeric | None = None
    expected: Verdict = Verdict.PROVED
    label: str | None = None
    note: str | None = None
    trace: tuple[str, ...] = ()  # for a proof: rule, place, instance
    using: tuple[str, ...] = ()  # as the step names them
    blank: str | None = None
    written: Written | None = None  # the formula that was judged


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


@dataclass(frozen=True, slots=True)
class Necessity:
    """What becomes of a file when one assumption is dropped: a world in which a step that leaned on
    it fails, or none found."""

    assumption: str
    step: int | None = None
    counterexample: Counterexample | None = None
    finite: bool = False  # an assumption that something is finite: tables are


@dataclass(frozen=True, slots=True)
class DerivationReport:
    """One file, judged. `error`: why it could not be; `problem`: why it failed as a whole."""

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

    @property
    def as_expected(self) -> bool:
        """Whether the file and every step have the verdicts that were expected of them."""
        return self.verdict == self.expected and all(
            step.verdict == step.expected for step in self.steps
        )

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
        # A verdict that is not the one expected is a failure, even where it is the better one.
        return max(status, ExitStatus.FAILED) if expect else status

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """How it shows itself in a notebook."""
        from verifier.notebook import bundle

        return bundle((self,), include, exclude)


@dataclass(frozen=True, slots=True)
class Report:
    """A run over one or more files."""

    derivations: tuple[DerivationReport, ...]

    @property
    def verdict(self) -> FileVerdict:
        """The worst verdict of its files."""
        order = [*FileVerdict]  # from good to bad
        return max((d.verdict for d in self.derivations), key=order.index, default=order[-1])

    def exit_status(self, expect: bool = False) -> int:
        """The command's exit status; with `expect` 0 exactly when every verdict is as expected."""
        if not self.derivations:
            return ExitStatus.ERROR
        return max(d.exit_status(expect) for d in self.derivations)

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """How it shows itself in a notebook."""
        from verifier.notebook import bundle

        return bundle(self.derivations, include, exclude)


@dataclass(frozen=True, slots=True)
class Replay:
    """A world held against a step once more. `said` is what came of it; `breaks` is None where the
    world doesn't fit the file."""

    step: int
    said: Diagnostic
    breaks: bool | None = None
    statement: str = ""
    counterexample: Counterexample | None = None  # the world, and what the two sides are in it now


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """The worlds of one file held against a derivation. `error`: why they could not be, `faulty`
    the file that it is about."""

    file: str
    world: str
    replays: tuple[Replay, ...] = ()
    error: Diagnostic | None = None
    faulty: str = ""
    internal: bool = False

    def exit_status(self) -> int:
        """1 when some world breaks its step, 0 when none does, 2 when one doesn't fit."""
        if self.internal:
            return ExitStatus.INTERNAL
        if self.error is not None or any(replay.breaks is None for replay in self.replays):
            return ExitStatus.ERROR
        broken = any(replay.breaks for replay in self.replays)
        return ExitStatus.FAILED if broken else ExitStatus.VERIFIED


class Mark(StrEnum):
    """What becomes of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    OPEN = "not answered"


@dataclass(frozen=True, slots=True)
class Grade:
    """A blank of a worksheet, marked: what was asked (`reason`, `relation`, `line`), what stands
    there and where. Of an answer that is a step, `report` says how it was judged, and `why` what
    speaks against one that is wrong."""

    step: int
    blank: str
    answer: str
    mark: Mark
    line: int
    column: int
    why: Diagnostic | None = None
    report: StepReport | None = None


@dataclass(frozen=True, slots=True)
class GradeReport:
    """The answers in a worksheet of one derivation. `error`: why they could not be marked,
    `faulty` the file that it is about."""

    file: str
    answers: str
    title: str = ""
    grades: tuple[Grade, ...] = ()
    error: Diagnostic | None = None
    faulty: str = ""
    internal: bool = False

    @property
    def right(self) -> int:
        """How many answers are right."""
        return sum(grade.mark is Mark.RIGHT for grade in self.grades)

    def exit_status(self) -> int:
        """0 when every answer is right, 1 when not, 2 when they can't be marked."""
        if self.internal:
            return ExitStatus.INTERNAL
        if self.error is not None:
            return ExitStatus.ERROR
        return ExitStatus.VERIFIED if self.right == len(self.grades) else ExitStatus.FAILED


class Fate(StrEnum):
    """What becomes of a mutant: a line with a slip in it."""

    ILL_FORMED = "ill-formed"  # it means nothing
    REFUTED = "refuted"  # the worlds refute it, the kernel doesn't prove it
    TRUE = "still true"  # the kernel proves it, and it holds in the worlds
    UNDECIDED = "undecided"  # it holds in the worlds, the kernel doesn't prove it
    UNSEEN = "unseen"  # it was evaluated in no world: it is defined in none, or too large
    ACCEPTED = "false and accepted"  # the worlds refute it, the kernel proves it


@dataclass(frozen=True, slots=True)
class Mutant:
    """A step's line changed in one place, of a kind that `language.edits` or `language.repairs`
    has: the part as written and as changed, where it stands, the line with it.

    `rules` are those under which the kernel proves it, None where it doesn't; `agrees` is whether
    it holds in the worlds, None where it was evaluated in none.
    """

    step: int
    kind: str
    line: int
    column: int
    before: str
    after: str
    text: str
    fate: Fate
    agrees: bool | None = None
    rules: tuple[str, ...] | None = None
    counterexample: Counterexample | None = None


@dataclass(frozen=True, slots=True)
class Mutation:
    """The mutants of one derivation, and what was left out. `error`: why there are none."""

    file: str
    title: str = ""
    mutants: tuple[Mutant, ...] = ()
    left_out: tuple[Diagnostic, ...] = ()
    error: Diagnostic | None = None
    internal: bool = False

    def exit_status(self) -> int:
        """1 when a false mutant is accepted, or a step isn't proved even as it stands."""
        if self.internal:
            return ExitStatus.INTERNAL
        if self.error is not None:
            return ExitStatus.ERROR
        bad = any(mutant.fate is Fate.ACCEPTED for mutant in self.mutants)
        bad = bad or any(note.code == "mutate-unproved" for note in self.left_out)
        return ExitStatus.FAILED if bad else ExitStatus.VERIFIED


@dataclass(frozen=True, slots=True)
class MutationReport:
    """The mutants of one or more derivations."""

    files: tuple[Mutation, ...]

    @property
    def mutants(self) -> tuple[Mutant, ...]:
        """Those of all files."""
        return tuple(mutant for file in self.files for mutant in file.mutants)

    def exit_status(self) -> int:
        """The largest of its files."""
        return max((file.exit_status() for file in self.files), default=ExitStatus.ERROR)


AnyReport = Report | ReplayReport | GradeReport | MutationReport


@dataclass(frozen=True, slots=True)
class Made:
    """What became of one handout."""

    file: str
    said: Diagnostic
    status: int = ExitStatus.VERIFIED


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run is about to do: judge `file`, the `number`-th of `total`; of a file that takes
    long, its `step`."""

    file: str
    number: int
    total: int
    step: int | None = None
