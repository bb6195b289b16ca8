"""Probabilities of discrete variables are at most 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from sympy import Expr, Integer

from verifier.kernel import terms
from verifier.kernel.algebra import Normaliser
from verifier.kernel.arithmetic import factors
from verifier.kernel.binding import unbind
from verifier.kernel.laws import is_law
from verifier.kernel.places import Place
from verifier.kernel.rules.bound import Bound, Law
from verifier.kernel.rules.rule import Rule
from verifier.kernel.terms import Var
from verifier.kernel.theorem import Declared, Direction

ZERO, ONE = Integer(0), Integer(1)


def is_discrete(nf: Normaliser, variables: Iterable[Var]) -> bool:
    """Whether all variables are declared `discrete`."""
    known = nf.model.discrete
    slots = [nf.model.slot(variable) for variable in variables]
    if not all(slot.label in known or (slot.ends and slot.name in known) for slot in slots):
        return False
    names = (slot.label if slot.label in known else slot.name for slot in slots)
    nf.lean(*(Declared("discrete", name) for name in names))
    return True


def bounds(
    nf: Normaliser, place: Place, direction: Direction, laws: tuple[Law, ...]
) -> Iterator[Bound]:
    """p(a | b) <= 1, H >= 0, I(a; b) <= H(a), for discrete a."""
    del laws
    term = place.part
    if direction > 0 and isinstance(term, terms.Density):
        yield from _masses(nf, term)
    elif direction > 0 and isinstance(term, terms.Information):
        family, first, second, given = term.args
        for a in (first, second):
            if is_discrete(nf, a):
                yield Bound(terms.VariableEntropy(family, a, given), (("information", term),))
    elif direction < 0 and _nonnegative_entropy(nf, term):
        yield Bound(ZERO, (("entropy", term),))


def _masses(nf: Normaliser, density: terms.Density) -> Iterator[Bound]:
    """p(a | c) <= 1; with the chain rule p(a, b | c) = p(a | b, c) p(b | c) <= p(b | c)."""
    masses = [v for v in density.left if is_discrete(nf, [v])]
    if len(masses) == len(density.left):
        yield Bound(ONE, (("mass", density),))
    for size in range(1, len(masses) + 1) if nf.allows("chain-rule") else ():
        for gone in combinations(masses, size):
            left = [v for v in density.left if v not in gone]
            if left:
                nf.used.add("chain-rule")
                smaller = terms.Density(density.family, left, density.right)
                yield Bound(smaller, (("mass", density),))


def _nonnegative_entropy(nf: Normaliser, term: Expr) -> bool:
    if isinstance(term, terms.VariableEntropy):
        return is_discrete(nf, term.args[1])
    if isinstance(term, terms.Entropy | terms.CrossEntropy):
        bound, parts = unbind(term)
        of_mass = is_law(bound, factors(parts[-1]))
        return of_mass and is_discrete(nf, (v.tagged(0) for v in bound))
    return False


RULE = Rule(
    name="entropy-nonnegative",
    aliases=("mass-bound",),
    says="for discrete a: p(a) <= 1, p(a | b) <= 1; H(a), H(a | b) and cross-entropies of a are "
    ">= 0; I(a; b) <= H(a)",
    conditions="a is listed under `discrete`: a density may exceed 1 and its entropy be negative",
    source="Cover & Thomas, lemma 2.1.1 and sec. 8.1",
    bounds=bounds,
    passes="""
title: the entropy of a discrete variable
model: [q(z)]
discrete: [z]
start: H(q(z))
steps:
  - {ge: "0", by: entropy-nonnegative}
claim: H(q(z)) >= 0
""",
    fails="""
title: a differential entropy may be negative
model: [q(z)]
start: H(q(z))
steps:
  - {ge: "0", by: entropy-nonnegative}
claim: H(q(z)) >= 0
""",
)
