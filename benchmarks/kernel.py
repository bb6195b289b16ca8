"""The kernel against `sympy.simplify`: six equalities that derivations of the ELBO use.

Run `python -m benchmarks.kernel`. On our side `prove` makes a theorem of the elaborated equality
under its rules. On the other `simplify(left - right)` is to find 0. SymPy knows neither densities
nor their rules, so there each is a positive symbol, or below a sum over |Z| = 4 values a positive
function of z, and what the rules would do is done for it: p(x, z) is written p(x | z) p(z), and
p(z | x) is p(x, z) / p(x). The two alternate; terms are built anew, outside the time, for each
repetition, and all caches (SymPy's, and every one of ours) are empty when the time starts. The
medians count.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from statistics import median
from time import perf_counter
from typing import Any

from sympy import Expr, Function, Sum, Symbol, log, simplify
from sympy.core.cache import clear_cache

from verifier.derivation.loader import derivation
from verifier.derivation.source import text_source
from verifier.elaborate.model import read_declarations
from verifier.judge.lines import elaborated, required
from verifier.kernel.equality.context import Context
from verifier.kernel.model import Model
from verifier.tactics.prover import Goal, prove

SIZE, REPETITIONS = 4, 15
AIM_MEAN, AIM_LEAST = 20, 5

Sides = tuple[Expr, Expr]


@dataclass(frozen=True)
class Row:
    """An equality: as written for us with the rules that it needs, and as SymPy gets it."""

    name: str
    statement: str
    rules: tuple[str, ...]
    for_sympy: Callable[[], Sides]


# -- for SymPy: l is p(x | z), m is p(z), j is p(x, z), e is p(x), q is q(z) -----------------------


def _symbols() -> Iterator[Symbol]:
    return (Symbol(name, positive=True) for name in "lmjeq")


def _functions() -> Iterator[Expr]:
    z = Symbol("z")
    return (Function(name, positive=True)(z) for name in "lmjq")


def _sum(body: Expr) -> Expr:
    return Sum(body, (Symbol("z"), 1, SIZE))


def _ratio() -> Sides:
    _, _, j, _, q = _symbols()
    return log(j / q), log(j) - log(q)


def _product() -> Sides:
    l, m, *_ = _symbols()  # noqa: E741
    return log(l * m), log(l) + log(m)


def _bayes() -> Sides:
    l, m, _, e, _ = _symbols()  # noqa: E741
    return log(l * m / e), log(l) + log(m) - log(e)


def _reconstruction() -> Sides:
    l, m, _, q = _functions()  # noqa: E741
    return _sum(q * log(l * m / q)), _sum(q * log(l)) - _sum(q * log(q / m))


def _evidence() -> Sides:
    _, _, j, q = _functions()
    e = Symbol("e", positive=True)
    return log(e) * _sum(q) - _sum(q * log(j / q)), _sum(q * log(q / (j / e)))


def _entropy() -> Sides:
    _, _, j, q = _functions()
    return _sum(q * log(j / q)), _sum(q * log(j)) - _sum(q * log(q))


ROWS = (
    Row(
        "1 log ratio",
        "log(p(x, z) / q(z)) = log p(x, z) - log q(z)",
        ("log-rules",),
        _ratio,
    ),
    Row(
        "2 product rule",
        "log p(x, z) = log p(x | z) + log p(z)",
        ("chain-rule", "log-rules"),
        _product,
    ),
    Row(
        "3 Bayes",
        "log p(z | x) = log p(x | z) + log p(z) - log p(x)",
        ("bayes-rule", "log-rules"),
        _bayes,
    ),
    Row(
        "4 ELBO = rec - KL",
        "E_{q(z)}[log(p(x, z) / q(z))] = E_{q(z)}[log p(x | z)] - KL(q(z) || p(z))",
        ("kl", "chain-rule", "log-rules", "linearity"),
        _reconstruction,
    ),
    Row(
        "5 log p - ELBO = KL",
        "log p(x) - E_{q(z)}[log(p(x, z) / q(z))] = KL(q(z) || p(z | x))",
        ("kl", "chain-rule", "log-rules", "linearity", "normalisation"),
        _evidence,
    ),
    Row(
        "6 ELBO = E log p + H",
        "E_{q(z)}[log(p(x, z) / q(z))] = E_{q(z)}[log p(x, z)] + H(q(z))",
        ("entropy", "log-rules", "linearity"),
        _entropy,
    ),
)


# -- measuring -----------------------------------------------------------------------------------


def elaborate(row: Row) -> tuple[Model, Goal]:
    """The row's model and terms, made from its text."""
    lines = (
        "title: a row",
        "model: ['p(x, z)', 'q(z)']",
        f"steps: [{{so: '{row.statement}'}}]",
        f"claim: '{row.statement}'",
    )
    loaded = derivation(text_source("\n".join(lines), "row"))
    known = read_declarations(loaded)
    line = elaborated(known, required(known, loaded.claim, statement=True))
    return known.model, Goal(line.statement, so=True)


def forget() -> None:
    """Empty SymPy's cache and every cache of ours."""
    clear_cache()
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "verifier":
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def seconds(run: Callable[[], Any]) -> float:
    """How long one call takes with cold caches and the garbage collector off, as in timeit."""
    forget()
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        run()
        return perf_counter() - start
    finally:
        gc.enable()


def ours(row: Row) -> float:
    """Seconds for a theorem."""
    model, goal = elaborate(row)
    found: list[object] = []
    time = seconds(lambda: found.append(prove(Context(model), goal, row.rules)))
    if found == [None]:
        raise AssertionError(f"{row.name}: not proved")
    return time


def theirs(row: Row) -> float:
    """Seconds for `simplify`."""
    left, right = row.for_sympy()
    found: list[Expr] = []
    time = seconds(lambda: found.append(simplify(left - right)))
    if found != [0]:
        raise AssertionError(f"{row.name}: simplify leaves {found}")
    return time


def measure(row: Row) -> tuple[float, float]:
    """The median times, ours and SymPy's; the first round, with its lazy imports, is for warmth."""
    rounds = [(ours(row), theirs(row)) for _ in range(REPETITIONS + 1)][1:]
    mine, other = zip(*rounds, strict=True)
    return median(mine), median(other)


def main() -> None:
    """Print the figures."""
    print(f"{'':22}{'prove':>10}{'simplify':>12}{'ratio':>8}")
    ratios = []
    for row in ROWS:
        mine, other = measure(row)
        ratios.append(other / mine)
        print(f"{row.name:22}{1e3 * mine:7.2f} ms{1e3 * other:9.2f} ms{ratios[-1]:8.1f}")
    mean = prod(ratios) ** (1 / len(ratios))
    print(f"geometric mean {mean:.1f} (aim: at least {AIM_MEAN})")
    print(f"least {min(ratios):.1f} (aim: none below {AIM_LEAST})")


if __name__ == "__main__":
    main()
