"""`--mutate`: the slips of the pen that one could make in a derivation, and who refuses them.

A mutant is one step with its line changed in one place; all other lines are as they stand. It is
put to the front end, to the worlds and to the kernel, each without regard to the others: so one
that is false and yet proved shows, and it is seen how much the worlds alone would have refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from verifier.commands.chains import chains_of
from verifier.commands.cluster import on_engine
from verifier.commands.engine import engine
from verifier.commands.jobs import Job, Path, fault, is_document, jobs, neighbour
from verifier.commands.judging import Asked, report_on
from verifier.commands.slips import Slip, is_long, slips, spread
from verifier.derivation.loader import readable
from verifier.judge.checked import CheckedFile
from verifier.judge.diagnosis import (
    holds,
)
from verifier.judge.environment import Environment
from verifier.judge.faulty import checked_whole
from verifier.judge.rulings import canonical
from verifier.judge.task import Task
from verifier.kernel.budget import OutOfWork
from verifier.kernel.rules import RULES, TIDYING, in_order
from verifier.outcome import (
    Diagnostic,
    DiagnosticError,
    Fate,
    Location,
    Mutant,
    Mutation,
    MutationReport,
    Progress,
    StepReport,
)
from verifier.tactics.smallest import likely_sets, relevant_rules

SLIPS = 60  # of each step, unless told otherwise
ALL_AT_ONCE = 600  # units of kernel work for all rules at once on what the worlds refute
SEARCHED = 10_000  # for likely sets of rules on what they don't


def mutate(
    *paths: Path,
    progress: Callable[[Progress], None] | None = None,
    most: int | None = SLIPS,
    engine: str | None = None,
    workers: int = 1,
) -> MutationReport:
    """Change every step of files, or of those in folders, in one place at a time, and say who
    refuses what comes of it; at most so many changes of each step, all for None. Nothing that is
    wrong with a file raises. `progress` is called before each step. `engine`: what files are handed
    to, as `on_engine` has it, with so many `workers`.
    """
    due, _ = jobs(*paths)
    tell = progress or (lambda _: None)
    files = []
    work = partial(mutated, most=most)
    found = None if engine is None else on_engine(engine, [(work, job) for job in due], workers)
    for number, job in enumerate(due, 1):
        here = Progress(job.file, number, len(due))
        tell(here)
        if found is None:
            files.append(mutated(job, most, partial(_begun, tell, here)))
        else:
            files.append(replace(next(found) or _died(job), file=job.file))
    return MutationReport(tuple(files))


def mutated(job: Job, most: int | None, begin: Callable[[int], None] = lambda _: None) -> Mutation:
    """The mutants of one file."""
    read = _of_document if is_document(job.file) else _mutation
    return read(job, most, begin)


def _died(job: Job) -> Mutation:
    said = Diagnostic("process-died", Location(1, 1, 1, 1))
    return Mutation(job.file, error=said, internal=True)


def _begun(tell: Callable[[Progress], None], here: Progress, step: int) -> None:
    tell(replace(here, step=step))


def _of_document(job: Job, most: int | None, begin: Callable[[int], None]) -> Mutation:
    """The mutants of the chains of a document, each where its line stands there."""
    report = report_on(job, Asked())
    whole = Mutation(job.file, report.title, error=report.error, internal=report.internal)
    steps = {step.index: step for step in report.steps}
    for chain, numbers in chains_of(report) if report.error is None else ():
        own = {place: steps[number] for place, number in enumerate(numbers, 1)}
        found = _mutation(chain, most, partial(_begun_in, begin, numbers))
        if found.error is not None:
            return replace(found, file=job.file)
        mutants = (_moved(mutant, own[mutant.step]) for mutant in found.mutants)
        left_out = (_placed(note, own[note.data["step"]]) for note in found.left_out)
        whole = replace(
            whole,
            mutants=(*whole.mutants, *mutants),
            left_out=(*whole.left_out, *left_out),
        )
    return whole


def _begun_in(begin: Callable[[int], None], numbers: Sequence[int], step: int) -> None:
    begin(numbers[step - 1])


def _moved(mutant: Mutant, step: StepReport) -> Mutant:
    """A mutant where its line stands in the document."""
    return replace(mutant, step=step.index, line=step.line, column=step.column)


def _placed(note: Diagnostic, step: StepReport) -> Diagnostic:
    where = Location(step.line, step.column, step.line, step.column)
    return replace(note, location=where, data={**note.data, "step": step.index})


def _mutation(job: Job, most: int | None, begin: Callable[[int], None]) -> Mutation:
    """The mutants of one file; nothing that goes wrong with it gets past this."""
    mutation = Mutation(job.file)
    try:
        with engine():
            loaded = readable(job.read(), job.strict)
            mutation = replace(mutation, title=loaded.title)
            checked = checked_whole(loaded, partial(neighbour, job.file))
            mutants, left_out = _mutants(checked, most, begin)
        return replace(mutation, mutants=mutants, left_out=left_out)
    except DiagnosticError as error:
        first, *further = error.diagnostics
        return replace(mutation, error=first, further=tuple(further))
    except Exception as error:
        return replace(mutation, error=fault(error), internal=True)


def _mutants(
    file: CheckedFile, most: int | None, begin: Callable[[int], None]
) -> tuple[tuple[Mutant, ...], tuple[Diagnostic, ...]]:
    """The mutants of a file's steps, at most so many of each, and what was left out. `begin`
    is told which step is about to be mutated."""
    environment, tasks = file.environment, file.run.tasks
    derived = environment.derivation
    mutants: list[Mutant] = []
    left_out: list[Diagnostic] = []
    for item in file.run.steps:
        index = item.report.index
        begin(index)
        text = derived.steps[index - 1].formula if index else derived.start
        assert text is not None
        task = tasks.get(index)
        if task is None or not item.unconditional:  # a slip may mend what is wrong
            left_out.append(text.diagnostic("mutate-unproved", step=index))
            continue
        if is_long(task):
            left_out.append(text.diagnostic("mutate-long", step=index))
        found = [*slips(environment, task)]
        chosen = found if most is None else spread(found, most)
        if len(chosen) < len(found):
            count, of = len(found) - len(chosen), len(found)
            left_out.append(text.diagnostic("mutate-some", step=index, count=count, of=of))
        mutants += _fates(environment, task, chosen)
    return tuple(mutants), tuple(left_out)


# -- the opinions ---------------------------------------------------------------------------------


def _fates(environment: Environment, original: Task, chosen: Iterable[Slip]) -> Iterator[Mutant]:
    """What becomes of each slip; of those that say the same, and not what the line says anyway,
    the first."""
    seen = {original.goal}
    for slip in chosen:
        where = original.step.formula.location(slip.place)
        mutant = Mutant(
            original.report.index, slip.kind, where.line, where.column, slip.before, slip.after,
            slip.line, Fate.ILL_FORMED,
        )  # fmt: skip
        task = slip.task()
        if task is None:
            yield mutant
        elif task.goal not in seen:
            seen.add(task.goal)
            yield _with_fate(environment, task, mutant)


def _with_fate(environment: Environment, task: Task, mutant: Mutant) -> Mutant:
    """What becomes of a slip that means something."""
    agrees = worlds(environment, task)
    rules = kernel(environment, task, agrees)
    mutant = replace(mutant, agrees=agrees, rules=rules)
    if agrees is None:
        return replace(mutant, fate=Fate.UNSEEN)
    if agrees:
        return replace(mutant, fate=Fate.UNDECIDED if rules is None else Fate.TRUE)
    if rules is None:
        return replace(mutant, fate=Fate.REFUTED)
    found = environment.second.refute(task.conjecture)
    return replace(mutant, fate=Fate.ACCEPTED, counterexample=found)


def worlds(environment: Environment, task: Task) -> bool | None:
    """Whether a line holds in all worlds sampled; None where it was evaluated in none. One that
    does may fail in a corner that no sample is in: that is sought."""
    conjecture = task.conjecture
    found = environment.second.holds(conjecture)
    if not found:
        return found
    equal = replace(conjecture, statement=replace(conjecture.statement, relation="="))
    if conjecture.statement.relation != "=" and environment.second.holds(equal):
        return True
    return environment.second.refute(conjecture) is None


def kernel(environment: Environment, task: Task, agrees: bool | None) -> tuple[str, ...] | None:
    """The rules under which the kernel proves a line: those cited, all at once or, where it holds
    in worlds, any likely ones. None where it doesn't."""
    context, budget = environment.context, environment.context.budget
    cited = [name for name in canonical(task.step.rules or ()) if name in RULES]
    budget.refill()
    try:
        if holds(environment, task, frozenset({*cited, *(() if task.strict else TIDYING)})):
            return tuple(cited)
        budget.left = SEARCHED if agrees else ALL_AT_ONCE
        likely = likely_sets(context, task.goal, cited) if agrees else ()
        whole = frozenset({*relevant_rules(context, task.goal), *TIDYING})
        for names in (whole, *likely):
            if holds(environment, task, names):
                return in_order(names)
    except OutOfWork:
        pass
    finally:
        budget.refill()
    return None
