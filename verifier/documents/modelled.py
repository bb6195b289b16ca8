"""A section's declarations: what its formulas were inferred to be about, its defines and displayed
factorisations, what earlier sections give it, and what its comments say instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from verifier.derivation.derivation import Source, Text
from verifier.derivation.keys import DECLARATIONS
from verifier.documents.blocks import Comment
from verifier.documents.context import Context, NamedLaw, slots
from verifier.documents.defines import Define, defines_of, used_defines
from verifier.documents.formulas import (
    Application,
    Tokens,
    application_at,
    applications,
    closing,
    label_at,
    said,
    spelt,
    text_of,
)
from verifier.documents.infer import Inferred, infer
from verifier.documents.laws import named_laws
from verifier.documents.ranges import Seen
from verifier.documents.sections import Chain, Section

_RANGES = frozenset({"prod"})


@dataclass
class Known:
    """What sections have said so far: defines and factorisations by name, laws."""

    defines: dict[str, Define] = field(default_factory=dict)
    factorised: dict[str, tuple[Tokens, Tokens]] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    laws: list[NamedLaw] = field(default_factory=list)
    declared: dict[str, list[Text]] = field(default_factory=dict)  # by comments, to the end


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


def modelled(source: Source, section: Section, chains: Sequence[Chain], known: Known) -> Modelled:
    """The declarations of a section; what it says is known from then on."""
    seen = [Seen(side.read, side.piece.place) for c in chains for side in c.sides if side.read]
    beside = [Seen(s.read, s.piece.place) for i in section.inline for s in i.sides if s.read]
    first = infer(seen)
    taken = first.families | first.bases | {b.capitalize() for b in first.bases}
    defines, defining = defines_of(chains, section, taken, known.defines)
    used = used_defines(seen, defines, known.defines)
    every = [*seen, *(Seen(d.body, d.place) for d in used.values())]
    found = infer(every, frozenset(used))
    _inherit(found, every, beside, known)
    factorised, modelling = _factorised(chains, found, known)
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
    _override(source, lines, section.comments, known)
    known.defines |= used
    known.factorised |= factorised
    known.models |= found.model
    known.laws = [*known.laws, *(law for each in seen for law in named_laws(each.tokens))][-200:]
    functions = tuple(line.partition("(")[0] for line in found.functions)
    return Modelled(context, lines, found.places, used, modelling, defining, functions)


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
    chains: Sequence[Chain], found: Inferred, known: Known
) -> tuple[dict[str, tuple[Tokens, Tokens]], frozenset[int]]:
    """The factorisations that displays declare: of each family the first that is over all its
    variables, and says more than the chain rule."""
    displayed: dict[str, tuple[Tokens, Tokens]] = {}
    places = set()
    for chain in chains:
        side = chain.lines[0]
        if side.piece.before not in ("=", ":=") or not side.read:
            continue
        left, right = chain.start.read, side.read
        density = application_at(left, 0)
        if density is None or density.end != len(left) or density.family not in found.families:
            continue
        if density.family in displayed or density.family in found.renamed:
            continue
        factors = [*applications(right)]
        if not is_product(right, factors) or not _declares_all(density, factors, right):
            continue
        whole = _same_slots(spelt(left), found.model.get(density.family, ""))
        if whole or _is_all_of(density, found):
            displayed[density.family] = (left, right)
            places.add(side.piece.place)
    for family, (left, right) in known.factorised.items():
        if family in found.families and family not in displayed:
            others = {a.family for a in applications(right)}
            if _covers(spelt(left), found.model[family]) and others <= found.families | {family}:
                displayed[family] = (left, right)
    return displayed, frozenset(places)


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
                at = closing(tokens, at + 1) + 1 if braced else at + 2
        else:
            return False
    return bool(factors)


def _declares_all(density: Application, factors: Sequence[Application], tokens: Tokens) -> bool:
    """Whether a product declares something: each variable left of the bar in one factor, and not
    what the chain rule gives anyway."""
    if any(token.text in _RANGES for token in tokens):
        return True
    left = [variable for each in factors for variable in each.left]
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
    """Whether a density of a sequence given its beginning is all that a section has of a family."""
    own = found.shapes.get(density.family, ())
    given = {variable.name for variable in density.right}
    bases = {variable.base for variable in (*density.left, *density.right)}
    return (
        any(variable.is_slice for variable in density.left)
        and bool(given)
        and all(v.base in bases for a in own for v in (*a.left, *a.right))
        and not any(v.name in given for a in own for v in a.left)
        and all(a.right for a in own)
    )


def _same_slots(written: str, inferred: str) -> bool:
    return slots(written) == slots(inferred)


def _covers(written: str, inferred: str) -> bool:
    """Whether a line declares all that another does."""
    (left, right), (inner, given) = slots(written), slots(inferred)
    return inner <= left and given <= left | right


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


_KEY = re.compile(r"\s*(?P<key>[a-z]+)\s*(?::|$)")
OTHERS = ("skip", "document", "chain", "by", "expect", "read", "file", "reasons")


def directives(comment: Comment) -> Iterator[tuple[str, int, int]]:
    """The keys of a comment, each with where its value begins and ends in it."""
    text = comment.body.text
    at = 0
    for part in re.split(r"(;|\n)", text):
        match = _KEY.match(part)
        if match and (match["key"] in DECLARATIONS or match["key"] in OTHERS):
            yield match["key"], at + match.end(), at + len(part)
        elif part.strip() and part not in (";", "\n"):
            word = part.split()[0]
            yield (
                ("" if word not in OTHERS else word),
                at + part.index(word) + len(word),
                at + len(part),
            )
        at += len(part)


def _override(
    source: Source, lines: dict[str, list[Text]], comments: Sequence[Comment], known: Known
) -> None:
    """What comments declare, in the place of what was inferred."""
    own: dict[str, list[Text]] = {}
    whole = False
    for comment in comments:
        last = ""
        for key, start, end in directives(comment):
            whole = whole or key == "document"
            key = key or last
            if key not in DECLARATIONS:
                continue
            last = key
            body = comment.body[start:end]
            value = body.text.strip()
            offset = body.text.find(value) if value else 0
            if value:
                span = body.offsets[offset : offset + len(value) + 1]
                own.setdefault(key, []).append(Text(value, span, source))
    for key, texts in known.declared.items():
        own[key] = [*texts, *own.get(key, [])] if key in own else [*texts]
    if whole:
        known.declared |= own
    for key, texts in own.items():
        names = {_declares(text.value) for text in texts}
        lines[key] = [t for t in lines.get(key, []) if _declares(t.value) not in names] + texts


def _declares(line: str) -> str:
    found = re.match(r"\s*([A-Za-z]+(?:_\w+)?)", line)
    return found[1] if found else line
