"""Models over sequences, and random formulas over them, for the property tests of the rules.

Formulas are text: elaboration refuses those that mean nothing at some horizon, and what is left
has its scopes as an author would have them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from hypothesis import strategies as st
from sympy import Expr

from verifier.derivation.loader import derivation
from verifier.derivation.source import text_source
from verifier.elaborate.model import Declarations, read_declarations
from verifier.elaborate.record import IllFormed
from verifier.formula.parser import parse_expression
from verifier.kernel.model import Model

Texts = st.SearchStrategy[str]


@dataclass(frozen=True)
class Sequences:
    """A model over sequences up to `end`, and what its formulas are made of.

    In the texts `@` is a place (an index or an end), `<` the place before it, `>` the one after.
    `laws` may stand under an E, `densities` anywhere; of `measures` an integral binds the `over`.
    """

    declarations: str
    end: str
    first: int
    densities: tuple[str, ...]
    laws: tuple[str, ...]
    calls: tuple[str, ...]
    divergences: tuple[str, ...]
    closed: tuple[str, ...] = ()
    over: tuple[str, ...] = ()


TEMPORAL = Sequences(
    """
parameters: [t >= 0, "0 <= w <= 1"]
model:
  - p(x_{0:t}, z_{0:t}) = prod_{i=0}^{t} p(x_i | z_i) p(z_i | z_{0:i-1})
  - q(z_{0:t} | x_{0:t}) = prod_{i=0}^{t} q(z_i | z_{0:i-1}, x_{0:i})
functions: [f(z) > 0, g(z), "h(x)", k(u)]
""",
    "t", 0,
    (
        "p(x_{0:t}, z_{0:t})", "p(x_{0:t})", "p(z_{0:t})", "p(z_{0:t} | x_{0:t})", "p(x_@ | z_@)",
        "p(z_@ | z_{0:<})", "q(z_{0:@} | x_{0:t})", "q(z_@ | z_{0:<}, x_{0:t})", "p(x_{0:@})",
        "q(z_@ | z_{0:<}, x_{0:@})", "q(z_{0:t} | x_{0:t})", "p(z_@ | x_{0:@})", "p(z_{@:t})",
        "p(x_@ | x_{0:<})", "q(z_@ | x_{0:t})", "p(x_{0:@} | z_{0:@})", "p(x_@ | z_{0:t})",
    ),
    (
        "q(z_{0:t} | x_{0:t})", "q(z_{0:@} | x_{0:@})", "q(z_{0:<} | x_{0:<})", "p(z_{0:t})",
        "q(z_@ | z_{0:<}, x_{0:@})", "p(z_@ | z_{0:<})", "p(x_{0:t}, z_{0:t})", "p(x_@ | z_@)",
        "p(z_{0:@} | x_{0:t})", "p(x_{0:t}) q(z_{0:t} | x_{0:t})", "q(z_{@:t} | z_{0:<}, x_{0:t})",
        "prod_{j=0}^{t} q(z_j | z_{0:j-1}, x_{0:j})",
    ),
    ("f(z_@)", "g(z_@)", "h(x_@)", "f(z_{0:@})", "g(z_0)", "k(1)", "h(x_{0:t})"),
    (
        "KL(q(z_{0:t} | x_{0:t}) || p(z_{0:t}))",
        "KL(q(z_{0:@} | x_{0:@}) || p(z_{0:@} | x_{0:@}))",
        "KL(q(z_@ | z_{0:<}, x_{0:@}) || p(z_@ | z_{0:<}))", "H(q(z_{0:@} | x_{0:t}))",
        "KL(q(z_{0:t} | x_{0:t}) || p(x_{0:t}, z_{0:t}))", "H(p(z_@ | z_{0:<}))",
        "KL(prod_{j=0}^{t} q(z_j | z_{0:j-1}, x_{0:j}) || prod_{j=0}^{t} p(z_j | z_{0:j-1}))",
    ),
    (
        "H_p(z_{0:t})", "I_p(x_{0:t}; z_{0:t})", "H_p(z_t | z_{0:t-1})", "H_p(z_{0:t} | x_0)",
    ),
    ("z_{0:t}", "z_@", "z_{0:@}", "x_{0:t}", "x_@", "z_{@:t}"),
)  # fmt: skip

CHAINS = Sequences(
    """
parameters: [T >= 1, a > 0]
model:
  - q(x_{0:T}) = q(x_0) prod_{i=1}^{T} q(x_i | x_{i-1})
  - p(x_{0:T}) = p(x_T) prod_{i=1}^{T} p(x_{i-1} | x_i)
