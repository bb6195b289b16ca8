"""Independences that no display states, and under which a line would hold: never assumed, but named
where a line that is false without one would follow from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from verifier.documents.formulas import Application, Tokens, applications

MOST_FACTORS = 8
MOST_COVERS = 50
MOST_LINES = 4  # of each family


def factorisations(models: Mapping[str, str], *formulas: Tokens) -> Iterator[tuple[str, str]]:
    """For each family the `model` line with the product that formulas write of it, where that says
    more than the chain rule does."""
    seen = [a for tokens in formulas for a in applications(tokens)]
    for family, line in models.items():
        if "=" in line:
            continue
        inside = line[line.index("(") + 1 : -1]
        left, _, right = (part.strip() for part in inside.partition("|"))
        wanted = frozenset(name.strip() for name in left.split(","))
        known = frozenset(name.strip() for name in right.split(",") if name.strip())
        whole = [a for a in seen if {*_names(a)[0], *_names(a)[1]} <= wanted | known]
        own = _distinct(a for a in whole if a.family == family)
        others = _distinct(a for a in whole if a.family != family)
        free = frozenset(name for each in own for name in _names(each)[0])
        variables, said = len(wanted) + len(known), False
        # What no density has left of its bar may be given, or be another family's.
        for over, given in dict.fromkeys(((wanted, known), (wanted & free, known | wanted - free))):
            head = _head(family, left, given, known, over)
            covers = islice(_covers(over, given, own, others), MOST_COVERS)
            saying = [each for each in covers if _says_more(each, family, variables)]
            for cover in saying[:MOST_LINES]:
                said = True
                yield family, f"{head} = {' '.join(map(_written, cover))}"
        if said:
            continue
        if "{" in line:
            chain = _chain(family, line, [a for a in seen if a.family == family])
            if chain:
                yield family, chain


def _head(
    family: str, left: str, given: frozenset[str], known: frozenset[str], wanted: frozenset[str]
) -> str:
    """The family's line, less what is only ever given."""
    names = [name.strip() for name in left.split(",")]
    inside = ", ".join(name for name in names if name in wanted)
    behind = [*(name for name in names if name in given), *sorted(known - {*names})]
    return f"{family}({inside} | {', '.join(behind)})" if behind else f"{family}({inside})"


def _says_more(cover: Sequence[Application], family: str, variables: int) -> bool:
    """Whether a product is what someone may have had in mind: of conditionals, over three variables
    at least, or with the prior of another family below the bar of this one."""
    if not any(each.right for each in cover):
        return False
    given = {name for each in cover if each.family == family for name in _names(each)[1]}
    others = {name for each in cover if each.family != family for name in _names(each)[0]}
    return others <= given if others else variables > 2


_SEQUENCE = re.compile(r"(\w+)\((\w+)_\{(\d+):(\w+)\}(?: \| (\2_(\d+)))?\)")


def _chain(family: str, line: str, own: Sequence[Application]) -> str:
    """The line of a sequence of which each element depends on the one before, or behind; "" where
    the formulas don't say so."""
    match = _SEQUENCE.fullmatch(line)
    if match is None:
        return ""
    base, low, high = match[2], int(match[3]), match[4]
    steps = {("".join(a.left[0].script), "".join(a.right[0].script)) for a in own
             if len(a.left) == len(a.right) == 1}  # fmt: skip
    first = low + 1 if match[5] is None else low
    head = f"{family}({base}_{low}) " if match[5] is None else ""
    index = next((i for i in ("t", "i", "k", "s") if i != high), "t")
    before, here = f"{base}_{{{index}-1}}", f"{base}_{index}"
    if any(right == f"{left}-1" for left, right in steps):
        return f"{line} = {head}prod_{{{index}={first}}}^{{{high}}} {family}({here} | {before})"
    if match[5] is None and any(left == f"{right}-1" for left, right in steps):
        last = f"{family}({base}_{high})"
        return f"{line} = {last} prod_{{{index}={first}}}^{{{high}}} {family}({before} | {here})"
    return ""


def _distinct(found: Iterator[Application]) -> list[Application]:
    unique = {_written(each): each for each in found}
    ordered = sorted(unique.values(), key=lambda each: (len(each.left), len(each.right)))
    return ordered[:MOST_FACTORS]


def _written(each: Application) -> str:
    left = ", ".join(variable.name for variable in each.left)
    right = ", ".join(variable.name for variable in each.right)
    return f"{each.family}({left}{' | ' if right else ''}{right})"


def _names(each: Application) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(v.name for v in each.left), frozenset(v.name for v in each.right)


def _covers(
    wanted: frozenset[str],
    known: frozenset[str],
    own: Sequence[Application],
    others: Sequence[Application],
) -> Iterator[list[Application]]:
    """Densities that have each variable left of the bar once, without a circle; the family's own as
    far as they go."""

    def search(missing: frozenset[str], chosen: list[Application]) -> Iterator[list[Application]]:
        if not missing:
            if (len(chosen) > 1 and _ordered(chosen, known)) or (
                len(chosen) == 1 and known - _names(chosen[0])[1] and chosen[0].right
            ):
                yield chosen
            return
        first = min(missing)
        for each in (*own, *others):
            left, right = _names(each)
            if first in left and left <= missing and right <= wanted | known:
                yield from search(missing - left, [*chosen, each])

    yield from search(wanted, [])


def _ordered(factors: Sequence[Application], known: frozenset[str]) -> bool:
    """Whether the factors can be put one after the other, each on those before."""
    waiting, given = [*factors], known
    while waiting:
        fitting = next((each for each in waiting if _names(each)[1] <= given), None)
        if fitting is None:
            return False
        waiting.remove(fitting)
        given |= _names(fitting)[0]
    return True
