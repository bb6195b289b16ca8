"""Sums over an index whose terms are averages: each as one average of a logarithm, or as the
divergence from a posterior beside the evidence.

A bound on each term of a sum is found where the term is an average that it is about: of
E_q[f] - KL(q || r), as papers write the bound of a data set, no part by itself is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from sympy import Expr, Integer

from verifier.kernel import terms
from verifier.kernel.arithmetic import Total, factors, minus, negative, product, summands, total
from verifier.kernel.binding import bind, bind_index, rebuild, replaced, unbind, unbind_index
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.scopes import Law
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.terms import Index, Statement
from verifier.tactics.scopes import exponential, law_of

Form = Callable[[Normaliser, Law, Polynomial], Expr | None]


def merged(nf: Normaliser, _: Statement) -> Callable[[Any], Any]:
    """What makes one sum of those over the same range, and of each of its terms one average."""
    return _summed(lambda term: _one_average(nf, term, _expected))


def diverging(nf: Normaliser, _: Statement) -> Callable[[Any], Any]:
    """The same with log p(x) - KL(q(z) || p(z | x)) for E_q[log(p(x, z) / q(z))], of which less is
    asked where densities may be 0."""
    return _summed(lambda term: _one_average(nf, term, _evidence))


def _summed(each: Callable[[Expr], Expr]) -> Callable[[Any], Any]:
    def change(term: Any) -> Any:
        if isinstance(term, terms.Abbreviation):
            return change(term.body)
        term = total(*_together(term.args)) if isinstance(term, Total) else term
        if isinstance(term, terms.IndexedSum):
            index, body = unbind_index(term)
            return bind_index(terms.IndexedSum, index, each(change(body)))
        return term if isinstance(term, terms.Binder) else rebuild(term, change)

    return change


def _together(parts: tuple[Expr, ...]) -> Iterator[Expr]:
    """Summands, with the sums over one range, each times a number, as one."""
    found: dict[tuple[Expr, Expr], tuple[Index, list[Expr]]] = {}
    for part in parts:
        numbers, core = _number_apart(part)
        if not isinstance(core, terms.IndexedSum):
            yield part
            continue
        index, body = unbind_index(core)
        first, bodies = found.setdefault((index.low, index.high), (index, []))
        bodies.append(product(*numbers, replaced(body, {index: first})))
    for index, bodies in found.values():
        yield bind_index(terms.IndexedSum, index, total(*bodies))


def _number_apart(term: Expr) -> tuple[list[Expr], Expr]:
    """The numbers among the factors of a term, and the rest."""
    numbers = [factor for factor in factors(term) if factor.is_Rational]
    return numbers, product(*(factor for factor in factors(term) if not factor.is_Rational))


def _one_average(nf: Normaliser, term: Expr, form: Form) -> Expr:
    """A sum whose averages are under one law, as one average of a logarithm beside the rest, in a
    form for that."""
    laws: dict[Law, list[Expr]] = {}
    rest = []
    for part in summands(term):
        scale = [factor for factor in factors(part) if not isinstance(factor, terms.Binder)]
        averages = [factor for factor in factors(part) if isinstance(factor, terms.Binder)]
        read = _average(nf, averages[0]) if len(averages) == 1 else None
        if read is None:
            rest.append(part)
            continue
        law, body = read
        numbers, weight = _number_apart(product(*scale))
        if isinstance(averages[0], terms.KL) and weight != 1:  # once, and what is more than that
            rest.append(product(*numbers, minus(weight, Integer(1)), *averages))
            scale = numbers
        laws.setdefault(law, []).append(product(*scale, body))
    if len(laws) != 1:
        return term
    ((law, bodies),) = laws.items()
    inside = nf.normal(total(*bodies)).terms.items()
    argument = exponential(nf, ((Polynomial({m: 1}), Fraction(c)) for m, c in inside))
    over = dict(argument.single[0]) if argument.single else {}
    loss = any(over.get(atom, 0) > 0 for atom in nf.normal(law.density).atoms)  # E_q[log(q / p)]
    found = form(nf, law, nf.integer_power(argument, -1) if loss else argument)
    if found is None:
        return term
    return total(negative(found) if loss else found, *rest)


def _expected(nf: Normaliser, law: Law, argument: Polynomial) -> Expr:
    """E[log u]."""
    return law.mean(nf.model.order, terms.Log(nf.store.term(argument)))


def _evidence(nf: Normaliser, law: Law, argument: Polynomial) -> Expr | None:
    """The same where the law times u is a density: of other variables too that these are given."""
    order = nf.model.order
    joint = nf.store.term((nf.normal(law.density) * argument).unmarked)
    if not isinstance(joint, terms.Density) or not order.subset(law.bound, joint.left):
        return None
    seen = order.without(joint.left, law.bound)
    posterior = terms.Density(joint.family, law.bound, (*seen, *joint.right))
    divergence = bind(terms.KL, law.bound, law.density, posterior, order=order)
    evidence = terms.Log(terms.Density(joint.family, seen, joint.right))
    return minus(evidence, divergence) if seen else negative(divergence)


def _average(nf: Normaliser, term: terms.Binder) -> tuple[Law, Expr] | None:
    """The law of an average, and what it is of."""
    bound, parts = unbind(term, tag=0)  # by slot: a proposal, proved to be the same
    match term:
        case terms.Expectation():
            return Law(bound, tuple(parts[1])), parts[0]
        case terms.KL():
            body = minus(terms.Log(parts[0]), terms.Log(parts[1]))
        case terms.Entropy():
            body = negative(terms.Log(parts[0]))
        case terms.Integral():
            law = next(law_of(nf.model.order, bound, parts[0]), None)
            if law is None or not law.is_law(nf.model.order):
                return None
            rest = (f for f in factors(parts[0]) if f not in law.densities)
            return law, product(*rest)
        case _:
            return None
    return Law(bound, factors(parts[0])), body
