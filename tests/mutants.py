"""What is trusted with one piece broken: which, what becomes of it, and rows that must notice."""

from __future__ import annotations

import ast
import gc
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import _lru_cache_wrapper, cache
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import verifier

PACKAGE = Path(verifier.__path__[0])
JUDGE = (
    *("lines", "reached", "task", "rulings", "step", "obligations", "chain", "claim", "densities"),
    *("environment", "checked", "file"),
)
# What proof and verdict rest on: the kernel, the reading of formulas, the judge.
TRUSTED = (
    *sorted((PACKAGE / "kernel").rglob("*.py")),
    *sorted((PACKAGE / "elaborate").glob("*.py")),
    *(PACKAGE / "judge" / f"{name}.py" for name in JUDGE),
)
UNBROKEN = {  # beside those that define no function
    "kernel/budget.py": "what runs out of work is unproved",
    "kernel/rule.py": "what a rule is made of",
    "kernel/inequality/candidates.py": "what rules are given",
    "kernel/equality/sites.py": "where rules may act",
    "elaborate/record.py": "what a line shows, as a record",
}


class Mutant(NamedTuple):
    """In what is trusted the text `old`, found once, reads `new`.

    `rows` are the examples that may notice: `passes` and `fails` of a rule (`gibbs:fails`), rows
    of `ROWS`, `LEMMAS`, twins (`kl/sign`). One of them must.
    """

    old: str
    new: str
    rows: tuple[str, ...]


@contextmanager
def broken(mutant: Mutant) -> Iterator[None]:
    """With the piece broken. The function's code is swapped, so that all who hold it are affected;
    what has been cached is forgotten, before and after."""
    codes = _swapped(mutant)
    held = [function for code in codes for function in _holders().get(code, ())]
    before = [function.__code__ for function in held]
    _forget()
    try:
        for function in held:
            function.__code__ = codes[function.__code__]
        yield
    finally:
        for function, code in zip(held, before, strict=True):
            function.__code__ = code
        _forget()


def _forget() -> None:
    for each in _caches():
        each.cache_clear()


@cache
def _caches() -> tuple[Any, ...]:
    """The caches of the package. They are looked for once: a process that has run many tests has
    millions of objects."""
    return tuple(
        each
        for each in _objects()
        if isinstance(each, _lru_cache_wrapper) and str(each.__module__).startswith("verifier.")
    )


@cache
def _holders() -> dict[CodeType, list[FunctionType]]:
    """The functions of each code of the package, as they are before anything is broken."""
    found: dict[CodeType, list[FunctionType]] = {}
    for each in _objects():
        if isinstance(each, FunctionType) and str(each.__module__).startswith("verifier."):
            found.setdefault(each.__code__, []).append(each)
    return found


def _objects() -> list[Any]:
    """All objects, those of what judges among them."""
    beside = ("formula", "tactics", "numeric", "errata", "judge")
    for file in (*TRUSTED, *(f for name in beside for f in (PACKAGE / name).rglob("*.py"))):
        _module(file)
    gc.unfreeze()  # what is frozen isn't told
    found = gc.get_objects()
    gc.freeze()
    return found


def _swapped(mutant: Mutant) -> dict[CodeType, CodeType]:
    """The code of the function that holds the piece, and of those in it, with what it becomes."""
    file = home(mutant)
    source, module = file.read_text(encoding="utf-8"), _module(file)
    where = source[: source.index(mutant.old)].count("\n") + 1
    path, node = next(f for f in _functions(ast.parse(source)) if _holds(f[1], where))
    lines = source.replace(mutant.old, mutant.new).splitlines()
    gained = mutant.new.count("\n") - mutant.old.count("\n")
    assert node.end_lineno is not None
    body = "\n".join(lines[node.lineno - 1 : node.end_lineno + gained])
    scope = dict(vars(module))
    code = "from __future__ import annotations\n" + textwrap.dedent(body)
    exec(compile(code, str(module.__file__), "exec"), scope)
    target: Any = module
    for name in path:
        target = getattr(target, name)
    for wrapped in ("fget", "func", "__wrapped__"):  # properties, what is cached
        target = getattr(target, wrapped, target)
    return dict(_paired(target.__code__, scope[path[-1]].__code__))


