r"""Texts to blocks: what can hold no formula is blanked, then come headings, definitions, displays.

One walk serves every format; they differ in what is blanked and in what a heading is (`Format`).
Nothing is run, included or fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from verifier.documents.blocks import Block, Comment, Defining, Display, Heading, Page
from verifier.documents.forms import ENVIRONMENTS, LEVELS, Format
from verifier.documents.hidden import Found, hidden
from verifier.documents.macros import DEFINERS, definitions, has_definitions, scopes
from verifier.documents.made import FARTHEST, MADE, Making, call_end, called, calls, making
from verifier.documents.signs import ARGUMENTS, OPTIONAL, RELATIONS
from verifier.documents.tex import lex
from verifier.documents.traced import Traced, whole

_ENV = rf"\{{[ \t]*(?P<env>{'|'.join(ENVIRONMENTS)})\*?[ \t]*\}}"
_NEXT = (
    rf"(?P<escaped>\\[$%#&_])|(?P<defines>{DEFINERS})|(?P<dollars>\$\$)|(?P<open>\\{{1,2}}\[)"
    rf"|\\begin[ \t]*{_ENV}|(?P<dollar>\$)|(?P<paren>\\{{1,2}}\()"
)
_INLINE = re.compile(r"\$(?![\s$])((?:\\.|[^$\\]){1,2000}?)(?<!\s)\$(?![\d$])", re.DOTALL)
_SINGLE = re.compile(r"(?<![\\$])\$(?![\s$\d])(?:\\.|[^$\\\n]){1,200}(?<!\s)\$(?![\d$])")
_DOUBLE = re.compile(r"\$\$([^$\n]{1,2000})\$\$")
_BLANK = re.compile(r"\n[ \t>]*\n")
_WORDY = re.compile(r"(?:^|(?<=[\s(]))[A-Za-z][a-z]+(?=[\s,.;:)]|$)")
_OPTIONS = re.compile(r"\s*\[[^\]\n]*\]")
_ARGUMENT = re.compile(r"\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)


def scan(text: str, form: Format, start: int = 0) -> Page:
    """The blocks of a text that stands in its file from `start` on."""
    return page(whole(text, start), form)


def page(traced: Traced, form: Format, cell: int = 0) -> Page:
    """The blocks of a text, wherever its characters stand; `cell` is its number in a notebook."""
    return replace(_Scanner(traced, form).page(), cell=cell, text=traced)


_Defined = dict[int, tuple[int, list[Defining]]]  # by where it begins, with what is behind


class _Blocks:
    """The blocks found in a text, and what is left of it to look at."""

    def __init__(self, traced: Traced) -> None:
        self._traced = traced
        self.left = traced.text
        self.found: list[tuple[int, Block]] = []

    def add(
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
        span = self.span(first, last)
        self.found.append((first, Display(body, *span, inline, environment, trouble)))

    def _unquoted(self, start: int, end: int, first: int) -> Traced:
        """The body without the marks of a quotation before its lines."""
        body = self._traced[start:end]
        line = self.left[self.left.rfind("\n", 0, first) + 1 : first + 1]
        if not line.lstrip().startswith(">"):
            return body
        pieces = [*_kept(body)]
        text = "".join(piece.text for piece in pieces)
        offsets = [offset for piece in pieces for offset in piece.offsets[:-1]]
        return Traced(text, (*offsets, body.end))

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self._traced.offsets[start], self._traced.offsets[end]


class _Scanner:
    """One text on its way: what is left of it, and the blocks found."""

    def __init__(self, traced: Traced, form: Format) -> None:
        self._traced = traced
        self._form = form
        self._blocks = _Blocks(traced)
        self._defined: _Defined = {}
        self._making: dict[str, Making] = {}

    def page(self) -> Page:
        self._blocks.left = "".join(self._blanked())
        self._headings()
        if has_definitions(self._blocks.left):
            self._definitions()
        _Displays(self._form, self._blocks, self._defined, self._making).find()
        self._blocks.found.sort(key=lambda pair: pair[0])
        blocks = tuple(block for _, block in self._blocks.found)
        return Page(blocks, self._blocks.left, self._form.grouped)

    def _definitions(self) -> None:
        """What is defined, by where it stands, with what is behind it."""
        tokens = lex(whole(self._blocks.left))
        found = [*definitions(tokens)]
        for each, scope in zip(found, scopes(tokens, found), strict=True):
            start, end = tokens[each.start].start, tokens[each.end - 1].end
            until = scope.until if self._form.grouped else None
            until = until if until is None else self._traced.offsets[until]
            block = Defining(each, replace(scope, until=until), *self._blocks.span(start, end))
            self._defined.setdefault(start, (end, []))[1].append(block)
        self._making = making(found)

    def _blanked(self) -> Iterator[str]:
        """The text without what holds no formula; displays and comments in that are found."""
        regions: list[tuple[int, int]] = []
        for found in hidden(self._blocks.left, self._form.blanks):
            self._hidden(found)
            regions += [(found.start, found.kept[0]), (found.kept[1], found.end)]
        at = 0
        for start, end in sorted(regions):
            yield self._blocks.left[at:start]
            yield re.sub(r"\S", " ", self._blocks.left[start:end])
            at = end
        yield self._blocks.left[at:]

    def _hidden(self, found: Found) -> None:
        groups = found.match.groupdict()
        span = found.start, found.end
        if groups.get("elbo") is not None:
            inner = found.inner if found.inner[0] < found.inner[1] else found.match.span("elbo")
            body = self._traced[slice(*inner)]
            self._blocks.found.append((found.start, Comment(body, *self._blocks.span(*span))))
        elif groups.get("math"):
            start, end = found.match.span("body") if "body" in groups else found.inner
            start += _behind_options(self._blocks.left[start:end])
            self._blocks.add(start, end, *span, environment="rst" if "in" in groups else "")
        elif groups.get("inline"):
            self._blocks.add(*found.match.span("inline"), *span, inline=True)

    def _headings(self) -> None:
        for match in self._form.heading.finditer(self._blocks.left):
            level, title = _titled(match)
            block = Heading(level, title.strip(" #*_"), *self._blocks.span(*match.span()))
            self._blocks.found.append((match.start(), block))


class _Displays:
    """The displays of a text whose headings and definitions are found."""

    def __init__(
        self, form: Format, blocks: _Blocks, defined: _Defined, made: Mapping[str, Making]
    ) -> None:
        self._form = form
        self._blocks = blocks
        self._left = blocks.left
        self._defined = defined
        self._making = made

    def find(self) -> None:
        ends = sorted(place for place, block in self._blocks.found if isinstance(block, Heading))
        ends.append(len(self._left))
        at, number = self._body(), 0
        for start in self._defined:
            if start < at:
                self._define(start)
        made = calls(name for name, each in self._making.items() if each.opens or each.whole)
        opens = re.compile(rf"(?P<made>{made})|{_NEXT}" if made else rf"(?P<made>(?!))|{_NEXT}")
        while (match := opens.search(self._left, at)) is not None:
            while ends[number] < match.start():
                number += 1
            at = self._opened(match, ends[number])

    def _define(self, start: int) -> int:
        """A definition in the text; what is behind it."""
        end, blocks = self._defined.get(start, (start + 1, []))
        self._blocks.found += [(start, block) for block in blocks]
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
        if match["made"]:
            return self._made(match, limit)
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
            self._blocks.add(match.end(), end, start, close, inline=True)
            return close
        inline = _INLINE.match(self._left, start, limit)
        if inline is None or _BLANK.search(inline[0]):
            return match.end()
        shown = self._form.broken and "\n" in inline[0]
        self._blocks.add(inline.start(1), inline.end(1), *inline.span(), inline=not shown)
        return inline.end()

    def _closed(self, match: re.Match[str], closer: str, limit: int) -> int:
        end = self._left.find(closer, match.end(), limit)
        stop = self._unclosed(match.end(), limit if end < 0 else end)
        if end < 0 or stop is not None:
            stop = limit if stop is None else stop
            self._blocks.add(match.end(), stop, match.start(), stop, trouble="never-closed")
            return stop
        close = end + len(closer)
        inline = closer == "$$" and self._doubled and self._within_text(match.start(), close)
        self._blocks.add(match.end(), end, match.start(), close, inline=inline)
        return close

    @cached_property
    def _doubled(self) -> bool:
        """Whether formulas in the text stand in `$$` too, as with kramdown: there are no others,
        and displays have brackets or one in the text says nothing by itself."""
        if not self._form.kramdown or _SINGLE.search(self._left) is not None:
            return False
        if re.search(r"^[ \t>]*\\\\\[", self._left, re.MULTILINE):
            return True
        within = (m for m in _DOUBLE.finditer(self._left) if self._within_text(*m.span()))
        formulas = (lex(whole(match[1])) for match in within)
        return any(not any(token.text in RELATIONS for token in each) for each in formulas)

    def _within_text(self, start: int, end: int) -> bool:
        """Whether words stand in the line before or behind a `$$..$$`, formulas apart."""
        if "\n" in self._left[start:end]:
            return False
        first = self._left.rfind("\n", 0, start) + 1
        stop = self._left.find("\n", end)
        around = self._left[first:start] + " " + self._left[end : stop if stop >= 0 else None]
        return bool(_WORDY.search(_DOUBLE.sub(" ", around).strip(" \t>*-+")))

    def _environment(self, match: re.Match[str], limit: int) -> int:
        name = match["env"]
        closers = calls(name for name, each in self._making.items() if each.change < 0)
        ends = rf"\\(?P<sign>begin|end)[ \t]*\{{[ \t]*{name}\*?[ \t]*\}}"
        ends += rf"|{closers}" if closers else ""
        start, name = self._behind_arguments(name, match.end())
        closed = self._balanced(re.compile(ends), match.start(), limit, 0)
        return self._ended(match.start(), start, closed, name)

    def _made(self, match: re.Match[str], limit: int) -> int:
        """A display that a macro makes, or opens: all of it is its body."""
        made = self._making[called(match["made"])]
        start = match.start()
        if made.whole:
            end = call_end(self._traced_left(match.end(), limit), made.macro)
            stop = limit if end is None else match.end() + end
            return self._ended(start, start, (stop, stop, end is not None), MADE)
        ends = rf"\\(?P<sign>begin|end)[ \t]*{_ENV}|{calls(self._making)}"
        _, stop, closed = self._balanced(re.compile(ends), match.end(), limit, max(made.change, 1))
        return self._ended(start, start, (stop, stop, closed), MADE)

    def _balanced(
        self, ends: re.Pattern[str], at: int, limit: int, level: int
    ) -> tuple[int, int, bool]:
        """Where what closes as many environments as are open begins and ends, or where the text
        goes on if nothing does; and whether something does."""
        while (found := ends.search(self._left, at, limit)) is not None:
            stop = self._unclosed(at, found.end())
            if stop is not None:
                return stop, stop, False
            at = found.end()
            if found["sign"]:
                level += 1 if found["sign"] == "begin" else -1
            else:
                made = self._making[called(found[0])]
                level += -1 if made.either else made.change
            if level <= 0:
                return *found.span(), True
        stop = self._unclosed(at, limit)
        stop = limit if stop is None else stop
        return stop, stop, False

    def _ended(self, first: int, start: int, closed: tuple[int, int, bool], name: str) -> int:
        """A display whose body begins at `start`, where it is closed; what is behind it."""
        stop, end, whole_of = closed
        trouble = "" if whole_of else "never-closed"
        self._blocks.add(min(start, stop), stop, first, end, environment=name, trouble=trouble)
        return end

    def _behind_arguments(self, name: str, at: int) -> tuple[int, str]:
        """What is behind the arguments of an environment, and what it is like."""
        if name in OPTIONAL and (found := _OPTIONS.match(self._left, at)):
            at = found.end()
        for _ in range(ARGUMENTS.get(name, 0)):
            found = _ARGUMENT.match(self._left, at)
            at = found.end() if found else at
            if name == "empheq" and found:
                name = found[1].strip().rstrip("*")
        return at, name

    def _traced_left(self, start: int, end: int) -> Traced:
        return Traced(self._left[start : min(end, start + FARTHEST)], range(start, end + 1))

    def _unclosed(self, start: int, end: int) -> int | None:
        """Where what should be a display goes on as text: a blank line, then words."""
        for blank in _BLANK.finditer(self._left, start, end):
            stop = self._left.find("\n", blank.end())
            line = self._left[blank.end() : end if stop < 0 else min(stop, end)]
            bare = re.sub(r"\\[A-Za-z]+\s*(?:\{[^{}]*\})?|\$[^$]*\$", " ", line)
            if len(_WORDY.findall(bare)) >= 3:
                return blank.start()
        return None


def _titled(match: re.Match[str]) -> tuple[int, str]:
    """The level of a heading, and what it says."""
    groups = match.groupdict()
    if command := groups.get("command"):
        return LEVELS.index(command) + 1, groups["title"]
    if groups.get("hashes"):
        return len(groups["hashes"]), groups["title"]
    if groups.get("level"):
        return int(groups["level"]), re.sub(r"<[^>]*>", "", groups["html"])
    return (1 if groups["line"][0] == "=" else 2), groups["under"]


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
