"""The sites of the normal form: where rules may act, and on what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVarTuple

from verifier.kernel.equality.nodes import CallNode, DensityNode, TermNode
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.terms import Binder, Index, Indexed, Variables

Parts = TypeVarTuple("Parts")


@dataclass(frozen=True)
class Site(Generic[*Parts]):
    """A site by its name, with the types of the parts that a rule is asked about there."""

    name: str


DENSITY = Site[DensityNode]("density")
CALL = Site[CallNode]("call")
SYMBOL = Site[TermNode]("symbol")
VARIABLES = Site[TermNode]("variables")  # an entropy of random variables, or an information
ABBREVIATION = Site[TermNode]("abbreviation")
LOG = Site[Polynomial]("log")  # in factors
EXP = Site[Polynomial]("exp")
POWER = Site[Polynomial, Polynomial]("power")  # base and exponent, which is no integer
SERIES = Site[type[Indexed], Index, Polynomial]("series")
DIVERGENCE = Site[type[Binder], Variables, tuple[Polynomial, ...]]("divergence")
MEAN = Site[Variables, Polynomial, Polynomial]("mean")  # what is bound, the law, the body
INTEGRAND = Site[Variables, Polynomial]("integrand")
# An integral, or an expectation under a law: what is bound, the body, the law. Sums are split
# first; then variables are integrated out, what is nested becomes one, and factors come out.
Integral = Site[Variables, Polynomial, Polynomial | None]
SUM = Integral("sum")
MASS = Integral("mass")
NESTED = Integral("nested")
FACTOR = Integral("factor")
STAGES = (SUM, MASS, NESTED, FACTOR)
