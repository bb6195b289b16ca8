"""Arithmetic that keeps what it is made of: sums, products, quotients and powers as own terms.

SymPy would cancel `q / q` and `KL - KL` when they are made, and with them where they are defined.
Here numbers alone are folded, and the arguments of a sum or a product stand in an order of their
own: `a b` is `b a`. Inside the kernel these constructors make all arithmetic; ends of slices and
indices stay SymPy's, since nothing in them can be undefined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, reduce
from hashlib import blake2b
from operator import add, mul
from typing import Any

from sympy import Add, Basic, Expr, Integer, Mul, Pow, Rational
from sympy.core.symbol import Str, Symbol

from verifier.kernel.terms import Density, IndexedProduct, IndexedSum, One, Term, Var

ZERO, ONE, MINUS_ONE = Integer(0), Integer(1), Integer(-1)


class Total(Term):
    """The sum of its arguments. args: two summands or more."""

    def __new__(cls, *summands: Any) -> Any:
        return _ordered(cls, summands, add, ZERO)


class Product(Term):
    """The product of its arguments. args: two factors or more."""

    def __new__(cls, *factors: Any) -> Any:
        return _ordered(cls, factors, mul, ONE)


class Quotient(Term):
    """args: above, below."""

    def __new__(cls, above: Any, below: Any) -> Any:
        if isinstance(above, Rational) and isinstance(below, Rational) and below:
            return above / below
        return One.__new__(cls, above, below)


class Power(Term):
    """args: base, exponent."""

    def __new__(cls, base: Any, exponent: Any) -> Any:
        if isinstance(base, Rational) and isinstance(exponent, Integer) and (base or exponent > 0):
            return base**exponent
        return One.__new__(cls, base, exponent)


def _ordered(cls: Any, parts: Any, fold: Callable[..., Any], unit: Expr) -> Any:
    """A sum or a product: flat, its numbers folded to one, the rest in order."""
    flat = [p for part in parts for p in (part.args if isinstance(part, cls) else (part,))]
    numbers = [p for p in flat if isinstance(p, Rational)]
    rest = [p for p in flat if not isinstance(p, Rational)]
    number = reduce(fold, numbers, unit)  # by `Add` SymPy would import its tensors for it
    if not rest or (number == unit and len(rest) == 1):
        return rest[0] if rest else number
    rest.sort(key=term_order)
    return One.__new__(cls, *(() if number == unit else (number,)), *rest)


@lru_cache(maxsize=131072)
def term_order(term: Basic) -> bytes:
    """An order that doesn't depend on hashes."""
    digest = blake2b(type(term).__name__.encode(), digest_size=12)
    if isinstance(term, Str):
        digest.update(term.name.encode())
    elif not term.args:
        digest.update((term.name if isinstance(term, Symbol) else str(term)).encode())
    for part in term.args:
        digest.update(term_order(part))
    return digest.digest()


def total(*summands: Expr) -> Expr:
    """The sum."""
    return Total(*summands)


def product(*factors: Expr) -> Expr:
    """The product."""
    return Product(*factors)


def quotient(above: Expr, below: Expr) -> Expr:
    """above / below."""
    return above if below == 1 else Quotient(above, below)


def power(base: Expr, exponent: Expr) -> Expr:
    """base ^ exponent."""
    return base if exponent == 1 else Power(base, exponent)


def negative(term: Expr) -> Expr:
    """-term."""
    return product(MINUS_ONE, term)


def minus(left: Expr, right: Expr) -> Expr:
    """left - right."""
    return total(left, negative(right))


def summands(term: Expr) -> tuple[Expr, ...]:
    """What a term is the sum of; itself when it is none."""
    return tuple(term.args) if isinstance(term, Total) else (term,)


def factors(term: Expr) -> tuple[Expr, ...]:
    """What a term is the product of; itself when it is none."""
    return tuple(term.args) if isinstance(term, Product) else (term,)


def powers(term: Expr) -> Iterator[tuple[Expr, Expr]]:
    """The bases that a term is the product of, with their exponents: of what is divided by,
    below 0."""
    match term:
        case Product():
            for factor in term.args:
                yield from powers(factor)
        case Quotient():
            yield from powers(term.args[0])
            for base, exponent in powers(term.args[1]):
                yield base, product(MINUS_ONE, exponent)
        case Power():
            base, exponent = term.args
            if isinstance(exponent, Integer):
                for inner, times in powers(base):
                    yield inner, product(times, exponent)
            else:
                yield base, exponent
        case _:
            yield term, ONE


@lru_cache(maxsize=65536)
def collapse(term: Any) -> Any:
    """The same in SymPy's own arithmetic, which cancels: for ends of slices, and for people."""
    if not term.args or isinstance(term, Var):
        return term
    parts = [collapse(part) for part in term.args]
    match term:
        case Total():
            return Add(*parts)
        case Product():
            return Mul(*parts)
        case Quotient():
            return parts[0] / parts[1]
        case Power():
            return Pow(*parts)
    if all(new is old for new, old in zip(parts, term.args, strict=True)):
        return term
    return term.func(*parts)


def densities(term: Expr, sums: bool = False) -> tuple[Expr, ...]:
    """The densities that are factors of a term, or of an indexed product that is a factor; with
    `sums`, of an indexed sum too, which isn't 0 where they aren't."""
    found: list[Expr] = []
    for base, _ in powers(term):
        if isinstance(base, Density):
            found.append(base)
        elif isinstance(base, IndexedProduct) or (sums and isinstance(base, IndexedSum)):
            found += densities(base.body, sums)
    return tuple(found)
