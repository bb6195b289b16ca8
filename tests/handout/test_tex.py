"""Handouts in LaTeX: golden files, and that TeX sets all that ships without a warning.

The files in `golden` hold three documents; `UPDATE_GOLDEN=1 pytest` rewrites them.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from derivation_table import judged_text
from programs import needs

from verifier.handout import Form, markdown
from verifier.handout.conventions import conventions, style
from verifier.handout.html import page as html
from verifier.handout.sheet import Sheet, sheet
from verifier.handout.tex import page as document
from verifier.handout.tex.page import render
from verifier.handout.tex.pdf import pdf
from verifier.handout.tex.spelling import spelling
from verifier.handout.tex.text import prose
from verifier.manual.rules import human
from verifier.typeset.metrics import width

GOLDEN = Path(__file__).parent / "golden"
WARNED = re.compile(r"Warning|Overfull|Underfull|^!", re.MULTILINE)
FORMS = {
    "teacher": Form(),
    "student": Form(student=True),
    "solutions": Form(solutions=True),
    "fragment": Form(fragment=True),
}


@pytest.fixture(scope="module")
def static(shipped: dict[str, Sheet]) -> dict[str, Sheet]:
    return {name: shipped[name] for name in ("kl", "jensen", "bayes", "blog/zero-forcing")}


def blanked(made: Sheet) -> Sheet:
    """A sheet with every third reason, relation and line blank."""
    kinds = ("reason", "relation", "line")
    steps = (replace(step, blank=kinds[i % 3]) for i, step in enumerate(made.steps))
    return replace(made, steps=tuple(steps))


@pytest.mark.parametrize("name", ["kl", "jensen", "blog/temporal"])
def test_document_is_the_golden_one(shipped: dict[str, Sheet], name: str) -> None:
    made = shipped[name]
    text = render([replace(made, file=Path(made.file).name)], Form())
    file = GOLDEN / f"{name.replace('/', '-')}.tex"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="ascii")
    assert text == file.read_text(encoding="ascii")


# -- what TeX says of them ------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Let a program of TeX's set a document; what it says of it."""

    def running(text: str, program: str = "pdflatex", *options: str) -> str:
        (tmp_path / "handout.tex").write_text(text, encoding="ascii")
        call = [program, "-interaction=nonstopmode", "-halt-on-error", *options, "handout.tex"]
        done = subprocess.run(
            call, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False
        )
        return done.stdout if done.returncode == 0 else f"! {done.stdout}{done.stderr}"

    return running


def warnings(said: str) -> list[str]:
    """The lines of a log that warn, each with what follows."""
    lines = said.splitlines()
    return ["\n".join(lines[i : i + 3]) for i, line in enumerate(lines) if WARNED.search(line)]


@needs("pdflatex")
@pytest.mark.parametrize("form", ["teacher", "student"])
@pytest.mark.parametrize("name", ["kl", "blog/temporal"])
def test_handout_is_set_without_a_warning(
    shipped: dict[str, Sheet], run: Callable[..., str], name: str, form: str
) -> None:
    made = shipped[name] if form == "teacher" else blanked(shipped[name])
    assert warnings(run(render([made], FORMS[form]))) == []


@needs("pdflatex")
@pytest.mark.parametrize("form", ["student", "solutions"])
def test_booklet_is_set_without_a_warning(
    shipped: dict[str, Sheet], run: Callable[..., str], form: str
) -> None:
    """All that ships, each from a page of its own on as in a handout of its own."""
    text = render([blanked(one) for one in shipped.values()], FORMS[form])
    assert [warnings(run(text)) for _ in range(2)] == [[], []]


