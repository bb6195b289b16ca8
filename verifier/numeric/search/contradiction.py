"""Contradictions shown: facts and bounds that no numbers meet, whatever the tables.

Each fact is a linear inequality between products of atoms (parameters, values of functions and
densities, divergences ..), of which no more is known than their signs. That no real numbers meet
them all, nor integers for parameters that are such, is shown by eliminating one product after the
other (Fourier and Motzkin), in rational arithmetic. So nothing depends on tables or horizons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, product
from math import gcd, lcm

from sympy import Add, Basic, Expr, Integer, Mul, Pow, Symbol

from verifier.kernel.arithmetic import Quotient, collapse
from verifier.kernel.model import Comparison, Fact, Finite, Model, Positive
from verifier.kernel.terms import (
    KL,
    Abbreviation,
    Binder,
    Call,
    Density,
    Entropy,
    Exp,
    Expectation,
    Information,
    Integral,
    VariableEntropy,
)
from verifier.numeric.meaning.definedness import guards

Product = tuple[tuple[Basic, int], ...]  # atoms and their exponents, in a fixed order
Sum = dict[Product, Fraction]
ONE: Product = ()

_MOST = 400  # inequalities at a time
_SUMMANDS = 60  # of a side that is multiplied out
_BRANCHES = 4  # facts with `!=` that are looked at on both sides


def contradiction(model: Model) -> tuple[str, ...]:
    """The assumptions that contradict one another; empty where none are shown to."""
    return _Facts(model).contradiction()


@dataclass(frozen=True)
class _Inequality:
    """`total >= 0`, or `> 0` where it is strict; `of` are the assumptions that it comes from."""

    total: Mapping[Product, Fraction]
    strict: bool
    of: frozenset[str]

    @property
    def products(self) -> list[Product]:
        return [p for p in self.total if p != ONE]

    @property
    def fails(self) -> bool:
        """Whether it says of numbers alone what isn't so."""
        constant = self.total.get(ONE, Fraction(0))
        return not self.products and (constant < 0 or (self.strict and constant == 0))


