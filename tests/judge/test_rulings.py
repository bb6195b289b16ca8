"""What is said of a step that doesn't follow by its rules: what to change in them, no more."""

from __future__ import annotations

import pytest

from verifier import verify
from verifier.derivation.loader import derivation
from verifier.derivation.source import text_source
from verifier.elaborate.model import read_declarations
from verifier.judge.lines import elaborated, required
from verifier.judge.rulings import rule_on
from verifier.kernel.budget import Budget
from verifier.kernel.equality.context import Context
from verifier.kernel.rules import TIDYING
from verifier.messages import hint
from verifier.outcome import StepReport, Verdict
from verifier.tactics.prover import Goal, follow

HEAD = """
title: t
strict: {strict}
model: ["p(x, y, z) = p(x) p(y | x) p(z | y)", q(z), "r(x, z)"]
start: {start}
steps:
  - {{{key}: "{line}", by: [{cited}]}}
claim: {start} {relation} {line}
"""
RELATION = {"eq": "=", "ge": ">=", "le": "<="}

# What is cited, from where to where, what is to be changed.
CASES = [
    ("log-rules", "log r(x, z)", "eq", "log r(x | z) + log r(z)", "add `chain-rule`"),
    (
        "chain-rule, log-rules",
        "log p(x, y, z)",
        "eq",
        "log p(y) + log p(x | y) + log p(z | y)",
        "add `factorisation`",
    ),
    (
        "kl",
        "KL(q(z) || p(z | y))",
        "eq",
        "int q(z) log(q(z) p(y) / (p(y | z) p(z))) dz",
        "add `chain-rule`",
    ),
    ("jensen", "KL(q(z) || p(z))", "ge", "0", "add `kl`"),
    ("kl", "log p(x, y)", "eq", "log p(x) + log p(y | x)", "`by: [chain-rule]` would do"),
    # `tower` would do as well
    ("jensen", "log r(x)", "ge", "E_{q(z)}[log(r(x, z) / q(z))]", "add `marginalisation`"),
]


def judged(cited: str, start: str, key: str, line: str, strict: str = "false") -> StepReport:
    text = HEAD.format(
        cited=cited, start=start, key=key, line=line, relation=RELATION[key], strict=strict
    )
    (step,) = verify(text=text).derivations[0].steps
    return step


@pytest.mark.parametrize(("cited", "start", "key", "line", "said"), CASES)
def test_what_is_to_be_changed(cited: str, start: str, key: str, line: str, said: str) -> None:
    step = judged(cited, start, key, line)
    assert step.verdict is Verdict.WRONG_RULE
    assert step.diagnostic is not None
    assert hint(step.diagnostic) == said
    assert step.suggestion is not None
    again = judged(", ".join(step.suggestion.rules), start, key, line)
    assert again.verdict is Verdict.PROVED
    assert not [remark for remark in again.remarks if remark.code == "superfluous"]


def test_tidying_rules_are_proposed_where_they_must_be_cited() -> None:
    start, line = "KL(q(z) || p(z))", "-E_{q(z)}[log p(z) - log q(z)]"
    assert judged("kl", start, "eq", line).verdict is Verdict.PROVED
    loose, strict = (judged("swap", start, "eq", line, each) for each in ("false", "true"))
    assert loose.suggestion is not None
    assert loose.suggestion.rules == ("kl",)
    assert strict.suggestion is not None
    assert strict.suggestion.rules == ("log-rules", "linearity", "kl")


FOR_A_RULING = """
title: t
model: ["p(x, y, z) = p(x) p(y | x) p(z | y)", "r(x, z)"]
parameters: [a, b, c]
assume: ["a = b", "b = c", "a = c"]
steps:
  - {so: "%s"}
claim: "%s"
"""


@pytest.mark.parametrize(
    ("line", "cited"),
    [
        ("log r(x, z) = log r(z) + log r(x | z)", ("chain-rule", "kl")),
        ("log p(x, y, z) = log p(x) + log p(y | x) + log p(z | y)", ("factorisation", "tower")),
        ("a + b = c + c", ("assumption",)),
    ],
)
def test_what_is_proved_stays_so_when_the_work_runs_out(line: str, cited: tuple[str, ...]) -> None:
    """What is looked for besides, rules too many and facts that aren't needed, takes no proof
    back."""
    loaded = derivation(text_source(FOR_A_RULING % (line, line), "a step"))
    declared = read_declarations(loaded)
    said = elaborated(declared, required(declared, loaded.claim, statement=True)).statement
    context, goal = Context(declared.model), Goal(said, so=True)
    assert follow(context, goal, {*cited, *TIDYING}) is not None
    spent = context.budget.units - context.budget.left
    for units in range(spent, 20 * spent, max(1, spent // 2)):
        scarce = Context(declared.model, Budget(units))
        ruling = rule_on(scarce, Goal(said, so=True), cited, strict=False)
        assert ruling.attempt is not None
