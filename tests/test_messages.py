"""Every code has its wording, and the wordings keep to one style."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import verifier
from verifier.messages import HINTS, MESSAGES, hint, message
from verifier.outcome import Diagnostic, Location

PACKAGE = Path(verifier.__file__).parent
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# What takes a code: the classes, and the helpers that build a Diagnostic of their arguments.
RAISERS = {
    *("Diagnostic", "FormulaError", "IllFormed", "diagnostic", "unknown"),
    *("missing", "refuse_key", "refuse_value", "_refuse", "_refused"),
}


def raised_codes() -> Iterator[tuple[str, str]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in RAISERS:
                codes = [code for code in map(_code, node.args) if code]
                yield from ((code, f"{file.name}:{node.lineno}") for code in codes[:1])


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _code(node: ast.expr) -> str | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and CODE.fullmatch(value) else None


def test_every_code_raised_is_worded() -> None:
    raised = list(raised_codes())
    assert len({code for code, _ in raised}) > 25  # or the search above has lost its way
    assert [(code, place) for code, place in raised if code not in MESSAGES] == []


def test_hints_belong_to_messages() -> None:
    assert set(HINTS) <= set(MESSAGES)


@pytest.mark.parametrize("code", sorted(MESSAGES))
@pytest.mark.parametrize("data", [{}, {"surprise": object(), "name": "{x}"}], ids=["none", "odd"])
def test_no_data_makes_a_message_crash(code: str, data: dict[str, object]) -> None:
    diagnostic = Diagnostic(code, None, data)
    said = message(diagnostic)
    assert said
    assert not said.endswith(".") or said.endswith("...")
    assert said[0] == said[0].lower() or said.startswith("YAML")
    assert "\n" not in said
    hint(diagnostic)


@pytest.mark.parametrize(
    "text", [text for text in [*MESSAGES.values(), *HINTS.values()] if isinstance(text, str)]
)
def test_backticks_come_in_pairs(text: str) -> None:
    assert text.count("`") % 2 == 0


@pytest.mark.parametrize(
    ("diagnostic", "said", "advice"),
    [
        (
            Diagnostic("unknown-key", None, {"owner": "a step", "key": "eqq", "near": ("eq",)}),
            "a step has no key `eqq`",
            "did you mean `eq`?",
        ),
        (
            Diagnostic("ambiguous", None, {"readings": ("(log a) b", "log (a b)")}),
            "this can be read as `(log a) b` or `log (a b)`",
            "write the brackets that you mean",
        ),
        (
            Diagnostic("wrong-rule", None, {"rules": ("kl",), "suggestion": ("jensen",)}),
            "it holds, but does not follow by `kl`",
            "`by: [jensen]` would do",
        ),
        (
            Diagnostic("expected", None, {"expected": ")", "found": "", "cut": "comment"}),
            "expected `)`, but the text ends",
            "to YAML ` #` begins a comment, which ends the text before it: put it in quotes",
        ),
        (
            Diagnostic("control-character", None, {"code": 0}),
            "a NUL byte does not belong in a derivation",
            None,
        ),
        (
            Diagnostic("bare-expectation"),
            "`E[..]` does not say under which distribution",
            "write `E_{q(z)}[..]`",
        ),
        (Diagnostic("never-heard-of", None, {"a": ("b", 1)}), "never heard of (a: `b`, 1)", None),
    ],
)
def test_wording(diagnostic: Diagnostic, said: str, advice: str | None) -> None:
    assert message(diagnostic) == said
    assert hint(diagnostic) == advice


def test_trouble_in_another_file_names_it_and_its_place() -> None:
    cause = Diagnostic("missing-key", Location(3, 1, 3, 2), {"key": "claim"})
    found = Diagnostic("other-file", None, {"file": "b.yaml", "cause": cause})
    assert message(found) == "`b.yaml:3:1` can't be used: the key `claim` is missing"
