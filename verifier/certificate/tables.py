"""The model of a certificate: alphabets, tables, and one definition for each derived density.

What a family declares are tables that may be any: its joint, or the factors of its factorisation.
A marginal is a sum of the joint, a conditional a quotient of two marginals; where what it is
conditioned on has no mass it is 0, and nothing that is said rests on it (`Obligation`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from sympy import Expr

from verifier.certificate import names
from verifier.certificate.names import Names
from verifier.certificate.names import UncertifiableError as UncertifiableError  # for all
from verifier.certificate.parts import part_for, parted, parts
from verifier.certificate.scope import Scope, copied, is_whole, name_of, sequences
from verifier.certificate.sequences import Sequences
from verifier.kernel.binding import free_variables, is_fixed
from verifier.kernel.model import Family, Model
from verifier.kernel.terms import Density, Var, slot_order, slots


@dataclass(frozen=True)
class Table:
    """A table that may be any: its name, what it is over, of which of these it is a law."""

    name: str
    over: tuple[Var, ...]
    law: tuple[Var, ...]
    text: str


@dataclass
class Tables:
    """The tables of a model, and the densities derived from them, each defined when it is first
    asked for."""

    model: Model
    horizons: frozenset[str] = frozenset()  # parameters that are ends, by name
    names: Names = field(default_factory=Names)
    primitive: dict[str, Table] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)  # by their names, in order
    derived: dict[str, tuple[Density, tuple[Var, ...]]] = field(default_factory=dict)  # the same
    alphabets: dict[str, str] = field(default_factory=dict)  # of slots, by their names
    called: dict[str, tuple[str, bool]] = field(default_factory=dict)  # variables, by their names
    formula: Callable[[Family], str] = field(init=False)  # how one is printed, set by who prints

    @cached_property
    def sequences(self) -> Sequences:
        """The families that are over sequences."""
        return Sequences(self)

    @cached_property
    def _sequences(self) -> frozenset[str]:
        return sequences(self.model)

    def is_part(self, variable: Var) -> bool:
        """Whether a variable is part of a sequence of unknown length, or of copies."""
        known = variable.name in self._sequences or copied(self.model, variable)
        return bool(variable.ends and known)

    def whole(self, variable: Var) -> Var:
        """What takes a value: a sequence as a whole, or a variable."""
        return variable.root if self.is_part(variable) else variable

    def about(self, *terms: Expr) -> tuple[Var, ...]:
        """What terms are about, in order."""
        found = {self.whole(v) for term in terms for v in free_variables(term)}
        return tuple(sorted(found, key=slot_order))

    def alphabet(self, variable: Var) -> str:
        """What a variable ranges over, that of its slot; of a sequence, what its elements do."""
        if copy := copied(self.model, variable):
            variable = copy[1]
        part = is_whole(variable) or self.is_part(variable)
        slot = variable.root.tagged(0) if part else self.slot(variable)
        label = f"an element of {name_of(slot)}" if part else slot.label
        name = self.names.of(names.ALPHABET, slot, name_of(slot) if part else label)
        self.alphabets.setdefault(name, label)
        return name

    def name(self, variable: Var) -> str:
        """What a variable, or a sequence, is called where nothing around is."""
        if not is_whole(variable):
            return names.bound(variable.label)
        copy = copied(self.model, variable)
        name = names.bound(copy[0].label if copy else name_of(variable))
        if self.called.setdefault(name, (variable.name, False)) != (variable.name, False):
            raise UncertifiableError(f"two variables called {name_of(variable)}")
        return name

    def kind(self, variable: Var) -> str:
        """The type of a variable, or of a sequence."""
        return f"{'Z -> ' if is_whole(variable) else ''}{self.alphabet(variable)}"

    def binders(self, variables: Iterable[Var]) -> str:
        """` (v_x : A_x)` of each."""
        return "".join(f" ({self.name(v)} : {self.kind(v)})" for v in variables)

    def is_sequence(self, family: Family) -> bool:
        """Whether a family is over sequences of unknown length."""
        return any(map(self.is_part, (*family.left, *family.right)))

    def applied(self, density: Expr, scope: Scope) -> str:
        """A density at the values around."""
        family = self.model.family.get(density.family) if isinstance(density, Density) else None
        if isinstance(density, Density) and family is not None and self.is_sequence(family):
            if any(copied(self.model, v) for v in (*density.left, *density.right)):
                raise UncertifiableError(f"sequences: copies in {density.family}(..)")
            return self.sequences.density(density, scope)
        name, at = self.density(density)
        return " ".join((name, *(self.value(v, scope) for v in at)))

    def value(self, variable: Var, scope: Scope) -> str:
        """A variable as an argument."""
        if self.is_part(variable):
            return self.sequences.value(variable, scope)
        if variable not in scope.named:
            raise UncertifiableError(f"the variable {variable.label}")
        return scope.named[variable]

    def slot(self, variable: Var) -> Var:
        """The slot of a variable, which is no part of a sequence of unknown length."""
        slot = self.model.slot(variable).tagged(0)
        if copied(self.model, variable) and variable.low == variable.high:
            return self.slot(slot)
        if not is_fixed(variable):
            raise UncertifiableError(f"sequences: {variable.label}")
        if slot.ends and not is_fixed(slot):  # a place of a sequence
            raise UncertifiableError(f"sequences: {slot.label}")
        own = variable.name, bool(variable.ends)
        if self.called.setdefault(names.bound(variable.label), own) != own:
            raise UncertifiableError(f"two variables called {variable.label}")
        return slot

    def density(self, density: Expr) -> tuple[str, tuple[Var, ...]]:
        """The name of a density, and the variables that it is applied to, in order."""
        if not isinstance(density, Density):
            raise UncertifiableError(f"{density}")
        left, right = tuple(density.left), tuple(density.right)
        at = {self.slot(v): v for v in (*left, *right)}
        if len(at) < len(left) + len(right):
            raise UncertifiableError(f"several values of one variable in {density.family}(..)")
        family = self.family(density.family)
        order = (*map(self.slot, left), *map(self.slot, right))
        name = self._derived(family, tuple(map(self.slot, left)), tuple(map(self.slot, right)))
        return name, tuple(at[slot] for slot in order)

    def family(self, name: str) -> Family:
        """A family, with its factors."""
        family = self.model.family.get(name)
        if family is None:
            raise UncertifiableError(f"{name}(..)")
        return parted(self.model, family)

    def condition(self, density: Density) -> Density | None:
        """The law of what a density is conditioned on, beyond what its family is always given."""
        family = self.family(density.family)
        if self.is_sequence(family):
            own = self.sequences.conditions(density)
            beside = [v for v in density.right if v not in own]
            return Density(density.family, own, beside) if own else None
        left, right = (tuple(map(self.slot, part)) for part in (density.left, density.right))
        if not {*family.right} <= {*right}:
            family = part_for(family, left, right)
        asked = [v for v in density.right if self.slot(v) in family.left]
        given = [v for v in density.right if self.slot(v) in family.right]
        return Density(density.family, slots(asked), slots(given)) if asked else None

    def application(self, name: str, order: Iterable[Var]) -> str:
        """A density at the variables of its own definition."""
        return " ".join((name, *(names.bound(v.label) for v in order)))

    def _derived(self, family: Family, left: tuple[Var, ...], right: tuple[Var, ...]) -> str:
        key = family.name, left, right
        text = "_".join((family.name, *(v.label for v in left)))
        if right:
            text += "_when_" + "_".join(v.label for v in right)
        name = self.names.of(names.DENSITY, key, text)
        if name not in self.definitions:
            self.derived[name] = Density(family.name, slots(left), slots(right)), (*left, *right)
            self.definitions[name] = self._definition(family, name, left, right)
        return name

    def _definition(
        self, family: Family, name: str, left: tuple[Var, ...], right: tuple[Var, ...]
    ) -> str:
        """The definition of a derived density: from the joint, over what it is always given."""
        family = part_for(family, left, right)
        given, asked = family.right, tuple(v for v in right if v in family.left)
        if not {*left} <= set(family.left):
            raise UncertifiableError(f"what {family.name} is given left out: {name}")
        every = tuple(sorted({*left, *asked}, key=slot_order))
        if asked:
            above = self.application(self._derived(family, every, given), (*every, *given))
            below = self.application(self._derived(family, asked, given), (*asked, *given))
            body = f"{above} / {below}"
        elif set(every) == set(family.left):
            body = _joint(self, family)
        else:
            summed = [v for v in family.left if v not in every]
            joint = tuple(sorted(family.left, key=slot_order))
            body = self.application(self._derived(family, joint, given), (*joint, *given))
            for variable in reversed(summed):
                body = (
                    f"Sum {self.alphabet(variable)} (fun {names.bound(variable.label)} => {body})"
                )
        said = names.comment(_written(family.name, left, right))
        return f"Definition {name}{self.binders((*left, *right))} : R := {body}. {said}"

    def own(self, density: Density) -> str:
        """A table that may be any, at its own variables."""
        law, given = (tuple(map(self.slot, part)) for part in (density.left, density.right))
        over = tuple(sorted({*law, *given}, key=slot_order))
        text = "_".join((density.family, *(v.label for v in law)))
        text += "_given_" + "_".join(v.label for v in given) if given else ""
        name = self.names.of(names.KERNEL, density, text)
        written = _written(density.family, law, given)
        self.primitive.setdefault(name, Table(name, over, law, written))
        return self.application(name, over)

    def declared(self) -> None:
        """Define the joint of each family, asked for or not: what it says holds."""
        for family in self.model.families:
            if self.is_sequence(family):
                self.sequences.joint(family)
                continue
            family = self.family(family.name)
            left = tuple(sorted(family.left, key=slot_order))
            self._derived(family, left, tuple(sorted(family.right, key=slot_order)))


def factored(tables: Tables, family: Family, factor: Expr) -> str:
    """A factor: a table of its own, or what another family says."""
    if not isinstance(factor, Density):
        raise UncertifiableError(f"sequences: the factors of {family.name}")
    if factor.family == family.name or factor in parts(tables.family(factor.family)):
        return tables.own(factor)
    other = tables.model.family[factor.family]
    always = {tables.slot(v) for v in factor.right} == set(other.right)
    if not always and tables.model.support is not None:
        raise UncertifiableError(f"a conditional of another family as a factor: {family.name}")
    name, at = tables.density(factor)
    return tables.application(name, at)


def _joint(tables: Tables, family: Family) -> str:
    """The joint of a family: a table of its own, the product of its factors, or what its
    formula says."""
    if family.formula is not None:
        return tables.formula(family)
    if not family.factors:
        own = Density(family.name, slots(family.left), slots(family.right))
        return tables.own(own)
    return " * ".join(factored(tables, family, part) for part in parts(family))


def _written(family: str, left: Iterable[Var], right: Iterable[Var]) -> str:
    """A density as it is written."""
    sides = (", ".join(v.label for v in side) for side in (left, right))
    return f"{family}({' | '.join(filter(None, sides))})"
