"""Gibbs' inequality, for divergences, information and conditional entropies."""

from __future__ import annotations

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.arithmetic import ZERO, minus, negative, product, quotient
from verifier.kernel.binding import bind, free_variables, unbind
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import DIVERGENCES, GOAL, SMALLER, Comparison, Taken
from verifier.kernel.inequality.scopes import Gathered, Law, Scope
from verifier.kernel.moves.divergences import diverges, is_divergence, unfold_kl
from verifier.kernel.polynomials import ONE, Polynomial
from verifier.kernel.position import Position
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Statement
from verifier.kernel.theorem import Direction


def compare(
    nf: Normaliser, position: Position, direction: Direction, new: Expr
) -> Comparison | None:
    """KL >= 0, I >= 0, H(x | y, z) <= H(x | y)."""
    term = position.part
    if direction < 0 and (is_divergence(nf, term) or isinstance(term, terms.Information)):
        return Comparison(ZERO, (("divergence", term),)) if new == 0 else None
    if isinstance(term, terms.VariableEntropy) and direction > 0 and _forgets(term, new):
        return Comparison(new, (("entropy", term),))
    return None


def _forgets(entropy: terms.VariableEntropy, new: Expr) -> bool:
    """Whether a term is an entropy given less."""
    alike = isinstance(new, terms.VariableEntropy) and new.args[:2] == entropy.args[:2]
    return alike and set(new.args[2]) < set(entropy.args[2])


def nonnegative(
    nf: Normaliser, candidate: Expr | tuple[Expr, Expr] | tuple[Law, Expr] | Gathered
) -> tuple[Expr, Comparison] | None:
    """A divergence, or an average of one; H(a | b) - H(a | b, c); the divergence of a law from a
    density, as an expected log ratio where `kl` is not allowed; E[-log Y], where Y times the law
    integrates to 1."""
    order = nf.model.order
    match candidate:
        case Expr() as term if diverges(nf, nf.normal(term)):
            return term, Comparison(ZERO, (("divergence", term),))
        case terms.VariableEntropy() as entropy, Expr() as new if _forgets(entropy, new):
            return minus(new, entropy), Comparison(ZERO, (("divergence", minus(new, entropy)),))
        case Law() as law, Expr() as target:
            divergence = bind(terms.KL, law.bound, law.density, target, order=order)
            if is_divergence(nf, divergence):
                unfolded = law.mean(order, terms.Log(quotient(law.density, target)))
                value = divergence if nf.acting(unfold_kl) else unfolded
                return value, Comparison(ZERO, (("divergence", divergence),))
        case Scope() as scope, Polynomial() as gained if scope.is_law(order) and scope.positive(
            nf, gained
        ):
            law, y = scope.inner, nf.store.term(gained)
            second = product(law.density, y)
            if nf.normal(bind(terms.Integral, law.bound, second, order=order)) == ONE:
                divergence = bind(terms.KL, law.bound, law.density, second, order=order)
                value = scope.whole(order, negative(terms.Log(y)))
                return value, Comparison(ZERO, (("divergence", divergence),))
    return None


def infer(nf: Normaliser, premise: Statement, _goal: Statement, _: None) -> Taken | None:
    """From KL(q || p) <= 0 or = 0: q = p at every point."""
    for left, right in ((premise.left, premise.right), (premise.right, premise.left)):
        upper = premise.relation == "=" or (premise.relation == "<=") == (left is premise.left)
        if upper and is_divergence(nf, left) and not nf.normal(right):
            opened, (first, second) = unbind(left, tag=0)
            if free_variables(left).isdisjoint(opened):
                return Taken(Statement(first, "=", second))
    return None


RULE = Rule(
    name="gibbs",
    says="KL(q || p) >= 0; I(x; y | z) >= 0; H(x | y, z) <= H(x | y); from KL(q || p) = 0, q = p",
    conditions=(
        "p is a normalised density over the same variables as q (a joint at a fixed x is not)"
    ),
    source="Gibbs 1902; Cover & Thomas, thms 2.6.3 to 2.6.5",
    aliases=("kl-nonnegative", "information-nonnegative"),
    implies=("expectation",),
    compares=SMALLER.given_to(compare),
    nonnegative=DIVERGENCES.given_to(nonnegative),
    infer=GOAL.given_to(infer),
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
