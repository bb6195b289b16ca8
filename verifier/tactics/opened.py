"""What stands for a sum, written out, so that a rule finds its terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Tuple

from verifier.kernel import terms
from verifier.kernel.arithmetic import Total, factors, minus
from verifier.kernel.binding import bind, rebuild, substitute, unbind
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inference import equal
from verifier.kernel.model import Model
from verifier.kernel.terms import Statement
from verifier.kernel.theorem import Theorem

# Binders, and the place of the part that is no law.
_BESIDE_LAWS = {terms.Integral: 0, terms.Expectation: 0, terms.KL: 1, terms.CrossEntropy: 1}


def opened(
    nf: Normaliser,
    said: Statement,
    proved: Callable[[Statement], Theorem | None],
    joined: Callable[[Theorem, Theorem], Theorem],
) -> Theorem | None:
    """A statement, by the same between sides in which densities by formula are their formulas, and
    divergences from a sum are averages of logarithms."""
    new = Statement(_opened(nf.model, said.left), said.relation, _opened(nf.model, said.right))
    first = equal(nf, said.left, new.left) if new != said else None
    last = equal(nf, new.right, said.right) if first is not None else None
    found = proved(new) if last is not None else None
    if first is None or last is None or found is None:
        return None
    return joined(joined(first, found), last)


def _opened(model: Model, term: Any) -> Any:
    if isinstance(term, terms.Binder):
        return _within(model, term)
    if isinstance(term, terms.Density):
        return _by_formula(model, term)
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
