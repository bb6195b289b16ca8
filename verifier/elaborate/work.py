"""What the elaboration of a line keeps track of: scopes, weights, conditions, names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sympy import Add, Expr, Integer, Rational, Symbol, Tuple

from verifier.elaborate.record import IllFormed, Record
from verifier.formula import written as w
from verifier.kernel import terms
from verifier.kernel.arithmetic import collapse, product
from verifier.kernel.binding import bind_index, free_variables, fresh_tag, hull
from verifier.kernel.model import Family, Function, Model
from verifier.kernel.sequences.independence import needed as needed_conditions
from verifier.kernel.sequences.ranges import (
    Order,
    Undecided,
    affine,
    elements,
    is_empty,
    is_sliced,
    union,
)
from verifier.kernel.terms import Index, Var, slot_order
from verifier.typeset.printer import plain

MAX_DIGITS = 1000  # of a number, written or raised to a power
MAX_EXPANSION = 50_000  # nodes elaborated in one line, abbreviations unfolded
MAX_DEPTH = 80  # of a line, abbreviations unfolded


@dataclass(frozen=True)
class Abbreviated:
    """A `define` line: formal arguments, and the written formula that they stand in."""

    arguments: tuple[str, ...]
    body: w.Written


def family_name(density: w.Density) -> str:
    """The family's name with its parameters: `p`, `p;theta`."""
    return ";".join((density.family, *density.parameters))


