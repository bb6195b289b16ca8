r"""LaTeX to the plain spelling, token by token: what only typesets goes, what is left keeps its
place."""

from __future__ import annotations

import re
from difflib import get_close_matches

from verifier.formula import spellings
from verifier.formula.braces import (
    AROUND,
    BEFORE_SUM,
    BEHIND_SUM,
    BREAKS,
    CLOSERS,
    RELATIONS,
    Braces,
    refused,
)
from verifier.formula.lexer import Token, scan

# Behind these, or before those, a break of the line says nothing.
_BEFORE_BREAK = BEFORE_SUM | {"*", "/", "|", "-"}
_BEHIND_BREAK = BEHIND_SUM | BREAKS | {"*", "/", "|"}
_STOPS = frozenset({".", ",", ";"})
_MARKS = {r"\prime": "prime", "*": "star", r"\star": "star"}  # that belong to the name before
_WITHIN_SCRIPT = frozenset({"_", "^", "{", *_MARKS})
_ANGLES = {"<": r"\langle", ">": r"\rangle"}
_WITH_LAWS = frozenset({"E", r"\rangle"})
_SIZED = frozenset({"|", "||", "/", *CLOSERS, *CLOSERS.values()})
_LIMITS = frozenset({"E", "int", "sum", "prod"})
_LARGE = {"Sigma": "sum", "Pi": "prod"}
_DEFINING = ("def", "triangle", "Delta")
_OPTIONS = frozenset({"[t]", "[c]", "[b]", "{1}", "{2}", "{3}", "{4}"})  # of environments
_LENGTHS = frozenset({"pt", "em", "ex", "mm", "cm", "in", "mu"})

# What may stand here and not in a formula in the plain spelling.
_PASTED = re.compile(r"[\\$&~]|[^\x00-\x7f]|[^_^\s]\s*\{|\A\s*\{|\|\s+\||[.,;]\s*\Z|'|[_^]\{?\*")


def tokenize(text: str) -> list[Token]:
    """The tokens of a text in the plain spelling, ended by one of kind `end`."""
    if _PASTED.search(text) is None:
        return scan(text)
    return _joined(_Pasted(text).tokens())


def _stripped(tokens: list[Token]) -> list[Token]:
    """The tokens without what ends a formula in a text: a full stop, what shows it."""
    stops, end = 0, len(tokens)
    while end and tokens[end - 1].text in AROUND | BREAKS | _STOPS:
        stops += tokens[end - 1].text in _STOPS
        if stops > 1:
            break
        end -= 1
    return tokens[:end]


def _joined(tokens: list[Token]) -> list[Token]:
    """The tokens without the breaks where a formula is seen to go on."""
    found: list[Token] = []
    for place, token in enumerate(tokens):
        if token.text in BREAKS:
            before = found[-1].text if found else ""
            if before in _BEFORE_BREAK or tokens[place + 1].text in _BEHIND_BREAK:
                continue
        found.append(token)
    return found


