"""Every handout in a browser: on a phone and on a desk, open and folded, nothing sticks out."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from html import escape, unescape
from pathlib import Path
from typing import Any

from programs import needs

from verifier.formula import written as w
from verifier.handout import Form
from verifier.handout.conventions import conventions
from verifier.handout.html import page as html
from verifier.handout.sheet import Assumption, Sheet

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
WIDTHS = (390, 1200)
GALLERY = Path(__file__).parents[2] / "docs" / "gallery"

pytestmark = needs(CHROMIUM or "chromium")

# Each page in a frame of its own: a window can't be made narrower than 500 pixels.
HARNESS = """<!DOCTYPE html><meta charset="utf-8">{frames}<script>
addEventListener("load", () => {{
  const found = {{}};
  for (const frame of document.querySelectorAll("iframe")) {{
    const page = frame.contentDocument, root = page.documentElement;
    page.querySelectorAll("details").forEach(one => one.open = frame.dataset.open === "1");
    const formulas = [...page.querySelectorAll(".formula, math")].filter(
      one => one.checkVisibility());
    const box = one => one.getBoundingClientRect();
    found[frame.name] = {{
      wide: root.scrollWidth,
      formulas: formulas.length,
      flat: formulas.filter(one => box(one).height <= 0 || box(one).width <= 0).length,
      cut: [...page.querySelectorAll(".shown, p, dd, li, pre, figure, svg")]
        .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
        .map(one => [one.textContent.trim().slice(0, 60), one.scrollWidth, one.clientWidth]),
      open: [...page.querySelectorAll(".panel")].filter(one => one.checkVisibility()).length,
    }};
  }}
  document.body.textContent = JSON.stringify(found);
}});
</script>"""


def looked_at(pages: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """What the browser finds in each page, at each width, folded and open."""
    frames = "".join(
        f'<iframe name="{escape(name)} {width} {fold}" data-open="{fold}" width="{width}"'
        f' height="800" style="border:0" srcdoc="{escape(page)}"></iframe>'
        for name, page in pages.items()
        for width in WIDTHS
        for fold in "01"
    )
    file = folder / "harness.html"
    file.write_text(HARNESS.format(frames=frames), encoding="utf-8")
    options = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--enable-logging=stderr",
    )
    command = (CHROMIUM, *options, f"--user-data-dir={folder}", "--dump-dom", file.as_uri())
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert "CONSOLE" not in done.stderr
    (text,) = re.findall(r"<body[^>]*>(.*)</body>", done.stdout, re.DOTALL)
    found: dict[str, Any] = json.loads(unescape(text))
    assert len(found) == len(pages) * len(WIDTHS) * 2
    return found


def test_every_handout_fits_and_shows_its_formulas(
    shipped: dict[str, Sheet], worksheet: Sheet, draft: Sheet, hostile: Sheet, tmp_path: Path
) -> None:
    pages = {name: html.page([sheet], Form()) for name, sheet in shipped.items()}
    pages["student"] = html.page([worksheet], Form(student=True))
    pages["solutions"] = html.page([worksheet], Form(solutions=True))
    pages["draft"] = html.page([draft], Form())
    pages["hostile"] = html.page([hostile], Form())
    pages["filled"] = html.page([worksheet], Form(student=True, filled={1: "a" * 99, 2: ">="}))
    for name in ("find-the-error", "counterexamples"):
        pages[name] = (GALLERY / f"{name}.html").read_text(encoding="utf-8")
    pages["booklet"] = html.page(
        [shipped["kl"], shipped["papers/diffusion"]],
        Form(conventions(("angle", "dkl", "ln", "phi"))),
    )
    found = looked_at(pages, tmp_path)
    for name, page in found.items():
        width = int(name.split()[1])
        assert page["wide"] <= width, name
        assert page["formulas"] > 5, name
        assert page["flat"] == 0, name
        assert page["cut"] == [], name
        assert (page["open"] > 0) == name.endswith("1"), name


def test_what_can_not_be_broken_scrolls_by_itself(kl: Sheet, tmp_path: Path) -> None:
    long = w.Logarithm(w.Name("x" * 150))
    steps = tuple(replace(step, formula=long) for step in kl.steps)
    declared = (("Model", (long,)),)
    assumptions = (Assumption(long, "", (1,)),)
    sheet = replace(
        kl,
        start=long,
        claim=long,
        steps=steps,
        declarations=declared,
        assumptions=assumptions,
        title="x" * 150,
    )
    for name, page in looked_at({"long": html.page([sheet], Form())}, tmp_path).items():
        assert page["wide"] <= int(name.split()[1])
        assert page["flat"] == 0


def test_the_harness_sees_what_is_wrong(tmp_path: Path) -> None:
    wide = '<p style="width:900px">x</p>'
    flat = '<span class="formula" style="display:block;height:0">x</span>'
    found = looked_at({"wide": wide, "flat": flat}, tmp_path)
    assert found["wide 390 0"]["wide"] >= 900
    assert found["flat 390 0"]["flat"] == 1
