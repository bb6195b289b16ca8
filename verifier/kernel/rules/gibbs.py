"""Gibbs' inequality, for divergences, information and conditional entropies.

says: KL(q || p) >= 0; I(x; y | z) >= 0; H(x | y, z) <= H(x | y); from KL(q || p) = 0, q = p
conditions: p is a normalised density over the same variables as q (a joint at a fixed x is not)
source: Gibbs 1902; Cover & Thomas, thms 2.6.3 to 2.6.5
"""

from __future__ import annotations

from sympy import Expr, Integer

from verifier.kernel import terms
from verifier.kernel.arithmetic import factors, minus, negative, product, quotient
from verifier.kernel.binding import bind, free_variables, unbind
from verifier.kernel.equality.nodes import BinderNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.bounds import Bound, Gathered, Law, Scope, Taken
from verifier.kernel.inequality.positions import Place
from verifier.kernel.polynomials import ONE, Polynomial
from verifier.kernel.positivity.signs import nonnegative as evidently
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.rules.kl import unfold
from verifier.kernel.sequences.laws import is_law
from verifier.kernel.terms import Statement
from verifier.kernel.theorem import Direction

ZERO = Integer(0)


def is_divergence(nf: Normaliser, term: Expr) -> bool:
    """Whether a KL compares two normalised densities over the same variables."""
    if not isinstance(term, terms.KL):
        return False
    bound, (first, second) = unbind(term)
    return all(is_law(nf.model.order, bound, factors(part)) for part in (first, second))


def bound(nf: Normaliser, place: Place, direction: Direction, new: Expr) -> Bound | None:
    """KL >= 0, I >= 0, H(x | y, z) <= H(x | y)."""
    term = place.part
    if direction < 0 and (is_divergence(nf, term) or isinstance(term, terms.Information)):
        return Bound(ZERO, (("divergence", term),)) if new == 0 else None
    if isinstance(term, terms.VariableEntropy) and direction > 0 and _forgets(term, new):
        return Bound(new, (("entropy", term),))
    return None


def _forgets(entropy: terms.VariableEntropy, new: Expr) -> bool:
    """Whether a term is an entropy given less."""
    if not isinstance(new, terms.VariableEntropy) or new.args[:2] != entropy.args[:2]:
        return False
    return set(new.args[2]) < set(entropy.args[2])


def nonnegative(
    nf: Normaliser, candidate: Expr | tuple[Expr, Expr] | tuple[Law, Expr] | Gathered
) -> tuple[Expr, Bound] | None:
    """A divergence, or an average of one; H(a | b) - H(a | b, c); the divergence of a law from a
    density, as an expected log ratio where `kl` is not allowed; E[-log Y], where Y times the law
    integrates to 1."""
    order = nf.model.order
    match candidate:
        case Expr() as term if _diverges(nf, nf.normal(term)):
            return term, Bound(ZERO, (("divergence", term),))
        case terms.VariableEntropy() as entropy, Expr() as new if _forgets(entropy, new):
            term = minus(new, entropy)
            return term, Bound(ZERO, (("divergence", term),))
        case Law() as law, Expr() as target:
            divergence = bind(terms.KL, law.bound, law.density, target, order=order)
            if is_divergence(nf, divergence):
                unfolded = law.mean(order, terms.Log(quotient(law.density, target)))
                value = divergence if nf.acting(unfold) else unfolded
                return value, Bound(ZERO, (("divergence", divergence),))
        case Scope() as scope, Polynomial() as gained if scope.is_law(order) and scope.positive(
            nf, gained
        ):
            law, y = scope.inner, nf.store.term(gained)
            second = product(law.density, y)
            if nf.normal(bind(terms.Integral, law.bound, second, order=order)) == ONE:
                divergence = bind(terms.KL, law.bound, law.density, second, order=order)
                value = scope.whole(order, negative(terms.Log(y)))
                return value, Bound(ZERO, (("divergence", divergence),))
    return None


def _diverges(nf: Normaliser, value: Polynomial) -> bool:
    """Whether a normal form is a divergence, an information, or an average of one, times what is
    evidently >= 0."""
    if value.single is None or value.single[1] < 0:
        return False
    found = [a for a, exponent in value.single[0] if exponent == 1 and _is_divergence(nf, a)]
    others = tuple(f for f in value.single[0] if f[0] not in found)
    return bool(found) and evidently(nf, Polynomial({others: 1}))


def _is_divergence(nf: Normaliser, atom: int) -> bool:
    node = nf.store.nodes[atom]
    if isinstance(node, BinderNode):
        law = ONE if node.law is None else node.law
        return _diverges(nf, node.body) and evidently(nf, law)
    term = nf.store.term(Polynomial.of(atom))
    return is_divergence(nf, term) or isinstance(term, terms.Information)


def infer(nf: Normaliser, premise: Statement, goal: Statement, _: None) -> Taken | None:
    """From KL(q || p) <= 0 or = 0: q = p at every point."""
    del goal
    for left, right in ((premise.left, premise.right), (premise.right, premise.left)):
        upper = premise.relation == "=" or (premise.relation == "<=") == (left is premise.left)
        if upper and is_divergence(nf, left) and not nf.normal(right):
            opened, (first, second) = unbind(left, tag=0)
            if free_variables(left).isdisjoint(opened):
                return Taken(Statement(first, "=", second))
    return None


RULE = Rule(
    name="gibbs",
    aliases=("kl-nonnegative", "information-nonnegative"),
    implies=("expectation",),
    bounds=("smaller", bound),
    nonnegative=("divergences", nonnegative),
    infer=("", infer),
    hints=Hints(topics=("averages",), shortens=True),
    passes="""
title: a divergence can be dropped
model: ["p(x, z)", q(z)]
start: log p(x) - KL(q(z) || p(z | x))
steps:
  - {le: log p(x), by: gibbs}
claim: log p(x) - KL(q(z) || p(z | x)) <= log p(x)
""",
    fails="""
title: against a joint density the divergence may be negative
model: ["p(x, z)", q(z)]
start: KL(q(z) || p(x, z))
steps:
  - {ge: "0", by: gibbs}
claim: KL(q(z) || p(x, z)) >= 0
""",
)
