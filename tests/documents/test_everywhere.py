"""One chain in every environment of every format: read back, it has the same verdicts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from verifier import verify

CHAIN = (
    r"\log p(x)",
    ("=", r"\log \int p(x, z) \, dz"),
    (r"\geq", r"\mathbb{E}_{q(z \mid x)}\left[\log \frac{p(x, z)}{q(z \mid x)}\right]"),
    ("=", r"\mathbb{E}_{q(z \mid x)}[\log p(x \mid z)] + KL(q(z \mid x) \,\|\, p(z))"),
)
VERDICTS = ["proved", "proved", "refuted"]
START, *LINES = CHAIN


def before(mark: str = "&") -> str:
    return " \\\\\n".join(
        f"{START if number == 0 else ''} {mark}{relation}{'&' if mark == '& ' else ''} {line}"
        for number, (relation, line) in enumerate(LINES)
    )


def behind() -> str:
    sides = [str(START), *(line for _, line in LINES)]
    signs = [*(f" {relation}" for relation, _ in LINES), ""]
    return " \\\\\n & ".join(side + sign for side, sign in zip(sides, signs, strict=True))


def within(name: str, body: str) -> str:
    return f"\\begin{{{name}}}\n{body}\n\\end{{{name}}}"


ENVIRONMENTS = {
    **{name: within(name, before()) for name in ("align", "align*", "flalign*", "IEEEeqnarray")},
    **{f"{name} behind": within(name, behind()) for name in ("align", "align*")},
    "IEEEeqnarray of letters": within("IEEEeqnarray", "{rCl}\n" + before("& ")),
    "alignat of a number": within("alignat", "{2}\n" + before()),
    "eqnarray": within("eqnarray", before("& ")),
    "split": within("equation", within("split", before())),
    "aligned": "\\[\n" + within("aligned", before()) + "\n\\]",
    "array": "\\[\n\\begin{array}{rcl}\n" + before("& ") + "\n\\end{array}\n\\]",
    "gathered": within("equation*", within("gathered", before(""))),
    "one row": within("equation", before("").replace("\\\\\n", "")),
    "multline": within("multline", before("")),
    "subequations": within("subequations", within("align", before())),
}


def verdicts(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    (report,) = verify(path).derivations
    return [step.verdict for step in report.steps]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environments(name: str, tmp_path: Path) -> None:
    body = ENVIRONMENTS[name]
    assert verdicts(tmp_path / "a.tex", body) == VERDICTS
    shown = body if body.startswith("\\[") else f"$$\n{body}\n$$"
    assert verdicts(tmp_path / "a.md", shown) == VERDICTS


def indented(text: str) -> str:
    return "".join(f"   {line}\n" for line in text.splitlines())


ALIGNED = within("aligned", before())
FORMATS: dict[str, Callable[[str], str]] = {
    "a.md": lambda body: f"$$\n{body}\n$$",
    "b.md": lambda body: f"\\\\[\n{body}\n\\\\]",
    "c.md": lambda body: f"```math\n{body}\n```",
    "d.md": lambda body: "".join(f"> {line}\n" for line in f"$$\n{body}\n$$".splitlines()),
    "e.md": lambda body: "- an item\n\n" + indented(f"$$\n{body}\n$$"),
    "f.md": lambda body: f"$$\n{body}\n$$".replace("\n", "\r\n"),
    "g.md": lambda body: f"\ufeff$$\n{body}\n$$",
    "a.qmd": lambda body: f"$$\n{body}\n$$ {{#eq-a}}",
    "a.Rmd": lambda body: f"\\[\n{body}\n\\]",
    "a.myst": lambda body: f"```{{math}}\n:label: a\n\n{body}\n```",
    "a.tex": lambda body: f"\\begin{{document}}\\[\n{body}\n\\]\\end{{document}}",
    "a.rst": lambda body: ".. math::\n   :label: a\n\n" + indented(body),
    "a.ipynb": lambda body: json.dumps(
        {"cells": [{"cell_type": "markdown", "source": f"$$\n{body}\n$$"}]}, indent=1
    ),
    "a.py": lambda body: f'r"""\n$$\n{body}\n$$\n"""\n',
    "b.py": lambda body: '"""\n.. math::\n\n' + indented(body).replace("\\", "\\\\") + '"""\n',
}


@pytest.mark.parametrize("name", FORMATS)
def test_formats(name: str, tmp_path: Path) -> None:
    body = before() if name in ("a.rst", "b.py") else ALIGNED
    assert verdicts(tmp_path / name, FORMATS[name](body)) == VERDICTS
