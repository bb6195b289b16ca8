"""The atoms of the normal form, interned: equal nodes are one number, up to bound names.

Binders are closed as in `binding`: bound variables carry the tag 1 + the highest bound inside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any
from zlib import crc32

from sympy import Expr, Rational, Tuple

from verifier.kernel import binding, terms
from verifier.kernel.arithmetic import collapse, factors, power, product, quotient, total
from verifier.kernel.binding import fresh_tag, height, hull, is_fixed, rename, renamed, replaced
from verifier.kernel.polynomials import Kept, Monomial, Polynomial, raised, times
from verifier.kernel.polynomials import Rational as Number
from verifier.kernel.sequences.ranges import Cells, union
from verifier.kernel.terms import Index, Var, end_text, slot_order

Variables = frozenset[Var]
Names = Mapping[Any, Any]  # of variables, and of indices


@dataclass(frozen=True, slots=True)
class DensityNode:
    """p(left | right)."""

    family: str
    left: Variables
    right: Variables


@dataclass(frozen=True, slots=True)
class CallNode:
    """A free function at variables and polynomials."""

    name: str
    arguments: tuple[Var | Polynomial, ...]


@dataclass(frozen=True, slots=True)
class TermNode:
    """A term that is not looked into: a parameter, an abbreviation, an entropy of variables."""

    term: Expr


@dataclass(frozen=True, slots=True)
class LogNode:
    """The logarithm of a product of atoms."""

    argument: Polynomial


@dataclass(frozen=True, slots=True)
class ExpNode:
    """The exponential of one monomial, or of a sum that is not split."""

    exponent: Polynomial


@dataclass(frozen=True, slots=True)
class PowerNode:
    """base ^ exponent, the exponent no integer."""

    base: Polynomial
    exponent: Polynomial


@dataclass(frozen=True, slots=True)
class SumNode:
    """A sum as a factor, irreducible and primitive: in a denominator or under a logarithm."""

    value: Polynomial


@dataclass(frozen=True, slots=True)
class BinderNode:
    """An integral (law None), or an expectation under a product of densities."""

    law: Polynomial | None
    body: Polynomial
    bound: Variables


@dataclass(frozen=True, slots=True)
class SeriesNode:
    """A sum or a product, by its class in `terms`, of a body over an index."""

    kind: type[terms.Indexed]
    body: Polynomial
    index: Index


@dataclass(frozen=True, slots=True)
class DivergenceNode:
    """KL, entropy or cross-entropy by its class in `terms`, of parts over bound variables."""

    kind: type[terms.Binder]
    parts: tuple[Polynomial, ...]
    bound: Variables


Node = (
    DensityNode
    | CallNode
    | TermNode
    | LogNode
    | ExpNode
    | PowerNode
    | SumNode
    | BinderNode
    | DivergenceNode
    | SeriesNode
)


def parts_of(node: Node) -> tuple[Polynomial, ...]:
    """The polynomials that a node is made of."""
    match node:
        case CallNode(arguments=arguments):
            return tuple(a for a in arguments if isinstance(a, Polynomial))
        case LogNode(part) | ExpNode(part) | SumNode(part) | SeriesNode(_, part):
            return (part,)
        case PowerNode(base, exponent):
            return base, exponent
        case BinderNode(law, body):
            return (body,) if law is None else (law, body)
        case DivergenceNode(parts=parts):
            return parts
        case _:
            return ()


class Store:
    """Interns nodes, and knows of each its free variables and its height."""

    def __init__(self, marks: bool = False) -> None:
        self.nodes: list[Node] = []
        self._numbers: dict[Node, int] = {}
        self._free: list[Variables] = []
        self._inside: list[Variables] = []  # those bound around too
        self._marked: list[bool] = []  # whether there are marks in its parts
        self._heights: list[int] = []
        self._keys: list[int] = []  # of the shape: the same whatever the variables' tags
        self.marks = marks  # whether atoms that may be 0 under a binder keep the exponent 0
        self.scopes: dict[Var, Variables] = {}  # what is bound of each opened sequence
        self.cells: Cells | None = None  # into which a binder at work cuts its variables

    def intern(self, node: Node) -> int:
        """The number of a node."""
        number = self._numbers.get(node)
        if number is None:
            number = len(self.nodes)
            found = self._find_free(node)
            if self.marks and _may_vanish(node) and any(v.tag for v in found):
                number = Kept(number)
            self._numbers[node] = number
            self.nodes.append(node)
            self._free.append(frozenset(v for v in found if v.tag <= 0))
            self._inside.append(found)
            self._marked.append(self._find_marked(node))
            self._heights.append(self._find_height(node))
            self._keys.append(self._find_key(node, self._shape, bound=False))
        return number

    def _find_marked(self, node: Node) -> bool:
        return self.marks and any(map(self.is_marked, parts_of(node)))

    def is_marked(self, polynomial: Polynomial) -> bool:
        """Whether there are marks in a polynomial, or inside of its atoms."""
        return any(not e or self._marked[a] for monomial in polynomial.terms for a, e in monomial)

    def atom(self, node: Node) -> Polynomial:
        """A node as a polynomial."""
        return Polynomial.of(self.intern(node))

    def _find_free(self, node: Node) -> Variables:
        if isinstance(node, DensityNode):
            return _with_indices(node.left | node.right)
        if isinstance(node, TermNode):
            return binding.free_variables(node.term) | binding.free_indices(node.term)
        found = frozenset[Any]().union(*(self._inside[a] for p in parts_of(node) for a in p.atoms))
        if isinstance(node, CallNode):
            found |= _with_indices(a for a in node.arguments if isinstance(a, Var))
        if isinstance(node, SeriesNode):
            found = _with_indices(hull(v, node.index) for v in found if isinstance(v, Var)) | {
                i for i in found if isinstance(i, Index)
            }
            found |= binding.free_indices(node.index.low) | binding.free_indices(node.index.high)
            found -= {node.index}
        if isinstance(node, BinderNode | DivergenceNode):
            roots = {v.root for v in node.bound if v.ends}
            found = frozenset(
                v for v in found
                if v not in node.bound and not (isinstance(v, Var) and v.ends and v.root in roots)
            )  # fmt: skip
        return found

    def _find_height(self, node: Node) -> int:
        if isinstance(node, TermNode):
            return height(node.term)
        inside = max((self.height(part) for part in parts_of(node)), default=0)
        if isinstance(node, BinderNode | DivergenceNode):
            return max([inside, *(variable.tag for variable in node.bound)])
        return max(inside, node.index.tag) if isinstance(node, SeriesNode) else inside

    def _find_key(self, node: Node, key: Callable[[Polynomial], int], bound: bool) -> int:
        """A number for a node, with the tags of bound variables or without any."""

        def shown(v: Var) -> str:
            return f"{v.label}#{v.tag}" if bound and v.tag > 0 else v.label

        match node:
            case DensityNode(family, left, right):
                shape = f"{family}{sorted(map(shown, left))}{sorted(map(shown, right))}"
            case CallNode(name, arguments):
                shape = f"{name}{[shown(a) for a in arguments if isinstance(a, Var)]}"
            case TermNode(term):
                shape = re.sub(r"#-\d+" if bound else r"#-?\d+", "", str(term))
            case DivergenceNode(kind):
                shape = kind.__name__
            case SeriesNode(kind, _, index):
                shape = f"{kind.__name__}{end_text(index.low)}:{end_text(index.high)}"
            case _:
                shape = ""
        parts = [key(part) for part in parts_of(node)]
        return crc32(f"{type(node).__name__}{shape}{parts}".encode())

    def _shape(self, polynomial: Polynomial) -> int:
        return sum(map(self.key, polynomial.terms))

    def key(self, monomial: Monomial) -> int:
        """An order on monomials that renaming bound variables doesn't change."""
        return crc32(repr(sorted((self._keys[atom], str(e)) for atom, e in monomial)).encode())

    def order_of(self, polynomial: Polynomial) -> int:
        """An order on polynomials that tells bound variables apart, but not opened ones: what is
        chosen by it beneath an outer binder is chosen again when that one closes."""

        def of_atom(atom: int) -> int:
            return self._find_key(self.nodes[atom], self.order_of, bound=True)

        return sum(
            crc32(repr((sorted((of_atom(a), str(e)) for a, e in m), str(c))).encode())
            for m, c in polynomial.terms.items()
        )

    def free(self, polynomial: Polynomial) -> Variables:
        """The free variables (and indices) of a polynomial."""
        return frozenset().union(*(self.free_in_atom(atom) for atom in polynomial.atoms))

    def free_in_atom(self, atom: int) -> Variables:
        """The free variables of an atom, where a binder at work cuts them in its parts."""
        found = self._free[atom]
        return found if self.cells is None else self.in_cells(found)

    def parts_in(self, atom: int) -> Variables:
        """The free variables of an atom, as they stand in it."""
        return self._free[atom]

    def in_cells(self, variables: Iterable[Var]) -> Variables:
        """Variables, where a binder at work cuts them in its parts."""
        if self.cells is None:
            return frozenset(variables)
        return frozenset().union(*(self.cells.of(v) for v in variables))

    def partition(self, variables: Iterable[Var]) -> Variables | None:
        """The cells that variables are just made of; None where they don't fill them."""
        given = frozenset(variables)
        cells = self.in_cells(given)
        return cells if cells == given or union(cells) == union(given) else None

    def free_in(self, monomial: Monomial) -> Variables:
        """The free variables of a monomial."""
        return frozenset().union(*(self.free_in_atom(atom) for atom, _ in monomial))

    def height(self, polynomial: Polynomial) -> int:
        """The highest tag bound inside."""
        return max((self._heights[atom] for atom in polynomial.atoms), default=0)

    # -- renaming, closing, opening ---------------------------------------------------------------

    def rename(self, polynomial: Polynomial, names: Names) -> Polynomial:
        """Replace variables and indices; tags rule out capture, as in `binding`."""
        touched = {atom for atom in polynomial.atoms if self._mentions(atom, names)}
        if not touched:
            return polynomial
        new = {atom: self._renamed(self.nodes[atom], names) for atom in touched}
        return Polynomial.total(
            self._with_atoms(monomial, coefficient, new)
            for monomial, coefficient in polynomial.terms.items()
        )

    def _with_atoms(
        self, monomial: Monomial, coefficient: Number, new: Mapping[int, tuple[int, Node]]
    ) -> Polynomial:
        result: Monomial = ()
        for atom, exponent in monomial:
            sign = 1
            if atom in new:
                sign, node = new[atom]
                atom = self.intern(node)
            if sign < 0 and exponent != int(exponent):
                raise ZeroDivisionError  # a root of something negative
            coefficient = coefficient * sign ** int(exponent)
            result = times(result, ((atom, exponent),))
        return Polynomial({result: coefficient})

    def _mentions(self, atom: int, names: Names) -> bool:
        if any(variable.tag > 0 for variable in names):
            return True  # opening: bound variables don't show among the free ones
        found = self._free[atom]
        return not found.isdisjoint(names) or any(v.ends and v.root in names for v in found)

    def _renamed(self, node: Node, names: Names) -> tuple[int, Node]:
        """(sign, node): which way round a logarithm or a sum is kept depends on its atoms."""
        match node:
            case LogNode(argument):
                return self.oriented(self.rename(argument, names))
            case SumNode(value):
                renamed = self.rename(value, names)
                if not renamed:  # two of its variables have become one
                    raise ZeroDivisionError
                _, scale, rest = renamed.primitive(self.key)
                return (-1 if scale < 0 else 1), SumNode(rest)
            case _:
                return 1, self._rebuilt(node, names)

    def oriented(self, argument: Polynomial) -> tuple[int, LogNode]:
        """log u or -log(1/u), whichever is kept: u in factors, one term."""
        if argument.single is not None and argument.single[0]:
            monomial, coefficient = argument.single
            first = min(monomial, key=lambda factor: (self._keys[factor[0]], factor[0]))
            if first[1] < 0:
                return -1, LogNode(Polynomial({raised(monomial, -1): 1 / Fraction(coefficient)}))
        return 1, LogNode(argument)

    def _rebuilt(self, node: Node, names: Names) -> Node:
        indices = {old: new for old, new in names.items() if isinstance(old, Index)}

        def change(item: Any) -> Any:
            if isinstance(item, Polynomial):
                return self.rename(item, names)
            new = renamed(item, names)
            return replaced(new, indices) if indices and new.ends else new

        match node:
            case DensityNode(family, left, right):
                return DensityNode(family, union(map(change, left)), union(map(change, right)))
            case CallNode(name, arguments):
                return CallNode(name, tuple(map(change, arguments)))
            case TermNode(term):
                return TermNode(replaced(rename(term, names), indices))
            case BinderNode(law, body, bound):
                bound = frozenset(replaced(v, indices) if v.ends else v for v in bound)
                return BinderNode(None if law is None else change(law), change(body), bound)
            case DivergenceNode(kind, parts, bound):
                bound = frozenset(replaced(v, indices) if v.ends else v for v in bound)
                return DivergenceNode(kind, tuple(map(change, parts)), bound)
            case SeriesNode(kind, body, index):
                # the index carries its range, also where it stands in the body
                inner = replaced(index, indices) if indices else index
                own = {index: inner} if inner != index else {}
                return SeriesNode(kind, self.rename(body, {**names, **own}), inner)
            case PowerNode(base, exponent):
                return PowerNode(change(base), change(exponent))
            case _:
                return type(node)(change(parts_of(node)[0]))

    def close(self, variables: Variables, *parts: Polynomial) -> tuple[Variables, list[Polynomial]]:
        """Bind opened variables in parts: canonical tags, so that alpha-equal nodes are equal."""
        lowest = 1 + max((self.height(part) for part in parts), default=0)
        choices = [
            {v: v.tagged(lowest + place) for v, place in order.items()}
            for order in _orders(variables)
        ]
        candidates = [(names, [self.rename(p, _whole(names)) for p in parts]) for names in choices]
        names, closed = candidates[0]
        if len(candidates) > 1:
            names, closed = min(candidates, key=lambda c: [self.order_of(p) for p in c[1]])
        return frozenset(names.values()), closed

    def binder(self, law: Polynomial | None, body: Polynomial, bound: Variables) -> Polynomial:
        """An integral or an expectation as an atom, from opened variables."""
        parts = (body,) if law is None else (body, law)
        variables, closed = self.close(bound, *parts)
        return self.atom(BinderNode(None if law is None else closed[1], closed[0], variables))

    def open(self, bound: Variables, *parts: Polynomial) -> tuple[Variables, list[Polynomial]]:
        """Fresh variables for bound ones."""
        tags = {variable.root: fresh_tag() for variable in sorted(bound, key=slot_order)}
        names = {v: v.tagged(tags[v.root]) for v in bound}
        opening = {**names, **{root: root.tagged(tag) for root, tag in tags.items()}}
        self.opened(names.values())
        return frozenset(names.values()), [self.rename(part, opening) for part in parts]

    def opened(self, variables: Iterable[Var]) -> None:
        """Take note of what is bound of sequences."""
        for variable in variables:
            if variable.ends:
                known = self.scopes.get(variable.root, frozenset())
                self.scopes[variable.root] = known | {variable}

    def series(self, kind: type[terms.Indexed], index: Index, body: Polynomial) -> Polynomial:
        """A sum or a product over an opened index as an atom."""
        closed = index.tagged(1 + self.height(body))
        return self.atom(SeriesNode(kind, self.rename(body, {index: closed}), closed))

    def open_series(self, node: SeriesNode) -> tuple[Index, Polynomial]:
        """A fresh index for a bound one, and the body over it."""
        index = node.index.tagged(fresh_tag())
        return index, self.rename(node.body, {node.index: index})

    # -- back to terms ----------------------------------------------------------------------------

    def term(self, polynomial: Polynomial) -> Expr:
        """A term with this normal form."""
        return total(*(self._summand(m, Fraction(c)) for m, c in polynomial.terms.items()))

    def end(self, polynomial: Polynomial) -> Expr:
        """The same as the end of a slice or a range: in SymPy's own arithmetic."""
        return collapse(self.term(polynomial))

    def _summand(self, monomial: Monomial, coefficient: Fraction) -> Expr:
        above = (power(self._term(a), Rational(e)) for a, e in monomial if e >= 0)
        below = (power(self._term(a), Rational(-e)) for a, e in monomial if e < 0)
        whole = quotient(product(*above), product(*below))
        return product(Rational(coefficient), whole)

    def _term(self, atom: int) -> Expr:
        match self.nodes[atom]:
            case DensityNode(family, left, right):
                return terms.Density(family, left, right)
            case CallNode(name, arguments):
                return terms.Call(
                    name, *(a if isinstance(a, Var) else self.term(a) for a in arguments)
                )
            case TermNode(term):
                return term
            case LogNode(argument):
                return terms.Log(self.term(argument))
            case ExpNode(exponent):
                return terms.Exp(self.term(exponent))
            case PowerNode(base, exponent):
                return power(self.term(base), self.term(exponent))
            case SumNode(value):
                return self.term(value)
            case BinderNode(law, body, bound):
                return self._binder_term(law, body, bound)
            case DivergenceNode(kind, parts, bound):
                return kind(*(self.term(part) for part in parts), terms.slots(bound))
            case SeriesNode(kind, body, index):
                return kind(self.term(body), index)

    def _binder_term(self, law: Polynomial | None, body: Polynomial, bound: Variables) -> Expr:
        if law is None:
            return terms.Integral(self.term(body), terms.slots(bound))
        laws = Tuple(*factors(self.term(law)))
        return terms.Expectation(self.term(body), laws, terms.slots(bound))


