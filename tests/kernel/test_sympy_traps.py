"""SymPy's traps, each reproduced on SymPy itself and then shown not to be one for our terms."""

from __future__ import annotations

import sys
from copy import copy
from itertools import combinations, permutations
from pickle import dumps, loads

import pytest
import sympy
from derivation_table import SHIPPED, judged
from rule_terms import d, divergence, integral, mean
from sympy import Function, Integer, Lambda, Symbol

from verifier import verify
from verifier.derivation.loader import load_text
from verifier.elaborate.model import read_declarations
from verifier.formula.parser import parse_expression
from verifier.kernel.arithmetic import factors, power, product, total
from verifier.kernel.binding import bind, free_variables, substitute, unbind
from verifier.kernel.definedness import defined
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.model import Family, Model, Parameter
from verifier.kernel.model import Function as FreeFunction
from verifier.kernel.terms import (
    KL,
    Binder,
    Call,
    CrossEntropy,
    Density,
    Entropy,
    Information,
    Integral,
    Log,
    Tuple,
    Var,
    VariableEntropy,
)
from verifier.outcome import FileVerdict, Verdict

x, z, w = Var("x"), Var("z"), Var("w")
q, p = d("q z"), d("p x z")
f = Call("f", x, z)
MODEL = Model((Family("p", (x, z)), Family("q", (z,))), functions=(FreeFunction("f", (x, z)),))

BINDERS: dict[str, Binder] = {
    "integral": integral(product(f, q), z),
    "expectation": mean(f, q),
    "KL": divergence(KL, q, p),
    "cross-entropy": divergence(CrossEntropy, q, p),
    "entropy": bind(Entropy, [z], product(d("q z"), d("p x"))),
}
each_binder = pytest.mark.parametrize("binder", BINDERS.values(), ids=BINDERS)


# -- capture -------------------------------------------------------------------------------------


def test_sympy_captures() -> None:
    a, b = sympy.symbols("a b")
    g = Function("g")
    assert sympy.Integral(g(a, b), (b, 0, 1)).subs(a, b) == sympy.Integral(g(b, b), (b, 0, 1))
    assert sympy.Sum(g(a, b), (b, 0, 1)).xreplace({a: b}) == sympy.Sum(g(b, b), (b, 0, 1))
    assert Lambda(b, g(a, b)).xreplace({a: b}) == Lambda(b, g(b, b))


@each_binder
def test_substitution_does_not_capture(binder: Binder) -> None:
    """x := z under a binder of z: the z put in stays free, the bound one stays bound."""
    changed = substitute(binder, {x: z})
    assert free_variables(changed) == {z}
    (variable,), parts = unbind(changed)
    (original,), opened = unbind(binder)
    assert variable != z
    renamed = [substitute(part, {x: z, original: variable}) for part in opened]
    assert [*parts] == renamed


@each_binder
def test_bound_variable_is_not_substituted(binder: Binder) -> None:
    assert substitute(binder, {z: w}) == binder
    assert substitute(substitute(binder, {x: w}), {w: x}) == binder


def test_two_variables_are_exchanged_at_once() -> None:
    assert substitute(f, {x: z, z: x}) == Call("f", z, x)
    assert substitute(integral(f, z), {x: z}) == substitute(integral(Call("f", w, z), z), {w: z})


def test_nested_binders_of_one_slot_are_apart() -> None:
    inner = mean(f, q)
    outer = mean(product(Call("f", x, z), inner), q)
    (variable,), (body, _) = unbind(outer)
    assert body == product(Call("f", x, variable), inner)
    assert free_variables(outer) == {x}


def test_variables_of_one_slot_stay_apart_when_a_binder_is_opened() -> None:
    """int int q(z) q(z') dz dz', as the normal form may have it."""
    first, second = z.tagged(1), z.tagged(2)
    body = product(Density("q", [first]), Density("q", [second]))
    opened, (inside,) = unbind(Integral(body, Tuple(first, second)))
    assert len(set(opened)) == 2
    assert free_variables(inside) == set(opened)


# -- alpha-equality ------------------------------------------------------------------------------


def test_sympy_tells_alpha_equal_integrals_apart() -> None:
    a, b = sympy.symbols("a b")
    assert sympy.Integral(a, (a, 0, 1)) != sympy.Integral(b, (b, 0, 1))


OPENED = [z, z.tagged(-3), z.tagged(-71)]


