"""Free functions: random tables over variables, random pieces over numbers, of declared shape.

Any integers make a function of the declared sign and shape, so that a search may change them at
will. Values at numbers are piecewise linear with rational breakpoints, plus a quadratic for
functions of free, convex or concave shape. Outside its interval a declared shape does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from sympy import Basic, Expr, Rational

from verifier.kernel.model import Function
from verifier.kernel.terms import Call, Var
from verifier.numeric.meaning.kept import Kept
from verifier.numeric.numbers.arrays import Field, UnsupportedError, first, ordered, rename
from verifier.numeric.worlds.draws import KNOTS, Key, function_parts, is_strict
from verifier.numeric.worlds.facts import Solutions
from verifier.numeric.worlds.tables import Tables

_FLIPPED = {"concave": "convex", "convex": "concave", "increasing": "decreasing"}
_FLIPPED["decreasing"] = "increasing"


Part = Callable[[str], Field]  # the coefficients of a function at one of its numbers, by name


class Functions:
    """The functions of a sample's worlds; `value` gives arguments theirs."""

    def __init__(
        self, tables: Tables, solutions: Solutions, value: Callable[[Expr], Field], kept: Kept
    ) -> None:
        self._tables = tables
        self._solutions = solutions
        self._value = value
        self._kept = kept
        self._fields = tables.fields
        self._arithmetic = tables.fields.arithmetic

    def call(self, term: Call) -> Field:
        """The value of a function at the arguments of a call."""
        function = self._tables.model.function.get(term.name)
        if function is None or len(function.arguments) != len(term.arguments):
            raise UnsupportedError(f"{term.name} is not declared with these arguments")
        names = self._names(function, term.arguments)
        formal = formal_call(function)
        if formal is not None and formal in self._solutions.values:
            return rename(self._solved(function, formal), names)
        value = self._coefficient(function, "offset", names)
        for position, argument in enumerate(term.arguments):
            if not isinstance(argument, Var):
                at = self._value(argument).shared()
                value = self._add(value, self._pieces(function, position, at, names))
        return self._signed(function, value)

    def _names(self, function: Function, arguments: tuple[Basic, ...]) -> dict[Var, Var]:
        """From the slots of a function's axes to the variables it is called at."""
        names: dict[Var, Var] = {}
        for formal, actual in zip(function.arguments, arguments, strict=True):
            if isinstance(actual, Var) != (formal is not None):
                raise UnsupportedError(f"{function.name}: a variable is no number")
            if isinstance(actual, Var) and formal is not None:
                space = self._tables.alphabets.space
                if space(actual) != space(formal) or formal in names:
                    raise UnsupportedError(f"{function.name} is not declared with these arguments")
                names[formal] = actual
        return names

    def _solved(self, function: Function, formal: Call) -> Field:
        """The values that a fact gives to a function: all, or the one at the first point; those
        drawn where it gives no number."""
        return self._kept.once(("solved", formal), lambda: self._solve(function, formal))

    def _solve(self, function: Function, formal: Call) -> Field:
        axes = ordered(v for v in formal.arguments if isinstance(v, Var))
        value = self._value(self._solutions.values[formal])
        value = self._tables.alphabets.full(
            first(value, [v for v in value.axes if v not in axes]), axes
        )
        given = self._arithmetic.is_finite(value.data)
        if formal in self._solutions.at_a_point:
            here = np.zeros_like(given)
            here[(0,) * len(axes)] = given[(0,) * len(axes)]
            given = here
        if given.all():
            return value
        drawn = self._signed(function, self._coefficient(function, "offset", {}))
        return Field(axes, np.where(given, value.data, drawn.data))

    def _coefficient(self, function: Function, part: str, names: dict[Var, Var]) -> Field:
        key: Key = ("function", function.name, part)
        return rename(self._kept.once(key, lambda: self._tables.draw(key)), names)

    # -- arithmetic -------------------------------------------------------------------------------

    def _add(self, left: Field, right: Field) -> Field:
        return self._fields.add(left, right)

    def _subtract(self, left: Field, right: Field) -> Field:
        return self._fields.subtract(left, right)

    def _maximum(self, left: Field, right: Field) -> Field:
        return self._fields.apply(self._arithmetic.maximum, left, right)

    def _minimum(self, left: Field, right: Field) -> Field:
        return self._negate(self._maximum(self._negate(left), self._negate(right)))

    def _constant(self, top: int, bottom: int = 1) -> Field:
        return Field((), self._arithmetic.number(Rational(top, bottom)))

    def _negate(self, field: Field) -> Field:
        return self._fields.multiply(self._constant(-1), field)

    def _absolute(self, field: Field) -> Field:
        return self._fields.map(self._arithmetic.absolute, field)

    # -- pieces over a number ---------------------------------------------------------------------

    def _pieces(self, function: Function, position: int, at: Field, names: dict[Var, Var]) -> Field:
        """What the number at `position` contributes: clipped to the interval, free outside."""

        def part(name: str) -> Field:
            return self._coefficient(function, f"{name}@{position}", names)

        if not function.shape:
            return self._bent(function, at, part)
        inside, beyond = at, self._constant(0)
        for end, clip, name in (
            (function.low, self._maximum, "below"),
            (function.high, self._minimum, "above"),
        ):
            if end is not None:
                clipped = clip(inside, self._end(end)).shared()
                outside = self._subtract(inside, clipped)
                beyond = self._add(beyond, self._fields.multiply(part(name), outside))
                inside = clipped
        return self._add(self._bent(function, inside, part), beyond)

    def _end(self, end: Expr) -> Field:
        return self._value(end).shared()

    def _bent(self, function: Function, at: Field, part: Part) -> Field:
        """slope0 * u + the bends at the knots + the quadratic, of the declared shape."""
        slopes = self._slopes(function, part)
        knot = part("knot0")
        value = self._fields.multiply(slopes[0], at)
        for k in range(KNOTS):
            bend = self._subtract(slopes[k + 1], slopes[k])
            excess = self._maximum(self._subtract(at, knot), self._constant(0))
            value = self._add(value, self._fields.multiply(bend, excess))
            if k + 1 < KNOTS:
                step = self._absolute(part(f"knot{k + 1}"))
                knot = self._add(knot, step).shared()
        if function.shape in ("increasing", "decreasing"):
            return value
        return self._add(value, self._quadratic(function, at, part("quadratic")))

    def _slopes(self, function: Function, part: Part) -> list[Field]:
        """The slope of each piece, in the order that the declared shape asks for."""
        drawn = [part(f"slope{k}") for k in range(KNOTS + 1)]
        if function.shape in ("increasing", "decreasing"):
            steep = [self._add(self._absolute(s), self._constant(1, 4)) for s in drawn]
            falling = function.shape == "decreasing"
            made = [self._negate(s) for s in steep] if falling else steep
        elif function.shape:
            made = [drawn[0]]
            turn = self._add if function.shape == "convex" else self._subtract
            for step in drawn[1:]:
                made.append(turn(made[-1].shared(), self._absolute(step)))
        else:
            made = drawn
        return [slope.shared() for slope in made]

    def _quadratic(self, function: Function, at: Field, curvature: Field) -> Field:
        if function.shape:
            curvature = self._absolute(curvature)
        if function.shape == "concave":
            curvature = self._negate(curvature)
        square = self._fields.multiply(at, at)
        return self._fields.multiply(self._fields.multiply(self._constant(1, 8), curvature), square)

    def described(self, function: Function) -> Iterator[tuple[str, Field]]:
        """The random coefficients of a function of numbers, named: for a counterexample."""
        for part in function_parts(function):
            yield part, self._coefficient(function, part, {})

    # -- signs ------------------------------------------------------------------------------------

    def _signed(self, function: Function, value: Field) -> Field:
        """The value moved to the declared side of 0, keeping the shape."""
        if not function.sign:
            return value
        if function.sign == "!= 0" and None not in function.arguments:
            return value  # drawn so that it isn't 0
        negative = function.sign.startswith("<")
        shape = _FLIPPED.get(function.shape, "") if negative else function.shape
        if shape == "concave":
            raise UnsupportedError(f"{function.name}: {function.shape} and {function.sign}")
        upright = self._negate(value) if negative else value
        zero = self._constant(0)
        upright = self._maximum(upright, zero) if shape else self._absolute(upright)
        if is_strict(function) and None in function.arguments:
            upright = self._add(upright, self._constant(1, 4))
        return self._negate(upright) if negative else upright


def formal_call(function: Function) -> Call | None:
    """A function at its formal arguments; None when some of them are numbers."""
    if None in function.arguments:
        return None
    call: Call = Call(function.name, *(a for a in function.arguments if a is not None))
    return call
