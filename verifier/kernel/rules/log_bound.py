"""The logarithm lies below its tangent at 1."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import Expr, Integer

from verifier.kernel import terms
from verifier.kernel.algebra import Normaliser
from verifier.kernel.arithmetic import minus, total
from verifier.kernel.nodes import LogNode
from verifier.kernel.places import Place
from verifier.kernel.polynomials import ONE, UNIT, ZERO, Monomial, Polynomial
from verifier.kernel.rules.bound import Bound, Law
from verifier.kernel.rules.rule import Rule
from verifier.kernel.rules.scopes import Scope
from verifier.kernel.signs import positive
from verifier.kernel.theorem import Direction

ONE_TERM = Integer(1)


def bounds(
    nf: Normaliser, place: Place, direction: Direction, laws: tuple[Law, ...]
) -> Iterator[Bound]:
    """log u <= u - 1 from below, exp u >= 1 + u from above."""
    del nf, laws
    match place.part:
        case terms.Log() if direction > 0:
            u = place.part.args[0]
            yield Bound(minus(u, ONE_TERM), (("u", u),))
        case terms.Exp() if direction < 0:
            u = place.part.args[0]
            yield Bound(total(ONE_TERM, u), (("u", u),))


def nonnegative(
    nf: Normaliser, difference: Polynomial, scopes: tuple[Scope, ...]
) -> Iterator[tuple[Expr, Bound]]:
    """u - 1 - log u >= 0, with u read off the part of a difference that has no logarithms, as
    often as its constant or one of its logarithms says."""
    del scopes
    plain = {m: c for m, c in difference.terms.items() if not _has_log(nf, m)}
    logs = [c for m, c in difference.terms.items() if len(m) == 1 and _has_log(nf, m)]
    for scale in dict.fromkeys(-Fraction(c) for c in (plain.pop(UNIT, 0), *logs)):
        u = Polynomial({m: c / scale for m, c in plain.items()}) if scale > 0 else ZERO
        if u and positive(nf, u):
            term = nf.store.term(u)
            yield minus(nf.store.term(u - ONE), terms.Log(term)), Bound(Integer(0), (("u", term),))


def _has_log(nf: Normaliser, monomial: Monomial) -> bool:
    return any(isinstance(nf.store.nodes[atom], LogNode) for atom, _ in monomial)


RULE = Rule(
    name="log-bound",
    aliases=("ln-bound", "exp-bound"),
    says="log u <= u - 1 for u > 0; exp(u) >= 1 + u",
    conditions="u > 0 under the logarithm",
    source="concavity of log and its tangent at 1; Cover & Thomas, sec. 2.6",
    bounds=bounds,
    nonnegative=nonnegative,
    passes="""
title: the ln bound
model: ["p(x, z)", q(z)]
start: -log(p(z | x) / q(z))
steps:
  - {ge: 1 - p(z | x) / q(z), by: log-bound}
claim: -log(p(z | x) / q(z)) >= 1 - p(z | x) / q(z)
""",
    fails="""
title: the tangent lies above
model: ["p(x, z)", q(z)]
start: log(p(z | x) / q(z))
steps:
  - {ge: p(z | x) / q(z) - 1, by: log-bound}
claim: log(p(z | x) / q(z)) >= p(z | x) / q(z) - 1
""",
)
