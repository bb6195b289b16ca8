"""Written formula to LaTeX, for handouts: the notation alone; the printer's walk does the rest."""

from __future__ import annotations

from verifier.formula.spellings import GREEK, LETTER_NAMES
from verifier.formula.written import Written
from verifier.typeset.notation import Notation
from verifier.typeset.printer import write

ACCENTS = {"hat": r"\hat{{{}}}", "tilde": r"\tilde{{{}}}", "bar": r"\bar{{{}}}", "prime": "{}'"}


def latex(node: Written) -> str:
    """The formula or line in LaTeX."""
    return write(node, LATEX)


def latex_name(name: str) -> str:
    r"""`\theta`, `q_{\phi}`, `x_{\mathrm{obs}}`, and `\hat{p}` for `phat`."""
    base, mark, subscript = name.partition("_")
    return f"{_word(base)}_{{{_word(subscript)}}}" if mark else _word(base)


def _word(text: str) -> str:
    text = GREEK.get(text, text)
    if text in LETTER_NAMES:
        return f"\\{text}"
    if len(text) == 1 or text.isdigit():
        return text
    for accent, template in ACCENTS.items():
        plain = text.removesuffix(accent)
        if plain != text and (len(plain) == 1 or plain in LETTER_NAMES):
            return template.format(_word(plain))
    return f"\\mathrm{{{text}}}"


LATEX = Notation(
    name=latex_name,
    round=r"\left({}\right)",
    square=r"\left[{}\right]",
    angle=r"\left\langle {}\right\rangle",
    below_bare="_{{{}}}",
    above_bare="^{{{}}}",
    root=r"\sqrt{{{}}}",
    thin=r"\, ",
    fraction=r"\frac{{{}}}{{{}}}",
    signs={
        "|": r"\mid",
        "||": r"\,\Vert\,",
        "*": r"\cdot",
        "~": r"\sim",
        ">=": r"\geq",
        "<=": r"\leq",
        "!=": r"\neq",
        "<<": r"\ll",
        "log": r"\log",
        "ln": r"\ln",
        "exp": r"\exp",
        "int": r"\int",
        "sum": r"\sum",
        "prod": r"\prod",
        "E": r"\mathbb{E}",
        "KL": r"\mathrm{KL}",
        "for all": r"\text{for all }",
    }
    | {
        word: rf"\text{{ {word} }}"
        for word in (
            "for",
            "of",
            "in",
            "all",
            "finite",
            "concave",
            "convex",
            "increasing",
            "decreasing",
            "integers",
            "positive integers",
            "nonnegative integers",
        )
    },
)
