"""Written formula to text: one walk that decides on brackets, and a notation that spells.

`plain` prints what the parser reads. For every tree that the parser makes, parsing its print gives
the tree back. Any other well-formed tree gets the brackets that it needs, and parsing its print
gives the tree back up to `Bracket` nodes and the `fraction` flag. (A builder's duty: the body of a
sum or product that ends in a name free of the index needs a `Bracket`. What an abbreviation hides
isn't known here, so no bracket is added for a name.)
"""

from __future__ import annotations

from verifier.formula.written import (
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
from verifier.typeset import boxes
from verifier.typeset.boxes import SPACE, Box, Fence, Sign, joined, row
from verifier.typeset.brackets import Fractions, Printer, Writers, infix
from verifier.typeset.notation import Notation
from verifier.typeset.writers import FORMULA_WRITERS


def _statement(printer: Printer, node: Statement) -> Box:
    text = infix(printer.within(node.left), node.relation, printer.within(node.right))
    if not node.quantified:
        return text
    return row(Sign("for all"), SPACE, printer.commas(node.quantified), Sign(":"), SPACE, text)


def _family_line(printer: Printer, node: FamilyLine) -> Box:
    head = printer.within(node.density)
    if node.formula is not None:
        return infix(head, ":=", printer.within(node.formula))
    if not node.factors:
        return head
    *others, last = node.factors
    return infix(head, "=", joined([*map(printer.closed, others), printer.last(last)], SPACE))


def _parameter_line(printer: Printer, node: ParameterLine) -> Box:
    names = joined(map(boxes.Name, node.names), Sign(","), SPACE)
    if node.integer:
        return infix(names, "in", Sign(node.integer))
    if not node.bounds:
        return names
    first = node.bounds[0]
    if len(node.names) > 1:
        return infix(names, first.relation, printer.within(first.right))
    line = printer.within(first)
    for bound in node.bounds[1:]:
        line = infix(line, bound.relation, printer.within(bound.right))
    return line


def _function_line(printer: Printer, node: FunctionLine) -> Box:
    parts = [boxes.Name(node.name), Fence(printer.commas(node.arguments), "arguments")]
    if node.sign:
        relation, zero = node.sign.split()
        parts += SPACE, Sign(relation), SPACE, boxes.Number(zero)
    if node.shape:
        parts += SPACE, Sign(node.shape)
    if node.domain is not None:
        parts += SPACE, Sign("for"), SPACE, printer.within(node.domain)
    return row(*parts)


def _copies_line(printer: Printer, node: CopiesLine) -> Box:
    return infix(printer.within(node.copy), "of", printer.within(node.slot))


def _definition_line(printer: Printer, node: DefinitionLine) -> Box:
    head: Box = boxes.Name(node.name)
    if node.arguments:
        head = row(head, Fence(printer.commas(node.arguments), "arguments"))
    return infix(head, "=", printer.within(node.body))


def _domination(printer: Printer, node: Domination) -> Box:
    return infix(printer.term(node.first), "<<", printer.term(node.second))


def _positivity(printer: Printer, node: Positivity) -> Box:
    return infix(printer.term(node.density), ">", boxes.Number("0"))


def _finiteness(printer: Printer, node: Finiteness) -> Box:
    what = Sign("all") if node.expression is None else printer.within(node.expression)
    return row(Sign("finite"), SPACE, what)


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


def boxes_of(node: Written, fractions: Fractions) -> Box:
    """The formula or line, laid out."""
    return Printer(fractions, _WRITERS).show(node)


def write(node: Written, notation: Notation) -> str:
    """The formula or line in a notation."""
    drawn = Fractions.NONE if notation.fraction is None else Fractions.WRITTEN
    return notation.text(boxes_of(node, drawn))


def plain(node: Written) -> str:
    """The formula or line as the parser reads it."""
    return write(node, PLAIN)
