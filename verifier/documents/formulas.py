"""Pieces to plain tokens: what the language can be read from, each with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from verifier.derivation.derivation import Source, Text
from verifier.documents.traced import Tok, joined
from verifier.formula.lexer import FormulaError, Token
from verifier.formula.pasted import tokenize
from verifier.formula.reader import RESERVED
from verifier.formula.spellings import LETTER_NAMES, SIZES
from verifier.outcome import Diagnostic

MOST_TOKENS = 1500  # of one expression

Tokens = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """Why an expression is not read: a diagnostic of the language, or a code of our own."""

    code: str
    why: Diagnostic | None = None


_DOTS = frozenset({r"\dots", r"\ldots", r"\cdots", r"\dotsc", "…"})


def _ranged(tokens: Sequence[Tok]) -> Sequence[Tok]:
    r"""`z_1, \dots, z_K` as z_{1:K}, `z^{(1)}, \dots, z^{(K)}` too."""
    if not any(token.text in _DOTS for token in tokens):
        return tokens
    text = "".join(token.text for token in tokens)
    places = [0]
    for token in tokens:
        places.append(places[-1] + len(token.text))
    found: list[Tok] = []
    at = 0
    for match in _LISTED.finditer(text):
        if match.start() not in places or match.end() not in places:
            continue
        first, last = places.index(match.start()), places.index(match.end())
        found += tokens[at:first]
        start, end = tokens[first].start, tokens[last - 1].end
        ends = match["low"] or match["first"], match["high"] or match["last"]
        low, high = (each.strip("{}") for each in ends)
        written = f"{match['name']}_{{{low}:{high}}}"
        found += (Tok(part, start, end) for part in re.findall(r"\\[A-Za-z]+|.", written))
        at = last
    return [*found, *tokens[at:]]


def _multiplied(tokens: Sequence[Tok]) -> Sequence[Tok]:
    r"""`P_X \otimes P_Y` as a product of densities."""
    found = [*tokens]
    for at, token in enumerate(tokens):
        if token.text == r"\otimes":
            following = next((each.text for each in tokens[at + 1 :] if not each.blank), "")
            found[at] = token._replace(text=" ") if following in ("p", "q", "P", "Q") else token
    return found


_TIED = frozenset({"mid", "vert", "Vert", "parallel", "middle", "log", "ln", "exp", "int", "sum"})


def _untied(tokens: Sequence[Tok]) -> Sequence[Tok]:
    r"""Tokens with the `~` of TeX as the space that it is, `q ~ \| ~ p`, where nothing is drawn."""
    found = [*tokens]
    for at, token in enumerate(tokens):
        if token.text == "~":
            before = next((each for each in reversed(tokens[:at]) if not each.blank), token)
            behind = next((each for each in tokens[at + 1 :] if not each.blank), token)
            if any(each.text in (*"|,;=+-~([{<>", r"\|") or each.word in _TIED or each.text in SIZES
                   for each in (before, behind)):  # fmt: skip
                found[at] = token._replace(text=" ")
    return found


def _unhyphened(tokens: Sequence[Tok]) -> Iterator[Tok]:
    r"""Tokens without the hyphens of words in subscripts, `\mathcal{L}_{\beta\text{-VAE}}`."""
    if not any(token.text == "-" for token in tokens):
        yield from tokens
        return
    levels: list[bool] = []  # of each group around, whether it is in a subscript
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else token
        if token.text == "{":
            levels.append(before.text == "_" or (bool(levels) and levels[-1]))
        elif token.text == "}" and levels:
            levels.pop()
        following = "".join(each.text for each in tokens[at + 1 : at + 3])
        word = len(following) == 2 and following.isalpha() and following.isupper()
        if not (token.text == "-" and levels and levels[-1] and word and before.text != " "):
            yield token


_LISTED = re.compile(
    r"(?P<name>\\[A-Za-z]+(?:\s*\{\s*[A-Za-z]\s*\})?|[A-Za-z])"
    r"(?:_(?P<low>\d|\{[^{}]*\})|\^\{?\((?P<first>\d+)\)\}?)\s*,"
    r"(?:\s*(?P=name)(?:_(?:\d|\{[^{}]*\})|\^\{?\(\d+\)\}?)\s*,)*"
    r"\s*(?:\\dots|\\ldots|\\cdots|\\dotsc|…)\s*,\s*(?P=name)"
    r"(?:_(?P<high>[A-Za-z0-9]|\{[^{}]*\})|\^\{?\((?P<last>[A-Za-z0-9])\)\}?)"
)


def plain(source: Source, tokens: Sequence[Tok]) -> Tokens | Unread:
    """The plain tokens of an expression, or why it has none."""
    traced = joined([*_unhyphened(_ranged(_multiplied(_untied(tokens))))])
    if len(tokens) > MOST_TOKENS:
        return Unread("too-long")
    try:
        found = tokenize(traced.text)
    except FormulaError as error:
        text = Text(traced.text, traced.offsets, source)
        return unread(text, error)
    except RecursionError:
        return Unread("too-deep")
    if len(found) <= 1:
        return Unread("empty")
    offsets = traced.offsets
    return tuple(
        token._replace(
            text="KL" if _diverges(found, at) else token.text,
            start=offsets[token.start],
            end=offsets[max(token.end - 1, 0)] + 1,
        )
        for at, token in enumerate(found[:-1])
    )


def _diverges(tokens: Sequence[Token], at: int) -> bool:
    r"""Whether a divergence is written in small letters here, `\operatorname{kl}(q \| p)`."""
    opens = tokens[at + 1].text in OPENERS and _text(tokens, at - 1) != "_"
    return tokens[at].text.lower() in ("kl", "dkl", "kld") and opens


def unread(text: Text, error: FormulaError) -> Unread:
    """Why a text isn't read: by what it is about where the language has no meaning for it."""
    topic = error.data.get("topic")
    code = str(topic) if error.code == "meaningless" and topic else error.code
    return Unread(code, text.diagnostic(error.code, error.span, **error.data))


