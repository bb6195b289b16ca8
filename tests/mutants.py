"""A kernel with one line broken: which line, what becomes of it, and rows that must notice."""

from __future__ import annotations

import ast
import gc
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import pytest

from verifier import kernel

KERNEL = Path(kernel.__path__[0])


class Mutant(NamedTuple):
    """In `verifier/kernel` the text `old`, found once, reads `new`.

    `rows` are the examples that may notice: `passes` and `fails` of a rule (`gibbs:fails`), rows
    of `ROWS`, twins (`kl/sign`). One of them must.
    """

    old: str
    new: str
    rows: tuple[str, ...]


def install(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the line. The function's code is swapped, so that all who hold it are affected."""
    module, source = _broken(mutant.old)
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
    assert not hasattr(target, "cache_clear"), "what a broken function caches would stay"
    codes = dict(_paired(target.__code__, scope[path[-1]].__code__))
    for function in gc.get_objects():
        if isinstance(function, FunctionType) and function.__code__ in codes:
            monkeypatch.setattr(function, "__code__", codes[function.__code__])


def _paired(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """A function's code before and after, and that of the named functions inside it."""
    yield old, new
    inside = {c.co_name: c for c in new.co_consts if isinstance(c, CodeType)}
    for code in old.co_consts:
        if isinstance(code, CodeType) and not code.co_name.startswith("<"):
            yield from _paired(code, inside[code.co_name])


def _broken(line: str) -> tuple[ModuleType, str]:
    """The only module of the kernel that holds a line, and its source."""
    texts = {file: file.read_text(encoding="utf-8") for file in KERNEL.rglob("*.py")}
    found = [file for file, text in texts.items() for _ in range(text.count(line))]
    assert len(found) == 1, f"{line!r} is found {len(found)} times"
    parts = found[0].relative_to(KERNEL).with_suffix("").parts
    return import_module(".".join((kernel.__name__, *parts))), texts[found[0]]


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
    "another factor beside the joint": _row(
        '- {eq: "int p(x, z) (q(z) + 1) dz", by: [linearity, marginalisation]}',
        "int p(x, z) q(z) dz + p(x) = int p(x, z) (q(z) + 1) dz",
        model='["p(x, z)", q(z)]', start='"int p(x, z) q(z) dz + p(x)"',
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
}  # fmt: skip

MUTANTS = {
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
        "if not known or not all(", "if not all(", ("weights that sum to 4",)
    ),
    "log-bound adds 1": Mutant(
        "Bound(minus(u, ONE_TERM)", "Bound(total(u, ONE_TERM)",
        ("the tangent under exp and E",),
    ),
    "log-bound has exp below its tangent": Mutant(
        "terms.Exp(args=(u,)) if direction < 0", "terms.Exp(args=(u,)) if direction > 0",
        ("exp lies above its tangent",),
    ),
    "gibbs takes any divergence": Mutant(
        "return all(is_law(bound, factors(part)) for part in",
        "return any(is_law(bound, factors(part)) for part in", ("gibbs:fails",),
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
        "outside, inside = split(nf.store, monomial, bound)",
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
    "marginalisation ignores other factors": Mutant(
        "if len(owners) != 1 or owners[0][1] != 1:", "if not owners:",
        ("another factor beside the joint",),
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
        "if not nf.store.free(node.law).isdisjoint(bound):", "if not bound:",
        ("two laws, one of them given the other",),
    ),
    "factorisation separates everything": Mutant(
        "return reached.isdisjoint(second)", "return bool(reached)",
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
        "return Taken(said, law.bound, law.densities)", "return Taken(said)",
        ("a fact at one point, averaged",),
    ),
    "take-expectation averages one side": Mutant(
        "premise.relation, law.mean(premise.right)", "premise.relation, law.mean(premise.left)",
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
        "return condition.first, condition.second",
        "return condition.second, condition.first",
        ("absolute-continuity:passes", "absolute-continuity:fails"),
    ),
    "everything is discrete": Mutant(
        "if not all(slot.label in known or (slot.ends and slot.name in known) for slot in slots):",
        "if not slots:", ("entropy-nonnegative:fails",),
    ),
    "nonnegativity drops what is positive from above": Mutant(
        "not evident(nf, product(Integer(-direction), dropped)):",
        "not evident(nf, product(Integer(direction), dropped)):",
        ("dropped under a logarithm",),
    ),
    "a sum has the sign of one term": Mutant(
        "            total = _sum(total, value)",
        "            total = value & NONNEGATIVE", ("a sum with one sign unknown",),
    ),
    "substitution the other way": Mutant(
        '(read.relation == "<=") == (direction > 0)',
        '(read.relation == "<=") != (direction > 0)',
        ("a bound put in under exp",),
    ),
    "every place is monotone": Mutant(
        "return (-1 if nonnegative(nf, -polynomial) else 0), ", "return 1, ",
        ("substitution:fails",),
    ),
    "definition forgets what stands there": Mutant(
        "return nf.normal(node.term.args[1])", "return nf.normal(node.term)",
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
        "if condition is None:\n            return Discharged(False)",
        "if condition is None:\n            return STANDING",
        ("nothing known of the support",),
    ),
}  # fmt: skip