def _with_indices(variables: Iterable[Var]) -> frozenset[Any]:
    """Variables, and the indices in their ends."""
    found = frozenset(variables)
    sliced = [v for v in found if v.ends]
    return found.union(*(binding.free_indices(v.ends) for v in sliced)) if sliced else found


def _whole(names: Mapping[Var, Var]) -> Names:
    """Names of variables, and those of which they are parts that may be cut."""
    return {**names, **{v.root: new.root for v, new in names.items() if not is_fixed(v)}}


def _orders(variables: Variables) -> list[dict[Var, int]]:
    """Which of several variables of one slot comes first: places, in all orders.

    Parts of one variable have one place; variables whose parts differ have places of their own.
    """
    parts: dict[Var, list[Var]] = {}
    sliced = {variable.name for variable in variables if not is_fixed(variable)}
    for variable in sorted(variables, key=slot_order):
        whole = variable.root if variable.name in sliced else variable
        parts.setdefault(whole, []).append(variable)
    groups: dict[tuple[str, str], list[list[Var]]] = {}
    for group in parts.values():
        ends = str([slot_order(v)[1] for v in group])
        groups.setdefault((group[0].name, ends), []).append(group)
    taken: dict[str, int] = {}
    orders: list[dict[Var, int]] = [{}]
    for (name, _), alike in groups.items():
        start = taken.get(name, 0) if name in sliced else 0
        taken[name] = start + len(alike)
        orders = [
            {**known, **{v: start + i for i, group in enumerate(order) for v in group}}
            for known in orders
            for order in permutations(alike)
        ][:720]
    return orders


def _may_vanish(node: Node) -> bool:
    """Whether an atom may be 0 and a weight: an exponential isn't, a logarithm is none."""
    return not isinstance(node, ExpNode | LogNode | TermNode)


def split(
    store: Store, monomial: Monomial, bound: Iterable[Var | Index]
) -> tuple[Monomial, Monomial]:
    """(the factors free of the bound variables, the others)."""
    names = frozenset(bound)
    outside = tuple(f for f in monomial if store.free_in_atom(f[0]).isdisjoint(names))
    return outside, tuple(f for f in monomial if f not in outside)
