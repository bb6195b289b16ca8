"""The value of a written formula in a world, as the architecture defines it.

A formula is evaluated as it stands, by structural recursion. What is 0 under a binder and weighs
(a law, a density that is a factor of the product) keeps the rest from being asked for anything but
its guards, the conditions that have no bound variable in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product

from verifier.formula import written as w

from . import values as v
from .balls import Unknown
from .problem import Problem
from .values import Undefined, Value
from .worlds import BAND, ONE, TAIL, ZERO, Assignment, Point, Slot, World

Cell = tuple[Assignment, Value]  # points of bound variables, with their weight
MAX_TERMS = 3000  # points of one integral
MAX_CELLS = 10_000  # of all that is worked out for one line in a world
TINY = Fraction(1, 10**11)  # more than what the last points of a band add to a sum


@dataclass(frozen=True)
class Place:
    """Where a formula stands: the points of variables, which of them are bound, indices."""

    points: Mapping[Slot, Point]
    bound: frozenset[Slot] = frozenset()
    indices: Mapping[str, int] = None  # type: ignore[assignment]
    unfolding: int = 0

    def under(self, points: Assignment) -> Place:
        return replace(self, points={**self.points, **points}, bound=self.bound | points.keys())

    def free(self, slots: frozenset[Slot] | tuple[Slot, ...]) -> bool:
        return self.bound.isdisjoint(slots)


Factor = tuple[w.Written, Place]


class Evaluator:
    """Values of the formulas of one problem in one world. `settled`: the world doesn't change, so
    that an integral is worked out once for the points that it depends on."""

    def __init__(self, problem: Problem, world: World, settled: bool = False) -> None:
        self.problem = problem
        self.world = world
        self.definitions = {line.name: line for line in problem.definitions}
        self.signs = {line.name: line.sign for line in problem.functions}
        self.model = {line.density.family: line.density for line in problem.families}
        self._frees: dict[tuple[object, ...], frozenset[Slot]] = {}
        self._known: dict[tuple[object, ...], Value | Undefined] | None = {} if settled else None
        self.cells_left = MAX_CELLS
        self.indices = {
            name: int(value)
            for name, value in world.parameters.items()
            if isinstance(value, Fraction) and value.denominator == 1
        }

    def place(self, points: Assignment) -> Place:
        return Place(points, frozenset(), self.indices)

    # -- variables --------------------------------------------------------------------------------

    def index(self, node: w.Written | None, at: Place) -> int:
        """A subscript, or an end."""
        assert node is not None
        value = self.value(node, at)
        if not isinstance(value, Fraction) or value.denominator != 1:
            raise Unknown("a subscript that isn't an integer")
        return int(value)

    def slots(self, variables: tuple[w.Variable, ...], at: Place) -> tuple[Slot, ...]:
        return tuple(slot for variable in variables for slot in self._slots(variable, at))

    def _slots(self, variable: w.Variable, at: Place) -> Iterator[Slot]:
        base = variable.base
        match variable.form:
            case "plain":
                lengths = self.sequences.get(base, [])
                if lengths and (base, None) not in self.plain:
                    yield from lengths
                else:
                    yield base, None
            case "element":
                yield base, self.index(variable.low, at)
            case "slice":
                low, high = self.index(variable.low, at), self.index(variable.high, at)
                yield from ((base, i) for i in range(low, high + 1))
            case _:
                first = min(
                    (i for _, i in self.sequences.get(base, ()) if i is not None), default=0
                )
                end = self.index(variable.high, at) + (variable.form == "upto")
                yield from ((base, i) for i in range(first, end))

    @cached_property
    def sequences(self) -> dict[str, list[Slot]]:
        """The elements of each sequence of the families."""
        found: dict[str, list[Slot]] = {}
        for family in self.world.families.values():
            for slot in (*family.left, *family.right):
                if slot[1] is not None and slot not in found.setdefault(slot[0], []):
                    found[slot[0]].append(slot)
        return found

    @cached_property
    def plain(self) -> set[Slot]:
        return {
            slot
            for family in self.world.families.values()
            for slot in (*family.left, *family.right)
            if slot[1] is None
        }

    def home(self, slot: Slot, family: str) -> Slot:
        """The slot of a family that a variable fills: its own, or the one that it copies."""
        known = self.world.families[family]
        if slot in known.left or slot in known.right:
            return slot
        copied = self.world.copies.get(slot[0])
        if copied is not None:
            return copied
        raise Unknown(f"{slot} is nowhere in {family}")

    def free_slots(self, node: w.Written, at: Place) -> frozenset[Slot]:
        """The variables that a formula mentions and doesn't bind, definitions unfolded."""
        key = (id(node), *at.indices.items())  # the problem holds its nodes
        if key not in self._frees:
            self._frees[key] = frozenset(self._free(node, at))
        return self._frees[key]

    def _free(self, node: w.Written, at: Place) -> Iterator[Slot]:
        match node:
            case w.Variable():
                yield from self._slots(node, at)
            case w.Name(name=name) if name in self.definitions:
                yield from self._free(self.definitions[name].body, at)
            case w.Name(name=name) if (name, None) in self.plain:
                yield name, None
            case w.Call(name=name, arguments=arguments) if name in self.definitions:
                line = self.definitions[name]
                formal = {(a.base, None) for a in line.arguments}
                yield from (s for s in self._free(line.body, at) if s not in formal)
                for argument in arguments:
                    yield from self._free(argument, at)
            case w.Density(left=left, right=right):
                yield from self.slots((*left, *right), at)
            case w.Indexed(index=index, low=low, high=high, body=body):
                for i in range(self.index(low, at), self.index(high, at) + 1):
                    inner = replace(at, indices={**at.indices, index: i})
                    yield from self._free(body, inner)
            case _:
                bound = frozenset(self.binds(node, at))
                for child in node.children():
                    yield from (s for s in self._free(child, at) if s not in bound)

    def binds(self, node: w.Written, at: Place) -> tuple[Slot, ...]:
        """The variables that a node binds."""
        match node:
            case w.Integral(variables=variables) | w.SumOver(variables=variables):
                return self.slots(variables, at)
            case w.Expectation(laws=laws):
                return tuple(s for law in self.laws(laws, at) for s in law[1])
            case w.Divergence(first=first) | w.Entropy(first=first):
                return tuple(s for d in self.densities(first) for s in self.slots(d.left, at))
            case w.VariableEntropy(left=left, right=right):
                return self.slots((*left, *right), at)
            case w.Information(first=first, second=second, given=given):
                return self.slots((*first, *second, *given), at)
        return ()

    # -- densities --------------------------------------------------------------------------------

    def densities(self, node: w.Written) -> tuple[w.Density, ...]:
        """The densities of a law or a product of them."""
        match node:
            case w.Density():
                return (node,)
            case w.Bracket(body=body):
                return self.densities(body)
            case w.Product(factors=factors):
                return tuple(d for factor in factors for d in self.densities(factor))
            case w.Name(name=name) if name in self.model:
                return (self.model[name],)
        raise Unknown("a law that isn't a product of densities")

    def laws(
        self, laws: tuple[w.Written, ...], at: Place
    ) -> list[tuple[w.Density, tuple[Slot, ...], Place]]:
        """Each density of an expectation's law, what it binds, and where it stands."""
        found = []
        for law in laws:
            for density, place in self._law(law, at):
                found.append((density, self.slots(density.left, place), place))
        return found

    def _law(self, law: w.Written, at: Place) -> Iterator[tuple[w.Density, Place]]:
        match law:
            case w.Law(density=w.Density() as density):
                yield density, at
            case w.Law(family=str(family)):
                yield self.model[family], at
            case w.Bracket(body=body):
                yield from self._law(body, at)
            case w.Product(factors=factors):
                for factor in factors:
                    yield from self._law(factor, at)
            case w.Density():
                yield law, at
            case w.Indexed(kind="prod", index=index, low=low, high=high, body=body):
                for i in range(self.index(low, at), self.index(high, at) + 1):
                    yield from self._law(body, replace(at, indices={**at.indices, index: i}))
            case _:
                raise Unknown("a law of another form")

    def density(self, node: w.Density, at: Place) -> Value:
        """`p(x | z)`: joint over marginal, undefined where the condition has no mass."""
        family = node.family
        left, right = self.slots(node.left, at), self.slots(node.right, at)
        if not left:
            return ONE
        homes = [self.home(slot, family) for slot in left]
        if len(set(homes)) < len(homes):  # copies: the product of their densities
            value: Value = ONE
            for slot in left:
                value = v.mul(value, self._conditional(family, (slot,), right, at))
            return value
        return self._conditional(family, left, right, at)

    def _conditional(
        self, family: str, left: tuple[Slot, ...], right: tuple[Slot, ...], at: Place
    ) -> Value:
        known = self.world.families[family]
        given = {self.home(slot, family): at.points[slot] for slot in right}
        asked = {self.home(slot, family): at.points[slot] for slot in left}
        if not given.keys() >= {*known.right}:
            raise Unknown("a condition that isn't shown")
        joint = self.world.mass(family, {**given, **asked})
        if given.keys() <= {*known.right}:
            return joint
        below = self.world.mass(family, given)
        return v.div(joint, below)

    # -- values -----------------------------------------------------------------------------------

    def value(self, node: w.Written, at: Place) -> Value:
        """The value of a formula. Raises Undefined where it has none, or Unknown."""
        match node:
            case w.Number(text=text):
                return Fraction(text)
            case w.Name(name=name):
                return self._name(name, at)
            case w.Bracket(body=body):
                return self.value(body, at)
            case w.Density():
                return self.density(node, at)
            case w.Call():
                return self._call(node, at)
            case w.Sum(terms=terms, signs=signs):
                total: Value = ZERO
                for term, sign in zip(terms, signs, strict=True):
                    value = self.value(term, at)
                    total = v.add(total, v.negative(value) if sign == "-" else value)
                return total
            case w.Product() | w.Quotient() | w.Indexed(kind="prod"):
                return self._product(node, at)
            case w.Power(base=base, exponent=exponent):
                return v.power(self.value(base, at), self.value(exponent, at))
            case w.Logarithm(argument=argument):
                return v.log(self.value(argument, at))
            case w.Exponential(argument=argument):
                return v.exp(self.value(argument, at))
            case w.Root(argument=argument):
                return v.power(self.value(argument, at), Fraction(1, 2))
            case w.Indexed():
                return self._indexed(node, at)
        return self._binder(node, at) if self._known is None else self._once(node, at)

    def _once(self, node: w.Written, at: Place) -> Value:
        """The value of an integral or the like, kept."""
        assert self._known is not None
        free = self.free_slots(node, at)
        points = tuple((slot, at.points[slot], slot in at.bound) for slot in free)
        around = len(at.points) if self.world.is_band else TAIL in at.points.values()
        key = (id(node), around, frozenset(points), *at.indices.items())
        if key not in self._known:
            try:
                self._known[key] = self._binder(node, at)
            except Undefined as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, Undefined):
            raise found
        return found

    def _name(self, name: str, at: Place) -> Value:
        if (name, None) in at.bound:  # a variable in arithmetic: the value of the variable
            return Fraction(at.points[name, None])
        if name in at.indices:
            return Fraction(at.indices[name])
        if name in self.definitions:
            return self._unfold(self.definitions[name].body, at)
        if name in self.world.parameters:
            return self.world.parameters[name]
        raise Unknown(f"the name {name}")

    def _unfold(self, body: w.Written, at: Place) -> Value:
        if at.unfolding > 8:
            raise Unknown("a definition by itself")
        return self.value(body, replace(at, unfolding=at.unfolding + 1))

    def _call(self, node: w.Call, at: Place) -> Value:
        if node.name in self.definitions:
            line = self.definitions[node.name]
            points = dict(at.points)
            bound = set(at.bound)
            for formal, actual in zip(line.arguments, node.arguments, strict=True):
                if not isinstance(actual, w.Variable):
                    raise Unknown("a definition of numbers")
                (slot,) = self._slots(actual, at)
                points[formal.base, None] = at.points[slot]
                bound.discard((formal.base, None))
                if slot in at.bound:
                    bound.add((formal.base, None))
            return self._unfold(line.body, replace(at, points=points, bound=frozenset(bound)))
        if node.name in self.world.shapes:
            (argument,) = node.arguments
            return self.world.shapes[node.name](self.value(argument, at))
        slots = self.slots(node.arguments, at)  # type: ignore[arg-type]
        return self.function(node.name, tuple(at.points[slot] for slot in slots))

    def function(self, name: str, points: tuple[Point, ...]) -> Value:
        """A function's value, drawn when it is first asked for."""
        if name in self.world.bands:
            return self._band(points)
        key = (name, *points)
        if key not in self.world.functions:
            at_tail = TAIL in points
            if points.count(TAIL) > 1:
                raise Unknown("two tails")
            drawn = self.world.draw(self.signs[name])
            if at_tail and not isinstance(drawn, v.Tail):
                drawn = self.world.draw(f"{self.signs[name]} tail")
            self.world.functions[key] = drawn
        return self.world.functions[key]

    def _band(self, points: tuple[Point, ...]) -> Value:
        """+1 on the diagonal, -1 beside it, over the laws of both variables."""
        first, second = points
        mark = (first == second) - (first == second + 1)
        if not mark:
            return ZERO
        scale = self.world.alphabets["band"]
        return v.div(v.div(Fraction(mark), scale[first][1]), scale[second][1])

    # -- products ---------------------------------------------------------------------------------

    def _product(self, node: w.Written, at: Place) -> Value:
        above: list[Factor] = []
        below: list[Factor] = []
        self._factors(node, at, above, below)
        value: Value = ONE
        for weight, place in above if at.bound else ():
            bound = _weighs(weight) and not place.free(self.free_slots(weight, place))
            if bound and self._is_zero(weight, place):
                self._guards(node, at)
                return ZERO
        for factor, place in above:
            value = v.mul(value, self.value(factor, place))
        for factor, place in below:
            value = v.div(value, self.value(factor, place))
        return value

    def _factors(
        self, node: w.Written, at: Place, above: list[Factor], below: list[Factor]
    ) -> None:
        """The factors of a product and its denominators: brackets and names opened, and what is
        multiplied over an index."""
        match node:
            case w.Product(factors=factors):
                for factor in factors:
                    self._factors(factor, at, above, below)
            case w.Quotient(numerator=numerator, denominator=denominator):
                self._factors(numerator, at, above, below)
                below.append((denominator, at))
            case w.Bracket(body=body):
                self._factors(body, at, above, below)
            case w.Name(name=name) if name in self.definitions and (name, None) not in at.bound:
                self._factors(self.definitions[name].body, at, above, below)
            case w.Indexed(kind="prod", index=index, low=low, high=high, body=body):
                for i in range(self.index(low, at), self.index(high, at) + 1):
                    inner = replace(at, indices={**at.indices, index: i})
                    self._factors(body, inner, above, below)
            case _:
                above.append((node, at))

    def _is_zero(self, weight: w.Written, at: Place) -> bool:
        """Whether a weight is 0; one that isn't defined is told below, if no other is 0."""
        try:
            return v.sign(self.value(weight, at)) == 0
        except Undefined:
            return False

    def _guards(self, node: w.Written, at: Place) -> None:
        """Conditions without bound variables count at a point that doesn't, too."""
        for kind, part, place in self.guards(node, at, at.bound):
            if not self.met(kind, part, place):
                raise Undefined("domain")

    def guards(
        self, node: w.Written, at: Place, bound: frozenset[Slot] = frozenset()
    ) -> Iterator[tuple[str, w.Written, Place]]:
        """The conditions of a formula that mention no bound variable, with where they stand."""
        for kind, part in _conditions(node):
            variables = part.right if kind == "mass" else (part,)  # type: ignore[attr-defined]
            if not any(bound & self.free_slots(v, at) for v in variables):
                yield kind, part, at
        match node:
            case w.Name(name=name) if name in self.definitions and at.unfolding < 8:
                inner = replace(at, unfolding=at.unfolding + 1)
                yield from self.guards(self.definitions[name].body, inner, bound)
            case w.Indexed(index=index, low=low, high=high, body=body):
                for i in range(self.index(low, at), self.index(high, at) + 1):
                    inner = replace(at, indices={**at.indices, index: i})
                    yield from self.guards(body, inner, bound)
            case _:
                within = bound | {*self.binds(node, at)}
                for child in node.children():
                    yield from self.guards(child, at, within)

    def met(self, kind: str, part: w.Written, at: Place) -> bool:
        """Whether a condition holds; one that can't be evaluated doesn't."""
        try:
            if kind == "mass" and isinstance(part, w.Density):
                given = {
                    self.home(s, part.family): at.points[s] for s in self.slots(part.right, at)
                }
                return v.sign(self.world.mass(part.family, given)) != 0
            sign = v.sign(self.value(part, at))
        except Undefined:
            return False
        return sign == 1 if kind == "positive" else sign in (1, -1)

    def _indexed(self, node: w.Indexed, at: Place) -> Value:
        value: Value = ZERO
        for i in range(self.index(node.low, at), self.index(node.high, at) + 1):
            inner = replace(at, indices={**at.indices, node.index: i})
            value = v.add(value, self.value(node.body, inner))
        return value

    # -- binders ----------------------------------------------------------------------------------

    def cells(self, slots: tuple[Slot, ...], at: Place) -> Iterator[Cell]:
        """All points of variables, with their weights. Raises Unknown where they are too many."""
        depth = len(at.points) if self.world.is_band else 0
        ranges = [self.world.points(self.world.base_of(slot), depth) for slot in slots]
        count = 1
        for points in ranges:
            count *= len(points)
        if count > MAX_TERMS:
            raise Unknown("too many points")
        for chosen in product(*ranges):
            self.cells_left -= 1
            if self.cells_left < 0:
                raise Unknown("too many points")
            weight: Value = ONE
            for _, own in chosen:
                weight = v.mul(weight, own)
            found = {slot: point for slot, (point, _) in zip(slots, chosen, strict=True)}
            if [*found.values()].count(TAIL) + (TAIL in at.points.values()) > 1:
                raise Unknown("two tails")
            yield found, weight

    def total(self, terms: Iterator[tuple[Assignment, Value]], depth: int) -> Value:
        """A sum that converges absolutely or has parts of one sign."""
        value: Value = ZERO
        edges = [ZERO, ZERO]  # in a band world: what the outermost points add, by sign
        up = down = False
        for points, term in terms:
            if TAIL in points.values():
                term = v.total(term)
            assert not isinstance(term, v.Tail) or TAIL not in points.values()
            if not isinstance(term, v.Tail):
                up, down = up or term == v.OO, down or term == -v.OO
                if self.world.is_band and BAND + 2 * depth - 1 in points.values():
                    edges[v.sign(term) == -1] += ONE if isinstance(term, float) else v.bound(term)
            value = v.add(value, term)
        up, down = up or edges[0] > TINY, down or edges[1] > TINY
        if up and down:
            raise Undefined("infinite")
        return v.OO if up else -v.OO if down else value

    def _binder(self, node: w.Written, at: Place) -> Value:
        depth = len(at.points)
        match node:
            case (
                w.Integral(body=body, variables=variables)
                | w.SumOver(body=body, variables=variables)
            ):
                slots = self.slots(variables, at)
                return self.total(
                    (
                        (points, v.mul(weight, self.value(body, at.under(points))))
                        for points, weight in self.cells(slots, at)
                    ),
                    depth,
                )
            case w.Expectation(laws=laws, body=body):
                return self._mean(self.laws(laws, at), body, at)
            case w.Divergence(first=first, second=second):
                if isinstance(second, w.Name) and second.name in self.model:
                    second = self.model[second.name]
                return self._divergence(first, second, at)
            case w.Entropy(first=first, second=second):
                return self._entropy(first, second or first, at)
            case w.VariableEntropy() | w.Information():
                return self._of_variables(node, at)
        raise Unknown(type(node).__name__)

    def _mean(
        self,
        laws: list[tuple[w.Density, tuple[Slot, ...], Place]],
        body: w.Written,
        at: Place,
    ) -> Value:
        slots = tuple(slot for _, own, _ in laws for slot in own)

        def terms() -> Iterator[tuple[Assignment, Value]]:
            for points, weight in self.cells(slots, at):
                inner = at.under(points)
                mass = self._law_mass([law for law, _, _ in laws], [p for *_, p in laws], inner)
                if mass is None:
                    self._guards(body, inner)
                    continue
                yield points, v.mul(v.mul(weight, mass), self.value(body, inner))

        return self.total(terms(), len(at.points))

    def _law_mass(self, laws: list[w.Density], places: list[Place], at: Place) -> Value | None:
        """The density of a law at a point; None where it is 0, whatever its other factors are."""
        mass: Value = ONE
        undefined: Undefined | None = None
        for law, place in zip(laws, places, strict=True):
            try:
                found = self.density(law, replace(at, indices=place.indices))
            except Undefined as error:
                if at.free(self.slots(law.right, place)):
                    raise
                undefined = error
                continue
            if v.sign(found) == 0:
                return None
            mass = v.mul(mass, found)
        if undefined is not None:
            raise undefined
        return mass

    def _divergence(self, first: w.Written, second: w.Written, at: Place) -> Value:
        """KL, +oo where the first has mass that the second hasn't."""
        laws = self.densities(first)
        slots = tuple(s for law in laws for s in self.slots(law.left, at))
        lacking = False

        def terms() -> Iterator[tuple[Assignment, Value]]:
            nonlocal lacking
            for points, weight in self.cells(slots, at):
                inner = at.under(points)
                mass = self._law_mass([*laws], [at] * len(laws), inner)
                if mass is None:
                    continue
                other = self.value(second, inner)
                if v.sign(other) not in (0, 1):
                    raise Undefined("domain")
                if v.sign(other) == 0:
                    lacking = True
                    continue
                yield points, v.mul(v.mul(weight, mass), v.log(v.div(mass, other)))

        total = self.total(terms(), len(at.points))
        return v.add(total, v.OO) if lacking else total

    def _entropy(self, first: w.Written, second: w.Written, at: Place) -> Value:
        laws = self.densities(first)
        slots = tuple(s for law in laws for s in self.slots(law.left, at))

        def terms() -> Iterator[tuple[Assignment, Value]]:
            for points, weight in self.cells(slots, at):
                inner = at.under(points)
                mass = self._law_mass([*laws], [at] * len(laws), inner)
                if mass is None:
                    continue
                other = self.value(second, inner)
                if v.sign(other) == 0:
                    raise Unknown("the cross-entropy of disjoint laws")
                yield points, v.mul(v.mul(weight, mass), v.negative(v.log(other)))

        return self.total(terms(), len(at.points))

    def _of_variables(self, node: w.VariableEntropy | w.Information, at: Place) -> Value:
        """H_p(a | b) and I_p(a; b | c), by marginals: the mean of a log of their quotient."""
        if isinstance(node, w.VariableEntropy):
            over = self.slots((*node.left, *node.right), at)
            above = (over,)
            below = (self.slots(node.right, at),)
            sign = -1
        else:
            a, b, c = (self.slots(part, at) for part in (node.first, node.second, node.given))
            over = (*a, *b, *c)
            above, below = (over, c), ((*a, *c), (*b, *c))  # type: ignore[assignment]
            sign = 1
        name = node.family or next(
            n for n, f in self.world.families.items() if {*f.left} >= {*over} and not f.right
        )
        if self.world.families[name].right:
            raise Unknown("a conditioned family")

        def terms() -> Iterator[tuple[Assignment, Value]]:
            for points, weight in self.cells(over, at):
                mass = self.world.mass(name, points)
                if v.sign(mass) == 0:
                    continue
                ratio: Value = ONE
                for marginal in above:
                    ratio = v.mul(ratio, self.world.mass(name, {s: points[s] for s in marginal}))
                for marginal in below:
                    ratio = v.div(ratio, self.world.mass(name, {s: points[s] for s in marginal}))
                term = v.mul(v.mul(weight, mass), v.log(ratio))
                yield points, v.mul(term, Fraction(sign))

        return self.total(terms(), len(at.points))


def _conditions(node: w.Written) -> Iterator[tuple[str, w.Written]]:
    """What a node by itself asks of its parts."""
    match node:
        case w.Quotient(denominator=denominator):
            yield "not 0", denominator
        case w.Logarithm(argument=argument):
            yield "positive", argument
        case w.Density(right=right) if right:
            yield "mass", node
        case w.Power(exponent=w.Number(text=text)) if text.isdigit():
            pass
        case w.Power(base=base):
            yield "positive", base
        case w.Root(argument=argument):
            yield "positive", argument


def _weighs(node: w.Written) -> bool:
    """Whether a factor is a density, or a power of one that is 0 where it is."""
    match node:
        case w.Density():
            return True
        case w.Power(base=w.Density(), exponent=w.Number(text=text)):
            return Fraction(text) > 0
        case w.Bracket(body=body):
            return _weighs(body)
    return False
