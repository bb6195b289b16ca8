"""The smallest set of rules under which a step follows: a proposal, which `prover` then proves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.budget import OutOfWork
from verifier.kernel.equality.context import Context
from verifier.kernel.rule import Rule
from verifier.kernel.rules import RULES, TIDYING, closure, in_order
from verifier.kernel.terms import Statement
from verifier.kernel.theorem import implies
from verifier.tactics.prover import Attempt, Goal, follow

MAX_MAINS = 3
MIN_WORK = 300  # for an attempt at what is known to follow
ALONE_WORK = 5000  # for an attempt with one main rule, or none, or two
PAIRS_WORK = 30_000  # for all attempts with two


def smallest(
    context: Context,
    goal: Goal,
    meets: Callable[[Attempt], bool] | None = None,
    stands: Callable[[], bool] = lambda: True,
) -> tuple[str, ...] | None:
    """Fewest main rules, then fewest tidying ones, ties by the order of the table. `meets`: whether
    an attempt will do, for what it rests on; where none does it is the smallest set all the same.
    `stands`: whether more than one rule is worth trying.
    """
    found = _smallest(context, goal, lambda _: True, stands)
    if found is None or meets is None:
        return found
    context.budget.refill()
    try:
        attempt = follow(context, goal, found)
    except OutOfWork:
        attempt = None
    context.budget.refill()
    if attempt is None or meets(attempt):
        return found
    return _smallest(context, goal, meets, stands) or found


def _smallest(
    context: Context, goal: Goal, meets: Callable[[Attempt], bool], stands: Callable[[], bool]
) -> tuple[str, ...] | None:
    relevant = relevant_rules(context, goal)
    search = _Search(context, goal, ALONE_WORK, meets)
    few = _as_a_line(search)
    if few is None or len({*few} - TIDYING) > 1:
        alone = _alone(search, relevant)  # () is algebra alone
        few = few if alone is None else alone
    if few is not None:
        return few
    if not stands():
        return None
    context.budget.refill()
    first, *others = _together(goal, frozenset({*relevant, *TIDYING}))
    names, whole = _whole(context, goal, [first])
    if whole is None:
        few = _paired(search, relevant)
        names, whole = _whole(context, goal, others) if few is None else (first, None)
    if whole is None:
        return few
    cost = context.budget.units - context.budget.left
    context.budget.refill()  # it follows: what is left to find is how little that takes
    core = in_order(names - TIDYING)
    try:
        core = _core(search.allotting(context.budget.units), core, whole)
        enough = max(MIN_WORK, context.budget.units - context.budget.left)
        sets = _fewer(goal, relevant, whole, core)
        if len(sets) * enough > len(core) * cost:
            context.budget.refill()
            needed = _needed(search.allotting(2 * cost), core, names)
            sets = [mains for mains in sets if needed.issubset(mains)]
        context.budget.refill()
        search = search.allotting(enough)
        return _tidied(search, next((m for m in sets if search.follows({*m, *TIDYING})), core))
    except OutOfWork:
        context.budget.refill()
        return in_order({*core, *TIDYING})


def _together(goal: Goal, names: frozenset[str]) -> list[frozenset[str]]:
    """All rules at once, but for those about averages that only put one term for another, which
    multiplies the ways; with those; or all but one that goes with most, which may lead the others
    astray; or those alone, their like, and one about averages, and what is called for."""
    apart = {n for n in names if "averages" in RULES[n].hints.topics and not RULES[n].nonnegative}
    common = [name for name in in_order(names) if RULES[name].hints.common]
    averages = in_order(n for n in names if "averages" in RULES[n].hints.topics)
    called = called_for(goal) - {n for n in names if RULES[n].decides}
    beside = frozenset({*TIDYING, *kin(common)} & names)
    few = [
        more | {name}
        for more in (beside, beside | (called & names))
        for name in (averages if goal.statement.relation != "=" else ())
    ]
    fewer = [names - apart - {name} for name in common]
    return list(dict.fromkeys((names - apart, names, *fewer, *few)))


def _whole(
    context: Context, goal: Goal, sets: Iterable[frozenset[str]]
) -> tuple[frozenset[str], Attempt | None]:
    """The first of many rules at once under which a goal follows."""
    for chosen in sets:
        try:
            found = follow(context, goal, chosen)
            if found is not None:
                return chosen, found
        except OutOfWork:
            pass
        context.budget.refill()
    return frozenset(), None


def likely_sets(context: Context, goal: Goal, cited: Iterable[str]) -> list[frozenset[str]]:
    """Sets of rules to try on a goal, likely ones first: those cited, what is called for, two of
    which one is, the others alone, all at once."""
    relevant = relevant_rules(context, goal)
    called = called_for(goal).intersection(relevant)
    alone = [[name] for name in relevant if name in called]
    others = [[name] for name in relevant if name not in called]
    sets = ([*cited], [], *alone, *_pairs(relevant, called), *others, relevant)
    return list(dict.fromkeys(frozenset({*names, *TIDYING}) for names in sets))


def _as_a_line(search: _Search) -> tuple[str, ...] | None:
    """Of a statement that begins as the one reached: what does for the next line of its chain."""
    goal, reached = search.goal, search.goal.reached
    if reached is None or reached.left != goal.statement.left:
        return None
    if not implies(reached.relation, goal.statement.relation) or search.follows(TIDYING):
        return None
    said = Statement(reached.right, "=", goal.statement.right)
    found = smallest(search.context, Goal(said, None, goal.using))
    return found if found is not None and search.follows(found) else None


def _pairs(relevant: Sequence[str], called: frozenset[str]) -> list[tuple[str, str]]:
    """Pairs of rules, those first of which both are called for, then those that are common."""
    found = [pair for pair in combinations(relevant, 2) if called.intersection(pair)]
    weights = {name: 2 * (name in called) + RULES[name].hints.common for name in relevant}
    return sorted(found, key=lambda pair: -sum(weights[name] for name in pair))


def _alone(search: _Search, relevant: Sequence[str]) -> tuple[str, ...] | None:
    """One main rule or none, with the fewest tidying ones: most steps take no more, and all rules
    at once may be led astray by one of them."""
    for mains in ((), *((name,) for name in relevant)):
        search.context.budget.refill()
        if search.follows({*mains, *TIDYING}):
            return _tidied_afresh(search, mains)
    search.context.budget.refill()
    return None


def _paired(search: _Search, relevant: Sequence[str]) -> tuple[str, ...] | None:
    """Two main rules with the fewest tidying ones; those first that what changes calls for."""
    called = called_for(search.goal)
    budget = search.context.budget
    budget.left = PAIRS_WORK
    try:
        for mains in _pairs(relevant, called):
            if search.follows({*mains, *TIDYING}):
                return _tidied_afresh(search, _foremost(search, mains, relevant))
    except OutOfWork:
        pass
    finally:
        budget.refill()
    return None


def _foremost(search: _Search, mains: tuple[str, ...], relevant: Sequence[str]) -> tuple[str, ...]:
    """A pair that works, or the like of it that stands earlier in the table."""
    likely = kin(mains)
    pairs = combinations([name for name in relevant if name in likely], 2)
    return next((p for p in pairs if p == mains or search.follows({*p, *TIDYING})), mains)


def _tidied_afresh(search: _Search, mains: tuple[str, ...]) -> tuple[str, ...]:
    """With the fewest tidying rules, under a budget of its own."""
    search.context.budget.refill()
    try:
        return _tidied(search.allotting(2 * ALONE_WORK), mains)
    finally:
        search.context.budget.refill()


def _needed(search: _Search, core: Iterable[str], names: frozenset[str]) -> frozenset[str]:
    """The main rules without which all the others don't suffice."""
    return frozenset(name for name in core if not search.follows(names - {name}))


