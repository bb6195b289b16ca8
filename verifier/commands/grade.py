"""Marks worksheets: any line and any reason that is valid counts, each on its own merits.

An answer takes the place of what its derivation has there, in a file that is proved otherwise. A
reason counts if it proves its step, tidying rules allowed. A line or a relation counts if its step
follows, by whatever rules, and so do still the steps that go on from it, and the claim. Around an
answer stand the right ones to earlier blanks or, if it is wrong with those, the original.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sympy import Expr

from verifier.derivation.answers import Answer
from verifier.derivation.derivation import Derivation, Step
from verifier.formula.written import Statement as WrittenStatement
from verifier.formula.written import Written
from verifier.judge.file import File
from verifier.judge.idle import Idle
from verifier.judge.premises import Load, Reached
from verifier.judge.step import Case, Judged, blank_step, canonical, judged, rule_names
from verifier.outcome import (
    Diagnosis,
    Diagnostic,
    DiagnosticError,
    Grade,
    Mark,
    StepReport,
    Verdict,
)

MOST_SUPERFLUOUS = 2  # rules of a reason that can be left out; with more it is a list to pick from


def graded(derivation: Derivation, load: Load, answers: Iterable[Answer]) -> tuple[Grade, ...]:
    """The marks, in the order of the steps. Raises DiagnosticError where the derivation itself is
    not proved: nothing can be marked by it."""
    original = File(derivation, load, ())
    original.run()
    open_step = next((item.report.index for item in original.judged if not item.proved), None)
    if open_step is not None or original.claimed() is None:
        place = derivation.steps[open_step - 1].formula if open_step else derivation.claim
        raise DiagnosticError(place.diagnostic("grade-unproved", step=open_step or 0))
    marker = _Marker(original)
    return tuple(map(marker.mark, answers))


@dataclass(frozen=True)
class _Tried:
    """An answer put in: what speaks against it, its step as judged, the file with it."""

    why: Diagnostic | None
    report: StepReport | None
    file: File


class _BrokenError(Exception):
    """A step that doesn't follow: the others need not be looked at."""

    def __init__(self, case: Case, found: Judged) -> None:
        super().__init__(case.blank.index)
        self.case = case
        self.found = found


class _Marker:
    """Marks one answer after the other."""

    def __init__(self, original: File) -> None:
        self.original = original
        self.file = original  # with the answers that were right

    def mark(self, answer: Answer) -> Grade:
        """What becomes of an answer."""
        where = answer.place
        asked = answer.number, answer.blank, answer.text
        if answer.step is None:
            mark = Mark.OPEN if answer.fault is None else Mark.WRONG
            return Grade(*asked, mark, where.line, where.column, answer.fault)
        put = _reason if answer.blank == "reason" else _line
        tried = put(self.file, answer, answer.step)
        if tried.why is None:
            self.file = tried.file
        elif self.file is not self.original:
            again = put(self.original, answer, answer.step)
            if again.why is None and answer.blank == "line":  # nor is another answer one
                again = replace(again, why=_copied(self.file, again.file, answer.number))
            tried = again if again.why is None else tried
        mark = Mark.RIGHT if tried.why is None else Mark.WRONG
        return Grade(*asked, mark, where.line, where.column, tried.why, tried.report)


# -- reasons --------------------------------------------------------------------------------------


def _reason(file: File, answer: Answer, step: Step) -> _Tried:
    """The same line for other rules, tidying ones allowed: what follows by those alone needs one
    of them, or what the derivation itself cites."""
    for rule in step.rules or ():
        if rule.value not in rule_names():
            return _Tried(rule.unknown("unknown-rule", rule_names()), None, file)
    known = file.cases[answer.number]
    case = replace(known, step=step, blank=blank_step(answer.number, step))
    same = {*canonical(step.rules or ())} == {*canonical(known.step.rules or ())}
    found = judged(file.desk if same else replace(file.desk, strict=False), case)
    report, why = found.report, found.report.diagnostic
    open_ended = why is None or why.code in ("residual", "undecided")
    if not found.proved and open_ended:  # by other rules it has been proved
        why = step.formula.diagnostic("wrong-rule", rules=report.rules)
        report = replace(report, verdict=Verdict.WRONG_RULE, diagnostic=why)
    superfluous = sum(remark.code == "superfluous" for remark in report.remarks)
    if superfluous > MOST_SUPERFLUOUS and not same:
        why = step.formula.diagnostic("mark-superfluous", count=superfluous)
    return _Tried(why, report, file)


# -- lines and relations --------------------------------------------------------------------------


