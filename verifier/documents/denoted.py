r"""What the author says that a notation means: `KL(q \| p) := KL(q(z) \| p(z))`, `$q$ denotes
$q(z | x)$`; and of what something is drawn, `let $z \sim p(z)$`. No other reading is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from verifier.derivation.derivation import Source
from verifier.documents.asserted import Prose
from verifier.documents.context import OPEN, NamedLaw, made, moved, script_at
from verifier.documents.copies import copies_of
from verifier.documents.defines import alone
from verifier.documents.divergences import divergences
from verifier.documents.formulas import (
    Application,
    Tokens,
    application_at,
    applications,
    closing,
    label_at,
    listed,
    spelt,
)
from verifier.documents.ranges import Seen
from verifier.documents.sections import Chain, Section, Shown
from verifier.formula.spellings import LETTER_NAMES


@dataclass(frozen=True, slots=True)
class Denoted:
    """A notation, what it stands for, and where that is said."""

    written: Tokens
    meant: Tokens
    place: int

    @property
    def text(self) -> str:
        return "".join(token.text for token in self.written)


_IS = re.compile(
    r"\W*(?:(?:we|will|always|simply|just|here) +)*(?:denotes?|stands? +for|means?|abbreviates?"
    r"|is +short(?:hand)? +for|is +(?:understood|read|written) +(?:as|for)|refers +to)"
    r"(?: +(?:the|divergence|entropy|density|distribution|law))*\W*",
    re.IGNORECASE,
)
_FOR = re.compile(r"\W*for\W*", re.IGNORECASE)
_BY = re.compile(r"\W*by\W*", re.IGNORECASE)
_DENOTE = re.compile(r"\bdenot(?:e|es|ing)\W*$", re.IGNORECASE)
_WRITE = re.compile(r"\b(?:write|abbreviate|use|denote by)\W*$", re.IGNORECASE)


def standing_for(source: Source, section: Section, prose: Prose) -> list[Shown]:
    """Of the names that a section's text says stand for a formula (`let $L$ denote $E_q[..]$`,
    `denote $E_q[..]$ by $L$`) the definitions."""
    found = []
    for one, other in pairwise(section.inline):
        if len(one.sides) != 1 or len(other.sides) != 1 or not prose.gives(one):
            continue
        between = source.text[one.display.end : other.display.start]
        before = source.text[max(one.display.start - 20, 0) : one.display.start]
        name, body = one.sides[0], other.sides[0]
        if _BY.fullmatch(between) and _DENOTE.search(before):
            name, body = body, name
        elif not (_IS.fullmatch(between) or (_FOR.fullmatch(between) and _WRITE.search(before))):
            continue
        density = application_at(body.read, 0) if body.read else None
        own = alone(name.read, frozenset()) if name.read else ""
        is_density = density is not None and density.end == len(body.read)
        if own and not is_density and any(True for _ in applications(body.read)):
            body = replace(body, piece=replace(body.piece, before=":="))
            span = replace(one.display, end=other.display.end)
            found.append(replace(one, display=span, sides=(name, body)))
    return found


def denoted(source: Source, section: Section, chains: Sequence[Chain]) -> list[Denoted]:
    """The notations of which a section says what they stand for."""
    shown = [(chain.start, chain.lines[0], False) for chain in chains if chain.lines]
    for each in section.inline:
        shown += ((one, other, True) for one, other in pairwise(each.sides))
    said = [
        (before, side)
        for before, side, beside in shown
        if side.piece.before == ":=" or (beside and side.piece.before == "=")
    ]
    for one, other in pairwise(section.inline):
        if len(one.sides) == len(other.sides) == 1:
            between = source.text[one.display.end : other.display.start]
            before = source.text[max(one.display.start - 20, 0) : one.display.start]
            if _IS.fullmatch(between) or (_FOR.fullmatch(between) and _WRITE.search(before)):
                said.append((one.sides[0], other.sides[0]))
    return [
        Denoted(one.read, other.read, one.piece.place)
        for one, other in said
        if one.read and other.read and _is_open(one.read) and _settles(one.read, other.read)
    ]


def sequences(chains: Sequence[Chain], inline: Sequence[Shown]) -> Iterator[Denoted]:
    r"""The letters that are said to be all of a sequence, `$X = \{x_1, \dots, x_N\}$`, or of a few
    parts, where displays have these too."""
    sides = [(chain.start, chain.lines[0]) for chain in chains if chain.lines]
    sides += [pair for each in inline for pair in pairwise(each.sides)]
    for one, other in sides:
        inside = other.read
        while inside and inside[0].text in OPEN and closing(inside, 0) == len(inside) - 1:
            inside = inside[1:-1]
        parts = listed(inside)
        several = len(parts) > 1 and all(each.script for each in parts)
        said = other.piece.before in ("=", ":=") and len(one.read) == 1
        if said and (several or (len(parts) == 1 and parts[0].is_slice)):
            yield Denoted(one.read, inside, one.piece.place)


def beside_parts(known: Iterable[Denoted], sides: Iterable[Tokens]) -> list[Denoted]:
    """Those of what displays have by its parts, too."""
    every = (v for tokens in sides for a in applications(tokens) for v in (*a.left, *a.right))
    parted = {variable.base for variable in every if variable.script}
    return [each for each in known if parted.issuperset(v.base for v in listed(each.meant))]


def _with_parts(tokens: Tokens, whole: Denoted) -> Tokens:
    """Tokens with all parts of what a letter stands for, where it is bound too."""
    for at in range(len(tokens) - 1, -1, -1):
        own, before = tokens[at : at + 1], [token.text for token in tokens[max(at - 3, 0) : at]]
        name = before[-2:-1] if before[-1:] == ["_"] else before[:1]
        label = before[-1:] == ["_"] or before[-2:] == ["_", "{"]
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        if following in ("_", "(", "^") or (label and name[0] not in ("sum", "int", "prod", "E")):
            continue
        parts = spelt(whole.meant)
        if own[0].text == f"d{whole.text}":
            parts = f"d{parts.replace(', ', ' d')}"
        elif own[0].text == whole.text:
            parts = f"{{{parts}}}" if before[-1:] == ["_"] else parts
        else:
            continue
        tokens = (*tokens[:at], *made(parts, own), *tokens[at + 1 :])
    return tokens


def _is_open(tokens: Tokens) -> bool:
    """Whether this is a name alone, or an entropy or divergence of names alone."""
    return label_at(tokens, 0)[1] == len(tokens) or (
        not any(True for _ in applications(tokens)) and bool(_head(tokens))
    )


def _settles(written: Tokens, meant: Tokens) -> bool:
    """Whether this writes in full what was open: a density of that name, what such are compared."""
    density = application_at(meant, 0)
    if not _head(written):
        own = label_at(written, 0)[0]
        return density is not None and density.end == len(meant) and density.family == own
    return _head(written) == _head(meant) and any(True for _ in applications(meant))


def _head(tokens: Tokens) -> str:
    """The entropy or divergence that is all of an expression."""
    if any(end == len(tokens) - 1 for _, end, _, _ in divergences(tokens)):
        return "KL"
    opened = len(tokens) > 1 and tokens[0].text == "H" and tokens[1].text in OPEN
    return "H" if opened and closing(tokens, 1) == len(tokens) - 1 else ""


def with_denoted(tokens: Tokens, place: int, known: Sequence[Denoted]) -> Tokens:
    """Tokens with what notations stand for at a place: what was said of them last, else first."""
    for text in dict.fromkeys(each.text for each in known):
        about = [each for each in known if each.text == text]
        before = [each for each in about if each.place <= place]
        chosen = before[-1] if before else about[0]
        if listed(chosen.meant):
            tokens = _with_parts(tokens, chosen)
            continue
        for at in range(len(tokens) - len(chosen.written), -1, -1):
            end = at + len(chosen.written)
            own = tokens[at:end]
            if [t.text for t in own] == [t.text for t in chosen.written] and _alone(
                tokens, at, end
            ):
                tokens = (*tokens[:at], *moved(chosen.meant, own), *tokens[end:])
    return tokens


def _alone(tokens: Tokens, at: int, end: int) -> bool:
    """Whether what stands here is no part of a longer name: it may be a mean's law."""
    before = [token.text for token in tokens[max(at - 3, 0) : at]]
    following = tokens[end].text if end < len(tokens) else ""
    if before[-2:] == ["E", "_"] or (before == ["E", "_", "{"] and following == "}"):
        return True
    longer = tokens[end - 1].text not in (")", "]") and following in (*OPEN, "_")
    return not longer and before[-1:] != ["_"] and before[-2:] != ["_", "{"]


