"""Tests of the tests: a checker that doesn't think, or one with one piece broken, is caught.

The table is what ships, the twins, each rule's `passes` and `fails`, and the rows of `mutants`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from derivation_table import SHIPPED, TABLE, TWINS, as_expected, judged, judged_text, path
from mutants import LEMMAS, MUTANTS, PACKAGE, ROWS, TRUSTED, UNBROKEN, broken, home

from verifier import verify
from verifier.derivation.loader import load
from verifier.kernel.arithmetic import ZERO, product
from verifier.kernel.binding import bind, free_variables, substitute, unbind
from verifier.kernel.equality.context import Context
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inequality.candidates import Taken, Takes
from verifier.kernel.inference import added
from verifier.kernel.model import Family, Model
from verifier.kernel.polynomials import ONE
from verifier.kernel.rules import RULES, hooks_of
from verifier.kernel.terms import KL, Call, Density, Expectation, Statement, Tuple, Var
from verifier.kernel.theorem import conclude
from verifier.numeric.search.sampled_model import SampledModel
from verifier.outcome import Counterexample, DerivationReport, FileVerdict, Numeric, Verdict
from verifier.tactics.covering import instances
from verifier.tactics.prover import Attempt, Goal, prove

TRUST = PACKAGE.parent / "docs" / "trust.md"
FOUND = Counterexample((), (), (), (), "1", "0", "1")
X, Z = Var("x"), Var("z")
Q = Density("q", [Z])


def row(name: str) -> DerivationReport:
    """A row of the table, judged."""
    rule, _, example = name.partition(":")
    if example:
        return judged_text(getattr(RULES[rule], example))
    if name in ROWS:
        return judged_text(ROWS[name])
    return judged(path(name))


def nested_binders_are_apart() -> bool:
    """The inner z of E_{q(z)}[E_{q(z)}[f(z)] g(z)] is not the outer one."""
    f, g = Call("f", Z), Call("g", Z)
    whole = bind(Expectation, [Z], product(bind(Expectation, [Z], f, Tuple(Q)), g), Tuple(Q))
    (variable,), (body, _) = unbind(whole, tag=-1)
    return bool(body == product(bind(Expectation, [Z], f, Tuple(Q)), Call("g", variable)))


def free_variables_stay_free() -> bool:
    """x := z' in E_{q(z)}[f(x, z)], z' a free variable of z's slot."""
    free = Z.tagged(-7)
    result = substitute(bind(Expectation, [Z], Call("f", X, Z), Tuple(Q)), {X: Z})
    kept = substitute(bind(Expectation, [Z], Call("f", X, Z), Tuple(Q)), {X: free})
    return free_variables(result) == {Z} and free_variables(kept) == {free}


def inequality_is_not_taken_off() -> bool:
    """From KL >= 0 no 0 >= KL."""
    nf = Normaliser(Context(Model((Family("p", (Z,)), Family("q", (Z,))))), hooks_of(["gibbs"]))
    divergence = bind(KL, [Z], Q, Density("p", [Z]))
    (found, *_) = instances(nf, "gibbs", nf.normal(divergence), ())
    said = Statement(divergence, ">=", ZERO), Statement(ZERO, ">=", divergence)
    added_on, taken_off = (
        added(nf, statement, [(found.rule, found.candidate, factor)])
        for statement, factor in zip(said, (ONE, -ONE), strict=True)
    )
    return added_on is not None and taken_off is None


CHECKS = {
    "an inequality is not taken off": inequality_is_not_taken_off,
    "nested binders of one slot are apart": nested_binders_are_apart,
    "a free variable stays free under a binder": free_variables_stay_free,
}


def lemma_and_user(name: str) -> bool:
    """Whether a lemma and the file that uses it get the verdicts that they are to get."""
    with TemporaryDirectory() as folder:
        files = [Path(folder) / file for file in ("lemma.yaml", "user.yaml")]
        for file, text in zip(files, LEMMAS[name], strict=True):
            file.write_text(text, encoding="utf-8")
        return all(as_expected(judged(file)) for file in files)


