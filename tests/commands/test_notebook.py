"""Reports in notebooks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from derivation_table import ROOT, judged_once

import verifier
from verifier import verify
from verifier.derivation.derivation import Derivation
from verifier.outcome import DerivationReport, Report
from verifier.report import plain

KINDS = {"text/plain", "text/html", "text/markdown", "text/latex"}


def test_a_report_shows_itself_in_each_format(unreadable: DerivationReport) -> None:
    derivation = judged_once("kl")
    for report in (derivation, Report((derivation,)), Report((derivation, unreadable))):
        shown = report._repr_mimebundle_()
        assert {*shown} == KINDS
        assert "<math" in shown["text/html"]
        assert "$$" in shown["text/markdown"]
        assert "\\begingroup" in shown["text/latex"]
    assert all("unreadable.yaml" in text for text in shown.values())
    assert derivation._repr_mimebundle_()["text/plain"] == plain.render(Report((derivation,)))


def test_what_can_not_be_a_handout_is_shown_as_the_report() -> None:
    (report,) = verify(text="title: <b>\n").derivations
    shown = report._repr_mimebundle_()
    assert shown["text/html"].startswith("<pre>&lt;text&gt;:1:1: ")
    assert shown["text/markdown"].startswith("```text\n<text>:1:1: ")
    assert shown["text/latex"].startswith("\\par\\noindent\\texttt{$<$text$>$:1:1:")


def test_a_front_end_says_what_it_wants() -> None:
    report = judged_once("kl")
    assert {*report._repr_mimebundle_(include={"text/html"})} == {"text/html"}
    assert {*report._repr_mimebundle_(exclude={"text/html"})} == KINDS - {"text/html"}


def test_nothing_of_it_is_imported_before() -> None:
    program = (
        "import sys; import verifier.outcome;"
        "print([m for m in sys.modules if 'handout' in m or 'notebook' in m or 'IPython' in m])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "[]\n"


def test_a_loaded_derivation_shows_itself_as_it_is_judged() -> None:
    file = ROOT / "derivations" / "blog" / "bayes-theorem.yaml"
    shown = verifier.load(file)._repr_mimebundle_(include={"text/html", "text/plain"})
    assert {*shown} == {"text/html", "text/plain"}
    assert "<math" in shown["text/html"]
    assert "2 of 2 steps proved" in shown["text/plain"]


def test_a_derivation_shows_itself_where_nothing_judges() -> None:
    derivation = verifier.load(ROOT / "derivations" / "kl.yaml")
    bundle, Derivation.bundle = Derivation.bundle, None
    try:
        assert {*derivation._repr_mimebundle_()} == {"text/plain"}
    finally:
        Derivation.bundle = bundle


class Shell:
    """What is asked of IPython."""

    def __init__(self) -> None:
        self.user_ns: dict[str, Any] = {}
        self.magics: dict[tuple[str, str], Callable[[str, str], Report]] = {}

    def register_magic_function(self, func: Any, magic_kind: str, magic_name: str) -> None:
        self.magics[magic_kind, magic_name] = func


CELL = """title: one line
model: ["q(z)"]
start: E_{q(z)}[1]
steps:
  - {eq: "1", by: normalisation}
claim: E_{q(z)}[1] = 1
"""


def test_a_cell_is_a_derivation() -> None:
    shell = Shell()
    verifier.load_ipython_extension(shell)
    elbo = shell.magics["cell", "elbo"]
    report = elbo(" found ", CELL)
    assert shell.user_ns == {"found": report}
    assert [one.verdict for one in report.derivations] == ["verified"]
    again = elbo("", CELL.replace('"1", by', '"2", by'))
    assert [one.verdict for one in again.derivations] == ["failed"]
    assert '<div class="trouble">' in again._repr_mimebundle_()["text/html"]
