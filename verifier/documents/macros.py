r"""The macros of authors: what defines them, and what each stands for where a document has been
read to. A definition holds from where it stands to the end of its group."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from verifier.documents.tex import (
    MOST_ARGUMENTS,
    Macro,
    OverBudget,
    Unsure,
    argument,
    expanded,
    group_end,
    skip_blanks,
)
from verifier.documents.traced import Tok
from verifier.formula.spellings import KNOWN

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
    "ProvideDocumentCommand": "document",
    "DeclareDocumentCommand": "document",
    "def": "def",
    "gdef": "def",
    "edef": "def",
    "xdef": "def",
    "let": "let",
    "newenvironment": "environment",
    "renewenvironment": "environment",
    "NewEnviron": "environ",
    "NewDocumentEnvironment": "document environment",
}
DEFINERS = rf"\\(?:{'|'.join(_DEFINES)})(?![A-Za-z@])"
_DEFINITION = re.compile(DEFINERS)
_PROVIDES = frozenset({"providecommand", "ProvideDocumentCommand"})
_RENEWS = frozenset({"renewcommand", "RenewDocumentCommand", "renewenvironment"})
_NEW = frozenset({"newcommand", "NewDocumentCommand", "DeclareMathOperator", "newenvironment"})
_NOTHING = frozenset({r"\relax", r"\undefined", r"\@undefined"})
_OPENS = {"{": "}", r"\begingroup": r"\endgroup", r"\bgroup": r"\egroup", r"\begin": r"\end"}
_CLOSES = {closer: opener for opener, closer in _OPENS.items()}
_IF = re.compile(r"\\if(?!f\Z)[A-Za-z@]*")


class Definition(NamedTuple):
    """What defines a command: its name, what it stands for, nothing where that can't be read, all
    that is written of that, and where among the tokens it begins and what is behind it."""

    name: str
    macro: Macro | None
    body: Sequence[Tok]
    start: int
    end: int
    word: str = ""  # the command that defines it
    everywhere: bool = False  # whatever group it stands in


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a definition holds: to the end of a group, if it is in one; and whether it is sure that
    it does."""

    until: int | None = None
    sure: bool = True


def has_definitions(text: str) -> bool:
    return _DEFINITION.search(text) is not None


# -- what is defined -------------------------------------------------------------------------------


def definitions(tokens: Sequence[Tok]) -> Iterator[Definition]:
    """What tokens define, in their order."""
    at = 0
    while at < len(tokens):
        kind = _DEFINES.get(tokens[at].word)
        if kind is None:
            at += 1
            continue
        found, end = _definition(kind, tokens, at + 1)
        if end > len(tokens) or (found and end == at + 1):  # never closed
            found, end = [], at + 1
        word = tokens[at].word
        everywhere = word in ("gdef", "xdef") or (at > 0 and tokens[at - 1].word == "global")
        for name, macro, body in found:
            yield Definition(name, macro, body, at, end, word, everywhere)
        at = max(end, at + 1)


_Found = list[tuple[str, Macro | None, Sequence[Tok]]]


def _definition(kind: str, tokens: Sequence[Tok], at: int) -> tuple[_Found, int]:
    if at < len(tokens) and tokens[at].text == "*":
        at += 1
    named, at = argument(tokens, at)
    shown = [token for token in named if not token.blank]
    name = "".join(token.text for token in shown)
    if kind in ("environment", "environ", "document environment"):
        return _environment(kind, name, tokens, at)
    if len(shown) != 1 or name[0] != "\\":
        return [], at
    macro: Macro | None
    if kind == "let":
        at = skip_blanks(tokens, at)
        at += at < len(tokens) and tokens[at].text == "="
        body, at = argument(tokens, at)
        macro = Macro(tuple(body), kept=True)
    elif kind == "operator":
        body, at = argument(tokens, at)
        head, tail = (_made(text, shown[0]) for text in ((r"\operatorname", "{"), ("}",)))
        macro = Macro((*head, *body, *tail))
    elif kind == "pair":
        left, at = argument(tokens, at)
        right, at = argument(tokens, at)
        macro = Macro((*left, *_made("#1", shown[0]), *right), 1, None, True)
    elif kind == "def":
        count, at = _plain_arguments(tokens, at)
        body, at = argument(tokens, at)
        macro = None if count is None else Macro(tuple(body), count)
    elif kind == "document":
        spec, at = argument(tokens, at)
        body, at = argument(tokens, at)
        macro = _by_spec(spec, body)
    else:
        count, default, at = _counted(tokens, at)
        left, right = (), ()
        if kind == "pair of":
            left, at = argument(tokens, at)
            right, at = argument(tokens, at)
        body, at = argument(tokens, at)
        macro = Macro((*left, *body, *right), count, default, kind == "pair of")
    return [(name, macro, macro.body if macro else body)], at


