"""What the text around a display makes of it: whether what it says is asserted, and how long that
stands. In doubt it isn't: what isn't asserted declares nothing."""

from __future__ import annotations

import re
from bisect import bisect_right

from verifier.derivation.derivation import Source
from verifier.documents.scopes import end_of
from verifier.documents.sections import Section, Shown

# Under what words before it, in its sentence, a statement isn't asserted.
_UNDER = re.compile(
    r"\b(?:if|iff|unless|when|whenever|whether|only|tight|equality|attained|the (?:\w+ )?choice"
    r"|choosing|hypothes[ie]s|hypothetical|test(?:s|ed|ing)?|question|would|were|maximi[sz]ed"
    r"|minimi[sz]ed|next section|later section|later on|contradiction|tempting|wish\w*|hope\w*"
    r"|pretend\w*|imagine|limit|collapse[sd]?)\b|如果|当且仅当|若|当",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:cannot|never|neither|nor|without|wrong(?:ly)?|false(?:ly)?|incorrect|mistake\w*|fails?"
    r"|unlike|instead of|rather than|no longer|nobody|untrue"
    r"|dependent(?! (?:up)?on))\b|n[\u2019']t\b|\bH_\{?[01a]\}?\s*:"
    r"|\b(?:do|does|did|is|are|was|were|need|can|could|should|must|will|has|have)(?: \w+)? not\b"
    r"|\bnot(?: (?:true|the case|necessarily|so|that|always|in general|assum\w+|suppos\w+)\b|:)",
    re.IGNORECASE,
)
# What behind a statement takes it back, or puts it under a condition.
_BEHIND = re.compile(
    r"\b(?:if|iff|only|unless|when|whenever|provided)\b"
    r"|(?:\b(?:is|are|does|do|did|need|can)(?: not|not)|n[\u2019']t)\b.{0,30}"
    r"\b(?:hold|true|valid|assumed?|correct|so|given|general|case)\b"
    r"|\b(?:wrong|false|incorrect|fails?|mistaken?|untrue|not (?:true|so|assumed|in general))\b",
    re.IGNORECASE | re.DOTALL,
)
# Behind what words nothing is given at all, behind which ones for its sentence.
_NOWHERE = re.compile(
    r"\b(?:unless|only if|iff|only (?:when|for)|whether|(?:next|later) section|later on|would|were)"
    r"\b",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"\b(?:if|when|whenever|provided|only|case|suppose for)\b|如果|若|当", re.IGNORECASE
)
_SETS = re.compile(
    r"\b(?:let|set|fix|take|assume|assuming|suppose|choose|put|throughout)\b", re.IGNORECASE
)
_INDEPENDENT = re.compile(
    r"\b(?:independen\w*|i\.?\s?i\.?\s?d\b|markov\w*)|\\perp|⊥|独立", re.IGNORECASE
)
_AFTERWARDS = re.compile(
    r"\s*(?:[\w']+[ ,]+){0,3}?(?:this|that|it|the above|however|but|here|both|these)\b",
    re.IGNORECASE,
)
_IN_DISPLAY = re.compile(
    r"\\(?:iff|implies|impliedby|(?:Long)?(?:left)?rightarrow|(?:Long)?leftarrow)\b"
    r"|\\(?:Long)?(?:Leftrightarrow|Rightarrow|Leftarrow)\b|[?⇒⟹⇔⟺]|H_\{?[01a]\}?\s*(?::|\\colon)"
)
_WORDS = re.compile(r"\\(?:text\w*|mbox|intertext|shortintertext|mathrm|hbox)\s*\{([^{}]*)\}")
_REMARK = re.compile(
    r"\s*(?:(?:and|or)\s+)?(?:where|with|in which|for which|here)\b[^.]*$", re.IGNORECASE
)

