"""The inferences: what each owes, what none of them makes, and where a term is defined."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import pytest
from sympy import Expr, Integer

from verifier.derivation.loader import load_text
from verifier.elaborate.model import Declarations, read_declarations
from verifier.formula.parser import parse_expression, parse_statement
from verifier.judge.obligations import obligations
from verifier.kernel.binding import unbind
from verifier.kernel.definedness import defined, is_guard, opened
from verifier.kernel.discharge import as_slots, discharged
from verifier.kernel.equality.context import Context, fixed_by
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inference import (
    assumed,
    given,
    reflexive,
    transitive,
    turn,
    weaken,
)
from verifier.kernel.rules import EQUALITY_RULES, RULES, closure, hooks_of
from verifier.kernel.terms import Relation, Statement
from verifier.kernel.theorem import Given, KernelError, Theorem, composed, turned
from verifier.tactics.candidates import reached
from verifier.tactics.prover import Goal, prove

ONE = Integer(1)
MODEL = """
title: densities with zeros, functions, parameters
model: ["p(x, z)", q(z), r(z), "s(z | x)"]
functions: ["f(z)", "g(x, z)"]
parameters: [a, "b > 0", n in integers, k in positive integers]
support: [%s]
assume: [%s]
steps: [{so: 0 = 0}]
claim: 0 = 0
"""


@cache
def file(support: str = "", assume: str = "") -> Declarations:
    """The declarations, with lines of `support` and `assume` that `; ` separates."""
    quoted = [[f'"{line}"' for line in text.split("; ") if line] for text in (support, assume)]
    return read_declarations(load_text(MODEL % tuple(map(", ".join, quoted))))


def said(text: str, assume: str = "") -> Statement:
    """A statement, as it is elaborated."""
    here = file("", assume)
    written = parse_statement(text, here.scope)
    (left, right), _ = here.elaborator.line(written.left, written.right)
    return Statement(left, written.relation, right)  # type: ignore[arg-type]


def missing(theorem: Theorem, support: str = "", assume: str = "") -> set[str]:
    """What a theorem owes beyond what is declared, as a report says it."""
    context = Context(file(support, assume).model)
    return {item.text for item in obligations(context, discharged(context, theorem).missing)}


def proved(text: str, rules: Iterable[str] = EQUALITY_RULES, assume: str = "") -> Theorem | None:
    """The theorem under rules, if it follows."""
    found = prove(Context(file("", assume).model), Goal(said(text, assume)), tuple(rules))
    return None if found is None else found.theorem


# -- what equalities owe --------------------------------------------------------------------------


class Owing(NamedTuple):
    """An equality, what it owes under equality rules, and `support` that meets all of it."""

    text: str
    owes: set[str]
    support: str
    rules: tuple[str, ...] = tuple(EQUALITY_RULES)


OWING: dict[str, Owing] = {
    "a ratio's mean": Owing("E_{q(z)}[p(z) / q(z)] = 1", {"p(z) << q(z)"}, "p(z) << q(z)"),
    "Trick I": Owing(
        "int (q(z) / q(z)) p(x, z) dz = int p(x, z) dz", {"p(x, z) << q(z)"}, "p(x, z) << q(z)"
    ),
    "Trick I, to the marginal": Owing(
        "E_{q(z)}[p(x, z) / q(z)] = p(x)", {"p(x, z) << q(z)"}, "p(x, z) << q(z)"
    ),
    "a weight that covers": Owing(
        "E_{q(z)}[r(z) / q(z)] = int r(z) dz", {"r(z) << q(z)"}, "r(z) << q(z)"
    ),
    "a weight under log exp": Owing(
        "E_{q(z)}[log exp(1 / q(z))] = int 1 dz", {"q(z) > 0"}, "q(z) > 0"
    ),
    "what cancels and stays weighed": Owing("E_{q(z)}[q(z) / q(z)] = 1", set(), ""),
    "0 log 0": Owing("int q(z) log q(z) dz = E_{q(z)}[log q(z)]", set(), ""),
    "a guard that a side shows": Owing("p(z | x) = p(x, z) / p(x)", set(), ""),
    "oo - oo": Owing(
        "KL(q(z) || r(z)) - KL(q(z) || r(z)) = 0",
        {"KL(q(z) || r(z))"},
        "finite KL(q(z) || r(z))",
        (),
    ),
    "oo - oo of what may have both signs": Owing(
        "E_{q(z)}[f(z)] - E_{q(z)}[f(z)] = 0", {"E_{q(z)}[f(z)]"}, "finite E_{q(z)}[f(z)]"
    ),
    "0 oo": Owing("0 KL(q(z) || r(z)) = 0", {"KL(q(z) || r(z))"}, "finite KL(q(z) || r(z))", ()),
    "oo / oo": Owing(
        "exp(KL(q(z) || r(z))) exp(-KL(q(z) || r(z))) = 1",
        {"KL(q(z) || r(z))"},
        "finite KL(q(z) || r(z))",
        ("log-rules",),
    ),
    "an unfolded divergence": Owing(
        "KL(q(z) || r(z)) = E_{q(z)}[log(q(z) / r(z))]",
        {"q(z) << r(z)"},
        "q(z) << r(z)",
        ("kl",),
    ),
    "a joint over its conditional": Owing(
        "E_{q(z)}[p(x, z) / p(z | x)] = p(x)", {"q(z) << p(x, z)"}, "q(z) << p(x, z)"
    ),
    "a conditional integrated where it isn't defined": Owing(
        "E_{p(x, z)}[p(x | z) / p(x, z)] = int 1 dz",
        {"p(z) > 0"},
        "p(z) > 0",
        ("normalisation", "expectation"),
    ),
}


@pytest.mark.parametrize("row", OWING.values(), ids=OWING)
def test_an_equality_owes_what_its_moves_do_not_keep(row: Owing) -> None:
    theorem = proved(row.text, row.rules)
    assert theorem is not None
    assert missing(theorem) == row.owes
    assert missing(theorem, row.support) == set()


def test_what_a_theorem_leans_on_is_told() -> None:
    theorem = proved("E_{q(z)}[p(z) / q(z)] = 1")
    assert theorem is not None
    context = Context(file("p(z) << q(z); r(z) > 0").model)
    assert {item.text for item in discharged(context, theorem).by} == {"p(z) << q(z)"}


# -- where terms are defined ----------------------------------------------------------------------

# A term, and its conditions: kind, part, weights, the variables that are bound in it.
DEFINED: dict[str, set[tuple[str, str, str, str]]] = {
    "a b": set(),
    "q(z)": set(),
    "p(x, z)": set(),
    "s(z | x)": set(),  # its family is always given x
    "1 / a": {("nonzero", "a", "", "")},
    "q(z) / q(z)": {("nonzero", "q(z)", "", "")},
    "p(x | z)": {("positive", "p(z)", "", "")},
    "log q(z)": {("positive", "q(z)", "", "")},
    "log(q(z) / r(z))": {("positive", "q(z) / r(z)", "", ""), ("nonzero", "r(z)", "", "")},
    "sqrt(a)": {("nonnegative", "a", "", "")},
    "a^(-1/2)": {("positive", "a", "", "")},
    "a^(-2)": {("nonzero", "a", "", "")},
    "a^b": {("nonnegative", "a", "", "")},
    "a^n": {("nonzero", "a", "", "")},
    "a^k": set(),
    "int log q(z) dz": {("positive", "q(z)", "", "z")},
    "E_{q(z)}[log q(z)]": {("positive", "q(z)", "q(z)", "z")},
    "int q(z) log r(z) dz": {("positive", "r(z)", "q(z)", "z")},
    "E_{q(z)}[p(x, z) / r(z)]": {("nonzero", "r(z)", "q(z); p(x, z)", "z")},
    "E_{q(z)}[p(x | z)]": {("positive", "p(z)", "q(z)", "z")},
    "E_{q(z)}[log p(x)]": {("positive", "p(x)", "", "")},
    "E_{p(x)}[E_{q(z)}[g(x, z) / r(z)]]": {("nonzero", "r(z)", "p(x); q(z)", "x z")},
    "E_{p(x)}[E_{s(z | x)}[1 / p(x, z)]]": {("nonzero", "p(x, z)", "p(x); s(z | x)", "x z")},
    "KL(q(z) || r(z))": set(),
    "KL(q(z) || p(x, z))": set(),
    "KL(q(z) || q(z) b)": {("finite", "KL(q(z) || q(z) b)", "", "")},
    "H(q(z))": set(),
    "E_{q(z)}[f(z)]": set(),
    "KL(q(z) || r(z)) + KL(r(z) || q(z))": set(),
    "KL(q(z) || r(z)) - E_{q(z)}[f(z)]": {
        ("finite", "KL(q(z) || r(z))", "", ""),
        ("finite", "E_{q(z)}[f(z)]", "", ""),
    },
    "E_{q(z)}[f(z)] - E_{q(z)}[f(z)]": {("finite", "E_{q(z)}[f(z)]", "", "")},
    "a KL(q(z) || r(z))": {("finite", "KL(q(z) || r(z))", "", "")},
    "b KL(q(z) || r(z))": set(),
    "1 / KL(q(z) || r(z))": {("nonzero", "KL(q(z) || r(z))", "", "")},
}


def term(text: str, assume: str = "") -> Expr:
    here = file("", assume)
    (found,), _ = here.elaborator.line(parse_expression(text, here.scope))
    return found


def slots(text: str) -> Expr:
    found: Expr = as_slots(term(text))
    return found


@pytest.mark.parametrize("text", DEFINED)
def test_where_a_term_is_defined(text: str) -> None:
    expected = {
        (kind, slots(part), frozenset(map(slots, filter(None, weights.split("; ")))), bound)
        for kind, part, weights, bound in DEFINED[text]
    }
    found = set()
    for condition in defined(file().model, term(text)):
        kind, part, weights = opened(condition)
        names = " ".join(sorted(variable.name for variable in unbind(condition)[0]))
        found.add((kind, as_slots(part), frozenset(map(as_slots, weights)), names))
    assert found == expected


def test_conditions_are_compared_as_terms() -> None:
    """Whatever the names of what is bound, and whichever binder it was."""
    model = file().model
    assert defined(model, term("int log q(z) dz")) == defined(model, term("2 + int log q(z) dz"))
    free, bound = defined(model, term("log q(z)")), defined(model, term("int log q(z) dz"))
    assert free.isdisjoint(bound)
    assert all(map(is_guard, free))
    assert not any(map(is_guard, bound))


# -- transitivity, weakening, turning -------------------------------------------------------------

A, B, C = "E_{q(z)}[f(z)]", "a", "b"


def premise(left: str, relation: Relation, right: str, step: int = 1) -> Theorem:
    return given(Statement(term(left), relation, term(right)), step)


RELATIONS: tuple[Relation, ...] = ("=", ">=", "<=")


@pytest.mark.parametrize("first", RELATIONS)
@pytest.mark.parametrize("second", RELATIONS)
def test_transitivity(first: Relation, second: Relation) -> None:
    one, other = premise(A, first, B, 1), premise(B, second, C, 2)
    relation = composed(first, second)
    if relation is None:
        with pytest.raises(KernelError):
            transitive(one, other)
        return
    found = transitive(one, other)
    assert found.statement == Statement(one.left, relation, other.right)
    assert found.hypotheses == one.hypotheses | other.hypotheses
    assert {Given(1), Given(2)} <= found.hypotheses


@pytest.mark.parametrize("middle", ["b", "a + 0 b", "a a / a", A])
def test_transitivity_refuses_other_middles(middle: str) -> None:
    """Also equal ones: that they are so is a theorem of its own, with what it owes."""
    with pytest.raises(KernelError):
        transitive(premise(A, "=", "a"), premise(middle, "=", C))


@pytest.mark.parametrize("have", RELATIONS)
@pytest.mark.parametrize("want", RELATIONS)
def test_weakening(have: Relation, want: Relation) -> None:
    known = premise(A, have, B)
    if have not in ("=", want):
        with pytest.raises(KernelError):
            weaken(known, want)
        return
    found = weaken(known, want)
    assert found.statement == Statement(known.left, want, known.right)
    assert found.hypotheses == known.hypotheses


@pytest.mark.parametrize("relation", RELATIONS)
def test_turning(relation: Relation) -> None:
    known = premise(A, relation, B)
    found = turn(known)
    assert found.statement == turned(known.statement)
    assert found.hypotheses == known.hypotheses


# -- nothing from nothing -------------------------------------------------------------------------

FALSE = ["0 = 1", "0 >= 1", "1 <= 0", "E_{q(z)}[f(z)] = a", "q(z) = r(z)", "f(z) >= 0"]


@pytest.mark.parametrize("text", FALSE)
@pytest.mark.parametrize("so", [True, False])
def test_what_is_false_has_no_theorem(text: str, so: bool) -> None:
    goal = Goal(said(text), None, (), so)
    assert prove(Context(file().model), goal, tuple(RULES)) is None


@pytest.mark.parametrize("rules", [("rearrange", "combine"), ("substitution",), tuple(RULES)])
@pytest.mark.parametrize("text", ["0 = 1", "1 = 0", "2 >= 3", "a = a + 1", "f(z) = f(z) + 1"])
def test_what_follows_from_what_is_not_proved_rests_on_it(
    text: str, rules: tuple[str, ...]
) -> None:
    model = file().model
    wrong = given(said("0 = 1"), 7)
    assert Given(7) in wrong.hypotheses
    goals = (Goal(said(text), wrong, (), True), Goal(said(text), None, (wrong,), True))
    for goal in (*goals, Goal(said(text), None, (wrong,))):
        found = prove(Context(model), goal, rules)
        assert found is None or Given(7) in found.theorem.hypotheses


def test_inferences_keep_what_is_given() -> None:
    model = file().model
    wrong = given(said("0 = 1"), 7)
    nf = Normaliser(Context(model), hooks_of(closure(RULES)))
    made = [turn(wrong), weaken(wrong, ">="), transitive(wrong, reflexive(model, ONE))]
    for name in RULES:
        made += reached(nf, name, wrong, said("E_{q(z)}[0] = E_{q(z)}[1]"))
        made += reached(nf, name, wrong, said("exp(0) = exp(1)"))
    assert len(made) > 5
    assert all(Given(7) in theorem.hypotheses for theorem in made)


# -- facts at a point -----------------------------------------------------------------------------

POINT, ALL = "f(z) = a", "for all z: f(z) = a"
UNDER = {
    "take-expectation": "E_{q(z)}[f(z)] = E_{q(z)}[a]",
    "integrate": "int q(z) f(z) dz = int q(z) a dz",
}


@pytest.mark.parametrize("rule", UNDER)
@pytest.mark.parametrize(("assume", "follows"), [(POINT, False), (ALL, True)])
def test_no_binder_takes_the_point_of_a_fact(rule: str, assume: str, follows: bool) -> None:
    model = file("", assume).model
    context = Context(model)
    reached = prove(context, Goal(said("f(z) = a")), ["assumption"])
    assert reached is not None
    assert bool(fixed_by(reached.theorem)) is not follows
    goal = Goal(said(UNDER[rule]), reached.theorem, (), True)
    assert (prove(context, goal, [rule]) is not None) is follows


@pytest.mark.parametrize(("assume", "follows"), [(POINT, False), (ALL, True)])
@pytest.mark.parametrize("rules", [["substitution"], ["assumption"], ["substitution", "swap"]])
def test_no_rewriting_under_a_binder_by_a_fact_at_a_point(
    rules: list[str], assume: str, follows: bool
) -> None:
    context = Context(file("", assume).model)
    reached = prove(context, Goal(said("f(z) = a")), ["assumption"])
    assert reached is not None
    goal = Goal(said("E_{q(z)}[f(z)] = E_{q(z)}[a]"), None, (reached.theorem,))
    assert (prove(context, goal, rules) is not None) is follows


def test_a_fact_owes_where_it_says_something() -> None:
    (everywhere,) = file("", "for all z: f(z) = p(z) / q(z)").model.facts
    known = assumed(file().model, everywhere)
    assert known is not None
    model = file().model
    assert defined(model, everywhere.right) <= set(known.hypotheses)


# -- guards that get under a binder ---------------------------------------------------------------


GUARDED = "log q(z) - log q(z) = 0"  # where q(z) > 0


@pytest.mark.parametrize(
    ("rule", "text", "owes"),
    [
        ("take-expectation", "E_{r(z)}[log q(z) - log q(z)] = E_{r(z)}[0]", {"r(z) << q(z)"}),
        ("take-expectation", "E_{q(z)}[log q(z) - log q(z)] = E_{q(z)}[0]", set()),
        ("integrate", "int r(z) (log q(z) - log q(z)) dz = int 0 r(z) dz", {"r(z) << q(z)"}),
        ("integrate", "int log q(z) - log q(z) dz = int 0 dz", {"q(z) > 0"}),
    ],
)
def test_a_guard_under_a_binder_is_bound_and_weighed_by_the_law(
    rule: str, text: str, owes: set[str]
) -> None:
    known = proved(GUARDED)
    assert known is not None
    (guard,) = known.hypotheses
    assert is_guard(guard)
    goal = said(text)
    nf = Normaliser(Context(file().model), hooks_of(closure([rule])))
    found = [made for made in reached(nf, rule, known, goal) if made.left == goal.left]
    assert found
    for made in found:
        assert guard not in made.hypotheses
        assert missing(made, "finite all") == owes


# -- marks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "owes"),
    [
        # What both sides have lost alike isn't owed.
        ("E_{q(z)}[p(z) / q(z)]", "E_{q(z)}[p(z) / q(z)]", set()),
        ("E_{q(z)}[p(z) / q(z)]", "int q(z) (p(z) / q(z)) dz", set()),
        ("2 E_{q(z)}[p(z) / q(z)]", "E_{q(z)}[2 p(z) / q(z)]", set()),
        ("E_{q(z)}[p(z) / q(z)]", "int p(z) dz", {"p(z) << q(z)"}),
        ("E_{q(z)}[1 / q(z)]", "int 1 dz", {"q(z) > 0"}),
        # Free points: a side shows that it is defined there.
        ("q(z) / q(z)", "1", set()),
        ("p(z) q(z) / q(z)", "p(z)", set()),
        ("q(z)^2 / q(z)", "q(z)", set()),
    ],
)
def test_a_mark_is_owed_where_one_side_alone_lost_it(left: str, right: str, owes: set[str]) -> None:
    theorem = proved(f"{left} = {right}", ["expectation", "linearity"])
    assert theorem is not None
    assert missing(theorem) == owes


def test_without_support_nothing_is_marked() -> None:
    text = MODEL.replace("support: [%s]", "").replace("%s", "")
    here = read_declarations(load_text(text))
    written = parse_statement("E_{q(z)}[p(z) / q(z)] = 1", here.scope)
    (left, right), _ = here.elaborator.line(written.left, written.right)
    context = Context(here.model)
    found = prove(context, Goal(Statement(left, "=", right)), EQUALITY_RULES)
    assert found is not None
    leaned = discharged(context, found.theorem)
    assert not leaned.missing
    assert leaned.standing
