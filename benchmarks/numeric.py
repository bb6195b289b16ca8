"""log p(x) - ELBO on tables: the numeric side against hand-written NumPy.

Run `python -m benchmarks.numeric`. Both sides take the same logarithms per table pair (of p(x, z),
of q(z | x) and of p(x)), in float64, on one thread, with the worlds as the last axis, and use their
buffers again. Ours is `Repeated`, what a search asks of one sample after another: of a layout that
was there twice it makes a tape, and plays that. In the large: 100,000 tables of 4 by 4, each side
at the chunk that is best for it. In the shape that files have: batches of 1,024 worlds with
alphabets of 2 to 4. Generation, making the tape, and what the interpreter takes without one are
timed apart. The two alternate; CPU time, and the best of the repetitions counts, with the median
beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Tuple

from verifier.kernel.binding import bind
from verifier.kernel.model import Family, Model
from verifier.kernel.terms import Density, Expectation, Log, Var
from verifier.numeric.meaning.evaluate import Interpreter
from verifier.numeric.meaning.repeated import Repeated
from verifier.numeric.numbers.arithmetic import FLOAT
from verifier.numeric.numbers.arrays import Buffers, Field
from verifier.numeric.search.batches import generator
from verifier.numeric.worlds.draws import Drawing, Sample, Shape

WORLDS, CHUNKS, REPETITIONS = 100_000, (1024, 4096, 16_384), 15
BATCH, ALPHABETS = 1024, ((2, 2), (3, 2), (2, 3), (4, 2), (4, 3))

Values = NDArray[np.float64]
Rounds = list[list[float]]

x, z = Var("x"), Var("z")
MODEL = Model(families=(Family("p", (x, z)), Family("q", (z,), (x,))))


def gap() -> Expr:
    """log p(x) - E_{q(z | x)}[log p(x, z) - log q(z | x)]."""
    joint, law = Density("p", [x, z]), Density("q", [z], [x])
    elbo = bind(Expectation, (z,), Log(joint) - Log(law), Tuple(law))
    return Log(Density("p", [x])) - elbo


GAP = gap()


def generate(sizes: tuple[int, int], worlds: int, chunk: int) -> list[Interpreter]:
    """The worlds in chunks, their normalised tables made."""
    shape = Shape({x: sizes[0], z: sizes[1]}, worlds)
    sample: Sample = Drawing(MODEL, shape, generator(0)).sample()
    buffers = Buffers()
    chunks = []
    for start in range(0, worlds, chunk):
        part = sample.take(slice(start, min(start + chunk, worlds)))
        interpreter = Interpreter(part, FLOAT, buffers=buffers)
        for family in MODEL.families:
            interpreter.tables.joint(family)
        chunks.append(interpreter)
    return chunks


def interpreted(interpreter: Interpreter) -> tuple[Field]:
    """The term's values, walking it."""
    return (interpreter.value(GAP),)


def values(
    chunks: list[Interpreter], ask: Callable[[Interpreter], Sequence[Field]]
) -> list[Values]:
    """What is asked of each chunk; only its tables are kept."""
    results = []
    for interpreter in chunks:
        result = ask(interpreter)[0].data
        if interpreter.kept.size:
            result = result.copy()
            interpreter.forget()
        results.append(result)
    return results


class ByHand:
    """The same computation written out, with buffers made once."""

    def __init__(self, chunks: list[Interpreter]) -> None:
        tables = [[c.tables.joint(family).data for family in MODEL.families] for c in chunks]
        self.pairs = [(np.ascontiguousarray(p), np.ascontiguousarray(q)) for p, q in tables]
        shape = self.pairs[0][0].shape
        self.log_joint, self.log_law = np.empty((2, *shape))
        self.evidence, self.elbo = np.empty((2, shape[0], shape[-1]))

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
    """The CPU time of one call."""
    start = process_time()
    run()
    return process_time() - start


def measure(sizes: tuple[int, int], worlds: int, chunk: int) -> tuple[list[float], Rounds]:
    """Seconds for generation, without a tape, and until there is one; and of each repetition, by
    tape and by hand."""
    start = process_time()
    chunks = generate(sizes, worlds, chunk)
    generation = process_time() - start
    by_tape, by_hand = Repeated(interpreted), ByHand(chunks)
    walk = partial(values, chunks, interpreted)
    before = [min(seconds(walk) for _ in range(3)), seconds(partial(values, chunks, by_tape))]
    for one, two, three in zip(
        values(chunks, by_tape), values(chunks, interpreted), by_hand(), strict=True
    ):
        np.testing.assert_array_equal(one, two)
        np.testing.assert_allclose(one, three, rtol=1e-12, atol=1e-13)
    run = partial(values, chunks, by_tape)
    rounds = [(seconds(run), seconds(by_hand)) for _ in range(REPETITIONS)]
    return [generation, *before], [list(column) for column in zip(*rounds, strict=True)]


def main() -> None:
    """Print the figures."""
    print(f"log p(x) - ELBO, {WORLDS:,} tables of 4 by 4")
    best = [np.inf, np.inf]
    for chunk in CHUNKS:
        before, columns = measure((4, 4), WORLDS, chunk)
        best = [min(known, *column) for known, column in zip(best, columns, strict=True)]
        shown = (f"{1e3 * min(c):.1f} ms (median {1e3 * median(c):.1f})" for c in columns)
        once = "generation {:.0f} ms  interpreter {:.1f} ms  first {:.1f} ms"
        line = "  by hand ".join(shown)
        print(f"  chunk {chunk:6}: {once.format(*(1e3 * each for each in before))}  tape {line}")
    print(f"  by hand / tape, each at its best: {best[1] / best[0]:.2f} (aim: at least 1.0)")
    print(f"batches of {BATCH:,} worlds")
    for sizes in ALPHABETS:
        (_, walked, _), (ours, hand) = measure(sizes, 8 * BATCH, BATCH)
        print(
            f"  {sizes[0]} by {sizes[1]}: {min(hand) / min(ours):.2f} (aim: at least 0.80)"
            f"  without a tape {min(hand) / walked:.2f}"
        )


if __name__ == "__main__":
    main()