def _made(texts: Sequence[str], place: Tok) -> tuple[Tok, ...]:
    return tuple(Tok(text, place.start, place.end) for text in texts)


def _counted(tokens: Sequence[Tok], at: int) -> tuple[int, tuple[Tok, ...] | None, int]:
    """How many arguments there are, the default of the first, and what is behind."""
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
    return count, default, at


def _environment(kind: str, name: str, tokens: Sequence[Tok], at: int) -> tuple[_Found, int]:
    r"""An environment as two macros, `\begin{name}` and `\end{name}`."""
    if kind == "document environment":
        spec, at = argument(tokens, at)
        begins, at = argument(tokens, at)
        first = _by_spec(spec, begins)
    else:
        count, default, at = _counted(tokens, at)
        begins, at = argument(tokens, at)
        first = Macro(tuple(begins), count, default)
    if kind == "environ":
        inner = next((i for i, token in enumerate(begins) if token.word == "BODY"), len(begins))
        begins, body = begins[:inner], begins[inner + 1 :]
        first = replace(first, body=tuple(begins)) if first else None
    else:
        body, at = argument(tokens, at)
    last = Macro(tuple(body))
    return [
        (rf"\begin{{{name}}}", first, begins),
        (rf"\end{{{name}}}", last, last.body),
    ], at


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


def _plain_arguments(tokens: Sequence[Tok], at: int) -> tuple[int | None, int]:
    r"""How many arguments `\def\x#1#2{..}` has, and where its body is; nothing where they are
    delimited, which isn't read."""
    count, plain = 0, True
    while at < len(tokens) and tokens[at].text != "{":
        if tokens[at].text == "#":
            count += 1
            at += 1
        elif not tokens[at].blank:
            plain = False
        at += 1
    return (count if plain and count <= MOST_ARGUMENTS else None), min(at, len(tokens))


# -- where it holds --------------------------------------------------------------------------------


def scopes(tokens: Sequence[Tok], defined: Sequence[Definition]) -> list[Scope]:
    r"""Where each of some definitions holds: to the end of the group around it. Of one between
    `\if..` and `\fi` it isn't sure that it does."""
    starts: dict[int, list[int]] = {}
    for number, each in enumerate(defined):
        starts.setdefault(each.start, []).append(number)
    found = [Scope() for _ in defined]
    stack: list[tuple[str, list[int]]] = []
    at = conditions = 0
    while at < len(tokens):
        if at in starts:
            for number in starts[at]:
                found[number] = Scope(None, conditions == 0)
                if stack and not defined[number].everywhere:
                    stack[-1][1].append(number)
            at = defined[starts[at][0]].end
            continue
        text = tokens[at].text
        if text in _OPENS:
            stack.append((text, []))
        elif text in _CLOSES and any(opener == _CLOSES[text] for opener, _ in stack[-_NEAR:]):
            opener = ""
            while opener != _CLOSES[text]:
                opener, within = stack.pop()
                for number in within:
                    found[number] = replace(found[number], until=tokens[at].start)
        elif _IF.fullmatch(text) and _is_condition(tokens, at):
            conditions += 1
        elif text == r"\fi":
            conditions = max(0, conditions - 1)
        at += 1
        if text in (r"\begin", r"\end"):
            at = argument(tokens, at)[1]
    return found


def _is_condition(tokens: Sequence[Tok], at: int) -> bool:
    r"""Whether an `\if..` has a `\fi`: not `\newif\ifdraft`, nor `\ifthenelse{..}`."""
    behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return behind != "{" and (at == 0 or tokens[at - 1].word != "newif")


