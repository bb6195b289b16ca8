"""Sequences in a certificate: a value of `z_{0:t}` is a function from places, of which a density
looks at those that it is over.

A sum over z_{0:t} is over all functions that agree elsewhere with the one that stands around it, so
that a term in it may name elements that are bound and elements that aren't alike. A marginal is the
joint summed over the places that it is not over, whatever the horizon; a conditional is a quotient
of two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sympy import Expr, Symbol

from verifier.certificate import names
from verifier.certificate.names import UncertifiableError
from verifier.kernel.arithmetic import factors
from verifier.kernel.binding import is_fixed, unbind_index
from verifier.kernel.model import Family, Model
from verifier.kernel.terms import Density, Index, IndexedProduct, Var, slot_order

if TYPE_CHECKING:
    from verifier.certificate.tables import Tables

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
        unknown = [part for part in parts if part.root not in self.named]
        if unknown:
            raise UncertifiableError(f"the variable {unknown[0].label}")
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
            return self.named[part]
        if isinstance(part, Symbol):
            return names_.of(names.CONSTANT, part.name, part.name)
        if part == 1:
            return ""
        raise UncertifiableError(f"the place {part}")


@dataclass(frozen=True)
class Kernel:
    """A factor that may be any: its name, whether it is another one for each value of an index,
    what it is given and of what it is a law, both with their kinds."""

    name: str
    index: Index | None
    given: tuple[Var, ...]
    law: tuple[Var, ...]
    text: str


@dataclass
class Sequences:
    """The densities of the families that are over sequences."""

    tables: Tables
    kernels: dict[str, Kernel] = field(default_factory=dict)

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

    def density(self, density: Density, scope: Scope) -> str:
        """A density at the values around."""
        family, asked = self.model.family[density.family], self.conditions(density)
        left, given = tuple(density.left), tuple(density.right)
        plain = self._plain((*left, *asked))
        name = self.marginal(family, plain)
        own = self._over(family, (*left, *asked), scope)
        if asked:
            name = self.conditional(family, self._plain(left), self._plain(asked))
            own = [*self._over(family, left, scope), *self._over(family, asked, scope)]
        every = (*left, *given)
        at = [self._at(whole, every, scope) for whole in self._coordinates(family, plain)]
        return " ".join((name, *own, *at))

    def _plain(self, parts: Iterable[Var]) -> tuple[Var, ...]:
        found = (self.tables.slot(v) for v in parts if not self.tables.is_part(v))
        return tuple(sorted(found, key=slot_order))

    def _wholes(self, parts: Iterable[Var]) -> list[Var]:
        """The sequences among some parts."""
        wholes = {v.root.tagged(0) for v in parts if self.tables.is_part(v)}
        return sorted(wholes, key=slot_order)

    def _of(self, whole: Var, parts: Iterable[Var]) -> list[Var]:
        return [v for v in parts if v.root.name == whole.name and v.ends]

    def _over(self, family: Family, parts: Iterable[Var], scope: Scope) -> list[str]:
        """The places that parts are, for each sequence of a family."""
        parts = tuple(parts)
        return [self.places(self._of(w, parts), scope) for w in self._wholes(family.left)]

    def _coordinates(self, family: Family, plain: tuple[Var, ...]) -> list[Var]:
        """What a marginal is applied to: sequences, then variables."""
        given = self._plain(family.right)
        every = self._wholes((*family.left, *family.right))
        return [*every, *sorted({*plain, *given}, key=slot_order)]

    def _at(self, whole: Var, parts: tuple[Var, ...], scope: Scope) -> str:
        """The value of a coordinate: a sequence of which a density names no part may be any."""
        if is_whole(whole):
            own = self._of(whole, parts)
            return scope.path(own, self.model) if own else f"(path {self.tables.alphabet(whole)})"
        found = [v for v in parts if not v.ends or not self.tables.is_part(v)]
        for variable in found:
            if self.tables.slot(variable) == whole:
                return scope.named[variable]
        raise UncertifiableError(f"what is given left out: {whole.label}")

    # -- definitions ------------------------------------------------------------------------------

    def _define(self, key: tuple[object, ...], text: str, arguments: str, body: str) -> str:
        name = self.tables.names.of(names.DENSITY, key, text)
        if name not in self.tables.definitions:
            said = names.comment(" ".join(map(str, key[-1:])))
            self.tables.definitions[name] = f"Definition {name}{arguments} : R := {body}. {said}"
        return name

    def _named(self, parts: Iterable[Var]) -> dict[Thing, str]:
        return {v: self.tables.name(v) for v in parts}

    def marginal(self, family: Family, plain: tuple[Var, ...]) -> str:
        """The joint of a family, summed over all places but some, and all variables but some."""
        coordinates = self._coordinates(family, plain)
        kept = [(w, f"P_{name_of(w)}") for w in self._wholes(family.left)]
        joint = self.joint(family)
        every = self._coordinates(family, self._plain(family.left))
        body = " ".join((joint, *map(self.tables.name, every)))
        for variable in reversed(self._plain(family.left)):
            if variable not in plain:
                name = self.tables.name(variable)
                body = f"Sum {self.tables.alphabet(variable)} (fun {name} => {body})"
        scope = Scope(self._named(every))
        for whole, places in reversed(kept):
            all_of = self.places(self._of(whole, family.left), scope)
            name = self.tables.name(whole)
            domain = f"(seqs {self.tables.alphabet(whole)} (without {all_of} {places}) {name})"
            body = f"Sum {domain} (fun {name} => {body})"
        arguments = "".join(f" ({places} : list Z)" for _, places in kept)
        arguments += self.tables.binders(coordinates)
        shown = ", ".join((*(f"{name_of(w)} at {p}" for w, p in kept), *(v.label for v in plain)))
        given = ", ".join(v.label for v in family.right)
        text = "_".join((family.name, *(v.label for v in plain)))
        said = f"{family.name}({shown}{f' | {given}' if given else ''})"
        return self._define((family.name, plain, "marginal", said), text, arguments, body)

    def conditional(self, family: Family, left: tuple[Var, ...], right: tuple[Var, ...]) -> str:
        """A quotient of two marginals of a family."""
        both = tuple(sorted((*left, *right), key=slot_order))
        wholes = self._wholes(family.left)
        kept = [f"{side}_{name_of(w)}" for side in "PQ" for w in wholes]
        half = len(wholes)
        above = [f"(both {p} {q})" for p, q in zip(kept[:half], kept[half:], strict=True)]
        body = " ".join(
            (
                self.marginal(family, both),
                *above,
                *map(self.tables.name, self._coordinates(family, both)),
            )
        )
        below = " ".join(
            (
                self.marginal(family, right),
                *kept[half:],
                *map(self.tables.name, self._coordinates(family, right)),
            )
        )
        arguments = "".join(f" ({places} : list Z)" for places in kept)
        arguments += self.tables.binders(self._coordinates(family, both))
        shown = [
            ", ".join(
                (*(f"{name_of(w)} at {s}_{name_of(w)}" for w in wholes), *(v.label for v in own))
            )
            for s, own in (("P", left), ("Q", right))
        ]
        text = "_".join((family.name, *(v.label for v in left), "when", *(v.label for v in right)))
        said = f"{family.name}({shown[0]} | {shown[1]})"
        return self._define((family.name, left, right, said), text, arguments, f"{body} / {below}")

    def joint(self, family: Family) -> str:
        """The joint of a family: the product of its factors, or one that may be any."""
        if family.formula is not None:
            raise UncertifiableError(f"a density by formula: {family.name}")
        every = self._coordinates(family, self._plain(family.left))
        scope = Scope(self._named(every))
        own = family.factors or (Density(family.name, family.left, family.right),)
        shown = [s for f in own for s in self._factor(family, f, scope)]
        left, right = (", ".join(v.label for v in side) for side in (family.left, family.right))
        said = f"{family.name}({left}{f' | {right}' if right else ''})"
        arguments = self.tables.binders(every)
        return self._define(
            (family.name, "joint", said), f"{family.name}_joint", arguments, " * ".join(shown)
        )

    def _factor(self, family: Family, factor: Expr, scope: Scope) -> Iterator[str]:
        if not isinstance(factor, IndexedProduct):
            for part in factors(factor):
                yield self._density_of(family, part, None, scope)
            return
        index, body = unbind_index(factor)
        name = names.bound(index.label)
        inside = Scope({**scope.named, index: name})
        parts = [self._density_of(family, part, index, inside) for part in factors(body)]
        domain = f"(upto {self.place(index.low, scope)} {self.place(index.high, scope)})"
        yield f"Prod {domain} (fun {name} => {' * '.join(parts)})"

    def _density_of(self, family: Family, part: Expr, index: Index | None, scope: Scope) -> str:
        """A density among the factors: a kernel, or what another family says."""
        if not isinstance(part, Density):
            raise UncertifiableError(f"the factors of {family.name}")
        if part.family != family.name:
            other = self.model.family[part.family]
            always = self.model.order.subset(part.right, other.right)
            if not always and self.model.support is not None:
                raise UncertifiableError(
                    f"a conditional of another family as a factor: {family.name}"
                )
            return self.tables.applied(part, scope)
        return self.kernel(part, index, scope)

    def kernel(self, density: Density, index: Index | None, scope: Scope) -> str:
        """A factor that may be any, at the values around."""
        law, given = (tuple(sorted(p, key=slot_order)) for p in (density.left, density.right))
        text = "_".join((density.family, *(v.name for v in law)))
        text += "_given_" + "_".join(v.name for v in given) if given else ""
        name = self.tables.names.of(names.KERNEL, density, text)
        shown = ", ".join(v.label for v in law)
        shown += f" | {', '.join(v.label for v in given)}" if given else ""
        said = f"{density.family}({shown})"
        self.kernels.setdefault(name, Kernel(name, index, given, law, said))
        at = [] if index is None else [scope.named[index]]
        at += [self._value(v, scope) for v in (*given, *law)]
        return " ".join((name, *at))

    def _value(self, variable: Var, scope: Scope) -> str:
        return (
            self.value(variable, scope) if self.tables.is_part(variable) else scope.named[variable]
        )

    def declared(self, kernel: Kernel) -> Iterator[tuple[str, str]]:
        """What is said of a kernel, by name: the variable that it is, its sign, that it is a
        law."""
        start = ["Z"] if kernel.index is not None else []
        kinds = [*start, *map(self.kind, (*kernel.given, *kernel.law))]
        said = names.comment(kernel.text)
        yield "", f"Variable {kernel.name} : {' -> '.join((*kinds, 'R'))}. {said}"
        at = [f"a{n}" for n in range(len(kinds))]
        bound = [f"({a} : {kind})" for a, kind in zip(at, kinds, strict=True)]
        positive = self.model.support is None
        own, sign = " ".join((kernel.name, *at)), "<" if positive else "<="
        word = "positive" if positive else "nonnegative"
        yield f"{kernel.name}_{word}", f"forall {' '.join(bound)}, 0 {sign} {own}"
        count = len(bound) - len(kernel.law)
        scope = Scope({} if kernel.index is None else {kernel.index: at[0]})
        summed = [self._summed(v, a, scope) for v, a in zip(kernel.law, at[count:], strict=True)]
        body = " ".join((kernel.name, *at[:count], *(value for _, value in summed)))
        for (domain, _), a in reversed([*zip(summed, at[count:], strict=True)]):
            body = f"Sum {domain} (fun {a} => {body})"
        head = f"forall {' '.join(bound[:count])}, " if count else ""
        yield f"{kernel.name}_law", f"{head}{body} = 1"

    def _summed(self, variable: Var, name: str, scope: Scope) -> tuple[str, str]:
        """What a variable of a law is summed over, and its value in a term of the sum."""
        alphabet = self.tables.alphabet(variable)
        if self.kind(variable) == alphabet:
            return alphabet, name
        places, whole = self.places([variable], scope), variable.root.tagged(0)
        value = self.value(variable.tagged(0), Scope({**scope.named, whole: name}))
        return f"(seqs {alphabet} {places} (path {alphabet}))", value
