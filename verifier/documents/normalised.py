"""What displays say of integrals and normalisers: which functions are densities, which aren't, and
which names stand for what is divided by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from verifier.documents.arguments import arguments_of
from verifier.documents.blocks import Display
from verifier.documents.context import OPEN, made, moved, script_at
from verifier.documents.defines import Define, alone
from verifier.documents.families import DENSITIES, laws, plain_base
from verifier.documents.formulas import (
    Application,
    Tokens,
    application_at,
    applications,
    label_at,
    past,
    spelt,
)
from verifier.documents.sections import Chain, Shown, Side
from verifier.documents.traced import Traced
from verifier.formula.lexer import Token

_LOGS = ("log", "ln")


def _logged(tokens: Tokens) -> bool:
    return bool(tokens) and tokens[0].text in _LOGS


def normalisers(chains: Sequence[Chain]) -> Iterator[str]:
    """The names that displays say to be an integral, a sum or a mean: Z beside z is no variable."""
    for chain in chains:
        name, right = chain.start.read, chain.lines[0].read
        if _logged(name) and _logged(right):
            name, right = name[1:], right[1:]
        if len(name) == 1 and any(token.text in ("int", "sum", "E") for token in right[:1]):
            yield name[0].text


def _totals(chains: Sequence[Chain]) -> Iterator[tuple[Application, Tokens]]:
    """The functions of which a display says what they sum or integrate to, and what that is."""
    for chain in chains:
        for one, other in pairwise(chain.sides):
            if other.piece.before not in ("=", ":=", "=:"):
                continue
            for total, value in ((one.read, other.read), (other.read, one.read)):
                if _logged(total) and _logged(value):
                    total, value = total[1:], value[1:]
                density = _integrated(total)
                if density is not None and value:
                    yield density, value


def _integrated(total: Tokens) -> Application | None:
    """The function of which an expression is the sum or integral over all that it is of."""
    if not total or total[0].text not in ("sum", "int"):
        return None
    density = application_at(total, script_at(total, 1)[1])
    if density is None:
        return None
    rest = "".join(token.text for token in total[density.end :])
    names = "".join(f"d{variable.name}" for variable in density.left)
    return density if rest == names or (not rest and len(density.left) == 1) else None


def normalised(chains: Sequence[Chain]) -> Iterator[str]:
    """The functions that displays say to sum or integrate to one, `sum_x f(x) = 1`."""
    yield from (density.family for density, total in _totals(chains) if spelt(total) == "1")


def unnormalised(
    chains: Sequence[Chain], families: frozenset[str], bodies: Iterable[Tokens]
) -> Iterator[str]:
    """The densities of which a display names the integral, `Z = int f(z) dz`: these aren't ones,
    but positive functions; `bodies`: what names of earlier sections stand for."""
    yield from (f.family for body in bodies if (f := _integrated(body)) and f.family in families)
    for density, total in _totals(chains):
        if density.family in families and not density.bar and alone(total, families):
            yield density.family


def tilted(chains: Sequence[Chain]) -> Iterator[str]:
    """The names that displays say to be a density by an exponential or a normaliser, `G(h) = P(h)
    e^{f(h)} / Z`: names for it, since nothing declares what it is divided by; so is what isn't
    normalised, as its tilde says, by its logarithm."""
    divisors = {*normalisers(chains)}
    drawn_from = {law for chain in chains for side in chain.sides for law in laws(side.read)}
    for chain in chains:
        side, logged = chain.lines[0], _logged(chain.start.read)
        left = chain.start.read[logged:]
        density = application_at(left, 0) if side.read and left else None
        if density and density.end == len(left) and not density.bar:
            by_formula = any(token.text in ("e", "exp", *divisors) for token in side.read)
            by_formula = density.family.endswith("tilde") if logged else by_formula
            named = density.family not in {"p", "q", "r", "P", "Q", *drawn_from}
            if by_formula and named and side.piece.before in ("=", ":="):
                yield density.family


def implied(
    chains: Sequence[Chain], within: Sequence[Shown], known: Iterable[str]
) -> Iterator[Shown]:
    """What a Z or C stands for that nothing defines, and that a density is divided by: the integral
    of the rest. `within`: formulas in the text; `known`: names that are defined."""
    pairs = [pair for chain in chains for pair in pairwise(chain.sides)]
    pairs += [pair for shown in within for pair in pairwise(shown.sides)]
    equal = (pair for pair in pairs if pair[1].piece.before in ("=", ":=", "=:"))
    alone = {label_at(side.read, 0)[0] for pair in equal for side in pair if _is_name(side.read)}
    variables = {v.base for pair in pairs for side in pair for a in applications(side.read)
                 for v in (*a.left, *a.right)}  # fmt: skip
    done = {*alone, *known, *variables}
    for one, other in pairs:
        density = application_at(one.read, 0) if one.read and other.read else None
        if density is None or density.end != len(one.read) or other.piece.before not in ("=", ":="):
            continue
        name, rest = _divided(other.read)
        label = label_at(name, 0)[0] if name else ""
        body = _integrand(rest, density) if label and label not in done else ()
        if not body or not _is_law(density.family) or _is_added(label, pairs):
            continue
        done.add(label)
        measure = " ".join(f"d{variable.name}" for variable in density.left)
        whole = (*made("int", name), *body, *made(measure, name))
        sides = replace(one, tokens=name), replace(other, tokens=whole)
        display = Display(Traced("", range(1)), one.piece.place, other.end, inline=True)
        yield Shown(0, display, "", sides)


def _is_added(label: str, pairs: Iterable[tuple[Side, Side]]) -> bool:
    """Whether a name is a term of a sum somewhere: `+ C` is another constant."""
    return any(
        token.text in ("+", "-") and label_at(side.read, at + 1)[0] == label
        for pair in pairs
        for side in pair
        for at, token in enumerate(side.read[:-1])
    )


def _integrand(rest: Tokens, density: Application) -> Tokens:
    """What a normaliser is the integral of; nothing where that may hold a density that isn't
    normalised itself, but for one that is all of it, `ptilde(z) / Z`, and isn't taken for one."""
    factors = [*applications(rest)]
    signs = {token.text for token in rest}
    if "int" in signs or not factors:
        return ()
    sole = len(factors) == 1 and signs.isdisjoint(("e", "exp", "^"))
    alike = sole and factors[0].family == density.family
    if alike or not (sole or any("tilde" in each.family for each in factors)):
        return (*made("(", rest), *rest, *made(")", rest))
    (whole,) = factors if sole else (None,)
    if whole is None or whole.bar or {*whole.left} != {*density.left}:
        return ()
    others = {t.text for at, t in enumerate(rest) if not whole.start <= at < whole.end}
    return rest[whole.start : whole.end] if others <= {"1", "(", ")"} else ()


