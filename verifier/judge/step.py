"""One step, judged: under the rules it cites, against its conditions, against counterexamples."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Expr

from verifier.derivation.derivation import Step, Text
from verifier.elaborate.model import Declarations
from verifier.formula.written import Span
from verifier.formula.written import Statement as WrittenStatement
from verifier.judge import saying
from verifier.judge.conditions import leaned_on, named
from verifier.judge.lines import RELATIONS, Line, scope_remarks
from verifier.judge.premises import Reached
from verifier.judge.rulings import Ruling, ruled
from verifier.judge.sampling import Check, SecondOpinion
from verifier.kernel import terms
from verifier.kernel.budget import OutOfWork
from verifier.kernel.definedness import Conditions
from verifier.kernel.discharge import Discharge, discharged
from verifier.kernel.equality.nodes import DensityNode, DivergenceNode, LogNode, Store
from verifier.kernel.equality.normaliser import Context, Normaliser
from verifier.kernel.inference import reflexive
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rules import ALGEBRA, EQUALITY_RULES, RULES, TIDYING, expectation, hooks_of
from verifier.kernel.sequences.ranges import Undecided
from verifier.kernel.terms import Statement, Var
from verifier.kernel.theorem import Inference, Theorem
from verifier.outcome import Counterexample, Diagnostic, StepReport, Suggestion, Verdict
from verifier.tactics.prover import Attempt, Goal, follow
from verifier.typeset.latex import latex
from verifier.typeset.printer import plain

DISAGREEMENT_WORK = 6000  # units of kernel work for what remains of a false equality
LONGEST_RESIDUAL = 160  # characters
_KEEPING = TIDYING - {expectation.RULE.name}  # averages and divergences stay as they are written
LONGEST_PLACE = 100  # characters of the part that a suggested rule acts on


def own_name(name: str) -> str:
    """The rule that is cited by a name or an alias."""
    return next((rule.name for rule in RULES.values() if name in rule.aliases), name)


def rule_names() -> frozenset[str]:
    """All that a rule may be cited by."""
    return frozenset({*RULES, *(a for rule in RULES.values() for a in rule.aliases), ALGEBRA})


@dataclass(frozen=True)
class Judged:
    """A step's report, the statement that was judged, and what it leaned on."""

    report: StepReport
    check: Check | None = None
    leaned: Discharge = field(default_factory=Discharge)
    theorem: Theorem | None = None

    @property
    def proved(self) -> bool:
        return self.report.verdict == Verdict.PROVED

    @property
    def unconditional(self) -> bool:
        """Proved, and not only given others: then no world may contradict it."""
        return self.proved and not self.report.given


@dataclass(frozen=True)
class Desk:
    """What every step of a file is judged with."""

    declared: Declarations
    context: Context
    second: SecondOpinion
    strict: bool
    written: Callable[[], Conditions] = frozenset  # that what the file writes is finite


@dataclass(frozen=True)
class Case:
    """One step with all that bears on it: its line, where it starts from, what it may use."""

    step: Step
    line: Line
    blank: StepReport
    reached: Reached | None
    using: tuple[Reached, ...]
    missing: Diagnostic | None = None  # what keeps a statement in `using` from being used

    @property
    def chain(self) -> bool:
        """Whether the step goes on from the line before."""
        return self.step.key in RELATIONS

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
    def free_before(self) -> frozenset[Var]:
        """The variables free in the line before; of a `so` in any of its premises."""
        if self.chain:
            return self.reached.last if self.reached else frozenset()
        return frozenset().union(*(known.free for known in self.premises))

    @property
    def known(self) -> tuple[Reached, ...]:
        """The statements that the step may use besides the line before."""
        return self.using if self.chain else self.premises

    @property
    def goal(self) -> Goal:
        """What the kernel is asked."""
        using = tuple(known.theorem for known in self.using)
        if not self.chain:
            before = self.reached if self.step.key == "so" else None
            reached = before.theorem if before else None
            return Goal(self.line.statement, reached, using, so=True)
        assert self.reached is not None
        relation = RELATIONS[self.step.key]
        return Goal(
            Statement(self.reached.statement.right, relation, self.line.terms[0]), None, using
        )

    @property
    def written(self) -> str:
        """The whole statement that the step says."""
        if not self.chain or self.reached is None:
            return plain(self.line.written)
        relation = RELATIONS[self.step.key]
        return plain(WrittenStatement(self.reached.right, relation, self.line.written))

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


