"""The equalities of `benchmarks.kernel` for z3, by knuckledragger, where that is installed.

As for SymPy, each density is a positive number, and below a sum over `SIZE` values one for each;
what the rules of densities would do is written out. The logarithm is a function of which two laws
are axioms, and each row gets those instances of them that it needs, as a step cites its rules.
Nothing is imported before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

INSTALLED = find_spec("kdrag") is not None


def rows(size: int) -> list[Callable[[], Any]]:
    """For each row what proves it; its terms are built when it is called."""
    kd: Any = import_module("kdrag")
    z3: Any = kd.smt
    log = z3.Function("log", z3.RealSort(), z3.RealSort())
    u, v = z3.Reals("u v")
    ratio = kd.axiom(kd.QForAll([u, v], u > 0, v > 0, log(u / v) == log(u) - log(v)))
    product = kd.axiom(kd.QForAll([u, v], u > 0, v > 0, log(u * v) == log(u) + log(v)))
    l, m, j, e, q = z3.Reals("l m j e q")  # noqa: E741 - as in `benchmarks.kernel`
    ls, ms, js, qs = ([z3.Real(f"{name}{i}") for i in range(size)] for name in "lmjq")
    one, two, joint = (list(zip(qs, *others, strict=True)) for others in ((ls,), (ls, ms), (js,)))

    def mean(*terms: Any) -> Any:
        return z3.Sum(list(terms))

    def proved(positive: list[Any], goal: Callable[[], Any], by: Callable[[], list[Any]]) -> Any:
        assumed = z3.And([each > 0 for each in positive])
        return lambda: kd.prove(z3.Implies(assumed, goal()), by=by(), timeout=60_000)

    return [
        proved([j, q], lambda: log(j / q) == log(j) - log(q), lambda: [ratio(j, q)]),
        proved([l, m], lambda: log(l * m) == log(l) + log(m), lambda: [product(l, m)]),
        proved(
            [l, m, e],
            lambda: log(l * m / e) == log(l) + log(m) - log(e),
            lambda: [ratio(l * m, e), product(l, m)],
        ),
        proved(
            [*ls, *ms, *qs],
            lambda: (
                mean(*(a * log(b * c / a) for a, b, c in two))
                == mean(*(a * log(b) for a, b in one)) - mean(*(a * log(a / c) for a, _, c in two))
            ),
            lambda: [
                lemma for a, b, c in two for lemma in (ratio(b * c, a), product(b, c), ratio(a, c))
            ],
        ),
        proved(
            [e, *js, *qs],
            lambda: z3.Implies(
                mean(*qs) == 1,
                log(e) - mean(*(a * log(b / a) for a, b in joint))
                == mean(*(a * log(a / (b / e)) for a, b in joint)),
            ),
            lambda: [
                lemma for a, b in joint for lemma in (ratio(b, a), ratio(a, b / e), ratio(b, e))
            ],
        ),
        proved(
            [*js, *qs],
            lambda: (
                mean(*(a * log(b / a) for a, b in joint))
                == mean(*(a * log(b) for a, b in joint)) - mean(*(a * log(a) for a in qs))
            ),
            lambda: [ratio(b, a) for a, b in joint],
        ),
    ]
