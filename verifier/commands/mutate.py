"""`--mutate`: the slips of the pen that one could make in a derivation, and who refuses them.

A mutant is one step with its line changed in one place; all other lines are as they stand. It is
put to the front end, to the worlds and to the kernel, each without regard to the others: so one
that is false and yet proved shows, and it is seen how much the worlds alone would have refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from verifier.commands.jobs import Job, Path, fault, jobs, neighbour
from verifier.derivation.loader import derivation
from verifier.errata.edits import edits
from verifier.errata.repairs import repairs
from verifier.formula.lexer import FormulaError
from verifier.formula.written import Span
from verifier.judge.checked import CheckedFile, checked_file
from verifier.judge.diagnosis import (
    MOST_CHARACTERS,
    MOST_PARTS,
    holds,
    variables_of,
    vocabulary,
    with_line,
)
from verifier.judge.environment import Environment
from verifier.judge.lines import RELATIONS, parsed
from verifier.judge.rulings import canonical
from verifier.judge.task import Task
from verifier.kernel.budget import OutOfWork
from verifier.kernel.rules import RULES, TIDYING, in_order
from verifier.kernel.theorem import composed
from verifier.outcome import (
    Diagnostic,
    DiagnosticError,
    Fate,
    Mutant,
    Mutation,
    MutationReport,
    Progress,
)
from verifier.tactics.smallest import likely_sets, relevant_rules
from verifier.typeset.printer import plain

SLIPS = 60  # of each step, unless told otherwise
ALL_AT_ONCE = 600  # units of kernel work for all rules at once on what the worlds refute
SEARCHED = 10_000  # for likely sets of rules on what they don't


def mutate(
    *paths: Path, progress: Callable[[Progress], None] | None = None, most: int | None = SLIPS
) -> MutationReport:
    """Change every step of files, or of those in folders, in one place at a time, and say who
    refuses what comes of it; at most so many changes of each step, all for None. Nothing that is
    wrong with a file raises. `progress` is called before each step."""
    due = jobs(*paths)
    tell = progress or (lambda _: None)
    files = []
    for number, job in enumerate(due, 1):
        here = Progress(job.file, number, len(due))
        tell(here)
        files.append(_mutation(job, most, partial(_begun, tell, here)))
    return MutationReport(tuple(files))


def _begun(tell: Callable[[Progress], None], here: Progress, step: int) -> None:
    tell(replace(here, step=step))


def _mutation(job: Job, most: int | None, begin: Callable[[int], None]) -> Mutation:
    """The mutants of one file; nothing that goes wrong with it gets past this."""
    mutation = Mutation(job.file)
    try:
        loaded = derivation(job.read())
        mutation = replace(mutation, title=loaded.title)
        mutants, left_out = _mutants(
            checked_file(loaded, partial(neighbour, job.file)), most, begin
        )
        return replace(mutation, mutants=mutants, left_out=left_out)
    except DiagnosticError as error:
        return replace(mutation, error=error.diagnostic)
    except Exception as error:
        return replace(mutation, error=fault(error), internal=True)


@dataclass(frozen=True)
class _Slip:
    """A line changed in one place; `task` is None where it means nothing."""

    kind: str
    place: Span
    before: str
    after: str
    line: str
    task: Callable[[], Task | None]


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
        if _is_long(task):
            left_out.append(text.diagnostic("mutate-long", step=index))
        slips = [*_slips(environment, task)]
        chosen = slips if most is None else _spread(slips, most)
        if len(chosen) < len(slips):
            count, of = len(slips) - len(chosen), len(slips)
            left_out.append(text.diagnostic("mutate-some", step=index, count=count, of=of))
        mutants += _fates(environment, task, chosen)
    return tuple(mutants), tuple(left_out)


def _spread(slips: Sequence[_Slip], most: int) -> list[_Slip]:
    """So many of them: of each kind as many as of any other while there are, from all over it."""
    kinds: dict[str, list[_Slip]] = {}
    for slip in slips:
        kinds.setdefault(slip.kind, []).append(slip)
    share = dict.fromkeys(kinds, 0)
    for _ in range(most):
        open_kinds = [kind for kind, found in kinds.items() if share[kind] < len(found)]
        if not open_kinds:
            break
        share[min(open_kinds, key=share.__getitem__)] += 1
    return [
        found[place * len(found) // share[kind]]
        for kind, found in kinds.items()
        for place in range(share[kind])
    ]


# -- slips ----------------------------------------------------------------------------------------


def _is_long(task: Task) -> bool:
    parts = islice(task.line.written.walk(), MOST_PARTS + 1)
    return len([*parts]) > MOST_PARTS or len(task.step.formula.value) > MOST_CHARACTERS


def _slips(environment: Environment, task: Task) -> Iterator[_Slip]:
    """Every slip in a step's line, each line once: in its relation, its formula, its text."""
    yield from _relations(task)
    if _is_long(task):
        return
    written, seen = task.line.written, {task.line.written}
    for edit in edits(written, vocabulary(environment, task, written)):
        seen.add(edit.whole)
        parts = edit.before.span, plain(edit.before), plain(edit.after)
        meant = partial(with_line, environment, task, edit.whole)
        yield _Slip(edit.kind, *parts, _said(task, plain(edit.whole)), meant)
    text = task.step.formula
    for kind, before, after, whole in repairs(text.value, variables_of(environment)):
        start = _alike(text.value, whole)
        parts = Span(start, start + len(before)), before, after
        try:
            other = parsed(environment.declared, replace(text, value=whole), not task.goes_on)
        except FormulaError:
            yield _Slip(kind, *parts, _said(task, whole), _nothing)
            continue
        if other not in seen:
            seen.add(other)
            meant = partial(with_line, environment, task, other)
            yield _Slip(kind, *parts, _said(task, plain(other)), meant)


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _relations(task: Task) -> Iterator[_Slip]:
    """A chain's line under the other relations; a chain that turns round means nothing."""
    if not task.goes_on or task.reached is None:
        return
    so_far, relation = task.reached.statement.relation, RELATIONS[task.step.key]
    for key, other in RELATIONS.items():
        if key == task.step.key:
            continue
        edited = replace(task, step=replace(task.step, key=key))
        meant = partial(replace, edited) if composed(so_far, other) else _nothing
        kind, line = "weaker" if relation == "=" else "relation", plain(task.line.written)
        yield _Slip(kind, Span(0, 0), relation, other, _said(edited, line), meant)


def _nothing() -> None:
    return None


def _said(task: Task, text: str) -> str:
    """A line with its relation."""
    return f"{RELATIONS[task.step.key]} {text}" if task.goes_on else text


# -- the opinions ---------------------------------------------------------------------------------


def _fates(environment: Environment, original: Task, slips: Iterable[_Slip]) -> Iterator[Mutant]:
    """What becomes of each slip; of those that say the same, and not what the line says anyway,
    the first."""
    seen = {original.goal}
    for slip in slips:
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
