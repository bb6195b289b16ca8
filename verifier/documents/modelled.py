"""A section's declarations: what its formulas were inferred to be about, its defines and displayed
factorisations, what earlier sections give it, and what its comments say instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from verifier.derivation.derivation import Source, Text
from verifier.documents.averaged import Called
from verifier.documents.bounds import Bound, bounds
from verifier.documents.comments import Asked, declared
from verifier.documents.context import Context, Formal, NamedLaw, script_at, slots
from verifier.documents.defines import Define, defines_of, used_defines
from verifier.documents.denoted import Denoted, beside_models, denoted, drawn, drawn_alone, of_data
from verifier.documents.divergences import written_in_full
from verifier.documents.entropies import bare_laws, informed
from verifier.documents.factors import Said, by_formula, chained, factorisations, only_names
from verifier.documents.formulas import (
    Tokens,
    application_at,
    applications,
    label_at,
    said,
    spelt,
    text_of,
)
from verifier.documents.infer import DENSITIES, Inferred, infer
from verifier.documents.judging import Lines
from verifier.documents.laws import named_laws
from verifier.documents.names import own_capitals
from verifier.documents.ranges import Seen, ranges
from verifier.documents.sections import Chain, Section
from verifier.documents.varying import numbers_in


@dataclass
class Known:
    """What sections have said so far: defines and factorisations by name, laws, means of names."""

    defines: dict[str, Define] = field(default_factory=dict)
    factorised: dict[str, Said] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    averaged: dict[Called, str] = field(default_factory=dict)
    denoted: list[Denoted] = field(default_factory=list)
    of_data: list[Denoted] = field(default_factory=list)
    laws: list[NamedLaw] = field(default_factory=list)
    sequences: dict[str, tuple[str, str]] = field(default_factory=dict)  # with their ends
    declared: Asked = field(default_factory=dict)  # by comments, to the end

    def meanings(self, source: Source, section: Section, chains: Sequence[Chain]) -> list[Denoted]:
        """What notations are said to stand for by a section and those before it."""
        self.denoted += denoted(source, section, chains)
        self.of_data += of_data(source, section)
        sides = [side.read for chain in chains for side in chain.sides]
        return self.denoted + beside_models(self.of_data, sides)

    def about(self, seen: Sequence[Seen]) -> dict[str, Define]:
        """The defines that are about variables of these formulas."""
        return {name: each for name, each in self.defines.items() if each.is_about(seen)}


@dataclass
class Modelled:
    """A section with its declarations, by the keys of a derivation's file."""

    context: Context
    lines: dict[str, list[Text]]
    places: dict[str, int]
    defines: dict[str, Define]
    modelling: frozenset[int]  # the lines of chains that declare a family
    defining: dict[int, str]  # the lines of chains that define a name
    functions: tuple[str, ...]  # the names of what was taken to be any function
    strict: bool  # whether a reason has to be what its line needs
    aside: dict[str, str]  # the factorisations that only the text beside displays states
    bounds: list[Bound]  # of parameters, that it states
    earlier: dict[str, Define]  # what names that lines define anew stood for
    letters: tuple[str, ...]  # of which nothing is said, not even that they are numbers

    def again(self, define: Define) -> None:
        """Take a name for what it stood for in an earlier section."""
        self.defines[define.name] = define
        formal = {define.name: Formal(define.at, define.body)} if define.at else {}
        kept = {name: f for name, f in self.context.formals.items() if name != define.name}
        self.context.formals = {**kept, **formal}