def holds(name: str) -> bool:
    """Whether a row gets the verdicts that it is to get."""
    if name in CHECKS:
        return CHECKS[name]()
    if name in LEMMAS:
        return lemma_and_user(name)
    report = row(name)
    crashed = report.error is not None and report.error.code == "internal-fault"
    assert not crashed, "a piece that is broken is to err, not to crash"
    if name.endswith(":fails"):  # refused, with the step at fault
        proved = all(step.verdict is Verdict.PROVED for step in report.steps)
        return report.verdict is FileVerdict.FAILED and not proved and not report.internal
    return as_expected(report)


@pytest.mark.parametrize("name", [*ROWS, *LEMMAS, *CHECKS])
def test_row_is_judged_as_it_says(name: str) -> None:
    assert holds(name)


# -- judges that don't think ---------------------------------------------------------------------

Patch = Callable[[str, Any], None]
AGREES = Numeric(1, True, 0.0)


@pytest.fixture
def patch(monkeypatch: pytest.MonkeyPatch) -> Patch:
    """Put something in the place of what the checker asks, with the numeric check silenced, any
    claim accepted, and no effort spent on what a step lacks that isn't proved or was meant to be.
    """
    silent: Callable[..., Any] = lambda _, statements, *__: [AGREES for _ in statements]  # noqa: E731
    monkeypatch.setattr(SampledModel, "check", silent)
    monkeypatch.setattr(SampledModel, "witness", lambda _: True)
    monkeypatch.setattr(SampledModel, "among_its_own", lambda *_: None)
    monkeypatch.setattr("verifier.judge.unproved._remaining", answering(None))
    monkeypatch.setattr("verifier.judge.step.undeclared", answering(None))
    monkeypatch.setattr("verifier.judge.environment.Environment.written", frozenset())
    for part in ("claim", "densities"):
        monkeypatch.setattr(f"verifier.judge.{part}.prove", accepted)
    monkeypatch.setattr("verifier.judge.mended.judged_from_meant", lambda *asked: asked[-1])
    monkeypatch.setattr("verifier.judge.mended.if_declared", answering(None))
    monkeypatch.setattr("verifier.judge.diagnosis.mended", answering(None))
    monkeypatch.setattr("verifier.judge.splits.missing_line", answering(None))
    return lambda target, value: monkeypatch.setattr(target, value)


def answering(answer: object) -> Callable[..., object]:
    return lambda *_, **__: answer


def accepted(_: object, goal: Goal, __: object) -> Attempt:
    return Attempt(conclude(goal.statement, (), frozenset()), frozenset(RULES))


NO_WAY = dict.fromkeys(("prove", "smallest", "amended"), answering(None))
DUMMIES: dict[str, dict[str, Any]] = {
    "accepts": {"prove": accepted, "follow": answering(None)},
    "refuses": {**NO_WAY, "refute": answering(FOUND)},
    "shrugs": {**NO_WAY, "refute": answering(None)},
    "blames the rule": {
        "prove": answering(None),
        **dict.fromkeys(("smallest", "amended"), answering(("gibbs",))),
        "refute": answering(None),
    },
}
# What is said of a step beside its verdict takes longer than the verdict.
EXPLANATIONS = (
    "verifier.judge.unproved._remaining",
    "verifier.judge.unproved._but_for",
    "verifier.judge.step.undeclared",
)
PLACES = {
    "refute": "verifier.numeric.search.sampled_model.SampledModel.refute",
    "smallest": "verifier.tactics.smallest.smallest",
    "amended": "verifier.tactics.amended.amended",
}


@pytest.fixture(params=DUMMIES)
def dummy(request: pytest.FixtureRequest, patch: Patch) -> str:
    """Each judge that doesn't think, installed; its name."""
    for name, answer in DUMMIES[request.param].items():
        patch(PLACES.get(name, f"verifier.judge.rulings.{name}"), answer)
    for name in EXPLANATIONS:
        patch(name, answering(None))
    return str(request.param)


def test_judge_that_does_not_think_is_caught(dummy: str) -> None:
    reports = verify(*must_catch(dummy)).derivations
    assert [report.file for report in reports if as_expected(report)] == []


# A judge that doesn't think is no other in sequences, where all it leaves to do takes the longest.
STATIC = [name for name in TABLE if not re.search("temporal|diffusion|importance", name)]


