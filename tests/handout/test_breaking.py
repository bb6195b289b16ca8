"""Where formulas are broken: nothing is lost, nothing too wide that could be broken."""

from __future__ import annotations

import pytest
from formula_strategies import trees
from formula_tables import SCOPE
from hypothesis import given
from hypothesis import strategies as st

from verifier.formula.declarations import parse_family
from verifier.formula.parser import parse_expression
from verifier.formula.written import Written
from verifier.handout.changes import changes
from verifier.handout.conventions import Style, conventions, style
from verifier.handout.tex.breaking import lines
from verifier.typeset.boxes import Box
from verifier.typeset.latex import LATEX
from verifier.typeset.printer import plain

STYLE = Style()


def boxes(text: str) -> Box:
    return STYLE.boxes(parse_expression(text, SCOPE))


@given(trees, st.floats(1, 60))
def test_lines_hold_all_pieces_in_their_order(formula: Written, room: float) -> None:
    box = STYLE.boxes(formula)
    (whole,) = lines(box, 1e9)
    broken = lines(box, room)
    assert [piece for line in broken for piece in line.pieces] == [*whole.pieces]


TERMS = st.sampled_from(("a", "p(x)", "log p(x, z)", "KL(q(z) || p(z))", "E_{q(z)}[log p(x)]"))


@given(st.lists(TERMS, min_size=1, max_size=30), st.floats(14, 60))
def test_no_line_of_short_terms_is_too_wide(terms: list[str], room: float) -> None:
    for line in lines(boxes(" + ".join(terms)), room):
        assert line.width <= room + 1e-9


@pytest.mark.parametrize(
    ("text", "room", "begins"),
    [
        ("a + b", 99, ["a"]),
        ("log p(x, z) - log q(z) + log p(x)", 11, ["log", "+"]),
        # outside of the brackets rather than inside
        ("E_{q(z)}[log p(x, z) - log q(z)] - E_{q(z)}[log q(z)]", 16, ["E", "-"]),
    ],
)
def test_where_lines_begin(text: str, room: float, begins: list[str]) -> None:
    first = [LATEX.text(line.pieces[0].box) for line in lines(boxes(text), room)]
    assert len(first) == len(begins)
    for shown, beginning in zip(first[1:], begins[1:], strict=True):
        assert shown == beginning


def test_a_very_long_line_is_broken_soon() -> None:
    formula = parse_expression(" + ".join(["E_{q(z)}[log p(x, z) - log q(z)]"] * 150), SCOPE)
    broken = lines(STYLE.boxes(formula), 40)
    assert all(line.width <= 40 for line in broken)


# -- what is new ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ("log p(x)", "log p(x)", []),
        ("log p(x)", "KL(q(z) || p(z))", []),  # all of it: no part stands out
        ("E_{q(z)}[log p(x, z)]", "E_{q(z)}[log p(x, z)] + log p(x)", []),
        ("log p(x) + log q(z)", "log p(x) + log q(z) - log p(z)", ["log p(z)"]),
        ("E_{q(z)}[log p(x, z) - a]", "E_{q(z)}[log(p(x | z) p(z)) - a]", ["(p(x | z) p(z))"]),
        ("E_{q(z)}[a + b]", "E_{q(z | x)}[a + b]", ["q(z | x)"]),
        ("sum_{k=1}^{K} log p(z_k)", "sum_{k=1}^{K} log p(z_k | x)", ["p(z_k | x)"]),
    ],
)
def test_what_changed(before: str, after: str, new: list[str]) -> None:
    one, other = parse_expression(before, SCOPE), parse_expression(after, SCOPE)
    found = changes(one, other)
    assert [plain(part) for part in found] == new
    inside = {id(node) for node in other.walk()}
    assert all(id(part) in inside for part in found)


# -- notation -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "text", "spelled"),
    [
        (
            ["dkl"],
            "KL(q(z | x) || p(z))",
            r"D_{\mathrm{KL}}\left(q(z \mid x) \,\Vert\, p(z)\right)",
        ),
        (["ln"], "log p(x)", r"\ln p(x)"),
        (["log"], "ln p(x)", r"\log p(x)"),
        (
            ["phi"],
            "KL(q(z | x) || p(z))",
            r"\mathrm{KL}\left(q_{\phi}(z \mid x) \,\Vert\, p(z)\right)",
        ),
        (
            ["short"],
            "KL(q(z | x) || p(z | x))",
            r"\mathrm{KL}\left(q(z) \,\Vert\, p(z \mid x)\right)",
        ),
        (["angle"], "E_{q(z | x)}[log p(x)]", r"\left\langle \log p(x)\right\rangle_{q(z \mid x)}"),
    ],
)
def test_notation(names: list[str], text: str, spelled: str) -> None:
    scope = SCOPE
    model = [parse_family("q(z | x)", scope), parse_family("p(x, z)", scope)]
    formula = parse_expression(text, scope)
    assert LATEX.text(style(conventions(names), model).boxes(formula)) == spelled


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("log(a / b)", r"\log\frac{a}{b}"),
        ("p(x) log(a / b)", r"p(x) \log\frac{a}{b}"),
        ("(log(a / b)) p(x)", r"\left(\log\frac{a}{b}\right) \, p(x)"),  # not of the product
        ("(a / b) p(x)", r"\frac{a}{b} \, p(x)"),
        ("(a / b)^2", r"\left(\frac{a}{b}\right)^{2}"),
    ],
)
def test_brackets_go_where_nothing_is_lost(text: str, spelled: str) -> None:
    set_as = LATEX.text(boxes(text))
    assert " ".join(set_as.split()).replace(r"\, ", r" \, ").replace("  ", " ") == spelled


def test_no_name_is_mistaken_for_another() -> None:
    scope = SCOPE
    model = [parse_family(line, scope) for line in ("q(z | x)", "q_phi(z | x)", "p(x, z)")]
    formula = parse_expression("KL(q(z | x) || q_phi(z | x))", scope)
    text = LATEX.text(style(conventions(["phi"]), model).boxes(formula))
    assert text == r"\mathrm{KL}\left(q(z \mid x) \,\Vert\, q_{\phi}(z \mid x)\right)"


@given(trees)
def test_every_box_knows_the_node_that_it_shows(formula: Written) -> None:
    box = STYLE.boxes(formula)
    assert box.node is formula
