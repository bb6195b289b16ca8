"""What is between the sides of statements."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.terms import Statement
from verifier.tactics.tried import tried

MOST_TERMS = 10**6  # of a difference that has no value


def nearer(nf: Normaliser, said: Statement, others: Sequence[Statement]) -> int | None:
    """Which of some statements has the shortest difference, if it is shorter than one's."""
    gaps = [tried(nf.difference, other) for other in (said, *others)]
    size, *sizes = [MOST_TERMS if gap is None else len(gap.terms) for gap in gaps]
    least = min(sizes, default=size)
    return sizes.index(least) if least < size else None


def multiples(gap: Polynomial, piece: Polynomial, signed: bool = False) -> list[Fraction]:
    """The multiples of a piece that cancel one of its terms in a gap; positive unless `signed`."""
    ratios = {
        Fraction(gap.terms[m]) / Fraction(c) for m, c in piece.terms.items() if m in gap.terms
    }
    return sorted((r for r in ratios if r > 0 or signed), key=lambda r: (abs(r - 1), r))[:4]
