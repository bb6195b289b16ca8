"""Letters that nothing says anything of and that only stand beneath means: what they stand for may
vary with what the mean is over, `E_q[f]`. A line is proved only where it holds of functions too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from verifier.documents.context import Reading, product_end, script_at
from verifier.documents.formulas import Tokens, applications, past, spelt
from verifier.documents.judging import Judged, Lines
from verifier.formula.lexer import scan

_OPEN = frozenset({"(", "[", r"\{"})


def numbers_in(formulas: Iterable[Tokens]) -> Iterator[str]:
    """The names that stand outside of all means and integrals, and beside something else."""
    for tokens in formulas:
        within = {place for start, end, _ in _binders(tokens) for place in range(start, end)}
        for at, token in enumerate(tokens):
            if token.kind == "name" and at not in within and len(tokens) > 1:
                yield token.text


def as_functions(
    lines: Lines, letters: Iterable[str], one: Reading, relation: str, other: Reading
) -> tuple[str, Judged | None] | None:
    """A line once more with such letters as functions of what the means around them are over, and
    the first of them; None where there are none, no verdict where it can't be read then."""
    defines = [tuple(scan(text)[:-1]) for text in lines.defines]
    formulas = [one.tokens, other.tokens, *defines]
    found = {name: over for name in letters if (over := _over(name, formulas))}
    functions = {name: _declared(name, over, formulas) for name, over in found.items()}
    bodies = [spelt(_applied(each, found)) for each in defines]
    under = lines.varying(functions, bodies) if found else None
    if under is None:
        return None
    left, right = (_applied(each.tokens, found) for each in (one, other))
    again = under.step(left, relation, right)
    return min(found), again if isinstance(again, Judged) else None


def _declared(name: str, over: Iterable[str], formulas: Iterable[Tokens]) -> str:
    """The line of `functions` for a letter: that of a logarithm is positive."""
    logged = any(t.text == name and each[at - 1].text in ("log", "ln")
                 for each in formulas for at, t in enumerate(each))  # fmt: skip
    formals = dict.fromkeys(variable.partition("_")[0] for variable in over)
    return f"{name}({', '.join(formals)}){' > 0' if logged else ''}"


def _over(name: str, formulas: Sequence[Tokens]) -> tuple[str, ...]:
    """What all means around a name are over, wherever it stands; none where it stands alone."""
    common: dict[str, None] | None = None
    for tokens in formulas:
        binders = [*_binders(tokens)]
        for at in _places(tokens, name):
            around = dict.fromkeys(v for a, b, names in binders if a <= at < b for v in names)
            kept = around if common is None else {v: None for v in common if v in around}
            common = kept
    return tuple(common or ())


def _places(tokens: Tokens, name: str) -> Iterator[int]:
    for at, token in enumerate(tokens):
        before, behind = (tokens[p].text if 0 <= p < len(tokens) else "" for p in (at - 1, at + 1))
        if token.text == name and before != "_" and behind not in (*_OPEN, "_"):
            yield at


def _binders(tokens: Tokens) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """What each mean, integral and sum is of, and what it is over."""
    for at, token in enumerate(tokens):
        if token.text not in ("E", "int", "sum"):
            continue
        script, behind = script_at(tokens, at + 1)
        bracket = behind < len(tokens) and tokens[behind].text in _OPEN and token.text == "E"
        end = past(tokens, behind) if bracket else product_end(tokens, behind)
        names = [v.name for law in applications(script) for v in law.left]
        if token.text == "sum":
            names = [spelt(script)] if script else []
        elif token.text == "int":
            inside = tokens[behind:end]
            names = [t.text[1:] for t in inside if t.text[0] == "d" and t.kind == "name"]
            names += [t.text for d, t in pairwise(inside) if d.text == "d"]
        yield behind, end, tuple(name for name in names if name)


def _applied(tokens: Tokens, over: dict[str, tuple[str, ...]]) -> Tokens:
    """Tokens with these names at their variables."""
    for name, variables in over.items():
        for at in reversed([*_places(tokens, name)]):
            inside = scan(f"({', '.join(variables)})")[:-1]
            end = tokens[at].end
            put = (token._replace(start=end, end=end) for token in inside)
            tokens = (*tokens[: at + 1], *put, *tokens[at + 1 :])
    return tokens
