"""No innocent line is accused: below lines that can't be read, and below a slip."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from derivation_table import judged_text
from test_format import file

from verifier.messages import message
from verifier.outcome import DerivationReport, Report
from verifier.report import plain

MODEL = "p(x, z) ;; q(z)"
START = "start log p(x)"
TO_LOG = "eq log E_{q(z)}[p(x, z) / q(z)] @ marginalisation expectation"
JENSEN = "ge E_{q(z)}[log(p(x, z) / q(z))] @ jensen"
OPEN = "ge E_{q(z)}[log(p(x, z) / q(z)] @ jensen"  # a bracket too few
LOST = "ge E_{q(z)}[log( @ jensen"  # nothing mends it
SPLIT = "eq E_{q(z)}[log p(x, z) - log q(z)] @ log-rules"
SLIP = "eq E_{q(z)}[log p(x, z) + log q(z)] @ log-rules"
ENTROPY = "eq E_{q(z)}[log p(x, z)] + H(q(z)) @ linearity entropy"
CHAIN_RULE = "eq E_{q(z)}[log p(x | z)] + E_{q(z)}[log p(z)] + H(q(z)) @ chain-rule linearity"
BOUND = "log p(x) >= E_{q(z)}[log p(x, z)] + H(q(z))"
SPLIT_UP = "log p(x) >= E_{q(z)}[log p(x | z)] + E_{q(z)}[log p(z)] + H(q(z))"
SO = "so log p(x) - H(q(z)) >= E_{q(z)}[log p(x, z)] @ rearrange"
SO_OPEN = SO.replace("z)] @", "z) @")
SO_NEXT = "eq E_{q(z)}[log p(x | z)] + E_{q(z)}[log p(z)] @ chain-rule linearity"


class Case(NamedTuple):
    """The steps of a file; their verdicts; of each step that goes on from what another should have
    been that step; how many are at fault; the claim, if it matters."""

    steps: list[str]
    verdicts: str
    follows: dict[int, int]
    faults: int
    claim: str = BOUND


UNREAD = {
    "an unreadable ge, and what goes on from it": Case(
        [START, TO_LOG, OPEN, SPLIT, ENTROPY],
        "proved ill-formed proved proved", {}, 1,
    ),
    "what goes on from it, seen from the mended line": Case(
        [START, OPEN.replace("ge", "ge", 1), "eq E_{q(z)}[log p(x, z) - log q(z)] @ log-rules"],
        "ill-formed unproved", {2: 1}, 1,
    ),
    "nothing mends it": Case(
        [START, LOST, SPLIT, ENTROPY], "ill-formed unproved proved", {}, 1
    ),
    "several in a row": Case(
        [START, TO_LOG, OPEN, "eq E_{q(z)}[log p(x, z) - @ log-rules", ENTROPY],
        "proved ill-formed ill-formed proved", {}, 2,
    ),
    "one that reads, and means nothing": Case(
        [START, TO_LOG, "ge E_{r(z)}[log(p(x, z) / q(z))] @ jensen", SPLIT],
        "proved ill-formed proved", {}, 1,
    ),
    "no rules cited": Case(
        [START, TO_LOG, OPEN.removesuffix(" @ jensen"), SPLIT],
        "proved ill-formed proved", {}, 1,
    ),
    "a slip below it": Case(
        [START, TO_LOG, OPEN, SLIP, ENTROPY],
        "proved ill-formed unproved refuted", {4: 3}, 2,
    ),
    "a slip below what nothing mends": Case(
        [START, TO_LOG, LOST, SLIP, ENTROPY],
        "proved ill-formed unproved refuted", {4: 3}, 2,
    ),
    "nothing is refuted below it": Case(
        [START, "eq log E_{q(z)}[ @ kl", "eq log p(x) + 1 @ kl"], "ill-formed unproved", {}, 1
    ),
    "an unreadable so, and its chain": Case(
        [START, TO_LOG, JENSEN, ENTROPY, SO_OPEN, SO_NEXT],
        "proved proved proved ill-formed unproved", {5: 4}, 1,
    ),
    "an unreadable so, and another": Case(
        [START, TO_LOG, JENSEN, ENTROPY, "so log p(x) - @ rearrange", SO],
        "proved proved proved ill-formed proved", {}, 1,
    ),
    "a so by the unreadable one's chain": Case(
        [START, TO_LOG, JENSEN, ENTROPY, SO_OPEN, SO_NEXT, SO + " linearity chain-rule"],
        "proved proved proved ill-formed unproved unproved", {5: 4, 6: 4}, 1,
    ),
    "below an unreadable so the chain begins anew: it may turn round": Case(
        [START, TO_LOG, JENSEN, "so 1 >= @ rearrange", "le log p(x) @ gibbs"],
        "proved proved ill-formed unproved", {}, 1,
    ),
    "an unreadable side": Case(
        [START, TO_LOG, "side 1 = @ algebra @ label: s", JENSEN], "proved ill-formed proved", {}, 1
    ),
    "the last line": Case(
        [START, TO_LOG, OPEN], "proved ill-formed", {}, 1,
        "log p(x) = log E_{q(z)}[p(x, z) / q(z)]",
    ),
}  # fmt: skip

SLIPS = {
    "the next line goes on from the mended one": Case(
        [START, TO_LOG, JENSEN, SLIP, ENTROPY, CHAIN_RULE],
        "proved proved refuted refuted proved", {4: 3}, 1, SPLIT_UP,
    ),
    "the next line goes on from the slip": Case(
        [START, TO_LOG, JENSEN, SLIP, "eq E_{q(z)}[log p(x, z)] - H(q(z)) @ linearity entropy"],
        "proved proved refuted proved", {}, 1,
    ),
    "a second fault": Case(
        [START, TO_LOG, JENSEN, SLIP, "eq E_{q(z)}[log p(x, z)] + 2 H(q(z)) @ linearity entropy"],
        "proved proved refuted refuted", {}, 2,
    ),
    "a second fault, on which the next goes on": Case(
        [START, TO_LOG, JENSEN, SLIP, ENTROPY, ENTROPY.replace("+ H", "- H"), CHAIN_RULE],
        "proved proved refuted refuted refuted refuted", {4: 3, 6: 5}, 2,
    ),
    "nothing mends the slip: the next follows from the line before": Case(
        [START, TO_LOG, JENSEN, "eq 3 E_{p(z)}[q(z)^5] + 7 @ log-rules", ENTROPY],
        "proved proved refuted refuted", {4: 3}, 1,
    ),
    "a slip in a so, and its chain": Case(
        [START, TO_LOG, JENSEN, ENTROPY, SO.replace("log p(x, z)", "log p(x)"), SO_NEXT],
        "proved proved proved refuted refuted", {5: 4}, 1,
    ),
    "a slip in a so, and another from it": Case(
        [
            "start KL(q(z) || p(z | x))",
            "eq E_{q(z)}[log q(z) - log p(x, z)] - log p(x) @ kl chain-rule",
            "so log p(x) = E_{q(z)}[log p(x, z) - log q(z)] + KL(q(z) || p(z | x)) @ rearrange",
            "so log p(x) >= E_{q(z)}[log p(x, z) - log q(z)] @ gibbs",
        ],
        "refuted wrong-rule proved", {2: 1}, 1, "log p(x) >= E_{q(z)}[log p(x, z) - log q(z)]",
    ),
}  # fmt: skip


def judged(case: Case) -> DerivationReport:
    return judged_text(file(MODEL, case.steps, case.claim))


@pytest.mark.parametrize("case", [*UNREAD.values(), *SLIPS.values()], ids=[*UNREAD, *SLIPS])
def test_one_slip_is_one_fault(case: Case) -> None:
    report = judged(case)
    assert report.error is None
    assert report.verdict == "failed"
    assert not report.internal
    assert " ".join(step.verdict for step in report.steps) == case.verdicts
    assert {s.index: s.follows for s in report.steps if s.follows is not None} == case.follows
    assert report.faults == case.faults
    assert report.claim is not None
    assert not report.claim.proved or case.verdicts.endswith("proved")


def test_what_is_said_below_a_line_that_cannot_be_read() -> None:
    steps = judged(UNREAD["nothing mends it"]).steps
    assert steps[1].diagnostic is not None
    assert message(steps[1].diagnostic).startswith("the line above can't be read (step 1)")
    assert (steps[1].counterexample, steps[1].numeric, steps[1].diagnosis) == (None, None, None)
    (remark,) = judged(UNREAD["several in a row"]).steps[3].remarks
    assert message(remark).startswith("the lines above can't be read (steps 2, 3): shown as `>=`")


def test_what_is_said_below_a_slip() -> None:
    report = judged(SLIPS["the next line goes on from the mended one"])
    shown = plain.render(Report((report,)))
    assert "follows from the mended line of step 3, `= E_{q(z)}[log p(x, z) - log q(z)]`" in shown
    assert "step 4 is not at fault" in shown
    assert "3 of 5 steps proved, 1 fault;" in shown
    assert shown.count("a counterexample:") == 1
    assert report.problem is not None
    assert message(report.problem).endswith("rests on steps that are not proved: 3")
