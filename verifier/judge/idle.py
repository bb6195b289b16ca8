"""Lines of a worksheet that do nothing: what they add to another cancels against itself."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from sympy import Expr

from verifier.kernel import terms
from verifier.kernel.arithmetic import factors, product
from verifier.kernel.binding import unbind
from verifier.kernel.budget import OutOfWork
from verifier.kernel.equality.normaliser import Context, Normaliser
from verifier.kernel.polynomials import ONE
from verifier.kernel.rules import EQUALITY_RULES, hooks_of
from verifier.kernel.sequences.ranges import Undecided


class Idle:
    """Finds what a line adds to another that cancels against itself."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.arithmetic = Normaliser(context, {})
        self.rules = Normaliser(context, hooks_of(EQUALITY_RULES))

    def adds_nothing(self, new: Expr, old: Expr) -> bool:
        """Whether a term is another with nothing taken away, and at most such summands more that
        come to 0 by themselves, or such factors that come to 1."""
        self.context.budget.refill()
        try:
            return self._adds_nothing(new, old)
        except (OutOfWork, ZeroDivisionError, Undecided):
            return False

    def _adds_nothing(self, new: Expr, old: Expr) -> bool:
        whole, part = self.arithmetic.normal(new), self.arithmetic.normal(old)
        if whole == part:
            return True
        if part and all(  # of what the sum was, each term is there, and as often
            whole.terms.get(monomial, 0) / Fraction(coefficient) >= 1
            for monomial, coefficient in part.terms.items()
        ):
            return not self.rules.normal(self.arithmetic.store.term(whole - part)).unmarked
        if old != 1 and (more := _more(factors(new), factors(old))):
            return self.rules.normal(product(*more)).unmarked == ONE
        if new.func != old.func:
            return False
        one, other = _parts(new), _parts(old)
        changed, were = _more(one, other, True), _more(other, one, True)
        return (
            len(changed) == len(were) == 1
            and all(isinstance(p, Expr) and not p.is_Atom for p in (*changed, *were))
            and self._adds_nothing(changed[0], were[0])
        )


def _parts(term: Expr) -> tuple[Any, ...]:
    """What a term is made of; of a binder, over the variables as they were written."""
    if isinstance(term, terms.Binder):
        bound, parts = unbind(term, tag=0)
        return *parts, *bound
    return tuple(term.args)


def _more(parts: Iterable[Any], known: Iterable[Any], anyhow: bool = False) -> list[Any]:
    """The parts that are more than those known; none where one of these is missing, unless
    `anyhow`."""
    more = [*parts]
    for each in known:
        if each in more:
            more.remove(each)
        elif not anyhow:
            return []
    return more
