"""That a certificate of sequences says what the file says, for several horizons: read again from
its text, each line has the values that the campaign's evaluator gives to the formula as written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from pathlib import Path as Path_
from random import Random
from typing import Any

import pytest
from campaign.balls import Unknown
from campaign.evaluate import Evaluator
from campaign.problem import Problem, problem
from campaign.values import Undefined
from campaign.worlds import Block, Family, Slot, World

from certificate.reading import File, Path, Values, read
from certificate.statements import ROOT, account, in_order
from verifier.certificate.writer import certificate
from verifier.formula.parser import parse_expression

FILES = {  # by file: the horizons that it is tried at, by name
    "derivations/blog/temporal.yaml": ({"t": 0}, {"t": 1}),
    "derivations/class/filtering.yaml": ({"T": 1, "t": 1}, {"T": 2, "t": 1}, {"T": 2, "t": 2}),
    "derivations/class/hierarchical.yaml": ({"L": 1}, {"L": 2}),
    "derivations/papers/diffusion.yaml": ({"T": 1}, {"T": 2}, {"T": 3}),
    "derivations/concordance/diffusion.yaml": ({"T": 2}, {"T": 3}),
    "derivations/concordance/temporal-tight.yaml": ({"t": 1},),
    # copies
    "derivations/papers/importance-weighted.yaml": ({"K": 1}, {"K": 2}, {"K": 3}),
    "derivations/class/information.yaml": ({"K": 1}, {"K": 3}),
}
SIZE = 2  # of all alphabets


@dataclass
class Kernel:
    """A factor that may be any: a law of its last `law` arguments, drawn when it is asked for."""

    random: Random
    law: int
    zeros: bool
    order: list[int]  # of what it is given and is a law of, among its arguments
    drawn: dict[Any, dict[Any, Fraction]] = field(default_factory=dict)

    def __getitem__(self, arguments: tuple[Any, ...]) -> Fraction:
        arguments = tuple(arguments[i] for i in self.order)
        count = len(arguments) - self.law
        given, own = arguments[:count], arguments[count:]
        if given not in self.drawn:
            shapes = [len(a) if isinstance(a, tuple) else None for a in own]
            cells = [*product(*(_values(shape) for shape in shapes))]
            masses = [0 if self.zeros and self.random.random() < 0.2 else 1 for _ in cells]
            masses = [m * self.random.randint(1, 6) for m in masses]
            masses = masses if any(masses) else [1 for _ in cells]
            total = sum(masses)
            self.drawn[given] = {c: Fraction(m, total) for c, m in zip(cells, masses, strict=True)}
        return self.drawn[given][own]


@dataclass
class Drawn:
    """A function that may be any: what the world draws."""

    evaluator: Evaluator
    name: str

    def __getitem__(self, arguments: tuple[Any, ...]) -> Any:
        return self.evaluator.function(self.name, arguments)


def _values(length: int | None) -> list[Any]:
    return [*range(SIZE)] if length is None else [*product(range(SIZE), repeat=length)]


@dataclass
class Unrolled:
    """A certificate and its file at a horizon, with the same tables."""

    known: Problem
    file: File
    at: Mapping[str, int]
    zeros: bool
    random: Random

    def __post_init__(self) -> None:
        kinds = [*self.file.tables.values(), *self.file.arguments.values()]
        every = " ".join((*(k for row in kinds for k in row), *self.file.fixed.values()))
        self.sizes = dict.fromkeys(re.findall(r"A_\w+", every), SIZE)
        self.world = World(
            {n.removeprefix("A_"): tuple((p, Fraction(1)) for p in range(SIZE)) for n in self.sizes}
        )
        self.world.parameters = {name: Fraction(value) for name, value in self.at.items()}
        self.world.copies = {c.copy.base: (c.slot.base, None) for c in self.known.copies}
        self.evaluator = Evaluator(self.known, self.world)
        kernels = {n: kinds for n, kinds in self.file.tables.items() if n.startswith("k_")}
        self.tables: dict[str, Any] = {
            name: Kernel(
                self.random, len(self._said(name).left), self.zeros, self._order(name, kinds)
            )
            for name, kinds in kernels.items()
        }
        place = self.evaluator.place({})
        for line in self.known.families:  # their elements are known before their factors are read
            left, right = self._slots(line.density.left), self._slots(line.density.right)
            self.world.families[line.density.family] = Family(left, right, ())
        self.evaluator = Evaluator(self.known, self.world)
        for name in self.file.tables.keys() - kernels:
            self.tables[name] = Drawn(self.evaluator, self.file.said[name])
        for line in self.known.families:
            laws = [pair for f in line.factors for pair in self.evaluator._law(f, place)]
            blocks = [self._block(d, at) for d, at in laws or [(line.density, place)]]
            family = self.world.families[line.density.family]
            family.blocks = in_order(blocks, family.right)
        horizons = {name: self.at[said] for name, said in self.file.horizons.items()}
        self.fixed = {**horizons, **{n: self._any(k) for n, k in self.file.fixed.items()}}
        self.values = Values(self.file, self.sizes, self.tables, self.fixed)

    def _any(self, kind: str) -> Any:
        if not kind.startswith("Z -> "):
            return self.random.randrange(SIZE)
        return Path((i, self.random.randrange(SIZE)) for i in range(5))

    def _slots(self, variables: Any, at: Any = None) -> tuple[Slot, ...]:
        return self.evaluator.slots(variables, at or self.evaluator.place({}))

    def _said(self, name: str) -> Any:
        return parse_expression(self.file.said[name], self.known.scope)

    def _order(self, name: str, kinds: tuple[str, ...]) -> list[int]:
        """That in which arguments are given and then a law: of tables of variables, by name."""
        said = self._said(name)
        own = [f"A_{v.base}" for v in (*said.right, *said.left)]
        plain = len({*kinds}) == len(kinds) and {*own} == {*kinds}
        return [kinds.index(a) for a in own] if plain else [*range(len(kinds))]

    def _block(self, density: Any, at: Any) -> Block:
        """The table of a factor: that of the kernel which is said to be it, at some index."""
        left, right = self._slots(density.left, at), self._slots(density.right, at)
        for name in filter(lambda n: n.startswith("k_"), self.file.tables):
            said = self._said(name)
            if said.family != density.family:
                continue
            for i in range(5):
                inner = self.evaluator.place({})
                inner = type(inner)({}, frozenset(), {**self.at, "i": i})
                parts = [self._slots((v,), inner) for v in (*said.right, *said.left)]
                given, own = parts[: len(said.right)], parts[len(said.right) :]
                flat = [{s for part in side for s in part} for side in (own, given)]
                if flat == [{*left}, {*right}]:
                    return self._filled(name, i, [*said.right, *said.left], parts, (left, right))
        raise AssertionError(f"no kernel is {density}")

    def _filled(self, name: str, index: int, variables: Any, parts: Any, sides: Any) -> Block:
        left, right = sides
        cells = {}
        for points in product(range(SIZE), repeat=len(left) + len(right)):
            at = dict(zip((*left, *right), points, strict=True))
            arguments = [
                tuple(at[s] for s in part) if v.form in ("slice", "before", "upto") else at[part[0]]
                for v, part in zip(variables, parts, strict=True)
            ]
            indexed = self.file.tables[name][0] == "Z"
            own = dict(
                zip(
                    self.tables[name].order,
                    [*([index] if indexed else []), *arguments],
                    strict=True,
                )
            )
            cells[points] = self.tables[name][tuple(own[i] for i in range(len(own)))]
        return Block(left, right, cells)

    def compared(self) -> Iterator[str]:
        """Lines that have a meaning here; of each, that its values are the ones that are meant."""
        points: dict[Slot, int] = {}
        for name, value in self.fixed.items():
            base = name.removeprefix("v_")
            if isinstance(value, Path):
                points.update({(base, i): value(i) for i in range(5)})
            elif name.startswith("v_"):
                points[base, None] = value
        for line in self.known.lines:
            name = f"e{line.step}"
            if name not in self.file.definitions or self.file.arguments[name]:
                continue
            try:
                value = self.evaluator.value(line.right, self.evaluator.place(points))
                meant = float(value)  # type: ignore[arg-type]
            except (Undefined, Unknown):
                continue
            if abs(meant) != float("inf"):
                assert self.values.of(name) == pytest.approx(meant, abs=1e-9), name
                yield name


@pytest.mark.parametrize("zeros", [False, True], ids=["positive", "zeros"])
@pytest.mark.parametrize("name", FILES)
def test_lines_of_sequences_have_the_values_of_what_is_written(name: str, zeros: bool) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    known = problem(text)
    assert known is not None
    file = read(certificate(account(ROOT / name)).text)
    compared = {
        line
        for at in FILES[name]
        for line in Unrolled(known, file, at, zeros, Random(f"{name} {at}")).compared()
    }
    every = {f"e{line.step}" for line in known.lines} & file.definitions.keys()
    own = {line for line in every if not file.arguments[line]}
    assert compared if zeros or known.facts else compared == own


PLAIN = """
title: a row that nothing is said of
model: ["p(z_{0:t})"]
parameters: [t >= 1, c > 0]
start: c
steps:
  - eq: 2 c - c
claim: c = 2 c - c
"""


@pytest.mark.parametrize("name", [*FILES, "plain"])
def test_what_is_shown_leans_on_what_stands_before_it(name: str, tmp_path: Path_) -> None:
    """What is shown of factors may ask for marginals that nothing else has asked for."""
    file = ROOT / name
    if name == "plain":
        file = tmp_path / "plain.yaml"
        file.write_text(PLAIN, encoding="utf-8")
    known: set[str] = set()
    for line in certificate(account(file)).text.splitlines():
        used = {*re.findall(r"\bw_\w+", line)}
        own = re.match(r"(?:Lemma|Definition|Notation) (\w+)", line)
        known |= {own[1]} if own else set()
        assert used <= known, line
