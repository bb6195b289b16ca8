"""A section's declarations: what its formulas were inferred to be about, its defines and displayed
factorisations, what earlier sections give it, and what its comments say instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from verifier.derivation.derivation import Source, Text
from verifier.documents.averaged import Called
from verifier.documents.comments import Asked, declared
from verifier.documents.context import OPEN, Context, Formal, NamedLaw, slots
from verifier.documents.defines import Define, defines_of, used_defines
from verifier.documents.denoted import (
    Denoted,
    beside_models,
    beside_parts,
    denoted,
    drawn,
    drawn_alone,
    of_data,
    sequences,
    taken_under,
)
from verifier.documents.divergences import written_in_full
from verifier.documents.entropies import bare_laws, informed
from verifier.documents.factors import Said
from verifier.documents.families import DENSITIES
from verifier.documents.formulas import (
    Application,
    Tokens,
    applications,
    label_at,
    said,
    spelt,
)
from verifier.documents.infer import Inferred, infer
from verifier.documents.judging import Lines
from verifier.documents.laws import named_laws
from verifier.documents.names import own_capitals
from verifier.documents.normalised import implied, normalised, normalisers, tilted, unnormalised
from verifier.documents.ranges import Seen, ranges, stated_ends
from verifier.documents.scoped import Told, beside_of, merged, stated, stays
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
    parted: list[Denoted] = field(default_factory=list)  # what letters are all the parts of
    laws: list[NamedLaw] = field(default_factory=list)
    sequences: dict[str, tuple[str, str]] = field(default_factory=dict)  # with their ends
    shapes: dict[str, list[Application]] = field(default_factory=dict)  # of densities written
    independent: bool = False  # whether the text has spoken of what is independent
    declared: Asked = field(default_factory=dict)  # by comments, to the end

    def meanings(self, source: Source, section: Section, chains: Sequence[Chain]) -> list[Denoted]:
        """What notations are said to stand for by a section and those before it."""
        self.denoted += denoted(source, section, chains)
        self.of_data += of_data(source, section)
        sides = [side.read for chain in chains for side in chain.sides]
        self.parted += sequences(chains, section.inline)
        of_parts = beside_parts(self.parted, sides)
        return self.denoted + beside_models(self.of_data, sides) + of_parts

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
    told: Told
    aside: dict[str, str]  # the factorisations that are not, or not here, asserted in a display
    earlier: dict[str, Define]  # what names that lines define anew stood for
    independent: bool  # whether the text so far speaks of what is independent
    equal: list[Said]  # the densities that may be meant to be others, here
    ended: frozenset[str]  # the sequences whose ends are stated
    letters: tuple[str, ...]  # of which nothing is said, not even that they are numbers

    def at(self, place: int, lines: Lines) -> tuple[Modelled, Lines]:
        """The same as it is known at a place in the file, where what is said elsewhere holds no
        more than what only the text says does."""
        new, gone = self.told.at(place)
        equal = [each for each in self.told.equal if each.holds_at(place)]
        if not new:
            return replace(self, equal=equal), lines
        under = lines.under(new) or lines.under(self.told.plain) or lines.none()
        context = replace(self.context, models={**self.context.models, **new})
        return replace(self, context=context, equal=equal, aside={**self.aside, **gone}), under

    def again(self, define: Define) -> None:
        """Take a name for what it stood for in an earlier section."""
        self.defines[define.name] = define
        formal = {define.name: Formal(define.at, define.body)} if define.at else {}
        kept = {name: f for name, f in self.context.formals.items() if name != define.name}
        self.context.formals = {**kept, **formal}


def _products(section: Section) -> Iterator[Seen]:
    """The products in the running text: they say how far sequences go, if no more."""
    for shown in section.inline:
        if any(token.text == "prod" for side in shown.sides for token in side.read):
            yield from (Seen(side.read, side.piece.place) for side in shown.sides if side.read)


def modelled(source: Source, section: Section, chains: Sequence[Chain], known: Known) -> Modelled:
    """The declarations of a section; what it says is known from then on."""
    section.inline += implied(chains, section.inline, known.defines)
    seen = [*_seen(chains)]
    beside = [Seen(s.read, s.piece.place) for i in section.inline for s in i.sides if s.read]
    pairs = [
        pair for each in (*chains, *beside_of(section.inline)) for pair in pairwise(each.sides)
    ]
    said_ = ((a.read, b.read) for a, b in pairs if b.piece.before != "arrow")
    named = frozenset(normalised(chains)), frozenset(own_capitals(said_))
    first = infer(seen, frozenset(), section.copied, known.sequences, *named)
    written = [*chains, *beside_of(each for each in section.inline if each.sides[1:])]
    before = (define.body for define in known.defines.values())
    positive = frozenset(unnormalised(written, first.families, before))
    capitals = {base.capitalize() for base in first.bases} - {*_of_arguments(seen)}
    taken = first.families | first.bases | capitals | {*first.renamed}
    taken -= {*normalisers(written), *tilted(written), *positive}
    defines, defining = defines_of(chains, section, taken, known.about(seen))
    used = used_defines(seen, defines, known.defines)
    drawn_ = [*drawn(section, seen), *taken_under(source, section)]
    every = [*seen, *(Seen(d.body, d.place) for d in used.values())]
    every += [*drawn_alone(drawn_, seen), *_products(section)]
    found = infer(every, frozenset(used), section.copied, known.sequences, *named, positive)
    _inherit(found, every, beside, known, used)
    _bare(found, every)
    _informed(found, every, known)
    told_of = infer(beside).shapes if beside else {}
    found.elsewhere = merged(known.shapes, told_of)
    declares = frozenset(
        re.split(r"[(\s]", text.value)[0] for text in section.asked.get("model", ())
    )
    told = stated(source, section, chains, found, known.factorised, known.models, declares, used)
    context = _context(found, every, used, known)
    context.stated = tuple(drawn_)
    context.near = tuple(first for each in seen for first, _ in written_in_full(each.tokens))
    alone = (shown for shown in section.shown if len(shown.sides) == 1)  # in a line of text, too
    for shown in (*section.inline, *alone):
        for side in shown.sides:
            context.laws += named_laws(side.read)
    lines = {**told.lines}
    factorised = {f: each for f, each in told.displayed.items() if each.sign == "="}
    context.models |= {family: each.line for family, each in factorised.items()}
    place = next(iter(found.places.values()), 0)
    copies = [said(source, f"{base}_{i} of {base}", place) for base, i in section.copied.items()]
    lines |= {"copies": copies} if copies else {}
    declared(section.asked, lines)
    earlier = {name: known.defines[name] for name in defining.values() if name in known.defines}
    _keep(known, seen, found, used, told, [law for _, law in drawn_])
    names = (line.partition("(")[0] for line in found.functions)
    functions = tuple(name for name in names if name not in positive)  # these may be any
    strict = any(text.value == "strict" for text in section.asked.get("reasons", ()))
    stated_ = (each for every in told.scoped.values() for each in every)
    every_said = (*told.displayed.values(), *stated_)
    modelling = frozenset(each.place for each in every_said if each.place is not None)
    return Modelled(
        context, lines, found.places, used, modelling, defining, functions, strict,
        told, told.aside, earlier, known.independent, told.equal,
        stated_ends(context.models.values(), (s.tokens for s in (*seen, *beside))),
        _unsaid(found, told, every),
    )  # fmt: skip


def _keep(
    known: Known, seen: Sequence[Seen], found: Inferred, used: Mapping[str, Define], told: Told,
    drawn_: Sequence[NamedLaw],
) -> None:  # fmt: skip
    """What a section says, for those behind it."""
    known.independent |= told.independent
    known.defines |= used
    known.factorised |= {f: each for f, each in told.displayed.items() if each.sign == "="}
    known.factorised = {f: each for f, each in known.factorised.items() if stays(each)}
    known.models |= found.model
    several = {f: own for f, own in found.shapes.items() if len(slots(found.model[f])[0]) > 1}
    known.shapes = merged(found.elsewhere, several)  # q(x) alone is of no joint density
    known.sequences |= found.sequences
    laws = (law for each in seen for law in named_laws(each.tokens))
    known.laws = [*known.laws, *drawn_, *laws][-200:]


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


def _of_arguments(seen: Sequence[Seen]) -> Iterator[str]:
    """The names that something stands in brackets behind: no random variables."""
    for each in seen:
        for at in range(len(each.tokens)):
            label, behind = label_at(each.tokens, at)
            if label and each.tokens[behind : behind + 1] and each.tokens[behind].text in OPEN:
                yield label


def _seen(chains: Sequence[Chain]) -> Iterator[Seen]:
    for number, chain in enumerate(chains):
        yield from (Seen(s.read, s.piece.place, number) for s in chain.sides if s.read)


def _unsaid(found: Inferred, told: Told, every: Sequence[Seen]) -> tuple[str, ...]:
    """The letters that are parameters since nothing says more of them."""
    stated = {bound.name for bound in told.bounds}
    numbers = {*numbers_in(each.tokens for each in every)}
    names = (name for name in found.parameters if name.isidentifier() and "_" not in name)
    return tuple(name for name in names if name not in stated | numbers | found.dropped)


# -- families --------------------------------------------------------------------------------------


def _inherit(
    found: Inferred,
    every: Sequence[Seen],
    beside: Sequence[Seen],
    known: Known,
    named: Iterable[str],
) -> None:
    """The families that a section only names, as the text beside it or an earlier section has
    them."""
    words = {label_at(each.tokens, i)[0] for each in every for i in range(len(each.tokens))}
    functions = {line.partition("(")[0] for line in found.functions}
    known_ = found.families | functions | {*named}
    missing = {name for name in words if name and name not in known_}
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
    laws = {*found.model, *known.models, *found.families}  # H(Q) is of the law Q
    names = {
        name: None
        for each in every
        for name in informed(each.tokens)
        if laws.isdisjoint((name, name.upper()))
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
    written = {*names, *map(str.upper, names)}
    found.parameters = [p for p in found.parameters if p.split()[0] not in written]


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
