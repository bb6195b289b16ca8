"""The rules, in the order of the format's table. Adding one is adding a line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module

from verifier.kernel.equality.sites import Move
from verifier.kernel.rule import Rule

FILES = (
    "log_rules",
    "linearity",
    "expectation",
    "kl",
    "entropy",
    "information",
    "chain_rule",
    "bayes_rule",
    "marginalisation",
    "normalisation",
    "tower",
    "swap",
    "exchange",
    "factorisation",
    "index",
    "definition",
    "assumption",
    "jensen",
    "log_bound",
    "gibbs",
    "data_processing",
    "absolute_continuity",
    "entropy_nonnegative",
    "nonnegativity",
    "rearrange",
    "cross_multiply",
    "take_log",
    "exponentiate",
    "take_expectation",
    "integrate",
    "combine",
    "substitution",
)
# Where several rules act at one site of the normal form (`equality.sites`): in which order they are
# asked. A rule that is the only one at its sites stands in no line.
ASKED: Mapping[str, tuple[str, ...]] = {
    "density": (
        *("assumption", "substitution", "definition"),
        *("factorisation", "chain-rule", "bayes-rule"),
    ),
    "call": ("assumption", "substitution"),
    "symbol": ("assumption", "substitution"),
    "divergence": ("kl", "entropy"),
    "mass": ("normalisation", "marginalisation", "tower"),
    "nested": ("kl", "entropy", "tower", "swap", "exchange"),
    "factor": ("kl", "entropy", "linearity"),
    "series": ("linearity", "index"),
}
RULES: Mapping[str, Rule] = {
    rule.name: rule for rule in (import_module(f"{__name__}.{file}").RULE for file in FILES)
}
TIDYING = frozenset(name for name, rule in RULES.items() if rule.tidying)
EQUALITY_RULES = frozenset(name for name, rule in RULES.items() if rule.hooks)
# Always on, may be cited, never superfluous: not in the table.
ALGEBRA = "algebra"


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Rules in the order of the table."""
    return tuple(filter({*names}.__contains__, RULES))


def closure(names: Iterable[str], variables: bool = False) -> frozenset[str]:
    """The rules and what they imply; `variables`: entropies of random variables occur."""
    found = set(names)
    for name in tuple(found):
        found.update(RULES[name].implies, RULES[name].spells if variables else ())
    return frozenset(found)


def hooks_of(names: Iterable[str]) -> dict[str, list[tuple[str, Move]]]:
    """What rules do at each site, in the order in which they are asked."""
    found: dict[str, list[tuple[str, Move]]] = {}
    for name in in_order(names):
        for hook in RULES[name].hooks:
            found.setdefault(hook.site, []).append((name, hook.move))
    for site in found.keys() & ASKED.keys():
        found[site].sort(key=lambda asked: ASKED[site].index(asked[0]))
    return found
