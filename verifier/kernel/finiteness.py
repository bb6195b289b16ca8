"""What is listed as finite, and what is as finite as that: up to the normal form, what may be
infinite in it is a sum of multiples of what may be so there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

from sympy import Basic, Expr

from verifier.kernel.arithmetic import term_order
from verifier.kernel.binding import as_written, free_indices, free_variables, replaced
from verifier.kernel.budget import OutOfWork
from verifier.kernel.definedness import NOTHING, Conditions, nested_summands, opened
from verifier.kernel.equality import nodes
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.model import Condition, Finite
from verifier.kernel.rules import RULES, closure, hooks_of
from verifier.kernel.sequences.ranges import Undecided
from verifier.kernel.terms import Abbreviation, Closed, Density, end_text
from verifier.kernel.theorem import Sides

Vector = Mapping[Any, Any]  # coefficients of monomials
Way = tuple[frozenset[str], bool]  # a term is written otherwise: by rules; keeping its marks


def serving(asked: str) -> frozenset[str]:
    """The rules by which a term that something is asked of may be written otherwise."""
    return closure(name for name, rule in RULES.items() if rule.serves in (asked, "both"))


# Up to these what is listed as finite, or written, is as finite as another way to write it: the
# first do most often, and are soon done.
_COMMON = {name for name, rule in RULES.items() if rule.tidying or rule.hints.common}
_UNFOLDED = (serving("finite"), serving("finite") | _COMMON)
_CANONICAL = -(10**9)


@dataclass(frozen=True, eq=False)
class Listed:
    """What `support` lists as finite; with `finite all` what the file writes, where a statement's
    `own` expressions are looked at first. `follows`: whether a condition does."""

    context: Context
    own: Conditions
    written: Conditions
    follows: Callable[[Any], bool]

    @cached_property
    def conditions(self) -> list[Finite]:
        """Those of `support`."""
        return [c for c in self.context.model.support or () if isinstance(c, Finite)]

    def by(self, condition: Any, part: Expr, term: bool) -> list[Condition] | None:
        """The conditions by which a part, or a term of one, is finite, as `condition` says; None
        where it isn't."""
        everything: list[Condition] = [c for c in self.conditions if c.expression is None]
        granted = everything and (term or condition in self.written)
        return everything if granted else self.spanning(part)

    def spanning(self, part: Expr, nested: bool = True) -> list[Condition] | None:
        """Those by which what may be infinite in a part is a sum of multiples of what is finite;
        of what is `nested` too, or only of what is no integral of another."""
        said = [(c, term) for c, term in self.said if nested or not nested_summands(term)]
        tried = (self._spanning(part, said, way) for way in product(_UNFOLDED, (False, True)))
        return next((found for found in tried if found is not None), None)

    @cached_property
    def said(self) -> list[tuple[Condition, Expr]]:
        """Each expression that is finite, and the condition that says so."""
        found: list[tuple[Condition, Expr]] = []
        for condition in self.conditions:
            if condition.expression is not None:
                found.append((condition, condition.expression))
            else:
                by_order = sorted(self.written, key=lambda w: (w not in self.own, term_order(w)))
                found += [(condition, opened(w)[1]) for w in by_order]
        return found

    def _spanning(
        self, part: Expr, said: list[tuple[Condition, Expr]], way: Way
    ) -> list[Condition] | None:
        value, owed = self._infinite(part, way)
        if value is None or not all(map(self.follows, filter(_of_term, owed))):
            return None
        if not value:
            return []
        likely = sorted(said, key=lambda item: len(_families(part) ^ _families(item[1])))
        known = ((by, *self._infinite(term, way)) for by, term in likely)
        return _spanned(value, ((by, v) for by, v, owed in known if v and self._is_all(owed)))

    def _is_all(self, owed: Conditions) -> bool:
        """Whether what is listed says something of all of its normal form: nothing is gone where a
        density that cancels in it is 0, at any value of what is free."""
        return not any(map(free_variables, owed)) and all(map(self.follows, owed))

    def _infinite(self, part: Expr, way: Way) -> tuple[Vector | None, Conditions]:
        """The terms of a normal form that may be infinite, None where that isn't known; and what
        is owed for marks that it has lost."""
        store, known = self.context.store, self.context.unfolded
        key = _canonical(part), way
        if key not in known:
            nf = Normaliser(self.context, hooks_of(way[0]))
            nf.keeping = way[1]
            try:
                value = nf.normal(key[0])
                found = {
                    m: Fraction(c)
                    for m, c in value.terms.items()
                    if any(_may_be(store, a) for a, _ in m)
                }
                lost = Sides.MARKED in nf.frame and not nf.keeping
                owed = (c for c in nf.frame if isinstance(c, Basic) and (lost or _of_term(c)))
                known[key] = found, frozenset(owed)
            except (OutOfWork, ZeroDivisionError, Undecided):
                known[key] = None, NOTHING
        return known[key]


@lru_cache(maxsize=4096)
def _families(term: Expr) -> frozenset[tuple[str, int, int]]:
    """What kinds of densities stand in a term: of terms that have the same, one is likely to be a
    multiple of the other."""
    return frozenset((d.family, len(d.left), len(d.right)) for d in term.atoms(Density))


def _canonical(term: Any) -> Any:
    """A term with its opened variables as they were written, and its opened indices by tags of
    their own, so that what was opened elsewhere is the same."""
    term = as_written(term)
    free = [index for index in free_indices(term) if index.tag < 0]
    for place, index in enumerate(sorted(free, key=lambda i: (end_text(i.low), end_text(i.high)))):
        term = replaced(term, {index: index.tagged(_CANONICAL - place)})
    return term


def _spanned(value: Vector, known: Iterable[tuple[Condition, Vector]]) -> list[Condition] | None:
    """The conditions by which a vector is a combination of others, looked at one after the other as
    far as that takes; None where it is none."""
    basis: list[tuple[Any, Vector, list[Condition]]] = []

    def reduced(vector: Vector, by: list[Condition]) -> tuple[dict[Any, Any], list[Condition]]:
        left = dict(vector)
        for pivot, other, own in basis:
            if factor := left.get(pivot, 0) / other[pivot]:
                both = {k: left.get(k, 0) - factor * other.get(k, 0) for k in {**left, **other}}
                left, by = {k: value for k, value in both.items() if value}, [*by, *own]
        return left, by

    for condition, vector in known:
        left, by = reduced(vector, [condition])
        if left:
            basis.append((next(iter(left)), left, by))
            left, by = reduced(value, [])
            if not left:
                return list(dict.fromkeys(by))
    return None


def _of_term(condition: Any) -> bool:
    """Whether a condition is that a term of a joint integral is finite."""
    return opened(condition)[0] == "term"


def _may_be(store: Any, atom: int) -> bool:
    """Whether an atom of a normal form may be infinite."""
    match store.nodes[atom]:
        case nodes.BinderNode() | nodes.DivergenceNode():
            return True
        case nodes.DensityNode():
            return False
        case nodes.TermNode(term):
            return isinstance(term, Closed | Abbreviation)
        case node:
            return any(
                _may_be(store, inner) for part in nodes.parts_of(node) for inner in part.atoms
            )
