"""The store of a derivation's atoms, which turns polynomials in them back into terms."""

from __future__ import annotations

from fractions import Fraction

from sympy import Expr, Rational, Tuple

from verifier.kernel import terms
from verifier.kernel.arithmetic import collapse, factors, power, product, quotient, total
from verifier.kernel.equality import nodes
from verifier.kernel.equality.renaming import Renaming
from verifier.kernel.polynomials import Monomial, Polynomial


class Store(Renaming):
    """Atoms, and the terms that they stand for."""

    def term(self, polynomial: Polynomial) -> Expr:
        """A term with this normal form."""
        return total(*(self._summand(m, Fraction(c)) for m, c in polynomial.terms.items()))

    def end(self, polynomial: Polynomial) -> Expr:
        """The same as the end of a slice or a range: in SymPy's own arithmetic."""
        return collapse(self.term(polynomial))

    def _summand(self, monomial: Monomial, coefficient: Fraction) -> Expr:
        above = (power(self._term(a), Rational(e)) for a, e in monomial if e >= 0)
        below = (power(self._term(a), Rational(-e)) for a, e in monomial if e < 0)
        whole = quotient(product(*above), product(*below))
        return product(Rational(coefficient), whole)

    def _term(self, atom: int) -> Expr:
        match self.nodes[atom]:
            case nodes.DensityNode(family, left, right):
                return terms.Density(family, left, right)
            case nodes.CallNode(name, arguments):
                return terms.Call(
                    name, *(a if isinstance(a, terms.Var) else self.term(a) for a in arguments)
                )
            case nodes.TermNode(term):
                return term
            case nodes.LogNode(argument):
                return terms.Log(self.term(argument))
            case nodes.ExpNode(exponent):
                return terms.Exp(self.term(exponent))
            case nodes.PowerNode(base, exponent):
                return power(self.term(base), self.term(exponent))
            case nodes.SumNode(value):
                return self.term(value)
            case nodes.BinderNode(law, body, bound):
                return self._binder_term(law, body, bound)
            case nodes.DivergenceNode(kind, parts, bound):
                return kind(*(self.term(part) for part in parts), terms.slots(bound))
            case nodes.SeriesNode(kind, body, index):
                return kind(self.term(body), index)

    def _binder_term(
        self, law: Polynomial | None, body: Polynomial, bound: terms.Variables
    ) -> Expr:
        if law is None:
            return terms.Integral(self.term(body), terms.slots(bound))
        laws = Tuple(*factors(self.term(law)))
        return terms.Expectation(self.term(body), laws, terms.slots(bound))
