r"""Names that are more than a letter: with scripts above and below, `\mathcal{L}^{\text{IW}}_K`;
those that the language has for something else, `e(z | x)`, H, I, E that are of nothing; densities
under several settings of their parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from verifier.documents.arguments import bound_in
from verifier.documents.context import ENDS, OPEN, product_end, script_at, script_of
from verifier.documents.families import DENSITIES, ENERGIES
from verifier.documents.formulas import Tokens, application_at, applications, closing, past
from verifier.documents.ranges import ranges
from verifier.formula.lexer import Token
from verifier.formula.reader import RESERVED
from verifier.formula.spellings import LETTER_NAMES

# -- X, x ----------------------------------------------------------------------------------------

_OF_VARIABLES = frozenset({"KL", "D", "H", "I", "E"})  # a capital in these is a random variable


def own_capitals(pairs: Iterable[tuple[Tokens, Tokens]]) -> Iterator[str]:
    """The capitals that aren't the variables in small letters: the text says what they are, `X =
    (x_1, .., x_N)`, or a line has the same density of both, and binds neither."""
    for one, other in pairs:
        said = [token.text for token in other]
        if len(one) == 1 and one[0].text.isupper() and said != [one[0].text.lower()]:
            yield one[0].text
        free = [*_free(one), *_free(other)]
        names = {name for names, _ in free for name in names}
        for capital in (name for name in names if name.isupper() and len(name) == 1):
            small = capital.lower()
            shapes = [{s for names, s in free if name in names} for name in (capital, small)]
            if {text.replace(capital, small) for text in shapes[0]} & shapes[1]:
                yield capital


def _free(tokens: Tokens) -> Iterator[tuple[set[str], str]]:
    """The densities outside of entropies and means: their variables that nothing binds, and how
    each is written."""
    bound = bound_in(tokens)
    end = 0
    for at, token in enumerate(tokens):
        if token.text in _OF_VARIABLES:
            opened = script_at(tokens, at + 1)[1]
            opens = opened < len(tokens) and tokens[opened].text in OPEN
            end = max(end, past(tokens, opened) if opens else opened)
        density = application_at(tokens, at) if at >= end else None
        if density is not None:
            names = {variable.base for variable in (*density.left, *density.right)}
            yield names - bound, "".join(t.text for t in tokens[density.start : density.end])


# -- e(z | x), H = .. ------------------------------------------------------------------------------

_INSTEAD = {"e": "enc", "E": "U", "H": "Ent", "I": "Info"}
_ALONE = ENDS | {"*", "/", "|", ";"}  # behind a name that is of nothing


def unreserved(formulas: Sequence[Tokens]) -> dict[str, str]:
    """What stands for names that the language has for something else: where nothing is called so
    yet, and e is an encoder."""
    taken = {token.text for each in formulas for token in each}
    encoder = any(_given(each, at) for each in formulas for at in range(len(each)))
    free = {old: new for old, new in _INSTEAD.items() if new not in taken}
    return {old: new for old, new in free.items() if old != "e" or encoder}


def _given(tokens: Tokens, at: int) -> bool:
    """Whether e stands here as a density given something: an encoder, and not Euler's number."""
    if tokens[at].text != "e" or at + 1 >= len(tokens) or tokens[at + 1].text != "(":
        return False
    density = application_at((tokens[at]._replace(text=_INSTEAD["e"]), *tokens[at + 1 :]), 0)
    return density is not None and density.bar


def with_own(tokens: Tokens, instead: Mapping[str, str]) -> Tokens:
    """Tokens with names of their own for what the language has for something else."""
    found = [*tokens]
    for at, token in enumerate(tokens):
        if token.kind != "name" or token.text not in instead or (at and tokens[at - 1].text == "_"):
            continue
        behind = (script_of if token.text in ("H", "I") else script_at)(tokens, at + 1)[1]
        following = tokens[behind].text if behind < len(tokens) else ")"
        if token.text == "H" and following == "(" and _of_settings(tokens, behind):
            found[at] = token._replace(text=instead["H"])
        if following == "(" if token.text == "e" else following in _ALONE:
            found[at] = token._replace(text=instead[token.text])
    return tuple(found)


def _of_settings(tokens: Tokens, opened: int) -> bool:
    """Whether what stands in a bracket are two settings of one parameter, `H(theta | theta_t)` in
    expectation maximisation: no entropy is of these."""
    inside = tokens[opened + 1 : closing(tokens, opened)]
    letters = [token.text for token in inside if token.text in LETTER_NAMES]
    marks = [place for place, token in enumerate(inside) if token.text in ("|", ",", ";")]
    if len(marks) != 1 or not _are_letters(inside[marks[0] + 1 :]):
        return False
    return _are_letters(inside[: marks[0]]) and len(letters) == 2 and letters[0] == letters[1]


# -- p(x; theta_t), p_{theta_t}(x) -----------------------------------------------------------------


def _settings_of(tokens: Tokens) -> Iterator[tuple[str, int, Tokens, int, int]]:
    """Each density with Greek letters for its parameters, behind a semicolon or as a subscript: its
    base, where it begins, the parameters, where its bracket opens and where they stand in it, or
    where it closes."""
    for at, token in enumerate(tokens):
        if token.text not in DENSITIES or (at and tokens[at - 1].text == "_"):
            continue
        script, opened = script_at(tokens, at + 1)
        if opened >= len(tokens) or tokens[opened].text != "(":
            continue
        end = closing(tokens, opened)
        marks = (place for place in range(opened, end) if tokens[place].text == ";")
        place = next(marks, end)
        parameters = script or tokens[place + 1 : end]
        if end < len(tokens) and _are_letters(parameters) and not (script and place < end):
            yield token.text, at, parameters, opened, place


def _are_letters(tokens: Tokens) -> bool:
    """Whether a list of Greek letters stands here, each with its scripts or without."""
    at = 0
    while at < len(tokens) and tokens[at].text in LETTER_NAMES:
        at += 1
        while at + 1 < len(tokens) and tokens[at].text in ("_", "^"):
            at = past(tokens, at + 1) if tokens[at + 1].text in ("{", "(") else at + 2
        if at == len(tokens):
            return True
        at += tokens[at].text == ","
    return False


def several(formulas: Iterable[Tokens]) -> frozenset[str]:
    """The densities that are written under several settings of the same parameters."""
    found: dict[str, set[str]] = {}
    letters: dict[str, set[frozenset[str]]] = {}
    for each in formulas:
        for base, _, parameters, _, _ in _settings_of(each):
            found.setdefault(base, set()).add("".join(t.text for t in parameters))
            own = frozenset(t.text for t in parameters if t.text in LETTER_NAMES)
            letters.setdefault(base, set()).add(own)
    return frozenset(b for b, lists in found.items() if len(lists) > 1 and len(letters[b]) == 1)


def given(tokens: Tokens, families: frozenset[str]) -> Tokens:
    """Tokens with the parameters of these densities as what they are given, behind the bar."""
    for base, at, parameters, opened, place in reversed([*_settings_of(tokens)]):
        if base in families:
            end = closing(tokens, opened)
            inside = tokens[opened:place]
            barred = any(token.text == "|" for token in inside)
            mark = tokens[opened]._replace(kind="symbol", text="," if barred else "|")
            written = (tokens[at], *inside, mark, *parameters, tokens[end])
            tokens = (*tokens[:at], *written, *tokens[end + 1 :])
    return tokens


# -- E_theta(x, z) ---------------------------------------------------------------------------------


def _energy(tokens: Tokens, at: int) -> int:
    """Behind what stands at a place as an energy would, E or H at variables in small letters, with
    parameters below it or nothing; 0 where none does."""
    name = ENERGIES.get(tokens[at].text)
    below, _ = script_at(tokens, at + 1)
    if name is None or (below and not (name == "Energy" and _are_letters(below))):
        return 0
    found = application_at((*tokens[:at], tokens[at]._replace(text=name), *tokens[at + 1 :]), at)
    if found is None or found.bar or tokens[found.opened].text != "(":
        return 0
    return 0 if any(variable.base.isupper() for variable in found.left) else found.end


def energies(formulas: Iterable[Tokens]) -> frozenset[str]:
    r"""Which of these are the names of functions: `E_theta(x, z)` is all of a side somewhere, or
    one stands in an exponent, `e^{-\beta E(s)}`."""
    return frozenset(
        each[at].text
        for each in formulas
        for at in range(len(each))
        for end in (_energy(each, at),)
        if end and ((at == 0 and each[1].text == "_" and end == len(each)) or _is_raised(each, at))
    )


def _is_raised(tokens: Tokens, at: int) -> bool:
    """Whether a place is in an exponent of e."""
    opens = (
        place + 1 + (tokens[place].text == "e")
        for place in range(at)
        if tokens[place].text == "exp" or [t.text for t in tokens[place : place + 2]] == ["e", "^"]
    )
    return any(
        each < at and tokens[each].text in (*OPEN, "{") and at < closing(tokens, each)
        for each in opens
    )


def with_energies(tokens: Tokens, names: frozenset[str]) -> Tokens:
    """Tokens with names of their own for these functions."""
    return tuple(
        token._replace(text=ENERGIES[token.text])
        if token.text in names and _energy(tokens, at)
        else token
        for at, token in enumerate(tokens)
    )


# -- L^{IW}_K --------------------------------------------------------------------------------------

_SIGNS = {"+": "plus", "-": "minus", "*": "star"}


def scripted(formulas: Iterable[Tokens]) -> frozenset[str]:
    """The capitals and words that are all of a side with scripts above, or several: they are names
    that the scripts belong to."""
    found = set()
    for each in formulas:
        base = each[0].text if each and each[0].kind == "name" else ""
        name, behind = _joined(each, 0)
        args = behind < len(each) and each[behind].text in OPEN
        whole = behind == len(each) or (args and closing(each, behind) == len(each) - 1)
        if base[:1].isupper() and name and whole and base not in RESERVED:
            found.add(base)
    return frozenset(found)


def settings(formulas: Sequence[Tokens]) -> frozenset[str]:
    r"""The Greek letters that densities are given with scripts above, `p(x | \theta^{(t)})`, where
    no sum is over these."""
    bound = {index for each in formulas for index, _, _ in ranges(each)}
    found: dict[str, bool] = {}
    for each in formulas:
        given = {v.base.partition("^")[0] for a in applications(each) for v in a.right}
        for at, token in enumerate(each[:-1]):
            if token.text in LETTER_NAMES and each[at + 1].text == "^":
                end = past(each, at + 2) if each[at + 2].text in ("{", "(") else at + 3
                free = not any(inner.text in bound for inner in each[at + 2 : end])
                seen, fine = token.text in given, found.get(token.text, True)
                if seen or token.text in found:
                    found[token.text] = fine and free
    return frozenset(letter for letter, fine in found.items() if fine)


def with_scripts(tokens: Tokens, bases: frozenset[str], letters: frozenset[str]) -> Tokens:
    """Tokens with the scripts of these names as one subscript, and of these letters as part of
    them."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        known = tokens[at].text in bases or tokens[at].text in letters
        name, behind = _joined(tokens, at) if known else ("", at)
        if name and tokens[at].text in letters:
            whole = tokens[at]._replace(text=tokens[at].text + name, end=tokens[behind - 1].end)
            found.append(whole)
            at = behind
        elif name:
            place = tokens[at + 1]
            found += (tokens[at], place._replace(kind="symbol", text="_"))
            found.append(place._replace(kind="name", text=name, end=tokens[behind - 1].end))
            at = behind
        else:
            found.append(tokens[at])
            at += 1
    return tuple(found)


def _joined(tokens: Tokens, at: int) -> tuple[str, int]:
    """All scripts of a name as one, letters first, and what is behind them; "" where there is only
    a subscript, or a power."""
    start, words, above = at, [], 0
    at += 1
    while at + 1 < len(tokens) and tokens[at].text in ("_", "^"):
        end = past(tokens, at + 1) if tokens[at + 1].text in ("{", "(") else at + 2
        texts = [_SIGNS.get(token.text, token.text) for token in tokens[at + 1 : end]]
        inside = [text for text in texts if text.isalnum()]
        if tokens[at].text == "^" and not any(text.isalpha() for text in inside):
            return "", start
        above += 2 if tokens[at].text == "^" else 1
        words += inside
        at = end
    letters = [word for word in words if not word.isdigit()]
    digits = [word for word in words if word.isdigit()]
    return ("".join((*letters, *digits)), at) if above > 1 and letters else ("", start)


# -- sum_{z = 1}^K p(x, z) -------------------------------------------------------------------------


def of_values(formulas: Sequence[Tokens]) -> frozenset[str]:
    """The variables of densities that sums run over by all of their values, from 1 to the one last
    that a letter stands for: `sum_{z = 1}^K p(x, z)`."""
    ends: dict[str, set[str]] = {}
    for each in formulas:
        for index, low, high in ranges(each):
            if low == "1" and high.isidentifier():
                ends.setdefault(index, set()).add(high)
    variables = [
        variable
        for each in formulas
        for density in applications(each)
        for variable in (*density.left, *density.right)
    ]
    moving = {name for each in variables for name in each.script}
    plain = {each.base for each in variables if not each.script} - moving
    return frozenset(index for index, last in ends.items() if index in plain and len(last) == 1)


def with_values(tokens: Tokens, name: str) -> Tokens:
    """Sums over all values of a variable without the first and the last."""
    for at in range(len(tokens) - 1, -1, -1):
        script, behind = script_at(tokens, at + 1) if tokens[at].text == "sum" else ((), at)
        index, low, high = next(ranges(tokens[at:]), ("", "", "")) if script else ("", "", "")
        if script and (index, low) == (name, "1") and high.isidentifier():
            braced = tokens[behind + 1].text == "{"
            end = past(tokens, behind + 1) if braced else behind + 2
            tokens = (*tokens[: at + 1], *_under(script[:1]), *tokens[end:])
    return tokens


def _under(name: Tokens) -> Tokens:
    mark = name[0]._replace(kind="symbol", text="_")
    return (mark, mark._replace(text="{"), *name, mark._replace(text="}"))


# -- sum_k p(z = k) p(x | z = k) -------------------------------------------------------------------


def with_assigned(formulas: Mapping[int, Tokens]) -> dict[int, Tokens]:
    """Sums over the values of a variable that densities are said at, `sum_k p(z = k)`, as sums over
    it: up to the one last that a letter stands for, or without ends."""
    lasts = {high for tokens in formulas.values() for *_, high in _of_assigned(tokens)} - {""}
    plain = len(lasts) <= 1 and all(high.isidentifier() for high in lasts)
    return {at: _over_values(tokens) if plain else tokens for at, tokens in formulas.items()}


def _of_assigned(tokens: Tokens) -> Iterator[tuple[int, slice, list[tuple[int, int]], str]]:
    """The sums whose index densities say a variable to be, the last first: where each stands, and
    what it is of; where the variables stand that are said to be the index, and its last value."""
    for at in range(len(tokens) - 1, -1, -1):
        script, behind = script_at(tokens, at + 1) if tokens[at].text == "sum" else ((), at)
        index = [token.text for token in script[:1]]
        high = next(ranges(tokens[at:]), ("", "", ""))[2] if index else ""
        if behind + 1 < len(tokens) and tokens[behind].text == "^":
            braced = tokens[behind + 1].text == "{"
            behind = past(tokens, behind + 1) if braced else behind + 2
        end = product_end(tokens, behind) if index else behind
        assigned = [*_assigned(tokens[:end], behind, index[0])] if index else []
        if assigned:
            yield at, slice(behind, end), assigned, high


def _over_values(tokens: Tokens) -> Tokens:
    """The sums of an expression over variables, where what they count stands nowhere else and the
    variable is always said to be that."""
    for at, within, assigned, _ in [*_of_assigned(tokens)]:
        script, _ = script_at(tokens, at + 1)
        if [token.text for token in script[1:]] not in ([], ["=", "1"]):
            continue
        variable, body = tokens[slice(*assigned[0])], tokens[within]
        names = {tuple(t.text for t in tokens[start:stop]) for start, stop in assigned}
        counts = [token.text for token in body].count(script[0].text)
        size = len(variable)
        same = sum([t.text for t in body[i : i + size]] == [t.text for t in variable]
                   for i in range(len(body)))  # fmt: skip
        if len(names) == 1 and len(assigned) == counts == same:
            gone = {p - within.start for _, stop in assigned for p in (stop, stop + 1)}
            body = tuple(token for place, token in enumerate(body) if place not in gone)
            tokens = (*tokens[: at + 1], *_under(variable), *body, *tokens[within.stop :])
    return tokens


def _assigned(tokens: Tokens, behind: int, index: str) -> Iterator[tuple[int, int]]:
    """Where the variables begin and end that are said to be an index, in the lists of densities."""
    for at in range(behind + 2, len(tokens) - 1):
        equal = tokens[at].text == index and tokens[at - 1].text == "="
        if equal and tokens[at + 1].text in (")", "]", "|", ",", ";"):
            start = at - 1
            while start > behind and tokens[start - 1].text not in ("(", "[", "|", ",", ";"):
                start -= 1
            yield start, at - 1
