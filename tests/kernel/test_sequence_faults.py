"""False lines over sequences that were once proved, each the smallest of its class."""

from __future__ import annotations

import pytest

from verifier import verify
from verifier.outcome import Verdict

# What the file says, and the verdict on the step that is false.
FALSE: dict[str, tuple[str, Verdict]] = {
    "elements of a slice that one factor is over, taken for independent": (
        """
parameters: [T >= 2]
model: ["p(x, z_{1:T}) = p(z_{1:T}) p(x | z_{1:T})"]
start: p(z_1 | z_2)
steps:
  - {eq: p(z_1), by: factorisation}
claim: p(z_1 | z_2) = p(z_1)
""",
        Verdict.REFUTED,
    ),
    "an argument of an abbreviation, and an index of its name inside": (
        """
parameters: [t >= 0]
model: []
functions: ["h(u, v)"]
define: ["S(k) = sum_{tau=0}^{t} h(tau, k)"]
start: "sum_{tau=0}^{t} S(tau)"
steps:
  - {eq: "(t + 1) * sum_{s=0}^{t} h(s, s)", by: [definition, linearity]}
claim: "sum_{tau=0}^{t} S(tau) = (t + 1) * sum_{s=0}^{t} h(s, s)"
""",
        Verdict.UNPROVED,
    ),
    "copies abbreviated under an index of their letter": (
        """
parameters: [K >= 2]
model: ["q(z | w)", "r(w)"]
copies: [z_k of z, w_k of w]
start: "sum_{k=1}^{K} log q(z_{1:K} | w_k)"
steps:
  - {eq: "K * sum_{j=1}^{K} log q(z_j | w_j)", by: [linearity, log-rules]}
claim: "sum_{k=1}^{K} log q(z_{1:K} | w_k) = K * sum_{j=1}^{K} log q(z_j | w_j)"
""",
        Verdict.REFUTED,
    ),
    "a copy, free beneath a binder of its slot": (
        """
model: ["p(x, z)", "q(z | x)"]
copies: [z_k of z]
functions: ["f(z)"]
start: "E_{q(z_1 | x)}[E_{q(z | x)}[f(z_1)]]"
steps:
  - {eq: "E_{p(z_1)}[E_{q(z | x)}[f(z_1)]]", by: [normalisation]}
claim: "E_{q(z_1 | x)}[E_{q(z | x)}[f(z_1)]] = E_{p(z_1)}[E_{q(z | x)}[f(z_1)]]"
""",
        Verdict.REFUTED,
    ),
    "a fact at one element, bound as part of a slice": (
        """
parameters: [t >= 0]
model: ["q(z_{0:t})"]
functions: [f(z)]
assume: [f(z_0) >= 0]
steps:
  - {so: f(z_0) >= 0, by: assumption}
  - {so: "E_{q(z_{0:t})}[f(z_0)] >= 0", by: take-expectation}
claim: E_{q(z_{0:t})}[f(z_0)] >= 0
""",
        Verdict.REFUTED,
    ),
    "a fact at one copy, bound as part of all": (
        """
parameters: [K >= 1]
model: ["q(z)"]
copies: [z_k of z]
functions: ["f(z)", "g(z)"]
assume: ["f(z_1) >= g(z_1)"]
steps:
  - {so: "f(z_1) >= g(z_1)", by: assumption}
  - {so: "E_{q(z_{1:K})}[f(z_1)] >= E_{q(z_{1:K})}[g(z_1)]", by: take-expectation}
claim: "E_{q(z_{1:K})}[f(z_1)] >= E_{q(z_{1:K})}[g(z_1)]"
""",
        Verdict.REFUTED,
    ),
    "a sum over copies, taken for the product of its terms": (
        """
parameters: [K >= 300]
model: ["q(z)"]
copies: [z_k of z]
functions: ["f(z) > 0"]
start: "E_{q(z_{1:K})}[(sum_{k=1}^{K} f(z_k))^2]"
steps:
  - {eq: "E_{q(z)}[f(z)^2]^K", by: [linearity, expectation, normalisation]}
claim: "E_{q(z_{1:K})}[(sum_{k=1}^{K} f(z_k))^2] = E_{q(z)}[f(z)^2]^K"
""",
        Verdict.UNPROVED,
    ),
    "every other element": (
        """
parameters: [t >= 0]
model: ["q(z_{0:2t})"]
start: "int (prod_{tau=0}^{t} q(z_{2 tau})) dz_{0:2t}"
steps:
  - {eq: "1", by: normalisation}
claim: "int (prod_{tau=0}^{t} q(z_{2 tau})) dz_{0:2t} = 1"
""",
        Verdict.REFUTED,
    ),
    "an expectation over every other element": (
        """
parameters: [t >= 1]
model: ["q(z_{0:2t})"]
functions: [f(z) > 0]
start: "log E_{prod_{tau=0}^{t} q(z_{2 tau})}[f(z_1)]"
steps:
  - {ge: "E_{prod_{tau=0}^{t} q(z_{2 tau})}[log f(z_1)]", by: jensen}
claim: "log E_{prod_{tau=0}^{t} q(z_{2 tau})}[f(z_1)]
  >= E_{prod_{tau=0}^{t} q(z_{2 tau})}[log f(z_1)]"
""",
        Verdict.ILL_FORMED,
    ),
    "copies with weights of their own": (
        """
parameters: [K >= 3]
model: ["p(x, z)", "q(z | x)"]
copies: [z_k of z]
functions: ["w(z) > 0", "v(z) > 0"]
start: "E_{q(z_{1:K} | x)}[w(z_2) / sum_{k=1}^{K} (k * v(z_k))]"
steps:
  - {eq: "E_{q(z_{1:K} | x)}[w(z_1) / sum_{k=1}^{K} (k * v(z_k))]", by: [expectation, exchange]}
claim: "E_{q(z_{1:K} | x)}[w(z_2) / sum_{k=1}^{K} (k * v(z_k))]
  = E_{q(z_{1:K} | x)}[w(z_1) / sum_{k=1}^{K} (k * v(z_k))]"
""",
        Verdict.REFUTED,
    ),
    "a copy beside the slice that is exchanged, under a law of its own": (
        """
parameters: [K >= 2]
model: ["q(z)", "r(z)"]
copies: [z_k of z]
functions: ["f(z)", "g(u, v)", "w(z) > 0"]
start: "int (prod_{k=1}^{K} q(z_k)) r(z_{K+2}) g(f(z_1), f(z_{K+2})) / (sum_{k=1}^{K} w(z_k))
  dz_{1:K} dz_{K+2}"
steps:
  - eq: "int (prod_{k=1}^{K} q(z_k)) r(z_2) g(f(z_1), f(z_2)) / (sum_{k=1}^{K} w(z_k))
      dz_{1:K} dz_{K+2}"
    by: exchange
claim: "0 = 0"
""",
        Verdict.REFUTED,
    ),
    "a range that may be too short": (
        """
parameters: [m >= -2]
model: []
functions: ["g(u) >= 0"]
start: "sum_{k=0}^{m+2} g(k)"
steps:
  - {ge: "g(m+1) + g(m+2)", by: [index, nonnegativity]}
claim: "sum_{k=0}^{m+2} g(k) >= g(m+1) + g(m+2)"
""",
        Verdict.REFUTED,
    ),
    "a real parameter beside an index": (
        """
parameters: [t >= 1, beta > 0]
model: []
functions: ["f(u) >= 0"]
start: "sum_{tau=1}^{t} (tau + beta - 2) f(tau)"
steps:
  - {ge: "0", by: nonnegativity}
claim: "sum_{tau=1}^{t} (tau + beta - 2) f(tau) >= 0"
""",
        Verdict.REFUTED,
    ),
    "one copy each of two slots, which need not be independent": (
        """
model: ["p(x, z)"]
copies: [X of x, z_k of z]
start: "KL(p(X, z_1) || p(X) p(z_1))"
steps:
  - {eq: "0", by: kl}
claim: "KL(p(X, z_1) || p(X) p(z_1)) = 0"
""",
        Verdict.REFUTED,
    ),
    "a fact at one point, at a copy": (
        """
model: ["q(z)"]
copies: [z_k of z]
assume: ["q(z) = 1 / 2"]
start: q(z_1)
steps:
  - {eq: "1 / 2", by: assumption}
claim: "q(z_1) = 1 / 2"
""",
        Verdict.REFUTED,
    ),
    "a conditional dominated, where what it is conditioned on may vanish": (
        """
model: ["p(x, z)", "q(x, z)", "r(x)"]
support: ["q(z | x) << p(x, z)", finite all]
start: "E_{r(x)}[log p(x) - log p(x)]"
steps:
  - {eq: "0", by: algebra}
claim: "E_{r(x)}[log p(x) - log p(x)] = 0"
""",
        Verdict.UNPROVED,
    ),
    "copies of two slots in one density": (
        """
parameters: [N >= 1]
model: ["p(x, z)"]
copies: [x_k of x, z_k of z]
start: "log p(x_{1:N}, z_{1:N})"
steps:
  - {eq: "log p(x_{1:N}) + log p(z_{1:N})", by: log-rules}
claim: "log p(x_{1:N}, z_{1:N}) = log p(x_{1:N}) + log p(z_{1:N})"
""",
        Verdict.ILL_FORMED,
    ),
    "a real parameter bounded like an integer": (
        """
parameters: [t >= 1, beta > 0]
model: []
start: "sum_{tau=1}^{t} (tau + beta)"
steps:
  - {ge: "sum_{tau=1}^{t} 2", by: nonnegativity}
claim: "sum_{tau=1}^{t} (tau + beta) >= sum_{tau=1}^{t} 2"
""",
        Verdict.REFUTED,
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_line_is_not_proved(name: str) -> None:
    text, verdict = FALSE[name]
    (report,) = verify(text=f"title: {name}\n{text}").derivations
    assert not report.internal
    false = [step for step in report.steps if step.verdict is not Verdict.PROVED]
    assert verdict in {step.verdict for step in false}
    assert report.claim is None or not report.claim.proved


def test_a_sign_is_asked_of_what_an_outer_index_cuts() -> None:
    all_but_one = "(1 / K) sum_{j=1}^{K} log((sum_{k=1}^{j-1} w(z_k)) + sum_{k=j+1}^{K} w(z_k))"
    law = "q(z_{1:K} | x)"
    text = f"""
title: all but one
model: ["p(x, z)", "q(z | x)"]
parameters: [K >= 2]
copies: z_k of z
functions: ["w(z) > 0"]
start: "E_{{{law}}}[{all_but_one}]"
steps: [{{eq: "E_{{{law}}}[log(sum_{{k=1}}^{{K-1}} w(z_k))]"}}]
claim: "1 = 1"
"""
    (report,) = verify(text=text).derivations
    assert not report.internal
    assert [step.verdict for step in report.steps] == [Verdict.UNPROVED]


def test_a_factorisation_leaves_no_element_without_a_factor() -> None:
    text = "\n".join(
        (
            "title: every other element",
            "parameters: [t >= 0]",
            'model: ["q(z_{0:2t}) = prod_{tau=0}^{t} q(z_{2 tau})"]',
            'steps: [{so: "1 = 1", by: algebra}]',
            'claim: "1 = 1"',
        )
    )
    (report,) = verify(text=text).derivations
    assert report.error is not None
    assert report.error.code == "not-consecutive"
