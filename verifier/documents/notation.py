"""Notations that are spelt out before anything is inferred from them: subscripts that repeat what
stands in the brackets, sums over an index whose ends are left out, `I(X, Y)`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace

from verifier.derivation.derivation import Source, Text
from verifier.documents.asserted import Prose
from verifier.documents.averaged import Called, with_averaged
from verifier.documents.context import OPEN, Remark, made, moved, script_at
from verifier.documents.copies import (
    all_drawn,
    copied,
    copies_beside,
    together,
    under_names,
)
from verifier.documents.denoted import Denoted, with_denoted
from verifier.documents.dots import with_dots
from verifier.documents.entropies import informed
from verifier.documents.families import DENSITIES, plain_base
from verifier.documents.formulas import (
    Tokens,
    Unread,
    Variable,
    application_at,
    applications,
    closing,
    label_at,
)
from verifier.documents.names import (
    energies,
    given,
    of_values,
    scripted,
    settings,
    several,
    unreserved,
    with_assigned,
    with_energies,
    with_own,
    with_scripts,
    with_values,
)
from verifier.documents.ranges import lower_first, ranges
from verifier.documents.sections import Chain, Section, Side
from verifier.formula.lexer import FormulaError, Token
from verifier.formula.pasted import tokenize
from verifier.outcome import DiagnosticError

_LAST = {"n": "N", "m": "M", "k": "K", "t": "T", "j": "J"}  # what people call the last of each


def spelt_out(
    source: Source,
    chains: Sequence[Chain],
    section: Section,
    known: Iterable[str],
    means: Mapping[Called, str],
    meanings: Sequence[Denoted] = (),
) -> None:
    """Spell out the notations in the chains of a section, and in its formulas in the text; `known`
    are families of earlier ones, `means` names of means, `meanings` what the author says that
    notations stand for. Raises DiagnosticError for a `read` of its comments that can't be read."""
    read = [_read(text) for text in section.asked.get("read", ())]
    beside = [side for shown in section.inline for side in shown.sides]
    sides = [*(side for chain in chains for side in chain.sides), *beside]
    read_of = {id(s): with_denoted(lower_first(s.read), s.piece.place, meanings) for s in sides}
    read_of = with_dots(with_assigned(read_of))
    set_to = several(read_of.values())
    read_of = {at: given(tokens, set_to) for at, tokens in read_of.items()}
    if functions := energies(read_of.values()):
        read_of = {at: with_energies(tokens, functions) for at, tokens in read_of.items()}
    every = [*read_of.values()]
    names = unreserved(every), scripted(every), settings(every)
    lasts, letters = _lasts(every) | dict.fromkeys(of_values(every), ""), _letters_of(every)
    read_of = {at: all_drawn(tokens) for at, tokens in read_of.items()}
    every = [*read_of.values()]
    prose = Prose(source, section)
    given_by = [side for shown in filter(prose.gives, section.inline) for side in shown.sides]
    for side in (*(side for chain in chains for side in chain.sides), *given_by):
        section.copied |= {base: index for base, index in copied(read_of[id(side)]) if base}
    section.copied |= dict(copies_beside(prose, section, every))
    applied = {a.family for tokens in every for a in applications(tokens)} | {*known}
    read_of = {at: with_averaged(tokens, means) for at, tokens in read_of.items()}
    new = {id(s): _side(s, read_of[id(s)], lasts, read, applied, names, letters) for s in sides}
    section.inline = [
        replace(shown, sides=tuple(new[id(side)] for side in shown.sides))
        for shown in section.inline
    ]
    for chain in chains:
        chain.start = new[id(chain.start)]
        chain.lines = [new[id(side)] for side in chain.lines]


def _has_event(tokens: Tokens) -> bool:
    r"""Whether a density is said of a set, `p(x \in A)`: a probability, which isn't read."""
    return any(
        token.text == "in" and tokens[at - 2].text in ("(", ",") and label_at(tokens, at - 3)[0]
        for at, token in enumerate(tokens)
        if at > 2
    )


def _side(
    side: Side,
    tokens: Tokens,
    lasts: Mapping[str, str],
    read: Sequence[tuple[Tokens, Tokens]],
    applied: Container[str],
    names: tuple[Mapping[str, str], frozenset[str], frozenset[str]],
    letters: Container[str],
) -> Side:
    if not tokens:
        return side
    tokens = under_names(with_scripts(with_own(tokens, names[0]), *names[1:]), applied)
    for written, meant in read:
        tokens = _replaced(tokens, written, meant)
    if _has_event(tokens):
        return replace(side, tokens=Unread("membership"))
    tokens = _mutual(_differential(_labelled(together(tokens), letters), letters))
    remarks = []
    for index, last in lasts.items():
        again = _ranged(tokens, index, last) if last else with_values(tokens, index)
        if again != tokens:
            read_as = f"{index} = 1 to {last}" if last else f"all values of {index}"
            data = ("written", f"sum_{index}"), ("read", read_as)
            remarks.append(Remark("range", data))
            tokens = again
    return replace(side, tokens=tokens, remarks=(*side.remarks, *remarks))


