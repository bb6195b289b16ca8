"""Formulas that nobody wrote, for reports to say: only those that are read as they are meant."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from verifier.elaborate.model import Declarations
from verifier.elaborate.record import IllFormed
from verifier.formula import written as w
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import parse_expression
from verifier.judge.delaborate import Delaborator, UnwritableError
from verifier.kernel.binding import bind_index, free_indices, unfolded
from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.sequences.ranges import Undecided
from verifier.kernel.terms import Index, IndexedSum
from verifier.typeset.printer import plain

WORK = 20_000  # for the normal form of a formula and of what it is read as
_UNSAID = (
    UnwritableError, FormulaError, IllFormed, OutOfWork, Undecided, ZeroDivisionError,
)  # fmt: skip


def formula(declared: Declarations, term: Expr, near: Iterable[w.Written] = ()) -> w.Written | None:
    """A written formula that is read as this term, its opened variables by the names that they were
    written by, or that what is bound has in formulas `near`; None where no names tell them apart.
    """
    delaborator = Delaborator(declared.model, declared.scope, tuple(near))
    for whole in dict.fromkeys((term, unfolded(term))):
        try:
            named = delaborator.named(whole)
            written = delaborator.formula(named)
            if _reads(declared, delaborator, written, named):
                return written
        except _UNSAID:
            continue
    return None


def text(declared: Declarations, term: Expr, near: Iterable[w.Written] = ()) -> str:
    """The same as text; empty where there is none."""
    written = formula(declared, term, near)
    return "" if written is None else plain(written)


def _reads(
    declared: Declarations, delaborator: Delaborator, written: w.Written, term: Expr
) -> bool:
    """Whether a formula is read as a term, within a sum over each index that is free in it."""
    while free := free_indices(term):
        index = _innermost(free)
        low, high = map(delaborator.formula, (index.low, index.high))
        written = w.Indexed("sum", index.name, low, high, w.Bracket(written))
        term = bind_index(IndexedSum, index, term)
    read = parse_expression(plain(written), declared.scope)
    (again,), _ = declared.elaborator.line(read)
    nf = Normaliser(Context(declared.model, Budget(WORK)), {})
    return nf.normal(unfolded(again)) == nf.normal(unfolded(term))


def _innermost(free: frozenset[Index]) -> Index:
    """An index on which the range of no other depends."""
    return next(
        index
        for index in sorted(free, key=str)
        if not any(index in free_indices(other) for other in free if other != index)
    )
