"""Steps about tables whose kind was once not closed, for other lines than those of the corpus; and
the same with something wrong, which isn't certified."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from programs import needs

from certificate.statements import account_of, closed_though_false, forced, left_open, unjudged
from verifier.certificate.writer import certificate


@dataclass(frozen=True)
class Case:
    """A step; `wrong`: right sides that it doesn't have, or other relations before them."""

    left: str
    right: str
    wrong: tuple[str, ...]
    relation: str = "="
    model: tuple[str, ...] = ("p(x, z)", "q(z)")
    parameters: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    assume: tuple[str, ...] = ()

    def text(self, right: str) -> str:
        found = next((r for r in (">=", "<=") if right.startswith(r)), "")
        relation = found or self.relation
        said = right.removeprefix(found).strip()
        key = {"=": "eq", ">=": "ge", "<=": "le"}[relation]
        declared = ("parameters", "functions", "copies", "assume")
        lines = "\n".join(f"{key}: {[*getattr(self, key)]}" for key in declared)
        return f"""
title: a step about tables
model: {[*self.model]}
{lines}
start: "{self.left}"
steps: [{{{key}: "{said}"}}]
claim: "{self.left} {relation} {said}"
"""


RATIO = "p(x, z) / q(z)"
UNIT = ("0 < a < 1", "0 < b < 1", "c", "d")
POINTS = {"model": ("p(x, z; t)", "q(z)"), "copies": ("x_i of x",), "parameters": ("n >= 1",)}
CASES = {
    "roots": Case(
        "(sqrt(a) c + sqrt(1 - a) d)^2",
        "a c^2 + 2 sqrt(a (1 - a)) c d + (1 - a) d^2",
        ("a c^2 + sqrt(a (1 - a)) c d + (1 - a) d^2", "a c^2 + (1 - a) d^2"),
        model=(),
        parameters=UNIT,
    ),
    "roots-below": Case(
        "(c / sqrt(a) - sqrt(a) d)^2",
        "c^2 / a - 2 c d + a d^2",
        ("c^2 / a + a d^2", "c^2 / sqrt(a) - 2 c d + a d^2"),
        model=(),
        parameters=UNIT,
    ),
    "powers": Case(
        f"log E_{{q(z)}}[({RATIO})^(1 - a)] + a log p(x)",
        "log(int q(z)^a p(z | x)^(1 - a) dz) + log p(x)",
        (
            "log(int q(z)^a p(z | x)^(1 - a) dz)",
            "log(int q(z)^(1 - a) p(z | x)^a dz) + log p(x)",
        ),
        parameters=("a < 1",),
    ),
    "power-of-a-power": Case(
        "E_{q(z)}[p(x, z)^a]",
        "E_{q(z)}[(p(x, z)^b)^(a / b)]",
        ("E_{q(z)}[(p(x, z)^b)^a]",),
        parameters=UNIT,
    ),
    "constant-beside": Case(
        "E_{q(z)}[f(z)] - log E_{q(z)}[exp(f(z))]",
        "E_{q(z)}[log p(z)] - log E_{q(z)}[p(z)]",
        ("E_{q(z)}[log p(z)] - log E_{q(z)}[p(z)] + c",),
        parameters=("c",),
        functions=("f(z)",),
        assume=("for all z: f(z) = log p(z) + c",),
    ),
    "added-and-taken-away": Case(
        "E_{q(z)}[log f(z)]",
        "E_{q(z)}[log(p(x) (1 + (f(z) - p(x)) / p(x)))]",
        ("E_{q(z)}[log(p(x) (1 - (f(z) - p(x)) / p(x)))]",),
        functions=("f(z) > 0",),
    ),
    "facts-together": Case(
        "c / (1 - d)",
        "(1 - a) / (1 - a b)",
        ("(1 - b) / (1 - a b)", "(1 - a) / (1 - b)"),
        model=(),
        parameters=("0 < a < 1", "0 < b < 1", "c > 0", "0 < d < 1"),
        assume=("c = 1 - a", "d = a b"),
    ),
    "denominators-squared": Case(
        "(c - 1) (d / (c - 1)^2 + 1)",
        "c - 1 + d / (c - 1)",
        ("c + 1 + d / (c - 1)", "c - 1 + d / (c - 1)^2"),
        model=(),
        parameters=("c >= 2", "d"),
    ),
    "scores": Case(
        "-log(exp(a) / (exp(a) + exp(b)))",
        "log(1 + exp(b - a))",
        ("log(1 + exp(a - b))", "log(1 + exp(a + b))"),
        model=(),
        parameters=("a", "b"),
    ),
    "moments": Case(
        "E_{q(z)}[(f(z) - c)^2 / d - (f(z) - b)^2]",
        "1 - d - (b - c)^2",
        ("1 - d", "1 - (b - c)^2"),
        parameters=("b", "c", "d > 0"),
        functions=("f(z)",),
        assume=("E_{q(z)}[f(z)] = c", "E_{q(z)}[(f(z) - c)^2] = d"),
    ),
    "over-two-variables": Case(
        "E_{p(x, z)}[log(p(x, z) / (p(x) p(z)))]", "0", ("<= 0", "1"), ">=", model=("p(x, z)",)
    ),
    "product-over-an-index": Case(
        "prod_{i=1}^{n} f(i)",
        "f(n) prod_{i=1}^{n-1} f(i)",
        ("f(n) prod_{i=1}^{n} f(i)", "f(1) prod_{i=1}^{n-1} f(i)"),
        model=(),
        parameters=("n >= 1",),
        functions=("f(i) > 0",),
    ),
    "first-of-a-sum": Case(
        "sum_{i=1}^{n} f(i)",
        "f(1) + sum_{i=2}^{n} f(i)",
        ("f(2) + sum_{i=2}^{n} f(i)", "f(1) + sum_{i=1}^{n} f(i)"),
        model=(),
        parameters=("n >= 2",),
        functions=("f(i)",),
    ),
    "over-all-but-itself": Case(
        "(1 / (2 (n - 1))) sum_{i=1}^{n} (sum_{j=1}^{n} (f(i) + f(j)))",
        "(n / (n - 1)) sum_{i=1}^{n} f(i)",
        ("(1 / (n - 1)) sum_{i=1}^{n} f(i)", "sum_{i=1}^{n} f(i)"),
        model=(),
        parameters=("n >= 2",),
        functions=("f(i)",),
    ),
    "jensen-at-each-point": Case(
        "sum_{i=1}^{n} log E_{q(z)}[p(x_i, z; t) / q(z)]",
        "sum_{i=1}^{n} E_{q(z)}[log(p(x_i, z; t) / q(z))]",
        (
            "<= sum_{i=1}^{n} E_{q(z)}[log(p(x_i, z; t) / q(z))]",
            "sum_{i=1}^{n} E_{q(z)}[log(p(x_i, z; t) / q(z))] + 1",
            "sum_{i=1}^{n} E_{q(z)}[log p(x_i | z; t)]",
        ),
        ">=",
        **POINTS,
    ),
    "mean-of-a-few": Case(
        "E_{q(z)}[log((p(x, z) + 2 q(z)) / 3)]",
        "E_{q(z)}[(1 / 3) log p(x, z) + (2 / 3) log q(z)]",
        (
            "<= E_{q(z)}[(1 / 3) log p(x, z) + (2 / 3) log q(z)]",
            "E_{q(z)}[(2 / 3) log p(x, z) + (1 / 3) log q(z)]",
        ),
        ">=",
    ),
    "convex-power-of-a-mean": Case(
        "(1 / n) sum_{i=1}^{n} f(i)^((1 - a) / (1 - b))",
        "((1 / n) sum_{i=1}^{n} f(i))^((1 - a) / (1 - b))",
        (
            "<= ((1 / n) sum_{i=1}^{n} f(i))^((1 - a) / (1 - b))",
            "((1 / n) sum_{i=1}^{n} f(i))^((1 - b) / (1 - a))",
        ),
        ">=",
        model=(),
        parameters=("a < b", "b < 1", "n >= 1"),
        functions=("f(i) > 0",),
    ),
    "square-of-a-mean": Case(
        "(E_{q(z)}[f(z)])^2",
        "E_{q(z)}[f(z)^2]",
        (">= E_{q(z)}[f(z)^2]", "E_{q(z)}[f(z)]"),
        "<=",
        functions=("f(z)",),
    ),
    "multiple-of-a-fact": Case(
        "E_{q(z)}[f(z)]",
        "(log a) / (2 (b - 1))",
        ("(log a) / (2 b)", ">= (log a) / (2 (b - 1))"),
        "<=",
        parameters=("a > 0", "b >= 2"),
        functions=("f(z)",),
        assume=("2 (b - 1) E_{q(z)}[f(z)] <= log a",),
    ),
    "concave-power-of-a-mean": Case(
        "sqrt(E_{q(z)}[f(z)])",
        "E_{q(z)}[sqrt(f(z))]",
        ("<= E_{q(z)}[sqrt(f(z))]", "sqrt(E_{q(z)}[f(z)^2])"),
        ">=",
        functions=("f(z) > 0",),
    ),
    "log-of-a-conditional": Case(
        "E_{p(x, z)}[log p(x | z) - log q(z)]",
        "-E_{p(x, z)}[log q(z)]",
        (">= -E_{p(x, z)}[log q(z)]", "E_{p(x, z)}[log p(z)] - E_{p(x, z)}[log q(z)]"),
        "<=",
    ),
    "mixture": Case(
        "H(m(z))",
        "a H(p(z)) + (1 - a) H(q(z)) + a KL(p(z) || m(z)) + (1 - a) KL(q(z) || m(z))",
        ("a H(p(z)) + (1 - a) H(q(z)) + a KL(p(z) || m(z))", "a H(p(z)) + (1 - a) H(q(z))"),
        model=("p(z)", "q(z)", "m(z) := a p(z) + (1 - a) q(z)"),
        parameters=("0 <= a <= 1",),
    ),
    "gain": Case(
        "E_{q(z)}[f(z)]",
        "E_{q(z)}[f(z) - r(z)]",
        ("<= E_{q(z)}[f(z) - r(z)]", "E_{q(z)}[f(z)] + E_{q(z)}[r(z)]"),
        ">=",
        functions=("f(z)", "r(z) >= 0"),
    ),
    "function-at-a-number": Case(
        "f(E_{q(z)}[p(z) / q(z)])",
        "0",
        ("1", "f(2)"),
        functions=("f(u) convex for u > 0",),
        assume=("f(1) = 0",),
    ),
    "event": Case(
        "E_{p(x)}[f(x)]",
        "P E_{m(x)}[f(x)] + (1 - P) E_{n(x)}[f(x)]",
        ("E_{m(x)}[f(x)] + E_{n(x)}[f(x)]", "(1 - P) E_{m(x)}[f(x)] + P E_{n(x)}[f(x)]"),
        model=("p(x)", "m(x) := p(x) A(x) / P", "n(x) := p(x) (1 - A(x)) / (1 - P)"),
        functions=("A(x) >= 0", "f(x)"),
        parameters=("0 < P < 1",),
        assume=("P = E_{p(x)}[A(x)]", "for all x: A(x) <= 1"),
    ),
    "information-of-more": Case(
        "I_p(x; y, z)", "I_p(x; z)", ("<= I_p(x; z)", "I_p(y; z)"), ">=", model=("p(x, y, z)",)
    ),
    "entropy-when-more-is-known": Case(
        "H_p(x | y, z)",
        "H_p(x | z)",
        (">= H_p(x | z)", "H_p(y | z)"),
        "<=",
        model=("p(x, y, z)",),
    ),
    "log-of-a-table": Case(
        "E_{q(z)}[log q(z)] + E_{p(x, z)}[log p(x, z)]",
        "E_{q(z)}[log q(z)]",
        (">= E_{q(z)}[log q(z)]", "E_{q(z)}[log q(z)] - 1"),
        "<=",
    ),
}


