"""Models and terms of sequences that the numeric tests share, built as elaboration builds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr, Integer, Symbol

from verifier.kernel.binding import bind_index, height, occurring, rename
from verifier.kernel.model import Family, Model, Parameter
from verifier.kernel.terms import (
    KL,
    Density,
    Expectation,
    Index,
    IndexedProduct,
    IndexedSum,
    Integral,
    Tuple,
    Var,
    slots,
)
from verifier.numeric.worlds.unroll import number

T, STEPS, K = Symbol("t"), Symbol("T"), Symbol("K")
HORIZON = Parameter(T, True, ((T, ">=", Integer(0)),))
COUNT = Parameter(K, True, ((K, ">=", Integer(1)),))


def part(name: str, low: Any, high: Any = None) -> Var:
    """`part("z", tau)` is z_tau, `part("z", 0, t)` is z_{0:t}."""
    high = low if high is None else high
    return Var(name, Tuple(*(Integer(e) if isinstance(e, int) else e for e in (low, high))))


def xs(*ends: Any) -> Var:
    return part("x", *ends)


def zs(*ends: Any) -> Var:
    return part("z", *ends)


def p(*left: Var, given: tuple[Var, ...] = (), family: str = "p") -> Density:
    density: Density = Density(family, left, given)
    return density


def q(*left: Var, given: tuple[Var, ...] = ()) -> Density:
    return p(*left, given=given, family="q")


def inside(part: Var, whole: Var) -> bool:
    """Whether all elements of a part are elements of a slice, as a horizon of 3 has it."""
    if not (part.ends and whole.ends) or part.name != whole.name:
        return part == whole
    indices = sorted(
        part.ends.atoms(Index) | whole.ends.atoms(Index),
        key=lambda index: (index.tag > 0, -index.tag),
    )
    ranges: list[dict[Any, int]] = [{T: 3, STEPS: 3, K: 3}]
    for index in indices:
        ranges = [{**at, index: k} for at in ranges for k in spots(index, at)]
    return all(set(spots(part, at)) <= set(spots(whole, at)) for at in ranges)


def spots(of: Var | Index, at: dict[Any, int]) -> range:
    return range(int(number(of.low, at)), int(number(of.high, at)) + 1)


def binder(kind: Any, variables: list[Var], *parts: Any) -> Any:
    """A binder of variables and slices, that binds what is inside them too."""
    tag = 1 + max(map(height, parts))
    written = {variable for term in parts for variable in occurring(term)}
    names = {
        variable: variable.tagged(tag)
        for variable in {*variables, *written}
        if variable.tag == 0 and any(inside(variable, whole) for whole in variables)
    }
    return kind(*(rename(term, names) for term in parts), slots(names[v] for v in variables))


def mean(body: Expr, *laws: Expr, over: list[Var] | None = None) -> Expr:
    """An expectation; `over` for laws that are indexed products."""
    bound = over if over is not None else [v for law in laws for v in law.left]
    return binder(Expectation, bound, body, Tuple(*laws))


def integral(body: Expr, *variables: Var) -> Expr:
    return binder(Integral, list(variables), body)


def kl(first: Expr, second: Expr, over: list[Var] | None = None) -> Expr:
    return binder(KL, over if over is not None else list(first.left), first, second)


def ranged(kind: Any, body: Callable[[Index], Expr], low: Any = 0, high: Any = T) -> Expr:
    index = Index("tau", low, high)
    return bind_index(kind, index, body(index))


def total(body: Callable[[Index], Expr], low: Any = 0, high: Any = T) -> Expr:
    """An indexed sum."""
    return ranged(IndexedSum, body, low, high)


def product(body: Callable[[Index], Expr], low: Any = 0, high: Any = T) -> Expr:
    """An indexed product."""
    return ranged(IndexedProduct, body, low, high)


# The model of equations 8 and 9: states that depend on all before, observations on their state;
# a causal approximation.
X, Z = xs(0, T), zs(0, T)


def emission(tau: Any) -> Density:
    return p(xs(tau), given=(zs(tau),))


def prior(tau: Any) -> Density:
    return p(zs(tau), given=(zs(0, tau - 1),))


def posterior(tau: Any) -> Density:
    return q(zs(tau), given=(zs(0, tau - 1), xs(0, tau)))


TEMPORAL = Model(
    families=(
        Family("p", (X, Z), factors=(product(lambda tau: emission(tau) * prior(tau)),)),
        Family("q", (Z,), (X,), factors=(product(posterior),)),
    ),
    parameters=(HORIZON,),
)

# A chain forwards and backwards, of T steps: the model of a diffusion.
DIFFUSION = Model(
    families=(
        Family("p", (xs(0, STEPS),), factors=(
            p(xs(STEPS)),
            product(lambda k: p(xs(k - 1), given=(xs(k),)), 1, STEPS),
        )),
        Family("q", (xs(0, STEPS),), factors=(
            q(xs(0)),
            product(lambda k: q(xs(k), given=(xs(k - 1),)), 1, STEPS),
        )),
    ),
    parameters=(Parameter(STEPS, True, ((STEPS, ">=", Integer(1)),)),),
)  # fmt: skip

# Copies z_1, .., z_K of the latent variable of a model without time.
ONE_X, ONE_Z = Var("x"), Var("z")
COPIES = Model(
    families=(Family("p", (ONE_X, ONE_Z)), Family("q", (ONE_Z,), (ONE_X,))),
    parameters=(COUNT,),
    copies=((zs(Symbol("k")), ONE_Z),),
)
