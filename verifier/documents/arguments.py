"""Names of defines with their arguments: `L(theta, phi; x)` is L, and L at another point is what it
stands for there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifier.documents.context import OPEN, Formal, Unsure, moved, script_at
from verifier.documents.formulas import (
    Tokens,
    Variable,
    application_at,
    applications,
    closing,
    label_at,
    past,
    plain_label,
    variable_at,
)
from verifier.formula.lexer import Token

_DEEPEST = 5  # names within what names stand for


Formals = Mapping[str, Formal]


def arguments_of(tokens: Tokens, opened: int) -> tuple[Tokens, ...]:
    """What stands between the commas, semicolons and bars of the bracket at a place."""
    found: list[list[Token]] = [[]]
    level = 0
    for token in tokens[opened + 1 : closing(tokens, opened)]:
        level += (token.text in OPEN or token.text == "{") - (token.text in (")", "]", "}"))
        if level == 0 and token.text in (",", ";", "|"):
            found.append([])
        else:
            found[-1].append(token)
    return tuple(tuple(each) for each in found)


def without_arguments(
    tokens: Tokens, names: frozenset[str], formals: Formals, dropped: frozenset[str], depth: int = 0
) -> Tokens:
    """Tokens with the names of defines without their arguments. Raises Unsure where these are
    others than a name was defined at, and it isn't to be seen what it stands for then."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        label, behind = label_at(tokens, at)
        if label not in names:
            found.append(tokens[at])
            at += 1
            continue
        formal, own = formals.get(label), tokens[at:behind]
        put: Tokens | None = None
        if behind < len(tokens) and tokens[behind].text in OPEN:
            put = _elsewhere(formal, arguments_of(tokens, behind), dropped) if formal else None
            behind = past(tokens, behind)
        if put is None:
            found += _plain_name(own, label)
        elif depth > _DEEPEST:
            raise Unsure("arguments")
        else:
            inner = without_arguments(put, names, formals, dropped, depth + 1)
            found.append(own[0]._replace(kind="symbol", text="("))
            found += moved(inner, own)
            found.append(own[-1]._replace(kind="symbol", text=")"))
        at = behind
    return tuple(found)


def _plain_name(tokens: Tokens, label: str) -> Iterator[Token]:
    """A name as the language has it: `L_{theta, phi}` without what parts its subscript."""
    plain = plain_label(label)
    if plain == label:
        yield from tokens
        return
    base, mark, script = plain.partition("_")
    for text in (base, mark, script):
        kind = "symbol" if text == "_" else "name"
        yield Token(kind, text, tokens[0].start, tokens[-1].end)


def _elsewhere(
    formal: Formal, actual: tuple[Tokens, ...], dropped: frozenset[str]
) -> Tokens | None:
    """What a name stands for at these arguments; None where they are those that it was defined at,
    or some or more of them, and the same of the variables that it is about, or none."""
    body = formal.body
    at, to = ([tuple(t.text for t in each) for each in part] for part in (formal.arguments, actual))
    if at == to:
        return None
    if len(at) != len(to):
        about = {v.name for a in applications(body) for v in (*a.left, *a.right)}
        defined, asked = ({"".join(each) for each in part} & about for part in (at, to))
        if ({*at} <= {*to} or {*to} <= {*at}) and (defined == asked or not asked):
            return None  # L(theta, x) as L(x), and as L(theta); L(x, y) is not L(x)
        raise Unsure("arguments")
    index, script = _moved_on(formal.arguments, actual)
    if index:  # alpha(z_t) at z_{t-1}: all that t stands in is at t - 1
        if {index, *script} & bound_in(body):
            raise Unsure("arguments")
        return _reindexed(body, index, script)
    changed: dict[Variable, Tokens] = {}
    for own, new in zip(formal.arguments, actual, strict=True):
        if [t.text for t in own] == [t.text for t in new]:
            continue
        (variable, end), (other, stop) = variable_at(own, 0), variable_at(new, 0)
        if variable is None or other is None or end != len(own) or stop != len(new):
            raise Unsure("arguments")
        if variable.base in dropped or not _is_free(variable, other, body):
            raise Unsure("arguments")
        changed[variable] = new
    return _put(body, changed)


