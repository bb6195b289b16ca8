"""How each part of a formula is written out, in any notation."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from types import UnionType

from verifier.language.layout import Printer, Writers, is_open
from verifier.language.occurrence import occurs
from verifier.language.written import (
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

# -- names, numbers, applications ------------------------------------------------------------------


def _number(_printer: Printer, node: Number) -> str:
    return node.text


def _name(printer: Printer, node: Name) -> str:
    return printer.notation.name(node.name)


def _variable(printer: Printer, node: Variable) -> str:
    if node.label is not None:
        return printer.notation.name(node.label)
    low = printer.within(node.low) if node.low else ""
    high = printer.within(node.high) if node.high else ""
    subscript = {
        "element": low,
        "slice": f"{low}:{high}",
        "before": printer.prefixed("<", high),
        "upto": printer.prefixed("<=", high),
    }[node.form]
    return printer.notation.name(node.base) + printer.below(subscript)


def _density(printer: Printer, node: Density) -> str:
    inside = printer.given(printer.commas(node.left), node.right)
    if node.parameters:
        inside += "; " + ", ".join(map(printer.notation.name, node.parameters))
    return f"{printer.notation.name(node.family)}({inside})"


def _call(printer: Printer, node: Call) -> str:
    return f"{printer.notation.name(node.name)}({printer.commas(node.arguments)})"


# -- arithmetic ------------------------------------------------------------------------------------


def _sum(printer: Printer, node: Sum) -> str:
    text = "-" if node.signs[0] == "-" else ""
    text += printer.term(node.terms[0])
    for sign, term in zip(node.signs[1:], node.terms[1:], strict=True):
        text += f" {sign} {printer.term(term)}"
    return text


def _product(printer: Printer, node: Product) -> str:
    *others, last = node.factors
    return _factors(printer, node, [*map(printer.closed, others), printer.last(last)])


def _factors(printer: Printer, node: Product, texts: list[str]) -> str:
    text = texts[0]
    for place, mark in enumerate(node.marks, 1):
        factor = texts[place]
        if not mark and isinstance(node.factors[place - 1], Number) and factor[0].isdigit():
            factor = printer.notation.round.format(factor)
        text += f" {printer.sign(mark)} {factor}" if mark else f" {factor}"
    return text


def _quotient(printer: Printer, node: Quotient) -> str:
    if printer.notation.fraction and node.fraction:
        parts = (printer.within(node.numerator), printer.within(node.denominator))
        return printer.notation.fraction.format(*parts)
    numerator = node.numerator
    if isinstance(numerator, Product):
        above = _factors(printer, numerator, [*map(printer.closed, numerator.factors)])
    else:
        above = printer.closed(numerator)
    return f"{above} / {printer.last(node.denominator)}"


def _power(printer: Printer, node: Power) -> str:
    base = node.base
    text = printer.show(base) if printer.is_primary(base) else printer.round(base)
    return text + _above(printer, node.exponent, Number | Name | Bracket)


def _above(printer: Printer, exponent: Written, bare: type | UnionType) -> str:
    notation = printer.notation
    template = notation.above_bare if isinstance(exponent, bare) else notation.above
    return template.format(printer.within(exponent))


def _bracket(printer: Printer, node: Bracket) -> str:
    template = printer.notation.square if node.square else printer.notation.round
    return template.format(printer.within(node.body))


def _logarithm(printer: Printer, node: Logarithm) -> str:
    argument = node.argument
    if isinstance(argument, Bracket):
        text = printer.show(argument)
    elif printer.is_closed(argument) or is_open(argument) or _is_scaled_sum(argument):
        text = " " + printer.show(argument)
    else:
        text = printer.round(argument)
    return printer.sign(node.name) + text


def _is_scaled_sum(node: Written) -> bool:
    """Whether this is `(1/K) sum_{..} ..`, all of which a logarithm takes."""
    match node:
        case Product(factors=(scale, SumOver() | Indexed()), marks=("",)):
            parts = Number | Name | Bracket | Sum | Product | Quotient | Power
            return all(isinstance(part, parts) for part in scale.walk())
        case _:
            return False


def _exponential(printer: Printer, node: Exponential) -> str:
    if node.power:
        return printer.sign("e") + _above(printer, node.argument, Bracket)
    return printer.sign("exp") + printer.round(node.argument)


def _root(printer: Printer, node: Root) -> str:
    return printer.sign("sqrt") + printer.notation.root.format(printer.within(node.argument))


# -- binders ---------------------------------------------------------------------------------------


def _integral(printer: Printer, node: Integral) -> str:
    differentials = [printer.sign("d") + printer.within(one) for one in node.variables]
    thin = printer.notation.thin
    if node.first:
        return f"{printer.sign('int')} {' '.join(differentials)} {thin}{printer.term(node.body)}"
    if printer.waiting and len(node.variables) > 1:
        return printer.round(node)  # else the integral around would get one of them
    body = printer.integrand(node.body)
    return " ".join((printer.sign("int"), body, *(thin + one for one in differentials)))


def _sum_over(printer: Printer, node: SumOver) -> str:
    head = printer.sign("sum") + printer.below(printer.commas(node.variables))
    return f"{head} {_body(printer, node.variables, node.body)}"


def _indexed(printer: Printer, node: Indexed) -> str:
    start = f"{printer.notation.name(node.index)}={printer.within(node.low)}"
    above = printer.notation.above.format(printer.within(node.high))
    head = printer.sign(node.kind) + printer.below(start) + above
    return f"{head} {_body(printer, (node.index,), node.body)}"


def _body(printer: Printer, bound: Iterable[Variable | str], body: Written) -> str:
    """The body of a sum or product, in brackets if it ends in what may as well stand outside."""
    match body:
        case Product(factors=(*_, last)) | Quotient(denominator=last):
            goes_on = isinstance(last, SumOver | Indexed)
            if not printer.is_fraction(body) and (goes_on or not occurs(bound, last, _may_hide)):
                return printer.round(body)
    return printer.term(body)


def _may_hide(_name: str, _base: str) -> bool:
    return True


def _law(printer: Printer, node: Law) -> str:
    if node.density is not None:
        text = printer.show(node.density)
    else:
        text = printer.notation.name(node.family or "")
    if not node.variables:
        return text
    return f"{printer.commas(node.variables)} {printer.sign('~')} {text}"


def _expectation(printer: Printer, node: Expectation) -> str:
    match node.laws:
        case (Law(family=str(family), variables=()),):
            under = printer.family(family)
        case laws:
            under = printer.notation.below.format(_laws(printer, laws))
    body = printer.notation.square.format(printer.within(node.body))
    return printer.sign("E") + under + body


def _laws(printer: Printer, laws: tuple[Written, ...]) -> str:
    text = ""
    for law, following in itertools.pairwise(laws):
        if _takes_comma(law, following):
            text += printer.within(law) + ", "
        else:
            text += (printer.within if isinstance(law, Law) else printer.closed)(law) + " "
    return text + printer.within(laws[-1])


def _takes_comma(law: Written, following: Written) -> bool:
    """Whether a comma stands between two laws: beside a `~`, and where `q (` would be a density.

    But `q, z ~ p` would be a law over two variables.
    """
    if isinstance(law, Law) and law.variables:
        return True
    if isinstance(law, Law) and law.family:
        return not isinstance(following, Law)
    return isinstance(following, Law) and bool(following.variables)


def _divergence(printer: Printer, node: Divergence) -> str:
    inside = f"{printer.within(node.first)} {printer.sign('||')} {printer.within(node.second)}"
    return printer.sign("KL") + printer.notation.round.format(inside)


def _entropy(printer: Printer, node: Entropy) -> str:
    inside = printer.commas([node.first] if node.second is None else [node.first, node.second])
    return printer.sign("H") + printer.notation.round.format(inside)


def _variable_entropy(printer: Printer, node: VariableEntropy) -> str:
    inside = printer.given(printer.commas(node.left), node.right)
    return printer.sign("H") + printer.family(node.family) + printer.notation.round.format(inside)


def _information(printer: Printer, node: Information) -> str:
    pair = f"{printer.commas(node.first)}; {printer.commas(node.second)}"
    inside = printer.given(pair, node.given)
    return printer.sign("I") + printer.family(node.family) + printer.notation.round.format(inside)


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
