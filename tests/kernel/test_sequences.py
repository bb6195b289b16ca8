"""Rules on terms over sequences against the numeric semantics, which unrolls them and knows no
rules; and lines over sequences that look true, or look as if they meant something."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sequence_terms import MODELS, elaborated, formulas, model
from sympy import Expr, Integer

from verifier.kernel.algebra import Context, Normaliser
from verifier.kernel.budget import Budget, OutOfWork
from verifier.kernel.prover import Goal, scoped
from verifier.kernel.ranges import Undecided, in_force
from verifier.kernel.rules import RULES, closure, hooks_of
from verifier.kernel.terms import Statement
from verifier.numeric.laboratory import Laboratory

EXAMPLES = 40
ZERO = Integer(0)
WORK = 20_000  # for one normal form
HOOKED = sorted(name for name, rule in RULES.items() if rule.hooks)
thorough = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@cache
def laboratory(name: str) -> Laboratory:
    return Laboratory(model(name))


def normaliser(name: str, rules: Iterable[str]) -> Normaliser:
    """Normal forms under rules."""
    names = closure(rules)
    context = Context(model(name), Budget(WORK))
    return Normaliser(scoped(context, Goal(Statement(ZERO, "=", ZERO)), names), hooks_of(names))


def contradiction(name: str, statement: Statement) -> object:
    """A world, at some horizon, that breaks a statement."""
    (numeric,) = laboratory(name).check([statement])
    if numeric is None or numeric.agrees:
        return None
    return laboratory(name).confirm(statement)


def keeps_value(name: str, nf: Normaliser, term: Expr) -> None:
    """The normal form of a term has its value at each horizon, and is its own normal form."""
    try:
        normal = nf.normal(term)
        back = nf.store.term(normal)
        again = nf.normal(back)
    except (ZeroDivisionError, Undecided, OutOfWork):  # nothing is proved of it
        return
    assert contradiction(name, Statement(term, "=", back)) is None, (term, back)
    same = again == normal or nf.whole(again) == nf.whole(normal) or nf.vanishes(again - normal)
    assert same, (term, back, nf.store.term(again))


@pytest.mark.parametrize("name", MODELS)
def test_rules_keep_the_value_at_each_horizon(name: str) -> None:
    acted = set[str]()

    @thorough
    @given(formulas(name), st.sets(st.sampled_from(HOOKED), min_size=1))
    def check(text: str, rules: set[str]) -> None:
        term = elaborated(name, text)
        assume(term is not None)
        with in_force(model(name).order):
            nf = normaliser(name, rules)
            keeps_value(name, nf, term)
            acted.update(nf.used)

    check()
    assert {"linearity", "normalisation", "expectation"} <= acted