functions: [f(x) > 0, g(x), k(u)]
""",
    "T", 0,
    (
        "q(x_{0:T})", "p(x_{0:T})", "q(x_@ | x_<)", "p(x_< | x_@)", "q(x_{0:@})", "q(x_@)",
        "p(x_@)",
        "q(x_< | x_@)", "q(x_@ | x_0)", "q(x_{1:T} | x_0)", "p(x_{0:T-1} | x_T)", "q(x_T | x_0)",
        "q(x_@ | x_{0:<})", "p(x_{0:<} | x_{@:T})", "q(x_{@:T} | x_{0:<})", "q(x_@ | x_<, x_>)",
        "q(x_< | x_@, x_0)", "q(x_@ | x_{0:<}, x_{>:T})",
    ),
    (
        "q(x_{0:T})", "p(x_{0:T})", "q(x_{1:T} | x_0)", "q(x_0)", "q(x_@)", "q(x_{0:@})",
        "q(x_<, x_@)", "q(x_@ | x_<)", "q(x_{0:<} | x_{@:T})", "q(x_0) q(x_{1:T} | x_0)",
        "q(x_{@:T} | x_{0:<})", "q(x_0, x_@)", "p(x_T) prod_{j=1}^{T} p(x_{j-1} | x_j)",
    ),
    ("f(x_@)", "g(x_@)", "f(x_0)", "g(x_T)", "f(x_{0:@})", "k(2)", "g(x_<)"),
    (
        "KL(q(x_{0:T}) || p(x_{0:T}))", "KL(q(x_T | x_0) || p(x_T))", "H(q(x_{0:@}))",
        "KL(q(x_< | x_@, x_0) || p(x_< | x_@))", "KL(q(x_{1:T} | x_0) || p(x_{0:T}))",
        "H(q(x_@ | x_<))", "KL(q(x_{1:T} | x_0) || p(x_{1:T} | x_0))",
    ),
    (
        "H_q(x_{0:T})", "I_q(x_0; x_T)", "H_q(x_T | x_{0:T-1})", "H_p(x_{0:T-1} | x_T)",
        "I_q(x_0; x_{1:T})",
    ),
    ("x_{0:T}", "x_@", "x_{1:T}", "x_0", "x_{0:@}", "x_{@:T}", "x_{0:<}"),
)  # fmt: skip

KERNELS = Sequences(
    """
parameters: [T >= 1, a > 0]
model:
  - q(x_{1:T} | x_0) = prod_{i=1}^{T} q(x_i | x_{i-1})
  - p(x_{0:T-1} | x_T) = prod_{i=1}^{T} p(x_{i-1} | x_i)
functions: [f(x) > 0, g(x), k(u)]
""",
    "T", 1,
    (
        "q(x_@ | x_<)", "p(x_< | x_@)", "q(x_@ | x_0)", "q(x_{1:T} | x_0)", "p(x_{0:T-1} | x_T)",
        "q(x_T | x_0)", "q(x_@ | x_{0:<})", "p(x_{0:<} | x_{@:T})", "q(x_{@:T} | x_{0:<})",
        "q(x_{1:@} | x_0)", "q(x_< | x_@, x_0)", "q(x_@ | x_{0:<}, x_{>:T})", "q(x_@ | x_{@+1:T})",
    ),
    (
        "q(x_{1:T} | x_0)", "p(x_{0:T-1} | x_T)", "q(x_@ | x_<)", "q(x_{@:T} | x_{0:<})",
        "q(x_{1:@} | x_0)", "prod_{j=1}^{T} p(x_{j-1} | x_j)", "q(x_@ | x_0)", "p(x_< | x_@)",
    ),
    ("f(x_@)", "g(x_@)", "f(x_0)", "g(x_T)", "f(x_{0:@})", "k(2)", "g(x_<)"),
    (
        "KL(q(x_T | x_0) || q(x_T | x_{T-1}))", "H(q(x_{1:@} | x_0))", "H(q(x_@ | x_<))",
        "KL(q(x_{1:T} | x_0) || prod_{j=1}^{T} q(x_j | x_0))",
    ),
    (),
    ("x_{1:T}", "x_@", "x_0", "x_{1:@}", "x_{@:T}", "x_{0:<}"),
)  # fmt: skip

ACTIONS = Sequences(
    """
parameters: [t >= 0]
model:
  - p(z_{0:t}, a_{0:t}) = p(z_0) p(a_0 | z_0) prod_{i=1}^{t} p(z_i | z_{i-1}, a_{i-1}) p(a_i | z_i)
  - q(z_{0:t}, a_{0:t}) = q(z_0) q(a_0 | z_0) prod_{i=1}^{t} p(z_i | z_{i-1}, a_{i-1}) q(a_i | z_i)
