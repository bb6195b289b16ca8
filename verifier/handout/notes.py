"""The mathematics in what people write: `x_0`, `t = 0`, `tau` in a sentence are set as formulas.

A run of words is a formula where all of it can be read as one, by what the file declares or with
its names standing for numbers. A word by itself is one where the file has a thing of that name.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import replace

from verifier.formula import written as w
from verifier.formula.declarations import parse_discrete, parse_support
from verifier.formula.lexer import FormulaError
from verifier.formula.parser import COMPARISONS, parse_expression, parse_statement
from verifier.formula.scope import Names, Scope
from verifier.formula.spellings import LETTER_NAMES
from verifier.manual.rules import human, is_rule

Text = tuple[str | w.Written, ...]  # words, and formulas in them

_LONGEST = 12  # words of a formula
_WORD = re.compile(r"`[^`]*`|\S+|\s+")
_STOPS = ".,;:?!"
_SIGNS = re.compile(r"[_^=<>|+/\[(]")
_RELATED = re.compile(r"[=<>]")
_SUBSCRIPTED = re.compile(r"[A-Za-z]+_(\{[^{}\s]+\}|\w+)")
_RELATION = re.compile(r"^(=|>=|<=) ")  # of a line of a chain
_ENGLISH = frozenset({"a", "A", "I"})


def noted(text: str, scope: Scope) -> Text:
    """A text for people, with the formulas that are in it."""
    return tuple(_joined(_parts(_WORD.findall(" ".join(text.split())), scope)))


def told(text: str, scope: Scope) -> Text:
    """What a message says, with the formulas that it quotes; rules as people call them."""
    parts = " ".join(text.split()).split("`")
    return tuple(
        _joined(
            each for i, p in enumerate(parts) for each in (_quoted(p, scope) if i % 2 else (p,))
        )
    )


def _quoted(text: str, scope: Scope) -> Text:
    if is_rule(text):
        return (human(text),)
    formula = _RELATION.sub("", text)
    relation = text[: len(text) - len(formula)]
    node = quoted(formula, scope)
    if node is None or not _is_mathematics(node, scope):
        return (f"`{text}`",)
    return (relation, node) if relation else (node,)


def quoted(text: str, scope: Scope) -> w.Written | None:
    """A text as the formula that it is, by what a file declares or with its names standing for
    numbers; None for what is none."""
    found = (_parsed(text, known) for known in (scope, _lenient(scope)))
    return next((node for node in found if node is not None), None)


def _parts(words: list[str], scope: Scope) -> Iterator[str | w.Written]:
    lenient = _lenient(scope)
    place = 0
    while place < len(words):
        found = _formula_at(words, place, scope, lenient)
        if found is None:
            yield words[place]
            place += 1
        else:
            opening, node, closing, place = found
            yield from (opening, node, closing)


def _joined(parts: Iterator[str | w.Written]) -> Iterator[str | w.Written]:
    """Parts with the words between two formulas as one."""
    words = ""
    for part in parts:
        if isinstance(part, str):
            words += part
            continue
        if words:
            yield words
        words = ""
        yield part
    if words:
        yield words


def _formula_at(
    words: list[str], place: int, scope: Scope, lenient: Scope
) -> tuple[str, w.Written, str, int] | None:
    """The longest formula that begins with a word: what stands before and behind it, and where
    the text goes on."""
    if words[place].isspace() or words[place].startswith("`"):
        return None
    for end in range(min(place + 2 * _LONGEST, len(words)), place, -1):
        if words[end - 1].isspace():
            continue
        whole = "".join(words[place:end])
        opening, text, closing = _apart(whole)
        node = _read(text, end - place > 1, scope, lenient)
        if node is not None:
            return opening, node, closing, end
    return None


def _apart(text: str) -> tuple[str, str, str]:
    """A text without the bracket of another that begins before it, or the stop of a sentence."""
    opening = "(" if text.startswith("(") and text.count("(") > text.count(")") else ""
    inner = text.removeprefix(opening).rstrip(_STOPS)
    if inner.endswith(")") and inner.count(")") > inner.count("("):
        inner = inner.removesuffix(")").rstrip(_STOPS)
    return opening, inner, text[len(opening) + len(inner) :]


def _read(text: str, several: bool, scope: Scope, lenient: Scope) -> w.Written | None:
    if _SUBSCRIPTED.fullmatch(text) or (not several and _is_name(text, scope)):
        return _variable(text)
    if not _SIGNS.search(text) or "`" in text:
        return None
    for known in (scope, lenient):
        node = _parsed(text, known)
        if node is not None and _is_mathematics(node, scope):
            return node
    return None


def _is_mathematics(node: w.Written, scope: Scope) -> bool:
    """Whether what was read has names, and no English word for one."""
    names = []
    for part in node.walk():
        match part:
            case w.Name(name) | w.Call(name):
                names.append(name)
            case w.Variable(base) | w.Density(base):
                names.append(base)
    return bool(names) and all(_may_be(name.partition("_")[0], name, scope) for name in names)


def _may_be(base: str, name: str, scope: Scope) -> bool:
    return len(base) == 1 or base in LETTER_NAMES or scope.is_declared(name)


def _variable(text: str) -> w.Written | None:
    try:
        return parse_discrete(text)
    except FormulaError:
        return None


def _parsed(text: str, scope: Scope) -> w.Written | None:
    try:
        if "<<" in text:
            return parse_support(text, scope)
        if _RELATED.search(text):
            return parse_statement(text, scope, COMPARISONS)
        return parse_expression(text, scope)
    except FormulaError:
        return None


def _is_name(text: str, scope: Scope) -> bool:
    """Whether a word is the name of something: a letter that is no English word, or Greek."""
    greek = text in LETTER_NAMES and len(text) > 1
    return greek or (text not in _ENGLISH and len(text) == 1 and scope.is_declared(text))


def _lenient(scope: Scope) -> Scope:
    """A scope in which letters and all that is declared stand for numbers as well."""
    names = {*string.ascii_letters, *LETTER_NAMES, *scope.parameters, *scope.families}
    return replace(Scope(), parameters=Names(sorted(names | scope.functions | scope.abbreviations)))
