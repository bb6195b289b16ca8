"""What stands around a part of a term, and what has to hold of the part there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sympy import Expr

from verifier.certificate import names
from verifier.certificate.scope import Scope, Thing
from verifier.certificate.tables import Tables
from verifier.kernel.binding import free_indices, free_variables
from verifier.kernel.terms import Var


@dataclass(frozen=True)
class Bound:
    """What is bound: its name, its type, and which values of it are meant if not all are."""

    name: str
    kind: str
    within: str = ""


@dataclass(frozen=True)
class Obligation:
    """That a part is positive (or not 0), at all values of the bound variables at which no weight
    is 0. `infinite`: that a divergence is finite, as otherwise its line has no value among the real
    numbers. `shown`: that it is so where the densities in it are positive."""

    bound: tuple[Bound, ...]
    weights: tuple[str, ...]
    part: str
    sign: str = "0 < {}"
    infinite: bool = False
    shown: bool = False

    @property
    def is_guard(self) -> bool:
        """Whether a line shows it of itself: of densities at a point, as for the kernel, or at one
        for each value of an index. That of anything else follows from what is declared, or the
        line has no meaning."""
        return self.shown and all(b.kind == "Z" for b in self.bound)

    @property
    def text(self) -> str:
        """It as a proposition."""
        quantified = "".join(f" ({b.name} : {b.kind})" for b in self.bound)
        head = f"forall{quantified}, " if quantified else ""
        head += "".join(f"{b.within} -> " for b in self.bound if b.within)
        return head + "".join(f"0 < {w} -> " for w in self.weights) + self.sign.format(self.part)

    @property
    def content(self) -> tuple[frozenset[Bound], frozenset[str], str]:
        """What it says, in whichever order."""
        return frozenset(self.bound), frozenset(self.weights), self.sign.format(self.part)

    @property
    def premise(self) -> str:
        """It as a premise of what follows."""
        return f"({self.text}) -> " if self.bound or self.weights else f"{self.text} -> "


@dataclass(frozen=True)
class Around(Scope):
    """What stands around a part of a term: with names, the weights, and what is said of all that is
    bound."""

    weights: tuple[Expr, ...] = ()
    ranges: Mapping[Thing, Bound] = field(default_factory=dict)  # in order

    def weighed(self, weights: Iterable[Expr]) -> Around:
        return replace(self, weights=(*self.weights, *weights))


def bound_in(tables: Tables, term: Expr, around: Around) -> set[Thing]:
    """What is bound around a term and stands in it."""
    free = {*map(tables.whole, free_variables(term)), *free_indices(term)}
    return {v for v in around.ranges if v in free}


def quantified(every: set[Thing], around: Around) -> Iterable[Bound]:
    """These, with what they depend on: where a sequence or an index is among them, all that is
    bound before."""
    if any(around.ranges[v].within for v in every):
        last = max(n for n, v in enumerate(around.ranges) if v in every)
        return [*around.ranges.values()][: last + 1]
    return [b for v, b in around.ranges.items() if v in every]


def opened(
    tables: Tables, bound: Iterable[Var], around: Around
) -> tuple[Around, list[tuple[str, str]]]:
    """What stands around the parts of a binder; its variables, and what each is summed over."""
    groups: dict[Var, list[Var]] = {}
    for variable in bound:
        groups.setdefault(tables.whole(variable), []).append(variable)
    inside, ranges, named = dict(around.named), dict(around.ranges), []
    for whole, own in groups.items():
        name = names.unlike(tables.name(whole), frozenset(inside.values()))
        alphabet = tables.alphabet(whole)
        ranges[whole] = Bound(name, alphabet)
        if tables.is_part(own[0]):
            places = tables.sequences.places(own, around)
            base = around.innermost(whole) or f"(path {alphabet})"
            alphabet = f"(seqs {alphabet} {places} {base})"
            ranges[whole] = Bound(name, tables.kind(whole), f"In {name} (enum {alphabet})")
        else:
            tables.slot(whole)
        inside[whole] = name
        named.append((name, alphabet))
    every = (*around.bound, *(v for own in groups.values() for v in own))
    return Around(inside, every, around.weights, ranges), named
