"""A section's declarations: what its formulas were inferred to be about, its defines and displayed
factorisations, what earlier sections give it, and what its comments say instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from verifier.derivation.derivation import Source, Text
from verifier.documents.comments import Asked, declared
from verifier.documents.context import Context, NamedLaw, slots
from verifier.documents.defines import Define, defines_of, used_defines
from verifier.documents.formulas import (
    Application,
    Tokens,
    application_at,
    applications,
    label_at,
    past,
    renamed,
    said,
    spelt,
    text_of,
)
from verifier.documents.infer import Inferred, infer
from verifier.documents.laws import named_laws
from verifier.documents.ranges import Seen
from verifier.documents.sections import Chain, Section

_RANGES = frozenset({"prod"})
_SLICE = re.compile(r"(\w+)_\{(\d+):(.+)\}")


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
    declares = frozenset(
        re.split(r"[(\s]", text.value)[0] for text in section.asked.get("model", ())
    )
    factorised, modelling = _factorised(chains, found, known, declares)
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
    lines = _lines(source, found, factorised, context, used)
    for family, (left, right) in factorised.items():
        context.models[family] = f"{spelt(left)} = {spelt(right)}"
    for base, index in section.copied.items():
        place = next(iter(found.places.values()), 0)
        lines["copies"] = [
            *lines.get("copies", []),
            said(source, f"{base}_{index} of {base}", place),
        ]
    declared(section.asked, lines)
    known.defines |= used
    known.factorised |= factorised
    known.models |= found.model
    known.sequences |= found.sequences
    known.laws = [*known.laws, *(law for each in seen for law in named_laws(each.tokens))][-200:]
    functions = tuple(line.partition("(")[0] for line in found.functions)
    strict = any(text.value == "strict" for text in section.asked.get("reasons", ()))
    return Modelled(context, lines, found.places, used, modelling, defining, functions, strict)


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


def _factorised(
    chains: Sequence[Chain], found: Inferred, known: Known, said: frozenset[str]
) -> tuple[dict[str, tuple[Tokens, Tokens]], frozenset[int]]:
    """The factorisations that displays declare: of each family the first that is over all its
    variables, and says more than the chain rule; none of families that comments have `said`."""
    displayed: dict[str, tuple[Tokens, Tokens]] = {}
    places = set()
    for chain in chains:
        side = chain.lines[0]
        if side.piece.before not in ("=", ":=") or not side.read:
            continue
        left, right = (_renamed(each, found.renamed) for each in (chain.start.read, side.read))
        density = application_at(left, 0)
        if density is None or density.end != len(left) or density.family not in found.families:
            continue
        factors = [*applications(right)]
        claimed = len(factors) == 1 and density.family in known.factorised
        if density.family in {*displayed, *said} or claimed:
            continue
        if not is_product(right, factors) or not _declares_all(density, factors, right):
            continue
        line = found.model.get(density.family, "")
        several = len(factors) > 1 or any(v.is_slice for v in density.left)
        if _same_slots(spelt(left), line) or (several and _is_all_of(density, found)):
            displayed[density.family] = (left, right)
        elif _covers(spelt(left), line) and density.bar and several:
            displayed[density.family] = _of_all(left, right, density)
        else:
            continue
        places.add(side.piece.place)
    for family, (left, right) in known.factorised.items():
        if family in found.families and family not in displayed:
            others = {a.family for a in applications(right)}
            density = application_at(left, 0)
            if density and _covers(spelt(left), found.model[family]) and (
                others <= found.families | {family}
            ):  # fmt: skip
                joint = density.bar and not _is_all_of(density, found)
                displayed[family] = _of_all(left, right, density) if joint else (left, right)
    return displayed, frozenset(places)


def _of_all(left: Tokens, right: Tokens, density: Application) -> tuple[Tokens, Tokens]:
    """The factorisation of a conditional as one of the joint density, which the chain rule makes of
    it: `q(x_{1:T} | x_0) = ..` as q(x_{1:T}, x_0) = q(x_0) .."""
    bar = next(at for at in range(density.opened, density.end) if left[at].text == "|")
    given = (*left[: density.opened + 1], *left[bar + 1 :])
    return (*left[:bar], left[bar]._replace(text=","), *left[bar + 1 :]), (*given, *right)


def _renamed(tokens: Tokens, names: Mapping[str, str]) -> Tokens:
    """Densities under the names that their families are declared by."""
    for application in reversed([*applications(tokens)]):
        if application.family in names:
            new = renamed(tokens, application, names[application.family])
            tokens = (*tokens[: application.start], *new, *tokens[application.end :])
    return tokens


def is_product(tokens: Tokens, factors: Sequence[Application]) -> bool:
    """Whether tokens are a product of densities, indexed products among them."""
    inside = {p for each in factors for p in range(each.start, each.end)}
    at = 0
    while at < len(tokens):
        text = tokens[at].text
        if at in inside or text in ("*", "(", ")", "[", "]"):
            at += 1
        elif text in _RANGES:
            at += 1
            while at < len(tokens) and tokens[at].text in ("_", "^"):
                braced = at + 1 < len(tokens) and tokens[at + 1].text == "{"
                at = past(tokens, at + 1) if braced else at + 2
        else:
            return False
    return bool(factors)


def _declares_all(density: Application, factors: Sequence[Application], tokens: Tokens) -> bool:
    """Whether a product declares something: each variable left of the bar in one factor, and not
    what the chain rule gives anyway."""
    if any(token.text in _RANGES for token in tokens):
        return True
    left = [variable for each in factors for variable in each.left]
    if not {v for each in factors for v in each.right} <= {*density.left, *density.right}:
        return False
    once = len(left) == len({*left}) and {*left} == {*density.left}
    return once and not _is_chain_rule(density, factors)


def _is_chain_rule(density: Application, factors: Sequence[Application]) -> bool:
    """Whether a product is what the chain rule of the family gives, and declares nothing."""
    if any(each.family != density.family for each in factors):
        return False
    waiting, given = [*factors], frozenset(density.right)
    while waiting:
        fitting = next((f for f in waiting if frozenset(f.right) == given), None)
        if fitting is None:
            return False
        waiting.remove(fitting)
        given |= frozenset(fitting.left)
    return given == frozenset((*density.left, *density.right))


def _is_all_of(density: Application, found: Inferred) -> bool:
    """Whether what a density is conditioned on is only ever given in a section."""
    own = found.shapes.get(density.family, ())
    given = {variable.name for variable in density.right}
    bases = {variable.base for variable in (*density.left, *density.right)}
    return (
        bool(given)
        and all(v.base in bases for a in own for v in (*a.left, *a.right))
        and not any(v.name in given for a in own for v in a.left)
        and all(a.right for a in own)
    )


def _same_slots(written: str, inferred: str) -> bool:
    return slots(written) == slots(inferred)


def _covers(written: str, inferred: str) -> bool:
    """Whether a line declares all that another does."""
    (left, right), (inner, given) = slots(written), slots(inferred)
    return inner <= _together(left | right) and given <= left | right


def _together(names: frozenset[str]) -> frozenset[str]:
    """Slots with those that two of them are together: x_{0:T} of x_0 and x_{1:T}."""
    whole = set()
    for name in names:
        part = _SLICE.fullmatch(name)
        if part and f"{part[1]}_{int(part[2]) - 1}" in names:
            whole.add(f"{part[1]}_{{{int(part[2]) - 1}:{part[3]}}}")
    return names | whole


# -- lines -----------------------------------------------------------------------------------------


def _lines(
    source: Source,
    found: Inferred,
    factorised: Mapping[str, tuple[Tokens, Tokens]],
    context: Context,
    defines: Mapping[str, Define],
) -> dict[str, list[Text]]:
    """The declarations as texts, each in the place where it was first needed."""
    lines: dict[str, list[Text]] = {"model": [], "parameters": [], "functions": [], "define": []}
    for family, line in found.model.items():
        if family not in factorised:
            lines["model"].append(said(source, line, found.places.get(family, 0)))
    for left, right in factorised.values():
        equals = left[-1]._replace(kind="symbol", text="=", start=left[-1].end, end=left[-1].end)
        lines["model"].append(text_of(source, (*left, equals, *right)))
    for line in found.parameters:
        name = re.split(r"\W", line)[0]
        lines["parameters"].append(said(source, line, found.places.get(name, 0)))
    for line in found.functions:
        name = line.partition("(")[0]
        lines["functions"].append(said(source, line, found.places.get(name, 0)))
    del context, defines
    return lines
