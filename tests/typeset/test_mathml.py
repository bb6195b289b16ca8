"""Formulas in MathML: well-formed, in parts, marked where they are new."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from xml.etree import ElementTree

import pytest

from verifier.formula import written as w
from verifier.formula.parser import parse_expression, parse_statement
from verifier.formula.scope import Scope
from verifier.handout.conventions import CONVENTIONS, Conventions, Style, conventions, style
from verifier.handout.sheet import Sheet
from verifier.typeset.boxes import Box, Fence, Fraction, Name, Root, Row, Script, Sign
from verifier.typeset.mathml import formula, operator
from verifier.typeset.printer import plain

SCOPE = Scope(
    families=frozenset(("p", "q")), variables=frozenset("xz"), parameters=frozenset(("a", "b"))
)
ELEMENTS = {
    *("span", "wbr", "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover"),
}


def tree(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup.replace("<wbr>", "<wbr/>"))


def shown(text: str, changed: tuple[w.Written, ...] = ()) -> ElementTree.Element:
    node = parse_expression(text, SCOPE)
    return tree(formula(Style().boxes(node), plain(node), changed))


def letters(element: ElementTree.Element) -> str:
    return "".join(element.itertext())


def formulas(sheet: Sheet) -> Iterator[w.Written]:
    yield from (node for _, nodes in sheet.declarations for node in nodes)
    yield from (
        assumption.formula for assumption in sheet.assumptions if assumption.formula is not None
    )
    yield from (step.formula for step in sheet.steps if step.formula is not None)
    yield sheet.claim


CHOICES = [
    tuple(name) for name in product(("kl", "dkl"), ("expectation", "angle"), ("phi", "short"))
]


@pytest.mark.parametrize("names", CHOICES, ids=" ".join)
def test_what_ships_is_well_formed(shipped: dict[str, Sheet], names: tuple[str, ...]) -> None:
    assert {*names} <= {*CONVENTIONS}
    for sheet in shipped.values():
        spelled = style(conventions(names), sheet.model)
        for node in formulas(sheet):
            found = tree(formula(spelled.boxes(node), plain(node)))
            assert {element.tag for element in found.iter()} <= ELEMENTS
            assert found.get("role") == "math"
            assert found.get("aria-label") == plain(node)
            assert letters(found)


@pytest.mark.parametrize(
    "box",
    [
        Name("<b>"),
        Sign("<b>&"),
        Root(Name("x")),
        Fraction(Name("a"), Root(Name("b"))),
        *(Fence(Name("x"), kind) for kind in ("round", "square", "arguments", "angle")),
        Script(Sign("int"), Name("a"), Name("b")),
        Script(Sign("prod"), Name("a"), Name("b")),
        Script(Fence(Name("x"), "angle"), above=Sign("-")),
        Row(()),
    ],
)  # fmt: skip
def test_every_box_is_well_formed(box: Box) -> None:
    assert {element.tag for element in tree(formula(box, '"<&')).iter()} <= ELEMENTS


def test_a_box_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError):
        formula(Box(), "")


@pytest.mark.parametrize(
    ("name", "markup"),
    [
        ("x", "<mi>x</mi>"),
        ("q_theta", "<msub><mi>q</mi><mi>\u03b8</mi></msub>"),
        ("x_obs", '<msub><mi>x</mi><mi mathvariant="normal">obs</mi></msub>'),
        ("phat", '<mover accent="true"><mi>p</mi><mo stretchy="false">^</mo></mover>'),
        ("zprime", '<msup><mi>z</mi><mo stretchy="false">\u2032</mo></msup>'),
        ("Gamma", '<mi mathvariant="normal">\u0393</mi>'),
        ("\u03b8", "<mi>\u03b8</mi>"),
        ("z_10", "<msub><mi>z</mi><mn>10</mn></msub>"),
        ("ELBO", '<mi mathvariant="normal">ELBO</mi>'),
    ],
)
def test_names(name: str, markup: str) -> None:
    assert markup in formula(Name(name), name)


def test_a_short_formula_is_one_and_a_long_one_several() -> None:
    assert len([*shown("log p(x) - a").iter("math")]) == 1
    long = shown(" + ".join(["E_{q(z)}[log p(x, z) - log q(z) - log p(z | x)]"] * 2))
    assert len([*long.iter("math")]) > 2
    starts = [letters(one)[0] for one in long.iter("math")]
    assert starts[1:].count("+") + starts[1:].count("\u2212") >= 3


def test_a_sum_is_broken_before_what_is_in_its_brackets() -> None:
    outer = shown("a KL(q(z) || p(z | x)) + E_{q(z)}[log p(x, z) - log q(z) - log p(x)]")[0][0]
    assert outer.get("class") == "part"
    assert [letters(part)[0] for part in outer if part.tag != "wbr"][-1] == "+"


def test_a_long_product_is_broken_between_its_factors_but_not_before_a_differential() -> None:
    product = shown("int " + " ".join(["p(x, z | x)"] * 9) + " dx")
    parts = [letters(one) for one in product.iter("math")]
    assert len(parts) == 9
    assert parts[-1].endswith("dx")


def test_laws_and_the_arguments_of_densities_stay_whole() -> None:
    text = "E_{q(z)}[" + " + ".join(["log p(x, z | x, z, x, z, x, z, x, z)"] * 3) + "]"
    joined = [letters(one) for one in shown(text).iter("math")]
    assert all(part.count("(") == part.count(")") for part in joined)


def test_signs_have_their_space_at_the_edge_of_a_part() -> None:
    for sign in shown(" + ".join(["log p(x, z)"] * 9)).iter("mo"):
        if sign.text == "+":
            assert (sign.get("lspace"), sign.get("rspace")) == ("0.222em", "0.222em")
            assert sign.get("form") == "infix"


def test_brackets_in_two_parts_are_as_high_as_what_they_hold() -> None:
    long = "E_{q(z)}[log(p(x, z) / q(z)) + log p(x, z) + log p(x) + log p(x, z)]"
    sizes = {mo.get("minsize") for mo in shown(long).iter("mo") if mo.text in ("[", "]")}
    assert len(sizes) == 1
    assert 2 < float(str(sizes.pop()).removesuffix("em")) < 3


def test_what_is_new_is_marked_and_nothing_like_it() -> None:
    node = parse_statement("log p(x) + a = log p(x) + b", SCOPE)
    assert isinstance(node, w.Statement)
    assert isinstance(node.right, w.Sum)
    new = node.right.terms[0]
    found = tree(formula(Style(Conventions()).boxes(node), "", (new,)))
    marked = [row for row in found.iter("mrow") if row.get("class") == "new"]
    assert [letters(row) for row in marked] == ["logp(x)"]


def test_a_relation_alone() -> None:
    assert letters(tree(operator(">="))) == "\u2265"