def canonical(rules: Iterable[Text]) -> tuple[str, ...]:
    """Rules by the names of the table, each once."""
    return tuple(dict.fromkeys(own_name(rule.value) for rule in rules))


def blank(index: int, kind: str, text: Text, relation: str = "") -> StepReport:
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
    )


def blank_step(index: int, step: Step) -> StepReport:
    """The same for an entry of `steps`."""
    kind = "chain" if step.key in RELATIONS else step.key
    return replace(
        blank(index, kind, step.formula, RELATIONS.get(step.key, "")),
        rules=canonical(step.rules or ()),
        expected=step.expect,
        note=step.note,
        label=step.label.value if step.label else None,
        using=tuple(name.value for name in step.using),
        blank=step.blank,
    )


def shown(report: StepReport, line: Line) -> StepReport:
    """A report with its formula, as written."""
    written = line.written
    relation = written.relation if isinstance(written, WrittenStatement) else report.relation
    text, tex = plain(written), latex(written)
    return replace(report, text=text, latex=tex, relation=relation, written=written)


def judged(desk: Desk, case: Case) -> Judged:
    """The verdict on a step whose line means something."""
    report = replace(shown(case.blank, case.line), statement=case.written)
    before = case.reached.last if case.chain and case.reached else None
    remarks = scope_remarks(desk.declared.model.order, case.step.formula, case.line, before)
    ruling = _ruling(desk, case)
    report = replace(report, rules=ruling.rules or report.rules)
    if ruling.attempt is None or case.missing is not None:
        found = _refused(desk, case, report, ruling)
        return replace(found, report=replace(found.report, remarks=tuple(remarks)))
    report = replace(
        report, trace=_trace(desk, ruling), remarks=(*remarks, *_remarks(case, ruling))
    )
    return _concluded(desk, case, report, ruling.attempt)


def check_of(case: Case) -> Check:
    """What is sampled: where premises aren't proved, worlds must meet them."""
    goal = case.goal
    unproved = tuple(known.statement for known in case.known if known.given)
    return Check(case.blank.index, goal.statement, unproved)


def _ruling(desk: Desk, case: Case) -> Ruling:
    cited = canonical(case.step.rules) if case.step.rules is not None else None
    try:
        return ruled(desk.context, case.goal, cited, desk.strict, lambda: _plausible(desk, case))
    except OutOfWork:
        return Ruling(cited or ())


def _plausible(desk: Desk, case: Case) -> bool:
    """Whether no world that is known speaks against a step: else it is not worth a search for
    rules. An inequality may fail in a corner that no sample is in."""
    check = check_of(case)
    (figure,) = desk.second.figures([check])
    plausible = figure is None or figure.agrees
    if plausible and check.statement.relation != "=":
        plausible = desk.second.refute(check) is None
    desk.context.budget.refill()
    return plausible


def _concluded(desk: Desk, case: Case, report: StepReport, attempt: Attempt) -> Judged:
    """Proved, when all its conditions are met."""
    leaned = leaned_on(desk.context, attempt.theorem, desk.written())
    if not leaned.missing:
        report = replace(report, verdict=Verdict.PROVED, given=tuple(sorted(leaned.given)))
        return Judged(report, check_of(case), leaned, attempt.theorem)
    why = _lacking(desk, case, leaned)
    found = _undecided(desk, case, report, lambda: why)
    # Said of what is refuted too: left less right is 0 but for the condition.
    return replace(found, report=replace(found.report, diagnostic=why))


