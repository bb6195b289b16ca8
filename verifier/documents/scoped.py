"""What a section says of its families and parameters, where in it that holds, and whether in the
next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from verifier.derivation.derivation import Source, Text
from verifier.documents.asserted import Prose
from verifier.documents.bounds import Bound, bounds, stated_in
from verifier.documents.copies import draws_several
from verifier.documents.defines import Define
from verifier.documents.factors import (
    Said,
    by_chain_rule,
    by_formula,
    chained,
    factorisations,
    only_names,
)
from verifier.documents.formulas import (
    Application,
    application_at,
    applications,
    said,
    spelt,
    text_of,
)
from verifier.documents.infer import Inferred
from verifier.documents.judging import Lines
from verifier.documents.sections import Chain, Section, Shown

Declarations = dict[str, list[Text]]


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of families; what of it holds at some places only, the last said first, and what
    these are over; the formulas that are no densities, and why; the bounds of parameters."""

    displayed: dict[str, Said]
    scoped: dict[str, list[Said]]
    plain: dict[str, str]
    improper: dict[str, str]
    bounds: list[Bound]
    aside: dict[str, str]  # the factorisations that no display asserts
    lines: Declarations
    equal: list[Said]  # what is said to be another density, on whatever condition
    independent: bool  # whether the text speaks of what is independent

    def at(self, place: int) -> tuple[dict[str, str], dict[str, str]]:
        """The lines of families that others hold for at a place than are declared, and what these
        say."""
        new: dict[str, str] = {}
        gone: dict[str, str] = {}
        for family, every in self.scoped.items():
            here = next((each for each in every if each.holds_at(place)), None)
            if here is not every[0]:
                new[family] = here.line if here else self.plain[family]
                gone |= {family: every[0].line} if every[0].sign == "=" else {}
        return new, gone


def stated(
    source: Source,
    section: Section,
    chains: Sequence[Chain],
    found: Inferred,
    factorised: Mapping[str, Said],
    models: Mapping[str, str],
    declares: frozenset[str],
    defines: Mapping[str, Define],
) -> Told:
    """What a section asserts; `factorised` and `models`: what earlier sections have said."""
    prose = Prose(source, section)
    shown = [each for each in section.shown if prose.asserts(each, section)]
    asserted = {side.piece.place for each in shown for side in each.sides}
    told = [chain for chain in chains if chain.lines[0].piece.place in asserted]
    other = [chain for chain in chains if chain.lines[0].piece.place not in asserted]
    within = [each for each in section.inline if each.sides[1:]]
    beside, true = (
        factorisations(beside_of(filter(let, within)), found, {}, (), lambda _: True)
        for let in (None, prose.says)
    )
    aside = beside | factorisations(other, found, {}, (), lambda _: True)
    known = factorisations((), found, factorised, declares, lambda _: False)
    by_text = _taken(true, declares, found)
    stated = {each.line for each in true.values()}
    of_chains = factorisations(told, found, factorised, declares, lambda each: each.line in stated)
    by_text |= of_chains
    taken = {*by_text, *declares, *models}
    given = [*told, *beside_of(filter(prose.gives, within))]
    displayed = _since(by_text | by_formula(given, found, taken, defines), prose)
    aside |= {family: each for family, each in displayed.items() if _is_stray(each, prose)}
    displayed = {f: each for f, each in displayed.items() if aside.get(f) is not each}
    several = {f: each.line for f, each in aside.items() if _is_of_several(each)}
    displayed = _declarable(source, found, displayed)
    later = _later(told, found, displayed, declares, prose)
    of_parameters = bounds(section, prose)
    improper = _improper(source, found, displayed, stated_in(of_parameters))
    displayed = {family: each for family, each in displayed.items() if family not in improper}
    earlier = _since(known, prose)
    turns = {family: _in_turn([each, *later.get(family, ())]) for family, each in displayed.items()}
    displayed = {family: every[0] for family, every in turns.items()}
    scoped = {
        family: [*every, *([earlier[family]] if family in earlier else [])]
        for family, every in turns.items()
        if family in found.model
    }
    plain = {family: found.model[family] for family in scoped}
    unsaid = {**chained(section, found), **several}
    lines = _lines(source, found, displayed)
    equal = [*_equal([*chains, *beside_of(within)], prose)]
    return Told(
        displayed, scoped, plain, improper, of_parameters, unsaid, lines, equal,
        prose.independent or draws_several(section),
    )  # fmt: skip


