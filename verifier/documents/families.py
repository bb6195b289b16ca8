"""Which names of formulas are densities, and of what those are that only stand in laws."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from verifier.documents.context import made
from verifier.documents.formulas import (
    Application,
    Tokens,
    application_at,
    applications,
    closing,
    label_at,
    variable_at,
)
from verifier.documents.ranges import Seen
from verifier.formula.lexer import Token
from verifier.formula.spellings import LETTER_NAMES, WORDS

DENSITIES = frozenset({"p", "q", "r", "P", "Q", "phat", "ptilde", "qhat", "qtilde"})
ENERGIES = {"E": "Energy", "H": "Hamiltonian"}  # functions, where they are said to be
_VALUES = frozenset({"r", "Q"})  # some are rewards, and values of states
_BETWEEN = frozenset({"*", "/", "{", "}"})  # factors, and the parts of a fraction
_DIVIDED = frozenset({"/", "{"})
_PRIMES = re.compile(r"(?:star|prime|hat|tilde|bar)+$")


def families_of(
    formulas: Sequence[Seen], every: Sequence[tuple[Seen, Application]]
) -> frozenset[str]:
    """The names that are densities: behind a bar, as a law, in a divergence, or called p."""
    every = [(each, a) for each, a in every if not is_target(a)]
    found = {a.family for _, a in every if a.bar}
    called = [(each.tokens, a) for each, a in every if _base(a.family) in DENSITIES]
    found |= {a.family for _, a in called if _base(a.family) not in _VALUES}
    for each in formulas:
        found |= {*laws(each.tokens)}
        found |= {a.family for _, a in every}.intersection(_compared(each.tokens))
    uses: dict[str, set[bool | None]] = defaultdict(set)
    for tokens, a in called:
        uses[a.family].add(_weighs(tokens, a, found))
    named = {label for each in formulas for label in _laws_by_name(each.tokens)}
    found |= {
        name for name, seen in uses.items() if name in named or True in seen or False not in seen
    }
    return frozenset(name for name in found if WORDS.get(name) != "distributions")


def _weighs(tokens: Tokens, own: Application, known: Container[str]) -> bool | None:
    """Whether a name stands where densities do, or where rewards and values do, which laws weigh:
    among the factors of a law a variable stands left of one bar. None where that isn't seen."""
    if (own.start, own.end) == (0, len(tokens)):
        return None
    for other in applications(tokens):
        first, second = sorted((own, other), key=lambda each: each.start)
        between = [token.text for token in tokens[first.end : second.start]]
        if other.start == own.start or not _BETWEEN.issuperset(between):
            continue
        if other.family in known:
            over = {v.base for v in (*own.left, *own.right)}
            return not _DIVIDED.isdisjoint(between) or over.isdisjoint(v.base for v in other.left)
        if any(token.text == "int" for token in tokens):
            return True
    before = own.start - 1
    while before >= 0 and tokens[before].text in _BETWEEN:
        before -= 1
    around = (*tokens[max(before, 0) : before + 1], *tokens[own.end : own.end + 1])
    beside = [token.text for token in around]
    summed = before > 0 and tokens[before - 1].text in ("_", "{")
    if summed and any(v.base == beside[0] for v in own.left):  # sum_z r(z)
        return True
    return not {"log", "ln", "int", "||"}.isdisjoint(beside)


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
    return plain_base(label.partition("_")[0])


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


def arguments_less(
    tokens: Tokens, application: Application, dropped: frozenset[str]
) -> Iterator[Token]:
    """What stands in the brackets of a density, less parameters."""
    bar = next((place for place in range(application.opened, application.end)
                if tokens[place].text == "|"), application.end - 1)  # fmt: skip
    stop = next((place for place in range(application.opened, application.end)
                 if tokens[place].text == ";"), application.end - 1)  # fmt: skip
    yield from tokens[application.opened : min(bar, stop)]
    kept: list[Sequence[Token]] = []
    at = bar + 1
    while application.bar and at < stop:
        variable, behind = variable_at(tokens, at)
        if variable is None:
            break
        if variable.base not in dropped:
            kept.append(tokens[at:behind])
        at = behind + 1
    for number, part in enumerate(kept):
        mark = tokens[bar]
        yield mark if number == 0 else mark._replace(text=",")
        yield from part
    yield tokens[application.end - 1]
