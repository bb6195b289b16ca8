"""What a line keeps track of while it is elaborated: the scopes around, what its variables are in
them, and what of these the binders around bind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from sympy import Add, Expr, Integer, Symbol

from verifier.elaborate.record import IllFormed, Record
from verifier.formula import written as w
from verifier.kernel.arithmetic import Quotient, collapse
from verifier.kernel.binding import hull
from verifier.kernel.model import Model
from verifier.kernel.sequences.ranges import Order, Undecided, affine, elements, is_sliced, union
from verifier.kernel.terms import Index, Tuple, Var, slot_order
from verifier.typeset.printer import plain

MAX_DIGITS = 1000  # of a number, written or raised to a power
MAX_EXPANSION = 50_000  # nodes elaborated in one line, abbreviations unfolded
MAX_DEPTH = 80  # of a line, abbreviations unfolded


@dataclass(frozen=True)
class Definition:
    """A `define` line: formal arguments, and the written formula that they stand in."""

    arguments: tuple[str, ...]
    body: w.Written


@dataclass(eq=False)
class Elaboration:
    """The elaboration of one line: its state, and the scopes around what is elaborated."""

    model: Model
    abbreviations: Mapping[str, Definition]
    variables: frozenset[Var]
    record: Record = field(default_factory=Record)
    scope: tuple[frozenset[Var], ...] = ()
    formals: dict[str, Any] = field(default_factory=dict)
    indices: dict[str, Expr] = field(default_factory=dict)  # of the sums and products around
    nested: int = 0  # how many sums and products are open, those around abbreviations too
    outside: int = 0  # how many binders stand around the abbreviation that is unfolded
    taken: frozenset[Var] = frozenset()  # what stands for its formals and is bound in it otherwise
    unfolding: bool = False
    depth: int = 0
    spent: int = 0

    def term(self, node: w.Written) -> Expr:
        """The term of a formula."""
        self.spent += 1
        if self.spent > MAX_EXPANSION:
            raise IllFormed("too-long", node.span)
        if self.depth > MAX_DEPTH:
            raise IllFormed("too-deep", node.span)
        self.depth += 1
        term = self.handled(node)
        self.depth -= 1
        if not self.unfolding:
            self.record.spans.setdefault(term, node.span)
        return term

    def handled(self, node: w.Written) -> Expr:
        """The term of a formula, by its kind."""
        raise NotImplementedError

    @property
    def order(self) -> Order:
        """How ends of slices compare."""
        return self.model.order

    def state(self) -> dict[str, Any]:
        """What elaboration keeps track of, for `restore`."""
        return {**vars(self), "record": self.record.copied()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to a state: what was elaborated since meant nothing."""
        spent = self.spent
        vars(self).update(state)
        self.record = self.record.copied()
        self.spent = spent

    @contextmanager
    def within(self, **state: Any) -> Iterator[None]:
        """A scope in which some of what is kept track of is otherwise."""
        around = {name: getattr(self, name) for name in state}
        vars(self).update(state)
        try:
            yield
        finally:
            vars(self).update(around)

    def binding(
        self, variables: Iterable[Var], span: w.Span, *laws: w.Written
    ) -> AbstractContextManager[None]:
        """A scope in which variables are bound, by laws that may say so of a formal argument."""
        group = frozenset(variables)
        said = {getattr(node, "label", "") for law in laws for node in law.walk()}
        others = (v for n, v in self.formals.items() if isinstance(v, Var) and n not in said)
        taken = self.taken.union(v for v in others if not self.order.disjoint([v], group))
        for variable in sorted(group, key=slot_order) if not self.unfolding else ():
            self.record.bound.setdefault(variable, span)
            if any(variable in outer for outer in self.scope):
                self.record.hidden.append((variable, span))
        return self.within(scope=(*self.scope, group), taken=taken)