# What words before a product of marginals alone say that it is assumed, and before what words a
# second product is that of another model.
_ASSUMES = re.compile(
    r"\b(?:independen|factori[sz]|product|separab|mean|field|assum|suppos|let|approximat|model|prior"
    r"|famil|joint|take|consider|set|where|with|given|variational|guide|ansatz|trial"
    r"|i\.?\s?i\.?\s?d)|独立|假设",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\b(?:instead|alternativ\w*|another|other|different|second|structured|general\w*|richer|full"
    r"|variant|drop\w*|relax\w*|model [A-Z])\b",
    re.IGNORECASE,
)
_NEW = re.compile(rf"{_ANOTHER.pattern}|\b(?:now|let|suppose|assume|consider)\b", re.IGNORECASE)


def _is_of_several(said: Said) -> bool:
    """Whether it is more than another name: a product of several, or over an index."""
    return len([*applications(said.right)]) > 1 or any(t.text == "prod" for t in said.right)


def _is_stray(said: Said, prose: Prose) -> bool:
    """Whether a display with nothing but marginals, `p(x, z) = p(x) p(z)`, is led to by words that
    don't say that it is assumed."""
    factors = [*applications(said.right)]
    bare = said.sign == "=" and not said.mixture and all(not each.bar for each in factors)
    return bare and said.place is not None and prose.introduces(said.place, _ASSUMES) is False


def _later(
    chains: Sequence[Chain],
    found: Inferred,
    displayed: Mapping[str, Said],
    declares: frozenset[str],
    prose: Prose,
) -> dict[str, list[Said]]:
    """The products that displays say of families whose product was said before: of another model,
    as the text says or where that of the first has ended."""
    later: dict[str, list[Said]] = {}
    for chain in chains:
        every = factorisations([chain], found, {}, declares, lambda _: False)
        every = {f: each for f, each in every.items() if each.sign == "="}
        for family, each in (every or by_chain_rule(chain, displayed)).items():
            first = displayed.get(family)
            if first is None or first.place is None or each.place is None or first.sign != "=":
                continue
            new = each.place > first.place and spelt(each.right) != spelt(first.right)
            words = _NEW if every else _ANOTHER
            if new and (not first.holds_at(each.place) or prose.introduces(each.place, words)):
                later.setdefault(family, []).extend(_since({family: each}, prose).values())
    return later


def _in_turn(every: Sequence[Said]) -> list[Said]:
    """What is said one after the other, each up to where the next is."""
    ends = [each.since for each in every[1:]]
    return [
        replace(each, until=min(filter(None, (each.until, end)), default=None))
        for each, end in zip(every, [*ends, None], strict=True)
    ]


def _equal(chains: Sequence[Chain], prose: Prose) -> Iterator[Said]:
    """The densities that are said to be others, `q(z) = p(z | x)`, each from its sentence on."""
    for chain in chains:
        left, right = chain.start.read, chain.lines[0].read
        densities = [application_at(tokens, 0) if tokens else None for tokens in (left, right)]
        one, other = densities
        if (
            chain.lines[0].piece.before in ("=", ":=")
            and (one and one.end == len(left))
            and (other and other.end == len(right) and other.family != one.family)
        ):
            since = prose.sentence(chain.start.piece.place)[0]
            yield Said(left, right, since=since)


def _improper(
    source: Source, found: Inferred, displayed: Mapping[str, Said], within: Mapping[str, list[str]]
) -> dict[str, str]:
    """The families of which a formula is said that isn't shown to be a density, and why."""
    codes = {}
    for family, each in displayed.items():
        lines = Lines(source, "", _lines(source, found, {family: each}))
        codes[family] = (lines.within(within) or lines).improper() if each.sign != "=" else ""
    return {family: code for family, code in codes.items() if code}


def _taken(true: Mapping[str, Said], declares: frozenset[str], found: Inferred) -> dict[str, Said]:
    """What the text says of families by means, and by naming their parts, which assumes no
    independence; but of those that comments declare."""
    return {
        family: replace(each, place=None)
        for family, each in true.items()
        if family not in declares and (each.mixture or only_names(each, found))
    }


def beside_of(within: Iterable[Shown]) -> list[Chain]:
    """Formulas in the text, as chains."""
    return [Chain(shown.sides[0], [*shown.sides[1:]]) for shown in within if shown.sides]


def _since(displayed: Mapping[str, Said], prose: Prose) -> dict[str, Said]:
    """What is said of families, with where it holds."""
    found = {}
    for family, each in displayed.items():
        since = 0 if each.place is None else prose.stands_from(each.place)
        until = prose.taken_back(family, each.left[-1].end if each.place is not None else 0)
        found[family] = replace(each, since=since, until=until)
    return found


def stays(said: Said) -> bool:
    """Whether what a section says of a family is known in the next: not that it is set to one
    density, nor what is taken back."""
    several = len([*applications(said.right)]) > 1
    return said.until is None and (several or any(t.text == "prod" for t in said.right))


def merged(
    one: Mapping[str, Sequence[Application]], other: Mapping[str, Sequence[Application]]
) -> dict[str, list[Application]]:
    """The densities of each family that are written, each shape once."""
    found = {}
    for family in one.keys() | other.keys():
        every = (*one.get(family, ()), *other.get(family, ()))
        found[family] = [*{each.shape: each for each in every}.values()]
    return found


def _declarable(source: Source, found: Inferred, displayed: dict[str, Said]) -> dict[str, Said]:
    """What displays say of families as far as it can be declared: `p(x, z) = p(x | z) p(z | x)`
    can't, and is a line like others."""

    def readable(chosen: dict[str, Said]) -> bool:
        return Lines(source, "", _lines(source, found, chosen)).trouble() is None

    if not displayed or readable(displayed) or not readable({}):
        return displayed
    chosen: dict[str, Said] = {}
    for family, each in displayed.items():
        if readable({**chosen, family: each}):
            chosen[family] = each
    return chosen


def _in_order(displayed: Mapping[str, Said]) -> Iterator[Said]:
    """Each behind those that it is made of."""
    waiting = dict(displayed)
    while waiting:
        parts = {f: {a.family for a in applications(s.right)} - {f} for f, s in waiting.items()}
        ready = next((f for f in waiting if parts[f].isdisjoint(waiting)), next(iter(waiting)))
        yield waiting.pop(ready)


def _lines(source: Source, found: Inferred, displayed: Mapping[str, Said]) -> dict[str, list[Text]]:
    """The declarations as texts, each in the place where it was first needed."""
    lines: dict[str, list[Text]] = {"model": [], "parameters": [], "functions": [], "define": []}
    for family, line in found.model.items():
        if family not in displayed:
            lines["model"].append(said(source, line, found.places.get(family, 0)))
    for each in _in_order(displayed):
        end = each.left[-1].end
        equals = each.left[-1]._replace(kind="symbol", text=each.sign, start=end, end=end)
        lines["model"].append(text_of(source, (*each.left, equals, *each.right)))
    for line in found.parameters:
        name = re.split(r"\W", line)[0]
        lines["parameters"].append(said(source, line, found.places.get(name, 0)))
    for line in found.functions:
        name = line.partition("(")[0]
        lines["functions"].append(said(source, line, found.places.get(name, 0)))
    return lines
