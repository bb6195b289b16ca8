"""What the atoms of the normal form are: nodes, made of polynomials in other atoms."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from verifier.kernel.polynomials import Polynomial
from verifier.kernel.terms import Binder, Index, Indexed, Tuple, Var, Variables, parts_in_row


@dataclass(frozen=True, slots=True)
class DensityNode:
    """p(left | right)."""

    family: str
    left: Variables
    right: Variables


@dataclass(frozen=True, slots=True)
class CallNode:
    """A free function at variables, rows of them and polynomials."""

    name: str
    arguments: tuple[Var | Tuple | Polynomial, ...]

    @property
    def variables(self) -> tuple[Var, ...]:
        """Those among the arguments."""
        others = (a for a in self.arguments if not isinstance(a, Polynomial))
        return tuple(v for a in others for v in parts_in_row(a))


@dataclass(frozen=True, slots=True)
class TermNode:
    """A term that is not looked into: a parameter, an abbreviation, an entropy of variables."""

    term: Expr


@dataclass(frozen=True, slots=True)
class LogNode:
    """The logarithm of a product of atoms."""

    argument: Polynomial


@dataclass(frozen=True, slots=True)
class ExpNode:
    """The exponential of one monomial, or of a sum that is not split."""

    exponent: Polynomial


@dataclass(frozen=True, slots=True)
class PowerNode:
    """base ^ exponent, the exponent no integer."""

    base: Polynomial
    exponent: Polynomial


@dataclass(frozen=True, slots=True)
class SumNode:
    """A sum as a factor, irreducible and primitive: in a denominator or under a logarithm."""

    value: Polynomial


@dataclass(frozen=True, slots=True)
class BinderNode:
    """An integral (law None), or an expectation under a product of densities."""

    law: Polynomial | None
    body: Polynomial
    bound: Variables


@dataclass(frozen=True, slots=True)
class SeriesNode:
    """A sum or a product, by its class in `terms`, of a body over an index."""

    kind: type[Indexed]
    body: Polynomial
    index: Index


@dataclass(frozen=True, slots=True)
class DivergenceNode:
    """KL, entropy or cross-entropy by its class in `terms`, of parts over bound variables."""

    kind: type[Binder]
    parts: tuple[Polynomial, ...]
    bound: Variables


Leaf = DensityNode | CallNode | TermNode
Node = Leaf | LogNode | ExpNode | PowerNode | SumNode | BinderNode | SeriesNode | DivergenceNode


def parts_of(node: Node) -> tuple[Polynomial, ...]:
    """The polynomials that a node is made of."""
    match node:
        case CallNode(arguments=arguments):
            return tuple(a for a in arguments if isinstance(a, Polynomial))
        case LogNode(part) | ExpNode(part) | SumNode(part) | SeriesNode(_, part):
            return (part,)
        case PowerNode(base, exponent):
            return base, exponent
        case BinderNode(law, body):
            return (body,) if law is None else (law, body)
        case DivergenceNode(parts=parts):
            return parts
        case _:
            return ()
