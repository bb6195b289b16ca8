"""Terms taken apart for evaluation: products into weights and the rest, information into ratios."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from sympy import Expr, Mul, Pow, Rational

from verifier.kernel.terms import Call, Density, Information, VariableEntropy


class Product(NamedTuple):
    """A product taken apart: `coefficient * weights * others / over`.

    `weights` are its densities and functions declared >= 0: where they are 0 and `over` is not,
    the product is 0, even if `others` is infinite or undefined there.
    """

    coefficient: Rational
    weights: tuple[Expr, ...]
    over: tuple[Expr, ...]
    others: tuple[Expr, ...]


def ratio_of(term: VariableEntropy | Information) -> Expr:
    """What H_p(left | right) and I_p(first; second | given) are the mean logarithm of."""
    name, first, second = term.args[:3]
    if isinstance(term, VariableEntropy):
        return 1 / Density(name, first, second)
    given = term.args[3]
    return Density(name, first, (*second, *given)) / Density(name, first, given)


@lru_cache(maxsize=65536)
def product(term: Mul, nonnegative: frozenset[str]) -> Product:
    """A product taken apart; `nonnegative` names the functions that count as weights."""
    coefficient, weights, over, others = Rational(1), [], [], []
    for factor in term.args:
        base, exponent = factor.args if isinstance(factor, Pow) else (factor, Rational(1))
        if factor.is_Rational:
            coefficient = coefficient * factor
        elif exponent.is_Rational and exponent < 0:
            over.append(Pow(base, -exponent))
        elif _is_weight(base, nonnegative) and exponent.is_Rational:
            weights.append(factor)
        else:
            others.append(factor)
    return Product(coefficient, tuple(weights), tuple(over), tuple(others))


def _is_weight(term: Expr, nonnegative: frozenset[str]) -> bool:
    return isinstance(term, Density) or (isinstance(term, Call) and term.name in nonnegative)


def surely_positive(weights: tuple[Expr, ...]) -> bool:
    """Whether weights are densities alone, which positive tables keep from being 0."""
    return not any(weight.has(Call) for weight in weights)
