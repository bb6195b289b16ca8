"""Probabilities of discrete variables are at most 1."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.arithmetic import ZERO, factors
from verifier.kernel.binding import unbind
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import ENTROPIES, SMALLER, Comparison
from verifier.kernel.moves.factors import over_joint
from verifier.kernel.position import Position
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.sequences.laws import is_law
from verifier.kernel.theorem import Declared, Direction


def is_discrete(nf: Normaliser, variables: Iterable[terms.Var]) -> bool:
    """Whether all variables are declared `discrete`."""
    known = nf.model.discrete
    slots = map(nf.model.slot, variables)
    names = [s.name if s.ends and s.label not in known else s.label for s in slots]
    if not known.issuperset(names):
        return False
    nf.lean(*(Declared("discrete", name) for name in names))
    return True


def compare(
    nf: Normaliser, position: Position, direction: Direction, new: Expr
) -> Comparison | None:
    """p(a | b) <= 1, H >= 0, I(a; b) <= H(a), for discrete a; with the chain rule
    p(a, b | c) = p(a | b, c) p(b | c) <= p(b | c)."""
    term = position.part
    if direction > 0 and isinstance(term, terms.Density):
        given = isinstance(new, terms.Density) and new.args[::2] == term.args[::2]
        kept, rule = {*new.left} if given else set(), nf.acting(over_joint)
        less = new == 1 or (rule is not None and set() < kept < {*term.left})
        if less and is_discrete(nf, [v for v in term.left if v not in kept]):
            nf.used.update([rule] if rule is not None and kept else [])
            return Comparison(new, (("mass", term),))
    elif direction > 0 and isinstance(term, terms.Information):
        family, first, second, given = term.args
        for a in (first, second):
            if new == terms.VariableEntropy(family, a, given) and is_discrete(nf, a):
                return Comparison(new, (("information", term),))
    elif direction < 0 and new == 0 and (found := nonnegative(nf, term)):
        return found[1]
    return None


def nonnegative(nf: Normaliser, entropy: Expr) -> tuple[Expr, Comparison] | None:
    """H(a | b) >= 0, for discrete a, and the same of cross-entropies."""
    found = False
    if isinstance(entropy, terms.VariableEntropy):
        found = is_discrete(nf, entropy.args[1])
    elif isinstance(entropy, terms.Entropy | terms.CrossEntropy):
        bound, parts = unbind(entropy)
        of_mass = is_law(nf.model.order, bound, factors(parts[-1]))
        found = of_mass and is_discrete(nf, (v.tagged(0) for v in bound))
    return (entropy, Comparison(ZERO, (("entropy", entropy),))) if found else None


RULE = Rule(
    name="entropy-nonnegative",
    says="for discrete a: p(a | b) <= 1; H(a | b) and cross-entropies of a >= 0; I(a; b) <= H(a)",
    conditions="a is listed under `discrete`: a density may exceed 1 and its entropy be negative",
    source="Cover & Thomas, lemma 2.1.1 and sec. 8.1",
    aliases=("mass-bound",),
    compares=SMALLER.given_to(compare),
    nonnegative=ENTROPIES.given_to(nonnegative),
    hints=Hints(needs=lambda model: model.discrete),
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
