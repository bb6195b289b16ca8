"""The steps of a file one after the other: each checked, and what the chain comes to with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.derivation.derivation import Step, Text
from verifier.elaborate.reader import diagnostic_of
from verifier.elaborate.record import IllFormed
from verifier.judge.cases import placed, with_bound, worst
from verifier.judge.environment import MOST_STEPS, SEARCH_WORK, STEP_WORK, Environment, within
from verifier.judge.hinted import hinted
from verifier.judge.lines import CHAIN, UNREAD, check_scope, elaborated, read
from verifier.judge.reached import Reached
from verifier.judge.step import check_step
from verifier.judge.task import CheckedStep, Task, come_to, empty_report, shown, unread
from verifier.kernel.inference import reflexive
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
    above: tuple[CheckedStep, ...] = ()  # see `Task`
    begun_by: CheckedStep | None = None  # a `so` that means nothing and that the chain goes on from

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

    @property
    def unread(self) -> tuple[StepReport, ...]:
        """The steps that mean nothing and leave open what is reached."""
        return tuple(step.report for step in self.before_so if step.task is None)

    @property
    def before_so(self) -> tuple[CheckedStep, ...]:
        """The steps above that a `so` has to do with, see `Task`: a line of the chain goes on from
        the line before, a `so` from all of the statement."""
        begun = self.begun_by
        return self.above if begun is None or begun in self.above else (begun, *self.above)

    def followed_by(self, step: CheckedStep) -> Run:
        return replace(self, steps=(*self.steps, step))

    def past(self, step: CheckedStep) -> Run:
        """With a step that means nothing: what a `so` or a line of the chain was to come to isn't
        known."""
        run = self.followed_by(step)
        match step.report.kind:
            case "chain":
                return replace(run, above=(*self.above, step))
            case "so":
                return replace(run, above=(step,), begun_by=step)
        return run


def check_and_explain(environment: Environment, task: Task) -> CheckedStep:
    """A step checked, and of one that isn't proved what it was meant to be or what is missing, if
    it isn't what the line above was meant to be."""
    found = check_step(environment, task)
    if found.proved and found.report.diagnostic is None:
        return found
    # What looks for slips is imported where there is one: start-up is felt.
    from verifier.judge.mended import accounted_for

    return accounted_for(environment, task, found)


def check_steps(
    environment: Environment, steps: Sequence[Step], check: Check = check_and_explain
) -> Iterator[Run]:
    """Steps in an environment, its own or others in their place: the run before the first of them
    and after each; those beyond the work for one file are not judged, and come all at once."""
    others = [check_steps(case, steps, check) for case in environment.cases]
    run = replace(_begun(environment), beside=tuple(map(next, others)))
    yield run
    for index, step in enumerate(steps[:MOST_STEPS], 1):
        environment.context.budget.refill()
        run = replace(run, beside=tuple(map(next, others)))
        work = SEARCH_WORK if step.rules is None else STEP_WORK
        with within(environment.context.budget, work):
            run = _after(environment, run, index, step, check)
        yield run
    if steps[MOST_STEPS:]:
        yield replace(run, steps=(*run.steps, *_not_judged(steps)), beside=tuple(map(next, others)))


def _not_judged(steps: Sequence[Step]) -> Iterator[CheckedStep]:
    """The steps beyond the work for one file."""
    for index, step in enumerate(steps[MOST_STEPS:], MOST_STEPS + 1):
        why = step.formula.diagnostic("steps-spent", spent=MOST_STEPS, steps=len(steps))
        report = replace(unread(index, step), verdict=Verdict.UNPROVED, diagnostic=why)
        yield CheckedStep(report)


def check_all(
    environment: Environment, steps: Sequence[Step], check: Check = check_and_explain
) -> Run:
    """The run after all steps."""
    run = Run()
    for run in check_steps(environment, steps, check):  # noqa: B007 - the last is what is wanted
        pass
    return run


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
    why = hinted(environment.declared, diagnostic_of(text, error))
    return replace(
        empty_report(0, "start", text),
        text=written,
        diagnostic=with_bound(environment, text, False, why),
        expected=Verdict.ILL_FORMED if failing else Verdict.PROVED,
    )


def _after(environment: Environment, run: Run, index: int, step: Step, check: Check) -> Run:
    """A run with one more step."""
    using, unusable = _using(environment, run, step)
    strict = environment.derivation.strict
    before = _line_before(environment, run) if step.key in CHAIN else run.reached
    above = {"so": run.before_so, "side": ()}.get(step.key, run.above)
    task = Task(step, UNREAD, unread(index, step), before, using, unusable, strict, above)
    line = read(environment.declared, step.formula, not task.goes_on, task.free_before)
    if isinstance(line, Diagnostic):
        from verifier.judge.diagnosis import meaningless  # brings what looks for slips

        line = with_bound(environment, step.formula, not task.goes_on, line)
        report = replace(task.report, diagnostic=line)
        return run.past(meaningless(environment, replace(task, report=report)))
    if task.goes_on and run.reached is None:
        why = step.formula.diagnostic("no-line-before")
        report = replace(shown(task.report, line), verdict=Verdict.UNPROVED, diagnostic=why)
        return run.followed_by(CheckedStep(report))
    task = replace(task, line=line)
    beside = [other.steps[-1] for other in run.beside]
    found = placed(environment.declared, check(environment, task))
    found = replace(worst(found, beside), task=task)
    task.forms.clear()
    new = come_to(environment.declared, task, found.theorem)
    return _advanced(run.followed_by(found), found, new)


def _line_before(environment: Environment, run: Run) -> Reached | None:
    """What the next line of a chain goes on from. Where the `so` that it follows means nothing, a
    chain begins anew at the last line that does."""
    reached = run.reached
    if reached is None or run.begun_by is None or run.begun_by not in run.above:
        return reached
    theorem = reflexive(environment.declared.model, reached.statement.right)
    return replace(reached, theorem=theorem, left=reached.right, free=reached.last)


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


def _advanced(run: Run, found: CheckedStep, new: Reached) -> Run:
    """A run that has come to a statement: a `so` ends the chain before, a `side` stands beside."""
    task = found.task
    assert task is not None
    key, label = task.step.key, task.step.label
    labels = run.labels if label is None else {**run.labels, label.value: new}
    if key == "side":
        return replace(run, labels=labels)
    ended = run.chains if key == "so" or task.reached is not run.reached else run.ended
    above = () if found.holds or found.report.follows else (found,)
    begun_by = None if key == "so" else run.begun_by
    return replace(run, labels=labels, ended=ended, reached=new, above=above, begun_by=begun_by)