@pytest.mark.parametrize(("one", "other"), [*permutations(OPENED, 2)])
@pytest.mark.parametrize("kind", [Integral, Entropy])
def test_alpha_equal_binders_are_one_object(kind: type[Binder], one: Var, other: Var) -> None:
    left, right = (bind(kind, [v], Density("q", [v])) for v in (one, other))
    assert left == right
    assert hash(left) == hash(right)


def test_binders_that_only_look_alike_differ() -> None:
    assert mean(f, q) != mean(Call("f", z, x), q)
    assert mean(f, q) != mean(f, d("p z"))
    assert integral(integral(f, x), z) != integral(f, x)


@pytest.mark.parametrize("outer", ["{}", "E_{{p(x)}}[{}]"])
def test_merged_expectations_are_alpha_equal_beneath_any_binder(outer: str) -> None:
    """Two variables of one slot, bound together: which comes first must not depend on names."""
    first = outer.format("E_{p(z | x)}[E_{q(z)}[log p(x, z)] log p(x | z)]")
    second = outer.format("E_{q(z)}[E_{p(z | x)}[log p(x | z)] log p(x, z)]")
    (report,) = verify(
        text=FILE.format(start=first, line=second, by="swap", extra="strict: true")
    ).derivations
    assert report.verdict is FileVerdict.VERIFIED


# -- leaking bound variables ---------------------------------------------------------------------


def test_a_naive_sympy_binder_leaks() -> None:
    naive = Function("E")(Symbol("a"), Symbol("a"))
    assert naive.free_symbols == {Symbol("a")}


@each_binder
def test_no_bound_variable_shows(binder: Binder) -> None:
    assert free_variables(binder) == {x}
    assert z not in binder.atoms(Var)


@pytest.mark.parametrize("closed", [VariableEntropy("p", [x], [z]), Information("p", [x], [z])])
def test_random_variables_are_not_free(closed: sympy.Expr) -> None:
    assert free_variables(closed) == frozenset()
    assert substitute(closed, {x: z}) == closed


def test_two_variables_of_one_slot_stay_two_in_one_binder() -> None:
    """Merged integrals bind such: int int q(z) q(z') dz dz' is no int q(z)^2 dz."""
    other = z.tagged(-2)
    both = bind(Integral, [z, other], product(q, substitute(q, {z: other})))
    opened, (body,) = unbind(both)
    assert len(set(opened)) == 2
    assert len(factors(body)) == 2


# -- what cancels at construction ----------------------------------------------------------------

CANCELLING = ["KL(q(z) || p(z)) - KL(q(z) || p(z))", "0 KL(q(z) || p(z))", "q(z) / q(z)"]


@pytest.mark.parametrize("text", CANCELLING)
def test_conditions_survive_what_cancels(text: str) -> None:
    file = read_declarations(load_text(FILE.format(start="0", line=text, by="algebra", extra="")))
    (term,), _ = file.elaborator.line(parse_expression(text, file.scope))
    assert defined(file.model, term)
    nf = Normaliser(Context(file.model), {})
    assert nf.store.term(nf.normal(term)) in (0, 1)


FILE = """
title: what cancels
model: ["p(x, z)", q(z)]
{extra}
start: {start}
steps:
  - {{eq: "{line}", by: {by}}}
claim: {start} = {line}
"""


@pytest.mark.parametrize("text", CANCELLING[:2])
def test_what_cancelled_must_be_finite(text: str) -> None:
    """With `support: []` nothing is taken for finite: infinity minus infinity isn't 0."""
    line = f"E_{{q(z)}}[log q(z)] + {text} - E_{{q(z)}}[log p(z)]"
    both = FILE.format(
        start="E_{q(z)}[log q(z) - log p(z)]", line=line, by="linearity", extra="support: []"
    )
    (report,) = verify(text=both).derivations
    assert report.steps[0].verdict is Verdict.UNPROVED


# -- helpers that are no judges ------------------------------------------------------------------


def forbidden(*_: object, **__: object) -> None:
    raise AssertionError("asked for what SymPy thinks")


SYMPIFY = sys.modules["sympy.core.sympify"].sympify


def sympify_no_text(value: object, *rest: object, **options: object) -> object:
    """What SymPy asks of numbers and symbols; of a text it would run `eval`."""
    if isinstance(value, str):
        raise AssertionError(f"sympify of {value!r}")
    return SYMPIFY(value, *rest, **options)


