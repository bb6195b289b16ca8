"""Names that a document defines: where each stands alone on a side, and what it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from verifier.documents.arguments import arguments_of
from verifier.documents.context import made
from verifier.documents.families import ENERGIES, is_target
from verifier.documents.formulas import (
    OPENERS,
    Tokens,
    Variable,
    application_at,
    applications,
    closing,
    label_at,
    variable_at,
)
from verifier.documents.ranges import Seen, ranges
from verifier.documents.sections import Chain, Section, Side
from verifier.formula.spellings import LETTER_NAMES, WORDS

_DEFINING = frozenset({"=", ":=", "=:"})


_LABELS = frozenset({",", ";", "_", "^", "(", ")", "{", "}", "|", "||", ":", "-", "1"})


_DIVERGENCES = frozenset({"D", "D_KL", "D_kl", "KL"})
_HEADS = frozenset({"E", "KL", "log", "ln", "exp", "int", "sum", "prod"})


@dataclass(frozen=True, slots=True)
class Define:
    """A name and what it stands for, nothing where that can't be read; and where it is written."""

    name: str
    body: Tokens
    place: int
    side: Side | None = None  # the piece that says so, where it is in a display
    leads: bool = False  # whether the name stands on the left
    at: tuple[Tokens, ...] = ()  # the arguments behind the name

    def is_about(self, seen: Iterable[Seen]) -> bool:
        """Whether all the variables that it is about stand in some formulas."""
        about = _variables(self.body)
        return not about or about <= {name for each in seen for name in _variables(each.tokens)}


def _variables(tokens: Tokens) -> set[str]:
    return {v.name for a in applications(tokens) for v in (*a.left, *a.right)}


def alone(tokens: Tokens, families: frozenset[str]) -> str:
    """The name that is all of a side, its arguments apart; "" if none is."""
    label, at = label_at(tokens, 0)
    if not label or label in families or "=" in label:
        return ""
    if at == len(tokens):
        return label
    if label.partition("_")[0] in WORDS:  # of anything it means what it means everywhere
        return ""
    if (
        label in _DIVERGENCES
        or tokens[at].text not in ("(", "[")
        or closing(tokens, at) != len(tokens) - 1
    ):
        return ""
    application = application_at(tokens, 0)
    if application is not None and application.bar and not is_target(application):
        return ""
    inside = tokens[at + 1 : -1]
    labels = all(t.kind == "name" or t.text in _LABELS for t in inside)
    return label if labels and not any(t.text in _HEADS for t in inside) else ""


def _is_letter(name: str) -> bool:
    """Whether a name is more likely a number than the name of a bound."""
    return name in LETTER_NAMES or (len(name) == 1 and name.islower())


def defines_of(
    chains: Sequence[Chain], section: Section, families: frozenset[str], known: Mapping[str, Define]
) -> tuple[dict[str, Define], dict[int, str]]:
    """The names that a section defines, each where it is said first, and the lines that do. Where
    that can't be read, a name has no meaning."""
    said: list[Define] = []
    for chain in chains:
        pairs = ((a, b, a is chain.start) for a, b in pairwise(chain.sides))
        said += (d for pair in pairs if (d := _defined(*pair, families, known)))
    for shown in section.inline:
        for before, side in pairwise(shown.sides):
            define = _defined(before, side, True, families, known)
            if define and (not define.body or any(True for _ in applications(define.body))):
                said.append(replace(define, side=None))
    first = {each.name: each.place for each in sorted(said, key=lambda d: d.place, reverse=True)}
    for chain in chains:
        for before, side in pairwise(chain.sides):
            terms = [*_summands(before, side, families)]
            names = 1 < len([*_terms(before.read)]) == len([*_terms(side.read)])
            new = [
                term
                for term in terms
                if term.name not in first
                or (names and term.name not in known and first[term.name] > term.place)
            ]
            if any(mentions(each.body, term.name) for each in said for term in new):
                continue  # it is there already: U in `log p(x) = -U(x) - log Z`
            said += new if new == terms[:1] else []  # of two new names a line defines neither
    found: dict[str, Define] = {}
    for define in sorted(said, key=lambda each: each.place):
        found.setdefault(define.name, define)
    written = [side.read for chain in chains for side in chain.sides]
    found |= _instances(found, written)
    found = {
        name: each
        for name, each in found.items()
        if each.body and (each.side or any(mentions(tokens, name) for tokens in written))
    }
    return found, {each.place: name for name, each in found.items() if each.side}


