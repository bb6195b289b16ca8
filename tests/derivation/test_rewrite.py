"""Rules written into a text: what comes out, and that nothing else changes."""

from __future__ import annotations

import re

import pytest
from derivation_table import TABLE, path
from hypothesis import given
from hypothesis import strategies as st

from verifier.derivation.derivation import Source
from verifier.derivation.loader import derivation, load_text
from verifier.derivation.rewrite import alike, with_rules
from verifier.derivation.source import read_source, text_source

HEAD = "title: t\nmodel: []\nstart: 1\n"
TAIL = "claim: 1 = 1\n"
ALIASES = {"fubini": "swap"}


def canonical(name: str) -> str:
    return ALIASES.get(name, name)


def rewritten(steps: str, *rules: str) -> str:
    """The steps of a derivation whose last step is to cite these rules."""
    source = text_source(HEAD + steps + TAIL, "<text>")
    number = len(derivation(source).steps)
    text = with_rules(source, {number: rules}, canonical)
    assert alike(source, text_source(text, "<text>"))
    assert text.startswith(HEAD)
    assert text.endswith(TAIL)
    return text[len(HEAD) : -len(TAIL)]


# The steps before, the rules wanted, the steps after.
CASES = {
    # in the place of a text
    "word": ("steps:\n  - eq: 1\n    by: kl  # c\n", "a", "steps:\n  - eq: 1\n    by: a  # c\n"),
    "words": ("steps:\n- eq: 1\n  by: kl\n", "a b", "steps:\n- eq: 1\n  by: [a, b]\n"),
    "quoted": ("steps:\n- eq: 1\n  by: 'kl'\n", "a", "steps:\n- eq: 1\n  by: a\n"),
    "below its key": (
        "steps:\n- by:\n    kl\n  eq: 1\n",
        "a b",
        "steps:\n- by:\n    [a, b]\n  eq: 1\n",
    ),
    "as a block": ("steps:\n- by: |\n    kl\n\n  eq: 1\n", "a", "steps:\n- by: a\n\n  eq: 1\n"),
    "in braces": ("steps: [{eq: 1, by: kl}]\n", "a b", "steps: [{eq: 1, by: [a, b]}]\n"),
    # in a list
    "one for one": ("steps:\n- {by: [x , b], eq: 1}\n", "b a", "steps:\n- {by: [a , b], eq: 1}\n"),
    "one more": ("steps:\n- {by: [a,], eq: 1}\n", "a b c", "steps:\n- {by: [a, b, c,], eq: 1}\n"),
    "first out": ("steps:\n- {by: [x, y, a], eq: 1}\n", "a", "steps:\n- {by: [a], eq: 1}\n"),
    "last out": ("steps:\n- {by: [a, x, y], eq: 1}\n", "a", "steps:\n- {by: [a], eq: 1}\n"),
    "all but the middle": (
        "steps:\n- {by: [x, a, y], eq: 1}\n",
        "a",
        "steps:\n- {by: [a], eq: 1}\n",
    ),
    "alias": ("steps:\n- {by: [fubini, x], eq: 1}\n", "swap", "steps:\n- {by: [fubini], eq: 1}\n"),
    "comment behind what goes": (
        "steps:\n- {eq: 1, by: [x, # c\n    a]}\n",
        "a",
        "steps:\n- {eq: 1, by: [ # c\n    a]}\n",
    ),
    "comment before what goes": (
        "steps:\n- {eq: 1, by: [a, # c\n    x]}\n",
        "a",
        "steps:\n- {eq: 1, by: [a # c\n    ]}\n",
    ),
    # in a list of lines
    "line for line": (
        "steps:\n- eq: 1\n  by:\n  - x  # c\n  - b\n",
        "b a",
        "steps:\n- eq: 1\n  by:\n  - a  # c\n  - b\n",
    ),
    "lines more": (
        "steps:\n- by:\n    - a # c\n  eq: 1\n",
        "a b c",
        "steps:\n- by:\n    - a # c\n    - b\n    - c\n  eq: 1\n",
    ),
    "line out": (
        "steps:\n- by:\n    - x\n    - a\n    - y\n  eq: 1\n",
        "a",
        "steps:\n- by:\n    - a\n  eq: 1\n",
    ),
    "line out with its comment kept": (
        "steps:\n- by:\n    - x # c\n    - a\n  eq: 1\n",
        "a",
        "steps:\n- by:\n    # c\n    - a\n  eq: 1\n",
    ),
    # where there is none
    "below": ("steps:\n  - eq: 1  # c\n", "a", "steps:\n  - eq: 1  # c\n    by: a\n"),
    "before what follows": (
        "steps:\n- label: l\n  eq: 1\n  # c\n  note: n\n",
        "a b",
        "steps:\n- label: l\n  eq: 1\n  by: [a, b]\n  # c\n  note: n\n",
    ),
    "folded formula": (
        "steps:\n  - eq: >\n      1\n      + 1\n\n    # c\n    note: n\n",
        "a",
        "steps:\n  - eq: >\n      1\n      + 1\n    by: a\n\n    # c\n    note: n\n",
    ),
    "formula of two lines": (
        "steps:\n  - eq: 1\n      + 1\n",
        "a",
        "steps:\n  - eq: 1\n      + 1\n    by: a\n",
    ),
    "quoted formula of two lines": (
        'steps:\n  - eq: "1\n      + 1" # c\n',
        "a",
        'steps:\n  - eq: "1\n      + 1" # c\n    by: a\n',
    ),
    "question mark": (
        "steps:\n  - ? eq\n    : 1\n",
        "a",
        "steps:\n  - ? eq\n    : 1\n    by: a\n",
    ),
    "braces": ("steps:\n- {eq: 1, note: n}\n", "a", "steps:\n- {eq: 1, by: a, note: n}\n"),
    "braces of two lines": (
        "steps: [{eq: '1' # c\n }]\n",
        "a",
        "steps: [{eq: '1', by: a # c\n }]\n",
    ),
    "braces left out": ("steps: [eq: 1, eq: 2 ]\n", "a", "steps: [eq: 1, {eq: 2, by: a} ]\n"),
    "windows": ("steps:\r\n  - eq: 1\r\n", "a", "steps:\r\n  - eq: 1\r\n    by: a\r\n"),
    "windows, lines": (
        "steps:\r\n- eq: 1\r\n  by:\r\n  - x\r\n  - a\r\n",
        "a",
        "steps:\r\n- eq: 1\r\n  by:\r\n  - a\r\n",
    ),
    "tabs": ("steps:\n  - eq: 1\t# c\t\n", "a", "steps:\n  - eq: 1\t# c\t\n    by: a\n"),
}


