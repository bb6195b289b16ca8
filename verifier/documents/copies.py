"""What is drawn from densities, several independent copies too: `E_{z_{1:K} ~ q(z | x)}`."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import pairwise

from verifier.documents.asserted import Prose
from verifier.documents.context import made, script_at
from verifier.documents.formulas import (
    Application,
    Tokens,
    Variable,
    application_at,
    applications,
    label_at,
    variable_at,
)
from verifier.documents.ranges import ranges
from verifier.documents.sections import Section


def _draws(tokens: Tokens) -> Iterator[tuple[int, Application, Variable]]:
    """Each `z_{1:K} ~ q(z | x)`: where it begins, the density, and the copies that it is of."""
    for at, token in enumerate(tokens):
        variable, behind = variable_at(tokens, at)
        if variable is None or not variable.is_slice or token.kind != "name":
            continue
        if behind < len(tokens) and tokens[behind].text == "~":
            law = application_at(tokens, behind + 1)
            if law is not None and law.left == (Variable(variable.base),):
                yield at, law, variable


def copied(tokens: Tokens) -> Iterator[tuple[str, str]]:
    """The variables of which independent copies are drawn, each with the index of its copies."""
    indices = [index for index, _, _ in ranges(tokens)]
    for _, _, variable in _draws(tokens):
        yield variable.base, indices[0] if indices else "k"


def all_drawn(tokens: Tokens) -> Tokens:
    """`E_{z_k ~ q(z | x)}` of a sum over k as that of z_{1:K}."""
    for at in range(len(tokens) - 1, -1, -1):
        script = script_at(tokens, at + 1)[0] if tokens[at].text == "E" else ()
        variable, sign = variable_at(script, 0) if script else (None, 0)
        law = application_at(script, sign + 1) if sign < len(script) else None
        if variable is None or law is None or law.left != (Variable(variable.base),):
            continue
        around = {index for index, _, _ in ranges(tokens[:at])}
        within = (each for each in ranges(tokens[at:]) if (each[0],) == variable.script)
        _, low, high = next(within, ("", "", ""))
        if script[sign].text == "~" and high and variable.script[0] not in around:
            copies = made(f"{variable.base}_{{{low}:{high}}}", script[:1])
            start = next(place for place in range(at, len(tokens)) if tokens[place] is script[0])
            tokens = (*tokens[:start], *copies, *tokens[start + sign :])
    return tokens


def together(tokens: Tokens) -> Tokens:
    """`z_{1:K} ~ q(z | x)` as q(z_{1:K} | x)."""
    for at, law, _ in reversed([*_draws(tokens)]):
        end = next(place for place in range(at, len(tokens)) if tokens[place].text == "~")
        name = tokens[law.start : law.opened + 1]
        rest = tokens[law.opened + 2 : law.end]
        tokens = (*tokens[:at], *name, *tokens[at:end], *rest, *tokens[law.end :])
    return tokens


def under_names(tokens: Tokens, applied: Container[str]) -> Tokens:
    """`E_{x ~ p_data}` as E_{p_data(x)}, where p_data is written with no variables anywhere."""
    for at in range(len(tokens) - 1, -1, -1):
        script, behind = script_at(tokens, at + 1) if tokens[at].text == "E" else ((), at)
        sign = next((place for place, token in enumerate(script) if token.text == "~"), 0)
        label, end = label_at(script, sign + 1) if sign else ("", 0)
        if label and end == len(script) and label not in applied:
            opener, closer = made("(", script[-1:]), made(")", script[-1:])
            law = (*script[sign + 1 :], *opener, *script[:sign], *closer)
            braces = made("_{", script[:1]), made("}", script[-1:])
            tokens = (*tokens[: at + 1], *braces[0], *law, *braces[1], *tokens[behind:])
    return tokens


def copies_beside(
    prose: Prose, section: Section, formulas: Sequence[Tokens]
) -> Iterator[tuple[str, str]]:
    """The variables of which the text draws several copies, `z_{1:K} ~ q(z | x)`, with an index of
    these; not those that are drawn given what the formulas have a law for: data given parameters
    are no copies of one another where these are random."""
    drawn = {(a.family[0], v.base) for each in formulas for a in applications(each) for v in a.left}
    for shown in filter(prose.gives, section.inline):
        for before, side in pairwise(shown.sides):
            density = application_at(side.read, 0) if side.read else None
            copies = copies_of(before.read)
            if side.piece.before != "distribution" or density is None or copies is None:
                continue
            given = {(density.family[0], variable.base) for variable in density.right}
            own = density.left == (Variable(copies.base),) and density.end == len(side.read)
            if own and drawn.isdisjoint(given):
                yield copies.base, "k"


def copies_of(tokens: Tokens) -> Variable | None:
    """The copies that are all of an expression, `z_{1:K}`."""
    variable, end = variable_at(tokens, 0) if tokens else (None, 0)
    whole = variable is not None and end == len(tokens) and ":" in variable.script
    return variable if whole else None


def draws_several(section: Section) -> bool:
    """Whether the text of a section draws several from a law: they are independent given it."""
    pairs = (pair for shown in section.inline for pair in pairwise(shown.sides))
    return any(b.piece.before == "distribution" and copies_of(a.read) is not None for a, b in pairs)