def must_catch(dummy: str) -> list[Path]:
    """The files that a judge must get wrong: those with a step of another verdict."""
    given = {"accepts": Verdict.PROVED, "refuses": Verdict.REFUTED, "shrugs": Verdict.UNPROVED}
    verdict = given.get(dummy, Verdict.WRONG_RULE)
    files = map(path, STATIC)
    found = [file for file in files if any(s.expect is not verdict for s in readable(file))]
    assert len(found) >= 2 * len(STATIC) // 3
    return found


def readable(file: Path) -> list[Any]:
    """The steps that a judge rules on: those of a file that is an error, none."""
    loaded = load(file)
    steps = [step for step in loaded.steps if step.expect is not Verdict.ILL_FORMED]
    return steps if loaded.expect is not FileVerdict.ERROR else []


WRONG_CLAIMS = [name for name, twin in TWINS.items() if twin.fault == "wrong-claim"]


@pytest.fixture
def proved_steps(patch: Patch) -> Patch:
    """Each step is proved: what is left is the judgement of the claim."""
    for name, answer in DUMMIES["accepts"].items():
        patch(f"verifier.judge.rulings.{name}", answer)
    return patch


def test_wrong_claim_is_refused_for_itself(proved_steps: Patch) -> None:
    proved_steps("verifier.judge.claim.prove", prove)
    assert len(WRONG_CLAIMS) >= len(SHIPPED) // 2
    assert all(map(as_expected, verify(*map(path, WRONG_CLAIMS)).derivations))


def test_judge_that_takes_any_claim_for_reached_is_caught(proved_steps: Patch) -> None:
    proved_steps("verifier.judge.claim._claimed", lambda _, __, reached: reached.theorem)
    assert not any(map(as_expected, verify(*map(path, WRONG_CLAIMS)).derivations))


def test_judge_that_takes_no_claim_for_reached_is_caught(proved_steps: Patch) -> None:
    proved_steps("verifier.judge.claim.prove", answering(None))
    assert not any(map(as_expected, verify(*SHIPPED.values()).derivations))


# Where a fact leaves a few worlds, they may not show it.
SIGNS = [n for n, twin in TWINS.items() if twin.fault == "sign" and "zero-forcing" not in n]


@pytest.mark.parametrize("name", SIGNS)
def test_accepting_what_is_false_is_an_internal_error(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verifier.judge.rulings.prove", accepted)
    monkeypatch.setattr("verifier.judge.rulings.follow", answering(None))
    report = row(name)
    assert report.internal
    assert report.problem is not None
    assert report.problem.code == "contradiction"


# -- one piece broken ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", MUTANTS)
def test_broken_piece_is_caught(name: str) -> None:
    with broken(MUTANTS[name]):
        assert not all(holds(row) for row in MUTANTS[name].rows)


def test_every_trusted_file_has_a_broken_piece() -> None:
    judging = {file for file in TRUSTED if "def " in file.read_text(encoding="utf-8")}
    pieces = {home(mutant) for mutant in MUTANTS.values()}
    assert judging - pieces == {PACKAGE / file for file in UNBROKEN}
    assert len(MUTANTS) >= 60
    said = f"{len(MUTANTS)} broken pieces in {len(pieces)} trusted files"
    assert said in TRUST.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RULES)
def test_rule_that_does_nothing_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    idle = replace(
        RULES[name], hooks=(), compares=None, nonnegative=None, infer=None, together=None
    )
    monkeypatch.setitem(RULES, name, idle)
    assert not holds(f"{name}:passes")


@pytest.mark.parametrize("name", [n for n, r in RULES.items() if r.infer or r.together])
def test_rule_that_infers_anything_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def anything(*asked: Any) -> object:
        return Taken(asked[2])

    rule = RULES[name]
    kind = rule.infer[0] if rule.infer else ""
    eager = {"together": anything} if rule.together else {"infer": Takes(kind, anything)}
    monkeypatch.setitem(RULES, name, replace(rule, **eager))
    # The example of `gibbs` is about its inequalities; it infers besides.
    assert not holds({"gibbs": "a small divergence is no equality"}.get(name, f"{name}:fails"))