@pytest.mark.parametrize(("steps", "rules", "after"), CASES.values(), ids=CASES)
def test_rules_take_their_place(steps: str, rules: str, after: str) -> None:
    assert rewritten(steps, *rules.split()) == after
    assert rewritten(after, *rules.split()) == after


@pytest.mark.parametrize(
    ("end", "after"), [("", "\n    by: a"), ("  # c", "  # c\n    by: a"), ("\n", "\n    by: a\n")]
)
def test_end_of_the_file_is_kept(end: str, after: str) -> None:
    text = HEAD.replace("\n", "\r") + "claim: 1 = 1\rsteps:\r  - eq: 1" + end.replace("\n", "\r")
    source = text_source(text, "<text>")
    written = with_rules(source, {1: ["a"]}, canonical)
    assert written == text.removesuffix(end.replace("\n", "\r")) + after.replace("\n", "\r")


def test_only_the_steps_named_are_written_to() -> None:
    text = HEAD + "steps:\n  - eq: 1\n  - eq: 2\n    by: x\n  - eq: 3\n" + TAIL
    source = text_source(text, "<text>")
    assert with_rules(source, {}, canonical) == text
    written = with_rules(source, {1: ["a"], 2: ["b"]}, canonical)
    assert written == text.replace("eq: 1", "eq: 1\n    by: a").replace("by: x", "by: b")


def comments(source: Source) -> list[str]:
    return re.findall(r"(?:^|[ \t])#[^\r\n]*", source.text, re.MULTILINE)


@pytest.mark.parametrize("name", TABLE)
def test_nothing_else_of_a_file_changes(name: str) -> None:
    source = read_source(path(name))
    before = derivation(source)
    rules = {
        number: ("swap", *(rule.value for rule in (step.rules or ())[number % 2 :]))
        for number, step in enumerate(before.steps, 1)
    }
    written = with_rules(source, rules, canonical)
    new = text_source(written, source.name)
    assert alike(source, new)
    assert comments(new) == comments(source)
    for number, step in enumerate(derivation(new).steps, 1):
        cited = [rule.value for rule in step.rules or ()]
        assert sorted(cited) == sorted({*rules[number]})
    assert with_rules(new, rules, canonical) == written


names = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True)
gaps = st.sampled_from(["", " ", " # c\n      ", "\n      "])


@st.composite
def lists(draw: st.DrawFn) -> str:
    """A value of `by`, flow or block, with comments in it."""
    rules = draw(names)
    if draw(st.booleans()):
        items = "".join(f"\n    - {rule}{draw(st.sampled_from(['', ' # c']))}" for rule in rules)
        return items if draw(st.booleans()) else items + "\n    # d"
    inner = ",".join(draw(gaps) + rule + draw(gaps) for rule in rules)
    return f" [{inner}{draw(st.sampled_from(['', ',']))}]"


@given(lists(), names)
def test_any_list_is_exchanged_for_any_other(by: str, wanted: list[str]) -> None:
    text = f"{HEAD}steps:\n  - eq: 1\n    by:{by}\n    note: n # e\n{TAIL}"
    source = text_source(text, "<text>")
    written = with_rules(source, {1: wanted}, canonical)
    assert alike(source, text_source(written, "<text>"))
    (step,) = load_text(written).steps
    assert sorted(rule.value for rule in step.rules or ()) == sorted(wanted)
    assert len(comments(text_source(written, ""))) == len(comments(source))