def _instances(found: Mapping[str, Define], written: Sequence[Tokens]) -> dict[str, Define]:
    """What a name with a number in its index stands for by what it stands for with the letter that
    counts there: L_1 and L_{K+1} where `L_K` is of a sum up to K."""
    new: dict[str, Define] = {}
    for name, each in found.items():
        base, _, index = name.partition("_")
        if index not in {high for _, _, high in ranges(each.body)}:
            continue
        places = ((tokens, i) for tokens in written for i, t in enumerate(tokens) if t.text == base)
        for label in {label_at(*place)[0] for place in places}:
            script = label.partition("_")[2].strip("{}")
            own = found[label].place if label in found else each.place + 1
            if re.fullmatch(rf"[1-9]|{re.escape(index)}[+-]1", script) and own > each.place:
                body = _put(each.body, index, script)
                new[label] = replace(each, name=label, body=body, side=None)
    return {label: each for label, each in new.items() if each.body}


def _put(body: Tokens, index: str, script: str) -> Tokens:
    """A formula with something else for a letter; nothing where that would need brackets."""
    found: list[Tokens] = []
    for at, token in enumerate(body):
        if token.text != index:
            found.append((token,))
            continue
        before, behind = ([t.text for t in body[i : i + 1]] for i in (at - 1, at + 1))
        alone = before == ["^"]
        if len(script) > 1 and not alone and (behind != ["}"] or before not in (["{"], [":"])):
            return ()
        found.append(made(f"{{{script}}}" if alone else script, (token,)))
    return tuple(token for part in found for token in part)


def _defined(
    before: Side, side: Side, first: bool, families: frozenset[str], known: Mapping[str, Define]
) -> Define | None:
    """What an equality defines: the name that is all of its left side, or of its right one, a minus
    before it apart."""
    if side.piece.before not in _DEFINING or not (before.read or side.read):
        return None
    place = side.piece.place
    left, right = _name(before.read, families), _name(side.read, families)
    logged = before.read[1:] if before.read[:1] and before.read[0].text in ("log", "ln") else ()
    if first and logged and (name := alone(logged, families)) and not mentions(side.read, name):
        return Define(name, _exponential(side.read), place, side, True, _at(logged))
    within = before.piece.before in (">=", "<=") and left not in known  # `log p(x) >= L = ..`
    if (first or within) and left and left != right and not mentions(side.read, left):
        about = any(True for _ in applications(side.read)) or any(
            token.text in ("E", "KL", "int") for token in side.read
        )
        if side.read and _is_letter(left) and side.piece.before == "=" and not about:
            return None
        if _indexed_alike(left, side.read):
            return None
        body = _of_points(_signed(side.read, before.read), before.read)
        return Define(left, body, place, side, True, _at(before.read))
    new = right not in known or side.piece.before in (":=", "=:")
    letter = _is_letter(right) and side.piece.before == "="  # a number, more likely
    if right and new and not letter and not mentions(before.read, right):
        return Define(right, _signed(before.read, side.read), place, side, at=_at(side.read))
    return None


def _of_points(body: Tokens, name: Tokens) -> Tokens:
    """What a name stands for at `x^{(i)}`, where that is said of x alone."""
    written = {v for a in applications(body) for v in (*a.left, *a.right)}
    at = label_at(name, int(name[:1] != () and name[0].text == "-"))[1]
    while at < len(name):
        point, behind = variable_at(name, at)
        if point is None:
            at += 1
            continue
        bases = {v for v in written if v.base == point.base}
        if point.script and bases == {Variable(point.base)}:
            own = name[at:behind]
            parts = (own if t.text == point.base else (t,) for t in body)
            body = tuple(token for part in parts for token in part)
        at = behind
    return body


