"""Independences that no display states, and under which a line would hold: never assumed, but named
where a line that is false without one would follow from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from verifier.documents.context import moved, slots
from verifier.documents.defines import Define, mentions
from verifier.documents.divergences import written_in_full
from verifier.documents.formulas import (
    Application,
    Tokens,
    applications,
    spelt,
    without_script,
)
from verifier.documents.laws import named_laws
from verifier.documents.ranges import ranges
from verifier.formula.spellings import LETTER_NAMES

MOST_FACTORS = 8
MOST_COVERS = 50
MOST_LINES = 4  # of each family
MOST_INDEPENDENT = 4  # variables of a family


@dataclass(frozen=True, slots=True)
class _Factor:
    """A density that a product may have: whose it is, what stands on each side of its bar."""

    family: str
    left: frozenset[str]
    right: frozenset[str]
    text: str
    indexed: bool = False  # whether it is a product over the elements of a sequence


def told_apart(formulas: Iterable[Tokens]) -> frozenset[str]:
    """The densities beside which a formula has the same given more: p(y | x) beside p(y | x, z).
    Whoever writes both doesn't take them for one."""
    found = set()
    for tokens in formulas:
        factors = [*map(_factor, applications(tokens))]
        found |= {
            one.text
            for one in factors
            for other in factors
            if one.family == other.family and one.left == other.left and one.right < other.right
        }
    return frozenset(found)


