"""The smallest set of rules under which a step follows: a proposal, which `prover` then proves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from verifier.kernel import terms
from verifier.kernel.algebra import Context
from verifier.kernel.prover import Attempt, Goal, follow
from verifier.kernel.rules import ORDER, RULES, TIDYING

MAX_MAINS = 3
# Rules of which one often does what another does: each is tried where the other acted.
_KIN = (
    {"chain-rule", "bayes-rule"},
    {"tower", "marginalisation", "swap", "chain-rule"},
    {"kl", "information", "entropy"},
    {"rearrange", "cross-multiply", "combine", "substitution"},
    {"take-expectation", "integrate"},
    {"assumption", "nonnegativity"},
)


def smallest(context: Context, goal: Goal) -> tuple[str, ...] | None:
    """Fewest main rules, then fewest tidying ones, ties by the order of the table."""
    relevant = relevant_rules(context, goal)
    whole = _first(context, goal, _wide_sets(relevant))
    if whole is None:
        return None
    acted = {name for name in whole.used if name not in TIDYING}
    likely = acted.union(*(kin for kin in _KIN if kin & acted))
    candidates = [name for name in relevant if name in likely]
    for size in range(min(MAX_MAINS, len(candidates)) + 1):
        for mains in combinations(candidates, size):
            if follow(context, goal, {*mains, *TIDYING}) is not None:
                return _tidied(context, goal, mains)
    return _tidied(context, goal, _dropped(context, goal, sorted(acted, key=ORDER.__getitem__)))


def _wide_sets(relevant: Sequence[str]) -> list[set[str]]:
    """All relevant rules at once; then each alone, since more rules may also lead astray."""
    return [{*relevant, *TIDYING}, *({name, *TIDYING} for name in relevant)]


def _first(context: Context, goal: Goal, sets: Iterable[set[str]]) -> Attempt | None:
    for names in sets:
        attempt = follow(context, goal, names)
        if attempt is not None:
            return attempt
    return None


def _dropped(context: Context, goal: Goal, names: Sequence[str]) -> tuple[str, ...]:
    kept = list(names)
    for name in names:
        fewer = [other for other in kept if other != name]
        if follow(context, goal, {*fewer, *TIDYING}) is not None:
            kept = fewer
    return tuple(kept)


def _tidied(context: Context, goal: Goal, mains: Sequence[str]) -> tuple[str, ...]:
    """The main rules with the fewest tidying ones."""
    tidying = sorted(TIDYING, key=ORDER.__getitem__)
    for size in range(len(tidying) + 1):
        for chosen in combinations(tidying, size):
            if follow(context, goal, {*mains, *chosen}) is not None:
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
    inferring = goal.so and bool(premises)
    wanted = {
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
