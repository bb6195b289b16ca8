"""Random formulas: trees as a builder may make them, and texts as a keyboard may."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from verifier.formula.occurrence import occurs
from verifier.formula.scope import Scope
from verifier.formula.written import (
    Bracket,
    Call,
    Density,
    Divergence,
    Entropy,
    Expectation,
    Exponential,
    Indexed,
    Information,
    Integral,
    Law,
    Logarithm,
    Name,
    Number,
    Power,
    Product,
    Quotient,
    Root,
    Sum,
    SumOver,
    Variable,
    VariableEntropy,
    Written,
)

SCOPE = Scope(
    families=frozenset({"p", "q", "q_phi"}),
    functions=frozenset({"f"}),
    abbreviations=frozenset({"L"}),
    templates=frozenset({"M"}),
    parameters=frozenset({"a", "b", "beta", "k", "tau", "K"}),
    variables=frozenset({"x", "y", "z", "z_1", "z_"}),
    mentions={"L": frozenset({"x"}), "p": frozenset({"x", "z"}), "q": frozenset({"z"})},
)
PARAMETERS = ("a", "b", "beta", "k", "tau", "K")
INDICES = ("k", "tau")
FAMILIES = ("p", "q", "q_phi")

Formulas = SearchStrategy[Written]


def without_brackets(node: Any) -> Any:
    """The tree without Bracket nodes, and without the flag of fractions."""
    if isinstance(node, tuple):
        return tuple(map(without_brackets, node))
    if not isinstance(node, Written):
        return node
    if isinstance(node, Bracket):
        return without_brackets(node.body)
    fields = dataclasses.fields(node)
    parts = {field.name: without_brackets(getattr(node, field.name)) for field in fields}
    if isinstance(node, Quotient):
        parts["fraction"] = False
    return type(node)(**parts)


# -- leaves ----------------------------------------------------------------------------------------

numbers = st.sampled_from(("0", "1", "2", "10", "0.5")).map(Number)
names = st.sampled_from((*PARAMETERS, "L")).map(Name)
subscripts: Formulas = st.one_of(
    st.sampled_from(("0", "1", "12")).map(Number),
    st.sampled_from(("t", "obs", "t_1")).map(Name),
    st.builds(Sum, st.just((Name("t"), Number("1"))), st.sampled_from(("++", "+-", "-+"))),
)
variables = st.one_of(
    st.sampled_from(("x", "y", "z")).map(Variable),
    st.builds(Variable, st.just("z"), st.just("element"), subscripts),
    st.builds(Variable, st.just("z"), st.just("slice"), subscripts, subscripts),
    st.builds(Variable, st.just("z"), st.sampled_from(("before", "upto")), st.none(), subscripts),
)
variable_lists = st.lists(variables, min_size=1, max_size=3).map(tuple)
conditions = st.lists(variables, max_size=2).map(tuple)
families = st.sampled_from(FAMILIES)
densities = st.builds(
    Density, families, variable_lists, conditions, st.sampled_from(((), ("theta", "theta_old")))
)
leaves: Formulas = st.one_of(
    numbers,
    names,
    densities,
    st.builds(VariableEntropy, variable_lists, conditions, st.none() | families),
    st.builds(Information, variable_lists, variable_lists, conditions, st.none() | families),
)


# -- what stands above them ------------------------------------------------------------------------


def _settled(bound: tuple[Variable | str, ...], body: Written) -> Written:
    """The body, bracketed where only its builder knows whether a name hides the index."""
    match body:
        case Product(factors=(*_, last)) | Quotient(denominator=last):
            sure = occurs(bound, last, lambda _name, _base: False)
            return body if sure else Bracket(body)
        case _:
            return body


def _sum_over(over: tuple[Variable, ...], body: Written) -> SumOver:
    return SumOver(over, _settled(over, body))


def _indexed(kind: str, index: str, low: Written, high: Written, body: Written) -> Indexed:
    return Indexed("sum" if kind == "sum" else "prod", index, low, high, _settled((index,), body))


def _logarithm(argument: Written, name: str) -> Logarithm:
    if isinstance(argument, Product) and Name("L") in argument.factors[0].walk():
        argument = Bracket(argument)
    return Logarithm(argument, "log" if name == "log" else "ln")


def _sum(terms: list[Written], first: str) -> Sum:
    signs = (first + "+-+-")[: len(terms)]
    return Sum(tuple(terms), "-" if len(terms) == 1 else signs)


def _product(factors: list[Written], marks: list[Any]) -> Product:
    return Product(tuple(factors), tuple(marks[: len(factors) - 1]))


laws: SearchStrategy[Written] = st.one_of(
    st.builds(Law, densities, st.none(), st.just(()) | variable_lists),
    st.builds(Law, st.none(), families, st.just(()) | variable_lists),
    st.builds(
        _indexed,
        st.just("prod"),
        st.sampled_from(INDICES),
        numbers,
        names,
        st.builds(Density, families, st.just((Variable("z", "element", Name("k")),)))
        | st.builds(Density, families, st.just((Variable("z", "element", Name("tau")),))),
    ),
)


def _above(parts: Formulas) -> Formulas:
    return st.one_of(
        st.builds(_sum, st.lists(parts, min_size=1, max_size=4), st.sampled_from("+-")),
        st.builds(
            _product,
            st.lists(parts, min_size=2, max_size=4),
            st.lists(st.sampled_from(("", "*")), min_size=3, max_size=3),
        ),
        st.builds(Quotient, parts, parts, st.booleans()),
        st.builds(Power, parts, parts),
        st.builds(Bracket, parts, st.booleans()),
        st.builds(_logarithm, parts, st.sampled_from(("log", "ln"))),
        st.builds(Exponential, parts, st.booleans()),
        st.builds(Root, parts),
        st.builds(Call, st.sampled_from(("f", "M")), st.lists(parts, min_size=1).map(tuple)),
        st.builds(Call, st.just("f"), variable_lists),
        st.builds(Integral, parts, variable_lists),
        st.builds(_sum_over, variable_lists, parts),
        st.builds(
            _indexed,
            st.sampled_from(("sum", "prod")),
            st.sampled_from(INDICES),
            parts,
            parts,
            parts,
        ),
        st.builds(Expectation, st.lists(laws, min_size=1, max_size=3).map(tuple), parts),
        st.builds(Divergence, parts, parts),
        st.builds(Divergence, families.map(Name), families.map(Name)),
        st.builds(Entropy, densities, st.none() | parts),
    )


trees: Formulas = st.recursive(leaves, _above, max_leaves=12)

_VOCABULARY = (
    "a b L f x y z k q p K E H I e M _ ^ * / + - ( ) [ ] { } | , ; : ~ = < || <= >= ≥ θ d 2 10 0.5"
    " log exp sqrt int sum prod KL D_KL dx dz dz_1 q_phi z_1 z_{0:t} p(x,z) q(z|x) E_{q(z)}[ E_q["
    " KL( H_p( (1/K) sum_{z} sum_{k=1}^{K} prod_{k=1}^{K}"
)

_LATEX = r"""
\log \frac \sqrt \left( \right) \left[ \right] \left\{ \right. \mathbf{ \text{
\mathbb{E} \hat p \mathrm{d}z
\bar{ ' ² ₜ₋₁ β θ \int_z \int_{-\infty}^{\infty} \mathcal{Z} \sum_{z\in \underbrace{ }_{
\over \\ & $ . ~ \sim
\langle \rangle_{q} \| \mid \, \Bigl \color{red} \label{ \underset{z} \overset{a} \nabla \foo
\ \{ \} ^* \prime
\stackrel{def}{=} \begin{align} \end{align} ½ Σ_ \phi \theta^{\text{old}} z^{(k)} dxdz \theta'
"""

token_soup = st.lists(
    st.tuples(st.sampled_from((*_VOCABULARY.split(), *_LATEX.split())), st.sampled_from((" ", ""))),
    max_size=25,
).map(lambda pieces: "".join(token + space for token, space in pieces))