def _core(search: _Search, names: tuple[str, ...], whole: Attempt) -> tuple[str, ...]:
    """Main rules of which none can be left out, from those that acted in an attempt."""
    acted = {name for name in whole.used if name not in TIDYING}
    enough = acted if search.follows({*acted, *TIDYING}) else names
    kept = _dropped(search, in_order(enough))
    search.context.budget.refill()
    follow(search.context, search.goal, {*kept, *TIDYING})  # what this much takes
    return kept


@dataclass(frozen=True)
class _Search:
    """Attempts at a goal, each with so much work at most; what is known isn't tried again."""

    context: Context
    goal: Goal
    work: int
    meets: Callable[[Attempt], bool]
    known: dict[frozenset[str], bool] = field(default_factory=dict)
    used: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)  # of sets that do

    def allotting(self, work: int) -> _Search:
        """The same search with another allotment for each attempt."""
        return replace(self, work=work)

    def follows(self, names: Iterable[str]) -> bool:
        """Whether these rules do, within the work for one attempt."""
        asked = frozenset(names)
        if asked in self.known:
            return self.known[asked]
        if self._leaves_out_the_idle(asked):
            return True
        budget = self.context.budget
        budget.spend()
        before = budget.left
        budget.left = allotted = min(before, self.work)
        try:
            attempt = follow(self.context, self.goal, asked, exactly=False)
            self.known[asked] = attempt is not None and self.meets(attempt)
            if attempt is not None and self.known[asked]:
                self.used[asked] = attempt.used
            return self.known[asked]
        except OutOfWork:
            return False
        finally:
            budget.left = before - (allotted - max(budget.left, 0))

    def _leaves_out_the_idle(self, asked: frozenset[str]) -> bool:
        """Whether a set is known to do that has but tidying rules more, of which none acted:
        without them the attempt is the same."""
        return any(
            asked <= names and closure(names) - closure(asked) <= TIDYING - used
            for names, used in self.used.items()
        )


