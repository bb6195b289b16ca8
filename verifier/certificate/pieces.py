"""The parts that a certificate is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from verifier.certificate.names import comment
from verifier.certificate.printer import Obligation
from verifier.kernel.terms import Var

ASIDE = 4  # what is on the way has a quarter of the time
_TRIED = re.compile(r"try \(?pose proof [^;]*")  # what a proof can do without


@dataclass(frozen=True)
class Line:
    """A line as it is defined."""

    name: str
    text: str
    variables: tuple[Var, ...]  # that it is applied to
    at: tuple[str, ...]  # their names
    owed: tuple[Obligation, ...]

    @property
    def applied(self) -> str:
        return " ".join((self.name, *self.at))


@dataclass(frozen=True)
class Piece:
    """A part of a certificate: what is declared or defined; or of a `lemma` its statement and the
    tactic that is to prove it, of a step, or of the claim (0). `aside`: it is on the way to a
    step's, and nothing is lost where it isn't proved."""

    text: str
    lemma: str = ""
    proof: str = ""
    step: int = 0
    aside: bool = False
    after: str = ""  # what stands behind the proof

    @property
    def shown(self) -> str:
        return f"{self.text}\nProof. {self.proof}. Qed.{self.after}" if self.lemma else self.text

    @property
    def tactic(self) -> str:
        """The name of the tactic that it says; empty where it says none."""
        found = re.match(r"Ltac (\w+) ::= ", self.text)
        return found[1] if found else ""

    def surveyed(self, seconds: int) -> str:
        """The same, where it is only said whether the tactic closes it in time: for a look at
        each."""
        if not self.lemma:
            return self.text
        accepted, open_ = (f'idtac "{word} {self.lemma}"' for word in ("accepted", "open"))
        limit = max(1, seconds // ASIDE) if self.aside else seconds
        timed = f"abstract (timeout {limit} ({self.proof}))"
        tried = f"tryif {timed} then {accepted} else {open_}"
        return f"{self.text}\nProof. {tried}. Admitted.{self.after}"


@dataclass
class Certificate:
    """The parts of a certificate in order; and of the steps that it doesn't speak of, why. `split`:
    the same, with what stands between the sides of these steps."""

    pieces: list[Piece] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)
    split: Callable[[frozenset[int]], Certificate] | None = None

    @property
    def text(self) -> str:
        """The file."""
        return "\n".join(piece.shown for piece in self.pieces) + "\n"

    def survey(self, seconds: int, known: Collection[str] = ()) -> str:
        """A file that proves nothing: it says of each lemma whether its tactic closes it in time,
        given those before; of those that are `known` to be closed it isn't asked again."""
        told = (
            f"{piece.text}\nProof. Admitted.{piece.after}"
            if piece.lemma in known
            else piece.surveyed(seconds)
            for piece in self.pieces
        )
        return "\n".join(told) + "\n"

    def above(self, line: int) -> frozenset[str]:
        """The lemmas that end above a line of the text."""
        found, last = set(), 0
        for piece in self.pieces:
            last += piece.shown.count("\n") + 1
            if last >= line:
                break
            found.add(piece.lemma)
        return frozenset(found - {""})

    def unchanged(self, before: Certificate, closed: Collection[str]) -> frozenset[str]:
        """Of the lemmas that were closed before those that nothing has changed for: neither they,
        nor a tactic but for more that it unfolds, nor a lemma that they name."""
        now, earlier = (
            {name: p.text for p in each.pieces if (name := p.tactic)} for each in (self, before)
        )
        if not all(name in now and _is_more(now[name], text) for name, text in earlier.items()):
            return frozenset()
        names, own = ({p.lemma for p in each.pieces} for each in (before, self))
        gone, pieces = names - own, {*before.pieces}
        return frozenset(
            piece.lemma
            for piece in self.pieces
            if piece.lemma in closed and piece in pieces and gone.isdisjoint(_words(piece.proof))
        )

    def without(self, lemmas: Collection[str]) -> Certificate:
        """The same without lemmas that are not proved, nor those that name them: it says which
        these are."""
        gone, helpers = {*lemmas}, self.helpers
        for p in self.pieces:
            if p.lemma in helpers and not gone.isdisjoint(_words(_TRIED.sub("", p.proof))):
                gone.add(p.lemma)
        pieces = [
            Piece(comment(f"not closed: {p.lemma}{f', of step {p.step}' if p.step >= 0 else ''}"))
            if p.lemma in gone
            else replace(p, text=_without(p.text, gone))
            for p in self.pieces
        ]
        return Certificate(pieces, self.left_out)

    @property
    def lemmas(self) -> dict[str, int]:
        """The lemmas, and the steps that they are of."""
        return {p.lemma: p.step for p in self.pieces if p.lemma and p.step >= 0 and not p.aside}

    @property
    def asides(self) -> set[str]:
        """The lemmas on the way to those of steps."""
        return {p.lemma for p in self.pieces if p.aside}

    @property
    def helpers(self) -> frozenset[str]:
        """The lemmas that are of no step: what steps lean on."""
        return frozenset(piece.lemma for piece in self.pieces if piece.lemma and piece.step < 0)


def asserted(name: str, said: str, proof: str, otherwise: str = "I") -> str:
    """The tactic by which a statement is known by a name; where it isn't proved, what is otherwise
    known."""
    return f"first [ assert ({name} : {said}) by ({proof}) | pose proof {otherwise} as {name} ]"


def _is_more(tactic: str, before: str) -> bool:
    """Whether a tactic is another, or unfolds that and more."""
    return tactic == before or ("unfold " in before and _words(before) <= _words(tactic))


def _words(text: str) -> set[str]:
    """The names in a text."""
    return {*re.findall(r"\w+", text)}


def _without(text: str, lemmas: Collection[str]) -> str:
    """A tactic that leans on no lemma that isn't there."""
    if not text.startswith("Ltac "):
        return text
    text = re.sub(r"rewrite (\w+)", lambda f: "fail" if f[1] in lemmas else f[0], text)
    return re.sub(
        r"(?:pose proof|by_smaller|by_summed|by_same_places|at_\w+) [^;|\]]*[^;|\] .]",
        lambda found: "fail" if set(found[0].split()) & set(lemmas) else found[0],
        text,
    )