# -- the data distribution p(x), the model p_theta(x) ----------------------------------------------

_DATA = (
    r"(?:data(?:[\s-]+generating)?|true(?:[\s-]+data)?|empirical(?:[\s-]+data)?|unknown|real|underlying|population)"
    r"[\s-]+(?:distribution|density|law|process)"
)
_BEHIND = re.compile(
    rf"\W*(?:(?:be|is|denotes?|as|for)\b\W*)?(?:(?:the|an?|our)\s+)?{_DATA}\b", re.IGNORECASE
)
_BEFORE = re.compile(rf"\b{_DATA}\W*$", re.IGNORECASE)


def of_data(source: Source, section: Section) -> Iterator[Denoted]:
    """The densities that the text says to be those of data, as densities of their own."""
    for shown in section.inline:
        if len(shown.sides) != 1 or not shown.sides[0].read:
            continue
        tokens, place = shown.sides[0].read, shown.display.start
        density = application_at(tokens, 0)
        before = source.text[max(place - 60, 0) : place]
        told = _BEFORE.search(before) or _BEHIND.match(source.text, shown.display.end)
        if (
            told
            and density
            and density.end == len(tokens)
            and density.opened == 1
            and not density.bar
        ):
            name = made("_data", tokens[:1])
            yield Denoted(tokens, (tokens[0], *name, *tokens[1:]), shown.sides[0].piece.place)


