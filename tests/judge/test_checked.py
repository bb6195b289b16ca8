"""A file that begins as another does gets the verdicts that it gets from the top."""

from __future__ import annotations

import re
from functools import cache

import pytest
from derivation_table import SHIPPED, load_beside

from verifier.derivation.loader import load_text
from verifier.judge.checked import CheckedFile, Library, checked_file, continued
from verifier.judge.file import report_of


@cache
def known(name: str) -> CheckedFile:
    return checked_file(load_text(text(name)), load_beside(name), explains=False)


def text(name: str) -> str:
    return SHIPPED[name].read_text(encoding="utf-8")


def with_line(name: str, number: int) -> str:
    """A derivation in which a step of a chain says that the line before is 0."""
    steps = [*re.finditer("^  - eq: .*$", text(name), re.MULTILINE)]
    start, end = steps[number].span()
    return f'{text(name)[:start]}  - eq: "0"{text(name)[end:]}'


CHANGED = [
    *(("kl", with_line("kl", number)) for number in (0, 2, 4, 6)),
    *(("jensen", with_line("jensen", number)) for number in (0, 3)),
    ("kl", text("kl").replace("  - finite all\n", "")),
    ("kl", text("kl").replace("q(z) << p(z | x)", "p(z | x) << q(z)")),
    ("kl", text("kl").replace("by: gibbs", "by: jensen")),
    ("kl", text("kl").replace("strict: true\n", "")),
    ("jensen", text("jensen").replace("claim: log p(x) >=", "claim: log p(x) =")),
    ("concordance/slides", text("concordance/slides").replace("jensen.yaml", "kl.yaml")),
]


@pytest.mark.parametrize(("name", "changed"), CHANGED)
def test_what_is_taken_over_would_be_found_again(name: str, changed: str) -> None:
    assert changed != text(name)
    derivation, beside = load_text(changed), load_beside(name)
    again = report_of(checked_file(derivation, beside, explains=False))
    assert report_of(continued(known(name), derivation, beside, Library(), explains=False)) == again
