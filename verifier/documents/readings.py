"""What is written to what it may mean: abbreviated laws and measures filled in from what has been
named, brackets where people leave them out. Each reading that isn't the only one is a remark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from verifier.documents.arguments import without_arguments
from verifier.documents.context import (
    ENDS,
    MOST,
    OPEN,
    Context,
    Reading,
    Remark,
    Unsure,
    agree,
    made,
    moved,
    product_end,
    script_at,
)
from verifier.documents.divergences import read_bare, read_divergences, written_in_full
from verifier.documents.entropies import read_entropies
from verifier.documents.families import arguments_less
from verifier.documents.formulas import (
    Tokens,
    application_at,
    applications,
    label_at,
    past,
    small,
    spelt,
    variable_at,
)
from verifier.documents.laws import named_laws, read_bodies, read_expectations
from verifier.documents.ranges import ranges
from verifier.formula.lexer import Token


def readings(tokens: Tokens, context: Context) -> list[Reading]:
    """The readings of an expression, the likeliest first. Raises Unsure where there is none."""
    folded = small(tokens, context.folded)
    names = {context.renamed.get(a.family, a.family) for a in applications(tokens)}
    if names & context.unsure:
        raise Unsure("parameters")
    if any(True for _ in _indexed(folded, context)):
        raise Unsure("indexed-name")
    bare = without_arguments(folded, context.defines, context.formals, context.dropped)
    found = [Reading(_renamed(bare, context))]
    for step in _STEPS:
        found = [
            replace(new, remarks=(*each.remarks, *new.remarks), tacit=(*each.tacit, *new.tacit))
            for each in found
            for new in step(each.tokens, context)
        ]
        found = [each for each in found if agree(each.meanings)][:MOST]
    if not found:
        raise Unsure("readings")
    return found


def note(context: Context, tokens: Tokens) -> None:
    """Remember the laws and divergences that a formula writes in full."""
    context.laws += named_laws(tokens)
    context.divergences += written_in_full(tokens)


def _indexed(tokens: Tokens, context: Context) -> Iterator[str]:
    """The names that are others for each index of a sum around them: the p_k and pi_k of a mixture.
    A density that has the index in its arguments is one for all."""
    indices = {index for index, _, _ in ranges(tokens)}
    for at, token in enumerate(tokens):
        label, _ = label_at(tokens, at)
        base, _, script = label.partition("_")
        if script not in indices or label in context.defines or base in context.bases:
            continue
        application = application_at(tokens, at)
        inside = (*application.left, *application.right) if application else ()
        if label in context.models and not application:  # the law q_n of z_n
            densities = (
                a for law in context.arrangements.get(label, ()) for a in applications(law)
            )
            inside = tuple(v for a in densities for v in a.left)
        known = token.text[0] == "d" and token.text[1:] in context.bases
        if not known and not any(variable.script[:1] == (script,) for variable in inside):
            yield label


Step = Callable[[Tokens, Context], list[Reading]]


# -- names -----------------------------------------------------------------------------------------


def _again(tokens: Tokens, context: Context) -> list[Reading]:
    """What the laws filled in are called."""
    return [Reading(_renamed(tokens, context))]


def _renamed(tokens: Tokens, context: Context) -> Tokens:
    """Families under the names that they are declared by, without what says nothing."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        before = tokens[at - 1].text if at else ""
        label, behind = label_at(tokens, at) if before != "_" else ("", at)
        application = application_at(tokens, at) if label else None
        new = context.renamed.get(label, label)
        if not label or (application is None and label not in context.renamed):
            found.append(tokens[at])
            at += 1
            continue
        found += _named(tokens, at, behind, new)
        at = behind
        if application is not None and new in context.models:
            found += arguments_less(tokens, application, context.dropped)
            at = application.end
    return tuple(found)


def _named(tokens: Tokens, at: int, behind: int, name: str) -> Iterator[Token]:
    if spelt(tokens[at:behind]).replace(" ", "") == name or "_" in name:
        yield from tokens[at:behind]
    else:
        yield Token("name", name, tokens[at].start, tokens[behind - 1].end)


# -- divergences -----------------------------------------------------------------------------------


# -- expectations ----------------------------------------------------------------------------------


# -- sums ----------------------------------------------------------------------------------------