HELPERS = (
    *("sympify", "parse_expr", "simplify", "expand_log", "logcombine", "powsimp", "expand"),
    *("nsimplify", "cancel", "together", "radsimp", "solve", "integrate", "limit"),
)


@pytest.mark.parametrize("name", ["kl", "bayes", "papers/diffusion"])
def test_verdicts_need_no_parser_and_no_simplifier(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(SHIPPED[name])  # what SymPy parses for itself, once
    for helper in HELPERS:
        monkeypatch.setattr(sympy, helper, forbidden, raising=False)
    monkeypatch.setattr("sympy.parsing.sympy_parser.parse_expr", forbidden)
    monkeypatch.setattr("sympy.parsing.sympy_parser.eval_expr", forbidden)
    monkeypatch.setattr(sys.modules["sympy.simplify.simplify"], "simplify", forbidden)
    monkeypatch.setattr(sys.modules["sympy.core.sympify"], "sympify", sympify_no_text)
    monkeypatch.setattr("builtins.eval", forbidden)
    for method in ("subs", "xreplace", "replace", "doit", "simplify", "rewrite"):
        monkeypatch.setattr(sympy.Basic, method, forbidden)
    report = judged(SHIPPED[name])
    assert report.error is None
    assert report.verdict is FileVerdict.VERIFIED


HOSTILE = ["__import__('os').system('x')", "().__class__", "lambda: 0", "exec", "a := 1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_never_evaluated(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.eval", forbidden)
    monkeypatch.setattr("sympy.parsing.sympy_parser.parse_expr", forbidden)
    line = text.replace('"', "'")
    (report,) = verify(
        text=FILE.format(start="log p(x)", line=line, by="algebra", extra="")
    ).derivations
    assert report.verdict is not FileVerdict.VERIFIED
    assert not report.internal


def test_equality_of_terms_is_decided_by_normal_forms() -> None:
    nf = Normaliser(Context(MODEL), {})
    assert nf.normal(Log(q)) != nf.normal(Log(p))
    two = Integer(2)
    square = total(power(q, two), product(two, p, q), power(p, two))
    assert nf.vanishes(nf.normal(power(total(q, p), two)) - nf.normal(square))
    assert nf.normal(mean(Integer(0), q)) == nf.normal(Integer(0))


@pytest.mark.parametrize("name", ["name", "ends", "tag", "root"])
def test_a_variable_can_t_be_changed(name: str) -> None:
    """One object stands for all equal variables: what is written to it would show everywhere."""
    variable = Var("z")
    with pytest.raises(AttributeError):
        setattr(variable, name, Var("x"))
    assert variable.name == "z"
    assert copy(variable) is variable
    assert loads(dumps(variable)) == variable


@pytest.mark.parametrize("power", [1, 2, 3])
def test_factors_keep_the_sign(power: int) -> None:
    """Which of a sum's terms comes first, and so has a positive factor, is no matter of degree."""
    letters = [Symbol(letter) for letter in "abcdefgh"]
    nf = Normaliser(Context(Model(parameters=tuple(Parameter(s) for s in letters))), {})
    for first, second in combinations(letters, 2):
        written = sympy.expand((first - second) ** power)
        factored = nf.factored(nf.normal(written))
        assert sympy.expand(nf.store.end(factored) - written) == 0
        ratio = nf.normal(written) * nf.integer_power(factored, -1)
        assert nf.reduced(ratio).value == 1


def test_an_index_within_an_abbreviation_is_not_the_one_around() -> None:
    """Both sums are open at once, have one letter and one range."""
    text = """
title: a sum of sums
model: ["p(z_{1:T}) = prod_{t=1}^{T} p(z_t)"]
parameters: [T >= 2]
define: ["L(k) = sum_{i=1}^{T} ((log p(z_i)) (log p(z_k)))"]
steps:
  - {so: "sum_{i=1}^{T} L(i) = SAID", by: [definition, linearity]}
claim: "sum_{i=1}^{T} L(i) = SAID"
"""
    lines = {
        "T sum_{i=1}^{T} ((log p(z_i)) (log p(z_i)))": FileVerdict.FAILED,
        "sum_{i=1}^{T} sum_{j=1}^{T} ((log p(z_i)) (log p(z_j)))": FileVerdict.VERIFIED,
    }
    for said, verdict in lines.items():
        (report,) = verify(text=text.replace("SAID", said)).derivations
        assert report.verdict is verdict
