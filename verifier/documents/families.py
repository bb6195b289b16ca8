"""Which names of formulas are densities, and of what those are that only stand in laws."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.documents.context import made
from verifier.documents.formulas import (
    Application,
    Tokens,
    application_at,
    applications,
    closing,
    label_at,
)
from verifier.documents.ranges import Seen
from verifier.formula.spellings import LETTER_NAMES, WORDS

DENSITIES = frozenset({"p", "q", "r", "P", "Q", "phat", "ptilde", "qhat", "qtilde"})
_VALUES = frozenset({"r", "Q"})  # some are rewards, and values of states
_SUMMED = frozenset({"int", "sum"})
_BETWEEN = frozenset({"*", "/", "{", "}"})  # factors, and the parts of a fraction
_PRIMES = re.compile(r"(?:star|prime|hat|tilde|bar)+$")


def families_of(
    formulas: Sequence[Seen], every: Sequence[tuple[Seen, Application]]
) -> frozenset[str]:
    """The names that are densities: behind a bar, as a law, in a divergence, or called p."""
    every = [(each, a) for each, a in every if not is_target(a)]
    found = {a.family for _, a in every if a.bar}
    called = [(each.tokens, a) for each, a in every if _base(a.family) in DENSITIES]
    sure = {label for each in formulas for label in _laws_by_name(each.tokens)}
    found |= {
        a.family
        for tokens, a in called
        if _base(a.family) not in _VALUES or a.family in sure or _weighs(tokens, a)
    }
    for each in formulas:
        found |= {*laws(each.tokens)}
        found |= {a.family for _, a in every}.intersection(_compared(each.tokens))
    return frozenset(name for name in found if WORDS.get(name) != "distributions")


def _weighs(tokens: Tokens, own: Application) -> bool:
    """Whether a name stands where densities do, and rewards and values don't: by itself, below an
    integral or a logarithm, beside another density."""
    if (own.start, own.end) == (0, len(tokens)) or any(t.text in _SUMMED for t in tokens):
        return True
    before, behind = own.start - 1, own.end
    while before >= 0 and tokens[before].text in _BETWEEN:
        before -= 1
    while behind < len(tokens) and tokens[behind].text in _BETWEEN:
        behind += 1
    beside = [tokens[at].text for at in (before, behind) if 0 <= at < len(tokens)]
    if "||" in beside or (before >= 0 and beside[0] in ("log", "ln")):
        return True
    return any(behind == a.start or before + 1 == a.end for a in applications(tokens))


def is_target(each: Application) -> bool:
    """Whether this is the Q(theta, theta_old) of expectation maximisation, or the H beside it: no
    density."""
    arguments = (*each.left, *each.right)
    return (
        _base(each.family) in ("Q", "Ent")
        and len(arguments) > 1
        and all(_is_setting(variable.base) for variable in arguments)
    )


def _is_setting(base: str) -> bool:
    """Whether a variable is a Greek letter, or one with a script: theta, thetat of theta^t."""
    return any(base.startswith(letter) for letter in LETTER_NAMES)


def plain_base(base: str) -> str:
    """A variable without its bar, hat or tilde."""
    return _PRIMES.sub("", base) or base


def _base(label: str) -> str:
    return _PRIMES.sub("", label.partition("_")[0]) or label


def laws(tokens: Tokens) -> Iterator[str]:
    """The families in the subscripts of expectations."""
    for start, end in _subscripts(tokens):
        inside = tokens[start:end]
        for application in applications(inside):
            yield application.family
        for place, each in enumerate(inside):
            if each.text == "~":
                yield label_at(inside, place + 1)[0]


def _laws_by_name(tokens: Tokens) -> Iterator[str]:
    """The names that are all of a subscript: `E_Q`."""
    for start, end in _subscripts(tokens):
        label, behind = label_at(tokens, start)
        if behind == end:
            yield label


def drawn(tokens: Tokens) -> Iterator[Application]:
    """What the subscripts of expectations say that a law by its name alone is of: `h \\sim Q`."""
    for start, end in _subscripts(tokens):
        for place in range(start, end):
            label, behind = label_at(tokens, place + 1)
            if tokens[place].text == "~" and label and behind == end:
                name, of = tokens[place + 1 : end], tokens[start:place]
                whole = (*name, *made("(", name), *of, *made(")", name))
                density = application_at(whole, 0)
                if density is not None and density.end == len(whole):
                    yield replace(density, start=place + 1, end=end)


def _subscripts(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Where the subscripts of expectations begin and end, without their braces."""
    for at, token in enumerate(tokens[:-2]):
        if token.text in ("E", r"\rangle") and tokens[at + 1].text == "_":
            braces = tokens[at + 2].text == "{"
            yield (at + 3, closing(tokens, at + 2)) if braces else (at + 2, at + 3)


def _compared(tokens: Tokens) -> Iterator[str]:
    """The families that a divergence or an entropy compares."""
    for at, token in enumerate(tokens):
        behind = at + 1
        if token.text == "D" and "".join(t.text for t in tokens[at : at + 5]) == "D_{KL}":
            behind = at + 5
        elif token.text not in ("KL", "H"):
            continue
        if behind >= len(tokens) or tokens[behind].text not in ("(", "["):
            continue
        inside = tokens[behind + 1 : closing(tokens, behind)]
        bars = any(t.text == "||" for t in inside)
        if token.text == "H" and not any(True for _ in applications(inside)):
            continue
        bare = "".join(t.text for t in inside).split("||") if bars else []  # `KL(p || m)`
        if bars or token.text == "H":
            yield from (*bare, *(each.family for each in applications(inside)))
