"""The kernel against others: six equalities that derivations of the ELBO use.

Run `python -m benchmarks.kernel`. On our side `prove` makes a theorem of the elaborated equality
under its rules. On SymPy's `simplify(left - right)` is to find 0, with and without
`expand_log(.., force=True)` first; on that of knuckledragger, where it is installed, z3 is to prove
it (`benchmarks.smt`). SymPy knows neither densities nor their rules, so there each is a positive
symbol, or below a sum over |Z| = 4 values a positive function of z, and what the rules would do is
done for it: p(x, z) is written p(x | z) p(z), and p(z | x) is p(x, z) / p(x). All take turns; terms
are built anew, outside the time, for each repetition. Cold: all caches (SymPy's, and every one of
ours) are empty when the time starts. Warm: they are as the repetition before left them, and so is
the context that the steps of a file share. CPU time;
the medians count, with the quartiles beside ours.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import prod
from statistics import median, quantiles
from time import process_time
from typing import Any

from sympy import Expr, Function, Sum, Symbol, expand_log, log, simplify
from sympy.core.cache import clear_cache

from benchmarks import smt
from verifier.derivation.loader import derivation
from verifier.derivation.source import text_source
from verifier.elaborate.model import read_declarations
from verifier.judge.lines import elaborated, required
from verifier.kernel.equality.context import Context
from verifier.kernel.model import Model
from verifier.tactics.prover import Goal, prove

SIZE, REPETITIONS = 4, 15
# Of the geometric mean, and of each: by whom, and whether cold.
AIMS = {("simplify", True): (20, 5), ("simplify", False): (60, 10), ("z3", False): (5, 3)}

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


def seconds(run: Callable[[], Any], cold: bool = True) -> float:
    """The CPU time of one call with the garbage collector off, as in timeit; of a cold one with
    empty caches."""
    if cold:
        forget()
    gc.collect()
    gc.disable()
    try:
        start = process_time()
        run()
        return process_time() - start
    finally:
        gc.enable()


_warm: dict[str, Context] = {}


def ours(row: Row, cold: bool) -> float:
    """Seconds for a theorem."""
    model, goal = elaborate(row)
    context = Context(model) if cold else _warm.setdefault(row.name, Context(model))
    found: list[object] = []
    time = seconds(lambda: found.append(prove(context, goal, row.rules)), cold)
    if found == [None]:
        raise AssertionError(f"{row.name}: not proved")
    return time


def theirs(row: Row, cold: bool, way: Callable[[Expr], Expr]) -> float:
    """Seconds for what SymPy makes of left - right, which is to be 0."""
    left, right = row.for_sympy()
    found: list[Expr] = []
    time = seconds(lambda: found.append(way(left - right)), cold)
    if found != [0]:
        raise AssertionError(f"{row.name}: {found} is left")
    return time


def expanded(term: Expr) -> Expr:
    return simplify(expand_log(term, force=True))


def others() -> Iterator[tuple[str, Callable[[int, bool], float]]]:
    """Who else is asked, and for how long one takes over a row, cold or warm."""
    yield "simplify", lambda place, cold: theirs(ROWS[place], cold, simplify)
    yield "expand_log", lambda place, cold: theirs(ROWS[place], cold, expanded)
    if smt.INSTALLED:
        proofs = smt.rows(SIZE)
        yield "z3", lambda place, cold: seconds(proofs[place], cold)


def measure(place: int, cold: bool) -> list[list[float]]:
    """The times of all, ours first; the first round, with its lazy imports, is for warmth."""
    asked = [
        partial(ours, ROWS[place], cold),
        *(partial(take, place, cold) for _, take in others()),
    ]
    rounds = [[take() for take in asked] for _ in range(REPETITIONS + 1)][1:]
    return [list(column) for column in zip(*rounds, strict=True)]


def show(cold: bool) -> None:
    """A table: our time with its quartiles, that of each other, and how many times ours it is."""
    names = [name for name, _ in others()]
    print(f"{'cold' if cold else 'warm':22}{'prove':>10}{'':14}", *(f"{n:>18}" for n in names))
    ratios: dict[str, list[float]] = {name: [] for name in names}
    for place, row in enumerate(ROWS):
        mine, *times = measure(place, cold)
        low, middle, high = quantiles(mine, n=4)
        line = f"{row.name:22}{1e3 * middle:7.2f} ms ({1e3 * low:.2f}-{1e3 * high:.2f}) ".ljust(46)
        for name, column in zip(names, times, strict=True):
            ratios[name].append(median(column) / middle)
            line += f"{1e3 * median(column):9.2f} ms{ratios[name][-1]:7.1f}"
        print(line)
    for name, found in ratios.items():
        aims = AIMS.get((name, cold))
        aim = f" (aim: at least {aims[0]}, none below {aims[1]})" if aims else ""
        mean = prod(found) ** (1 / len(found))
        print(f"{name}: geometric mean {mean:.1f}, least {min(found):.1f}{aim}")


def main() -> None:
    """Print the figures."""
    for cold in (True, False):
        show(cold)
    if not smt.INSTALLED:
        print("knuckledragger is not installed: `pip install knuckledragger`")


if __name__ == "__main__":
    main()
