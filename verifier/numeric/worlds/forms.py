"""What evaluation asks of terms: their factors, what weighs in a product, information as a ratio.

Arithmetic is of our own terms, or SymPy's (of parameters): both mean the same.
"""

from __future__ import annotations

from functools import lru_cache

from sympy import Add, Expr, Integer, Mul, Pow

from verifier.kernel.arithmetic import Power, Product, Quotient, Total
from verifier.kernel.terms import Abbreviation, Density, Information, VariableEntropy

SUMS, PRODUCTS, POWERS = (Add, Total), (Mul, Product), (Pow, Power)


def factors(term: Expr) -> tuple[Expr, ...]:
    """What a term is the product of; itself when it is none."""
    return tuple(term.args) if isinstance(term, PRODUCTS) else (term,)


@lru_cache(maxsize=65536)
def weights(term: Expr) -> tuple[Expr, ...]:
    """The densities about bound variables that are factors of a term: where one is 0, the point
    doesn't count, whatever else stands in the product."""
    if isinstance(term, Density):
        bound = any(variable.tag > 0 for variable in (*term.left, *term.right))
        return (term,) if bound else ()
    if isinstance(term, PRODUCTS):
        found = (density for factor in term.args for density in weights(factor))
        return tuple(dict.fromkeys(found))
    if isinstance(term, Quotient):
        return weights(term.args[0])
    if isinstance(term, POWERS):
        exponent = term.args[1]
        return weights(term.args[0]) if exponent.is_Rational and exponent > 0 else ()
    return weights(term.body) if isinstance(term, Abbreviation) else ()


@lru_cache(maxsize=4096)
def ratio_of(term: VariableEntropy | Information) -> Expr:
    """What H_p(left | right) and I_p(first; second | given) are the mean logarithm of."""
    name, first, second = term.args[:3]
    if isinstance(term, VariableEntropy):
        entropy: Expr = Quotient(Integer(1), Density(name, first, second))
        return entropy
    given = term.args[3]
    with_second = Density(name, first, (*second, *given))
    information: Expr = Quotient(with_second, Density(name, first, given))
    return information
