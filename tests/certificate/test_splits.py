"""What a step is split into: statements of the kernel's own proof, each an aside."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.certificates import judged
from certificate.statements import ROOT, account
from verifier.certificate.pieces import Certificate, Piece
from verifier.certificate.writer import certificate
from verifier.kernel.theorem import turned
from verifier.tactics.links import MOST, links

FILES = ("derivations/class/beta-vae", "derivations/kl", "derivations/class/donsker-varadhan")


@pytest.mark.parametrize("name", FILES)
def test_links_lead_to_the_step(name: str) -> None:
    """The step itself is among them."""
    file, _ = judged(str(ROOT / f"{name}.yaml"))
    split = 0
    for step in file.run.steps:
        assert step.task is not None
        file.environment.context.budget.refill()
        goal = step.task.goal
        found = links(file.environment.context, goal, step.report.rules)
        assert len(found) <= MOST
        split += bool(found)
        if found:
            said = {link.statement for link in found}
            assert said & {goal.statement, turned(goal.statement)}
    assert split


def test_a_false_step_has_none() -> None:
    file, _ = judged(str(ROOT / "tests/corpus/wrong/hc04-e1-loss-sign.yaml"))
    (step,) = (s for s in file.run.steps if s.task is not None and s.report.index == 1)
    assert step.task is not None
    file.environment.context.budget.refill()
    assert links(file.environment.context, step.task.goal, ("linearity", "gibbs")) == ()


def test_the_statement_stays_the_same() -> None:
    """What is split says what it said: the theorem, its hypotheses, the lemmas of its steps."""
    path = Path(ROOT / "derivations/class/beta-vae.yaml")
    made = certificate(account(path))
    assert made.split is not None
    split = made.split(frozenset({3, 5}))
    assert split.lemmas == made.lemmas
    assert {"s3_1", "s5_1"} <= split.asides
    assert not made.asides
    said, again = ({p.lemma: p.text for p in c.pieces if p.lemma} for c in (made, split))
    assert {name: again[name] for name in said} == said
    assumed, still = (
        [p.text for p in c.pieces if p.text.startswith("Hypothesis")] for c in (made, split)
    )
    assert assumed == still


@pytest.mark.parametrize("name", ["tests/corpus/true/hc54-iwae-two", "derivations/class/renyi"])
def test_what_is_opened_on_the_way_is_said_or_left_out(name: str) -> None:
    """Copies and variables that no line around binds."""
    found = account(ROOT / f"{name}.yaml")
    split = certificate(found, frozenset(step.number for step in found.steps))
    assert split.lemmas == certificate(found).lemmas


def test_what_is_asked_again_is_what_something_has_changed_for() -> None:
    """And all of it where a tactic has."""
    tactic = Piece("Ltac lines ::= idtac.")
    proofs = {"a": "x", "b": "use a", "c": "x"}
    a, b, c = (Piece(f"Lemma {name} : True.", name, proof, 1) for name, proof in proofs.items())
    before = Certificate([tactic, a, b, c])
    closed = {"a", "b"}
    assert before.unchanged(before, closed) == closed
    assert Certificate([tactic, b, c]).unchanged(before, closed) == set()  # b names what is gone
    assert Certificate([tactic, a, replace(b, proof="y"), c]).unchanged(before, closed) == {"a"}
    assert Certificate([Piece("Ltac lines ::= fail."), a, b]).unchanged(before, closed) == set()
    one, more, other = (Piece(f"Ltac lines ::= unfold {e} in *.") for e in ("e", "e, f", "f"))
    assert Certificate([more, a, b]).unchanged(Certificate([one, a, b]), closed) == closed
    assert Certificate([other, a, b]).unchanged(Certificate([one, a, b]), closed) == set()
    assert Certificate([a, b]).unchanged(before, closed) == set()
    assert before.above(0) == before.above(2) == set()
    assert before.above(5) == {"a"}  # it ends in line 3, and b in line 5
    survey = before.survey(1, {"a"})
    assert "Lemma a : True.\nProof. Admitted." in survey
    assert 'idtac "accepted a"' not in survey
    assert 'idtac "accepted b"' in survey
