r"""TeX tokens, and the macros of authors expanded within budgets. No TeX is run: what is known of a
command is what its `\newcommand` says."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.documents.traced import Tok, Traced

MOST_TOKENS = 20_000  # out of one display
DEEPEST = 200  # expansions within one another
MOST_ARGUMENTS = 9

_TOKEN = re.compile(
    r"\\{2,}(?![A-Za-z\\])|\\\\|\\[A-Za-z@]+|\\.|%[^\n]*(?:\n[ \t]*)?|\s+|[^\s\\%]|\\",
    re.DOTALL,
)
_DEFINES = {
    "newcommand": "command",
    "renewcommand": "command",
    "providecommand": "command",
    "newcommandx": "command",
    "DeclareRobustCommand": "command",
    "DeclareMathOperator": "operator",
    "DeclarePairedDelimiter": "pair",
    "DeclarePairedDelimiterX": "pair of",
    "NewDocumentCommand": "document",
    "RenewDocumentCommand": "document",
    "DeclareDocumentCommand": "document",
    "def": "def",
    "gdef": "def",
    "let": "let",
}
_DEFINITION = re.compile(rf"\\(?:{'|'.join(_DEFINES)})(?![A-Za-z])")


class OverBudget(Exception):  # noqa: N818 - it is no error: a display is left alone
    """What a display's macros stand for is more than is read."""


@dataclass(frozen=True, slots=True)
class Macro:
    """What a command of the author's stands for: `#1` to `#9` are its arguments."""

    body: tuple[Tok, ...]
    arguments: int = 0
    default: tuple[Tok, ...] | None = None
    sized: bool = False  # `\KL*{..}`, `\KL[\big]{..}`: what stands between says nothing


Macros = Mapping[str, Macro]

# `\\;` is `\;` for Markdown: no row begins so. Where rows end in four backslashes, more is written
# twice.
_TWICE = {False: re.compile(r"(?<!\\)\\\\([;:,!])"), True: re.compile(r"(?<!\\)\\\\([;:,!{}|_*])")}
_NUMBERED = re.compile(r"\(\\#[A-Za-z]+:[\w:-]+\)")  # `(\#eq:bound)`, for bookdown
_ESCAPED = {rf"\{sign}": sign for sign in "[]()_*"}  # for Markdown; in a formula they are these


def lex(text: Traced) -> list[Tok]:
    """The tokens of a text; comments are none, and a run of backslashes ends one row."""
    found = []
    offsets = text.offsets
    twice = _TWICE[r"\\\\" in text.text]
    plain = _NUMBERED.sub(lambda match: " " * len(match[0]), text.text)
    for match in _TOKEN.finditer(twice.sub(r" \\\1", plain)):
        piece = match[0]
        if piece[0] == "%":
            continue
        start = offsets[match.start()]
        end = offsets[match.end() - 1] + 1
        found.append(Tok(r"\\" if piece[:2] == r"\\" else _ESCAPED.get(piece, piece), start, end))
    return found


# -- arguments -------------------------------------------------------------------------------------


def skip_blanks(tokens: Sequence[Tok], at: int) -> int:
    while at < len(tokens) and tokens[at].blank:
        at += 1
    return at


def group_end(tokens: Sequence[Tok], at: int, opener: str = "{", closer: str = "}") -> int:
    """Where the group that opens at `at` closes; the length of the tokens if it doesn't."""
    level = 0
    for place in range(at, len(tokens)):
        text = tokens[place].text
        if text == opener:
            level += 1
        elif text == closer:
            level -= 1
            if level == 0:
                return place
    return len(tokens)


def argument(tokens: Sequence[Tok], at: int) -> tuple[Sequence[Tok], int]:
    """The argument that begins at or behind `at`, and what is behind it."""
    at = skip_blanks(tokens, at)
    if at >= len(tokens):
        return (), at
    if tokens[at].text != "{":
        return tokens[at : at + 1], at + 1
    end = group_end(tokens, at)
    return tokens[at + 1 : end], end + 1


# -- definitions -----------------------------------------------------------------------------------


def definitions(tokens: Sequence[Tok]) -> Iterator[tuple[str, Macro, int, int]]:
    """The macros that tokens define, each with its place among them."""
    at = 0
    while at < len(tokens):
        kind = _DEFINES.get(tokens[at].word)
        if kind is None:
            at += 1
            continue
        name, macro, end = _definition(kind, tokens, at + 1)
        if name and macro is not None:
            yield name, macro, at, end
        at = max(end, at + 1)


def has_definitions(text: str) -> bool:
    return _DEFINITION.search(text) is not None


