"""Where a bound variable or an index occurs, as far as the writing shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from verifier.formula.written import Call, Law, Name, Variable, Written


def shown_names(node: Written) -> Iterator[str]:
    """The names that a node itself writes, leaving out those of the nodes below it."""
    match node:
        case Variable(base=name) | Name(name=name) | Call(name=name):
            yield name
        case Law(family=str(name)):
            yield name
        case _:
            pass


def occurs(
    bound: Iterable[Variable | str], body: Written, hides: Callable[[str, str], bool]
) -> bool:
    """Whether one of the bound variables and indices is written in a body, free or bound again.

    `hides(name, base)` answers for names that stand for a text elsewhere, such as abbreviations.
    """
    bound = tuple(bound)
    return any(_shows(part, one, hides) for part in body.walk() for one in bound)


def _shows(part: Written, one: Variable | str, hides: Callable[[str, str], bool]) -> bool:
    base = one if isinstance(one, str) else one.base
    if isinstance(part, Variable):
        return part.base == base and (isinstance(one, str) or not _apart(part, one))
    return any(name == base or hides(name, base) for name in shown_names(part))


def _apart(one: Variable, other: Variable) -> bool:
    """Whether two elements of one sequence are written apart: `z_1` and `z_2`, `z_t` and `z_s`."""
    return one.form == other.form == "element" and one != other
