"""Worlds that meet what a file declares, and claims that fail in one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from random import Random

from verifier.formula import written as w

from . import values as v
from .balls import Unknown
from .evaluate import Evaluator, Place
from .problem import Line, Problem
from .values import Undefined, Value
from .worlds import (
    BAND,
    ONE,
    SHAPES,
    TAIL,
    ZERO,
    Assignment,
    Block,
    Family,
    Manner,
    Slot,
    World,
    function_value,
    geometric,
    table,
)

CELLS = 4  # slots of one table; longer families are products of tables of one slot each
TRIES = 8
_VALUES = tuple(map(Fraction, ["0", "1", "-1", "2", "1/2", "-2", "3", "-3000", "3000", "1/1000"]))


_WIDE, _NARROW = (v.Tail({(Fraction(d), ZERO, 0): ONE}) for d in (1, -1))
_WIDTHS = {True: (ONE, ONE, ONE, _WIDE), False: (ONE, ONE, ONE, ONE, _WIDE, _NARROW)}


@dataclass(frozen=True)
class Refutation:
    """A world and a point at which a line fails, with what its sides are there."""

    line: Line
    world: World
    points: Assignment
    left: Value | str
    right: Value | str

    def __str__(self) -> str:
        where = f"step {self.line.step}" if self.line.step else "the claim"
        at = ", ".join(f"{_name(slot)} = {point}" for slot, point in self.points.items())
        values = f"{self.left} {self.line.relation} {self.right}"
        tables = [
            f"{name}: {dict(block.table)}"
            for name, family in self.world.families.items()
            for block in family.blocks
        ]
        if self.world.is_band:
            tables = ["two variables over all of N"]
        parameters = {name: str(value) for name, value in self.world.parameters.items()}
        return f"{where} says {values} at ({at}); {'; '.join(tables)}; {parameters}"


def _name(slot: Slot) -> str:
    return slot[0] if slot[1] is None else f"{slot[0]}_{slot[1]}"


def refutation(
    problem: Problem, lines: Sequence[Line], rng: Random, tries: int = TRIES
) -> Refutation | None:
    """A world that refutes one of some lines, if one is found."""
    for world in worlds(problem, rng, tries):
        for line in lines:
            found = _refuted(problem, world, line)
            if found is not None:
                return found
    return None


def worlds(problem: Problem, rng: Random, tries: int = TRIES) -> Iterator[World]:
    """Worlds that meet what is declared: drawn, mended where a fact fails, and checked."""
    for number in range(tries):
        try:
            world = _Drawing(problem, rng, _manner(problem, rng, number)).world()
        except (Unknown, Undefined):
            continue
        if world is not None:
            yield world


def _refuted(problem: Problem, world: World, line: Line) -> Refutation | None:
    evaluator = Evaluator(problem, world, settled=True)
    try:
        points = [*everywhere(evaluator, (line.left, line.right))]
    except Unknown:
        return None
    return next(filter(None, (_at(evaluator, line, point) for point in points)), None)


def _at(evaluator: Evaluator, line: Line, points: Assignment) -> Refutation | None:
    """Whether a line fails at a point where its guards, and facts at a point, hold."""
    place = evaluator.place(points)
    sides: list[Value | str] = []
    try:
        if not facts_hold(evaluator, points) or not _listed_is_defined(evaluator, points):
            return None
        for side in (line.left, line.right):
            if not all(evaluator.met(*guard) for guard in evaluator.guards(side, place)):
                return None
        for side in (line.left, line.right):
            try:
                sides.append(evaluator.value(side, place))
            except Undefined as error:
                sides.append(f"undefined ({error.why})")
        left, right = sides
        if isinstance(left, str) and isinstance(right, str):
            return None
        both = not isinstance(left, str) and not isinstance(right, str)
        if both and v.holds(left, line.relation, right):  # type: ignore[arg-type]
            return None
    except Unknown:
        return None
    return Refutation(line, evaluator.world, points, left, right)


def everywhere(
    evaluator: Evaluator, formulas: Sequence[w.Written], tails: bool = False
) -> Iterator[Assignment]:
    """All points of the variables free in some formulas."""
    place = evaluator.place({})
    slots: dict[Slot, None] = {}
    for formula in formulas:
        for slot in sorted(evaluator.free_slots(formula, place), key=str):
            slots[slot] = None
    world = evaluator.world
    ranges = [
        [p for p, _ in world.points(world.base_of(slot)) if tails or p != TAIL] for slot in slots
    ]
    count = 1
    for points in ranges:
        count *= len(points)
    if count > 300:
        raise Unknown("too many points")
    for chosen in product(*ranges):
        yield dict(zip(slots, chosen, strict=True))


# -- facts ----------------------------------------------------------------------------------------


def facts_hold(evaluator: Evaluator, points: Assignment) -> bool:
    """Whether the facts at one point hold at this one, their sides being defined there."""
    for fact in evaluator.problem.facts:
        place = evaluator.place(points)
        free = evaluator.free_slots(fact, evaluator.place({})) - _quantified(evaluator, fact)
        if not free:
            continue
        if not free <= points.keys():
            free_points = [
                {**points, **more}
                for more in everywhere(evaluator, (fact.left, fact.right))
                if all(more.get(s, p) == p for s, p in points.items())
            ]
            if not any(_says(evaluator, fact, evaluator.place(p)) for p in free_points):
                return False
        elif not _says(evaluator, fact, place):
            return False
    return True


def _listed_is_defined(evaluator: Evaluator, points: Assignment) -> bool:
    """Whether each conditional under `support` means something at a point: of free variables, a
    condition says that it does, unless it is over them."""
    world, place = evaluator.world, evaluator.place({})
    for line in evaluator.problem.support or ():
        densities = [node for node in line.walk() if isinstance(node, w.Density)]
        over = {slot for each in densities for slot in evaluator.slots(each.left, place)}
        for density in densities:
            if isinstance(line, w.Finiteness) or not density.right:
                continue
            if not over.isdisjoint(evaluator.slots(density.right, place)):
                continue
            family = world.families[density.family]
            slots = evaluator.slots(density.right, place)
            places = [[p for p in points if p == s or world.home(p) == s] for s in slots]
            for chosen in product(*filter(None, places)):
                at = {evaluator.home(slot, density.family): points[slot] for slot in chosen}
                if at.keys() > {*family.right} and v.sign(world.mass(density.family, at)) == 0:
                    return False
    return True


def _says(evaluator: Evaluator, fact: w.Statement, place: Place) -> bool:
    try:
        left, right = evaluator.value(fact.left, place), evaluator.value(fact.right, place)
    except Undefined:
        return False
    return v.holds(left, fact.relation, right)


def _quantified(evaluator: Evaluator, fact: w.Statement) -> frozenset[Slot]:
    return frozenset(evaluator.slots(fact.quantified, evaluator.place({})))


# -- drawing --------------------------------------------------------------------------------------


def _manner(problem: Problem, rng: Random, number: int) -> Manner:
    if problem.support is None:
        return Manner(zeros=0, alike=rng.random() < 0.15, ones=rng.random() < 0.3)
    bases = _bases(problem)
    plain = [base for base in bases if not _is_sequence(problem, base)]
    tail = rng.choice(plain) if plain and number % 3 == 1 else ""
    pairs = [
        (line.name, arguments)
        for line in problem.functions
        if len(arguments := [a.base for a in line.arguments]) == 2
        and not line.sign
        and {*arguments} <= {*plain}
    ]
    band = None
    if pairs and not problem.facts and number % 6 == 5:  # far out, any fact would nearly hold
        band = rng.choice(pairs)[0]
    return Manner(
        zeros=rng.choice((0.0, 0.3, 0.6)),
        tail=tail,
        band=band,
        alike=rng.random() < 0.15,
        ones=rng.random() < 0.3,
    )


def _bases(problem: Problem) -> list[str]:
    found: dict[str, None] = {}
    for line in problem.families:
        for variable in (*line.density.left, *line.density.right):
            found[variable.base] = None
    return [*found]


def _is_sequence(problem: Problem, base: str) -> bool:
    return any(
        variable.base == base and variable.form != "plain"
        for line in problem.families
        for variable in (*line.density.left, *line.density.right)
    )


class _Drawing:
    """One world in the making."""

    def __init__(self, problem: Problem, rng: Random, manner: Manner) -> None:
        self.problem = problem
        self.rng = rng
        self.manner = manner
        self.made = World({})
        self.evaluator = Evaluator(problem, self.made)

    def world(self) -> World | None:
        """A world that meets all that is declared; None where this attempt led to none."""
        self._alphabets()
        self._shapes()
        if not self._parameters():
            return None
        self.evaluator = Evaluator(self.problem, self.made)
        for line in self.problem.families:
            self._family(line)
        self.evaluator = Evaluator(self.problem, self.made)
        for copied in self.problem.copies:
            self.made.copies[copied.copy.base] = (copied.slot.base, None)
        rng, manner = self.rng, self.manner
        self.made.draw = lambda sign: function_value(
            rng, sign.removesuffix(" tail"), sign.endswith(" tail"), manner
        )
        if not self._supported():
            return None
        for fact in self.problem.facts:
            self._mend(fact)
        self.evaluator = Evaluator(self.problem, self.made, settled=True)
        if not all(self._fact_holds(fact) for fact in self.problem.facts):
            return None
        return self.made if self._finite() else None

    def _alphabets(self) -> None:
        discrete = {variable.base for variable in self.problem.discrete}
        for base in _bases(self.problem):
            count = self.rng.choice((1, 2, 2, 2, 3))
            weights = (ONE,) if base in discrete else (ONE, ONE, Fraction(1, 2), Fraction(2))
            points: list[tuple[int, Value]] = [(n, self.rng.choice(weights)) for n in range(count)]
            if base == self.manner.tail:
                points.append((TAIL, self.rng.choice(_WIDTHS[base in discrete])))
            if self.manner.band is not None:
                points = [(n, ONE) for n in range(BAND + 5)]
            self.made.alphabets[base] = tuple(points)
        if self.manner.band is not None:
            self.made.is_band = True
            self.made.bands[self.manner.band] = None
            masses = geometric(BAND + 5)
            self.made.alphabets["band"] = tuple((n, m) for n, m in enumerate(masses))

    def _shapes(self) -> None:
        variables = {*_bases(self.problem)}
        for line in self.problem.functions:
            if len(line.arguments) == 1 and line.arguments[0].base not in variables:
                self.made.shapes[line.name] = self.rng.choice(SHAPES[line.shape])

    # -- parameters -------------------------------------------------------------------------------

    def _parameters(self) -> bool:
        """Values within the declared bounds: integers from the lowest on, else small numbers."""
        integers = {n for line in self.problem.parameters if line.integer for n in line.names}
        names = {n for line in self.problem.parameters for n in line.names}
        ends = self._ends()
        for _ in range(40):
            low = 0 if ends or integers else -1
            for name in sorted(names):
                whole = name in integers or name in ends
                self.made.parameters[name] = self._number(whole, low, self._lowest(name))
            for name in sorted(ends - names):
                self.made.parameters[name] = Fraction(self.rng.choice((1, 1, 2)))
            self.evaluator = Evaluator(self.problem, self.made)
            bounds = [b for line in self.problem.parameters for b in line.bounds]
            if all(_says(self.evaluator, bound, self.evaluator.place({})) for bound in bounds):
                return True
        return False

    def _lowest(self, name: str) -> int:
        """The number that a parameter is declared to be at least."""
        for line in self.problem.parameters:
            if line.integer == "positive integers" and name in line.names:
                return 1
            for bound in line.bounds:
                match bound:
                    case w.Statement(left=w.Name(name=n), relation=">=" | ">", right=w.Number()):
                        if n == name:
                            return int(Fraction(bound.right.text))  # type: ignore[attr-defined]
        return 0

    def _number(self, whole: bool, low: int, lowest: int) -> Fraction:
        if whole:
            return Fraction(max(low, lowest) + self.rng.choice((0, 0, 1, 2)))
        if self.manner.ones and self.rng.random() < 0.5:
            return ONE
        return self.rng.choice(_VALUES) + (lowest if self.rng.random() < 0.5 else 0)

    def _ends(self) -> set[str]:
        """Names that end slices in the model, or index sums."""
        found: set[str] = set()
        nodes: list[w.Written] = [*self.problem.families, *self.problem.written]
        for node in nodes:
            for part in node.walk():
                ends: tuple[w.Written | None, ...] = ()
                if (isinstance(part, w.Variable) and part.form != "plain") or isinstance(
                    part, w.Indexed
                ):
                    ends = (part.low, part.high)
                for end in ends:
                    if end is not None:
                        found |= {n.name for n in end.walk() if isinstance(n, w.Name)}
        indices = {p.index for n in nodes for p in n.walk() if isinstance(p, w.Indexed)}
        copied = {
            n.name
            for line in self.problem.copies
            for n in line.copy.walk()
            if isinstance(n, w.Name)
        }
        return found - indices - copied

    # -- families ---------------------------------------------------------------------------------

    def _family(self, line: w.FamilyLine) -> None:
        place = self.evaluator.place({})
        name = line.density.family
        self.evaluator = Evaluator(self.problem, self.made)
        left = self.evaluator.slots(line.density.left, place)
        right = self.evaluator.slots(line.density.right, place)
        blocks: list[Block] = []
        if line.formula is not None:
            blocks = [self._by_formula(line.formula, left)]
        elif line.factors:
            found = [self._factor(name, *factor) for factor in self._factors_of(line)]
            while found:  # what a block is given comes before it
                rest = {slot for block in found for slot in block.left}
                first = next(block for block in found if rest.isdisjoint(block.right))
                found.remove(first)
                blocks.append(first)
        elif len(left) > CELLS:
            blocks = [self._table((slot,), right) for slot in left]
        else:
            blocks = [self._table(left, right)]
        self.made.families[name] = Family(left, right, tuple(blocks))

    def _table(self, left: tuple[Slot, ...], right: tuple[Slot, ...]) -> Block:
        if self.manner.alike:
            for family in self.made.families.values():
                for block in family.blocks:
                    if (block.left, block.right) == (left, right):
                        return block
        return table(self.rng, self.made, left, right, self.manner)

    def _factors_of(self, line: w.FamilyLine) -> list[tuple[w.Density, Place]]:
        place = self.evaluator.place({})
        return [pair for factor in line.factors for pair in self.evaluator._law(factor, place)]

    def _factor(self, own: str, density: w.Density, place: Place) -> Block:
        left = self.evaluator.slots(density.left, place)
        right = self.evaluator.slots(density.right, place)
        if density.family == own or density.family not in self.made.families:
            return self._table(left, right)
        cells = {}
        slots = (*left, *right)
        for chosen in product(*(self.made.alphabets[slot[0]] for slot in slots)):
            points = tuple(point for point, _ in chosen)
            at = self.evaluator.place(dict(zip(slots, points, strict=True)))
            try:
                cells[points] = self.evaluator.density(density, replace(at, indices=place.indices))
            except Undefined:  # a conditional of another family, free where it says nothing
                cells[points] = self._even(left)
        return Block(left, right, cells)

    def _even(self, left: tuple[Slot, ...]) -> Value:
        """A density that is the same at all points."""
        total: Value = ZERO
        for chosen in product(*(self.made.alphabets[slot[0]] for slot in left)):
            volume: Value = ONE
            for _, weight in chosen:
                volume = v.mul(volume, weight)
            total = v.add(total, volume)
        if isinstance(total, v.Tail) or any(
            self.made.alphabets[slot[0]][-1][0] == TAIL for slot in left
        ):
            raise Unknown("an even density along a tail")
        return v.reciprocal(total)

    def _by_formula(self, formula: w.Written, left: tuple[Slot, ...]) -> Block:
        cells = {}
        for chosen in product(*(self.made.alphabets[slot[0]] for slot in left)):
            points = tuple(point for point, _ in chosen)
            at = self.evaluator.place(dict(zip(left, points, strict=True)))
            cells[points] = self.evaluator.value(formula, at)
        return Block(left, (), cells)

    # -- what is declared -------------------------------------------------------------------------

    def _supported(self) -> bool:
        for line in self.problem.support or ():
            match line:
                case w.Domination(first=first, second=second):
                    pairs = self._masses((first, second))
                    if any(b == 0 and a != 0 for a, b in pairs):
                        return False
                case w.Positivity(density=density):
                    if any(a == 0 for (a,) in self._masses((density,))):
                        return False
        return True

    def _masses(self, formulas: tuple[w.Written, ...]) -> list[tuple[int | None, ...]]:
        """The signs of densities at all points where they are defined."""
        found = []
        for points in everywhere(self.evaluator, formulas, tails=True):
            place = self.evaluator.place(points)
            try:
                found.append(tuple(v.sign(self.evaluator.value(f, place)) for f in formulas))
            except Undefined:
                continue
        return found

    def _fact_holds(self, fact: w.Statement) -> bool:
        """A fact for all points, where its sides are defined; one at a point, somewhere."""
        quantified = _quantified(self.evaluator, fact)
        free = self.evaluator.free_slots(fact, self.evaluator.place({}))
        found = [
            self._holds_at(fact, self.evaluator.place(points), bool(quantified))
            for points in everywhere(self.evaluator, (fact.left, fact.right), tails=True)
        ]
        return all(found) if free <= quantified else any(found)

    def _holds_at(self, fact: w.Statement, place: Place, where_defined: bool) -> bool:
        try:
            left = self.evaluator.value(fact.left, place)
            right = self.evaluator.value(fact.right, place)
        except Undefined:
            return where_defined
        return v.holds(left, fact.relation, right)

    def _mend(self, fact: w.Statement) -> None:
        """Set values of functions, and parameters, so that a fact holds where it can."""
        for points in everywhere(self.evaluator, (fact.left, fact.right), tails=True):
            place = self.evaluator.place(points)
            if self._holds_at(fact, place, True):
                continue
            calls = [n for n in fact.walk() if isinstance(n, w.Call)]
            calls = [c for c in calls if c.name in self.evaluator.signs]
            self.rng.shuffle(calls)
            for call in calls:
                if self._mended(fact, place, call):
                    break
        if not self.evaluator.free_slots(fact, self.evaluator.place({})):
            self._mend_parameter(fact)

    def _mended(self, fact: w.Statement, place: Place, call: w.Call) -> bool:
        if call.name in self.made.shapes or call.name in self.made.bands:
            return False
        slots = self.evaluator.slots(call.arguments, place)  # type: ignore[arg-type]
        if not {*slots} <= place.points.keys():
            return False
        key = (call.name, *(place.points[slot] for slot in slots))
        old = self.evaluator.function(call.name, tuple(place.points[slot] for slot in slots))
        for new in self._solutions(fact, place, lambda x: self.made.functions.update({key: x})):
            if not _has_sign(new, self.evaluator.signs[call.name]):
                continue
            self.made.functions[key] = new
            if self._holds_at(fact, place, True):
                return True
        self.made.functions[key] = old
        return False

    def _solutions(self, fact: w.Statement, place: Place, put: object) -> Iterator[Value]:
        """What may solve a fact for one value: that of the other side, or as if it were linear."""
        for side, other in ((fact.left, fact.right), (fact.right, fact.left)):
            if isinstance(side, w.Call | w.Name):
                with suppress(Undefined):
                    yield self.evaluator.value(other, place)
        try:
            residuals = []
            for trial in (ZERO, ONE):
                put(trial)  # type: ignore[operator]
                left = self.evaluator.value(fact.left, place)
                right = self.evaluator.value(fact.right, place)
                residuals.append(v.add(left, v.negative(right)))
            if v.same(residuals[0], ZERO):
                yield ZERO
            yield v.div(residuals[0], v.add(residuals[0], v.negative(residuals[1])))
        except (Undefined, Unknown):
            pass
        yield from (ONE, -ONE, ZERO)

    def _mend_parameter(self, fact: w.Statement) -> None:
        place = self.evaluator.place({})
        names = [n.name for n in fact.walk() if isinstance(n, w.Name)]
        names = [n for n in names if n in self.made.parameters]
        self.rng.shuffle(names)
        for name in names:
            if self._holds_at(fact, place, False):
                return
            old = self.made.parameters[name]

            def put(value: Value, name: str = name) -> None:
                self.made.parameters[name] = value  # type: ignore[assignment]

            for new in self._solutions(fact, place, put):
                if isinstance(new, float | v.Tail):
                    continue
                put(new)
                bounds = [b for line in self.problem.parameters for b in line.bounds]
                if self._holds_at(fact, place, False) and all(
                    _says(self.evaluator, bound, place) for bound in bounds
                ):
                    return
            self.made.parameters[name] = old

    def _finite(self) -> bool:
        """Whether all that is declared finite is: by `finite`, or by the standing assumption."""
        listed: list[w.Written] = []
        if self.problem.support is None:
            listed = [*self.problem.written]
        for line in self.problem.support or ():
            if isinstance(line, w.Finiteness):
                listed += [line.expression] if line.expression else self.problem.written
        binders = [node for side in listed for node in side.walk() if isinstance(node, _BINDERS)]
        return all(self._is_finite(node) for node in dict.fromkeys(binders))

    def _is_finite(self, node: w.Written) -> bool:
        for points in everywhere(self.evaluator, (node,), tails=True):
            try:
                value = self.evaluator.value(node, self.evaluator.place(points))
            except Undefined as error:
                if error.why == "infinite":
                    return False
                continue
            if v.is_infinite(value):
                return False
        return True


_BINDERS = (
    w.Integral,
    w.SumOver,
    w.Expectation,
    w.Divergence,
    w.Entropy,
    w.VariableEntropy,
    w.Information,
)


def _has_sign(value: Value, wanted: str) -> bool:
    if not wanted:
        return True
    sign = v.sign(value)
    return {
        ">= 0": sign in (0, 1),
        "> 0": sign == 1,
        "<= 0": sign in (0, -1),
        "< 0": sign == -1,
        "!= 0": sign in (1, -1),
    }[wanted]