class VariableElaboration(Elaboration):
    """Variables, their places in sequences, and the indices that move these."""

    def variable(self, node: w.Variable) -> Var:
        """A variable where one is expected."""
        found = self.in_row(self.meant(node), node)
        if not isinstance(found, Var):
            raise IllFormed("cut-slice", node.span, name=plain(node))
        return found

    def in_row(self, whole: Var, node: w.Written) -> Var | Tuple:
        """A variable as an argument: the parts that the binders around bind, in their order."""
        parts = self._seen(whole, node)
        if not whole.ends:
            return whole
        begins, row, place = {part.low: part for part in parts}, [], whole.low
        while place in begins:
            row.append(begins.pop(place))
            place = row[-1].high + 1
        if begins:
            raise IllFormed("cut-slice", node.span, name=plain(node))
        return row[0] if len(row) == 1 else Tuple(*row)

    def variables_of(self, nodes: Iterable[w.Variable]) -> list[Var]:
        """Variables where a list of them is expected, as the parts that binders around them bind;
        an empty slice is none."""
        own = ((v, node) for node in nodes for v in elements(self.meant(node)))
        return [part for v, node in own for part in self._seen(v, node)]

    def meant(self, node: w.Variable) -> Var:
        formal = self.formals.get(node.label or "")
        if formal in self.taken:
            raise IllFormed("captured", node.span, name=formal.label)
        return formal if isinstance(formal, Var) else self.part(node)

    def slots(self, nodes: Iterable[w.Variable], new: bool = False) -> tuple[Var, ...]:
        """Variables that are declared (`new`) or bound here, each once: whole, whatever is bound
        around; short slices as their elements."""
        found: list[Var] = []
        for node in nodes:
            for variable in elements(self.slot(node) if new else self.meant(node)):
                self.check_apart(variable, found, node)
                found.append(variable)
        return tuple(found)

    def check_apart(self, variable: Var, others: Iterable[Var], node: w.Written) -> None:
        """Raises IllFormed for a variable that is known already, or may be in part."""
        if not all(self.order.apart(variable, other) for other in others):
            raise IllFormed("bound-twice", node.span, name=variable.label)

    def part(self, node: w.Variable) -> Var:
        """What a variable is, known here: `x`, `z_1`, `z_{t-1}`, `z_{0:t}`."""
        found = self.slot(node)
        if self._is_known(found):
            return found
        if node.low and not found.ends and any(map(is_sliced, self._parts_named(node.base))):
            raise IllFormed("unbound-index", node.span, name=plain(node.low))
        declared = [v.label for v in sorted(self.variables, key=slot_order) if v.name == found.name]
        if found.ends and declared:
            raise IllFormed("out-of-range", node.span, name=plain(node), declared=(*declared,))
        raise IllFormed("unknown-variable", node.span, name=found.label)

    def _is_known(self, variable: Var) -> bool:
        if variable in self.variables or not variable.ends:
            return variable in self.variables
        copied = self.model.slot(variable) != variable
        return copied or self.order.covered(variable, self._parts_named(variable.name))

    def _parts_named(self, name: str) -> list[Var]:
        """What is declared of a sequence."""
        return [v for v in self.variables if v.name == name and v.ends]

    def slot(self, node: w.Variable) -> Var:
        """A variable as it is written, declared or not."""
        if node.form == "plain":
            return Var(node.base)
        if node.form == "element":
            if isinstance(node.low, w.Name) and not self._is_end(node.low.name):
                return Var(f"{node.base}_{node.low.name}")
            assert node.low is not None
            place = self.end(node.low)
            return Var(node.base, Tuple(place, place))
        assert node.high is not None
        low = self.end(node.low) if node.low is not None else self._start(node)
        high = self.end(node.high) - (1 if node.form == "before" else 0)
        if not self.order.least(low - 1, high):
            raise IllFormed("slice-too-short", node.span, name=plain(node))
        return Var(node.base, Tuple(low, high))

    def _start(self, node: w.Variable) -> Expr:
        """Where the sequence begins of which `x_{<t}` is the part before t."""
        starts = {v.low for v in self._parts_named(node.base)}
        first = next((s for s in starts if all(self.order.least(s, t) for t in starts)), None)
        if first is None:
            raise IllFormed("unknown-variable", node.span, name=node.base)
        return first

    def _is_end(self, name: str) -> bool:
        """Whether a subscript letter is an index here."""
        formal = name in self.formals and not isinstance(self.formals[name], Var)
        return formal or name in self.indices or name in self.model.parameter

    def end(self, node: w.Written) -> Expr:
        """A place in a sequence: affine in indices and in parameters bounded below."""
        match inside_brackets(node):
            case w.Number(text=text) if text.isdigit() and len(text) <= MAX_DIGITS:
                return Integer(int(text))
            case w.Name(name=name) if self._is_end(name):
                return self._index_value(name, node)
            case w.Sum(terms=parts, signs=signs):
                ends = [self.end(part) for part in parts]
                return Add(*(e if s == "+" else -e for e, s in zip(ends, signs, strict=True)))
            case w.Product(factors=(w.Number() as number, other)):
                return self.end(number) * self.end(other)
            case w.Name(name=name):
                raise IllFormed("unbound-index", node.span, name=name)
        raise IllFormed("not-an-index", node.span, text=plain(node))

    def _index_value(self, name: str, node: w.Written) -> Expr:
        if name in self.formals:
            value: Expr = collapse(self.formals[name])
            try:
                whole = all(c.denominator == 1 for c in affine(value).values())
            except Undecided:
                whole = False
            if not whole or self.formals[name].has(Quotient):  # a / a is no 1 where a is 0
                raise IllFormed("not-an-index", node.span, text=name)
            return value
        if name in self.indices:
            return self.indices[name]
        if not self.order.bounded_below(Symbol(name)):
            raise IllFormed("index-unbounded", node.span, name=name)
        return Symbol(name)

    @contextmanager
    def indexed(self, node: w.Indexed) -> Iterator[Index]:
        """The scope of a sum's or a product's index."""
        low, high = self.end(node.low), self.end(node.high)
        if not self.order.least(low - 1, high):
            raise IllFormed(
                "range-too-short", node.span, low=plain(node.low), high=plain(node.high)
            )
        # No other that is open has its tag, nor has what `binding` opens. The next such sum has it
        # again: what is known of its places is found.
        index = Index(node.index, low, high, -(2**40) - self.nested)
        before = self.record.free, self.record.bound
        formals = {name: value for name, value in self.formals.items() if name != node.index}
        self.record.free, self.record.bound = {}, {}
        try:
            indices, nested = {**self.indices, node.index: index}, self.nested + 1
            with self.within(indices=indices, formals=formals, nested=nested):
                yield index
        finally:
            inside = self.record.free, self.record.bound
            self.record.free, self.record.bound = before
            for known, new in zip(before, inside, strict=True):
                for variable, span in new.items():
                    whole = hull(variable, index)
                    known.setdefault(whole, span)
                    shown = self.record.shown.get(variable, variable.label)
                    self.record.shown.setdefault(whole, shown)

    def _seen(self, variable: Var, node: w.Written) -> tuple[Var, ...]:
        """A variable in the parts that the binders around bind, and what of it is free."""
        loose, found = [variable], []
        try:
            for group in reversed(self.scope):
                own = [v for v in group if v.root == variable.root]
                pieces = self.order.cut(loose, own) if variable.ends else loose
                caught = [p for p in pieces if any(self.order.inside(p, v) for v in own)]
                loose = [p for p in pieces if p not in caught]
                found += caught
        except Undecided as problem:
            raise IllFormed("which-part", node.span, name=variable.label) from problem
        for part in sorted(loose, key=slot_order):  # whatever the hashes
            self.record.free.setdefault(part, node.span)
        for part in sorted(found, key=slot_order) if not self.unfolding else ():
            self.record.bound.setdefault(part, node.span)  # not what an abbreviation binds
        return tuple(sorted({*found, *union(loose)}, key=slot_order)) or (variable,)


def inside_brackets(node: w.Written) -> w.Written:
    """A formula without the brackets around it."""
    while isinstance(node, w.Bracket):
        node = node.body
    return node
