# ruff: noqa: RUF001
r"""What people type for what the language has: LaTeX commands and Unicode characters, as data.

A spelling stands for plain tokens; those of them that are words are put apart by a space. What has
no meaning in the language is listed with what it is about, so that it is refused by name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping


def _rows(text: str) -> dict[str, str]:
    r"""`meaning: \one \two` on each line, as spelling -> meaning."""
    pairs = (line.split(": ") for line in text.strip().splitlines())
    return {rf"\{name}": meaning for meaning, names in pairs for name in names.split()}


def _commands(text: str) -> frozenset[str]:
    return frozenset(rf"\{name}" for name in text.split())


# -- letters ---------------------------------------------------------------------------------------

# In the order of the letters from U+03B1 on; LaTeX has no omicron, and few of the capitals.
_ORDER = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi o pi rho varsigma"
    " sigma tau upsilon phi chi psi omega"
)
_CAPITALS = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
_VARIANTS = "varepsilon vartheta varpi varrho varphi ell"

LETTER_NAMES = frozenset(f"{_ORDER} {_CAPITALS} {_VARIANTS}".split()) - {"o"}
GREEK = {chr(0x3B1 + place): name for place, name in enumerate(_ORDER.split())} | {
    chr(0x391 + place): name.capitalize()
    for place, name in enumerate(_ORDER.split())
    if name.capitalize() in LETTER_NAMES
}
_GREEK_LIKE = {"ϑ": "theta", "ϕ": "phi", "ϵ": "epsilon", "ϖ": "pi", "ϱ": "rho", "ℓ": "ell"}

# -- LaTeX -----------------------------------------------------------------------------------------

COMMANDS: Mapping[str, str] = {rf"\{name}": name for name in LETTER_NAMES} | _rows(
    r"""
log: log
ln: ln
exp: exp
sqrt: sqrt
int: int intop smallint
int int: iint
int int int: iiint
sum: sum
prod: prod
E: E EE Ex Exp Expect Ebb bbE bE
KL: KL kl DKL
D: D
d: dd diff dif
e: e
ELBO: ELBO elbo
|: mid vert lvert rvert given
||: | Vert parallel lVert rVert
(: lparen
): rparen
[: lbrack
]: rbrack
\{: { lbrace
\}: } rbrace
\langle: langle
\rangle: rangle
\frac: frac dfrac tfrac cfrac nicefrac sfrac
*: cdot times ast bullet cdotp *
/: div slash
~: sim thicksim
>=: ge geq geqslant geqq
<=: le leq leqslant leqq
>: gt
<: lt
!=: ne neq
<<: ll
:=: coloneqq coloneq triangleq equiv defeq eqdef doteq
:: colon
in: in
for all: forall
_: _
\prime: prime
\infty: infty
"""
)

# Typesetting alone: of these nothing is left, nor of the one argument of the second list.
DROPPED = _commands(
    r", ; : ! > quad qquad enspace enskip thinspace medspace thickspace negthinspace negmedspace"
    " negthickspace space nobreakspace allowbreak nobreak newline nonumber notag displaystyle"
    " textstyle scriptstyle scriptscriptstyle limits nolimits displaylimits strut mathstrut relax"
    " left right middle big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm"
    " biggm Biggm mathopen mathclose mathord mathbin mathrel mathinner mathpunct bf rm it sf tt cal"
    " bfseries itshape mathversion hfill hfil noindent / small large Large normalsize"
) | {"\\ ", "\\\n", "\\\t"}
SIZES = _commands(
    "left right middle big Big bigg Bigg bigl Bigl biggl Biggl bigr Bigr biggr Biggr bigm Bigm"
    " biggm Biggm"
)
DROPPED_WITH_ARGUMENT = _commands(
    "label tag color hspace mspace vspace phantom hphantom vphantom eqref ref begin end"
)
# Of these the last argument is left, which is all of it unless a colour or a label comes first.
STYLES = _commands(
    "mathrm mathit mathbf mathsf mathtt mathnormal boldsymbol bm bold pmb text textrm textit textbf"
    " textsf textsc texttt textnormal textup mbox hbox mathcal mathscr mathfrak mathbb mathds"
    " operatorname ensuremath mathop boxed fbox smash underbrace overbrace vec symbf symbfit symup"
    " textcolor colorbox overset stackrel underset vv mathbfit"
)
FONTS = _commands("mathbf mathbb mathds boldsymbol bm mathcal mathscr mathfrak vec symbf")
UPRIGHT = _commands(
    "mathrm text textrm textnormal textup mbox hbox operatorname textit textsf textsc"
)
DECLARING = frozenset(  # words of the lines of declarations
    {"all", "concave", "convex", "decreasing", "finite", "for", "in", "increasing", "integers"}
    | {"nonnegative", "of", "positive"}
)
REMARKS = _commands("text textrm textnormal textup mbox hbox textit textsf textsc")
AFTER_ONE = _commands("textcolor colorbox overset stackrel underset")
BRACES = _commands("underbrace overbrace")
ACCENTS: Mapping[str, str] = _rows(
    r"""
