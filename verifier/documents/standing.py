"""How far a chain has come: what its next line goes on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.documents.context import Meanings, Reading, agree
from verifier.documents.divergences import written_in_full
from verifier.documents.formulas import Tokens, label_at
from verifier.documents.judging import Judged, Lines
from verifier.documents.laws import named_laws
from verifier.documents.verdicts import COMPOSED, Before, Link, Stated, past_the_fault


@dataclass
class Standing:
    """The readings that the line before may have, and what lies between it and the next."""

    before: Before
    last: list[Reading]
    unread: bool = False  # whether a line since the last that was read could not be
    between: str = "="
    meant: tuple[Reading, str] | None = None  # what stood before a line that is false
    came: Stated | None = None  # what was proved since the chain began, or since a line wasn't
    read: Meanings = ()  # what notations are read as in the lines of the chain that were proved

    def agrees(self, *found: Reading) -> bool:
        """Whether what is read as what in readings is the same as in the lines before."""
        meanings = (pair for each in found for pair in each.meanings)
        return agree((*self.before.read.items(), *self.read, *meanings))

    def keep(self, judged: Judged, *found: Reading) -> None:
        """Keep what notations were read as in a line, if it was proved: in the section, as far as
        they are no mean that says of nothing what it is under."""
        if not judged.proved:
            return
        self.read += tuple(pair for each in found for pair in each.meanings)
        remarks = (dict(remark.data) for each in found for remark in each.remarks)
        told = (data for data in remarks if data.get("written", "E") != "E" and "read" in data)
        self.before.read |= {data["written"]: data["read"] for data in told}

    def named(self, tokens: Tokens) -> None:
        """Let go of what notations were read as in other chains where a formula writes in full
        what they may be."""
        scripts = {f"E_{{{law.density.family}}}" for law in named_laws(tokens)}
        scripts |= {
            f"E_{{{', '.join(v.name for v in law.density.left)}}}" for law in named_laws(tokens)
        }
        bare = (f"{label_at(one, 0)[0]} || {label_at(other, 0)[0]}"
                for one, other in written_in_full(tokens))  # fmt: skip
        scripts |= {f"KL({each})" for each in bare}
        kept = self.before.read.items()
        self.before.read = {written: read for written, read in kept if written not in scripts}

    def relation(self, written: str) -> str | None:
        """Under which a line is judged, what couldn't be read before it included."""
        return COMPOSED.get((self.between, written)) if self.unread else written

    def settle(self, last: list[Reading], proved: Link | None = None) -> None:
        """Go on from a line; where it is proved, with what the chain comes to."""
        self.last, self.unread, self.between = last, False, "="
        came = self.came
        relation = COMPOSED.get((came.relation, proved.relation)) if came and proved else None
        if proved is None:
            self.came = None
        elif came is None or relation is None:
            self.came = Stated((proved,), proved.relation)
        else:
            self.came = Stated((*came.way, proved), relation)
        if proved is not None:
            self.before.links.append(proved)

    def skip(self, relation: str) -> None:
        """Go past a line that isn't read; past one that turns a chain nothing goes on."""
        self.unread = True
        composed = COMPOSED.get((self.between, relation))
        if composed is None:
            self.last = []
        else:
            self.between = composed

    def past(
        self, lines: Lines, relation: str, options: Sequence[Reading]
    ) -> tuple[Reading, Judged] | None:
        """A line as what goes on from what stood before the line that is at fault."""
        if self.meant is None:
            return None
        before, first = self.meant
        options = [each for each in options if self.agrees(before, each)]
        composed = COMPOSED.get((first, relation))
        return past_the_fault(lines, before, composed, options) if composed else None

    def begins(self, lines: Lines, options: Sequence[Reading]) -> bool:
        """Whether a line can be read, and what it goes on from can't."""
        return not any(lines.readable(each.tokens) for each in self.last) and any(
            lines.readable(each.tokens) for each in options
        )