def modelled(source: Source, section: Section, chains: Sequence[Chain], known: Known) -> Modelled:
    """The declarations of a section; what it says is known from then on."""
    seen = [*_seen(chains)]
    beside = [Seen(s.read, s.piece.place) for i in section.inline for s in i.sides if s.read]
    pairs = [pair for each in (*chains, *_beside(section)) for pair in pairwise(each.sides)]
    told = (
        frozenset(_normalised(chains)),
        frozenset(own_capitals((a.read, b.read) for a, b in pairs)),
    )
    first = infer(seen, frozenset(), section.copied, known.sequences, *told)
    taken = first.families | first.bases | {b.capitalize() for b in first.bases}
    taken -= {*_normalisers(chains), *_tilted(chains)}
    defines, defining = defines_of(chains, section, taken, known.about(seen))
    used = used_defines(seen, defines, known.defines)
    stated = [*drawn(section)]
    every = [*seen, *(Seen(d.body, d.place) for d in used.values())]
    every += drawn_alone(stated, seen, first.families)
    found = infer(every, frozenset(used), section.copied, known.sequences, *told)
    _inherit(found, every, beside, known)
    _bare(found, every)
    _informed(found, every, known)
    declares = frozenset(
        re.split(r"[(\s]", text.value)[0] for text in section.asked.get("model", ())
    )
    aside = factorisations(_beside(section), found, {}, (), lambda _: True)
    displayed = _declarable(source, found, _displayed(chains, found, known, aside, declares))
    context = _context(found, every, used, known)
    context.stated = tuple(stated)
    context.near = tuple(first for each in seen for first, _ in written_in_full(each.tokens))
    alone = (shown for shown in section.shown if len(shown.sides) == 1)  # in a line of text, too
    for shown in (*section.inline, *alone):
        for side in shown.sides:
            context.laws += named_laws(side.read)
    lines = _lines(source, found, displayed)
    factorised = {family: each for family, each in displayed.items() if each.sign == "="}
    context.models |= {family: each.line for family, each in factorised.items()}
    place = next(iter(found.places.values()), 0)
    copies = [said(source, f"{base}_{i} of {base}", place) for base, i in section.copied.items()]
    lines |= {"copies": copies} if copies else {}
    declared(section.asked, lines)
    earlier = {name: known.defines[name] for name in defining.values() if name in known.defines}
    known.defines |= used
    known.factorised |= factorised
    known.models |= found.model
    known.sequences |= found.sequences
    laws = (law for each in seen for law in named_laws(each.tokens))
    known.laws = [*known.laws, *(law for _, law in stated), *laws][-200:]
    functions = tuple(line.partition("(")[0] for line in found.functions)
    strict = any(text.value == "strict" for text in section.asked.get("reasons", ()))
    several = {f: each for f, each in aside.items() if len([*applications(each.right)]) > 1}
    modelling = frozenset(each.place for each in displayed.values() if each.place is not None)
    return Modelled(
        context, lines, found.places, used, modelling, defining, functions, strict,
        {**chained(section, found), **{family: each.line for family, each in several.items()}},
        bounds(section), earlier, _unsaid(found, section, every),
    )  # fmt: skip


def _context(
    found: Inferred, every: Sequence[Seen], used: Mapping[str, Define], known: Known
) -> Context:
    """What the lines of a section are read with."""
    return Context(
        models={**found.model},
        bases=found.bases,
        renamed=found.renamed,
        dropped=found.dropped,
        folded=found.folded,
        unsure=found.unsure,
        defines=frozenset(used),
        formals={name: Formal(each.at, each.body) for name, each in used.items() if each.at},
        laws=[*known.laws],
        inherited=len(known.laws),
        arrangements=_arrangements(every, found),
        functions=_functions(every, found),
    )


def _seen(chains: Sequence[Chain]) -> Iterator[Seen]:
    for number, chain in enumerate(chains):
        yield from (Seen(s.read, s.piece.place, number) for s in chain.sides if s.read)


def _displayed(
    chains: Sequence[Chain],
    found: Inferred,
    known: Known,
    aside: Mapping[str, Said],
    declares: frozenset[str],
) -> dict[str, Said]:
    """What displays say of families, and the text, `aside`, as far as it is taken."""
    stated = {each.line for each in aside.values()}
    of_chains = factorisations(
        chains, found, known.factorised, declares, lambda each: each.line in stated
    )
    displayed = _taken(aside, declares, found) | of_chains
    return displayed | by_formula(chains, found, {*displayed, *declares, *known.models})


def _taken(aside: Mapping[str, Said], declares: frozenset[str], found: Inferred) -> dict[str, Said]:
    """What the text says of families by means, and by naming their parts, which assumes no
    independence; but of those that comments declare."""
    return {
        family: replace(each, place=None)
        for family, each in aside.items()
        if family not in declares and (each.mixture or only_names(each, found))
    }


def _beside(section: Section) -> list[Chain]:
    """The formulas in the text, as chains."""
    return [
        Chain(shown.sides[0], [*shown.sides[1:]]) for shown in section.inline if shown.sides[1:]
    ]


def _normalisers(chains: Sequence[Chain]) -> Iterator[str]:
    """The names that displays say to be an integral, a sum or a mean: Z beside z is no variable."""
    for chain in chains:
        name, right = chain.start.read, chain.lines[0].read
        if len(name) == 1 and any(token.text in ("int", "sum", "E") for token in right[:1]):
            yield name[0].text


def _normalised(chains: Sequence[Chain]) -> Iterator[str]:
    """The functions that displays say to sum or integrate to one, `sum_x f(x) = 1`."""
    for chain in chains:
        for one, other in pairwise(chain.sides):
            total, number = (one, other) if spelt(other.read) == "1" else (other, one)
            if spelt(number.read) != "1" or other.piece.before != "=" or not total.read:
                continue
            behind = script_at(total.read, 1)[1]
            density = application_at(total.read, behind)
            rest = "".join(t.text for t in total.read[density.end :]) if density else ""
            names = [f"d{variable.name}" for variable in density.left] if density else []
            if density and total.read[0].text in ("sum", "int") and rest in ("", *names):
                yield density.family


def _tilted(chains: Sequence[Chain]) -> Iterator[str]:
    """The names that displays say to be a density by an exponential or a normaliser, `G(h) = P(h)
    e^{f(h)} / Z`: names for it, since nothing declares what it is divided by."""
    normalisers = {*_normalisers(chains)}
    for chain in chains:
        side = chain.lines[0]
        density = application_at(chain.start.read, 0) if side.read and chain.start.read else None
        if density and density.end == len(chain.start.read) and not density.bar:
            tilted = any(token.text in ("e", "exp", *normalisers) for token in side.read)
            named = density.family not in ("p", "q", "r", "P", "Q")
            if tilted and named and side.piece.before in ("=", ":="):
                yield density.family