# -- what a comment says that something is read as -----------------------------------------------


def _read(text: Text) -> tuple[Tokens, Tokens]:
    """What is written, and what it is read as: `KL(q || p) = KL(q(z) || p(z))`, `E_q = q(z)`."""
    try:
        tokens = tuple(tokenize(text.value)[:-1])
    except FormulaError as error:
        raise DiagnosticError(text.diagnostic(error.code, error.span, **error.data)) from error
    equal = [at for at, token in enumerate(tokens) if token.text == "="]
    if len(equal) != 1 or not 0 < equal[0] < len(tokens) - 1:
        raise DiagnosticError(text.diagnostic("unread-reading"))
    written, meant = tokens[: equal[0]], tokens[equal[0] + 1 :]
    if written[0].text == "E":
        meant = (*made("E_{", written), *meant, *made("}", written))
    return written, meant


def _replaced(tokens: Tokens, written: Tokens, meant: Tokens) -> Tokens:
    """Tokens with one part of them, wherever it stands, read as another."""
    texts = [token.text for token in written if token.text not in ("{", "}")]
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        end = _matched(tokens, at, texts)
        following = tokens[end].text if end < len(tokens) else ""
        if end and not (written[0].text == "E" and following == "_"):
            found += moved(meant, tokens[at:end])
        else:
            end = at + 1
            found.append(tokens[at])
        at = end
    return tuple(found)


def _matched(tokens: Tokens, at: int, texts: Sequence[str]) -> int:
    """Behind these texts where they stand at a place, braces apart; else 0."""
    depth = 0
    for text in texts:
        while at < len(tokens) and tokens[at].text == "{":
            at, depth = at + 1, depth + 1
        if at >= len(tokens) or tokens[at].text != text:
            return 0
        at += 1
        while depth and at < len(tokens) and tokens[at].text == "}":
            at, depth = at + 1, depth - 1
    return 0 if depth else at


# -- p_{X | Y}(x | y) ------------------------------------------------------------------------------


def _labelled(tokens: Tokens, letters: Container[str]) -> Tokens:
    """`p_{X | Y}(x | y)` as p(x | y), `q_{Z | X = x}(z)` as q(z | x): such a subscript says which
    density of the family it is. `P_{XY}` alone is P(x, y), where these are variables."""
    at = len(tokens) - 1
    while at >= 0:
        label, opened = script_at(tokens, at + 1)
        density = application_at(tokens, at) if label and tokens[at].kind == "name" else None
        if density is not None and (at == 0 or tokens[at - 1].text != "_"):
            written = _letters(density.left), _letters(density.right)
            left, right = _capitals(label)
            if left and (left, right) == written:
                tokens = (*tokens[: at + 1], *tokens[opened:])
            elif left and right and left == written[0] and not density.bar:
                given = made(f"| {', '.join(right)}", label)
                end = density.end - 1
                tokens = (*tokens[: at + 1], *tokens[opened:end], *given, *tokens[end:])
        elif label and tokens[at].text in DENSITIES and not _opens(tokens, opened):
            left, right = _capitals(label)
            if left and all(letter in letters for letter in left + right):
                bar = f" | {', '.join(right)}" if right else ""
                inside = made(f"({', '.join(left)}{bar})", label)
                tokens = (*tokens[: at + 1], *inside, *tokens[opened:])
        at -= 1
    return tokens


def _letters_of(formulas: Iterable[Tokens]) -> frozenset[str]:
    """The variables of densities, entropies and informations, in small letters too."""
    found = {letter for each in formulas for letter in informed(each)}
    for each in formulas:
        densities = (a for a in applications(each) if a.family != "h")
        bases = {v.base for a in densities for v in (*a.left, *a.right)}
        found |= bases | {base.lower() for base in bases}
    return frozenset(found)


def _opens(tokens: Tokens, at: int) -> bool:
    return at < len(tokens) and tokens[at].text in OPEN


def _letters(variables: Sequence[Variable]) -> list[str]:
    return sorted(variable.base.lower() for variable in variables)


def _capitals(label: Tokens) -> tuple[list[str], list[str]]:
    """The variables that a subscript has in capitals, before its bar and behind it; none where it
    has anything else."""
    sides: tuple[list[str], list[str]] = ([], [])
    behind, at = 0, 0
    while at < len(label):
        text = label[at].text
        if text == "|" and not behind:
            behind = 1
        elif text == "=" and sides[behind]:
            at += 1  # the value, which is called as the variable is, or is another of its kind
            value = label[at].text if at < len(label) else ""
            if plain_base(value) != sides[behind][-1]:
                return [], []
            sides[behind][-1] = value
        elif text.isalpha() and text.isupper():
            sides[behind].extend(text.lower())
        elif text != ",":
            return [], []
        at += 1
    return sorted(sides[0]), sorted(sides[1])


