"""A name at fewer arguments that a line says to be the mean, or the sum, of what it is at more:
`L(theta) = E_{p(x)}[L(theta; x)]`. It is another name from there on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from verifier.documents.arguments import arguments_of, bound_in
from verifier.documents.context import OPEN
from verifier.documents.families import DENSITIES
from verifier.documents.formulas import Tokens, label_at, past, plain_label, variable_at
from verifier.documents.sections import Chain
from verifier.formula.lexer import Token
from verifier.formula.reader import RESERVED

Called = tuple[str, tuple[str, ...]]  # a name, and the texts of what stands behind it


def averaged(chains: Sequence[Chain], known: Mapping[Called, str]) -> dict[Called, str]:
    """The names at arguments over whose others lines average, and the script that tells each from
    all that is called so; with those of earlier sections."""
    found = dict(known)
    for chain in chains:
        for before, side in pairwise(chain.sides):
            if side.piece.before in ("=", ":=", "=:"):
                for name, body in ((before.read, side.read), (side.read, before.read)):
                    called, end = _called(name, 0)
                    if called and end == len(name) and _averages(body, called) and _names(called):
                        number = sum(name == called[0] for name, _ in found)
                        found.setdefault(called, f"mean{number + 1 if number else ''}")
    for chain in chains:
        for before, side in pairwise(chain.sides):
            here = [*_all_called((*before.read, *side.read))]
            for called in here:
                at = {other for other in here if other[0] == called[0] and other[1]}
                if not called[1] and at & {*_begun(chains, chain)} and _names(called):
                    found.setdefault(called, "alone")
    return found


def _all_called(tokens: Tokens) -> Iterator[Called]:
    for at in range(len(tokens)):
        called, _ = _called(tokens, at)
        if called is not None:
            yield called


def _begun(chains: Sequence[Chain], but: Chain) -> Iterator[Called]:
    """The names with arguments that other chains begin with, and so may define."""
    for chain in chains:
        called, end = _called(chain.start.read, 0)
        if chain is not but and called is not None and end == len(chain.start.read):
            yield called


def with_averaged(tokens: Tokens, names: Mapping[Called, str]) -> Tokens:
    """Tokens with these names at these arguments under their own names."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        called, end = _called(tokens, at) if names else (None, at)
        if called is None or called not in names:
            found.append(tokens[at])
            at += 1
            continue
        base, _, script = plain_label(called[0]).partition("_")
        for kind, text in (("name", base), ("symbol", "_"), ("name", script + names[called])):
            found.append(Token(kind, text, tokens[at].start, tokens[end - 1].end))
        at = end
    return tuple(found)


def _called(tokens: Tokens, at: int) -> tuple[Called | None, int]:
    """The name that stands at a place with its arguments, if it has any; and what is behind."""
    label, opened = label_at(tokens, at)
    if not label or (at and tokens[at - 1].text == "_"):
        return None, at
    if opened >= len(tokens) or tokens[opened].text not in OPEN:
        return (label, ()), opened
    texts = ("".join(t.text for t in each) for each in arguments_of(tokens, opened))
    return (label, tuple(texts)), past(tokens, opened)


def _names(called: Called) -> bool:
    """Whether it is the name of a bound or a loss, and no density or function."""
    base = called[0].partition("_")[0]
    return base[0].isupper() and base not in DENSITIES and base not in RESERVED


def _averages(body: Tokens, called: Called) -> bool:
    """Whether an expression has a name at more arguments, over all of which it averages; over one,
    where the name itself has none."""
    name, own = called
    bound = bound_in(body)
    return any(
        {*own} < {"".join(t.text for t in each) for each in arguments}
        and (
            _bound(arguments, own) <= bound if own else not bound.isdisjoint(_bound(arguments, own))
        )
        for arguments in _at(body, name)
    )


def _at(tokens: Tokens, name: str) -> Iterator[tuple[Tokens, ...]]:
    """The arguments behind each place where a name stands."""
    for at in range(len(tokens)):
        label, opened = label_at(tokens, at)
        if label == name and opened < len(tokens) and tokens[opened].text in OPEN:
            yield arguments_of(tokens, opened)


def _bound(arguments: Sequence[Tokens], own: Sequence[str]) -> set[str]:
    """What an average has to bind for these arguments to be its own: `x`, or the index of x_n."""
    found: set[str] = set()
    for each in arguments:
        if "".join(t.text for t in each) not in own:
            variable, _ = variable_at(each, 0)
            script = variable.script if variable else ()
            found |= {*script} if len(script) == 1 else {variable.base if variable else ""}
    return found
