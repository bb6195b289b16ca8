"""Positions: every character of a text is found again in its file."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from verifier.derivation.derivation import Derivation, Text
from verifier.derivation.loader import load_text
from verifier.derivation.offsets import value_offsets
from verifier.derivation.source import text_source
from verifier.derivation.yaml_nodes import Listing, Mapping, Node, Scalar, compose
from verifier.formula.written import Span

FILE = """\
title: The ELBO
model:
  - p(x, z)
  - q(z)
start: log p(x)
steps:
  - eq: FORMULA
claim: log p(x) = log p(x)
"""


def with_formula(formula: str) -> str:
    """A file with a formula in its step, which is on line 7, column 9."""
    return FILE.replace("FORMULA", formula)


def formula_of(text: str) -> Text:
    return load_text(text).steps[0].formula


# A formula as it is written behind `eq: `, and where its x stands in the file.
PLACES = [
    ("a + x", 7, 13),
    ("'a'' + x'", 7, 16),
    (r'"a\\b \u0041 + x"', 7, 24),
    ("a\n      + x", 8, 9),
    ("a\n\n\n      + x", 10, 9),
    ("'a\n      + x'", 8, 9),
    ('"a\n      + x"', 8, 9),
    ('"a\\\n      + x"', 8, 9),
    ('"a \\\n\n      + x"', 9, 9),
    ("|\n      a\n      + x", 9, 9),
    ("|2\n      a\n        + x", 9, 11),
    ("|\n\n      a\n      + x\n\n", 10, 9),
    (">\n      a\n      + x", 9, 9),
    (">\n      a\n\n\n      + x", 11, 9),
    (">\n      a\n        b\n      + x", 10, 9),
    (">-\n\n      a\n      + x", 10, 9),
    ("θ😀 + x", 7, 14),
]


@pytest.mark.parametrize(("formula", "line", "column"), PLACES)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_character_of_a_formula_is_found_in_the_file(
    formula: str, line: int, column: int, newline: str
) -> None:
    text = formula_of(with_formula(formula).replace("\n", newline))
    at = text.value.index("x")
    found = text.location(Span(at, at + 1))
    assert (found.line, found.column, found.end_line, found.end_column) == (
        *(line, column),
        *(line, column + 1),
    )
    assert found.excerpt[column - 1] == "x"


def test_whole_text_and_its_end() -> None:
    text = formula_of(with_formula("|\n      a +\n"))
    whole = text.location()
    assert (whole.line, whole.column, whole.end_line, whole.end_column) == (8, 7, 8, 10)
    end = text.location(Span(3, 3))
    assert (end.line, end.column) == (8, 10)


def test_span_beyond_the_text_is_its_end() -> None:
    text = formula_of(with_formula("log p(x) + 0"))
    assert text.location(Span(90, 99)) == text.location(Span(12, 12))


def test_excerpt_of_a_very_long_line_is_a_part_of_it() -> None:
    text = formula_of(with_formula("a + " * 1000 + "x" + " + a" * 1000))
    found = text.location(Span(4000, 4001))
    assert found.column == 4009
    assert len(found.excerpt) < 1000
    assert found.excerpt[found.column - found.excerpt_column] == "x"


LINES = st.lists(st.text(alphabet="ab'\"\\ #é", max_size=8), min_size=1, max_size=5)


@given(
    LINES, st.sampled_from(["", "'", '"', "|", ">", "|-", ">+"]), st.sampled_from(["\n", "\r\n"])
)
def test_offsets_agree_with_the_value(lines: list[str], style: str, newline: str) -> None:
    body = "\n".join(f"  {line}" for line in lines)
    if style in ("'", '"'):
        body = style + body.replace("\\", "\\\\") + style
    elif style:
        body = f"{style}\n{body}\n"
    source = text_source(f"k: {body}\n".replace("\n", newline), "<text>")
    for value, style, start, end in scalars(source.text):
        offsets = value_offsets(source.text, start, end, value, style)
        assert len(offsets) == len(value) + 1
        assert list(offsets) == sorted(offsets)
        for character, offset in zip(value, offsets, strict=False):
            written = source.text[offset]
            folded = character in " \n" and written in " \r\n"
            assert written == character or folded or (style == '"' and written == "\\")


def scalars(text: str) -> list[tuple[str, str, int, int]]:
    """Value, style and marks of each scalar, if the text is YAML."""
    try:
        events: list[Any] = list(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        return []
    return [
        (event.value, event.style or "", event.start_mark.index, event.end_mark.index)
        for event in events
        if hasattr(event, "style")
    ]


# -- the Python parser, and nodes ----------------------------------------------------------------


@pytest.mark.parametrize("formula", ["a\n      + b", "'a'''", "|\n      a\n"])
def test_python_parser_finds_the_same(monkeypatch: pytest.MonkeyPatch, formula: str) -> None:
    text = with_formula(formula)
    fast = load_text(text)
    monkeypatch.setattr("verifier.derivation.yaml_nodes._LOADER", yaml.SafeLoader)
    slow = load_text(text)
    assert places(slow) == places(fast)


def places(derivation: Derivation) -> list[tuple[str, list[int]]]:
    texts = (*derivation.model, derivation.claim, *(step.formula for step in derivation.steps))
    return [(text.value, list(text.offsets)) for text in texts]


def test_nodes_keep_their_places() -> None:
    source = text_source("a: [b, {c: d}]", "<text>")

    def shown(node: Node) -> list[str]:
        own = [source.text[node.start : node.end]]
        if isinstance(node, Scalar):
            return own
        if isinstance(node, Listing):
            return own + [text for item in node.items for text in shown(item)]
        assert isinstance(node, Mapping)
        return own + [text for pair in node.pairs for item in pair for text in shown(item)]

    assert shown(compose(source))[1:] == ["a", "[b, {c: d}]", "b", "{c: d}", "c", "d"]
