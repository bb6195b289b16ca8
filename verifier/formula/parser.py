"""Text to written formula: sums of terms, terms of factors, and the refusal of double meanings.

From loose to tight: `+ -`, then `/`, then products (`a b / c` is (ab)/c), then `log`, then `^`.
A product ends with `/` and its denominator, with `log` and its argument, with `sum` or `prod` and
their body; where it seems to go on behind them there are two readings, and it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from verifier.formula import atom, binder
from verifier.formula.cursor import BRACKETS
from verifier.formula.lexer import FormulaError, Token
from verifier.formula.reader import RESERVED, Reader
from verifier.formula.scope import Scope
from verifier.formula.written import (
    Bracket,
    Call,
    Comparison,
    Density,
    Expectation,
    Exponential,
    Indexed,
    Integral,
    Logarithm,
    Name,
    Number,
    Power,
    Product,
    Quotient,
    Root,
    Span,
    Statement,
    Sum,
    SumOver,
    Variable,
    Written,
)

RELATIONS: tuple[Comparison, ...] = ("=", ">=", "<=")
COMPARISONS: tuple[Comparison, ...] = (*RELATIONS, ">", "<", "!=")


def parse_expression(text: str, scope: Scope) -> Written:
    """The expression that a text writes."""
    parser = Parser(text, scope)
    with parser.doubting():
        parser.refuse_relation()
        expression = parser.expression()
        parser.refuse_relation()
        parser.finish()
    return expression


def parse_statement(
    text: str,
    scope: Scope,
    relations: Collection[Comparison] = RELATIONS,
    quantifier: bool = False,
) -> Statement:
    """The statement `left REL right`; a fact has all `COMPARISONS` and may begin `for all x:`."""
    parser = Parser(text, scope)
    with parser.doubting():
        statement = parser.statement(relations, quantifier)
        parser.finish()
    return statement


class Factors(Reader):
    """The grammar of factors: atoms, powers, and what takes one without brackets."""

    def factor(self) -> Written:
        """An atom with its power; or `log`, `int`, `sum` with what they take."""
        node = self._atom()
        if self.token.text != "^" or isinstance(node, _WITHOUT_POWER):
            return node
        exponent = self._exponent(node.span.start)
        return Power(node, exponent, span=self.since(node.span.start))

    def superscript(self) -> Written:
        """What stands behind a `^`: a number, a name or a bracket, anything else in braces."""
        if self.token.text == "{":
            opener = self.open("{")
            body = self.nested()
            self.close(opener)
            return body
        if self.token.text in RESERVED:
            raise self.expected("exponent")
        if self.token.kind == "name" and not self.is_differential():
            return atom.named(self)
        return self._atom()

    def _atom(self) -> Written:
        token = self.token
        if token.kind == "name" and not self.is_differential():
            return _RESERVED_ATOMS.get(token.text, atom.factor_name)(self)
        if token.kind == "number":
            return atom.number(self)
        if token.text in _BRACKETED:
            return _BRACKETED[token.text](self)
        raise self.expected("operand")

    def _exponent(self, start: int) -> Written:
        """The exponent of a base that began at `start`; `a^b^c` has two readings."""
        caret = self.expect("^")
        exponent = self.superscript()
        if self.accept("^"):
            tower = self.since(start)
            base = self.source(Span(start, caret.start))
            first = self.source(Span(caret.end, tower.end - 1))
            second = self.source(self.superscript().span)
            readings = (f"({base}^{first})^{second}", f"{base}^({first}^{second})")
            raise FormulaError("ambiguous", self.since(start), {"readings": readings})
        return exponent

    def logarithm(self) -> Written:
        """`log a`, `log^2 a`; before a sum or product it takes that with its constant factor."""
        token = self.advance()
        if self.token.text == "_":
            data = {"spelling": f"{self.quoted(self.since(token.start))}_", "topic": "bases"}
            raise FormulaError("meaningless", self.since(token.start), data)
        exponent = self.superscript() if self.accept("^") else None
        argument = self.taken(self.since(token.start))
        name: Literal["log", "ln"] = "log" if token.text == "log" else "ln"
        span = self.since(token.start)
        logarithm = Logarithm(argument, name, span=span)
        if exponent is None:
            return logarithm
        return Power(Bracket(logarithm, span=span), exponent, span=span)

    def taken(self, head: Span) -> Written:
        self.enter()
        argument = self._atom()
        if self.token.text == "^" and not isinstance(argument, _WITHOUT_POWER):
            raise self._raised(head, argument)
        if self.token.text in ("sum", "prod") and self._is_constant(argument):
            factors = (argument, self.factor())
            argument = Product(factors, ("",), span=self.since(argument.span.start))
        self.leave()
        return argument

    def _raised(self, head: Span, argument: Written) -> FormulaError:
        """The ambiguity of a logarithm with a power behind its argument."""
        self._exponent(argument.span.start)
        whole = self.since(head.start)
        power = self.source(Span(argument.span.end, whole.end))
        logarithm = self.source(Span(head.start, argument.span.end))
        raised = self.source(argument.span)
        match argument:
            case Bracket(Name() | Number() | Density() | Call() as body):
                raised = self.source(body.span)
                logarithm = f"{self.source(head)} {raised}"
        readings = (f"({logarithm}){power}", f"{self.source(head)} ({raised}{power})")
        return FormulaError("ambiguous", whole, {"readings": readings})

    def exponential(self) -> Exponential:
        """`e^{a}`."""
        reserved = self._reserved()
        start = self.advance().start
        if self.token.text not in ("^", "-", ""):  # 1e-3 is said to be a number
            raise reserved
        exponent = self._exponent(start)
        return Exponential(exponent, True, span=self.since(start))

    def _is_constant(self, node: Written) -> bool:
        return all(
            part.name in self.scope.parameters
            if isinstance(part, Name)
            else isinstance(part, Number | Bracket | Sum | Product | Quotient | Power)
            for part in node.walk()
        )


class Parser(Factors):
    """The grammar of arithmetic and of statements."""

    # -- statements --------------------------------------------------------------------------------

    def statement(
        self, relations: Collection[Comparison] = COMPARISONS, quantifier: bool = False
    ) -> Statement:
        """`left REL right`, behind `for all x, z:` if that is allowed."""
        start = self.token.start
        quantified: tuple[Variable, ...] = ()
        if quantifier and self.token.text == "for" and self.peek() == "all":
            self.jump(self.index + 2)
            quantified = self.variables()
            self.expect(":")
        left = self.expression()
        if self.token.kind == "end":
            self._refuse_without_relation(left)
        relation = self.relation(relations)
        right = self.expression()
        return Statement(left, relation, right, quantified, span=self.since(start))

    def _refuse_without_relation(self, left: Written) -> None:
        """Refuse it at the one place where two sides stand next to each other, if there is one."""
        terms = left.terms if isinstance(left, Sum) else (left,)
        gaps = [
            factor
            for term in terms
            if isinstance(term, Product)
            for factor, mark in zip(term.factors[1:], term.marks, strict=True)
            if not mark
        ]
        if len(gaps) == 1:
            start = gaps[0].span.start
            self.jump(next(i for i, token in enumerate(self.tokens) if token.start >= start))
            raise self.expected("relation")

    @contextmanager
    def doubting(self) -> Iterator[None]:
        """Where a text can't be read and a name in it is misspelt, that is what is wrong."""
        try:
            yield
        except FormulaError as error:
            if self.bare is not None and error.code == "expected" and self._is_surplus():
                found = {"expected": "[", "found": self.quoted(self.bare.span)}
                raise FormulaError("expected", self.bare.span, found) from error
            doubt = self.doubt
            if doubt is None or error.code in _SURE:
                raise
            unknown = atom.undeclared(self, doubt.span, doubt.name, applied=False)
            if "near" not in unknown.data:
                raise
            raise unknown from error

    def _is_surplus(self) -> bool:
        """Whether a square bracket closes here that was not opened."""
        before = [token.text for token in self.tokens[: self.index]]
        return self.token.text == "]" and before.count("[") <= before.count("]")

    def relation(self, allowed: Collection[Comparison] = COMPARISONS) -> Comparison:
        """One of the relations allowed."""
        for relation in allowed:
            if self.accept(relation):
                return relation
        raise self.expected("relation")

    def refuse_relation(self) -> None:
        """Refuse a relation where one side alone is asked for."""
        if self.token.text in (*COMPARISONS, ":="):
            raise FormulaError("two-sides", Span(self.token.start, self.token.end))

    # -- sums, products, quotients -----------------------------------------------------------------

    def expression(self) -> Written:
        """`a - b + c`."""
        self.enter()
        start = self.token.start
        signs = ["-" if self.accept("-") else "+"]
        terms = [self.term()]
        while self.token.text in ("+", "-"):
            signs.append(self.advance().text)
            terms.append(self.term())
        self.leave()
        if signs == ["+"]:
            return terms[0]
        return Sum(tuple(terms), "".join(signs), span=self.since(start))

    def term(self) -> Written:
        """`a b`, `a * b`, `a b / c`, `1/2 a b / c`."""
        product = self._product(self.factor())
        if self.token.text != "/":
            return product
        quotient = self._quotient(product)
        if not self._goes_on(quotient.denominator):
            return quotient
        following = self.token
        product = self._product(Bracket(quotient, span=quotient.span))
        self._refuse_constants(quotient, product, following)
        return self._quotient(product) if self.token.text == "/" else product

    def _product(self, first: Written) -> Written:
        factors = [first]
        marks: list[Literal["", "*"]] = []
        while self._goes_on(factors[-1]):
            self._refuse_behind_open(factors[-1])
            marks.append("*" if self.accept("*") else "")
            factors.append(self.factor())
        if self.token.text == "/":
            self._refuse_behind_open(factors[-1])
        if not marks:
            return first
        return Product(tuple(factors), tuple(marks), span=self.since(first.span.start))

    def _goes_on(self, last: Written) -> bool:
        """Whether another factor follows."""
        token = self.token
        if token.kind == "number":
            return not isinstance(last, Number)  # `10 000` is a slip, not a product
        if token.text in ("sum", "prod") and self.peek() == "_" and self.peek(2) == "{":
            # a sum over an index that runs already is none of its terms
            return self.peek(3) not in self.direct or self.peek(4) != "="
        if token.kind == "name":
            return not self.is_differential()
        return token.text in _FACTORS

    def _quotient(self, numerator: Written) -> Quotient:
        self.expect("/")
        denominator = self.factor()
        span = self.since(numerator.span.start)
        quotient = Quotient(numerator, denominator, span=span)
        if self.token.text == "/" or (
            self._goes_on(denominator) and not self._is_coefficient(quotient)
        ):
            head = Span(numerator.span.start, denominator.span.start)
            raise self._with_next_factor(head, denominator.span)
        return quotient

    def _is_coefficient(self, quotient: Quotient) -> bool:
        """Whether this is a fraction of numbers and parameters; but `1/2K` is none."""
        glued = quotient.span.end == self.token.start
        return self._is_constant(quotient) and not (glued and self.token.kind == "name")

    def _refuse_constants(self, quotient: Quotient, product: Written, following: Token) -> None:
        """Refuse `1/2 K`: a coefficient stands before what is no constant."""
        assert isinstance(product, Product)
        if all(map(self._is_constant, product.factors)):
            head = Span(quotient.span.start, quotient.denominator.span.start)
            mark = "*" if following.text == "*" else ""
            rest = Span(following.end if mark else following.start, product.span.end)
            raise self.ambiguous(head, quotient.denominator.span, mark, rest)

    def _refuse_behind_open(self, last: Written) -> None:
        """Refuse a factor behind what no bracket ends: `log a`, `E_q a`, `log^2 a`."""
        match last:
            case (
                Logarithm(argument)
                | Power(Bracket(Logarithm(argument)))
                | Exponential(argument, power=False)
                | Root(argument)
                | Expectation(body=argument)
            ):
                if argument.span.end == last.span.end:
                    head = Span(last.span.start, argument.span.start)
                    raise self._with_next_factor(head, argument.span)

    def _with_next_factor(self, head: Span, first: Span) -> FormulaError:
        """The ambiguity of a head that takes `first`, or the factor behind it as well."""
        mark = self.advance().text if self.token.text in ("*", "/") else ""
        return self.ambiguous(head, first, mark, self.factor().span)


_WITHOUT_POWER = (Logarithm, Integral, SumOver, Indexed)

_SURE = frozenset(
    {"too-deep", "two-sides", "unknown-variable", "undeclared-name"}
)  # whatever stands before

_BRACKETED: Mapping[str, Callable[[Factors], Written]] = {
    **dict.fromkeys(BRACKETS, atom.bracket),
    r"\frac": atom.fraction,
    r"\langle": binder.average,
}
_FACTORS = frozenset({"*", *_BRACKETED})  # what a factor begins with that is no name or number

_RESERVED_ATOMS: Mapping[str, Callable[[Factors], Written]] = {
    "log": Factors.logarithm,
    "ln": Factors.logarithm,
    "exp": atom.exponential,
    "sqrt": atom.root,
    "e": Factors.exponential,
    "E": binder.expectation,
    "KL": atom.divergence,
    "H": atom.entropy,
    "I": atom.information,
    "int": binder.integral,
    "sum": binder.summation,
    "prod": binder.summation,
}
