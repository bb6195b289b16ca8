r"""Markdown and LaTeX to blocks: what can hold no formula is blanked first, then come displays.

One walk serves both; they differ in what is blanked (`Format`) and in what a heading is. Nothing is
run, included or fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from verifier.documents.blocks import Block, Comment, Defining, Display, Heading, Page
from verifier.documents.macros import DEFINERS, definitions, has_definitions, scopes
from verifier.documents.tex import lex
from verifier.documents.traced import Traced, whole

# Environments that are displays by themselves.
ENVIRONMENTS = (
    *("equation", "align", "alignat", "eqnarray", "gather", "multline", "flalign", "displaymath"),
    *("IEEEeqnarray", "dmath", "dgroup", "subequations", "aligned", "split", "gathered"),
)
_ENV = "|".join(ENVIRONMENTS)


@dataclass(frozen=True, slots=True)
class Format:
    """What a format blanks, in this order, and what its headings are. A blank's group 1, if any, is
    an `elbo:` comment; its group 2 a display."""

    blanks: tuple[re.Pattern[str], ...]
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
_LEVELS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph")

MARKDOWN = Format(
    (
        re.compile(r"\A---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*$", re.MULTILINE | re.DOTALL),
        re.compile(
            rf"^[ \t>]*(?P<fence>`{{3,}}|~{{3,}})[ \t]*\{{(?:{_TEXTUAL})\}}[^\n]*\n(?P<kept>.*?)"
            r"(?:^[ \t>]*(?P=fence)[ \t]*$|\Z)",
            re.MULTILINE | re.DOTALL,
        ),
        re.compile(
            r"^[ \t>]*(?P<fence>`{3,}|~{3,})[ \t]*(?:\{?(?P<math>math)\}?[^\n]*)?"
            r"(?(math)|[^\n]*)\n(?P<body>.*?)(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)",
            re.MULTILINE | re.DOTALL,
        ),
        re.compile(r"<!--(?:\s*elbo:(?P<elbo>.*?)|.*?)(?:-->|\Z)", re.DOTALL),
        re.compile(r"^%[^\n]*", re.MULTILINE),  # a comment for MyST, and for TeX in a display
        re.compile(r"<(script|style|pre|code)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE),
        re.compile(r"(?<!`)(?P<ticks>`{1,2})(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)", re.S),
    ),
    re.compile(
        r"^(?P<hashes>\#{1,6})[ \t]+(?P<title>[^\n]*)$"
        r"|<h(?P<level>[1-6])\b[^>\n]*>(?P<html>[^\n]*?)</h[1-6]>"
        r"|^(?P<under>[^\s#>|$\\][^\n]{0,200})\n(?P<line>={2,}|-{3,})[ \t]*$",
        re.MULTILINE,
    ),
    True,
    kramdown=True,
)
PANDOC = replace(MARKDOWN, kramdown=False)
LATEX = Format(
    (
        re.compile(r"\\begin\{(verbatim|Verbatim|lstlisting|minted|comment)\*?\}.*?"
                   r"(?:\\end\{\1\*?\}|\Z)", re.DOTALL),
        re.compile(r"\\verb\*?(?P<mark>[^\sA-Za-z*])[^\n]*?(?P=mark)"),
        re.compile(r"^[ \t]*%[ \t]*elbo:(?P<elbo>[^\n]*(?:\n[ \t]*%(?![ \t]*elbo:)[^\n]*)*)", re.M),
        re.compile(r"(?<!\\)(?:\\\\)*%[^\n]*"),
        re.compile(r"\\iffalse\b.*?(?:\\fi\b|\Z)", re.DOTALL),
        re.compile(r"\\end\{document\}.*\Z", re.DOTALL),
    ),
    re.compile(rf"\\(?P<command>{'|'.join(_LEVELS)})\*?(?:\[[^\]\n]*\])?\{{(?P<title>[^\n]*?)\}}"),
    False,
    grouped=True,
)  # fmt: skip

_UNDERLINED = (
    r"^(?:([=\-`:'\"~^_*+#<>])\1{2,}[ \t]*\n)?(?P<under>[^\s][^\n]{0,200})\n"
    r"(?P<line>[=\-`:'\"~^_*+#<>]{3,})[ \t]*$"
)
RST = Format(
    (
        re.compile(r"^[ \t]*\.\.[ \t]+elbo:(?P<elbo>[^\n]*)", re.MULTILINE),
        re.compile(
            r"^(?P<in>[ \t]*)(?:\.\.[ \t]+(?:code-block|code|literalinclude|raw|parsed-literal)"
            r"::|(?![ \t]|\.\.)[^\n]*::[ \t]*$|>>> )[^\n]*"
            r"(?:\n(?:[ \t]*\n)*(?P=in)[ \t]+[^\s][^\n]*)*",
            re.MULTILINE,
        ),
        re.compile(
            r"^(?P<in>[ \t]*)\.\.[ \t]+(?P<math>math)::(?P<body>[^\n]*"
            r"(?:\n(?:[ \t]*\n)*(?P=in)[ \t]+[^\s][^\n]*)*)",
            re.MULTILINE,
        ),
        re.compile(r"``[^`\n]+``"),
        re.compile(r":math:`(?P<inline>[^`]{1,2000})`"),
    ),
    re.compile(_UNDERLINED, re.MULTILINE),
    False,
)
DOCSTRING = Format((*RST.blanks, *MARKDOWN.blanks[1:]), MARKDOWN.heading, True, True)

_NEXT = re.compile(
    rf"(?P<escaped>\\[$%#&_])|(?P<defines>{DEFINERS})|(?P<dollars>\$\$)|(?P<open>\\{{1,2}}\[)"
    rf"|\\begin\{{(?P<env>{_ENV})\*?\}}|(?P<dollar>\$)|(?P<paren>\\{{1,2}}\()",
)
_INLINE = re.compile(r"\$(?![\s$])((?:\\.|[^$\\]){1,2000}?)(?<!\s)\$(?![\d$])", re.DOTALL)
_SINGLE = re.compile(r"(?<![\\$])\$(?![\s$\d])(?:\\.|[^$\\\n]){1,200}(?<!\s)\$(?![\d$])")
_BLANK = re.compile(r"\n[ \t>]*\n")
_WORDY = re.compile(r"(?:^|(?<=[\s(]))[A-Za-z][a-z]+(?=[\s,.;:)]|$)")
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)


def scan(text: str, form: Format, start: int = 0) -> Page:
    """The blocks of a text that stands in its file from `start` on."""
    return page(whole(text, start), form)


def page(traced: Traced, form: Format, cell: int = 0) -> Page:
    """The blocks of a text, wherever its characters stand; `cell` is its number in a notebook."""
    return replace(_Scanner(traced, form).page(), cell=cell, text=traced)


class _Scanner:
    """One text on its way: what is left of it, and the blocks found."""

    def __init__(self, traced: Traced, form: Format) -> None:
        self._traced = traced
        self._form = form
        self._left = traced.text
        self._found: list[tuple[int, Block]] = []
        self._defined: dict[int, tuple[int, list[Defining]]] = {}

    def page(self) -> Page:
        for pattern in self._form.blanks:
            self._blank(pattern)
        self._headings()
        if has_definitions(self._left):
            self._definitions()
        self._displays()
        self._found.sort(key=lambda pair: pair[0])
        blocks = tuple(block for _, block in self._found)
        return Page(blocks, self._left, self._form.grouped)

    def _definitions(self) -> None:
        """What is defined, by where it stands, with what is behind it."""
        tokens = lex(whole(self._left))
        found = [*definitions(tokens)]
        for each, scope in zip(found, scopes(tokens, found), strict=True):
            start, end = tokens[each.start].start, tokens[each.end - 1].end
            until = scope.until if self._form.grouped else None
            until = until if until is None else self._traced.offsets[until]
            block = Defining(each, replace(scope, until=until), *self._span(start, end))
            self._defined.setdefault(start, (end, []))[1].append(block)

    def _blank(self, pattern: re.Pattern[str]) -> None:
        pieces, at = [], 0
        for match in pattern.finditer(self._left):
            groups = match.groupdict()
            if groups.get("elbo") is not None:
                body = self._traced[match.start("elbo") : match.end("elbo")]
                self._found.append((match.start(), Comment(body, *self._span(*match.span()))))
            elif groups.get("math"):
                start = _behind_options(match["body"]) + match.start("body")
                kind = "rst" if "in" in groups else ""
                self._add(start, match.end("body"), *match.span(), environment=kind)
            elif groups.get("inline"):
                self._add(*match.span("inline"), *match.span(), inline=True)
            kept = match.span("kept") if "kept" in groups else (match.end(), match.end())
            pieces += [self._left[at : match.start()], _white(self._left[match.start() : kept[0]])]
            pieces += [self._left[slice(*kept)], _white(self._left[kept[1] : match.end()])]
            at = match.end()
        self._left = "".join((*pieces, self._left[at:]))

    def _headings(self) -> None:
        for match in self._form.heading.finditer(self._left):
            level, title = _titled(match)
            block = Heading(level, title.strip(" #*_"), *self._span(*match.span()))
            self._found.append((match.start(), block))

    # -- displays ----------------------------------------------------------------------------------

    def _displays(self) -> None:
        ends = sorted(place for place, block in self._found if isinstance(block, Heading))
        ends.append(len(self._left))
        at, number = self._body(), 0
        for start in self._defined:
            if start < at:
                self._define(start)
        while (match := _NEXT.search(self._left, at)) is not None:
            while ends[number] < match.start():
                number += 1
            at = self._opened(match, ends[number])

    def _define(self, start: int) -> int:
        """A definition in the text; what is behind it."""
        end, blocks = self._defined.get(start, (start + 1, []))
        self._found += [(start, block) for block in blocks]
        return end

    def _body(self) -> int:
        r"""Where the text begins, behind a preamble."""
        return max(self._left.find(r"\begin{document}"), 0)

    def _opened(self, match: re.Match[str], limit: int) -> int:
        """A display that may open here; where to look on."""
        start = match.start()
        if match["escaped"]:
            return match.end()
        if match["defines"]:
            return self._define(start)
        if match["env"]:
            return self._environment(match, limit)
        if match["dollars"]:
            return self._closed(match, "$$", limit)
        if match["open"]:
            if match["open"] == r"\\[" and not self._form.doubled:
                return match.end()
            return self._closed(match, match["open"].replace("[", "]"), limit)
        if match["paren"]:
            end = self._left.find(match["paren"].replace("(", ")"), match.end(), limit)
            if end < 0 or _BLANK.search(self._left, match.end(), end):
                return match.end()
            close = end + len(match["paren"])
            self._add(match.end(), end, start, close, inline=True)
            return close
        inline = _INLINE.match(self._left, start, limit)
        if inline is None or _BLANK.search(inline[0]):
            return match.end()
        shown = self._form.broken and "\n" in inline[0]
        self._add(inline.start(1), inline.end(1), *inline.span(), inline=not shown)
        return inline.end()

    def _closed(self, match: re.Match[str], closer: str, limit: int) -> int:
        end = self._left.find(closer, match.end(), limit)
        stop = self._unclosed(match.end(), limit if end < 0 else end)
        if end < 0 or stop is not None:
            stop = limit if stop is None else stop
            self._add(match.end(), stop, match.start(), stop, trouble="never-closed")
            return stop
        close = end + len(closer)
        inline = closer == "$$" and self._doubled and self._within_text(match.start(), close)
        self._add(match.end(), end, match.start(), close, inline=inline)
        return close

    @cached_property
    def _doubled(self) -> bool:
        """Whether formulas in the text stand in `$$` too, as with kramdown."""
        return self._form.kramdown and _SINGLE.search(self._left) is None

    def _within_text(self, start: int, end: int) -> bool:
        """Whether words stand in the line before or behind a `$$..$$`."""
        if "\n" in self._left[start:end]:
            return False
        before = self._left[self._left.rfind("\n", 0, start) + 1 : start].strip(" \t>*-+")
        stop = self._left.find("\n", end)
        behind = self._left[end : stop if stop >= 0 else None]
        around = before + " " + behind
        return len(_WORDY.findall(around)) > 0 or "$$" in around

    def _environment(self, match: re.Match[str], limit: int) -> int:
        name = match["env"]
        ends = re.compile(rf"\\(begin|end)\{{{name}\*?\}}")
        level, at = 0, match.start()
        while (found := ends.search(self._left, at, limit)) is not None:
            level += 1 if found[1] == "begin" else -1
            at = found.end()
            if level == 0:
                break
        stop = self._unclosed(match.end(), limit if level else at)
        if level or stop is not None:
            stop = limit if stop is None else stop
            self._add(match.end(), stop, match.start(), stop, environment=name,
                      trouble="never-closed")  # fmt: skip
            return stop
        assert found is not None
        self._add(match.end(), found.start(), match.start(), at, environment=name)
        return at

    def _unclosed(self, start: int, end: int) -> int | None:
        """Where what should be a display goes on as text: a blank line, then words."""
        for blank in _BLANK.finditer(self._left, start, end):
            stop = self._left.find("\n", blank.end())
            line = self._left[blank.end() : end if stop < 0 else min(stop, end)]
            bare = re.sub(r"\\[A-Za-z]+\s*(?:\{[^{}]*\})?|\$[^$]*\$", " ", line)
            if len(_WORDY.findall(bare)) >= 3:
                return blank.start()
        return None

    def _add(
        self,
        start: int,
        end: int,
        first: int,
        last: int,
        inline: bool = False,
        environment: str = "",
        trouble: str = "",
    ) -> None:
        body = self._unquoted(start, end, first)
        span = self._span(first, last)
        self._found.append((first, Display(body, *span, inline, environment, trouble)))

    def _unquoted(self, start: int, end: int, first: int) -> Traced:
        """The body without the marks of a quotation before its lines."""
        body = self._traced[start:end]
        line = self._left[self._left.rfind("\n", 0, first) + 1 : first + 1]
        if not line.lstrip().startswith(">"):
            return body
        pieces = [*_kept(body)]
        text = "".join(piece.text for piece in pieces)
        offsets = [offset for piece in pieces for offset in piece.offsets[:-1]]
        return Traced(text, (*offsets, body.end))

    def _span(self, start: int, end: int) -> tuple[int, int]:
        return self._traced.offsets[start], self._traced.offsets[end]


def _titled(match: re.Match[str]) -> tuple[int, str]:
    """The level of a heading, and what it says."""
    groups = match.groupdict()
    if command := groups.get("command"):
        return _LEVELS.index(command) + 1, groups["title"]
    if groups.get("hashes"):
        return len(groups["hashes"]), groups["title"]
    if groups.get("level"):
        return int(groups["level"]), re.sub(r"<[^>]*>", "", groups["html"])
    return (1 if groups["line"][0] == "=" else 2), groups["under"]


def _white(text: str) -> str:
    return re.sub(r"\S", " ", text)


_OPTION = re.compile(r"\s*:[a-z-]+:[^\n]*(?=\n|\Z)")


def _behind_options(body: str) -> int:
    """Where the formula of a directive begins, behind `:label: ..`."""
    at = 0
    while (found := _OPTION.match(body, at)) is not None:
        at = found.end()
    return at


def _kept(body: Traced) -> Iterator[Traced]:
    at = 0
    for match in _QUOTE.finditer(body.text):
        if match.start() == 0:
            continue
        yield body[at : match.start()]
        at = match.end()
    yield body[at:]