_LAWS = DENSITIES | {"pi", "mu", "rho", "nu", "f", "g"}


def _is_law(family: str) -> bool:
    return plain_base(family.partition("_")[0]) in _LAWS


def _is_name(tokens: Tokens) -> bool:
    """Whether a name, with or without arguments, is all that stands here."""
    label, end = label_at(tokens, 0) if tokens else ("", 0)
    opens = label and end < len(tokens) and tokens[end].text in OPEN
    return bool(label) and (past(tokens, end) if opens else end) == len(tokens)


def _divided(tokens: Tokens) -> tuple[Tokens, Tokens]:
    r"""The Z or C that a product is divided by, and the rest of it: of `f / Z`, `\frac{f}{Z}` and
    `\frac{1}{Z} f`; nothing where none is."""
    whole: list[Token] = []
    name: Tokens = ()
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.text in ("+", "-") or (token.text == r"\frac" and name):
            return (), ()
        if token.text in (*OPEN, "{"):
            end = past(tokens, at)
        elif token.text == r"\frac":
            middle = past(tokens, at + 1)
            end = past(tokens, middle)
            below = tokens[middle + 1 : end - 1]
            if _is_divisor(below):
                above = tokens[at + 2 : middle - 1]
                name, whole = below, [*whole, *made("(", below), *above, *made(")", below)]
                at = end
                continue
        elif token.text == "/" and _is_divisor(tokens[at + 1 :]):
            name, end = tokens[at + 1 :], len(tokens)
            return name, tuple(whole)
        else:
            end = at + 1
        whole += tokens[at:end]
        at = end
    return name, tuple(whole)


def _is_divisor(tokens: Tokens) -> bool:
    return _is_name(tokens) and tokens[0].text in ("Z", "C")


def unfolded(tokens: Tokens, defines: Mapping[str, Define]) -> Tokens:
    """A formula with what names of integrals stand for in their places."""
    found: list[Tokens] = []
    at = 0
    while at < len(tokens):
        name, end = label_at(tokens, at)
        define = defines.get(name)
        if define is None or define.body[0].text not in ("sum", "int"):
            found.append(tokens[at : at + 1])
            at += 1
            continue
        here = tokens[at:end]
        if end < len(tokens) and tokens[end].text in OPEN:  # `Z(s)`, of the s that it is of
            same = [*map(spelt, arguments_of(tokens, end))] == [*map(spelt, define.at)]
            end = past(tokens, end) if same else end
        found.append((*made("(", here), *moved(define.body, here), *made(")", here)))
        at = end
    return tuple(token for part in found for token in part)
