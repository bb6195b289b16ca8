"""Written formula to text: one walk that decides on brackets, and a notation that spells.

`plain` prints what the parser reads. For every tree that the parser makes, parsing its print gives
the tree back. Any other well-formed tree gets the brackets that it needs, and parsing its print
gives the tree back up to `Bracket` nodes and the `fraction` flag. (A builder's duty: the body of a
sum or product that ends in a name free of the index needs a `Bracket`. What an abbreviation hides
isn't known here, so no bracket is added for a name.)
"""

from __future__ import annotations

from verifier.language.formula import FORMULA_WRITERS
from verifier.language.layout import Notation, Printer, Writers
from verifier.language.written import (
    CopiesLine,
    DefinitionLine,
    Domination,
    FamilyLine,
    Finiteness,
    FunctionLine,
    ParameterLine,
    Positivity,
    Statement,
    Written,
)


def _statement(printer: Printer, node: Statement) -> str:
    left, right = printer.within(node.left), printer.within(node.right)
    text = f"{left} {printer.sign(node.relation)} {right}"
    if not node.quantified:
        return text
    return f"{printer.sign('for all')} {printer.commas(node.quantified)}: {text}"


def _family_line(printer: Printer, node: FamilyLine) -> str:
    text = printer.within(node.density)
    if node.formula is not None:
        return f"{text} {printer.sign(':=')} {printer.within(node.formula)}"
    if not node.factors:
        return text
    *others, last = node.factors
    factors = [*map(printer.closed, others), printer.last(last)]
    return f"{text} = {' '.join(factors)}"


def _parameter_line(printer: Printer, node: ParameterLine) -> str:
    text = ", ".join(map(printer.notation.name, node.names))
    if node.integer:
        return f"{text} {printer.sign('in')} {printer.sign(node.integer)}"
    if not node.bounds:
        return text
    first = node.bounds[0]
    if len(node.names) > 1:
        return f"{text} {printer.sign(first.relation)} {printer.within(first.right)}"
    text = printer.within(first)
    for bound in node.bounds[1:]:
        text += f" {printer.sign(bound.relation)} {printer.within(bound.right)}"
    return text


def _function_line(printer: Printer, node: FunctionLine) -> str:
    text = f"{printer.notation.name(node.name)}({printer.commas(node.arguments)})"
    if node.sign:
        relation, zero = node.sign.split()
        text += f" {printer.sign(relation)} {zero}"
    if node.shape:
        text += f" {printer.sign(node.shape)}"
    if node.domain is not None:
        text += f" {printer.sign('for')} {printer.within(node.domain)}"
    return text


def _copies_line(printer: Printer, node: CopiesLine) -> str:
    return f"{printer.within(node.copy)} {printer.sign('of')} {printer.within(node.slot)}"


def _definition_line(printer: Printer, node: DefinitionLine) -> str:
    head = printer.notation.name(node.name)
    if node.arguments:
        head += f"({printer.commas(node.arguments)})"
    return f"{head} = {printer.within(node.body)}"


def _domination(printer: Printer, node: Domination) -> str:
    return f"{printer.term(node.first)} {printer.sign('<<')} {printer.term(node.second)}"


def _positivity(printer: Printer, node: Positivity) -> str:
    return f"{printer.term(node.density)} {printer.sign('>')} 0"


def _finiteness(printer: Printer, node: Finiteness) -> str:
    what = printer.sign("all") if node.expression is None else printer.within(node.expression)
    return f"{printer.sign('finite')} {what}"


_WRITERS: Writers = {
    **FORMULA_WRITERS,
    Statement: _statement,
    FamilyLine: _family_line,
    ParameterLine: _parameter_line,
    FunctionLine: _function_line,
    CopiesLine: _copies_line,
    DefinitionLine: _definition_line,
    Domination: _domination,
    Positivity: _positivity,
    Finiteness: _finiteness,
}

PLAIN = Notation()


def write(node: Written, notation: Notation) -> str:
    """The formula or line in a notation."""
    return Printer(notation, _WRITERS).show(node)


def plain(node: Written) -> str:
    """The formula or line as the parser reads it."""
    return write(node, PLAIN)
