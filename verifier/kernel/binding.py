"""Free variables, binding and substitution without capture. The only place.

Locally nameless: outside its binder a bound variable never shows. `bind` closes variables with the
tag 1 + the highest tag bound inside, so alpha-equal terms are equal; `unbind` opens a binder with
variables of a tag that the caller has made fresh.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import count
from typing import Any

from sympy import Basic

from verifier.kernel.terms import Binder, Information, Var, VariableEntropy, slots

_CLOSED = (VariableEntropy, Information)


@lru_cache(maxsize=65536)
def free_variables(term: Basic) -> frozenset[Var]:
    """The variables that stand free in a term (those that `unbind` opened count as free)."""
    if isinstance(term, Var):
        return frozenset() if term.tag > 0 else frozenset({term})
    if isinstance(term, _CLOSED):
        return frozenset()
    return frozenset().union(*(free_variables(part) for part in term.args))


@lru_cache(maxsize=65536)
def height(term: Basic) -> int:
    """The highest tag bound in a term; 0 without binders."""
    inside: int = max((height(part) for part in term.args), default=0)
    if isinstance(term, Binder):
        return int(max([inside, *(variable.tag for variable in term.bound)]))
    return inside


def rebuild(term: Basic, change: Callable[[Any], Any]) -> Any:
    """The same node over changed arguments; the node itself when nothing changed."""
    arguments = tuple(change(part) for part in term.args)
    if all(new is old for new, old in zip(arguments, term.args, strict=True)):
        return term
    return term.func(*arguments)


def rename(term: Any, names: Mapping[Var, Var]) -> Any:
    """Replace variables, bound ones too, where tags rule out any capture (see `bind`)."""
    if isinstance(term, Var):
        return names.get(term, term)
    if not term.args or isinstance(term, _CLOSED):
        return term
    return rebuild(term, lambda part: rename(part, names))


def bind(kind: Callable[..., Any], variables: Any, *parts: Basic) -> Any:
    """`kind(*parts, bound)` with `variables`, free in `parts`, bound by it.

    Two variables of one slot, as of merged integrals, stay two.
    """
    tag = 1 + max((height(part) for part in parts), default=0)
    names: dict[Var, Var] = {}
    for variable in variables:
        closed = variable.tagged(tag)
        while closed in names.values():
            closed = closed.tagged(closed.tag + 1)
        names[variable] = closed
    return kind(*(rename(part, names) for part in parts), slots(names.values()))


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
    names = {v: v.tagged(fresh_tag() if tag is None else tag) for v in binder.bound}
    return tuple(names.values()), tuple(rename(part, names) for part in binder.parts)


def as_written(term: Any) -> Any:
    """A term with the variables that `unbind` opened under the names that they were written by."""
    opened = {v: v.tagged(0) for v in free_variables(term) if v.tag < 0}
    return rename(term, opened) if opened else term


def substitute(term: Any, values: Mapping[Var, Var]) -> Any:
    """Replace free variables by variables, renaming bound ones out of the way."""
    if isinstance(term, Var):
        return values.get(term, term)
    if isinstance(term, _CLOSED) or not free_variables(term) & values.keys():
        return term
    if isinstance(term, Binder):
        opened, parts = unbind(term)
        return bind(term.func, opened, *(substitute(part, values) for part in parts))
    return rebuild(term, lambda part: substitute(part, values))


def alpha_equal(left: Basic, right: Basic) -> bool:
    """Whether two terms differ in the names of bound variables at most."""
    return bool(left == right)
