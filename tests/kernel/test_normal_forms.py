"""A term and its normal form have one value in every world, whichever rules make it: random sums
and products over copies and chains, their powers and quotients, beneath laws. What no derivation
goes through is looked at too."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from verifier.derivation.loader import load_text
from verifier.judge.checked import CheckedFile, checked_file
from verifier.judge.environment import Environment
from verifier.judge.sampling import Conjecture
from verifier.judge.task import CheckedStep, Task
from verifier.kernel.arithmetic import product
from verifier.kernel.budget import OutOfWork
from verifier.kernel.equality.atoms import Atoms
from verifier.kernel.equality.nodes import TermNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.rules import EQUALITY_RULES, hooks_of
from verifier.kernel.terms import Abbreviation, Call, Density, Exp, Statement, Var

LINES = 40  # of each kind and seed

# What is declared; something at an index; the ends of ranges; single places; laws.
SETTINGS: dict[str, tuple[str, str, str, str, str]] = {
    "copies": (
        'model: ["p(x, z)", "q(z)", "r(z | x)"]\ncopies: [z_k of z]\n'
        'functions: ["f(z)", "w(z) > 0"]\n'
        "parameters: [K in positive integers, j in positive integers, j <= K, a, b > 0]\n",
        "f(z_@)|w(z_@)|log p(x, z_@)|p(x, z_@) / r(z_@ | x)|f(z_@) w(z_@)|f(z_@)^2|f(z_@) - a",
        "1 K|1 K|2 K|1 K-1|1 j|j K",
        "1|K|j",
        "q(z_{1:K})|r(z_{1:K} | x)|prod_{v=1}^{K} q(z_v)|q(z_1) r(z_{2:K} | x)|q(z_{1:j})",
    ),
    "chain": (
        'model: ["p(z_{0:T}) = p(z_0) prod_{t=1}^{T} p(z_t | z_{t-1})", "q(z_{0:T})"]\n'
        'functions: ["f(z)", "w(z) > 0"]\n'
        "parameters: [T >= 2, t >= 1, t <= T - 1, a, b > 0]\n",
        "f(z_@)|w(z_@)|log p(z_@)|q(z_@) / p(z_@)|f(z_@) w(z_@)|log q(z_@)|f(z_@) - a",
        "1 T|1 T|0 T|2 T|1 T-1|1 t|t T",
        "0|1|t|T",
        "p(z_{0:T})|q(z_{0:T})|p(z_{1:T} | z_0)|p(z_0) prod_{v=1}^{T} p(z_v | z_{v-1})|q(z_{0:t})"
        "|p(z_T | z_t) q(z_{0:t})",
    ),
}


def one(rng: Random, choices: str) -> str:
    return rng.choice(choices.split("|"))


def series(rng: Random, kind: str) -> str:
    _, terms, ranges, _, _ = SETTINGS[kind]
    low, high = one(rng, ranges).split()
    sign = rng.choice(("sum", "sum", "prod"))
    return f"({sign}_{{i={low}}}^{{{high}}} ({one(rng, terms).replace('@', 'i')}))"


def expression(rng: Random, kind: str, depth: int) -> str:
    """A random one: series and single terms, put together."""
    _, terms, _, places, _ = SETTINGS[kind]
    if depth == 0:
        return rng.choice(
            (series(rng, kind), f"({one(rng, terms).replace('@', one(rng, places))})")
        )
    first, second = (expression(rng, kind, depth - 1) for _ in range(2))
    forms = (
        *(f"({first} * {second})", f"({first} + {second})", f"({first})^2", f"({first})^3"),
        *(f"({first} / (b + ({second})^2))", f"log(b + ({first})^2)", law(rng, kind, depth)),
    )
    return rng.choice(forms)


def law(rng: Random, kind: str, depth: int) -> str:
    laws = SETTINGS[kind][-1]
    return f"E_{{{one(rng, laws)}}}[{expression(rng, kind, depth - 1)}]"


def told(_: Environment, task: Task) -> CheckedStep:
    """A line that is read and not judged."""
    return CheckedStep(task.report, task)


def read(kind: str, seed: int) -> CheckedFile:
    rng = Random(f"{kind} {seed}")
    lines = (law(rng, kind, rng.choice((1, 2, 2))) for _ in range(LINES))
    listed = "".join(f'  - {{so: "{line} = 0"}}\n' for line in lines)
    text = f"title: lines\n{SETTINGS[kind][0]}steps:\n{listed}claim: 0 = 0\n"
    return checked_file(load_text(text, "lines.yaml"), load_text, check=told)


def rules(rng: Random) -> Iterator[frozenset[str]]:
    """All that make normal forms, and some of them."""
    yield EQUALITY_RULES
    yield frozenset({"linearity", "expectation", *rng.sample(sorted(EQUALITY_RULES), 4)})


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", SETTINGS)
def test_a_normal_form_has_the_value_of_its_term(kind: str, seed: int) -> None:
    file, rng, seen = read(kind, seed), Random(seed), 0
    context, second = file.environment.context, file.environment.second
    for task in file.run.tasks.values():
        for names in rules(rng):
            context.budget.refill()
            try:
                nf = Normaliser(context, hooks_of(names))
                left = task.goal.statement.left
                form = nf.store.term(nf.reduced(nf.normal(left)).unmarked)
            except OutOfWork:
                continue
            (figure,) = second.figures([Conjecture(0, Statement(left, "=", form))])
            assert figure is None or figure.agrees, (task.step.formula.value, sorted(names), form)
            seen += figure is not None
    assert seen >= LINES / 4


def test_the_order_of_atoms_knows_nothing_of_the_tags_of_opened_variables() -> None:
    """They are what a process has come to, which is another after each file."""

    def order(tag: int) -> int:
        z, atoms = Var("z").tagged(tag), Atoms()
        density = product(Exp(Call("f", z)), Density("p", [z]), Call("g", z), Call("h", z))
        return atoms.key(((atoms.intern(TermNode(Abbreviation("G", density))), 1),))

    assert len({order(-tag) for tag in range(1, 50)}) == 1
