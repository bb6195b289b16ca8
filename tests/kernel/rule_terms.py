"""A small model and random terms over it, for the property tests of the rules."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from sympy import Expr, Integer, Rational, Symbol

from verifier.kernel.arithmetic import minus, power, product, quotient, total
from verifier.kernel.binding import bind, bind_index
from verifier.kernel.model import Fact, Family, Function, Model, Parameter
from verifier.kernel.terms import (
    KL,
    Abbreviation,
    Call,
    CrossEntropy,
    Density,
    Entropy,
    Exp,
    Expectation,
    Index,
    IndexedProduct,
    IndexedSum,
    Information,
    Integral,
    Log,
    Tuple,
    Var,
    VariableEntropy,
)

x, y, z = Var("x"), Var("y"), Var("z")
SLOTS = {"x": x, "y": y, "z": z}
a, b, t, n = Symbol("a"), Symbol("b"), Symbol("t"), Symbol("n")
Terms = st.SearchStrategy[Expr]


def d(text: str) -> Density:
    """A density: `d("p x z")`, `d("r z | x")`."""
    left, _, right = text.partition("|")
    name, *variables = left.split()
    made: Density = Density(name, [SLOTS[v] for v in variables], [SLOTS[v] for v in right.split()])
    return made


def mean(body: Expr, *laws: Density) -> Expr:
    """An expectation under laws."""
    return bind(Expectation, [v for law in laws for v in law.left], body, Tuple(*laws))


def integral(body: Expr, *variables: Var) -> Expr:
    return bind(Integral, variables, body)


def divergence(kind: Any, first: Density, *second: Expr) -> Expr:
    """A KL, an entropy or a cross-entropy."""
    return bind(kind, first.left, first, *second)


MIXTURE = quotient(total(d("p z"), d("q z")), Integer(2))
MODEL = Model(
    families=(
        Family("p", (x, z)),
        Family("q", (z,)),
        Family("r", (z,), (x,)),
        Family("c", (x, y, z), factors=(d("c x"), d("c y | x"), d("c z | y"))),
        Family("m", (z,), formula=MIXTURE),
    ),
    parameters=(
        Parameter(a),
        Parameter(b, bounds=((b, ">=", Integer(0)),)),
        Parameter(t, bounds=((t, ">=", Integer(0)), (t, "<=", Integer(1)))),
        Parameter(n, integer=True, bounds=((n, ">=", Integer(2)),)),
    ),
    functions=(
        Function("f", (x, z)),
        Function("g", (z,), sign=">= 0"),
        Function("h", (z,), sign="> 0"),
        Function("k", (z,)),
        Function("phi", (None,), shape="concave"),
        Function("psi", (None,), shape="convex"),
        Function("v", (None,)),
    ),
    facts=(Fact(Call("k", z), "=", minus(Call("g", z), d("p z")), frozenset({z}), "k"),),
    discrete=frozenset({"y"}),
    copies=((Var("z", Tuple(Symbol("k"), Symbol("k"))), z),),
)
DENSITIES = [
    *map(d, ("p x z", "p x", "p z", "p x | z", "p z | x", "q z", "r z | x", "m z")),
    *map(d, ("c x", "c y | x", "c z | y", "c z | x y", "c x z", "c x y z", "c y | x z")),
]
LAWS: list[tuple[Density, ...]] = [
    *((d(text),) for text in ("q z", "p z", "p z | x", "r z | x", "p x | z", "p x z", "c y | x")),
    (d("c x y z"),),
    (d("p x"), d("r z | x")),
    (d("p x"), d("q z")),
]
CALLS = [Call("f", x, z), Call("g", z), Call("h", z), Call("k", z)]
VARIABLES = [
    VariableEntropy("p", [x]),
    VariableEntropy("p", [x], [z]),
    VariableEntropy("c", [y], [x, z]),
    Information("p", [x], [z]),
    Information("c", [x], [z], [y]),
]


def element(place: Any) -> Var:
    """A copy of z."""
    return z.between(place, place)


def over(low: Any, high: Any, body: Any, kind: Any = IndexedSum) -> Expr:
    """A sum or a product over an index, its body a function of the index."""
    index = Index("i", low, high)
    made: Expr = bind_index(kind, index, body(index))
    return made


def of_copies(body: Expr) -> Expr:
    """The integral of a body against the law of n copies."""
    law = over(1, n, lambda i: Density("q", [element(i)]), IndexedProduct)
    made: Expr = bind(Integral, [z.between(1, n)], product(law, body), order=MODEL.order)
    return made


def _weight(place: Any) -> Expr:
    made: Expr = Call("h", element(place))
    return made


SUMS = [
    over(0, n, lambda i: Call("v", i)),
    over(1, n, lambda i: Call("v", i)),
    over(0, n - 1, lambda i: Call("v", i + 1)),
    over(1, n, lambda i: minus(Call("v", i), Call("v", i - 1))),
    over(1, n, lambda i: over(0, i, lambda j: product(Call("v", j), i))),
    over(1, n - 2, lambda i: _weight(i + 1)),
    over(2, n, lambda i: Log(Density("q", [element(i)]))),
]
EXCHANGES = [
    of_copies(quotient(_weight(place), share))
    for place in (1, 2, n)
    for share in (
        over(1, n, _weight),
        over(1, n, lambda i: total(Integer(2), Call("g", element(i)))),
        over(1, n - 1, _weight),
        over(1, n, lambda i: product(_weight(i), _weight(1))),
        product(over(1, n, _weight), Call("h", element(2))),
    )
]

constants = st.sampled_from([Integer(2), Integer(-1), Rational(1, 3), Integer(1)])
densities = st.sampled_from(DENSITIES)
laws = st.sampled_from(LAWS)
leaves = st.one_of(
    densities,
    st.sampled_from([*CALLS, a, b, t, Log(d("p x z")), Log(d("r z | x"))]),
    st.sampled_from([*CALLS, *VARIABLES]),
    constants,
)


def small_exp(term: Expr) -> Expr:
    """exp of a part of a term: a number that floats hold."""
    made: Expr = Exp(quotient(term, Integer(16)))
    return made


def positive(terms: Terms) -> Terms:
    """What is evidently positive: a logarithm may stand before it."""
    pairs = st.tuples(densities, densities)
    return st.one_of(
        densities,
        pairs.map(lambda pair: quotient(*pair)),
        pairs.map(lambda pair: total(*pair)),
        pairs.map(lambda pair: product(*pair, Call("h", z))),
        terms.map(small_exp),
        densities.map(lambda u: integral(u, z) if z in u.left else u),
    )


def compound(terms: Terms) -> Terms:
    """Terms made of terms."""
    above = positive(terms)
    powers = st.sampled_from([Integer(2), Rational(1, 2), Integer(-1), t, a])
    return st.one_of(
        st.lists(terms, min_size=2, max_size=3).map(lambda parts: total(*parts)),
        st.lists(terms, min_size=2, max_size=2).map(lambda parts: product(*parts)),
        st.tuples(terms, positive(terms)).map(lambda pair: quotient(*pair)),
        above.map(Log),
        st.tuples(above, powers).map(lambda pair: power(*pair)),
        terms.map(small_exp),
        st.tuples(terms, laws).map(lambda pair: mean(pair[0], *pair[1])),
        st.tuples(terms, above, laws).map(
            lambda parts: mean(product(parts[0], Log(parts[1])), *parts[2])
        ),
        st.tuples(terms, densities, st.sampled_from([x, y, z])).map(
            lambda parts: integral(product(parts[0], parts[1]), parts[2])
        ),
        st.tuples(laws, above).map(lambda pair: divergence(KL, pair[0][0], pair[1])),
        st.tuples(laws, above).map(lambda pair: divergence(CrossEntropy, pair[0][0], pair[1])),
        laws.map(lambda law: divergence(Entropy, law[0])),
        terms.map(lambda u: Abbreviation("L", u)),
        st.tuples(st.sampled_from(["phi", "psi"]), terms).map(lambda pair: Call(*pair)),
    )


terms = st.recursive(leaves, compound, max_leaves=6)
