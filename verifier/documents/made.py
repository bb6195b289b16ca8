r"""Displays that commands and environments of the author make: `\be .. \ee`, `\eqn{..}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from verifier.documents.forms import ENVIRONMENTS
from verifier.documents.macros import Definition
from verifier.documents.tex import Macro, argument, lex, skip_blanks
from verifier.documents.traced import Tok, Traced

_PASSES = 5  # of macros that are made of others
FARTHEST = 5000  # characters that the arguments of one may take
MADE = "made"  # in the place of an environment
_NAMES = frozenset(ENVIRONMENTS)


@dataclass(frozen=True, slots=True)
class Making:
    """A macro that opens displays, or closes them: by how many there are more behind it."""

    macro: Macro
    change: int
    either: bool = False  # whether it opens or closes one, as `$$` does

    @property
    def opens(self) -> bool:
        return self.change > 0 or self.either

    @property
    def whole(self) -> bool:
        """Whether it is a display by itself."""
        return self.change == 0 and not self.either


def making(defined: Iterable[Definition]) -> dict[str, Making]:
    """The macros that make displays, by their names; one of an environment is `\\begin{name}`."""
    every = [*defined]
    found: dict[str, Making] = {}
    for _ in range(_PASSES):
        before = len(found)
        for each in every:
            made = _made(each, found)
            if made is not None:
                found[each.name] = made
        if len(found) == before:
            break
    return found


def _made(definition: Definition, known: Mapping[str, Making]) -> Making | None:
    change = dollars = at = 0
    shows = either = False
    body, macro = definition.body, definition.macro
    while at < len(body):
        token = body[at]
        sign = _bracket(token)
        if token.text in (r"\begin", r"\end"):
            name, behind = argument(body, at + 1)
            written = "".join(each.text for each in name).strip()
            if written.rstrip("*") in _NAMES:
                sign, at = (1 if token.text == r"\begin" else -1), behind - 1
            token = Tok(f"{token.text}{{{written}}}", token.start, token.end)
        elif token.word.removeprefix("end") in _NAMES:  # `\equation .. \endequation`
            sign = -1 if token.word.startswith("end") else 1
        dollars += token.text == "$"
        made = known.get(token.text)
        if made is not None and token.text != definition.name:
            change, shows, either = change + made.change, True, either ^ made.either
        change += sign
        shows |= sign != 0
        at += 1
    shows |= dollars >= 4  # `$$..$$`
    either ^= dollars % 4 == 2 and _is_doubled(body)
    either ^= dollars % 2 == 1
    if macro is None:  # it is a display that isn't read
        return Making(Macro(()), 0) if shows or either else None
    return Making(macro, change, either) if shows or either else None


def _bracket(token: Tok) -> int:
    r"""1 for `\[`, -1 for `\]`, which are brackets where they are no displays."""
    wide = token.end - token.start == 2
    return (wide and token.text == "[") - (wide and token.text == "]")


def _is_doubled(body: Iterable[Tok]) -> bool:
    return "$$" in "".join(token.text for token in body)


def bare(tokens: Sequence[Tok]) -> list[Tok]:
    r"""What macros made of a display, without `\[ .. \]` or dollars around it."""
    found = [*tokens]
    for opener, closer in ("[]", "$$", "$$"):
        shown = [at for at, token in enumerate(found) if not token.blank]
        if len(shown) > 1 and (found[shown[0]].text, found[shown[-1]].text) == (opener, closer):
            found = found[shown[0] + 1 : shown[-1]]
    return found


def calls(names: Iterable[str]) -> str:
    """A pattern of the calls of macros."""
    return "|".join(_call(name) for name in sorted(names, key=len, reverse=True))


def _call(name: str) -> str:
    word, brace, inner = name.partition("{")
    if brace:
        return rf"{re.escape(word)}[ \t]*\{{[ \t]*{re.escape(inner[:-1])}[ \t]*\}}"
    return rf"{re.escape(name)}(?![A-Za-z@])"


def called(written: str) -> str:
    """The name of the macro that a call is of."""
    return re.sub(r"[ \t]", "", written)


def call_end(text: Traced, macro: Macro) -> int | None:
    """Behind how many characters the arguments of a call end that stand at the start of a text."""
    tokens = lex(Traced(text.text, range(len(text.text) + 1)))
    at = skip_blanks(tokens, 0)
    end = 0
    for number in range(macro.arguments):
        at = skip_blanks(tokens, at)
        if number == 0 and macro.default is not None:
            if at < len(tokens) and tokens[at].text == "[":
                at = next((p for p in range(at, len(tokens)) if tokens[p].text == "]"), 10**9) + 1
                end = tokens[at - 1].end if at <= len(tokens) else end
            continue
        _, at = argument(tokens, at)
        if at > len(tokens) or at == 0:
            return None
        end = tokens[at - 1].end
    return end if at <= len(tokens) else None
