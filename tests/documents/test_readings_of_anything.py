"""Readings of formulas with a token too many, or too few: there is one, whatever it is."""

from __future__ import annotations

from contextlib import suppress

import pytest

from verifier.documents.context import Context, Unsure
from verifier.documents.formulas import Tokens
from verifier.documents.readings import readings
from verifier.formula.lexer import scan

LINES = (
    r"-log p(x_0) + E_{q(z | x)}[log \frac{q(z)}{p(x, z)}]",
    r"E_q log p(x, z)^2 - KL(q || p(z)) + int q(z) log q dz",
    r"sum_{k=1}^{K} log 1/K sum_k w(z_k) p(x | z_k) dz_k",
    r"H(q) + I(X; Z) - D(p || q) - \frac{1}{K} prod_{t=1}^{T} p(x_t | x_{t-1})",
)
MORE = ("{", "}", "(", ")", "[", "]", "|", "||", "^", "_", ",", ";", "log", "sum", "int", "dz", "E")


@pytest.mark.parametrize("line", LINES)
def test_a_token_too_many_or_too_few(line: str) -> None:
    tokens = (*scan(line)[:-1],)
    other = {token.text: token for token in scan(" ".join(MORE))}
    for at in range(len(tokens)):
        read((*tokens[:at], *tokens[at + 1 :]))
        read(tokens[:at])
        for text in MORE:
            read((*tokens[:at], other[text], *tokens[at:]))
            read((*tokens[:at], other[text], *tokens[at + 1 :]))


def read(tokens: Tokens) -> None:
    context = Context({"p": "p(x, z)", "q": "q(z | x)"})
    with suppress(Unsure):
        assert readings(tokens, context)