class _Pasted(Braces):
    """The scripts and commands of a text."""

    def tokens(self) -> list[Token]:
        """What the text says, up to breaks of the line."""
        while self.typed[self.at].kind != "end":
            self.sequence()
            if self.typed[self.at].text == "}":
                self.keep(self.next())  # one too many: the parser says so
        self.kept = _stripped(self.kept)
        self.keep(self.next())
        return self.kept

    # -- scripts and what belongs to a name --------------------------------------------------------

    def script(self, mark: Token) -> None:
        place = len(self.kept)
        if mark.text == "_" and place and self.text[self.kept[-1].start] in "ΣΠ":
            large = self.kept[-1]
            self.kept[-1] = large._replace(text=_LARGE.get(large.text, large.text))
        around, self.in_law = self.in_law, place > 0 and self.kept[-1].text in _WITH_LAWS
        self.keep(mark)
        upright = False
        while self.typed[self.at].text in spellings.STYLES - spellings.AFTER_ONE:
            upright |= self.next().text in spellings.UPRIGHT
        token = self.next()
        if token.text == "{":
            upright |= self.typed[self.at].text in spellings.UPRIGHT
            self.keep(token)
            self.sequence()
            if self.typed[self.at].text == "}":
                self.keep(self.next())
        elif token.kind != "end" and token.text != "}":
            self.item(token)
        elif token.text == "}":
            self.at -= 1
        self.in_law = around
        self._settle(place, upright)

    def _settle(self, place: int, upright: bool) -> None:
        r"""A script that belongs to the name before it: `z^{\prime}`, `q^*`, `a^{\text{old}}`."""
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
            raise refused("unexpected-character", token, character=found)
        end = token.end if place == len(self.kept) - 1 else base.end
        self.kept[place] = base._replace(text=base.text + _MARKS[token.text], end=end)

    # -- commands ----------------------------------------------------------------------------------

    def command(self, token: Token) -> None:
        name = token.text
        if topic := spellings.TOPICS.get(name):
            raise refused("meaningless", token, spelling=self.spelling(token), topic=topic)
        if name in spellings.SIZES:
            self._size(token)
        elif name in spellings.DROPPED:
            return
        elif name == r"\\":
            self._break(token)
        elif name in spellings.DROPPED_WITH_ARGUMENT:
            self._environment(token, self.skipped())
        elif name in spellings.STYLES:
            self._style(token)
        elif name in spellings.ACCENTS:
            self._accent(token)
        elif name in _MARKS and self.kept and self.kept[-1].text in _WITHIN_SCRIPT:
            self.keep(token)
        elif name in _MARKS:
            self._mark(token)
        elif plain := spellings.COMMANDS.get(name):
            if plain == "_":
                self.script(token._replace(text="_"))
                return
            self.keep_as(plain, token)
            if plain == r"\frac":
                self.argument()
                self.argument()
            elif plain == "sqrt" and self.typed[self.at].text == "[":
                degree = self.typed[self.at]
                raise refused("meaningless", degree, spelling=r"\sqrt[n]", topic="roots")
        else:
            if not name[1:].isalpha():
                raise refused("unexpected-character", token, character=self.spelling(token))
            alike = [known for known in spellings.KNOWN if known[:2] == name[:2]]
            near = tuple(get_close_matches(name, alike, 1, 0.7))
            raise refused("unknown-command", token, name=self.spelling(token), near=near)

    def _size(self, token: Token) -> None:
        r"""`\left(`, `\big|`, `\right.`: the bracket alone."""
        following = self.next()
        if following.text == ".":
            return
        first = len(self.kept)
        plain = spellings.COMMANDS.get(following.text, following.text)
        if token.text != r"\middle":
            plain = _ANGLES.get(plain, plain)
        if plain not in _SIZED and following.text not in spellings.TOPICS:
            raise refused("expected", following, expected="bracket", found=self.spelling(following))
        if token.text == r"\right" and plain in CLOSERS.values() and self.sized:
            _, sized = self.open[-1]
            if not sized:  # it can't close the bracket that is open, and the parser says so
                self.keep(Token("symbol", rf"\right{plain}", token.start, following.end))
                return
        self.item(following._replace(kind="symbol", text=plain) if plain in _SIZED else following)
        if token.text == r"\left" and plain in CLOSERS:
            self.open[-1] = (CLOSERS[plain], True)
            self.sized += 1
        self.widen(first, token.start)

    def _break(self, token: Token) -> None:
        r"""`\\`, `\\[2pt]`."""
        self.keep(token._replace(kind="symbol"))
        length = self.typed[self.at : self.at + 4]
        if len(length) == 4 and length[0].text == "[" and length[2].text in _LENGTHS:
            self.at += 4

    def _environment(self, token: Token, inside: range) -> None:
        r"""`\begin{align}`: those of one formula."""
        name = "".join(self.typed[place].text for place in inside)
        if token.text in (r"\begin", r"\end") and name.rstrip("*") not in spellings.ENVIRONMENTS:
            raise refused("meaningless", token, spelling=f"{token.text}{{{name}}}", topic="arrays")
        option = [each.text for each in self.typed[self.at : self.at + 3]]
        if token.text == r"\begin" and "".join(option) in _OPTIONS:
            self.at += 3

    def _style(self, token: Token) -> None:
        r"""`\mathbf{x}`, `\mathbb E`, `\textcolor{red}{a}`, `\underbrace{a}_{\text{b}}`."""
        name, first = token.text, len(self.kept)
        label = self.skipped() if name in spellings.AFTER_ONE else range(0)
        while self.typed[self.at].text == "*":
            self.next()
        self.braced(token, first)
        held = self.kept[first:]
        words = {each.text for each in held if each.kind == "name"}
        if name in spellings.REMARKS and len(words) > 1 and not words <= spellings.DECLARING:
            spelling = self.text[token.start : held[-1].end]
            raise refused("meaningless", token, spelling=spelling, topic="remarks")
        if name in spellings.BRACES:
            while self.typed[self.at].text in ("_", "^"):
                self.next()
                self.skipped()
        elif name == r"\underset":
            self._limits(token, held, label)
        elif name in (r"\overset", r"\stackrel"):
            if len(held) != 1 or held[0].text not in RELATIONS:
                raise refused("unknown-command", token, name=name, near=())
            if any(word in self.typed[place].text for place in label for word in _DEFINING):
                self.kept[-1] = held[0]._replace(text=":=")
        elif len(held) == 1 and held[0].kind == "number" and name in spellings.FONTS:
            spelling = self.text[token.start : held[0].end]
            raise refused("meaningless", held[0], spelling=spelling, topic="indicators")

    def _limits(self, token: Token, held: list[Token], label: range) -> None:
        r"""`\underset{z \sim q}{\mathbb{E}}`."""
        if len(held) != 1 or held[0].text not in _LIMITS:
            raise refused("unknown-command", token, name=token.text, near=())
        after, self.at = self.at, label.start
        self.keep(self.zero("_"))
        self.keep(self.zero("{"))
        self.sequence()
        self.keep(self.zero("}"))
        self.at = after

    def _accent(self, token: Token) -> None:
        r"""`\hat{p}` is `phat`."""
        first = len(self.kept)
        self.braced(token, first)
        held = self.kept[first:]
        if not held or held[0].kind != "name" or (len(held) > 1 and held[1].text != "_"):
            raise refused("expected", token, expected="name", found=self.spelling(token))
        self.kept[first] = held[0]._replace(text=held[0].text + spellings.ACCENTS[token.text])
