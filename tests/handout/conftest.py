"""Derivations as sheets: all that ship, one with blanks, one that is not verified."""

from __future__ import annotations

from dataclasses import replace

import pytest
from derivation_table import SHIPPED, judged, judged_text

from verifier.handout.sheet import Sheet, sheet

BLANKS = {1: "reason", 2: "relation", 3: "line", 7: "relation", 8: "line", 9: "reason"}


@pytest.fixture(scope="session")
def kl() -> Sheet:
    return sheet(judged(SHIPPED["kl"]))


@pytest.fixture(scope="session")
def shipped() -> dict[str, Sheet]:
    """Every derivation that ships."""
    return {name: sheet(judged(file)) for name, file in SHIPPED.items()}


@pytest.fixture(scope="session")
def worksheet(kl: Sheet) -> Sheet:
    """A sheet with each kind of blank, on steps of each kind."""
    return replace(
        kl, lines=tuple(replace(line, blank=BLANKS.get(line.number)) for line in kl.lines)
    )


@pytest.fixture(scope="session")
def draft() -> Sheet:
    """A sheet with a step that is refuted, one under a wrong rule and one that can't be read."""
    text = SHIPPED["kl"].read_text(encoding="utf-8")
    for right, wrong in (
        ("log p(x) - KL", "log p(x) + KL"),
        ("by: gibbs", "by: kl"),
        ("[log(p(x, z) / q(z))]", "[log(p(x, z) / q(z))"),
    ):
        assert right in text
        text = text.replace(right, wrong, 1)
    return sheet(judged_text(text))


@pytest.fixture(scope="session")
def hostile(kl: Sheet) -> Sheet:
    """A sheet whose texts are mark-up."""
    bait = "</p></title><script>alert(1)</script> $$x$$ & `<b>` \"' *a* _b_ [c](d) # ```"
    lines = tuple(replace(line, note=bait, label=bait, message=bait) for line in kl.lines)
    return replace(kl, title=bait, origin=bait, description=bait, problem=bait, lines=lines)
