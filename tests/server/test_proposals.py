"""Proposals: what is offered for a step makes that step hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from derivation_table import judged, judged_text

from verifier.derivation.source import text_source
from verifier.messages import message
from verifier.outcome import DerivationReport, Diagnostic, Verdict
from verifier.server.proposals import Proposal, better, proposals

HEAD = "title: t\nmodel:\n  - p(x, z)\n  - q(z)\n"
LAST = "claim: 1 = 1\n"

# What declares, the steps, what is offered.
CASES = {
    "rules": (
        "start: log p(x)\n",
        "  - eq: log p(x, z) - log p(z | x)\n    by: kl\n",
        "step 1: cite `by: chain-rule`",
    ),
    "a slip": (
        "start: KL(q(z) || p(z))\n",
        "  - {eq: 'H(q(z), p(z)) + H(q(z))', by: [kl, entropy]}\n",
        "step 1: write `= H(q(z), p(z)) - H(q(z))`",
    ),
    "another relation": (
        "start: log p(x)\n",
        "  - {le: 'E_{q(z)}[log(p(x, z) / q(z))]', by: jensen}\n",
        "step 1: write `>= E_{q(z)}[log(p(x, z) / q(z))]`",
    ),
    "a condition": (
        "support: []\nstart: KL(q(z) || p(z))\n",
        "  - {eq: 'E_{q(z)}[log(q(z) / p(z))]', by: kl}\n",
        "add `q(z) << p(z)` to `support`",
    ),
    "a condition more": (
        "support:\n  - finite all\nstart: KL(q(z) || p(z))\n",
        "  - {eq: 'E_{q(z)}[log(q(z) / p(z))]', by: kl}\n",
        "add `q(z) << p(z)` to `support`",
    ),
    "a sign": (
        "parameters: [a]\nstart: log(a p(x))\n",
        "  - {eq: log a + log p(x), by: log-rules}\n",
        "add `a > 0` to `parameters`",
    ),
    "a parameter": (
        "start: 1 + 1\n",
        "  - {eq: 2 + beta - beta}\n",
        "add `beta` to `parameters`",
    ),
    "a family": (
        "start: '1'\n",
        "  - {eq: int r(z) dz, by: normalisation}\n",
        "add `r(z)` to `model`",
    ),
}


def found(text: str) -> tuple[DerivationReport, list[Proposal]]:
    report = judged_text(text)
    return report, proposals(text_source(text, "<text>"), report)


@pytest.mark.parametrize("case", CASES)
def test_what_is_offered_makes_the_step_hold(case: str) -> None:
    declared, steps, title = CASES[case]
    text = f"{HEAD}{declared}steps:\n{steps}{LAST}"
    report, offered = found(text)
    titles = {message(each.said): each for each in offered}
    assert title in titles
    after = judged_text(titles[title].text(text_source(text, "<text>")))
    assert after.steps[titles[title].step - 1].verdict in (Verdict.PROVED, Verdict.WRONG_RULE)
    assert better(report, after, 1) or not titles[title].tried


# A document with one display, what is offered, and the line after it; with no line there is none.
DOCUMENTS = {
    "rules": (
        "n.md",
        "$$\n\\log p(x) = \\log p(x, z) - \\log p(z | x)\n$$\n",
        "step 1: cite `by: chain-rule`",
        "<!-- elbo: by: chain-rule -->",
    ),
    "a slip": (
        "n.md",
        "$$\n\\log p(x) = \\log p(x, z) + \\log p(z | x). \\tag{1}\n$$\n",
        "step 1: write `= log p(x, z) - log p(z | x)`",
        r"\log p(x) = \log p(x, z) - \log p(z \mid x). \tag{1}",
    ),
    "another relation": (
        "n.tex",
        "\\begin{align*}\n"
        "\\log p(x) &\\le \\mathbb{E}_{q(z)}\\left[\\log\\frac{p(x, z)}{q(z)}\\right]\n"
        "\\end{align*}\n",
        "step 1: write `>= E_{q(z)}[log(p(x, z) / q(z))]`",
        r"\log p(x) &\geq \mathbb{E}_{q(z)}\left[\log \frac{p(x, z)}{q(z)}\right]",
    ),
    "a sign": (
        "n.tex",
        "\\[\n\\log(a\\,p(x)) = \\log a + \\log p(x)\n\\]\n",
        "add `a > 0` to `parameters`",
        "% elbo: parameters: a > 0",
    ),
    "a row that goes on": (
        "n.md",
        "$$\n\\log p(x) = \\log p(x, z)\n + \\log p(z | x)\n$$\n",
        "step 1: write `= log p(x, z) - log p(z | x)`",
        "",
    ),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_what_is_offered_in_a_document_makes_its_line_hold(case: str, tmp_path: Path) -> None:
    name, text, title, line = DOCUMENTS[case]
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    report = judged(file)
    source = text_source(text, str(file))
    titles = {message(each.said): each for each in proposals(source, report)}
    assert (title in titles) is bool(line)
    if line:
        new = titles[title].text(source)
        assert line in new.split("\n")
        file.write_text(new, encoding="utf-8")
        after = judged(file)
        assert after.steps[0].verdict is Verdict.PROVED
        assert better(report, after, 1) or not titles[title].tried


def test_a_line_that_is_missing_is_put_above() -> None:
    text = f"{HEAD}start: '2'\nsteps:\n  - {{eq: 1 + 1, by: kl}}\n{LAST}"
    report = judged_text(text)
    why = Diagnostic("residual", None, {"residual": "1", "between": "- eq: 3 - 1"})
    (step,) = report.steps
    said = replace(report, steps=(replace(step, verdict=Verdict.UNPROVED, diagnostic=why),))
    (offered,) = proposals(text_source(text, "<text>"), said)
    assert message(offered.said) == "put `- eq: 3 - 1` above step 1"
    assert "steps:\n  - eq: 3 - 1\n  - {eq: 1 + 1" in offered.text(text_source(text, "<text>"))


def test_of_what_can_not_be_read_nothing_is_offered() -> None:
    for text in ("", "steps: [", "{title: t, steps: [{eq: x, by: nonsense}]}"):
        assert found(text)[1] == []
