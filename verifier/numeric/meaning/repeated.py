"""What is asked of one sample of worlds after another: written down, then only done again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arrays import Data, Field, UnsupportedError
from verifier.numeric.numbers.tape import Tape, UnrecordedError
from verifier.numeric.worlds.tables import DERIVED, Tables

_WORTH = 3  # times that worlds of a layout were there: a tape takes as long as two of them
_MOST = 4  # tapes


class Repeated:
    """`make`, asked of interpreters in floats that differ in their worlds alone: with the same
    values, but from a tape where worlds of the same layout were there before."""

    def __init__(self, make: Callable[[Interpreter], Sequence[Field]]) -> None:
        self._make = make
        self._asked: Counter[object] = Counter()
        self._tapes: dict[object, Tape] = {}

    def __call__(self, interpreter: Interpreter) -> Sequence[Field]:
        """The fields that `make` gives."""
        tables = interpreter.tables
        layout = tables.sample.layout
        tape = self._tapes.get(layout) or self._tape(interpreter, layout)
        if tape is not None:
            played = tape.play(partial(_given, tables))
            if played is not None:
                return played
            del self._tapes[layout]  # what is unusual once is likely to be so again
        return self._make(interpreter)

    def _tape(self, interpreter: Interpreter, layout: object) -> Tape | None:
        """One of what is asked, if it is time for one and there can be one."""
        self._asked[layout] += 1
        if self._asked[layout] != _WORTH or len(self._tapes) == _MOST:
            return None
        if not interpreter.tables.positive:  # zeros are the rule
            return None
        tape = Tape()
        try:
            found = tape.finish(self._make(_recorder(interpreter, tape)))
        except (UnrecordedError, UnsupportedError):
            return None
        self._tapes[layout] = found
        return found


def _recorder(interpreter: Interpreter, tape: Tape) -> Interpreter:
    """An interpreter of the same worlds that writes down what it does."""
    sample = interpreter.tables.sample
    draws = {
        key: draw._replace(top=tape.input(("draw", key), draw.top))
        for key, draw in sample.draws.items()
    }
    settings = interpreter.indices, interpreter.solutions
    recorder = Interpreter(sample.with_draws(draws), tape.arithmetic, *settings, tape.buffers)
    for key, field in interpreter.tables.known.items():
        if key[0] not in DERIVED:
            slot = tape.input(("table", key), field.data)
            recorder.tables.known[key] = field._replace(data=slot)
    return recorder


def _given(tables: Tables, kind: str, key: Any) -> Data | None:
    """What all else is made from: the integers of a draw, or a table that is there."""
    if kind == "draw":
        return tables.sample.draws[key].top if key in tables.sample.draws else None
    return tables.known[key].data if key in tables.known else None
