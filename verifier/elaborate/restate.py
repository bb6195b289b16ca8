"""Terms back to written formulas, for what a report has to say that nobody wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol

from verifier.kernel import terms
from verifier.kernel.arithmetic import collapse
from verifier.kernel.binding import free_indices, replaced, unbind
from verifier.kernel.terms import Var, slot_order
from verifier.language import written as w


def restated(term: Expr) -> w.Written:
    """A written formula with this meaning."""
    return _restated(collapse(term))


def _restated(term: Expr) -> w.Written:
    if isinstance(term, Add):
        return _sum(term)
    if isinstance(term, Mul | Rational) and not isinstance(term, Integer):
        return _fraction(term)
    if isinstance(term, Pow):
        return _power(term)
    return _HANDLERS[type(term) if not isinstance(term, Integer) else Integer](term)


def _sum(term: Expr) -> w.Written:
    parts = sorted(term.args, key=lambda t: (t.is_Rational, _negative(t), str(t)))
    signs = "".join("-" if _negative(part) else "+" for part in parts)
    return w.Sum(tuple(restated(-p if _negative(p) else p) for p in parts), signs)


def _negative(term: Expr) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _fraction(term: Expr) -> w.Written:
    if _negative(term):
        return w.Sum((restated(-term),), "-")
    above, below = [], []
    for factor in Mul.make_args(term):
        if isinstance(factor, Rational):
            above += [Integer(factor.p)] if factor.p != 1 else []
            below += [Integer(factor.q)] if factor.q != 1 else []
        elif isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp.is_negative:
            below.append(Pow(factor.base, -factor.exp))
        else:
            above.append(factor)
    numerator = _product(above)
    return w.Quotient(numerator, _product(below)) if below else numerator


def _product(factors: list[Expr]) -> w.Written:
    if not factors:
        return w.Number("1")
    ordered = sorted(factors, key=lambda f: (isinstance(f, terms.Log), not f.is_Rational, str(f)))
    if len(ordered) == 1:
        return restated(ordered[0])
    marks: list[Literal["", "*"]] = ["" for _ in ordered[1:]]
    return w.Product(tuple(restated(f) for f in ordered), tuple(marks))


def _power(term: Expr) -> w.Written:
    if term.exp == Rational(1, 2):
        return w.Root(restated(term.base))
    if term.exp.is_Rational and term.exp.is_negative:
        return _fraction(term)
    return w.Power(restated(term.base), restated(term.exp))


def _variables(group: Iterable[Any]) -> tuple[w.Variable, ...]:
    return tuple(variable_of(v) for v in sorted(group, key=slot_order))


def variable_of(variable: Var) -> w.Variable:
    """A variable as it is written."""
    if variable.ends:
        low, high = map(restated, variable.ends)
        if variable.low == variable.high:
            return w.Variable(variable.name, "element", low)
        return w.Variable(variable.name, "slice", low, high)
    base, _, subscript = variable.name.partition("_")
    if subscript:
        return w.Variable(base, "element", w.Name(subscript))
    return w.Variable(variable.name)


_INDEX_NAMES = ("tau", "s", "k", "i", "j", "n", "m")


def _index(term: terms.Index) -> w.Written:
    return w.Name(term.label)


def _series(term: terms.Indexed) -> w.Written:
    """A sum or a product, its index by a name that nothing in it has."""
    taken = {i.name for i in free_indices(term)} | {s.name for s in term.atoms(Symbol)}
    name = next(name for name in _INDEX_NAMES if name not in taken)
    index = term.index.tagged(0, name)
    body = restated(replaced(term.body, {term.index: index}))
    kind: Literal["sum", "prod"] = "sum" if isinstance(term, terms.IndexedSum) else "prod"
    if isinstance(body, w.Sum):
        body = w.Bracket(body)
    return w.Indexed(kind, name, restated(index.low), restated(index.high), body)


def _integer(term: Any) -> w.Written:
    return w.Sum((w.Number(str(-term)),), "-") if term < 0 else w.Number(str(term))


def _density(term: Any) -> w.Density:
    family, *parameters = term.family.split(";")
    return w.Density(family, _variables(term.left), _variables(term.right), tuple(parameters))


def _call(term: Any) -> w.Written:
    return w.Call(
        term.name,
        tuple(variable_of(a) if isinstance(a, Var) else restated(a) for a in term.arguments),
    )


def _opened(term: terms.Binder) -> tuple[Any, ...]:
    return tuple(unbind(term, tag=0))


def _integral(term: terms.Integral) -> w.Written:
    bound, (body,) = _opened(term)
    return w.Integral(restated(body), _variables(bound))


def _expectation(term: terms.Expectation) -> w.Written:
    _, (body, laws) = _opened(term)
    return w.Expectation(
        tuple(
            w.Law(_density(law)) if isinstance(law, terms.Density) else restated(law)
            for law in laws
        ),
        restated(body),
    )


def _divergence(term: terms.KL) -> w.Written:
    _, (first, second) = _opened(term)
    return w.Divergence(restated(first), restated(second))


def _entropy(term: terms.Entropy | terms.CrossEntropy) -> w.Written:
    _, parts = _opened(term)
    return w.Entropy(*(restated(part) for part in parts))


def _variable_entropy(term: Any) -> w.Written:
    family, left, right = term.args
    return w.VariableEntropy(_variables(left), _variables(right), str(family))


def _information(term: Any) -> w.Written:
    family, first, second, given = term.args
    return w.Information(_variables(first), _variables(second), _variables(given), str(family))


_HANDLERS: dict[type, Callable[[Any], w.Written]] = {
    Integer: _integer,
    Symbol: lambda term: w.Name(term.name),
    terms.Index: _index,
    terms.IndexedSum: _series,
    terms.IndexedProduct: _series,
    terms.Density: _density,
    terms.Call: _call,
    terms.Abbreviation: lambda term: w.Name(term.name),
    terms.Log: lambda term: w.Logarithm(restated(term.args[0])),
    terms.Exp: lambda term: w.Exponential(restated(term.args[0])),
    terms.Integral: _integral,
    terms.Expectation: _expectation,
    terms.KL: _divergence,
    terms.Entropy: _entropy,
    terms.CrossEntropy: _entropy,
    terms.VariableEntropy: _variable_entropy,
    terms.Information: _information,
}
