"""What displays say of integrals and normalisers: which functions are densities, which aren't, and
which names stand for what is divided by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from verifier.documents.context import made, moved, script_at
from verifier.documents.defines import Define, alone
from verifier.documents.formulas import (
    Application,
    Tokens,
    application_at,
    label_at,
    spelt,
)
from verifier.documents.sections import Chain

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


def unnormalised(chains: Sequence[Chain], families: frozenset[str]) -> Iterator[str]:
    """The densities of which a display names the integral, `Z = int f(z) dz`: these aren't ones,
    but positive functions."""
    for density, total in _totals(chains):
        if density.family in families and not density.bar and alone(total, families):
            yield density.family


def tilted(chains: Sequence[Chain]) -> Iterator[str]:
    """The names that displays say to be a density by an exponential or a normaliser, `G(h) = P(h)
    e^{f(h)} / Z`: names for it, since nothing declares what it is divided by; so is what isn't
    normalised, as its tilde says, by its logarithm."""
    divisors = {*normalisers(chains)}
    for chain in chains:
        side, logged = chain.lines[0], _logged(chain.start.read)
        left = chain.start.read[logged:]
        density = application_at(left, 0) if side.read and left else None
        if density and density.end == len(left) and not density.bar:
            by_formula = any(token.text in ("e", "exp", *divisors) for token in side.read)
            by_formula = density.family.endswith("tilde") if logged else by_formula
            named = density.family not in ("p", "q", "r", "P", "Q")
            if by_formula and named and side.piece.before in ("=", ":="):
                yield density.family


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
        found.append((*made("(", here), *moved(define.body, here), *made(")", here)))
        at = end
    return tuple(token for part in found for token in part)