def _line(file: File, answer: Answer, step: Step) -> _Tried:
    """Another line, or the same in another relation, with all that goes on from it."""
    number = answer.number
    steps = [*file.derivation.steps]
    steps[number - 1] = step
    known = {item.report.index: item for item in file.judged}

    def judge(case: Case) -> Judged:
        index = case.blank.index
        if index != number and _same_question(case, file.cases[index]):
            return known[index]
        # A lemma's own rules would prove what uses it without it.
        first = number if step.key == "side" and index != number else number - 1
        found = _by_any_rules(file, case, steps[first : number + 1], index == number)
        if not found.proved:
            raise _BrokenError(case, found)
        return found

    trial = file.with_steps(steps, judge)
    broken = None
    try:
        trial.run()
    except _BrokenError as error:
        broken = error
    except DiagnosticError as error:  # the chain turns round
        data = error.diagnostic.data
        return _Tried(step.formula.diagnostic(error.diagnostic.code, **data), None, file)
    reports = {item.report.index: item.report for item in trial.judged}
    if broken is not None:
        found = broken.found
        if broken.case.step is step and answer.blank == "line":
            found = trial.explained(broken.case, found)
        reports[broken.case.blank.index] = found.report
    if answer.blank == "relation":  # then that is what is wrong, if anything
        reports[number] = _related(reports[number], known[number].report)
    unproved = next((r for r in reports.values() if r.verdict is not Verdict.PROVED), None)
    report = reports[number]
    why: Diagnostic | None
    if unproved is report:
        why = report.diagnostic or step.formula.diagnostic("undecided")
    else:
        why = _copied(file, trial, number) if answer.blank == "line" else None
        if why is None and unproved is not None:
            data = {"step": unproved.index, "verdict": unproved.verdict}
            why = step.formula.diagnostic("mark-next", **data)
    if why is None and trial.claimed() is None:
        why = step.formula.diagnostic("mark-claim")
    return _Tried(why, report, trial)


def _related(report: StepReport, known: StepReport) -> StepReport:
    """A step under a relation that is false, with the one that holds."""
    if report.verdict is not Verdict.REFUTED:
        return report
    line = f"{known.relation} {known.text}" if known.kind == "chain" else known.text
    slip = Diagnosis("relation", report.relation, known.relation, line)
    return replace(report, diagnosis=slip)


def _same_question(case: Case, known: Case) -> bool:
    """Whether a step was judged already, from what it starts from now."""
    return case.step is known.step and _asked(case) == _asked(known)


def _asked(case: Case) -> tuple[object, ...]:
    """What the kernel is asked: a statement, and what it may start from."""
    goal = case.goal
    around = [p and (p.statement, p.hypotheses) for p in (goal.reached, *goal.using)]
    return goal.statement, *around


def _by_any_rules(file: File, case: Case, near: Iterable[Step], answered: bool) -> Judged:
    """A step under the rules that it cites, else a smallest set, else those of its neighbours too:
    an answer may do more or less in one line than the original. What is not `answered` must go on
    from the answer: a `so` that other rules may prove by itself doesn't."""
    desk = replace(file.desk, strict=False)
    found = judged(desk, case)
    if found.proved or found.report.verdict is Verdict.REFUTED:
        return found
    some, rules = case.step.formula, case.step.rules or ()
    if found.report.suggestion is not None and (answered or case.chain):
        rules = tuple(replace(some, value=name) for name in found.report.suggestion.rules)
    else:
        rules = (*rules, *(rule for step in near for rule in step.rules or ()))
    again = judged(desk, replace(case, step=replace(case.step, rules=rules or None)))
    return again if again.proved else found


Said = tuple[Written, tuple[Expr, ...]]  # a formula, and the terms of its sides


def _copied(file: File, trial: File, number: int) -> Diagnostic | None:
    """That a line says nothing, or once more what stands elsewhere: letter by letter, or but for
    arithmetic and for what is added and comes to nothing by itself, while the original does not."""
    case, before = trial.cases[number], file.cases[number]
    new, old = ((each.line.written, each.line.terms) for each in (case, before))
    idle = Idle(file.context)
    if _is_trivial(idle, new) and not _is_trivial(idle, old):
        return case.step.formula.diagnostic("mark-trivial")
    for place, other in _elsewhere(file, number):
        copied = new[0] == other[0] != old[0]
        if copied or (_alike(idle, new, other) and not _alike(idle, old, other)):
            return case.step.formula.diagnostic("mark-copied", step=place)
    return None


def _is_trivial(idle: Idle, said: Said) -> bool:
    """Whether a statement has the same on both sides."""
    written, terms = said
    if not isinstance(written, WrittenStatement):
        return False
    sides = (written.left, terms[:1]), (written.right, terms[1:])
    return _alike(idle, *sides) or _alike(idle, *sides[::-1])


def _elsewhere(file: File, number: int) -> Iterator[tuple[int | None, Said]]:
    """What else a worksheet says, and in which step, 0 for the start and None for the claim:
    expressions where a chain goes on, else statements."""
    asked = file.cases[number]
    said: list[tuple[int | None, Written, tuple[Expr, ...]]] = []
    for first in (file.cases[min(file.cases)].reached, asked.reached):
        if first is not None:
            said.append((first.index, *_statement(first)))
    others = (each for each in file.cases.items() if each[0] != number)
    said += [(index, case.line.written, case.line.terms) for index, case in sorted(others)]
    claim = file.claimed()
    if claim is not None:
        said.append((None, *_statement(claim)))
    for place, written, terms in said:
        yield from ((place, part) for part in _parts(written, terms, asked.chain))


def _statement(known: Reached) -> Said:
    said = known.statement
    return WrittenStatement(known.left, said.relation, known.right), (said.left, said.right)


def _parts(written: Written, terms: tuple[Expr, ...], chain: bool) -> Iterator[Said]:
    """The formula, or where it is a statement beside a chain its sides."""
    if not isinstance(written, WrittenStatement):
        if chain:
            yield written, terms
    elif chain:
        yield from ((written.left, terms[:1]), (written.right, terms[1:]))
    else:
        yield written, terms


def _alike(idle: Idle, one: Said, other: Said) -> bool:
    """Whether one formula is another but for arithmetic and for what is idle in it."""
    relations = [getattr(each[0], "relation", "") for each in (one, other)]
    return relations[0] == relations[1] and all(
        idle.adds_nothing(*sides) for sides in zip(one[1], other[1], strict=True)
    )
