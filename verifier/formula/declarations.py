"""The lines of `model`, `parameters`, `functions`, `copies`, `define`, `support`, `discrete`."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from verifier.formula import atom, binder
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import COMPARISONS, Parser
from verifier.formula.pasted import tokenize
from verifier.formula.scope import Scope
from verifier.formula.written import (
    Bracket,
    Comparison,
    CopiesLine,
    DefinitionLine,
    Density,
    Domination,
    FamilyLine,
    Finiteness,
    FunctionLine,
    Name,
    ParameterLine,
    Positivity,
    Product,
    Quotient,
    Span,
    Statement,
    Sum,
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
        factors = _factors(parser, density)
    elif parser.accept(":="):
        parser.scope = replace(own, families=scope.families)
        formula = _formula(parser, density)
    parser.finish()
    return FamilyLine(density, factors, formula, span=parser.since(density.span.start))


def has_formula(text: str) -> bool:
    """Whether a `model` line declares its density by a formula, whatever it spells `:=`."""
    try:
        return any(token.text == ":=" for token in tokenize(text))
    except FormulaError:
        return False  # that is said where the line is read


def _formula(parser: Parser, density: Density) -> Written:
    formula = parser.expression()
    for node in formula.walk():
        if isinstance(node, Name) and node.name in parser.scope.families:
            data = {"name": node.name, "written": _applied(parser, node.span, density)}
            raise FormulaError("bare-family", node.span, data)
    return formula


def _factors(parser: Parser, density: Density) -> tuple[Written, ...]:
    start = parser.token.start
    try:
        product = parser.term()
    except FormulaError as error:
        lines = tuple(_undeclared_factors(parser, density))
        if error.code != "undeclared-name" or not lines:
            raise
        data = {"name": error.data["name"], "lines": lines}
        raise FormulaError("undeclared-factor", error.span, data) from error
    inside = product
    while isinstance(inside, Bracket):
        inside = inside.body
    if isinstance(inside, Quotient | Sum) or parser.token.text in ("+", "-", "/"):
        raise _no_product(parser, Span(start, parser.tokens[-2].end), density)
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


def _no_product(parser: Parser, span: Span, density: Density) -> FormulaError:
    """The error for a formula where factors stand, with the line that declares it, if one does."""
    formula = _applied(parser, span, density)
    scope = replace(parser.scope, families=parser.scope.families - {density.family})
    written = f"{parser.source(density.span)} := {formula}"
    try:
        names = [node for node in parse_family(written, scope).walk() if isinstance(node, Name)]
    except FormulaError:
        return FormulaError("not-a-product", span)
    known = all(scope.is_declared(name.name) for name in names)
    return FormulaError("not-a-product", span, {"written": written} if known else {})


def _undeclared_factors(parser: Parser, density: Density) -> Iterator[str]:
    """The factors of a density that are of other families, none of them declared."""
    own = {variable.base for variable in (*density.left, *density.right)}
    moving = {t.text for t, sign in pairwise(parser.tokens) if sign.text == "="}  # by a product
    for index, token in enumerate(parser.tokens):
        parser.jump(index)
        before = [each.text for each in parser.tokens[max(index - 2, 0) : index]]
        if before[-1:] == ["_"] or before == ["_", "{"]:
            continue
        if token.kind == "name" and parser.label_ahead()[0] not in parser.scope.families:
            with contextlib.suppress(FormulaError):
                factor = atom.density(parser)
                named = {n.name for n in factor.walk() if isinstance(n, Name)}
                over = {variable.base for variable in (*factor.left, *factor.right)}
                if over <= own and moving.isdisjoint(named):
                    yield parser.source(factor.span)


def _applied(parser: Parser, span: Span, density: Density) -> str:
    """The text of a span, in which families by themselves have the variables of a density."""
    variables = ", ".join(parser.source(variable.span) for variable in density.left)
    text = parser.text[: span.end]
    for token, following in reversed([*zip(parser.tokens, parser.tokens[1:], strict=False)]):
        alone = token.text in parser.scope.families and following.text not in ("(", "_")
        if alone and span.start <= token.start < span.end:
            text = f"{text[: token.end]}({variables}){text[token.end :]}"
    return " ".join(text[span.start :].split())


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


# `K \in \mathbb{N}` alone would leave open whether K may be 0.
_SETS: Mapping[str, Integers] = {
    "R": "",
    "Z": "integers",
    **dict.fromkeys(("Z^+", "Z_{>0}", "Z_{>=1}"), "positive integers"),
    **dict.fromkeys(("N^+", "N_{>0}", "N_{>=1}", "Nstar", "N_+"), "positive integers"),
    **dict.fromkeys(("N_0", "N_{>=0}", "Z_{>=0}"), "nonnegative integers"),
}


def _integers(parser: Parser) -> Integers:
    rest = parser.tokens[parser.index : -1]
    joined = "".join(token.text for token in rest[:8])
    named = _SETS.get(joined, _SETS.get(re.sub(r"\{(\w|\+)\}", r"\1", joined)))
    if named is not None:
        parser.jump(parser.index + len(rest))
        return named
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


def labels(text: str) -> list[str]:
    """The names in a text, in their order; none of what is no formula."""
    try:
        parser = Parser(text, _EMPTY)
    except FormulaError:
        return []
    found = []
    for index, token in enumerate(parser.tokens):
        if token.kind == "name":
            parser.jump(index)
            found.append(parser.label_ahead()[0])
    return found


def parse_definition(text: str, scope: Scope) -> DefinitionLine:
    """`L = E_{q(z)}[..]`, `L(x, y) = ..`."""
    parser = Parser(text, scope)
    start = parser.token.start
    if not {"=", ":="} & {token.text for token in parser.tokens}:
        raise parser.expected("abbreviation")
    name = parser.label()
    arguments = _formal_arguments(parser) if parser.token.text == "(" else ()
    if not parser.accept(":="):
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


def _listed(parser: Parser) -> Written:
    """A product of densities, which have arguments."""
    product = parser.term()
    for factor in product.walk():
        if isinstance(factor, Name) and factor.name in parser.scope.families:
            raise FormulaError("bare-family", factor.span, {"name": factor.name})
    return product


def parse_support(text: str, scope: Scope) -> Domination | Positivity | Finiteness:
    """`q(z) << p(z | x)`, `p(x, z) > 0`, `finite EXPR`, `finite all`."""
    parser = Parser(text, scope)
    start = parser.token.start
    line: Domination | Positivity | Finiteness
    if parser.accept("finite"):
        expression = None if parser.accept("all") else parser.expression()
        line = Finiteness(expression, span=parser.since(start))
    else:
        first = _listed(parser)
        if parser.accept("<<"):
            line = Domination(first, _listed(parser), span=Span(start, parser.since(start).end))
        else:
            parser.expect(">")
            parser.expect("0")
            line = Positivity(first, span=parser.since(start))
    parser.finish()
    return line
