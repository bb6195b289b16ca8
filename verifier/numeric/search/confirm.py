"""Confirmation in exact arithmetic: nothing is called false, or a world, on the word of floats."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np

from verifier.kernel.model import Comparison
from verifier.kernel.terms import Statement, Var
from verifier.numeric.meaning.assumptions import admissible, at_the_point
from verifier.numeric.meaning.definedness import somewhere
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.exactly import in_exact
from verifier.numeric.meaning.gaps import Premises, counted
from verifier.numeric.meaning.relations import difference, is_related_to_zero
from verifier.numeric.numbers.arrays import Field
from verifier.outcome import Counterexample

CANDIDATES = 6  # worlds of one sample that are tried exactly
_PRECISIONS = (64, 256, 1024)  # in bits; what is open at the last of them is dropped
_FINE = 2**40  # no world that is drawn at random has larger integers
_VIOLATED = {"=": "!=", ">=": "<", "<=": ">"}

Point = tuple[tuple[Var, int], ...]
Answer = TypeVar("Answer")


def decided(
    interpreter: Interpreter, world: int, question: Callable[[Interpreter], Answer]
) -> Answer | None:
    """The answer that exact arithmetic gives in one world; None when balls cannot tell."""
    from flint import ctx

    from verifier.numeric.numbers.exact import UncertainError

    one = interpreter.tables.sample.take(np.array([world]))
    for bits in _PRECISIONS:
        with ctx.workprec(bits):
            try:
                return question(in_exact(interpreter, one))
            except UncertainError:
                continue
    return None


def confirmed(
    interpreter: Interpreter, world: int, point: Point, statement: Statement, premises: Premises
) -> Counterexample | None:
    """The counterexample at a world and a point, if exact arithmetic says that it is one."""

    def question(exactly: Interpreter) -> Counterexample | None:
        if not breaks(exactly, point, statement, premises):
            return None
        from verifier.numeric.search.show import counterexample  # of what is wrong alone

        return counterexample(exactly, (statement, *premises), dict(point))

    return decided(interpreter, world, question)


def breaks(
    interpreter: Interpreter, point: Point, statement: Statement, premises: Premises
) -> bool:
    """Whether an exact world breaks a statement at a point.

    It does when it meets the model's assumptions and the premises hold, both sides are defined at
    the point, and the relation fails there for certain. Raises `UncertainError`.
    """
    if not admissible(interpreter).data.all():
        return False
    if not at(counted(interpreter, statement, premises), point):
        return False
    return violated(interpreter, point, statement)


def violated(interpreter: Interpreter, point: Point, statement: Statement) -> bool:
    """Whether a relation fails for certain at a point of an exact world. Raises
    `UncertainError`."""
    gap = at(difference(interpreter, statement.left, statement.right), point)
    relation = cast(Comparison, _VIOLATED[statement.relation])
    there = np.array([gap], dtype=object)
    return bool(is_related_to_zero(interpreter.arithmetic, there, relation)[0])


def at(field: Field, point: Point) -> object:
    """The value of a one-world field at a point."""
    place = dict(point)
    lengths = zip(field.axes, field.data.shape, strict=False)
    index = [place.get(variable, 0) if length > 1 else 0 for variable, length in lengths]
    return field.data[(*index, 0)]


def is_world(interpreter: Interpreter) -> bool:
    """Whether one of a sample's worlds, among the first few, meets the assumptions exactly, or is
    shown to have one that does beside it."""
    with np.errstate(all="ignore"):
        mask = somewhere(at_the_point(interpreter, ()))
    worlds = np.flatnonzero(np.broadcast_to(mask.data, (interpreter.tables.sample.count,)))
    tried = map(int, worlds[:CANDIDATES])
    if _is_fine(interpreter):
        from verifier.numeric.search.certify import is_near_a_world  # few models need it

        return any(is_near_a_world(interpreter, world) for world in tried)
    return any(decided(interpreter, world, _is_exact) for world in tried)


def _is_fine(interpreter: Interpreter) -> bool:
    """Whether worlds were moved to where they are: no others have such large integers."""
    draws = interpreter.tables.sample.draws.items()
    moved = [draw for key, draw in draws if key[0] != "width"]
    return any(max(draw.bottom, draw.top.max()) > _FINE for draw in moved)


def _is_exact(interpreter: Interpreter) -> bool:
    point = somewhere(at_the_point(interpreter, ()))
    return bool(admissible(interpreter).data.all() and point.data.all())