def _paired(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """A function's code before and after, and that of the named functions inside it."""
    yield old, new
    inside = {c.co_name: c for c in new.co_consts if isinstance(c, CodeType)}
    for code in old.co_consts:
        if isinstance(code, CodeType) and not code.co_name.startswith("<"):
            yield from _paired(code, inside[code.co_name])


def home(mutant: Mutant) -> Path:
    """The only trusted file that holds the piece."""
    texts = {file: file.read_text(encoding="utf-8") for file in TRUSTED}
    found = [file for file, text in texts.items() for _ in range(text.count(mutant.old))]
    assert len(found) == 1, f"{mutant.old!r} is found {len(found)} times"
    return found[0]


def _module(file: Path) -> ModuleType:
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return import_module(".".join((verifier.__name__, *(p for p in parts if p != "__init__"))))


def _functions(tree: ast.Module) -> Iterator[tuple[tuple[str, ...], ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield (node.name,), node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield (node.name, inner.name), inner


def _holds(node: ast.FunctionDef, line: int) -> bool:
    return node.end_lineno is not None and node.lineno <= line <= node.end_lineno


def _row(steps: str, claim: str, *, expect: str = "verified", **keys: str) -> str:
    """A derivation of few lines: other keys as flow lists, one step per line of `steps`."""
    lists = "".join(f"{key}: {value}\n" for key, value in keys.items())
    listed = textwrap.indent(textwrap.dedent(steps).strip(), "  ")
    return f"title: a row\nexpect: {expect}\n{lists}steps:\n{listed}\nclaim: {claim}\n"


# Rows beyond the rules' own examples and the twins, each for a side condition of its own.
ROWS = {
    "elements that one factor is over": _row(
        "- {eq: p(z_1), by: factorisation, expect: refuted}",
        "p(z_1 | z_2) = p(z_1)",
        model='["p(x, z_{1:T}) = p(z_{1:T}) p(x | z_{1:T})"]', parameters="[T >= 2]",
        start="p(z_1 | z_2)", expect="failed",
    ),
    "a chain without its start": _row(
        "- {so: q(x_2) = q(x_2), by: algebra, expect: ill-formed}",
        "1 = 1",
        model='["q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_{t-1})"]', parameters="[T >= 2]",
        expect="failed",
    ),
    "exp is convex": _row(
        '- {le: "E_{q(z)}[exp(f(z))]", by: jensen}',
        "exp(E_{q(z)}[f(z)]) <= E_{q(z)}[exp(f(z))]",
        model="[q(z)]", functions='["f(z)"]', start='"exp(E_{q(z)}[f(z)])"',
    ),
    "a square is convex": _row(
        '- {le: "E_{q(z)}[p(z)^2]", by: jensen}',
        "E_{q(z)}[p(z)]^2 <= E_{q(z)}[p(z)^2]",
        model="[p(z), q(z)]", start='"E_{q(z)}[p(z)]^2"',
    ),
    "concave where the values may not be": _row(
        '- {ge: "E_{q(z)}[phi(f(z))]", by: jensen, expect: refuted}',
        "phi(E_{q(z)}[f(z)]) >= E_{q(z)}[phi(f(z))]",
        model="[q(z)]", functions='["f(z)", "phi(u) concave for u > 0"]',
        start='"phi(E_{q(z)}[f(z)])"', expect="failed",
    ),
    "terms that are 0, one over x and one over z": _row(
        """
        - eq: 0
          by: [linearity, normalisation]
          expect: unproved
        """,
        '"int (h(x) (r(z | x) - s(z | x)) + g(z) (u(x | z) - v(x | z))) dx dz = 0"',
        model='["r(z | x)", "s(z | x)", "u(x | z)", "v(x | z)"]', functions='["h(x)", "g(z)"]',
        support='["finite int (h(x) (r(z | x) - s(z | x)) + g(z) (u(x | z) - v(x | z))) dx dz"]',
        start='"int (h(x) (r(z | x) - s(z | x)) + g(z) (u(x | z) - v(x | z))) dx dz"',
        expect="failed",
    ),
    "a premise of integrals in two orders": _row(
        """
        - so: "E_{p(x)}[E_{q(z)}[h(x, z)]] >= a + E_{q(z)}[E_{p(x)}[h(x, z)]]"
          by: assumption
        - {so: a <= 0, by: [rearrange, swap], expect: unproved}
        """,
        "a <= 0",
        model="[p(x), q(z)]", functions='["h(x, z)"]', parameters="[a]", support="[finite all]",
        assume='["E_{p(x)}[E_{q(z)}[h(x, z)]] >= a + E_{q(z)}[E_{p(x)}[h(x, z)]]"]',
        expect="failed",
    ),
    "averages by facts, averaged": _row(
        '- {eq: "E_{q(z)}[g(z)]", by: [assumption, swap], expect: unproved}',
        '"E_{p(x)}[f(x)] = E_{q(z)}[g(z)]"',
        model="[p(x), q(z)]", functions='["h(x, z)", "f(x)", "g(z)"]', support="[finite all]",
        assume='["for all x: f(x) = E_{q(z)}[h(x, z)]", "for all z: g(z) = E_{p(x)}[h(x, z)]"]',
        start='"E_{p(x)}[f(x)]"', expect="failed",
    ),
    "a divergence from a joint density, averaged": _row(
        """
        - eq: KL(q(z) || p(z)) + E_{p(x)}[KL(q(z) || p(x, z))]
          by: algebra
          expect: unproved
        """,
        '"E_{p(x)}[KL(q(z) || p(x, z))] + KL(q(z) || p(z)) = KL(q(z) || p(z)) + '
        'E_{p(x)}[KL(q(z) || p(x, z))]"',
        model='[q(z), "p(x, z)"]', support='["q(z) << p(z | x)", "p(x) > 0"]',
        start='"E_{p(x)}[KL(q(z) || p(x, z))] + KL(q(z) || p(z))"', expect="failed",
    ),
    "a divergence from two densities, alone": _row(
        '- {eq: "KL(q(z) || r(z) p(z))", by: algebra, expect: unproved}',
        '"KL(q(z) || p(z) r(z)) = KL(q(z) || r(z) p(z))"',
        model="[p(z), q(z), r(z)]", support="[q(z) << p(z), q(z) << r(z)]",
        start='"KL(q(z) || p(z) r(z))"', expect="failed",
    ),
    "the exponential of an infinite divergence": _row(
        '- {eq: "-KL(q(z) || p(z))", by: log-rules, expect: unproved}',
        '"log exp(-KL(q(z) || p(z))) = -KL(q(z) || p(z))"',
        model="[p(z), q(z)]", support="[q(z) << p(z)]", start='"log exp(-KL(q(z) || p(z)))"',
        expect="failed",
    ),
    "a sum over so many copies that none is sampled": _row(
        '- {eq: "E_{q(z)}[f(z)^2]^K", by: [linearity, expectation], expect: unproved}',
        '"E_{q(z_{1:K})}[(sum_{k=1}^{K} f(z_k))^2] = E_{q(z)}[f(z)^2]^K"',
        model="[q(z)]", functions='["f(z) > 0"]', copies="[z_k of z]", parameters="[K >= 300]",
        start='"E_{q(z_{1:K})}[(sum_{k=1}^{K} f(z_k))^2]"', expect="failed",
    ),
    "weights that sum to 4": _row(
        '- {ge: "2 log p(z) + 2 log q(z)", by: jensen, expect: refuted}',
        "log(2 p(z) + 2 q(z)) >= 2 log p(z) + 2 log q(z)",
        model="[p(z), q(z)]", start='"log(2 p(z) + 2 q(z))"', expect="failed",
    ),
    "the tangent under exp and E": _row(
        '- {le: "exp(E_{q(z)}[g(z) - 1])", by: log-bound}',
        "exp(E_{q(z)}[log g(z)]) <= exp(E_{q(z)}[g(z) - 1])",
        model="[q(z)]", functions='["g(z) > 0"]', start='"exp(E_{q(z)}[log g(z)])"',
    ),
    "exp lies above its tangent": _row(
        '- {ge: "E_{q(z)}[1 + f(z)]", by: log-bound}',
        "E_{q(z)}[exp(f(z))] >= E_{q(z)}[1 + f(z)]",
        model="[q(z)]", functions='["f(z)"]', start='"E_{q(z)}[exp(f(z))]"',
    ),
    "conditioning lowers entropy, under exp": _row(
        '- {le: "exp(H_p(x))", by: gibbs}',
        "exp(H_p(x | z)) <= exp(H_p(x))",
        model='["p(x, z)"]', start='"exp(H_p(x | z))"',
    ),
    "a small divergence is no equality": _row(
        """
        - {so: "KL(q(z) || p(z)) <= b", by: assumption}
        - {so: "q(z) = p(z)", by: gibbs, expect: refuted}
        """,
        "q(z) = p(z)",
        model="[p(z), q(z)]", parameters="[b > 0]", assume='["KL(q(z) || p(z)) <= b"]',
        expect="failed",
    ),
    "a divergence added": _row(
        '- {le: "log p(x)", by: gibbs, expect: refuted}',
        "log p(x) + KL(q(z) || p(z | x)) <= log p(x)",
        model='["p(x, z)", q(z)]', start='"log p(x) + KL(q(z) || p(z | x))"', expect="failed",
    ),
    "another factor under the integral": _row(
        '- {eq: "int q(z) (f(z) + 1) dz", by: [linearity, normalisation]}',
        "int q(z) f(z) dz + 1 = int q(z) (f(z) + 1) dz",
        model="[q(z)]", functions='["f(z)"]', start='"int q(z) f(z) dz + 1"',
    ),
    "a joint density is not normalised in one variable": _row(
        '- {eq: p(x), by: normalisation, expect: wrong-rule}',
        "int p(x, z) dz = p(x)",
        model='["p(x, z)"]', start='"int p(x, z) dz"', expect="failed",
    ),
    "a variable that the body uses": _row(
        """
        - {eq: "E_{q(a, b)}[f(b) + g(a)]", by: [tower, linearity]}
        """,
        "E_{q(a, b)}[f(b)] + E_{q(a)}[g(a)] = E_{q(a, b)}[f(b) + g(a)]",
        model='["q(a, b)"]', functions='["f(b)", "g(a)"]',
        start='"E_{q(a, b)}[f(b)] + E_{q(a)}[g(a)]"',
    ),
    "a fact at one point, averaged": _row(
        """
        - {so: f(z) >= g(z), by: assumption}
        - {so: "E_{q(z)}[f(z)] >= E_{q(z)}[g(z)]", by: take-expectation, expect: refuted}
        """,
        "E_{q(z)}[f(z)] >= E_{q(z)}[g(z)]",
        model="[q(z)]", functions='["f(z)", "g(z)"]', assume="[f(z) >= g(z)]", expect="failed",
    ),
    "a fact at one point, integrated": _row(
        """
        - {so: f(z) >= g(z), by: assumption}
        - {so: "int q(z) f(z) dz >= int q(z) g(z) dz", by: integrate, expect: refuted}
        """,
        "int q(z) f(z) dz >= int q(z) g(z) dz",
        model="[q(z)]", functions='["f(z)", "g(z)"]', assume="[f(z) >= g(z)]", expect="failed",
    ),
    "a fact at one point, under E": _row(
        '- {eq: g(z), by: [assumption, normalisation], expect: refuted}',
        "E_{q(z)}[f(z)] = g(z)",
        model="[q(z)]", functions='["f(z)", "g(z)"]', assume="[f(z) = g(z)]",
        start='"E_{q(z)}[f(z)]"', expect="failed",
    ),
    "a weight that may be negative": _row(
        """
        - {so: f(z) >= g(z), by: assumption}
        - {so: "int h(z) f(z) dz >= int h(z) g(z) dz", by: integrate, expect: refuted}
        """,
        "int h(z) f(z) dz >= int h(z) g(z) dz",
        model="[q(z)]", functions='["f(z)", "g(z)", "h(z)"]',
        assume='["for all z: f(z) >= g(z)"]', expect="failed",
    ),
    "a changed sign": _row(
        """
        - {so: a >= b, by: assumption}
        - {so: "-a >= -b", by: rearrange, expect: refuted}
        """,
        "-a >= -b",
        model="[]", parameters="[a, b]", assume="[a >= b]", expect="failed",
    ),
    "a factor that may be negative": _row(
        """
        - {so: a >= b, by: assumption}
        - {so: a c >= b c, by: cross-multiply, expect: refuted}
        """,
        "a c >= b c",
        model="[]", parameters="[a, b, c]", assume="[a >= b]", expect="failed",
    ),
    "the root of a square": _row(
        '- {eq: a, by: log-rules, expect: refuted}',
        "exp((1/2) log(a^2)) = a",
        model="[]", parameters="[a != 0]", start='"exp((1/2) log(a^2))"', expect="failed",
    ),
    "a constant of the outer law": _row(
        '- {eq: "KL(q(z) || p(z)) E_{q(z)}[f(z)]", by: linearity}',
        "E_{q(z)}[f(z) KL(q(z) || p(z))] = KL(q(z) || p(z)) E_{q(z)}[f(z)]",
        model="[p(z), q(z)]", functions='["f(z)"]', start='"E_{q(z)}[f(z) KL(q(z) || p(z))]"',
    ),
    "two laws, one of them given the other": _row(
        '- {eq: "E_{p(x) q(z | x)}[f(x, z)]", by: swap, expect: wrong-rule}',
        "E_{p(x)}[E_{q(z | x)}[f(x, z)]] = E_{p(x) q(z | x)}[f(x, z)]",
        model='[p(x), "q(x, z)"]', functions='["f(x, z)"]',
        start='"E_{p(x)}[E_{q(z | x)}[f(x, z)]]"', strict="true", expect="failed",
    ),
    "dropped under a logarithm": _row(
        '- {le: log q(z), by: nonnegativity, expect: refuted}',
        "log(q(z) + f(z)) <= log q(z)",
        model="[q(z)]", functions='["f(z) >= 0"]', start='"log(q(z) + f(z))"', expect="failed",
    ),
    "a bound put in under exp": _row(
        """
        - {so: "log p(x) >= log p(x) - KL(q(z) || p(z | x))", by: gibbs, label: bound}
        - so: exp(log p(x)) >= exp(log p(x) - KL(q(z) || p(z | x)))
          by: substitution
          using: bound
        """,
        "exp(log p(x)) >= exp(log p(x) - KL(q(z) || p(z | x)))",
        model='["p(x, z)", q(z)]', strict="true",
    ),
    "a sum with one sign unknown": _row(
        '- {ge: "0", by: nonnegativity, expect: refuted}',
        "f(z) + g(z) >= 0",
        model="[q(z)]", functions='["f(z) >= 0", "g(z)"]', start='"f(z) + g(z)"',
        expect="failed",
    ),
    "nothing known of the support": _row(
        '- {eq: "E_{q(z)}[log q(z)] - E_{q(z)}[log p(z)]", by: linearity, expect: unproved}',
        "E_{q(z)}[log q(z) - log p(z)] = E_{q(z)}[log q(z)] - E_{q(z)}[log p(z)]",
        model="[p(z), q(z)]", support='["finite all"]', expect="failed",
        start='"E_{q(z)}[log q(z) - log p(z)]"',
    ),
    "a claim about something else": _row(
        '- {eq: "1", by: normalisation}',
        "2 = 1",
        model="[q(z)]", start='"int q(z) dz"', expect="failed",
    ),
    "a guard that only a step shows": _row(
        """
        - {so: "p(z) f(z) = p(z) g(z)", by: assumption}
        - {so: "p(z) f(z) / p(z) = g(z)", by: cross-multiply}
        """,
        "f(z) = g(z)",
        model="[p(z)]", functions='["f(z)", "g(z)"]', support="[finite all]",
        assume='["for all z: p(z) f(z) = p(z) g(z)"]', expect="failed",
    ),
    "a formula that may be negative": _row(
        '- {eq: "f(z)", by: definition}',
        "q(z) = f(z)",
        model='[p(z), "q(z) := f(z)"]', functions='["f(z)"]', assume='["int f(z) dz = 1"]',
        start="q(z)", expect="failed",
    ),
    "a formula that divides by 0": _row(
        '- {eq: "p(x, z) / p(x)", by: definition}',
        "q(z | x) = p(x, z) / p(x)",
        model='["p(x, z)", "q(z | x) := p(x, z) / p(x)"]', support="[finite all]",
        start="q(z | x)", expect="failed",
    ),
    "a side that isn't proved": _row(
        """
        - {side: "E_{q(z)}[f(z)] - E_{q(z)}[f(z)] = 0", label: s, expect: unproved}
        - {eq: "1", by: normalisation}
        """,
        "int q(z) dz = 1",
        model="[q(z)]", functions='["f(z)"]', support="[]", start='"int q(z) dz"',
        expect="failed",
    ),
    "using a line that means nothing": _row(
        """
        - {side: "f(y) = 1", label: nothing, expect: ill-formed}
        - {eq: "1", by: normalisation, using: nothing, expect: unproved}
        """,
        "int q(z) dz = 1",
        model="[q(z)]", functions='["f(z)"]', start='"int q(z) dz"', expect="failed",
    ),
    "a rule that isn't needed": _row(
        '- {eq: "2 q(z)", by: kl, expect: wrong-rule}',
        "q(z) + q(z) = 2 q(z)",
        model="[q(z)]", start='"q(z) + q(z)"', expect="failed",
    ),
    "a variable outside of its binder": _row(
        '- {eq: "E_{q(z)}[f(z)] + f(z) - f(z)", by: algebra, expect: ill-formed}',
        "E_{q(z)}[f(z)] = E_{q(z)}[f(z)]",
        model="[q(z)]", functions='["f(z)"]', start='"E_{q(z)}[f(z)]"', expect="failed",
    ),
    "after a false line": _row(
        """
        - {eq: "2", by: normalisation, expect: refuted}
        - {eq: "1 + 1", by: algebra}
        """,
        "int q(z) dz = 1 + 1",
        model="[q(z)]", start='"int q(z) dz"', expect="failed",
    ),
    "what an abbreviation would capture": _row(
        '- {so: "M(g(z)) = g(z)", by: [definition, normalisation], expect: ill-formed}',
        "g(z) = g(z)",
        model="[q(z)]", functions='["g(z)"]', define='["M(a) = E_{q(z)}[a]"]', expect="failed",
    ),
    "a function of another variable": _row(
        """
        - {side: "f(x) = f(x)", label: s, expect: ill-formed}
        - {eq: "1", by: normalisation}
        """,
        "int q(x, z) dz = q(x)",
        model='["q(x, z)"]', functions='["f(z)"]', start='"int q(z | x) dz"', expect="failed",
    ),
    "laws in a circle": _row(
        """
        - side: "E_{p(x | z) p(z | x)}[1] = 1"
          label: s
          by: normalisation
          expect: ill-formed
        - {eq: "1", by: normalisation}
        """,
        "int p(z | x) dz = 1",
        model='["p(x, z)"]', start='"int p(z | x) dz"', expect="failed",
    ),
    "two laws of one variable": _row(
        """
        - {side: "E_{p(z) q(z)}[1] = 1", label: s, by: normalisation, expect: ill-formed}
        - {eq: "1", by: normalisation}
        """,
        "int p(z) dz = 1",
        model="[p(z), q(z)]", start='"int p(z) dz"', expect="failed",
    ),
    "a factorisation without one of its variables": _row(
        '- {so: "p(x, y, z) = p(x) p(z | x)", by: factorisation}',
        "p(x, y, z) = p(x) p(z | x)",
        model='["p(x, y, z) = p(x) p(z | x)"]', expect="error",
    ),
    "a formula of another variable": _row(
        '- {eq: "p(y) p(z)", by: definition}',
        "q(z) = p(y) p(z)",
        model='["p(y, z) = p(y) p(z)", "q(z) := p(y) p(z)"]', start="q(z)", expect="error",
    ),
    "an integer that may be 0": _row(
        '- {so: "n >= 1", by: algebra, expect: refuted}',
        "n >= 1",
        model="[]", parameters='["n in nonnegative integers"]', expect="failed",
    ),
    "halves": _row(
        '- {eq: "1", by: algebra}',
        "1/2 + 1/2 = 1",
        model="[]", start='"1/2 + 1/2"',
    ),
    "a difference": _row(
        '- {eq: "b", by: algebra}',
        "a + b - a = b",
        model="[]", parameters="[a, b]", start='"a + b - a"',
    ),
    "a divergence that is averaged": _row(
        '- {eq: "2 E_{r(x)}[KL(q(z) || p(z | x))]", by: linearity}',
        "E_{r(x)}[2 KL(q(z) || p(z | x))] = 2 E_{r(x)}[KL(q(z) || p(z | x))]",
        model='["p(x, z)", q(z), r(x)]', start='"E_{r(x)}[2 KL(q(z) || p(z | x))]"',
    ),
    "the square of a difference": _row(
        '- {eq: "a - b", by: algebra}',
        "(b - a)^2 / (a - b) = a - b",
        model="[]", parameters="[a, b, a > b]", start='"(b - a)^2 / (a - b)"',
    ),
    "equal terms of a sum": _row(
        '- {eq: "K a", by: linearity}',
        "sum_{k=1}^{K} a = K a",
        model="[]", parameters='["K in positive integers", a]', start='"sum_{k=1}^{K} a"',
    ),
    "KL of densities in a circle": _row(
        '- {so: "KL(q(x, z) || p(x | z) p(z | x)) >= 0", by: gibbs, expect: refuted}',
        "KL(q(x, z) || p(x | z) p(z | x)) >= 0",
        model='["p(x, z)", "q(x, z)"]', expect="failed",
    ),
    "a term beyond the sum": _row(
        '- {so: "sum_{i=1}^{T} w(z_i) >= w(z_0)", by: nonnegativity, expect: refuted}',
        "sum_{i=1}^{T} w(z_i) >= w(z_0)",
        model='["p(z_{0:T})"]', parameters="[T >= 1]", functions='["w(z) >= 0"]', expect="failed",
    ),
    "a sign that an infinite divergence hides": _row(
        '- {so: "a >= 0", by: [assumption, nonnegativity], expect: unproved}',
        "a >= 0",
        model="[q(z), p(z)]", parameters="[a]", support="[]",
        assume='["KL(q(z) || p(z)) + a >= KL(q(z) || p(z))"]', expect="failed",
    ),
    "the logarithm of an even power": _row(
        '- {so: "log(a^(2 T)) <= 0", by: [log-rules, nonnegativity], expect: refuted}',
        "log(a^(2 T)) <= 0",
        model='["p(z_{0:T})"]', parameters='["T >= 0", "a <= -2"]', expect="failed",
    ),
    "what is finite where another density isn't 0": _row(
        '- {so: "E_{r(z)}[f(z)] - E_{r(z)}[f(z)] = 0", by: algebra, expect: unproved}',
        "E_{r(z)}[f(z)] - E_{r(z)}[f(z)] = 0",
        model="[r(z), p(z)]", functions='["f(z)"]',
        support='["finite E_{p(z)}[(r(z) / p(z)) f(z)]"]', expect="failed",
    ),
    "a part of a sequence is discrete": _row(
        '- {so: "H(p(z_0)) >= 0", by: entropy-nonnegative, expect: unproved}',
        "H(p(z_0)) >= 0",
        model='["p(z_{0:T})"]', parameters='["T >= 1"]', discrete='["z_{1:T}"]', expect="failed",
    ),
    "an argument where its name is bound": _row(
        '- {eq: "E_{q(z)}[log q(z)]", by: definition, expect: unproved}',
        "B(z) = E_{q(z)}[log q(z)]",
        model="[q(z)]", copies="[w of z]", define='["B(w) = E_{q(z)}[log q(w)]"]',
        start="B(z)", expect="failed",
    ),
    "an exponent that may have no value": _row(
        '- {so: "u^(a / a) = u", by: algebra, expect: unproved}',
        "u^(a / a) = u",
        model="[]", parameters='["u > 0", a]', expect="failed",
    ),
    "divided by a density to the power 0": _row(
        """
        - {so: "p(z) f(z) = p(z) g(z)", by: assumption}
        - {so: "f(z) / p(z)^0 = g(z)", by: cross-multiply, expect: refuted}
        """,
        "f(z) / p(z)^0 = g(z)",
        model="[p(z)]", functions='["f(z)", "g(z)"]', support="[finite all]",
        assume='["for all z: p(z) f(z) = p(z) g(z)"]', expect="failed",
    ),
    "a real above 0": _row(
        '- {so: "a >= 1", by: nonnegativity, expect: refuted}',
        "a >= 1",
        model="[]", parameters='["a > 0"]', expect="failed",
    ),
    "a logarithm of what may be below 1": _row(
        '- {so: "log p(z) >= 0", by: nonnegativity, expect: refuted}',
        "log p(z) >= 0",
        model="[p(z)]", expect="failed",
    ),
    "dominated the other way": _row(
        '- {so: "E_{p(z)}[q(z) / q(z)] = 1", by: normalisation, expect: refuted}',
        "E_{p(z)}[q(z) / q(z)] = 1",
        model="[p(z), q(z)]", support='["q(z) << p(z)", finite all]', expect="failed",
    ),
    "a product of marginals": _row(
        '- {eq: "int (prod_{i=1}^{T} p(z_i)) dz_{1:T}", by: algebra, expect: refuted}',
        "1 = 1",
        model='["p(z_{1:T})"]', parameters='["T >= 1"]', support="[]",
        start='"int (prod_{i=1}^{T} p(z_i)) (p(z_{1:T}) / p(z_{1:T})) dz_{1:T}"', expect="failed",
    ),
    "conditionals of which only the first is shown to be defined": _row(
        "- {eq: 1, by: normalisation, expect: unproved}",
        "1 = 1",
        model='["p(x_{1:T}, z_{1:T}) = prod_{t=1}^{T} p(x_t, z_t)", "r(x_{1:T})"]',
        parameters='["T >= 2"]', support='["r(x_1) << p(x_1)"]',
        start='"int r(x_{1:T}) (prod_{i=1}^{T} p(z_i | x_i)) dx_{1:T} dz_{1:T}"', expect="failed",
    ),
    "a copy beside those that are exchanged": _row(
        """
        - eq: "int (prod_{k=1}^{K} q(z_k)) r(z_2) g(f(z_1), f(z_2)) / (sum_{k=1}^{K} w(z_k))
            dz_{1:K} dz_{K+2}"
          by: exchange
          expect: refuted
        """,
        "1 = 1",
        model="[q(z), r(z)]", parameters='["K >= 2"]', copies='["z_k of z"]',
        functions='["f(z)", "g(u, v)", "w(z) > 0"]',
        start='"int (prod_{k=1}^{K} q(z_k)) r(z_{K+2}) g(f(z_1), f(z_{K+2}))'
        ' / (sum_{k=1}^{K} w(z_k)) dz_{1:K} dz_{K+2}"', expect="failed",
    ),
    "a term that tells copies apart": _row(
        """
        - eq: "E_{q(z_{1:K})}[w(z_1) sqrt(sum_{k=1}^{K} k w(z_k))]"
          by: [expectation, exchange]
          expect: refuted
        """,
        "E_{q(z_{1:K})}[w(z_2) sqrt(sum_{k=1}^{K} k w(z_k))]"
        " = E_{q(z_{1:K})}[w(z_1) sqrt(sum_{k=1}^{K} k w(z_k))]",
        model="[q(z)]", parameters='["K >= 2"]', functions='["w(z) > 0"]', copies='["z_k of z"]',
        start='"E_{q(z_{1:K})}[w(z_2) sqrt(sum_{k=1}^{K} k w(z_k))]"', expect="failed",
    ),
    "factors that are no joint": _row(
        '- {eq: "p(y | z)", by: [factorisation, marginalisation], expect: refuted}',
        "int p(x | z) p(y | x) dx = p(y | z)",
        model='["p(x, y, z) = p(x) p(y | x) p(z | y)"]', start='"int p(x | z) p(y | x) dx"',
        expect="failed",
    ),
    "integrals of either sign": _row(
        '- {eq: "int (int f(x, z) dx) dz", by: swap, expect: unproved}',
        "int (int f(x, z) dz) dx = int (int f(x, z) dx) dz",
        model='["p(x, z)"]', functions='["f(x, z)"]', support="[finite all]", discrete="[x, z]",
        start='"int (int f(x, z) dz) dx"', expect="failed",
    ),
    "densities of a sequence with a gap": _row(
        '- {eq: "prod_{k=1}^{t} p(z_k | z_{k-1})", by: index, expect: refuted}',
        "(prod_{k=1}^{s} p(z_k | z_{k-1})) prod_{k=s+2}^{t} p(z_k | z_{k-1})"
        " = prod_{k=1}^{t} p(z_k | z_{k-1})",
        model='["p(z_{0:t}) = p(z_0) prod_{k=1}^{t} p(z_k | z_{k-1})"]',
        parameters='["s >= 1", "t >= s + 2"]',
        start='"(prod_{k=1}^{s} p(z_k | z_{k-1})) prod_{k=s+2}^{t} p(z_k | z_{k-1})"',
        expect="failed",
    ),
    "a parameter that may be 0": _row(
        '- {eq: "H(q(z)) a", by: algebra, expect: unproved}',
        "a H(q(z)) = H(q(z)) a",
        model="[q(z)]", parameters="[a]", support="[]", start='"a H(q(z))"', expect="failed",
    ),
    "a formula that may not total 1": _row(
        '- {eq: "1", by: normalisation}',
        "int q(z) dz = 1",
        model='[p(z), "q(z) := p(z) / (f(z) E_{p(z)}[1 / f(z)])"]', functions='["f(z) > 0"]',
        support="[]", start='"int q(z) dz"', expect="failed",
    ),
    "a density without its condition": _row(
        """
        - {side: "q(z) = q(z)", label: s, expect: ill-formed}
        - {eq: "1", by: normalisation}
        """,
        "int q(z | x) dz = 1",
        model='["q(z | x)"]', start='"int q(z | x) dz"', expect="failed",
    ),
    "a parameter named like a variable": _row(
        '- {eq: "z^2", by: normalisation}',
        "E_{q(z)}[z^2] = z^2",
        model="[q(z)]", parameters="[z]", start='"E_{q(z)}[z^2]"', expect="error",
    ),
    "a density that cancels off its support": _row(
        '- {eq: "1", by: [expectation, normalisation], expect: refuted}',
        "E_{q(z)}[p(z) / q(z)] = 1",
        model="[p(z), q(z)]", support="[finite all]", start='"E_{q(z)}[p(z) / q(z)]"',
        expect="failed",
    ),
    "a logarithm of either sign": _row(
        '- {eq: "0", by: algebra, expect: unproved}',
        "log f(z) - log f(z) = 0",
        model="[q(z)]", functions='["f(z)"]', start='"log f(z) - log f(z)"', expect="failed",
    ),
    "an infinite divergence taken off": _row(
        """
        - {so: "KL(q(z) || p(z)) = KL(q(z) || p(z)) + a", by: assumption}
        - {so: "a >= 0", by: rearrange, expect: unproved}
        """,
        "a >= 0",
        model="[p(z), q(z)]", parameters="[a]", support="[]",
        assume='["KL(q(z) || p(z)) = KL(q(z) || p(z)) + a"]', expect="failed",
    ),
    "what a conditional is at a point of mass 0": _row(
        '- {eq: "1", by: [assumption, normalisation], expect: refuted}',
        "int f(x, z) dz = 1",
        model='["p(x, z)"]', functions='["f(x, z)"]', support="[finite all]",
        assume='["for all x, z: f(x, z) = p(z | x)"]', start='"int f(x, z) dz"', expect="failed",
    ),
    "expectations of either sign": _row(
        '- {eq: "E_{q(z)}[E_{p(x)}[f(x, z)]]", by: swap, expect: unproved}',
        "E_{p(x)}[E_{q(z)}[f(x, z)]] = E_{q(z)}[E_{p(x)}[f(x, z)]]",
        model='["p(x)", "q(z)"]', functions='["f(x, z)"]', support="[finite all]",
        start='"E_{p(x)}[E_{q(z)}[f(x, z)]]"', expect="failed",
    ),
    "information without its condition": _row(
        '- {eq: "I_p(x; z)", by: information, expect: refuted}',
        "I_p(x; z | y) = I_p(x; z)",
        model='["p(x, y, z)"]', start='"I_p(x; z | y)"', expect="failed",
    ),
    "a finite average of others": _row(
        """
        - so: "E_{q(z)}[f(z) + g(z)] = E_{q(z)}[f(z)] + E_{q(z)}[g(z)]"
          by: linearity
          expect: unproved
        """,
        "E_{q(z)}[f(z) + g(z)] = E_{q(z)}[f(z)] + E_{q(z)}[g(z)]",
        model="[q(z)]", functions='["f(z)", "g(z)"]', support='["finite E_{q(z)}[f(z) + g(z)]"]',
        expect="failed",
    ),
    "a parameter that is bounded from above": _row(
        '- {ge: "0", by: nonnegativity, expect: refuted}',
        "a >= 0",
        model="[]", parameters="[a <= 1]", start="a", expect="failed",
    ),
    "factors one place further": _row(
        '- {eq: "prod_{k=0}^{t-1} p(z_{k+1} | z_k)", by: factorisation}',
        "p(z_{1:t} | z_0) = prod_{k=0}^{t-1} p(z_{k+1} | z_k)",
        model='["p(z_{0:t}) = p(z_0) prod_{k=0}^{t-1} p(z_{k+1} | z_k)"]',
        parameters="[t >= 1]", start='"p(z_{1:t} | z_0)"',
    ),
    "a quotient by what may be 0": _row(
        '- {eq: "0", by: algebra, expect: unproved}',
        "f(z) / g(z) - f(z) / g(z) = 0",
        model="[q(z)]", functions='["f(z)", "g(z)"]', start='"f(z) / g(z) - f(z) / g(z)"',
        expect="failed",
    ),
    "from a false premise": _row(
        """
        - {so: "f(z) >= 1", by: nonnegativity, expect: refuted}
        - {so: "exp(f(z)) >= exp(1)", by: exponentiate}
        """,
        "exp(f(z)) >= exp(1)",
        model="[q(z)]", functions='["f(z)"]', expect="failed",
    ),
    "from a true and a false premise": _row(
        """
        - {so: "exp(f(z)) >= 0", by: nonnegativity, label: positive}
        - {so: "f(z) >= 1", by: nonnegativity, expect: refuted}
        - {so: "f(z) + exp(f(z)) >= 1", by: combine, using: positive}
        """,
        "f(z) + exp(f(z)) >= 1",
        model="[q(z)]", functions='["f(z)"]', expect="failed",
    ),
    "a point's equality, averaged by substitution": _row(
        """
        - {so: "f(z) = g(z)", by: assumption, label: point}
        - so: "E_{q(z)}[f(z)] = E_{q(z)}[g(z)]"
          by: substitution
          using: point
          expect: refuted
        """,
        "E_{q(z)}[f(z)] = E_{q(z)}[g(z)]",
        model="[q(z)]", functions='["f(z)", "g(z)"]', assume='["f(z) = g(z)"]', expect="failed",
    ),
    "where a fact says nothing": _row(
        '- {eq: "p(z)", by: assumption, expect: refuted}',
        "q(z) w(z) = p(z)",
        model="[p(z), q(z)]", functions='["w(z)"]', support="[finite all]",
        assume='["for all z: w(z) = p(z) / q(z)"]', start="q(z) w(z)", expect="failed",
    ),
}  # fmt: skip

# A lemma, and a file that uses it without what it needs.
LEMMAS = {
    "a lemma's own condition": (
        _row(
            """
            - {so: "p(z) f(z) = p(z) g(z)", by: assumption}
            - {so: "f(z) = g(z)", by: cross-multiply}
            """,
            "f(z) = g(z)",
            model="[p(z)]", functions='["f(z)", "g(z)"]', support="[finite all]",
            assume='["for all z: p(z) != 0", "for all z: p(z) f(z) = p(z) g(z)"]',
        ),
        _row(
            '- {so: "f(z) = g(z)", by: algebra, using: "lemma.yaml#claim", expect: refuted}',
            "f(z) = g(z)",
            model="[p(z)]", functions='["f(z)", "g(z)"]', support="[finite all]",
            assume='["for all z: p(z) f(z) = p(z) g(z)"]', expect="failed",
        ),
    ),
    "a lemma's bound, here by a fact on what may be infinite": (
        _row(
            '- {so: "a + b^2 >= 0", by: nonnegativity}',
            "a + b^2 >= 0", model="[p(z), q(z)]", parameters="[a >= 0, b]", support="[]",
        ),
        _row(
            """
            - {so: "a + b^2 >= 0", by: algebra, using: "lemma.yaml#claim", expect: unproved}
            """,
            "a + b^2 >= 0",
            model="[p(z), q(z)]", parameters="[a, b]", support="[q(z) << p(z)]",
            assume='["KL(q(z) || p(z)) + a >= KL(q(z) || p(z))"]', expect="failed",
        ),
    ),
    "a lemma's function, here without its sign": (
        _row(
            '- {so: "E_{q(z)}[r(z)] >= 0", by: nonnegativity}',
            "E_{q(z)}[r(z)] >= 0",
            model="[q(z)]", functions='["r(z) >= 0"]',
        ),
        _row(
            """
            - so: "E_{q(z)}[r(z)] >= 0"
              by: algebra
              using: "lemma.yaml#claim"
              expect: unproved
            """,
            "E_{q(z)}[r(z)] >= 0",
            model="[q(z)]", functions='["r(z)"]', expect="failed",
        ),
    ),
    "a lemma's fact, here at one point": (
        _row(
            '- {so: "E_{q(z)}[f(z)] >= 0", by: nonnegativity}',
            "E_{q(z)}[f(z)] >= 0",
            model="[q(z)]", functions='["f(z)"]', assume='["for all z: f(z) >= 0"]',
        ),
        _row(
            """
            - so: "E_{q(z)}[f(z)] >= 0"
              by: algebra
              using: "lemma.yaml#claim"
              expect: unproved
            """,
            "E_{q(z)}[f(z)] >= 0",
            model="[q(z)]", functions='["f(z)"]', assume='["f(z) >= 0"]', expect="failed",
        ),
    ),
    "a lemma under the standing assumption": (
        _row(
            '- {so: "E_{q(z)}[p(z) / q(z)] = 1", by: [expectation, normalisation]}',
            "E_{q(z)}[p(z) / q(z)] = 1",
            model="[q(z), p(z)]",
        ),
        _row(
            """
            - so: "E_{q(z)}[p(z) / q(z)] = 1"
              by: algebra
              using: "lemma.yaml#claim"
              expect: refuted
            """,
            "E_{q(z)}[p(z) / q(z)] = 1",
            model="[q(z), p(z)]", support="[p(z) > 0, finite all]", expect="failed",
        ),
    ),
    "a lemma under the standing assumption, where it holds": (
        _row(
            '- {so: "E_{q(z)}[p(z) / q(z)] = 1", by: [expectation, normalisation]}',
            "E_{q(z)}[p(z) / q(z)] = 1",
            model="[q(z), p(z)]",
        ),
        _row(
            '- {so: "E_{q(z)}[p(z) / q(z)] = 1", by: algebra, using: "lemma.yaml#claim"}',
            "E_{q(z)}[p(z) / q(z)] = 1",
            model="[q(z), p(z)]", support="[p(z) > 0, q(z) > 0, finite all]",
        ),
    ),
}  # fmt: skip

MUTANTS = {
    "a fact says what infinities hide": Mutant(
        "(*owed, *defined(nf.model, minus(*sides)))",
        "(*owed, *(c for side in sides for c in defined(nf.model, side)))",
        ("a sign that an infinite divergence hides",),
    ),
    "logarithms of even powers are taken apart": Mutant(
        "case PowerNode(base, exponent) if nonnegative(nf, base):",
        "case PowerNode(base, exponent):",
        ("the logarithm of an even power",),
    ),
    "what is listed as finite is so of all": Mutant(
        "return not any(map(free_variables, owed)) and all(map(self.follows, owed))",
        "return True",
        ("what is finite where another density isn't 0",),
    ),
    "a part that is discrete stands for all": Mutant(
        "frozenset({listed.base} if whole else (v.label for v in found))",
        "frozenset({listed.base})",
        ("a part of a sequence is discrete",),
    ),
    "arguments are captured": Mutant(
        "if formal in self.taken:", "if False:", ("an argument where its name is bound",)
    ),
    "what is to the power 0 isn't 0": Mutant(
        "if filled and isinstance(exponent, Rational) and exponent:", "if filled:",
        ("divided by a density to the power 0",),
    ),
    "exponents cancel": Mutant(
        "        if isinstance(exponent, Integer):\n            if _bits",
        "        exponent = collapse(exponent)\n        if isinstance(exponent, Integer):\n"
        "            if _bits",
        ("an exponent that may have no value",),
    ),
    "the standing assumption holds elsewhere": Mutant(
        "self.store.marks = self.model.marked or self.model.support is not None",
        "self.store.marks = self.model.support is not None",
        ("a lemma under the standing assumption",),
    ),
    "jensen points the other way": Mutant(
        "shape.concave == -direction", "shape.concave == direction",
        ("jensen:passes", "jensen:fails", "jensen/direction", "exp is convex"),
    ),
    "jensen takes exp for concave": Mutant(
        "Shape(-1, term.args[0], terms.Exp", "Shape(1, term.args[0], terms.Exp",
        ("exp is convex",),
    ),
    "jensen takes squares for concave": Mutant(
        "concave = -1", "concave = 1", ("a square is convex",)
    ),
    "jensen forgets the interval": Mutant(
        "for distance in _distances(shape, value):", "for distance in ():",
        ("concave where the values may not be",),
    ),
    "jensen forgets that weights sum to 1": Mutant(
        "if not nf.vanishes(nf.normal(every) - ONE) or nf.diff", "if nf.diff",
        ("weights that sum to 4",),
    ),
    "data-processing forgets what is declared": Mutant(
        "return len(found) == 1", "return True",
        ("data-processing:fails",),
    ),
    "a sum is averaged as a product is": Mutant(
        "ranges = {(node.kind,", "ranges = {(0,",
        ("a sum over so many copies that none is sampled",),
    ),
    "a sum less what stands beyond it": Mutant(
        "least(index.low, place)\n        and", "True\n        and", ("a term beyond the sum",)
    ),
    "log-bound adds 1": Mutant(
        "Comparison(minus(u, Integer(1))", "Comparison(total(u, Integer(1))",
        ("the tangent under exp and E",),
    ),
    "log-bound has exp below its tangent": Mutant(
        "terms.Exp(args=(u,)) if direction < 0", "terms.Exp(args=(u,)) if direction > 0",
        ("exp lies above its tangent",),
    ),
    "gibbs takes any divergence": Mutant(
        "return all(is_law(nf.model.order, bound, factors(part)) for part in",
        "return any(is_law(nf.model.order, bound, factors(part)) for part in", ("gibbs:fails",),
    ),
    "gibbs lets conditions raise entropy": Mutant(
        "isinstance(term, terms.VariableEntropy) and direction > 0",
        "isinstance(term, terms.VariableEntropy) and direction < 0",
        ("conditioning lowers entropy, under exp",),
    ),
    "gibbs infers equality from any bound": Mutant(
        "and not nf.normal(right)", "and nf.normal(right)",
        ("a small divergence is no equality",),
    ),
    "inequalities are taken off as well as added": Mutant(
        "or not (factor == ONE or nonnegative(nf, factor)):", "or not factor:",
        ("an inequality is not taken off",),
    ),
    "chain-rule forgets the marginal": Mutant(
        "return joint * nf.integer_power(marginal, -1)", "return joint",
        ("chain-rule:passes", "bayes-rule:passes"),
    ),
    "kl has its arguments swapped": Mutant(
        "first, second = parts", "second, first = parts", ("kl:passes", "kl:fails")
    ),
    "kl loses its weight": Mutant(
        "first * nf.log(first *", "nf.log(first *", ("kl:passes", "kl/factor-dropped")
    ),
    "entropy has the other sign": Mutant(
        "-(parts[0] * nf.log(parts[-1]))", "parts[0] * nf.log(parts[-1])",
        ("entropy:passes", "entropy:fails"),
    ),
    "information multiplies by the marginals": Mutant(
        "density(second, given), -1", "density(second, given), 1",
        ("information:passes",),
    ),
    "linearity pulls out what is bound": Mutant(
        "outside, inside = nf.store.split(monomial, bound)",
        "outside, inside = monomial, ()", ("linearity:passes", "linearity:fails"),
    ),
    "normalisation ignores other factors": Mutant(
        "return (removed, rest) if nf.store.free_in(rest).isdisjoint(removed) else None",
        "return removed, rest", ("another factor under the integral",),
    ),
    "normalisation takes a joint for a conditional": Mutant(
        "if dict(monomial).get(marginal, 0) > -1:", "if not monomial:",
        ("a joint density is not normalised in one variable",),
    ),
    "tower drops a variable in use": Mutant(
        "if len(owners) != 1 or owners[0][1] != 1:", "if not owners:",
        ("a variable that the body uses",),
    ),
    "expectation forgets the law": Mutant(
        "nf.integral(bound, law * body)", "nf.integral(bound, body)",
        ("expectation:passes", "expectation:fails"),
    ),
    "swap ignores what a law is given": Mutant(
        "if any(not nf.store.free(inner).isdisjoint(bound) for inner in laws):", "if not bound:",
        ("two laws, one of them given the other",),
    ),
    "factorisation separates everything": Mutant(
        "lambda slot: neighbours[slot] - given", "lambda slot: ()",
        ("factorisation:fails",),
    ),
    "log-rules split what may be negative": Mutant(
        "split = [f for f in monomial if nonnegative(nf, Polynomial.of(f[0]))]",
        "split = [*monomial]", ("the root of a square",),
    ),
    "a fact at one point holds everywhere": Mutant(
        "if formal != actual:", "if formal is None:",
        ("a fact at one point, under E",),
    ),
    "take-expectation binds the point of a fact": Mutant(
        "premise.relation, right), law.bound, law.densities)", "premise.relation, right))",
        ("a fact at one point, averaged",),
    ),
    "take-expectation averages one side": Mutant(
        "law.mean(order, premise.right)", "law.mean(order, premise.left)",
        ("take-expectation:passes", "take-expectation:fails"),
    ),
    "integrate binds the point of a fact": Mutant(
        "return Taken(said, bound, weights_in(proposed))", "return Taken(said)",
        ("a fact at one point, integrated",),
    ),
    "an inference binds the point of a fact": Mutant(
        "if taken is None or not nf.model.order.disjoint(fixed_by(premise), taken.bound):",
        "if taken is None:",
        ("a fact at one point, averaged", "a fact at one point, integrated"),
    ),
    "integrate takes any weight": Mutant(
        'premise.relation == "=" or nonnegative(nf, nf.normal(weight))', "bool(premise)",
        ("a weight that may be negative",),
    ),
    "rearrange keeps the relation with the sign": Mutant(
        "reached = turned(premise).relation", "reached = premise.relation",
        ("a changed sign",),
    ),
    "cross-multiply takes any factor": Mutant(
        "if fits and allowed:", "if fits:",
        ("a factor that may be negative",),
    ),
    "combine follows the first relation": Mutant(
        "relation = composed(relation, premise.relation) if relation else None",
        'relation = premise.relation if relation == "=" else relation', ("combine:fails",),
    ),
    "exponentiate turns the sides": Mutant(
        "Exp(premise.left), premise.relation, Exp(premise.right)",
        "Exp(premise.right), premise.relation, Exp(premise.left)",
        ("exponentiate:passes", "exponentiate:fails"),
    ),
    "absolute-continuity the other way": Mutant(
        "nf.normal(said.second) - nf.normal(premise.left)",
        "nf.normal(said.first) - nf.normal(premise.left)",
        ("absolute-continuity:passes", "absolute-continuity:fails"),
    ),
    "everything is discrete": Mutant(
        "if not known.issuperset(names):", "if not names:", ("entropy-nonnegative:fails",),
    ),
    "nonnegativity drops what is positive from above": Mutant(
        "not signs.evident(nf, product(Integer(-direction), dropped)):",
        "not signs.evident(nf, product(Integer(direction), dropped)):",
        ("dropped under a logarithm",),
    ),
    "a sum has the sign of one term": Mutant(
        "return frozenset().union(*(UNKNOWN if x * y < 0 else {x or y} for",
        "return frozenset().union(*({max(x, y)} for", ("a sum with one sign unknown",),
    ),
    "what is below a bound is above it": Mutant(
        "yield (-1 if factor > 0 else 1), end, strict", "yield 1, end, strict",
        ("a parameter that is bounded from above",),
    ),
    "a factor stands where its index does": Mutant(
        "piece.at(again + conditional.offset", "piece.at(again", ("factors one place further",),
    ),
    "substitution the other way": Mutant(
        '(read.relation == "<=") == (direction > 0)',
        '(read.relation == "<=") != (direction > 0)',
        ("a bound put in under exp",),
    ),
    "every place is monotone": Mutant(
        "sign = 1 if nonnegative(nf, polynomial) else", "sign = 1 if polynomial else",
        ("substitution:fails",),
    ),
    "definition puts the exponential": Mutant(
        "return nf.normal(node.term.args[1])", "return nf.exp(nf.normal(node.term.args[1]))",
        ("definition:passes",),
    ),
    "any relation implies any": Mutant(
        'return stronger in (weaker, "=")', "return bool(stronger)",
        ("bayes/direction", "jensen/direction"),
    ),
    "binders share their tags": Mutant(
        "tag = 1 + max((height(part) for part in parts), default=0)", "tag = 1",
        ("nested binders of one slot are apart",),
    ),
    "a binder captures what is put under it": Mutant(
        "if isinstance(term, Binder):\n        opened, parts = unbind(term)",
        "if isinstance(term, Binder):\n        opened, parts = unbind(term, tag=0)",
        ("a free variable stays free under a binder",),
    ),
    "every density dominates": Mutant(
        "if condition is None:\n            return None",
        "if condition is None:\n            return ()",
        ("nothing known of the support",),
    ),
    "what cancels owes nothing": Mutant(
        'nf.owe("nonzero", part, (*weighing, *around))', "del part",
        ("a density that cancels off its support",),
    ),
    "integrals change places unconditionally": Mutant(
        "{Sides.FINITE, Sides.INTEGRABLE}", "{Sides.FINITE}", ("expectations of either sign",),
    ),
    "a ratio of numbers upside down": Mutant(
        "return above / below", "return below / above", ("halves",),
    ),
    "infinity less infinity is defined": Mutant(
        "if len(sides) > 1 and (None in sides or len(set(sides)) > 1):", "if not term.args:",
        ("an infinite divergence taken off",),
    ),
    "a logarithm is defined everywhere": Mutant(
        'self.need("positive", term.args[0], weights)\n', "pass\n", ("a logarithm of either sign",),
    ),
    "a conditional is defined everywhere": Mutant(
        'self.need("positive", condition, weights)', "pass",
        ("what a conditional is at a point of mass 0",),
    ),
    "a quotient is defined everywhere": Mutant(
        'self.need("nonzero", below, inside)', 'self.need("nonzero", terms.Exp(below), inside)',
        ("a quotient by what may be 0",),
    ),
    "a condition on a sign holds": Mutant(
        "return self.has_sign(kind, part, weights)", "return True",
        ("nothing known of the support", "unsound:cover"),
    ),
    "what is finite is no matter": Mutant(
        "return next((found for found in tried if found is not None), None)", "return []",
        ("a finite average of others",),
    ),
    "a fact's sides are finite": Mutant(
        'if fact.relation != "=" or len(found) != 1 or found[0] not in sides:',
        'if fact.relation != "=" or not found:',
        ("an infinite divergence taken off",),
    ),
    "a theorem's sides need not be defined": Mutant(
        ", *defined(model, sides[0]), *defined(model, sides[1])}", "}",
        ("a logarithm of either sign",),
    ),
    "marginals make a joint": Mutant(
        "return whole if declared == own and len(found) == len(own) else law", "return whole",
        ("a product of marginals",),
    ),
    "one factor shows the others to be defined": Mutant(
        "if self.model.order.subset(asked, binding.replaced(over, {index: index + step})):",
        "if True:", ("conditionals of which only the first is shown to be defined",),
    ),
    "any copy is one of those that are exchanged": Mutant(
        "part.low != part.high or not order.inside(part, whole)", "part.low != part.high",
        ("a copy beside those that are exchanged",),
    ),
    "a chain rests on its last step alone": Mutant(
        "first.proof + second.proof, hypotheses | second.hypotheses",
        "first.proof + second.proof, second.hypotheses", ("after a false line",),
    ),
    "an inference forgets its premise": Mutant(
        "below = {_bound_by(nf.model, item, taken) for item in premise.hypotheses}",
        "below = set()", ("from a false premise",),
    ),
    "a sum of theorems rests on the first": Mutant(
        "owed.union(*(premise.hypotheses for premise in premises))",
        "owed.union(premises[-1].hypotheses)", ("from a true and a false premise",),
    ),
    "a theorem at one point holds everywhere": Mutant(
        "return frozenset(v for v in free if order.disjoint([v], fixed))",
        "return frozenset(free - {fixed})", ("a point's equality, averaged by substitution",),
    ),
    "a fact holds where its sides mean nothing": Mutant(
        "return _concluded(model, Statement(fact.left, relation, fact.right), {fact})",
        "return theorems.conclude("
        "Statement(fact.left, relation, fact.right), (), frozenset({fact}))",
        ("where a fact says nothing",),
    ),
    "a circle of densities is a law": Mutant(
        "union(lefts) == union(bound) and first_circle(order, waiting) is None",
        "union(lefts) == union(bound)", ("KL of densities in a circle",),
    ),
    "a lemma brings no conditions": Mutant(
        "return (unfolded(item),)", "return ()", ("a lemma's own condition",),
    ),
    "a lemma's fact at one point is one for all": Mutant(
        "own.quantified >= fact.quantified", "own.quantified <= fact.quantified",
        ("a lemma's fact, here at one point",),
    ),
    "no parameter is 0": Mutant(
        "return apart or not {(symbol", "return apart or {(symbol",
        ("a parameter that may be 0",),
    ),
    "nothing is marked": Mutant(
        "return not isinstance(node, nodes.ExpNode | nodes.LogNode | nodes.TermNode)",
        "return False",
        ("a density that cancels off its support",),
    ),
    "a mark is dropped when it is made": Mutant(
        "total = powers.get(atom, 0) + exponent\n        if total or type(atom) is Kept:",
        "total = powers.get(atom, 0) + exponent\n        if total:",
        ("a density that cancels off its support",),
    ),
    "a real number is above another by 1": Mutant(
        "step = -1 if strict and self._whole(gap) else 0",
        "step = -1 if strict else 0", ("a real above 0",),
    ),
    "a rule implies all": Mutant(
        "found.update(RULES[name].implies, RULES[name].spells if variables else ())",
        "found.update(RULES)",
        ("two laws, one of them given the other",),
    ),
    "an average over the first law": Mutant(
        "bind(terms.Expectation, law.bound, body, Tuple(*law.densities), order=order)",
        "bind(terms.Integral, law.bound, body, order=order)", ("jensen:passes",),
    ),
    "all copies are alike": Mutant(
        "return index not in left and not any(", "return index not in left or not any(",
        ("a term that tells copies apart",),
    ),
    "what is averaged is not in a divergence's second part": Mutant(
        "case DivergenceNode(parts=parts):\n            return parts",
        "case DivergenceNode(parts=parts):\n            return parts[:1]",
        ("a divergence that is averaged",),
    ),
    "a logarithm keeps the old names": Mutant(
        "return self.oriented(self.rename(argument, names))", "return 1, nodes.LogNode(argument)",
        ("linearity:passes",),
    ),
    "a factor is no part of a term": Mutant(
        "for a, e in monomial if e >= 0)", "for a, e in monomial if e > 1)", ("index:passes",),
    ),
    "a power has one factor less": Mutant(
        "return self.product(base for _ in range(exponent))",
        "return self.product(base for _ in range(exponent - 1))", ("the square of a difference",),
    ),
    "a sum of equal terms has one term less": Mutant(
        "return self.normal(index.high - index.low + 1)",
        "return self.normal(index.high - index.low)", ("equal terms of a sum",),
    ),
    "an integral is what it is of": Mutant(
        "if not bound or not body:\n            return body",
        "if bound or not body:\n            return body", ("normalisation:passes",),
    ),
    "the parts of slices stay apart": Mutant(
        "if not any(_is_cut(nf, atom) for atom in polynomial.atoms):", "if polynomial.atoms:",
        ("exchange:passes",),
    ),
    "the sides of a statement are added": Mutant(
        "return self.reduced(self.normal(statement.left) - self.normal(statement.right))",
        "return self.reduced(self.normal(statement.left) + self.normal(statement.right))",
        ("rearrange:passes", "rearrange:fails"),
    ),
    "the polarity around a part is forgotten": Mutant(
        "part, self.polarity * polarity, lambda", "part, polarity, lambda",
        ("substitution:fails",),
    ),
    "a density depends on no condition": Mutant(
        "kept = needed(order, family, left, right)", "kept = left & right",
        ("factorisation:fails",),
    ),
    "every condition is separated": Mutant(
        "if separates(graph, left, frozenset({slot}), right - {slot}):", "if left:",
        ("factorisation:fails",),
    ),
    "two laws are no joint one": Mutant(
        "joint = over_joint(nf, node)", "joint = None", ("tower:passes",),
    ),
    "any factors are a joint": Mutant(
        "if nf.density(joint) == united(nf, Polynomial({chosen: 1})):", "if nf.density(joint):",
        ("factors that are no joint",),
    ),
    "the first term is left out": Mutant(
        "before, whole = series.up_to(low - 1), series.up_to(high)",
        "before, whole = series.up_to(low), series.up_to(high)", ("index:passes", "index:fails"),
    ),
    "a joint without any variable it is over": Mutant(
        "marginal = nf.density(DensityNode(node.family, node.left - {variable}, node.right))",
        "marginal = nf.density(DensityNode(node.family, frozenset(), node.right))",
        ("marginalisation:passes", "marginalisation:fails"),
    ),
    "the logarithm of one side": Mutant(
        "Statement(Log(premise.left), premise.relation, Log(premise.right))",
        "Statement(Log(premise.left), premise.relation, premise.right)", ("take-log:fails",),
    ),
    "a lemma leans on no bound of this file": Mutant(
        "hypotheses = owed.union(own for", "hypotheses = set().union(own for",
        ("a lemma's bound, here by a fact on what may be infinite",),
    ),
    "terms of a finite integral are finite": Mutant(
        "if left != union(v.tagged(0) for v in bound):", "if left is None:",
        ("terms that are 0, one over x and one over z",),
    ),
    "integrals of premises may change places": Mutant(
        "hypotheses.update(*map(nested, (*sides, *others)))",
        "hypotheses.update(*map(nested, sides))", ("a premise of integrals in two orders",),
    ),
    "integrals of facts may change places": Mutant(
        "nf.unwritten |= value.atoms", "value.atoms", ("averages by facts, averaged",),
    ),
    "any density is a finite measure": Mutant(
        "return order.subset(bound, over) and is_law(order, over, measure)",
        "return all(map(_is_of_densities, measure))", ("a divergence from two densities, alone",),
    ),
    "a divergence from any mass has a bounded negative part": Mutant(
        "return 1 if is_law(_UNORDERED, bound, factors(second)) else None", "return 1",
        ("a divergence from a joint density, averaged",),
    ),
    "an exponential is never 0": Mutant(
        "return found | {0} if parts and not self._finite else found", "return found",
        ("the exponential of an infinite divergence",),
    ),
    "one integral of two": Mutant(
        "nf.merges()\n        if atom", "if atom",
        ("integrals of either sign", "expectations of either sign"),
    ),
    "a product takes in what is near": Mutant(
        "if power == exponent and first == high + 1:",
        "if power == exponent and first == high + 2:", ("densities of a sequence with a gap",),
    ),
    "the logarithm is above 0 where what it is of is": Mutant(
        "return self.of(nf.reduced(argument) - ONE)", "return self.of(nf.reduced(argument))",
        ("a logarithm of what may be below 1",),
    ),
    "domination is read the other way": Mutant(
        "in ((said.first, said.second), ", "in ((said.second, said.first), ",
        ("dominated the other way",),
    ),
    "information forgets what is given": Mutant(
        "slots(first), slots(second), slots(given))", "slots(first), slots(second), slots(()))",
        ("information without its condition",),
    ),
    "laws go in a circle": Mutant(
        "if circle is not None:", "if circle is not None and not laws:", ("laws in a circle",),
    ),
    "a product of laws of one variable": Mutant(
        "self.check_apart(variable, owned, node)", "pass",
        ("two laws of one variable",),
    ),
    "a factorisation forgets a variable": Mutant(
        "for variable in sorted(odd, key=str):", "for variable in ():",
        ("a factorisation without one of its variables",),
    ),
    "a formula over any variable": Mutant(
        "if not self.model.order.subset(free_variables(term), family.slots):", "if not term:",
        ("a formula of another variable",),
    ),
    "one name for two things": Mutant(
        "for name, other in self.names.items():", "for name, other in ():",
        ("a parameter named like a variable",),
    ),
    "nonnegative integers begin at 1": Mutant(
        '"nonnegative integers": 0', '"nonnegative integers": 1', ("an integer that may be 0",),
    ),
    "a difference is read as a sum": Mutant(
        'part if sign == "+" else negative', "part if sign else negative", ("a difference",),
    ),
    "an abbreviation captures": Mutant(
        "inner = frozenset[Var]().union(*self.scope[self.outside :])", "inner = frozenset[Var]()",
        ("what an abbreviation would capture",),
    ),
    "a function takes any variable": Mutant(
        "if actual != formal and not part and self.model.slot(actual) != formal:",
        "if actual is None:", ("a function of another variable",),
    ),
    "a density does without its condition": Mutant(
        "if missing and left and", "if missing and not left and",
        ("a density without its condition", "a chain without its start"),
    ),
    "a chain says something without its start": Mutant(
        "or law <= needed(", "or law > needed(", ("a chain without its start",),
    ),
    "elements of a slice are independent": Mutant(
        "if is_sliced(self.head) else ()", "if self.head is None else ()",
        ("elements that one factor is over",),
    ),
    "a claim's left side is whatever was reached": Mutant(
        'Statement(claim.left, "=", premise.left)', 'Statement(premise.left, "=", premise.left)',
        ("a claim about something else",),
    ),
    "a claim needs nothing": Mutant(
        "if not leaned.missing or reached.given:", "if leaned is not None:",
        ("a guard that only a step shows",),
    ),
    "a formula is a density whatever its total": Mutant(
        "return None if leaned.missing else leaned", "return leaned",
        ("a formula that may not total 1",),
    ),
    "a density by formula may be negative": Mutant(
        "if not any(is_shown(positive, rules) for rules in ways):", "if not ways:",
        ("a formula that may be negative",),
    ),
    "a file is verified whatever its steps": Mutant(
        "good = run.proved and trouble is None", "good = trouble is None",
        ("a side that isn't proved",),
    ),
    "what a lemma was proved under is what is declared here": Mutant(
        "imported(known.theorem, other.environment.declared.model, model)",
        "imported(known.theorem, model, model)", ("a lemma's function, here without its sign",),
    ),
    "finite all grants the first line alone": Mutant(
        "self.derivation.steps[:MOST_STEPS]", "self.derivation.steps[:1]",
        ("kl/wrong-claim",),
    ),
    "a file is verified but for its chain": Mutant(
        "return all(step.proved for step in self.steps)",
        "return any(step.proved for step in self.steps)", ("a side that isn't proved",),
    ),
    "a step is proved but for its conditions": Mutant(
        "if not leaned.missing:", "if leaned.missing is not None:",
        ("nothing known of the support",),
    ),
    "a statement follows from nothing": Mutant(
        "return Goal(self.line.statement, reached, using, so=True, forms=self.forms)",
        "return Goal(self.line.statement, None, (), so=True)", ("take-log:passes",),
    ),
    "a premise that means nothing is used": Mutant(
        "if ruling.attempt is None or task.unusable is not None:", "if ruling.attempt is None:",
        ("using a line that means nothing",),
    ),
    "any rule bears any step": Mutant(
        "result = prove(context, goal, allowed)", "result = prove(context, goal, RULES)",
        ("two laws, one of them given the other",),
    ),
    "a rule bears what needs none": Mutant(
        "if result is None or (mains and _besides(follow, context, goal, idle)):",
        "if result is None:", ("a rule that isn't needed",),
    ),
    "what is free is not seen": Mutant(
        "in sorted(loose, key=slot_order):", "in sorted(loose, key=slot_order)[1:]:",
        ("a variable outside of its binder",),
    ),
    "a variable leaves its binder": Mutant(
        "if order.covered(variable, before):", "if order is not None:",
        ("a variable outside of its binder",),
    ),
    "what is given counts as proved": Mutant(
        "return tuple(sorted(item.step for item in items))", "return ()", ("after a false line",),
    ),
    "a density by formula may divide by 0": Mutant(
        "return context.model.support is not None and not all(",
        "return context.model.support is None and not all(", ("a formula that divides by 0",),
    ),
}  # fmt: skip