def _fewer(
    goal: Goal, relevant: Sequence[str], whole: Attempt, core: tuple[str, ...]
) -> list[tuple[str, ...]]:
    """Sets of main rules, no more than are known to do, of those that acted and their like."""
    likely = kin({*whole.used, *core} - TIDYING)
    if goal.so and (goal.reached is not None or goal.using):
        likely |= {name for name, rule in RULES.items() if rule.hints.shortens}
    candidates = [name for name in relevant if name in likely]
    sizes = range(2, min(MAX_MAINS, len(core)) + 1)  # one or none was tried
    sets = (mains for size in sizes for mains in combinations(candidates, size))
    return [m for m in sets if whole.equality or any(RULES[name].decides for name in m)]


def kin(names: Iterable[str]) -> set[str]:
    """Rules with those that are about the same."""
    kin = {*names}
    topics = {topic for name in kin for topic in RULES[name].hints.topics}
    return kin | {name for name, rule in RULES.items() if topics.intersection(rule.hints.topics)}


def _dropped(search: _Search, names: Sequence[str]) -> tuple[str, ...]:
    kept = list(names)
    for name in names:
        fewer = [other for other in kept if other != name]
        if search.follows({*fewer, *TIDYING}):
            kept = fewer
    return tuple(kept)


def _tidied(search: _Search, mains: Sequence[str]) -> tuple[str, ...]:
    """The main rules with the fewest tidying ones."""
    tidying, every = in_order(TIDYING), frozenset({*mains, *TIDYING})
    needed = _needed(search, tidying, every) if search.follows(every) else frozenset()
    for size in range(len(needed), len(tidying) + 1):
        for chosen in combinations(tidying, size):
            if needed <= {*chosen} and search.follows({*mains, *chosen}):
                return in_order({*mains, *chosen})
    return in_order({*mains, *tidying})


def called_for(goal: Goal) -> frozenset[str]:
    """The main rules that what differs between a goal's sides, or from its premise, calls for."""
    sides = (goal.statement.left, goal.statement.right)
    before, after = ([sides[0]], [sides[1]])
    if goal.so and goal.reached is not None:
        before, after = [goal.reached.statement.left, goal.reached.statement.right], [*sides]
    unequal = goal.statement.relation != "=" or goal.so
    return frozenset(
        name
        for name, rule in RULES.items()
        if (rule.decides and unequal)
        or ((kinds := rule.hints.changes) and _shown(before, kinds) != _shown(after, kinds))
    )


def _shown(sides: Sequence[Expr], kinds: tuple[type, ...]) -> Counter[str]:
    """How often terms of some kinds stand in sides, by what they are over."""
    return Counter(_over(term) for side in sides for term in side.atoms(*kinds))


def _over(term: Any) -> str:
    match term:
        case terms.Density():
            return f"{term.family}({sorted(v.label for v in term.left)}|{len(term.right)})"
        case terms.Abbreviation():
            return str(term.name)
        case terms.Index():
            return f"{term.low}:{term.high}"
        case terms.Binder():
            return f"{sorted(v.label for v in term.bound)}"
    return type(term).__name__


def relevant_rules(context: Context, goal: Goal) -> list[str]:
    """The main rules that could act on what stands in a goal and its premises."""
    premises = [p.statement for p in (goal.reached, *goal.using) if p is not None]
    statements = [goal.statement, *premises]
    sides = [side for said in statements for side in (said.left, said.right)]
    sides += [side for fact in context.model.facts for side in (fact.left, fact.right)]
    unequal = any(said.relation != "=" for said in statements)
    inferring = goal.so and bool(premises)
    given = {None: True, "facts": bool(context.model.facts), "using": bool(goal.using)}

    def acts(rule: Rule) -> bool:
        return bool(
            rule.hooks
            or (unequal and (rule.compares or rule.nonnegative))
            or (inferring and rule.infer)
            or (inferring and len(premises) > 1 and rule.together)
        )

    def called(rule: Rule) -> bool:
        cues, needs = rule.hints.cues, rule.hints.needs
        if cues and any(side.has(*cues) for side in sides):
            return True
        return bool(needs(context.model)) if needs else not cues

    main = ((name, rule) for name, rule in RULES.items() if not rule.tidying)
    return [name for name, rule in main if given[rule.uses] and acts(rule) and called(rule)]
