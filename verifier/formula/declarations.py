"""The lines of `model`, `parameters`, `functions`, `copies`, `define`, `support`, `discrete`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from verifier.formula import atom, binder
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import COMPARISONS, Parser
from verifier.formula.scope import Scope
from verifier.formula.written import (
    Comparison,
    CopiesLine,
    DefinitionLine,
    Domination,
    FamilyLine,
    Finiteness,
    FunctionLine,
    Name,
    ParameterLine,
    Positivity,
    Product,
    Span,
    Statement,
    Variable,
    Written,
)

_EMPTY = Scope()


# -- model, copies, discrete -----------------------------------------------------------------------


def parse_family(text: str, scope: Scope = _EMPTY) -> FamilyLine:
    """`p(x, z)`, `p(x, z) = p(x | z) p(z)`, `m(z) := (p(z) + q(z)) / 2`.

    A factorisation may use this family and those in scope, a formula only those in scope.
    """
    parser = Parser(text, scope)
    density = atom.density(parser)
    own = scope.declare(FamilyLine(density))
    factors: tuple[Written, ...] = ()
    formula = None
    if parser.accept("="):
        parser.scope = own
        factors = _factors(parser)
    elif parser.accept(":="):
        parser.scope = replace(own, families=scope.families)
        formula = parser.expression()
    parser.finish()
    return FamilyLine(density, factors, formula, span=parser.since(density.span.start))


def _factors(parser: Parser) -> tuple[Written, ...]:
    product = parser.term()
    factors = product.factors if isinstance(product, Product) else (product,)
    return tuple(binder.density_product(parser, factor) for factor in factors)


def parse_copies(text: str) -> CopiesLine:
    """`z_k of z`, `Z of z`."""
    parser = Parser(text, _EMPTY)
    copy = parser.variable()
    parser.expect("of")
    slot = parser.variable()
    parser.finish()
    return CopiesLine(copy, slot, span=parser.since(copy.span.start))


def parse_discrete(text: str) -> Variable:
    """`z`."""
    parser = Parser(text, _EMPTY)
    variable = parser.variable()
    parser.finish()
    return variable


# -- parameters ------------------------------------------------------------------------------------

Integers = Literal["", "integers", "positive integers", "nonnegative integers"]

_INTEGERS: Mapping[str, Integers] = {
    "integers": "integers",
    "positive": "positive integers",
    "nonnegative": "nonnegative integers",
}


def parse_parameter(text: str, scope: Scope = _EMPTY) -> ParameterLine:
    """`lambda`, `beta > 0`, `0 <= a <= 1`, `a, b >= 1`, `K in positive integers`, `t <= T - 1`."""
    parser = Parser(text, scope)
    leading = parser.listed(lambda: _side(parser))
    integer: Integers = _integers(parser) if parser.accept("in") else ""
    relations: list[Comparison] = []
    sides: list[Written] = []
    while not integer and parser.token.kind != "end" and len(relations) < 2:
        relations.append(parser.relation())
        sides.append(_side(parser))
    parser.finish()
    between = len(relations) == 2 or (len(relations) == 1 and not isinstance(leading[0], Name))
    names = tuple(_declared(parser, side) for side in ((sides[0],) if between else leading))
    bounds = [_bound(side, relations[0], sides[0]) for side in leading if relations]
    if len(relations) == 2:
        bounds.append(_bound(sides[0], relations[1], sides[1]))
    return ParameterLine(names, tuple(bounds), integer, span=parser.since(leading[0].span.start))


def _side(parser: Parser) -> Written:
    """A name by itself, such as may be declared here, or an expression that bounds it."""
    if parser.token.kind == "name":
        _, index = parser.label_ahead()
        if parser.tokens[index].text in ("", ",", "in", *COMPARISONS):
            start = parser.token.start
            return Name(parser.label(), span=parser.since(start))
    return parser.expression()


def _declared(parser: Parser, side: Written) -> str:
    if not isinstance(side, Name):
        data = {"expected": "name", "found": parser.source(side.span)}
        raise FormulaError("expected", side.span, data)
    return side.name


def _bound(left: Written, relation: Comparison, right: Written) -> Statement:
    return Statement(left, relation, right, span=Span(left.span.start, right.span.end))


def _integers(parser: Parser) -> Integers:
    kind = _INTEGERS.get(parser.token.text)
    if kind is None:
        raise parser.expected("integers")
    if parser.advance().text != "integers":
        parser.expect("integers")
    return kind


# -- functions, abbreviations ----------------------------------------------------------------------

Sign = Literal["", ">= 0", "> 0", "<= 0", "< 0", "!= 0"]
Shape = Literal["", "concave", "convex", "increasing", "decreasing"]

_SIGNS: Mapping[Comparison, Sign] = {
    ">=": ">= 0",
    ">": "> 0",
    "<=": "<= 0",
    "<": "< 0",
    "!=": "!= 0",
}
_SHAPES: tuple[Shape, ...] = ("concave", "convex", "increasing", "decreasing")


def parse_function(text: str, scope: Scope = _EMPTY) -> FunctionLine:
    """`f(x, z)`, `r(z) >= 0`, `g(u) increasing`, `phi(u) concave for u > 0`."""
    parser = Parser(text, scope)
    start = parser.token.start
    name = parser.label()
    arguments = _formal_arguments(parser)
    sign: Sign = ""
    shape: Shape = next((shape for shape in _SHAPES if parser.accept(shape)), "")
    domain = None
    if shape and parser.accept("for"):
        domain = parser.statement()
    elif not shape and parser.token.kind != "end":
        sign = _SIGNS[parser.relation(tuple(_SIGNS))]
        parser.expect("0")
    parser.finish()
    return FunctionLine(name, arguments, sign, shape, domain, span=parser.since(start))


def parse_definition(text: str, scope: Scope) -> DefinitionLine:
    """`L = E_{q(z)}[..]`, `L(x, y) = ..`."""
    parser = Parser(text, scope)
    start = parser.token.start
    name = parser.label()
    arguments = _formal_arguments(parser) if parser.token.text == "(" else ()
    parser.expect("=")
    parser.indices = tuple(argument.label or argument.base for argument in arguments)
    body = parser.expression()
    parser.finish()
    return DefinitionLine(name, arguments, body, span=parser.since(start))


def _formal_arguments(parser: Parser) -> tuple[Variable, ...]:
    opener = parser.open("(")
    arguments = parser.variables()
    parser.close(opener)
    return arguments


# -- support ---------------------------------------------------------------------------------------


def parse_support(text: str, scope: Scope) -> Domination | Positivity | Finiteness:
    """`q(z) << p(z | x)`, `p(x, z) > 0`, `finite EXPR`, `finite all`."""
    parser = Parser(text, scope)
    start = parser.token.start
    line: Domination | Positivity | Finiteness
    if parser.accept("finite"):
        expression = None if parser.accept("all") else parser.expression()
        line = Finiteness(expression, span=parser.since(start))
    else:
        first = parser.term()
        if parser.accept("<<"):
            line = Domination(first, parser.term(), span=Span(start, parser.since(start).end))
        else:
            parser.expect(">")
            parser.expect("0")
            line = Positivity(first, span=parser.since(start))
    parser.finish()
    return line
