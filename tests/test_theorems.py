"""The second opinion on single theorems sees what is false, also where only what diverges shows it,
and objects to nothing that is true. What ships and the corpus are held against it where they are
judged: `test_derivations.py`, `test_corpus.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from theorems import WORLDS, Record, false, recorded

from verifier.derivation.loader import load_text
from verifier.judge.file import check_file
from verifier.kernel import definedness, inference, theorem
from verifier.kernel.terms import Relation, Statement
from verifier.kernel.theorem import Theorem, turned
from verifier.outcome import Verdict
from verifier.tactics import prover

NOTHING = frozenset[Any]()


def rows(claim: str, by: str = "", **keys: str) -> str:
    lists = "".join(f"{key}: {value}\n" for key, value in {"support": "[]", **keys}.items())
    reason = f", by: {by}" if by else ""
    return f"""
title: a row
model: [q(z), p(z)]
functions: [f(z) > 0, g(z) > 0, h(z)]
{lists}
steps:
  - {{so: "{claim}"{reason}}}
claim: "{claim}"
"""


# What holds of what is finite: each needs that among its hypotheses.
INFINITE = {
    "oo = oo + a": rows(
        "a >= 0",
        "[assumption, rearrange]",
        parameters="[a]",
        assume='["KL(q(z) || p(z)) = KL(q(z) || p(z)) + a"]',
    ),
    "exp(oo) exp(-oo)": rows("exp(H(q(z))) exp(-H(q(z))) = 1"),
    "0 oo": rows("(a - a) KL(q(z) || p(z)) = 0", parameters="[a]"),
    "0 oo, of a function": rows("0 E_{q(z)}[h(z)] = 0"),
    "oo / oo": rows("E_{q(z)}[f(z)] / E_{q(z)}[f(z)] = 1"),
    "quotients": rows("E_{q(z)}[f(z)] / 2 - E_{q(z)}[f(z)] / 2 = 0"),
    "quotients of two": rows(
        "E_{q(z)}[f(z)] / E_{q(z)}[g(z)] - E_{q(z)}[f(z)] / E_{q(z)}[g(z)] = 0"
    ),
    "oo - oo": rows("H(q(z)) - H(q(z)) = 0"),
    "split": rows("E_{q(z)}[f(z) - g(z)] = E_{q(z)}[f(z)] - E_{q(z)}[g(z)]"),
    "split logarithm": rows("KL(q(z) || p(z)) = H(q(z), p(z)) - H(q(z))", support="[q(z) << p(z)]"),
}


def made(text: str) -> tuple[Verdict, list[Record]]:
    with recorded() as records:
        report = check_file(load_text(text), lambda _: load_text(text))
    return report.steps[0].verdict, records


@pytest.fixture
def no_finiteness(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that takes all for finite."""
    monkeypatch.setattr(definedness._Walk, "finite", lambda *_: None)
    for name in ("binders", "nested"):
        monkeypatch.setattr(inference, name, lambda *_: NOTHING)


@pytest.mark.parametrize("name", INFINITE)
def test_what_holds_of_the_finite_is_objected_to_nowhere(name: str) -> None:
    verdict, records = made(INFINITE[name])
    assert verdict is not Verdict.PROVED
    held, failing = false(records, WORLDS, None)
    assert held
    assert not failing


@pytest.mark.usefixtures("no_finiteness")
@pytest.mark.parametrize("name", INFINITE)
def test_what_takes_the_infinite_for_finite_is_noticed(name: str) -> None:
    verdict, records = made(INFINITE[name])
    assert verdict is Verdict.PROVED
    _, failing = false(records, WORLDS, None)
    assert failing


CHAIN = """
title: A bound
model: ["p(x, z)", q(z)]
support: [finite all, "finite KL(q(z) || p(z | x))"]
start: KL(q(z) || p(z | x))
steps:
  - eq: E_{q(z)}[log(q(z) / p(z | x))]
    by: kl
  - eq: E_{q(z)}[log(q(z) / p(x, z))] + log p(x)
    by: [chain-rule, log-rules, linearity]
  - so: log p(x) >= -E_{q(z)}[log(q(z) / p(x, z))]
    by: [gibbs, kl, chain-rule, log-rules, linearity, rearrange]
  - so: -E_{q(z)}[log(q(z) / p(x, z))] <= log p(x)
    by: rearrange
  - side: KL(q(z) || p(z | x)) >= E_{q(z)}[log(q(z) / p(z | x))]
    by: kl
    label: weaker
claim: log p(x) >= -E_{q(z)}[log(q(z) / p(x, z))]
"""


def _half_turned(statement: Statement) -> Statement:
    """An inequality turned round, its sides left where they are."""
    return Statement(statement.left, turned(statement).relation, statement.right)


def _forgetful(premise: Theorem, relation: Relation) -> Theorem:
    """A weaker relation, without what it rests on."""
    said = Statement(premise.left, relation, premise.right)
    return theorem.conclude(said, premise.proof, NOTHING)


BROKEN: dict[str, tuple[ModuleType, str, Callable[..., Any]]] = {
    "where terms are defined": (inference, "defined", lambda *_: NOTHING),
    "the sense of an inequality": (inference, "turned", _half_turned),
    "how relations compose": (theorem, "composed", lambda *_: "="),
    "the hypotheses of a premise": (prover, "weaken", _forgetful),
}


def test_a_sound_kernel_is_not_objected_to() -> None:
    verdict, records = made(CHAIN)
    held, failing = false(records, WORLDS, None)
    assert verdict is Verdict.PROVED
    assert held == sum(len(record.made) for record in records) > 10
    assert not failing


@pytest.mark.parametrize("name", BROKEN)
def test_a_theorem_that_no_line_shows_is_evaluated(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each broken inference makes a false theorem on the way."""
    monkeypatch.setattr(*BROKEN[name])
    _, records = made(CHAIN)
    _, failing = false(records, WORLDS, None)
    assert failing