def _exponential(tokens: Tokens) -> Tokens:
    """What the logarithm is of that an expression is."""
    heads = [token.text for token in tokens[:2]]
    logged = heads[:1] in (["log"], ["ln"]) and heads[1:] in (["int"], ["sum"], ["E"])
    if not tokens or (logged and len([*_terms(tokens)]) == 1):
        return tokens[1:]
    return (*made("exp (", tokens[:1]), *tokens, *made(")", tokens[-1:]))


def _indexed_alike(name: str, tokens: Tokens) -> bool:
    """Whether the same stands here at another index: w_j is not defined by w_k."""
    base, _, index = name.partition("_")
    labels = (label_at(tokens, at)[0].partition("_") for at in range(len(tokens)))
    others = {script for other, _, script in labels if other == base and _is_index(script)}
    return _is_index(index) and bool(others - {index})


def _is_index(script: str) -> bool:
    return len(script) == 1 and script.islower()


_SOLVED = re.compile(r"(?![CDKMNTZ](?:_|$))[A-Z][A-Za-z]*(?:_.*)?")


def _summands(before: Side, side: Side, families: frozenset[str]) -> Iterator[Define]:
    """Names that are one term of the right side each: in `KL(q || p) = -L + log p(x)` L is what is
    left, where nothing else defines it."""
    tokens = side.read
    if side.piece.before != "=" or not before.read:
        return
    for at, end in _terms(tokens):
        sign = tokens[at - 1].text if at else "+"
        name = alone(tokens[at:end], families)
        rest = (*tokens[: max(at - 1, 0)], *tokens[end:])
        rest = rest[1:] if rest and rest[0].text == "+" else rest
        named = families | {*ENERGIES.values()}
        known = all(a.family in named for a in applications((*before.read, *rest)))
        if not (_SOLVED.fullmatch(name) and rest and known) or mentions(before.read + rest, name):
            continue
        less = (*made("- (", rest[:1]), *rest, *made(")", rest[-1:]))
        body = (*made("(", before.read[:1]), *before.read, *made(")", before.read[-1:]), *less)
        if sign == "-" and at:
            body = (*made("- (", body[:1]), *body, *made(")", body[-1:]))
        yield Define(name, body, side.piece.place, side, at=_at(tokens[at:end]))


def _terms(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Where each term of a sum begins, behind its sign, and where it ends."""
    level = start = 0
    for at, token in enumerate(tokens):
        level += (token.text in OPENERS) - (token.text in OPENERS.values())
        if level == 0 and token.text in ("+", "-"):
            if at > start:
                yield start, at
            start = at + 1
    if start < len(tokens):
        yield start, len(tokens)


def _name(tokens: Tokens, families: frozenset[str]) -> str:
    negated = bool(tokens) and tokens[0].text == "-"
    return alone(tokens[negated:], families)


def _at(tokens: Tokens) -> tuple[Tokens, ...]:
    """The arguments behind a name that is all of a side."""
    behind = label_at(tokens, int(tokens[0].text == "-"))[1]
    return arguments_of(tokens, behind) if behind < len(tokens) else ()


def _signed(body: Tokens, name: Tokens) -> Tokens:
    """What a name stands for by what it stands for with its sign."""
    if not body or name[0].text != "-":
        return body
    return (*made("- (", body[:1]), *body, *made(")", body[-1:]))


def mentions(tokens: Tokens, name: str) -> bool:
    """Whether a name stands among tokens."""
    base = name.partition("_")[0]
    return any(t.text == base and label_at(tokens, i)[0] == name for i, t in enumerate(tokens))


def used_defines(
    seen: Iterable[Seen], defines: Mapping[str, Define], known: Mapping[str, Define]
) -> dict[str, Define]:
    """A section's defines, and those of earlier ones that it uses, in an order in which each may
    use those before it."""
    every = {**known, **defines}
    wanted = [*defines]
    for each in seen:
        wanted += [name for name in every if name not in defines and mentions(each.tokens, name)]
    found: dict[str, Define] = {}

    def add(name: str, depth: int) -> None:
        if name in found or depth > 20:
            return
        for other in every:
            if other != name and mentions(every[name].body, other):
                add(other, depth + 1)
        found[name] = every[name]

    for name in dict.fromkeys(wanted):
        add(name, 0)
    return found
