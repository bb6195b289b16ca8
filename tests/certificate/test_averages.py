"""Steps over sequences whose rule is about averages, for laws other than those that ship; and the
same with something wrong, which isn't certified."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from programs import needs

from certificate.statements import account_of, closed_though_false, forced, left_open, unjudged


@dataclass(frozen=True)
class Case:
    """A step; `wrong`: right sides that it doesn't have, or other relations before them."""

    model: tuple[str, ...]
    left: str
    right: str
    by: str
    wrong: tuple[str, ...]
    relation: str = "="
    parameters: tuple[str, ...] = ("n >= 2",)

    def text(self, right: str) -> str:
        found = next((r for r in (">=", "<=") if right.startswith(r)), "")
        relation = found or self.relation
        said = right.removeprefix(found).strip()
        key = {"=": "eq", ">=": "ge", "<=": "le"}[relation]
        return f"""
title: a step about averages
model: {[*self.model]}
parameters: {[*self.parameters]}
start: "{self.left}"
steps: [{{{key}: "{said}", by: {self.by}}}]
claim: "{self.left} {relation} {said}"
"""


CHAIN = "q(x_{0:n}) = q(x_0) prod_{i=1}^{n} q(x_i | x_{i-1})"
ANY = tuple(f"{f}(z_{{1:n}}) = prod_{{i=1}}^{{n}} {f}(z_i | z_{{i+1:n}})" for f in "pq")
BESIDE = "p(x_{0:n}, z_{0:n}) = prod_{i=0}^{n} p(x_i | z_i) p(z_i | z_{0:i-1})"
TOP = "p(y, z_{1:n}) = p(y | z_{1:n}) prod_{i=1}^{n} p(z_i | z_{1:i-1})"
RATIO = "p(z_{1:n}) / q(z_{1:n})"
CASES = {
    "given-what-is-first": Case(
        (CHAIN,),
        "E_{q(x_0)}[E_{q(x_n | x_0)}[log q(x_n | x_0)]]",
        "E_{q(x_0, x_n)}[log q(x_n | x_0)]",
        "tower",
        (
            "E_{q(x_0)}[E_{q(x_n)}[log q(x_n | x_0)]]",
            "E_{q(x_0, x_n)}[log q(x_n)]",
        ),
    ),
    "given-a-free-value": Case(
        (CHAIN,),
        "E_{q(x_{1:n} | x_0)}[log q(x_2 | x_0)]",
        "E_{q(x_2 | x_0)}[log q(x_2 | x_0)]",
        "normalisation",
        ("E_{q(x_2)}[log q(x_2 | x_0)]", "E_{q(x_1 | x_0)}[log q(x_1 | x_0)]"),
    ),
    "each-term-its-own": Case(
        ANY,
        "E_{q(z_{1:n})}[sum_{i=1}^{n} log(q(z_i | z_{i+1:n}) / p(z_i | z_{i+1:n}))]",
        "sum_{i=1}^{n} E_{q(z_{i+1:n})}[KL(q(z_i | z_{i+1:n}) || p(z_i | z_{i+1:n}))]",
        "[tower, kl, linearity]",
        (
            "sum_{i=1}^{n} E_{p(z_{i+1:n})}[KL(q(z_i | z_{i+1:n}) || p(z_i | z_{i+1:n}))]",
            "sum_{i=2}^{n} E_{q(z_{i+1:n})}[KL(q(z_i | z_{i+1:n}) || p(z_i | z_{i+1:n}))]",
            "sum_{i=1}^{n} E_{q(z_{i+1:n})}[KL(p(z_i | z_{i+1:n}) || q(z_i | z_{i+1:n}))]",
        ),
    ),
    "what-is-around": Case(
        (CHAIN,),
        "E_{q(x_0, x_1, x_n)}[log q(x_1 | x_0) + log q(x_n | x_1)]",
        "E_{q(x_0, x_1)}[log q(x_1 | x_0) + E_{q(x_n | x_0, x_1)}[log q(x_n | x_1)]]",
        "[tower, linearity]",
        ("E_{q(x_0, x_1)}[log q(x_1 | x_0) + E_{q(x_n | x_0)}[log q(x_n | x_1)]]",),
    ),
    "two-sequences": Case(
        (BESIDE,),
        "E_{p(x_{0:n}, z_{0:n})}[log p(x_1 | z_1)]",
        "E_{p(z_1)}[E_{p(x_1 | z_1)}[log p(x_1 | z_1)]]",
        "tower",
        (
            "E_{p(z_1)}[E_{p(x_1)}[log p(x_1 | z_1)]]",
            "E_{p(z_2)}[E_{p(x_2 | z_2)}[log p(x_2 | z_2)]]",
        ),
    ),
    "a-variable-beside": Case(
        (TOP,),
        "E_{p(y)}[E_{p(z_{1:n} | y)}[log p(z_1 | y)]]",
        "E_{p(y, z_1)}[log p(z_1 | y)]",
        "tower",
        ("E_{p(y)}[E_{p(z_1)}[log p(z_1 | y)]]", "E_{p(y, z_2)}[log p(z_2 | y)]"),
    ),
    "jensen": Case(
        ANY,
        f"log E_{{q(z_{{1:n}})}}[{RATIO}]",
        f"E_{{q(z_{{1:n}})}}[log({RATIO})]",
        "jensen",
        (f"<= E_{{q(z_{{1:n}})}}[log({RATIO})]", f"E_{{p(z_{{1:n}})}}[log({RATIO})]"),
        ">=",
    ),
    "jensen-inside": Case(
        (CHAIN, "p(x_{0:n}) = p(x_n) prod_{i=1}^{n} p(x_{i-1} | x_i)"),
        "E_{q(x_0)}[-log E_{q(x_{1:n} | x_0)}[p(x_{0:n}) / q(x_{1:n} | x_0)]]",
        "E_{q(x_0)}[E_{q(x_{1:n} | x_0)}[-log(p(x_{0:n}) / q(x_{1:n} | x_0))]]",
        "jensen",
        (
            ">= E_{q(x_0)}[E_{q(x_{1:n} | x_0)}[-log(p(x_{0:n}) / q(x_{1:n} | x_0))]]",
            "E_{q(x_0)}[E_{q(x_{1:n})}[-log(p(x_{0:n}) / q(x_{1:n} | x_0))]]",
        ),
        "<=",
    ),
    "gibbs": Case(
        ANY,
        "E_{q(z_{1:n})}[log q(z_{1:n})]",
        "E_{q(z_{1:n})}[log p(z_{1:n})]",
        "gibbs",
        (
            "<= E_{q(z_{1:n})}[log p(z_{1:n})]",
            "E_{p(z_{1:n})}[log p(z_{1:n})]",
        ),
        ">=",
    ),
    "attained": Case(
        (BESIDE,),
        "log p(x_{0:n})",
        "E_{p(z_{0:n} | x_{0:n})}[log(p(x_{0:n}, z_{0:n}) / p(z_{0:n} | x_{0:n}))]",
        "[chain-rule, normalisation]",
        (
            "E_{p(z_{0:n})}[log(p(x_{0:n}, z_{0:n}) / p(z_{0:n} | x_{0:n}))]",
            "E_{p(z_{0:n} | x_{0:n})}[log(p(x_{0:n}, z_{0:n}) / p(z_{0:n}))]",
        ),
    ),
}


@needs("coqc")
def test_steps_about_averages_are_closed(library: Path) -> None:
    asked = {n: forced(account_of(c.text(c.right), unjudged)) for n, c in CASES.items()}
    assert left_open(library, asked) == []


@needs("coqc")
def test_what_is_wrong_about_averages_is_not(library: Path) -> None:
    asked = {
        f"{name}, {number}": forced(account_of(case.text(wrong), unjudged))
        for name, case in CASES.items()
        for number, wrong in enumerate(case.wrong)
    }
    assert closed_though_false(library, asked) == []
