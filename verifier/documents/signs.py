r"""What stands between expressions and around them, as data: relations, operators, words."""

from __future__ import annotations

from collections.abc import Mapping

from verifier.formula.spellings import ACCENTS, AFTER_ONE, STYLES


def _table(text: str) -> dict[str, str]:
    r"""`meaning: \one \two` on each line, as spelling -> meaning."""
    pairs = (line.split(": ") for line in text.strip().splitlines())
    return {spelling: meaning for meaning, names in pairs for spelling in names.split()}


def _words(text: str) -> list[str]:
    return text.split()


# A code in the place of a relation is why a line isn't judged.
RELATIONS: Mapping[str, str] = _table(
    r"""
=: = \eq
>=: \ge \geq \geqslant \geqq ≥ ⩾
<=: \le \leq \leqslant \leqq ≤ ⩽
:=: \coloneqq \coloneq \triangleq \equiv \defeq \eqdef \doteq ≜ ≔ ≡
=:: \eqqcolon \eqcolon
so: \Rightarrow \implies \Longrightarrow \therefore \iff \Leftrightarrow \Longleftrightarrow ⇒ ⟹ ∴
approximation: \approx \simeq \cong \approxeq \thickapprox \asymp ≈ ≃ \lesssim \gtrsim
proportionality: \propto \varpropto ∝
arrow: \to \rightarrow \longrightarrow \mapsto → \leftarrow \leftrightarrow
membership: \in \notin \subset \subseteq ∈
strict: < > \lt \gt \ll \gg
inequation: \ne \neq ≠
distribution: \sim \thicksim
"""
)
# Codes of relations under which nothing is judged.
FOREIGN = frozenset(
    {*RELATIONS.values(), "relation"} - {"=", ">=", "<=", ":=", "=:", "so", "arrow"}
)

OPENING = frozenset({"(", "[", r"\{", r"\lbrace", r"\langle", r"\lbrack", r"\lparen"})
CLOSING = frozenset({")", "]", r"\}", r"\rbrace", r"\rangle", r"\rbrack", r"\rparen"})
OPERATORS = frozenset({"+", "-", r"\cdot", r"\times", "*", "/", r"\pm", "\u2212", "·"})

