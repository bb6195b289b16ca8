r"""LaTeX to the plain spelling, token by token: what only typesets goes, what is left keeps its place.

Braces stay where the plain language has them, around a script, and around the arguments of `\frac`
and `\sqrt`. No others are seen by a reader, so they go as well, and are refused where brackets
would have to be seen: `{a + b} c`.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from verifier.formula import spellings
from verifier.formula.lexer import MAX_DEPTH, FormulaError, Token, scan
from verifier.formula.written import Span

_OPENING = frozenset({"(", "[", r"\{", r"\langle"})
_CLOSING = frozenset({")", "]", r"\}", r"\rangle"})
_RELATIONS = frozenset({"=", ">=", "<=", ">", "<", "!=", "<<", ":="})
# Beside these a sum needs no brackets.
_BEFORE_SUM = frozenset({"", "{", ",", ":", "||", "+", *_OPENING, *_RELATIONS})
_BEHIND_SUM = frozenset({"", "}", ",", ":", "||", "+", "-", *_CLOSING, *_RELATIONS})
# Behind these, or before those, a break of the line says nothing.
_BEFORE_BREAK = _BEFORE_SUM | {"*", "/", "|", "-"}
_BEHIND_BREAK = _BEHIND_SUM | {"*", "/", "|"}
_BREAKS = frozenset({r"\\", "&"})
_AROUND = frozenset({"$", r"\(", r"\)", r"\[", r"\]"})  # what shows a formula within a text
_STOPS = frozenset({".", ",", ";"})
_MARKS = {r"\prime": "prime", "*": "star", r"\star": "star"}  # that belong to the name before
_WITHIN_SCRIPT = frozenset({"_", "^", "{", *_MARKS})
_ANGLES = {"<": r"\langle", ">": r"\rangle"}
_WITH_LAWS = frozenset({"E", r"\rangle"})
_SIZED = frozenset({"|", "||", "(", ")", "[", "]", "/"})
_LIMITS = frozenset({"E", "int", "sum", "prod"})
_LARGE = {"Sigma": "sum", "Pi": "prod"}
_DEFINING = ("def", "triangle", "Delta")
_OPTIONS = frozenset({"[t]", "[c]", "[b]", "{1}", "{2}", "{3}", "{4}"})  # of environments
_LENGTHS = frozenset("pt em ex mm cm in mu".split())


# What may stand here and not in a formula in the plain spelling.
_PASTED = re.compile(r"[\\$&~]|[^\x00-\x7f]|[^_^\s]\s*\{|\A\s*\{|\|\s+\||[.,;]\s*\Z|'|[_^]\{?\*")


def tokenize(text: str) -> list[Token]:
    """The tokens of a text in the plain spelling, ended by one of kind `end`."""
    if _PASTED.search(text) is None:
        return scan(text)
    return _Pasted(text).tokens()


class _Pasted:
    """One text on its way: the tokens typed, where the reading of them stands, those kept."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.typed = scan(text)
        self.at = 0
        self.kept: list[Token] = []
        self.depth = 0
        self.in_law = False  # within the subscript of an expectation
        self.hidden: Token | None = None  # braces around a sum, until what follows them is known

    def tokens(self) -> list[Token]:
        """The whole text."""
        while self.typed[self.at].kind != "end":
            self._sequence()
            if self.typed[self.at].text == "}":
                self._keep(self._next())  # one too many: the parser says so
        end = self.typed[self.at]
        self._strip()
        self._keep(end)
        return self._joined()

    def _strip(self) -> None:
        """Take off what ends a formula in a text: a full stop, what shows it."""
        stops = 0
        while self.kept and (
            self.kept[-1].text in _AROUND | _BREAKS | _STOPS
        ):
            stops += self.kept[-1].text in _STOPS
            if stops > 1:
                break
            self.kept.pop()

    def _joined(self) -> list[Token]:
        """What was kept, without the breaks where a formula is seen to go on."""
        found: list[Token] = []
        for place, token in enumerate(self.kept):
            if token.text in _BREAKS:
                before, after = found[-1].text if found else "", self.kept[place + 1].text
                if before in _BEFORE_BREAK or after in _BEHIND_BREAK | _BREAKS:
                    continue
            found.append(token)
        return found

    # -- moving ------------------------------------------------------------------------------------

    def _next(self) -> Token:
        token = self.typed[self.at]
        self.at += token.kind != "end"
        return token

    def _keep(self, token: Token) -> None:
        last = self.kept[-1] if self.kept else None
        if token.text == "|" and last is not None and last.text == "|":
            self.kept[-1] = last._replace(text="||", end=token.end)
            return
        if self.hidden is not None and token.text not in _BREAKS:
            if token.text not in _BEHIND_SUM:
                raise _refused("braces", self.hidden)
            self.hidden = None
        self.kept.append(token)

    def _keep_as(self, text: str, token: Token) -> None:
        for word in text.split():
            kind = "name" if word.isalpha() else "symbol"
            self._keep(Token(kind, word, token.start, token.end))

    def _widen(self, first: int, start: int) -> None:
        """Let what was kept since `first` cover what was typed from `start` to here."""
        if first < len(self.kept):
            self.kept[first] = self.kept[first]._replace(start=start)
            self.kept[-1] = self.kept[-1]._replace(end=self.typed[self.at - 1].end)

    # -- items and groups --------------------------------------------------------------------------

    def _sequence(self) -> None:
        """All up to the brace that closes what is open, or to the end."""
        first, over = len(self.kept), False
        while self.typed[self.at].kind != "end" and self.typed[self.at].text != "}":
            token = self._next()
            if token.text == r"\over" and not over:
                over = True
                self._over(first, token)
            else:
                self._item(token)
        if over:
            self._keep(self._zero("}"))

    def _over(self, first: int, token: Token) -> None:
        r"""`{a \over b}` is `\frac{a}{b}`."""
        if _depth(self.kept[first:]):
            raise _refused("unknown-command", token, name=token.text, near=(r"\frac",))
        begin = self.kept[first].start if first < len(self.kept) else token.start
        self.kept[first:first] = [
            Token("symbol", text, begin, begin) for text in (r"\frac", "{")
        ]
        self._keep(self._zero("}"))
        self._keep(self._zero("{"))

    def _zero(self, text: str) -> Token:
        """A token that nobody typed, here."""
        place = self.typed[max(self.at - 1, 0)].end
        return Token("symbol", text, place, place)

    def _item(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH + 1:
            raise _refused("too-deep", token, limit=MAX_DEPTH)
        if token.text in _AROUND:
            if self.kept:
                self._keep(token)
        elif token.kind == "command":
            self._command(token)
        elif token.text == "{" and self.kept and self.kept[-1].text == "sqrt":
            self.at -= 1
            self._argument()
        elif token.text == "{":
            self._group(token, len(self.kept), token.start)
        elif token.text in ("_", "^"):
            self._script(token)
        elif token.text == "~":
            if self._is_sign(token):
                self._keep(token)
        else:
            self._keep(token)
        self.depth -= 1

    def _is_sign(self, token: Token) -> bool:
        """Whether this `~` stands between a variable and its law; else it is a space."""
        start, end = token.start, token.end
        spaced = self.text[max(start - 1, 0) : start].isspace() and self.text[end : end + 1].isspace()
        before = self.kept[-1] if self.kept else self._zero("")
        following = self.typed[self.at]
        between = (before.kind in ("name", "number") or before.text == "}") and (
            following.kind == "name" or following.text in spellings.STYLES
        )
        return spaced or (self.in_law and between)

    def _group(self, opener: Token, first: int, start: int, labelled: bool = False) -> None:
        """What stands in braces that a reader doesn't see; a script behind may be a label."""
        self._sequence()
        if self._next().text != "}":
            raise _refused("unclosed", opener, opener="{", expected="}")
        self._widen(first, start)
        before = self.kept[first - 1].text if first else ""
        script = "" if labelled else self.typed[self.at].text
        held = self.kept[first:]
        if len(held) > 1 and _sums(held):
            braces = Token("symbol", "{", start, self.typed[self.at - 1].end)
            if before not in _BEFORE_SUM:
                raise _refused("braces", braces)
            self.hidden = self.hidden or braces
        elif len(held) > 1 and script == "^" and not _is_application(held):
            raise _refused("braces", opener)

    def _argument(self) -> None:
        r"""What a command takes, in braces that stay: `\frac{a}{b}`, `\frac12`."""
        token = self._next()
        if token.text == "{":
            self._keep(token)
            self._sequence()
            if self.typed[self.at].text == "}":
                self._keep(self._next())
            return
        if token.kind in ("name", "number") and len(token.text) > 1:
            self.at -= 1
            rest = token._replace(text=token.text[1:], start=token.start + 1)
            self.typed[self.at] = rest
            token = token._replace(text=token.text[0], end=token.start + 1)
        if token.kind == "end" or token.text == "}":
            raise _refused("expected", token, expected="{", found=token.text)
        self._keep(Token("symbol", "{", token.start, token.start))
        self._item(token)
        self._keep(self._zero("}"))

    def _skipped(self) -> range:
        """Step over an argument that says nothing; its place among what is typed."""
        while self.typed[self.at].text == "*" or self.typed[self.at].text in spellings.STYLES:
            self._next()
        if self.typed[self.at].text not in ("[", "{"):
            return range(self.at, self.at + (self._next().kind != "end"))
        for opener, closer in (("[", "]"), ("{", "}")):
            if self.typed[self.at].text != opener:
                continue
            start, level = self.at, 0
            while level or self.at == start:
                token = self._next()
                level += (token.text == opener) - (token.text == closer)
                if token.kind == "end":
                    raise _refused(
                        "unclosed", self.typed[start], opener=opener, expected=closer
                    )
        return range(start + 1, self.at - 1)

    # -- scripts and what belongs to a name --------------------------------------------------------

    def _script(self, mark: Token) -> None:
        place = len(self.kept)
        if mark.text == "_" and place and self.text[self.kept[-1].start] in "ΣΠ":
            large = self.kept[-1]
            self.kept[-1] = large._replace(text=_LARGE.get(large.text, large.text))
        around, self.in_law = self.in_law, place > 0 and self.kept[-1].text in _WITH_LAWS
        self._keep(mark)
        upright = False
        while self.typed[self.at].text in spellings.STYLES - spellings.AFTER_ONE:
            upright |= self._next().text in spellings.UPRIGHT
        token = self._next()
        if token.text == "{":
            upright |= self.typed[self.at].text in spellings.UPRIGHT
            self._keep(token)
            self._sequence()
            if self.typed[self.at].text == "}":
                self._keep(self._next())
        elif token.kind != "end" and token.text != "}":
            self._item(token)
        elif token.text == "}":
            self.at -= 1
        self.in_law = around
        self._settle(place, upright)

    def _settle(self, place: int, upright: bool) -> None:
        r"""A script that is part of the name before it: `z^{\prime}`, `q^*`, `\theta^{\text{old}}`."""
        held = [token for token in self.kept[place + 1 :] if token.text not in ("{", "}")]
        if held and all(token.text in _MARKS for token in held):
            del self.kept[place:]
            for token in held:
                self._mark(token)
        elif upright and self.kept[place].text == "^" and len(held) == 1 and place:
            base = self.kept[place - 1]
            if held[0].kind == base.kind == "name" and len(held[0].text) > 1 and base.text != "e":
                self.kept[place] = self.kept[place]._replace(text="_")

    def _mark(self, token: Token) -> None:
        """Add a prime or star to the name before it, behind which a subscript may stand."""
        place = len(self.kept) - 1
        level = 0
        while place >= 0:
            text = self.kept[place].text
            level += (text == "}") - (text == "{")
            if not level and place and self.kept[place - 1].text == "_":
                place -= 2
            if not level:
                break
            place -= 1
        base = self.kept[place] if place >= 0 else token
        if base.kind != "name" or base.text.endswith("primeprimeprime"):
            found = self.text[token.start : token.end]
            raise _refused("unexpected-character", token, character=found)
        end = token.end if place == len(self.kept) - 1 else base.end
        self.kept[place] = base._replace(text=base.text + _MARKS[token.text], end=end)

    # -- commands ----------------------------------------------------------------------------------

    def _command(self, token: Token) -> None:
        name = token.text
        if topic := spellings.TOPICS.get(name):
            raise _refused("meaningless", token, spelling=self._typed(token), topic=topic)
        if name in spellings.SIZES:
            self._size(token)
        elif name in spellings.DROPPED:
            return
        elif name == r"\\":
            self._break(token)
        elif name in spellings.DROPPED_WITH_ARGUMENT:
            self._environment(token, self._skipped())
        elif name in spellings.STYLES:
            self._style(token)
        elif name in spellings.ACCENTS:
            self._accent(token)
        elif name in _MARKS and self.kept and self.kept[-1].text in _WITHIN_SCRIPT:
            self._keep(token)
        elif name in _MARKS:
            self._mark(token)
        elif plain := spellings.COMMANDS.get(name):
            if plain == "_":
                self._script(token._replace(text="_"))
                return
            self._keep_as(plain, token)
            if plain == r"\frac":
                self._argument()
                self._argument()
            elif plain == "sqrt" and self.typed[self.at].text == "[":
                degree = self.typed[self.at]
                raise _refused("meaningless", degree, spelling=r"\sqrt[n]", topic="roots")
        else:
            if not name[1:].isalpha():
                raise _refused("unexpected-character", token, character=self._typed(token))
            alike = [known for known in spellings.KNOWN if known[:2] == name[:2]]
            near = tuple(get_close_matches(name, alike, 1, 0.7))
            raise _refused("unknown-command", token, name=self._typed(token), near=near)

    def _typed(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def _size(self, token: Token) -> None:
        r"""`\left(`, `\big|`, `\right.`: the bracket alone."""
        following = self.typed[self.at]
        if following.text == ".":
            self._next()
            return
        first = len(self.kept)
        if following.text in _ANGLES and token.text != r"\middle":
            self._keep_as(_ANGLES[self._next().text], following)
        elif following.kind == "command" or following.text in _SIZED:
            self._item(self._next())
        self._widen(first, token.start)

    def _break(self, token: Token) -> None:
        r"""`\\`, `\\[2pt]`."""
        self._keep(token._replace(kind="symbol"))
        length = self.typed[self.at : self.at + 4]
        if len(length) == 4 and length[0].text == "[" and length[2].text in _LENGTHS:
            self.at += 4

    def _environment(self, token: Token, inside: range) -> None:
        r"""`\begin{align}`: those of one formula."""
        name = "".join(self.typed[place].text for place in inside)
        if token.text in (r"\begin", r"\end") and name.rstrip("*") not in spellings.ENVIRONMENTS:
            raise _refused("meaningless", token, spelling=f"{token.text}{{{name}}}", topic="arrays")
        option = [each.text for each in self.typed[self.at : self.at + 3]]
        if token.text == r"\begin" and "".join(option) in _OPTIONS:
            self.at += 3

    def _style(self, token: Token) -> None:
        r"""`\mathbf{x}`, `\mathbb E`, `\textcolor{red}{a}`, `\underbrace{a}_{\text{b}}`."""
        name, first = token.text, len(self.kept)
        label = self._skipped() if name in spellings.AFTER_ONE else range(0)
        while self.typed[self.at].text == "*":
            self._next()
        self._braced(token, first)
        held = self.kept[first:]
        if name in spellings.BRACES:
            while self.typed[self.at].text in ("_", "^"):
                self._next()
                self._skipped()
        elif name == r"\underset":
            self._limits(token, held, label)
        elif name in (r"\overset", r"\stackrel"):
            if len(held) != 1 or held[0].text not in _RELATIONS:
                raise _refused("unknown-command", token, name=name, near=())
            if any(word in self.typed[place].text for place in label for word in _DEFINING):
                self.kept[-1] = held[0]._replace(text=":=")
        elif len(held) == 1 and held[0].kind == "number" and name in spellings.FONTS:
            spelling = self.text[token.start : held[0].end]
            raise _refused("meaningless", held[0], spelling=spelling, topic="indicators")

    def _braced(self, token: Token, first: int) -> None:
        """The argument of a command that leaves no braces."""
        following = self._next()
        if following.text == "{":
            self._group(following, first, token.start, token.text in spellings.BRACES)
        elif following.kind == "end" or following.text == "}":
            raise _refused("expected", following, expected="{", found=following.text)
        else:
            self._item(following)
            self._widen(first, token.start)

    def _limits(self, token: Token, held: list[Token], label: range) -> None:
        r"""`\underset{z \sim q}{\mathbb{E}}`."""
        if len(held) != 1 or held[0].text not in _LIMITS:
            raise _refused("unknown-command", token, name=token.text, near=())
        after, self.at = self.at, label.start
        self._keep(self._zero("_"))
        self._keep(self._zero("{"))
        self._sequence()
        self._keep(self._zero("}"))
        self.at = after

    def _accent(self, token: Token) -> None:
        r"""`\hat{p}` is `phat`."""
        first = len(self.kept)
        self._braced(token, first)
        held = self.kept[first:]
        if not held or held[0].kind != "name" or (len(held) > 1 and held[1].text != "_"):
            raise _refused("expected", token, expected="name", found=self._typed(token))
        self.kept[first] = held[0]._replace(text=held[0].text + spellings.ACCENTS[token.text])


def _refused(code: str, token: Token, **data: object) -> FormulaError:
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
