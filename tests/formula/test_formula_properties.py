"""Laws of parser and printers, on random trees and random text."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from effort import calls
from formula_strategies import SCOPE, token_soup, trees, without_brackets
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.formula.declarations import (
    parse_copies,
    parse_definition,
    parse_discrete,
    parse_family,
    parse_function,
    parse_parameter,
    parse_support,
)
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import COMPARISONS, parse_expression, parse_statement
from verifier.formula.written import Law, Variable, Written
from verifier.typeset.brackets import Fractions
from verifier.typeset.latex import LATEX, latex
from verifier.typeset.printer import boxes_of, plain

READERS: tuple[Callable[[str], Written], ...] = (
    lambda text: parse_expression(text, SCOPE),
    lambda text: parse_statement(text, SCOPE, COMPARISONS, quantifier=True),
    lambda text: parse_family(text, SCOPE),
    lambda text: parse_definition(text, SCOPE),
    lambda text: parse_support(text, SCOPE),
    parse_parameter,
    parse_function,
    parse_copies,
    parse_discrete,
)


def read(text: str) -> Written:
    return parse_expression(text, SCOPE)


def assert_read_or_refused(reader: Callable[[str], Written], text: str) -> None:
    try:
        node = reader(text)
    except FormulaError as error:
        span = error.span
    else:
        span = node.span
        assert without_brackets(reader(plain(node))) == without_brackets(node)
    assert 0 <= span.start <= span.end <= len(text)


@given(trees)
def test_a_printed_tree_parses_to_itself_up_to_brackets(tree: Written) -> None:
    assert without_brackets(read(plain(tree))) == without_brackets(tree)


@given(trees, st.sampled_from(Fractions))
def test_a_tree_in_latex_is_read_as_itself_up_to_brackets(tree: Written, drawn: Fractions) -> None:
    text = LATEX.text(boxes_of(tree, drawn))
    assert without_brackets(read(text)) == without_brackets(tree)


@given(trees)
def test_printing_a_parsed_tree_gives_its_text(tree: Written) -> None:
    text = plain(tree)
    assert plain(read(text)) == text
    assert read(plain(read(text))) == read(text)


@given(trees)
def test_every_tree_has_latex_with_balanced_braces(tree: Written) -> None:
    text = latex(tree)
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")


@given(trees)
def test_the_text_of_a_span_is_the_text_of_its_node(tree: Written) -> None:
    text = plain(tree)
    for node in read(text).walk():
        if not isinstance(node, Variable | Law):
            assert read(text[node.span.start : node.span.end]) == node


@given(trees)
def test_so_it_is_in_latex(tree: Written) -> None:
    text = latex(tree)
    for node in read(text).walk():
        if not isinstance(node, Variable | Law):
            assert read(text[node.span.start : node.span.end]) == node


@given(trees)
def test_spans_nest_as_nodes_do(tree: Written) -> None:
    for node in read(plain(tree)).walk():
        for child in node.children():
            assert node.span.start <= child.span.start < child.span.end <= node.span.end


@given(st.text(max_size=40) | token_soup)
def test_any_text_is_read_or_refused_with_a_place_in_it(text: str) -> None:
    for reader in READERS:
        assert_read_or_refused(reader, text)


@given(trees, st.integers(0, 200))
def test_a_formula_cut_short_is_read_or_refused(tree: Written, length: int) -> None:
    assert_read_or_refused(read, plain(tree)[:length])


@given(st.sampled_from("([{^_-/|+e2x \\\0"), st.sampled_from("([,a ^*"), st.integers(1, 20_000))
@settings(max_examples=60)
def test_reading_long_monotonous_text_takes_linear_work(one: str, other: str, times: int) -> None:
    for text in (one * times, (one + other) * times):

        def reading(text: str = text) -> None:
            with contextlib.suppress(FormulaError):
                read(text)

        assert calls(reading) <= 20 * len(text) + 1000