def factorisations(
    models: Mapping[str, str], *formulas: Tokens, apart: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """For each family the `model` line with the product that formulas write of it, where that says
    more than the chain rule does; none with a density that is told `apart` from the same given
    more."""
    seen = [a for tokens in formulas for a in applications(tokens)]
    factors = [*map(_factor, seen), *(each for tokens in formulas for each in _indexed(tokens))]
    for family, line in models.items():
        if "=" in line:
            continue
        wanted, known = slots(line)
        names = _listed(line)
        whole = [each for each in factors if each.left | each.right <= wanted | known]
        own = _distinct(each for each in whole if each.family == family)
        others = _distinct(each for each in whole if each.family != family)
        free = frozenset(name for each in own for name in each.left)
        variables, said = len(wanted) + len(known), False
        # What no density has left of its bar may be given, or be another family's.
        for over, given in dict.fromkeys(((wanted, known), (wanted & free, known | wanted - free))):
            head = _head(family, names, given, over)
            covers = islice(_covers(over, given, own, others), MOST_COVERS)
            saying = [
                each
                for each in covers
                if _says_more(each, own, family, variables)
                and not any(factor.text in apart for factor in each)
            ]
            for cover in saying[:MOST_LINES]:
                said = True
                yield family, f"{head} = {' '.join(each.text for each in cover)}"
        if said:
            continue
        if "{" in line:
            chain = _chain(family, line, [a for a in seen if a.family == family])
            if chain:
                yield family, chain


def settings(
    defines: Iterable[Define], one: Tokens, other: Tokens
) -> Iterator[tuple[str, str, Tokens]]:
    """A law that a line hasn't any more, and the density of another family that it may have been
    set to: q(z), p(z | x), and the line before under it. So the E step sets q to the posterior."""
    said = [one, *(each.body for each in defines if mentions(one, each.name))]
    new = [*applications(other)]
    kept = {each.family for each in new}
    gone = {each.family: each for tokens in said for each in applications(tokens)}
    for family, law in gone.items():
        shapes = {a.shape for tokens in said for a in applications(tokens) if a.family == family}
        if family in kept or len(shapes) > 1:
            continue
        fitting = (each for each in new if each.right and {*each.left} == {*law.left})
        for density in {_factor(each).text: each for each in fitting}.values():
            tokens = one
            for place in reversed([a for a in applications(one) if a.family == family]):
                written = moved(other[density.start : density.end], one[place.start : place.end])
                tokens = (*tokens[: place.start], *written, *tokens[place.end :])
            yield _factor(law).text, spelt(other[density.start : density.end]), tokens


def of_one_model(models: Mapping[str, str], both: Tokens) -> Iterator[tuple[str, str, str]]:
    """The families under a parameter beside the same without, `p_theta(x, z)` and `p(x, z)`, both
    over the same several variables, and what is known of the one as of the other; none of which a
    formula has the one under the other, or compared with it."""
    weighed = {a.family for law in named_laws(both) for a in applications(law.tokens)}
    weighed |= {a.family for pair in written_in_full(both) for a in applications(pair[0])}
    written = {a.family for a in applications(both)}
    for name, line in models.items():
        base, _, script = name.partition("_")
        over, given = slots(line)
        alike = base in models and slots(models[base]) == (over, given)
        if script.strip("{}") not in LETTER_NAMES or not alike or len(over | given) < 2:
            continue
        if {name, base} <= written and {name, base} & weighed:
            continue
        yield name, base, without_script(line, name) if "=" in line else ""


def put(tokens: Tokens, law: Tokens, density: Tokens) -> Tokens:
    """A formula with a density in the place of a law wherever it is written."""
    written = spelt(law)
    for place in reversed([*applications(tokens)]):
        if spelt(tokens[place.start : place.end]) == written:
            here = moved(density, tokens[place.start : place.end])
            tokens = (*tokens[: place.start], *here, *tokens[place.end :])
    return tokens


def independences(
    models: Mapping[str, str], written: Mapping[str, Sequence[Tokens]]
) -> Iterator[tuple[str, str]]:
    """For each family the `model` lines that an independence in words may mean: all its variables
    are independent, all but one are given that, or two of three are. Of points whose parts are
    `written` given one another it means the points."""
    for family, line in models.items():
        over, given = slots(line)
        names = [name for name in _listed(line) if name in over]
        if "=" in line or len(names) > MOST_INDEPENDENT:
            continue
        head = _head(family, [*names, *given], given, over)
        behind = sorted(given)
        ways = [[(name, behind) for name in names]]
        ways += [[(one, behind), *((name, [one, *behind]) for name in names if name != one)]
                 for one in names if len(names) > 2]  # fmt: skip
        ways += [[*((name, behind) for name in names if name != last),
                  (last, [name for name in names if name != last] + behind)]
                 for last in names if len(names) > 2]  # fmt: skip
        points = _points(family, names, written.get(family, ())) if not given else ""
        if points:
            yield family, f"{head} = {points}"
        for way in ways[bool(points) :]:
            yield family, f"{head} = {' '.join(_each(family, *part) for part in way)}"


def _points(family: str, names: Sequence[str], written: Sequence[Tokens]) -> str:
    """The product of the densities of points that have several parts, `(x_i, z_i)`."""
    parts = [_SLICE.fullmatch(name) for name in names]
    ends = {part.groups()[1:] for part in parts if part}
    if not all(parts) or len(parts) < 2 or len(ends) > 1:
        return ""
    if not any(each.bar for tokens in written for each in applications(tokens)):
        return ""
    low, high = ends.pop()
    inside = ", ".join(f"{part[1]}_i" for part in parts if part)
    return f"prod_{{i={low}}}^{{{high}}} {family}({inside})"


_SLICE = re.compile(r"(\w+)_\{(\w+):(\w+)\}")


def _each(family: str, name: str, given: Sequence[str]) -> str:
    """The density of a variable; of a sequence the product of those of its elements."""
    bar = f" | {', '.join(given)}" if given else ""
    sequence = _SLICE.fullmatch(name)
    if sequence is None:
        return f"{family}({name}{bar})"
    base, low, high = sequence.groups()
    return f"(prod_{{i={low}}}^{{{high}}} {family}({base}_i{bar}))"


def drawn_together(models: Mapping[str, str], name: str, plain: str) -> dict[str, str]:
    """The `model` lines of the families that are over two variables, with one in their place."""
    found = {}
    for family, line in models.items():
        left, right = (frozenset(plain if v == name else v for v in part) for part in slots(line))
        if "=" not in line and name in _listed(line):
            names = dict.fromkeys(plain if v == name else v for v in _listed(line))
            found[family] = _head(family, [*names], right - left, left)
    return found


def _factor(each: Application) -> _Factor:
    left, right = ([variable.name for variable in part] for part in (each.left, each.right))
    text = f"{each.family}({', '.join(left)}{' | ' if right else ''}{', '.join(right)})"
    return _Factor(each.family, frozenset(left), frozenset(right), text)


def _indexed(tokens: Tokens) -> Iterator[_Factor]:
    """What a density of the elements of sequences, beneath a sum or product over their index, may
    be a factor of: `prod_{t=1}^{T} p(x_t | z_t)` for x_{1:T} given z_{1:T}."""
    bound = {index: (low, high) for index, low, high in ranges(tokens)}
    for each in applications(tokens):
        index = next((v.script[0] for v in each.left if v.script and v.script[0] in bound), "")
        if not index or any(v.script != (index,) for v in (*each.left, *each.right)):
            continue
        low, high = bound[index]
        left, right = (frozenset(f"{v.base}_{{{low}:{high}}}" for v in part)
                       for part in (each.left, each.right))  # fmt: skip
        text = f"(prod_{{{index}={low}}}^{{{high}}} {_factor(each).text})"
        yield _Factor(each.family, left, right, text, True)


def _listed(line: str) -> list[str]:
    """The variables of a `model` line in their order."""
    inside = line.partition("=")[0].partition("(")[2].rstrip(" )").replace("|", ",")
    return [name.strip().replace(" ", "") for name in re.split(r",(?![^{]*\})", inside)]


def _head(family: str, names: Sequence[str], given: frozenset[str], over: frozenset[str]) -> str:
    """The family's line, less what is only ever given."""
    inside, behind = ([name for name in names if name in part] for part in (over, given))
    return f"{family}({', '.join(inside)}{' | ' if behind else ''}{', '.join(behind)})"


def _says_more(
    cover: Sequence[_Factor], own: Sequence[_Factor], family: str, variables: int
) -> bool:
    """Whether a product is what someone may have had in mind: of conditionals, over three variables
    at least, or with the prior of another family below the bar of this one, which has none."""
    if not any(each.right for each in cover):
        return False
    given = {name for each in cover if each.family == family for name in each.right}
    others = {name for each in cover if each.family != family for name in each.left}
    if any(each.left <= others for each in own):
        return False
    return others <= given if others else variables > 2 or any(each.indexed for each in cover)


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


def _distinct(found: Iterator[_Factor]) -> list[_Factor]:
    """Each once; those over few variables first, and of these those that assume least."""
    unique = {each.text: each for each in found}
    return sorted(unique.values(), key=lambda each: (len(each.left), -len(each.right)))[
        :MOST_FACTORS
    ]


def _covers(
    wanted: frozenset[str],
    known: frozenset[str],
    own: Sequence[_Factor],
    others: Sequence[_Factor],
) -> Iterator[list[_Factor]]:
    """Densities that have each variable left of the bar once, without a circle; the family's own as
    far as they go."""

    def search(missing: frozenset[str], chosen: list[_Factor]) -> Iterator[list[_Factor]]:
        if not missing:
            if (len(chosen) > 1 and _ordered(chosen, known)) or (
                len(chosen) == 1 and known - chosen[0].right and chosen[0].right
            ):
                yield chosen
            return
        first = min(missing)
        for each in (*own, *others):
            if first in each.left and each.left <= missing and each.right <= wanted | known:
                yield from search(missing - each.left, [*chosen, each])

    yield from search(wanted, [])


def _ordered(factors: Sequence[_Factor], known: frozenset[str]) -> bool:
    """Whether the factors can be put one after the other, each on those before."""
    waiting, given = [*factors], known
    while waiting:
        fitting = next((each for each in waiting if each.right <= given), None)
        if fitting is None:
            return False
        waiting.remove(fitting)
        given |= fitting.left
    return True