functions: ["r(z, a)", f(z) > 0, k(u)]
""",
    "t", 0,
    (
        "p(z_{0:t}, a_{0:t})", "q(z_{0:t}, a_{0:t})", "p(z_@ | z_<, a_<)", "q(a_@ | z_@)",
        "p(z_{0:@}, a_{0:<})", "p(a_@ | z_{0:@}, a_{0:<})", "p(z_@ | z_{0:<}, a_{0:<})", "p(z_@)",
        "p(a_{0:t} | z_{0:t})", "q(z_@, a_@)", "q(z_@ | z_<)", "p(z_{0:t} | a_{0:t})",
    ),
    (
        "p(z_{0:t}, a_{0:t})", "q(z_{0:t}, a_{0:t})", "q(z_@, a_@)", "q(a_@ | z_@)",
        "p(z_@ | z_<, a_<)", "q(z_{0:@}, a_{0:<})", "q(z_{0:@}, a_{0:@})", "q(z_<, a_<)", "p(z_0)",
        "q(z_0) q(a_0 | z_0)",
    ),
    ("r(z_@, a_@)", "f(z_@)", "r(z_0, a_@)", "f(z_{0:t})", "k(0)", "r(z_@, a_<)"),
    (
        "KL(q(z_{0:t}, a_{0:t}) || p(z_{0:t}, a_{0:t}))", "KL(q(a_@ | z_@) || p(a_@ | z_@))",
        "H(q(a_@ | z_@))", "H(p(z_@ | z_<, a_<))",
    ),
    ("H_p(z_{0:t})", "I_p(z_{0:t}; a_{0:t})", "H_p(a_{0:t} | z_{0:t})"),
    ("z_{0:t}", "a_{0:t}", "z_@", "a_@", "z_{0:@}"),
)  # fmt: skip

COPIES = Sequences(
    """
parameters: [K >= 1, a > 0]
model: ["p(x, z)", "q(z | x)"]
copies: [z_k of z]
functions: [f(z) > 0, g(z), "r(x, z)", k(u)]
""",
    "K", 1,
    (
        "p(x, z_@)", "q(z_@ | x)", "q(z_{1:K} | x)", "p(x)", "p(z_@ | x)", "q(z | x)", "q(z_1 | x)",
        "p(x, z)", "p(z_1)", "q(z_K | x)",
    ),
    (
        "q(z_{1:K} | x)", "q(z_@ | x)", "q(z | x)", "q(z_1 | x)", "p(x)", "p(z_{1:K} | x)",
        "p(x) q(z_{1:K} | x)", "q(z_{1:@} | x)", "p(z)", "q(z_K | x)",
    ),
    ("f(z_@)", "g(z_@)", "f(z_1)", "g(z_K)", "f(z)", "r(x, z_@)", "k(3)"),
    (
        "KL(q(z_@ | x) || p(z_@))", "KL(q(z | x) || p(z | x))", "H(q(z_@ | x))",
        "KL(q(z_{1:K} | x) || p(z_{1:K}))",
    ),
    ("H_p(z)", "I_p(x; z)"),
    ("z_{1:K}", "z_@", "z_1", "z", "x"),
)  # fmt: skip

NUMBERS = Sequences(
    """
