"""The atoms of the normal form: nodes, interned, so that equal nodes are one number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from zlib import crc32

from sympy import Expr

from verifier.kernel.binding import as_written, free_indices, free_variables, height, hull
from verifier.kernel.equality import nodes
from verifier.kernel.polynomials import Kept, Monomial, Polynomial
from verifier.kernel.sequences.ranges import Cells, union
from verifier.kernel.terms import Index, Var, Variables, end_text


class Atoms:
    """Interns nodes, and knows of each its free variables and its height."""

    def __init__(self, marks: bool = False) -> None:
        self.nodes: list[nodes.Node] = []
        self._numbers: dict[nodes.Node, int] = {}
        self._free: list[Variables] = []
        self._inside: list[Variables] = []  # those bound around too
        self._marked: list[bool] = []  # whether there are marks in its parts
        self._heights: list[int] = []
        self._terms: dict[int, Expr] = {}  # those that stand for them
        self._keys: list[int] = []  # of the shape: the same whatever the variables' tags
        self.marks = marks  # whether atoms that may be 0 under a binder keep the exponent 0
        self.known: dict[Any, Any] = {}  # answers to questions about atoms alone
        self.scopes: dict[Var, Variables] = {}  # what is bound of each opened sequence
        self.cells: Cells | None = None  # into which a binder at work cuts its variables

    def intern(self, node: nodes.Node) -> int:
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
            self._marked.append(self.marks and any(map(self.is_marked, nodes.parts_of(node))))
            self._heights.append(self._find_height(node))
            self._keys.append(self._find_key(node, self._shape, bound=False))
        return number

    def is_marked(self, polynomial: Polynomial) -> bool:
        """Whether there are marks in a polynomial, or inside of its atoms."""
        return any(not e or self._marked[a] for monomial in polynomial.terms for a, e in monomial)

    def atom(self, node: nodes.Node) -> Polynomial:
        """A node as a polynomial."""
        return Polynomial.of(self.intern(node))

    def _find_free(self, node: nodes.Node) -> Variables:
        if isinstance(node, nodes.DensityNode):
            return _with_indices(node.left | node.right)
        if isinstance(node, nodes.TermNode):
            return free_variables(node.term) | free_indices(node.term)
        inside = (a for part in nodes.parts_of(node) for a in part.atoms)
        found = frozenset[Any]().union(*map(self._inside.__getitem__, inside))
        if isinstance(node, nodes.CallNode):
            found |= _with_indices(node.variables)
        if isinstance(node, nodes.SeriesNode):
            found = _with_indices(hull(v, node.index) for v in found if isinstance(v, Var)) | {
                i for i in found if isinstance(i, Index)
            }
            found |= free_indices(node.index.low) | free_indices(node.index.high)
            found -= {node.index}
        if isinstance(node, nodes.BinderNode | nodes.DivergenceNode):
            roots = {v.root for v in node.bound if v.ends}
            found = frozenset(
                v for v in found
                if v not in node.bound and not (isinstance(v, Var) and v.ends and v.root in roots)
            )  # fmt: skip
        return found

    def _find_height(self, node: nodes.Node) -> int:
        if isinstance(node, nodes.TermNode):
            return height(node.term)
        inside = max((self.height(part) for part in nodes.parts_of(node)), default=0)
        if isinstance(node, nodes.BinderNode | nodes.DivergenceNode):
            return max([inside, *(variable.tag for variable in node.bound)])
        return max(inside, node.index.tag) if isinstance(node, nodes.SeriesNode) else inside

    def _find_key(self, node: nodes.Node, key: Callable[[Polynomial], int], bound: bool) -> int:
        """A number for a node, with the tags of bound variables or without any."""

        def shown(v: Var) -> str:
            return f"{v.label}#{v.tag}" if bound and v.tag > 0 else v.label

        match node:
            case nodes.DensityNode(family, left, right):
                shape = f"{family}{sorted(map(shown, left))}{sorted(map(shown, right))}"
            case nodes.CallNode(name):
                shape = f"{name}{[*map(shown, node.variables)]}"
            case nodes.TermNode(term):
                # factors stand in an order that depends on tags, those of opened variables too
                shape = re.sub(r"#-\d+" if bound else r"#-?\d+", "", str(as_written(term)))
            case nodes.DivergenceNode(kind):
                shape = kind.__name__
            case nodes.SeriesNode(kind, _, index):
                shape = f"{kind.__name__}{end_text(index.low)}:{end_text(index.high)}"
            case _:
                shape = ""
        parts = [key(part) for part in nodes.parts_of(node)]
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
        return self.in_cells(self._free[atom])

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

    def split(self, monomial: Monomial, bound: Iterable[Var | Index]) -> tuple[Monomial, Monomial]:
        """(the factors free of the bound variables, the others)."""
        names = frozenset(bound)
        outside = tuple(f for f in monomial if self.free_in_atom(f[0]).isdisjoint(names))
        return outside, tuple(f for f in monomial if f not in outside)

    def height(self, polynomial: Polynomial) -> int:
        """The highest tag bound inside."""
        return max((self._heights[atom] for atom in polynomial.atoms), default=0)


def _with_indices(variables: Iterable[Var]) -> frozenset[Any]:
    """Variables, and the indices in their ends."""
    found = frozenset(variables)
    sliced = [v for v in found if v.ends]
    return found.union(*(free_indices(v.ends) for v in sliced)) if sliced else found


def _may_vanish(node: nodes.Node) -> bool:
    """Whether an atom may be 0 and a weight: an exponential isn't, a logarithm is none."""
    return not isinstance(node, nodes.ExpNode | nodes.LogNode | nodes.TermNode)
