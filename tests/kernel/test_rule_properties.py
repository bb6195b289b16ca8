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
from sympy import Expr, Integer, Rational

from verifier.kernel.arithmetic import minus, power, product, total
from verifier.kernel.discharge import discharged
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.positions import positions
from verifier.kernel.inference import added
from verifier.kernel.inference import given as unproved
from verifier.kernel.model import Model
from verifier.kernel.polynomials import ONE
from verifier.kernel.rules import RULES, closure, hooks_of
from verifier.kernel.terms import Relation, Statement, VariableEntropy
from verifier.kernel.theorem import Direction, Given, Theorem
from verifier.numeric.search.sampled_model import SampledModel
from verifier.tactics.candidates import reached, replacements, summed
from verifier.tactics.covering import instances
from verifier.tactics.prover import Goal, scoped
from verifier.tactics.scopes import Laws, laws_in, scopes

EXAMPLES = 24
ASSUMING = replace(MODEL, facts=(*MODEL.facts, *FACTS))
ZERO, HALF = Integer(0), Rational(1, 2)
repeated = settings(max_examples=EXAMPLES)


@cache
def sampled(model: Model) -> SampledModel:
    return SampledModel(model)


def contradiction(statement: Statement, premises: Iterable[Statement], model: Model) -> object:
    """A world that breaks a statement; what floats alone object to must be confirmed exactly."""
    found = sampled(model)
    (numeric,) = found.check([statement], [tuple(premises)])
    if numeric is None or numeric.agrees:
        return None
    return found.confirm(statement, tuple(premises))


def normaliser(rules: Iterable[str], model: Model = MODEL) -> Normaliser:
    """Normal forms under rules, with what `assumption` and `substitution` may use."""
    names = closure(rules)
    using = tuple(unproved(statement, 1) for statement in KNOWN)
    goal = Goal(Statement(ZERO, "=", ZERO), using=using)
    return Normaliser(scoped(Context(model), goal, names), hooks_of(names))


# -- equality rules ------------------------------------------------------------------------------


def test_each_rule_has_its_property() -> None:
    assert EQUALITIES.keys() == {name for name, rule in RULES.items() if rule.hooks}
    assert INEQUALITIES.keys() == {n for n, r in RULES.items() if r.compares or r.nonnegative}
    assert INFERENCES.keys() == {n for n, r in RULES.items() if r.infer or r.together}


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
@example(power(total(d("p x"), d("q z")), HALF), {"log-rules"})
@example(mean(power(d("p x | z"), HALF), d("q z")), {"tower", "log-rules", "normalisation"})
@example(
    integral(product(d("r z | x"), VariableEntropy("p", [x], [z])), x), {"swap", "information"}
)
@given(terms, st.sets(st.sampled_from(sorted(EQUALITIES))))
def test_rules_together_keep_the_value(term: Expr, names: set[str]) -> None:
    keeps_value(normaliser(names), term)


# -- inequality rules ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in INEQUALITIES if RULES[name].compares])
def test_proposed_bound_holds_at_its_place(name: str) -> None:
    acted = []

    @repeated
    @given(around(INEQUALITIES[name]))
    def check(term: Expr) -> None:
        try:
            found = compared(name, term)
        except ZeroDivisionError:  # undefined: nothing is proved of it
            return
        for relation, new in found:
            acted.append(relation)
            said = Statement(new, relation, term)
            assert contradiction(said, (), ASSUMING) is None, said

    check()
    assert {">=", "<="} <= set(acted)


def compared(name: str, term: Expr) -> list[tuple[Relation, Expr]]:
    """What a rule puts for a term from above and from below, where what it owes follows."""
    nf = normaliser([name], ASSUMING)
    found: list[tuple[Relation, Expr]] = []
    senses: tuple[tuple[Direction, Relation], ...] = ((1, ">="), (-1, "<="))
    laws = Laws(nf.model.order, Statement(term, "=", term))
    for number, position in enumerate(positions(nf, term)):
        for direction, relation in senses if position.polarity else ():
            for made in replacements(nf, name, term, number, direction, laws):
                if follows(nf, made.theorem()):
                    found.append((relation, made.new))
    return found


def follows(nf: Normaliser, theorem: Theorem) -> bool:
    """Whether all that a theorem owes follows from what is declared."""
    return not discharged(nf.context, theorem).missing


@pytest.mark.parametrize("name", [name for name in INEQUALITIES if RULES[name].nonnegative])
def test_what_a_rule_says_is_nonnegative_is(name: str) -> None:
    acted = []
    mixed = st.tuples(INEQUALITIES[name], terms).map(lambda pair: minus(*pair))

    @repeated
    @given(st.one_of(INEQUALITIES[name], mixed))
    def check(term: Expr) -> None:
        nf = normaliser([name, "log-rules", "linearity", "expectation", "kl"], ASSUMING)
        near = scopes(nf.model.order, laws_in(nf.model.order, term))
        for instance in instances(nf, name, nf.normal(term), near):
            acted.append(instance)
            said = Statement(instance.term, ">=", ZERO)
            made = added(nf, said, [(name, instance.candidate, ONE)])
            assert made is not None, said
            if follows(nf, made):
                assert contradiction(said, (), ASSUMING) is None, said

    check()
    assert acted


# -- from statement to statement -----------------------------------------------------------------


@pytest.mark.parametrize("name", INFERENCES)
def test_what_is_inferred_holds_where_the_premise_does(name: str) -> None:
    acted = []

    @repeated
    @given(INFERENCES[name])
    def check(case: Inference) -> None:
        for said in reached_by(name, case):
            acted.append(said)
            assert contradiction(said, case.premises, case.model) is None, (case, said)

    check()
    assert acted


def reached_by(name: str, case: Inference) -> list[Statement]:
    """What a rule makes of premises on the way to a goal, where what it owes follows."""
    nf = normaliser([name], case.model)
    held = [unproved(premise, 1) for premise in case.premises]
    found = [theorem for premise in held for theorem in reached(nf, name, premise, case.goal)]
    found += [theorem for theorem, _ in summed(nf, name, held, case.goal)]
    assert all(Given(1) in theorem.hypotheses for theorem in found)
    return [theorem.statement for theorem in found if follows(nf, theorem)]
