"""Looking for what a wrong line was meant to be ends soon, whatever the line is."""

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
