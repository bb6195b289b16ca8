"""log p(x) - ELBO on 100,000 tables of 4 by 4: the interpreter against hand-written NumPy.

Run `python -m benchmarks.numeric`. Both sides take the same 36 logarithms per table pair (16 of
p(x, z), 16 of q(z | x), 4 of p(x)), in float64, on one thread, with the worlds as the last axis, in
chunks of 16,384 worlds, and use their buffers again. Generation is timed apart. The two alternate,
and the best of the repetitions counts.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Tuple

from verifier.kernel.binding import bind
from verifier.kernel.model import Family, Model
from verifier.kernel.terms import Density, Expectation, Log, Var
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.numbers.arithmetic import FLOAT
from verifier.numeric.numbers.arrays import Buffers
from verifier.numeric.search.batches import generator
from verifier.numeric.worlds.draws import Drawing, Sample, Shape

WORLDS, SIZE, CHUNK, REPETITIONS = 100_000, 4, 16_384, 15
LOGS = 2 * SIZE * SIZE + SIZE

Values = NDArray[np.float64]

x, z = Var("x"), Var("z")
MODEL = Model(families=(Family("p", (x, z)), Family("q", (z,), (x,))))


def gap() -> Expr:
    """log p(x) - E_{q(z | x)}[log p(x, z) - log q(z | x)]."""
    joint, law = Density("p", [x, z]), Density("q", [z], [x])
    elbo = bind(Expectation, (z,), Log(joint) - Log(law), Tuple(law))
    return Log(Density("p", [x])) - elbo


def generate() -> list[Interpreter]:
    """The worlds in chunks, their normalised tables made."""
    shape = Shape({x: SIZE, z: SIZE}, WORLDS)
    sample: Sample = Drawing(MODEL, shape, generator(0)).sample()
    buffers = Buffers()
    chunks = []
    for start in range(0, WORLDS, CHUNK):
        part = sample.take(slice(start, min(start + CHUNK, WORLDS)))
        interpreter = Interpreter(part, FLOAT, buffers=buffers)
        for family in MODEL.families:
            interpreter.tables.joint(family)
        chunks.append(interpreter)
    return chunks


def by_interpreter(chunks: list[Interpreter], term: Expr) -> list[Values]:
    """The term's values, nothing of a chunk kept but its tables."""
    results = []
    for interpreter in chunks:
        results.append(interpreter.value(term).data.copy())
        interpreter.forget()
    return results


class ByHand:
    """The same computation written out, with buffers made once."""

    def __init__(self, chunks: list[Interpreter]) -> None:
        tables = [[c.tables.joint(family).data for family in MODEL.families] for c in chunks]
        self.pairs = [(np.ascontiguousarray(p), np.ascontiguousarray(q)) for p, q in tables]
        self.log_joint, self.log_law = np.empty((2, SIZE, SIZE, CHUNK))
        self.evidence, self.elbo = np.empty((2, SIZE, CHUNK))

    def __call__(self) -> list[Values]:
        return [self._chunk(p, q) for p, q in self.pairs]

    def _chunk(self, p: Values, q: Values) -> Values:
        n = p.shape[-1]
        log_joint, log_law = self.log_joint[..., :n], self.log_law[..., :n]
        evidence, elbo = self.evidence[..., :n], self.elbo[..., :n]
        np.add.reduce(p, axis=1, out=evidence)
        np.log(evidence, out=evidence)
        np.log(p, out=log_joint)
        np.log(q, out=log_law)
        np.subtract(log_joint, log_law, out=log_joint)
        np.multiply(log_joint, q, out=log_joint)
        np.add.reduce(log_joint, axis=1, out=elbo)
        np.subtract(evidence, elbo, out=evidence)
        return evidence.copy()


def seconds(run: Callable[[], Any]) -> float:
    """How long one call takes."""
    start = perf_counter()
    run()
    return perf_counter() - start


def measure() -> tuple[float, float, float]:
    """Seconds for generation, for the interpreter and by hand."""
    start = perf_counter()
    chunks = generate()
    generation = perf_counter() - start
    by_hand, term = ByHand(chunks), gap()
    for ours, theirs in zip(by_interpreter(chunks, term), by_hand(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13)
    rounds = [
        (seconds(lambda: by_interpreter(chunks, term)), seconds(by_hand))
        for _ in range(REPETITIONS)
    ]
    ours, hand = (min(column) for column in zip(*rounds, strict=True))
    return generation, ours, hand


def main() -> None:
    """Print the figures."""
    generation, ours, hand = measure()
    print(f"log p(x) - ELBO, {WORLDS:,} tables of {SIZE} by {SIZE}, {LOGS} logarithms each")
    print(f"  generation    {1e3 * generation:7.2f} ms")
    for name, time in (("interpreter", ours), ("by hand", hand)):
        print(f"  {name:12}  {1e3 * time:7.2f} ms  {WORLDS / time / 1e6:6.1f} M tables/s")
    print(f"  speed relative to hand-written NumPy: {hand / ours:.2f} (aim: at least 0.80)")


if __name__ == "__main__":
    main()
