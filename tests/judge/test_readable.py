"""What a report says in formulas that nobody wrote is read as what it means, or isn't said."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Expr, Integer, Rational, Symbol

from verifier import verify
from verifier.derivation.loader import derivation
from verifier.derivation.source import text_source
from verifier.elaborate.model import Declarations, read_declarations
from verifier.formula.parser import parse_expression
from verifier.judge import readable
from verifier.judge.delaborate import Delaborator, UnwritableError
from verifier.kernel.binding import bind, bind_index, fresh_tag
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.terms import (
    KL,
    Call,
    Density,
    Exp,
    Expectation,
    Index,
    IndexedProduct,
    IndexedSum,
    Integral,
    Log,
    Statement,
    Tuple,
    Var,
)
from verifier.numeric.search.sampled_model import SampledModel
from verifier.typeset.printer import plain

FILE = """
title: t
model: ["p(x, z)", q(z), "r(z | x)", "s(w_{{0:t}})"]
functions: ["f(x, z)", g(z) > 0, u(v), "h(w)", m(z)]
parameters: [a, "t >= 1", tau]
define: ["L = E_{{q(z)}}[log g(z)]", "M(y) = u(y) g(z)", "N = g(z)", k = 3]
copies: [{copies}]
start: 1
steps: [{{eq: 1}}]
claim: 1 = 1
"""


@cache
def file(copies: str = "z_k of z") -> Declarations:
    return read_declarations(derivation(text_source(FILE.format(copies=copies), "<text>")))


@cache
def sampled() -> SampledModel:
    return SampledModel(file("z_k of z, x_k of x").model)


def term(text: str, of: Declarations) -> Expr:
    (found,), _ = of.elaborator.line(parse_expression(text, of.scope))
    return found


def normal(of: Declarations, *terms: Expr) -> list[Any]:
    nf = Normaliser(Context(of.model), {})
    return [nf.normal(each) for each in terms]


# -- random terms ----------------------------------------------------------------------------------

Z, X = Var("z"), Var("x")


def opened(slot: Var) -> Var:
    return slot.tagged(fresh_tag())


@st.composite
def terms_over(draw: st.DrawFn, pool: tuple[Var, ...] = (Z, X), depth: int = 3) -> Expr:
    """A term over these variables; binders at will, under which more of their slots are opened."""
    zs = [v for v in pool if v.name == "z"]
    xs = [v for v in pool if v.name == "x"]
    z, other, x = (draw(st.sampled_from(group)) for group in (zs, zs, xs))
    kind = draw(st.integers(0, 11 if depth else 4))

    def inner(*more: Var) -> Any:
        return draw(terms_over((*pool, *more), depth - 1))

    match kind:
        case 0:
            return Call("g", z) + Call("g", other)
        case 1:
            return Density("r", [z], [x])
        case 2:
            return Call("f", x, z) * Log(Call("g", other))
        case 3:
            return draw(st.sampled_from([Integer(-2), Rational(1, 3), Symbol("a"), Symbol("tau")]))
        case 4:
            return Density("p", [x, z]) / Density("q", [other])
        case 5:
            return inner() + 2 * inner()
        case 6:
            return inner() * Exp(-inner())
        case 7 | 8:
            new = [opened(draw(st.sampled_from([Z, Z, X]))) for _ in range(kind - 6)]
            return bind(Integral, new, inner(*new))
        case 9:
            new = [opened(Z), opened(Z)]
            laws = Tuple(*(Density("r", [v], [x]) for v in new))
            return bind(Expectation, new, inner(*new), laws)
        case 10:
            one = opened(Z)
            law = Density("q", [one])
            return bind(KL, [one], law, Density("q", [one]) * Exp(Call("g", z)) + inner(one))
        case _:
            index = Index("i", Integer(1), Symbol("t"), fresh_tag())
            made = draw(st.sampled_from([IndexedSum, IndexedProduct]))
            return bind_index(made, index, Call("u", index) * inner() + index)


@pytest.mark.parametrize("copies", ["", "z_k of z", "z_k of z, X of x"])
@given(terms_over())
@settings(max_examples=60)
def test_a_restated_term_is_read_as_itself(copies: str, made: Expr) -> None:
    of = file(copies)
    delaborator = Delaborator(of.model, of.scope)
    try:
        named = delaborator.named(made)
        written = delaborator.formula(named)
    except UnwritableError:
        return
    first, second = normal(of, named, term(plain(written), of))
    assert first == second
    if not copies:  # then names are the author's own
        assert named == made


@given(terms_over(depth=1))
@settings(max_examples=10)
def test_names_keep_the_value(made: Expr) -> None:
    of = file("z_k of z, x_k of x")
    (numeric,) = sampled().check([Statement(made, "=", Delaborator(of.model).named(made))])
    assert numeric is None or numeric.agrees


@given(terms_over((Z, X, opened(Z), opened(Z), opened(X))))
@settings(max_examples=60)
def test_opened_variables_are_told_apart(made: Expr) -> None:
    of = file("z_k of z, X of x")
    delaborator = Delaborator(of.model, of.scope)
    try:
        named = delaborator.named(made)
        written = delaborator.formula(named)
    except UnwritableError:
        return
    first, second = normal(of, named, term(plain(written), of))
    assert first == second
    assert len(named.atoms(Var)) >= len({v.tagged(0) for v in made.atoms(Var)})


# -- in particular ---------------------------------------------------------------------------------

z1, z2, w1 = opened(Z), opened(Z), Var("w", Tuple(Symbol("t"), Symbol("t")))


def both(body: Expr) -> Expr:
    made: Expr = bind(Integral, [z1, z2], body)
    return made


def each(index_name: str = "i") -> Expr:
    index = Index(index_name, Integer(0), Symbol("t"), fresh_tag())
    made: Expr = Call("u", index) + Log(Call("h", w1.between(index, index)))
    return made


SAID = [
    (both(Call("g", z1) * Log(Call("g", z2))), "z_k of z", "int g(z_1) log g(z_2) dz_1 dz_2"),
    (both(Call("g", z1) * Call("g", Z) * Call("g", z2)), "z_k of z",
     "int g(z) g(z_1) g(z_2) dz_1 dz_2"),
    (both(Log(Call("g", z1) + Call("g", z2))), "Z of z", "int log(g(Z) + g(z)) dZ dz"),
    (both(Log(Call("g", z1) + Call("g", z2))), "", None),
    (bind(Integral, [z1], Call("g", z1) * Call("g", Z)), "", None),
    (bind(Integral, [z1], Call("g", z1) * Call("g", Z)), "z_k of z", "int g(z) g(z_1) dz_1"),
    (bind(Integral, [z1], Call("g", z1) * bind(Integral, [z2], Call("g", z2))), "",
     "int g(z) int g(z) dz dz"),
    (Call("g", z1) + Log(Call("g", z2)), "", None),
    (Call("g", z1), "", "g(z)"),
    (each(), "", "u(i) + log h(w_i)"),
    (each("k"), "", "u(tau) + log h(w_tau)"),
    (each("L"), "", "u(tau) + log h(w_tau)"),
    (Symbol("tau") * each("tau"), "", "(u(i) + log h(w_i)) tau"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "copies", "text"), SAID)
def test_what_is_said(made: Expr, copies: str, text: str | None) -> None:
    of = file(copies)
    assert readable.text(of, made) == (text or "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("L", "L"),
        ("a N", "N a"),
        ("M(a)", "g(z) u(a)"),
        ("int N dz", "int N dz"),
        ("int g(z) M(k) dz", "int (g(z) u(k)) g(z) dz"),
        ("sum_{j=1}^{t} (u(j) + N)", "sum_{tau=1}^{t} (N + u(tau))"),
    ],
)
def test_abbreviations_are_said_where_they_mean_the_same(text: str, said: str) -> None:
    of = file("")
    assert readable.text(of, term(text, of)) == said


def test_an_abbreviation_of_another_variable_is_unfolded() -> None:
    of = file("z_k of z")
    one = term("N", of)
    hidden = bind(Integral, [z1], one.xreplace({Z: z1}) * Call("g", Z))
    assert readable.text(of, hidden) == "int g(z) g(z_1) dz_1"


COPIES = """
title: t
model: [q(z | x), p(x)]
functions: [w(z) > 0]
copies: [z_k of z]
start: "E_{q(z_1 | x) q(z_2 | x)}[log(w(z_1) + w(z_2))]"
steps: [{eq: "E_{q(z | x)}[log w(z)]", by: linearity}]
claim: E_{q(z_1 | x) q(z_2 | x)}[log(w(z_1) + w(z_2))] = E_{q(z | x)}[log w(z)]
"""


def test_residual_keeps_copies_apart() -> None:
    (step,) = verify(text=COPIES).derivations[0].steps
    assert step.diagnostic is not None
    residual = "E_{q(z_1 | x) q(z_2 | x)}[log(w(z_1) + w(z_2))] - E_{q(z | x)}[log w(z)]"
    assert step.diagnostic.data["residual"] == residual