_COMMENT = re.compile(r"<!--.*?-->|(?<!\\)%[^\n]*|\\n\",\s*\"", re.DOTALL)
_CODE = re.compile(r"(?ms)^[ \t]*(```|~~~).*?(?:^[ \t]*\1[^\n]*$|\Z)")
_TITLE = re.compile(r"(?m)^\s*(?:#+ .*|\\(?:sub)*(?:section|chapter|paragraph)\*?\{[^\n]*)$")
_SHORT = ("i.i.d", "i.e", "e.g", "w.r.t", "s.t", "cf", "eq", "fig", "resp", "viz", "vs")
_ENDS = re.compile(
    r"[.!?](?=[\s*_\"')]|$)|。|\x02|\x01(?=\s*(?:[A-Z\x00*#-]|\\(?:item|noindent|par|begin|end)\b|$))"
    r"|(?<=[^\x00-\x02\s])[ \t]*\n[ \t]*\n\s*(?=[^\x00-\x02\s])|\n\s*(?:[-*+]|\d+\.|\\item)\s"
)
_TAIL = 600


Scope = tuple[int, int | None]  # from which place in the file on, and up to which


def denied(words: str) -> bool:
    """Whether words say that what they are about isn't so, or only ask."""
    return bool(_DENIED.search(words) or _NOWHERE.search(words))


