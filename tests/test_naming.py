"""What people call the rules, and what is said of a reason that names none."""

from __future__ import annotations

import pytest

from verifier import verify
from verifier.derivation.derivation import Text
from verifier.derivation.source import text_source
from verifier.judge.rulings import miscited, own_name
from verifier.kernel.rules import ALGEBRA, RULES
from verifier.manual.naming import phrase, rule_named
from verifier.manual.rules import entries
from verifier.messages import hint, message
from verifier.report import machine

NAMED = {
    "jensen": "Jensen's inequality; by Jensen; JENSEN; Jensen\u2019s inequality; concavity of log;"
    " Jensen's inequality (log is concave); Jensen, since log is concave",
    "linearity": "linearity of expectation; Linearity of Expectations; the linearity of sums;"
    " splitting the sum; pull out the constant",
    "kl": "definition of KL; KL definition; the definition of the KL divergence; def. of KL; D_KL;"
    " Kullback-Leibler divergence",
    "algebra": "multiply by one; multiplying by 1; add zero; add and subtract; simplification;"
    " multiply and divide by q(z)",
    "bayes-rule": "Bayes; Bayes' theorem; Bayes\u2019 rule; Bayes rule; bayes-rule; by Bayes' law",
    "chain-rule": "product rule; Chain Rule; the chain rule of probability; product_rule;"
    " definition of conditional probability",
    "marginalisation": "law of total probability; marginalise; marginalizing out z; integrate out;"
    " integrating out the latent variable z; sum rule; summing out z",
    "gibbs": "Gibbs' inequality; non-negativity of KL; nonnegativity of the KL divergence; KL >= 0;"
    " KL ≥ 0; the KL is non-negative; conditioning reduces entropy",
    "swap": "Fubini; Fubini's theorem; exchange the order of integration; Tonelli",
    "tower": "tower property; law of iterated expectations; the law of total expectation",
    "log-rules": "log of a product; properties of logs; logarithm rules; splitting the logarithm",
    "factorisation": "independence; conditional independence; Markov property; mean-field;"
    " the factorization",
    "index": "telescoping; the sum telescopes; shift of index",
    "normalisation": "normalization; q(z) integrates to one; integrates to 1; q is normalised",
    "expectation": "definition of expectation; definition of the expected value; change of measure",
    "entropy": "definition of entropy; the entropy",
    "definition": "by definition; definition of the ELBO; definition of L",
    "assumption": "by assumption; by hypothesis",
    "log-bound": "log u <= u - 1; ln x ≤ x - 1; log x \u2264 x \u2212 1",
    "entropy-nonnegative": "p <= 1; probabilities are at most 1",
    "integrate": "integrate; Integrate; integrate both sides",
    "take-log": "take logs; taking the logarithm of both sides",
}
# What is no rule: what is said, and the hint.
REFUSED = [
    ("monotonicity", "several-rules", "`take-log`, `exponentiate` or `take-expectation`"),
    ("Chapman-Kolmogorov", "several-rules", "`marginalisation` or `factorisation`"),
    ("KL, log rules", "rules-as-one", "`by: [kl, log-rules]`"),
    ("linearity and Jensen's inequality", "rules-as-one", "`by: [linearity, jensen]`"),
    ("clearly", "no-reason", "leave `by` out"),
    ("by inspection", "no-reason", "leave `by` out"),
    ("it is easy to see", "no-reason", "leave `by` out"),
    ("by (3)", "statement-cited", "`using`"),
    ("the previous line", "statement-cited", "`using`"),
    ("linearty of expectation", "unknown-rule", "did you mean `linearity`?"),
    ("expectation is a linear operator", "unknown-rule", "did you mean `linearity`?"),
    ("kl-divergense", "unknown-rule", "did you mean `kl`?"),
    ("log p(x) does not depend on z", "unknown-rule", "did you mean `normalisation`?"),
    ("gibs", "unknown-rule", "did you mean `gibbs`?"),
    ("jensan", "unknown-rule", "did you mean `jensen`?"),
    ("Cauchy-Schwarz", "unknown-rule", "leave `by` out"),
    ("Lagrange multipliers", "unknown-rule", "leave `by` out"),
    ("the calculus of variations", "unknown-rule", "leave `by` out"),
    ("log-derivative trick", "unknown-rule", "leave `by` out"),
    ("Markov's inequality", "unknown-rule", "leave `by` out"),
    ("integration by parts", "unknown-rule", "leave `by` out"),
    ("qwerty", "unknown-rule", "leave `by` out"),
]
EVERY = [(each.strip(), rule) for rule, said in NAMED.items() for each in said.split(";")]


@pytest.mark.parametrize(("said", "rule"), EVERY)
def test_what_people_say_names_the_rule(said: str, rule: str) -> None:
    assert rule_named(said) == rule


@pytest.mark.parametrize(("said", "code", "advice"), REFUSED)
def test_what_names_no_rule_is_told_what_would(said: str, code: str, advice: str | None) -> None:
    text = Text(said, range(len(said) + 1), text_source(said, "<text>"))
    found = miscited(text)
    assert found is not None
    assert found.code == code
    assert said in message(found)
    told = hint(found)
    assert told is None if advice is None else advice in (told or "")


def test_each_phrase_names_its_rule() -> None:
    for entry in entries():
        for name in (*entry.names, *entry.called):
            assert entry.name in phrase(name).rules, name
        assert {rule_named(name) for name in entry.names} == {entry.name}


def test_what_is_near_is_a_rule() -> None:
    near = {rule for said, *_ in REFUSED for rule in phrase(said).near}
    assert near <= {ALGEBRA, *RULES}


def test_reports_have_the_names_of_the_table() -> None:
    text = """
title: t
model: [p(x), q(x)]
start: KL(q(x) || p(x))
steps:
  - {eq: "E_{q(x)}[log(q(x) / p(x))]", by: Definition of the KL divergence}
  - {ge: "0", by: [Jensen\u2019s inequality, "the definition of KL"]}
claim: KL(q(x) || p(x)) >= 0
"""
    whole = verify(text=text)
    (report,) = whole.derivations
    assert report.verdict == "verified"
    assert [step.rules for step in report.steps] == [("kl",), ("jensen", "kl")]
    assert "Jensen" not in machine.render(whole)
    assert own_name("Fubini\u2019s theorem") == "swap"
