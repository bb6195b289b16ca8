"""How documents are read: displays, rows, relations, reasons, macros; what is found where."""

from __future__ import annotations

import pytest

from verifier.documents.blocks import Display, Heading
from verifier.documents.forms import LATEX, MARKDOWN
from verifier.documents.layout import laid_out
from verifier.documents.macros import Meanings, definitions
from verifier.documents.pieces import Piece, text_of
from verifier.documents.scanner import scan
from verifier.documents.tex import OverBudget, expanded, lex
from verifier.documents.traced import whole
from verifier.documents.words import KEPT


def pieces(text: str, environment: str = "align") -> list[tuple[str, str]]:
    laid = laid_out(lex(whole(text)), environment)
    assert not laid.trouble
    return [(piece.before, _marked(piece) + text_of(piece.tokens)) for piece in laid.pieces]


def _marked(piece: Piece) -> str:
    """What a piece with words that aren't read begins with here."""
    return "? " if any(token.text == KEPT for token in piece.tokens) else ""


ROWS = {
    "relations before": (r"a &= b \\ &\ge c", [("", "a"), ("=", "b"), (">=", "c")]),
    "relations behind": (r"a =& \\ & b \\ \leq & c", [("", "a"), ("=", "b"), ("<=", "c")]),
    "a row that ends in one": (r"a = \\ b", [("", "a"), ("=", "b")]),
    "several in a row": (r"a = b \ge c", [("", "a"), ("=", "b"), (">=", "c")]),
    "a row that goes on": (r"a &= b \\ &\quad + c", [("", "a"), ("=", "b+ c")]),
    "an open bracket": (r"a &= \Big[ b \\ & + c \Big]", [("", "a"), ("=", r"\Big[ b + c \Big]")]),
    "three backslashes": ("a &= b \\\\\\ &= c", [("", "a"), ("=", "b"), ("=", "c")]),
    "a gap between rows": (r"a &= b \\[6pt] &= c", [("", "a"), ("=", "b"), ("=", "c")]),
    "an arrow": (r"a = b \\ \Rightarrow b = a", [("", "a"), ("=", "b"), ("so", "b"), ("=", "a")]),
    "two statements": (r"a = b, \quad c = d", [("", "a"), ("=", "b"), ("", "c"), ("=", "d")]),
    "two columns": ("a &= b & c &= d", [("", "a"), ("=", "b"), ("", "c"), ("=", "d")]),
    "a reason in a column": (r"a &= b && \text{since } c = d", [("", "a"), ("=", "b")]),
    "a reason in words": (r"a &= b \quad \text{(by } c = d)", [("", "a"), ("=", "b")]),
    "a label over it": (r"a \stackrel{\text{Jensen}}{\geq} b", [("", "a"), (">=", "b")]),
    "a brace": (r"a = \underbrace{b + c}_{=\mathcal{L}}", [("", "a"), ("=", "b + c")]),
    "a box and a tag": (r"\boxed{a = b} \tag{1}", [("", "a"), ("=", "b")]),
    "a relation in a script": (r"a = \sum_{t=1}^T b", [("", "a"), ("=", r"\sum_{t=1}^T b")]),
    "a definition": (r"a := b \\ c \triangleq d", [("", "a"), (":=", "b"), ("", "c"), (":=", "d")]),
    "terms in a column": (r"a &= b &&+ c", [("", "a"), ("=", "b + c")]),
    "a factor in a column": (r"a &= b && \cdot 2", [("", "a"), ("=", r"b \cdot 2")]),
    "a reason before a relation": (
        r"a = b \text{ (by } c = d \text{) } \ge e",
        [("", "a"), ("=", "b"), (">=", "e")],
    ),
    "a reason between relations": (
        r"a = b \quad\text{by Jensen}\quad \ge c",
        [("", "a"), ("=", "b"), (">=", "c")],
    ),
    "a reason, and a number of another line": (
        r"a = b \text{ by \eqref{c}} \ge d",
        [("", "a"), ("=", "b"), (">=", "d")],
    ),
    "terms behind a reason": (r"a = b \text{ (Jensen) } + c", [("", "a"), ("=", "b + c")]),
    "a statement behind a reason": (
        r"a = b \quad \text{by Jensen} \quad c = d",
        [("", "a"), ("=", "b"), ("", "c"), ("=", "d")],
    ),
    "a reason that lists": (
        r"a = b \quad \text{if } c = d \text{ and } e = f",
        [("", "a"), ("=", "b")],
    ),
    "a reason with words on both sides": (
        r"a = b \quad \text{Jensen, } \log \text{ is concave}",
        [("", "a"), ("=", "b")],
    ),
    "words of arithmetic": (r"a = \text{twice } b", [("", "a"), ("=", r"? \text{twice } b")]),
    "words of arithmetic behind": (
        r"a = b \quad (\text{twice})",
        [("", "a"), ("=", r"? b \quad (\text{twice})")],
    ),
    "words of arithmetic in brackets": (
        r"E[\text{minus } a] = b",
        [("", r"? E[\text{minus } a]"), ("=", "b")],
    ),
    "words that may mean anything": (
        r"a = b \text{ less } c",
        [("", "a"), ("=", r"? b \text{ less } c")],
    ),
    "words that nothing sets off": (r"a = b\text{Gap}", [("", "a"), ("=", r"? b\text{Gap}")]),
    "a formula in words": (r"a = b\text{$+ 1$}", [("", "a"), ("=", r"? b\text{$+ 1$}")]),
    "a number in words": (r"a = \textbf{2} b", [("", "a"), ("=", r"\textbf{2} b")]),
    "a name of several words": (
        r"\text{Lower bound} \le a",
        [("", r"\text{Lowerbound}"), ("<=", "a")],
    ),
    "a sum of names": (
        r"a &= \\ & \text{Gap} + \text{Bound}",
        [("", "a"), ("=", r"\text{Gap} + \text{Bound}")],
    ),
    "a name for a side": (
        r"a = \\ \text{Gap} \\ = b",
        [("", "a"), ("=", r"? \text{Gap}"), ("=", "b")],
    ),
    "a reference for a side": (r"\eqref{a} = b", [("", r"? \eqref"), ("=", "b")]),
    "the side of another line": (
        r"\text{RHS of (1)} = b",
        [("", r"? \text{RHS of (1)}"), ("=", "b")],
    ),
    "a reference behind": (r"a = b \quad (\ref{c})", [("", "a"), ("=", "b")]),
    "a claim in brackets behind": (r"a = b \quad (= c)", [("", "a"), ("=", r"b \quad (= c)")]),
    "a reason behind a comma": (r"a = b, \quad \text{Jensen}", [("", "a"), ("=", "b")]),
    "a reason in other brackets": (r"a &= b && [\text{Jensen}]", [("", "a"), ("=", "b")]),
    "a reason with a formula in its text": (
        r"a &= b && \text{$\log$ is concave}",
        [("", "a"), ("=", "b")],
    ),
    "a reason that is a relation": (r"a = b \quad \text{since KL} \ge 0", [("", "a"), ("=", "b")]),
    "for all": (r"a &= b && \forall x", [("", "a"), ("=", "b")]),
    "terms behind what a reason is for": (
        r"a = b \quad \text{for all } x \quad + c",
        [("", "a"), ("=", r"b\quad + c")],
    ),
    "words of arithmetic in a remark": (
        r"a = b \quad \text{taken twice}",
        [("", "a"), ("=", r"? b \quad \text{taken twice}")],
    ),
    "a footnote's mark": (r"a = b \footnotemark + c", [("", "a"), ("=", "b + c")]),
    "a label before": (r"\text{Step 1: } a = b", [("", "a"), ("=", "b")]),
    "words before that aren't": (
        r"\text{Half of } a = b",
        [("", r"? \text{Half of } a"), ("=", "b")],
    ),
    "a condition by a word that isn't known": (
        r"a = b \text{ precisely where } c = d",
        [("", "a"), ("=", r"? b \text{ precisely where } c"), ("=", "d")],
    ),
    "an approximation": (r"a \approx b", [("", "a"), ("approximation", "b")]),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows(name: str) -> None:
    text, expected = ROWS[name]
    assert pieces(text) == expected


def test_three_columns_are_one_equation() -> None:
    assert pieces("a & = & b", "eqnarray") == [("", "a"), ("=", "b")]


def test_a_reason_is_kept_apart() -> None:
    laid = laid_out(lex(whole(r"a &\ge b && \text{Jensen} \\ &= c \quad (\text{Bayes})")), "align")
    assert [piece.reasons for piece in laid.pieces] == [(), ("Jensen",), ("Bayes",)]


def displays(text: str, latex: bool = False) -> list[str]:
    page = scan(text, LATEX if latex else MARKDOWN)
    found = [block for block in page.blocks if isinstance(block, Display)]
    return [block.trouble or block.body.text.strip() for block in found if not block.inline]


FOUND = {
    "dollars": ("$$\na\n$$", ["a"]),
    "brackets": ("\\[ a \\]\n\n\\\\[ b \\\\]", ["a", "b"]),
    "an environment": ("\\begin{align*}a\\end{align*}", ["a"]),
    "a fence of mathematics": ("```math\na\n```", ["a"]),
    "code": ("```\n$$ a $$\n```\n`$$ b $$`", []),
    "a comment": ("<!-- $$ a $$ -->", []),
    "front matter": ("---\ntitle: $$ a $$\n---\n$$ b $$", ["b"]),
    "a quotation": ("> $$\n> a\n> $$", ["a"]),
    "within a line": ("where $$ a $$ is small", []),
    "within a line, where a formula of the text has one": ("where $$ a $$ is $b$", ["a"]),
    "a box with text": (
        "```{note}\n$$ a $$\n```\n```{code-cell}\n$$ b $$\n```\n$$ c $$",
        ["a", "c"],
    ),
    "a comment of TeX": ("$$\na\n$$\n% $$ b $$\n", ["a"]),
    "prices": (r"costs \$5 and $6", []),
    "never closed": ("$$ a\n\nThese are words of the text.\n\n$$ b $$", ["never-closed", "b"]),
}
IN_LATEX = {
    "a preamble": ("\\[ a \\] \\begin{document} \\[ b \\] \\end{document} \\[ c \\]", ["b"]),
    "comments": ("% \\[ a \\]\n\\[ b \\]", ["b"]),
    "verbatim": ("\\begin{verbatim}\\[ a \\]\\end{verbatim}", []),
    "what is false": ("\\iffalse \\[ a \\] \\fi \\[ b \\]", ["b"]),
    "a row's gap": ("text \\\\[2pt] more", []),
}


@pytest.mark.parametrize("name", FOUND)
def test_displays_of_markdown(name: str) -> None:
    text, expected = FOUND[name]
    assert displays(text) == expected


@pytest.mark.parametrize("name", IN_LATEX)
def test_displays_of_latex(name: str) -> None:
    text, expected = IN_LATEX[name]
    assert displays(text, latex=True) == expected


def test_headings() -> None:
    page = scan("# One\n\nTwo\n===\n\n<h3 id='x'>Three</h3>\n", MARKDOWN)
    found = [(b.level, b.title) for b in page.blocks if isinstance(b, Heading)]
    assert found == [(1, "One"), (1, "Two"), (3, "Three")]


MACROS = {
    r"\newcommand{\E}[2]{\mathbb{E}_{#1}[#2]} \E{q}{a}": r"\mathbb{E}_{q}[a]",
    r"\newcommand\x{y}\x": "y",
    r"\newcommand{\d}[2][x]{#1 #2} \d{a} \d[b]{c}": "x a b c",
    r"\DeclareMathOperator{\KL}{KL} \KL": r"\operatorname{KL}",
    r"\def\a#1{(#1)} \a{b}": "(b)",
    r"\let\q=\theta \q": r"\theta",
    r"\DeclarePairedDelimiter{\n}{[}{]} \n*{a}": "[a]",
    r"\DeclarePairedDelimiterX{\n}[2]{(}{)}{#1\|#2} \n[\big]{a}{b}": r"(a\|b)",
    r"\NewDocumentCommand{\n}{O{q} m}{E_{#1}(#2)} \n{a} \n[p]{b}": "E_{q}(a) E_{p}(b)",
    r"\DeclareMathOperator{\n}{n} a \\; b \\\\ c\[d\]": r"a \; b \\ c[d]",
}


@pytest.mark.parametrize("text", MACROS)
def test_macros(text: str) -> None:
    assert text_of(Meanings().read(lex(whole(text)), local=False)) == MACROS[text]


BOMBS = (
    r"\newcommand{\a}{\a\a}\a",
    r"\newcommand{\a}{\b\b\b\b}\newcommand{\b}{\c\c\c\c}\newcommand{\c}{\d\d\d\d}"
    r"\newcommand{\d}{\e\e\e\e}\newcommand{\e}{\f\f\f\f}\newcommand{\f}{\g\g\g\g}"
    r"\newcommand{\g}{\h\h\h\h}\newcommand{\h}{xxxxxxxx}\a",
)


@pytest.mark.parametrize("text", BOMBS)
def test_bombs_are_not_expanded(text: str) -> None:
    tokens = lex(whole(text))
    macros = {each.name: each.macro for each in definitions(tokens)}
    with pytest.raises(OverBudget):
        expanded([tokens[-1]], macros)