def beside_models(known: Iterable[Denoted], sides: Iterable[Tokens]) -> list[Denoted]:
    """Those of densities that have others under parameters beside them: p(x) beside p_theta(x)."""
    labels = {a.family.partition("_")[::2] for tokens in sides for a in applications(tokens)}
    bases = {base for base, script in labels if any(name in script for name in LETTER_NAMES)}
    return [each for each in known if each.written[0].text in bases]


# -- x ~ p(x) --------------------------------------------------------------------------------------


_UNDER = re.compile(
    r"(?<!denotes an )\b(?:expectations?|expected values?|averages?)\b[^.$\\]{0,60}?"
    r"\b(?:with respect to|w\.\s?r\.\s?t\.?|under|over)\s+(?:[a-z]+\s+){0,3}\W*$",
    re.IGNORECASE,
)


_SOME = re.compile(
    r"\b(?:not|first|second|third|last|former|latter|outer|inner|left|right|this|one|some)\b",
    re.IGNORECASE,
)


def taken_under(source: Source, section: Section) -> Iterator[tuple[int, NamedLaw]]:
    """The laws that the text says expectations to be under: "all expectations are taken with
    respect to $q(z)$", and of no other law."""
    found: dict[str, tuple[int, NamedLaw]] = {}
    for shown in section.inline:
        if len(shown.sides) != 1 or not shown.sides[0].read:
            continue
        tokens, start = shown.sides[0].read, shown.display.start
        law, before = application_at(tokens, 0), source.text[max(start - 120, 0) : start]
        said = _UNDER.search(before)
        if said and _SOME.search(said[0]):
            return
        if law and law.end == len(tokens) and said:
            found.setdefault(spelt(tokens), (shown.sides[0].piece.place, NamedLaw(law, tokens)))
    if len(found) == 1:
        yield from found.values()


def drawn(section: Section, seen: Sequence[Seen]) -> Iterator[tuple[int, NamedLaw]]:
    """The laws that the text of a section states, and where; of a name alone (`z ~ q`) the one
    density of that name over these variables that displays have."""
    for shown in section.inline:
        for before, side in pairwise(shown.sides):
            if side.piece.before != "distribution" or not side.read:
                continue
            names = "".join(token.text for token in before.read).split(",")
            density = application_at(side.read, 0)
            if density is not None and density.end == len(side.read) and copies_of(before.read):
                own = made(_of_copies(before.read, side.read, density), side.read)
                together = application_at(own, 0)
                if together is not None and len(density.left) == 1:
                    yield side.piece.place, NamedLaw(together, own)
            elif density is None:
                yield from ((side.piece.place, law) for law in _named(side.read, names, seen))
            elif density.end == len(side.read) and [v.name for v in density.left] == names:
                yield side.piece.place, NamedLaw(density, side.read)


def _of_copies(copies: Tokens, law: Tokens, density: Application) -> str:
    """The law of copies together."""
    given = f" | {', '.join(v.name for v in density.right)}" if density.right else ""
    return f"{spelt(law[: density.opened])}({spelt(copies)}{given})"


def _named(name: Tokens, names: list[str], seen: Sequence[Seen]) -> Iterator[NamedLaw]:
    called, found = "".join(token.text for token in name), dict[str, NamedLaw]()
    for each in seen:
        for density in applications(each.tokens):
            own = each.tokens[density.start : density.end]
            if density.family == called and [v.name for v in density.left] == names:
                alone = application_at(own, 0)
                if alone is not None:
                    found["".join(token.text for token in own)] = NamedLaw(alone, own)
    if not found:  # it is of these variables alone
        own = made(f"{called}({', '.join(names)})", name)
        alone = application_at(own, 0)
        found = {} if alone is None else {called: NamedLaw(alone, own)}
    if len(found) == 1:
        yield from found.values()


def drawn_alone(stated: Sequence[tuple[int, NamedLaw]], seen: Sequence[Seen]) -> Iterator[Seen]:
    """The laws that only the text states, where displays have means over what is drawn."""
    scripts = [script_at(t, i + 1)[0] for t in (s.tokens for s in seen) for i, each in enumerate(t)
               if each.text == "E"]  # fmt: skip
    bare = {"".join(token.text for token in script) for script in scripts}
    for place, law in stated:
        names = [variable.name for variable in law.density.left]
        if not bare.isdisjoint((",".join(names), "")):
            yield Seen(law.tokens, place, -1)


def at_place(stated: Iterable[tuple[int, NamedLaw]], place: int) -> tuple[NamedLaw, ...]:
    """For each list of variables the law that was stated last before a place, else first."""
    found: dict[frozenset[str], tuple[int, NamedLaw]] = {}
    for where, law in sorted(stated, key=lambda each: each[0]):
        over = frozenset(variable.name for variable in law.density.left)
        if over not in found or where <= place:
            found[over] = where, law
    return tuple(law for _, law in found.values())
