"""Polynomials in atoms as rational functions: sums are multiplied out, or kept as factors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import floor

from sympy import Add, Expr, Mul, Rational, Symbol, factor_list

from verifier.kernel import polynomials
from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.equality.nodes import SumNode
from verifier.kernel.equality.store import Store
from verifier.kernel.polynomials import ONE, UNIT, Kept, Monomial, Polynomial, raised, times
from verifier.kernel.polynomials import Rational as Number

MAX_TERMS = 10_000  # a sum longer than this is out of budget, not out of memory
MAX_BITS = 20000  # nor is a coefficient
MAX_DEGREE = 64  # powers beyond this aren't looked into for factors


class RationalFunctions:
    """Arithmetic of polynomials in the atoms of a store, within a budget."""

    def __init__(self, store: Store, budget: Budget) -> None:
        self.store = store
        self.budget = budget

    def product(self, factors: Iterable[Polynomial]) -> Polynomial:
        """The product of polynomials."""
        result = ONE
        for factor in factors:
            self.budget.spend(1 + len(result.terms) * len(factor.terms) // 8)
            result = self.limited(result * factor)
        return result

    def by_atoms(
        self, polynomial: Polynomial, change: Callable[[int, Number], Polynomial]
    ) -> Polynomial:
        """A polynomial with something else for each atom to its power."""
        return Polynomial.total(
            self.product(change(atom, e) for atom, e in monomial).scaled(coefficient)
            for monomial, coefficient in polynomial.terms.items()
        )

    def limited(self, polynomial: Polynomial) -> Polynomial:
        """A polynomial that is not too long to go on with."""
        if len(polynomial.terms) > MAX_TERMS:
            raise OutOfWork
        return polynomial

    def integer_power(self, base: Polynomial, exponent: int) -> Polynomial:
        """base ^ n; a negative power of a sum is one of its factors."""
        if base.single is not None:
            return self._single_power(base, exponent)
        if not base and exponent <= 0:
            raise ZeroDivisionError
        if exponent >= 0:
            return self.product(base for _ in range(exponent))
        return self._single_power(self.factored(base), exponent)

    def _single_power(self, base: Polynomial, exponent: int) -> Polynomial:
        """A power of one term, whose coefficient must stay within bounds."""
        coefficient = Fraction(base.single[1] if base.single else 1)
        bits = max(abs(coefficient.numerator), coefficient.denominator).bit_length() - 1
        if bits * abs(exponent) > MAX_BITS:
            raise OutOfWork
        return base.power(exponent)

    def factored(self, polynomial: Polynomial) -> Polynomial:
        """The same value as one term: coefficient, atoms, irreducible sums as atoms."""
        polynomial = self.reduced(polynomial)
        if polynomial.single is not None or not polynomial:
            return polynomial
        numerator, denominator = self._over_common(polynomial)
        content, scale, rest = numerator.primitive(self.store.key)
        monomial = times(content, raised(denominator, -1))
        unit, factors = self._irreducible(rest)
        for factor, exponent in factors:
            monomial = times(monomial, ((self.store.intern(SumNode(factor)), exponent),))
        return Polynomial({monomial: scale * unit})

    def _over_common(self, polynomial: Polynomial) -> tuple[Polynomial, Monomial]:
        """(numerator without sums as atoms, their common denominator)."""
        lowest: dict[int, Number] = {}
        for monomial in polynomial.terms:
            for atom, exponent in monomial:
                if isinstance(self.store.nodes[atom], SumNode):
                    lowest[atom] = min(lowest.get(atom, 0), exponent)
        if not lowest:
            return polynomial, UNIT
        denominator = tuple(sorted((a, -e) for a, e in lowest.items() if e))
        above = raised(denominator, -1)
        cleared = Polynomial.total(
            Polynomial({polynomials.without(m, above): c}) for m, c in polynomial.terms.items()
        )
        return self._without_sums(cleared), denominator

    def _without_sums(self, polynomial: Polynomial) -> Polynomial:
        """Sums that are factors, multiplied out as often as their exponents hold 1; roots stay."""
        summands = []
        for monomial, coefficient in polynomial.terms.items():
            whole = {a: floor(e) for a, e in monomial if self._is_sum(a) and e >= 1}
            plain = tuple((a, e - whole.get(a, 0)) for a, e in monomial if e != whole.get(a))
            factors = [Polynomial({plain: coefficient})]
            for atom, times_over in whole.items():
                node = self.store.nodes[atom]
                if isinstance(node, SumNode):
                    factors += [self._without_sums(node.value)] * times_over
            summands.append(self.product(factors))
        return Polynomial.total(summands)

    def _is_sum(self, atom: int) -> bool:
        return isinstance(self.store.nodes[atom], SumNode)

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """The same value with sums in denominators cancelled, and none multiplied out left."""
        if not any(self._is_sum(atom) for atom in polynomial.atoms):
            return polynomial
        numerator, denominator = self._over_common(polynomial)
        if not numerator or not denominator:
            return numerator
        content, scale, rest = numerator.primitive(self.store.key)
        left = dict(denominator)
        remaining = ONE
        unit, factors = self._irreducible(rest)
        for factor, exponent in factors:
            atom = self.store.intern(SumNode(factor))
            cancelled = min(floor(left.get(atom, 0)), exponent)
            if cancelled:
                left[atom] -= cancelled
            remaining = self.product([remaining, *[factor] * (exponent - cancelled)])
        below = tuple((a, -e) for a, e in sorted(left.items()) if e or type(a) is Kept)
        return remaining * Polynomial({times(content, below): scale * unit})

    def _irreducible(self, primitive: Polynomial) -> tuple[Number, list[tuple[Polynomial, int]]]:
        """A number, and the irreducible primitive factors, of a primitive polynomial: (a - b)^2 is
        one, and with some orders of its terms -(a - b)^2."""
        if primitive == ONE:
            return 1, []
        if _evidently_irreducible(primitive):
            return 1, [(primitive, 1)]
        self.budget.spend(50 * len(primitive.terms))
        names = {(a, unit): Symbol(f"a{a}_{unit}") for a in primitive.atoms for unit in (0, 1)}
        expression = Add(
            *(
                Mul(Rational(c), *(names[a, 1] ** Rational(e) if e else names[a, 0] for a, e in m))
                for m, c in primitive.terms.items()
            )
        )
        unit, found = factor_list(expression)
        atoms = {symbol: key for key, symbol in names.items()}
        number, factors = Fraction(number_of(unit)), []
        for factor, n in found:
            _, scale, rest = _from_symbols(factor, atoms).primitive(self.store.key)
            number *= Fraction(scale) ** int(n)
            factors.append((rest, int(n)))
        return number, factors

    def vanishes(self, polynomial: Polynomial) -> bool:
        """Whether a polynomial is 0 as a rational function of its atoms."""
        return not self._over_common(polynomial)[0]


def number_of(value: Expr) -> Number:
    """A number of SymPy's."""
    return int(value.p) if value.q == 1 else Fraction(int(value.p), int(value.q))


