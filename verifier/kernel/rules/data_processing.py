"""The data-processing inequality: what is made of something tells no more than that does."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.binding import bind, unbind
from verifier.kernel.equality.nodes import DensityNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import SMALLER, Comparison
from verifier.kernel.moves.divergences import is_divergence
from verifier.kernel.moves.factors import factored
from verifier.kernel.position import Position
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.theorem import Direction

Parts = Iterable[terms.Var]


def compare(
    nf: Normaliser, position: Position, direction: Direction, new: Expr
) -> Comparison | None:
    """I(x; y | z) >= I(t; y | z) and H(y | x) <= H(y | t), where y depends on t through x only or t
    is a part of x; KL(q(x) || p(x)) >= KL(q(t) || p(t)), where q(t | x) = p(t | x)."""
    found = False
    match position.part, new:
        case terms.Information(args=(f, *old, z)), terms.Information(args=(g, *made, same)):
            found = direction < 0 and (f, z) == (g, same) and any(
                y == kept and _tells_less(nf, f.name, y, (*x, *z), (*t, *z))
                for x, y in (old, old[::-1])
                for t, kept in (made, made[::-1])
            )  # fmt: skip
        case terms.VariableEntropy(args=(f, y, x)), terms.VariableEntropy(args=(g, same, t)):
            found = direction > 0 and (f, y) == (g, same) and _tells_less(nf, f.name, y, x, t)
        case terms.KL(), terms.KL():
            found = direction < 0 and _by_one_channel(nf, position.part, new)
    return Comparison(new, (("processed", position.part),)) if found else None


def _tells_less(nf: Normaliser, family: str, y: Parts, x: Parts, t: Parts) -> bool:
    """Whether t tells no more of y than x does."""
    more = (*x, *nf.model.order.without(t, x))
    return nf.model.order.all_apart(t) and _alike(nf, (family, y, more), (family, y, x))


def _by_one_channel(nf: Normaliser, whole: Expr, new: Expr) -> bool:
    """Whether two densities over x become those over t by the same conditional."""
    (x, pair), (t, _), order = unbind(whole, 0), unbind(new, 0), nf.model.order
    if not is_divergence(nf, whole) or not all(isinstance(d, terms.Density) for d in pair):
        return False
    made, rest = (terms.Density(d.family, t, d.right) for d in pair), order.without(t, x)
    channels = ((d.family, rest, (*x, *d.right)) for d in pair)
    return new == bind(terms.KL, t, *made, order=order) and (not rest or _alike(nf, *channels))


def _alike(nf: Normaliser, *densities: tuple[str, Parts, Parts]) -> bool:
    """Whether densities are the same by what the `model` lines declare."""
    found, order = set(), nf.model.order
    for family, left, right in densities:
        every = (*left, *right)
        if not order.all_apart(every) or not order.subset(every, nf.model.family[family].slots):
            return False
        node = DensityNode(family, frozenset(left), frozenset(right))
        found.add(factored(nf, node) or nf.store.atom(node))
    return len(found) == 1


RULE = Rule(
    name="data-processing",
    says=(
        "I(x; y | z) >= I(t; y | z) and H(y | x) <= H(y | t), where y depends on t through x only "
        "or t is a part of x; KL(q(x) || p(x)) >= KL(q(t) || p(t)), where q(t | x) = p(t | x) or t "
        "is a part of x"
    ),
    conditions="`model` declares the factors that make it so",
    source="Cover & Thomas, thm 2.8.1 and sec. 4.4",
    aliases=("information-processing",),
    compares=SMALLER.given_to(compare),
    hints=Hints(cues=(terms.Closed, terms.KL), topics=("averages",)),
    passes="""
title: what is made of x tells no more of y than x does
model: ["p(x, t, y) = p(x) p(t | x) p(y | x)"]
start: I_p(x; y)
steps:
  - {ge: I_p(t; y), by: data-processing}
claim: I_p(x; y) >= I_p(t; y)
""",
    fails="""
title: what y is made of tells more of it
model: ["p(x, t, y) = p(x) p(t | x) p(y | t)"]
start: I_p(x; y)
steps:
  - {ge: I_p(t; y), by: data-processing}
claim: I_p(x; y) >= I_p(t; y)
""",
)
