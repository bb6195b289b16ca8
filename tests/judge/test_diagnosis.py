"""What a wrong line was meant to be is found, and looking for it ends soon, whatever it is."""

from __future__ import annotations

import pytest
from effort import calls

from verifier import verify
from verifier.outcome import DerivationReport, Verdict

CALLS = (
    10_000_000  # a few seconds; a line whose edits were tried without a limit takes 100 times it
)

LONG = {
    "integrals without a differential": "int q(z) " * 2000,
    "terms without an end": "log p(x) + " * 1500,
    "terms": " + ".join(["log p(x)"] * 1500),
    "a bracket that is never closed": "E_{q(z | x)}[log q(z | x)] - " * 28 + "log p(x",
    "a bracket after many terms": "E_{q(z | x)}[log q(z | x)] - " * 800 + "log p(x",
    "powers": "p(x)^z " * 300,
    "brackets": "(" * 990,
}


def _report(line: str) -> DerivationReport:
    text = (
        "title: t\nmodel: ['p(x, z)', 'q(z | x)']\nstart: log p(x)\n"
        f"steps:\n  - eq: {line!r}\nclaim: 'log p(x) = 1'\n"
    )
    (report,) = verify(text=text).derivations
    return report


@pytest.mark.parametrize("line", LONG.values(), ids=LONG)
def test_long_line_takes_no_longer_to_diagnose_than_to_judge(line: str) -> None:
    reports: list[DerivationReport] = []
    assert calls(lambda: reports.append(_report(line))) < CALLS
    (report,) = reports
    assert not report.internal
    assert [step.verdict for step in report.steps] in ([Verdict.REFUTED], [Verdict.ILL_FORMED])


# The line before, a wrong line under it, and what that was meant to be.
MEANT = {
    "a bracket written twice": ("-H(q(z))", "eq: E_{q(z)(z)}[log q(z)]", "= E_{q(z)}[log q(z)]"),
    "an expectation that doesn't say under what": (
        "E_{q(z)}[log p(x, z)]", "eq: E[log p(x | z) + log p(z)]",
        "= E_{q(z)}[log p(x | z) + log p(z)]",
    ),
    "measures of other variables": (
        "E_{q(z) p(x)}[g(x, z)]", "eq: int p(x) (int q(z) g(x, z) dx) dz",
        "= int p(x) (int q(z) g(x, z) dz) dx",
    ),
    "a divisor outside of the logarithm": (
        "log p(x) - log c", "eq: (log p(x)) / c", "= log(p(x) / c)",
    ),
    "a bracket closed too early": (
        "N c + sum_{i=1}^{N} i", "eq: (sum_{i=1}^{N} i) + c", "= sum_{i=1}^{N} (i + c)",
    ),
    "another term's divisor": (
        "b / (1 + c) + N / (2 + c) + 1 / (2 + c)", "eq: b / (1 + c) + N / (1 + c) + 1 / (2 + c)",
        "= b / (1 + c) + N / (2 + c) + 1 / (2 + c)",
    ),
    "a bound that lacks the evidence, not the line before again": (
        "-KL(q(z) || p(x, z))", "le: 0", "<= 0 + log p(x)",
    ),
    "a factor above the line for one below": (
        "p(z | x)", "eq: p(x | z) p(x) / p(z)", "= p(x | z) p(z) / p(x)",
    ),
    "an expectation that ends before the divisor": (
        "log p(x)", "eq: log(E_{q(z)}[p(x, z)] / q(z))", "= log(E_{q(z)}[p(x, z) / q(z)])",
    ),
    "the weight of an integral": (
        "KL(q(z) || p(z))", "eq: int log(q(z) / p(z)) dz", "= int q(z) log(q(z) / p(z)) dz",
    ),
    "a logarithm outside of an expectation": (
        "E_{q(z)}[log p(x, z) - log q(z)]", "eq: log E_{q(z)}[p(x, z) / q(z)]",
        "= E_{q(z)}[log(p(x, z) / q(z))]",
    ),
    "a family that isn't declared": (
        "log p(x)", "eq: log p(x, z) - log r(z | x)", "= log p(x, z) - log p(z | x)",
    ),
    "a condition lost everywhere": (
        "E_{q(z)}[log p(x, z) - log p(x)]", "eq: E_{q(z)}[log p(z)]", "= E_{q(z)}[log p(z | x)]",
    ),
    "a constant's logarithm": ("log(p(x) / c)", "eq: log p(x)", "= log p(x) - log c"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "line", "meant"), MEANT.values(), ids=MEANT)
def test_line_is_diagnosed(before: str, line: str, meant: str) -> None:
    text = (
        "title: t\nmodel: ['p(x, z)', 'q(z)']\nparameters: [c > 0, b > 0, N >= 1]\n"
        f"functions: ['g(x, z)']\nstart: {before!r}\nsteps:\n  - {line}\nclaim: '{before} = 1'\n"
    )
    (report,) = verify(text=text).derivations
    (step,) = report.steps
    assert step.diagnosis is not None
    assert step.diagnosis.line == meant
