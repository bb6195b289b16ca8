"""The campaign: its evaluator against known values, what it refutes, and a run of it."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from random import Random

import pytest
from campaign.evaluate import Evaluator
from campaign.generate import generated
from campaign.kinds import KINDS
from campaign.problem import Problem, problem
from campaign.refute import refutation, worlds
from campaign.run import Found, statement
from campaign.shrink import shrunk
from campaign.values import OO, Tail, Undefined, Value, div, holds
from campaign.verdict import MAIN, Files, Proof
from campaign.worlds import TAIL, Block, Family, World
from derivation_table import ROOT
from mutants import Mutant, broken

COUNT = 2000
WORLDS = 5

HALF, ONE, ZERO = Fraction(1, 2), Fraction(1), Fraction(0)
Z, X = ("z", None), ("x", None)

MODEL = """
title: formulas
model: ["p(x, z)", q(z), r(z), s(z)]
functions: ["f(z)"]
parameters: [a]
support: []
steps: [{so: "%s = 0"}]
claim: "%s = 0"
"""


def posed(text: str) -> Problem:
    found = problem(text)
    assert found is not None
    return found


def value(formula: str, world: World, **points: int) -> Value:
    known = posed(MODEL % (formula, formula))
    evaluator = Evaluator(known, world)
    place = evaluator.place({(name, None): point for name, point in points.items()})
    return evaluator.value(known.claim.left, place)


def family(table: dict[tuple[int, ...], Value], *slots: tuple[str, None]) -> Family:
    return Family(slots, (), (Block(slots, (), table),))


@pytest.fixture
def finite() -> World:
    """Two points of x and z: p lacks x = 1, q lacks z = 1, r lacks z = 0."""
    world = World({"x": ((0, ONE), (1, ONE)), "z": ((0, ONE), (1, ONE))})
    joint: dict[tuple[int, ...], Value] = {(0, 0): HALF, (0, 1): HALF, (1, 0): ZERO, (1, 1): ZERO}
    world.families = {
        "p": family({**joint}, X, Z),
        "q": family({(0,): ONE, (1,): ZERO}, Z),
        "r": family({(0,): ZERO, (1,): ONE}, Z),
        "s": family({(0,): HALF, (1,): HALF}, Z),
    }
    world.functions = {("f", 0): Fraction(3), ("f", 1): Fraction(-1)}
    world.parameters = {"a": ZERO}
    return world


@pytest.fixture
def tailed() -> World:
    """z on N: q is geometric, r of doubly exponential decrease, f grows as fast as q falls."""
    steep = Tail({(Fraction(-1), ZERO, 0): ONE})
    world = World({"x": ((0, ONE),), "z": ((TAIL, ONE),)})
    world.families = {
        "p": family({(0, TAIL): Tail({(ZERO, -ONE, 0): ONE})}, X, Z),
        "q": family({(TAIL,): Tail({(ZERO, -ONE, 0): ONE})}, Z),
        "r": family({(TAIL,): div(steep, steep.total())}, Z),
        "s": family({(TAIL,): Tail({(ZERO, Fraction(-2), 0): Fraction(3)})}, Z),
    }
    world.functions = {("f", TAIL): Tail({(ZERO, ONE, 0): ONE})}
    world.parameters = {"a": ZERO}
    return world


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("E_{q(z)}[log q(z)]", 0),  # 0 log 0
        ("int q(z) log q(z) dz", 0),
        ("int q(z) (1 / q(z)) dz", 1),  # over q > 0 alone
        ("E_{q(z)}[r(z) / q(z)]", 0),
        ("int (1 / q(z)) q(z) dz", 1),
        ("int p(z | x) p(x) dx dz", 1),  # whichever comes first
        ("int p(x) p(z | x) dx dz", 1),
        ("int 1 / q(z) dz", "domain"),  # nothing weighs
        ("int f(z) / q(z) dz", "domain"),
        ("KL(q(z) || r(z))", OO),
        ("E_{q(z)}[log(q(z) / r(z))]", "domain"),  # KL isn't its unfolding there
        ("0 KL(q(z) || r(z))", "infinite"),
        ("KL(q(z) || r(z)) - KL(q(z) || r(z))", "infinite"),
        ("KL(q(z) || s(z))", math.log(2)),
        ("H(s(z))", math.log(2)),
        ("H_p(x, z) - H_p(x)", math.log(2)),
        ("I_p(x; z)", 0),
        ("exp(-KL(q(z) || r(z)))", 0),
        ("E_{q(z)}[a / a]", "domain"),  # without bound variables: not weighed
        ("int q(z) r(z) (a / a) dz", "domain"),
        ("int q(z) r(z) log(-1) dz", "domain"),
        ("E_{s(z)}[log q(z)]", "domain"),
        ("E_{p(x)}[E_{p(z | x)}[f(z)]]", 1),
        ("log(-1)", "domain"),
        ("2^{-1} + 0.5", 1),
        ("sqrt(4) + a^2", 2),
    ],
)
def test_formulas_have_their_values_on_a_table(
    formula: str, expected: float | str, finite: World
) -> None:
    compare(formula, expected, finite)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("E_{q(z)}[1]", 1),
        ("E_{q(z)}[f(z)]", OO),
        ("E_{q(z)}[f(z) - f(z)]", 0),  # f is finite at each point
        ("E_{q(z)}[f(z)] - E_{q(z)}[f(z)]", "infinite"),
        ("E_{s(z)}[f(z)]", 3),
        ("KL(q(z) || s(z))", 3 * math.log(2) - math.log(4) - math.log(3) + math.log(2)),
        ("KL(q(z) || r(z))", OO),
        ("E_{q(z)}[log r(z)]", -OO),
        ("H(q(z))", 2 * math.log(2)),
        ("E_{q(z)}[s(z) / q(z)]", 1),
    ],
)
def test_formulas_have_their_values_on_a_tail(
    formula: str, expected: float | str, tailed: World
) -> None:
    compare(formula, expected, tailed)


def compare(formula: str, expected: float | str, world: World) -> None:
    if isinstance(expected, str):
        with pytest.raises(Undefined) as raised:
            value(formula, world)
        assert raised.value.why == expected
        return
    found = value(formula, world)
    assert not isinstance(found, Tail)
    assert found == expected or float(found) == pytest.approx(float(expected))


@pytest.mark.parametrize("point", [0, 1])
def test_a_conditional_needs_mass_in_its_condition(point: int, finite: World) -> None:
    compare_at = {"x": point, "z": 0}
    if point == 0:
        assert value("p(z | x)", finite, **compare_at) == HALF
    else:
        with pytest.raises(Undefined):
            value("p(z | x)", finite, **compare_at)


@pytest.mark.parametrize("formula", ["log(exp(a)) - a", "(a + log 3) - log 3 - a"])
def test_what_rounding_hides_is_not_called_false(formula: str, finite: World) -> None:
    """a is far below what a float beside 1 can show."""
    finite.parameters["a"] = Fraction(1, 2**80)
    known = posed(MODEL % (formula, formula))
    evaluator = Evaluator(known, finite)
    assert holds(evaluator.value(known.claim.left, evaluator.place({})), "=", ZERO)


def test_a_mass_is_summed_along_a_chain() -> None:
    """p(z_0) p(z_1 | z_0) p(z_2 | z_1): no block has what it is given before it is summed out."""
    slots: list[tuple[str, int | None]] = [("z", 0), ("z", 1), ("z", 2)]
    step: dict[tuple[int, ...], Value] = {(0, 0): ONE, (1, 0): ZERO, (0, 1): HALF, (1, 1): HALF}
    blocks = (
        Block((slots[0],), (), {(0,): HALF, (1,): HALF}),
        *(Block((slots[i + 1],), (slots[i],), step) for i in range(2)),
    )
    world = World({"z": ((0, ONE), (1, ONE))}, {"p": Family(tuple(slots), (), blocks)})
    assert world.mass("p", {slots[2]: 1}) == Fraction(1, 8)
    assert world.mass("p", {slots[0]: 1, slots[2]: 1}) == Fraction(1, 8)
    assert world.mass("p", {slots[1]: 0}) == Fraction(3, 4)


# -- refutations ----------------------------------------------------------------------------------


# Not a matter of a proof: the reader refuses the first, and no world meets what the second assumes.
NO_CLAIM = ("log-squared", "vacuous-unsampled")


@pytest.mark.parametrize("name", [name for name in KINDS if name not in NO_CLAIM])
def test_each_kind_of_fault_is_refuted(name: str) -> None:
    known = posed(KINDS[name].text)
    assert refutation(known, [known.claim], Random(1), 400) is not None


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.twin])
def test_its_twin_leaves_nothing_to_refute(name: str) -> None:
    kind = KINDS[name]
    assert kind.twin is not None
    known = posed(kind.text.replace(*kind.twin))
    assert refutation(known, [known.claim], Random(1), 200) is None
    assert any(worlds(known, Random(1), 60)), "nothing was tried"


def test_a_guard_that_the_claim_shows_is_no_refutation() -> None:
    text = (
        KINDS["domain"]
        .text.replace("f(z) = g(z)", "p(z) / p(z) = 1")
        .replace("p(z) f(z) = p(z) g(z)", "f(z) = g(z)")
    )
    known = posed(text)
    assert refutation(known, [known.claim], Random(1), 100) is None


# -- the generator --------------------------------------------------------------------------------


def accepting(files: Files) -> Proof:
    """A verifier that accepts all."""
    known = problem(files[MAIN])
    if known is None:
        return Proof()
    lines = frozenset(known.texts.values())
    return Proof(tuple(line.step for line in known.lines), True, lines)


@pytest.fixture(scope="module")
def intact() -> dict[int, Found | None]:
    """What is found at the seeds of all kinds, by the verifier as it is."""
    return {seed: statement(seed)[1] for kind in KINDS.values() for seed in kind.seeds}


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.repair])
def test_a_repair_taken_out_is_found(name: str, intact: dict[int, Found | None]) -> None:
    kind = KINDS[name]
    assert kind.repair is not None
    assert kind.seeds
    assert [intact[seed] for seed in kind.seeds] == [None] * len(kind.seeds)
    with broken(Mutant(*kind.repair, ())):
        assert all(statement(seed)[1] is not None for seed in kind.seeds)


@pytest.mark.parametrize("seed", [317, 398])
def test_a_name_for_two_things_is_found(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the kernel's repair, but that of the declarations: z is no parameter and variable."""
    assert statement(seed)[0].error == "declared-twice"
    never: Callable[..., bool] = lambda *_: False  # noqa: E731
    monkeypatch.setattr("verifier.elaborate.model._Reader._is_variable", never)
    assert statement(seed)[1] is not None


