"""Places and values of sequences as Coq has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Expr

from verifier.certificate.names import UncertifiableError
from verifier.certificate.scope import Known, Scope, is_whole
from verifier.kernel.model import Family, Model
from verifier.kernel.terms import Density, Var, slot_order


@dataclass
class Places:
    """Values and places of sequences, and what densities over them are applied to."""

    tables: Known

    @property
    def model(self) -> Model:
        return self.tables.model

    # -- places and values ------------------------------------------------------------------------

    def place(self, end: Expr, scope: Scope) -> str:
        """A place as an argument."""
        text = scope.place(end, self.tables.names)
        return text if text.isalnum() or text.replace("_", "").isalnum() else f"({text})"

    def places(self, parts: Iterable[Var], scope: Scope) -> str:
        """The places of some parts of a sequence, as an argument."""
        text = ""
        for part in parts:
            low = self.place(part.low, scope)
            own = f"one {low}"
            if part.low != part.high:
                own = f"range {low} {self.place(part.high, scope)}"
            text = f"both ({text}) ({own})" if text else own
        return f"({text})" if text else "nil"

    def value(self, part: Var, scope: Scope) -> str:
        """An element or a slice as an argument."""
        path = scope.path([part], self.model)
        low = self.place(part.low, scope)
        if part.low == part.high:
            return f"({path} {low}%Z)"
        return f"(slice {path} {low} {self.place(part.high, scope)})"

    def kind(self, part: Var) -> str:
        """The type of an element or a slice."""
        alphabet = self.tables.alphabet(part)
        return alphabet if not part.ends or part.low == part.high else f"list {alphabet}"

    # -- densities --------------------------------------------------------------------------------

    def conditions(self, density: Density) -> tuple[Var, ...]:
        """What a density is conditioned on, beyond what its family is always given."""
        family = self.model.family[density.family]
        covered = self.model.order.covered
        return tuple(v for v in density.right if not covered(v.tagged(0), family.right))

    def plain(self, parts: Iterable[Var]) -> tuple[Var, ...]:
        found = (self.tables.slot(v) for v in parts if not self.tables.is_part(v))
        return tuple(sorted(found, key=slot_order))

    def wholes(self, parts: Iterable[Var]) -> list[Var]:
        """The sequences among some parts."""
        wholes = {v.root.tagged(0) for v in parts if self.tables.is_part(v)}
        return sorted(wholes, key=slot_order)

    def of(self, whole: Var, parts: Iterable[Var]) -> list[Var]:
        return [v for v in parts if v.root.name == whole.name and v.ends]

    def _over(self, family: Family, parts: Iterable[Var], scope: Scope) -> list[str]:
        """The places that parts are, for each sequence of a family."""
        parts = tuple(parts)
        return [self.places(self.of(w, parts), scope) for w in self.wholes(family.left)]

    def coordinates(self, family: Family, plain: tuple[Var, ...]) -> list[Var]:
        """What a marginal is applied to: sequences, then variables."""
        given = self.plain(family.right)
        every = self.wholes((*family.left, *family.right))
        return [*every, *sorted({*plain, *given}, key=slot_order)]

    def _at(self, whole: Var, parts: tuple[Var, ...], scope: Scope) -> str:
        """The value of a coordinate: a sequence of which a density names no part may be any."""
        if is_whole(whole):
            own = self.of(whole, parts)
            if own:
                return scope.path(own, self.model)
            return scope.named.get(whole) or f"(path {self.tables.alphabet(whole)})"
        found = [v for v in parts if not v.ends or not self.tables.is_part(v)]
        for variable in found:
            if self.tables.slot(variable) == whole:
                return scope.named[variable]
        raise UncertifiableError(f"what is given left out: {whole.label}")
