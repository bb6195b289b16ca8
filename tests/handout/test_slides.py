"""Slides: a frame for the title, the model, each part of the derivation, and the claim."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from derivation_table import judged_once
from programs import needs

import cli
from verifier.handout import Form
from verifier.handout.sheet import Sheet, sheet
from verifier.handout.tex.page import render

SLIDES = Form(slides=True, byline=("A. Teacher", "", ""))


@pytest.fixture(scope="module", params=["kl", "papers/diffusion"])
def made(request: pytest.FixtureRequest) -> Sheet:
    return sheet(judged_once(request.param))


def test_each_step_is_revealed_once_and_the_claim_is_last(made: Sheet) -> None:
    text = render([made], SLIDES)
    assert text.startswith(r"\documentclass[11pt,aspectratio=169")
    numbers = re.findall(r"\{\((\d+)\)\}$", text, re.MULTILINE)
    assert numbers == [str(step.number) for step in made.steps]
    assert text.count(r"\pause") == len(made.steps)
    assert text.count(r"\begin{frame}") == text.count(r"\end{frame}") >= 4
    assert text.rindex(r"\elboclaim{") > text.rindex(r"\pause")
    assert "A. Teacher" in text


@needs("pdflatex")
def test_no_frame_is_too_full(made: Sheet, tmp_path: Path) -> None:
    (tmp_path / "slides.tex").write_text(render([made], SLIDES), encoding="ascii")
    call = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "slides.tex"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, check=False)
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0
    assert re.findall(r"^.*(?:Warning|Overfull|Underfull).*$", said, re.MULTILINE) == []


def test_slides_are_for_latex(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = judged_once("kl").file
    call = [file, "--to", "beamer", "--handout"]
    assert cli.main([*call, str(tmp_path / "kl.html")]) == 2
    assert cli.main([*call, str(tmp_path / "kl.tex")]) == 0
    assert "beamer" in (tmp_path / "kl.tex").read_text(encoding="ascii")
    capsys.readouterr()