_NEAR = 30  # groups that are looked through for the one that closes


class Meanings:
    """What the commands of the author stand for where a document has been read to."""

    def __init__(self) -> None:
        self.now: dict[str, Macro | None] = {}
        self._around: list[tuple[int, str, bool, Macro | None]] = []  # back at the ends of groups
        self._loose: set[str] = set()  # names that a call of a macro may define again

    def reach(self, place: int) -> None:
        """Leave the groups that end before a place in the file."""
        while self._around and self._around[-1][0] <= place:
            _, name, was, macro = self._around.pop()
            if was:
                self.now[name] = macro
            else:
                self.now.pop(name, None)

    def define(self, found: Definition, scope: Scope, once: bool) -> None:
        r"""A definition that stands here; `once`: what is there may not be defined again by a
        `\newcommand`, so that it is anybody's guess which of the two holds."""
        name, macro = found.name, found.macro
        if found.word in _PROVIDES and (name in self.now or name in KNOWN):
            return
        if macro is not None and macro.kept:
            target = macro.body[0].text if len(macro.body) == 1 else ""
            if target in _NOTHING:
                self._set(found, scope, False, None)
                return
            macro = self.now.get(target, macro) if target else None
        elif macro is not None and found.word in ("edef", "xdef"):
            try:
                macro = replace(macro, body=tuple(expanded(macro.body, self.now)))
            except (OverBudget, Unsure):
                macro = None
        known = name in self.now
        again = known and not _same(self.now[name], macro)
        if not scope.sure:
            again |= not known and (found.word in _RENEWS or name in KNOWN)
        if again and (not scope.sure or (once and found.word in _NEW)):
            macro = None
        if macro is not None and has_definitions("".join(each.text for each in macro.body)):
            more = {each.name for each in definitions(macro.body)} - self._loose
            self._loose |= more
            for each in more & self.now.keys():
                self.now[each] = None
        self._set(found, scope, True, None if name in self._loose else macro)

    def _set(self, found: Definition, scope: Scope, there: bool, macro: Macro | None) -> None:
        name = found.name
        if found.everywhere and any(each[1] == name for each in self._around):
            self._around = [each for each in self._around if each[1] != name]
        elif scope.until is not None:
            was = name in self.now
            self._around.append((scope.until, name, was, self.now.get(name)))
        if there:
            self.now[name] = macro
        else:
            self.now.pop(name, None)

    def read(self, tokens: Sequence[Tok], local: bool) -> list[Tok]:
        """The tokens of a display with the macros in them expanded, each as what it stands for
        there, and without definitions. These hold from there on; with `local` to the end of the
        display. Raises OverBudget and Unsure."""
        defined = [*definitions(tokens)]
        before = dict(self.now) if local else {}
        found: list[Tok] = []
        trouble: OverBudget | Unsure | None = None
        at, within = 0, False
        for each, scope in zip(defined, scopes(tokens, defined), strict=True):
            try:
                found += expanded(tokens[at : each.start], self.now)
            except (OverBudget, Unsure) as error:
                trouble = error
            within |= _is_in_braces(tokens[: each.start])
            self.define(each, Scope(None, scope.sure and (local or not within)), local)
            at = each.end
        try:
            found += expanded(tokens[at:], self.now)
        except (OverBudget, Unsure) as error:
            trouble = error
        if local:
            kept = {each.name for each in defined if each.everywhere} & {*self.now}
            self.now = before | {name: self.now[name] for name in kept}
        if within and any(not token.blank and token.text not in ("{", "}") for token in found):
            raise Unsure
        if trouble is not None:
            raise trouble
        return found


def _is_in_braces(before: Sequence[Tok]) -> bool:
    """Whether a group is open behind these tokens; an environment is none."""
    opened = {*_OPENS} - {r"\begin"}
    return sum((t.text in opened) - (_CLOSES.get(t.text) in opened) for t in before) > 0


def _same(one: Macro | None, other: Macro | None) -> bool:
    """Whether two macros stand for the same."""
    if one is None or other is None:
        return False
    texts = [[token.text for token in macro.body if not token.blank] for macro in (one, other)]
    return texts[0] == texts[1] and one.arguments == other.arguments and one.kept == other.kept
