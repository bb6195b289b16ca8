"""Text for people as TeX: every character it may hold, in ASCII, nothing obeyed as a command."""

from __future__ import annotations

import re
import unicodedata
from functools import reduce

from verifier.report.words import visible
from verifier.typeset.latex import latex_name

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "_": r"\_", "%": r"\%", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    '"': "''", "<": "$<$", ">": "$>$", "|": "$|$", "*": "$*$",
    "\u2014": "---", "\u2013": "--", "\u2012": "--", "\u2010": "-", "\u2011": "-",
    "\u2018": "`", "\u2019": "'", "\u201c": "``", "\u201d": "''", "\u201e": ",,",
    "\u00ab": "<<", "\u00bb": ">>", "\u2026": r"\dots{}", "\u00a0": "~",
    "\u200b": r"\allowbreak{}", "\u00b7": r"$\cdot$",
    "\u2264": r"$\leq$", "\u2265": r"$\geq$", "\u2260": r"$\neq$", "\u2261": r"$\equiv$",
    "\u2248": r"$\approx$", "\u221e": r"$\infty$", "\u222b": r"$\int$", "\u2211": r"$\sum$",
    "\u220f": r"$\prod$", "\u221d": r"$\propto$", "\u2208": r"$\in$", "\u2225": r"$\|$",
    "\u2016": r"$\|$", "\u00d7": r"$\times$", "\u2212": "$-$", "\u2192": r"$\to$",
    "\u2190": r"$\leftarrow$", "\u21d2": r"$\Rightarrow$", "\u2200": r"$\forall$",
    "\u2203": r"$\exists$", "\u226a": r"$\ll$", "\u226b": r"$\gg$", "\u2202": r"$\partial$",
    "\u2207": r"$\nabla$", "\u00b1": r"$\pm$", "\u221a": r"$\surd$", "\u00df": r"\ss{}",
    "\u00e6": r"\ae{}", "\u00c6": r"\AE{}", "\u00f8": r"\o{}", "\u00d8": r"\O{}",
    "\u0142": r"\l{}", "\u0131": r"\i{}", "\u00b0": r"$^\circ$", "\u00a7": r"\S{}",
    "\u00a9": r"\textcopyright{}", "\u2113": r"$\ell$", "\u27e8": r"$\langle$",
    "\u27e9": r"$\rangle$", "\u2032": "$'$",
}  # fmt: skip
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u",
    "\u0307": ".", "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c",
    "\u0328": "k", "\u0323": "d",
}  # fmt: skip
_RELATIONS = {">=": r"$\geq$", "<=": r"$\leq$", "!=": r"$\neq$", "<<": r"$\ll$", "||": r"$\|$"}
_SIGNS = re.compile(r">=|<=|!=|<<|\|\|")
_SUBSCRIPTED = re.compile(r"\b([A-Za-z]+)_(\{[\w:+-]+\}|[A-Za-z0-9]+)(?![A-Za-z0-9_])", re.ASCII)
_WORD, _PART = re.compile(r"[^\s`]{40,}"), re.compile(r".{1,10}")
OTHER_LETTER = r"\elboletter"  # what sets a letter that Latin Modern lacks, by its number
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_QUOTED = re.compile(r"`([^`]*)`")
_QUOTATION, _OPENING = re.compile(r'"([^"]*)"'), re.compile(r"(?<![^\s(\[])'")


def prose(text: str) -> str:
    """A text as TeX, its runs of blanks as one; what stands in backquotes as code."""
    found = _QUOTED.split(_breakable(visible(" ".join(text.split()))))
    return "".join(_code(p) if i % 2 else _named(_with_quotes(p)) for i, p in enumerate(found))


def code(text: str) -> str:
    """A text in letters of one width."""
    return _code(_breakable(visible(" ".join(text.split()))))


def _breakable(text: str) -> str:
    """A text whose very long words may be broken, wherever that is."""
    return _WORD.sub(lambda word: "\u200b".join(_PART.findall(word[0])), text)


def _with_quotes(text: str) -> str:
    """A text with quotation marks in the place of typed ones."""
    text = _QUOTATION.sub("\u201c\\1\u201d", text)
    return _OPENING.sub("\u2018", text)


def mono(line: str) -> str:
    """One line of a text in letters of one width: its blanks stay."""
    return _apart(visible(line.rstrip())).replace(" ", r"\ ")


def _code(text: str) -> str:
    return rf"\texttt{{{_apart(text)}}}" if text else ""


def _apart(text: str) -> str:
    """A text in which hyphens and quotes don't run together."""
    return _ascii(text).replace("-", "{-}").replace("'", "{'}")


def _named(text: str) -> str:
    """A text whose names with subscripts are set as such."""
    found, end = "", 0
    for name in _SUBSCRIPTED.finditer(text):
        base, below = name[1], name[2].strip("{}")
        found += _signs(text[end : name.start()]) + f"${latex_name(base)}_{{{_below(below)}}}$"
        end = name.end()
    return found + _signs(text[end:])


def _below(text: str) -> str:
    """A subscript: its words are names."""
    return "".join(latex_name(p) if p.isalpha() else p for p in re.split(r"([a-z]+)", text))


def _signs(text: str) -> str:
    parts = _SIGNS.split(text)
    signs = [_RELATIONS[sign] for sign in _SIGNS.findall(text)]
    return "".join(_ascii(part) + sign for part, sign in zip(parts, [*signs, ""], strict=True))


def name(text: str) -> str:
    """A name in a formula; its letters that no command is for are set as text."""
    spelled = latex_name(text)
    shape = r"\normalfont" if r"\mathrm" in spelled else r"\normalfont\itshape"
    return _FOREIGN.sub(lambda run: rf"\text{{{shape} {_ascii(run[0])}}}", spelled)


def _ascii(text: str) -> str:
    """Character by character; an accent goes before its letter."""
    found: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        base, *accents = [*unicodedata.normalize("NFD", letter)]
        if letter in _ACCENTS and found:
            found[-1] = _accented(found[-1], letter)
        elif accents and base.isalpha() and base.isascii() and _ACCENTS.keys() >= {*accents}:
            found.append(reduce(_accented, accents, base))
        elif letter == "-" and found and found[-1] == "-":  # two are no dash
            found.append("{-}")
        else:
            found.append(_letter(letter))
    return "".join(found)


def _accented(letter: str, accent: str) -> str:
    return f"\\{_ACCENTS[accent]}{{{letter}}}"


def _letter(letter: str) -> str:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    if " " <= letter <= "~":
        return letter
    known = latex_name(letter)
    if known.startswith("\\") and not known.startswith("\\mathrm"):
        return f"${known}$"
    return f"{OTHER_LETTER}{{{ord(letter):04X}}}"
