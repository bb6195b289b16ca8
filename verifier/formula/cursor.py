"""A cursor over the tokens of one formula, and what it says where another token should stand."""

from __future__ import annotations

from collections.abc import Collection

from verifier.formula import braces
from verifier.formula.lexer import MAX_DEPTH, FormulaError, Token
from verifier.formula.pasted import tokenize
from verifier.formula.written import Span

CLOSERS = {"{": "}", **braces.CLOSERS}
BRACKETS = frozenset({"(", "[", r"\{"})


class Cursor:
    """Where the reading of a text stands: at a token, so many brackets deep."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0
        self.token = self.tokens[0]
        self.depth = 0

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

    def open(self, openers: Collection[str] = BRACKETS) -> Token:
        """Step over an opening bracket and return it, for `close`."""
        if self.token.text not in CLOSERS or self.token.text not in openers:
            raise self.expected("(" if "(" in openers else next(iter(openers)))
        return self.advance()

    def close(self, opener: Token) -> None:
        """Step over the bracket that closes `opener`."""
        closer = CLOSERS[opener.text]
        if self.token.kind == "end":
            data = {"expected": closer, "opener": self.quoted(Span(opener.start, opener.end))}
            end = self.tokens[self.index - 1].end
            raise FormulaError("unclosed", Span(end, end), {**data, "binder": opener.span})
        self.expect(closer)

    def finish(self) -> None:
        """Refuse what is left over."""
        if self.token.kind != "end":
            raise self.expected("end")

    def enter(self) -> None:
        """Count one level of nesting; `leave` ends it."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            span = Span(self.token.start, self.token.end)
            raise FormulaError("too-deep", span, {"limit": MAX_DEPTH})

    def leave(self) -> None:
        """End one level of nesting."""
        self.depth -= 1

    # -- places and refusals -----------------------------------------------------------------------

    def since(self, start: int) -> Span:
        """From an offset to the end of the last token read."""
        return Span(start, self.tokens[self.index - 1].end)

    def quoted(self, span: Span) -> str:
        """The author's text of a span, on one line."""
        return " ".join(self.text[span.start : span.end].split())

    def source(self, span: Span) -> str:
        """The same in the plain spelling."""
        found, end = "", span.start
        for token in self.tokens:
            if span.start <= token.start and token.end <= span.end and token.kind != "end":
                before, gap = found[-1:], self.text[end : token.start]
                joined = before.isalnum() and token.text[0].isalnum()
                apart = before in (",", "|", ";") or token.text in ("|", "||")
                found += " " * bool(found and (joined or gap or apart))
                found, end = found + token.text, token.end
        return found

    def expected(self, what: str) -> FormulaError:
        """The error that says what should stand here."""
        span = Span(self.token.start, self.token.end)
        found = self.quoted(span) or self.token.text
        return FormulaError("expected", span, {"expected": what, "found": found})

    def ambiguous(self, head: Span, first: Span, mark: str, second: Span) -> FormulaError:
        """The error for `head first mark second`, whose head may take one factor or both: marked
        up to where the second begins."""
        opening, one, other = (self.source(span) for span in (head, first, second))
        sign = f" {mark} " if mark else " "
        taken = self.source(Span(head.start, first.end))
        gap = "" if opening.endswith("/") and taken[len(opening)] != " " else " "
        readings = (f"({taken}){sign}{other}", f"{opening}{gap}({one}{sign}{other})")
        begins = next(token for token in self.tokens if token.start >= second.start)
        return FormulaError("ambiguous", Span(head.start, begins.end), {"readings": readings})