# -- h(X) ------------------------------------------------------------------------------------------


def _differential(tokens: Tokens, letters: Container[str]) -> Tokens:
    """`h(X)` and `h(X | Y)` as H, where no density has these capitals; Euler's number alone."""
    for at in range(len(tokens) - 1, -1, -1):
        text, following = tokens[at].text, tokens[at + 1].text if at + 1 < len(tokens) else ""
        if text == "h" and following == "(":
            inside = tokens[at + 2 : closing(tokens, at + 1)]
            names = [token.text for token in inside if token.kind == "name"]
            if names and all(plain_base(n).isupper() and n not in letters for n in names):
                tokens = (*tokens[:at], tokens[at]._replace(text="H"), *tokens[at + 1 :])
        elif text == "e" and following not in ("^", "(", "_") and "e" not in letters:
            tokens = (*tokens[:at], *made("exp(1)", tokens[at : at + 1]), *tokens[at + 1 :])
    return tokens


# -- I(X, Y) ---------------------------------------------------------------------------------------


def _mutual(tokens: Tokens) -> Tokens:
    """`I(X, Y)` as I(X; Y), and `H(q(z); p(z))` as H(q(z), p(z))."""
    for at, token in enumerate(tokens):
        opened = script_at(tokens, at + 1)[1] if token.text in ("I", "H") else 0
        if not opened or opened >= len(tokens) or tokens[opened].text not in OPEN:
            continue
        end = closing(tokens, opened)
        tokens = (*tokens[:opened], *map(_small, tokens[opened:end]), *tokens[end:])
        inside = range(opened + 1, end)
        commas = [place for place in inside if tokens[place].text == ","]
        if token.text == "H":
            first = application_at(tokens, opened + 1)
            second = application_at(tokens, first.end + 1) if first else None
            if first and second and tokens[first.end].text == ";" and second.end == end:
                tokens = _marked(tokens, first.end, ",")
        elif len(commas) == 1 and not any(tokens[place].text in (";", "|") for place in inside):
            tokens = _marked(tokens, commas[0], ";")
    return tokens


def _small(token: Token) -> Token:
    r"""The random variable `\hat X` as its values are called."""
    plain = plain_base(token.text)
    capital = len(plain) == 1 and plain.isupper() and plain not in {token.text, *DENSITIES}
    return token._replace(text=plain.lower() + token.text[1:]) if capital else token


def _marked(tokens: Tokens, at: int, mark: str) -> Tokens:
    return (*tokens[:at], tokens[at]._replace(text=mark), *tokens[at + 1 :])


# -- sum_i, sum_{t > 1} ----------------------------------------------------------------------------


def _lasts(formulas: Sequence[Tokens]) -> dict[str, str]:
    """The indices over which there are sums without ends, each with the last value it takes."""
    known = {index: high for each in formulas for index, _, high in ranges(each)}
    variables = Counter(
        variable
        for each in formulas
        for application in applications(each)
        for variable in (*application.left, *application.right)
    )
    applied = {a.family for each in formulas for a in applications(each)}
    bases = {variable.base for variable in variables} | applied
    slices = (each for each in variables if ":" in each.script)
    known_ends = {*known.values()} | {" ".join(each.ends[1]) for each in slices}
    names = {token.text for each in formulas for token in each}
    found: dict[str, str] = {}
    for each in formulas:
        for at in range(len(each)):
            index, _ = _unended(each, at)
            if index and index not in bases and len(index) == 1:
                own = _LAST.get(index, "N")  # as in `1 / N sum_n`, where it is a number
                free = (last for last in (own, "N", "M", "J", "L")
                        if last not in (bases if last == own else names) - known_ends)  # fmt: skip
                found.setdefault(index, known.get(index) or next(free, ""))
    return {index: last for index, last in found.items() if last}


def _unended(tokens: Tokens, at: int) -> tuple[str, str]:
    """The name under the sum or product at a place, where it has no upper end, and its lower one:
    1, or what it is said to be from, `t > 1`."""
    if tokens[at].text not in ("sum", "prod") or tokens[at].kind != "name":
        return "", ""
    script, behind = script_at(tokens, at + 1)
    ended = behind < len(tokens) and tokens[behind].text == "^"
    if ended or not script or script[0].kind != "name" or len(script) not in (1, 3):
        return "", ""
    if len(script) == 1:
        return script[0].text, "1"
    low = script[2].text
    if not low.isdigit() or script[1].text not in ("=", ">=", ">"):
        return "", ""
    return script[0].text, str(int(low) + (script[1].text == ">"))


def _ranged(tokens: Tokens, index: str, last: str) -> Tokens:
    at = len(tokens) - 1
    while at >= 0:
        name, low = _unended(tokens, at)
        if name == index:
            script, behind = script_at(tokens, at + 1)
            ends = made(f"_{{{index} = {low}}}^{{{last}}}", script)
            tokens = (*tokens[: at + 1], *ends, *tokens[behind:])
        at -= 1
    return tokens
