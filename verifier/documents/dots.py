r"""Densities whose variable is a dot: `E_{z \sim q(\cdot | x)}`, `KL(q(\cdot | x) \| p(\cdot))`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from verifier.documents.context import moved
from verifier.documents.divergences import divergences
from verifier.documents.formulas import Tokens, application_at, applications, closing, label_at

_Key = tuple[str, str]  # a family, and what stands behind the dot


def with_dots(formulas: Mapping[int, Tokens]) -> dict[int, Tokens]:
    """Formulas with variables for their dots: what is drawn; what a divergence has on its other
    side; what the only density has that is given the same."""
    read = {at: _beside(_filled(tokens, {})) for at, tokens in formulas.items()}
    known: dict[_Key, dict[str, Tokens]] = defaultdict(dict)
    for tokens in read.values():
        for a in applications(tokens):
            inside = tokens[a.opened + 1 : a.end - 1]
            bar = next((i for i, t in enumerate(inside) if t.text == "|"), len(inside))
            key = a.family, "".join(t.text for t in tokens[a.opened + 1 + bar : a.end])
            known[key].setdefault("".join(t.text for t in inside[:bar]), inside[:bar])
    only = {
        key: next(iter(lefts.values()))
        for key, lefts in known.items()
        if len(lefts) == 1 and key[1].startswith("|")
    }
    return {at: _beside(_filled(tokens, only)) for at, tokens in read.items()}


def _dots(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Each dot with where the name of its density begins, the last first."""
    for at in range(len(tokens) - 2, 1, -1):
        texts = [token.text for token in tokens[at - 1 : at + 2]]
        if texts[:2] == ["(", "*"] and texts[2] in ("|", ")", ";"):
            starts = (i for i in range(at - 2, -1, -1) if label_at(tokens, i)[1] == at - 1)
            start = next((i for i in starts if i == 0 or tokens[i - 1].text != "_"), None)
            if start is not None:
                yield at, start


def _filled(tokens: Tokens, only: Mapping[_Key, Tokens]) -> Tokens:
    for at, start in [*_dots(tokens)]:
        behind = "".join(t.text for t in tokens[at + 1 : closing(tokens, at - 1) + 1])
        new = _drawn(tokens, start) or only.get((label_at(tokens, start)[0], behind), ())
        if new:
            tokens = (*tokens[:at], *moved(new, tokens[at : at + 1]), *tokens[at + 1 :])
    return tokens


def _drawn(tokens: Tokens, start: int) -> Tokens:
    """What is said to be drawn from the density that begins at a place."""
    if start < 2 or tokens[start - 1].text != "~":
        return ()
    first = next((i for i in range(start - 2, -1, -1) if label_at(tokens, i)[1] == start - 1), None)
    return tokens[first : start - 1] if first is not None else ()


def _beside(tokens: Tokens) -> Tokens:
    """Both sides of divergences over the same."""
    for opened, end, first, second in [*divergences(tokens)]:
        for part, other in ((first, second), (second, first)):
            density = application_at(other, 0)
            dot = next(_dots(part), None)
            if density is not None and dot is not None:
                begins = opened + 1 if part is first else end - len(part)
                names = other[density.opened + 1 : density.end - 1]
                bar = next((i for i, t in enumerate(names) if t.text in ("|", ";")), len(names))
                at = begins + dot[0]
                new = moved(names[:bar], tokens[at : at + 1])
                return _beside((*tokens[:at], *new, *tokens[at + 1 :]))
    return tokens