def _sums(tokens: Tokens, context: Context) -> list[Reading]:
    """Sums with brackets around all of the product behind them."""
    del context
    at = len(tokens) - 1
    while at >= 0:
        if tokens[at].text == "sum" and tokens[at].kind == "name":
            tokens = _summed(tokens, at)
        at -= 1
    return [Reading(tokens)]


def _summed(tokens: Tokens, at: int) -> Tokens:
    begin = at + 1
    while begin + 1 < len(tokens) and tokens[begin].text in ("_", "^"):
        braced = tokens[begin + 1].text == "{"
        begin = past(tokens, begin + 1) if braced else begin + 2
    end = product_end(tokens, begin)
    if end <= begin or _atom_end(tokens, begin) >= end:
        return tokens
    differentials = [p for p in range(begin, end) if tokens[p].text[0] == "d" and p > begin]
    if any(tokens[p].kind == "name" and len(tokens[p].text) <= 2 for p in differentials):
        return tokens  # the differential of an integral around it
    opener = Token("symbol", "(", tokens[begin].start, tokens[begin].start)
    closer = Token("symbol", ")", tokens[end - 1].end, tokens[end - 1].end)
    return (*tokens[:begin], opener, *tokens[begin:end], closer, *tokens[end:])


# -- measures --------------------------------------------------------------------------------------


def _measures(tokens: Tokens, context: Context) -> list[Reading]:
    """Integrals with their differentials behind them: where none stands, that of the subscript, or
    of the only variable that the line before hasn't free."""
    found = tokens
    remarks: list[Remark] = []
    place = len(found) - 1
    while place >= 0:  # the inner ones first
        if found[place].text == "int" and found[place].kind == "name":
            found, remark = _measured(found, place, context)
            remarks += [remark] if remark and remark not in remarks else []
        place -= 1
    return [Reading(found, tuple(remarks))]


def _measured(tokens: Tokens, at: int, context: Context) -> tuple[Tokens, Remark | None]:
    script, behind = script_at(tokens, at + 1)
    if behind < len(tokens) and tokens[behind].text == "^":
        return tokens, None
    first = _differential(tokens, behind, context)
    while first and (another := _differential(tokens, first, context)):
        first = another
    if first:  # `\int dz f`, `\int dx dz f`
        end = product_end(tokens, first)
        behind_it = (*tokens[:behind], *tokens[first:end], *tokens[behind:first], *tokens[end:])
        return behind_it, None
    level, place, inner = 0, behind, 0
    while place < len(tokens):
        text = tokens[place].text
        level += (text in ("(", "[", "{", r"\{")) - (text in (")", "]", "}", r"\}"))
        if level < 0:
            break
        inner += text == "int" and level == 0
        if level == 0 and _differential(tokens, place, context):
            if inner == 0:
                return tokens, None
            inner -= 1
            place = _differential(tokens, place, context)
            continue
        place += 1
    variables = _variables_of(script, context) or _only_new(tokens[behind:], context)
    if not variables:
        raise Unsure("measure")
    end = product_end(tokens, behind)
    close = tokens[end - 1].end
    added = [Token("name", "d", close, close), *moved(variables, (tokens[end - 1],))]
    remark = Remark("measure", (("read", f"d{spelt(variables)}"),))
    return (*tokens[:end], *added, *tokens[end:]), remark


def _differential(tokens: Tokens, at: int, context: Context) -> int:
    """Behind the differential that stands at a place; 0 if none does."""
    if at >= len(tokens) or tokens[at].kind != "name" or tokens[at].text[0] != "d":
        return 0
    word = tokens[at].text
    if word == "d":
        variable, behind = variable_at(tokens, at + 1)
        return behind if variable is not None and variable.base in context.bases else 0
    if word[1:] in context.bases or _differentials(word, context.bases):
        return variable_at(tokens, at)[1]
    return 0


def _differentials(word: str, bases: frozenset[str]) -> bool:
    return word[1:] in bases or any(
        word[end] == "d" and word[1:end] in bases and _differentials(word[end:], bases)
        for end in range(2, len(word))
    )


def _variables_of(script: Tokens, context: Context) -> Tokens:
    variable, end = variable_at(script, 0)
    if variable is None or variable.base not in context.bases:
        return ()
    if end < len(script) and script[end].text == ",":
        return ()
    return script[:end]


