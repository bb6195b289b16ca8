"""What is at least 0 may be dropped or added."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Integer

from verifier.kernel.algebra import Normaliser
from verifier.kernel.arithmetic import Total, minus, product
from verifier.kernel.places import Place
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rules.bound import Bound, Law
from verifier.kernel.rules.rule import Rule
from verifier.kernel.rules.scopes import Scope
from verifier.kernel.signs import evident
from verifier.kernel.signs import nonnegative as evidently
from verifier.kernel.theorem import Direction


def bounds(
    nf: Normaliser, place: Place, direction: Direction, laws: tuple[Law, ...]
) -> Iterator[Bound]:
    """A sum without one of its terms, 0 for a term: where its sign is evident."""
    del laws
    term = place.part
    for summand in term.args if isinstance(term, Total) else ():
        if evident(nf, product(Integer(-direction), summand)):
            yield Bound(minus(term, summand), (("dropped", summand),))
    if term and evident(nf, product(Integer(-direction), term)):
        yield Bound(Integer(0), (("dropped", term),))


def closes(nf: Normaliser, difference: Polynomial) -> bool:
    """Whether a difference is evidently >= 0."""
    return evidently(nf, difference)


def nonnegative(
    nf: Normaliser, difference: Polynomial, scopes: tuple[Scope, ...]
) -> Iterator[tuple[object, Bound]]:
    """A difference that is itself evidently >= 0."""
    del scopes
    if closes(nf, difference):
        term = nf.store.term(difference)
        yield term, Bound(Integer(0), (("difference", term),))


RULE = Rule(
    name="nonnegativity",
    says="what is >= 0, assumed or evident, may be dropped or added",
    conditions="its sign is declared or evident (densities, exp, even powers, averages of such)",
    source="arithmetic",
    bounds=bounds,
    nonnegative=nonnegative,
    passes="""
title: dropping a weighted density
model: [q(z)]
parameters: [beta >= 0]
functions: ["f(z)"]
start: f(z) + beta q(z)
steps:
  - {ge: f(z), by: nonnegativity}
claim: f(z) + beta q(z) >= f(z)
""",
    fails="""
title: dropping what may be negative
model: [q(z)]
functions: ["f(z)", "g(z)"]
start: f(z) + g(z)
steps:
  - {ge: f(z), by: nonnegativity}
claim: f(z) + g(z) >= f(z)
""",
)
