"""Which variables are one value each in all of a certificate, and at which places a sequence is."""

from __future__ import annotations

from verifier.certificate.account import Account
from verifier.certificate.tables import Tables
from verifier.kernel.binding import free_variables
from verifier.kernel.model import Fact
from verifier.kernel.terms import Statement, Var


def at_one_point(fact: Fact) -> frozenset[Var]:
    """The variables of a fact that are one value each."""
    return (free_variables(fact.left) | free_variables(fact.right)) - fact.quantified


def statement_free(statement: Statement) -> frozenset[Var]:
    """The variables free in a statement."""
    return free_variables(statement.left) | free_variables(statement.right)


def loose(account: Account, tables: Tables, fixed: frozenset[Var]) -> dict[Var, tuple[Var, ...]]:
    """Sequences of which some places are fixed, and these: those of which a step sums others over
    both sides of what it starts from, which holds whatever is there."""
    summed = {
        v
        for step in account.steps
        for premise in step.premises
        for v in beyond(premise.statement, statement_free(step.statement), tables)
    }
    return {
        whole: tuple(v for v in fixed if tables.whole(v) == whole)
        for whole in summed & {*map(tables.whole, fixed)}
    }


def beyond(said: Statement, places: frozenset[Var], tables: Tables) -> frozenset[Var]:
    """The sequences of which a statement is about other places than these."""
    subset = tables.model.order.subset
    parts = (v for v in statement_free(said) if tables.is_part(v))
    return frozenset(tables.whole(v) for v in parts if not subset((v,), places))
