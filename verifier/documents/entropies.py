"""Entropies and informations as people write them: `H(q)` and `H(q, p)` by bare names, `H(X)` and
`I(X; Y)` where several families are over X."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.documents.context import (
    OPEN,
    Context,
    Reading,
    Remark,
    Unsure,
    made,
    script_at,
    script_of,
    slots,
)
from verifier.documents.divergences import Choice, combined, compared, laws_of
from verifier.documents.families import DENSITIES, plain_base
from verifier.documents.formulas import Tokens, closing, label_at, spelt, variable_at
from verifier.formula.lexer import Token

_OF_LAWS = frozenset({"H", "KL", "D", "D_KL", "D_kl"})


def read_entropies(tokens: Tokens, context: Context) -> list[Reading]:
    """Entropies under the laws that bare names stand for, and under one family each."""
    tokens = _unsettled(_of_families(tokens, context), context.dropped)
    pieces: list[tuple[int, int]] = []
    options: list[list[Choice]] = []
    for at, token in enumerate(tokens):
        opened = at + 1
        if token.text not in ("H", "I") or opened >= len(tokens):
            continue
        if tokens[opened].text not in OPEN or (at and tokens[at - 1].text in ("_", "{")):
            continue
        end = closing(tokens, opened)
        inside = tokens[opened + 1 : end]
        choices = [*_by_names(inside, context)] if token.text == "H" else []
        if choices:
            pieces.append((opened + 1, end))
            options.append(choices)
            continue
        families = [*_families(inside, context)]
        if len(families) > 1:
            whole = tokens[at : end + 1]
            pieces.append((at, end + 1))
            options.append([*_of_each(whole, families)])
    return [*combined(tokens, pieces, options)]


def _of_each(whole: Tokens, families: Sequence[str]) -> Iterator[Choice]:
    """An entropy or information of each of these families."""
    for family in families:
        script = made(f"_{{{family}}}", whole[:2])
        yield Choice((whole[0], *script, *whole[1:]), (), ((spelt(whole), family),))


def _of_families(tokens: Tokens, context: Context) -> Tokens:
    """`I_q(X; Z)` as I_{q_phi}(x; z), where that is the only q, and it is over x and z."""
    for at in range(len(tokens) - 1, -1, -1):
        script, behind = script_of(tokens, at + 1) if tokens[at].text in ("H", "I") else ((), at)
        label, end = label_at(script, 0)
        family = context.family(label)
        if label and end == len(script) and family in context.models:
            named = made(f"_{{{family}}}", script)
            close = closing(tokens, behind) if behind < len(tokens) else behind
            over = slots(context.models[family])
            inside = (_folded(token, over[0] | over[1]) for token in tokens[behind:close])
            tokens = (*tokens[: at + 1], *named, *inside, *tokens[close:])
    return tokens


def _folded(token: Token, over: frozenset[str]) -> Token:
    """A capital that stands for what a density is over, in small letters."""
    small = token.text.lower()
    return token._replace(text=small) if token.text not in over and small in over else token


def _unsettled(tokens: Tokens, dropped: frozenset[str]) -> Tokens:
    """`I(X, Y; theta)` as I(X; Y), where theta is a parameter that says nothing."""
    for at in range(len(tokens) - 1, -1, -1):
        opened = script_at(tokens, at + 1)[1] if tokens[at].text in ("H", "I") else 0
        if not opened or opened >= len(tokens) or tokens[opened].text not in OPEN:
            continue
        end = closing(tokens, opened)
        marks = [p for p in range(opened + 1, end) if tokens[p].text in (",", ";", "|")]
        kept = [*marks]
        while kept and tokens[kept[-1] + 1 : kept[-1] + 2] and tokens[kept[-1] + 1].text in dropped:
            kept.pop()
        if len(kept) == len(marks) or (tokens[at].text == "I" and not kept):
            continue
        inside = [*tokens[opened + 1 : marks[len(kept)]]]
        if tokens[at].text == "I" and len(kept) == 1:
            mark = kept[0] - opened - 1
            inside[mark] = inside[mark]._replace(text=";")
        tokens = (*tokens[: opened + 1], *inside, *tokens[end:])
    return tokens


def informed(tokens: Tokens) -> Iterator[str]:
    """The variables that entropies and informations are of, in small letters: written as capitals,
    or, where they are several, as letters that no density goes by."""
    for at, token in enumerate(tokens[:-1]):
        if token.text not in ("H", "I") or tokens[at + 1].text not in OPEN:
            continue
        inside = tokens[at + 2 : closing(tokens, at + 1)]
        names = [t.text for t in inside if t.kind == "name"]
        if all(t.kind == "name" or t.text in (",", ";", "|") for t in inside) and all(
            name.isupper() or plain_base(name) != name or (len(names) > 1 and name not in DENSITIES)
            for name in names
        ):
            yield from (name.lower() for name in names if len(plain_base(name)) == 1)


def bare_laws(tokens: Tokens) -> Iterator[tuple[str, int]]:
    """The names of densities that are all that an entropy or a divergence is of, and where."""
    for at, token in enumerate(tokens):
        known = token.text in ("H", "KL")
        label, opened = (token.text, at + 1) if known else label_at(tokens, at)
        if label not in _OF_LAWS or opened >= len(tokens) or tokens[opened].text not in OPEN:
            continue
        inside = tokens[opened + 1 : closing(tokens, opened)]
        if all(t.text in (",", "||", "|", ";", ":") or t.text in DENSITIES for t in inside):
            yield from ((t.text, token.start) for t in inside if t.text in DENSITIES)


def _by_names(inside: Tokens, context: Context) -> Iterator[Choice]:
    """`H(q)` as H(q(z)), `H(q, p)` as H(q(z), p(z)); nothing where no bare name stands there."""
    label, behind = label_at(inside, 0)
    label = context.family(label)
    if label not in context.models or label in context.bases:
        return
    if behind < len(inside) and inside[behind].text != ",":
        return
    named = any(law.density.family == label for law in context.laws)
    if not named and len(context.arrangements.get(label, ())) > 1:
        raise Unsure("entropy")
    if behind == len(inside):
        for law in laws_of(label, inside, context):
            data = ("written", f"H({spelt(inside)})"), ("read", f"H({spelt(law)})")
            yield Choice(law, (Remark("divergence", data),))
    else:
        mark = inside[behind]
        yield from compared(inside[:behind], inside[behind + 1 :], mark, context, "H")


def _families(inside: Tokens, context: Context) -> Iterator[str]:
    """The families that are over all of a list of variables: first those of the chain, then the one
    whose law was named last."""
    names, at = set(), 0
    while at < len(inside):
        variable, behind = variable_at(inside, at)
        if variable is None or (
            behind < len(inside) and inside[behind].text not in (",", ";", "|")
        ):
            return
        names.add(variable.base.lower() if variable.base.isupper() else variable.base)
        at = behind + 1
    last = [context.renamed.get(law.density.family, law.density.family) for law in context.laws]
    for family in dict.fromkeys((*context.own, *reversed(last), *context.models)):
        line = context.models.get(family, "")
        over, given = slots(line) if line else (frozenset(), frozenset())
        if line and not given and names <= {slot.partition("_")[0] for slot in over}:
            yield family
