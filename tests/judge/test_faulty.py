"""All that is wrong with a file is said in one run, and what can be judged of it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from verifier import grade, mutate, verify
from verifier.commands.replay import in_worlds
from verifier.derivation.faults import MOST
from verifier.derivation.loader import load, readable
from verifier.derivation.source import read_source
from verifier.outcome import DerivationReport, DiagnosticError, FileVerdict
from verifier.report import machine, plain

GOOD = """\
title: t
model:
  - p(x, z) = p(x | z) p(z)
  - q(z)
parameters: [beta > 0]
define: ["L = E_{q(z)}[log(p(x, z) / q(z))]"]
start: log p(x, z)
steps:
  - eq: log p(x | z) + log p(z)
    by: [chain-rule, log-rules]
  - eq: log(p(x | z) p(z))
    by: log-rules
  - so: KL(q(z) || p(z)) >= 0
    by: gibbs
    label: a
  - so: KL(q(z) || p(z)) = E_{q(z)}[log(p(z) / q(z))]
    by: kl
  - so: 2 KL(q(z) || p(z)) >= 0
    by: rearrange
    using: a
claim: KL(q(z) || p(z)) >= 0
"""
ALL = [(1, "proved"), (2, "proved"), (3, "proved"), (4, "refuted"), (5, "proved")]


def report(*changes: tuple[str, str], text: str = GOOD) -> DerivationReport:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (found,) = verify(text=text).derivations
    return found


def judged(found: DerivationReport) -> list[tuple[int, str]]:
    return [(step.index, str(step.verdict)) for step in found.steps]


def said(found: DerivationReport) -> list[tuple[str, int]]:
    return [(e.code, e.location.line if e.location else 0) for e in found.errors]


# What is changed; each complaint and its line; the steps that are judged none the less.
CASES = {
    "three keys": (
        [("title", "titel"), ("  - eq: log p(x", "  - eqq: log p(x"), ("claim", "clame")],
        [("unknown-key", 1), ("unknown-key", 9), ("unknown-key", 21)],
        ALL[1:],
    ),
    "keys of steps": (
        [("    by: gibbs", "    bye: gibbs\n    buy: gibbs"), ("using: a", "using: a\n    by: kl")],
        [("unknown-key", 14), ("unknown-key", 15), ("duplicate-key", 22)],
        [(1, "proved"), (2, "proved"), (4, "refuted")],
    ),
    "values": (
        [
            ("title: t", "title:"),
            ("claim: KL", "strict: maybe\nclaim: KL"),
            ("by: log", "by: [] #"),
        ],
        [("null-value", 1), ("empty-list", 12), ("wrong-value", 21)],
        [],
    ),
    "the claim": (
        [("claim: KL(q(z) ||", "claim: KL(q(z) || ||")],
        [("expected", 21)],
        ALL,
    ),
    "start": ([("start: log p(x, z)", "start: log p(x, z")], [("unclosed", 7)], ALL[1:]),
    "start missing": ([("start: log p(x, z)\n", "")], [("missing-start", 1)], ALL[1:]),
    "a line of the model": ([("- q(z)", "- q(z")], [("unclosed", 4)], [*ALL[:2]]),
    "another": (
        [("- p(x, z) =", "- p(x, z =")],
        [("expected", 3)],
        [],
    ),
    "a parameter": (
        [("[beta > 0]", "[beta >]")],
        [("expected", 5)],
        [step for step in ALL if step[1] == "proved"],
    ),
    "rules and labels": (
        [("by: kl", "by: kl-divergense"), ("using: a", "using: b"), ("by: log-rules", "by: lgo")],
        [("unknown-rule", 12), ("unknown-rule", 17), ("unknown-label", 20)],
        [ALL[0], ALL[2]],
    ),
    "what is said of a step is not said twice": (
        [("eq: log p(x | z) +", "eq: log p(x | z +"), ("claim: KL(q(z)", "claim: KL((q(z)")],
        [("expected", 21)],
        [(1, "ill-formed"), *ALL[1:]],
    ),
    "a consequence": (
        [("- q(z)", "- q(z"), ("claim: KL", "claim: 2 KL")],
        [("unclosed", 4)],
        [*ALL[:2]],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_all_is_said_and_the_rest_is_judged(name: str) -> None:
    changes, complaints, steps = CASES[name]
    found = report(*changes)
    assert found.verdict is FileVerdict.ERROR
    assert found.exit_status() == 2
    assert said(found) == complaints
    assert judged(found) == steps


def test_what_is_missing_under_a_key_that_is_unknown_is_said_once() -> None:
    assert said(report(("claim: KL", "clam: KL"))) == [("unknown-key", 21)]
    assert said(report(("claim: KL", "klm: KL")))[0] == ("missing-key", 1)


def test_no_step_is_accused_for_a_premise_that_is_missing() -> None:
    """From the start, log p(x, z), the statement follows; from the line after it, it does not."""
    text = (
        "title: t\nmodel: ['p(x, z)', q(z)]\nstart: KL(q(z) || p(z)\nsteps:\n"
        "  - eq: log p(x)\n    by: kl\n"
        "  - so: KL(q(z) || p(z)) = 2 log p(x) - log p(x)\n    by: algebra\n"
        "  - eq: log p(x) + log p(x)\n    by: algebra\n"
        "claim: KL(q(z) || p(z)) = log p(x)\n"
    )
    found = report(text=text)
    assert said(found) == [("unclosed", 3)]
    assert judged(found) == [(3, "refuted")]


def test_what_support_grants_is_not_read_into_another_key() -> None:
    """Without `support` all is granted: a step may be proved that would not be with it."""
    line = "title: t\nsuport: []\n"
    text = GOOD.replace("title: t\n", line)
    assert said(report(text=text)) == [("unknown-key", 2)]
    assert judged(report(text=text)) == []


def test_steps_of_a_file_that_is_expected_to_be_an_error_are_expected_to_be_anything() -> None:
    text = GOOD.replace("claim: KL(", "expect: error\nclaim: KL((")
    whole = verify(text=text)
    assert judged(whole.derivations[0]) == ALL
    assert whole.exit_status(expect=True) == 0
    shown = plain.render(whole).replace("expected `)`", "").replace("[expected]", "")
    assert "expected" not in shown


def test_complaints_are_in_order_and_not_without_end() -> None:
    keys = "".join(f"key{number}x: 1\n" for number in range(MOST + 10))
    found = report(text=GOOD + keys)
    assert len(found.errors) == MOST + 1
    assert (found.errors[-1].code, found.errors[-1].data["count"]) == ("more-faults", 10)
    lines = [line for _, line in said(found)[:-1]]
    assert lines == sorted(lines)


def test_every_format_says_all() -> None:
    whole = verify(text=GOOD.replace("- q(z)", "- q(z").replace("title", "titel"))
    shown = plain.render(whole)
    assert "<text>:1:1: a derivation has no key `titel`" in shown
    assert "<text>:4:8: `(` at column 6 is never closed: `)` is missing" in shown
    assert '"errors": [' in machine.render(whole)
    many = plain.render(type(whole)((*whole.derivations, *whole.derivations)))
    assert many.count("is never closed") == 2


WRONG = """\
title: a file with several faults
model: ["p(x, z)", "q(z"]
parameters: ["a >"]
start: log p(x)
steps:
  - eq: log p(x)
    by: a rule that nobody has
