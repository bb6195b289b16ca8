"""The world of a family over sequences: a value of all that it is over.

Places of sequences, and variables, are the places of the world; the joint is a product of blocks,
ordered so that each looks at those before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from verifier.certificate import names
from verifier.certificate.names import UncertifiableError
from verifier.certificate.pieces import Piece
from verifier.certificate.scope import Scope, is_whole
from verifier.certificate.segments import Ordering, Segment
from verifier.certificate.sequences import Sequences
from verifier.kernel.model import Family
from verifier.kernel.terms import Var

HELPS = -1  # the step of a lemma that is of none


@dataclass
class World:
    """One family: its coordinates, and what is defined of it."""

    sequences: Sequences
    family: Family

    def __post_init__(self) -> None:
        tables = self.sequences.tables
        self.tables = tables
        self.left = [
            *self.sequences.wholes(self.family.left),
            *self.sequences.plain(self.family.left),
        ]
        every = self.sequences.coordinates(self.family, self.sequences.plain(self.family.left))
        self.given = [v for v in every if v not in self.left]
        self.name = self._name("", "")

    def _name(self, what: str, mark: str = "_") -> str:
        return self.tables.names.of(
            names.WORLD, (self.family.name, what), f"{self.family.name}{mark}{what}"
        )

    @cached_property
    def segments(self) -> list[Segment]:
        """The factors of the joint, one after another; none where they are no chain."""
        try:
            return Ordering(self.sequences.model, self.family).segments()
        except UncertifiableError:
            return []

    @property
    def mass_is_one(self) -> str:
        """The tactic that puts 1 for the mass of the joint, where that is shown."""
        return f"rewrite {self._name('mass')}" if self.segments else "fail"

    # -- coordinates ------------------------------------------------------------------------------

    def tag(self, variable: Var, place: str) -> str:
        """A place of one coordinate as a place of the world."""
        number, last = self.left.index(variable), len(self.left) - 1
        text = place if not last else f"inr {place}" if number == last else f"inl {place}"
        for _ in range(number - (number == last)):
            text = f"inr ({text})"
        return f"({text})" if " " in text else text

    def tagged(self, parts: Iterable[Var], scope: Scope) -> str:
        """The places of parts as a list of places of the world."""
        found = []
        for part in parts:
            if not self.tables.is_part(part):
                found.append(f"{self.tag(self.tables.slot(part), 'tt')} :: nil")
                continue
            whole = part.root.tagged(0)
            if part.low == part.high:
                low = self.sequences.place(part.low, scope)
                found.append(f"{self.tag(whole, f'{low}%Z')} :: nil")
            else:
                found.append(self.mapped(whole, self.sequences.places([part], scope)))
        return " ++ ".join(f"({each})" for each in found) if found else "nil"

    def mapped(self, whole: Var, places: str) -> str:
        return f"map (fun i : Z => {self.tag(whole, 'i')}) {places}"

    def projected(self) -> dict[Var, str]:
        """Each coordinate of a world w."""
        found, last = {}, len(self.left) - 1
        for number, variable in enumerate(self.left):
            text = "w"
            for _ in range(number):
                text = f"(snd {text})"
            found[variable] = text if number == last else f"(fst {text})"
        return found

    def values(self, changed: Var | None = None, value: str = "") -> str:
        """The world of the coordinates around, one of them another."""
        shown = [value if v == changed else self.tables.name(v) for v in self.left]
        text = shown.pop()
        while shown:
            text = f"({shown.pop()}, {text})"
        return text

    @property
    def applied(self) -> str:
        """The joint at what the family is given."""
        return " ".join((self._name("joint"), *map(self.tables.name, self.given)))

    # -- definitions ------------------------------------------------------------------------------

    def _definitions(self) -> Iterator[str]:
        tables, sequences = self.tables, self.sequences
        worlds = [
            f"({'of_sequence' if is_whole(v) else 'of_variable'} {tables.alphabet(v)})"
            for v in self.left
        ]
        text = worlds.pop()
        while worlds:
            text = f"(beside {worlds.pop()} {text})"
        said = names.comment(f"what {self.family.name} is over")
        yield f"\nNotation {self.name} := {text}. {said}"
        parts, scope = self.family.left, Scope({})
        every = " ++ ".join(
            f"({self.mapped(v, sequences.places(sequences.of(v, parts), scope))})"
            if is_whole(v)
            else f"({self.tag(v, 'tt')} :: nil)"
            for v in self.left
        )
        yield f"Definition {self._name('places')} : list (place {self.name}) := {every}."
        at = self.projected() | {v: tables.name(v) for v in self.given}
        coordinates = sequences.coordinates(self.family, sequences.plain(self.family.left))
        body = " ".join((sequences.joint(self.family), *(at[v] for v in coordinates)))
        binders = tables.binders(self.given)
        yield f"Definition {self._name('joint')}{binders} (w : {self.name}) : R := {body}."

    def _blocks(self, segments: list[Segment]) -> Iterator[str]:
        at = self.projected() | {v: self.tables.name(v) for v in self.given}
        heads, kernels, number = [], [], 0
        for segment in segments:
            scope = self._scope(segment, at)
            bound = (
                f"fun {names.bound(segment.index.label)} : Z => "
                if segment.index
                else "fun _ : Z => "
            )
            for density in segment.densities:
                heads.append(f"{number}%nat => ({bound}{self.tagged(density.left, scope)}) (snd b)")
                own = self.sequences.kernel(density, segment.index, scope)
                kernels.append(f"{number}%nat => ({bound}{own}) (snd b)")
                number += 1
        kinds = f"(b : nat * Z) : list (place {self.name})"
        cases = " | ".join(heads)
        heads_ = self._name("heads")
        yield f"Definition {heads_} {kinds} := match fst b with {cases} | _ => nil end."
        binders = self.tables.binders(self.given)
        yield (
            f"Definition {self._name('kernel')}{binders} (b : nat * Z) (w : {self.name}) : R :="
            f" match fst b with {' | '.join(kernels)} | _ => 1 end."
        )
        yield f"Definition {self._name('blocks')} : list (nat * Z) := {self._listed(segments, 0)}."

    def _scope(self, segment: Segment, at: dict[Var, str]) -> Scope:
        own = {} if segment.index is None else {segment.index: names.bound(segment.index.label)}
        return Scope({**at, **own})

    def _listed(self, segments: list[Segment], number: int) -> str:
        """Segments as a list of blocks."""
        shown = []
        for segment in segments:
            count = len(segment.densities)
            shown.append(self._segment(segment, number, self._ends(segment)))
            number += count
        return " ++ ".join(shown) if shown else "nil"

    def _ends(self, segment: Segment) -> str:
        if segment.index is None:
            return ""
        low, high = (
            self.sequences.place(e, Scope({})) for e in (segment.index.low, segment.index.high)
        )
        return f"{low} {high}"

    def _segment(self, segment: Segment, number: int, ends: str) -> str:
        count = len(segment.densities)
        if segment.index is None:
            return f"({self._row(number, count, '0%Z')})"
        row = self._row(number, count, "i")
        return (
            f"flat_map (fun i : Z => {row}) ({segment.way}(range {ends}))"
            if segment.way
            else (f"flat_map (fun i : Z => {row}) (range {ends})")
        )

    def _row(self, number: int, count: int, index: str) -> str:
        return " :: ".join((*(f"({n}%nat, {index})" for n in range(number, number + count)), "nil"))

    def _lemma(self, what: str, text: str, proof: str) -> Piece:
        name = self._name(what)
        return Piece(f"Lemma {name} : {text}.", name, proof, HELPS)
