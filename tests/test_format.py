"""The contract, sentence by sentence: one row for each thing that the format says of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from verifier import verify
from verifier.outcome import DerivationReport


class Row(NamedTuple):
    """A file, the verdicts of its steps (then that of the file), the codes that it must say."""

    text: str
    want: str  # `proved refuted`, `verified`, `error`, `proved / failed`
    codes: str = ""  # codes of diagnostics and remarks that occur; with a `-`: that don't


def file(model: str, steps: list[str], claim: str = "", more: str = "") -> str:
    """A file in short: families apart by ` ;; `, steps as `eq EXPRESSION @ rules @ more keys`."""
    lines = [
        "title: t",
        "model: [" + ", ".join(map(json.dumps, filter(None, model.split(" ;; ")))) + "]",
    ]
    if more:
        lines.append(more)
    if steps[0].startswith("start "):
        lines.append(f"start: {json.dumps(steps[0][6:])}")
        steps = steps[1:]
    lines.append("steps:")
    for step in steps:
        said, by, keys, *_ = *map(str.strip, step.split("@")), "", ""
        key, _, formula = said.partition(" ")
        rules = f", by: [{', '.join(by.split())}]" if by else ""
        lines.append(f"  - {{{key}: {json.dumps(formula)}{rules}{', ' if keys else ''}{keys}}}")
    lines.append(f"claim: {json.dumps(claim or '0 = 0')}")
    return "\n".join(lines) + "\n"


def so(model: str, says: str, by: str, want: str, codes: str = "", more: str = "") -> Row:
    """A file of one statement."""
    claim = "" if want == "ill-formed" else says  # a claim that can't be read is an error
    return Row(file(model, [f"so {says} @ {by}"], claim, more), want, codes)


def chain(
    model: str, steps: list[str], want: str, codes: str = "", claim: str = "", more: str = ""
) -> Row:
    """A file with several steps."""
    return Row(file(model, steps, claim, more), want, codes)


HEAD = "title: t\nmodel: [q(z)]\n"
KEYS: dict[str, Row] = {
    "title is required": Row(
        "model: []\nstart: '1'\nsteps: [{eq: 1, by: algebra}]\nclaim: 1 = 1\n",
        "error",
        "missing-key",
    ),
    "model is required": Row(
        "title: t\nstart: '1'\nsteps: [{eq: 1, by: algebra}]\nclaim: 1 = 1\n",
        "error",
        "missing-key",
    ),
    "steps is required": Row(
        "title: t\nmodel: []\nstart: '1'\nclaim: 1 = 1\n", "error", "missing-key"
    ),
    "claim is required": Row(
        "title: t\nmodel: []\nstart: '1'\nsteps: [{eq: 1, by: algebra}]\n", "error", "missing-key"
    ),
    "one step at least": Row(
        "title: t\nmodel: []\nstart: '1'\nsteps: []\nclaim: 1 = 1\n", "error", "empty-list"
    ),
    "start is required before an eq": Row(
        "title: t\nmodel: []\nsteps: [{eq: 1, by: algebra}]\nclaim: 1 = 1\n",
        "error",
        "missing-start",
    ),
    "no start before a so": Row(
        "title: t\nmodel: []\nsteps: [{so: 1 = 1, by: algebra}]\nclaim: 1 = 1\n",
        "verified",
        "same-sides",
    ),
    "the expression 0": Row(
        "title: t\nmodel: []\nstart: 1 - 1\nsteps: [{eq: 0, by: algebra}]\nclaim: 1 - 1 = 0\n",
        "verified",
    ),
    "octal is decimal text": Row(
        "title: t\nmodel: []\nstart: 4 + 6\nsteps: [{eq: 010, by: algebra}]\nclaim: 4 + 6 = 10\n",
        "verified",
    ),
    "yes is a name": Row(
        "title: yes\nmodel: []\nparameters: [yes]\nstart: yes + 0\nsteps: [{eq: yes, by: "
        "algebra}]\nclaim: yes + 0 = yes\n",
        "verified",
    ),
    "a number as title": Row(
        "title: 1.0\nmodel: []\nstart: 1 - 1\nsteps: [{eq: 0, by: algebra}]\nclaim: 1 - 1 = 0\n",
        "verified",
    ),
    "unknown key": Row(
        "title: t\nmodle: []\nstart: 1\nsteps: [{eq: 1}]\nclaim: 1 = 1\n", "error", "unknown-key"
    ),
    "unknown step key": Row(
        "title: t\nmodel: []\nstart: 1\nsteps: [{eq: 1, bye: kl}]\nclaim: 1 = 1\n",
        "error",
        "unknown-key",
    ),
    "duplicate key": Row(
        "title: t\ntitle: t\nmodel: []\nstart: 1\nsteps: [{eq: 1}]\nclaim: 1 = 1\n",
        "error",
        "duplicate-key",
    ),
    "null value": Row(
        "title: t\nsource:\nmodel: []\nstart: 1\nsteps: [{eq: 1}]\nclaim: 1 = 1\n",
        "error",
        "null-value",
    ),
    "tilde is null or text": Row(
        "title: t\nsource: ~\nmodel: []\nstart: 1\nsteps: [{eq: 1}]\nclaim: 1 = 1\n", "error"
    ),
    "null key": Row(
        "title: t\n? \n: x\nmodel: []\nstart: 1\nsteps: [{eq: 1}]\nclaim: 1 = 1\n", "error"
    ),
    "anchor": Row(
        "title: &a t\nmodel: []\nstart: 1\nsteps: [{eq: 1}]\nclaim: 1 = 1\n", "error", "anchor"
    ),
    "alias": Row("title: t\nmodel: []\nstart: 1\nsteps: [{eq: *a }]\nclaim: 1 = 1\n", "error"),
    "tag": Row(
        "title: !!str t\nmodel: []\nstart: 1\nsteps: [{eq: 1}]\nclaim: 1 = 1\n", "error", "tag"
    ),
    "two documents": Row(
        "title: t\nmodel: []\nstart: 1\nsteps: [{eq: 1}]\nclaim: 1 = 1\n---\ntitle: u\n",
        "error",
        "several-documents",
    ),
    "a lemma on numbers": chain(
        "", ["start a + a", "eq 2 a @ algebra"], "verified", "", "a + a = 2 a", "parameters: [a]"
    ),
    # model
    "marginal by name in any order": so(
        "p(x, z)", "p(z, x) = p(x | z) p(z)", "chain-rule", "verified"
    ),
    "only ever conditioned: marginal": so(
        "q(z | x)", "q(z) = q(z)", "algebra", "ill-formed", "condition-missing"
    ),
    "only ever conditioned: left of the bar": so(
        "q(z | x)", "q(x, z) = q(x, z)", "algebra", "ill-formed", "only-given"
    ),
    "factorisation gives independence": so(
        "p(x, y, z) = p(z) p(x | z) p(y | z)", "p(x | y, z) = p(x | z)", "factorisation", "verified"
    ),
    "no independence without": so(
        "p(x, y, z)", "p(x | y, z) = p(x | z)", "factorisation", "refuted"
    ),
    "another family's factor": so(
        "q(z) ;; p(x, z) = p(x | z) q(z)", "p(z) = q(z)", "factorisation", "verified"
    ),
    "another family's conditional": so(
        "D(x) ;; q(x, z) = D(x) q(z | x)", "q(x) = D(x)", "factorisation", "verified"
    ),
    "p_theta is another name": so("p(x) ;; p_theta(x)", "p(x) = p_theta(x)", "algebra", "refuted"),
    "factor from another conditional": so(
        "p_theta(x, z) ;; r(x, z) = p_theta(x | z) r(z)",
        "r(x | z) = p_theta(x | z)",
        "factorisation",
        "verified",
    ),
    "factor subscripts": so(
        "p_theta(x, z) = p_theta(x | z) p(z) ;; p(z)", "0 = 0", "algebra", "error"
    ),
    "factor family below": so(
        "p(z) ;; p_theta(x, z) = p_theta(x | z) p(z)",
        "p_theta(z) = p(z)",
        "factorisation",
        "verified",
    ),
    "a variable left of two bars": so(
        "p(x, z) = p(x) p(x | z)", "0 = 0", "algebra", "error", "factor-heads"
    ),
    "a variable of another family right of a bar": so(
        "p(x, z) ;; q(z) = p(z | x)", "0 = 0", "algebra", "error", "factor-heads"
    ),
    "circle of factors": so(
        "p(x, z) = p(x | z) p(z | x)", "0 = 0", "algebra", "error", "factor-circle"
    ),
    "q carries its conditions": so(
        "q(a, b | x)", "q(a) = q(a)", "algebra", "ill-formed", "condition-missing"
    ),
    "q need not carry what it does not depend on": so(
        "q(a, b | x) = q(a | x) q(b | a)", "q(b | a) = q(b | a, x)", "factorisation", "verified"
    ),
    "a sequence goes on from one slot to the next": so(
        "q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_{t-1})",
        "q(x_{1:T} | x_0) = prod_{s=1}^{T} q(x_s | x_{s-1})",
        "factorisation",
        "verified",
    ),
    "it turns round": so(
        "q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_{t-1})",
        "q(x_1 | x_2, x_0) = q(x_2 | x_1) q(x_1 | x_0) / q(x_2 | x_0)",
        "bayes-rule factorisation",
        "verified",
        "",
        "parameters: [T >= 2]",
    ),
    "it says nothing of its start": so(
        "q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_{t-1})",
        "q(x_0) = q(x_0)",
        "algebra",
        "ill-formed",
        "only-given",
    ),
    "it says nothing without its start": so(
        "q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_{t-1})",
        "q(x_T) = q(x_T)",
        "algebra",
        "ill-formed",
        "condition-missing",
        "parameters: [T >= 1]",
    ),
    "factors in brackets, in any order": so(
        "q(x_{0:T}, y_{1:T}) = [prod_{t=1}^{T} (q(y_t | x_t) q(x_t | x_{t-1}))] (q(x_0))",
        "q(x_{0:T}) = q(x_0) prod_{t=1}^{T} q(x_t | x_{t-1})",
        "factorisation",
        "verified",
    ),
    "a horizon that no line declares": so(
        "p(z_{0:T}) = p(z_T) prod_{i=1}^{T} p(z_{i-1} | z_i)",
        "p(z_{0:T}) = p(z_T) prod_{i=1}^{T} p(z_{i-1} | z_i)",
        "factorisation",
        "verified",
        "horizon",
    ),
    "it begins where nothing is shorter than empty": so(
        "p(z_{0:T}) = p(z_T) prod_{i=1}^{T} p(z_{i-1} | z_i)",
        "p(z_1) = p(z_1)",
        "algebra",
        "ill-formed",
        "horizon out-of-range",
    ),
    "an index as a parameter, in each of its cases": so(
        "q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_{t-1})",
        "E_{q(x_{1:T} | x_0)}[log q(x_i | x_{i-1})] = "
        "int q(x_{1:T} | x_0) log q(x_i | x_{i-1}) dx_{1:T}",
        "expectation",
        "verified",
        "",
        "parameters: [T >= 2, i >= 1, i <= T]",
    ),
    "false in one of its cases": so(
        "q(x_{1:T} | x_0) = prod_{t=1}^{T} q(x_t | x_{t-1})",
        "(2 - i) E_{q(x_{1:T} | x_0)}[f(x_{i-1})] <= 0",
        "nonnegativity",
        "refuted",
        "",
        "parameters: [T >= 2, i >= 1, i <= T]\nfunctions: [f(x) > 0]",
    ),
    "density by formula, proved": so(
        "p(z) ;; q(z) ;; m(z) := (p(z) + q(z)) / 2",
        "2 m(z) = p(z) + q(z)",
        "definition",
        "verified",
    ),
    "density by formula, total is not 1": so(
        "p(z) ;; q(z) ;; m(z) := p(z) + q(z)", "m(z) = p(z) + q(z)", "definition", "failed"
    ),
    "density by formula, assumed": so(
        "p(z) ;; m(z) := p(z) f(z)",
        "m(z) = p(z) f(z)",
        "definition",
        "verified",
        "",
        "functions: [f(z) >= 0]\nassume: ['int p(z) f(z) dz = 1']",
    ),
    "density by formula, a normaliser": so(
        "p(z) ;; m(z) := p(z) f(z) / Z",
        "m(z) = p(z) f(z) / Z",
        "definition",
        "verified",
        "",
        "parameters: [Z > 0]\nfunctions: [f(z) >= 0]\nassume: ['int p(z) f(z) dz = Z']",
    ),
    "density by formula, assumed for all": so(
        "p(x, z) ;; m(z | x) := p(z | x) f(x, z)",
        "int m(z | x) dz = 1",
        "normalisation",
        "verified",
        "",
        "functions: ['f(x, z) >= 0']\nassume: ['for all x: int p(z | x) f(x, z) dz = 1']",
    ),
    "density by formula, assumed at one point": so(
        "p(x, z) ;; m(z | x) := p(z | x) f(x, z)",
        "int m(z | x) dz = 1",
        "normalisation",
        "failed",
        "formula-total",
        "functions: ['f(x, z) >= 0']\nassume: ['int p(z | x) f(x, z) dz = 1']",
    ),
    "density by formula, not assumed": so(
        "p(z) ;; m(z) := p(z) f(z)",
        "m(z) = p(z) f(z)",
        "definition",
        "failed",
        "formula-total",
        "functions: [f(z) >= 0]",
    ),
    "density by formula, sign not assumed": so(
        "p(z) ;; m(z) := p(z) f(z)",
        "m(z) = p(z) f(z)",
        "definition",
        "failed",
        "formula-negative",
        "functions: [f(z)]\nassume: ['int p(z) f(z) dz = 1']",
    ),
    "density by formula, its normaliser defined": so(
        "p(x, z) ;; m(z | x) := p(z) w(x, z) / Z(x)",
        "log m(z | x) = log p(z) + log w(x, z) - log Z(x)",
        "definition log-rules",
        "verified",
        "",
        "functions: ['w(x, z) > 0']\ndefine: ['Z(x) = int p(z) w(x, z) dz']",
    ),
    "density by formula, another normaliser defined": so(
        "p(z) ;; m(z) := p(z) w(z) / Z",
        "m(z) = p(z) w(z) / Z",
        "definition",
        "failed",
        "formula-total",
        "functions: ['w(z) > 0']\ndefine: ['A = int p(z) w(z) dz', 'Z = 2 A']",
    ),
    "density by formula, a define that uses it": so(
        "p(z) ;; m(z) := p(z) w(z) / Z",
        "L = log p(z) + log w(z) - log Z",
        "definition log-rules",
        "verified",
        "",
        "functions: ['w(z) > 0']\ndefine: ['Z = int p(z) w(z) dz', 'L = log m(z)']",
    ),
    "density by formula, in a circle with a define": so(
        "p(z) ;; m(z) := p(z) Z",
        "m(z) = p(z) Z",
        "definition",
        "error",
        "formula-circle",
        "define: ['A = int m(z) p(z) dz', 'Z = A / A']",
    ),
    "density by formula, by itself": so(
        "p(z) ;; m(z) := m(z)", "m(z) = m(z)", "definition", "error"
    ),
    "formula of a family below": so("m(z) := p(z) ;; p(z)", "m(z) = p(z)", "definition", "error"),
    "support follows from the formula": so(
        "p(z) ;; q(z) ;; m(z) := (p(z) + q(z)) / 2",
        "KL(p(z) || m(z)) >= 0",
        "gibbs",
        "verified",
        "",
        "support: [finite all]",
    ),
    "support follows from the formula, not the other way": so(
        "p(z) ;; q(z) ;; m(z) := (p(z) + q(z)) / 2",
        "KL(m(z) || p(z)) = -int m(z) log(p(z) / m(z)) dz",
        "kl",
        "unproved",
        "needs-domination",
        "support: [finite all]",
    ),
    "one line per name": so("p(z) ;; p(x)", "p(z) = p(z)", "algebra", "error", "declared-twice"),
    "parameters after a semicolon": so(
        "p(x, z; theta) ;; p(x, z; theta_old)",
        "p(x; theta) = int p(x, z; theta) dz",
        "marginalisation",
        "verified",
    ),
    "different parameters, different families": so(
        "p(x, z; theta) ;; p(x, z; theta_old)",
        "p(x; theta) = p(x; theta_old)",
        "algebra",
        "refuted",
    ),
    "no such parameter": so(
        "p(x, z; theta)", "p(x; phi) = p(x; phi)", "algebra", "ill-formed", "undeclared-family"
    ),
    "EM: the bound": so(
        "p(x, z; theta) ;; p(x, z; theta_old)",
        "log p(x; theta) >= E_{p(z | x; theta_old)}[log p(x, z; theta)] + H(p(z | x; theta_old))",
        "jensen entropy marginalisation",
        "verified",
    ),
    "EM: tight at the old": so(
        "p(x, z; theta) ;; p(x, z; theta_old)",
        "log p(x; theta_old) = E_{p(z | x; theta_old)}[log p(x, z; theta_old)] + H(p(z | x; "
        "theta_old))",
        "bayes-rule entropy",
        "verified",
    ),
    "EM: not tight at the new": so(
        "p(x, z; theta) ;; p(x, z; theta_old)",
        "log p(x; theta) = E_{p(z | x; theta_old)}[log p(x, z; theta)] + H(p(z | x; theta_old))",
        "bayes-rule entropy",
        "refuted",
    ),
    "EM: monotone": chain(
        "p(x, z; theta) ;; p(x, z; theta_old)",
        [
            "start log p(x; theta) - log p(x; theta_old)",
            "eq E_{p(z | x; theta_old)}[log p(x, z; theta) - log p(z | x; theta) - log p(x, z; "
            "theta_old) + log p(z | x; theta_old)] @ bayes-rule",
            "eq E_{p(z | x; theta_old)}[log p(x, z; theta)] - E_{p(z | x; theta_old)}[log p(x, "
            "z; theta_old)] + KL(p(z | x; theta_old) || p(z | x; theta)) @ kl",
            "ge E_{p(z | x; theta_old)}[log p(x, z; theta)] - E_{p(z | x; theta_old)}[log p(x, "
            "z; theta_old)] @ gibbs",
        ],
        "proved proved proved",
    ),
    # support
    "absent: the standing assumption": so(
        "p(z) ;; q(z)", "KL(q(z) || p(z)) = E_{q(z)}[log q(z) - log p(z)]", "kl", "verified"
    ),
    "empty: nothing": so(
        "p(z) ;; q(z)",
        "KL(q(z) || p(z)) = E_{q(z)}[log q(z) - log p(z)]",
        "kl",
        "unproved",
        "needs-domination",
        "support: []",
    ),
    "listed domination": so(
        "p(z) ;; q(z)",
        "KL(q(z) || p(z)) = E_{q(z)}[log(q(z) / p(z))]",
        "kl",
        "verified",
        "",
        "support: [q(z) << p(z)]",
    ),
    "listed domination the wrong way": so(
        "p(z) ;; q(z)",
        "KL(q(z) || p(z)) = E_{q(z)}[log(q(z) / p(z))]",
        "kl",
        "unproved",
        "needs-domination",
        "support: [p(z) << q(z)]",
    ),
    "listed positive": so(
        "p(z) ;; q(z)",
        "KL(q(z) || p(z)) = E_{q(z)}[log(q(z) / p(z))]",
        "kl",
        "verified",
        "",
        "support: [p(z) > 0]",
    ),
    "splitting needs finite": so(
        "p(z) ;; q(z)",
        "E_{q(z)}[log q(z) - log p(z)] = E_{q(z)}[log q(z)] - E_{q(z)}[log p(z)]",
        "linearity",
        "unproved",
        "needs-finite",
        "support: [p(z) > 0]",
    ),
    "finite all": so(
        "p(z) ;; q(z)",
        "E_{q(z)}[log q(z) - log p(z)] = E_{q(z)}[log q(z)] - E_{q(z)}[log p(z)]",
        "linearity",
        "verified",
        "",
        "support: [p(z) > 0, finite all]",
    ),
    "finite each": so(
        "p(z) ;; q(z)",
        "E_{q(z)}[log q(z) - log p(z)] = E_{q(z)}[log q(z)] - E_{q(z)}[log p(z)]",
        "linearity",
        "verified",
        "",
        "support: [p(z) > 0, 'finite E_{q(z)}[log q(z)]', 'finite E_{q(z)}[log p(z)]']",
    ),
    "finite by its name": so(
        "p(z) ;; q(z)",
        "E_{q(z)}[log q(z) - log p(z)] = E_{q(z)}[log q(z)] - E_{q(z)}[log p(z)]",
        "linearity",
        "verified",
        "",
        "define: ['g(z) = log q(z)', 'L = E_{q(z)}[g(z)]', 'h(z) = log p(z)']\n"
        "support: [p(z) > 0, finite L, 'finite E_{q(z)}[h(z)]', "
        "'finite E_{q(z)}[log q(z) - log p(z)]']",
    ),
    "finite terms of a joint integral": so(
        "p(x, z)",
        "E_{p(x, z)}[f(x) + g(z)] = E_{p(x)}[f(x)] + E_{p(z)}[g(z)]",
        "linearity marginalisation",
        "proved",
        "",
        "functions: [f(x), g(z)]\nsupport: [finite all]",
    ),
    "a finite joint integral of terms": so(
        "p(x, z) ;; q(x, z)",
        "E_{p(x, z)}[f(x) + g(z) + h(x)] = E_{p(x)}[f(x) + h(x)] + E_{p(z)}[g(z)]",
        "linearity marginalisation",
        "unproved",
        "needs-finite",
        "functions: [f(x), g(z), h(x)]\nsupport: ['finite E_{p(x, z)}[f(x) + g(z) + h(x)]']",
    ),
    "a divergence from any mass": so(
        "q(z) ;; p(z) ;; r(z)",
        "KL(q(z) || p(z) r(z)) + KL(q(z) || r(z)) = KL(q(z) || r(z)) + KL(q(z) || p(z) r(z))",
        "algebra",
        "unproved",
        "needs-finite",
        "support: [q(z) << p(z), q(z) << r(z)]",
    ),
    "exp of an infinite divergence": so(
        "q(z) ;; p(z)",
        "log exp(-KL(q(z) || p(z))) = -KL(q(z) || p(z))",
        "log-rules",
        "unproved",
        "needs-positive",
        "support: [q(z) << p(z)]",
    ),
    "finite only of what is named": so(
        "p(z) ;; q(z)",
        "E_{q(z)}[log q(z) - log p(z)] = E_{q(z)}[log q(z)] - E_{q(z)}[log p(z)]",
        "linearity",
        "unproved",
        "needs-finite",
        "define: ['L = E_{q(z)}[log q(z)]']\nsupport: [p(z) > 0, finite L]",
    ),
    "products dominate": so(
        "p(x, z) ;; q(z)",
        "E_{p(x) q(z)}[log p(x, z)] = E_{p(x) q(z)}[log p(x, z)] + 0",
        "algebra",
        "verified",
        "",
        "support: ['p(x) q(z) << p(x, z)']",
    ),
    "support takes densities only": so(
        "p(x, z) ;; q(z)",
        "0 = 0",
        "algebra",
        "error",
        "not-a-density",
        "support: ['log p(x, z) > 0']",
    ),
    # assume
    "a fact": so(
        "p(s)",
        "log p(s) = -U(s) - log Z",
        "assumption log-rules",
        "verified",
        "",
        "functions: [U(s)]\nparameters: [Z > 0]\nassume: ['for all s: p(s) = exp(-U(s)) / Z']",
    ),
    "a fact at one point": so(
        "p(s)",
        "log p(s) = -U(s) - log Z",
        "assumption log-rules",
        "verified",
        "",
        "functions: [U(s)]\nparameters: [Z > 0]\nassume: ['p(s) = exp(-U(s)) / Z']",
    ),
    "a fact at one point beneath a binder": so(
        "p(s)",
        "E_{p(s)}[log p(s)] = E_{p(s)}[-U(s) - log Z]",
        "assumption log-rules",
        "refuted",
        "",
        "functions: [U(s)]\nparameters: [Z > 0]\nassume: ['p(s) = exp(-U(s)) / Z']",
    ),
    "a fact for all beneath a binder": so(
        "p(s)",
        "E_{p(s)}[log p(s)] = E_{p(s)}[-U(s) - log Z]",
        "assumption log-rules",
        "verified",
        "",
        "functions: [U(s)]\nparameters: [Z > 0]\nassume: ['for all s: p(s) = exp(-U(s)) / Z']",
    ),
    "take-expectation of a fact at one point": chain(
        "q(z)",
        ["so f(z) >= 0 @ assumption", "so E_{q(z)}[f(z)] >= 0 @ take-expectation"],
        "proved refuted",
        "",
        "",
        "functions: [f(z)]\nassume: ['f(z) >= 0']",
    ),
    "take-expectation of a fact for all": chain(
        "q(z)",
        ["so f(z) >= 0 @ assumption", "so E_{q(z)}[f(z)] >= 0 @ take-expectation"],
        "proved proved",
        "",
        "",
        "functions: [f(z)]\nassume: ['for all z: f(z) >= 0']",
    ),
    "integrate a fact at one point": chain(
        "q(z)",
        ["so f(z) = 1 @ assumption", "so int f(z) q(z) dz = int q(z) dz @ integrate"],
        "proved refuted",
        "",
        "",
        "functions: [f(z)]\nassume: ['f(z) = 1']",
    ),
    "substitution beneath a binder of a fact at one point": chain(
        "q(z)",
        [
            "so f(z) = 1 @ assumption @ label: one",
            "so E_{q(z)}[f(z)] = E_{q(z)}[1] @ substitution @ using: [one]",
        ],
        "proved refuted",
        "",
        "",
        "functions: [f(z)]\nassume: ['f(z) = 1']",
    ),
    "substitution beneath a binder of a fact for all": chain(
        "q(z)",
        [
            "so f(z) = 1 @ assumption @ label: one",
            "so E_{q(z)}[f(z)] = E_{q(z)}[1] @ substitution @ using: [one]",
        ],
        "proved proved",
        "",
        "",
        "functions: [f(z)]\nassume: ['for all z: f(z) = 1']",
    ),
    "facts with strict relations": so(
        "",
        "log beta = log beta + 0",
        "algebra",
        "verified",
        "",
        "parameters: [beta]\nassume: [beta > 0]",
    ),
    "facts with !=": so(
        "", "beta / beta = 1", "algebra", "verified", "", "parameters: [beta]\nassume: [beta != 0]"
    ),
    "without it": so(
        "", "beta / beta = 1", "algebra", "unproved", "needs-nonzero", "parameters: [beta]"
    ),
    "facts about several variables": so(
        "p(x, z)",
        "E_{p(x, z)}[f(x, z)] >= 0",
        "assumption",
        "verified",
        "",
        "functions: ['f(x, z)']\nassume: ['for all x, z: f(x, z) >= 0']",
    ),
    "half a quantifier": so(
        "p(x, z)",
        "E_{p(z)}[f(x, z)] >= 0",
        "assumption",
        "verified",
        "",
        "functions: ['f(x, z)']\nassume: ['for all z: f(x, z) >= 0']",
    ),
    "half a quantifier, the other half": so(
        "p(x, z)",
        "E_{p(x)}[f(x, z)] >= 0",
        "assumption",
        "refuted",
        "",
        "functions: ['f(x, z)']\nassume: ['for all z: f(x, z) >= 0']",
    ),
    "a fact is an equation anywhere": so(
        "q(z)",
        "log f(z) = log 2",
        "assumption",
        "verified",
        "",
        "functions: [f(z) > 0]\nassume: ['for all z: f(z) = 2']",
    ),
    # parameters
    "parameters: plain": so(
        "", "lambda + lambda = 2 lambda", "algebra", "verified", "", "parameters: [lambda]"
    ),
    "parameters: positive": so(
        "",
        "log(beta gamma) = log beta + log gamma",
        "log-rules",
        "verified",
        "",
        "parameters: [beta > 0, gamma > 0]",
    ),
    "parameters: between": so(
        "", "a <= 1", "nonnegativity", "verified", "", "parameters: ['0 <= a <= 1']"
    ),
    "parameters: integers": so(
        "", "K >= 1", "nonnegativity", "verified", "", "parameters: [K in positive integers]"
    ),
    "parameters: at least 2": so(
        "", "t >= 1", "nonnegativity", "verified", "", "parameters: [t >= 2]"
    ),
    "parameters: relative": so(
        "",
        "t <= T",
        "nonnegativity",
        "verified",
        "",
        "parameters: [t <= T - 1, T in positive integers, t in positive integers]",
    ),
    "parameters: lines add up": so(
        "", "log t = log t + 0", "algebra", "verified", "", "parameters: [t, t > 0, t <= 4]"
    ),
    "parameters: too little": so(
        "", "log t = log t + 0", "algebra", "unproved", "needs-positive", "parameters: [t, t <= 4]"
    ),
    "parameters: not zero": so("", "t / t = 1", "algebra", "verified", "", "parameters: [t != 0]"),
    "parameters: impossible": so(
        "", "t = t", "algebra", "failed", "vacuous", "parameters: [t > 0, t < 0]"
    ),
    # functions
    "functions: free": so(
        "p(x, z)",
        "E_{p(x, z)}[2 f(x, z)] = 2 E_{p(x, z)}[f(x, z)]",
        "linearity",
        "verified",
        "",
        "functions: ['f(x, z)']",
    ),
    "functions: >= 0": so(
        "q(z)", "E_{q(z)}[r(z)] >= 0", "nonnegativity", "verified", "", "functions: [r(z) >= 0]"
    ),
    "functions: concave": so(
        "q(z)",
        "phi(E_{q(z)}[f(z)]) >= E_{q(z)}[phi(f(z))]",
        "jensen",
        "verified",
        "",
        "functions: [phi(u) concave, f(z)]",
    ),
    "functions: concave, the wrong way": so(
        "q(z)",
        "phi(E_{q(z)}[f(z)]) <= E_{q(z)}[phi(f(z))]",
        "jensen",
        "refuted",
        "",
        "functions: [phi(u) concave, f(z)]",
    ),
    "functions: convex": so(
        "q(z)",
        "phi(E_{q(z)}[f(z)]) <= E_{q(z)}[phi(f(z))]",
        "jensen",
        "verified",
        "",
        "functions: [phi(u) convex, f(z)]",
    ),
    "functions: concave for u > 0": so(
        "q(z)",
        "phi(E_{q(z)}[f(z)]) >= E_{q(z)}[phi(f(z))]",
        "jensen",
        "verified",
        "",
        "functions: [phi(u) concave for u > 0, f(z) > 0]",
    ),
    "functions: concave for u > 0 only": so(
        "q(z)",
        "phi(E_{q(z)}[f(z)]) >= E_{q(z)}[phi(f(z))]",
        "jensen",
        "failed",
        "",
        "functions: [phi(u) concave for u > 0, f(z)]",
    ),
    "functions: increasing": so(
        "q(z)",
        "g(f(z) + r(z)) >= g(f(z))",
        "nonnegativity",
        "verified",
        "",
        "functions: [g(u) increasing, f(z), r(z) >= 0]",
    ),
    "functions: a variable takes variables": so(
        "p(x, z)", "f(2) = f(2)", "algebra", "ill-formed", "variable-expected", "functions: [f(x)]"
    ),
    "functions: of the same kind": so(
        "p(x, z)", "f(z) = f(z)", "algebra", "ill-formed", "wrong-kind", "functions: [f(x)]"
    ),
    "functions: numbers": so(
        "p(x, z)", "g(p(x)) = g(p(x))", "algebra", "verified", "", "functions: [g(u)]"
    ),
    "functions: numbers, not variables": so(
        "p(x, z)",
        "g(x) = g(x)",
        "algebra",
        "ill-formed",
        "variable-in-arithmetic",
        "functions: [g(u)]",
    ),
    "a variable is no number": so(
        "p(x, z)", "x + 1 = 1 + x", "algebra", "ill-formed", "variable-in-arithmetic"
    ),
    "a variable through a function": so(
        "p(x, z)",
        "E_{p(x)}[X(x) + 1] = E_{p(x)}[X(x)] + 1",
        "linearity normalisation",
        "verified",
        "",
        "functions: [X(x)]",
    ),
    "functions: number of arguments": so(
        "p(x, z)",
        "f(x, z) = f(x, z)",
        "algebra",
        "ill-formed",
        "wrong-arguments",
        "functions: [f(x)]",
    ),
    # define
    "define: unfold": so(
        "q(z)",
        "A = -H(q(z))",
        "definition entropy",
        "verified",
        "",
        "define: ['A = E_{q(z)}[log q(z)]']",
    ),
    "define: not without the rule": so(
        "q(z)", "A = -H(q(z))", "entropy", "wrong-rule", "", "define: ['A = E_{q(z)}[log q(z)]']"
    ),
    "define: with arguments": so(
        "p(x, z)",
        "R(x, z) = log p(x, z) - log p(x) - log p(z)",
        "definition log-rules",
        "verified",
        "",
        "define: ['R(x, z) = log(p(x, z) / (p(x) p(z)))']",
    ),
    "define: free variables of the place": so(
        "p(x, z)",
        "E_{p(x, z)}[R] = I_p(x; z)",
        "definition information",
        "verified",
        "",
        "define: ['R = log(p(x, z) / (p(x) p(z)))']",
    ),
    "define: earlier ones": so(
        "q(z)", "B = 2 H(q(z))", "definition", "verified", "", "define: ['A = H(q(z))', 'B = 2 A']"
    ),
    "define: later ones": so(
        "q(z)", "B = 2 H(q(z))", "definition", "error", "", "define: ['B = 2 A', 'A = H(q(z))']"
    ),
    "define: number arguments": so(
        "q(z)",
        "sq(a + 1) = a^2 + 2 a + 1",
        "definition",
        "verified",
        "",
        "parameters: [a]\ndefine: ['sq(u) = u^2']",
    ),
    "define: fold": chain(
        "q(z)",
        ["start 2 E_{q(z)}[log q(z)]", "eq 2 A @ definition"],
        "proved",
        "",
        "",
        "define: ['A = E_{q(z)}[log q(z)]']",
    ),
    "define: can't be read": so(
        "q(z)", "0 = 0", "algebra", "error", "", "define: ['A = E_{q(z)}[log q(z)']"
    ),
    # discrete
    "discrete: entropy": so(
        "p(z)", "H(p(z)) >= 0", "entropy-nonnegative", "verified", "", "discrete: [z]"
    ),
    "not discrete: entropy": so("p(z)", "H(p(z)) >= 0", "entropy-nonnegative", "refuted"),
    "discrete: no such variable": so(
        "p(z)", "0 = 0", "algebra", "error", "unknown-variable", "discrete: [y]"
    ),
    # claim
    "claim: exchange of sides": chain(
        "p(z) ;; q(z)",
        ["start KL(q(z) || p(z))", "ge 0 @ gibbs"],
        "verified",
        "",
        "0 <= KL(q(z) || p(z))",
    ),
    "claim: weaker": chain("p(z)", ["start 2 - 1", "eq 1 @ algebra"], "verified", "", "2 - 1 >= 1"),
    "claim: weaker, the other way": chain(
        "p(z)",
        ["start H(p(z))", "eq -E_{p(z)}[log p(z)] @ entropy"],
        "verified",
        "",
        "H(p(z)) <= -E_{p(z)}[log p(z)]",
    ),
    "claim: stronger": chain(
        "p(z) ;; q(z)",
        ["start KL(q(z) || p(z))", "ge 0 @ gibbs"],
        "proved / failed",
        "claim-not-reached",
        "KL(q(z) || p(z)) = 0",
    ),
    "claim: turned": chain(
        "p(z) ;; q(z)",
        ["start KL(q(z) || p(z))", "ge 0 @ gibbs"],
        "proved / failed",
        "claim-not-reached",
        "KL(q(z) || p(z)) <= 0",
    ),
    "claim: algebra": chain(
        "p(z)",
        ["start H(p(z))", "eq -E_{p(z)}[log p(z)] @ entropy"],
        "verified",
        "",
        "H(p(z)) = 1 - E_{p(z)}[log p(z)] - 1",
    ),
    "claim: definition": chain(
        "p(z)",
        ["start H(p(z))", "eq -E_{p(z)}[log p(z)] @ entropy"],
        "verified",
        "",
        "H(p(z)) = -A",
        "define: ['A = E_{p(z)}[log p(z)]']",
    ),
    "claim: not by other rules": chain(
        "p(z)",
        ["start H(p(z))", "eq -E_{p(z)}[log p(z)] @ entropy"],
        "proved / failed",
        "claim-not-reached",
        "H(p(z)) = E_{p(z)}[log(1 / p(z))] + E_{p(z)}[1] - 1",
    ),
    "claim: reached last, not before": chain(
        "p(z)",
        ["start 1 + 1", "eq 2 @ algebra", "so 3 = 1 + 2 @ algebra"],
        "proved proved / failed",
        "claim-not-reached",
        "1 + 1 = 2",
    ),
    "claim: ill-formed": chain(
        "p(z)", ["start 1 + 1", "eq 2 @ algebra"], "proved / failed", "undeclared-name", "1 + 1 = b"
    ),
    "claim: can't be read": chain(
        "p(z)", ["start 1 + 1", "eq 2 @ algebra"], "error", "", "1 + = 2"
    ),
    "claim: is a statement": chain("p(z)", ["start 1 + 1", "eq 2 @ algebra"], "error", "", "1 + 1"),
    "claim: rests on what is not proved": chain(
        "p(z)",
        ["start 1 + 1", "eq 3 @ algebra", "eq 2 + 1 @ algebra"],
        "refuted proved / failed",
        "claim-not-proved",
        "1 + 1 = 2 + 1",
    ),
    # strict
    "strict: tidying must be cited": so(
        "q(z)",
        "H(q(z)) = E_{q(z)}[log(1 / q(z))] + E_{q(z)}[0]",
        "kl",
        "wrong-rule",
        "",
        "strict: true",
    ),
    "strict: all cited": so(
        "q(z)",
        "E_{q(z)}[2 log q(z)] = -2 H(q(z))",
        "entropy linearity",
        "verified",
        "-tidied",
        "strict: true",
    ),
    "strict: one tidying rule missing": so(
        "q(z)",
        "E_{q(z)}[b log q(z)] = -b H(q(z))",
        "entropy",
        "wrong-rule",
        "wrong-rule",
        "strict: true\nparameters: [b]",
    ),
    "not strict: tidying is a remark": so(
        "q(z)",
        "E_{q(z)}[b log q(z)] = -b H(q(z))",
        "entropy",
        "verified",
        "tidied",
        "parameters: [b]",
    ),
    "strict: no by is by algebra": Row(
        "title: t\nmodel: []\nstrict: true\nstart: 1 + 1\nsteps: [{eq: 2}]\nclaim: 1 + 1 = 2\n",
        "proved / verified",
    ),
    "strict is true or false": Row(
        "title: t\nmodel: []\nstrict: maybe\nstart: 1 + 1\nsteps: [{eq: 2}]\nclaim: 1 + 1 = 2\n",
        "error",
        "wrong-value",
    ),
}

PQ = "p(z) ;; q(z)"
PXZ = "p(x, z) ;; q(z)"
STEPS: dict[str, Row] = {
    "eq after ge must be an equality": chain(
        PQ,
        ["start KL(q(z) || p(z))", "ge 0 @ gibbs", "eq -KL(q(z) || p(z)) @ gibbs"],
        "proved refuted",
    ),
    "ge composes with =": chain(
        PQ,
        [
            "start KL(q(z) || p(z)) + 1 - 1",
            "eq KL(q(z) || p(z)) @ algebra",
            "ge 0 @ gibbs",
            "eq 1 - 1 @ algebra",
        ],
        "verified",
        "",
        "KL(q(z) || p(z)) >= 0",
    ),
    "ge then le": chain(
        PQ,
        ["start KL(q(z) || p(z))", "ge 0 @ gibbs", "le KL(q(z) || p(z)) @ gibbs"],
        "error",
        "relation-turned",
    ),
    "ge, eq, le": chain(
        PQ,
        [
            "start KL(q(z) || p(z))",
            "ge 0 @ gibbs",
            "eq 1 - 1 @ algebra",
            "le KL(q(z) || p(z)) @ gibbs",
        ],
        "error",
        "relation-turned",
    ),
    "a so with <= then ge": chain(
        PQ, ["so 0 <= KL(q(z) || p(z)) @ gibbs", "ge 0 @ gibbs"], "error", "relation-turned"
    ),
    "a so begins anew": chain(
        PQ,
        [
            "start KL(q(z) || p(z))",
            "ge 0 @ gibbs",
            "so 0 <= KL(q(z) || p(z)) @ rearrange",
            "le 2 KL(q(z) || p(z)) @ gibbs",
        ],
        "verified",
        "",
        "0 <= 2 KL(q(z) || p(z))",
    ),
    "a chain goes on from the right side of a so": chain(
        "",
        ["so a + a = 2 a @ algebra", "eq a 2 @ algebra"],
        "verified",
        "",
        "a + a = a 2",
        "parameters: [a]",
    ),
    "a side leaves the chain as it is": chain(
        "",
        ["start a + a", "side 1 + 1 = 2 @ algebra @ label: two", "eq 2 a @ algebra"],
        "verified",
        "",
        "a + a = 2 a",
        "parameters: [a]",
    ),
    "a side needs a label": chain(
        "",
        ["start a", "side 1 + 1 = 2 @ algebra", "eq a @ algebra"],
        "error",
        "side-without-label",
        "",
        "parameters: [a]",
    ),
    "a so has one relation": chain("", ["so 1 = 1 = 1 @ algebra"], "ill-formed"),
    "a so with no relation": chain("", ["so 1 + 1 @ algebra"], "ill-formed"),
    "a so with >": chain("", ["so 2 > 1 @ algebra"], "ill-formed"),
    "an eq that is a statement": chain("", ["start 1", "eq 1 = 1 @ algebra"], "ill-formed"),
    "two statements in one step": Row(
        "title: t\nmodel: []\nstart: 1\nsteps: [{eq: 1, ge: 1}]\nclaim: 1 = 1\n",
        "error",
        "two-statements",
    ),
    "a step with no statement": Row(
        "title: t\nmodel: []\nstart: 1\nsteps: [{by: kl}]\nclaim: 1 = 1\n", "error", "no-statement"
    ),
    "a so follows from the statement reached": chain(
        "",
        ["so a >= b @ assumption", "so a - b >= 0 @ rearrange"],
        "proved proved",
        "",
        "",
        "parameters: [a, b]\nassume: [a >= b]",
    ),
    "a so by itself": chain(
        PQ,
        ["start H(p(z))", "eq -E_{p(z)}[log p(z)] @ entropy", "so KL(q(z) || p(z)) >= 0 @ gibbs"],
        "proved proved",
    ),
    "by one rule as text": Row(
        "title: t\nmodel: [q(z)]\nstart: H(q(z))\nsteps: [{eq: '-E_{q(z)}[log q(z)]', by: "
        "entropy}]\nclaim: 'H(q(z)) = -E_{q(z)}[log q(z)]'\n",
        "verified",
    ),
    "an empty by": Row(
        "title: t\nmodel: [q(z)]\nstart: H(q(z))\nsteps: [{eq: '-E_{q(z)}[log q(z)]', by: "
        "[]}]\nclaim: 'H(q(z)) = -E_{q(z)}[log q(z)]'\n",
        "error",
        "empty-list",
    ),
    "an unknown rule": chain("", ["start 1", "eq 1 @ gibs"], "error", "unknown-rule"),
    "tidying beside a main rule": so(
        PQ, "KL(q(z) || p(z)) = E_{q(z)}[log q(z)] - E_{q(z)}[log p(z)]", "kl", "verified", "tidied"
    ),
    "tidying beside algebra alone": so(
        PQ,
        "E_{q(z)}[log q(z) - log p(z)] = E_{q(z)}[log q(z)] - E_{q(z)}[log p(z)]",
        "algebra",
        "wrong-rule",
    ),
    "tidying rules alone": so(
        PQ,
        "E_{q(z)}[log(q(z) / p(z))] = E_{q(z)}[log q(z)] - E_{q(z)}[log p(z)]",
        "log-rules linearity",
        "verified",
        "-superfluous",
    ),
    "tidying rules alone, one missing": so(
        PQ,
        "E_{q(z)}[log(q(z) / p(z))] = E_{q(z)}[log q(z)] - E_{q(z)}[log p(z)]",
        "linearity",
        "wrong-rule",
    ),
    "follows with none of them: algebra": so(
        "", "a + a = 2 a", "kl", "wrong-rule", "", "parameters: [a]"
    ),
    "follows with none of them: tidying": so(
        PQ, "E_{q(z)}[2 H(p(z))] = 2 H(p(z))", "kl", "wrong-rule"
    ),
    "one that can be left out": so(
        PQ, "KL(q(z) || p(z)) >= 0", "gibbs kl", "verified", "superfluous"
    ),
    "algebra is never superfluous": so(
        PQ, "KL(q(z) || p(z)) >= 0", "gibbs algebra", "verified", "-superfluous"
    ),
    "no by: found": so(PXZ, "log p(x, z) - log p(z) = log p(x | z)", "", "verified"),
    "no by: algebra": so("", "a + a = 2 a", "", "verified", "", "parameters: [a]"),
    "no by: false": so("", "a + a = 3 a", "", "refuted", "", "parameters: [a]"),
    "using an earlier label": chain(
        "",
        [
            "start a",
            "side a = b @ assumption @ label: ab",
            "so 2 a = 2 b @ substitution @ using: [ab]",
        ],
        "proved proved",
        "",
        "",
        "parameters: [a, b]\nassume: [a = b]",
    ),
    "using one label as text": chain(
        "",
        [
            "start a",
            "side a = b @ assumption @ label: ab",
            "so 2 a = 2 b @ substitution @ using: ab",
        ],
        "proved proved",
        "",
        "",
        "parameters: [a, b]\nassume: [a = b]",
    ),
    "using a later label": chain(
        "",
        ["so 2 a = 2 b @ substitution @ using: [ab]", "side a = b @ assumption @ label: ab"],
        "error",
        "unknown-label",
        "",
        "parameters: [a, b]\nassume: [a = b]",
    ),
    "using its own label": chain(
        "",
        ["so 2 a = 2 b @ substitution @ label: ab, using: [ab]"],
        "error",
        "unknown-label",
        "",
        "parameters: [a, b]",
    ),
    "a label twice": chain(
        "",
        ["so 1 = 1 @ algebra @ label: a", "so 2 = 2 @ algebra @ label: a"],
        "error",
        "duplicate-label",
    ),
    "a label names the statement reached here": chain(
        "",
        [
            "start a + a",
            "eq 2 a @ algebra @ label: l",
            "eq 3 a - a @ algebra",
            "so a + a + 1 = 2 a + 1 @ substitution @ using: [l]",
        ],
        "proved proved wrong-rule",
        "",
        "",
        "parameters: [a]",
    ),
    "a label in a chain": chain(
        PQ,
        [
            "start H(p(z))",
            "eq -E_{p(z)}[log p(z)] @ entropy @ label: l",
            "so 2 H(p(z)) = -2 E_{p(z)}[log p(z)] @ substitution @ using: [l]",
        ],
        "proved proved",
    ),
    "using an ill-formed statement": chain(
        "",
        [
            "start a",
            "side a = c @ assumption @ label: ab",
            "so 2 a = 2 b @ substitution @ using: [ab]",
        ],
        "ill-formed unproved",
        "premise-missing",
        "",
        "parameters: [a, b]",
    ),
    "each step against the line before as written": chain(
        "",
        ["start a", "eq 2 a @ algebra", "eq a + a @ algebra"],
        "refuted proved / failed",
        "",
        "",
        "parameters: [a]",
    ),
    "after an ill-formed line": chain(
        "",
        ["start a + a", "eq 2 c @ algebra", "eq 2 a @ algebra"],
        "ill-formed proved / failed",
        "undeclared-name",
        "a + a = 2 a",
        "parameters: [a]",
    ),
    "after an ill-formed start": chain(
        "",
        [
            "start a + c",
            "eq 2 c @ algebra",
            "eq 2 a @ algebra",
            "so a + a = 2 a @ algebra",
            "eq a + a @ algebra",
        ],
        "ill-formed ill-formed unproved proved proved / failed",
        "no-line-before",
        "",
        "parameters: [a]",
    ),
    "a start that can't be read": chain(
        "", ["start a + ", "eq 2 a @ algebra"], "error", "expected", "", "parameters: [a]"
    ),
    "given step n": chain(
        "",
        ["so a = b @ algebra", "so a + 1 = b + 1 @ rearrange", "so a + 2 = b + 2 @ rearrange"],
        "refuted proved proved / failed",
        "",
        "",
        "parameters: [a, b]",
    ),
    "a conditional step needs its premise": chain(
        "",
        ["so a = b @ algebra", "so a + 1 = b + 2 @ rearrange"],
        "refuted refuted / failed",
        "",
        "",
        "parameters: [a, b]",
    ),
    "a chain step takes nothing from what is not proved": chain(
        "",
        ["so a = b @ algebra", "eq b + 0 @ algebra"],
        "refuted proved",
        "",
        "",
        "parameters: [a, b]",
    ),
    "both sides alike": chain(
        "", ["start a", "eq a @ algebra"], "proved", "same-sides", "", "parameters: [a]"
    ),
    "both sides alike in a ge": chain(
        "", ["start a", "ge a @ algebra"], "proved", "same-sides", "", "parameters: [a]"
    ),
    "a ge that is an equality": chain(
        "", ["start a + a", "ge 2 a @ algebra"], "proved", "equality", "", "parameters: [a]"
    ),
    "a ge by gibbs is none": chain(
        PQ, ["start KL(q(z) || p(z))", "ge 0 @ gibbs"], "proved", "-equality"
    ),
    "a new free variable": chain(
        PXZ, ["start H(q(z))", "eq H(q(z)) + log p(x) - log p(x) @ algebra"], "proved", "for-all"
    ),
    "a free variable of a so": chain(PXZ, ["so log p(x) = log p(x) + 0 @ algebra"], "proved"),
    "an inner binder hides an outer one": chain(
        PXZ, ["start H(q(z))", "eq E_{q(z)}[H(q(z))] @ normalisation"], "proved", "hides"
    ),
    "nothing hidden": chain(
        PXZ, ["start H(q(z))", "eq E_{p(x)}[H(q(z))] @ normalisation"], "proved", "-hides"
    ),
    "so-only rule on a chain step": chain(
        "", ["start a + a", "eq 2 a @ rearrange"], "wrong-rule", "", "", "parameters: [a]"
    ),
    "so-only rule with a sufficient one": chain(
        PQ, ["start KL(q(z) || p(z))", "ge 0 @ gibbs rearrange"], "proved", "superfluous"
    ),
    "inequality rule alone on an eq": chain(
        PQ, ["start KL(q(z) || p(z))", "eq E_{q(z)}[log(q(z) / p(z))] @ gibbs"], "wrong-rule"
    ),
    "inequality rule alone on a false eq": chain(
        PQ, ["start KL(q(z) || p(z))", "eq 0 @ gibbs"], "refuted"
    ),
    "a false step whatever it cites": chain(PQ, ["start KL(q(z) || p(z))", "le 0 @ kl"], "refuted"),
    "wrong-rule": chain(PXZ, ["start p(x, z)", "eq p(x | z) p(z) @ kl"], "wrong-rule"),
    "expect: a verdict": Row(
        "title: t\nmodel: []\nstart: 1\nsteps: [{eq: 2, by: algebra, expect: refuted}]\nclaim: 1 "
        "= 2\nexpect: failed\n",
        "refuted / failed",
    ),
    "expect: no verdict": Row(
        "title: t\nmodel: []\nstart: 1\nsteps: [{eq: 2, by: algebra, expect: false}]\nclaim: 1 = "
        "2\n",
        "error",
        "wrong-value",
    ),
    "blank: reason": Row(
        "title: t\nmodel: []\nstart: 1\nsteps: [{eq: 1, by: algebra, blank: reason}]\nclaim: 1 = "
        "1\n",
        "verified",
    ),
    "blank: something else": Row(
        "title: t\nmodel: []\nstart: 1\nsteps: [{eq: 1, by: algebra, blank: all}]\nclaim: 1 = 1\n",
        "error",
        "wrong-value",
    ),
    "note is free text": Row(
        "title: t\nmodel: []\nstart: 1\nsteps: [{eq: 1, by: algebra, note: '[b] {z} "
        "\\x'}]\nclaim: 1 = 1\n",
        "verified",
    ),
    "vacuous assumptions": so(
        "",
        "1 = 2",
        "combine assumption",
        "failed",
        "",
        "parameters: [a]\nassume: ['a = 1', 'a = 2']",
    ),
}

P3 = "p(x, z) ;; q(z) ;; r(z | x)"
F = "functions: ['f(x, z)', 'g(z)', 'h(z)', 'k(x)']\nparameters: [a, b, c]"
EXPRESSIONS: dict[str, Row] = {
    "arithmetic": so("", "a * b + a b - a / 2 = 2 a b - 0.5 a", "algebra", "verified", "", F),
    "brackets": so("", "[(a + b) c] = a c + b c", "algebra", "verified", "", F),
    "powers": so("", "a^2 a^3 = a^5", "algebra", "verified", "", F),
    "decimals": so("", "0.1 + 0.2 = 0.3", "algebra", "verified"),
    "minus a square": so("", "-a^2 + a a = 0", "algebra", "verified", "", F),
    "a b / c is (ab)/c": so("", "a b / 2 = (1/2) a b", "algebra", "verified", "", F),
    "ln and log": so("q(z)", "ln q(z) = log q(z)", "algebra", "verified"),
    "exp": so("q(z)", "exp(log q(z)) = q(z)", "log-rules", "verified"),
    "sqrt": so("q(z)", "sqrt(q(z)) sqrt(q(z)) = q(z)", "", "verified"),
    "log of a power": so("q(z)", "log(q(z)^2) = 2 log q(z)", "log-rules", "verified"),
    "power of a log": so("q(z)", "log^2 q(z) = (log q(z)) log q(z)", "algebra", "verified"),
    "log ends its product": so("q(z)", "int q(z) log q(z) dz = -H(q(z))", "entropy", "verified"),
    "log of a sum over a variable takes the whole": so(
        P3, "log sum_{z} p(x, z) = log p(x)", "marginalisation", "verified"
    ),
    "log of a scaled sum": so(
        P3, "log (1/2) sum_{z} p(x, z) = log p(x) - log 2", "marginalisation log-rules", "verified"
    ),
    "log of a parameter fraction of a sum": so(
        P3,
        "log (1/a) sum_{z} p(x, z) = log p(x) - log a",
        "marginalisation log-rules",
        "verified",
        "",
        "parameters: [a > 0]",
    ),
    "ambiguous: log p q": so(P3, "log p(x) q(z) = 0", "algebra", "ill-formed", "ambiguous"),
    "ambiguous: log p / q": so(P3, "log p(x) / q(z) = 0", "algebra", "ill-formed", "ambiguous"),
    "ambiguous: a / b c": so("", "a / b c = 0", "algebra", "ill-formed", "ambiguous", F),
    "ambiguous: a / b / c": so("", "a / b / c = 0", "algebra", "ill-formed", "ambiguous", F),
    "ambiguous: a / b * c": so("", "a / b * c = 0", "algebra", "ill-formed", "ambiguous", F),
    "ambiguous: a factor free of the index": so(
        P3, "sum_{z} q(z) k(x) = k(x)", "algebra", "ill-formed", "ambiguous", F
    ),
    "ambiguous: another sum": so(
        P3, "sum_{z} q(z) sum_{x} p(x, z) = 1", "algebra", "ill-formed", "ambiguous", F
    ),
    "not ambiguous: another sum over the same index": so(
        "", "sum_{k=1}^{2} k sum_{k=1}^{2} k = 9", "index", "verified"
    ),
    "not ambiguous with brackets": so(
        P3, "(sum_{z} q(z)) k(x) = k(x)", "normalisation", "verified", "", F
    ),
    "an integral's body reaches to its differential": so(
        P3,
        "int q(z) g(z) + q(z) h(z) dz = E_{q(z)}[g(z)] + E_{q(z)}[h(z)]",
        "expectation linearity",
        "verified",
        "",
        F,
    ),
    "innermost open integral takes the first differential": so(
        P3, "int int p(x, z) dx dz = int p(z) dz", "marginalisation", "verified"
    ),
    "several differentials": so(P3, "int p(x, z) dx dz = 1", "normalisation", "verified"),
    "an integral without differential": so(
        P3, "int p(x, z) = 1", "normalisation", "ill-formed", "missing-differential"
    ),
    "a differential where none is open": so(P3, "p(x, z) dz = 1", "normalisation", "ill-formed"),
    "d times a name that is no variable": so("", "int_ = 1", "algebra", "ill-formed"),
    "dz is a name outside of an integral": so(
        "p(x, z)", "dz + 1 = 1 + dz", "algebra", "verified", "", "parameters: [dz]"
    ),
    "a sum over a variable is the integral": so(
        P3, "sum_{z} p(x, z) = int p(x, z) dz", "algebra", "verified"
    ),
    "a sum over several": so(P3, "sum_{x, z} p(x, z) = 1", "normalisation", "verified"),
    "E with variables": so(P3, "E_{z ~ q(z)}[g(z)] = E_{q(z)}[g(z)]", "algebra", "verified", "", F),
    "E with variables of a conditional": so(
        P3, "E_{z ~ r(z | x)}[g(z)] = E_{r(z | x)}[g(z)]", "algebra", "verified", "", F
    ),
    "E with another variable": so(
        P3, "E_{x ~ q(z)}[k(x)] = 0", "algebra", "ill-formed", "not-a-law-of", F
    ),
    "E of a product": so(
        P3,
        "E_{p(x) r(z | x)}[f(x, z)] = E_{p(x)}[E_{r(z | x)}[f(x, z)]]",
        "tower",
        "verified",
        "",
        F,
    ),
    "E of a product in any order": so(
        P3, "E_{r(z | x) p(x)}[f(x, z)] = E_{p(x) r(z | x)}[f(x, z)]", "algebra", "verified", "", F
    ),
    "E of a product in a circle": so(
        "p(x, z) ;; r(x | z)",
        "E_{p(z | x) r(x | z)}[1] = 1",
        "algebra",
        "ill-formed",
        "circular-law",
    ),
    "E binds the variables left of the bar": so(
        P3, "E_{r(z | x)}[k(x)] = k(x)", "normalisation", "verified", "", F
    ),
    "E_q stands for the model line": so(
        P3, "E_q[g(z)] = E_{q(z)}[g(z)]", "algebra", "verified", "", F
    ),
    "E_r stands for the conditional model line": so(
        P3, "E_r[g(z)] = E_{r(z | x)}[g(z)]", "algebra", "verified", "", F
    ),
    "E_p stands for the joint": so(P3, "E_p[g(z)] = E_{p(z)}[g(z)]", "tower", "verified", "", F),
    "E without a law": so(
        P3, "E[g(z)] = E_q[g(z)]", "algebra", "ill-formed", "bare-expectation", F
    ),
    "E under an undeclared family": so(P3, "E_s[g(z)] = 0", "algebra", "ill-formed", "", F),
    "E_q with parameters": so(
        "p(x; theta) ;; p(x; phi)",
        "E_{p(x; theta)}[log p(x; phi)] = -H(p(x; theta), p(x; phi))",
        "entropy",
        "verified",
    ),
    "E_p of a name with two parameters": so(
        "p(x; theta) ;; p(x; phi)", "E_p[1] = 1", "normalisation", "ill-formed"
    ),
    "KL of a product": so(
        "p(x) ;; r(z | x) ;; s(x, z)", "KL(p(x) r(z | x) || s(x, z)) >= 0", "gibbs", "verified"
    ),
    "KL against anything >= 0": so(
        P3, "KL(q(z) || p(x, z)) = KL(q(z) || p(z | x)) - log p(x)", "kl chain-rule", "verified"
    ),
    "KL against what may be negative": so(
        P3, "KL(q(z) || g(z)) = E_{q(z)}[log(q(z) / g(z))]", "kl", "unproved", "", F
    ),
    "KL of what is no density": so(
        P3, "KL(log q(z) || q(z)) = 0", "kl", "ill-formed", "not-a-density"
    ),
    "KL by model lines": so(PQ, "KL(q || p) = KL(q(z) || p(z))", "algebra", "verified"),
    "KL by model lines over other variables": so(
        P3, "KL(q || p) = 0", "algebra", "ill-formed", "different-variables"
    ),
    "KL by conditional model lines": so(
        "q(z | x) ;; r(z | x)", "KL(q || r) = KL(q(z | x) || r(z | x))", "algebra", "verified"
    ),
    "D_KL": so(PQ, "D_KL(q(z) || p(z)) = KL(q(z) || p(z))", "algebra", "verified"),
    "entropy at a given x": so(P3, "E_{p(x)}[H(p(z | x))] = H_p(z | x)", "information", "verified"),
    "H(p(z|x)) is not H_p(z|x)": so(P3, "H(p(z | x)) = H_p(z | x)", "information", "refuted"),
    "cross-entropy": so(PQ, "H(q(z), p(z)) = -E_{q(z)}[log p(z)]", "entropy", "verified"),
    "H binds z": so(
        PQ, "H(q(z)) + g(z) = g(z) + H(q(z))", "algebra", "ill-formed", "out-of-scope", F
    ),
    "entropy on random variables": so(
        P3, "H_p(x, z) = H_p(x) + H_p(z | x)", "information", "verified"
    ),
    "the family may be left out": so("p(x, z)", "H(x, z) = H_p(x, z)", "algebra", "verified"),
    "the family must be told": so(
        "p(x, z) ;; s(x, z)", "H(x, z) = H_p(x, z)", "algebra", "ill-formed", "which-family"
    ),
    "information": so(
        "p(x, y, z)", "I_p(x; y | z) = H_p(x | z) - H_p(x | y, z)", "information", "verified"
    ),
    "information without family": so("p(x, y, z)", "I(x; y) = I_p(x; y)", "algebra", "verified"),
    "information twice a variable": so(
        "p(x, y, z)", "I_p(x; x) = H_p(x)", "information", "ill-formed", "bound-twice"
    ),
    "relation sign": so(PQ, "KL(q(z) || p(z)) ≥ 0", "gibbs", "verified"),
    "NAME ( of an undeclared name": so(
        PQ, "s (a + b) = 0", "algebra", "ill-formed", "undeclared-name", F
    ),
    "NAME ( of a parameter is a product": so(
        PQ, "a (b + c) = a b + a c", "algebra", "verified", "", F
    ),
    "NAME ( of a define is a product": so(
        PQ, "A (b + c) = A b + A c", "algebra", "verified", "", F + "\ndefine: [A = b + c]"
    ),
    "reserved names": so("", "0 = 0", "algebra", "error", "reserved-name", "parameters: [E]"),
    "reserved: e": so("", "0 = 0", "algebra", "error", "reserved-name", "parameters: [e]"),
    "reserved: family": so("I(x)", "0 = 0", "algebra", "error", "reserved-name"),
    "undeclared family": so(PQ, "s(z) = 0", "algebra", "ill-formed"),
    "undeclared family in E": so(PQ, "E_{s(z)}[1] = 1", "algebra", "ill-formed", "undeclared-name"),
    "variables that no line covers": so(PXZ, "q(x) = 0", "algebra", "ill-formed", "not-covered"),
    "an unknown variable": so(PXZ, "q(y) = 0", "algebra", "ill-formed", "unknown-variable"),
    "an unbound index": so(PXZ, "q(z_i) = 0", "algebra", "ill-formed"),
    "a variable with a subscript": so(
        "q(z_1, z_2)", "q(z_1, z_2) = q(z_1) q(z_2 | z_1)", "chain-rule", "verified"
    ),
    "a subscript that no line has": so("q(z_1, z_2)", "q(z_3) = 0", "algebra", "ill-formed"),
    "two factors that bind one variable": so(
        PXZ, "E_{q(z) p(z)}[1] = 1", "algebra", "ill-formed", "bound-twice"
    ),
    "a law that conditions on what is bound inside": so(
        P3, "E_{q(z)}[E_{p(x | z)}[1]] = 1", "normalisation", "verified"
    ),
    "a variable twice in a density": so(P3, "p(x, x) = 0", "algebra", "ill-formed", "bound-twice"),
    "a variable left and right": so(P3, "p(x | x) = 0", "algebra", "ill-formed", "bound-twice"),
    "a variable twice in H": so(P3, "H_p(x, x) = 0", "algebra", "ill-formed", "bound-twice"),
    "free and bound in one line": so(
        P3, "E_{q(z)}[g(z)] + g(z) = 0", "algebra", "ill-formed", "out-of-scope", F
    ),
    "free and bound, free in the line before": chain(
        P3,
        ["start g(z)", "eq g(z) + E_{q(z)}[g(z)] - E_{q(z)}[g(z)] @ algebra"],
        "proved",
        "-out-of-scope",
        "",
        F,
    ),
    "free and bound, bound in the line before": chain(
        P3,
        ["start E_{q(z)}[g(z)]", "eq E_{q(z)}[g(z)] + g(z) - g(z) @ algebra"],
        "ill-formed",
        "out-of-scope",
        "",
        F,
    ),
    "free and bound in a so, free in its premise": chain(
        P3,
        [
            "so g(z) = g(z) + 0 @ algebra",
            "so g(z) = g(z) + E_{q(z)}[g(z)] - E_{q(z)}[g(z)] @ algebra",
        ],
        "proved proved",
        "",
        "",
        F,
    ),
    "an empty condition drops": so(P3, "p(x | ) = p(x)", "algebra", "ill-formed"),
    "unparsable": chain(P3, ["start 1", "eq 1 + @ algebra", "eq 1 @ algebra"], "ill-formed proved"),
    "slices are not there yet": so(P3, "p(z_{1:3}) = 0", "algebra", "ill-formed"),
    "e^a is exp": so("", "exp(a) = e^{a}", "algebra", "verified", "", F),
}

LAT = "p(x, z) ;; q(z | x) ;; s(z)"
AB = "parameters: [a > 0, b > 0, c, d]"
FN = "functions: [g(z), h(z), 'r(z) >= 0', 'w(z) > 0', 'f(x, z)']\nparameters: [a > 0, b > 0, c, d]"
ALIASES = {
    "log-properties": so(
        PQ, "log(q(z) / p(z)) = log q(z) - log p(z)", "log-properties", "verified"
    ),
    "definition-of-expectation": so(
        PQ, "E_{q(z)}[log p(z)] = int q(z) log p(z) dz", "definition-of-expectation", "verified"
    ),
    "definition-of-kl": so(
        PQ, "KL(q(z) || p(z)) = E_{q(z)}[log(q(z) / p(z))]", "definition-of-kl", "verified"
    ),
    "definition-of-entropy": so(
        PQ, "H(q(z)) = -E_{q(z)}[log q(z)]", "definition-of-entropy", "verified"
    ),
    "product-rule": so(LAT, "p(x, z) = p(x | z) p(z)", "product-rule", "verified"),
    "conditional-probability": so(
        LAT, "p(x, z) = p(x | z) p(z)", "conditional-probability", "verified"
    ),
    "marginalization": so(LAT, "int p(x, z) dz = p(x)", "marginalization", "verified"),
    "sum-rule": so(LAT, "int p(x, z) dz = p(x)", "sum-rule", "verified"),
    "normalization": so(LAT, "int s(z) dz = 1", "normalization", "verified"),
    "constant-expectation": so(
        LAT, "E_{s(z)}[log p(x)] = log p(x)", "constant-expectation", "verified"
    ),
    "iterated-expectation": so(
        LAT,
        "E_{p(x, z)}[f(x, z)] = E_{p(x)}[E_{p(z | x)}[f(x, z)]]",
        "iterated-expectation",
        "verified",
        "",
        FN,
    ),
    "fubini": so(
        LAT,
        "E_{p(x)}[E_{s(z)}[f(x, z)]] = E_{s(z)}[E_{p(x)}[f(x, z)]]",
        "fubini",
        "verified",
        "",
        FN,
    ),
    "factorization": so("p(x, z) = p(x) p(z)", "p(x | z) = p(x)", "factorization", "verified"),
    "independence": so("p(x, z) = p(x) p(z)", "p(x | z) = p(x)", "independence", "verified"),
    "ln-bound": so(PQ, "log q(z) <= q(z) - 1", "ln-bound", "verified"),
    "exp-bound": so(PQ, "exp(g(z)) >= 1 + g(z)", "exp-bound", "verified", "", FN),
    "kl-nonnegative": so(PQ, "KL(q(z) || p(z)) >= 0", "kl-nonnegative", "verified"),
    "information-nonnegative": so(LAT, "I_p(x; z) >= 0", "information-nonnegative", "verified"),
    "zero-forcing": chain(
        PQ,
        ["so p(z) = 0 @ assumption", "so q(z) = 0 @ zero-forcing"],
        "proved proved",
        "",
        "",
        "support: [q(z) << p(z)]\nassume: ['p(z) = 0']",
    ),
    "mass-bound": so(LAT, "p(z) <= 1", "mass-bound", "verified", "", "discrete: [z]"),
}
RULES: dict[str, Row] = {
    **ALIASES,
    "algebra: log of a reciprocal": so(PQ, "log(1 / q(z)) = -log q(z)", "algebra", "verified"),
    "algebra: log 1": so(PQ, "log 1 = 0", "algebra", "verified"),
    "algebra: E[0]": so(PQ, "E_{q(z)}[0] = 0", "algebra", "verified"),
    "algebra: renaming bound variables": so(
        "q(z) ;; p(x, z)", "E_{p(x)}[1] = E_{p(x)}[1]", "algebra", "verified"
    ),
    "algebra: no log of a product": so(
        "", "log(a b) = log a + log b", "algebra", "wrong-rule", "", AB
    ),
    "log-rules: quotient": so("", "log(a / b) = log a - log b", "log-rules", "verified", "", AB),
    "log-rules: power": so("", "log(a^3) = 3 log a", "log-rules", "verified", "", AB),
    "log-rules: log exp": so("", "log exp(c) = c", "log-rules", "verified", "", AB),
    "log-rules: exp log": so("", "exp(log a) = a", "log-rules", "verified", "", AB),
    "log-rules: exp of a sum": so(
        "", "exp(c + d) = exp(c) exp(d)", "log-rules", "verified", "", AB
    ),
    "log-rules: power as exp": so("", "a^c = exp(c log a)", "log-rules", "verified", "", AB),
    "log-rules: sum of exponents": so("", "a^c a^d = a^(c + d)", "log-rules", "verified", "", AB),
    "log-rules: power of a product": so("", "(a b)^c = a^c b^c", "log-rules", "verified", "", AB),
    "log-rules: power of a power": so("", "(a^c)^d = a^(c d)", "log-rules", "verified", "", AB),
    "log-rules: of what may be negative": so(
        "", "log(c d) = log c + log d", "log-rules", "unproved", "needs-positive", AB
    ),
    "linearity: integral": so(
        PQ, "int (q(z) + c p(z)) dz = int q(z) dz + c int p(z) dz", "linearity", "verified", "", AB
    ),
    "expectation is implied by kl": so(
        PQ,
        "KL(q(z) || p(z)) = int q(z) log(q(z) / p(z)) dz",
        "kl",
        "verified",
        "-tidied",
        "strict: true",
    ),
    "kl: the sign": so(
        PQ, "KL(q(z) || p(z)) = -E_{q(z)}[log(p(z) / q(z))]", "kl", "verified", "", "strict: true"
    ),
    "kl: for any second argument": so(
        "q(z)", "KL(q(z) || w(z)) = E_{q(z)}[log(q(z) / w(z))]", "kl", "verified", "", FN
    ),
    "entropy: reciprocal": so(
        PQ, "H(q(z)) = E_{q(z)}[log(1 / q(z))]", "entropy", "verified", "", "strict: true"
    ),
    "entropy: cross": so(
        PQ, "H(q(z), p(z)) = -int q(z) log p(z) dz", "entropy", "verified", "", "strict: true"
    ),
    "information: log ratio": so(
        LAT,
        "I_p(x; z) = E_{p(x, z)}[log(p(x, z) / (p(x) p(z)))]",
        "information",
        "verified",
        "",
        "strict: true",
    ),
    "information: KL": so(
        LAT, "I_p(x; z) = KL(p(x, z) || p(x) p(z))", "information", "verified", "", "strict: true"
    ),
    "information: entropies": so(
        LAT,
        "I_p(x; z) = H_p(x) + H_p(z) - H_p(x, z)",
        "information",
        "verified",
        "",
        "strict: true",
    ),
    "information: log conditional": so(
        LAT,
        "H_p(z | x) = -E_{p(x, z)}[log p(z | x)]",
        "information",
        "verified",
        "",
        "strict: true",
    ),
    "information: chain rule": so(
        "p(x, y, z)",
        "I_p(x; y, z) = I_p(x; z) + I_p(x; y | z)",
        "information",
        "verified",
        "",
        "strict: true",
    ),
    "chain-rule: with a condition": so(
        "p(x, y, z)", "p(x, z | y) = p(x | z, y) p(z | y)", "chain-rule", "verified"
    ),
    "bayes-rule": so(LAT, "p(z | x) = p(x | z) p(z) / p(x)", "bayes-rule", "verified"),
    "bayes-rule: joint over marginal": so(
        LAT, "p(z | x) = p(x, z) / p(x)", "bayes-rule", "verified"
    ),
    "bayes-rule: with a condition": so(
        "p(x, y, z)", "p(z | x, y) = p(x | z, y) p(z | y) / p(x | y)", "bayes-rule", "verified"
    ),
    "marginalisation: with a condition": so(
        "p(x, y, z)", "int p(x, z | y) dz = p(x | y)", "marginalisation", "verified"
    ),
    "marginalisation: not of a condition": so(
        "p(x, y, z)", "int p(x | z) dz = p(x)", "marginalisation", "refuted"
    ),
    "normalisation: not of a condition": so(
        "p(x, z)", "int p(x | z) dz = 1", "normalisation", "refuted"
    ),
    "normalisation: c that is not free of z": so(
        "q(z)", "E_{q(z)}[g(z)] = g(z)", "normalisation", "ill-formed", "", FN
    ),
    "tower: unused variables drop": so(
        LAT, "E_{p(x, z)}[g(z)] = E_{p(z)}[g(z)]", "tower", "verified", "", FN
    ),
    "swap: integrals": so(
        LAT, "int (int f(x, z) dx) dz = int (int f(x, z) dz) dx", "swap", "verified", "", FN
    ),
    "swap: laws that depend": so(
        LAT,
        "E_{p(x)}[E_{q(z | x)}[f(x, z)]] = E_{s(z)}[E_{p(x)}[f(x, z)]]",
        "swap",
        "refuted",
        "",
        FN,
    ),
    "definition: of a density": so(
        "p(z) ;; q(z) ;; m(z) := (p(z) + q(z)) / 2",
        "log m(z) = log(p(z) + q(z)) - log 2",
        "definition",
        "verified",
    ),
    "assumption: inequality": so(
        "q(z)",
        "E_{q(z)}[g(z)] <= E_{q(z)}[h(z)]",
        "assumption",
        "verified",
        "",
        FN + "\nassume: ['for all z: g(z) <= h(z)']",
    ),
    "assumption: inequality at an antitone place": so(
        "q(z)",
        "E_{q(z)}[-g(z)] >= E_{q(z)}[-h(z)]",
        "assumption",
        "verified",
        "",
        FN + "\nassume: ['for all z: g(z) <= h(z)']",
    ),
    "assumption: inequality at a place of no sense": so(
        "q(z)",
        "g(z)^2 <= h(z)^2",
        "assumption",
        "refuted",
        "",
        FN + "\nassume: ['for all z: g(z) <= h(z)']",
    ),
    "jensen: log": so(
        "q(z)", "log E_{q(z)}[w(z)] >= E_{q(z)}[log w(z)]", "jensen", "verified", "", FN
    ),
    "jensen: log, positive not declared": so(
        "q(z)",
        "log E_{q(z)}[r(z)] >= E_{q(z)}[log r(z)]",
        "jensen",
        "unproved",
        "needs-positive",
        FN,
    ),
    "jensen: log, the wrong way": so(
        "q(z)", "log E_{q(z)}[w(z)] <= E_{q(z)}[log w(z)]", "jensen", "refuted", "", FN
    ),
    "jensen: exp": so(
        "q(z)", "exp(E_{q(z)}[g(z)]) <= E_{q(z)}[exp(g(z))]", "jensen", "verified", "", FN
    ),
    "jensen: sqrt": so(
        "q(z)", "sqrt(E_{q(z)}[w(z)]) >= E_{q(z)}[sqrt(w(z))]", "jensen", "verified", "", FN
    ),
    "jensen: reciprocal": so(
        "q(z)", "1 / E_{q(z)}[w(z)] <= E_{q(z)}[1 / w(z)]", "jensen", "verified", "", FN
    ),
    "jensen: integral against a density": so(
        "q(z)", "log int q(z) w(z) dz >= int q(z) log w(z) dz", "jensen", "verified", "", FN
    ),
    "jensen: finite weights": so(
        "", "log((a + 3 b) / 4) >= (log a + 3 log b) / 4", "jensen", "verified", "", AB
    ),
    "jensen: weights that don't sum to 1": so(
        "", "log(a / 4 + b / 4) >= (log a + log b) / 4", "jensen", "refuted", "", AB
    ),
    "jensen: under an antitone place": so(
        "q(z)", "-log E_{q(z)}[w(z)] <= -E_{q(z)}[log w(z)]", "jensen", "verified", "", FN
    ),
    "jensen: under nested binders": so(
        LAT,
        "E_{p(x)}[log E_{q(z | x)}[p(x, z) / q(z | x)]] >= E_{p(x)}[E_{q(z | x)}[log(p(x, z) / "
        "q(z | x))]]",
        "jensen",
        "verified",
    ),
    "jensen: inside an exponential inside an integral": so(
        LAT,
        "int exp(log E_{q(z | x)}[w(z)]) dx >= int exp(E_{q(z | x)}[log w(z)]) dx",
        "jensen",
        "verified",
        "",
        FN,
    ),
    "jensen: at a place of no sense": so(
        LAT, "c log E_{s(z)}[w(z)] >= c E_{s(z)}[log w(z)]", "jensen", "refuted", "", FN
    ),
    "jensen: with a factor that is positive": so(
        LAT, "a log E_{s(z)}[w(z)] >= a E_{s(z)}[log w(z)]", "jensen", "verified", "", FN
    ),
    "log-bound: under an expectation": so(
        LAT, "E_{s(z)}[log w(z)] <= E_{s(z)}[w(z)] - 1", "log-bound", "verified", "", FN
    ),
    "log-bound: u > 0": so(
        LAT, "log r(z) <= r(z) - 1", "log-bound", "unproved", "needs-positive", FN
    ),
    "log-bound: the wrong way": so(LAT, "log w(z) >= w(z) - 1", "log-bound", "refuted", "", FN),
    "gibbs: not for a joint at a given x": so(LAT, "KL(s(z) || p(x, z)) >= 0", "gibbs", "refuted"),
    "gibbs: over other variables": so(LAT, "KL(s(z) || p(x | z)) >= 0", "gibbs", "refuted"),
    "gibbs: conditioning lowers entropy": so(
        "p(x, y, z)", "H_p(x | y, z) <= H_p(x | y)", "gibbs", "verified"
    ),
    "data-processing: through x only": so(
        "p(x, t, y) = p(x) p(t | x) p(y | x)",
        "I_p(x; y) >= I_p(t; y)",
        "data-processing",
        "verified",
    ),
    "data-processing: what `model` declares": so(
        "p(x, t, y)", "I_p(x; y) >= I_p(t; y)", "data-processing", "refuted"
    ),
    "data-processing: a part of x": so(
        PQ.replace("(z)", "(x, z)"),
        "KL(q(x, z) || p(x, z)) >= KL(q(z) || p(z))",
        "data-processing",
        "verified",
    ),
    "gibbs: from KL = 0": chain(
        PQ,
        ["so KL(q(z) || p(z)) = 0 @ assumption", "so q(z) = p(z) @ gibbs"],
        "proved proved",
        "",
        "",
        "assume: ['KL(q(z) || p(z)) = 0']",
    ),
    "gibbs: from KL <= 0": chain(
        PQ,
        ["so KL(q(z) || p(z)) <= 0 @ assumption", "so q(z) = p(z) @ gibbs"],
        "proved proved",
        "",
        "",
        "assume: ['KL(q(z) || p(z)) <= 0']",
    ),
    "gibbs: from KL <= 1": chain(
        PQ,
        ["so KL(q(z) || p(z)) <= 1 @ assumption", "so q(z) = p(z) @ gibbs"],
        "proved refuted",
        "",
        "",
        "assume: ['KL(q(z) || p(z)) <= 1']",
    ),
    "absolute-continuity: finite KL": chain(
        PQ,
        ["so p(z) = 0 @ assumption", "so q(z) = 0 @ absolute-continuity"],
        "proved proved",
        "",
        "",
        "support: [finite KL(q(z) || p(z))]\nassume: ['p(z) = 0']",
    ),
    "absolute-continuity: finite KL by its name": chain(
        PQ,
        ["so p(z) = 0 @ assumption", "so q(z) = 0 @ absolute-continuity"],
        "proved proved",
        "",
        "",
        "define: ['D = KL(q(z) || p(z))']\nsupport: [finite D]\nassume: ['p(z) = 0']",
    ),
    "absolute-continuity: nothing listed": chain(
        PQ,
        ["so p(z) = 0 @ assumption", "so q(z) = 0 @ absolute-continuity"],
        "proved refuted",
        "",
        "",
        "support: []\nassume: ['p(z) = 0']",
    ),
    "entropy-nonnegative: of a conditional": so(
        LAT, "H_p(z | x) >= 0", "entropy-nonnegative", "verified", "", "discrete: [z]"
    ),
    "entropy-nonnegative: cross-entropy": so(
        PQ, "H(q(z), p(z)) >= 0", "entropy-nonnegative", "verified", "", "discrete: [z]"
    ),
    "entropy-nonnegative: information": so(
        LAT, "I_p(z; x) <= H_p(z)", "entropy-nonnegative", "verified", "", "discrete: [z]"
    ),
    "entropy-nonnegative: a conditional mass": so(
        LAT, "p(z | x) <= 1", "entropy-nonnegative", "verified", "", "discrete: [z]"
    ),
    "entropy-nonnegative: of the wrong variable": so(
        LAT, "I_p(z; x) <= H_p(x)", "entropy-nonnegative", "refuted", "", "discrete: [z]"
    ),
    "nonnegativity: dropped": so(LAT, "c + r(z) >= c", "nonnegativity", "verified", "", FN),
    "nonnegativity: of an unknown sign": so(
        LAT, "c + g(z) >= c", "nonnegativity", "refuted", "", FN
    ),
    "rearrange: add to both sides": chain(
        "",
        ["so c >= d @ assumption", "so c + a >= d + a @ rearrange"],
        "proved proved",
        "",
        "",
        AB + "\nassume: [c >= d]",
    ),
    "rearrange: a positive constant": chain(
        "",
        ["so c >= d @ assumption", "so a c >= a d @ rearrange"],
        "proved proved",
        "",
        "",
        AB + "\nassume: [c >= d]",
    ),
    "rearrange: change sign": chain(
        "",
        ["so c >= d @ assumption", "so -c <= -d @ rearrange"],
        "proved proved",
        "",
        "",
        AB + "\nassume: [c >= d]",
    ),
    "rearrange: change sign, not turned": chain(
        "",
        ["so c >= d @ assumption", "so -c >= -d @ rearrange"],
        "proved refuted",
        "",
        "",
        AB + "\nassume: [c >= d]",
    ),
    "rearrange: exchange the sides": chain(
        "",
        ["so c >= d @ assumption", "so d <= c @ rearrange"],
        "proved proved",
        "-superfluous",
        "",
        AB + "\nassume: [c >= d]",
    ),
    "rearrange: exchange the sides of an equation": chain(
        "",
        ["so c = d @ assumption", "so d = c @ rearrange"],
        "proved proved",
        "-superfluous",
        "",
        AB + "\nassume: [c = d]",
    ),
    "rearrange: weaken": chain(
        "",
        ["so c = d @ assumption", "so c >= d @ rearrange"],
        "proved proved",
        "-superfluous",
        "",
        AB + "\nassume: [c = d]",
    ),
    "rearrange: not algebra": chain(
        "",
        ["so c = d @ assumption", "so d = c @ algebra"],
        "proved wrong-rule",
        "",
        "",
        AB + "\nassume: [c = d]",
    ),
    "cross-multiply": chain(
        "",
        ["so c / a >= d @ assumption", "so c >= a d @ cross-multiply"],
        "proved proved",
        "",
        "",
        AB + "\nassume: [c / a >= d]",
    ),
    "cross-multiply: by what may be negative": chain(
        "",
        ["so c >= 1 @ assumption", "so c d >= d @ cross-multiply"],
        "proved refuted",
        "",
        "",
        AB + "\nassume: [c >= 1]",
    ),
    "cross-multiply: an equation by what is not 0": chain(
        "",
        ["so c / d = a @ assumption", "so c = a d @ cross-multiply"],
        "proved proved",
        "",
        "",
        "parameters: [a > 0, c, d != 0]\nassume: [c / d = a]",
    ),
    "take-log": chain(
        "",
        ["so a >= b @ assumption", "so log a >= log b @ take-log"],
        "proved proved",
        "",
        "",
        AB + "\nassume: [a >= b]",
    ),
    "take-log: of what may be negative": chain(
        "",
        ["so c >= d @ assumption", "so log c >= log d @ take-log"],
        "proved unproved",
        "needs-positive",
        "",
        AB + "\nassume: [c >= d]",
    ),
    "exponentiate": chain(
        "",
        ["so c >= d @ assumption", "so exp(c) >= exp(d) @ exponentiate"],
        "proved proved",
        "",
        "",
        AB + "\nassume: [c >= d]",
    ),
    "take-expectation": chain(
        LAT,
        [
            "so log w(z) <= w(z) - 1 @ log-bound",
            "so E_{s(z)}[log w(z)] <= E_{s(z)}[w(z) - 1] @ take-expectation",
        ],
        "proved proved",
        "",
        "",
        FN,
    ),
    "integrate": chain(
        LAT,
        [
            "so log w(z) <= w(z) - 1 @ log-bound",
            "so int r(z) log w(z) dz <= int r(z) (w(z) - 1) dz @ integrate",
        ],
        "proved proved",
        "",
        "",
        FN,
    ),
    "integrate: against what may be negative": chain(
        LAT,
        [
            "so log w(z) <= w(z) - 1 @ log-bound",
            "so int g(z) log w(z) dz <= int g(z) (w(z) - 1) dz @ integrate",
        ],
        "proved refuted",
        "",
        "",
        FN,
    ),
    "combine: transitivity": chain(
        "",
        [
            "so c >= d @ assumption @ label: one",
            "so d >= a @ assumption",
            "so c >= a @ combine @ using: [one]",
        ],
        "proved proved proved",
        "",
        "",
        AB + "\nassume: [c >= d, d >= a]",
    ),
    "combine: sums": chain(
        "",
        [
            "so c >= d @ assumption @ label: one",
            "so d >= a @ assumption",
            "so c + d >= a + d @ combine @ using: [one]",
        ],
        "proved proved proved",
        "",
        "",
        AB + "\nassume: [c >= d, d >= a]",
    ),
    "combine: in different senses": chain(
        "",
        [
            "so c >= d @ assumption @ label: one",
            "so a <= d @ assumption",
            "so c - a >= 0 @ combine @ using: [one]",
        ],
        "proved proved proved",
        "",
        "",
        AB + "\nassume: [c >= d, d >= a]",
    ),
    "combine: what doesn't add up": chain(
        "",
        [
            "so c >= d @ assumption @ label: one",
            "so b >= d @ assumption",
            "so c >= b @ combine @ using: [one]",
        ],
        "proved proved refuted",
        "",
        "",
        AB + "\nassume: [c >= d, b >= d]",
    ),
    "substitution: an inequality at a monotone place": chain(
        "",
        [
            "so c >= d @ assumption @ label: one",
            "so exp(c) >= exp(d) @ substitution @ using: [one]",
        ],
        "proved proved",
        "",
        "",
        AB + "\nassume: [c >= d]",
    ),
    "substitution: turned at an antitone one": chain(
        "",
        [
            "so c >= d @ assumption @ label: one",
            "so exp(-c) <= exp(-d) @ substitution @ using: [one]",
        ],
        "proved proved",
        "",
        "",
        AB + "\nassume: [c >= d]",
    ),
    "substitution: not using it": chain(
        "",
        ["so c >= d @ assumption @ label: one", "so exp(c) >= exp(d) @ substitution"],
        "proved wrong-rule",
        "",
        "",
        AB + "\nassume: [c >= d]",
    ),
    "substitution: on a chain step": chain(
        "",
        [
            "side a = b + c @ assumption @ label: one",
            "so a d = d a @ algebra",
            "eq d (b + c) @ substitution @ using: [one]",
        ],
        "error",
        "missing-start",
        "",
        AB + "\nassume: [a = b + c]",
    ),
    "substitution: an equation on a chain step": chain(
        "",
        [
            "start a d",
            "side a = b + c @ assumption @ label: one",
            "eq d (b + c) @ substitution @ using: [one]",
        ],
        "proved proved",
        "",
        "",
        AB + "\nassume: [a = b + c]",
    ),
    "exchange and index are known": chain("", ["start 1", "eq 1 + 0 @ index"], "wrong-rule"),
    "domain: division": so("", "c / d = c / d + 0", "algebra", "unproved", "needs-nonzero", AB),
    "domain: a power": so("", "c^(1/2) = c^(1/2) + 0", "algebra", "unproved", "needs-positive", AB),
    "domain: an integer power": so("", "c^2 = c c", "algebra", "verified", "", AB),
    "domain: positive are densities, exp and sums of such": so(
        LAT,
        "log(p(x, z) + exp(c) + int s(z) w(z) dz) = log(p(x, z) + exp(c) + int s(z) w(z) dz) + 0",
        "algebra",
        "ill-formed",
        "",
        FN,
    ),
    "domain: a mean of positives": so(
        LAT,
        "log(p(x) / a + exp(c) + E_{s(z)}[w(z)]) = log(exp(c) + p(x) / a + E_{s(z)}[w(z)])",
        "algebra",
        "verified",
        "",
        FN,
    ),
    "equality rules tidy up": so(
        LAT,
        "log p(x) >= E_{q(z | x)}[log p(x | z)] - KL(q(z | x) || p(z))",
        "jensen kl chain-rule marginalisation",
        "verified",
    ),
}

PQ_Z, LONG = "p(z) ;; q(z)", "p(z_{0:t})"


def under(facts: str, want: str, codes: str = "", more: str = "", model: str = PQ_Z) -> Row:
    """A file whose only line holds in every world, under some facts."""
    assume = f"{more}\nassume: [{', '.join(map(json.dumps, facts.split('; ')))}]".strip()
    return so(model, "1 + 1 = 2", "algebra", want, codes, assume)


C = "parameters: [c > 0]"
ZEROS = "support: []\nparameters: [a]\nfunctions: [f(z)]\nassume: ['%s']"
# What is assumed: contradictions are shown, of what can be a world is found, and where nothing is
# evaluated nothing is said.
WORLDS: dict[str, Row] = {
    "vacuous: numbers": under("c = 1; c >= 2", "failed", "vacuous", C),
    "vacuous: a divergence": under("KL(q(z) || p(z)) < 0", "failed", "vacuous"),
    "vacuous: a function": under(
        "for all z: f(z) <= 1; f(z) >= 2", "failed", "vacuous", "functions: [f(z)]"
    ),
    "vacuous: where no table is small enough": under(
        "c = 1; c >= 2", "failed", "vacuous -unsampled", "parameters: [c > 0, t >= 1000]", LONG
    ),
    "no world: moments that none has": under(
        "E_{q(z)}[f(z)] = 1; E_{q(z)}[f(z)^2] = 1/2",
        "failed",
        "no-world -vacuous",
        "functions: [f(z)]",
    ),
    # what can be
    "a world: a large number": under("a >= 1000000000", "verified", "", "parameters: [a]"),
    "a world: an entropy": under("H(q(z)) = 1", "verified"),
    "a world: a divergence": under("KL(q(z) || p(z)) = 1/2", "verified"),
    "a world: many values": under("H(q(z)) >= 10", "verified", "", "discrete: [z]"),
    "a world: probabilities that are small": under(
        "for all z: p(z) <= 1/100", "verified", "", "discrete: [z]"
    ),
    "a world: a density that is large": under("p(z) >= 5", "verified"),
    "a world: one that is small everywhere": under("for all z: p(z) <= 1/100", "verified"),
    "a world: moments": under(
        "E_{q(z)}[f(z)] = 1; E_{q(z)}[g(z)] = 2; E_{q(z)}[f(z) g(z)] = 3",
        "verified",
        "",
        "functions: [f(z), g(z)]",
    ),
    "a world: moments of a density": under(
        "E_{q(z)}[p(z)] = 1/3; E_{q(z)}[p(z)^2] = 1/7", "verified", "", "support: []"
    ),
    "a world: a density by formula": under(
        "KL(q(z) || m(z)) = 1/10", "verified", "", "", f"{PQ_Z} ;; m(z) := (p(z) + q(z)) / 2"
    ),
    "a world: along a sequence": under(
        "KL(q(z_{0:t}) || p(z_{0:t})) = 1/2",
        "verified",
        "",
        "parameters: [t >= 0]",
        f"{LONG} ;; q(z_{{0:t}})",
    ),
    # zeros: a fact at a point says that its sides are defined there, one for all points speaks of
    # those where they are
    "zeros: a factor at a point": so(
        PQ_Z, "p(z) = q(z) f(z)", "assumption", "verified", "", ZEROS % "p(z) = q(z) f(z)"
    ),
    "zeros: a reciprocal at a point": so(
        PQ_Z, "q(z) f(z) = 1", "assumption", "verified", "", ZEROS % "1 = f(z) q(z)"
    ),
    "zeros: a logarithm at a point": so(
        PQ_Z, "exp(f(z)) = p(z)", "assumption", "verified", "", ZEROS % "exp(f(z)) = p(z)"
    ),
    "zeros: a parameter": so(
        PQ_Z, "p(z) = q(z) a", "assumption", "verified", "", ZEROS % "p(z) = q(z) a"
    ),
    "zeros: a factor at all points": so(
        PQ_Z,
        "int p(z) dz = int q(z) f(z) dz",
        "assumption",
        "verified",
        "",
        ZEROS % "for all z: p(z) = q(z) f(z)",
    ),
    "zeros: a conditional at all points": so(
        "p(x, z) ;; q(z | x)",
        "p(x) q(z | x) = p(x) p(z | x)",
        "assumption",
        "verified",
        "",
        ZEROS % "for all x, z: q(z | x) = p(z | x)",
    ),
    "unsampled: no table is small enough": under(
        "c >= 2", "failed", "unsampled -vacuous -no-world", "parameters: [c > 0, t >= 1000]", LONG
    ),
    "unsampled: no facts either": so(
        LONG,
        "int p(z_{0:t}) dz_{0:t} = 1",
        "normalisation",
        "failed",
        "unsampled",
        "parameters: [t >= 1000]",
    ),
    "sampled: of many variables most have one value": so(
        LONG,
        "int p(z_{0:t}) dz_{0:t} = 1",
        "normalisation",
        "verified",
        "-unsampled",
        "parameters: [t >= 30]",
    ),
    "sampled: the bound lowered": so(
        LONG,
        "int p(z_{0:t}) dz_{0:t} = 1",
        "normalisation",
        "verified",
        "-unsampled",
        "parameters: [t >= 1]",
    ),
}

ROWS: dict[str, Row] = {**KEYS, **STEPS, **EXPRESSIONS, **RULES, **WORLDS}


def said(report: DerivationReport) -> set[str]:
    """The codes of all that a report says."""
    found = [report.error, report.problem, *report.remarks]
    for step in report.steps:
        found += [step.diagnostic, *step.remarks]
    return {item.code for item in found if item is not None}


@pytest.mark.parametrize("name", ROWS)
def test_format(name: str) -> None:
    """Each row has the verdicts and says what it is to say."""
    row = ROWS[name]
    (report,) = verify(text=row.text, superfluous="superfluous" in row.codes).derivations
    steps, _, whole = (part.strip() for part in row.want.partition("/"))
    if steps in ("verified", "failed", "error"):
        steps, whole = "", steps
    assert not report.internal
    if steps:
        got = [step.verdict.value for step in report.steps]
        assert got == steps.split(), (report.error, [s.diagnostic for s in report.steps])
    if whole:
        assert report.verdict == whole, (said(report), report.error)
    codes = said(report)
    for code in row.codes.split():
        assert (code.lstrip("-") in codes) == (not code.startswith("-")), codes


KL = "KL(q(z) || p(z))"
LEMMA = file(PQ, [f"start {KL}", "ge 0 @ gibbs @ label: pos"], f"{KL} + 1 - 1 >= 0")


def using(reference: str, model: str = PQ, more: str = "", says: str = f"-{KL} <= 0") -> str:
    """A file of one statement by substitution from another file."""
    return file(model, [f"so {says} @ substitution @ using: ['{reference}']"], says, more)


NUMBERS = "exp(1) >= exp(0)"
A = "parameters: [a]\n"
G = "functions: [g(z)]\nassume: "
FINITE_L = f"define: ['L = {KL}']\nsupport: [finite L]"
RECIPROCAL = "E_{q(z)}[1 / q(z)] = int 1 dz @ expectation"
# (id, the other file's declarations, this file's, whether they imply them, its statement where it
# is one that leans on them: signs, shapes and bounds are compared as they are declared)
DECLARED = (
    ("a sign more", "functions: [g(z)]", "functions: [g(z) >= 0]", True),
    ("a sign less", "functions: [g(z) >= 0]", "functions: [g(z)]", False),
    ("a stronger sign", "functions: [g(z) >= 0]", "functions: [g(z) > 0]", True),
    ("a shape less", "functions: [g(u) concave]", "functions: [g(u)]", False),
    ("a stronger bound", "parameters: [a >= 0]", "parameters: [a > 0]", True),
    ("a weaker bound", "parameters: [a > 0]", "parameters: [a >= 0]", False),
    ("a bound more", "parameters: [a > 0]", "parameters: ['0 < a <= 4']", True),
    ("no integer", "parameters: [a in integers]", "parameters: [a]", False),
    ("discrete there", "discrete: [z]", "", False, "H(q(z)) >= 0 @ entropy-nonnegative"),
    ("discrete here", "", "discrete: [z]", True),
    ("no fact", A + "assume: [a > 0]", A, False, "a >= 0 @ assumption"),
    ("a fact in other words", A + "assume: [a > 0]", A + "assume: [0 < a]", True),
    ("a bound for a fact", "parameters: [a]\nassume: [a >= 0]", "parameters: [a > 0]", True),
    ("a fact for a bound", "parameters: [a >= 0]", "parameters: [a]\nassume: [a >= 1]", True),
    (
        "a fact at a point only", G + "['for all z: g(z) >= 0']", G + "['g(z) >= 0']", False,
        "E_{q(z)}[g(z)] >= 0 @ assumption",
    ),
    ("a fact for all", G + "['g(z) >= 0']", G + "['for all z: g(z) >= 0']", True),
    ("support there only", "support: [q(z) > 0]", "support: []", False, RECIPROCAL),
    ("standing here", "support: [q(z) > 0]", "", True),
    ("support that follows", "support: [p(z) << q(z)]", "support: [q(z) > 0]", True),
    ("finite by another name", f"support: ['finite {KL}']", FINITE_L, True),
    ("finite by its name there", FINITE_L, f"support: ['finite {KL}']", True),
    (
        "finite by a name of another",
        *(FINITE_L, "define: [L = H(q(z))]\nsupport: [finite L]", False),
        f"{KL} - {KL} = 0 @ algebra",
    ),
    ("another define", "define: [A = 1]", "define: [A = 2]", True),
)  # fmt: skip


@pytest.mark.parametrize("row", DECLARED, ids=lambda row: str(row[0]))
def test_declarations_imply(row: tuple[Any, ...], tmp_path: Path) -> None:
    """A statement of another file is used where this one's declarations imply what it needed."""
    _, there, here, implied, *own = row
    line = own[0] if own else "1 >= 0 @ nonnegativity"
    claim = line.partition(" @ ")[0]
    (tmp_path / "l.yaml").write_text(file(PQ, [f"so {line}"], claim, there))
    user = tmp_path / "u.yaml"
    user.write_text(using("l.yaml#claim", PQ, here, claim if own else NUMBERS))
    (other,) = verify(tmp_path / "l.yaml").derivations
    assert other.steps[0].verdict == "proved"
    (report,) = verify(user).derivations
    assert report.error is None
    (step,) = report.steps
    if implied:
        assert step.verdict == "proved"
    else:
        assert step.verdict in ("unproved", "refuted")
        assert step.diagnostic is not None
        assert step.diagnostic.code in NEEDING or step.verdict == "refuted"


