"""One statement of the campaign: generated, asked of the verifier, refuted where it can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from .generate import generated
from .problem import Line, Problem, problem
from .refute import TRIES, Refutation, refutation
from .verdict import MAIN, Files, Proof, proof

Prover = Callable[[Files], Proof]


@dataclass(frozen=True)
class Found:
    """A file of which something false was accepted: a step of it, or (step 0) its claim."""

    seed: int
    files: Files
    refuted: Refutation


def judge(
    seed: int, files: Files, prove: Prover = proof, tries: int = TRIES
) -> tuple[Proof, Found | None]:
    """What the verifier accepts of a file, and a world that refutes it, if one is found."""
    said = prove(files)
    posed = problem(files[MAIN]) if said.steps else None
    if posed is None:
        return said, None
    resting = posed.resting_on(said.leaning)
    found = refutation(resting, accepted(posed, said), Random(seed), tries)
    return said, None if found is None else Found(seed, files, found)


def accepted(posed: Problem, said: Proof) -> list[Line]:
    """The lines that are said to hold under what is declared and their guards alone.

    A `so` may be proved given a statement that isn't: it counts where what it starts from does.
    """
    good: set[int] = set()
    for line in posed.lines:
        if line.step in said.steps and good.issuperset(posed.premises[line.step]):
            good.add(line.step)
    lines = [line for line in posed.lines if line.step in good]
    return [*lines, posed.claim] if said.claim else lines


def statement(seed: int, prove: Prover = proof, tries: int = TRIES) -> tuple[Proof, Found | None]:
    """The statement of a seed, judged."""
    return judge(seed, generated(seed), prove, tries)
