"""The rules, in the order of the format's table. Adding one is adding a line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from verifier.kernel.algebra import Hook, Site
from verifier.kernel.rules import (
    absolute_continuity,
    assumption,
    bayes_rule,
    chain_rule,
    combine,
    cross_multiply,
    definition,
    entropy,
    entropy_nonnegative,
    exchange,
    expectation,
    exponentiate,
    factorisation,
    gibbs,
    index,
    information,
    integrate,
    jensen,
    kl,
    linearity,
    log_bound,
    log_rules,
    marginalisation,
    nonnegativity,
    normalisation,
    rearrange,
    substitution,
    swap,
    take_expectation,
    take_log,
    tower,
)
from verifier.kernel.rules.rule import Rule

RULES: Mapping[str, Rule] = {
    module.RULE.name: module.RULE
    for module in (
        log_rules,
        linearity,
        expectation,
        kl,
        entropy,
        information,
        chain_rule,
        bayes_rule,
        marginalisation,
        normalisation,
        tower,
        swap,
        exchange,
        factorisation,
        index,
        definition,
        assumption,
        jensen,
        log_bound,
        gibbs,
        absolute_continuity,
        entropy_nonnegative,
        nonnegativity,
        rearrange,
        cross_multiply,
        take_log,
        exponentiate,
        take_expectation,
        integrate,
        combine,
        substitution,
    )
}
ORDER = {name: place for place, name in enumerate(RULES)}
TIDYING = frozenset(name for name, rule in RULES.items() if rule.tidying)
EQUALITY_RULES = frozenset(name for name, rule in RULES.items() if rule.hooks)
# Always on, may be cited, never superfluous: not in the table.
ALGEBRA = "algebra"

# `information` says more than its unfolding: where entropies of random variables stand, their
# expected log ratios (iterated ones too), chain rules and marginals are part of the rule.
_INFORMATION = ("kl", "entropy", "chain-rule", "marginalisation", "tower", *sorted(TIDYING))


def closure(names: Iterable[str], variables: bool = False) -> frozenset[str]:
    """The rules and what they imply; `variables`: entropies of random variables occur."""
    found = set(names)
    for name in tuple(found):
        found.update(RULES[name].implies)
    if variables and "information" in found:
        found.update(_INFORMATION)
    return frozenset(found)


def hooks_of(names: Iterable[str]) -> dict[Site, list[tuple[str, Hook]]]:
    """The hooks of rules, by place, in the order in which they are asked."""
    found: dict[Site, list[tuple[int, int, str, Hook]]] = {}
    for name in names:
        for place, priority, hook in RULES[name].hooks:
            found.setdefault(place, []).append((priority, ORDER[name], name, hook))
    return {
        place: [(name, hook) for _, _, name, hook in sorted(hooks, key=lambda h: h[:2])]
        for place, hooks in found.items()
    }