parameters: [n >= -1, m >= n, b > 0, a]
model: ["p(x)"]
functions: [f(u) > 0, g(u), "r(u, v) >= 0"]
""",
    "n", 0,
    ("p(x)",),
    ("p(x)",),
    ("f(@)", "g(@)", "r(@, 1)", "r(n, @)", "g(<)", "f(> + 1)", "@", "b", "a", "g(m)"),
    ("H(p(x))",),
    (),
    ("x",),
)  # fmt: skip

MODELS = {
    "temporal": TEMPORAL, "chains": CHAINS, "kernels": KERNELS, "actions": ACTIONS,
    "copies": COPIES, "numbers": NUMBERS,
}  # fmt: skip

_FILE = """title: t
steps: [{{so: 1 = 1}}]
claim: 1 = 1
{}"""


@cache
def world(name: str) -> Declarations:
    """What a model declares."""
    file = _FILE.format(MODELS[name].declarations)
    return read_declarations(derivation(text_source(file, "<text>")))


def model(name: str) -> Model:
    return world(name).model


def elaborated(name: str, text: str) -> Expr | None:
    """The term of a formula; None where it means nothing at some horizon."""
    here = world(name)
    try:
        (term,), _ = here.elaborator.line(parse_expression(text, here.scope))
    except IllFormed:
        return None
    result: Expr = term
    return result


# -- random formulas ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scope:
    """The places at which the elements of a formula may stand."""

    over: Sequences
    places: tuple[str, ...]
    taken: int = 0  # indices bound around


def _scope(name: str) -> Scope:
    over = MODELS[name]
    return Scope(over, (str(over.first), over.end))


_INDICES = ("i", "j", "s", "l")


_BINDERS = ("E_", "(int ", "KL(", "H(", "H_", "I_")


def binders(text: str) -> int:
    """How many of its parts bind variables."""
    return sum(text.count(sign) for sign in _BINDERS)


@st.composite
def _at(draw: st.DrawFn, scope: Scope, patterns: tuple[str, ...]) -> str:
    """A pattern at a place."""
    pattern = draw(st.sampled_from(patterns))
    place = draw(st.sampled_from(scope.places))
    for mark, new in (("@", place), ("<", f"{place}-1"), (">", f"{place}+1")):
        pattern = pattern.replace(f"_{mark}", f"_{{{new}}}").replace(mark, new)
    return pattern


@st.composite
def _indexed(draw: st.DrawFn, scope: Scope, depth: int) -> str:
    """A sum over an index (now and then a product), with ends of all kinds."""
    index = _INDICES[scope.taken]
    first, end = scope.over.first, scope.over.end
    ranges = [(f"{first}", end), (f"{first + 1}", end), (f"{first}", f"{end}-1")]
    for place in scope.places[2:]:
        ranges += [(f"{first}", place), (place, end), (f"{first}", f"{place}-1")]
        ranges += [(f"{place}+1", end)]
    low, high = draw(st.sampled_from(ranges))
    places = [*scope.places, index, index]
    if high.endswith("-1"):
        places.append(f"{index}+1")
    if low in (f"{first + 1}",) or low.endswith("+1"):
        places.append(f"{index}-1")
    if (low, high) == (f"{first}", end):
        places.append(f"{end}-{index}" if first == 0 else f"{end}+1-{index}")
    inner = replace(scope, places=tuple(places), taken=scope.taken + 1)
    kind = draw(st.sampled_from(["sum", "sum", "sum", "prod"]))
    body = draw(_positive(inner, depth) if kind == "prod" else _formula(inner, depth))
    return f"({kind}_{{{index}={low}}}^{{{high}}} ({body}))"


@st.composite
def _positive(draw: st.DrawFn, scope: Scope, depth: int) -> str:
    """What is evidently positive: a logarithm may stand before it."""
    density = _at(scope, scope.over.densities)
    positive = tuple(c for c in scope.over.calls if c.startswith("f"))
    leaf = st.one_of(density, _at(scope, positive))
    kind = draw(st.integers(0, 5 if depth else 2))
    if kind == 0:
        return draw(leaf)
    if kind == 1:
        return f"({draw(leaf)} / ({draw(leaf)}))"
    if kind == 2:
        return f"({draw(leaf)} + {draw(leaf)})"
    if kind == 3:
        return f"exp(({draw(_formula(scope, depth - 1))}) / 16)"
    if kind == 4:
        return f"E_{{{draw(_at(scope, scope.over.laws))}}}[{draw(_positive(scope, depth - 1))}]"
    return f"({draw(leaf)} * {draw(_positive(scope, depth - 1))})"


@st.composite
def _formula(draw: st.DrawFn, scope: Scope, depth: int) -> str:
    """A formula, as deep as this at most."""
    over = scope.over
    leaves = [
        _at(scope, over.calls),
        _at(scope, over.densities),
        st.sampled_from(["2", "(-1)", "1"]),
    ]
    leaves += [st.sampled_from(over.closed)] if over.closed else []
    if not depth:
        return draw(st.one_of(leaves))
    below = _formula(scope, depth - 1)
    kind = draw(st.integers(0, 11))
    if kind == 0:
        return draw(st.one_of(leaves))
    if kind == 1:
        return f"({draw(below)} + {draw(below)})"
    if kind == 2:
        return f"(({draw(below)}) * ({draw(below)}))"
    if kind == 3:
        return f"log({draw(_positive(scope, depth - 1))})"
    if kind in (4, 5, 6):
        return f"E_{{{draw(_at(scope, over.laws))}}}[{draw(below)}]"
    if kind == 7:
        variable = draw(_at(scope, over.over))
        measure = draw(_at(scope, over.densities))
        return f"(int ({measure} * ({draw(below)})) d{variable})"
    if kind == 8:
        return draw(_at(scope, over.divergences))
    if kind == 9:
        return f"({draw(below)} - log({draw(_positive(scope, depth - 1))}))"
    if scope.taken < len(_INDICES):
        return draw(_indexed(scope, depth - 1))
    return draw(below)


def formulas(name: str, depth: int = 3) -> Texts:
    """Random formulas over a model; not all of them mean something."""
    return _formula(_scope(name), depth)


def sums(name: str, depth: int = 3) -> Texts:
    """Random indexed sums and products, and differences of them, without binders of variables."""
    one = _indexed(_scope(name), depth)
    return st.one_of(one, st.tuples(one, one).map(" - ".join)).filter(lambda u: not binders(u))