def _is_free(variable: Variable, other: Variable, body: Tokens) -> bool:
    """Whether a variable stands in densities alone, and neither it nor the other is bound."""
    places = {p for a in applications(body) for p in _within(body, a.opened, a.end)}
    own = [p for p, token in enumerate(body) if token.text == variable.base]
    if not own or not all(p in places for p in own):
        return False
    bound = bound_in(body)
    return variable.base not in bound and other.base not in bound


def bound_in(body: Tokens) -> set[str]:
    """What an expression binds: what it integrates, sums and averages over."""
    bound: set[str] = set()
    for at, token in enumerate(body):
        if token.text == "d" and at + 1 < len(body):
            bound.add(body[at + 1].text)
        bound.add(token.text[1:] if token.text[0] == "d" else "")
        script = script_at(body, at + 1)[0] if token.text in ("E", "sum", "prod", "int") else ()
        laws = [*applications(script)]
        bound |= {v.base for law in laws for v in law.left} | {t.text for t in script if not laws}
    return bound


def _moved_on(at: tuple[Tokens, ...], to: tuple[Tokens, ...]) -> tuple[str, tuple[str, ...]]:
    """The index under which arguments are others, and what it is then; "" where they are others in
    another way. Raises Unsure where not all of them move with it."""
    found: set[tuple[str, tuple[str, ...]]] = set()
    for own, new in zip(at, to, strict=True):
        (variable, end), (other, stop) = variable_at(own, 0), variable_at(new, 0)
        if variable is None or other is None or (end, stop) != (len(own), len(new)):
            return "", ()
        index = "".join(variable.script) if variable.base == other.base else ""
        if index.isalpha() and other.script:
            found.add((index, other.script))
        elif variable != other:
            return "", ()
    if len(found) > 1 and any((index,) != script for index, script in found):
        raise Unsure("arguments")
    return next(((index, script) for index, script in found if (index,) != script), ("", ()))


_BEFORE_INDEX = frozenset({"_", "{", ":", "=", ",", "+"})


def _reindexed(tokens: Tokens, index: str, script: tuple[str, ...]) -> Tokens:
    """Tokens with something else for an index, which stands in subscripts alone. Raises Unsure
    where it stands elsewhere, or is taken from something."""
    found: list[Token] = []
    end = 0  # of the subscript at hand
    for at, token in enumerate(tokens):
        if token.text == "_" and at >= end:
            braced = at + 1 < len(tokens) and tokens[at + 1].text == "{"
            end = past(tokens, at + 1) if braced else at + 2
        if token.text != index or token.kind != "name":
            found.append(token)
            continue
        before = tokens[at - 1].text if at else ""
        if at >= end or before not in _BEFORE_INDEX:
            raise Unsure("arguments")
        texts = ("{", *script, "}") if before == "_" else script
        found += (token._replace(kind=_kind(text), text=text) for text in texts)
    return tuple(found)


def _kind(text: str) -> str:
    return "number" if text.isdigit() else "name" if text.isalnum() else "symbol"


def _within(tokens: Tokens, opened: int, end: int) -> Iterator[int]:
    """The places of the variables of a density; none of its parameters."""
    for at in range(opened + 1, end - 1):
        if tokens[at].text == ";":
            return
        yield at


def _put(body: Tokens, changed: Mapping[Variable, Tokens]) -> Tokens:
    found: list[Token] = []
    at = 0
    while at < len(body):
        before = body[at - 1].text if at else ""
        variable, behind = variable_at(body, at) if before != "_" else (None, at)
        if variable is not None and variable in changed and application_at(body, at) is None:
            found += moved(changed[variable], body[at:behind])
            at = behind
        else:
            found.append(body[at])
            at += 1
    return tuple(found)
