"""A step to be checked, with all that bears on it; and one that has been."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce

from sympy import Expr

from verifier.derivation.derivation import Step, Text
from verifier.elaborate.model import Declarations
from verifier.formula.written import Statement as WrittenStatement
from verifier.formula.written import Written
from verifier.judge.lines import RELATIONS, Line, elaborated
from verifier.judge.reached import Reached
from verifier.judge.rulings import canonical
from verifier.judge.sampling import Conjecture
from verifier.kernel.discharge import Discharge
from verifier.kernel.inference import given, transitive
from verifier.kernel.terms import Relation, Statement, Var
from verifier.kernel.theorem import Theorem, composed
from verifier.outcome import Diagnostic, StepReport, Verdict
from verifier.tactics.forms import Forms
from verifier.tactics.prover import Goal
from verifier.typeset.latex import latex
from verifier.typeset.printer import plain


@dataclass(frozen=True)
class Task:
    """One step to be checked: its line, where it starts from, what it may use."""

    step: Step
    line: Line
    report: StepReport  # with no verdict yet
    reached: Reached | None
    using: tuple[Reached, ...]
    unusable: Diagnostic | None = None  # what keeps a statement in `using` from being used
    strict: bool = False  # under exactly the rules cited
    # The step that came to `reached`, where it isn't proved, and those since that mean nothing.
    above: tuple[CheckedStep, ...] = ()
    forms: Forms = field(default_factory=Forms, compare=False, repr=False)  # made on the way

    @property
    def goes_on(self) -> bool:
        """Whether the step goes on from the line before: the next line of a chain."""
        return self.step.key in RELATIONS

    @property
    def unread(self) -> tuple[StepReport, ...]:
        """The steps between the line before and this one that mean nothing."""
        return tuple(step.report for step in self.above if step.task is None)

    @property
    def relation(self) -> Relation:
        """How a chain's line is related to the line before: by what it says, and by what the lines
        between say that mean nothing."""
        return reduce(_joined, (*map(_relation, self.unread), RELATIONS[self.step.key]))

    @property
    def premises(self) -> tuple[Reached, ...]:
        """The statements that a `so` or a `side` starts from."""
        before = self.reached if self.step.key == "so" else None
        return (*self.using, *((before,) if before else ()))

    @property
    def around(self) -> tuple[Reached, ...]:
        """The statements that the step starts from or may use."""
        return (*((self.reached,) if self.reached else ()), *self.using)

    @property
    def formulas(self) -> tuple[Written, ...]:
        """The step's line, and where it starts from."""
        return (self.line.written, *(s for known in self.around for s in (known.right, known.left)))

    @property
    def free_before(self) -> frozenset[Var]:
        """The variables free in the line before; of a `so` in any of its premises."""
        if self.goes_on:
            return self.reached.last if self.reached else frozenset()
        return frozenset().union(*(known.free for known in self.premises))

    @property
    def known(self) -> tuple[Reached, ...]:
        """The statements that the step may use besides the line before."""
        return self.using if self.goes_on else self.premises

    @property
    def goal(self) -> Goal:
        """What the kernel is asked."""
        using = tuple(known.theorem for known in self.using)
        if not self.goes_on:
            before = self.reached if self.step.key == "so" else None
            reached = before.theorem if before else None
            return Goal(self.line.statement, reached, using, so=True, forms=self.forms)
        assert self.reached is not None
        said = Statement(self.reached.statement.right, self.relation, self.line.terms[0])
        return Goal(said, None, using, forms=self.forms)

    @property
    def conjecture(self) -> Conjecture:
        """What the worlds are asked: where premises aren't proved, worlds must meet them."""
        unproved = tuple(known.statement for known in self.known if known.given)
        return Conjecture(self.report.index, self.goal.statement, unproved)

    @property
    def written(self) -> str:
        """The whole statement that the step says."""
        if not self.goes_on or self.reached is None:
            return plain(self.line.written)
        return plain(WrittenStatement(self.reached.right, self.relation, self.line.written))

    def as_written(self, term: Expr) -> str | None:
        """How the step's line has a term, if it does."""
        span = self.line.record.spans.get(term)
        return None if span is None else self.step.formula.value[span.start : span.end]

    @property
    def alike(self) -> bool:
        """Whether both sides are written alike."""
        written = self.line.written
        if isinstance(written, WrittenStatement):
            return written.left == written.right
        return self.reached is not None and self.reached.right == written


def _relation(above: StepReport) -> Relation:
    """The relation of a line of the chain; of a `so`, with which a chain begins, =."""
    relation: Relation = above.relation if above.kind == "chain" else "="  # type: ignore[assignment]
    return relation


def _joined(first: Relation, second: Relation) -> Relation:
    """The relation of two lines of a chain, which nowhere turns round."""
    return composed(first, second) or second


@dataclass(frozen=True)
class CheckedStep:
    """A step's report; what was checked, if its line means something; the theorem, if it is
    proved, and what that leaned on."""

    report: StepReport
    task: Task | None = None
    leaned: Discharge = field(default_factory=Discharge)
    theorem: Theorem | None = None
    mended: Task | None = None  # the step with the line of its diagnosis

    @property
    def proved(self) -> bool:
        return self.report.verdict == Verdict.PROVED

    @property
    def holds(self) -> bool:
        """Whether it follows from the line before, by whatever rules."""
        return self.report.verdict in (Verdict.PROVED, Verdict.WRONG_RULE)

    @property
    def unconditional(self) -> bool:
        """Proved, and not only given others: then no world may contradict it."""
        return self.proved and not self.report.given


def come_to(declared: Declarations, task: Task, theorem: Theorem | None = None) -> Reached:
    """The statement that a step comes to: the chain with one more line, or one of its own. Of a
    step that isn't proved the theorem is given itself."""
    line, index = task.line, task.report.index
    theorem = theorem or given(task.goal.statement, index)
    if not task.goes_on:
        written = line.written
        assert isinstance(written, WrittenStatement)
        last = elaborated(declared, written.right).free
        return Reached(theorem, written.left, written.right, line.free, last, index)
    before = task.reached
    assert before is not None
    return replace(
        before,
        theorem=transitive(before.theorem, theorem),
        right=line.written,
        free=before.free | line.free,
        last=line.free,
        index=index,
    )


# -- reports to begin with ------------------------------------------------------------------------


def empty_report(index: int, kind: str, text: Text, relation: str = "") -> StepReport:
    """The report of a step of which nothing is known yet."""
    where = text.location()
    return StepReport(
        index=index,
        kind=kind,
        statement=text.value,
        line=where.line,
        column=where.column,
        relation=relation,
        text=text.value,
        latex="",
        rules=(),
        verdict=Verdict.ILL_FORMED,
        end_line=where.end_line,
        end_column=where.end_column,
    )


def unread(index: int, step: Step) -> StepReport:
    """The same for an entry of `steps`."""
    kind = "chain" if step.key in RELATIONS else step.key
    return replace(
        empty_report(index, kind, step.formula, RELATIONS.get(step.key, "")),
        rules=canonical(step.rules or ()),
        expected=step.expect,
        note=step.note,
        label=step.label.value if step.label else None,
        using=tuple(name.value for name in step.using),
        blank=step.blank,
        points=step.points,
    )


def shown(report: StepReport, line: Line) -> StepReport:
    """A report with its formula, as written."""
    written = line.written
    relation = written.relation if isinstance(written, WrittenStatement) else report.relation
    text, tex = plain(written), latex(written)
    return replace(report, text=text, latex=tex, relation=relation, written=written)
