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

from sympy import Basic, Tuple

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
    return term if arguments == term.args else term.func(*arguments)


def rename(term: Any, names: Mapping[Var, Var]) -> Any:
    """Replace variables, bound ones too, where tags rule out any capture (see `bind`)."""
    if isinstance(term, Var):
        return names.get(term, term)
    if not term.args or isinstance(term, _CLOSED):
        return term
    return rebuild(term, lambda part: rename(part, names))


def bind(kind: Callable[..., Any], variables: Any, *parts: Basic) -> Any:
    """`kind(*parts, bound)` with `variables`, free in `parts`, bound by it."""
    tag = 1 + max((height(part) for part in parts), default=0)
    names = {variable: variable.tagged(tag) for variable in variables}
    if len(set(names.values())) < len(names):
        raise ValueError("two variables of one binder share a slot")
    return kind(*(rename(part, names) for part in parts), slots(names.values()))


_FRESH = count(1)


def fresh_tag() -> int:
    """A tag for opened variables that no term has."""
    return -next(_FRESH)


def unbind(binder: Binder, tag: int | None = None) -> tuple[tuple[Var, ...], tuple[Any, ...]]:
    """A binder's variables, opened with `tag` (fresh unless given), and its parts over them."""
    tag = fresh_tag() if tag is None else tag
    names = {variable: variable.tagged(tag) for variable in binder.bound}
    return tuple(names.values()), tuple(rename(part, names) for part in binder.parts)


def substitute(term: Any, values: Mapping[Var, Var]) -> Any:
    """Replace free variables by variables, renaming bound ones out of the way."""
    if isinstance(term, Var):
        return values.get(term, term)
    if isinstance(term, _CLOSED) or not free_variables(term) & values.keys():
        return term
    if isinstance(term, Binder):
        opened, parts = unbind(term)
        return bind_again(term, opened, (substitute(part, values) for part in parts))
    return rebuild(term, lambda part: substitute(part, values))


def bind_again(binder: Binder, opened: tuple[Var, ...], parts: Any) -> Any:
    """Close what `unbind` opened, over changed parts."""
    return bind(binder.func, opened, *parts)


def alpha_equal(left: Basic, right: Basic) -> bool:
    """Whether two terms differ in the names of bound variables at most."""
    return bool(left == right)


def replace_at(term: Any, path: tuple[int, ...], new: Any) -> Any:
    """The term with the argument at `path` replaced.

    Under binders `new` is what stands inside the opened binders, as `opened_at` shows it.
    """
    if not path:
        return new
    here, rest = path[0], path[1:]
    parts = list(term.args)
    parts[here] = replace_at(parts[here], rest, new)
    return term.func(*parts)


def all_bound(variables: Tuple) -> bool:
    """Whether every variable of a Tuple is bound."""
    return all(variable.tag > 0 for variable in variables)
