"""For each rule terms on which it acts, and for each `so` rule premises that hold and goals."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st
from rule_terms import (
    CALLS,
    EXCHANGES,
    LAWS,
    MODEL,
    SUMS,
    VARIABLES,
    a,
    b,
    d,
    densities,
    divergence,
    integral,
    laws,
    mean,
    positive,
    small_exp,
    t,
    terms,
    x,
    y,
    z,
)
from sympy import Expr, Integer, Rational

from verifier.kernel.arithmetic import minus, negative, power, product, quotient, total
from verifier.kernel.model import Domination, Fact, Model
from verifier.kernel.terms import (
    KL,
    Abbreviation,
    Call,
    CrossEntropy,
    Density,
    Entropy,
    Exp,
    Information,
    Log,
    Relation,
    Statement,
    Var,
    VariableEntropy,
)

Terms = st.SearchStrategy[Expr]
ZERO, ONE = Integer(0), Integer(1)
above = positive(terms)
variables = st.sampled_from([x, y, z])
pairs = st.tuples(terms, terms)
conditionals = st.sampled_from([d("p x | z"), d("p z | x"), d("c z | x y"), d("c y | x z")])
nested = st.tuples(terms, laws, laws).map(lambda parts: mean(mean(parts[0], *parts[1]), *parts[2]))
divergences = st.one_of(
    st.tuples(laws, above).map(lambda pair: divergence(KL, pair[0][0], pair[1])),
    st.sampled_from([(p, q) for (p,) in LAWS[:6] for (q,) in LAWS[:6] if p.left == q.left]).map(
        lambda pair: divergence(KL, *pair)
    ),
)
entropies = st.one_of(
    laws.map(lambda law: divergence(Entropy, law[0])),
    st.tuples(laws, above).map(lambda pair: divergence(CrossEntropy, pair[0][0], pair[1])),
)

# Terms on which an equality rule acts; random ones are tried besides.
EQUALITIES: dict[str, Terms] = {
    "log-rules": st.one_of(above.map(Log), above.map(lambda u: power(u, t)), terms.map(Exp)),
    "linearity": st.tuples(pairs, laws).map(lambda parts: mean(total(*parts[0]), *parts[1])),
    "expectation": st.tuples(terms, laws).map(lambda pair: mean(pair[0], *pair[1])),
    "kl": divergences,
    "entropy": entropies,
    "information": st.sampled_from(VARIABLES),
    "chain-rule": conditionals,
    "bayes-rule": conditionals,
    "marginalisation": st.one_of(
        st.tuples(densities, variables, terms).map(
            lambda parts: integral(product(parts[0], parts[2]), parts[1])
        ),
        st.sampled_from(
            [product(d("p x z"), d("p x")), product(d("c x y z"), d("c x y")), d("c x z")]
        ).map(lambda u: integral(u, z)),
    ),
    "normalisation": st.one_of(
        st.tuples(densities, terms, laws).map(
            lambda parts: mean(product(parts[0], parts[1]), *parts[2])
        ),
        densities.map(lambda u: integral(u, *u.left)),
    ),
    "tower": nested,
    "swap": nested,
    "factorisation": st.sampled_from([d("c x y z"), d("c z | x y"), d("c x z"), d("c y | x z")]),
    "index": st.sampled_from(SUMS),
    "exchange": st.sampled_from(EXCHANGES),
    "definition": st.one_of(terms.map(lambda u: Abbreviation("L", u)), st.just(d("m z"))),
    "assumption": st.just(Call("k", z)),
    "substitution": st.just(d("p x z")),
}

shapes = st.sampled_from(
    [Log, Exp, lambda u: Call("phi", u), lambda u: Call("psi", u), lambda u: power(u, t)]
)
averages = st.one_of(
    st.tuples(above, laws).map(lambda pair: mean(pair[0], *pair[1])),
    st.tuples(above, above).map(
        lambda pair: total(product(t, pair[0]), product(minus(ONE, t), pair[1]))
    ),
    st.tuples(above, st.sampled_from([d("q z"), d("p z")])).map(
        lambda pair: integral(product(*pair), z)
    ),
)

# Terms that an inequality rule has a bound for.
INEQUALITIES: dict[str, Terms] = {
    "jensen": st.one_of(
        st.tuples(shapes, averages).map(lambda pair: pair[0](pair[1])),
        st.tuples(shapes, above, laws).map(lambda parts: mean(parts[0](parts[1]), *parts[2])),
    ),
    "log-bound": st.one_of(
        above.map(Log),
        above.map(lambda u: total(product(Integer(3), u), Integer(-3), negative(Log(u)))),
        terms.map(small_exp),
    ),
    "gibbs": st.one_of(divergences, st.sampled_from(VARIABLES)),
    "data-processing": st.sampled_from(
        [
            *VARIABLES[1:],
            divergence(KL, d("p z"), d("q z")),
            minus(Information("c", [x], [y]), Information("c", [x], [z])),
            minus(VariableEntropy("c", [x], [y]), VariableEntropy("c", [x], [z])),
        ]
    ),
    "entropy-nonnegative": st.sampled_from(
        [
            *(d("c y | x"), d("c y | x z"), divergence(Entropy, d("c y | x"))),
            divergence(CrossEntropy, d("c y | x"), d("c y | x z")),
            *(VariableEntropy("c", [y]), VariableEntropy("c", [y], [x]), VARIABLES[-1]),
        ]
    ),
    "nonnegativity": st.tuples(above, terms, st.sampled_from([b, ONE, negative(b)])).map(
        lambda parts: total(product(parts[0], parts[2]), parts[1])
    ),
    "assumption": st.sampled_from([Call("k", z), Call("g", z), total(Call("h", z), d("p z"))]),
    "substitution": st.sampled_from([Log(d("p x")), d("p x z")]),
}


def around(inner: Terms) -> Terms:
    """A term as it stands, and at monotone, antitone and other places."""
    contexts: list[Callable[[Expr], Expr]] = [
        lambda u: u,
        lambda u: product(Integer(-2), u),
        lambda u: mean(product(u, Call("g", z)), d("q z")),
        lambda u: product(small_exp(u), d("p x")),
        lambda u: product(u, Call("f", x, z)),
        lambda u: Abbreviation("L", product(Rational(-1, 3), u)),
        lambda u: integral(product(mean(u, d("r z | x")), d("p x")), x),
    ]
    return st.tuples(st.sampled_from(contexts), inner, st.one_of(st.just(ZERO), terms)).map(
        lambda parts: total(parts[0](parts[1]), parts[2])
    )


# Statements that hold in every world of MODEL, for what may be used in `using`.
KNOWN = (
    Statement(d("p x z"), "=", product(d("p x | z"), d("p z"))),
    Statement(Log(d("p x")), ">=", minus(Log(d("p x")), divergence(KL, d("q z"), d("p z | x")))),
)
FACTS = (
    Fact(Call("g", z), ">=", minus(Call("h", z), Integer(2)), frozenset({z}), "g"),
    Fact(Call("h", z), "<=", Integer(3), frozenset({z}), "h"),
)


class Inference(NamedTuple):
    """Premises that hold in every world of a model, and a goal that may follow."""

    premises: tuple[Statement, ...]
    goal: Statement
    model: Model = MODEL


RELATIONS: list[Relation] = ["=", ">=", "<="]
relations = st.sampled_from(RELATIONS)
gaps = st.sampled_from([Call("g", z), Call("h", z), d("p x"), divergence(KL, d("q z"), d("p z"))])
factors = st.sampled_from(
    [Integer(2), Integer(-1), Rational(-1, 3), b, a, d("p x"), Call("h", z), Call("f", x, z)]
)


def _holding(parts: tuple[Expr, Relation, Expr]) -> Statement:
    """left REL right with right made so that it holds."""
    left, relation, gap = parts
    return Statement(
        left, relation, {"=": left, ">=": minus(left, gap), "<=": total(left, gap)}[relation]
    )


def _above_zero(parts: tuple[Expr, Relation, Expr]) -> Statement:
    """The same with both sides positive."""
    held = _holding(parts)
    if held.relation == ">=":
        return Statement(total(held.left, parts[2]), ">=", held.left)
    return held


identities = st.sampled_from(
    [KNOWN[0], Statement(d("p z | x"), "=", quotient(d("p x z"), d("p x"))), Statement(a, "=", a)]
)
premises = st.one_of(st.tuples(terms, relations, gaps).map(_holding), identities)
positive_premises = st.tuples(above, relations, gaps).map(_above_zero)
Change = Callable[[Expr], Expr]


def changed(
    changes: st.SearchStrategy[Change], held: st.SearchStrategy[Statement] = premises
) -> st.SearchStrategy[Inference]:
    """Goals made of both sides of a premise, under any relation."""

    def inference(parts: tuple[Statement, Change, Relation]) -> Inference:
        premise, change, relation = parts
        goal = Statement(change(premise.left), relation, change(premise.right))
        return Inference((premise,), goal)

    return st.tuples(held, changes, relations).map(inference)


def _scaled(pair: tuple[Expr, Expr]) -> Change:
    return lambda side: total(product(pair[0], side), pair[1])


def _averaged(law: tuple[Density, ...]) -> Change:
    return lambda side: mean(side, *law)


def _weighed(pair: tuple[Expr, Var]) -> Change:
    return lambda side: integral(product(side, pair[0]), pair[1])


def _both(pair: tuple[Statement, Statement]) -> Inference:
    first, second = pair
    left, right = total(first.left, second.left), total(first.right, second.right)
    return Inference(pair, Statement(left, first.relation, right))


ZEROS = Model(
    families=MODEL.families[:3],
    support=(
        Domination(d("r z | x"), d("p z | x"), "r(z | x) << p(z | x)"),
        Domination(d("q z"), d("p z"), "q(z) << p(z)"),
    ),
)


def at_a_point(fact: Statement) -> Model:
    """ZEROS where a fact holds at one point."""
    assumed = Fact(fact.left, fact.relation, fact.right, frozenset(), "fact")
    return Model(ZEROS.families, ZEROS.support, (assumed,))


def _vanishing(pair: tuple[Expr, Expr]) -> Inference:
    first, second = (Statement(density, "=", Integer(0)) for density in pair)
    return Inference((first,), second, at_a_point(first))


vanishing = [d("r z | x"), d("p z | x"), d("q z"), d("p z")]
ONE_LAW = Model(
    families=MODEL.families[:3],
    facts=(Fact(d("q z"), "=", d("p z"), frozenset({z}), "q = p"),),
)
NO_DIVERGENCE = divergence(KL, d("q z"), d("p z"))

INFERENCES: dict[str, st.SearchStrategy[Inference]] = {
    "gibbs": st.sampled_from(
        [
            *(Statement(NO_DIVERGENCE, "=", ZERO), Statement(NO_DIVERGENCE, "<=", ZERO)),
            *(Statement(ZERO, "=", NO_DIVERGENCE), Statement(ZERO, ">=", NO_DIVERGENCE)),
            *(Statement(NO_DIVERGENCE, ">=", ZERO), Statement(ZERO, "<=", NO_DIVERGENCE)),
        ]
    ).map(lambda held: Inference((held,), Statement(d("q z"), "=", d("p z")), ONE_LAW)),
    "absolute-continuity": st.tuples(
        st.sampled_from(vanishing), st.sampled_from(vanishing)
    ).map(_vanishing),
    "rearrange": changed(st.tuples(factors, terms).map(_scaled)),
    "cross-multiply": changed(st.tuples(factors, st.just(ZERO)).map(_scaled)),
    "take-log": changed(st.just(Log), positive_premises),
    "exponentiate": changed(st.just(Exp)),
    "take-expectation": changed(laws.map(_averaged)),
    "integrate": changed(
        st.tuples(st.one_of(densities, st.sampled_from(CALLS)), st.sampled_from([x, z])).map(
            _weighed
        )
    ),
    "combine": st.tuples(premises, premises).map(_both),
}  # fmt: skip
