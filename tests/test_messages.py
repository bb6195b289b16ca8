"""Every code has its wording, and the wordings keep to one style."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import verifier
from verifier.messages import AREAS, HINTS, MESSAGES, hint, message
from verifier.messages.codes import code_named, codes, samples
from verifier.outcome import Diagnostic

PACKAGE = Path(verifier.__file__).parent
FILES = [*sorted(PACKAGE.rglob("*.py")), PACKAGE.parent / "cli.py"]
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# What takes a code: the classes, and the helpers that build a Diagnostic of their arguments.
RAISERS = {
    *("Diagnostic", "FormulaError", "IllFormed", "Obligation", "diagnostic", "unknown"),
    *("missing", "refuse_key", "refuse_value", "_refuse", "_refused", "refused"),
}


def raised_codes() -> Iterator[tuple[str, str]]:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in RAISERS:
                codes = [code for code in map(_codes, node.args) if code]
                yield from ((c, f"{file.name}:{node.lineno}") for c in next(iter(codes), ()))


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _codes(node: ast.expr) -> list[str]:
    """The code that an argument is; of `a if c else b` both."""
    if isinstance(node, ast.IfExp):
        return [*_codes(node.body), *_codes(node.orelse)]
    value = node.value if isinstance(node, ast.Constant) else None
    return [value] if isinstance(value, str) and CODE.fullmatch(value) else []


def test_every_code_raised_is_worded() -> None:
    raised = list(raised_codes())
    assert len({code for code, _ in raised}) > 25  # or the search above has lost its way
    assert [(code, place) for code, place in raised if code not in MESSAGES] == []


def test_every_wording_is_of_a_code_in_use() -> None:
    sources = [file for file in FILES if "messages" not in file.parts]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in sources]
    constants = (n.value for t in trees for n in ast.walk(t) if isinstance(n, ast.Constant))
    assert MESSAGES.keys() - {value for value in constants if isinstance(value, str)} == set()


def test_each_code_is_worded_once() -> None:
    assert len(MESSAGES) == sum(len(area.MESSAGES) for area in AREAS)
    assert len(HINTS) == sum(len(area.HINTS) for area in AREAS)
    for area in AREAS:
        assert area.HINTS.keys() <= area.MESSAGES.keys()


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


# -- the texts -----------------------------------------------------------------------------------

GOLDEN = samples()
SAMPLES = [(code, sample) for code, samples in GOLDEN.items() for sample in samples]


def test_every_message_has_its_texts_in_order() -> None:
    assert [*GOLDEN] == [*MESSAGES]


def test_every_code_is_explained_in_order() -> None:
    assert [*codes()] == [*MESSAGES]
    for entry in codes().values():
        assert entry.means.endswith(".")
        assert entry.do.endswith(".")
        assert (entry.means + entry.do).count("`") % 2 == 0


def test_a_code_comes_with_what_is_said_under_it() -> None:
    found = code_named("[unknown-key]")
    assert found is not None
    assert found.examples[0] == ("a step has no key `eqq`", "did you mean `eq`?")
    assert code_named("jensen") is None


@pytest.mark.parametrize(
    ("code", "sample"), SAMPLES, ids=[f"{n}-{code}" for n, (code, _) in enumerate(SAMPLES)]
)
def test_text(code: str, sample: dict[str, Any], make: ModuleType) -> None:
    diagnostic = make.diagnostic(code, sample)
    assert message(diagnostic) == sample["says"]
    assert hint(diagnostic) == sample.get("hint")


def test_code_that_nobody_worded_is_said_as_it_is() -> None:
    assert message(Diagnostic("never-heard-of")) == "never heard of"
    said = message(Diagnostic("never-heard-of", None, {"a": ("b", 1)}))
    assert said == "never heard of (a: `b`, 1)"


def test_table_of_messages_is_current(make: ModuleType) -> None:
    assert make.MESSAGES.read_text(encoding="utf-8") == make.messages(), (
        "`python docs/make.py` makes it again"
    )
