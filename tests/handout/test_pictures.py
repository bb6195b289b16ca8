"""Which pictures a handout has, that their data are right, and that both renderers draw them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from math import log
from pathlib import Path
from xml.etree import ElementTree

import pytest
from derivation_table import judged_once, judged_text
from programs import needs

from verifier.handout.conventions import Style, conventions
from verifier.handout.html.svg import svg
from verifier.handout.pictures import Picture, Point, pictures, plain_text
from verifier.handout.sheet import Sheet, sheet
from verifier.handout.tex.pgf import PREAMBLE, pgf, tex

NAMES = {
    "kl": ["evidence", "gap-8"],
    "jensen": ["jensen", "evidence", "gap-4", "gap-5"],
    "bayes": ["log-bound", "evidence", "gap-8", "gap-9", "gap-10", "gap-11"],
}
NEAR = 2e-4  # figures are rounded to four digits


@pytest.fixture(scope="module")
def sheets() -> dict[str, Sheet]:
    return {name: sheet(judged_once(name)) for name in NAMES}


@pytest.fixture(scope="module")
def drawn(sheets: dict[str, Sheet]) -> dict[str, Picture]:
    """One of each kind, and all histograms: by the sheet and their name."""
    return {
        f"{name}/{picture.name}": picture
        for name, made in sheets.items()
        for picture in pictures(made)
    }


# -- which ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_which_pictures_a_sheet_has(sheets: dict[str, Sheet], name: str) -> None:
    assert [picture.name for picture in pictures(sheets[name])] == NAMES[name]


def test_bayes_theorem_needs_no_picture() -> None:
    assert pictures(sheet(judged_once("blog/bayes-theorem"))) == ()


@pytest.mark.parametrize(
    ("claim", "rules", "shown"),
    [
        ("log p(x) = E_{q(z)}[log p(x)]", "[normalisation, expectation]", False),
        ("KL(q(z) || p(z)) >= 0", "gibbs", False),
        ("log p(z | x) - KL(q(z) || p(z)) <= log p(z | x)", "gibbs", False),
        ("log p(x) - KL(q(z) || p(z)) <= log p(x)", "gibbs", True),
        ("log p(x) >= log p(x) - KL(q(z) || p(z))", "gibbs", True),
    ],
)
def test_a_claim_about_the_evidence_with_a_bound_shows_the_gap(
    claim: str, rules: str, shown: bool
) -> None:
    text = f"title: t\nmodel: ['p(x, z)', 'q(z)']\nsupport: [finite all]\nclaim: {claim}\n"
    report = judged_text(f"{text}steps:\n  - so: {claim}\n    by: {rules}\n")
    assert report.document is not None, report.error
    found = [picture.name for picture in pictures(sheet(report))]
    assert ("evidence" in found) is shown


def test_the_logarithm_is_called_what_the_sheet_calls_it(drawn: dict[str, Picture]) -> None:
    assert "log p(x)" in plain_text(drawn["jensen/evidence"].caption)
    assert "ln p(x)" in plain_text(drawn["bayes/evidence"].caption)
    assert "log" not in plain_text(drawn["bayes/log-bound"].marks[-1].label)


# -- data ----------------------------------------------------------------------------------------


def points_of(picture: Picture, kind: str) -> tuple[Point, ...]:
    (curve,) = (curve for curve in picture.curves if curve.kind == kind)
    return curve.points


def test_the_tangent_lies_above_and_touches_at_one(drawn: dict[str, Picture]) -> None:
    picture = drawn["bayes/log-bound"]
    curve, tangent = points_of(picture, "first"), points_of(picture, "second")
    assert all(y == pytest.approx(log(u), abs=NEAR) for u, y in curve)
    assert all(y == u - 1 for u, y in tangent)
    assert all(y <= u - 1 + NEAR for u, y in curve)
    (touching,) = (mark.point for mark in picture.marks if mark.dot)
    assert touching == (1, 0)


def test_the_chord_lies_below_the_curve(drawn: dict[str, Picture]) -> None:
    picture = drawn["jensen/jensen"]
    (a, at_a), (b, at_b) = points_of(picture, "second")
    assert [at_a, at_b] == pytest.approx([log(a), log(b)], abs=NEAR)
    for y, value in points_of(picture, "first"):
        if a < y < b:
            assert value > at_a + (y - a) / (b - a) * (at_b - at_a)
    (_, below), (_, above) = points_of(picture, "gap")
    assert above == pytest.approx(log((a + b) / 2), abs=NEAR)
    assert below == pytest.approx((log(a) + log(b)) / 2, abs=NEAR)


@pytest.mark.parametrize("name", NAMES)
def test_elbo_and_gap_add_up_to_the_evidence(drawn: dict[str, Picture], name: str) -> None:
    picture = drawn[f"{name}/evidence"]
    elbos = [bar for bar in picture.bars if bar.kind == "shaded"]
    gaps = [bar for bar in picture.bars if bar.kind == "hatched"]
    prior, posterior = (0.75, 0.25), (0.25, 0.75)
    for place, (elbo, gap) in enumerate(zip(elbos, gaps, strict=True)):
        s = place / (len(elbos) - 1)
        q = [(1 - s) * p + s * r for p, r in zip(prior, posterior, strict=True)]
        divergence = sum(a * log(a / r) for a, r in zip(q, posterior, strict=True))
        assert (elbo.low[1], elbo.high[1]) == (0, gap.low[1])
        assert gap.high[1] == pytest.approx(log(3), abs=NEAR)
        assert gap.high[1] - gap.low[1] == pytest.approx(divergence, abs=NEAR)
        assert (elbo.low[0] + elbo.high[0]) / 2 == pytest.approx(s)
    assert all(one.high[1] < other.high[1] for one, other in pairwise(elbos))
    assert gaps[-1].low[1] == gaps[-1].high[1]


@pytest.mark.parametrize("name", NAMES)
def test_histograms_hold_every_sampled_world(sheets: dict[str, Sheet], name: str) -> None:
    made = {picture.name: picture for picture in pictures(sheets[name])}
    for step in sheets[name].steps:
        if step.gaps is None or step.numeric is None:
            continue
        bars = made[f"gap-{step.number}"].bars
        heights = [bar.high[1] for bar in bars]
        assert sum(heights) == step.numeric.samples
        assert (*heights, *(0 for _ in step.gaps.counts[len(heights) :])) == step.gaps.counts
        assert all(one.high[0] == other.low[0] for one, other in pairwise(bars))
        assert (bars[-1].kind == "hatched") is (step.gaps.counts[-1] > 0)


def test_what_is_drawn_lies_within_the_axes(drawn: dict[str, Picture]) -> None:
    for picture in drawn.values():
        places = [point for curve in picture.curves for point in curve.points]
        places += [corner for bar in picture.bars for corner in (bar.low, bar.high)]
        for x, y in places:
            assert picture.x.low <= x <= picture.x.high
            assert picture.y.low - 1e-3 <= y <= picture.y.high
        for axis in (picture.x, picture.y):
            assert 2 <= len(axis.ticks) <= 5
            assert all(axis.low <= place <= axis.high for place, _ in axis.ticks)


# -- renderers -----------------------------------------------------------------------------------

Box = tuple[float, float, float, float]


def in_pgf(picture: Picture) -> tuple[list[Box], list[list[Point]]]:
    """The bars and the curves that pgfplots is told to draw, in the units of the axes."""
    bars: list[Box] = []
    curves = []
    for line in pgf(picture).splitlines():
        found = re.findall(r"\(axis cs:([-.\d]+),([-.\d]+)\)", line)
        points = [(float(x), float(y)) for x, y in found]
        if " rectangle " in line:
            ((left, low), (right, high)) = points
            bars.append((left, low, right, high))
        elif " -- " in line:
            curves.append(points)
    return bars, curves


def in_svg(picture: Picture) -> tuple[list[Box], list[list[Point]]]:
    """The bars and the curves of an SVG, in its own units, y upwards."""
    root = ElementTree.fromstring(svg(picture))
    bars: list[Box] = []
    for box in root.iterfind("{*}rect"):
        x, y, width, height = (float(box.attrib[k]) for k in ("x", "y", "width", "height"))
        bars.append((x, -y - height, x + width, -y))
    curves = []
    for line in root.iterfind("{*}polyline"):
        pairs = (pair.split(",") for pair in line.attrib["points"].split())
        curves.append([(float(x), -float(y)) for x, y in pairs])
    return bars, curves


def corners(found: tuple[list[Box], list[list[Point]]]) -> list[Point]:
    bars, curves = found
    ends = [end for x, y, right, top in bars for end in ((x, y), (right, top))]
    return ends + [point for curve in curves for point in curve]


def scaled(values: Iterable[float]) -> list[float]:
    """Values as parts of their range."""
    given = [*values]
    low, high = min(given), max(given)
    return [(value - low) / (high - low) for value in given]


def test_both_renderers_draw_the_same_points(drawn: dict[str, Picture]) -> None:
    for picture in drawn.values():
        told, shown = in_pgf(picture), in_svg(picture)
        assert told[0] == [(*bar.low, *bar.high) for bar in picture.bars]
        assert told[1] == [[*curve.points] for curve in picture.curves]
        assert len(shown[0]) == len(told[0])
        assert [len(curve) for curve in shown[1]] == [len(curve) for curve in told[1]]
        for axis in (0, 1):
            mine = scaled(point[axis] for point in corners(told))
            other = scaled(point[axis] for point in corners(shown))
            assert mine == pytest.approx(other, abs=1e-3)


def test_an_svg_says_what_it_shows(drawn: dict[str, Picture]) -> None:
    picture = drawn["jensen/jensen"]
    root = ElementTree.fromstring(svg(picture, "a-"))
    assert root.attrib["role"] == "img"
    assert root.findtext("{*}title") == picture.title
    assert root.findtext("{*}desc") == plain_text(picture.caption)
    words = {"".join(text.itertext()).replace("\u200b", "") for text in root.iter() if text.text}
    assert {"log Eq[Y]", "Eq[log Y]", "gap", "4"} <= words


def test_the_ids_of_an_svg_are_its_own_and_all_are_used(drawn: dict[str, Picture]) -> None:
    seen: set[str] = set()
    for prefix in ("a-", "b-"):
        for key, picture in drawn.items():
            text = svg(picture, f"{prefix}{key.partition('/')[0]}-")
            ids = set(re.findall(r' id="([^"]+)"', text))
            used = set(re.findall(r"url\(#([^)]+)\)", text))
            used |= {
                name for found in re.findall(r'labelledby="(.+?)"', text) for name in found.split()
            }
            assert ids == used
            assert not ids & seen
            seen |= ids


def test_what_stands_in_an_svg_is_escaped(drawn: dict[str, Picture]) -> None:
    picture = replace(drawn["kl/gap-8"], title="a < b & c", caption=("</desc>",))
    root = ElementTree.fromstring(svg(picture, '"<&'))
    assert root.findtext("{*}title") == "a < b & c"
    assert root.findtext("{*}desc") == "</desc>"


def test_pictures_follow_the_notation(drawn: dict[str, Picture]) -> None:
    style = Style(conventions(["dkl", "ln", "angle"]))
    caption = drawn["kl/evidence"].caption
    assert r"\mathrm{KL}(" in tex(caption)
    assert r"D_{\mathrm{KL}}" in tex(caption, style)
    assert r"$\ln p(x)$" in pgf(drawn["kl/evidence"], style)
    assert ">ln <" in svg(drawn["jensen/jensen"], style=style)
    assert "\u27e8" in svg(drawn["jensen/jensen"], style=style)


def test_pictures_are_the_same_to_the_byte(sheets: dict[str, Sheet]) -> None:
    for made in sheets.values():
        one, other = pictures(made), pictures(made)
        assert one == other
        assert [*map(pgf, one)] == [*map(pgf, other)]
        assert [*map(svg, one)] == [*map(svg, other)]
        figures = re.findall(r"-?\d+\.\d+", "".join(map(pgf, one)))
        assert all(len(figure.partition(".")[2]) <= 4 for figure in figures)


@pytest.mark.parametrize(
    "engine",
    [pytest.param(name, marks=needs(name)) for name in ("pdflatex", "lualatex")],
)
def test_tex_sets_all_pictures_without_a_warning(
    drawn: dict[str, Picture], tmp_path: Path, engine: str
) -> None:
    shown = [*drawn.values()]
    abreast = [
        f"\\noindent\n{pgf(one)}\\hfill\n{pgf(other)}"
        for one, other in zip(shown[::2], shown[1::2], strict=True)
    ]
    captions = [f"{tex((picture.title,))}. {tex(picture.caption)}" for picture in shown]
    head = "\\documentclass[11pt]{article}\n\\usepackage[T1]{fontenc}\n"
    head += f"\\usepackage{{lmodern,amsmath,amssymb}}\n{PREAMBLE}\\begin{{document}}\n"
    body = "\n\n".join([*abreast, *captions])
    (tmp_path / "all.tex").write_text(f"{head}{body}\n\\end{{document}}\n", encoding="utf-8")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    log_ = (tmp_path / "all.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log_[-2000:]
    assert re.findall(r"(?i).*(?:warning|overfull|underfull).*", log_) == []
