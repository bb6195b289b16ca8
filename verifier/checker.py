"""Replays a derivation through the kernel and collects a report; doesn't stop at a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from sympy import Integer

from verifier.elaborate.conditions import IllFormed, densities
from verifier.elaborate.declarations import Declared, declared, problem
from verifier.elaborate.restate import restated
from verifier.kernel.algebra import Context, Normaliser
from verifier.kernel.binding import free_variables
from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.model import Positive
from verifier.kernel.polynomials import ONE
from verifier.kernel.prover import Goal, Premise, follow, scoped
from verifier.kernel.rules import ALGEBRA, RULES, closure, hooks_of
from verifier.kernel.signs import nonnegative
from verifier.kernel.terms import Relation, Statement, Var
from verifier.kernel.theorem import Given, Needed, composed
from verifier.language.derivation import Derivation, Step, Text
from verifier.language.latex import latex
from verifier.language.lexer import FormulaError
from verifier.language.printer import plain
from verifier.language.written import Statement as WrittenStatement
from verifier.language.written import Written
from verifier.ledger import STANDING, Ledger, audited
from verifier.lines import (
    RELATIONS,
    Line,
    check_scope,
    elaborated,
    parsed,
    read,
    required,
    scope_remarks,
    turned_round,
)
from verifier.numeric.laboratory import Laboratory
from verifier.outcome import (
    Assumption,
    ClaimReport,
    Counterexample,
    DerivationReport,
    Diagnostic,
    DiagnosticError,
    FileVerdict,
    Numeric,
    StepReport,
    Suggestion,
    Verdict,
)
from verifier.rulings import Ruling, ruled

NOTHING = Statement(Integer(0), "=", Integer(0))
STEP_BUDGET = 60_000  # units of kernel work for one step
SEARCH_BUDGET = 60_000_000  # points of the numeric side for one file
LATER_RULES = frozenset({"exchange", "index"})  # in the format's table, of copies and sequences
ALIASES = {alias: rule.name for rule in RULES.values() for alias in rule.aliases}
ALIASES |= {"definition-of-kl": "kl"}

Load = Callable[[str], Derivation]
Check = tuple[int, Statement, tuple[Statement, ...]]  # step, statement, premises to be met


@dataclass
class Reached:
    """A statement reached: what it says, in writing too, and the steps it rests on unproved."""

    statement: Statement
    left: Written
    right: Written
    free: frozenset[Var]
    needed: tuple[Needed, ...] = ()
    given: tuple[int, ...] = ()
    fixed: frozenset[Var] = frozenset()
    index: int = 0

    @property
    def premise(self) -> Premise:
        hypotheses = frozenset(Given(step) for step in self.given)
        return Premise(self.statement, hypotheses, self.fixed, self.index)

    @property
    def text(self) -> str:
        return plain(WrittenStatement(self.left, self.statement.relation, self.right))


@dataclass
class Judged:
    """A step on its way to its report."""

    report: StepReport
    statement: Statement | None = None
    premises: tuple[Statement, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)
    unconditional: bool = False


def judge(derivation: Derivation, load: Load) -> DerivationReport:
    """The report on a derivation. `load` gives the derivations that `using` names.

    Raises DiagnosticError for what makes a file an `error`.
    """
    return _File(derivation, load, ()).report()


class _File:
    """One file, judged step by step."""

    def __init__(self, derivation: Derivation, load: Load, opened: tuple[str, ...]) -> None:
        self.derivation = derivation
        self.load = load
        self.opened = (*opened, derivation.source.digest)
        self.declared: Declared = declared(derivation)
        self.context = Context(self.declared.model, Budget(STEP_BUDGET))
        self.numeric_budget = Budget(SEARCH_BUDGET)
        self.laboratory = Laboratory(self.declared.model, self.numeric_budget.spend)
        self.labels: dict[str, Reached] = {}
        self.judged: list[Judged] = []
        self.reached: Reached | None = None
        self.wholes: list[Reached] = []  # what each chain came to
        self.others: dict[str, _File] = {}

    # -- the file ---------------------------------------------------------------------------------

    def report(self) -> DerivationReport:
        """Everything: the steps, the claim, the numeric check."""
        claim = required(self.declared, self.derivation.claim, statement=True)
        self.run()
        assert isinstance(claim, WrittenStatement)
        claim_report, trouble = self._claim(claim)
        numeric, contradiction = self._sampled()
        steps = tuple(item.report for item in self.judged)
        proved = all(step.verdict == Verdict.PROVED for step in steps)
        trouble = contradiction or trouble or self._no_density()
        if trouble is None and proved and self._is_vacuous():
            trouble = self.derivation.claim.diagnostic("vacuous")
        good = proved and trouble is None and (numeric is None or numeric.agrees)
        return DerivationReport(
            file=self.derivation.source.name,
            title=self.derivation.title,
            verdict=FileVerdict.VERIFIED if good else FileVerdict.FAILED,
            claim=claim_report,
            assumptions=self._assumptions(),
            steps=steps,
            numeric=numeric,
            problem=trouble,
            expected=self.derivation.expect,
            internal=contradiction is not None,
            start=self.derivation.start.value if self.derivation.start else "",
            model=self.declared.model_lines,
            digest=self.derivation.source.digest,
        )

    def run(self) -> None:
        """Judge every step. Raises DiagnosticError for unknown rules and labels, a chain that
        turns round, a `start` that can't be read."""
        self._check_rules()
        turned = turned_round(self.derivation.steps, self._relations())
        if turned is not None:
            raise DiagnosticError(turned)
        self._check_labels()
        self._start()
        for index, step in enumerate(self.derivation.steps, 1):
            self.context.budget.refill()
            self.judged.append(self._step(index, step))
        self.wholes += [self.reached] if self.reached else []

    def _check_rules(self) -> None:
        known = {*RULES, *ALIASES, ALGEBRA, *LATER_RULES}
        for step in self.derivation.steps:
            for rule in step.rules or ():
                if rule.value not in known:
                    raise DiagnosticError(rule.unknown("unknown-rule", known))

    def _check_labels(self) -> None:
        seen: dict[str, int] = {}
        for index, step in enumerate(self.derivation.steps, 1):
            for name in step.using:
                file, mark, _ = name.value.partition("#")
                if not (mark and file) and name.value not in seen:
                    raise DiagnosticError(name.unknown("unknown-label", seen))
            if step.label is not None:
                if step.label.value in seen:
                    raise DiagnosticError(
                        step.label.diagnostic(
                            "duplicate-label", name=step.label.value, step=seen[step.label.value]
                        )
                    )
                seen[step.label.value] = index

    def _relations(self) -> dict[int, Relation]:
        found: dict[int, Relation] = {}
        for index, step in enumerate(self.derivation.steps, 1):
            if step.key == "so":
                try:
                    written = parsed(self.declared, step.formula, statement=True)
                except FormulaError:
                    continue
                assert isinstance(written, WrittenStatement)
                found[index] = written.relation  # type: ignore[assignment]
        return found

    def _start(self) -> None:
        text = self.derivation.start
        if text is None:
            return
        written = required(self.declared, text, statement=False)
        try:
            line = elaborated(self.declared, written)
            check_scope(line, frozenset())
        except IllFormed as error:
            report = self._blank(0, "start", text, "", problem(text, error))
            expected = {FileVerdict.FAILED: Verdict.ILL_FORMED}.get(self.derivation.expect)
            report = replace(report, expected=expected or report.expected)
            self.judged.append(Judged(replace(report, text=plain(written), latex=latex(written))))
            return
        term = line.terms[0]
        self.reached = Reached(Statement(term, "=", term), written, written, line.free, line.needed)

    # -- one step ---------------------------------------------------------------------------------

    def _blank(
        self, index: int, kind: str, text: Text, relation: str, why: Diagnostic | None = None
    ) -> StepReport:
        where = text.location()
        return StepReport(
            index=index, kind=kind, statement=text.value, line=where.line, column=where.column,
            relation=relation, text=text.value, latex="", rules=(),
            verdict=Verdict.ILL_FORMED, diagnostic=why,
        )  # fmt: skip

    def _step(self, index: int, step: Step) -> Judged:
        chain = step.key in RELATIONS
        kind = "chain" if chain else step.key
        relation = RELATIONS[step.key] if chain else ""
        blank = replace(
            self._blank(index, kind, step.formula, relation),
            rules=_canonical(step.rules or ()), expected=step.expect, note=step.note,
            label=step.label.value if step.label else None,
        )  # fmt: skip
        using, missing = self._using(step)
        before = self._free_before(step, using)
        line = read(self.declared, step.formula, not chain, before)
        if isinstance(line, Diagnostic):
            return Judged(replace(blank, diagnostic=line))
        blank = replace(blank, text=plain(line.written), latex=latex(line.written))
        if isinstance(line.written, WrittenStatement):
            blank = replace(blank, relation=line.written.relation)
        if chain and self.reached is None:
            why = step.formula.diagnostic("no-line-before")
            return Judged(replace(blank, verdict=Verdict.UNPROVED, diagnostic=why))
        judged = self._ruled(step, blank, line, using, missing)
        self._advance(step, line, judged)
        return judged

    def _free_before(self, step: Step, using: list[Reached]) -> frozenset[Var]:
        """The variables free in the line before; of a `so` in any of its premises."""
        last = [self.reached] if self.reached is not None and step.key != "side" else []
        if step.key in RELATIONS:
            return free_in(last[0].right, self.declared) if last else frozenset()
        return frozenset().union(*(known.free for known in (*last, *using)))

    def _goal(self, step: Step, line: Line, using: list[Reached]) -> Goal:
        premises = tuple(known.premise for known in using)
        if step.key in RELATIONS:
            assert self.reached is not None
            said = Statement(self.reached.statement.right, RELATIONS[step.key], line.terms[0])
            return Goal(said, None, premises)
        reached = self.reached if step.key == "so" else None
        return Goal(line.statement, reached.premise if reached else None, premises, so=True)

    def _ruled(
        self, step: Step, blank: StepReport, line: Line, using: list[Reached],
        missing: Diagnostic | None,
    ) -> Judged:  # fmt: skip
        needed = (*self._needed_before(step), *line.needed)
        goal = replace(self._goal(step, line, using), conditions=needed)
        shown = _statement_text(self.reached, step, line)
        report = replace(blank, statement=shown)
        cited = _canonical(step.rules) if step.rules is not None else None
        premises = [*using, *([self.reached] if self.reached and step.key == "so" else [])]
        context = self._in_domain((*needed, *(n for known in premises for n in known.needed)))
        try:
            ruling = ruled(context, goal, cited, self.derivation.strict)
        except OutOfWork:
            ruling = Ruling(cited or ())
        report = replace(report, rules=ruling.rules or report.rules)
        remarks = scope_remarks(step.formula, line, self._before_or_none(step))
        judged = Judged(report, goal.statement, self._open_premises(step, using))
        if ruling.theorem is not None and ruling.attempt is not None and missing is None:
            judged.ledger = audited(context, ruling.theorem)
            remarks += self._remarks(step, ruling, goal, line)
            given = tuple(sorted(judged.ledger.given))
            judged.unconditional = not given
            judged.report = replace(report, given=given, trace=_trace(ruling))
            self._conclude(step, judged)
        else:
            self._refused(step, judged, goal, ruling, missing, line)
        judged.report = replace(judged.report, remarks=tuple(remarks))
        return judged

    def _in_domain(self, needed: Iterable[Needed]) -> Context:
        """With `support`: the densities that a step's lines take for positive."""
        if self.declared.model.support is None:
            return self.context
        taken = [d for item in needed if item.kind != "finite" for d in densities(item.term)]
        for condition in self.declared.model.support:
            if isinstance(condition, Positive):
                taken += densities(condition.density)
        return replace(self.context, domain=tuple(taken))

    def _conclude(self, step: Step, judged: Judged) -> None:
        """Proved, when its conditions are met."""
        if not judged.ledger.missing:
            judged.report = replace(judged.report, verdict=Verdict.PROVED, diagnostic=None)
            return
        lacking = judged.ledger.missing[0]
        why = step.formula.diagnostic(lacking.code, condition=lacking.text)
        judged.report = replace(judged.report, verdict=Verdict.UNPROVED, diagnostic=why)
        judged.unconditional = False
        self._refute(step, judged)

    def _refused(
        self,
        step: Step,
        judged: Judged,
        goal: Goal,
        ruling: Ruling,
        missing: Diagnostic | None,
        line: Line,
    ) -> None:
        if missing is not None:
            judged.report = replace(judged.report, verdict=Verdict.UNPROVED, diagnostic=missing)
        elif ruling.suggested is not None:
            cited = ruling.rules
            why = step.formula.diagnostic("wrong-rule", rules=cited, suggestion=ruling.suggested)
            judged.report = replace(
                judged.report, verdict=Verdict.WRONG_RULE, diagnostic=why,
                suggestion=Suggestion(ruling.suggested),
            )  # fmt: skip
        else:
            why = self._residual(step, goal, line)
            judged.report = replace(judged.report, verdict=Verdict.UNPROVED, diagnostic=why)
            self._refute(step, judged)

    def _refute(self, step: Step, judged: Judged) -> None:
        """A search for a counterexample; what it finds has been confirmed."""
        assert judged.statement is not None
        try:
            found = self.laboratory.refute(judged.statement, judged.premises)
        except OutOfWork:
            return
        if found is not None:
            why = step.formula.diagnostic("refuted", left=found.left, right=found.right)
            judged.report = replace(
                judged.report, verdict=Verdict.REFUTED, diagnostic=why, counterexample=found
            )

    def _residual(self, step: Step, goal: Goal, line: Line) -> Diagnostic:
        """What remains of left - right under all equality rules, at the part that carries it."""
        rules = closure(name for name, rule in RULES.items() if rule.hooks)
        try:
            self.context.budget.refill()
            nf = Normaliser(self.context, hooks_of(rules))
            left = nf.normal(goal.statement.left)
            nf.origins.clear()  # what the right side doesn't have has no place in this line
            rest = nf.reduced(left - nf.normal(goal.statement.right))
            text = plain(restated(nf.store.term(rest)))
        except (OutOfWork, ZeroDivisionError):
            return step.formula.diagnostic("undecided")
        return step.formula.diagnostic("residual", line.carrying(nf, rest), residual=text)

    def _remarks(self, step: Step, ruling: Ruling, goal: Goal, line: Line) -> list[Diagnostic]:
        text = step.formula
        remarks = [text.diagnostic("superfluous", name=name) for name in ruling.superfluous]
        if ruling.uncited:
            remarks.append(text.diagnostic("tidied", rules=ruling.uncited))
        if self._alike(line):
            remarks.append(text.diagnostic("same-sides"))
        elif ruling.equality and goal.statement.relation != "=" and not goal.so:
            remarks.append(text.diagnostic("equality"))
        return remarks

    def _alike(self, line: Line) -> bool:
        """Whether both sides are written alike."""
        if isinstance(line.written, WrittenStatement):
            return line.written.left == line.written.right
        return self.reached is not None and self.reached.right == line.written

    # -- what steps start from --------------------------------------------------------------------

    def _needed_before(self, step: Step) -> tuple[Needed, ...]:
        if step.key == "side" or self.reached is None:
            return ()
        return tuple(self.reached.needed) if step.key in RELATIONS else ()

    def _before_or_none(self, step: Step) -> frozenset[Var] | None:
        if step.key not in RELATIONS or self.reached is None:
            return None
        return free_in(self.reached.right, self.declared)

    def _open_premises(self, step: Step, using: list[Reached]) -> tuple[Statement, ...]:
        """The premises that are not proved: a counterexample must meet them."""
        if step.key in RELATIONS:
            return tuple(known.statement for known in using if known.given)
        known = [*using, *([self.reached] if self.reached and step.key == "so" else [])]
        return tuple(item.statement for item in known if item.given)

    def _using(self, step: Step) -> tuple[list[Reached], Diagnostic | None]:
        """The statements that a step names; what keeps one from being used."""
        found: list[Reached] = []
        for name in step.using:
            file, mark, label = name.value.partition("#")
            if mark and file:
                known, missing = self._foreign(name, file, label)
                if known is None:
                    return found, missing
                found.append(known)
            elif name.value in self.labels:
                found.append(self.labels[name.value])
            else:  # declared on a step that means nothing
                return found, name.diagnostic("premise-missing", name=name.value)
        return found, None

    def _foreign(
        self, name: Text, file: str, label: str
    ) -> tuple[Reached | None, Diagnostic | None]:
        other = self._other(name, file)
        known = other.labels.get(label) if label != "claim" else other.claimed()
        if known is None:
            if label != "claim" and label not in {
                s.label.value for s in other.derivation.steps if s.label
            }:
                raise DiagnosticError(name.unknown("unknown-label", other.labels))
            return None, name.diagnostic("premise-missing", name=name.value)
        lacking = _not_implied(other.declared, self.declared, known.statement)
        if lacking:
            return None, name.diagnostic("premise-needs", name=name.value, condition=lacking)
        if known.given:
            return None, name.diagnostic("premise-unproved", name=name.value)
        return replace(known, index=0), None

    def _other(self, name: Text, file: str) -> _File:
        if file not in self.others:
            try:
                derivation = self.load(file)
            except DiagnosticError as error:
                why = error.diagnostic
                raise DiagnosticError(name.diagnostic(why.code, **why.data)) from error
            if derivation.source.digest in self.opened:
                raise DiagnosticError(name.diagnostic("circular-using", file=file))
            try:
                other = _File(derivation, _relative(self.load, file), self.opened)
                other.run()
            except DiagnosticError as error:
                raise DiagnosticError(
                    name.diagnostic("other-file", file=file, cause=error.diagnostic)
                ) from error
            self.others[file] = other
        return self.others[file]

    def claimed(self) -> Reached | None:
        """The claim, if it is reached, as a statement for other files."""
        claim = required(self.declared, self.derivation.claim, statement=True)
        assert isinstance(claim, WrittenStatement)
        report, _ = self._claim(claim)
        if not report.reached:
            return None
        line = elaborated(self.declared, claim)
        given = () if report.proved else (len(self.judged),)
        return Reached(line.statement, claim.left, claim.right, line.free, line.needed, given)

    def _advance(self, step: Step, line: Line, judged: Judged) -> None:
        """The statement reached after a step."""
        proved = judged.report.verdict == Verdict.PROVED
        here = () if proved else (judged.report.index,)
        fixed = frozenset(
            v
            for fact in judged.ledger.facts
            for v in (free_variables(fact.left) | free_variables(fact.right)) - fact.quantified
        )
        if step.key in RELATIONS:
            assert self.reached is not None
            before = self.reached
            relation = composed(before.statement.relation, RELATIONS[step.key])
            assert relation is not None
            new = Reached(
                Statement(before.statement.left, relation, line.terms[0]),
                before.left, line.written, before.free | line.free, line.needed,
                (*before.given, *here), before.fixed | fixed, judged.report.index,
            )  # fmt: skip
        else:
            written = line.written
            assert isinstance(written, WrittenStatement)
            premises = [self.reached] if self.reached and step.key == "so" else []
            fixed = fixed.union(*(p.fixed for p in premises))
            new = Reached(
                line.statement, written.left, written.right, line.free, line.needed,
                (*judged.report.given, *here), fixed, judged.report.index,
            )  # fmt: skip
        if step.key == "so" and self.reached is not None:
            self.wholes.append(self.reached)
        if step.key != "side":
            self.reached = new
        if step.label is not None:
            self.labels[step.label.value] = new

    # -- claim, assumptions, numeric check --------------------------------------------------------

    def _claim(self, written: WrittenStatement) -> tuple[ClaimReport, Diagnostic | None]:
        text = self.derivation.claim
        shown = ClaimReport(plain(written), latex(written), reached=False, proved=False)
        try:
            line = elaborated(self.declared, written)
            check_scope(line, self.reached.free if self.reached else frozenset())
        except IllFormed as error:
            return shown, problem(text, error)
        if self.reached is None:
            return shown, text.diagnostic("claim-not-reached", reached="nothing")
        self.context.budget.refill()
        goal = Goal(line.statement, self.reached.premise, so=True)
        try:
            attempt = follow(self.context, goal, {"definition"})
        except OutOfWork:
            attempt = None
        if attempt is None or not (attempt.premises or self._same(line.statement)):
            return shown, text.diagnostic("claim-not-reached", reached=self.reached.text)
        if self.reached.given:
            steps = ", ".join(map(str, dict.fromkeys(self.reached.given)))
            return replace(shown, reached=True), text.diagnostic("claim-not-proved", steps=steps)
        return replace(shown, reached=True, proved=True), None

    def _same(self, claim: Statement) -> bool:
        """A claim that holds by algebra is reached only if it is what was reached."""
        assert self.reached is not None
        nf = Normaliser(self.context, hooks_of({"definition"}))
        sides = {nf.normal(claim.left), nf.normal(claim.right)}
        said = self.reached.statement
        return sides == {nf.normal(said.left), nf.normal(said.right)}

    def _assumptions(self) -> tuple[Assumption, ...]:
        steps: dict[str, list[int]] = {}
        for item in self.judged:
            leaning = [c.text for c in item.ledger.by] + [f.text for f in item.ledger.facts]
            if item.ledger.standing:
                leaning.append(STANDING)
            for text in dict.fromkeys(leaning):
                steps.setdefault(text, []).append(item.report.index)
        return tuple(Assumption(text, tuple(where)) for text, where in steps.items())

    def _sampled(self) -> tuple[Numeric | None, Diagnostic | None]:
        """Every step and every whole chain on sampled worlds; where they contradict a proof, that
        is an internal error."""
        items = [item for item in self.judged if item.statement is not None]
        checks: list[Check] = [
            (item.report.index, item.statement, item.premises)
            for item in self.judged
            if item.statement is not None
        ]
        checks += [(known.index, known.statement, ()) for known in self.wholes if not known.given]
        found = self._checked(checks)
        contradiction = None
        for (index, statement, _), numeric in zip(checks, found, strict=True):
            if numeric is not None and not numeric.agrees and index not in self._unproved():
                contradiction = contradiction or self._contradiction(index, statement)
        for item, numeric in zip(items, found, strict=False):
            item.report = replace(item.report, numeric=numeric)
        return _summary([numeric for numeric in found if numeric is not None]), contradiction

    def _checked(self, checks: list[Check]) -> list[Numeric | None]:
        try:
            self.numeric_budget.refill()
            return self.laboratory.check(
                [statement for _, statement, _ in checks], [given for _, _, given in checks]
            )
        except OutOfWork:
            return [None] * len(checks)

    def _unproved(self) -> frozenset[int]:
        """The steps that are not proved, or only given others."""
        return frozenset(item.report.index for item in self.judged if not item.unconditional)

    def _contradiction(self, index: int, statement: Statement) -> Diagnostic | None:
        found: Counterexample | None = self.laboratory.confirm(statement)
        if found is None:
            return None
        self.judged = [
            replace(item, report=replace(item.report, counterexample=found))
            if item.report.index == index
            else item
            for item in self.judged
        ]
        text = self.derivation.steps[index - 1].formula
        return text.diagnostic("contradiction", step=index, left=found.left, right=found.right)

    def _no_density(self) -> Diagnostic | None:
        """A density by formula is >= 0 and integrates to 1: proved, or assumed."""
        rules = closure(name for name, rule in RULES.items() if rule.hooks)
        for text, family in zip(self.derivation.model, self.declared.model.families, strict=True):
            if family.formula is None:
                continue
            self.context.budget.refill()
            said = Normaliser(scoped(self.context, Goal(NOTHING), rules), hooks_of(rules))
            value = said.normal(family.formula)
            total = said.integral(frozenset(family.left), value)
            if not nonnegative(said, value):
                return text.diagnostic("formula-negative", name=family.name)
            if not said.vanishes(total - ONE):
                return text.diagnostic("formula-total", name=family.name)
        return None

    def _is_vacuous(self) -> bool:
        try:
            self.numeric_budget.refill()
            return self.laboratory.vacuous
        except OutOfWork:
            return True


