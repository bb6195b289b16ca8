"""Sequences in formulas: the ranges of sums and products, and the slices that hold all elements."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.documents.formulas import Application, Tokens, Variable, closing, label_at, past


@dataclass(frozen=True, slots=True)
class Seen:
    """A formula of the section: its tokens, in the form that stands for all its readings."""

    tokens: Tokens
    start: int
    chain: int = -1  # the number of that which it stands in


def bound_indices(formulas: Sequence[Seen]) -> dict[str, tuple[str, str]]:
    """The indices that sums and products bind, with the ends of their ranges."""
    found: dict[str, tuple[str, str]] = {}
    for each in formulas:
        for index, low, high in ranges(each.tokens):
            if index not in found or not high.isdigit():
                found.setdefault(index, (low, high))
    return found


def ranges(tokens: Tokens) -> Iterator[tuple[str, str, str]]:
    """The index, the lower and the upper end of each sum and product over an index."""
    for at, token in enumerate(tokens):
        if token.text not in ("sum", "prod"):
            continue
        low = high = index = ""
        place = at + 1
        for _ in range(2):
            if place + 1 >= len(tokens) or tokens[place].text not in ("_", "^"):
                break
            mark = tokens[place].text
            if tokens[place + 1].text == "{":
                end = closing(tokens, place + 1)
                inside = [t.text for t in tokens[place + 2 : end]]
                place = end + 1
            else:
                inside, place = [tokens[place + 1].text], place + 2
            if mark == "_" and len(inside) > 2 and inside[1] == "=":
                index, low = inside[0], " ".join(inside[2:])
            elif mark == "^":
                high = " ".join(inside)
        if index and high:
            yield index, low, high


def lower_first(tokens: Tokens) -> Tokens:
    r"""Sums, products and integrals with their lower ends before the upper, `\prod^T_{t = 1}`."""
    for at in [at for at, token in enumerate(tokens) if token.text in ("sum", "prod", "int")]:
        below = _script_end(tokens, at + 1, "^")
        behind = _script_end(tokens, below, "_") if below > at + 1 else below
        if behind > below:
            ends = (*tokens[below:behind], *tokens[at + 1 : below])
            tokens = (*tokens[: at + 1], *ends, *tokens[behind:])
    return tokens


def _script_end(tokens: Tokens, at: int, mark: str) -> int:
    """Behind the script at a place that begins with this mark; the place where none does."""
    if at + 1 >= len(tokens) or tokens[at].text != mark:
        return at
    return past(tokens, at + 1) if tokens[at + 1].text == "{" else at + 2


Slices = Mapping[str, tuple[str, str]]  # the widest slice of each variable that has any


def slices_of(
    uses: Mapping[str, list[Application]], bound: Mapping[str, tuple[str, str]], known: Slices
) -> Slices:
    """For each base of which slices or moving elements are written, the ends that hold them all;
    those that are `known` where only parts up to some element are written."""
    ends: dict[str, list[tuple[str, str]]] = defaultdict(list)
    moving: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for apps in uses.values():
        for application in apps:
            for variable in (*application.left, *application.right):
                if variable.is_slice and ":" in variable.script:
                    low, high = (" ".join(part) for part in variable.ends)
                    ends[variable.base].append((low, high))
                elif variable.script:
                    moving[variable.base].append(variable.script)
    found: dict[str, tuple[str, str]] = {}
    for base, pairs in ends.items():
        free = [p for p in pairs if not {*p[0].split(), *p[1].split()} & bound.keys()]
        highs = [high for _, high in free if not high.isdigit()] or [h for _, h in free]
        if not highs:
            highs = [bound[w][1] for _, high in pairs for w in high.split() if w in bound]
        lows = [low for low, _ in pairs if low.isdigit()]
        lows += [s[0] for s in moving.get(base, ()) if len(s) == 1 and s[0].isdigit()]
        if highs and lows:
            high = min(highs, key=lambda h: (len(h.split()), -highs.count(h)))
            found[base] = (min(lows, key=int), high)
    for base, scripts in moving.items():
        indices = [s[0] for s in scripts if s[0] in bound]
        if base not in found and indices:
            low, high = bound[indices[0]]
            numbers = [int(s[0]) for s in scripts if len(s) == 1 and s[0].isdigit()]
            if low.isdigit():
                backs = [int(s[2]) for s in scripts if len(s) == 3 and s[0] in bound
                         and s[1] == "-" and s[2].isdigit()]  # fmt: skip
                low = str(min([int(low) - max(backs, default=0), *numbers]))
            found[base] = (low, high)
        elif base not in found and (ends_of := _around(scripts)):
            found[base] = ends_of
    for base in {*ends, *moving} & known.keys():
        low, high = known[base]
        parts = [part for pair in ends.get(base, ()) for part in pair]
        parts += [" ".join(script) for script in moving.get(base, ())]
        first = [part.split()[0] for part in parts]
        words = {word for part in parts for word in part.split() if word.isalpha()} - {high}
        fitting = low.isdigit() and all(int(part) >= int(low) for part in first if part.isdigit())
        if words and fitting and all(map(str.islower, words)):
            found[base] = low, high
    return found


def _around(scripts: Sequence[tuple[str, ...]]) -> tuple[str, str] | None:
    """The ends of a sequence of which elements beside one another are written, x_{t-1} and x_t, and
    maybe the first; None where none are."""
    moving = {script for script in scripts if not script[0].isdigit()}
    letters = {script[0] for script in moving}
    fitting = all(len(s) == 1 or (len(s) == 3 and s[1] in "+-" and s[2].isdigit()) for s in moving)
    if len(letters) != 1 or len(moving) < 2 or not fitting:
        return None
    shifts = [int("".join(script[1:]) or 0) for script in moving]
    first = min((int(script[0]) for script in scripts if script[0].isdigit()), default=0)
    last = max(shifts)
    return str(first), f"{letters.pop()} + {last}" if last > 0 else letters.pop()


def slot_of(variable: Variable, slices: Slices) -> str:
    """The place of a variable in its family's line: all of a sequence for any part of it."""
    if variable.base in slices and variable.script:
        low, high = slices[variable.base]
        return f"{variable.base}_{{{low}:{high}}}"
    return variable.name


_SLICES = re.compile(r"(\w+)_\{(\d+):([^{}]*)\}")


def stated_ends(models: Iterable[str], formulas: Iterable[Tokens]) -> frozenset[str]:
    """The sequences of which a product that is stated says how far they go, and no formula has the
    element before or behind."""
    heads = (line.replace(" ", "").partition("=")[::2] for line in models)
    found = {each for head, product in heads if product for each in _SLICES.findall(head)}
    written = {label_at(tokens, at)[0] for tokens in formulas for at in range(len(tokens))}
    return frozenset(
        f"{base}_{{{low}:{high}}}"
        for base, low, high in found
        if written.isdisjoint((f"{base}_{int(low) - 1}", f"{base}_{{{high}+1}}"))
    )