# No space is behind the ones, nor before the others; what they are read as is the same.
_TIGHT_BEHIND = frozenset({"(", "[", "{", "_", "^"})
_TIGHT_BEFORE = frozenset({")", "]", "}", "_", "^", "(", "[", "{", ","})


def text_of(source: Source, tokens: Iterable[Token]) -> Text:
    """Tokens as a text that the language reads."""
    value: list[str] = []
    offsets: list[int] = []
    end = 0
    for token in tokens:
        if value and not (value[-1] in _TIGHT_BEHIND or token.text in _TIGHT_BEFORE):
            value.append(" ")
            offsets.append(token.start)
        value.append(token.text)
        own = token.end - token.start == len(token.text)
        offsets += range(token.start, token.end) if own else [token.start] * len(token.text)
        end = token.end
    return Text("".join(value), (*offsets, end), source)


def said(source: Source, text: str, at: int) -> Text:
    """A text that stands nowhere, but follows from what stands at a place."""
    return Text(text, (at,) * (len(text) + 1), source, implied=True)


def spelt(tokens: Iterable[Token]) -> str:
    """Tokens on one line, as one would type them."""
    found = ""
    for token in tokens:
        text = token.text
        tight = found.endswith(("(", "[", "{", "_", "^")) or text in (*"()]}_^,;:[", "{")
        if found.endswith((",", ";")) or (text == "(" and found.endswith(("|", "+", "-", "="))):
            tight = False
        found += text if tight or not found else f" {text}"
    return found


def without_script(text: str, family: str) -> str:
    """A text with `p` for the densities of a family `p_theta`."""
    base, _, script = family.partition("_")
    inner = re.escape(script.strip("{}"))
    return re.sub(rf"\b{base}_(?:{inner}|\{{\s*{inner}\s*\}})(?=\s*\()", base, text)


