"""Whoever proposes may propose anything: a rule makes nothing false of a wrong candidate."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_cases import FACTS, INEQUALITIES, INFERENCES, KNOWN, Inference, around
from rule_terms import DENSITIES, VARIABLES, densities, positive, terms, x, y, z
from sympy import Expr, Integer, Rational
from test_rule_properties import ASSUMING, ZERO, contradiction, follows, normaliser

from verifier.kernel.arithmetic import product
from verifier.kernel.equality.context import Known
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.averages import Split
from verifier.kernel.inequality.positions import positions
from verifier.kernel.inequality.scopes import Law, Scope
from verifier.kernel.inference import added, assumed, inferred, replacement
from verifier.kernel.inference import given as unproved
from verifier.kernel.model import Domination
from verifier.kernel.polynomials import ONE, Polynomial
from verifier.kernel.rules import RULES
from verifier.kernel.terms import Relation, Statement, Var
from verifier.kernel.theorem import Direction, Theorem
from verifier.tactics.candidates import FOR_DIFFERENCES, FOR_POSITIONS, FOR_PREMISES
from verifier.tactics.scopes import laws_in, scopes

Candidates = st.SearchStrategy[Any]
SENSES: tuple[tuple[Direction, Relation], ...] = ((1, ">="), (-1, "<="))
MOST = 8  # of those proposed at a place
repeated = settings(max_examples=20)

numbers = st.sampled_from([Integer(0), Integer(1), Integer(-1), Integer(2), Rational(1, 2)])
some = st.one_of(terms, positive(terms), numbers, densities, st.sampled_from(VARIABLES))
bound = st.lists(st.sampled_from([x, y, z]), min_size=1, max_size=3).map(tuple)
LAWS = st.one_of(
    st.builds(Law, bound, st.lists(densities, min_size=1, max_size=2).map(tuple)),
    st.sampled_from(DENSITIES).map(lambda one: Law(tuple(one.left), (one,))),
)
SCOPES = st.builds(Scope, LAWS, st.one_of(st.none(), LAWS), st.booleans())
gathered = st.tuples(SCOPES, some)
THEOREMS = [
    *(made for fact in FACTS if (made := assumed(ASSUMING, fact)) is not None),
    *(unproved(statement, 1) for statement in KNOWN),
]
known = st.builds(
    Known, st.sampled_from(["facts", "using"]), st.sampled_from(THEOREMS), st.booleans()
)

# Candidates of each kind, hardly any of which will do. What is a polynomial is a term here.
WRONG: dict[str, Candidates] = {
    "": st.none(),
    "arguments": some,
    "averages": st.builds(
        Split,
        st.one_of(st.none(), st.integers(-1, 2)),
        st.one_of(st.none(), LAWS),
        st.lists(st.tuples(some, some), max_size=2).map(tuple),
    ),
    "difference": some,
    "entropies": some,
    "divergences": st.one_of(some, st.tuples(some, some), st.tuples(LAWS, some), gathered),
    "known": known,
    "laws": LAWS,
    "logarithms": gathered,
    "smaller": some,
    "summands": some,
    "support": st.builds(Domination, densities, densities, st.just("")),
    "weights": st.tuples(bound, some),
}


def of_kind(nf: Normaliser, kind: str, candidate: Any) -> Any:
    """A candidate with the polynomials that its kind has in place of terms."""
    match candidate:
        case Expr() if kind in ("arguments", "difference"):
            return nf.normal(candidate)
        case (Scope() as scope, Expr() as term):
            return scope, nf.normal(term)
    return candidate


def spoiled(draw: Any, candidate: Any) -> Any:
    """A candidate of those that are proposed, with something else in one place."""
    match candidate:
        case Polynomial():
            return draw(
                st.sampled_from([candidate.scaled(2), candidate + ONE, candidate * candidate])
            )
        case Expr():
            return draw(st.one_of(st.just(product(Integer(2), candidate)), numbers, densities))
        case Var():
            return draw(st.sampled_from([x, y, z]))
        case tuple() if candidate:
            at = draw(st.integers(0, len(candidate) - 1))
            return (*candidate[:at], spoiled(draw, candidate[at]), *candidate[at + 1 :])
        case Split() | Law() | Scope() | Known():
            name = draw(st.sampled_from([field.name for field in fields(candidate)]))
            return replace(candidate, **{name: spoiled(draw, getattr(candidate, name))})
        case bool():
            return not candidate
        case int():
            return candidate + 1
    return candidate


def test_every_kind_has_wrong_candidates() -> None:
    tables = (FOR_POSITIONS, FOR_DIFFERENCES, FOR_PREMISES)
    assert WRONG.keys() == {kind for table in tables for kind in table}
    for field, table in zip(("compares", "nonnegative", "infer"), tables, strict=True):
        asked = {takes.kind for rule in RULES.values() if (takes := getattr(rule, field))}
        assert asked == table.keys() - ({""} if field == "nonnegative" else set())


def holds(nf: Normaliser, theorem: Theorem | None, said: Statement) -> None:
    """What is said in a theorem, where all that it owes follows."""
    if theorem is not None and follows(nf, theorem):
        assert contradiction(said, (), ASSUMING) is None, said


def proposed(draw: Any, kind: str, table: Any, nf: Normaliser, *asked: Any) -> list[Any]:
    """Candidates of a kind: a wrong one, and one of those proposed, spoiled."""
    honest = [*islice(table[kind](nf, *asked), MOST)]
    spoilt = [spoiled(draw, draw(st.sampled_from(honest)))] if honest else []
    return [of_kind(nf, kind, draw(WRONG[kind])), *spoilt]


@pytest.mark.parametrize("name", [name for name in INEQUALITIES if RULES[name].compares])
def test_no_wrong_candidate_gives_a_false_bound(name: str) -> None:
    kind, _ = RULES[name].compares or ("", None)
    refused = []

    @repeated
    @given(around(INEQUALITIES[name]), st.data())
    def check(term: Expr, data: st.DataObject) -> None:
        nf = normaliser([name, "linearity", "normalisation"], ASSUMING)
        laws = laws_in(nf.model.order, term)
        try:
            for number, position in enumerate(positions(nf, term)):
                own = [law.at(nf.model.order, position.bound) for law in laws]
                for candidate in proposed(data.draw, kind, FOR_POSITIONS, nf, position, own):
                    for direction, relation in SENSES if position.polarity else ():
                        made = replacement(nf, name, term, number, direction, candidate)
                        refused.append(made is None)
                        if made is not None:
                            holds(nf, made.theorem(), Statement(made.new, relation, term))
        except ZeroDivisionError:  # undefined: nothing is proved of it
            return

    check()
    assert any(refused)


@pytest.mark.parametrize("name", [name for name in INEQUALITIES if RULES[name].nonnegative])
def test_no_wrong_candidate_is_said_to_be_nonnegative(name: str) -> None:
    kind, judge = RULES[name].nonnegative or ("", None)
    refused = []

    @repeated
    @given(INEQUALITIES[name], st.data())
    def check(term: Expr, data: st.DataObject) -> None:
        nf = normaliser([name, "log-rules", "linearity", "expectation", "kl"], ASSUMING)
        try:
            near = scopes(nf.model.order, laws_in(nf.model.order, term))
            for asked in proposed(data.draw, kind, FOR_DIFFERENCES, nf, nf.normal(term), near):
                found = judge(nf, asked) if judge else None
                refused.append(found is None)
                if found is not None:
                    said = Statement(found[0], ">=", ZERO)
                    holds(nf, added(nf, said, [(name, asked, ONE)]), said)
        except ZeroDivisionError:
            return

    check()
    assert any(refused) or kind == "known"


@pytest.mark.parametrize("name", [n for n in INFERENCES if (RULES[n].infer or ("",))[0]])
def test_no_wrong_candidate_leads_to_what_is_false(name: str) -> None:
    kind, _ = RULES[name].infer or ("", None)
    refused = []

    @repeated
    @given(INFERENCES[name], st.data())
    def check(case: Inference, data: st.DataObject) -> None:
        nf = normaliser([name], case.model)
        for premise in case.premises:
            try:
                for candidate in proposed(data.draw, kind, FOR_PREMISES, nf, premise, case.goal):
                    made = inferred(nf, name, unproved(premise, 1), case.goal, candidate)
                    refused.append(made is None)
                    if made is not None and follows(nf, made):
                        said = made.statement
                        assert contradiction(said, case.premises, case.model) is None, said
            except ZeroDivisionError:
                return

    check()
    assert any(refused)
