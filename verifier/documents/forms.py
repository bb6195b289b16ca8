"""The formats of texts, as data: what in each holds no formula, and what its headings are."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from verifier.documents.hidden import CONDITION, Blank

# Environments that are displays by themselves.
ENVIRONMENTS = (
    *("equation", "align", "alignat", "eqnarray", "gather", "multline", "flalign", "displaymath"),
    *("IEEEeqnarray", "dmath", "dgroup", "subequations", "aligned", "split", "gathered"),
    *("xalignat", "xxalignat", "empheq", "numcases", "subnumcases", "dseries", "darray"),
)


@dataclass(frozen=True, slots=True)
class Format:
    """What a format blanks, of two at one place the first, and what its headings are. A group
    `elbo` of a blank is a comment of ours, a `math` or `inline` says that it is a formula."""

    blanks: tuple[Blank, ...]
    heading: re.Pattern[str]
    doubled: bool  # whether `\\[` opens a display
    broken: bool = False  # whether a formula in the text that goes over lines is a display
    kramdown: bool = False  # whether `$$..$$` may stand in the text
    grouped: bool = False  # whether what is defined holds to the end of its group


# Directives of MyST whose body is text, formulas among it.
_TEXTUAL = (
    "admonition|note|tip|hint|important|warning|caution|danger|attention|error|seealso|dropdown"
    "|details|card|margin|sidebar|aside|epigraph|pull-quote|topic|tab-item|tab-set|grid|grid-item"
    "|exercise|solution|(?:prf:)?(?:theorem|lemma|proof|definition|corollary|proposition|remark)"
)
LEVELS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph")


def _opens(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


MARKDOWN = Format(
    (
        Blank(
            re.compile(
                r"\A---[ \t]*\n(?=[ \t]*(?:\#|[\w\"'-]+[ \t]*:)).*?^(?:---|\.\.\.)[ \t]*$",
                re.MULTILINE | re.DOTALL,
            )
        ),
        Blank(_opens(r"\\[\\`<]"), escape=True),
        Blank(
            _opens(rf"^[ \t>]*(?P<opened>`{{3,}}|~{{3,}})[ \t]*\{{(?:{_TEXTUAL})\}}[^\n]*\n"),
            r"^[ \t>]*OPENED[ \t]*$",
            ever=True,
            text=True,
        ),
        Blank(
            _opens(
                r"^[ \t>]*(?P<opened>`{3,}(?=[^`\n]*$)|~{3,})[ \t]*(?:\{?(?P<math>math)\b\}?)?"
                r"[^\n]*(?:\n|\Z)"
            ),
            r"^[ \t>]*OPENED[`~]*[ \t]*$",
            ever=True,
        ),
        Blank(_opens(r"^[ \t>]*<!--(?:\s*(?P<elbo>elbo:))?"), "-->", ever=True),
        Blank(_opens(r"<!--(?:\s*(?P<elbo>elbo:))?"), "-->"),
        Blank(_opens(r"^%[^\n]*")),  # a comment for MyST, and for TeX in a display
        Blank(
            _opens(r"^[ \t>]*<(?P<opened>(?i:script|style|pre))(?=[\s>])"),
            r"</(?i:OPENED)\s*>",
            ever=True,
        ),
        Blank(_opens(r"<(?P<opened>(?i:script|style|pre|code))(?=[\s>])"), r"</(?i:OPENED)\s*>"),
        Blank(_opens(r"(?<!`)(?P<opened>`{1,8})(?!`)"), r"(?<!`)OPENED(?!`)", paragraph=True),
    ),
    _opens(
        r"^(?P<hashes>\#{1,6})[ \t]+(?P<title>[^\n]*)$"
        r"|<h(?P<level>[1-6])\b[^>\n]*>(?P<html>[^\n]*?)</h[1-6]>"
        r"|^(?P<under>[^\s#>|$\\][^\n]{0,200})\n(?P<line>={2,}|-{3,})[ \t]*$"
    ),
    True,
    kramdown=True,
)
PANDOC = replace(MARKDOWN, kramdown=False)
_VERBATIM = "verbatim|Verbatim|BVerbatim|LVerbatim|lstlisting|minted|comment|filecontents"
LATEX = Format(
    (
        Blank(_opens(r"\\[\\%]"), escape=True),
        Blank(_opens(r"^[ \t]*%[ \t]*elbo:(?P<elbo>[^\n]*(?:\n[ \t]*%(?![ \t]*elbo:)[^\n]*)*)")),
        Blank(_opens(r"%[^\n]*")),
        Blank(_opens(rf"\\begin\s*\{{(?P<opened>{_VERBATIM})\*?\}}"), r"\\end\s*\{OPENED\*?\}"),
        Blank(_opens(r"\\(?:verb|lstinline)\*?(?P<mark>[^\sA-Za-z*{@])[^\n]*?(?P=mark)")),
        Blank(_opens(r"\\(?:lstinline|mintinline\{\w+\}|url|path|href)\{[^{}\n]*\}")),
        Blank(re.compile(r"\\end\s*\{document\}.*\Z", re.DOTALL)),
        Blank(CONDITION, branches=True),
    ),
    re.compile(rf"\\(?P<command>{'|'.join(LEVELS)})\*?(?:\[[^\]\n]*\])?\{{(?P<title>[^\n]*?)\}}"),
    False,
    grouped=True,
)

_UNDERLINED = (
    r"^(?:([=\-`:'\"~^_*+#<>])\1{2,}[ \t]*\n)?(?P<under>[^\s][^\n]{0,200})\n"
    r"(?P<line>[=\-`:'\"~^_*+#<>]{3,})[ \t]*$"
)
RST = Format(
    (
        Blank(_opens(r"^[ \t]*\.\.[ \t]+elbo:(?P<elbo>[^\n]*)")),
        Blank(
            _opens(
                r"^(?P<in>[ \t]*)(?:\.\.[ \t]+(?:code-block|code|literalinclude|raw|parsed-literal)"
                r"::|(?![ \t]|\.\.)[^\n]*::[ \t]*$|>>> )[^\n]*"
                r"(?:\n(?:[ \t]*\n)*(?P=in)[ \t]+[^\s][^\n]*)*"
            )
        ),
        Blank(
            _opens(
                r"^(?P<in>[ \t]*)\.\.[ \t]+(?P<math>math)::(?P<body>[^\n]*"
                r"(?:\n(?:[ \t]*\n)*(?P=in)[ \t]+[^\s][^\n]*)*)"
            )
        ),
        Blank(_opens(r"``[^`\n]+``")),
        Blank(_opens(r":math:`(?P<inline>[^`]{1,2000})`")),
    ),
    re.compile(_UNDERLINED, re.MULTILINE),
    False,
)
DOCSTRING = Format((*RST.blanks, *MARKDOWN.blanks[1:]), MARKDOWN.heading, True, True)
