"""Probabilities of discrete variables are at most 1."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.arithmetic import ZERO, factors
from verifier.kernel.binding import unbind
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import SMALLER, Comparison
from verifier.kernel.moves.factors import over_joint
from verifier.kernel.position import Position
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.sequences.laws import is_law
from verifier.kernel.theorem import Declared, Direction


def is_discrete(nf: Normaliser, variables: Iterable[terms.Var]) -> bool:
    """Whether all variables are declared `discrete`."""
    known = nf.model.discrete
    slots = [nf.model.slot(variable) for variable in variables]
    if not all(slot.label in known or (slot.ends and slot.name in known) for slot in slots):
        return False
    names = (slot.label if slot.label in known else slot.name for slot in slots)
    nf.lean(*(Declared("discrete", name) for name in names))
    return True


def compare(
    nf: Normaliser, position: Position, direction: Direction, new: Expr
) -> Comparison | None:
    """p(a | b) <= 1, H >= 0, I(a; b) <= H(a), for discrete a; with the chain rule
    p(a, b | c) = p(a | b, c) p(b | c) <= p(b | c)."""
    term = position.part
    if direction > 0 and isinstance(term, terms.Density):
        less = new == 1 or (nf.acting(over_joint) and _keeps_some(term, new))
        kept = new.left if isinstance(new, terms.Density) else ()
        if less and is_discrete(nf, [v for v in term.left if v not in kept]):
            nf.used.update([str(nf.acting(over_joint))] if kept else [])
            return Comparison(new, (("mass", term),))
    elif direction > 0 and isinstance(term, terms.Information):
        family, first, second, given = term.args
        for a in (first, second):
            if new == terms.VariableEntropy(family, a, given) and is_discrete(nf, a):
                return Comparison(new, (("information", term),))
    elif direction < 0 and new == 0 and _nonnegative_entropy(nf, term):
        return Comparison(ZERO, (("entropy", term),))
    return None


def _keeps_some(density: terms.Density, new: Expr) -> bool:
    """Whether a density is that of some of the variables of another."""
    same = isinstance(new, terms.Density) and new.args[::2] == density.args[::2]
    return same and set() < set(new.left) < set(density.left)


def _nonnegative_entropy(nf: Normaliser, term: Expr) -> bool:
    if isinstance(term, terms.VariableEntropy):
        return is_discrete(nf, term.args[1])
    if isinstance(term, terms.Entropy | terms.CrossEntropy):
        bound, parts = unbind(term)
        of_mass = is_law(nf.model.order, bound, factors(parts[-1]))
        return of_mass and is_discrete(nf, (v.tagged(0) for v in bound))
    return False


RULE = Rule(
    name="entropy-nonnegative",
    says=(
        "for discrete a: p(a) <= 1, p(a | b) <= 1; H(a), H(a | b) and cross-entropies of a are >= "
        "0; I(a; b) <= H(a)"
    ),
    conditions="a is listed under `discrete`: a density may exceed 1 and its entropy be negative",
    source="Cover & Thomas, lemma 2.1.1 and sec. 8.1",
    aliases=("mass-bound",),
    compares=SMALLER.given_to(compare),
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