def _unsaid(found: Inferred, section: Section, every: Sequence[Seen]) -> tuple[str, ...]:
    """The letters that are parameters since nothing says more of them."""
    stated = {bound.name for bound in bounds(section)}
    numbers = {*numbers_in(each.tokens for each in every)}
    names = (name for name in found.parameters if name.isidentifier() and "_" not in name)
    return tuple(name for name in names if name not in stated | numbers | found.dropped)


# -- families --------------------------------------------------------------------------------------


def _inherit(found: Inferred, every: Sequence[Seen], beside: Sequence[Seen], known: Known) -> None:
    """The families that a section only names, as the text beside it or an earlier section has
    them."""
    words = {label_at(each.tokens, i)[0] for each in every for i in range(len(each.tokens))}
    missing = {name for name in words if name and name not in found.families}
    other = infer(beside) if beside else Inferred()
    for name in sorted(missing):
        line = other.model.get(name) or known.models.get(name)
        if line is None or (name in found.places and name not in DENSITIES):
            continue
        found.model[name] = line
        found.families |= {name}
        inside = re.findall(r"[A-Za-z]+", line.partition("(")[2])
        found.bases |= frozenset(inside)
        found.parameters = [p for p in found.parameters if not p.startswith(name)]


def _bare(found: Inferred, every: Sequence[Seen]) -> None:
    """The densities that only their names stand for, in `KL(p || q)` and `H(p, q)`: over the one
    variable that others are over; where there is no other, over one, whatever it is."""
    over = {line.partition("(")[2].rstrip(")") for line in found.model.values()}
    variable = min(over, default="x")
    if len(over) > 1 or not variable.isalpha():
        return
    for each in every:
        for name, at in bare_laws(each.tokens):
            if name not in found.model and name not in found.renamed:
                found.model[name] = f"{name}({variable})"
                found.places.setdefault(name, at)
    found.families |= {*found.model}
    found.bases |= {variable} if found.model else set()
    found.parameters = [p for p in found.parameters if p.split()[0] not in found.model]


def _informed(found: Inferred, every: Sequence[Seen], known: Known) -> None:
    """The family that entropies and informations are of whose variables no density has: that of an
    earlier section, or one over them all."""
    laws = {*found.model, *known.models}  # H(Q) is of the law Q
    names = {
        name: None for each in every for name in informed(each.tokens) if name.upper() not in laws
    }
    missing = [name for name in names if name not in found.bases]
    if not missing:
        return
    for family, line in reversed(known.models.items()):
        if names.keys() <= slots(line)[0] and family not in found.model:
            found.model[family] = line
            break
    else:
        family = "p" if "p" in found.model or not found.model else min(found.model)
        own, given = map(list, _listed(found.model.get(family, f"{family}()")))
        own += [name for name in missing if name not in own]
        bar = f" | {', '.join(given)}" if given else ""
        found.model[family] = f"{family}({', '.join(own)}{bar})"
    found.families |= {family}
    found.bases |= {*names}
    capitals = {name.upper() for name in names}
    found.parameters = [p for p in found.parameters if p.split()[0] not in capitals]


def _listed(line: str) -> tuple[list[str], list[str]]:
    """What a `model` line is over, and what it is given, in their order."""
    left, _, right = line.partition("(")[2].rstrip(")").partition("|")
    split = re.compile(r",\s*(?![^{]*\})")
    return [*filter(None, split.split(left.strip()))], [*filter(None, split.split(right.strip()))]


def _arrangements(seen: Sequence[Seen], found: Inferred) -> dict[str, list[Tokens]]:
    """The densities of each family that are conditioned or alone before no bar, as written."""
    shapes: dict[str, dict[str, Tokens]] = {}
    for each in seen:
        for application in applications(each.tokens):
            family = found.renamed.get(application.family, application.family)
            if family in found.families:
                tokens = each.tokens[application.start : application.end]
                shapes.setdefault(family, {}).setdefault(spelt(tokens), tokens)
    return {family: [*by_text.values()] for family, by_text in shapes.items()}


def _functions(seen: Sequence[Seen], found: Inferred) -> dict[str, Tokens]:
    """The functions of variables that are written at one place alone, and where: T of T(x)."""
    names = {line.partition("(")[0] for line in found.functions}
    names -= {end for each in seen for _, _, high in ranges(each.tokens) for end in high.split()}
    at: dict[str, dict[str, Tokens]] = {}
    for each in seen:
        for a in applications(each.tokens):
            if a.family in names:
                tokens = each.tokens[a.start : a.end]
                at.setdefault(a.family, {})[spelt(tokens)] = tokens
    return {name: next(iter(texts.values())) for name, texts in at.items() if len(texts) == 1}


# -- lines -----------------------------------------------------------------------------------------


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