def test_the_square_of_a_logarithm_has_no_reading() -> None:
    """The evaluator reads by the same parser: what keeps this kind out is that it refuses."""
    assert problem(KINDS["log-squared"].text) is None


def test_a_seed_is_one_statement_whatever_hashes_are() -> None:
    program = "from tests.campaign.generate import generated as g; print([g(n) for n in range(60)])"
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_what_is_generated_can_be_read() -> None:
    unread = [seed for seed in range(200) if problem(generated(seed)[MAIN]) is None]
    assert len(unread) <= 2, unread


def test_what_a_binder_catches_may_depend_on_the_index() -> None:
    """`z_{1:K}` under `dz_{k+1}`: ill-formed, and no end of the verifier."""
    assert statement(200481)[0].steps == ()


def test_a_fault_is_made_small() -> None:
    seed = next(n for n in range(40) if statement(n, accepting)[1] is not None)
    found = statement(seed, accepting)[1]
    assert found is not None
    small = shrunk(found, accepting)
    assert len(small.files[MAIN]) < len(found.files[MAIN])
    known = posed(small.files[MAIN])
    assert refutation(known, [small.refuted.line], Random(seed), 60) is not None


# -- the run --------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(10))
def test_nothing_false_is_proved(part: int) -> None:
    """The first statements of the campaign; `python -m tests.campaign` goes on from there."""
    proved = 0
    for seed in range(part * COUNT // 10, (part + 1) * COUNT // 10):
        said, found = statement(seed, tries=WORLDS)
        proved += len(said.steps)
        assert found is None, f"{found.refuted}\n{shrunk(found).files[MAIN]}"
    assert proved > COUNT // 40, "a campaign of which nothing is proved tells nothing"