class _Facts:
    """The facts of a model as inequalities."""

    def __init__(self, model: Model) -> None:
        self._model = model
        support = model.support
        self._positive = support is None
        self._listed = {c.density for c in support or () if isinstance(c, Positive)}
        finite = {c.expression for c in support or () if isinstance(c, Finite)}
        self._all_finite = support is None or None in finite
        self._finite = finite
        self._integers = {p.symbol for p in model.parameters if p.integer}

    def contradiction(self) -> tuple[str, ...]:
        said = [*self._bounds(), *self._usable_facts()]
        split = [each for each in said if each[1] == "!="][:_BRANCHES]
        whole = [each for each in said if each[1] != "!="]
        sums = [i for each in whole for i in self._inequalities(*each)]
        found: frozenset[str] = frozenset()
        either: tuple[Comparison, ...] = (">", "<")
        for sides in product(either, repeat=len(split)):
            chosen = (
                i
                for (left, _, right, text), relation in zip(split, sides, strict=True)
                for i in self._inequalities(left, relation, right, text)
            )
            failing = self._failing([*sums, *chosen])
            if failing is None:
                return ()
            found |= failing
        return tuple(dict.fromkeys(text for *_, text in said if text in found))

    # -- what is said -----------------------------------------------------------------------------

    def _bounds(self) -> Iterator[tuple[Expr, Comparison, Expr, str]]:
        for parameter in self._model.parameters:
            for left, relation, right in parameter.bounds:
                yield left, relation, right, f"{left} {relation} {right}"

    def _usable_facts(self) -> Iterator[tuple[Expr, Comparison, Expr, str]]:
        facts = [fact for fact in self._model.facts if self._says_something(fact)]
        infinite = {f: [self._infinite(side) for side in (f.left, f.right)] for f in facts}
        # `E = c` says that E is finite
        finite = {
            atom
            for fact, (left, right) in infinite.items()
            if fact.relation == "=" and len(left) + len(right) == 1
            for atom in left | right
        }
        for fact, (left, right) in infinite.items():
            if left | right <= finite:
                yield fact.left, fact.relation, fact.right, fact.text

    def _says_something(self, fact: Fact) -> bool:
        """Not one about all points that could be undefined at each of them."""
        if not fact.quantified:
            return True
        sides = fact.left, fact.right
        owed = [
            part.args[-1 if isinstance(part, Quotient) else 0]
            for side in sides
            for part in guards(side)
            if not isinstance(part, Density)
        ]
        conditional = any(d.right for side in sides for d in side.atoms(Density))
        binders = any(side.has(Binder) for side in sides)
        return all(self._sign(term) == "> 0" for term in owed) and (
            self._positive or not (conditional or (binders and not self._all_finite))
        )

    def _infinite(self, side: Expr) -> frozenset[Basic]:
        """The atoms of a side that may be infinite."""
        if self._all_finite:
            return frozenset()
        atoms = (atom for each in _sum(side) for atom, _ in each)
        closed = (a for a in atoms if a.has(Binder, VariableEntropy, Information))
        return frozenset(a for a in closed if a not in self._finite)

    def _inequalities(
        self, left: Expr, relation: Comparison, right: Expr, text: str
    ) -> Iterator[_Inequality]:
        sides = [_sum(left), _sum(right)]
        for sign, relations in ((1, (">=", ">", "=")), (-1, ("<=", "<", "="))):
            if relation in relations:
                total = _plus(_times(sides[0], sign), _times(sides[1], -sign))
                yield self._tightened(total, relation in (">", "<"), frozenset({text}))

    def _known(self, products: Iterable[Product]) -> Iterator[_Inequality]:
        """What is known of products: their signs, and that probabilities aren't above 1."""
        for each in products:
            sign = self._sign_of_product(each)
            if sign:
                yield _Inequality({each: Fraction(1)}, sign == "> 0", frozenset())
            ((atom, power), *others) = each
            if not others and power == 1 and isinstance(atom, Density) and self._counts(atom.left):
                yield _Inequality({ONE: Fraction(1), each: Fraction(-1)}, False, frozenset())

    # -- signs ------------------------------------------------------------------------------------

    def _sign(self, term: Basic) -> str:
        """`> 0`, `>= 0` or nothing, for what a sum comes to."""
        total = _sum(term)
        signs = {self._sign_of_product(p) if c > 0 else "" for p, c in total.items() if c}
        return "" if "" in signs or not signs else min(signs, key=len)

    def _sign_of_product(self, each: Product) -> str:
        signs = [self._sign_of_power(*factor) for factor in each]
        return "" if "" in signs else (">= 0" if ">= 0" in signs else "> 0")

    def _sign_of_power(self, atom: Basic, power: int) -> str:
        sign = self._sign_of_atom(atom)
        return sign if sign or power % 2 else ">= 0"

    def _sign_of_atom(self, atom: Basic) -> str:
        if isinstance(atom, Density):
            return "> 0" if self._positive or atom in self._listed else ">= 0"
        if isinstance(atom, Exp):
            return "> 0"
        if isinstance(atom, Pow):
            return "> 0" if self._sign(atom.base) == "> 0" else ""
        if isinstance(atom, Symbol):
            return self._sign_of_parameter(atom)
        if isinstance(atom, Call):
            function = self._model.function.get(atom.name)
            return function.sign if function and function.sign in ("> 0", ">= 0") else ""
        return ">= 0" if self._is_nonnegative(atom) else ""

    def _sign_of_parameter(self, symbol: Symbol) -> str:
        parameter = self._model.parameter.get(symbol.name)
        for left, relation, right in parameter.bounds if parameter else ():
            if left == symbol and right.is_nonnegative and relation in (">", ">="):
                return "> 0" if relation == ">" or right.is_positive else ">= 0"
        return ""

    def _is_nonnegative(self, atom: Basic) -> bool:
        if isinstance(atom, KL):
            _, second, bound = atom.args
            return isinstance(second, Density) and {*second.left} == {*bound}
        if isinstance(atom, (Expectation, Integral)):
            return bool(self._sign(atom.args[0]))
        if isinstance(atom, Entropy):
            return self._counts(atom.args[-1])
        if isinstance(atom, VariableEntropy):
            return self._counts(atom.args[1])
        return isinstance(atom, Information)

    def _counts(self, variables: Iterable[Basic]) -> bool:
        """Whether all of some variables are discrete."""
        return all(self._model.slot(v).label in self._model.discrete for v in variables)

    # -- elimination ------------------------------------------------------------------------------

    def _failing(self, inequalities: list[_Inequality]) -> frozenset[str] | None:
        """The assumptions by which something fails; None where nothing is found to."""
        products = dict.fromkeys(p for i in inequalities for p in i.products)
        left = [*inequalities, *self._known(products)]
        while len(left) <= _MOST:
            failing = next((i for i in left if i.fails), None)
            if failing is not None:
                return failing.of
            counts = {p: _pairs(left, p) for i in left for p in i.products}
            if not counts:
                return None
            left = self._without(left, min(counts, key=lambda p: counts[p]))
        return None

    def _without(self, inequalities: list[_Inequality], gone: Product) -> list[_Inequality]:
        """What follows of the others, one product eliminated."""
        kept = [i for i in inequalities if gone not in i.total]
        above, below = _by_sign(inequalities, gone)
        for one, two in product(above, below):
            total = _plus(_times(one.total, -two.total[gone]), _times(two.total, one.total[gone]))
            kept.append(self._tightened(total, one.strict or two.strict, one.of | two.of))
        return kept

    def _tightened(self, total: Sum, strict: bool, of: frozenset[str]) -> _Inequality:
        """Of integers, where all are such: the constant rounded down to what they can come to."""
        total = {p: c for p, c in total.items() if c}
        factors = [c for p, c in total.items() if p != ONE]
        if not factors or not {a for p in total for a, _ in p} <= self._integers:
            return _Inequality(total, strict, of)
        scale = Fraction(lcm(*(c.denominator for c in factors)), 1)
        unit = gcd(*(int(c * scale) for c in factors))
        constant = total.get(ONE, Fraction(0)) * scale / unit
        whole = constant.__ceil__() - 1 if strict else constant.__floor__()
        rounded = {p: c * scale / unit for p, c in total.items()} | {ONE: Fraction(whole)}
        return _Inequality(rounded, False, of)


