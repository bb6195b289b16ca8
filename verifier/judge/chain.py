"""The steps of a file one after the other: each checked, and what the chain comes to with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.derivation.derivation import Step, Text
from verifier.elaborate.reader import diagnostic_of
from verifier.elaborate.record import IllFormed
from verifier.formula.written import Statement as WrittenStatement
from verifier.judge.cases import placed, with_bound, worst
from verifier.judge.counted import if_counted
from verifier.judge.diagnosis import explained, meaningless
from verifier.judge.environment import Environment
from verifier.judge.lines import UNREAD, check_scope, elaborated, read
from verifier.judge.reached import Reached
from verifier.judge.step import check_step
from verifier.judge.task import CheckedStep, Task, empty_report, shown, unread
from verifier.kernel.inference import given, reflexive, transitive
from verifier.outcome import Diagnostic, FileVerdict, StepReport, Verdict
from verifier.typeset.printer import plain

Check = Callable[[Environment, Task], CheckedStep]


@dataclass(frozen=True)
class Run:
    """The steps checked so far, and what they came to."""

    steps: tuple[CheckedStep, ...] = ()
    reached: Reached | None = None
    ended: tuple[Reached, ...] = ()  # what each chain came to that a `so` has ended
    labels: Mapping[str, Reached] = field(default_factory=dict)
    beside: tuple[Run, ...] = ()  # the same in the file's other cases

    @property
    def chains(self) -> tuple[Reached, ...]:
        """What each chain came to."""
        return self.ended if self.reached is None else (*self.ended, self.reached)

    @property
    def proved(self) -> bool:
        """Whether all steps are."""
        return all(step.proved for step in self.steps)

    @property
    def tasks(self) -> dict[int, Task]:
        """The steps whose lines mean something, by their numbers."""
        return {step.report.index: step.task for step in self.steps if step.task is not None}

    def followed_by(self, step: CheckedStep) -> Run:
        return replace(self, steps=(*self.steps, step))


def check_and_explain(environment: Environment, task: Task) -> CheckedStep:
    """A step checked, and of one that isn't proved what it was meant to be or what is missing."""
    found = check_step(environment, task)
    return if_counted(environment, task, found) or explained(environment, task, found)


def check_steps(
    environment: Environment, steps: Sequence[Step], check: Check = check_and_explain
) -> Iterator[Run]:
    """Steps in an environment, its own or others in their place: the run before the first of them
    and after each."""
    others = [check_steps(case, steps, check) for case in environment.cases]
    run = replace(_begun(environment), beside=tuple(map(next, others)))
    yield run
    for index, step in enumerate(steps, 1):
        environment.context.budget.refill()
        run = replace(run, beside=tuple(map(next, others)))
        run = _after(environment, run, index, step, check)
        yield run


def _begun(environment: Environment) -> Run:
    """At the file's `start`, if it has one."""
    text, written = environment.derivation.start, environment.start
    if text is None or written is None:
        return Run()
    try:
        line = elaborated(environment.declared, written)
        check_scope(environment.declared.model.order, line, frozenset())
    except IllFormed as error:
        return Run((CheckedStep(_bad_start(environment, text, plain(written), error)),))
    theorem = reflexive(environment.declared.model, line.terms[0])
    return Run(reached=Reached(theorem, written, written, line.free, line.free))


def _bad_start(environment: Environment, text: Text, written: str, error: IllFormed) -> StepReport:
    """A start that means nothing, as step 0: what a file that expects to fail expects."""
    failing = environment.derivation.expect == FileVerdict.FAILED
    return replace(
        empty_report(0, "start", text),
        text=written,
        diagnostic=with_bound(environment, text, False, diagnostic_of(text, error)),
        expected=Verdict.ILL_FORMED if failing else Verdict.PROVED,
    )


def _after(environment: Environment, run: Run, index: int, step: Step, check: Check) -> Run:
    """A run with one more step."""
    using, unusable = _using(environment, run, step)
    strict = environment.derivation.strict
    task = Task(step, UNREAD, unread(index, step), run.reached, using, unusable, strict)
    line = read(environment.declared, step.formula, not task.goes_on, task.free_before)
    if isinstance(line, Diagnostic):
        line = with_bound(environment, step.formula, not task.goes_on, line)
        report = replace(task.report, diagnostic=line)
        return run.followed_by(meaningless(environment, replace(task, report=report)))
    if task.goes_on and run.reached is None:
        why = step.formula.diagnostic("no-line-before")
        report = replace(shown(task.report, line), verdict=Verdict.UNPROVED, diagnostic=why)
        return run.followed_by(CheckedStep(report))
    task = replace(task, line=line)
    beside = [other.steps[-1] for other in run.beside]
    found = placed(environment.declared, check(environment, task))
    found = replace(worst(found, beside), task=task)
    return _advanced(run.followed_by(found), task, _reached(environment, task, found))


def _using(
    environment: Environment, run: Run, step: Step
) -> tuple[tuple[Reached, ...], Diagnostic | None]:
    """The statements that a step names; what keeps one from being used."""
    known: dict[str, Reached | Diagnostic | None] = {**run.labels, **environment.used.statements}
    found: list[Reached] = []
    for name in step.using:
        statement = known.get(name.value)
        if isinstance(statement, Diagnostic):
            return tuple(found), name.diagnostic(statement.code, **statement.data)
        if statement is None:  # the label of a step that means nothing
            return tuple(found), name.diagnostic("premise-missing", name=name.value)
        found.append(statement)
    return tuple(found), None


def _reached(environment: Environment, task: Task, found: CheckedStep) -> Reached:
    """The statement reached by a step: the chain with one more line, or one of its own. The theorem
    of a step that isn't proved is given itself."""
    line, index = task.line, task.report.index
    theorem = found.theorem or given(task.goal.statement, index)
    if not task.goes_on:
        written = line.written
        assert isinstance(written, WrittenStatement)
        last = elaborated(environment.declared, written.right).free
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


def _advanced(run: Run, task: Task, new: Reached) -> Run:
    """A run that has come to a statement: a `so` ends the chain before, a `side` stands beside."""
    key, label = task.step.key, task.step.label
    labels = run.labels if label is None else {**run.labels, label.value: new}
    if key == "side":
        return replace(run, labels=labels)
    ended = run.chains if key == "so" else run.ended
    return replace(run, labels=labels, ended=ended, reached=new)
