"""Steps that authors write: each follows, with the rules cited and with none."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from verifier import verify


class Case(NamedTuple):
    """A file in short: declarations, what a first statement says, the rules that it may cite."""

    model: str  # entries apart by ` ;; `
    says: str  # a `so`
    by: str  # "" where only a file without rules is of interest
    more: str = ""  # further keys, as YAML
    verdict: str = "proved"


MARKOV = "q(a, b, c) = q(a) q(b | a) q(c | b) ;; p(a, b, c) = p(c) p(b | c) p(a | b)"
LAYERS = "p(x, u, v) = p(v) p(u | v) p(x | u) ;; q(u, v | x) = q(u | x) q(v | u)"
MIXTURE = "p(x) ;; q(x) ;; m(x) := w p(x) + (1 - w) q(x)"
WEIGHT = "parameters: ['0 <= w <= 1']"

CASES = {
    # a factor need not repeat the conditions that it doesn't depend on
    "a lower layer given the upper one only": Case(
        LAYERS,
        "E_{q(u, v | x)}[log(p(x, u, v) / q(u, v | x))] = E_{q(u | x)}[log p(x | u)] "
        "- E_{q(u, v | x)}[log(q(u | x) / p(u | v))] - E_{q(u | x)}[KL(q(v | u) || p(v))]",
        "factorisation kl tower",
    ),
    "the lower layer depends on the upper one": Case(
        LAYERS,
        "E_{q(u, v | x)}[log(q(u | x) / p(u | v))] = E_{q(v | x)}[KL(q(u | x) || p(u | v))]",
        "", verdict="refuted",
    ),
    # densities by formula
    "a conditional density by formula": Case(
        "p(x, z) ;; g(z | x) := p(x, z) / p(x)", "log g(z | x) = log p(z | x)",
        "definition chain-rule",
    ),
    "a density tilted by a function": Case(
        "p(x) ;; q(x) ;; g(x) := exp(t(x)) q(x) / E_{q(x)}[exp(t(x))]",
        "E_{p(x)}[log(g(x) / q(x))] = E_{p(x)}[t(x)] - log E_{q(x)}[exp(t(x))]", "definition",
        "functions: [t(x)]",
    ),
    "the tilted density gives the variational bound": Case(
        "p(x) ;; q(x)", "KL(p(x) || q(x)) >= E_{p(x)}[t(x)] - log E_{q(x)}[exp(t(x))]",
        "jensen kl", "functions: [t(x)]",
    ),
    "a mixture is positive": Case(
        "p(z)", "log(w f(z) + (1 - w) g(z)) >= w log f(z) + (1 - w) log g(z)", "jensen",
        "functions: [f(z) > 0, g(z) > 0]\n" + WEIGHT,
    ),
    "a mixture has the larger entropy": Case(
        MIXTURE, "H(m(x)) >= w H(p(x)) + (1 - w) H(q(x))", "gibbs entropy definition", WEIGHT
    ),
    "a divergence is convex": Case(
        MIXTURE + " ;; r(x)",
        "w KL(p(x) || r(x)) + (1 - w) KL(q(x) || r(x)) >= w KL(p(x) || r(x)) "
        "+ (1 - w) KL(q(x) || r(x)) - w KL(p(x) || m(x)) - (1 - w) KL(q(x) || m(x))",
        "gibbs", WEIGHT,
    ),
    # convex and concave functions, averages
    "a finite average of numbers": Case(
        "p(z)", "log(w u + (1 - w) v) >= w log u + (1 - w) log v", "jensen",
        "parameters: ['u > 0', 'v > 0', '0 <= w <= 1']",
    ),
    "the square is convex everywhere": Case(
        "q(z)", "E_{q(z)}[f(z)]^2 <= E_{q(z)}[f(z)^2]", "jensen", "functions: [f(z)]"
    ),
    "the cube is convex from 0 on": Case(
        "q(z)", "E_{q(z)}[f(z)]^3 <= E_{q(z)}[f(z)^3]", "jensen", "functions: [f(z) >= 0]"
    ),
    "the cube is not convex everywhere": Case(
        "q(z)", "E_{q(z)}[f(z)]^3 <= E_{q(z)}[f(z)^3]", "", "functions: [f(z)]", verdict="refuted"
    ),
    "concave at the closed end of its interval": Case(
        "q(z)", "phi(E_{q(z)}[f(z)]) >= E_{q(z)}[phi(f(z))]", "jensen",
        "functions: [f(z) >= 0, phi(u) concave for u >= 0]",
    ),
    "not at an open end": Case(
        "q(z)", "phi(E_{q(z)}[f(z)]) >= E_{q(z)}[phi(f(z))]", "",
        "functions: [f(z) >= 0, phi(u) concave for u > 0]", verdict="unproved",
    ),
    "an increasing function": Case(
        "q(z)", "g(q(z)) <= g(q(z) + r(z))", "nonnegativity",
        "functions: [g(u) increasing, r(z) >= 0]",
    ),
    "a decreasing function": Case(
        "q(z)", "g(q(z)) >= g(q(z) + r(z))", "nonnegativity",
        "functions: [g(u) decreasing, r(z) >= 0]",
    ),
    "a joint mass is at most its marginal": Case(
        "p(x, z)", "p(x, z) <= p(x)", "entropy-nonnegative chain-rule", "discrete: [z]"
    ),
    "a joint density may exceed its marginal": Case(
        "p(x, z)", "p(x, z) <= p(x)", "", "discrete: [x]", verdict="refuted"
    ),
    # Gibbs' inequality
    "gibbs for cross-entropies": Case("p(x) ;; q(x)", "H(p(x), q(x)) >= H(p(x))", "gibbs entropy"),
    "gibbs for one divergence of two weights": Case(
        "p(x) ;; q(x)", "b KL(p(x) || q(x)) >= KL(p(x) || q(x))", "gibbs", "parameters: ['b >= 1']"
    ),
    "one divergence is not the larger with a smaller weight": Case(
        "p(x) ;; q(x)", "b KL(p(x) || q(x)) >= KL(p(x) || q(x))", "", "parameters: ['b >= 0']",
        verdict="refuted",
    ),
    "gibbs under an outer expectation": Case(
        "p(x, y) ;; q(y | x)", "H_p(y | x) <= -E_{p(x, y)}[log q(y | x)]", "gibbs information"
    ),
    "gibbs for a marginal": Case(
        "p(x, z) ;; r(z)", "I_p(x; z) <= E_{p(x)}[KL(p(z | x) || r(z))]", "gibbs information"
    ),
    "no bound the other way": Case(
        "p(x, z) ;; r(z)", "I_p(x; z) >= E_{p(x)}[KL(p(z | x) || r(z))]", "", verdict="refuted"
    ),
    "gibbs for a conditional under a joint": Case(
        "p(x, y) ;; q(x | y)", "I_p(x; y) >= E_{p(x, y)}[log(q(x | y) / p(x))]",
        "gibbs information",
    ),
    "several entropies at once": Case(
        "p(x, y, z)", "H_p(x) + H_p(y | x) + H_p(z | x, y) <= H_p(x) + H_p(y) + H_p(z)", "gibbs"
    ),
    "sums of informations": Case("p(x, y, z)", "I_p(x; y) + I_p(x, y; z) >= 0", "gibbs"),
    "an averaged divergence from a premise": Case(
        "p(x, z) ;; q(z | x) ;; d(x)",
        "E_{d(x)}[log p(x)] - E_{d(x)}[KL(q(z | x) || p(z | x))] <= E_{d(x)}[log p(x)]", "gibbs",
    ),
    # Jensen's inequality
    "jensen under the data": Case(
        MARKOV, "E_{q(a)}[-log p(a)] <= E_{q(a, b, c)}[-log(p(a, b, c) / q(b, c | a))]",
        "jensen marginalisation tower",
    ),
    "jensen with factors summed out": Case(
        "p(x, y, z) = p(x | y, z) p(y) p(z) ;; q(y, z | x)",
        "log p(x) >= E_{q(y, z | x)}[log p(x | y, z) + log p(y) + log p(z) - log q(y, z | x)]",
        "jensen marginalisation factorisation",
    ),
    "jensen with an auxiliary variable": Case(
        "p(x, z) ;; q(z, a | x) ;; r(a | z, x)",
        "log p(x) >= E_{q(z, a | x)}[log p(x, z) + log r(a | z, x) - log q(z, a | x)]",
        "jensen marginalisation",
    ),
    "jensen with a critic": Case(
        "p(x, y)", "I_p(x; y) >= E_{p(x, y)}[t(x, y)] - log E_{p(x) p(y)}[exp(t(x, y))]",
        "jensen information", "functions: ['t(x, y)']",
    ),
    "a critic gives no more than it takes": Case(
        "p(x, y)", "I_p(x; y) <= E_{p(x, y)}[t(x, y)] - log E_{p(x) p(y)}[exp(t(x, y))]", "",
        "functions: ['t(x, y)']", verdict="refuted",
    ),
    "jensen for a double sum": Case(
        "p(x, y)",
        "sum_{x} sum_{y} (p(x, y) log(p(x) p(y) / p(x, y))) "
        "<= log sum_{x} sum_{y} (p(x, y) p(x) p(y) / p(x, y))",
        "jensen tower", "discrete: [x, y]",
    ),
    "a tangent elsewhere than at 1": Case(
        "q(x)", "log E_{q(x)}[exp(t(x))] <= E_{q(x)}[exp(t(x) - 1)]", "log-bound",
        "functions: [t(x)]",
    ),
    # facts
    "a fact about a conditional in the posterior": Case(
        "p(c, t)", "log p(t | c) = r(c, t) + log p(t) - log p(c)", "assumption bayes-rule",
        "functions: ['r(c, t)']\nassume: ['for all c, t: p(c | t) = exp(r(c, t))']",
    ),
    "a fact about a conditional says nothing of the marginal": Case(
        "p(c, t)", "log p(c) = r(c, t)", "",
        "functions: ['r(c, t)']\nassume: ['for all c, t: p(c | t) = exp(r(c, t))']",
        verdict="refuted",
    ),
    # definitions with several variables
    "a divergence as an iterated integral": Case(
        "p(u, v) ;; q(u, v)",
        "KL(q(u, v) || p(u, v)) = int int q(u, v) log(q(u, v) / p(u, v)) du dv", "kl",
    ),
    "a conditional entropy as an iterated sum": Case(
        "p(x, y)", "H_p(x | y) = sum_{y} p(y) (sum_{x} p(x | y) log(1 / p(x | y)))", "information",
        "discrete: [x, y]",
    ),
    "information as an averaged divergence": Case(
        "p(x, y)", "I_p(x; y) = E_{p(x)}[KL(p(y | x) || p(y))]", "information"
    ),
    # rules too many, rules among themselves
    "tidying rules may lead astray": Case(
        "p(x, y)",
        "sum_{y} p(y) (sum_{x} p(x | y) log(1 / p(x | y))) "
        "= sum_{y} (sum_{x} (p(y) p(x | y) log(p(y) / p(x, y))))",
        "bayes-rule", "discrete: [x, y]",
    ),
    "one tidying rule where another would do": Case(
        "p(x) ;; q(y)", "log int (int p(x) q(y) dx) dy = log((int p(x) dx) (int q(y) dy))",
        "linearity",
    ),
    "a marginal of what declared factors give": Case(
        "p(x, y, z) = p(x) p(y | x) p(z | x) ;; q(y | z)",
        "int p(y, z) log(q(y | z) / p(y)) dy dz "
        "= int p(y, z) log q(y | z) dy dz - int p(y) log p(y) dy",
        "log-rules linearity marginalisation",
    ),
}  # fmt: skip


def file(case: Case, cited: bool) -> str:
    """A file of one step."""
    entries = "".join(f"\n  - {entry!r}" for entry in case.model.split(" ;; "))
    by = f"\n    by: [{', '.join(case.by.split())}]" if cited else ""
    says = f"{case.says!r}"
    return f"title: t\nmodel:{entries}\n{case.more}\nsteps:\n  - so: {says}{by}\nclaim: {says}\n"


@pytest.mark.parametrize("name", CASES)
def test_follows_without_rules(name: str) -> None:
    """A step that cites nothing has the verdict that it should have."""
    (derivation,) = verify(text=file(CASES[name], cited=False)).derivations
    assert derivation.error is None
    assert [step.verdict for step in derivation.steps] == [CASES[name].verdict]


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.by])
def test_follows_with_rules(name: str) -> None:
    """A step that cites the rules that an author would cite is proved, and the file verified."""
    (derivation,) = verify(text=file(CASES[name], cited=True)).derivations
    assert derivation.error is None
    (step,) = derivation.steps
    assert step.verdict == "proved", step.suggestion
    assert derivation.verdict == "verified"