hat: hat widehat
tilde: tilde widetilde
bar: bar overline
under: underline
"""
)
ENVIRONMENTS = frozenset(
    name[1:]
    for name in _commands(
        "equation align aligned alignat alignedat eqnarray gather gathered split multline multlined"
        " math displaymath flalign"
    )
)
KNOWN = sorted({*COMMANDS, *DROPPED, *DROPPED_WITH_ARGUMENT, *STYLES, *ACCENTS})

# -- what has no meaning ---------------------------------------------------------------------------

TOPICS: Mapping[str, str] = _rows(
    r"""
derivatives: nabla partial dv pdv grad dot ddot
maximisation: arg max min sup inf argmax argmin
limits: lim limsup liminf to rightarrow longrightarrow mapsto xrightarrow
approximation: approx simeq cong approxeq asymp thickapprox
proportionality: propto varpropto
independence: perp indep bot
implication: Rightarrow implies iff Leftrightarrow Longrightarrow therefore because impliedby
dots: dots ldots cdots dotsc dotsb dotso vdots ddots
sets: cup cap subset subseteq setminus emptyset notin exists
matrices: top intercal det tr Tr otimes odot oplus circ trace diag
arrays: substack
sign: pm mp
cancelled: cancel bcancel xcancel not cancelto sout
functions: sin cos tan tanh sinh cosh binom dbinom tbinom choose lfloor rfloor lceil rceil gcd mod
macros: newcommand renewcommand providecommand def let DeclareMathOperator
"""
)
WORDS: Mapping[str, str] = {  # names that only have a meaning where they are declared
    **dict.fromkeys(("argmax", "argmin", "max", "min", "sup", "inf"), "maximisation"),
    **dict.fromkeys(("lim", "limsup", "liminf"), "limits"),
    **dict.fromkeys(("N", "Normal", "Bernoulli", "Cat", "Categorical", "Unif"), "distributions"),
    **dict.fromkeys(("Var", "Cov", "var", "cov", "Std"), "moments"),
    **dict.fromkeys(("const", "constant", "cst"), "constant"),
    **dict.fromkeys(("tr", "det", "diag", "Tr"), "matrices"),
}

# -- Unicode ---------------------------------------------------------------------------------------

_SCRIPTED = "0123456789+\u2212=()"
ABOVE = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾", _SCRIPTED, strict=True)) | {
    letter: unicodedata.normalize("NFKC", letter)
    for letter in "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᵠᵡ"
}
BELOW = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", _SCRIPTED, strict=True)) | {
    letter: unicodedata.normalize("NFKC", letter) for letter in "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
}
ACCENT_MARKS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar"}

CHARACTERS: Mapping[str, str] = {
    **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013", "-"),  # minus, hyphens, en dash
    **dict.fromkeys("·⋅∙•∗×⨯", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("≥⩾≧", ">="),
    **dict.fromkeys("≤⩽≦", "<="),
    **dict.fromkeys("‖∥║", "||"),
    **dict.fromkeys("∣❘", "|"),
    **dict.fromkeys("∼～˜", r"\sim"),
    **dict.fromkeys("≔≜≡≝", ":="),
    **dict.fromkeys("'′’ʹ", r"\prime"),
    **dict.fromkeys("″”", r"\prime \prime"),
    **dict.fromkeys("⟨〈", r"\langle"),
    **dict.fromkeys("⟩〉", r"\rangle"),
    **dict.fromkeys("∑", r"\sum"),
    **dict.fromkeys("⋆★∗", "*"),
    "。": ".",
    "≠": "!=",
    "≪": "<<",
    "∫": r"\int",
    "∬": r"\iint",
    "∭": r"\iiint",
    "∏": r"\prod",
    "√": r"\sqrt",
    "∈": r"\in",
    "∀": r"\forall",
    "∞": r"\infty",
    "∇": r"\nabla",
    "∂": r"\partial",
    "≈": r"\approx",
    "≃": r"\approx",
    "∝": r"\propto",
    "→": r"\to",
    "⇒": r"\Rightarrow",
    "⟹": r"\Rightarrow",
    "⇔": r"\iff",
    "∴": r"\therefore",
    "⊥": r"\perp",
    "⫫": r"\perp",
    "…": r"\dots",
    "⋯": r"\dots",
    "±": r"\pm",
    "∪": r"\cup",
    "∩": r"\cap",
    "∉": r"\notin",
    "⊗": r"\otimes",
    "⊙": r"\odot",
    "½": r"\frac 1 2",
    "¼": r"\frac 1 4",
    "¾": r"\frac 3 4",
    "⅓": r"\frac 1 3",
    "⅔": r"\frac 2 3",
}


def letters(character: str) -> str:
    """A letter of another alphabet or font as it is written in plain text: `θ`, `𝔼`, `ẑ`."""
    if name := GREEK.get(character) or _GREEK_LIKE.get(character):
        return name
    plain = unicodedata.normalize("NFKC", character)
    if name := GREEK.get(plain) or _GREEK_LIKE.get(plain):
        return name
    base, *marks = [*unicodedata.normalize("NFD", plain)]
    if not marks or any(mark not in ACCENT_MARKS for mark in marks):
        return plain
    return letters(base) + "".join(ACCENT_MARKS[mark] for mark in marks)
