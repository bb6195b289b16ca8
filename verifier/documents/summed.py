"""A bound on a sum of logarithms over data, by the divergences that it leaves out: each from the
law that the bound is under to the posterior."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.documents.context import Reading, made, script_at
from verifier.documents.divergences import divergences
from verifier.documents.formulas import (
    Application,
    Tokens,
    application_at,
    applications,
    past,
    spelt,
)
from verifier.documents.judging import Judged, Lines

MOST_LAWS = 2


def by_divergences(lines: Lines, one: Reading, relation: str, other: Reading) -> Judged | None:
    """`sum log p(x_i) >= ..` as what follows by sum (log p(x_i) - KL(q(z_i) || p(z_i | x_i)))."""
    left, right = one.tokens, other.tokens
    above, below = (left, right) if relation == ">=" else (right, left)
    density = _summand(above) if relation != "=" else None
    if density is None:
        return None
    for law in [*_laws(below, density)][:MOST_LAWS]:
        inside = ", ".join(v.name for v in law.left)
        given = ", ".join(v.name for v in (*density.left, *density.right))
        written = spelt(below[law.start : law.end])
        term = f"- KL({written} || {density.family}({inside} | {given})))"
        start = density.start - 1  # of the logarithm
        opened = made("(", above[start : start + 1])
        whole = (*above[:start], *opened, *above[start : density.end], *made(term, above[-1:]))
        steps = (
            [(relation, whole), ("=", right)]
            if above is left
            else [("=", whole), (relation, right)]
        )
        found = lines.along(left, [(sign, t, ()) for sign, t in steps], (left, relation, right))
        if found is not None:
            return found
    return None


def _summand(tokens: Tokens) -> Application | None:
    """The density whose logarithm is all that a sum over an index is of."""
    if tokens[0].text != "sum":
        return None
    at = script_at(tokens, 1)[1]
    if at + 1 < len(tokens) and tokens[at].text == "^":
        braced = tokens[at + 1].text in ("{", "(")
        at = past(tokens, at + 1) if braced else at + 2
    while at < len(tokens) and tokens[at].text in ("(", "["):
        at += 1
    logged = at < len(tokens) and tokens[at].text in ("log", "ln")
    density = application_at(tokens, at + 1) if logged else None
    rest = tokens[density.end :] if density else ()
    return density if density and all(t.text in (")", "]") for t in rest) else None


def _laws(tokens: Tokens, density: Application) -> Iterator[Application]:
    """The laws of other families that expectations and divergences are under."""
    found: dict[str, Application] = {}
    for at, token in enumerate(tokens):
        script, _ = script_at(tokens, at + 1) if token.text == "E" else ((), at)
        for inner in applications(script):
            start = next(p for p in range(at, len(tokens)) if tokens[p] is script[inner.start])
            law = application_at(tokens, start)
            if law is not None:
                found.setdefault(spelt(tokens[law.start : law.end]), law)
    for opened, _, _, _ in divergences(tokens):
        law = application_at(tokens, opened + 1)
        if law is not None:
            found.setdefault(spelt(tokens[law.start : law.end]), law)
    yield from (law for law in found.values() if law.family != density.family)
