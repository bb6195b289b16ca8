"""What formulas are made of from below: names, variables and their subscripts, lists."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeVar

from verifier.formula.cursor import Cursor
from verifier.formula.lexer import FormulaError, Token
from verifier.formula.scope import Scope
from verifier.formula.written import Name, Number, Span, Variable, Written

RESERVED = frozenset({"log", "ln", "exp", "sqrt", "int", "sum", "prod", "E", "H", "I", "KL", "e"})

_INSTEAD = {  # names for what one may have meant to call so
    "E": ("En", "U", "energy"),
    "H": ("h", "Ham", "hidden"),
    "I": ("J", "i_0", "info"),
    "e": ("eps", "err", "error"),
    "KL": ("D", "div", "gap"),
    "D_KL": ("D", "div", "gap"),
    "int": ("integral", "total"),
    "sum": ("S", "total"),
    "prod": ("Pi", "whole"),
    "log": ("logs", "ell"),
    "ln": ("logs", "ell"),
    "exp": ("w", "weight"),
    "sqrt": ("root", "s"),
}
_BOUNDS: tuple[tuple[str, Literal["before", "upto"]], ...] = (("<", "before"), ("<=", "upto"))

Item = TypeVar("Item")


class Reader(Cursor):
    """Reads a text token by token. The grammar of arithmetic derives from it.

    `pending` counts the integrals that wait for their differential, `closable` those of them whose
    differential may stand at this level of brackets.
    """

    def __init__(self, text: str, scope: Scope) -> None:
        super().__init__(text)
        self.scope = scope
        self.pending = 0
        self.closable = 0
        self.indices: tuple[str, ...] = ()  # bound by the sums and products around
        self.direct: tuple[str, ...] = ()  # of these, those that no bracket stands between
        self.doubt: Name | None = None  # the first name that stands for nothing
        self.bare: Token | None = None  # what the last expectation without brackets begins with

    # -- the grammar, from below -------------------------------------------------------------------

    def expression(self) -> Written:
        """The expression that starts here."""
        raise NotImplementedError

    def term(self) -> Written:
        """The product or quotient that starts here."""
        raise NotImplementedError

    def factor(self) -> Written:
        """The factor that starts here."""
        raise NotImplementedError

    def superscript(self) -> Written:
        """What stands behind a `^`: a number, a name or a bracket, anything else in braces."""
        raise NotImplementedError

    def taken(self, head: Span) -> Written:
        """What a `head` without brackets takes, as in `log a`: the atom that starts here, or a sum
        or product with its constant factor."""
        raise NotImplementedError

    # -- nesting -----------------------------------------------------------------------------------

    def nested(self) -> Written:
        """The expression that starts here, between brackets of its own."""
        around, self.closable, self.direct = (self.closable, self.direct), 0, ()
        body = self.expression()
        self.closable, self.direct = around
        return body

    def body(self) -> Written:
        """The term that starts here, as the body of something that has no closing bracket."""
        self.enter()
        body = self.term()
        self.leave()
        return body

    def is_differential(self) -> bool:
        """Whether a differential stands here, of an integral that waits for one."""
        token = self.token
        if not self.pending or token.kind != "name" or token.text[0] != "d":
            return False
        if token.text == "d":
            return self.peek() in self.scope.bases
        names = _differentials(token.text, self.scope.bases) if len(token.text) < 20 else []
        if len(names) > 1:  # `dxdz`
            ends = itertools.accumulate(len(name) + 1 for name in names)
            self.tokens[self.index : self.index + 1] = [
                Token("name", f"d{name}", token.start + end - len(name) - 1, token.start + end)
                for name, end in zip(names, ends, strict=True)
            ]
            self.token = self.tokens[self.index]
        return bool(names)

    def differential(self) -> Variable:
        """The variable of the differential that stands here: `dz`, `d z_1`."""
        token = self.advance()
        if token.text == "d":
            return self.variable()
        return self.subscripted(token.text[1:], token.start + 1)

    # -- names and variables -----------------------------------------------------------------------

    def label_ahead(self) -> tuple[str, int]:
        """The name that starts here, with a simple subscript, and the index of what follows.

        `z_1`, `theta_old` and `q_{phi}` (= `q_phi`) are such names. Of `z_{t-1}` and `z_{0:t}` it
        is the base alone, and what follows is the `_`.
        """
        tokens, index = self.tokens, self.index
        base = tokens[index].text
        if tokens[index + 1].text == "_":
            subscript = tokens[index + 2]
            if _is_simple(subscript):
                return f"{base}_{subscript.text}", index + 3
            braced = subscript.text == "{" and _is_simple(tokens[index + 3])
            if braced and tokens[index + 4].text == "}":
                return f"{base}_{tokens[index + 3].text}", index + 5
        return base, index + 1

    def label(self, what: str = "name") -> str:
        """The name that starts here; it must be one that can be declared."""
        self._check_name(what)
        label, index = self.label_ahead()
        if label == "D_KL":
            raise self._reserved()
        self.jump(index)
        return label

    def name(self, what: str = "name") -> Token:
        """Step over a name without its subscript; it must not be a reserved one."""
        self._check_name(what)
        return self.advance()

    def labels(self, what: str = "name") -> tuple[str, ...]:
        """Names with commas between them."""
        return self.listed(lambda: self.label(what))

    def variable(self) -> Variable:
        """The variable that starts here, with any subscript."""
        token = self.name("variable")
        return self.subscripted(token.text, token.start)

    def simple_variable(self) -> Variable:
        """The variable that starts here, without a subscript."""
        token = self.name("variable")
        return Variable(token.text, span=Span(token.start, token.end))

    def variables(self) -> tuple[Variable, ...]:
        """Variables with commas between them."""
        return self.listed(self.variable)

    def random_variables(self) -> tuple[Variable, ...]:
        """Variables in H and I, where they may be written as capitals: X for x."""
        return self.listed(self._random_variable)

    def _random_variable(self) -> Variable:
        variable = self.variable()
        lowered = variable.base[0].lower() + variable.base[1:]
        if variable.base in self.scope.bases or lowered not in self.scope.bases:
            return variable
        return replace(variable, base=lowered)

    def subscripted(self, base: str, start: int) -> Variable:
        """The variable whose base, begun at `start`, has just been read."""
        if not self.accept("_"):
            if self.token.text == "^" and self.peek(1 + (self.peek() == "{")) == "(":
                return self._superscripted(base, start)
            return Variable(base, span=self.since(start))
        if _is_simple(self.token):
            low: Written = self._simple()
            return Variable(base, "element", low, span=self.since(start))
        return self._indexed(base, start, self.open("{"))

    def _superscripted(self, base: str, start: int) -> Variable:
        """`z^{(k)}` is z_k."""
        self.advance()
        braces = self.advance() if self.token.text == "{" else None
        variable = self._indexed(base, start, self.open("("))
        if braces is not None:
            self.close(braces)
        return replace(variable, span=self.since(start))

    def _indexed(self, base: str, start: int, opener: Token) -> Variable:
        for sign, form in _BOUNDS:
            if self.accept(sign):
                high = self.nested()
                self.close(opener)
                return Variable(base, form, None, high, span=self.since(start))
        low: Written = self.nested()
        end = self.nested() if self.accept(":") else None
        self.close(opener)
        return Variable(base, "slice" if end else "element", low, end, span=self.since(start))

    def listed(self, item: Callable[[], Item]) -> tuple[Item, ...]:
        """One item or more, with commas between them."""
        items = [item()]
        while self.accept(","):
            items.append(item())
        return tuple(items)

    def _simple(self) -> Name | Number:
        token = self.advance()
        span = Span(token.start, token.end)
        if token.kind == "number":
            return Number(token.text, span=span)
        return Name(token.text, span=span)

    def _check_name(self, what: str) -> None:
        if self.token.kind != "name":
            raise self.expected(what)
        if self.token.text in RESERVED:
            raise self._reserved()

    def _reserved(self) -> FormulaError:
        span = Span(self.token.start, self.token.end)
        free = _INSTEAD.get(self.token.text, ())
        return FormulaError("reserved-name", span, {"name": self.token.text, "free": free})


def _differentials(word: str, bases: frozenset[str]) -> list[str]:
    """The variables of the differentials that a word consists of, if it does."""
    if word[1:] in bases:
        return [word[1:]]
    for end in range(2, len(word)):
        if word[end] == "d" and word[1:end] in bases:
            following = _differentials(word[end:], bases)
            if following:
                return [word[1:end], *following]
    return []


def _is_simple(token: Token) -> bool:
    """Whether a subscript needs no braces: a name without a subscript of its own, an integer."""
    return token.kind == "name" or (token.kind == "number" and token.text.isdigit())