SPACES = frozenset(
    _words(
        "quad qquad enspace enskip thinspace medspace thickspace negthinspace negmedspace nobreak"
        " negthickspace space nobreakspace allowbreak displaystyle textstyle nonumber notag hfill"
        " hfil noindent relax limits nolimits allowdisplaybreaks smallskip medskip bigskip"
    )
)
# Commands of which nothing is left, with how many arguments they take.
DROPPED: Mapping[str, int] = {
    **dict.fromkeys(_words("label tag hspace vspace mspace phantom hphantom vphantom"), 1),
    **dict.fromkeys(_words("footnote cite citep"), 1),
    **dict.fromkeys(_words("IEEEnonumber IEEEyesnumber IEEEyessubnumber IEEEnosubnumber"), 0),
    **dict.fromkeys(
        _words(
            "footnotemark nonumber notag qedhere qed blacksquare hline noalign delimsize qty pause"
            " MoveEqLeft"
        ),
        0,
    ),
}
# Of a reference to another line the command is left, without what it names.
REFERENCES = frozenset(_words("ref eqref cref Cref autoref"))
# Switches of size, face and colour: of a group behind one, or around one, what is in it is left.
SWITCHES: Mapping[str, int] = {
    "color": 1,
    **dict.fromkeys(_words("displaystyle textstyle scriptstyle scriptscriptstyle"), 0),
    **dict.fromkeys(_words("tiny scriptsize footnotesize small normalsize large Large"), 0),
    **dict.fromkeys(_words("bf it rm sf tt bfseries itshape normalfont"), 0),
}
# Commands around what is left, with how many arguments stand before it.
UNWRAPPED: Mapping[str, int] = {
    **dict.fromkeys(_words("boxed fbox bbox framebox underbrace overbrace underline highlight"), 0),
    **dict.fromkeys(_words("textcolor colorbox mathcolor"), 1),
    **dict.fromkeys(_words("IEEEeqnarraymulticol multicolumn"), 2),
    **dict.fromkeys(_words("only onslide uncover visible alert structure mathrel mathbin"), 0),
    **dict.fromkeys(_words("lefteqn mathllap mathrlap mathclap smashoperator"), 0),
}
# Commands with arguments of their own: those of two, then those of one.
OF_TWO = frozenset(_words("frac dfrac tfrac cfrac nicefrac sfrac binom")) | {
    name.removeprefix("\\") for name in AFTER_ONE
}
OF_ONE = {"sqrt"} | {name.removeprefix("\\") for name in (*STYLES, *ACCENTS)} - OF_TWO
TEXTS = frozenset(
    _words(
        "text textrm textit textbf textsc textsf texttt textnormal textup mbox hbox intertext"
        " shortintertext"
    )
)
# Words of `\text{..}` that are names in a formula.
NAMES = frozenset(_words("kl elbo e log ln exp h i d const constant dkl d_kl var cov bce mi"))
SO_WORDS = frozenset(
    {
        *("so", "thus", "hence", "therefore", "or", "so that", "i.e", "i.e.", "that is"),
        *("equivalently", "which implies", "which gives", "which means", "or equivalently"),
    }
)
STATEMENT_WORDS = frozenset(
    {
        *("and", "where", "with", "also", "similarly", "let", "define", "but", "while", "whereas"),
        *("rather than", "instead of", "and not", "but not", "not", "as well as", "and also", "vs"),
        *("versus", "respectively", "resp", "likewise", "in contrast to", "as opposed to"),
    }
)
# `long` is that of `as long as`.
CONDITIONS = frozenset(
    _words("if iff when for whenever provided assuming unless s.t. under only at long given except")
)
# What a reason begins with: what follows is no formula, whatever it looks like.
REASON_WORDS = CONDITIONS | frozenset(
    _words("by since because using from as where via due note recall with see follows definition")
)
# Words of a reason that a formula follows, and those that lead to a statement.
LEADING = REASON_WORDS | frozenset(
    _words("forall that is are of on to in the all any every some over respect fact times")
)
LEADS_IN = frozenset(
    _words("let then have thus hence so claim show define denote write get obtain proof lemma")
)
# Words that change what stands beside them: no reason begins with one.
ARITHMETIC = frozenset(
    _words(
        "twice thrice half double triple minus plus times negative less without over divided"
        " multiplied halved doubled tripled squared cubed negated inverse per up approximately"
        " roughly about one two three four five ten zero"
    )
)
# Those that do so wherever they stand, where nothing says that they are a reason.
ALTERING = ARITHMETIC & frozenset(_words("twice thrice half minus plus halved doubled squared two"))
# Words that point at another line: no names.
REFERRING = frozenset(
    _words(
        "lhs rhs l r h s left right hand side sides above below previous line eq eqn equation first"
        " second third last same this that it former latter"
    )
)

ROWED = frozenset(
    _words(
        "equation align aligned alignat alignedat eqnarray gather gathered split multline multlined"
        " flalign displaymath math array IEEEeqnarray dmath dgroup subequations xalignat xxalignat"
        " empheq dseries darray"
    )
)
# How many arguments environments have, and which have an optional one before.
ARGUMENTS: Mapping[str, int] = dict.fromkeys(
    _words("array alignat alignedat xalignat xxalignat IEEEeqnarray empheq numcases subnumcases"), 1
)
OPTIONAL = frozenset(_words("IEEEeqnarray dmath dgroup dseries darray empheq subequations"))
HIDDEN: Mapping[str, str] = {
    **dict.fromkeys(_words("pmatrix bmatrix vmatrix Vmatrix matrix smallmatrix Bmatrix"), "matrix"),
    **dict.fromkeys(_words("cases dcases rcases numcases subnumcases"), "cases"),
    **dict.fromkeys(("tikzpicture", "tikzcd", "CD"), "picture"),
    **dict.fromkeys(("algorithm", "algorithmic"), "algorithm"),
}
