"""Marks worksheets: any line and any reason that is valid counts, each on its own merits.

An answer takes the place of what its derivation has there, in a file that is proved otherwise. A
reason counts if it proves its step, tidying rules allowed. A line or a relation counts if its step
follows, by whatever rules, and so do still the steps that go on from it, and the claim. Around an
answer stand the right ones to earlier blanks or, if it is wrong with those, the original.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from types import MappingProxyType

from verifier.commands.copied import copied
from verifier.commands.engine import engine
from verifier.commands.jobs import Path, fault, is_document, is_strict, neighbour
from verifier.derivation.answers import Answer
from verifier.derivation.answers import answers as read_answers
from verifier.derivation.derivation import Derivation, Source, Step
from verifier.derivation.loader import readable
from verifier.derivation.source import read_source, text_source
from verifier.judge.chain import Run, check_steps
from verifier.judge.checked import CheckedFile
from verifier.judge.environment import Environment
from verifier.judge.faulty import checked_whole
from verifier.judge.lines import check_relations
from verifier.judge.rulings import canonical, miscited
from verifier.judge.splits import explained
from verifier.judge.step import check_step
from verifier.judge.task import CheckedStep, Task, unread
from verifier.outcome import (
    ClassReport,
    Diagnosis,
    Diagnostic,
    DiagnosticError,
    Grade,
    GradeReport,
    Location,
    Mark,
    StepReport,
    Verdict,
)

_NO_TEXTS: Mapping[str, Source] = MappingProxyType({})
_UNREAD = ("unknown-rule", "several-rules", "rules-as-one")
MOST_SUPERFLUOUS = 2  # rules of a reason that can be left out; with more it is a list to pick from


def grade(path: Path, answers: Path) -> GradeReport:
    """Mark a worksheet of a derivation that was filled in. Nothing that is wrong with either
    raises."""
    return grade_class(path, [answers]).sheets[0]


def grade_class(path: Path, sheets: Iterable[Path]) -> ClassReport:
    """Mark the worksheets of a class, which one derivation is checked for. What is wrong with one
    keeps no other from being marked."""
    file = os.fsdecode(path)
    original = _Original(file)
    marked: list[GradeReport] = []
    for sheet in sheets:
        known = next((each for each in marked if each.error and each.faulty == file), None)
        name = os.fsdecode(sheet)  # a derivation that can't be used is so for all
        marked.append(replace(known, answers=name) if known else original.graded(name))
    return ClassReport(file, tuple(marked))


def grade_text(file: str, derivation: str, answers: str) -> GradeReport:
    """Mark a worksheet that stands in no file, of a derivation that doesn't either: `file` is where
    it would."""
    sheet = os.path.join(os.path.dirname(file), "answers")
    texts = {file: text_source(derivation, file), sheet: text_source(answers, sheet)}
    return _Original(file, texts).graded(sheet)


def sheets_of(paths: Iterable[str]) -> list[str]:
    """The worksheets that paths name: of a folder the YAML files in it."""
    found: list[str] = []
    for path in paths:
        if os.path.isdir(path):
            names = sorted(name for name in os.listdir(path) if name.endswith((".yaml", ".yml")))
            found += [os.path.join(path, name) for name in names]
        else:
            found.append(path)
    return found


class _Original:
    """The derivation that worksheets are marked by: checked once, when the first one asks."""

    def __init__(self, file: str, texts: Mapping[str, Source] = _NO_TEXTS) -> None:
        self._file = file
        self._texts = texts  # of files that aren't there
        self._tried: Known = {}

    @cached_property
    def _loaded(self) -> Derivation:
        source = self._texts.get(self._file) or read_source(self._file)
        loaded = readable(source, is_strict(self._file))
        if loaded.faults:
            checked_whole(loaded, partial(neighbour, self._file))  # raises them, and what else is
        return loaded

    @cached_property
    def _checked(self) -> CheckedFile:
        load = partial(neighbour, self._file)
        return _proved(checked_whole(self._loaded, load, superfluous=True))

    def graded(self, filled: str) -> GradeReport:
        """One worksheet, marked."""
        report = GradeReport(self._file, filled)
        faulty = self._file
        try:
            with engine():
                if is_document(self._file):
                    raise DiagnosticError(Diagnostic("grade-document", Location(1, 1, 1, 1)))
                loaded = self._loaded
                report = replace(report, title=loaded.title)
                faulty = filled
                sheet = self._texts.get(filled) or read_source(filled, what="a worksheet")
                found = read_answers(loaded, sheet)
                faulty = self._file
                marker = _Marker(self._checked, self._tried)
                return replace(report, grades=tuple(map(marker.mark, found)))
        except DiagnosticError as error:
            first, *further = error.diagnostics
            return replace(report, error=first, further=tuple(further), faulty=faulty)
        except Exception as error:
            return replace(report, error=fault(error), faulty=faulty, internal=True)


def _proved(file: CheckedFile) -> CheckedFile:
    """A file that is proved. Raises DiagnosticError for one that isn't: nothing can be marked by
    it."""
    derivation = file.environment.derivation
    open_step = next((step.report.index for step in file.run.steps if not step.proved), None)
    if open_step is not None or file.claim.statement is None:
        place = derivation.steps[open_step - 1].formula if open_step else derivation.claim
        raise DiagnosticError(place.diagnostic("grade-unproved", step=open_step or 0))
    return file


@dataclass(frozen=True)
class _Tried:
    """An answer put in: what speaks against it, its step as judged, the file with it, and whether
    it is what the derivation has."""

    why: Diagnostic | None
    report: StepReport | None
    file: CheckedFile
    own: bool = False


# What became of answers, by those that stand before them and by what they are: of a class many
# write the same.
Asked = tuple[int, str, str]
Known = dict[tuple[tuple[Asked, ...], Asked], _Tried]


class _Marker:
    """Marks one answer after the other. `known` is what was tried for others."""

    def __init__(self, original: CheckedFile, known: Known) -> None:
        self.original = original
        self.file = original  # with the answers that were right
        self._before: tuple[Asked, ...] = ()  # those that differ from the derivation's
        self._known = known

    def _put(self, file: CheckedFile, before: tuple[Asked, ...], answer: Answer) -> _Tried:
        asked = answer.number, answer.blank, answer.text
        if (before, asked) not in self._known:
            assert answer.step is not None
            put = _reason if answer.blank == "reason" else _line
            file.environment.context.budget.refill()  # none pays for what another has written
            self._known[before, asked] = put(file, answer, answer.step)
        return self._known[before, asked]

    def mark(self, answer: Answer) -> Grade:
        """What becomes of an answer."""
        where = answer.place
        asked = answer.number, answer.blank, answer.text
        if answer.step is None:
            mark = Mark.OPEN if answer.fault is None else Mark.UNREADABLE
            at = where.line, where.column
            return Grade(*asked, mark, *at, answer.fault, points=answer.points)
        tried = self._put(self.file, self._before, answer)
        if tried.why is None and not tried.own:
            self.file, self._before = tried.file, (*self._before, asked)
        elif tried.why is not None and self._before:
            again = self._put(self.original, (), answer)
            if again.why is None and answer.blank == "line":  # nor is another answer one
                again = replace(again, why=copied(self.file, again.file, answer.number))
            tried = again if again.why is None else tried
        at = where.line, where.column
        return Grade(*asked, _mark(tried), *at, tried.why, tried.report, answer.points)


def _mark(tried: _Tried) -> Mark:
    if tried.why is None:
        return Mark.RIGHT if tried.own else Mark.OTHERWISE
    judged = tried.report
    unread = judged is not None and judged.verdict is Verdict.ILL_FORMED
    return Mark.UNREADABLE if unread or tried.why.code in _UNREAD else Mark.WRONG


# -- reasons --------------------------------------------------------------------------------------


def _reason(file: CheckedFile, answer: Answer, step: Step) -> _Tried:
    """The same line for other rules, tidying ones allowed: what follows by those alone needs one
    of them, or what the derivation itself cites."""
    for rule in step.rules or ():
        why = miscited(rule)
        if why is not None:
            return _Tried(why, None, file)
    known = file.run.tasks[answer.number]
    task = replace(known, step=step, report=unread(answer.number, step))
    same = {*canonical(step.rules or ())} == {*canonical(known.step.rules or ())}
    found = check_step(file.environment, task if same else replace(task, strict=False))
    report, why = found.report, found.report.diagnostic
    open_ended = why is None or why.code in ("residual", "undecided")
    if not found.proved and open_ended:  # by other rules it has been proved
        why = step.formula.diagnostic("wrong-rule", rules=report.rules)
        report = replace(report, verdict=Verdict.WRONG_RULE, diagnostic=why)
    superfluous = sum(remark.code == "superfluous" for remark in report.remarks)
    if superfluous > MOST_SUPERFLUOUS and not same:
        why = step.formula.diagnostic("mark-superfluous", count=superfluous)
    return _Tried(why, report, file, same)


# -- lines and relations --------------------------------------------------------------------------


def _line(file: CheckedFile, answer: Answer, step: Step) -> _Tried:
    """Another line, or the same in another relation, with all that goes on from it."""
    number = answer.number
    try:
        trial = _with_answer(file, number, step)
    except DiagnosticError as error:  # the chain turns round
        data = error.diagnostic.data
        return _Tried(step.formula.diagnostic(error.diagnostic.code, **data), None, file)
    reports = {each.report.index: each.report for each in trial.run.steps}
    last = trial.run.steps[-1]
    if last.task is not None and last.report.index == number and answer.blank == "line":
        reports[number] = explained(file.environment, last.task, last).report
    if answer.blank == "relation":  # then that is what is wrong, if anything
        (known,) = (each.report for each in file.run.steps if each.report.index == number)
        reports[number] = _related(reports[number], known)
    unproved = next((r for r in reports.values() if r.verdict is not Verdict.PROVED), None)
    report = reports[number]
    why: Diagnostic | None
    if unproved is report:
        why = report.diagnostic or step.formula.diagnostic("undecided")
    else:
        why = copied(file, trial, number) if answer.blank == "line" else None
        if why is None and unproved is not None:
            data = {"step": unproved.index, "verdict": unproved.verdict}
            why = step.formula.diagnostic("mark-next", **data)
    if why is None and trial.claim.statement is None:
        why = step.formula.diagnostic("mark-claim")
    had = next(each.report for each in file.run.steps if each.report.index == number)
    own = (report.kind, report.relation, report.written) == (had.kind, had.relation, had.written)
    return _Tried(why, report, trial, own)


def _with_answer(file: CheckedFile, number: int, step: Step) -> CheckedFile:
    """A file with another step, up to the first that doesn't follow: the rest is not looked at.
    Raises DiagnosticError where the chain turns round."""
    environment, tasks = file.environment, file.run.tasks
    known = {each.report.index: each for each in file.run.steps}
    steps = [*environment.derivation.steps]
    steps[number - 1] = step

    def check(environment: Environment, task: Task) -> CheckedStep:
        index, known_here = task.report.index, environment is file.environment
        if index != number and known_here and _same_question(task, tasks[index]):
            return known[index]
        # A lemma's own rules would prove what uses it without it.
        first = number if step.key == "side" and index != number else number - 1
        return _by_any_rules(environment, task, steps[first : number + 1], index == number)

    check_relations(environment.declared, steps)
    run = Run()
    for run in check_steps(environment, steps, check):
        if not run.proved:
            break
    return CheckedFile(environment, run)


def _related(report: StepReport, known: StepReport) -> StepReport:
    """A step under a relation that is false, with the one that holds."""
    if report.verdict is not Verdict.REFUTED:
        return report
    line = f"{known.relation} {known.text}" if known.kind == "chain" else known.text
    slip = Diagnosis("relation", report.relation, known.relation, line)
    return replace(report, diagnosis=slip)


def _same_question(task: Task, known: Task) -> bool:
    """Whether a step was judged already, from what it starts from now."""
    return task.step is known.step and _asked(task) == _asked(known)


def _asked(task: Task) -> tuple[object, ...]:
    """What the kernel is asked: a statement, and what it may start from."""
    goal = task.goal
    around = [p and (p.statement, p.hypotheses) for p in (goal.reached, *goal.using)]
    return goal.statement, *around


def _by_any_rules(
    environment: Environment, task: Task, near: Iterable[Step], answered: bool
) -> CheckedStep:
    """A step under the rules that it cites, else a smallest set, else those of its neighbours too:
    an answer may do more or less in one line than the original. What is not `answered` must go on
    from the answer: a `so` that other rules may prove by itself doesn't."""
    task = replace(task, strict=False)
    found = check_step(environment, task)
    if found.proved or found.report.verdict is Verdict.REFUTED:
        return found
    some, rules = task.step.formula, task.step.rules or ()
    if found.report.suggestion is not None and (answered or task.goes_on):
        rules = tuple(replace(some, value=name) for name in found.report.suggestion.rules)
    else:
        rules = (*rules, *(rule for step in near for rule in step.rules or ()))
    again = check_step(environment, replace(task, step=replace(task.step, rules=rules or None)))
    return again if again.proved else found
