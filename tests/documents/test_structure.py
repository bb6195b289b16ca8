"""Second opinions on how documents are read: another parser on where displays are, and chains that
were judged, printed into documents and read back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from derivation_table import SHIPPED, judged_once
from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc import latexwalker
from test_everywhere import FORMATS, within

from verifier import verify
from verifier.derivation.source import read_source
from verifier.documents.blocks import Display
from verifier.documents.formats import pages_of
from verifier.documents.forms import ENVIRONMENTS
from verifier.typeset.latex import latex

CORPUS = Path(__file__).parent / "corpus"
LATEX = sorted(CORPUS.glob("*.tex"))


def displays(nodes: list[Any]) -> Iterator[int]:
    """Where the displays begin, as pylatexenc has it."""
    for node in nodes:
        kind = type(node).__name__
        if kind == "LatexMathNode" and node.displaytype == "display":
            yield node.pos
        elif kind == "LatexEnvironmentNode":
            name = node.environmentname.rstrip("*")
            if name in ENVIRONMENTS:
                yield node.pos
            elif name not in ("verbatim", "lstlisting", "comment"):
                yield from displays(node.nodelist)


@pytest.mark.parametrize("file", LATEX, ids=lambda file: file.name)
def test_displays_are_where_another_parser_has_them(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    nodes, _, _ = latexwalker.LatexWalker(text, tolerant_parsing=True).get_latex_nodes()
    start = text.find(r"\begin{document}")
    ours = [b.start for page in pages_of(read_source(file)) for b in page.blocks
            if isinstance(b, Display) and not b.inline]  # fmt: skip
    assert sorted(ours) == [place for place in displays(nodes) if place >= start]


# -- chains printed and read back ------------------------------------------------------------------

CHAINS = ("kl", "jensen", "blog/kl-view")
SIGNS = {"=": "=", ">=": r"\geq", "<=": r"\le"}
Rows = Sequence[tuple[str, str]]


@cache
def chain(name: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a derivation that ships begins with, and the lines of its first chain, as LaTeX."""
    report = judged_once(SHIPPED[name])
    assert report.document is not None
    assert report.document.start is not None
    lines = takewhile(lambda step: step.kind == "chain", report.steps)
    return latex(report.document.start), tuple((SIGNS[s.relation], s.latex) for s in lines)


def before(start: str, rows: Rows) -> str:
    first, *others = [f"&{sign} {line}" for sign, line in rows]
    return " \\\\\n".join((f"{start} {first}", *others))


def behind(start: str, rows: Rows) -> str:
    sides = [start, *(line for _, line in rows)]
    signs = [*(f" {sign}" for sign, _ in rows), ""]
    return " \\\\\n & ".join(side + sign for side, sign in zip(sides, signs, strict=True))


def in_one(start: str, rows: Rows) -> str:
    return " ".join((start, *(f"{sign} {line}" for sign, line in rows)))


LAYOUTS = {"aligned": before, "alignedat": behind, "split": before, "gathered": in_one}


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_chains_are_read_back_with_their_verdicts(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    start, rows = chain(data.draw(st.sampled_from(CHAINS)))
    rows = rows[: data.draw(st.integers(1, 3))]
    verdicts = ["proved"] * len(rows)
    if data.draw(st.booleans()):  # nothing is 1 more than it is
        rows = (*rows[:-1], ("=", f"{rows[-1][1]} + 1"))
        verdicts[-1] = "refuted"
    name, file = (data.draw(st.sampled_from(sorted(each))) for each in (LAYOUTS, FORMATS))
    option = "{2}" if name == "alignedat" else ""
    body = within(name, option + LAYOUTS[name](start, rows))
    place = tmp_path_factory.mktemp("chains") / file
    place.write_text(FORMATS[file](body), encoding="utf-8")
    (report,) = verify(place).derivations
    assert [str(step.verdict) for step in report.steps] == verdicts
