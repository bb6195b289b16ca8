"""Names, values and places around a part of a term; what is a sequence and what a part of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sympy import Expr, Symbol

from verifier.certificate import names
from verifier.certificate.names import UncertifiableError
from verifier.kernel.binding import is_fixed
from verifier.kernel.model import Family, Model
from verifier.kernel.terms import Density, Index, Var

Thing = Var | Index
MARK = "[]"  # ends the name of what is a part of nothing: a sequence as a whole


def is_whole(variable: Var) -> bool:
    """Whether a variable is a sequence itself and no part of it."""
    return variable.name.endswith(MARK)


def name_of(variable: Var) -> str:
    """What a sequence is called, of it or of a part of it."""
    return variable.name.removesuffix(MARK)


def sequences(model: Model) -> frozenset[str]:
    """The variables that are sequences of unknown length in some family, by name."""
    slots = (v for family in model.families for v in (*family.left, *family.right))
    return frozenset(v.name for v in slots if not is_fixed(v))


def copied(model: Model, variable: Var) -> tuple[Var, Var] | None:
    """Of numbered copies, or some of them: how they are declared, and what they are copies of."""
    if not variable.ends and not is_whole(variable):
        return None
    return next((c for c in model.copies if c[0].ends and c[0].name == name_of(variable)), None)


def horizons(terms: Iterable[Expr]) -> frozenset[str]:
    """The parameters in ends of slices, sums and products, by name."""
    atoms = {atom for term in terms for atom in term.atoms(Var, Index)}
    ends = (end for a in atoms for end in (a.ends if isinstance(a, Var) else (a.low, a.high)))
    return frozenset(s.name for end in ends for s in end.atoms(Symbol))


@dataclass(frozen=True)
class Scope:
    """What stands around a part of a term: the names of variables and indices, those that are bound
    (opened; the outer ones first)."""

    named: Mapping[Thing, str]
    bound: tuple[Thing, ...] = ()

    def path(self, parts: list[Var], model: Model) -> str:
        """The function in which all these parts of one sequence stand: the innermost one of those
        that they are of, which agrees with the others outside of what it binds."""
        opened = [v for v in self.bound if isinstance(v, Var) and v.name == parts[0].name]
        roots = [*dict.fromkeys((parts[0].root.tagged(0), *(v.root for v in opened if v.ends)))]
        known = self.named.keys() & roots
        unknown = [part for part in parts if part.root not in known]
        if unknown:
            raise UncertifiableError(f"the variable {unknown[0].label}")
        if len({part.root for part in parts}) == 1:
            return self.named[parts[0].root]
        if not {part.root for part in parts} <= {*roots}:  # opened elsewhere
            raise UncertifiableError(f"two values of {parts[0].label} in one density")
        depth = max(roots.index(part.root) for part in parts)
        for part in parts:
            inner = roots[roots.index(part.root) + 1 : depth + 1]
            hidden = (v.tagged(0) for v in opened if v.root in inner)
            if not all(model.order.apart(part.tagged(0), v) for v in hidden):
                raise UncertifiableError(f"two values of {part.label} in one density")
        return self.named[roots[depth]]

    def innermost(self, whole: Var) -> str | None:
        """The function that a sequence is at this point; None where there is none yet."""
        found = [v.root for v in self.bound if isinstance(v, Var) and v.root.name == whole.name]
        return self.named.get(found[-1] if found else whole.tagged(0))

    def index(self, index: Index) -> str:
        """An index by its name."""
        if index not in self.named:
            raise UncertifiableError(f"the index {index.label}")
        return self.named[index]

    def place(self, end: Expr, names_: names.Names) -> str:
        """An integer: an end of a slice, a place."""
        text = ""
        parts = sorted(
            end.as_coefficients_dict().items(), key=lambda each: (each[0] == 1, str(each[0]))
        )
        for part, coefficient in parts:
            if not coefficient.is_Integer:
                raise UncertifiableError(f"the place {end}")
            own = self._integer(part, names_)
            size = abs(int(coefficient))
            shown = str(size) if not own else own if size == 1 else f"{size} * {own}"
            sign = "-" if coefficient < 0 else "+" if text else ""
            text += f" {sign} {shown}" if text else f"{sign}{shown}"
        return text or "0"

    def _integer(self, part: Expr, names_: names.Names) -> str:
        if isinstance(part, Index):
            return self.index(part)
        if isinstance(part, Symbol):
            return names_.of(names.CONSTANT, part.name, part.name)
        if part == 1:
            return ""
        raise UncertifiableError(f"the place {part}")


class Known(Protocol):
    """What the densities of sequences are told by the tables of a file."""

    model: Model
    names: names.Names
    definitions: dict[str, str]

    def alphabet(self, variable: Var) -> str: ...
    def is_part(self, variable: Var) -> bool: ...
    def is_sequence(self, family: Family) -> bool: ...
    def slot(self, variable: Var) -> Var: ...
    def name(self, variable: Var) -> str: ...
    def binders(self, variables: Iterable[Var]) -> str: ...
    def applied(self, density: Expr, scope: Scope) -> str: ...
    def condition(self, density: Density) -> Density | None: ...