def _definition(kind: str, tokens: Sequence[Tok], at: int) -> tuple[str, Macro | None, int]:
    if at < len(tokens) and tokens[at].text == "*":
        at += 1
    named, at = argument(tokens, at)
    name = named[0].text if len(named) == 1 else ""
    if kind == "let":
        at = skip_blanks(tokens, at)
        at += at < len(tokens) and tokens[at].text == "="
        body, at = argument(tokens, at)
        return name, Macro(tuple(body)), at
    if kind == "operator":
        body, at = argument(tokens, at)
        place = named[0] if named else Tok("{", 0, 0)
        wrapped = (r"\operatorname", "{"), ("}",)
        head = tuple(Tok(text, place.start, place.end) for text in wrapped[0])
        tail = tuple(Tok(text, place.start, place.end) for text in wrapped[1])
        return name, Macro((*head, *body, *tail)), at
    if kind == "pair":
        left, at = argument(tokens, at)
        right, at = argument(tokens, at)
        hole = tuple(Tok(text, 0, 0) for text in "#1")
        return name, Macro((*left, *hole, *right), 1, None, True), at
    if kind == "def":
        return name, *_plain_def(tokens, at)
    if kind == "document":
        spec, at = argument(tokens, at)
        body, at = argument(tokens, at)
        return name, _by_spec(spec, body), at
    count, default = 0, None
    at = skip_blanks(tokens, at)
    if at < len(tokens) and tokens[at].text == "[":
        end = group_end(tokens, at, "[", "]")
        digits = "".join(token.text for token in tokens[at + 1 : end]).strip()
        count = int(digits) if digits.isdigit() and len(digits) == 1 else 0
        at = skip_blanks(tokens, end + 1)
        if at < len(tokens) and tokens[at].text == "[":
            end = group_end(tokens, at, "[", "]")
            default = tuple(tokens[at + 1 : end])
            at = end + 1
    if kind == "pair of":
        left, at = argument(tokens, at)
        right, at = argument(tokens, at)
        body, at = argument(tokens, at)
        return name, Macro((*left, *body, *right), count, None, True), at
    body, at = argument(tokens, at)
    return name, Macro(tuple(body), count, default), at


def _by_spec(spec: Sequence[Tok], body: Sequence[Tok]) -> Macro | None:
    r"""`\NewDocumentCommand{\E}{O{q} m}{..}`: its arguments are read if at most the first is
    optional."""
    shown = [token for token in spec if not token.blank]
    default: tuple[Tok, ...] | None = None
    if shown and shown[0].text in ("o", "O"):
        start = 1
        default = ()
        if shown[0].text == "O":
            inner, start = argument(shown, 1)
            default = tuple(inner)
        shown = [shown[0]._replace(text="m"), *shown[start:]]
    if any(token.text != "m" for token in shown) or len(shown) > MOST_ARGUMENTS:
        return None
    return Macro(tuple(body), len(shown), default)


def _plain_def(tokens: Sequence[Tok], at: int) -> tuple[Macro | None, int]:
    r"""`\def\x#1#2{..}`; one whose arguments are delimited otherwise is none that is read."""
    count, plain = 0, True
    while at < len(tokens) and tokens[at].text != "{":
        if tokens[at].text == "#":
            count += 1
            at += 1
        elif not tokens[at].blank:
            plain = False
        at += 1
    body, at = argument(tokens, at)
    return (Macro(tuple(body), count) if plain and count <= MOST_ARGUMENTS else None), at


# -- expansion -------------------------------------------------------------------------------------


def expanded(tokens: Sequence[Tok], macros: Macros) -> list[Tok]:
    """Tokens with the macros in them expanded. Raises OverBudget."""
    if not any(token.text in macros for token in tokens):
        if len(tokens) > MOST_TOKENS:
            raise OverBudget
        return [*tokens]
    found: list[Tok] = []
    waiting = deque((token, 0) for token in tokens)
    work = 0
    while waiting:
        token, depth = waiting.popleft()
        work += 1
        if work > 3 * MOST_TOKENS or len(found) > MOST_TOKENS or depth > DEEPEST:
            raise OverBudget
        macro = macros.get(token.text)
        if macro is None:
            found.append(token)
            continue
        arguments = _arguments(macro, waiting)
        body = [*_filled(macro, arguments, token)]
        if len(body) + len(waiting) > 2 * MOST_TOKENS:
            raise OverBudget
        waiting.extendleft((each, depth + 1) for each in reversed(body))
    return found


def _arguments(macro: Macro, waiting: deque[tuple[Tok, int]]) -> list[list[Tok]]:
    """The arguments of a macro, taken off what waits."""
    found: list[list[Tok]] = []
    if macro.sized:
        _blanks(waiting)
        if waiting and waiting[0][0].text == "*":
            waiting.popleft()
        elif waiting and waiting[0][0].text == "[":
            _taken(waiting, "[", "]")
    for number in range(macro.arguments):
        _blanks(waiting)
        if number == 0 and macro.default is not None:
            optional = bool(waiting) and waiting[0][0].text == "["
            found.append(_taken(waiting, "[", "]") if optional else [*macro.default])
        elif waiting and waiting[0][0].text == "{":
            found.append(_taken(waiting, "{", "}"))
        else:
            found.append([waiting.popleft()[0]] if waiting else [])
    return found


def _blanks(waiting: deque[tuple[Tok, int]]) -> None:
    while waiting and waiting[0][0].blank:
        waiting.popleft()


def _taken(waiting: deque[tuple[Tok, int]], opener: str, closer: str) -> list[Tok]:
    level, found = 0, []
    while waiting:
        token = waiting.popleft()[0]
        level += (token.text == opener) - (token.text == closer)
        found.append(token)
        if level == 0:
            break
    return found[1:-1]


def _filled(macro: Macro, arguments: list[list[Tok]], call: Tok) -> Iterator[Tok]:
    at = 0
    while at < len(macro.body):
        token = macro.body[at]
        following = macro.body[at + 1].text if at + 1 < len(macro.body) else ""
        if token.text == "#" and following.isdigit() and int(following) <= len(arguments):
            yield from arguments[int(following) - 1]
            at += 2
            continue
        yield Tok(token.text, call.start, call.end)
        at += 1