class Work:
    """The elaboration of one line: its state, and what names stand for in it."""

    def __init__(
        self, model: Model, abbreviations: Mapping[str, Abbreviated], variables: frozenset[Var]
    ) -> None:
        self.model = model
        self.abbreviations = abbreviations
        self.variables = variables
        self.record = Record()
        self.scope: list[frozenset[Var]] = []
        self.formals: dict[str, Any] = {}
        self.indices: dict[str, Expr] = {}  # of the sums and products around
        self.outside = 0  # how many binders stand around the abbreviation that is unfolded
        self.unfolding = 0
        self.depth = 0
        self.spent = 0

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

    # -- variables --------------------------------------------------------------------------------

    def variable(self, node: w.Variable) -> Var:
        """A variable where one is expected."""
        found = self._parts(node)
        if len(found) > 1:
            raise IllFormed("cut-slice", node.span, name=plain(node))
        return found[0]

    def variables_of(self, nodes: Iterable[w.Variable]) -> list[Var]:
        """Variables where a list of them is expected, as the parts that binders around them bind;
        an empty slice is none."""
        return [part for node in nodes for whole in self._elements(node) for part in whole]

    def _elements(self, node: w.Variable) -> Iterator[tuple[Var, ...]]:
        found = self.formals.get(node.label or "")
        if isinstance(found, Var):
            yield self._seen(found, node)
            return
        for element in elements(self.part(node)):
            if not is_empty(element):
                yield self._seen(element, node)

    def _parts(self, node: w.Variable) -> tuple[Var, ...]:
        found = self.formals.get(node.label or "")
        return self._seen(found if isinstance(found, Var) else self.part(node), node)

    def part(self, node: w.Variable) -> Var:
        """What a variable is, known here: `x`, `z_1`, `z_{t-1}`, `z_{0:t}`."""
        found = self.slot(node)
        if self._is_known(found):
            return found
        if isinstance(node.low, w.Name) and any(map(is_sliced, self._parts_named(node.base))):
            raise IllFormed("unbound-index", node.span, name=node.low.name)
        declared = [v.label for v in sorted(self.variables, key=slot_order) if v.name == found.name]
        if found.ends and declared:
            raise IllFormed("out-of-range", node.span, name=plain(node), declared=declared)
        raise IllFormed("unknown-variable", node.span, name=found.label)

    def _is_known(self, variable: Var) -> bool:
        if variable in self.variables:
            return True
        if not variable.ends:
            return False
        copied = self.model.slot(variable) != variable
        return copied or self.order.covered(variable, self._parts_named(variable.name))

    def _parts_named(self, name: str) -> list[Var]:
        """What is declared of a sequence."""
        return [v for v in self.variables if v.name == name and v.ends]

    @property
    def order(self) -> Order:
        """How ends of slices compare."""
        return self.model.order

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
        return (
            name in self.indices
            or name in self.model.parameter
            or (name in self.formals and not isinstance(self.formals[name], Var))
        )

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
                affine(value)
            except Undecided as problem:
                raise IllFormed("not-an-index", node.span, text=name) from problem
            return value
        if name in self.indices:
            return self.indices[name]
        if not self.order.bounded_below(Symbol(name)):
            raise IllFormed("index-unbounded", node.span, name=name)
        return Symbol(name)

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
        for part in loose:
            self.record.free.setdefault(part, node.span)
        for part in found if not self.unfolding else ():
            self.record.bound.setdefault(part, node.span)  # not what an abbreviation binds
        return tuple(sorted({*found, *union(loose)}, key=slot_order)) or (variable,)

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
    def index_at(self, name: str, place: Expr) -> Iterator[None]:
        """A scope in which an index stands for one place."""
        around = self.indices
        self.indices = {**around, name: place}
        try:
            yield
        finally:
            self.indices = around

    @contextmanager
    def indexed(self, node: w.Indexed) -> Iterator[Index]:
        """The scope of a sum's or a product's index."""
        low, high = self.end(node.low), self.end(node.high)
        if not self.order.least(low - 1, high):
            raise IllFormed(
                "range-too-short", node.span, low=plain(node.low), high=plain(node.high)
            )
        index = Index(node.index, low, high, fresh_tag())  # no other of this name
        around, formals = self.indices, self.formals
        before = self.record.free, self.record.bound
        self.indices = {**around, node.index: index}
        self.formals = {name: value for name, value in formals.items() if name != node.index}
        self.record.free, self.record.bound = {}, {}
        try:
            yield index
        finally:
            self.indices, self.formals = around, formals
            inside = self.record.free, self.record.bound
            self.record.free, self.record.bound = before
            for known, new in zip(before, inside, strict=True):
                for variable, span in new.items():
                    whole = hull(variable, index)
                    known.setdefault(whole, span)
                    shown = self.record.shown.get(variable, variable.label)
                    self.record.shown.setdefault(whole, shown)

    @contextmanager
    def binding(self, variables: Iterable[Var], span: w.Span) -> Iterator[None]:
        """A scope in which variables are bound."""
        group = frozenset(variables)
        for variable in sorted(group, key=slot_order) if not self.unfolding else ():
            self.record.bound.setdefault(variable, span)
            if any(variable in outer for outer in self.scope):
                self.record.hidden.append((variable, span))
        self.scope.append(group)
        try:
            yield
        finally:
            self.scope.pop()

    # -- names and applications -------------------------------------------------------------------

    def number(self, node: w.Number) -> Expr:
        if len(node.text) > MAX_DIGITS:
            raise IllFormed("number-too-large", node.span)
        return Rational(node.text)

    def name(self, node: w.Name) -> Expr:
        if node.name in self.formals:
            value = self.formals[node.name]
            if isinstance(value, Var):
                raise IllFormed("variable-in-arithmetic", node.span, name=node.name)
            inner = frozenset[Var]().union(*self.scope[self.outside :])
            for variable in sorted(free_variables(value) & inner, key=slot_order):
                raise IllFormed("captured", node.span, name=variable.label)
            return value
        if node.name in self.indices:
            return self.indices[node.name]
        if node.name in self.model.parameter:
            return Symbol(node.name)
        if node.name in self.abbreviations:
            return self._abbreviation(node.name, (), node.span)
        if any(variable.label == node.name for variable in self.variables):
            raise IllFormed("variable-in-arithmetic", node.span, name=node.name)
        raise IllFormed("undeclared-name", node.span, name=node.name)

    def call(self, node: w.Call) -> Expr:
        if node.name in self.abbreviations:
            return self._abbreviation(node.name, node.arguments, node.span)
        function = self.model.function.get(node.name)
        if function is None:
            raise IllFormed("undeclared-name", node.span, name=node.name)
        if len(function.arguments) != len(node.arguments):
            raise IllFormed(
                "wrong-arguments", node.span, name=node.name,
                expected=len(function.arguments), found=len(node.arguments),
            )  # fmt: skip
        return terms.Call(
            node.name, *(self._argument(function, i, part) for i, part in enumerate(node.arguments))
        )

    def _argument(self, function: Function, index: int, node: w.Written) -> Any:
        formal = function.arguments[index]
        if formal is None:
            return self.term(node)
        if not isinstance(node, w.Variable):
            raise IllFormed("variable-expected", node.span, name=formal.label)
        actual = self.variable(node)
        part = actual.name == formal.name and not formal.ends
        if actual != formal and not part and self.model.slot(actual) != formal:
            raise IllFormed("wrong-kind", node.span, name=actual.label, expected=formal.label)
        return actual

    def _abbreviation(self, name: str, actual: tuple[w.Written, ...], span: w.Span) -> Expr:
        """What an abbreviation stands for here: its free variables are those of this place."""
        definition = self.abbreviations[name]
        if len(actual) != len(definition.arguments):
            raise IllFormed(
                "wrong-arguments", span, name=name,
                expected=len(definition.arguments), found=len(actual),
            )  # fmt: skip
        values = [self.variable(a) if isinstance(a, w.Variable) else self.term(a) for a in actual]
        before = self.formals, self.outside
        self.formals = dict(zip(definition.arguments, values, strict=True))
        self.outside = len(self.scope)
        self.unfolding += 1
        try:
            body = self.term(definition.body)
        except IllFormed as problem:
            raise IllFormed("in-definition", span, name=name, cause=problem) from problem
        finally:
            self.unfolding -= 1
            self.formals, self.outside = before
        return terms.Abbreviation(name, body)

    def density(self, node: w.Density) -> Expr:
        family = self.model.family.get(family_name(node))
        if family is None:
            raise IllFormed("undeclared-family", node.span, name=family_name(node))
        left, right = self.variables_of(node.left), self.variables_of(node.right)
        self._check_slots(family, left, right, node)
        slots = [self.model.slot(v) for v in left]
        if len(set(slots)) < len(slots) or any(
            v.low != v.high for v, slot in zip(left, slots, strict=True) if v.ends and slot != v
        ):  # one copy each of several slots is a point of their joint density
            return self._of_copies(family, left, right, node)
        return terms.Density(family.name, left, right)

    def _of_copies(
        self, family: Family, left: list[Var], right: list[Var], node: w.Density
    ) -> Expr:
        """The values of a density at several copies of a slot, multiplied."""
        if len({self.model.slot(v) for v in left}) > 1 or self.model.slot(left[0]) == left[0]:
            raise IllFormed("copies-together", node.span)
        factors = []
        for one in left:
            if one.ends and one.low != one.high:
                index = Index("k", one.low, one.high, fresh_tag())
                value = terms.Density(family.name, [one.between(index, index)], right)
                factors.append(bind_index(terms.IndexedProduct, index, value))
            else:
                factors.append(terms.Density(family.name, [one], right))
        return product(*factors)

    def _check_slots(
        self, family: Family, left: list[Var], right: list[Var], node: w.Density
    ) -> None:
        """Raises IllFormed for what is no marginal or conditional of a family."""
        order, both = self.order, left + right
        slots = [self.model.slot(v) for v in both]
        for i, variable in enumerate(both):
            if not all(order.apart(variable, other) for other in both[:i]):
                raise IllFormed("bound-twice", node.span, name=variable.label)
            if not order.covered(slots[i], family.slots):
                raise IllFormed(
                    "not-covered", node.span, name=family.name, variables=variable.label
                )
        conditions = slots[len(left) :]
        if not {*slots[: len(left)]}.isdisjoint(conditions):  # a copy given a copy of its own slot
            raise IllFormed("copies-together", node.span)
        if len(set(conditions)) < len(conditions) or any(
            v.low != v.high for v in right if v.ends and self.model.slot(v) != v
        ):
            raise IllFormed("copies-together", node.span)
        for variable, slot in zip(left, slots, strict=False):
            if not order.disjoint([slot], family.right):
                raise IllFormed("only-given", node.span, name=family.name, variable=variable.label)
        missing = order.without(family.right, conditions)
        if missing and family.factors:
            mine = union(slots[: len(left)])
            kept = needed_conditions(order, family, mine, union([*conditions, *missing]))
            missing = order.without(missing, order.without(missing, kept))
        if missing and left:
            names = ", ".join(v.label for v in sorted(missing, key=slot_order))
            raise IllFormed("condition-missing", node.span, name=family.name, variables=names)


def inside_brackets(node: w.Written) -> w.Written:
    while isinstance(node, w.Bracket):
        node = node.body
    return node
