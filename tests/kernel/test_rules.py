"""The rules: named as the format names them, documented, and true to their own examples."""

from __future__ import annotations

from itertools import chain

import pytest

from verifier import verify
from verifier.kernel.rule import Rule
from verifier.kernel.rules import ALGEBRA, ASKED, RULES
from verifier.outcome import DerivationReport, FileVerdict, StepReport, Verdict

# The format's table of rules, in its order, with the aliases.
TABLE: dict[str, tuple[str, ...]] = {
    "log-rules": ("log-properties",),
    "linearity": (),
    "expectation": ("definition-of-expectation",),
    "kl": ("definition-of-kl",),
    "entropy": ("definition-of-entropy",),
    "information": (),
    "chain-rule": ("product-rule", "conditional-probability"),
    "bayes-rule": (),
    "marginalisation": ("marginalization", "sum-rule"),
    "normalisation": ("normalization", "constant-expectation"),
    "tower": ("iterated-expectation",),
    "swap": ("fubini",),
    "exchange": (),
    "factorisation": ("factorization", "independence"),
    "index": (),
    "definition": (),
    "assumption": (),
    "jensen": (),
    "log-bound": ("ln-bound", "exp-bound"),
    "gibbs": ("kl-nonnegative", "information-nonnegative"),
    "data-processing": ("information-processing",),
    "absolute-continuity": ("zero-forcing",),
    "entropy-nonnegative": ("mass-bound",),
    "nonnegativity": (),
    "rearrange": (),
    "cross-multiply": (),
    "take-log": (),
    "exponentiate": (),
    "take-expectation": (),
    "integrate": (),
    "combine": (),
    "substitution": (),
}
TIDYING = {"log-rules", "linearity", "expectation", "normalisation"}
each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)


def judged(text: str) -> DerivationReport:
    (report,) = verify(text=text).derivations
    return report


def citing(report: DerivationReport, rule: Rule) -> list[StepReport]:
    """The steps of an example that cite its rule."""
    return [step for step in report.steps if rule.name in step.rules]


def test_rules_are_those_of_the_format_in_its_order() -> None:
    assert [*RULES] == [*TABLE]
    assert {name: rule.aliases for name, rule in RULES.items()} == TABLE
    assert {name for name, rule in RULES.items() if rule.tidying} == TIDYING


def test_each_rule_is_called_by_its_own_name() -> None:
    names = [*RULES, *chain.from_iterable(rule.aliases for rule in RULES.values()), ALGEBRA]
    assert [rule.name for rule in RULES.values()] == [*RULES]
    assert len(names) == len(set(names))


def test_rules_that_compete_at_a_site_stand_in_the_table_of_who_is_asked_first() -> None:
    acting: dict[str, list[str]] = {}
    for name, rule in RULES.items():
        for hook in rule.hooks:
            acting.setdefault(hook.site, []).append(name)
    assert all(len(set(names)) == len(names) for names in acting.values())
    assert {site: {*names} for site, names in acting.items() if len(names) > 1} == {
        site: {*names} for site, names in ASKED.items()
    }


@each_rule
def test_rule_acts(rule: Rule) -> None:
    assert rule.hooks or rule.decides
    assert set(rule.implies) < RULES.keys()


@each_rule
def test_example_that_passes_is_verified_under_its_rule(rule: Rule) -> None:
    report = judged(rule.passes)
    assert report.verdict is FileVerdict.VERIFIED
    assert citing(report, rule)
    said = {remark.code: remark.data for step in citing(report, rule) for remark in step.remarks}
    assert "superfluous" not in said


@each_rule
def test_example_that_fails_is_refused_under_its_rule(rule: Rule) -> None:
    report = judged(rule.fails)
    assert report.verdict is FileVerdict.FAILED
    assert not report.internal
    *before, last = report.steps
    assert {step.verdict for step in before} <= {Verdict.PROVED}
    assert last.verdict is Verdict.REFUTED
    assert rule.name in last.rules


@pytest.mark.parametrize(
    ("alias", "rule"),
    [(alias, rule) for rule in RULES.values() for alias in rule.aliases],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_alias_stands_for_its_rule(alias: str, rule: Rule) -> None:
    text = rule.passes.replace(f"by: {rule.name}", f"by: {alias}")
    text = text.replace(f"by: [{rule.name}", f"by: [{alias}")
    assert text != rule.passes
    report = judged(text)
    assert report.verdict is FileVerdict.VERIFIED
    assert citing(report, rule)
