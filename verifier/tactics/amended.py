"""Rules cited that don't suffice, and what is to change in them: as little as will do. Proposals,
which `prover` then proves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from verifier.kernel.budget import OutOfWork
from verifier.kernel.equality.context import Context
from verifier.kernel.rules import TIDYING, in_order
from verifier.tactics.prover import Attempt, Goal, follow, prove
from verifier.tactics.smallest import called_for, kin, relevant_rules, smallest

ONE_WORK = 5000  # units of kernel work for one attempt
WORK = 40_000  # for all of them

Names = Iterable[str]
Allowed = Callable[[Names], set[str]]  # rules cited, with those that need not be cited beside them
Meets = Callable[[Attempt], bool]  # whether what an attempt rests on is declared


def amended(
    context: Context, goal: Goal, cited: Names, allowed: Allowed, meets: Meets = lambda _: True
) -> tuple[str, ...] | None:
    """Rules under which a goal follows, from those cited that don't suffice: with one more, where
    each main one has a part in it; else a smallest set, or what changes less on the way to it."""
    known = in_order(cited)

    def is_met(names: tuple[str, ...] | None) -> bool:
        try:
            attempt = None if names is None else prove(context, goal, allowed(names))
            return attempt is not None and meets(attempt)
        except OutOfWork:
            return False
        finally:
            context.budget.refill()

    found = _within(context, lambda: _with_one_more(context, goal, known, allowed))
    if is_met(found):
        return found
    found = smallest(context, goal, meets)
    if found is None or not known:
        return found
    fewer = _within(context, lambda: _between(context, goal, known, found, allowed))
    less = fewer is not None and _changes(known, fewer) < _changes(known, found)
    return fewer if less and is_met(fewer) else found


def _within(context: Context, find: Callable[[], tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """What is found with the work for all attempts; None when that is used up."""
    context.budget.left = WORK
    try:
        return find()
    except OutOfWork:
        return None
    finally:
        context.budget.refill()


def _with_one_more(
    context: Context, goal: Goal, cited: tuple[str, ...], allowed: Allowed
) -> tuple[str, ...] | None:
    """The rules cited and one main one, those first that what changes calls for, or none, beside
    the tidying ones that must be cited then. The like of it that does as well, and stands earlier
    in the table, is what is usually said."""
    called = called_for(goal)
    others = [name for name in relevant_rules(context, goal) if name not in cited]
    mains = sorted(others, key=lambda name: name not in called)
    for more in ((), *((name,) for name in mains)) if cited else ():
        found = _adding(context, goal, cited, more, allowed)
        if found is None:
            continue
        earlier = others[: others.index(more[0])] if more else []
        alike = [name for name in earlier if name in kin(more) and name not in called]
        usual = (_adding(context, goal, cited, (name,), allowed) for name in alike)
        try:
            return next(filter(None, usual), found)
        except OutOfWork:
            return found
    return None


def _adding(
    context: Context, goal: Goal, cited: tuple[str, ...], more: tuple[str, ...], allowed: Allowed
) -> tuple[str, ...] | None:
    """The rules cited and more, with the tidying ones that must be cited then, where each main one
    cited has a part in it."""
    names = {*cited, *more}
    if (not more and allowed(names) >= TIDYING) or not _follows(context, goal, names | TIDYING):
        return None
    tidying = TIDYING - allowed(names)
    names |= tidying & _kept(context, goal, names | tidying, tidying, allowed)
    idle = _idle(context, goal, names, in_order({*cited} - TIDYING), allowed)
    return None if idle else in_order(names)


def _between(
    context: Context, goal: Goal, cited: tuple[str, ...], found: tuple[str, ...], allowed: Allowed
) -> tuple[str, ...] | None:
    """The rules cited and those found, without what can be left out: first of the new ones."""
    both = {*cited, *found}
    if not _follows(context, goal, allowed(both)):
        return None
    kept = _kept(context, goal, both, in_order(both - {*cited}), allowed)
    return in_order(_kept(context, goal, kept, cited, allowed))


def _kept(
    context: Context, goal: Goal, names: set[str], doubtful: Names, allowed: Allowed
) -> set[str]:
    """The names without those doubtful ones that can be left out, one after the other."""
    kept = {*names}
    for name in in_order(doubtful):
        if not {name}.isdisjoint(_idle(context, goal, kept, (name,), allowed)):
            kept.discard(name)
    return kept


def _idle(
    context: Context, goal: Goal, names: set[str], asked: Names, allowed: Allowed
) -> set[str]:
    """Which of the rules asked about can be left out by themselves."""
    return {
        name
        for name in asked
        if names > {name} and _follows(context, goal, allowed(names - {name}) - {name})
    }


def _follows(context: Context, goal: Goal, names: set[str]) -> bool:
    """Whether these rules do, within the work for one attempt. Raises OutOfWork where none is left
    for others."""
    budget = context.budget
    budget.spend()
    before = budget.left
    budget.left = allotted = min(before, ONE_WORK)
    try:
        return follow(context, goal, names, exactly=False) is not None
    except OutOfWork:
        return False
    finally:
        budget.left = before - (allotted - max(budget.left, 0))


def _changes(cited: Names, names: Names) -> int:
    return len({*cited} ^ {*names})
