"""Attempts that share normal forms, or needn't be made, end as those by themselves do."""

from __future__ import annotations

import gc
from dataclasses import replace
from itertools import combinations
from weakref import ref

import pytest
from test_format import file

from verifier.derivation.loader import load_text
from verifier.judge.chain import check_all
from verifier.judge.checked import prepared
from verifier.judge.environment import Environment
from verifier.judge.task import CheckedStep, Task
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.rules import TIDYING
from verifier.tactics.forms import Forms
from verifier.tactics.once import once
from verifier.tactics.prover import Goal, follow
from verifier.tactics.smallest import ALONE_WORK, _Search, likely_sets

STEPS = {
    "an equality": ("E_{q(z)}[log(p(x, z) / q(z))]", "eq log p(x) - KL(q(z) || p(z | x))"),
    "a bound": ("log p(x)", "ge E_{q(z)}[log p(x, z) - log q(z)]"),
    "a false one": ("log p(x)", "ge E_{q(z)}[log p(x, z)]"),
    "signs": ("c (f(z) + 1)", "ge c f(z)"),
}
MORE = "functions: ['f(z) > 0']\nparameters: [c >= 0]"


def asked(name: str) -> tuple[Environment, Goal]:
    """A step's environment and goal."""
    before, step = STEPS[name]
    derivation = load_text(file("p(x, z) ;; q(z)", [f"start {before}", step], "", MORE))
    tasks: list[Task] = []

    def check(_: Environment, task: Task) -> CheckedStep:
        tasks.append(task)
        return CheckedStep(task.report)

    environment = prepared(derivation, lambda _: derivation)
    check_all(environment, derivation.steps, check)
    return environment, tasks[0].goal


@pytest.mark.parametrize("name", STEPS)
def test_shared_normal_forms_change_no_attempt(name: str) -> None:
    environment, goal = asked(name)
    for names in likely_sets(environment.context, goal, ()):
        shared = follow(environment.context, goal, names)
        alone = follow(environment.context, replace(goal, forms=Forms()), names)
        assert (shared is None) == (alone is None)
        if shared is not None and alone is not None:
            assert shared.used == alone.used
            assert shared.theorem.hypotheses == alone.theorem.hypotheses


@pytest.mark.parametrize("name", STEPS)
def test_rules_that_never_acted_can_be_left_out(name: str) -> None:
    environment, goal = asked(name)
    search = _Search(environment.context, goal, ALONE_WORK, lambda _: True)
    sets = likely_sets(environment.context, goal, ())[:6]
    for names in sets:
        search.follows(names)
        for gone in (gone for size in (1, 2) for gone in combinations(sorted(TIDYING), size)):
            less = names - {*gone}
            alone = follow(environment.context, replace(goal, forms=Forms()), less)
            assert search.follows(less) == (alone is not None)


def test_answers_that_are_kept_go_with_what_was_asked() -> None:
    environment, _ = asked("an equality")
    itself = once(lambda nf: [nf])
    forms = Normaliser(environment.context, {})
    assert itself(forms) is itself(forms)
    gone = ref(forms)
    del forms
    gc.collect()
    assert gone() is None
