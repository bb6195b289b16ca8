"""Logarithms of products, powers and exponentials, and back."""

from __future__ import annotations

from fractions import Fraction

from sympy import factorint

from verifier.kernel.equality.nodes import ExpNode, LogNode, PowerNode, SeriesNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.sites import EXP, LOG, POWER
from verifier.kernel.polynomials import ONE, Monomial, Polynomial, Rational
from verifier.kernel.positivity.signs import nonnegative, positive
from verifier.kernel.rule import Rule
from verifier.kernel.terms import IndexedProduct, IndexedSum


def split_log(nf: Normaliser, argument: Polynomial) -> Polynomial | None:
    """log of one term: a sum over its positive factors; what may be negative stays together."""
    if argument.single is None:
        return None
    monomial, coefficient = argument.single
    split = [f for f in monomial if nonnegative(nf, Polynomial.of(f[0]))]
    kept = tuple(f for f in monomial if f not in split)
    if not kept and coefficient < 0:
        return None
    parts = [_log_of_atom(nf, atom).scaled(exponent) for atom, exponent in split]
    remaining = Polynomial({kept: 1 if coefficient > 0 else -1})
    parts += _log_of_number(nf, abs(Fraction(coefficient)))
    if remaining != ONE:
        parts.append(nf.log_atom(remaining))
    result = Polynomial.total(parts)
    return None if result == nf.log_atom(argument) else result


def _log_of_atom(nf: Normaliser, atom: int) -> Polynomial:
    match nf.store.nodes[atom]:
        case ExpNode(exponent):
            return exponent
        case PowerNode(base, exponent) if nonnegative(nf, base):  # (-2)^(2n) is > 0 too
            return exponent * nf.log(base)
        case SeriesNode(kind=kind) as product if kind is IndexedProduct:
            index, body = nf.store.open_series(product)
            return nf.series(IndexedSum, index, nf.log(body))
        case _:
            return nf.log_atom(Polynomial.of(atom))


def _log_of_number(nf: Normaliser, value: Fraction) -> list[Polynomial]:
    """By prime factors, when they are quickly found; else as it stands."""
    if max(value.numerator, value.denominator) > 10**12:
        return [nf.log_atom(Polynomial.constant(value))]
    primes = factorint(value.numerator) | {p: -e for p, e in factorint(value.denominator).items()}
    return [nf.log_atom(Polynomial.constant(int(p))).scaled(int(e)) for p, e in primes.items()]


def split_exp(nf: Normaliser, exponent: Polynomial) -> Polynomial | None:
    """exp of a sum: a product; exp(n log u) = u^n."""
    result = nf.product(_exp_of_term(nf, m, c) for m, c in exponent.terms.items())
    return None if result == nf.store.atom(ExpNode(exponent)) else result


def _exp_of_term(nf: Normaliser, monomial: Monomial, coefficient: Rational) -> Polynomial:
    if len(monomial) == 1 and monomial[0][1] == 1:
        node = nf.store.nodes[monomial[0][0]]
        if isinstance(node, LogNode) and (power := _rational_power(nf, node.argument, coefficient)):
            return power
    for _, series, rest in nf.store.cofactors(Polynomial({monomial: coefficient})):
        if isinstance(series, SeriesNode) and series.kind is IndexedSum:
            index, body = nf.store.open_series(series)
            return nf.series(IndexedProduct, index, nf.exp(body * rest))
    return Polynomial.of(nf.store.intern(ExpNode(Polynomial({monomial: 1}))), coefficient)


def _rational_power(nf: Normaliser, base: Polynomial, exponent: Rational) -> Polynomial | None:
    if Fraction(exponent).denominator == 1:
        return nf.integer_power(base, int(exponent))
    single = base.single
    if single is None or single[1] != 1:
        return None
    known = all(nonnegative(nf, Polynomial.of(atom)) for atom, _ in single[0])
    return Polynomial({tuple((a, e * exponent) for a, e in single[0]): 1}) if known else None


def split_power(nf: Normaliser, base: Polynomial, exponent: Polynomial) -> Polynomial | None:
    """u^a = exp(a log u) for u > 0."""
    return nf.exp(nf.reduced(exponent * nf.log(base))) if positive(nf, base) else None


RULE = Rule(
    name="log-rules",
    says=(
        "log ab = log a + log b, log a/b = log a - log b, log(a^n) = n log a, log of an indexed "
        "product; log exp a = a, exp log u = u, exp(a + b) = exp a exp b; u^a = exp(a log u), u^a "
        "u^b = u^(a + b), (uv)^a = u^a v^a, (u^a)^b = u^(ab)"
    ),
    conditions="each factor is positive",
    source="Cover & Thomas, Elements of Information Theory, ch. 2; any calculus text",
    aliases=("log-properties",),
    tidying=True,
    hooks=(LOG.hook(split_log), EXP.hook(split_exp), POWER.hook(split_power)),
    passes="""
title: the logarithm of a quotient
model: ["p(x, z)", q(z)]
start: log(p(x, z) / q(z))
steps:
  - {eq: "log p(x, z) - log q(z)", by: log-rules}
claim: log(p(x, z) / q(z)) = log p(x, z) - log q(z)
""",
    fails="""
title: the logarithm of a sum is no sum
model: ["p(x, z)", q(z)]
start: log(p(x, z) + q(z))
steps:
  - {eq: "log p(x, z) + log q(z)", by: log-rules}
claim: log(p(x, z) + q(z)) = log p(x, z) + log q(z)
""",
)