# -- densities -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as it is written: its base and the tokens of its subscript."""

    base: str
    script: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        if not self.script:
            return self.base
        inner = "".join(self.script)
        return f"{self.base}_{inner}" if len(self.script) == 1 else f"{self.base}_{{{inner}}}"

    @property
    def is_slice(self) -> bool:
        return ":" in self.script or bool(self.script and self.script[0] in ("<", "<="))

    @property
    def ends(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Both ends of a slice."""
        place = self.script.index(":")
        return self.script[:place], self.script[place + 1 :]


@dataclass(frozen=True, slots=True)
class Application:
    """A name with variables in brackets: a density, a function, the name of a bound."""

    family: str
    left: tuple[Variable, ...]
    right: tuple[Variable, ...]
    parameters: tuple[str, ...]
    start: int  # among the tokens
    opened: int
    end: int  # behind the closing bracket
    bar: bool = False

    @property
    def shape(self) -> tuple[frozenset[Variable], frozenset[Variable]]:
        return frozenset(self.left), frozenset(self.right)


def label_at(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """The name that stands at a place, with its subscript, and what is behind it; "" if none."""
    if at >= len(tokens) or tokens[at].kind != "name" or tokens[at].text in RESERVED:
        return "", at
    name = tokens[at].text
    if _text(tokens, at + 1) != "_":
        return name, at + 1
    if _text(tokens, at + 2) == "{":
        end = closing(tokens, at + 2)
        inner = tokens[at + 3 : end]
        behind = min(end + 1, len(tokens))
        if len(inner) == 1:
            return f"{name}_{inner[0].text}", behind
        return f"{name}_{{{''.join(token.text for token in inner)}}}", behind
    return f"{name}_{_text(tokens, at + 2)}", min(at + 3, len(tokens))


def plain_label(label: str) -> str:
    """A label as a name of the language: L_thetaphi for `L_{theta,phi}`. Two labels are two."""
    base, _, script = label.partition("_")
    if not script.startswith("{"):
        return label
    said = re.sub(r"(?<=\d),(?=\d)", "and", script[1:-1]).replace(",", "")
    return f"{base}_{re.sub(r'[^A-Za-z0-9]', _sign_in_words, said)}"


def _sign_in_words(match: re.Match[str]) -> str:
    return _SIGNS.get(match[0], f"u{ord(match[0])}")


_SIGNS = {"+": "plus", "-": "minus", "*": "star", "'": "prime", "|": "given"}


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""


OPENERS = {"(": ")", "[": "]", "{": "}", r"\{": r"\}", r"\langle": r"\rangle"}


def closing(tokens: Sequence[Token], at: int) -> int:
    """Where the bracket closes that opens at a place; the length of the tokens if it doesn't."""
    level = 0
    for place in range(at, len(tokens)):
        text = tokens[place].text
        level += (text in OPENERS) - (text in OPENERS.values())
        if level == 0:
            return place
    return len(tokens)


def past(tokens: Sequence[Token], at: int) -> int:
    """Behind the bracket that opens at a place, or the end of the tokens if it isn't closed."""
    return min(closing(tokens, at) + 1, len(tokens))


def applications(tokens: Sequence[Token]) -> Iterator[Application]:
    """Every name with variables in brackets behind it."""
    for at, token in enumerate(tokens):
        if token.kind == "name" and _text(tokens, at - 1) != "_":
            found = application_at(tokens, at)
            if found is not None:
                yield found


def application_at(tokens: Sequence[Token], at: int) -> Application | None:
    label, opened = label_at(tokens, at)
    if not label or _text(tokens, opened) != "(" or label == "D_KL":
        return None
    left, place = _variables(tokens, opened + 1)
    if not left:
        return None
    right: tuple[Variable, ...] = ()
    parameters: list[str] = []
    bar = _text(tokens, place) == "|"
    if bar:
        right, place = _variables(tokens, place + 1)
        if not right:
            return None
    if _text(tokens, place) == ";":
        place += 1
        while (named := label_at(tokens, place))[0]:
            parameters.append(named[0])
            place = named[1] + (_text(tokens, named[1]) == ",")
    if _text(tokens, place) != ")":
        return None
    return Application(label, left, right, tuple(parameters), at, opened, place + 1, bar)


def _variables(tokens: Sequence[Token], at: int) -> tuple[tuple[Variable, ...], int]:
    found: list[Variable] = []
    while True:
        variable, behind = variable_at(tokens, at)
        if variable is None:
            return (), at
        found.append(variable)
        if _text(tokens, behind) != ",":
            return tuple(found), behind
        at = behind + 1


def listed(tokens: Sequence[Token]) -> tuple[Variable, ...]:
    """The variables of a list that is all of an expression."""
    found, end = _variables(tokens, 0)
    return found if end == len(tokens) else ()


def variable_at(tokens: Sequence[Token], at: int) -> tuple[Variable | None, int]:
    """The variable that stands at a place, and what is behind it."""
    if at >= len(tokens) or tokens[at].kind != "name" or tokens[at].text in RESERVED - {"e"}:
        return None, at
    base, at = tokens[at].text, at + 1
    mark = _text(tokens, at)
    if mark == "_" and _text(tokens, at + 1) == "{":
        end = closing(tokens, at + 1)
        return Variable(base, tuple(t.text for t in tokens[at + 2 : end])), past(tokens, at + 1)
    if mark == "_":
        return Variable(base, (_text(tokens, at + 1),)), at + 2
    if mark == "^":
        braces = _text(tokens, at + 1) == "{"
        opened = at + 1 + braces
        if base in LETTER_NAMES and not braces and _text(tokens, at + 1).isalnum():
            return Variable(f"{base}^{tokens[at + 1].text}"), at + 2
        if _text(tokens, opened) == "(":
            end = closing(tokens, opened)
            inner = tuple(t.text for t in tokens[opened + 1 : end])
            return Variable(base, inner), end + 1 + braces
    return Variable(base), at


def small(tokens: Sequence[Token], folded: Container[str]) -> Tokens:
    """Tokens with these capitals as the variables that they stand for, their differentials too."""
    return tuple(
        token._replace(text=token.text.lower())
        if token.text in folded or (token.text[0] == "d" and token.text[1:] in folded)
        else token
        for token in tokens
    )


def renamed(tokens: Sequence[Token], application: Application, family: str) -> Iterator[Token]:
    """The tokens of an application under another name."""
    first, last = tokens[application.start], tokens[application.opened - 1]
    base, mark, script = family.partition("_")
    yield Token("name", base, first.start, last.end if not mark else first.end)
    if mark:
        yield Token("symbol", "_", first.end, first.end)
        if script.startswith("{"):
            for text in (*"{", script[1:-1], *"}"):
                yield Token("symbol", text, last.start, last.end)
        else:
            yield Token("name", script, last.start, last.end)
    yield from tokens[application.opened : application.end]