def _by_sign(
    inequalities: list[_Inequality], gone: Product
) -> tuple[list[_Inequality], list[_Inequality]]:
    signed = [(i, i.total.get(gone, Fraction(0))) for i in inequalities]
    return [i for i, c in signed if c > 0], [i for i, c in signed if c < 0]


def _pairs(inequalities: list[_Inequality], gone: Product) -> int:
    above, below = _by_sign(inequalities, gone)
    return len(above) * len(below)


# -- sums of products -----------------------------------------------------------------------------


def _sum(term: Basic) -> Sum:
    """A term as a sum of products of atoms."""
    term = collapse(term)
    if term.is_Rational:
        return {ONE: Fraction(int(term.p), int(term.q))}
    if isinstance(term, Abbreviation):
        return _sum(term.body)
    if isinstance(term, Add):
        total: Sum = {}
        for part in term.args:
            total = _plus(total, _sum(part))
        return total
    if isinstance(term, Mul):
        return _multiplied(term, term.args)
    if isinstance(term, Pow) and isinstance(term.exp, Integer) and 0 < term.exp <= 8:
        return _multiplied(term, (term.base,) * int(term.exp))
    return {((term, 1),): Fraction(1)}


def _multiplied(term: Basic, factors: Iterable[Basic]) -> Sum:
    """A product multiplied out; an atom where that is too much."""
    total: Sum = {ONE: Fraction(1)}
    for factor in map(_sum, factors):
        if len(total) * len(factor) > _SUMMANDS:
            return {((term, 1),): Fraction(1)}
        new: Sum = {}
        for (one, c), (two, k) in product(total.items(), factor.items()):
            new = _plus(new, {_joined(one, two): c * k})
        total = new
    return total


def _joined(one: Product, two: Product) -> Product:
    powers: dict[Basic, int] = {}
    for atom, power in chain(one, two):
        powers[atom] = powers.get(atom, 0) + power
    return tuple(sorted(powers.items(), key=lambda item: str(item[0])))


def _plus(one: Mapping[Product, Fraction], two: Mapping[Product, Fraction]) -> Sum:
    total = dict(one)
    for each, coefficient in two.items():
        total[each] = total.get(each, Fraction(0)) + coefficient
    return total


def _times(total: Mapping[Product, Fraction], factor: Fraction | int) -> Sum:
    return {each: factor * coefficient for each, coefficient in total.items()}