@needs("coqc")
def test_a_step_about_tables_is_closed(library: Path) -> None:
    asked = {name: forced(account_of(c.text(c.right), unjudged)) for name, c in CASES.items()}
    assert left_open(library, asked) == []


@needs("coqc")
def test_what_is_wrong_about_tables_is_not(library: Path) -> None:
    asked = {
        f"{name}, {number}": forced(account_of(case.text(wrong), unjudged))
        for name, case in CASES.items()
        for number, wrong in enumerate(case.wrong)
    }
    assert closed_though_false(library, asked) == []


def test_constants_stand_before_their_bounds() -> None:
    """Which may be by others, that are declared after them."""
    case = CASES["convex-power-of-a-mean"]
    text = forced(account_of(case.text(case.right), unjudged)).text
    assert text.index("Variable c_b : R.") < text.index("Hypothesis c_a_bound1 : c_a < c_b.")


def test_what_is_meant_for_each_value_of_an_index_is_one_premise() -> None:
    text = """
title: where a line has a meaning
model: ["p(x)"]
copies: ["x_i of x"]
parameters: ["n >= 1"]
support: []
start: n
steps: [{eq: "n + sum_{i=1}^{n} (log p(x_i) - log p(x_i))"}, {eq: n}]
claim: n = n
"""
    found = certificate(account_of(text, unjudged)).text
    meant = "(forall (v_i : Z), (1 <= v_i <= c_n)%Z -> 0 < d_p_x (v_x_k v_i%Z))"
    assert re.search(rf"^Lemma s1 : .*{re.escape(meant)} -> e0 = ", found, re.M)
