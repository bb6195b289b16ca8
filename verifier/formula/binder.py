"""What binds variables: expectations, integrals, sums and products over an index."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from verifier.formula.atom import (
    declared_family,
    density,
    is_application,
    refuse_bare_family,
    undeclared,
)
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
    """`E_{q(z)}[ .. ]`, `E_{z ~ q(z | x)}[ .. ]`, `E_q[ .. ]`; `E[ .. ]` says too little.

    Round brackets, or none, end what may stand beside it: `E_q (a) b` has two readings.
    """
    token = reader.advance()
    laws = _laws(reader, Span(token.start, token.end))
    if reader.token.text in ("[", r"\{"):
        opener = reader.open()
        body = reader.nested()
        reader.close(opener)
    else:
        reader.bare = reader.token
        body = reader.taken(reader.since(token.start))
        if isinstance(body, Bracket):
            body = replace(body.body, span=body.span)
    return Expectation(laws, body, span=reader.since(token.start))


def average(reader: Reader) -> Expectation:
    r"""`\langle a \rangle_{q(z)}`."""
    opener = reader.open((r"\langle",))
    body = reader.nested()
    reader.close(opener)
    laws = _laws(reader, reader.since(opener.start))
    return Expectation(laws, body, span=reader.since(opener.start))


def _laws(reader: Reader, head: Span) -> tuple[Written, ...]:
    if not reader.accept("_"):
        raise FormulaError("bare-expectation", head)
    if reader.token.text != "{":
        start = reader.token.start
        _refuse_variable(reader)
        if _is_law(reader):
            return (Law(density(reader), span=reader.since(start)),)
        family = declared_family(reader, braced=False)
        return (Law(None, family, span=reader.since(start)),)
    opener = reader.open("{")
    laws = [_law(reader)]
    while reader.token.text in (",", "(") or reader.token.kind == "name":
        reader.accept(",")
        laws.append(_law(reader))
    reader.close(opener)
    return tuple(laws)


def _is_law(reader: Reader) -> bool:
    """Whether brackets with variables follow the subscript, so that `E_q(z)[..]` is meant."""
    if not is_application(reader):
        return False
    label, index = reader.label_ahead()
    if label not in reader.scope.families:
        return False
    inside, following = (token.text for token in reader.tokens[index + 1 : index + 3])
    return inside in reader.scope.bases and following in ("_", "^", ",", "|", ")")


def _refuse_variable(reader: Reader) -> None:
    """Refuse `E_z[..]`, `E_{z | x}[..]`: a variable without its law."""
    token = reader.token
    label, index = reader.label_ahead() if token.kind == "name" else ("", 0)
    names = label not in reader.scope.families and reader.scope.is_variable(label)
    if names and reader.tokens[index].text not in ("~", ",", "_"):
        data = {"name": reader.quoted(Span(token.start, reader.tokens[index - 1].end))}
        raise FormulaError("bare-expectation", Span(token.start, token.end), data)


def _law(reader: Reader) -> Written:
    start = reader.token.start
    variables: tuple[Variable, ...] = ()
    if reader.token.text == "(" and _is_variable(reader, reader.index + 1):
        opener = reader.open()
        variables = reader.variables()
        reader.close(opener)
        reader.expect("~")
    elif reader.token.text in ("prod", "("):
        return density_product(reader, reader.factor())
    elif not _family_ahead(reader):
        refuse_bare_family(reader, *reader.label_ahead())
        _refuse_variable(reader)
        variables = reader.variables()
        reader.expect("~")
    if not is_application(reader):
        family = declared_family(reader)
        return Law(None, family, variables, span=reader.since(start))
    law = density(reader, variables)
    if law.family not in reader.scope.families:
        raise undeclared(reader, law.span, law.family)
    return Law(law, None, variables, span=reader.since(start))


def _is_variable(reader: Reader, index: int) -> bool:
    token = reader.tokens[index]
    return token.text in reader.scope.bases and token.text not in reader.scope.families


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
            data = {"expected": "density", "found": reader.quoted(node.span)}
            raise FormulaError("expected", node.span, data)


# -- integral --------------------------------------------------------------------------------------


def integral(reader: Reader) -> Integral:
    """`int f dx dz`, with or without what it is over: `int_z f dz`.

    An integral takes the differentials that follow its body, but only one of them where another
    integral around it waits for its own.
    """
    token = reader.advance()
    over = _domain(reader)
    reader.pending += 1
    if reader.is_differential():
        raise _differential_first(reader, token)
    reader.closable += 1
    body = reader.expression()
    reader.closable -= 1
    variables = _differentials(reader, single=reader.closable > 0)
    reader.pending -= 1
    if not variables:
        if reader.doubt is not None and reader.doubt.name[0] == "d":
            unknown = {"name": reader.doubt.name[1:]}
            raise FormulaError("unknown-variable", reader.doubt.span, unknown)
        raise FormulaError("missing-differential", Span(token.start, token.end))
    over.check(variables)
    return Integral(body, variables, span=reader.since(token.start))


def _differentials(reader: Reader, single: bool = False) -> tuple[Variable, ...]:
    variables: list[Variable] = []
    while reader.is_differential() and not (single and variables):
        variables.append(reader.differential())
    return tuple(variables)


def _differential_first(reader: Reader, token: Token) -> FormulaError:
    start = reader.token.start
    _differentials(reader)
    differentials = re.sub(r"\bd ", "d", reader.source(reader.since(start)))
    body = reader.source(reader.body().span)
    written = f"int {body} {differentials}"
    return FormulaError("differential-first", reader.since(token.start), {"written": written})


@dataclass(frozen=True)
class _Domain:
    """What an integral or a sum is said to be over: its variables, or all their values."""

    span: Span
    variables: tuple[Variable, ...] = ()
    name: str = ""

    def check(self, bound: tuple[Variable, ...]) -> None:
        """Refuse what is not over all values of the variables bound."""
        capitals = {variable.base.capitalize() for variable in bound}
        variables = not self.variables or set(self.variables) == set(bound)
        if not variables or self.name not in {"", "R", *capitals}:
            raise FormulaError("domain", self.span)


def _domain(reader: Reader) -> _Domain:
    r"""`_z`, `_{z \in \mathcal{Z}}`, `_{\mathcal{Z}}`, `_{-\infty}^{\infty}`, or nothing."""
    start = reader.token.start
    if not reader.accept("_"):
        return _Domain(Span(start, start))
    braces = reader.advance() if reader.token.text == "{" else None
    variables: tuple[Variable, ...] = ()
    name = ""
    if reader.token.text == "-" and reader.peek() == r"\infty":
        reader.jump(reader.index + 2)
        _close(reader, braces)
        reader.expect("^")
        braces = reader.advance() if reader.token.text == "{" else None
        reader.accept("+")
        reader.expect(r"\infty")
    elif reader.token.text in reader.scope.bases:
        variables = reader.variables() if braces else (reader.simple_variable(),)
        name = _set_name(reader) if reader.accept("in") else ""
    else:
        name = _set_name(reader)
    _close(reader, braces)
    return _Domain(reader.since(start), variables, name)


def _close(reader: Reader, opener: Token | None) -> None:
    if opener is not None:
        reader.close(opener)


def _set_name(reader: Reader) -> str:
    r"""`\mathcal{Z}`, `\mathbb{R}^d`."""
    name = reader.name("variable").text
    if name == "R" and reader.accept("^"):
        reader.superscript()
    return name


_OTHER_RANGES = ("<", ">", "<=", ">=", "!=")


# -- sums and products -----------------------------------------------------------------------------


def summation(reader: Reader) -> SumOver | Indexed:
    """`sum_{z} ..`, `sum_{tau=0}^{t} ..`, `prod_{tau=0}^{t} ..`, `sum^{t}_{tau=0} ..`."""
    token = reader.advance()
    high = reader.superscript() if reader.accept("^") else None
    reader.expect("_")
    if high is not None:
        return _over_index(reader, token, high)
    if token.text == "prod" and reader.token.text != "{":
        raise _without_ends(reader, token)
    if token.text == "prod" or (reader.token.text == "{" and reader.peek(2) == "="):
        return _over_index(reader, token)
    return _over_variables(reader, token)


def _over_variables(reader: Reader, token: Token) -> SumOver:
    if reader.token.text == "{":
        opener = reader.open("{")
        start = reader.token.start
        if reader.token.kind == "number":
            raise _without_ends(reader, token)
        variables = reader.variables()
        if reader.accept("in"):
            if reader.token.kind != "name":
                raise _without_ends(reader, token)
            _Domain(reader.since(start), (), _set_name(reader)).check(variables)
        if reader.token.text in _OTHER_RANGES:
            raise _without_ends(reader, token)
        reader.close(opener)
    else:
        variables = (reader.simple_variable(),)
    if reader.token.text in ("^", "="):
        raise _without_ends(reader, token, "=" if reader.token.text == "^" else "{")
    head = reader.since(token.start)
    body = reader.body()
    _refuse_loose_factor(reader, head, variables, body)
    return SumOver(variables, body, span=reader.since(token.start))


def _without_ends(reader: Reader, token: Token, wanted: str = "=") -> FormulaError:
    """The error for `sum_{t > 1}`, `sum_k^K`: a range that doesn't say from where to where."""
    error = reader.expected(wanted)
    like = f"{token.text}_{{t=1}}^{{T}} .."
    return FormulaError(error.code, error.span, {**error.data, "like": like})


def _over_index(reader: Reader, token: Token, high: Written | None = None) -> Indexed:
    opener = reader.open("{")
    name = reader.name("index")
    if not reader.accept("="):
        raise _without_ends(reader, token)
    index, other = name.text, reader.scope.kind(name.text)
    if other is not None:
        data = {"name": index, "kind": "index", "other": other}
        raise FormulaError("declared-twice", Span(name.start, name.end), data)
    low = reader.nested()
    reader.close(opener)
    if high is None:
        if not reader.accept("^"):
            raise _without_ends(reader, token, "^")
        high = reader.superscript()
    head = reader.since(token.start)
    around, reader.indices = (reader.indices, reader.direct), (*reader.indices, index)
    reader.direct = (*reader.direct, index)
    body = reader.body()
    reader.indices, reader.direct = around
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
        case Quotient(numerator=numerator, denominator=last, fraction=False):
            rest, mark = numerator.span, "/"
        case _:
            return
    mentions = reader.scope.mentions
    if not isinstance(last, SumOver | Indexed) and occurs(
        bound, last, lambda name, base: base in mentions.get(name, ())
    ):
        return
    raise reader.ambiguous(head, rest, mark, last.span)
