"""What binds variables: expectations, integrals, sums and products over an index."""

from __future__ import annotations

from typing import Literal

from verifier.formula.atom import declared_family, density, is_application
from verifier.formula.lexer import FormulaError, Token
from verifier.formula.occurrence import occurs
from verifier.formula.reader import Reader
from verifier.formula.written import (
    Bracket,
    Density,
    Expectation,
    Indexed,
    Integral,
    Law,
    Product,
    Quotient,
    Span,
    SumOver,
    Variable,
    Written,
)

# -- expectation -----------------------------------------------------------------------------------


def expectation(reader: Reader) -> Expectation:
    """`E_{q(z)}[ .. ]`, `E_{z ~ q(z | x)}[ .. ]`, `E_q[ .. ]`; `E[ .. ]` says too little."""
    token = reader.advance()
    if reader.token.text != "_":
        raise FormulaError("bare-expectation", Span(token.start, token.end))
    laws = _laws(reader)
    opener = reader.open("[")
    body = reader.nested()
    reader.close(opener)
    return Expectation(laws, body, span=reader.since(token.start))


def _laws(reader: Reader) -> tuple[Written, ...]:
    reader.expect("_")
    if reader.token.text != "{":
        start = reader.token.start
        family = declared_family(reader, braced=False)
        return (Law(None, family, span=reader.since(start)),)
    opener = reader.open("{")
    laws = [_law(reader)]
    while reader.token.text != "}" and reader.token.kind != "end":
        reader.accept(",")
        laws.append(_law(reader))
    reader.close(opener)
    return tuple(laws)


def _law(reader: Reader) -> Written:
    if reader.token.text in ("prod", "("):
        return density_product(reader, reader.factor())
    start = reader.token.start
    variables: tuple[Variable, ...] = ()
    if not _family_ahead(reader):
        variables = reader.variables()
        reader.expect("~")
    if not is_application(reader):
        family = declared_family(reader)
        return Law(None, family, variables, span=reader.since(start))
    law = density(reader)
    if law.family not in reader.scope.families:
        raise FormulaError("undeclared-name", law.span, {"name": law.family})
    return Law(law, None, variables, span=reader.since(start))


def _family_ahead(reader: Reader) -> bool:
    """Whether a density or a family stands here; else it is variables and a `~`."""
    if reader.token.kind != "name" or is_application(reader):
        return True
    label, index = reader.label_ahead()
    is_variable = reader.scope.is_variable(label) and reader.tokens[index].text in ("~", ",")
    return label in reader.scope.families and not is_variable


def density_product(reader: Reader, node: Written) -> Written:
    """The node, which must be a density or a product of such, in whatever brackets; an indexed one
    has none in it."""
    _check_densities(reader, node, indexed=False)
    return node


def _check_densities(reader: Reader, node: Written, indexed: bool) -> None:
    match node:
        case Density():
            return
        case Bracket(body=inner):
            _check_densities(reader, inner, indexed)
        case Product(factors=factors):
            for factor in factors:
                _check_densities(reader, factor, indexed)
        case Indexed(kind="prod", body=body) if not indexed:
            _check_densities(reader, body, indexed=True)
        case _:
            data = {"expected": "density", "found": reader.source(node.span)}
            raise FormulaError("expected", node.span, data)


# -- integral --------------------------------------------------------------------------------------


def integral(reader: Reader) -> Integral:
    """`int f dx dz`, and `int dz f` with the differentials first.

    An integral takes the differentials that follow its body, but only one of them where another
    integral around it waits for its own.
    """
    token = reader.advance()
    reader.pending += 1
    variables = _differentials(reader)
    if variables:
        reader.pending -= 1
        return Integral(reader.body(), variables, True, span=reader.since(token.start))
    reader.closable += 1
    body = reader.expression()
    reader.closable -= 1
    variables = _differentials(reader, single=reader.closable > 0)
    reader.pending -= 1
    if not variables:
        raise FormulaError("missing-differential", Span(token.start, token.end))
    return Integral(body, variables, span=reader.since(token.start))


def _differentials(reader: Reader, single: bool = False) -> tuple[Variable, ...]:
    variables: list[Variable] = []
    while reader.is_differential() and not (single and variables):
        token = reader.advance()
        variables.append(reader.subscripted(token.text[1:], token.start + 1))
    return tuple(variables)


# -- sums and products -----------------------------------------------------------------------------


def summation(reader: Reader) -> SumOver | Indexed:
    """`sum_{z} ..`, `sum_{tau=0}^{t} ..`, `prod_{tau=0}^{t} ..`."""
    token = reader.advance()
    reader.expect("_")
    if token.text == "prod" or (reader.token.text == "{" and reader.peek(2) == "="):
        return _over_index(reader, token)
    return _over_variables(reader, token)


def _over_variables(reader: Reader, token: Token) -> SumOver:
    if reader.token.text == "{":
        opener = reader.open("{")
        variables = reader.variables()
        reader.close(opener)
    else:
        name = reader.name("variable")
        variables = (Variable(name.text, span=Span(name.start, name.end)),)
    head = reader.since(token.start)
    body = reader.body()
    _refuse_loose_factor(reader, head, variables, body)
    return SumOver(variables, body, span=reader.since(token.start))


def _over_index(reader: Reader, token: Token) -> Indexed:
    opener = reader.open("{")
    name = reader.name("index")
    reader.expect("=")
    index, other = name.text, reader.scope.kind(name.text)
    if other is not None:
        data = {"name": index, "kind": "index", "other": other}
        raise FormulaError("declared-twice", Span(name.start, name.end), data)
    low = reader.nested()
    reader.close(opener)
    reader.expect("^")
    high = reader.superscript()
    head = reader.since(token.start)
    around, reader.indices = reader.indices, (*reader.indices, index)
    body = reader.body()
    reader.indices = around
    _refuse_loose_factor(reader, head, (index,), body)
    kind: Literal["sum", "prod"] = "sum" if token.text == "sum" else "prod"
    return Indexed(kind, index, low, high, body, span=reader.since(token.start))


def _refuse_loose_factor(
    reader: Reader, head: Span, bound: tuple[Variable | str, ...], body: Written
) -> None:
    """Refuse a body that ends in a factor which might as well stand outside."""
    mark: str
    match body:
        case Product(factors=(*_, before, last), marks=(*_, mark)):
            rest = Span(body.span.start, before.span.end)
        case Quotient(numerator=numerator, denominator=last):
            rest, mark = numerator.span, "/"
        case _:
            return
    mentions = reader.scope.mentions
    if not isinstance(last, SumOver | Indexed) and occurs(
        bound, last, lambda name, base: base in mentions.get(name, ())
    ):
        return
    raise reader.ambiguous(head, rest, mark, last.span)
