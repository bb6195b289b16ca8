"""Theorems are sealed, and relations compose as the format says."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from sympy import Integer

from verifier.kernel.arithmetic import total
from verifier.kernel.equality.context import Context
from verifier.kernel.model import Model
from verifier.kernel.terms import Relation, Statement
from verifier.kernel.theorem import KernelError, Theorem, composed, conclude, implies, turned
from verifier.tactics.prover import Goal, prove

ONE, TWO = Integer(1), Integer(2)
FALSE = Statement(ONE, "=", TWO)


@pytest.fixture
def theorem() -> Theorem:
    """1 + 1 = 2, as the kernel makes it."""
    proved = prove(Context(Model()), Goal(Statement(total(ONE, ONE), "=", TWO)), ())
    assert proved is not None
    return proved.theorem


def test_the_kernel_makes_theorems(theorem: Theorem) -> None:
    assert theorem.statement == Statement(TWO, "=", TWO)
    assert theorem.hypotheses == frozenset()
    assert repr(theorem) == "<0 |- 2 = 2>"
    assert prove(Context(Model()), Goal(FALSE), ()) is None


FORGERIES: dict[str, Callable[[Theorem], Any]] = {
    "a direct call": lambda _: Theorem(frozenset(), ONE, "=", TWO, ()),
    "a call without arguments": lambda _: Theorem(),
    "a call of the class of a theorem": lambda theorem: type(theorem)(),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": pickle.dumps,
    "an old pickle": lambda theorem: pickle.dumps(theorem, protocol=0),
    "a subclass": lambda _: type("Forged", (Theorem,), {"__init__": object.__init__}),
    "an attribute set": lambda theorem: setattr(theorem, "right", ONE),
    "a new attribute": lambda theorem: setattr(theorem, "forged", True),
    "an attribute deleted": lambda theorem: delattr(theorem, "hypotheses"),
    "__reduce__": lambda theorem: theorem.__reduce_ex__(2),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_theorem_is_not_made_by_hand(theorem: Theorem, forge: Callable[[Theorem], Any]) -> None:
    with pytest.raises(KernelError):
        forge(theorem)
    assert theorem.statement == Statement(TWO, "=", TWO)


def test_theorem_is_no_dataclass_to_replace_fields_of(theorem: Theorem) -> None:
    with pytest.raises(TypeError):
        dataclasses.replace(theorem, right=ONE)  # type: ignore[type-var]


def test_theorem_has_no_dictionary_to_write_in(theorem: Theorem) -> None:
    assert not hasattr(theorem, "__dict__")


def test_theorems_are_not_equal_by_content(theorem: Theorem) -> None:
    other = conclude(theorem.statement, theorem.proof, theorem.hypotheses)
    assert theorem != other
    assert len({theorem, other}) == 2


SEAL = """
import copy, pickle
from sympy import Integer
from verifier.kernel.theorem import KernelError, Theorem, conclude
from verifier.kernel.terms import Statement
made = conclude(Statement(Integer(0), "=", Integer(0)), (), frozenset())
attempts = [Theorem, copy.copy, copy.deepcopy, pickle.dumps,
            lambda t: type("F", (Theorem,), {}), lambda t: setattr(t, "right", 1)]
for attempt in attempts:
    try:
        attempt(made)
    except KernelError:
        continue
    raise SystemExit(f"{attempt} got through")
print("sealed", __debug__)
"""


def test_seal_does_not_rest_on_assertions() -> None:
    run = subprocess.run([sys.executable, "-O", "-c", SEAL], capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("sealed False\n", "")


COMPOSITIONS: list[tuple[Relation, Relation, Relation | None]] = [
    ("=", "=", "="),
    ("=", ">=", ">="),
    ("=", "<=", "<="),
    (">=", "=", ">="),
    (">=", ">=", ">="),
    (">=", "<=", None),
    ("<=", "=", "<="),
    ("<=", "<=", "<="),
    ("<=", ">=", None),
]


@pytest.mark.parametrize(("first", "second", "both"), COMPOSITIONS)
def test_relations_of_a_chain(first: Relation, second: Relation, both: Relation | None) -> None:
    assert composed(first, second) == both


@pytest.mark.parametrize(("stronger", "weaker", "_"), COMPOSITIONS)
def test_only_equality_gives_another_relation(stronger: Relation, weaker: Relation, _: str) -> None:
    assert implies(stronger, weaker) == (stronger in ("=", weaker))


@pytest.mark.parametrize(("relation", "back"), [("=", "="), (">=", "<="), ("<=", ">=")])
def test_a_statement_read_from_right_to_left(relation: Relation, back: Relation) -> None:
    assert turned(Statement(ONE, relation, TWO)) == Statement(TWO, back, ONE)
