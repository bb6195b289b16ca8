"""Free variables, binding and substitution without capture. The only place.

Locally nameless: outside its binder a bound variable never shows. `bind` closes variables with the
tag 1 + the highest tag bound inside, so alpha-equal terms are equal; `unbind` opens a binder with
variables of a tag that the caller has made fresh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import count
from operator import is_
from typing import Any

from sympy import Basic, Expr, Symbol

from verifier.kernel.sequences.ranges import Order, Undecided, affine
from verifier.kernel.terms import Abbreviation, Binder, Closed, Index, Indexed, Var, slots


@lru_cache(maxsize=65536)
def free_variables(term: Basic) -> frozenset[Var]:
    """The variables that stand free in a term (those that `unbind` opened count as free).

    Of the elements that a sum or a product runs over, the slice from the first to the last.
    """
    if isinstance(term, Var):
        return frozenset() if term.tag > 0 else frozenset({term})
    if isinstance(term, Closed):
        return frozenset()
    found = frozenset[Var]().union(*(free_variables(part) for part in term.args))
    if isinstance(term, Indexed):
        return frozenset(hull(variable, term.index) for variable in found)
    return found


def hull(variable: Var, index: Index) -> Var:
    """All that a part of a sequence covers while an index runs over its range."""
    if not variable.ends or index not in _ends_in(variable.ends):
        return variable
    low = _extreme(variable.low, index, lowest=True)
    return variable.between(low, _extreme(variable.high, index, lowest=False))


def _extreme(end: Expr, index: Index, lowest: bool) -> Expr:
    """The least or greatest value of an affine end over an index's range."""
    rising = affine(end).get(index, 0) > 0
    return replaced(end, {index: index.low if rising == lowest else index.high})


@lru_cache(maxsize=65536)
def free_indices(term: Basic) -> frozenset[Index]:
    """The indices that stand free in a term."""
    own = frozenset({term} if isinstance(term, Index) and term.tag <= 0 else ())
    return own.union(*map(free_indices, term.args))


@lru_cache(maxsize=65536)
def height(term: Basic) -> int:
    """The highest tag bound in a term; 0 without binders."""
    inside: int = max((height(part) for part in term.args), default=0)
    if isinstance(term, Binder):
        return int(max([inside, *(variable.tag for variable in term.bound)]))
    return max(inside, term.index.tag) if isinstance(term, Indexed) else inside


def rebuild(term: Basic, change: Callable[[Any], Any]) -> Any:
    """The same node over changed arguments; the node itself when nothing changed."""
    arguments = [change(part) for part in term.args]
    return term if all(map(is_, arguments, term.args)) else term.func(*arguments)


def unfolded(term: Any) -> Any:
    """A term without abbreviations."""
    return unfolded(term.body) if isinstance(term, Abbreviation) else rebuild(term, unfolded)


def replaced(term: Any, values: Mapping[Any, Any]) -> Any:
    """Replace indices and parameters by integers, at every place, the ends of slices too."""
    if not term.args:
        return values.get(term, term) if isinstance(term, Symbol) else term
    if _ends_in(term).isdisjoint(values):
        return term
    if isinstance(term, Var):
        low, high = term.low, term.high
        start = replaced(low, values)
        return term.between(start, start if high is low else replaced(high, values))
    found = values.get(term)
    return rebuild(term, lambda part: replaced(part, values)) if found is None else found


@lru_cache(maxsize=65536)
def _ends_in(term: Basic) -> frozenset[Basic]:
    """The indices and the symbols that stand in a term, in the ranges of indices too."""
    own = frozenset({term}) if isinstance(term, Index | Symbol) else frozenset[Basic]()
    return own.union(*map(_ends_in, term.args))


def renamed(variable: Var, names: Mapping[Var, Var]) -> Var:
    """A variable under its new name: its own, or that of what it is a part of."""
    if variable in names:
        return names[variable]
    root = names.get(variable.root)
    return variable if root is None else variable.tagged(root.tag)


def rename(term: Any, names: Mapping[Var, Var]) -> Any:
    """Replace variables, bound ones too, where tags rule out any capture (see `bind`)."""
    if isinstance(term, Var):
        return renamed(term, names)
    if not term.args or _standing(term).isdisjoint(names):
        return term
    return rebuild(term, lambda part: rename(part, names))


@lru_cache(maxsize=65536)
def _standing(term: Basic) -> frozenset[Var]:
    """The variables that stand in a term, and those of which they are parts."""
    if isinstance(term, Var):
        return frozenset({term, term.root}) if term.ends else frozenset({term})
    if isinstance(term, Closed | Index):
        return frozenset()
    return frozenset[Var]().union(*map(_standing, term.args))


def occurring(term: Basic) -> Iterator[Var]:
    """The variables that stand in a term, just as they stand there."""
    if isinstance(term, Var):
        yield term
    elif not isinstance(term, Closed):
        for part in term.args:
            yield from occurring(part)


