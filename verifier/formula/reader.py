"""A cursor over the tokens of one formula: names, variables, lists, and what was expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from verifier.formula.lexer import FormulaError, Token, tokenize
from verifier.formula.scope import Scope
from verifier.formula.written import Name, Number, Span, Variable, Written

# Trees are as deep as the text is nested, up to a small factor, and all that reads them recurses.
MAX_DEPTH = 40

RESERVED = frozenset({"log", "ln", "exp", "sqrt", "int", "sum", "prod", "E", "H", "I", "KL", "e"})
CLOSERS = {"(": ")", "[": "]", "{": "}"}

_BOUNDS: tuple[tuple[str, Literal["before", "upto"]], ...] = (("<", "before"), ("<=", "upto"))

Item = TypeVar("Item")


class Reader:
    """Reads a text token by token. The grammar of arithmetic derives from it.

    `pending` counts the integrals that wait for their differential, `closable` those of them whose
    differential may stand at this level of brackets.
    """

    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.scope = scope
        self.tokens = tokenize(text)
        self.index = 0
        self.token = self.tokens[0]
        self.depth = 0
        self.pending = 0
        self.closable = 0
        self.indices: tuple[str, ...] = ()  # bound by the sums and products around

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

    # -- nesting -----------------------------------------------------------------------------------

    def nested(self) -> Written:
        """The expression that starts here, between brackets of its own."""
        closable, self.closable = self.closable, 0
        body = self.expression()
        self.closable = closable
        return body

    def body(self) -> Written:
        """The term that starts here, as the body of something that has no closing bracket."""
        self.enter()
        body = self.term()
        self.leave()
        return body

    def enter(self) -> None:
        """Count one level of nesting; `leave` ends it."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            span = Span(self.token.start, self.token.end)
            raise FormulaError("too-deep", span, {"limit": MAX_DEPTH})

    def leave(self) -> None:
        """End one level of nesting."""
        self.depth -= 1

    def is_differential(self) -> bool:
        """Whether a differential stands here, of an integral that waits for one."""
        token = self.token
        return (
            self.pending > 0
            and token.kind == "name"
            and token.text[0] == "d"
            and token.text[1:] in self.scope.bases
        )

    # -- moving ------------------------------------------------------------------------------------

    def advance(self) -> Token:
        """Step over the current token and return it."""
        token = self.token
        self.jump(self.index + 1)
        return token

    def jump(self, index: int) -> None:
        """Go to the token with this index."""
        self.index = index
        self.token = self.tokens[index]

    def peek(self, ahead: int = 1) -> str:
        """The text of a token further on; empty at the end."""
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)].text

    def accept(self, text: str) -> bool:
        """Step over the current token if it is this one."""
        if self.token.text != text:
            return False
        self.jump(self.index + 1)
        return True

    def expect(self, text: str) -> Token:
        """Step over the current token, which must be this one."""
        if self.token.text != text:
            raise self.expected(text)
        return self.advance()

    def open(self, openers: str = "([") -> Token:
        """Step over an opening bracket and return it, for `close`."""
        if self.token.text not in CLOSERS or self.token.text not in openers:
            raise self.expected(openers[0])
        return self.advance()

    def close(self, opener: Token) -> None:
        """Step over the bracket that closes `opener`."""
        closer = CLOSERS[opener.text]
        if self.token.kind == "end":
            data = {"expected": closer, "opener": opener.text}
            raise FormulaError("unclosed", Span(opener.start, opener.end), data)
        self.expect(closer)

    def finish(self) -> None:
        """Refuse what is left over."""
        if self.token.kind != "end":
            raise self.expected("end")

    # -- places and refusals -----------------------------------------------------------------------

    def since(self, start: int) -> Span:
        """From an offset to the end of the last token read."""
        return Span(start, self.tokens[self.index - 1].end)

    def source(self, span: Span) -> str:
        """The author's text of a span, on one line."""
        return " ".join(self.text[span.start : span.end].split())

    def expected(self, what: str) -> FormulaError:
        """The error that says what should stand here."""
        span = Span(self.token.start, self.token.end)
        return FormulaError("expected", span, {"expected": what, "found": self.token.text})

    def ambiguous(self, head: Span, first: Span, mark: str, second: Span) -> FormulaError:
        """The error for `head first mark second`, whose head may take one factor or both."""
        opening, one, other = (self.source(span) for span in (head, first, second))
        sign = f" {mark} " if mark else " "
        readings = (f"({opening} {one}){sign}{other}", f"{opening} ({one}{sign}{other})")
        return FormulaError("ambiguous", Span(head.start, second.end), {"readings": readings})

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

    def variables(self) -> tuple[Variable, ...]:
        """Variables with commas between them."""
        return self.listed(self.variable)

    def subscripted(self, base: str, start: int) -> Variable:
        """The variable whose base, begun at `start`, has just been read."""
        if not self.accept("_"):
            return Variable(base, span=self.since(start))
        if _is_simple(self.token):
            low: Written = self._simple()
            return Variable(base, "element", low, span=self.since(start))
        opener = self.open("{")
        for sign, form in _BOUNDS:
            if self.accept(sign):
                high = self.nested()
                self.close(opener)
                return Variable(base, form, None, high, span=self.since(start))
        low = self.nested()
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
        return FormulaError("reserved-name", span, {"name": self.token.text})


def _is_simple(token: Token) -> bool:
    """Whether a subscript needs no braces: a name without a subscript of its own, an integer."""
    return token.kind == "name" or (token.kind == "number" and token.text.isdigit())
