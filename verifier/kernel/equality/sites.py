"""The sites of the normal form: where rules may act, and on what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVarTuple

from verifier.kernel.equality.nodes import CallNode, DensityNode, TermNode
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.terms import Binder, Index, Indexed, Variables

Parts = TypeVarTuple("Parts")


Move = Callable[..., Polynomial | None]  # of a normaliser and the parts at a site


@dataclass(frozen=True)
class Hook:
    """What a rule makes of the parts at a site, or None. Made by `Site.hook`, which sees to the
    types."""

    site: str
    move: Move


@dataclass(frozen=True)
class Site(Generic[*Parts]):
    """A site by its name, with the types of the parts that a rule is asked about there."""

    name: str

    def hook(self, move: Callable[[Any, *Parts], Polynomial | None]) -> Hook:
        """What a rule makes of the parts, with a normaliser that it is given first."""
        return Hook(self.name, move)


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
