"""What the tangent of the logarithm may be taken at, near a difference. Proposals only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product as tuples

from verifier.kernel import terms
from verifier.kernel.equality.nodes import LogNode, TermNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.scopes import Scope
from verifier.kernel.polynomials import ONE, UNIT, ZERO, Monomial, Polynomial
from verifier.kernel.positivity.signs import nonnegative

MOST = 8  # terms of each sign that are looked at


def arguments(nf: Normaliser, gap: Polynomial, scopes: Sequence[Scope]) -> Iterator[Polynomial]:
    """The part of a difference that has no logarithms, as often as its constant or one of its
    logarithms says; a term of it by itself, and over another that is taken away; what stands under
    the logarithms that it has equally often."""
    del scopes
    plain = {m: Fraction(c) for m, c in gap.terms.items() if not _has_log(nf, m)}
    logs = [c for m, c in gap.terms.items() if len(m) == 1 and _argument(nf, m[0][0])]
    scales = dict.fromkeys(-Fraction(c) for c in (plain.pop(UNIT, 0), *logs))
    found = [Polynomial({m: c / scale for m, c in plain.items()}) for scale in scales if scale > 0]
    above = [Polynomial({m: c}) for m, c in plain.items() if c > 0][:MOST]
    below = [Polynomial({m: -c}) for m, c in plain.items() if c < 0][:MOST]
    if len(gap.terms) > len(plain):  # with logarithms in it
        found += above
        found += [u * nf.integer_power(v, -1) for u, v in tuples(above, below)]
        found += _together(nf, gap)
    yield from dict.fromkeys(filter(None, found))


def _argument(nf: Normaliser, atom: int) -> Polynomial | None:
    node = nf.store.nodes[atom]
    return node.argument if isinstance(node, LogNode) else None


def _has_log(nf: Normaliser, monomial: Monomial) -> bool:
    return any(nf.store.term(Polynomial.of(atom)).has(terms.Log) for atom, _ in monomial)


def _together(nf: Normaliser, gap: Polynomial) -> Iterator[Polynomial]:
    """u, for each w >= 0 in parameters, for which a difference has -w log u in it."""
    often: dict[int, Polynomial] = {}
    for monomial, coefficient in gap.terms.items():
        logs = [atom for atom, _ in monomial if _argument(nf, atom) is not None]
        rest = tuple(f for f in monomial if f[0] not in logs)
        if len(logs) == 1 and (logs[0], 1) in monomial and all(_is_parameter(nf, f) for f in rest):
            often[logs[0]] = often.get(logs[0], ZERO) + Polynomial({rest: coefficient})
    alike: dict[Polynomial, list[tuple[int, int]]] = {}
    for atom, weight in often.items():
        for sign in (1, -1) if weight.value is None else ():
            alike.setdefault(weight.scaled(sign), []).append((atom, sign))
    for weight, own in alike.items():
        if len(own) > 1 and nonnegative(nf, weight):
            powers = (nf.integer_power(_argument(nf, atom) or ONE, -sign) for atom, sign in own)
            yield nf.reduced(nf.product(powers))


def _is_parameter(nf: Normaliser, factor: tuple[int, object]) -> bool:
    node = nf.store.nodes[factor[0]]
    return isinstance(node, TermNode) and bool(node.term.is_Symbol)
