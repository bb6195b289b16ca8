"""The same statement between other terms, in which a rule finds what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sympy import Expr, Integer, Tuple

from verifier.kernel import terms
from verifier.kernel.arithmetic import (
    Power,
    Product,
    Total,
    factors,
    minus,
    power,
    powers,
    product,
    quotient,
    total,
)
from verifier.kernel.binding import bind, rebuild, substitute, unbind
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.scopes import Law
from verifier.kernel.inference import equal
from verifier.kernel.model import Model
from verifier.kernel.positivity.signs import positive
from verifier.kernel.terms import Statement
from verifier.kernel.theorem import Theorem
from verifier.tactics.evidence import bounded
from verifier.tactics.merged import diverging, merged
from verifier.tactics.tried import tried

# Binders, and the place of the part that is no law.
_BESIDE_LAWS = {terms.Integral: 0, terms.Expectation: 0, terms.KL: 1, terms.CrossEntropy: 1}
Change = Callable[[Any], Any]
Way = Callable[[Normaliser, Statement], Change]
Proved = Callable[[Statement], Theorem | None]
Joined = Callable[[Theorem, Theorem], Theorem]
_LARGE = 4  # a power that isn't written out
_ONE = Integer(1)


def opened(nf: Normaliser, said: Statement, proved: Proved, joined: Joined) -> Theorem | None:
    """A statement, as it stands or by the same between other sides: of what bounds an evidence the
    bound as Jensen gives it, before all else; in which densities by formula, and what is defined,
    are their formulas and divergences from a sum are averages of logarithms; integrals of powers
    are means of powers of ratios; joint entropies are sums; powers of probabilities are products;
    terms of a sum are a divergence beside an evidence, or one average each."""
    found = tried(_between, nf, said, bounded, proved, joined) or proved(said)
    for way in (_by_formulas, _as_means, _chained, _multiplied, diverging, merged):
        found = found or tried(_between, nf, said, way, proved, joined)
    return found


def _between(
    nf: Normaliser, said: Statement, way: Way, proved: Proved, joined: Joined
) -> Theorem | None:
    change = way(nf, said)
    new = Statement(change(said.left), said.relation, change(said.right))
    first = equal(nf, said.left, new.left) if new != said else None
    last = equal(nf, new.right, said.right) if first is not None else None
    found = proved(new) if last is not None else None
    return joined(joined(first, found), last) if first and last and found else None


# -- densities by formula, divergences from a sum -------------------------------------------------


def _by_formulas(nf: Normaliser, _: Statement) -> Change:
    return partial(_opened, nf.model)


def _opened(model: Model, term: Any) -> Any:
    if isinstance(term, terms.Binder):
        return _within(model, term)
    if isinstance(term, terms.Density):
        return _by_formula(model, term)
    if isinstance(term, terms.Abbreviation):
        return _opened(model, term.body)
    return rebuild(term, lambda part: _opened(model, part))


def _within(model: Model, term: Any) -> Any:
    """The same within a binder: its laws stay as they are."""
    place = next((n for kind, n in _BESIDE_LAWS.items() if isinstance(term, kind)), None)
    parts = [_opened(model, p) if n == place else p for n, p in enumerate(term.args)]
    found = term.func(*parts) if place is not None else term
    if not isinstance(found, terms.KL) or not parts[1].has(Total):
        return found
    bound, (first, second) = unbind(found)
    ratio = minus(terms.Log(first), terms.Log(second))
    return bind(terms.Expectation, bound, ratio, Tuple(*factors(first)), order=model.order)


def _by_formula(model: Model, density: terms.Density) -> Any:
    """A density that is declared by a formula, at all of its variables."""
    family = model.family[density.family]
    values = {model.slot(v): v for v in (*density.left, *density.right)}
    given = {model.slot(v) for v in density.right}
    if family.formula is None or values.keys() != family.slots or given != {*family.right}:
        return density
    return substitute(family.formula, values, model.order)


# -- integrals of powers --------------------------------------------------------------------------


def _as_means(nf: Normaliser, _: Statement) -> Change:
    """int p^a q^(1 - a) as the mean of (p / q)^a under q, a^w b^(1 - w) as the exponential of a
    mean, for `jensen`."""

    def change(term: Any) -> Any:
        if isinstance(term, Product | Power):
            return _geometric(nf, term) or rebuild(term, change)
        if isinstance(term, terms.Integral | terms.Expectation):
            bound, (body, *laws) = unbind(term)
            whole = product(body, *(law for group in laws for law in group))
            return next(_means(nf, bound, whole), term)
        return term if isinstance(term, terms.Binder) else rebuild(term, change)

    return change


def _means(nf: Normaliser, bound: Any, body: Expr) -> Iterator[Expr]:
    """The mean of a power under each density over what is bound, where all else in a product has
    one exponent, and both together 1."""
    found: dict[Expr, Expr] = {}
    for base, exponent in _split(body):
        found[base] = total(found.get(base, Integer(0)), exponent)
    for law, own in found.items() if len(found) > 1 else ():
        others = [base for base in found if base != law]
        exponent = nf.store.term(nf.normal(found[others[0]]))
        alike = all(nf.vanishes(nf.normal(minus(found[u], exponent))) for u in others)
        whole = nf.vanishes(nf.normal(minus(total(own, exponent), _ONE)))
        under = Law(bound, (law,))
        if alike and whole and exponent not in (0, 1) and under.is_law(nf.model.order):
            yield under.mean(nf.model.order, power(quotient(product(*others), law), exponent))


def _geometric(nf: Normaliser, term: Expr) -> Expr | None:
    """c u^a v^b with numbers a, b > 0 or parameters, a + b = 1, as c exp(a log u + b log v)."""
    found = [*_split(term)]
    numbers = [power(u, e) for u, e in found if u.is_Rational]
    roots = [(u, e) for u, e in found if not u.is_Rational]
    rest = nf.normal(minus(total(*(e for _, e in roots)), _ONE))
    if len(roots) < 2 or not nf.vanishes(rest):
        return None
    if not all(positive(nf, nf.normal(e)) for _, e in roots):
        return None
    mean = total(*(product(e, terms.Log(u)) for u, e in roots))
    return product(*numbers, terms.Exp(mean))


def _split(term: Expr) -> Iterator[tuple[Expr, Expr]]:
    """The bases of a product with their exponents, also within a power."""
    for base, exponent in powers(term):
        for inner, times in powers(base):
            yield inner, product(times, exponent)


# -- joint entropies, powers of probabilities -----------------------------------------------------


def _chained(nf: Normaliser, said: Statement) -> Change:
    """H(x, z) as H(x) + H(z | x), where H(x) stands beside it."""
    kinds = (terms.VariableEntropy, terms.Entropy)
    every = (e for side in (said.left, said.right) for e in side.atoms(*kinds))
    parts = [(e, _of(e)) for e in sorted(every, key=str)]

    def change(term: Any) -> Any:
        for part, (family, left, right) in parts if isinstance(term, kinds) else ():
            own, whole, given = _of(term)
            rest = nf.model.order.without(whole, left)
            if (own, given) == (family, right) and {*left} < {*whole} and rest:
                return total(part, _conditional(nf, term, family, rest, left, right))
        return term if isinstance(term, terms.Binder) else rebuild(term, change)

    return change


def _of(entropy: Any) -> tuple[Any, Any, Any]:
    """What an entropy is of: a family, variables, those given."""
    if isinstance(entropy, terms.VariableEntropy):
        return entropy.args
    law = unbind(entropy, tag=0)[1][0]
    return law.args if isinstance(law, terms.Density) else (law, (), ())


def _conditional(nf: Normaliser, joint: Any, family: Any, rest: Any, left: Any, right: Any) -> Expr:
    """H(rest | left, right), as a mean where a joint entropy is one of a density."""
    if isinstance(joint, terms.VariableEntropy):
        return terms.VariableEntropy(family, rest, (*left, *right))
    order, law = nf.model.order, terms.Density(family, rest, (*left, *right))
    inner = bind(terms.Entropy, tuple(rest), law, order=order)
    return Law(tuple(left), (terms.Density(family, left, right),)).mean(order, inner)


def _multiplied(nf: Normaliser, _: Statement) -> Change:
    """p(x)^2 as p(x) p(x), of which one may be at most 1."""

    def change(term: Any) -> Any:
        match term:
            case Power(args=(terms.Density() as base, Integer() as n)) if 1 < n <= _LARGE:
                return product(*[base] * int(n))
            case terms.Integral() | terms.Expectation():
                return term.func(change(term.args[0]), *term.args[1:])
        return term if isinstance(term, terms.Binder) else rebuild(term, change)

    return change if nf.model.discrete else lambda term: term
