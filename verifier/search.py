"""The smallest set of rules under which a step follows: a proposal, which `prover` then proves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from verifier.kernel import terms
from verifier.kernel.algebra import Context
from verifier.kernel.budget import OutOfWork
from verifier.kernel.prover import Attempt, Goal, follow
from verifier.kernel.rules import ORDER, RULES, TIDYING

MAX_MAINS = 3
MIN_WORK = 300  # for an attempt at what is known to follow
# Rules of which one often does what another does: each is tried where the other acted.
_KIN = (
    {"chain-rule", "bayes-rule"},
    {"tower", "marginalisation", "swap", "chain-rule"},
    {"kl", "information", "entropy"},
    {"rearrange", "cross-multiply", "combine", "substitution"},
    {"take-expectation", "integrate"},
    {"assumption", "nonnegativity"},
    {"jensen", "gibbs"},
)
# From a premise another way may be shorter than the one that was found first.
_INFERRING = frozenset({"gibbs", "rearrange", "combine", "substitution", "take-expectation"})


def smallest(context: Context, goal: Goal) -> tuple[str, ...] | None:
    """Fewest main rules, then fewest tidying ones, ties by the order of the table."""
    relevant = relevant_rules(context, goal)
    found = _first(context, goal, _wide_sets(relevant))
    if found is None:
        return None
    names, whole = found
    context.budget.refill()  # it follows: what is left to find is how little that takes
    core = tuple(names - TIDYING)
    try:
        core = _core(_Search(context, goal, context.budget.units), core, whole)
        cost = context.budget.units - context.budget.left
        context.budget.refill()
        return _fewest(_Search(context, goal, max(MIN_WORK, cost)), relevant, whole, core)
    except OutOfWork:
        context.budget.refill()
        return tuple(sorted({*core, *TIDYING}, key=ORDER.__getitem__))


def _core(search: _Search, names: tuple[str, ...], whole: Attempt) -> tuple[str, ...]:
    """Main rules of which none can be left out, from those that acted in an attempt."""
    acted = {name for name in whole.used if name not in TIDYING}
    enough = acted if search.follows({*acted, *TIDYING}) else names
    kept = _dropped(search, sorted(enough, key=ORDER.__getitem__))
    search.context.budget.refill()
    search.follows({*kept, *TIDYING})  # leaves in the budget what this much takes
    return kept


@dataclass(frozen=True)
class _Search:
    """Attempts at a goal that is known to follow, each with as much work as that took at most."""

    context: Context
    goal: Goal
    work: int

    def follows(self, names: Iterable[str]) -> bool:
        """Whether these rules do, within the work for one attempt."""
        budget = self.context.budget
        budget.spend()
        before = budget.left
        budget.left = allotted = min(before, self.work)
        try:
            return follow(self.context, self.goal, names) is not None
        except OutOfWork:
            return False
        finally:
            budget.left = before - (allotted - max(budget.left, 0))


def _fewest(
    search: _Search, relevant: Sequence[str], whole: Attempt, core: tuple[str, ...]
) -> tuple[str, ...]:
    acted = {name for name in whole.used if name not in TIDYING} | {*core}
    likely = acted.union(*(kin for kin in _KIN if kin & acted))
    if search.goal.so and (search.goal.reached is not None or search.goal.using):
        likely |= _INFERRING
    candidates = [name for name in relevant if name in likely]
    for size in range(min(MAX_MAINS, len(core)) + 1):
        for mains in combinations(candidates, size):
            able = whole.equality or any(_decides(name) for name in mains)
            if able and search.follows({*mains, *TIDYING}):
                return _tidied(search, mains)
    return _tidied(search, core)


def _decides(name: str) -> bool:
    """Whether a rule leads to anything but equalities of normal forms."""
    rule = RULES[name]
    return bool(rule.bounds or rule.nonnegative or rule.infer)


def _needed(search: _Search, names: Sequence[str], others: Iterable[str]) -> frozenset[str]:
    """The rules without which all the others don't suffice; none where they don't anyway."""
    every = {*names, *others}
    if not search.follows(every):
        return frozenset()
    return frozenset(name for name in names if not search.follows(every - {name}))


def _wide_sets(relevant: Sequence[str]) -> list[set[str]]:
    """All relevant rules at once; then each alone, since more rules may also lead astray."""
    return [{*relevant, *TIDYING}, *({name, *TIDYING} for name in relevant)]


def _first(
    context: Context, goal: Goal, sets: Iterable[set[str]]
) -> tuple[set[str], Attempt] | None:
    for names in sets:
        attempt = follow(context, goal, names)
        if attempt is not None:
            return names, attempt
    return None


def _dropped(search: _Search, names: Sequence[str]) -> tuple[str, ...]:
    kept = list(names)
    for name in names:
        fewer = [other for other in kept if other != name]
        if search.follows({*fewer, *TIDYING}):
            kept = fewer
    return tuple(kept)


def _tidied(search: _Search, mains: Sequence[str]) -> tuple[str, ...]:
    """The main rules with the fewest tidying ones."""
    tidying = sorted(TIDYING, key=ORDER.__getitem__)
    needed = _needed(search, tidying, mains)
    for size in range(len(needed), len(tidying) + 1):
        for chosen in combinations(tidying, size):
            if needed <= {*chosen} and search.follows({*mains, *chosen}):
                return tuple(sorted({*mains, *chosen}, key=ORDER.__getitem__))
    return tuple(sorted({*mains, *tidying}, key=ORDER.__getitem__))


def relevant_rules(context: Context, goal: Goal) -> list[str]:
    """The main rules that could act on what stands in a goal and its premises."""
    premises = [p.statement for p in (goal.reached, *goal.using) if p is not None]
    statements = [goal.statement, *premises]

    def has(*kinds: type) -> bool:
        return any(side.has(*kinds) for s in statements for side in (s.left, s.right))

    unequal = any(s.relation != "=" for s in statements)
    model = context.model
    formulas = any(family.formula is not None for family in model.families)
    binders = has(terms.Integral, terms.Expectation)
    random = has(terms.VariableEntropy, terms.Information)
    indexed = has(terms.Indexed)
    inferring = goal.so and bool(premises)
    wanted = {
        "index": indexed,
        "exchange": bool(model.copies) and binders,
        "kl": has(terms.KL),
        "entropy": has(terms.Entropy, terms.CrossEntropy),
        "information": random,
        "chain-rule": has(terms.Density),
        "bayes-rule": has(terms.Density),
        "marginalisation": binders,
        "tower": binders or has(terms.KL),
        "swap": binders,
        "factorisation": any(family.factors for family in model.families),
        "definition": has(terms.Abbreviation) or formulas,
        "assumption": bool(model.facts),
        "jensen": unequal and (binders or has(terms.Term)),
        "log-bound": unequal and has(terms.Log, terms.Exp),
        "gibbs": unequal or goal.so,
        "entropy-nonnegative": unequal and bool(model.discrete),
        "nonnegativity": unequal,
        "absolute-continuity": inferring and bool(model.support),
        "rearrange": inferring,
        "cross-multiply": inferring,
        "take-log": inferring and has(terms.Log),
        "exponentiate": inferring and has(terms.Exp, terms.Log),
        "take-expectation": inferring and binders,
        "integrate": inferring and has(terms.Integral),
        "combine": inferring and len(premises) > 1,
        "substitution": bool(goal.using),
    }
    return [name for name in RULES if wanted.get(name, False)]
