r"""The braces of LaTeX: which of them a reader sees.

Braces stay where the plain language has them, around a script, and around the arguments of `\frac`
and `\sqrt`. No others are seen by a reader, so they go, and are refused where brackets would have
to be seen: `{a + b} c`.
"""

from __future__ import annotations

from verifier.formula import spellings
from verifier.formula.lexer import MAX_DEPTH, FormulaError, Token, scan
from verifier.formula.written import Span

CLOSERS = {"(": ")", "[": "]", r"\{": r"\}", r"\langle": r"\rangle"}
_OPENING, _CLOSING = frozenset(CLOSERS), frozenset(CLOSERS.values())
RELATIONS = frozenset({"=", ">=", "<=", ">", "<", "!=", "<<", ":="})
BREAKS = frozenset({r"\\", "&"})
AROUND = frozenset({"$", r"\(", r"\)", r"\[", r"\]"})  # what shows a formula within a text
_SUMS = frozenset({r"\sum", r"\prod", r"\int", r"\iint", r"\oint"})
_LIMITS = frozenset({r"\limits", r"\nolimits"})
# Beside these a sum needs no brackets.
BEFORE_SUM = frozenset({"", "{", ",", ":", "||", "+", *_OPENING, *RELATIONS})
BEHIND_SUM = frozenset({"", "}", ",", ":", "||", "+", "-", *_CLOSING, *RELATIONS})


class Braces:
    """One text on its way: the tokens typed, where the reading of them stands, those kept."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.typed = _scripts_apart(scan(text))
        self.at = 0
        self.kept: list[Token] = []
        self.depth = 0
        self.in_law = False  # within the subscript of an expectation
        self.open: list[tuple[str, bool]] = []  # what closes each bracket, whether by `\\right`
        self.sized = 0  # how many of them do
        self.hidden: Token | None = None  # braces around a sum, until what follows them is known

    def next(self) -> Token:
        token = self.typed[self.at]
        self.at += token.kind != "end"
        return token

    def keep(self, token: Token) -> None:
        last = self.kept[-1] if self.kept else None
        if token.text == "|" and last is not None and last.text == "|":
            self.kept[-1] = last._replace(text="||", end=token.end)
            return
        if self.hidden is not None and token.text not in BREAKS:
            if token.text not in BEHIND_SUM:
                raise refused("braces", self.hidden)
            self.hidden = None
        if token.text in CLOSERS:
            self.open.append((CLOSERS[token.text], False))
        elif token.text in _CLOSING and self.open:
            self.sized -= self.open.pop()[1]
        self.kept.append(token)

    def keep_as(self, text: str, token: Token) -> None:
        for word in text.split():
            kind = "name" if word.isalpha() else "symbol"
            self.keep(Token(kind, word, token.start, token.end))

    def zero(self, text: str) -> Token:
        """A token that nobody typed, here."""
        place = self.typed[max(self.at - 1, 0)].end
        return Token("symbol", text, place, place)

    def widen(self, first: int, start: int) -> None:
        """Let what was kept since `first` cover what was typed from `start` to here."""
        if first < len(self.kept):
            self.kept[first] = self.kept[first]._replace(start=start)
            self.kept[-1] = self.kept[-1]._replace(end=self.typed[self.at - 1].end)

    def spelling(self, token: Token) -> str:
        return self.text[token.start : token.end]

    # -- items and groups --------------------------------------------------------------------------

    def command(self, token: Token) -> None:
        """A command, with what it takes."""
        raise NotImplementedError

    def script(self, mark: Token) -> None:
        """A subscript or superscript."""
        raise NotImplementedError

    def sequence(self) -> None:
        """All up to the brace that closes what is open, or to the end."""
        first, over = len(self.kept), False
        while self.typed[self.at].kind != "end" and self.typed[self.at].text != "}":
            token = self.next()
            if token.text == r"\over" and not over:
                over = True
                self._over(first, token)
            else:
                self.item(token)
        if over:
            self.keep(self.zero("}"))

    def _over(self, first: int, token: Token) -> None:
        r"""`{a \over b}` is `\frac{a}{b}`."""
        if _depth(self.kept[first:]):
            raise refused("unknown-command", token, name=token.text, near=(r"\frac",))
        begin = self.kept[first].start if first < len(self.kept) else token.start
        self.kept[first:first] = [Token("symbol", text, begin, begin) for text in (r"\frac", "{")]
        self.keep(self.zero("}"))
        self.keep(self.zero("{"))

    def item(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH + 1:
            raise refused("too-deep", token, limit=MAX_DEPTH)
        if token.text in AROUND:
            if self.kept:
                self.keep(token)
        elif token.kind == "command":
            self.command(token)
        elif token.text == "{" and self.kept and self.kept[-1].text == "sqrt":
            self.at -= 1
            self.argument()
        elif token.text == "{":
            self.group(token, len(self.kept), token.start)
        elif token.text in ("_", "^"):
            self.script(token)
        elif token.text == "~":
            if self._is_sign(token):
                self.keep(token)
        else:
            self.keep(token)
        self.depth -= 1

    def _is_sign(self, token: Token) -> bool:
        """Whether this `~` stands between a variable and its law; else it is a space."""
        start, end = token.start, token.end
        spaced = (
            self.text[max(start - 1, 0) : start].isspace() and self.text[end : end + 1].isspace()
        )
        before = self.kept[-1] if self.kept else self.zero("")
        following = self.typed[self.at]
        between = (before.kind in ("name", "number") or before.text == "}") and (
            following.kind == "name" or following.text in spellings.STYLES
        )
        return spaced or (self.in_law and between)

    def group(self, opener: Token, first: int, start: int, labelled: bool = False) -> None:
        """What stands in braces that a reader doesn't see; a script behind may be a label."""
        place = self.at
        self.sequence()
        if self.next().text != "}":  # most likely it was lost behind what comes first
            end = self.typed[place].end
            data = {"opener": "{", "expected": "}", "binder": opener.span}
            raise FormulaError("unclosed", Span(end, end), data)
        self.widen(first, start)
        before = self.kept[first - 1].text if first else ""
        script = "" if labelled else self.typed[self.at].text
        held = self.kept[first:]
        if len(held) > 1 and _sums(held):
            braces = Token("symbol", "{", start, self.typed[self.at - 1].end)
            if before not in BEFORE_SUM:
                raise refused("braces", braces)
            self.hidden = self.hidden or braces
        elif len(held) > 1 and script == "^" and not _is_application(held):
            raise refused("braces", opener)

    def argument(self) -> None:
        r"""What a command takes, in braces that stay: `\frac{a}{b}`, `\frac12`."""
        token = self.next()
        if token.text == "{":
            self.keep(token)
            self.sequence()
            if self.typed[self.at].text == "}":
                self.keep(self.next())
            return
        if token.kind in ("name", "number") and len(token.text) > 1:
            self.at -= 1
            rest = token._replace(text=token.text[1:], start=token.start + 1)
            self.typed[self.at] = rest
            token = token._replace(text=token.text[0], end=token.start + 1)
        if token.kind == "end" or token.text == "}":
            raise refused("expected", token, expected="{", found=token.text)
        self.keep(Token("symbol", "{", token.start, token.start))
        self.item(token)
        self.keep(self.zero("}"))

    def braced(self, token: Token, first: int) -> None:
        """The argument of a command that leaves no braces."""
        following = self.next()
        if following.text == "{":
            self.group(following, first, token.start, token.text in spellings.BRACES)
        elif following.kind == "end" or following.text == "}":
            raise refused("expected", following, expected="{", found=following.text)
        else:
            self.item(following)
            self.widen(first, token.start)

    def skipped(self) -> range:
        """Step over an argument that says nothing; its place among what is typed."""
        while self.typed[self.at].text == "*" or self.typed[self.at].text in spellings.STYLES:
            self.next()
        if self.typed[self.at].text not in ("[", "{"):
            return range(self.at, self.at + (self.next().kind != "end"))
        for opener, closer in (("[", "]"), ("{", "}")):
            if self.typed[self.at].text != opener:
                continue
            start, level = self.at, 0
            while level or self.at == start:
                token = self.next()
                level += (token.text == opener) - (token.text == closer)
                if token.kind == "end":
                    missing = {"opener": opener, "expected": closer}
                    raise refused("unclosed", self.typed[start], **missing)
        return range(start + 1, self.at - 1)


