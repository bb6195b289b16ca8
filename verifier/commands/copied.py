"""Answers that say nothing: it stands elsewhere in the worksheet, or comes to nothing by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from sympy import Expr

from verifier.formula.written import Statement as WrittenStatement
from verifier.formula.written import Written
from verifier.judge.checked import CheckedFile
from verifier.judge.reached import Reached
from verifier.kernel import terms
from verifier.kernel.arithmetic import factors, product
from verifier.kernel.binding import unbind
from verifier.kernel.budget import OutOfWork
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.polynomials import ONE
from verifier.kernel.rules import EQUALITY_RULES, hooks_of
from verifier.kernel.sequences.ranges import Undecided
from verifier.outcome import Diagnostic

Said = tuple[Written, tuple[Expr, ...]]  # a formula, and the terms of its sides


def copied(file: CheckedFile, trial: CheckedFile, number: int) -> Diagnostic | None:
    """That a line says nothing, or once more what stands elsewhere: letter by letter, or but for
    arithmetic and for what is added and comes to nothing by itself, while the original does not."""
    task, before = trial.run.tasks[number], file.run.tasks[number]
    new, old = ((each.line.written, each.line.terms) for each in (task, before))
    idle = _Idle(file.environment.context)
    if _is_trivial(idle, new) and not _is_trivial(idle, old):
        return task.step.formula.diagnostic("mark-trivial")
    for place, other in _elsewhere(file, number):
        copied = new[0] == other[0] != old[0]
        if copied or (_alike(idle, new, other) and not _alike(idle, old, other)):
            return task.step.formula.diagnostic("mark-copied", step=place)
    return None


def _is_trivial(idle: _Idle, said: Said) -> bool:
    """Whether a statement has the same on both sides."""
    written, sides = said
    if not isinstance(written, WrittenStatement):
        return False
    sides = (written.left, sides[:1]), (written.right, sides[1:])
    return _alike(idle, *sides) or _alike(idle, *sides[::-1])


def _elsewhere(file: CheckedFile, number: int) -> Iterator[tuple[int | None, Said]]:
    """What else a worksheet says, and in which step, 0 for the start and None for the claim:
    expressions where a chain goes on, else statements."""
    tasks = file.run.tasks
    asked = tasks[number]
    said: list[tuple[int | None, Written, tuple[Expr, ...]]] = []
    for first in (tasks[min(tasks)].reached, asked.reached):
        if first is not None:
            said.append((first.index, *_statement(first)))
    others = (each for each in tasks.items() if each[0] != number)
    said += [(index, task.line.written, task.line.terms) for index, task in sorted(others)]
    claim = file.claim.statement
    if claim is not None:
        said.append((None, *_statement(claim)))
    for place, written, terms_of in said:
        yield from ((place, part) for part in _sides(written, terms_of, asked.goes_on))


def _statement(known: Reached) -> Said:
    said = known.statement
    return known.written, (said.left, said.right)


def _sides(written: Written, sides: tuple[Expr, ...], chain: bool) -> Iterator[Said]:
    """The formula, or where it is a statement beside a chain its sides."""
    if not isinstance(written, WrittenStatement):
        if chain:
            yield written, sides
    elif chain:
        yield from ((written.left, sides[:1]), (written.right, sides[1:]))
    else:
        yield written, sides


def _alike(idle: _Idle, one: Said, other: Said) -> bool:
    """Whether one formula is another but for arithmetic and for what is idle in it."""
    relations = [getattr(each[0], "relation", "") for each in (one, other)]
    return relations[0] == relations[1] and all(
        idle.adds_nothing(*sides) for sides in zip(one[1], other[1], strict=True)
    )


# -- what comes to nothing ------------------------------------------------------------------------


class _Idle:
    """Finds what a line adds to another that cancels against itself."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.arithmetic = Normaliser(context, {})
        self.rules = Normaliser(context, hooks_of(EQUALITY_RULES))

    def adds_nothing(self, new: Expr, old: Expr) -> bool:
        """Whether a term is another with nothing taken away, and at most such summands more that
        come to 0 by themselves, or such factors that come to 1."""
        self.context.budget.refill()
        try:
            return self._adds_nothing(new, old)
        except (OutOfWork, ZeroDivisionError, Undecided):
            return False

    def _adds_nothing(self, new: Expr, old: Expr) -> bool:
        whole, part = self.arithmetic.normal(new), self.arithmetic.normal(old)
        if whole == part:
            return True
        if part and all(  # of what the sum was, each term is there, and as often
            whole.terms.get(monomial, 0) / Fraction(coefficient) >= 1
            for monomial, coefficient in part.terms.items()
        ):
            return not self.rules.normal(self.arithmetic.store.term(whole - part)).unmarked
        if old != 1 and (more := _more(factors(new), factors(old))):
            return self.rules.normal(product(*more)).unmarked == ONE
        if new.func != old.func:
            return False
        one, other = _parts(new), _parts(old)
        changed, were = _more(one, other, True), _more(other, one, True)
        return (
            len(changed) == len(were) == 1
            and all(isinstance(p, Expr) and not p.is_Atom for p in (*changed, *were))
            and self._adds_nothing(changed[0], were[0])
        )


def _parts(term: Expr) -> tuple[Any, ...]:
    """What a term is made of; of a binder, over the variables as they were written."""
    if isinstance(term, terms.Binder):
        bound, parts = unbind(term, tag=0)
        return *parts, *bound
    return tuple(term.args)


def _more(parts: Iterable[Any], known: Iterable[Any], anyhow: bool = False) -> list[Any]:
    """The parts that are more than those known; none where one of these is missing, unless
    `anyhow`."""
    more = [*parts]
    for each in known:
        if each in more:
            more.remove(each)
        elif not anyhow:
            return []
    return more