def bind(kind: Any, variables: Any, *parts: Basic, order: Order | None = None) -> Any:
    """`kind(*parts, bound)` with `variables`, free in `parts`, bound by it.

    Two variables of one slot, as of merged integrals, stay two. Of a slice all that was opened with
    it is bound; of one that was not (tag 0), what lies within it by the order of the model, or for
    all values of parameters where none is given. Raises Undecided.
    """
    tag = 1 + max((height(part) for part in parts), default=0)
    names: dict[Var, Var] = {}
    roots: dict[Var, Var] = {}
    for variable in variables:
        root = variable.root
        closed = variable.tagged(roots[root].tag if root in roots else tag)
        while closed in names.values():
            closed = closed.tagged(closed.tag + 1)
        names[variable] = closed
        if variable.tag and not is_fixed(variable):
            roots[root] = closed.root
    closing = {**names, **_within(parts, names, order), **roots}
    return kind(*(rename(part, closing) for part in parts), slots(names.values()))


def _within(
    given: Iterable[Basic], names: Mapping[Var, Var], order: Order | None
) -> dict[Var, Var]:
    """New names for parts of slices as they were written. Raises Undecided."""
    written = [v for v in names if v.tag == 0 and v.ends]
    if not written:
        return {}
    parts = {part for term in given for part in occurring(term) if part.tag == 0 and part.ends}
    found, order = {}, order or Order()
    for part in parts - names.keys():
        whole = order.whole_of(part, written)
        if whole is not None and is_fixed(whole) and part.low != part.high:
            raise Undecided
        if whole is not None:
            new = names[whole]
            found[part] = new if is_fixed(whole) else Var(new.name, part.ends, new.tag)
    return found


def bind_index(kind: Callable[..., Any], index: Index, body: Expr) -> Any:
    """`kind(body, index)` with an index, free in the body, bound by it."""
    closed = index.tagged(1 + height(body))
    return kind(replaced(body, {index: closed}), closed)


_FRESH = count(1)


def fresh_tag() -> int:
    """A tag for opened variables that no term has."""
    return -next(_FRESH)


@lru_cache(maxsize=16384)
def unbind(binder: Binder, tag: int | None = None) -> tuple[tuple[Var, ...], tuple[Any, ...]]:
    """A binder's variables, opened, and its parts over them.

    The tag is the binder's own, the same at each call: no binder stands inside itself, so that
    opened binders never share a variable. With `tag` 0 the parts read as they were written.
    """
    opened = {v.root: fresh_tag() if tag is None else tag for v in binder.bound}
    names = {v: v.tagged(opened[v.root]) for v in binder.bound}
    whole = {root: root.tagged(new) for root, new in opened.items()} | names
    return tuple(names.values()), tuple(rename(part, whole) for part in binder.parts)


@lru_cache(maxsize=16384)
def unbind_index(term: Indexed) -> tuple[Index, Any]:
    """The index of a sum or a product, opened, and its body over it; the same at each call."""
    index = term.index.tagged(fresh_tag())
    return index, replaced(term.body, {term.index: index})


def as_written(term: Any) -> Any:
    """A term with the variables that `unbind` opened under the names that they were written by."""
    opened = {v: v.tagged(0) for v in free_variables(term) if v.tag < 0}
    return rename(term, opened) if opened else term


def substitute(term: Any, values: Mapping[Var, Var], order: Order | None = None) -> Any:
    """Replace free variables by variables, renaming bound ones out of the way. Parts of a slice go
    with it: those within it by the order, as in `bind`. Raises Undecided."""
    values = {v: new for v, new in values.items() if v != new}
    if not values:
        return term
    whole = {v: new for v, new in values.items() if v.ends == new.ends}
    slices = {v: new for v, new in whole.items() if not is_fixed(v)}
    opened = {v.root: w.root for v, w in slices.items() if v.tag}
    return _substitute(term, {**_within((term,), slices, order), **values, **opened})


def _substitute(term: Any, values: Mapping[Var, Var]) -> Any:
    if isinstance(term, Var):
        return renamed(term, values)
    if isinstance(term, Closed | Index) or not _mentions(free_variables(term), values):
        return term
    if isinstance(term, Binder):
        opened, parts = unbind(term)
        return bind(term.func, opened, *(_substitute(part, values) for part in parts))
    return rebuild(term, lambda part: _substitute(part, values))


def is_fixed(variable: Var) -> bool:
    """Whether a variable is one name: `x`, `z_1`, and no part of a sequence that may be cut."""
    return not variable.ends or bool(variable.low == variable.high and variable.low.is_Integer)


def _mentions(variables: Iterable[Var], values: Mapping[Var, Var]) -> bool:
    return any(v in values or (v.ends and v.root in values) for v in variables)
