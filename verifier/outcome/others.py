"""What is asked for beside verdicts: replays, marks, slips of the pen, handouts. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from verifier.outcome.diagnostic import Diagnostic, ExitStatus
from verifier.outcome.figures import Counterexample
from verifier.outcome.report import Report, StepReport


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
    further: tuple[Diagnostic, ...] = ()  # what else is wrong

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """All that is wrong."""
        return () if self.error is None else (self.error, *self.further)

    def exit_status(self) -> int:
        """1 when some world breaks its step, 0 when none does, 2 when one doesn't fit."""
        if self.internal:
            return ExitStatus.INTERNAL
        if self.error is not None or any(replay.breaks is None for replay in self.replays):
            return ExitStatus.ERROR
        broken = any(replay.breaks for replay in self.replays)
        return ExitStatus.FAILED if broken else ExitStatus.VERIFIED


class Mark(StrEnum):
    """What becomes of an answer. `OTHERWISE`: it counts, and isn't what the derivation has."""

    RIGHT = "right"
    OTHERWISE = "right otherwise"
    WRONG = "wrong"
    UNREADABLE = "unreadable"
    OPEN = "not answered"

    @property
    def counts(self) -> bool:
        """Whether it earns its points."""
        return self in (Mark.RIGHT, Mark.OTHERWISE)


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
    points: int = 1  # what it is worth


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
    further: tuple[Diagnostic, ...] = ()  # what else is wrong

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """All that is wrong."""
        return () if self.error is None else (self.error, *self.further)

    @property
    def right(self) -> int:
        """How many answers are right."""
        return sum(grade.mark.counts for grade in self.grades)

    @property
    def points(self) -> int:
        """What is earned."""
        return sum(grade.points for grade in self.grades if grade.mark.counts)

    @property
    def most(self) -> int:
        """What may be earned."""
        return sum(grade.points for grade in self.grades)

    def exit_status(self) -> int:
        """0 when every answer is right, 1 when not, 2 when they can't be marked."""
        if self.internal:
            return ExitStatus.INTERNAL
        if self.error is not None:
            return ExitStatus.ERROR
        return ExitStatus.VERIFIED if self.right == len(self.grades) else ExitStatus.FAILED


@dataclass(frozen=True, slots=True)
class ClassReport:
    """The worksheets of a class, each marked by one derivation."""

    file: str
    sheets: tuple[GradeReport, ...]

    def exit_status(self) -> int:
        """0 when every answer of all is right, 2 when a sheet is none."""
        return max((sheet.exit_status() for sheet in self.sheets), default=ExitStatus.ERROR)


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
    """A step's line changed in one place, of a kind that `errata.edits` or `errata.repairs`
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
    further: tuple[Diagnostic, ...] = ()  # what else is wrong

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """All that is wrong."""
        return () if self.error is None else (self.error, *self.further)

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


@dataclass(frozen=True, slots=True)
class Made:
    """What became of one handout."""

    file: str
    said: Diagnostic
    status: int = ExitStatus.VERIFIED


@dataclass(frozen=True, slots=True)
class Configured:
    """The settings that hold for a path, where they are set, and which files there are taken for
    derivations. `file` is empty where nothing sets any."""

    path: str
    file: str
    settings: tuple[tuple[str, str | bool | tuple[str, ...]], ...]
    taken: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


Beside = ReplayReport | GradeReport | ClassReport | MutationReport
AnyReport = Report | Beside
