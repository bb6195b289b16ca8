"""A section's declarations: what its formulas were inferred to be about, its defines and displayed
factorisations, what earlier sections give it, and what its comments say instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from verifier.derivation.derivation import Source, Text
from verifier.documents.bounds import Bound, bounds
from verifier.documents.comments import Asked, declared
from verifier.documents.context import Context, NamedLaw, slots
from verifier.documents.defines import Define, defines_of, used_defines
from verifier.documents.entropies import informed
from verifier.documents.factors import by_formula, chained, factorisations, mixtures
from verifier.documents.formulas import Tokens, applications, label_at, said, spelt, text_of
from verifier.documents.infer import Inferred, infer
from verifier.documents.laws import named_laws
from verifier.documents.ranges import Seen
from verifier.documents.sections import Chain, Section, Side


@dataclass
class Known:
    """What sections have said so far: defines and factorisations by name, laws."""

    defines: dict[str, Define] = field(default_factory=dict)
    factorised: dict[str, tuple[Tokens, Tokens]] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    laws: list[NamedLaw] = field(default_factory=list)
    sequences: dict[str, tuple[str, str]] = field(default_factory=dict)  # with their ends
    declared: Asked = field(default_factory=dict)  # by comments, to the end


@dataclass
class Modelled:
    """A section with its declarations, by the keys of a derivation's file."""

    context: Context
    lines: dict[str, list[Text]]
    places: dict[str, int]
    defines: dict[str, Define]
    modelling: frozenset[int]  # the lines of chains that declare a factorisation
    defining: dict[int, str]  # the lines of chains that define a name
    functions: tuple[str, ...]  # the names of what was taken to be any function
    strict: bool  # whether a reason has to be what its line needs
    by_formula: dict[str, int]  # families that lines say by formulas, and where
    aside: dict[str, str]  # the factorisations that only the text beside displays states
    bounds: list[Bound]  # of parameters, that it states
    earlier: dict[str, Define]  # what names that lines define anew stood for

    def plainly(self, source: Source) -> None:
        """Without the formulas of families, where they can't be read."""
        kept = [t for t in self.lines["model"] if ":=" not in t.value]
        new = [said(source, self.context.models[f], at) for f, at in self.by_formula.items()]
        self.lines["model"] = [*kept, *new]
        self.modelling -= {*self.by_formula.values()}


def modelled(source: Source, section: Section, chains: Sequence[Chain], known: Known) -> Modelled:
    """The declarations of a section; what it says is known from then on."""
    seen = [Seen(side.read, side.piece.place) for c in chains for side in c.sides if side.read]
    beside = [Seen(s.read, s.piece.place) for i in section.inline for s in i.sides if s.read]
    first = infer(seen, copied=section.copied, sequences=known.sequences)
    taken = first.families | first.bases | {b.capitalize() for b in first.bases}
    defines, defining = defines_of(chains, section, taken, known.defines)
    used = used_defines(seen, defines, known.defines)
    every = [*seen, *(Seen(d.body, d.place) for d in used.values())]
    found = infer(every, frozenset(used), section.copied, known.sequences)
    _inherit(found, every, beside, known)
    _informed(found, every, known)
    declares = frozenset(
        re.split(r"[(\s]", text.value)[0] for text in section.asked.get("model", ())
    )
    factorised, modelling = factorisations(chains, found, known.factorised, declares)
    for family, mixture in mixtures(_beside(section), found).items():
        if family not in declares:
            factorised.setdefault(family, mixture)
    formulas = by_formula(chains, found, {*factorised, *declares, *known.models})
    context = Context(
        models={**found.model},
        bases=found.bases,
        renamed=found.renamed,
        dropped=found.dropped,
        folded=found.folded,
        unsure=found.unsure,
        defines=frozenset(used),
        laws=[*known.laws],
        arrangements=_arrangements(every, found),
    )
    for shown in section.inline:
        for side in shown.sides:
            context.laws += named_laws(side.read)
    lines = _lines(source, found, {**factorised, **formulas})
    for family, (left, right) in factorised.items():
        context.models[family] = f"{spelt(left)} = {spelt(right)}"
    for base, index in section.copied.items():
        place = next(iter(found.places.values()), 0)
        lines["copies"] = [
            *lines.get("copies", []),
            said(source, f"{base}_{index} of {base}", place),
        ]
    declared(section.asked, lines)
    modelling |= {side.piece.place for _, _, side in formulas.values()}
    earlier = {name: known.defines[name] for name in defining.values() if name in known.defines}
    known.defines |= used
    known.factorised |= factorised
    known.models |= found.model
    known.sequences |= found.sequences
    known.laws = [*known.laws, *(law for each in seen for law in named_laws(each.tokens))][-200:]
    functions = tuple(line.partition("(")[0] for line in found.functions)
    strict = any(text.value == "strict" for text in section.asked.get("reasons", ()))
    return Modelled(
        context, lines, found.places, used, modelling, defining, functions, strict,
        {family: side.piece.place for family, (_, _, side) in formulas.items()},
        _aside(section, found),
        bounds(source, section), earlier,
    )  # fmt: skip


def _aside(section: Section, found: Inferred) -> dict[str, str]:
    """The factorisations that only the text states."""
    stated, _ = factorisations(_beside(section), found, {}, frozenset())
    several = {
        family: f"{spelt(left)} = {spelt(right)}"
        for family, (left, right) in stated.items()
        if len([*applications(right)]) > 1
    }
    return {**chained(section, found), **several}


def _beside(section: Section) -> list[Chain]:
    """The formulas in the text, as chains."""
    return [
        Chain(shown.sides[0], [*shown.sides[1:]]) for shown in section.inline if shown.sides[1:]
    ]


# -- families --------------------------------------------------------------------------------------


def _inherit(found: Inferred, every: Sequence[Seen], beside: Sequence[Seen], known: Known) -> None:
    """The families that a section only names, as the text beside it or an earlier section has
    them."""
    words = {label_at(each.tokens, i)[0] for each in every for i in range(len(each.tokens))}
    missing = {name for name in words if name and name not in found.families}
    other = infer(beside) if beside else Inferred()
    for name in sorted(missing):
        line = other.model.get(name) or known.models.get(name)
        if line is None or name in found.places:
            continue
        found.model[name] = line
        found.families |= {name}
        inside = re.findall(r"[A-Za-z]+", line.partition("(")[2])
        found.bases |= frozenset(inside)
        found.parameters = [p for p in found.parameters if not p.startswith(name)]


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


# -- lines -----------------------------------------------------------------------------------------


def _lines(
    source: Source,
    found: Inferred,
    said_of: Mapping[str, tuple[Tokens, Tokens] | tuple[Tokens, Tokens, Side]],
) -> dict[str, list[Text]]:
    """The declarations as texts, each in the place where it was first needed."""
    lines: dict[str, list[Text]] = {"model": [], "parameters": [], "functions": [], "define": []}
    for family, line in found.model.items():
        if family not in said_of:
            lines["model"].append(said(source, line, found.places.get(family, 0)))
    for left, right, *formula in said_of.values():
        sign, end = ":=" if formula else "=", left[-1].end
        equals = left[-1]._replace(kind="symbol", text=sign, start=end, end=end)
        lines["model"].append(text_of(source, (*left, equals, *right)))
    for line in found.parameters:
        name = re.split(r"\W", line)[0]
        lines["parameters"].append(said(source, line, found.places.get(name, 0)))
    for line in found.functions:
        name = line.partition("(")[0]
        lines["functions"].append(said(source, line, found.places.get(name, 0)))
    return lines