NEEDING = ("premise-needs", "needs-domination", "needs-finite", "needs-positive")


FILES = {
    "a label": (using("lemma.yaml#pos"), "verified", ""),
    "the claim": (using("lemma.yaml#claim"), "verified", ""),
    "a declaration more": (using("lemma.yaml#pos", PQ + " ;; s(x)"), "verified", ""),
    "a factorisation more": (using("lemma.yaml#pos", "p(z) = p(z) ;; q(z)"), "verified", ""),
    "a family missing": (using("lemma.yaml#pos", "q(z) ;; p(x, z)"), "failed", "premise-needs"),
    # a divergence may be infinite: what is monotone in it needs no more
    "no support": (using("lemma.yaml#pos", more="support: []"), "verified", ""),
    "an unknown label": (using("lemma.yaml#no"), "error", "unknown-label"),
    "no such file": (using("none.yaml#claim"), "error", "unreadable other-file"),
    "itself": (using("user.yaml#claim"), "error", "circular-using"),
    "in a circle": (using("circle.yaml#claim"), "error", "other-file"),
    "a claim that can't be read": (using("claimless.yaml#claim"), "error", "other-file"),
    "a label beside it": (using("claimless.yaml#one"), "error", "other-file"),
    "not proved there": (
        using("bad.yaml#claim", says="exp(1) = exp(2)"), "failed", "premise-unproved",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_using_files(name: str, tmp_path: Path) -> None:
    """`file#label` and `file#claim`, relative to the file that uses them."""
    text, verdict, codes = FILES[name]
    others = {
        "lemma": LEMMA,
        "circle": using("user.yaml#claim"),
        "bad": file("", ["so 1 = 2 @ algebra"], "1 = 2"),
        "claimless": file("", ["so 1 = 1 @ algebra @ label: one"], "1 = (1"),
        "user": text,
    }
    for stem, content in others.items():
        (tmp_path / f"{stem}.yaml").write_text(content)
    (report,) = verify(tmp_path / "user.yaml").derivations
    assert report.verdict == verdict, said(report)
    assert not codes or said(report) & {*codes.split()}


def test_abbreviations_of_other_files_are_unfolded(tmp_path: Path) -> None:
    """The other file's A is not this file's."""
    define = "define: ['A = E_{q(z)}[log q(z)]']"
    (tmp_path / "l.yaml").write_text(
        file("q(z)", ["so A = -H(q(z)) @ definition entropy"], "A = -H(q(z))", define)
    )
    says = "E_{q(z)}[log q(z)] + 1 = 1 - H(q(z))"
    user = tmp_path / "u.yaml"
    user.write_text(using("l.yaml#claim", "q(z)", "define: [A = 3]", says))
    assert verify(user).verdict == "verified"


TAKEN = [
    ("q(z)", "parameters: [z]"),
    ("q(z)", "parameters: [q]"),
    ("q(z; theta)", "parameters: [q]"),
    ("q(z; z)", ""),
    ("q(z; f)", "functions: [f(z)]"),
    ("q(z; theta)", "define: [theta = 1]"),
    ("q(z)", "parameters: [a]\nfunctions: [a(z)]"),
    ("q(z)", "parameters: [a]\ndefine: [a = 2]"),
    ("q(z)", "parameters: [a]\ndefine: [a(u) = 2 u]"),
    ("q(z)", "functions: [z(u)]"),
    ("q(z)", "functions: [q(u)]"),
    ("q(z)", "functions: [f(z), f(u)]"),
    ("q(z)", "functions: [f(z)]\ndefine: [f = 2]"),
    ("q(z)", "define: [z = 3]"),
    ("q(z)", "define: [z(u) = 3]"),
    ("q(z)", "define: [q = 3]"),
    ("q(z)", "define: [c = 3, c = 3]"),
    ("q(q)", ""),
    ("q(z) ;; z(x)", ""),
    ("z(x) ;; q(z)", ""),
    ("p(z) ;; p(x)", ""),
    ("q(z_0)", "parameters: [z_0]"),
    ("q(z_{0})", "define: ['z_0 = 3']"),
    ("q(z_0, z_1)", "functions: ['z(u)']"),
    ("q(z_{0:t})", "parameters: [t >= 0, z]"),
    ("q(z_{0:t})", "parameters: [t >= 0, z_0]"),
    ("q(z_{0:t})", "parameters: [t >= 0]\ndefine: [z_7 = 1]"),
    ("q(z_{0:t}) ;; p(t)", "parameters: [t >= 0]"),
    ("q(z)", "copies: Z of z\nparameters: [Z]"),
    ("q(z) ;; Z(x)", "copies: Z of z"),
    ("q(z)", "copies: Z of z\ndefine: [Z = 1]"),
    ("q(z)", "copies: z_k of z\nparameters: [z_1]"),
    ("q(z)", "copies: w_k of z\nfunctions: [w(z)]"),
    ("q(z) ;; p(x)", "copies: [w_k of z, w_j of x]"),
    ("q(z) ;; p(x)", "copies: [Z of z, Z of x]"),
    ("q(z) ;; p(x)", "copies: x of z"),
    ("p(z) ;; q(z) ;; m(z) := (p(z) + q(z)) / 2", "functions: [m(z)]"),
    ("p(z) ;; q(x) ;; m(z) := p(z)", "functions: [x(u)]"),
]
FREE = [
    ("q(z)", "parameters: [a > 0, a < 1]\nfunctions: [f(z), g(a), h(q)]\ndefine: [L(z) = g(1)]"),
    ("q(z_obs)", "parameters: [z]"),
    ("q_phi(z)", "parameters: [phi, q]"),
    ("p(x; theta) ;; p(x; theta_old)", "parameters: [theta]"),
    ("q(z_0, z_1)", "parameters: [z_max, z_2]"),
    ("q(z_{0:t})", "parameters: [t >= 0, k]\ncopies: []"),
    ("q(z)", "copies: [z_k of z, Z of z]\nparameters: [k]"),
    ("p(z) ;; q(z) ;; m(z) := (p(z) + q(z)) / 2", "functions: [f(z)]"),
]


@pytest.mark.parametrize(
    ("model", "more", "refused"), [(*row, True) for row in TAKEN] + [(*row, False) for row in FREE]
)
def test_no_name_stands_for_two_things(model: str, more: str, refused: bool) -> None:
    (report,) = verify(text=file(model, ["start 1", "eq 1 @ algebra"], "1 = 1", more)).derivations
    assert (report.verdict == "error") == refused, said(report)
    assert ("declared-twice" in said(report)) == refused


ASKING = [  # facts and bounds that ask, while they are read, for a sign that they might give
    ("assume: ['F >= log Z']", "log Z = log Z"),
    ("assume: ['F >= log Z', 'Z > 0']", "F >= log Z"),
    ("assume: ['F >= sqrt(Z)']", "sqrt(Z) = sqrt(Z)"),
    ("assume: ['F != log Z', 'log Z != 0']", "1 / log Z = 1 / log Z"),
    ("assume: ['log F <= exp(log Z)', 'log(log F + log Z) >= 0']", "log F >= log Z"),
    ("assume: ['F^Z >= Z^F', 'F^(1/2) Z^(1/3) != 1']", "F^Z = F^Z"),
    ("assume: ['for all z: log f(z) <= 0']", "log f(z) <= 0"),
    ("assume: ['for all z: sqrt(f(z)) > log(f(z))']", "E_{q(z)}[log f(z)] = 0"),
    ("assume: ['prod_{k=1}^{3} sqrt(F) >= log Z']", "log F = log Z"),
]


@pytest.mark.parametrize(("facts", "says"), ASKING)
def test_a_sign_does_not_rest_on_itself(facts: str, says: str) -> None:
    more = f"parameters: [F, Z]\nfunctions: [f(z)]\n{facts}"
    for rule in ("assumption", "log-rules"):
        report = verify(text=file("q(z)", [f"so {says} @ {rule}"], says, more))
        assert report.exit_status() in (0, 1), said(report.derivations[0])


def test_bound_of_a_parameter_does_not_rest_on_itself() -> None:
    more = "parameters: [Z, 'F >= log Z', 'G >= sqrt(F Z)', 'U != log U']"
    report = verify(text=file("", ["so F >= log Z @ algebra"], "F >= log Z", more))
    assert report.exit_status() == 1, said(report.derivations[0])


@pytest.mark.parametrize("index", ["z", "x", "q", "f", "c", "g", "y"])
def test_index_has_no_name_of_another_thing(index: str) -> None:
    more = "functions: [f(u)]\ndefine: [c = 3, g(u) = u]\nparameters: [k]"
    text = file(
        "q(z, x_{0:2}, y_1)",
        [f"so sum_{{{index}=1}}^{{3}} {index} = 6 @ index", "so sum_{k=1}^{3} k = 6 @ index"],
        more=more,
    )
    bad, good = verify(text=text).derivations[0].steps
    assert (bad.verdict, bad.diagnostic and bad.diagnostic.code) == ("ill-formed", "declared-twice")
    assert good.verdict == "proved"


def test_given_names_the_step() -> None:
    """What a `so` takes from what isn't proved is conditional."""
    steps = ["so a = b @ algebra", "so a + 1 = b + 1 @ rearrange", "so 2 a = 2 b @ rearrange"]
    (report,) = verify(text=file("", steps, more="parameters: [a, b]")).derivations
    assert [step.given for step in report.steps] == [(), (1,), (1,)]


STATUS = (
    (("good",), 0),
    (("good", "bad"), 1),
    (("good", "wrong", "bad"), 2),
    (("none", "good"), 2),
)


@pytest.mark.parametrize(("names", "status"), STATUS)
def test_largest_status_wins(names: tuple[str, ...], status: int, tmp_path: Path) -> None:
    """0 verified, 1 failed, 2 error; the other files are still judged."""
    (tmp_path / "good.yaml").write_text(LEMMA)
    (tmp_path / "bad.yaml").write_text(file("", ["so 1 = 2 @ algebra"], "1 = 2"))
    (tmp_path / "wrong.yaml").write_text("title: t\n")
    report = verify(*(tmp_path / f"{name}.yaml" for name in names))
    assert report.exit_status() == status
    assert len(report.derivations) == len(names)
    assert report.derivations[names.index("good")].verdict == "verified"
