"""Lines that are proposed: read back and put into the file, they are what was missing."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
import yaml
from derivation_table import judged_text
from test_format import file

from verifier.derivation.loader import load_text
from verifier.judge.checked import checked_file
from verifier.judge.environment import Environment
from verifier.judge.splits import missing_line
from verifier.judge.step import check_step
from verifier.judge.task import CheckedStep, Task
from verifier.messages import hint, message
from verifier.outcome import Diagnostic

MODEL = "p(x, z) ;; q(z) ;; r(z)"
MORE = "functions: ['f(z) > 0', 'phi(u) convex', 'h(z)']\nparameters: [c]"
EVIDENCE = "eq log p(x) - KL(q(z) || p(z | x))"
STRICT = f"{MORE}\nstrict: true"


class Step(NamedTuple):
    """A step that follows in two, from the line before it."""

    before: str
    step: str
    more: str = MORE


SPLIT = {
    "the average first": Step(
        "log p(x)", "ge E_{q(z)}[log(p(x, z) / q(z))] @ jensen log-rules linearity"
    ),
    "no rule cited": Step("log p(x)", "ge E_{q(z)}[log(p(x, z) / q(z))]"),
    "then the divergence goes": Step("log p(x)", "ge log p(x) - KL(q(z) || r(z)) + 1 - 1"),
    "an equality": Step("E_{q(z)}[log(p(x, z) / q(z))]", f"{EVIDENCE} @ kl chain-rule"),
    "under strict": Step(
        "E_{q(z)}[log(p(x, z) / q(z))]",
        f"{EVIDENCE} @ kl chain-rule log-rules linearity normalisation",
        STRICT,
    ),
}


@pytest.mark.parametrize("case", SPLIT.values(), ids=SPLIT)
def test_a_line_that_is_proposed_splits_the_step(case: Step) -> None:
    said: list[str | None] = []

    def check(environment: Environment, task: Task) -> CheckedStep:
        said.append(missing_line(environment, task))
        return check_step(environment, task)

    start = f"start {case.before}"
    text = file(MODEL, [start, case.step], "", case.more)
    checked_file(load_text(text), load_text, check=check)
    (line,) = said
    assert line is not None
    advice = hint(Diagnostic("residual", None, {"residual": "c", "between": line}))
    assert advice == f"split here: with `{line}` above, both steps follow"
    (read,) = yaml.safe_load(line)
    (key,) = read.keys() - {"by"}
    put = f"{key} {read[key]} @ {' '.join(read.get('by', ()))}"
    whole = judged_text(file(MODEL, [start, put, case.step], "", case.more))
    assert [step.verdict for step in whole.steps] == ["proved", "proved"]


class Claim(NamedTuple):
    """The last steps, and a claim that isn't what they come to."""

    steps: list[str]
    claim: str
    more: str = MORE


CHAIN = [
    "start KL(q(z) || p(z | x))",
    "eq E_{q(z)}[log q(z) - log p(x, z)] + log p(x)"
    " @ kl chain-rule log-rules linearity normalisation",
]
INCHES = {
    "terms change sides": Claim(
        CHAIN, "KL(q(z) || p(z | x)) - log p(x) = E_{q(z)}[log q(z) - log p(x, z)]"
    ),
    "and are tidied": Claim(
        CHAIN, "log p(x) - KL(q(z) || p(z | x)) = E_{q(z)}[log p(x, z)] - E_{q(z)}[log q(z)]"
    ),
    "under strict": Claim(
        CHAIN,
        "log p(x) - KL(q(z) || p(z | x)) = E_{q(z)}[log p(x, z)] - E_{q(z)}[log q(z)]",
        STRICT,
    ),
    "weaker": Claim(
        CHAIN, "2 KL(q(z) || p(z | x)) >= 2 log p(x) - 2 E_{q(z)}[log(p(x, z) / q(z))]"
    ),
}
FAR = {
    "another sign": Claim(
        CHAIN, "log p(x) + KL(q(z) || p(z | x)) = E_{q(z)}[log p(x, z)] - E_{q(z)}[log q(z)]"
    ),
    "nothing to do with it": Claim(CHAIN, "1 + 1 = 2"),
}


def problem(case: Claim) -> Diagnostic:
    found = judged_text(file(MODEL, case.steps, case.claim, case.more)).problem
    assert found is not None
    assert message(found).startswith("the claim is not reached")
    return found


@pytest.mark.parametrize("case", INCHES.values(), ids=INCHES)
def test_the_last_inch_is_proposed(case: Claim) -> None:
    advice = hint(problem(case))
    assert advice is not None
    found = re.fullmatch(r"add `- so: (.*)` by (rearrange|\[.*\])", advice)
    assert found is not None
    assert found[1] == case.claim
    step = f"so {found[1]} @ {found[2].strip('[]').replace(',', '')}"
    assert (
        judged_text(file(MODEL, [*case.steps, step], case.claim, case.more)).verdict == "verified"
    )


@pytest.mark.parametrize("case", FAR.values(), ids=FAR)
def test_what_is_no_rearrangement_is_not_proposed(case: Claim) -> None:
    assert hint(problem(case)) is None
