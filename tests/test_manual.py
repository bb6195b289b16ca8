"""The manual: every rule has its picture and its line, and the texts are the kernel's own."""

from __future__ import annotations

import re

import pytest
from derivation_table import ROOT

from verifier import verify
from verifier.derivation.keys import FILE_KEYS, STEP_KEYS
from verifier.handout.instances import said
from verifier.kernel.rules import ALGEBRA, RULES
from verifier.manual.naming import explained, rule_named
from verifier.manual.rules import Entry, entries, human, shown
from verifier.outcome import DiagnosticError, Verdict
from verifier.report.plain import text
from verifier.report.rules import pages

ENTRIES = entries()
each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


def test_rules_are_those_of_the_kernel_in_its_order() -> None:
    assert [entry.name for entry in ENTRIES] == [ALGEBRA, *RULES]


def test_the_reference_names_every_rule_key_and_verdict() -> None:
    text = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")
    rules = text[text.index("## Rules") : text.index("## Zeros")]
    cited = re.findall(r"[\w-]+", " ".join(re.findall(r"^\| (`[^|]*?) \|", rules, re.MULTILINE)))
    names = {name for rule in RULES.values() for name in (rule.name, *rule.aliases)}
    assert set(cited) == names
    told = set(re.findall(r"`(\w+)`", text[text.index("## Keys") : text.index("## Expressions")]))
    assert {*FILE_KEYS, *STEP_KEYS} <= told
    verdicts = text[text.index("## Verdicts") : text.index("## Command")]
    assert {*Verdict} == {*re.findall(r"^\| `([\w-]+)` \|", verdicts, re.MULTILINE)}


@pytest.mark.parametrize("entry", ENTRIES[1:], ids=lambda entry: entry.name)
def test_texts_are_those_of_the_kernel(entry: Entry) -> None:
    rule = RULES[entry.name]
    assert (entry.aliases, entry.tidying) == (rule.aliases, rule.tidying)
    assert (entry.says, entry.conditions, entry.source) == (
        rule.says,
        rule.conditions,
        rule.source,
    )
    assert (entry.passes, entry.fails) == (rule.passes.strip("\n"), rule.fails.strip("\n"))
    says_so = bool(rule.infer or rule.together)
    assert entry.so_only == (says_so and not (rule.hooks or rule.compares))


def test_examples_of_algebra() -> None:  # those of the other rules are tested with the kernel
    (passes,), (fails,) = (
        verify(text=example).derivations[0].steps
        for example in (ENTRIES[0].passes, ENTRIES[0].fails)
    )
    assert (passes.verdict, passes.rules) == (Verdict.PROVED, (ALGEBRA,))
    assert (fails.verdict, fails.rules) == (Verdict.REFUTED, (ALGEBRA,))


@each_entry
def test_what_is_printed_of_a_rule_reads_as_formulas(entry: Entry) -> None:
    told = shown(entry)
    assert rule_named(told.human) == entry.name  # who writes what a handout says is understood
    assert all(human(name) == told.human for name in entry.names)
    for line in (*told.says, told.needs):
        words = [part for part in said(line) if isinstance(part, str)]
        assert not re.search(r"[_^$]|<<|[<>]=|\|\|", "".join(words))
    assert told.says
    assert len(told.says[0]) <= 110  # a line


@each_entry
def test_picture_is_small_and_plain(entry: Entry) -> None:
    lines = entry.figure.splitlines()
    assert 2 <= len(lines) <= 8
    assert all(line.isascii() and len(line) <= 80 and line == line.rstrip() for line in lines)
    assert len(entry.line) <= 72


@each_entry
@pytest.mark.parametrize("width", [None, 60])
def test_page_says_it_all(entry: Entry, width: int | None) -> None:
    page = text(pages([entry], width))
    for told in (entry.figure, entry.says, entry.conditions, entry.source, *entry.names):
        assert " ".join(told.split()) in " ".join(page.split())
    for example in (entry.passes, entry.fails):
        assert "".join(f"  {line}\n" for line in example.splitlines()) in page


@pytest.mark.parametrize("name", [name for entry in ENTRIES for name in entry.names])
def test_rule_is_found_by_any_of_its_names(name: str) -> None:
    (found,) = explained([name])
    assert name in found.names


def test_rule_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(DiagnosticError) as caught:
        [*explained(["kl", "chainrule"])]
    assert caught.value.diagnostic.code == "unknown-rule"
    assert caught.value.diagnostic.data == {"name": "chainrule", "near": ("chain-rule",)}
