"""Each rule against the numeric semantics, which knows no rules, on random terms.

The tables of `rule_cases` hold terms on which each rule acts: a rule that is in none, or that
never acts on its terms, fails here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rule_cases import EQUALITIES, FACTS, INEQUALITIES, INFERENCES, KNOWN, Inference, around
from rule_terms import MODEL, d, integral, mean, terms, x, z
from sympy import Expr, Integer, sqrt
from verifier.kernel.prover import Goal, Premise, scoped

from verifier.kernel.algebra import Context, Normaliser
from verifier.kernel.model import Model
from verifier.kernel.places import places
from verifier.kernel.rules import RULES, closure, combine, hooks_of
from verifier.kernel.rules.bound import laws_in
from verifier.kernel.rules.scopes import scopes
from verifier.kernel.terms import Relation, Statement, VariableEntropy
from verifier.kernel.theorem import Direction
from verifier.numeric.laboratory import Laboratory

EXAMPLES = 24
ASSUMING = replace(MODEL, facts=(*MODEL.facts, *FACTS))
ZERO = Integer(0)
repeated = settings(max_examples=EXAMPLES)


@cache
def laboratory(model: Model) -> Laboratory:
    return Laboratory(model)


def contradiction(statement: Statement, premises: Iterable[Statement], model: Model) -> object:
    """A world that breaks a statement; what floats alone object to must be confirmed exactly."""
    found = laboratory(model)
    (numeric,) = found.check([statement], [tuple(premises)])
    if numeric is None or numeric.agrees:
        return None
    return found.confirm(statement, tuple(premises))


def normaliser(rules: Iterable[str], model: Model = MODEL) -> Normaliser:
    """Normal forms under rules, with what `assumption` and `substitution` may use."""
    names = closure(rules)
    using = tuple(Premise(statement) for statement in KNOWN)
    goal = Goal(Statement(ZERO, "=", ZERO), using=using)
    return Normaliser(scoped(Context(model), goal, names), hooks_of(names))


# -- equality rules ------------------------------------------------------------------------------


def test_each_rule_has_its_property() -> None:
    assert EQUALITIES.keys() == {name for name, rule in RULES.items() if rule.hooks}
    assert INEQUALITIES.keys() == {n for n, r in RULES.items() if r.bounds or r.nonnegative}
    assert INFERENCES.keys() == {name for name, rule in RULES.items() if rule.infer}


def keeps_value(nf: Normaliser, term: Expr) -> None:
    """The normal form of a term has its value, and is its own normal form."""
    try:
        normal = nf.normal(term)
    except ZeroDivisionError:  # undefined: nothing is proved of it
        return
    back = nf.store.term(normal)
    assert contradiction(Statement(term, "=", back), (), nf.model) is None, (term, back)
    again = nf.normal(back)
    assert again == normal or nf.vanishes(again - normal), (term, back, nf.store.term(again))


@pytest.mark.parametrize("name", EQUALITIES)
def test_equality_rule_keeps_the_value(name: str) -> None:
    acted = set()

    @repeated
    @given(st.one_of(EQUALITIES[name], terms))
    def check(term: Expr) -> None:
        nf = normaliser([name])
        keeps_value(nf, term)
        acted.update(nf.used)

    check()
    assert name in acted


@settings(max_examples=8 * EXAMPLES)
@example(sqrt(d("p x") + d("q z")), {"log-rules"})
@example(mean(sqrt(d("p x | z")), d("q z")), {"tower", "log-rules", "normalisation"})
@example(integral(d("r z | x") * VariableEntropy("p", [x], [z]), x), {"swap", "information"})
@given(terms, st.sets(st.sampled_from(sorted(EQUALITIES))))
def test_rules_together_keep_the_value(term: Expr, names: set[str]) -> None:
    keeps_value(normaliser(names), term)


# -- inequality rules ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in INEQUALITIES if RULES[name].bounds])
def test_proposed_bound_holds_at_its_place(name: str) -> None:
    acted = []

    @repeated
    @given(around(INEQUALITIES[name]))
    def check(term: Expr) -> None:
        try:
            found = bounded(name, term)
        except ZeroDivisionError:  # undefined: nothing is proved of it
            return
        for relation, new in found:
            acted.append(relation)
            said = Statement(new, relation, term)
            assert contradiction(said, (), ASSUMING) is None, said

    check()
    assert {">=", "<="} <= set(acted)


def bounded(name: str, term: Expr) -> list[tuple[Relation, Expr]]:
    """What a rule proposes for a term from above and from below, without further conditions."""
    nf = normaliser([name], ASSUMING)
    propose = RULES[name].bounds
    assert propose is not None
    found: list[tuple[Relation, Expr]] = []
    senses: tuple[tuple[Direction, Relation], ...] = ((1, ">="), (-1, "<="))
    for place in places(nf, term, unfold=True):
        laws = tuple(law.at(place) for law in laws_in(term))
        for direction, relation in senses if place.polarity else ():
            for bound in propose(nf, place, direction * place.polarity, laws):
                if not bound.hypotheses and place.admits(bound.new):
                    found.append((relation, place.put(bound.new)))
    return found


@pytest.mark.parametrize("name", [name for name in INEQUALITIES if RULES[name].nonnegative])
def test_what_a_rule_says_is_nonnegative_is(name: str) -> None:
    acted = []
    mixed = st.tuples(INEQUALITIES[name], terms).map(lambda pair: pair[0] - pair[1])

    @repeated
    @given(st.one_of(INEQUALITIES[name], mixed))
    def check(term: Expr) -> None:
        nf = normaliser([name, "log-rules", "linearity", "expectation", "kl"], ASSUMING)
        propose = RULES[name].nonnegative
        assert propose is not None
        for value, bound in propose(nf, nf.normal(term), scopes(laws_in(term))):
            acted.append(value)
            if not bound.hypotheses:
                assert contradiction(Statement(value, ">=", ZERO), (), ASSUMING) is None, value

    check()
    assert acted


# -- from statement to statement -----------------------------------------------------------------


@pytest.mark.parametrize("name", INFERENCES)
def test_what_is_inferred_holds_where_the_premise_does(name: str) -> None:
    acted = []

    @repeated
    @given(INFERENCES[name])
    def check(case: Inference) -> None:
        for reached in inferred(name, case):
            acted.append(reached)
            assert contradiction(reached, case.premises, case.model) is None, (case, reached)

    check()
    assert acted


def inferred(name: str, case: Inference) -> list[Statement]:
    """What a rule makes of premises on the way to a goal."""
    nf = normaliser([name], case.model)
    if name == "combine":
        return [reached for reached, _ in combine.infer_all(nf, case.premises, case.goal)]
    infer = RULES[name].infer
    assert infer is not None
    return [reached for premise in case.premises for reached in infer(nf, premise, case.goal)]
