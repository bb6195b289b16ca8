"""Sequences in a certificate: a value of `z_{0:t}` is a function from places, of which a density
looks at those that it is over.

A sum over z_{0:t} is over all functions that agree elsewhere with the one that stands around it, so
that a term in it may name elements that are bound and elements that aren't alike. A marginal is the
joint summed over the places that it is not over, whatever the horizon; a conditional is a quotient
of two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sympy import Expr

from verifier.certificate import names
from verifier.certificate.names import UncertifiableError
from verifier.certificate.places import Places
from verifier.certificate.scope import Scope, Thing, name_of
from verifier.kernel.arithmetic import factors
from verifier.kernel.binding import unbind_index
from verifier.kernel.model import Family
from verifier.kernel.terms import Density, Index, IndexedProduct, Var, slot_order


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
class Sequences(Places):
    """The densities of the families that are over sequences."""

    kernels: dict[str, Kernel] = field(default_factory=dict)
    _marginals: dict[tuple[str, tuple[Var, ...]], str] = field(default_factory=dict)
    _joints: set[str] = field(default_factory=set)

    def density(self, density: Density, scope: Scope) -> str:
        """A density at the values around."""
        family, asked = self.model.family[density.family], self.conditions(density)
        left, given = tuple(density.left), tuple(density.right)
        plain = self.plain((*left, *asked))
        name = self.marginal(family, plain)
        own = self._over(family, (*left, *asked), scope)
        if asked:
            name = self.conditional(family, self.plain(left), self.plain(asked))
            own = [*self._over(family, left, scope), *self._over(family, asked, scope)]
        every = (*left, *given)
        at = [self._at(whole, every, scope) for whole in self.coordinates(family, plain)]
        return " ".join((name, *own, *at))

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
        coordinates = self.coordinates(family, plain)
        kept = [(w, f"P_{name_of(w)}") for w in self.wholes(family.left)]
        joint = self.joint(family)
        every = self.coordinates(family, self.plain(family.left))
        body = " ".join((joint, *map(self.tables.name, every)))
        for variable in reversed(self.plain(family.left)):
            if variable not in plain:
                name = self.tables.name(variable)
                body = f"Sum {self.tables.alphabet(variable)} (fun {name} => {body})"
        scope = Scope(self._named(every))
        for whole, places in reversed(kept):
            all_of = self.places(self.of(whole, family.left), scope)
            name = self.tables.name(whole)
            domain = f"(seqs {self.tables.alphabet(whole)} (without {all_of} {places}) {name})"
            body = f"Sum {domain} (fun {name} => {body})"
        arguments = "".join(f" ({places} : list Z)" for _, places in kept)
        arguments += self.tables.binders(coordinates)
        shown = ", ".join((*(f"{name_of(w)} at {p}" for w, p in kept), *(v.label for v in plain)))
        given = ", ".join(v.label for v in family.right)
        text = "_".join((family.name, *(v.label for v in plain)))
        said = f"{family.name}({shown}{f' | {given}' if given else ''})"
        name = self._define((family.name, plain, "marginal", said), text, arguments, body)
        return self._marginals.setdefault((family.name, plain), name)

    def marginals(self, family: Family) -> Iterator[tuple[tuple[Var, ...], str]]:
        """The marginals that were asked for: the variables of each, and its name."""
        for (owner, plain), name in self._marginals.items():
            if owner == family.name:
                yield plain, name

    @property
    def opaque(self) -> frozenset[str]:
        """What steps see as it is: marginals and joints, of which there are lemmas."""
        return frozenset(self._marginals.values()) | self._joints

    @property
    def signs(self) -> tuple[str, ...]:
        """The lemmas that say that marginals aren't negative, or that they are positive."""
        of = self.tables.names.of
        kinds = ("sign", "positive") if self.model.support is None else ("sign",)
        return tuple(
            of(names.WORLD, (family, f"{kind}_{name}"), "")
            for kind in kinds
            for (family, _), name in self._marginals.items()
        )

    def conditional(self, family: Family, left: tuple[Var, ...], right: tuple[Var, ...]) -> str:
        """A quotient of two marginals of a family."""
        both = tuple(sorted((*left, *right), key=slot_order))
        wholes = self.wholes(family.left)
        kept = [f"{side}_{name_of(w)}" for side in "PQ" for w in wholes]
        half = len(wholes)
        above = [f"(both {p} {q})" for p, q in zip(kept[:half], kept[half:], strict=True)]
        body = " ".join(
            (
                self.marginal(family, both),
                *above,
                *map(self.tables.name, self.coordinates(family, both)),
            )
        )
        below = " ".join(
            (
                self.marginal(family, right),
                *kept[half:],
                *map(self.tables.name, self.coordinates(family, right)),
            )
        )
        arguments = "".join(f" ({places} : list Z)" for places in kept)
        arguments += self.tables.binders(self.coordinates(family, both))
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
        every = self.coordinates(family, self.plain(family.left))
        scope = Scope(self._named(every))
        own = family.factors or (Density(family.name, family.left, family.right),)
        shown = [s for f in own for s in self._factor(family, f, scope)]
        left, right = (", ".join(v.label for v in side) for side in (family.left, family.right))
        said = f"{family.name}({left}{f' | {right}' if right else ''})"
        arguments = self.tables.binders(every)
        key = family.name, "joint", said
        name = self._define(key, f"{family.name}_joint", arguments, " * ".join(shown))
        self._joints.add(name)
        return name

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


def said_of(sequences: Sequences, kernel: Kernel) -> Iterator[tuple[str, str]]:
    """What is said of a kernel, by name: the variable that it is, its sign, that it is a
    law."""
    start = ["Z"] if kernel.index is not None else []
    kinds = [*start, *map(sequences.kind, (*kernel.given, *kernel.law))]
    said = names.comment(kernel.text)
    yield "", f"Variable {kernel.name} : {' -> '.join((*kinds, 'R'))}. {said}"
    at = [f"a{n}" for n in range(len(kinds))]
    bound = [f"({a} : {kind})" for a, kind in zip(at, kinds, strict=True)]
    positive = sequences.model.support is None
    own, sign = " ".join((kernel.name, *at)), "<" if positive else "<="
    word = "positive" if positive else "nonnegative"
    yield f"{kernel.name}_{word}", f"forall {' '.join(bound)}, 0 {sign} {own}"
    count = len(bound) - len(kernel.law)
    scope = Scope({} if kernel.index is None else {kernel.index: at[0]})
    summed = [_summed(sequences, v, a, scope) for v, a in zip(kernel.law, at[count:], strict=True)]
    body = " ".join((kernel.name, *at[:count], *(value for _, value in summed)))
    for (domain, _), a in reversed([*zip(summed, at[count:], strict=True)]):
        body = f"Sum {domain} (fun {a} => {body})"
    head = f"forall {' '.join(bound[:count])}, " if count else ""
    yield f"{kernel.name}_law", f"{head}{body} = 1"


def _summed(sequences: Sequences, variable: Var, name: str, scope: Scope) -> tuple[str, str]:
    """What a variable of a law is summed over, and its value in a term of the sum."""
    alphabet = sequences.tables.alphabet(variable)
    if sequences.kind(variable) == alphabet:
        return alphabet, name
    places, whole = sequences.places([variable], scope), variable.root.tagged(0)
    value = sequences.value(variable.tagged(0), Scope({**scope.named, whole: name}))
    return f"(seqs {alphabet} {places} (path {alphabet}))", value