claim: log p(x) = log p(x
"""


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (WRONG, ["unclosed", "expected", "unknown-rule", "unclosed"]),
        (
            WRONG.replace("model:", "modle:").replace("start:", "strat:"),
            ["unknown-key", "expected", "unknown-key"],
        ),
    ],
)
def test_every_command_says_all(text: str, codes: list[str], tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(text, encoding="utf-8")
    report = mutate(file)
    assert [error.code for error in report.files[0].errors][: len(codes)] == codes
    assert len(json.loads(machine.render(report))["files"][0]["errors"]) >= len(codes)
    assert all(f"wrong.yaml:{line}:" in plain.render(report) for line in (2, 3))
    with pytest.raises(DiagnosticError) as raised:  # as `--replay` asks
        in_worlds(readable(read_source(file)), load, ())
    assert raised.value.diagnostics == report.files[0].errors
    if codes[0] == "unknown-key":  # else a worksheet that is none is said first
        assert grade(file, file).errors == report.files[0].errors


def test_two_keys_that_are_wrong_at_once() -> None:
    """Whichever they are: what one hides, and what the other needs of it, is no fault of ours."""
    keys = ("model", "parameters", "define", "start", "steps", "claim")
    short = GOOD.partition("  - so")[0] + "claim: log p(x, z) = L\n"
    text = short.replace("start: log p(x, z)", "start: L + E_{q(z)}[beta]")
    for one in keys:
        for other in keys:
            changed = text.replace(f"{one}:", f"{one}s:").replace(f"\n{other}:", f"\n{other} x:")
            (found,) = verify(text=changed).derivations
            assert not found.internal, changed
            assert found.errors