def _evidently_irreducible(primitive: Polynomial) -> bool:
    """A sum that is linear in an atom of one of its terms alone, where no atom is in all of them:
    what it is linear in has no factor that the other terms have too."""
    factors = [factor for monomial in primitive.terms for factor in monomial]
    if any(Fraction(e).denominator != 1 or e > MAX_DEGREE for _, e in factors):
        return True  # no polynomial, or one that takes long: kept whole
    counts = Counter((atom, not exponent) for atom, exponent in factors)
    linear = any(e == 1 and counts[atom, False] == 1 for atom, e in factors)
    return linear and max(counts.values()) < len(primitive.terms)


def _from_symbols(expression: Expr, atoms: Mapping[Symbol, tuple[int, int]]) -> Polynomial:
    """A polynomial in symbols in their atoms: (atom, 1), or (atom, 0) of a mark."""
    symbols = sorted(expression.free_symbols, key=lambda s: atoms[s])
    if not symbols:
        return Polynomial.constant(number_of(expression))
    result = []
    for powers, c in expression.as_poly(*symbols).terms():
        monomial: Monomial = ()
        for symbol, e in zip(symbols, powers, strict=True):
            atom, unit = atoms[symbol]
            monomial = times(monomial, ((atom, e * unit),) if e else ())
        result.append(Polynomial({monomial: number_of(c)}))
    return Polynomial.total(result)