def _lacking(desk: Desk, case: Case, leaned: Discharge) -> Diagnostic:
    """What a step needs that doesn't follow from what is declared."""
    lacking = named(desk.context, leaned.missing, case.as_written)[0]
    return case.step.formula.diagnostic(lacking.code, condition=lacking.text)


def _refused(desk: Desk, case: Case, report: StepReport, ruling: Ruling) -> Judged:
    if case.missing is not None:
        report = replace(report, verdict=Verdict.UNPROVED, diagnostic=case.missing)
        return Judged(report, check_of(case))
    if ruling.suggested is None:
        # what remains is worked out only where no counterexample is found: it may take long
        return _undecided(
            desk, case, report, lambda: _undeclared(desk, case) or _residual(desk, case)
        )
    if ruling.otherwise is not None:  # under other rules it follows, unless a condition is missing
        leaned = leaned_on(desk.context, ruling.otherwise.theorem, desk.written())
        if leaned.missing:
            return _concluded(desk, case, report, ruling.otherwise)
    why = case.step.formula.diagnostic(
        "wrong-rule", rules=ruling.rules, suggestion=ruling.suggested
    )
    places = _places(desk, ruling.suggested, ruling.otherwise) if ruling.otherwise else ()
    suggestion = Suggestion(ruling.suggested, places)
    report = replace(report, verdict=Verdict.WRONG_RULE, diagnostic=why, suggestion=suggestion)
    return Judged(report, check_of(case))


def _undecided(
    desk: Desk, case: Case, report: StepReport, unproved: Callable[[], Diagnostic]
) -> Judged:
    """Refuted, when a counterexample is found; else unproved."""
    check = check_of(case)
    found = desk.second.refute(check)
    if found is None:
        return Judged(replace(report, verdict=Verdict.UNPROVED, diagnostic=unproved()), check)
    why = _disagreement(desk, case, found)
    report = replace(report, verdict=Verdict.REFUTED, diagnostic=why, counterexample=found)
    return Judged(report, check)


def _undeclared(desk: Desk, case: Case) -> Diagnostic | None:
    """What is to be declared for the step's lines to mean something, whatever else is missing."""
    desk.context.budget.refill()
    said = case.goal.statement
    try:
        found = [
            missing
            for side in (said.left, said.right)
            for missing in named(
                desk.context,
                discharged(desk.context, reflexive(desk.declared.model, side)).missing,
                case.as_written,
            )
            if missing.code in ("needs-positive", "needs-nonzero")
        ]
    except OutOfWork:
        return None
    if not found:
        return None
    return case.step.formula.diagnostic(found[0].code, condition=found[0].text)


def _residual(desk: Desk, case: Case) -> Diagnostic:
    """What remains of left - right under all equality rules, at the part that carries it."""
    desk.context.budget.refill()
    found = _remaining(desk, case, EQUALITY_RULES)
    if found is not None and found[0]:
        return case.step.formula.diagnostic("residual", found[1], residual=found[0])
    lacking = None if found is None else _but_for(desk, case)
    return lacking or case.step.formula.diagnostic("undecided")


def _disagreement(desk: Desk, case: Case, found: Counterexample) -> Diagnostic:
    """That a step is false: of an equality also what remains of left - right, as short as it can
    be said, at the part that carries it."""
    sides: dict[str, Any] = {"left": found.left, "right": found.right}
    text = case.step.formula
    if case.goal.statement.relation != "=":
        return text.diagnostic("refuted", **sides)
    remaining = []
    for rules in (_KEEPING, EQUALITY_RULES):
        desk.context.budget.left = DISAGREEMENT_WORK
        remaining.append(_remaining(desk, case, rules))
    desk.context.budget.refill()
    shortest = min((r for r in remaining if r is not None), key=lambda r: len(r[0]), default=None)
    if shortest is None or len(shortest[0]) > LONGEST_RESIDUAL:
        return text.diagnostic("refuted", **sides)
    if not shortest[0]:
        return _but_for(desk, case) or text.diagnostic("refuted", **sides)
    return text.diagnostic("refuted", shortest[1], **sides, residual=shortest[0])


