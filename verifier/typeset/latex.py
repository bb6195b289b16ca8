"""Written formula to LaTeX, for handouts: the notation alone; the printer's walk does the rest."""

from __future__ import annotations

from verifier.formula.written import Written
from verifier.typeset.notation import Notation
from verifier.typeset.printer import write

# In the order of the letters from U+03B1 on; LaTeX has no omicron, and few of the capitals.
_ORDER = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi o pi rho varsigma"
    " sigma tau upsilon phi chi psi omega"
)
_CAPITALS = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
_VARIANTS = "varepsilon vartheta varpi varrho varphi ell"
_COMMANDS = frozenset(f"{_ORDER} {_CAPITALS} {_VARIANTS}".split()) - {"o"}

LETTERS = {chr(0x3B1 + place): name for place, name in enumerate(_ORDER.split())} | {
    chr(0x391 + place): name.capitalize()
    for place, name in enumerate(_ORDER.split())
    if name.capitalize() in _COMMANDS
}
ACCENTS = ("hat", "tilde")


def latex(node: Written) -> str:
    """The formula or line in LaTeX."""
    return write(node, LATEX)


def latex_name(name: str) -> str:
    r"""`\theta`, `q_{\phi}`, `x_{\mathrm{obs}}`, and `\hat{p}` for `phat`."""
    base, mark, subscript = name.partition("_")
    return f"{_word(base)}_{{{_word(subscript)}}}" if mark else _word(base)


def _word(text: str) -> str:
    text = LETTERS.get(text, text)
    if text in _COMMANDS:
        return f"\\{text}"
    if len(text) == 1 or text.isdigit():
        return text
    for accent in ACCENTS:
        plain = text.removesuffix(accent)
        if plain != text and (len(plain) == 1 or plain in _COMMANDS):
            return f"\\{accent}{{{_word(plain)}}}"
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
