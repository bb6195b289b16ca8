"""What a difference of joint entropies may be a sum of: H(S) + H(T) - H(S and T together) - H(what
S and T share), which is the information I(S; T | both), and H(S | T). Proposals only.

Shannon's inequalities are the sums of these (Yeung 1997, A framework for linear information
inequalities). Those that are tried speak of the sets of variables that a difference has entropies
of, and of what two of them share or are together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.arithmetic import product
from verifier.kernel.equality.nodes import BinderNode, DensityNode, parts_of
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.scopes import Law
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.terms import Var, slot_order
from verifier.tactics.once import once

MOST = 15  # sets of variables that are looked at
Sets = frozenset[Var]


@once
def _sets(nf: Normaliser, gap: Polynomial) -> dict[str, tuple[Sets, ...]]:
    """Of each family the sets of variables that a difference has entropies of, with what two of
    them share or are together."""
    found = defaultdict(set)
    for atom in gap.atoms:
        density = _entropy_of(nf, atom)
        if density is not None:
            found[density.family].add(frozenset(v.tagged(0) for v in density.left))
    return {name: _closed(sets) for name, sets in found.items()}


def _entropy_of(nf: Normaliser, atom: int) -> DensityNode | None:
    """The one density p(S) of which an atom is built: int p(S) log p(S) dS."""
    node = nf.store.nodes[atom]
    if not isinstance(node, BinderNode):
        return None
    seen, frontier = {atom}, [*parts_of(node)]
    while frontier:
        new = frontier.pop().atoms - seen
        seen |= new
        frontier.extend(part for a in new for part in parts_of(nf.store.nodes[a]))
    densities = [n for a in seen if isinstance(n := nf.store.nodes[a], DensityNode)]
    only = densities[0] if len(densities) == 1 else None
    return only if only is not None and only.left and not only.right else None


def _closed(sets: set[Sets]) -> tuple[Sets, ...]:
    """Sets with what two of them share or are together, the smallest first."""
    found = {*sets}
    while len(found) <= MOST:
        more = {s for a, b in combinations(found, 2) for s in (a & b, a | b) if s} - found
        if not more:
            break
        found |= more
    return tuple(sorted(found, key=lambda s: (len(s), sorted(map(slot_order, s))))[:MOST])


def informations(nf: Normaliser, gap: Polynomial) -> Iterator[tuple[Law, Expr]]:
    """The law of S and T, and the product of p(S) and p(T | what they share)."""
    for family, sets in _sets(nf, gap).items():
        for first, second in combinations(sets, 2):
            if not (first <= second or second <= first):
                both, every = first & second, tuple(sorted(first | second, key=slot_order))
                apart = product(
                    terms.Density(family, first), terms.Density(family, second - both, both)
                )
                yield Law(every, (terms.Density(family, every),)), apart


def entropies(nf: Normaliser, gap: Polynomial, scopes: object) -> Iterator[Expr]:
    """The entropies that stand in a difference; H(S | T), for T within S; H(S)."""
    del scopes
    for atom in sorted(gap.atoms):
        term = nf.store.term(Polynomial.of(atom))
        if isinstance(term, terms.VariableEntropy | terms.Entropy | terms.CrossEntropy):
            yield term
    for family, sets in _sets(nf, gap).items():
        for some in sets:
            within = (frozenset[Var](), *(s for s in sets if s < some))
            yield from (terms.VariableEntropy(family, some - less, less) for less in within)
