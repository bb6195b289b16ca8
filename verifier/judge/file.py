"""Replays a derivation through the kernel and collects a report; doesn't stop at a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from sympy import Integer

from verifier.derivation.derivation import Derivation, Step, Text
from verifier.derivation.worlds import World
from verifier.elaborate.binders import family_name
from verifier.elaborate.model import read_declarations
from verifier.elaborate.reader import diagnostic_of
from verifier.elaborate.record import IllFormed, Record
from verifier.formula.lexer import FormulaError
from verifier.formula.written import FamilyLine, Written
from verifier.formula.written import Statement as WrittenStatement
from verifier.judge.conditions import STANDING, Missing, leaned_on, named, undefined
from verifier.judge.diagnosis import UNREAD, closing_line, diagnosed
from verifier.judge.lines import (
    RELATIONS,
    Line,
    check_scope,
    elaborated,
    parsed,
    read,
    required,
    turned_round,
)
from verifier.judge.necessity import necessity as needed
from verifier.judge.premises import Load, Reached, relative
from verifier.judge.sampling import Check, SecondOpinion, summary
from verifier.judge.step import (
    Case,
    Desk,
    Judged,
    blank,
    blank_step,
    judged,
    rule_names,
    shown,
)
from verifier.kernel import terms
from verifier.kernel.binding import bind, free_variables
from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.definedness import Conditions, binders
from verifier.kernel.discharge import Discharge
from verifier.kernel.equality.normaliser import Context
from verifier.kernel.inference import given, reflexive, transitive, turn, weaken
from verifier.kernel.lemmas import Lacking, imported
from verifier.kernel.model import Fact, Family
from verifier.kernel.rules import EQUALITY_RULES, RULES, nonnegativity
from verifier.kernel.terms import Relation, Statement, Var
from verifier.kernel.theorem import Declared, Theorem, implies
from verifier.outcome import (
    Assumption,
    ClaimReport,
    DerivationReport,
    Diagnosis,
    Diagnostic,
    DiagnosticError,
    Document,
    FileVerdict,
    Necessity,
    Numeric,
    Replay,
    StepReport,
    Verdict,
)
from verifier.tactics.prover import Goal, prove
from verifier.typeset.latex import latex
from verifier.typeset.printer import plain

Others = dict[tuple[str, str], "File"]  # files that others use, by path and digest
STEP_BUDGET = 60_000  # units of kernel work for one step


def judge(
    derivation: Derivation, load: Load, necessity: bool = False, others: Others | None = None
) -> DerivationReport:
    """The report on a derivation. `load` gives the derivations that `using` names; `necessity`
    asks for worlds in which steps fail without what is assumed. With the same `others` for several
    derivations, what they all use is judged once.

    Raises DiagnosticError for what makes a file an `error`.
    """
    file = File(derivation, load, (), others)
    report = file.report()
    if not necessity:
        return report
    return replace(report, necessity=tuple(file.necessity()))


def in_worlds(derivation: Derivation, load: Load, worlds: Sequence[World]) -> tuple[Replay, ...]:
    """Given worlds, each held against the step that it is said to break.

    Raises DiagnosticError as `judge` does.
    """
    file = File(derivation, load, ())
    file.run()
    return tuple(file.replayed(world) for world in worlds)


def replay(derivation: Derivation, load: Load) -> tuple[StepReport, ...]:
    """The steps alone, each asked of the kernel; the claim and the worlds are left out.

    Raises DiagnosticError as `judge` does.
    """
    file = File(derivation, load, ())
    file.run()
    return tuple(item.report for item in file.judged)


class File:
    """One file, judged step by step."""

    def __init__(
        self,
        derivation: Derivation,
        load: Load,
        opened: tuple[str, ...],
        others: Others | None = None,
    ) -> None:
        self.derivation = derivation
        self.load = load
        self.is_used = bool(opened)  # by another file, whose report doesn't say what is wrong here
        self.opened = (*opened, derivation.source.digest)
        self.rests_on = {derivation.source.digest}  # the files that it uses, and those that they do
        self.declared = read_declarations(derivation)
        self.context = Context(self.declared.model, Budget(STEP_BUDGET))
        self.second = SecondOpinion(self.declared.model, self.context.budget)
        self.desk = Desk(
            self.declared, self.context, self.second, derivation.strict, lambda: self.written
        )
        self.formulas: list[Discharge] = []  # what shows densities by formula to be densities
        self.others: dict[str, File] = {}
        self.known_others = {} if others is None else others
        self.lines: dict[tuple[int, frozenset[Var]], tuple[Step, Line | Diagnostic]] = {}
        self.all_finite: list[Conditions] = []
        self.judge: Callable[[Case], Judged] = lambda case: judged(self.desk, case)
        self._begin()

    def _begin(self) -> None:
        self.labels: dict[str, Reached] = {}
        self.cases: dict[int, Case] = {}  # the steps whose lines mean something
        self.judged: list[Judged] = []
        self.reached: Reached | None = None
        self.theorem: Theorem | None = None  # of the claim
        self.lacking: Missing | None = None  # what keeps the claim from being one
        self.chains: list[Reached] = []  # what each chain came to

    def with_steps(self, steps: Sequence[Step], judge: Callable[[Case], Judged]) -> File:
        """The same file with other steps, to be judged by `judge`, on the same worlds."""
        other = copy(self)
        other.derivation = replace(self.derivation, steps=tuple(steps))
        other.judge = judge
        other._begin()
        return other

    # -- the file ---------------------------------------------------------------------------------

    def report(self) -> DerivationReport:
        """Everything: the steps, the claim, the numeric check."""
        written = self._written_claim()
        self.run()
        claim, trouble = self._claim(written)
        numeric, contradiction = self._sampled()
        proved = all(item.proved for item in self.judged)
        trouble = contradiction or trouble or self._no_density()
        if trouble is None and proved:
            flaw = self.second.flaw(numeric)
            if flaw is not None:
                trouble = self.derivation.claim.diagnostic(flaw.code, **flaw.data)
        good = proved and trouble is None and numeric is not None and numeric.agrees
        return DerivationReport(
            file=self.derivation.source.name,
            title=self.derivation.title,
            verdict=FileVerdict.VERIFIED if good else FileVerdict.FAILED,
            claim=claim,
            assumptions=self._assumptions(),
            remarks=tuple(self._unused()) if proved else (),
            steps=tuple(item.report for item in self.judged),
            numeric=numeric,
            problem=trouble,
            expected=self.derivation.expect,
            internal=contradiction is not None,
            start=self.derivation.start.value if self.derivation.start else "",
            model=tuple(text.value for text in self.derivation.model),
            document=self._document(written),
            digest=self.derivation.source.digest,
        )

    def _document(self, claim: WrittenStatement) -> Document:
        derivation, declared = self.derivation, self.declared
        text = derivation.start
        start = None if text is None else required(declared, text, statement=False)
        said = derivation.origin or "", derivation.description or ""
        return Document(*said, start, claim, declared.written)

    def run(self) -> None:
        """Judge every step. Raises DiagnosticError for unknown rules and labels, a chain that
        turns round, a `start` that can't be read."""
        self._check_names()
        turned = turned_round(self.derivation.steps, self._relations())
        if turned is not None:
            raise DiagnosticError(turned)
        self._start()
        for index, step in enumerate(self.derivation.steps, 1):
            self.context.budget.refill()
            self._step(index, step)
        self._end_chain()

    def _check_names(self) -> None:
        """Every rule and label that is named must be there."""
        seen: dict[str, int] = {}
        for index, step in enumerate(self.derivation.steps, 1):
            for rule in step.rules or ():
                if rule.value not in rule_names():
                    raise DiagnosticError(rule.unknown("unknown-rule", rule_names()))
            for name in step.using:
                file, mark, _ = name.value.partition("#")
                if not (mark and file) and name.value not in seen:
                    raise DiagnosticError(name.unknown("unknown-label", seen))
            label = step.label
            if label is not None and seen.setdefault(label.value, index) != index:
                where = seen[label.value]
                raise DiagnosticError(
                    label.diagnostic("duplicate-label", name=label.value, step=where)
                )

    def _relations(self) -> dict[int, Relation]:
        """The relation of each `so` that can be read."""
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

    def replayed(self, world: World) -> Replay:
        """What becomes of a world in which a step is said to be false."""
        steps = {item.report.index: item for item in self.judged if item.report.index}
        item = steps.get(world.step)
        if item is None:
            nowhere = self.derivation.steps[0].formula
            return Replay(world.step, nowhere.diagnostic("world-step", step=world.step))
        text = self.derivation.steps[world.step - 1].formula
        if item.check is None:
            return Replay(world.step, text.diagnostic("world-meaningless", step=world.step))
        try:
            code, example = self.second.replayed(item.check, world.given)
        except DiagnosticError as error:
            why = error.diagnostic
            said = text.diagnostic(why.code, **{**why.data, "step": world.step})
            return Replay(world.step, said, statement=item.report.statement)
        left, right = (example.left, example.right) if example else ("", "")
        said = text.diagnostic(code, step=world.step, left=left, right=right)
        breaks = {"world-breaks": True, "world-undecided": None}.get(code, False)
        return Replay(world.step, said, breaks, item.report.statement, example)

    # -- lines ------------------------------------------------------------------------------------

    def _start(self) -> None:
        text = self.derivation.start
        if text is None:
            return
        written = required(self.declared, text, statement=False)
        try:
            line = elaborated(self.declared, written)
            check_scope(self.declared.model.order, line, frozenset())
        except IllFormed as error:
            self.judged.append(Judged(self._bad_start(text, plain(written), error)))
            return
        theorem = reflexive(self.declared.model, line.terms[0])
        self.reached = Reached(theorem, written, written, line.free, line.free)

    def _bad_start(self, text: Text, written: str, error: IllFormed) -> StepReport:
        """A start that means nothing, as step 0: what a file that expects to fail expects."""
        failing = self.derivation.expect == FileVerdict.FAILED
        return replace(
            blank(0, "start", text),
            text=written,
            diagnostic=diagnostic_of(text, error),
            expected=Verdict.ILL_FORMED if failing else Verdict.PROVED,
        )

    def _step(self, index: int, step: Step) -> None:
        using, missing = self._using(step)
        empty = blank_step(index, step)
        line = self._read(index, step, self._free_before(step, using))
        if isinstance(line, Diagnostic):
            self.judged.append(self._meaningless(replace(empty, diagnostic=line), step, using))
        elif step.key in RELATIONS and self.reached is None:
            why = step.formula.diagnostic("no-line-before")
            report = replace(shown(empty, line), verdict=Verdict.UNPROVED, diagnostic=why)
            self.judged.append(Judged(report))
        else:
            case = Case(step, line, empty, self.reached, tuple(using), missing)
            self.cases[index] = case
            found = self.explained(case, self.judge(case))
            self.judged.append(found)
            self._advance(case, found)

    def _read(self, index: int, step: Step, before: frozenset[Var]) -> Line | Diagnostic:
        """A step's line: the very terms of last time, where the same step is read again."""
        known = self.lines.get((index, before))
        if known is None or known[0] is not step:
            statement = step.key not in RELATIONS
            known = step, read(self.declared, step.formula, statement, before)
            self.lines[index, before] = known
        return known[1]

    def explained(self, case: Case, found: Judged) -> Judged:
        """What isn't proved, with what it was meant to be or what is missing, if that is found."""
        if found.report.verdict is Verdict.REFUTED:
            slip = self._diagnosed(case)
            return replace(found, report=replace(found.report, diagnosis=slip))
        if found.report.verdict is Verdict.UNPROVED:
            return self._with_line_between(case, found)
        return found

    def _with_line_between(self, case: Case, found: Judged) -> Judged:
        """What isn't shown, with the line that would close it, if one is found."""
        why = found.report.diagnostic
        line = None
        if why is not None and why.code in ("residual", "undecided") and not self.is_used:
            line = closing_line(self.desk, case)
        if line is None or why is None:
            return found
        why = replace(why, data={**why.data, "between": line})
        return replace(found, report=replace(found.report, diagnostic=why))

    def _meaningless(self, report: StepReport, step: Step, using: list[Reached]) -> Judged:
        """A line that means nothing: what it was meant to be, if that is found."""
        try:
            written = parsed(self.declared, step.formula, step.key not in RELATIONS)
        except FormulaError:
            written = UNREAD
        case = Case(step, Line(written, (), Record()), report, self.reached, tuple(using))
        return Judged(replace(report, diagnosis=self._diagnosed(case)))

    def _diagnosed(self, case: Case) -> Diagnosis | None:
        return None if self.is_used else diagnosed(self.desk, case)

    def _free_before(self, step: Step, using: list[Reached]) -> frozenset[Var]:
        """The variables free in the line before; of a `so` in any of its premises."""
        if step.key in RELATIONS:
            return self.reached.last if self.reached else frozenset()
        before = [self.reached] if self.reached is not None and step.key == "so" else []
        return frozenset().union(*(known.free for known in (*before, *using)))

    def _advance(self, case: Case, found: Judged) -> None:
        """The statement reached after a step."""
        step = case.step
        new = self._longer(case, found) if case.chain else self._new(case, found)
        if step.key == "so":
            self._end_chain()
        if step.key != "side":
            self.reached = new
        if step.label is not None:
            self.labels[step.label.value] = new

    def _longer(self, case: Case, found: Judged) -> Reached:
        """The chain with one more line."""
        line, before = case.line, case.reached
        assert before is not None
        return replace(
            before,
            theorem=transitive(before.theorem, self._theorem(case, found)),
            right=line.written,
            free=before.free | line.free,
            last=line.free,
            index=found.report.index,
        )

    def _theorem(self, case: Case, found: Judged) -> Theorem:
        """The theorem of a step; of one that isn't proved, given itself."""
        if found.theorem is not None:
            return found.theorem
        return given(case.goal.statement, found.report.index)

    def _new(self, case: Case, found: Judged) -> Reached:
        """A statement of its own."""
        line, written = case.line, case.line.written
        assert isinstance(written, WrittenStatement)
        last = elaborated(self.declared, written.right).free
        theorem = self._theorem(case, found)
        return Reached(theorem, written.left, written.right, line.free, last, found.report.index)

    def _end_chain(self) -> None:
        if self.reached is not None:
            self.chains.append(self.reached)

    # -- statements in `using` --------------------------------------------------------------------

    def _using(self, step: Step) -> tuple[list[Reached], Diagnostic | None]:
        """The statements that a step names; what keeps one from being used."""
        found: list[Reached] = []
        for name in step.using:
            file, mark, label = name.value.partition("#")
            foreign = bool(mark and file)
            known = self._foreign(name, file, label) if foreign else self.labels.get(name.value)
            if isinstance(known, Diagnostic):
                return found, known
            if known is None:  # the label of a step that means nothing
                return found, name.diagnostic("premise-missing", name=name.value)
            found.append(known)
        return found, None

    def _foreign(self, name: Text, file: str, label: str) -> Reached | Diagnostic | None:
        """A statement of another file, proved there under what this file declares too."""
        other = self._other(name, file)
        known = other.claimed() if label == "claim" else other.labels.get(label)
        if known is None:
            labels = [s.label.value for s in other.derivation.steps if s.label]
            if label not in ("claim", *labels):
                raise DiagnosticError(name.unknown("unknown-label", labels))
            return None
        if known.given:
            return name.diagnostic("premise-unproved", name=name.value)
        try:
            lemma = imported(known.theorem, other.declared.model, self.declared.model)
        except Lacking as lacks:
            return name.diagnostic("premise-needs", name=name.value, condition=str(lacks))
        return replace(known, theorem=lemma, index=0)

    def _other(self, name: Text, file: str) -> File:
        if file not in self.others:
            try:
                derivation = self.load(file)
            except DiagnosticError as error:
                why = error.diagnostic
                raise DiagnosticError(name.diagnostic(why.code, **why.data)) from error
            key = derivation.source.path, derivation.source.digest
            other = self.known_others.get(key)
            if other is None or not other.rests_on.isdisjoint(self.opened):
                other = self.known_others[key] = self._run_other(name, file, derivation)
            self.rests_on |= other.rests_on
            self.others[file] = other
        return self.others[file]

    def _run_other(self, name: Text, file: str, derivation: Derivation) -> File:
        """Another file, judged. Raises DiagnosticError for one that uses this one."""
        if derivation.source.digest in self.opened:
            raise DiagnosticError(name.diagnostic("circular-using", file=file))
        try:
            other = File(derivation, relative(self.load, file), self.opened, self.known_others)
            other.run()
        except DiagnosticError as error:
            cause = error.diagnostic
            raise DiagnosticError(name.diagnostic("other-file", file=file, cause=cause)) from error
        return other

    # -- claim ------------------------------------------------------------------------------------

    def claimed(self) -> Reached | None:
        """The claim, if it is reached, as a statement for other files."""
        written = self._written_claim()
        report, _ = self._claim(written)
        if not report.reached or self.theorem is None:
            return None
        line = elaborated(self.declared, written)
        return Reached(self.theorem, written.left, written.right, line.free, line.free)

    def _written_claim(self) -> WrittenStatement:
        written = required(self.declared, self.derivation.claim, statement=True)
        assert isinstance(written, WrittenStatement)
        return written

    def _claim(self, written: WrittenStatement) -> tuple[ClaimReport, Diagnostic | None]:
        text = self.derivation.claim
        claim = ClaimReport(plain(written), latex(written), reached=False, proved=False)
        try:
            line = elaborated(self.declared, written)
            check_scope(
                self.declared.model.order, line, self.reached.free if self.reached else frozenset()
            )
        except IllFormed as error:
            return claim, diagnostic_of(text, error)
        if self.reached is None:
            return claim, text.diagnostic("claim-not-reached", reached="nothing")
        if not self._is_reached(line, self.reached):
            if self.lacking is not None:
                return claim, text.diagnostic(self.lacking.code, condition=self.lacking.text)
            return claim, text.diagnostic("claim-not-reached", reached=self.reached.text)
        if self.reached.given:
            steps = ", ".join(map(str, dict.fromkeys(self.reached.given)))
            return replace(claim, reached=True), text.diagnostic("claim-not-proved", steps=steps)
        return replace(claim, reached=True, proved=True), None

    def _is_reached(self, line: Line, reached: Reached) -> bool:
        """Up to algebra, definitions, exchange of sides, or weaker: then the claim's theorem is
        that of what was reached."""
        self.context.budget.refill()
        self.theorem = self.lacking = None
        claim = line.statement
        try:
            for premise in _readings(reached.theorem, claim):
                ends = (
                    Statement(claim.left, "=", premise.left),
                    Statement(premise.right, "=", claim.right),
                )
                links = [prove(self.context, Goal(said), {"definition"}) for said in ends]
                if links[0] is None or links[1] is None:
                    continue
                whole = transitive(transitive(links[0].theorem, premise), links[1].theorem)
                missing = leaned_on(self.context, whole, self.written).missing
                if not missing or reached.given:  # what isn't proved is said of its steps
                    self.theorem = whole
                    return True
                self.lacking = named(self.context, missing)[0]
        except (OutOfWork, ZeroDivisionError):
            pass
        return False

    @property
    def written(self) -> Conditions:
        """That each expectation, integral, KL and entropy is finite that the file writes, or that
        the files write which it uses."""
        if not self.all_finite:
            found: set[Any] = set()
            texts = [(step.formula, step.key not in RELATIONS) for step in self.derivation.steps]
            texts.append((self.derivation.claim, True))
            texts += [(t, False) for t in (self.derivation.start,) if t is not None]
            for text, statement in texts:
                try:
                    line = elaborated(self.declared, parsed(self.declared, text, statement))
                except (FormulaError, IllFormed):
                    continue
                found.update(*(binders(term) for term in line.terms))
            for fact in self.declared.model.facts:
                found |= binders(fact.left) | binders(fact.right)
            self.all_finite.append(frozenset(found))
        return self.all_finite[0].union(*(other.written for other in self.others.values()))

    # -- assumptions, numeric check ---------------------------------------------------------------

    def _assumptions(self) -> tuple[Assumption, ...]:
        steps: dict[str, list[int]] = {}
        for item in self.judged:
            for text in self._leaning(item.leaned):
                steps.setdefault(text, []).append(item.report.index)
        for leaned in self.formulas:
            for text in self._leaning(leaned):
                steps.setdefault(text, [])
        written = self._declared_lines()
        return tuple(
            Assumption(text, tuple(where), written.get(text)) for text, where in steps.items()
        )

    def _leaning(self, leaned: Discharge) -> list[str]:
        """What a discharge leaned on, as the report names it."""
        texts = {item.text for item in (*leaned.by, *leaned.facts)}
        texts |= {self._said(known) for known in leaned.declared}
        return sorted({*texts, STANDING} if leaned.standing else texts)

    def _declared_lines(self) -> dict[str, Written]:
        """What is declared, by its text."""
        return {
            text.value: line
            for key, lines in self.declared.written.items()
            for text, line in zip(getattr(self.derivation, key) or (), lines, strict=True)
        }

    def necessity(self) -> Iterator[Necessity]:
        """What becomes of the steps without each assumption."""
        return needed(self.declared.model, self.judged, self.second)

    def _unused(self) -> Iterator[Diagnostic]:
        """What is assumed and no step leans on."""
        leaned = {item.text for item in self._assumptions()}
        listed = (*(self.derivation.support or ()), *self.derivation.assume)
        for text in listed:
            if text.value not in leaned:
                yield text.diagnostic("unused-assumption", name=text.value)
        for text in self.derivation.discrete:
            said = f"{text.value} is discrete"
            if said not in leaned:
                yield text.diagnostic("unused-assumption", name=said)

    def _said(self, known: Declared) -> str:
        """What is declared, as the report names it."""
        if known.kind == "discrete":
            return f"{known.name} is discrete"
        lines = zip(self.derivation.model, self.declared.written["model"], strict=True)
        return next(
            text.value
            for text, line in lines
            if isinstance(line, FamilyLine) and family_name(line.density) == known.name
        )

    def _sampled(self) -> tuple[Numeric | None, Diagnostic | None]:
        """Every step and every whole chain on sampled worlds; where they contradict a proof, that
        is an internal error."""
        checks = [item.check for item in self.judged if item.check is not None]
        checks += [Check(known.index, known.statement) for known in self.chains if not known.given]
        found = self.second.figures(checks)
        open_steps = {item.report.index for item in self.judged if not item.unconditional}
        contradiction = None
        for check, numeric in zip(checks, found, strict=True):
            contradicts = numeric is not None and not numeric.agrees
            if contradicts and check.step not in open_steps and contradiction is None:
                contradiction = self._contradiction(check)
        figures = iter(found)
        self.judged = [
            replace(item, report=replace(item.report, numeric=next(figures)))
            if item.check is not None
            else item
            for item in self.judged
        ]
        return summary(checks, found), contradiction

    def _contradiction(self, check: Check) -> Diagnostic | None:
        found = self.second.refute(check)
        if found is None:
            return None
        self.judged = [
            replace(item, report=replace(item.report, counterexample=found))
            if item.report.index == check.step
            else item
            for item in self.judged
        ]
        text = self.derivation.steps[check.step - 1].formula
        return text.diagnostic("contradiction", step=check.step, left=found.left, right=found.right)

    def _no_density(self) -> Diagnostic | None:
        """A density by formula is >= 0 and integrates to 1: proved, or assumed."""
        for text, family in zip(self.derivation.model, self.declared.model.families, strict=True):
            if family.formula is None:
                continue
            code = self._flaw(family)
            if code:
                return text.diagnostic(code, name=family.name)
        return None

    def _flaw(self, family: Family) -> str:
        """What is not shown of a density by formula; "" when all is."""
        self.context.budget.refill()
        facts = tuple(fact for fact in self.declared.model.facts if _everywhere(fact))
        context = self.context.with_facts(facts)
        try:
            if undefined(context, family.formula):
                return "formula-undefined"
            positive = Statement(family.formula, ">=", Integer(0))
            ways = ([nonnegativity.RULE.name], RULES)  # a fact may say it, and may hide a sign
            if not any(self._is_shown(context, positive, rules) for rules in ways):
                return "formula-negative"
            total = bind(
                terms.Integral, family.left, family.formula, order=self.declared.model.order
            )
            # as two inequalities: so a fact serves in whatever form it is written
            halves = (Statement(total, ">=", Integer(1)), Statement(total, "<=", Integer(1)))
            if not all(self._is_shown(context, half, EQUALITY_RULES) for half in halves):
                return "formula-total"
            return ""
        except (OutOfWork, ZeroDivisionError):
            return "formula-total"

    def _is_shown(self, context: Context, said: Statement, rules: Iterable[str]) -> bool:
        """Whether a statement about a density by formula is proved, and what that leans on."""
        result = prove(context, Goal(said), rules)
        if result is None:
            return False
        leaned = leaned_on(context, result.theorem, self.written)
        if leaned.missing:
            return False
        self.formulas.append(leaned)
        return True


def _readings(reached: Theorem, claim: Statement) -> Iterator[Theorem]:
    """A theorem reached, also with its sides exchanged, weakened to the relation of a claim."""
    for way in (reached, turn(reached)):
        if implies(way.relation, claim.relation):
            yield weaken(way, claim.relation)


def _everywhere(fact: Fact) -> bool:
    """Whether a fact holds at all values of its variables."""
    return free_variables(fact.left) | free_variables(fact.right) <= fact.quantified