def refused(code: str, token: Token, **data: object) -> FormulaError:
    return FormulaError(code, Span(token.start, token.end), data)


def _depth(tokens: list[Token]) -> int:
    return sum((token.text in _OPENING) - (token.text in _CLOSING) for token in tokens)


def _sums(tokens: list[Token]) -> bool:
    """Whether a `+` or `-` stands here in no brackets."""
    level = 0
    for token in tokens:
        level += token.text in _OPENING or token.text == "{"
        level -= token.text in _CLOSING or token.text == "}"
        if level == 0 and token.text in ("+", "-"):
            return True
    return False


def _is_application(tokens: list[Token]) -> bool:
    """Whether this is `p(x)` or `(a + b)`, which a power behind it raises as a whole."""
    level = 0
    for token in tokens:
        level += (token.text in _OPENING) - (token.text in _CLOSING)
        if level == 0 and token is not tokens[0] and token is not tokens[-1]:
            return False
    return level == 0 and tokens[-1].text in _CLOSING


def _scripts_apart(typed: list[Token]) -> list[Token]:
    r"""A script of a sum, product or integral without braces is one letter, as in TeX:
    `\sum_zp(x)`, `\prod_{t=1}^Tp(x_t)`."""
    found: list[Token] = []
    depth, of_sum = 0, False  # within braces; behind a sum, or its scripts
    for token in typed:
        script = of_sum and bool(found) and found[-1].text in ("_", "^") and not depth
        depth += (token.text == "{") - (token.text == "}")
        if script and token.kind == "name" and len(token.text) > 1 and token.end - token.start > 1:
            if token.text not in spellings.LETTER_NAMES:
                middle = token.start + 1
                found.append(token._replace(text=token.text[0], end=middle))
                token = token._replace(text=token.text[1:], start=middle)
                of_sum = False
        elif not depth and token.text != "}":
            of_sum = token.text in _SUMS or (
                of_sum and (script or token.text in ("_", "^", *_LIMITS))
            )
        found.append(token)
    return found
