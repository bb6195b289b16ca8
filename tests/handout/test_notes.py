"""Mathematics in sentences: what is taken for a formula, and what for words."""

from __future__ import annotations

import pytest

from verifier.formula.declarations import parse_family, parse_function, parse_parameter
from verifier.formula.scope import build_scope
from verifier.handout.notes import noted
from verifier.typeset.printer import plain

SCOPE = build_scope(
    (
        parse_family("p(x_{0:T}, z)"),
        parse_family("q(z)"),
        parse_function("f(z)"),
        parse_parameter("T >= 1"),
    )
)


@pytest.mark.parametrize(
    "text",
    [
        "At «tau = 0» nothing is left of the past.",
        "Eqs. (8) and (9) are Eq. (5) at «x_0»; at «t = 0» there is no other.",
        "For «t = 1» it would read «q(z)», which is why the first term goes.",
        "The logarithms of «q(x_{t-1} | x_0) / q(x_t | x_0)» telescope.",
        "The posterior is our goal, «q» our approximation of it (at «x_{1:T}»).",
        "I am a man, and/or his/her «z»; A line, e.g. 1/2 of it.",
        "Bayes' rule given «x_0», on which «x_t» doesn't depend.",
        "which «T >= 1» allows; `x_0 = 1` stays as it is",
        "«f(z)» is a function, and so on - that's it",
        "",
    ],
)
def test_formulas_of_a_note(text: str) -> None:
    bare = text.replace("\u00ab", "").replace("\u00bb", "")
    parts = noted(bare, SCOPE)
    assert "".join(p if isinstance(p, str) else f"\u00ab{plain(p)}\u00bb" for p in parts) == text