def free_in(written: Written, file: Declared) -> frozenset[Var]:
    """The variables free in a written formula."""
    return elaborated(file, written).free


def _canonical(rules: Iterable[Text]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ALIASES.get(rule.value, rule.value) for rule in rules))


def _statement_text(reached: Reached | None, step: Step, line: Line) -> str:
    if step.key not in RELATIONS:
        return plain(line.written)
    assert reached is not None
    return plain(WrittenStatement(reached.right, RELATIONS[step.key], line.written))


def _trace(ruling: Ruling) -> tuple[str, ...]:
    """Where inequalities acted, and with which instance."""
    if ruling.attempt is None:
        return ()
    return tuple(
        f"{inference.rule}: "
        + ", ".join(f"{name} = {plain(restated(value))}" for name, value in inference.instance)
        for inference in ruling.attempt.proof
        if inference.instance
    )


def _summary(figures: list[Numeric]) -> Numeric | None:
    if not figures:
        return None
    return Numeric(
        samples=max(n.samples for n in figures),
        agrees=all(n.agrees for n in figures),
        worst=max((abs(n.worst) for n in figures), default=0.0),
    )


def _relative(load: Load, file: str) -> Load:
    """Loads what a file names: its paths are relative to it."""
    folder = file.rpartition("/")[0]
    return lambda name: load(f"{folder}/{name}" if folder else name)


def _not_implied(there: Declared, here: Declared, statement: Statement) -> str:
    """What a statement needed in its own file that this one doesn't declare; "" when nothing."""
    theirs, ours = there.model, here.model
    for family in theirs.families:
        if ours.family.get(family.name) != family:
            return f"model: {family.name}"
    for parameter in theirs.parameters:
        if ours.parameter.get(parameter.symbol.name) != parameter:
            return f"parameters: {parameter.symbol.name}"
    for function in theirs.functions:
        if ours.function.get(function.name) != function:
            return f"functions: {function.name}"
    texts = {fact.text for fact in ours.facts}
    for fact in theirs.facts:
        if fact.text not in texts:
            return f"assume: {fact.text}"
    if not theirs.discrete <= ours.discrete:
        return f"discrete: {', '.join(sorted(theirs.discrete - ours.discrete))}"
    if ours.support is not None:
        if theirs.support is None:
            return "the standing assumption (no `support`)"
        listed = {condition.text for condition in ours.support}
        for condition in theirs.support:
            if condition.text not in listed:
                return f"support: {condition.text}"
    del statement
    return ""
