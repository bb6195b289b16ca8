"""A line that is missing between two: what is proposed is judged first, and both halves with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sympy import Expr

from verifier.errata.edits import between
from verifier.formula import written as w
from verifier.judge import readable
from verifier.judge.diagnosis import PROOFS, holds, likely, with_line, with_mended
from verifier.judge.environment import Environment
from verifier.judge.step import check_step
from verifier.judge.task import CheckedStep, Task
from verifier.kernel.budget import OutOfWork
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inference import reflexive
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rules import EQUALITY_RULES, closure, hooks_of
from verifier.kernel.sequences.ranges import Undecided
from verifier.outcome import Verdict
from verifier.typeset.printer import plain

LONGEST = 200  # characters of a line that is proposed
FORMS = 8  # sets of rules whose normal forms of a side are looked at
FORM_WORK = 3000  # units of work for each


@dataclass(frozen=True)
class _Split:
    """A step in two: to a line between, and on from there."""

    to: Task
    on: Task


def explained(environment: Environment, task: Task, found: CheckedStep) -> CheckedStep:
    """What isn't proved, with what it was meant to be or what is missing, if that is found."""
    report = found.report
    if not environment.explains:
        return found
    if report.verdict is Verdict.REFUTED:
        return with_mended(environment, found, task)
    why = report.diagnostic
    if report.verdict is not Verdict.UNPROVED or why is None:
        return found
    line = missing_line(environment, task) if why.code in ("residual", "undecided") else None
    if line is None:
        return found
    why = replace(why, data={**why.data, "between": line})
    return replace(found, report=replace(report, diagnostic=why))


def missing_line(environment: Environment, task: Task) -> str | None:
    """The step to put above one that follows in two steps, as it is written in a file; None when
    none is found."""
    if task.reached is None or not task.goes_on:
        return None
    budget = environment.context.budget
    try:
        budget.left = PROOFS
        for split in _splits(environment, task):
            if _likely(environment, split):
                left, budget.left = budget.left, budget.units
                shown = _shown(environment, split)
                budget.left = left
                if shown is not None:
                    return shown
    except OutOfWork:
        pass
    finally:
        budget.refill()
    return None


def _splits(environment: Environment, task: Task) -> Iterator[_Split]:
    """A step in two, at lines that may be between. Raises OutOfWork."""
    key, said = task.step.key, task.goal.statement
    known = {task.line.written, task.reached.right if task.reached else None}
    for written, first, second in (
        *_edited(task.line.written, key),
        *((each, "eq", key) for each in _forms(environment, task, said.left)),
        *((each, key, "eq") for each in _forms(environment, task, said.right)),
    ):
        if written in known:
            continue
        to = with_line(environment, _uncited(task, first), written)
        if to is not None and environment.second.probable(to.conjecture):
            yield _Split(to, _on(environment, task, to, second))


def _edited(written: w.Written, key: str) -> Iterator[tuple[w.Written, str, str]]:
    """Lines that may lead to an inequality, and how each half relates its sides."""
    for other in between(written) if key != "eq" else ():
        yield from ((other, *keys) for keys in (("eq", key), (key, "eq"), (key, key)))


def _forms(environment: Environment, task: Task, side: Expr) -> Iterator[w.Written]:
    """Short formulas for what a side is under a few rules. Raises OutOfWork."""
    sets = [names for names in likely(environment, task) if names <= EQUALITY_RULES]
    values: dict[Polynomial, Normaliser] = {}
    for names in sets[:FORMS]:
        nf = Normaliser(environment.context, hooks_of(closure(names)))
        value = _normal(nf, side)
        if value is not None:
            values.setdefault(value, nf)
    for value, nf in values.items():
        environment.context.budget.spend(FORM_WORK)
        written = readable.formula(environment.declared, nf.store.term(value), task.formulas)
        if written is not None and len(plain(written)) <= LONGEST:
            yield written


def _normal(nf: Normaliser, side: Expr) -> Polynomial | None:
    """The normal form of a side, where it takes little work."""
    budget = nf.context.budget
    before = budget.left
    budget.left = allotted = min(before, FORM_WORK)
    try:
        return nf.normal(side)
    except (OutOfWork, Undecided, ZeroDivisionError):
        return None
    finally:
        budget.left = before - (allotted - max(budget.left, 0))


def _uncited(task: Task, key: str) -> Task:
    """The step with another relation, by whatever rules."""
    return replace(task, step=replace(task.step, key=key, rules=None), above=())


def _on(environment: Environment, task: Task, to: Task, key: str) -> Task:
    """The step as it goes on from a line put above it."""
    assert task.reached is not None
    theorem = reflexive(environment.declared.model, to.line.terms[0])
    written = to.line.written
    here = replace(
        task.reached, theorem=theorem, left=written, right=written, last=to.line.free, index=0
    )
    return replace(task, reached=here, step=replace(task.step, key=key), above=())


def _likely(environment: Environment, split: _Split) -> bool:
    """Whether the kernel proves both halves under likely rules. Raises OutOfWork."""
    return all(
        any(holds(environment, half, names) for names in likely(environment, half))
        for half in (split.to, split.on)
    )


def _shown(environment: Environment, split: _Split) -> str | None:
    """The line to put in, when both halves are proved with it: the second as it is cited. Raises
    OutOfWork."""
    to, on = replace(split.to, strict=False), split.on
    first = check_step(environment, to)
    environment.context.budget.refill()
    if not first.proved or not check_step(environment, on).proved:
        return None
    key, line = to.step.key, plain(to.line.written)
    if not on.strict:
        return f"- {key}: {line}"
    return f'- {{{key}: "{line}", by: [{", ".join(first.report.rules)}]}}'
