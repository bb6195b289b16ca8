"""Divergences as people write them: `D(p || q)`, `KL(p | q)`, `KL(q || p)` by bare names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from verifier.documents.context import MOST, OPEN, Context, Reading, Remark, Unsure, made, moved
from verifier.documents.formulas import Tokens, application_at, closing, label_at, spelt
from verifier.formula.lexer import Token

Choice = Reading  # of one piece of an expression


def divergences(tokens: Tokens) -> Iterator[tuple[int, int, Tokens, Tokens]]:
    """Each divergence: where its bracket opens and closes, and both that it compares."""
    for at in range(len(tokens)):
        opened = _compares(tokens, at)
        if opened:
            end = closing(tokens, opened)
            places = [p for p in _depth_one(tokens, opened, end) if tokens[p].text == "||"]
            if len(places) == 1:
                yield opened, end, tokens[opened + 1 : places[0]], tokens[places[0] + 1 : end]


def written_in_full(tokens: Tokens) -> Iterator[tuple[Tokens, Tokens]]:
    """Both densities of each divergence that writes them."""
    for _, _, first, second in divergences(tokens):
        if application_at(first, 0) and application_at(second, 0):
            yield first, second


def _compares(tokens: Tokens, at: int) -> int:
    """Where the bracket opens of a divergence that begins here; 0 if none does."""
    if _in_subscript(tokens, at):
        return 0
    if tokens[at].text == "KL":
        opened = at + 1
    elif tokens[at].text == "D":
        label, opened = label_at(tokens, at)
        if label not in ("D", "D_KL", "D_kl"):
            return 0
    else:
        return 0
    return opened if opened < len(tokens) and tokens[opened].text in OPEN else 0


def _in_subscript(tokens: Sequence[Token], at: int) -> bool:
    before = [token.text for token in tokens[max(at - 2, 0) : at]]
    return before[-1:] == ["_"] or before == ["_", "{"]


def _depth_one(tokens: Tokens, opened: int, end: int) -> Iterator[int]:
    at = opened + 1
    while at < end:
        if tokens[at].text in ("(", "[", "{", r"\{", r"\langle"):
            at = closing(tokens, at)
        else:
            yield at
        at += 1


def read_divergences(tokens: Tokens, context: Context) -> list[Reading]:
    """`D(p || q)` as KL, `KL(p | q)` with both bars, `KL(q || p)` with what they are over."""
    found: list[Token] = [*tokens]
    at = 0
    options: list[list[Choice]] = []
    pieces: list[tuple[int, int]] = []
    while at < len(found):
        opened = _compares(tuple(found), at)
        if not opened:
            if found[at].text == "D" and not _in_subscript(found, at):
                behind = label_at(found, at)[1]
                inside = found[behind : closing(found, behind)]
                if (
                    behind < len(found)
                    and found[behind].text in OPEN
                    and any(t.text == "||" for t in inside)
                ):
                    raise Unsure("divergence")
            at += 1
            continue
        end = closing(found, opened)
        inner = [*_depth_one(tuple(found), opened, end)]
        bars = [p for p in inner if found[p].text == "||"]
        single = [p for p in inner if found[p].text in ("|", ",", ";", ":")]
        if not bars and len(single) == 1:
            found[single[0]] = found[single[0]]._replace(text="||")
            bars = single
        if found[at].text == "D":
            found[at:opened] = [Token("name", "KL", found[at].start, found[opened - 1].end)]
            continue
        if len(bars) == 1:
            first, second = tuple(found[opened + 1 : bars[0]]), tuple(found[bars[0] + 1 : end])
            if any(_is_unknown(part, context) for part in (first, second)):
                raise Unsure("compared")
            choices = [*compared(first, second, found[bars[0]], context)]
            if choices:
                pieces.append((opened + 1, end))
                options.append(choices)
        at = opened + 1
    return [*combined(tuple(found), pieces, options)]


def _is_unknown(part: Tokens, context: Context) -> bool:
    """Whether what a divergence is of is a name that stands for no density: not any number."""
    label, end = label_at(part, 0)
    known = context.family(label) in context.models or label in context.defines
    return bool(label) and end == len(part) and not known


def combined(
    tokens: Tokens, pieces: Sequence[tuple[int, int]], options: Sequence[Sequence[Choice]]
) -> Iterator[Reading]:
    """The readings of an expression that has several of each of some pieces: of pieces that are
    written alike the same."""
    written = [spelt(tokens[slice(*piece)]) for piece in pieces]
    distinct = dict(zip(written, options, strict=True))
    for taken in islice(product(*distinct.values()), MOST):
        chosen = dict(zip(distinct, taken, strict=True))
        new: Tokens = ()
        at = 0
        for (start, end), text in zip(pieces, written, strict=True):
            new, at = (*new, *tokens[at:start], *chosen[text].tokens), end
        remarks = tuple(remark for each in taken for remark in each.remarks)
        tacit = tuple(pair for each in taken for pair in each.tacit)
        yield Reading((*new, *tokens[at:]), remarks, tacit)


def compared(
    first: Tokens, second: Tokens, bars: Token, context: Context, head: str = "KL"
) -> Iterator[Choice]:
    """The laws that two bare names may stand for."""
    places = [label_at(part, 0) for part in (first, second)]
    names = [(context.family(name), end) for name, end in places]
    bare = [name in context.models and end == len(part)
            for (name, end), part in zip(names, (first, second), strict=True)]  # fmt: skip
    if not any(bare):
        return
    (q, _), (p, _) = names
    for one, other in reversed(context.divergences):
        named = [application_at(part, 0) for part in (one, other)]
        if all(named) and (named[0].family, named[1].family) == (q, p):  # type: ignore[union-attr]
            yield Choice((*one, bars, *other), (_remark(head, bars, first, second, one, other),))
            return
    left = [first] if not bare[0] else [*laws_of(q, first, context)]
    for law in left:
        density = application_at(law, 0)
        if density is None:
            continue
        over = frozenset(variable.name for variable in density.left)
        right = [second] if not bare[1] else [*_over(p, over, second, context)]
        for other in {spelt(each): each for each in right}.values():
            yield Choice((*law, bars, *other), (_remark(head, bars, first, second, law, other),))
    for shape in context.arrangements.get(p, ()) if all(bare) else ():
        density = application_at(shape, 0)
        if density and not density.bar:  # of the variables that p is written over alone
            inside = shape[density.opened : density.end]
            law, other = ((*made(name, first), *moved(inside, first)) for name in (q, p))
            yield Choice((*law, bars, *other), (_remark(head, bars, first, second, law, other),))


def _remark(head: str, bars: Token, *parts: Tokens) -> Remark:
    first, second, one, other = map(spelt, parts)
    mark = f" {bars.text} " if bars.text != "," else ", "
    written, read = f"{head}({first}{mark}{second})", f"{head}({one}{mark}{other})"
    return Remark("divergence", (("written", written), ("read", read)))


def laws_of(family: str, at: Tokens, context: Context) -> Iterator[Tokens]:
    """The law that a family by itself stands for: named last, or its model line."""
    for law in reversed(context.laws):
        if law.density.family == family:
            yield moved(law.tokens, at)
            return
    shapes = context.arrangements.get(family, [])
    yield moved(shapes[0], at) if len(shapes) == 1 else made(context.whole(family), at)


def _over(family: str, over: frozenset[str], at: Tokens, context: Context) -> Iterator[Tokens]:
    """The densities of a family over the same variables: given the rest, and alone."""
    inside = context.whole(family)
    names = inside[inside.index("(") + 1 : -1]
    left, _, given = names.partition("|")
    rest = [v.strip() for v in _split(left) if v.strip() not in over]
    rest += [v.strip() for v in _split(given) if v.strip()]
    own = ", ".join(sorted(over))
    if rest:
        yield made(f"{family}({own} | {', '.join(rest)})", at)
    if not given.strip():
        yield made(f"{family}({own})", at)
    for shape in context.arrangements.get(
        family, ()
    ):  # given other things: of several settings one
        density = application_at(shape, 0)
        if density and density.bar and frozenset(v.name for v in density.left) == over:
            yield moved(shape, at)


def _split(text: str) -> list[str]:
    found, level = [""], 0
    for character in text:
        level += (character == "{") - (character == "}")
        if character == "," and level == 0:
            found.append("")
        else:
            found[-1] += character
    return found


# -- log q - log p ---------------------------------------------------------------------------------


def read_bare(tokens: Tokens, context: Context) -> list[Reading]:
    """The name of a family for its density, `E_q[log q - log p]`: that of the divergence written
    last; else the only one of the family that is written, or that of its model. That of a function
    for it at the only place where it is written."""
    found: list[Token] = []
    remarks: dict[Remark, None] = {}
    at = 0
    while at < len(tokens):
        label, behind = label_at(tokens, at) if tokens[at - 1].text != "_" or not at else ("", at)
        if tokens[at].text == "_" and behind <= at and tokens[at + 1 : at + 2]:
            end = closing(tokens, at + 1) if tokens[at + 1].text == "{" else at + 1
            found += tokens[at : end + 1]
            at = end + 1
            continue
        bare = label in context.models and label not in context.bases | context.defines
        following = tokens[behind].text if behind < len(tokens) else ""
        if label in context.functions and following not in OPEN:
            found += moved(context.functions[label], tokens[at:behind])
            at = behind
            continue
        density = _density_of(label, context) if bare and following not in OPEN else ()
        if density:
            found += moved(density, tokens[at:behind])
            data = ("written", label), ("read", spelt(density))
            remarks.setdefault(Remark("bare", data))
            at = behind
        else:
            found.append(tokens[at])
            at += 1
    return [Reading(tuple(found), tuple(remarks))]


def _density_of(family: str, context: Context) -> Tokens:
    for pair in reversed(context.divergences):
        for part in pair:
            density = application_at(part, 0)
            if density and density.family == family:
                return part
    shapes = context.arrangements.get(family, [])
    line = context.whole(family)
    return (
        shapes[0]
        if len(shapes) == 1
        else ()
        if shapes
        else made(line, ((Token("name", "", 0, 0)),))
    )
