"""The report as JSON: the format's schema 1."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from io import StringIO
from typing import Any

import pytest

from verifier import __version__
from verifier.manual.options import WHOLE
from verifier.outcome import DerivationReport, Diagnostic, Numeric, Report
from verifier.report import FORMATS, machine, write

STEP_KEYS = {
    *("index", "kind", "statement", "line", "column", "relation", "text", "latex", "rules"),
    *("verdict", "given", "code", "message", "remarks", "suggestion", "counterexample", "numeric"),
    "diagnosis",
}


def parsed(*derivations: DerivationReport) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    found = json.loads(machine.render(Report(derivations)), parse_constant=refuse)
    assert isinstance(found, dict)
    return found


def test_whole_run(broken: DerivationReport, verified: DerivationReport) -> None:
    whole = parsed(verified, broken)
    assert whole["schema"] == 1
    assert whole["tool"] == f"elbo-verify {__version__}"
    assert whole["verdict"] == "failed"
    assert [one["verdict"] for one in whole["derivations"]] == ["verified", "failed"]


def test_derivation(broken: DerivationReport) -> None:
    (one,) = parsed(broken)["derivations"]
    assert one["file"] == "derivations/broken.yaml"
    assert one["claim"] == {
        "text": "log p(x) >= L",
        "latex": r"\log p(x) \geq L",
        "reached": True,
        "proved": False,
    }
    assert one["assumptions"][0] == {"text": "q(z) << p(z | x)", "steps": [1, 2, 3]}
    assert one["numeric"] == {"samples": 4096, "worst": 0.31, "agrees": False}
    assert one["error"] is None
    assert one["problem"]["code"] == "claim-not-proved"


def test_step(broken: DerivationReport) -> None:
    step = parsed(broken)["derivations"][0]["steps"][2]
    assert set(step) >= STEP_KEYS
    assert step["index"] == 3
    assert step["relation"] == "="
    assert step["verdict"] == "wrong-rule"
    assert step["code"] == "wrong-rule"
    assert step["message"].startswith("it holds, but does not follow by `bayes-rule`")
    assert step["suggestion"] == {"rules": ["chain-rule"], "places": ["p(x, z) = p(z | x) p(x)"]}
    assert step["numeric"] == {"samples": 4096, "agrees": True, "worst": 1e-16}


def test_what_a_step_lacks_is_null(verified: DerivationReport) -> None:
    step = parsed(replace(verified, steps=(replace(verified.steps[0], numeric=None),)))
    found = step["derivations"][0]["steps"][0]
    for key in ("code", "message", "suggestion", "diagnosis", "counterexample", "numeric"):
        assert found[key] is None
    assert found["remarks"] == []
    assert found["given"] == []


def test_diagnosis(broken: DerivationReport) -> None:
    steps = parsed(broken)["derivations"][0]["steps"]
    assert steps[5]["diagnosis"] == {
        "kind": "dropped",
        "before": "log p(x) + E_{",
        "after": "log p(x)",
        "line": ">= log p(x)",
        "latex": "",
        "message": "it holds with one term less: `>= log p(x)`",
    }
    assert steps[0]["diagnosis"] is None


def test_counterexample(broken: DerivationReport) -> None:
    example = parsed(broken)["derivations"][0]["steps"][3]["counterexample"]
    assert example["tables"][1] == {
        "name": "q(z)",
        "axes": ["z"],
        "shape": [2],
        "cells": ["1/3", "2/3"],
    }
    assert example["step"] == 4
    assert example["point"] == {"x": 0}
    assert example["parameters"] == {"beta": "2"}


@pytest.mark.parametrize("worst", [float("nan"), float("inf"), float("-inf")])
def test_figures_that_json_lacks_are_null(verified: DerivationReport, worst: float) -> None:
    found = parsed(replace(verified, numeric=Numeric(4096, False, worst)))
    assert found["derivations"][0]["numeric"]["worst"] is None


def test_error_has_its_message_and_place(unreadable: DerivationReport) -> None:
    (one,) = parsed(unreadable)["derivations"]
    assert one["verdict"] == "error"
    assert one["claim"] is None
    assert one["steps"] == []
    assert one["error"] == {
        "code": "unknown-key",
        "message": "a step has no key `eqq`",
        "hint": "did you mean `eq`?",
        "line": 4,
        "column": 3,
        "end_line": 4,
        "end_column": 5,
    }


def test_error_without_a_place_is_at_the_beginning(unreadable: DerivationReport) -> None:
    (one,) = parsed(replace(unreadable, error=Diagnostic("vacuous")))["derivations"]
    assert (one["error"]["line"], one["error"]["column"]) == (1, 1)


def test_no_character_can_fail_to_print(verified: DerivationReport) -> None:
    stream = StringIO()
    write(Report((replace(verified, title="θ \udcff 😀"),)), stream, "json")
    assert stream.getvalue().isascii()


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_has_a_module_that_makes_text_of_all_there_is_to_say(name: str) -> None:
    module = import_module(f"verifier.report.{FORMATS[name]}")
    whole = (module.entries(()), module.made_of((), "handouts")) if name in WHOLE else ()
    for said in (module.render(Report(())), *whole):
        assert isinstance(said, str)
        assert said.endswith("\n")
