r"""TeX tokens, and the macros of authors expanded within budgets. No TeX is run: what is known of a
command is what its `\newcommand` says."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from verifier.documents.traced import Tok, Traced

MOST_TOKENS = 20_000  # out of one display
DEEPEST = 200  # expansions within one another
MOST_ARGUMENTS = 9

_TOKEN = re.compile(
    r"\\{2,}(?![A-Za-z\\])|\\\\|\\[A-Za-z@]+|\\.|%[^\n]*(?:\n[ \t]*)?|\s+|[^\s\\%]|\\",
    re.DOTALL,
)


class OverBudget(Exception):  # noqa: N818 - it is no error: a display is left alone
    """What a display's macros stand for is more than is read."""


class Unsure(Exception):  # noqa: N818 - nor is this
    """What a macro stands for isn't known where a display has it."""


@dataclass(frozen=True, slots=True)
class Macro:
    """What a command of the author's stands for: `#1` to `#9` are its arguments."""

    body: tuple[Tok, ...]
    arguments: int = 0
    default: tuple[Tok, ...] | None = None
    sized: bool = False  # `\KL*{..}`, `\KL[\big]{..}`: what stands between says nothing
    kept: bool = False  # `\let\x\y`: what `\y` was then, whatever it is now


Macros = Mapping[str, Macro | None]  # None where what one stands for isn't known

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


def scripted(tokens: Sequence[Tok], at: int) -> tuple[Sequence[Tok], int]:
    r"""The script that begins at or behind `at`, braces or none, `_\text{words}`."""
    inner, end = argument(tokens, at)
    if len(inner) != 1 or not inner[0].word or end >= len(tokens) or tokens[end].text != "{":
        return inner, end
    behind = argument(tokens, end)[1]
    return (*inner, *tokens[end:behind]), behind


# -- expansion -------------------------------------------------------------------------------------


def expanded(tokens: Sequence[Tok], macros: Macros) -> list[Tok]:
    """Tokens with the macros in them expanded. Raises OverBudget and Unsure."""
    if not any(token.text in macros or token.text in _AROUND for token in tokens):
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
        name = _environment(token, waiting, macros) if token.text in _AROUND else token.text
        if name not in macros:
            found.append(token)
            continue
        macro = macros[name]
        if macro is None:
            raise Unsure
        body = [*_filled(macro, _arguments(macro, waiting, token), token)]
        if macro.kept:
            found += body
            continue
        if len(body) + len(waiting) > 2 * MOST_TOKENS:
            raise OverBudget
        waiting.extendleft((each, depth + 1) for each in reversed(body))
    return found


_AROUND = frozenset({r"\begin", r"\end"})
_LONGEST = 40  # tokens of the name of an environment


def _environment(token: Tok, waiting: deque[tuple[Tok, int]], macros: Macros) -> str:
    r"""The name among macros, `\begin{bound}`, of what begins or ends here, taken off what waits;
    "" if it is none of the author's."""
    ahead = [each.text for each, _ in islice(waiting, _LONGEST)]
    if "{" not in ahead or "}" not in ahead or "".join(ahead[: ahead.index("{")]).strip():
        return ""
    end = ahead.index("}")
    name = f"{token.text}{{{''.join(ahead[ahead.index('{') + 1 : end])}}}"
    if name not in macros:
        return ""
    for _ in range(end + 1):
        waiting.popleft()
    return name


def _arguments(macro: Macro, waiting: deque[tuple[Tok, int]], call: Tok) -> list[list[Tok]]:
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
            default = [Tok(each.text, call.start, call.end) for each in macro.default]
            found.append(_taken(waiting, "[", "]") if optional else default)
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
