"""How each part of a formula is laid out, in any notation."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from types import UnionType

from verifier.formula.occurrence import occurs
from verifier.formula.written import (
    Bracket,
    Call,
    Density,
    Divergence,
    Entropy,
    Expectation,
    Exponential,
    Indexed,
    Information,
    Integral,
    Law,
    Logarithm,
    Name,
    Number,
    Power,
    Product,
    Quotient,
    Root,
    Sum,
    SumOver,
    Variable,
    VariableEntropy,
    Written,
)
from verifier.typeset import boxes
from verifier.typeset.boxes import (
    SPACE,
    THIN,
    Box,
    Fence,
    Fraction,
    Script,
    Sign,
    joined,
    leaves,
    row,
)
from verifier.typeset.brackets import Printer, Writers, infix, is_open, of_family

# -- names, numbers, applications ------------------------------------------------------------------


def _number(_printer: Printer, node: Number) -> Box:
    return boxes.Number(node.text)


def _name(_printer: Printer, node: Name) -> Box:
    return boxes.Name(node.name)


def _variable(printer: Printer, node: Variable) -> Box:
    if node.label is not None:
        return boxes.Name(node.label)
    low = printer.within(node.low) if node.low else row()
    high = printer.within(node.high) if node.high else row()
    subscript = {
        "element": low,
        "slice": row(low, Sign(":"), high),
        "before": row(Sign("<"), high),
        "upto": row(Sign("<="), high),
    }[node.form]
    return Script(boxes.Name(node.base), subscript, tight=True)


def _density(printer: Printer, node: Density) -> Box:
    inside = printer.given(printer.commas(node.left), node.right)
    if node.parameters:
        parameters = joined(map(boxes.Name, node.parameters), Sign(","), SPACE)
        inside = row(inside, Sign(";"), SPACE, parameters)
    return row(boxes.Name(node.family), Fence(inside, "arguments"))


def _call(printer: Printer, node: Call) -> Box:
    return row(boxes.Name(node.name), Fence(printer.commas(node.arguments), "arguments"))


# -- arithmetic ------------------------------------------------------------------------------------


def _sum(printer: Printer, node: Sum) -> Box:
    parts: list[Box] = [Sign("-")] if node.signs[0] == "-" else []
    parts.append(printer.term(node.terms[0]))
    for sign, term in zip(node.signs[1:], node.terms[1:], strict=True):
        parts += SPACE, Sign(sign), SPACE, printer.term(term)
    return row(*parts)


def _product(printer: Printer, node: Product) -> Box:
    *others, last = node.factors
    return _factors(node, [*map(printer.closed, others), printer.last(last)])


def _factors(node: Product, factors: list[Box]) -> Box:
    parts = factors[:1]
    for place, mark in enumerate(node.marks, 1):
        factor = factors[place]
        starts = next(leaves(factor))
        if (
            not mark
            and isinstance(node.factors[place - 1], Number)
            and isinstance(starts.base if isinstance(starts, Script) else starts, boxes.Number)
        ):
            factor = Fence(factor)
        parts += (SPACE, Sign(mark), SPACE, factor) if mark else (SPACE, factor)
    return row(*parts)


def _quotient(printer: Printer, node: Quotient) -> Box:
    if printer.is_fraction(node):
        parts = (node.numerator, node.denominator)
        return Fraction(*(printer.small(part if node.fraction else _bare(part)) for part in parts))
    numerator = node.numerator
    if isinstance(numerator, Product):
        above = _factors(numerator, [*map(printer.closed, numerator.factors)])
    else:
        above = printer.closed(numerator)
    return infix(above, "/", printer.last(node.denominator))


def _bare(node: Written) -> Written:
    """A node without the brackets that it needs beside a slash alone."""
    return node.body if isinstance(node, Bracket) else node


def _power(printer: Printer, node: Power) -> Box:
    base = printer.show(node.base) if printer.is_primary(node.base) else printer.round(node.base)
    return _raised(printer, base, node.exponent, Number | Name | Bracket)


def _raised(printer: Printer, base: Box, exponent: Written, bare: type | UnionType) -> Box:
    return Script(base, above=printer.small(exponent), bare=isinstance(exponent, bare))


def _bracket(printer: Printer, node: Bracket) -> Box:
    return Fence(printer.within(node.body), "square" if node.square else "round")


def _logarithm(printer: Printer, node: Logarithm) -> Box:
    argument, name = node.argument, Sign(node.name)
    if isinstance(argument, Bracket):
        return row(name, printer.show(argument))
    atom = printer.is_closed(argument) and not isinstance(argument, Power)
    if atom or is_open(argument) or _is_scaled_sum(argument):
        return row(name, SPACE, printer.show(argument))
    return row(name, printer.round(argument))


def _is_scaled_sum(node: Written) -> bool:
    """Whether this is `(1/K) sum_{..} ..`, all of which a logarithm takes."""
    match node:
        case Product(factors=(scale, SumOver() | Indexed()), marks=("",)) if not isinstance(
            scale, Power
        ):
            parts = Number | Name | Bracket | Sum | Product | Quotient | Power
            return all(isinstance(part, parts) for part in scale.walk())
        case _:
            return False


def _exponential(printer: Printer, node: Exponential) -> Box:
    if node.power:
        return _raised(printer, Sign("e"), node.argument, Bracket)
    return row(Sign("exp"), printer.round(node.argument))


def _root(printer: Printer, node: Root) -> Box:
    return boxes.Root(printer.within(node.argument))


# -- binders ---------------------------------------------------------------------------------------


def _integral(printer: Printer, node: Integral) -> Box:
    differentials = [row(Sign("d"), printer.within(one)) for one in node.variables]
    if printer.waiting and len(node.variables) > 1:
        return printer.round(node)  # else the integral around would get one of them
    body = printer.integrand(node.body)
    ending = [part for one in differentials for part in (SPACE, THIN, one)]
    return row(Sign("int"), SPACE, body, *ending)


def _sum_over(printer: Printer, node: SumOver) -> Box:
    head = Script(Sign("sum"), printer.commas(node.variables), tight=True)
    return row(head, SPACE, _body(printer, node.variables, node.body))


def _indexed(printer: Printer, node: Indexed) -> Box:
    start = row(boxes.Name(node.index), Sign("="), printer.within(node.low))
    head = Script(Sign(node.kind), start, printer.within(node.high), tight=True)
    return row(head, SPACE, _body(printer, (node.index,), node.body))


def _body(printer: Printer, bound: Iterable[Variable | str], body: Written) -> Box:
    """The body of a sum or product, in brackets if it ends in what may as well stand outside."""
    match body:
        case Product(factors=(*_, last)) | Quotient(denominator=last):
            goes_on = isinstance(last, SumOver | Indexed)
            if not printer.is_fraction(body) and (goes_on or not occurs(bound, last, _may_hide)):
                return printer.round(body)
    return printer.term(body)


def _may_hide(_name: str, _base: str) -> bool:
    return True


def _law(printer: Printer, node: Law) -> Box:
    law = boxes.Name(node.family or "") if node.density is None else printer.show(node.density)
    return infix(printer.commas(node.variables), "~", law) if node.variables else law


def _expectation(printer: Printer, node: Expectation) -> Box:
    match node.laws:
        case (Law(family=str(family), variables=()),):
            head = of_family("E", family)
        case laws:
            head = Script(Sign("E"), _laws(printer, laws))
    return row(head, Fence(printer.within(node.body), "square"))


def _laws(printer: Printer, laws: tuple[Written, ...]) -> Box:
    parts: list[Box] = []
    for law, following in itertools.pairwise(laws):
        if _takes_comma(law, following):
            parts += printer.within(law), Sign(","), SPACE
        else:
            within = printer.within if isinstance(law, Law) else printer.closed
            parts += within(law), SPACE
    return row(*parts, printer.within(laws[-1]))


def _takes_comma(law: Written, following: Written) -> bool:
    """Whether a comma stands between two laws: beside a `~`, and where `q (` would be a density.

    But `q, z ~ p` would be a law over two variables.
    """
    if isinstance(law, Law) and law.variables:
        return True
    if isinstance(law, Law) and law.family:
        return not isinstance(following, Law)
    return isinstance(following, Law) and bool(following.variables)


def _divergence(printer: Printer, node: Divergence) -> Box:
    inside = infix(printer.within(node.first), "||", printer.within(node.second))
    return row(Sign("KL"), Fence(inside))


def _entropy(printer: Printer, node: Entropy) -> Box:
    inside = printer.commas([node.first] if node.second is None else [node.first, node.second])
    return row(Sign("H"), Fence(inside))


def _variable_entropy(printer: Printer, node: VariableEntropy) -> Box:
    inside = printer.given(printer.commas(node.left), node.right)
    return row(of_family("H", node.family), Fence(inside))


def _information(printer: Printer, node: Information) -> Box:
    pair = row(printer.commas(node.first), Sign(";"), SPACE, printer.commas(node.second))
    return row(of_family("I", node.family), Fence(printer.given(pair, node.given)))


FORMULA_WRITERS: Writers = {
    Number: _number,
    Name: _name,
    Variable: _variable,
    Density: _density,
    Call: _call,
    Sum: _sum,
    Product: _product,
    Quotient: _quotient,
    Power: _power,
    Bracket: _bracket,
    Logarithm: _logarithm,
    Exponential: _exponential,
    Root: _root,
    Integral: _integral,
    SumOver: _sum_over,
    Indexed: _indexed,
    Law: _law,
    Expectation: _expectation,
    Divergence: _divergence,
    Entropy: _entropy,
    VariableEntropy: _variable_entropy,
    Information: _information,
}