@needs("pdflatex")
def test_rules_take_little_room(
    shipped: dict[str, Sheet], run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most 1.3 pages of handout for each page of derivation, which is one that the handout has
    without what rules say. All that ships is set, each with all rules that it uses."""
    monkeypatch.setattr(document, "collected", tuple)
    pages = {}
    for rules in ("none", "short"):
        said = run(render([*shipped.values()], Form(rules=rules)))
        assert warnings(said) == []
        (count,) = re.findall(r"\((\d+) pages", said)
        pages[rules] = int(count)
    assert pages["short"] <= 1.3 * pages["none"]


def test_no_source_is_set_as_it_is_typed(shipped: dict[str, Sheet]) -> None:
    """No tables of typed lines, and outside of code no name with its subscript as typed."""
    for made in shipped.values():
        text = render([made], Form())
        assert "verbatim" not in text
        text = re.sub(r"\\texttt\{([^{}]|\{[^{}]*\})*\}", "", text)
        assert not re.findall(r".*(?:\\_|\\textasciicircum|\\#\\#|\$\|\$---).*", text)


@needs("pdflatex")
@pytest.mark.parametrize("size", ["10pt", "11pt", "12pt"])
def test_fragments_are_set_in_another_document(
    shipped: dict[str, Sheet], run: Callable[..., str], size: str
) -> None:
    fragments = [
        rf"\def\elboprefix{{{name.replace('/', '-')}:}}" + render([made], FORMS["fragment"])
        for name, made in shipped.items()
    ]
    first = warnings(run(around(fragments, size)))
    assert all("may have changed" in warning for warning in first)  # as with any label


@needs("pdflatex")
def test_a_document_refers_to_steps(static: dict[str, Sheet], run: Callable[..., str]) -> None:
    fragment = render([static["kl"]], FORMS["fragment"])
    said = r"\typeout{at \csname r@kl:8\endcsname, \csname r@kl:claim\endcsname}"
    text = around([fragment], "11pt").replace(r"\end{document}", rf"{said}\end{{document}}")
    run(text)
    found = run(text)
    assert warnings(found) == []
    assert re.search(r"at \{8\}.*\{the claim\}", found.replace("\n", ""))


def test_paper_and_what_stands_under_the_title(static: dict[str, Sheet]) -> None:
    form = Form(paper="letter", byline=("A. Teacher", "", "May"))
    made = replace(static["kl"], byline=("Somebody", "Inference", ""))
    assert r"\documentclass[11pt,letterpaper]" in render([made], form)
    for text in (render([made], form), html.page([made], form), markdown.page([made], form)):
        assert "A. Teacher, Inference, May" in text


def around(fragments: Iterable[str], size: str) -> str:
    """A document that has fragments in it, with the preamble that their first lines ask for."""
    texts = [*fragments]
    asked = (re.findall(r"^% (\\[a-z]+.*)$", text, re.MULTILINE) for text in texts)
    preamble = list(dict.fromkeys(line for lines in asked for line in lines))
    start = [rf"\documentclass[{size}]{{article}}", r"\usepackage[T1]{fontenc}", *preamble]
    body = "\n\\section{Next} Text before. \\[ a = b \\]\n".join(texts)
    return "\n".join(
        [*start, r"\usepackage{lmodern}\raggedbottom\begin{document}", body, r"\end{document}"]
    )


@needs("lualatex")
def test_lualatex_sets_them_as_well(static: dict[str, Sheet], run: Callable[..., str]) -> None:
    assert warnings(run(render([*static.values()], Form()), "lualatex")) == []
    assert (
        warnings(run(render([*map(blanked, static.values())], FORMS["student"]), "lualatex")) == []
    )


@needs("latexmk", "pdflatex")
def test_latexmk_sets_them_as_well(static: dict[str, Sheet], run: Callable[..., str]) -> None:
    assert warnings(run(render([*static.values()], Form()), "latexmk", "-pdf")) == []


@needs("pdflatex")
def test_switch_shows_the_solutions_of_a_worksheet(
    static: dict[str, Sheet], run: Callable[..., str], tmp_path: Path
) -> None:
    text = render([blanked(static["kl"])], FORMS["student"])
    pages = []
    for switch in ("", r"\def\elbosolutions{}"):
        assert warnings(run(switch + text)) == []
        pages.append((tmp_path / "handout.pdf").stat().st_size)
    assert pages[0] < pages[1]  # the same pages, with more on them


@needs("pdflatex")
def test_no_notation_makes_a_line_too_long(
    static: dict[str, Sheet], run: Callable[..., str]
) -> None:
    for names in (["dkl", "angle", "ln", "phi"], ["short", "log"]):
        text = render([*static.values()], Form(conventions(names)))
        assert warnings(run(text)) == []


@needs("pdflatex")
def test_widths_are_a_little_too_large_rather_than_too_small(
    shipped: dict[str, Sheet], run: Callable[..., str]
) -> None:
    """What breaks lines knows no fonts: its estimate is held against TeX's own figure."""
    boxes = {
        spelling().text(box): width(box)
        for made in shipped.values()
        for step in made.steps
        if step.formula is not None
        for box in [style(Form().conventions, made.model).boxes(step.formula)]
    }
    measured = "\n".join(
        rf"\setbox0\hbox{{$\displaystyle {text}$}}\typeout{{wide: \the\wd0}}" for text in boxes
    )
    head = (
        r"\documentclass[11pt]{article}\usepackage[T1]{fontenc}\usepackage{lmodern,amsmath,amssymb}"
    )
    said = run(
        head + r"\begin{document}" + measured + r"\typeout{em: \the\fontdimen6\font}\end{document}"
    )
    (em,) = map(float, re.findall(r"em: ([\d.]+)pt", said))
    wide = [float(points) / em for points in re.findall(r"wide: ([\d.]+)pt", said)]
    assert len(wide) == len(boxes)
    odd = {
        text: (guess, truth)
        for (text, guess), truth in zip(boxes.items(), wide, strict=True)
        if not truth <= guess <= 1.2 * truth + 1
    }
    assert odd == {}


# -- what is on them ------------------------------------------------------------------------------

HOSTILE = r"""
title: '\input{/etc/passwd} $x_ %comment & #1 ~ ^ { } \end{document} "quoted" — ≥ θ é ☃'
source: '$$ \write18{id}'
description: '}} \catcode`\%=12'
model: ['p(x, z)', 'q(z)']
start: KL(q(z) || p(z | x))
steps:
  - eq: E_{q(z)}[log(q(z) / p(z | x))]
    by: kl
    label: '\badlabel'
    note: '\undefined \\ % & a_b _ ^^M -- --> LONG `LONG` https://x.org/LONG'
  - so: log p(x) >= log p(x) - KL(q(z) || p(z | x))
    by: gibbs
    using: '\badlabel'
claim: log p(x) >= log p(x) - KL(q(z) || p(z | x))
""".replace("LONG", "word" * 120)


@needs("pdflatex")
def test_texts_are_never_obeyed(run: Callable[..., str]) -> None:
    made = sheet(judged_text(HOSTILE))
    for form in FORMS.values():
        if not form.fragment:
            said = run(render([made], form))
            assert warnings(said) == []
            assert "passwd" not in re.sub(r"\s", "", said)


@needs("pdflatex")
def test_draft_says_so_and_marks_what_is_wrong(run: Callable[..., str]) -> None:
    text = HOSTILE.replace("log(q(z) / p(z | x))", "log(p(z | x) / q(z))").replace(
        "p(x) - KL", "p(x) + KL"
    )
    made = sheet(judged_text(text))
    assert made.draft
    set_as = render([made], Form())
    assert "DRAFT" in set_as
    assert r"\elbobad{refuted}" in set_as
    assert "It holds as" in set_as
    assert warnings(run(set_as)) == []


def test_a_verified_handout_is_no_draft(static: dict[str, Sheet]) -> None:
    text = render([static["kl"]], Form())
    assert "DRAFT" not in text
    assert static["kl"].stamp.digest in text


def test_every_reason_note_and_assumption_is_there(shipped: dict[str, Sheet]) -> None:
    made = shipped["blog/reconstruction"]
    text = " ".join(render([made], Form()).split())
    for step in made.steps:
        assert f"({step.number})" in text
        assert all(prose(human(rule)) in text for rule in step.rules)


@pytest.mark.parametrize(("rules", "macro"), [("none", ""), ("short", "rule"), ("full", "box")])
def test_how_much_is_printed_of_rules(static: dict[str, Sheet], rules: str, macro: str) -> None:
    made = static["kl"]
    text = render([made], Form(rules=rules))  # type: ignore[arg-type]
    for each in ("rule", "box"):
        assert text.count(rf"\elbo{each}{{") == (len(made.rules) if each == macro else 0)
    assert ("Rules used" in text) == bool(macro)
    for entry in made.rules:  # names for files aren't for readers
        assert human(entry.name) == entry.name or f"{{{prose(entry.name)}}}" not in text
    assert text.count("For instance") == (len(made.rules) if rules == "full" else 0)


def test_student_sheet_shows_no_rule_boxes(static: dict[str, Sheet]) -> None:
    made = blanked(static["kl"])
    text = render([made], FORMS["student"])
    assert r"\elboblank" in text
    assert r"\elbobox{" not in text
    assert r"\elbonew{" not in text  # what is new would tell what was done


# -- letters of other alphabets -------------------------------------------------------------------

LETTERS = """
title: "Имена: я(x), é, Žižek, ά"
model: ["я(x, z)", "é(z)", "ö_ж(z)"]
functions: ["функция(x)", "数(x)", "ά(x)", "ß(x)"]
start: log я(x)
steps:
  - {eq: "log int я(x, z) dz", by: marginalisation, note: "по определению, naïve `ф`, ≠ θ"}
  - eq: "log E_{é(z)}[я(x, z) / é(z)] + (функция(x) + 数(x) + ά(x) + ß(x)) int ö_ж(z) dz
      - (функция(x) + 数(x) + ά(x) + ß(x))"
    by: [expectation, normalisation]
  - {eq: "log E_{é(z)}[я(x, z) / é(z)]", by: normalisation}
claim: log я(x) = log E_{é(z)}[я(x, z) / é(z)]
"""
FONTS = re.compile(r"DejaVuSerif|cmunrm|FreeSerif|NotoSerif", re.IGNORECASE)


@pytest.fixture(scope="module")
def foreign() -> Sheet:
    made = sheet(judged_text(LETTERS))
    assert not made.draft
    return made


@pytest.mark.parametrize("form", FORMS)
def test_letters_of_other_alphabets_are_written_in_ascii(foreign: Sheet, form: str) -> None:
    text = render([foreign], FORMS[form])
    assert text.isascii()
    assert r"\text{\normalfont\itshape \elboletter{044F}}(x)" in text
    assert r"\text{\normalfont\itshape \'{e}}(z)" in text
    assert r"\v{Z}i\v{z}ek" in text


@needs("lualatex")
@pytest.mark.parametrize("form", ["teacher", "student"])
def test_lualatex_sets_them(foreign: Sheet, run: Callable[..., str], form: str) -> None:
    said = run(render([foreign], FORMS[form]), "lualatex")
    assert warnings(said) == []
    if FONTS.search(said) is None and not os.environ.get("ELBO_ALL_TESTS"):
        pytest.skip("without a font that has them")
    assert FONTS.search(said)


@needs("lualatex")
def test_lualatex_sets_them_in_a_booklet(foreign: Sheet, run: Callable[..., str]) -> None:
    text = render([foreign, replace(foreign, title="По-русски")], FORMS["teacher"])
    assert [warnings(run(text, "lualatex")) for _ in range(2)] == [[], []]


@needs("lualatex")
def test_lualatex_sets_them_in_another_document(foreign: Sheet, run: Callable[..., str]) -> None:
    fragment = render([foreign], FORMS["fragment"])
    twice = [rf"\def\elboprefix{{{name}:}}" + fragment for name in ("first", "second")]
    text = around(twice, "11pt").replace("[T1]{fontenc}", "{iftex}")
    first, second = (warnings(run(text, "lualatex")) for _ in range(2))
    assert all("may have changed" in warning for warning in first)  # as with any label
    assert second == []


@needs("pdflatex")
def test_pdflatex_says_which_they_are(foreign: Sheet, run: Callable[..., str]) -> None:
    said = warnings(run(render([foreign], FORMS["teacher"])))
    assert all("Overfull" in warning for warning in said)  # a number is wider than a letter


@needs("lualatex")
def test_pdf_of_them_is_the_same_each_time(foreign: Sheet) -> None:
    text = render([foreign], FORMS["teacher"])
    assert (made := pdf(text)).startswith(b"%PDF")
    assert pdf(text) == made


# -- worksheets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reason", "line"])
def test_no_box_tells_by_its_size(static: dict[str, Sheet], kind: str) -> None:
    steps = tuple(replace(step, blank=kind) for step in static["kl"].steps)
    text = render([replace(static["kl"], steps=steps)], FORMS["student"])
    sizes = re.findall(r"\\elboblank\{\\parbox(\[c\]\[[\d.]+em\]\{[\d.]+em\})", text)
    assert len(sizes) == len(steps)
    assert len({*sizes}) == 1


@pytest.mark.parametrize(("place", "blank"), [(10, "line"), (7, "relation")])
def test_a_blank_is_not_told_by_the_claim(place: int, blank: str, static: dict[str, Sheet]) -> None:
    """A last line, or the one relation that is no equality."""
    steps = [*static["kl"].steps]
    steps[place] = replace(steps[place], blank=blank, points=3)
    made = replace(static["kl"], steps=tuple(steps))
    for form in (FORMS["student"], FORMS["solutions"]):
        for text in (render([made], form), html.page([made], form), markdown.page([made], form)):
            assert ("Claim" in text) == form.solutions
    assert "[3]" in render([made], FORMS["student"])
    assert r"\elboname{3}" in render([made], FORMS["student"])