class Prose:
    """The text of a section, each display in it one sign: its sentences, by places in the file."""

    def __init__(self, source: Source, section: Section) -> None:
        self._start = section.start
        self._shown = section.shown
        tail = source.text[section.end : section.end + _TAIL]
        tail = re.split(r'\n\s*\n.*?\n\s*\n|\n\s*#|\\(?:sub)*section|"""', tail, flags=re.DOTALL)[0]
        text = source.text[section.start : section.end] + tail
        for pattern in (_CODE, _COMMENT, _TITLE):
            text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
        for shown in section.shown:
            start, end = (place - self._start for place in (shown.display.start, shown.display.end))
            full = re.search(
                r"[.。](?:\s|\\end\{\w+\*?\}|\\\w+\{[\w:]*\})*$", shown.display.body.text
            )
            text = f"{text[:start]}{chr(0) * (end - start - 1)}{chr(2 if full else 1)}{text[end:]}"
        self._text = text
        ends = (each.end() for each in _ENDS.finditer(text) if not self._is_short(each.start()))
        self._ends = [0, *ends, len(text)]

    @property
    def independent(self) -> bool:
        """Whether the text speaks of what is independent."""
        return bool(_INDEPENDENT.search(self._text))

    def _is_short(self, at: int) -> bool:
        before = self._text[max(at - 6, 0) : at].lower()
        return self._text[at : at + 1] == "." and before.endswith(_SHORT)

    def sentence(self, place: int) -> tuple[int, int]:
        """Where the sentence begins and ends that a place in the file is in."""
        at = bisect_right(self._ends, place - self._start)
        return self._ends[max(at - 1, 0)] + self._start, self._ends[
            min(at, len(self._ends) - 1)
        ] + self._start

    def between(self, start: int, end: int) -> str:
        """The text between two places, a sign for each display in it."""
        return self._text[max(start - self._start, 0) : max(end - self._start, 0)]

    def is_asserted(self, start: int, end: int) -> bool:
        """Whether the text says what stands from one place to another, with no condition, doubt or
        denial about it."""
        first, last = self.sentence(start)
        last = max(last, self.sentence(end)[0], end)
        before, behind = self.between(first, start), self.between(end, last)
        clause = re.split(r"[,;]|\x01|\b(?:but|so|instead|hence|thus|because|since)\b", before)[-1]
        if _UNDER.search(before) or _DENIED.search(clause) or _BEHIND.search(behind):
            return False
        following = self.between(last, self.sentence(last)[1])
        return not (_AFTERWARDS.match(following) and _BEHIND.search(following))

    def says(self, shown: Shown) -> bool:
        """Whether a formula in the text is asserted."""
        return self.is_asserted(shown.display.start, shown.display.end)

    def gives(self, shown: Shown) -> bool:
        """Whether a formula in the text is asserted in a sentence that denies nothing: what it
        draws, or what a name stands for, holds from there."""
        sentence = self.between(*self.sentence(shown.display.start))
        return self.says(shown) and not denied(sentence)

    def asserts(self, shown: Shown, section: Section) -> bool:
        """Whether a display is asserted."""
        written = shown.display.body.text
        words = " ".join(_WORDS.findall(written))
        signs = any(side.piece.before == "so" for side in shown.sides) and not words
        return not (
            signs
            or _IN_DISPLAY.search(written)
            or _UNDER.search(words)
            or _BEHIND.search(words)
            or "expect" in section.said_of(shown)
        ) and self.is_asserted(shown.display.start, shown.display.end)

    def stands_from(self, place: int) -> int:
        """From where on a line of a display holds: from where it stands; what is a remark on what
        stands before it, `where ..`, from there."""
        at = next(
            (i for i, s in enumerate(self._shown) if s.display.start <= place < s.display.end), None
        )
        if at is None:
            return self.sentence(place)[0]
        shown, before = self._shown[at], self._shown[at - 1].display if at else None
        row = next((s.piece.row for s in shown.sides if s.piece.place == place), 0)
        own = [side.piece.place for side in shown.sides if side.piece.row == row]
        words = " ".join(_WORDS.findall(shown.display.body.text))
        if place != min(own) and re.search(r"\b(?:where|with)\b", words):
            return shown.display.start
        lead = self.between(before.end, shown.display.start) if before else ""
        if before and _REMARK.match(lead) and shown.sides and shown.sides[0].piece.row == row:
            return before.start
        return min(own, default=place)

    def given(self, start: int, end: int) -> Scope | None:
        """Where a formula in the text is given: from its sentence on, a remark on the display
        before from there; in its sentence alone where that makes it a condition. None where the
        text denies it or puts it off."""
        first, last = self.sentence(start)
        before = self.between(first, start)
        clause = re.split(r"[,;]|\x01", before)[-1]
        if (
            _NOWHERE.search(before)
            or _DENIED.search(clause)
            or _NOWHERE.match(self.between(end, last))
        ):
            return None
        shown = [each.display.start for each in self._shown if each.display.end <= first]
        near = bool(shown) and not self.between(shown[-1], first).strip("\x00\x01\x02 \n")
        remark = _REMARK.match(before) or _AFTERWARDS.match(before)
        first = shown[-1] if near and remark else first
        return first, last if _HERE.search(before) else None

    def sets(self, place: int) -> bool:
        """Whether the text behind a place's sentence begins gives something its value."""
        return bool(_SETS.search(self.between(self.sentence(place)[0], place)))

    def freed(self, name: str, place: int) -> int | None:
        """Where the text lets a parameter be any again, or speaks in general."""
        back = re.compile(
            rf"\b(?:in general|otherwise|(?:any|every|all|arbitrary) \$?\\?{name}\b)", re.I
        )
        return self._first(back, place)

    def taken_back(self, family: str, place: int) -> int | None:
        """Where the text lets a law be any again, behind a place, or where the part of it ends that
        the place is in; None where it doesn't."""
        name = re.escape(family.partition("_")[0])
        law = rf"\$?(?:\\\w+\{{)?{name}(?![A-Za-z])"
        let = r"(?:be|is|are|being|remains?|stays?) (?:again |now |an? )*(?:arbitrary|any|general)"
        back = re.compile(
            rf"\b(?:any|every|each|all|arbitrary|general)(?: [a-z-]+){{0,4}} \(?{law}"
            rf"|{law}[^.]{{0,30}}?\$? {let}",
            re.IGNORECASE,
        )
        return self._first(back, place)

    def _first(self, back: re.Pattern[str], place: int) -> int | None:
        """Where behind a place the text takes something back, or the part ends that it is in."""
        at = max(place - self._start, 0)
        found = back.search(self._text, at)
        ends = (found.start() if found else None, end_of(self._text, at))
        return min((self._start + end for end in ends if end is not None), default=None)

    def introduces(self, place: int, words: re.Pattern[str]) -> bool | None:
        """Whether the sentence before a display has some words; None where there is none."""
        before = self.between(self.sentence(place)[0], place).rpartition("\x01")[2]
        return bool(words.search(before)) if re.search(r"\w", before.replace("_", "")) else None