def _only_new(tokens: Tokens, context: Context) -> Tokens:
    """The one variable of a body that isn't free around it."""
    end = product_end(tokens, 0)
    names: dict[str, Tokens] = {}
    for application in applications(tokens[:end]):
        for variable in (*application.left, *application.right):
            if variable.name not in context.around:
                names.setdefault(variable.name, made(variable.name, tokens[:1]))
    return next(iter(names.values())) if len(names) == 1 else ()


# -- logarithms ------------------------------------------------------------------------------------


def _logarithms(tokens: Tokens, context: Context) -> list[Reading]:
    """`log a b` as (log a) b, and as log(a b)."""
    plain, told = _bracketed(tokens, context, whole=False)
    if plain == tokens:
        return [Reading(tokens)]
    whole, _ = _bracketed(tokens, context, whole=True)
    first, other = (tuple((each, kind) for each in told) for kind in ("plain", "whole"))
    return [Reading(plain, (), first), Reading(whole, (Remark("log-product", ()),), other)]


def _bracketed(tokens: Tokens, context: Context, whole: bool) -> tuple[Tokens, list[str]]:
    """Tokens with brackets at their logarithms, and how those are written that get some."""
    told = []
    for at in range(len(tokens) - 1, -1, -1):
        if tokens[at].text in ("log", "ln") and tokens[at].kind == "name":
            before = tokens
            tokens = _logarithm(tokens, at, context, whole)
            if tokens != before:
                told.append(spelt(before[at : product_end(before, at)]))
    return tokens, told


def _logarithm(tokens: Tokens, at: int, context: Context, whole: bool) -> Tokens:
    begin = at + 1
    if begin >= len(tokens) or tokens[begin].text in ("^", "_", "sum", "prod", "int", "-", "+"):
        return tokens
    end = _atom_end(tokens, begin)
    stops = end >= len(tokens) or tokens[end].text in {*ENDS, ";", "~", "|"}
    if stops or _differential(tokens, end, context):
        return tokens
    # `log 1/K sum ..` is of the sum, whatever else is read
    if whole or (tokens[begin].text == r"\frac" and tokens[end].text in ("sum", "prod")):
        stop = end
        while (
            stop < len(tokens)
            and tokens[stop].text not in ENDS
            and not _differential(tokens, stop, context)
        ):
            stop = _atom_end(tokens, stop) if tokens[stop].text not in ("/", "*", "^") else stop + 1
        first, last = begin, stop
    elif tokens[end].text == "^":
        stop = min(end + 1, len(tokens) - 1)
        first, last = begin, past(tokens, stop) if tokens[stop].text in ("{", "(") else stop + 1
    else:
        first, last = at, end
    opener = Token("symbol", "(", tokens[first].start, tokens[first].start)
    closer = Token("symbol", ")", tokens[last - 1].end, tokens[last - 1].end)
    return (*tokens[:first], opener, *tokens[first:last], closer, *tokens[last:])


def _atom_end(tokens: Tokens, at: int) -> int:
    """Behind the factor that begins at a place; the end of the tokens where it isn't whole."""
    return min(_factor_end(tokens, at), len(tokens))


def _factor_end(tokens: Tokens, at: int) -> int:
    if at >= len(tokens):
        return at
    text = tokens[at].text
    if text in ("(", "[", "{", r"\{", r"\langle"):
        end = past(tokens, at)
        return script_at(tokens, end)[1] if text == r"\langle" else end
    if text == r"\frac":
        return past(tokens, past(tokens, at + 1))
    if tokens[at].kind != "name":
        return at + 1
    if text in ("E", "H", "I", "KL", "D"):
        behind = script_at(tokens, at + 1)[1]
        return past(tokens, behind) if _opens(tokens, behind) else behind
    if text in ("log", "ln", "exp", "sqrt"):
        return _atom_end(tokens, at + 1)
    _, behind = label_at(tokens, at)
    behind = max(behind, at + 1)
    if behind < len(tokens) and tokens[behind].text == "_":
        behind = script_at(tokens, behind)[1]
    return past(tokens, behind) if _opens(tokens, behind) else behind


def _opens(tokens: Tokens, at: int) -> bool:
    return at < len(tokens) and tokens[at].text in OPEN


_STEPS: tuple[Step, ...] = (
    *(read_divergences, read_entropies, read_expectations, read_bare, _again),
    *(read_bodies, _measures, _sums, _logarithms),
)
