"""Powers of what a rule makes of a factor: its number goes along."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Integer, Symbol, sympify

from verifier.kernel import terms
from verifier.kernel.arithmetic import collapse
from verifier.kernel.binding import fresh_tag
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.nodes import TermNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.model import Model, Parameter
from verifier.kernel.polynomials import Polynomial, Rational
from verifier.kernel.terms import Index

U = Symbol("u")


@pytest.mark.parametrize("coefficient", [1, 4, 2, Fraction(1, 9), -1, -3])
@pytest.mark.parametrize(
    "exponent", [1, 2, -1, -3, Fraction(1, 2), Fraction(-1, 2), Fraction(5, 3)], ids=str
)
def test_power_of_an_indexed_product_keeps_its_number(
    coefficient: Rational, exponent: Rational
) -> None:
    index = Index("i", Integer(1), Integer(5), fresh_tag())
    context = Context(Model(parameters=(Parameter(U),)))

    def product(nf: Normaliser, *_: object) -> Polynomial:
        return nf.store.atom(TermNode(U)).scaled(coefficient)

    nf = Normaliser(context, {"series": [("rule", product)]})
    factor = Polynomial.of(nf.store.intern(TermNode(index)), exponent)
    made = nf.store.term(nf.series(terms.IndexedProduct, index, factor))
    assert collapse(made) == sympify(coefficient) ** sympify(exponent) * U ** sympify(exponent)