def _but_for(desk: Desk, case: Case) -> Diagnostic | None:
    """What is missing for a step that all equality rules together show, conditions apart."""
    desk.context.budget.refill()
    try:
        attempt = follow(desk.context, case.goal, EQUALITY_RULES)
    except OutOfWork:
        return None
    if attempt is None:
        return None
    leaned = leaned_on(desk.context, attempt.theorem, desk.written())
    return _lacking(desk, case, leaned) if leaned.missing else None


def _remaining(desk: Desk, case: Case, rules: Iterable[str]) -> tuple[str, Span | None] | None:
    """What remains of left - right under some rules, and the part of the line it came from; no text
    where nothing but conditions does."""
    said = case.goal.statement
    try:
        nf = Normaliser(desk.context, hooks_of(rules))
        left = nf.normal(said.left)
        nf.origins.clear()  # what only the left side has is not written in this line
        rest = nf.reduced(left - nf.normal(said.right))
        if nf.vanishes(rest.unmarked):
            return "", None
        remains = saying.text(desk.declared, nf.store.term(rest))
        return (remains, case.line.carrying(nf, rest)) if remains else None
    except (OutOfWork, ZeroDivisionError):
        return None


def _places(desk: Desk, rules: Iterable[str], attempt: Attempt) -> tuple[str, ...]:
    """For each rule where it acts, and of an inequality with which instance; "" where that can't
    be said in a formula."""
    first = {inference.rule: inference for inference in reversed(attempt.proof)}
    return tuple(_place(desk, first[rule]) if rule in first else "" for rule in rules)


def _place(desk: Desk, inference: Inference) -> str:
    if inference.instance:
        return _instance(desk.declared, inference)
    if inference.place is not None:
        text = saying.text(desk.declared, inference.place)
        return f"at {text}" if text else ""
    try:
        acted_on = _acted_on(desk.context.store, inference)
    except (Undecided, ZeroDivisionError):
        return ""
    term = None if acted_on is None else desk.context.store.term(acted_on)
    text = "" if term is None else saying.text(desk.declared, term)
    return f"at {text}" if text and len(text) <= LONGEST_PLACE else ""


def _acted_on(store: Store, inference: Inference) -> Polynomial | None:
    """The part that an equality rule first acted on, closed where it was opened for that."""
    match inference.site:
        case ("density", (DensityNode() as node,)):
            return store.atom(node)
        case ("mean", (bound, law, body)) | ("integral", (bound, body, law)):
            return store.binder(law, body, bound)
        case ("divergence", (kind, bound, parts)):
            variables, closed = store.close(bound, *parts)
            return store.atom(DivergenceNode(kind, tuple(closed), variables))
        case ("log", (argument,)):
            return store.atom(LogNode(argument))
    return None


def _remarks(case: Case, ruling: Ruling) -> list[Diagnostic]:
    text = case.step.formula
    remarks = [text.diagnostic("superfluous", name=name) for name in ruling.superfluous]
    if ruling.uncited:
        remarks.append(text.diagnostic("tidied", rules=ruling.uncited))
    if case.alike:
        remarks.append(text.diagnostic("same-sides"))
    elif ruling.equality and case.goal.statement.relation != "=" and case.chain:
        remarks.append(text.diagnostic("equality"))
    return remarks


def _instance(declared: Declarations, inference: Inference) -> str:
    """`phi = log, Y = p(x, z) / q(z), under = q(z)`: a function by its name alone."""
    known = {terms.Log: "log", terms.Exp: "exp"}
    values = [
        (name, known[type(value)] if name == "phi" and type(value) in known
         else saying.text(declared, value))
        for name, value in inference.instance
    ]  # fmt: skip
    return ", ".join(f"{name} = {value}" for name, value in values if value)


def _trace(desk: Desk, ruling: Ruling) -> tuple[str, ...]:
    """Where inequalities acted, and with which instance."""
    proof = ruling.attempt.proof if ruling.attempt else ()
    return tuple(
        f"{inference.rule}: {said}"
        for inference in proof
        if (said := _instance(desk.declared, inference))
    )
