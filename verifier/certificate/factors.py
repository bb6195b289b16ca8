"""What is shown of the factors of a family over sequences, before any step: that they are its
conditionals. Steps lean on those of the lemmas that hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from verifier.certificate import names
from verifier.certificate.averaging import ASKED, Averaging
from verifier.certificate.changes import HOOKS
from verifier.certificate.peeling import Peeling
from verifier.certificate.pieces import Piece
from verifier.certificate.scope import Scope, is_whole
from verifier.certificate.segments import Segment
from verifier.certificate.sequences import Sequences

RULES = ("once", "product", "permuted", "laws", "ordered", "mass")


@dataclass
class Factors(Peeling):
    """The lemmas of one family."""

    def pieces(self) -> Iterator[Piece]:
        """All that is shown of the family."""
        self.tried = {name: [] for name in HOOKS}
        yield from map(Piece, self._definitions())
        yield from self._marginals()
        yield from self._signs()
        yield from self._related()
        yield from self._changes()
        if self.segments:
            yield from map(Piece, self._blocks(self.segments))
            yield from self._product()
            yield from self._factors(self.segments)
            yield from self._peeled(self.segments)

    def _product(self) -> Iterator[Piece]:
        all_, heads, blocks = self._name("places"), self._name("heads"), self._name("blocks")
        kernel = " ".join((self._name("kernel"), *map(self.tables.name, self.given)))
        binders = self.tables.binders(self.given)
        head = f"forall{binders}, " if self.given else ""
        own = ("places", "heads", "blocks", "kernel", "joint")
        named = (*map(self._name, own), self.sequences.joint(self.family))
        unfolded = ", ".join(named)
        yield self._lemma(
            "product",
            f"{head}{self.applied} = product {self.name} (nat * Z) ({kernel}) {blocks}",
            f"intros; by_product ltac:(idtac; unfold {unfolded} in *)",
        )
        yield self._lemma(
            "permuted",
            f"Permutation {all_} (flat_map {heads} {blocks})",
            f"by_permuted {self._name('once')} ltac:(idtac; unfold {unfolded} in *)",
        )
        yield self._lemma(
            "laws",
            f"{head}forall b, In b {blocks} -> law {self.name} (nat * Z) {heads} ({kernel}) b",
            f"intros; by_laws ltac:(idtac; unfold {unfolded} in *)",
        )
        yield self._lemma(
            "ordered",
            f"{head}ordered {self.name} (nat * Z) {heads} ({kernel}) {blocks}",
            f"intros; by_ordered ltac:(idtac; unfold {unfolded} in *)",
        )
        yield self._lemma(
            "mass",
            f"forall{binders} (w : {self.name}), marginal {all_} ({self.applied}) nil w = 1",
            f"intros; by_mass {' '.join(map(self._name, RULES[1:-1]))}",
        )

    def _factors(self, segments: list[Segment]) -> Iterator[Piece]:
        number = 0
        for place, segment in enumerate(segments):
            for own in range(len(segment.densities)):
                yield from self._factor(segments, place, own, number)
            number += len(segment.densities)

    def _factor(
        self, segments: list[Segment], place: int, own: int, number: int
    ) -> Iterator[Piece]:
        """That a block, given what stands before it, is what it is declared to be."""
        segment, density = segments[place], segments[place].densities[own]
        count, total = len(segment.densities), number + own
        scope = self._scope(segment, {v: self.tables.name(v) for v in (*self.left, *self.given)})
        first = self._listed(segments[:place], 0)
        last = self._listed(segments[place + 1 :], number + count)
        index = names.bound(segment.index.label) if segment.index else "0%Z"
        before, after = [first], [last]
        if segment.index is not None:
            low, high = (
                self.sequences.place(e, Scope({})) for e in (segment.index.low, segment.index.high)
            )
            sides = [f"{low} ({index} - 1)", f"({index} + 1) {high}"]
            if segment.way:
                sides.reverse()
            before.append(self._segment(segment, number, sides[0]))
            after.insert(0, self._segment(segment, number, sides[1]))
        before.append(f"({self._row(number, own, index)})")
        after.insert(0, f"({self._row(number + own + 1, count - own - 1, index)})")
        bs, cs = (" ++ ".join(f"({p})" for p in side) for side in (before, after))
        binders, within = "", ""
        if segment.index is not None:
            binders, within = f" ({index} : Z)", f"({low} <= {index} <= {high})%Z -> "
        blocks = self._name("blocks")
        split = self._lemma(
            f"split{total}",
            f"{f'forall{binders}, ' if binders else ''}{within}"
            f"{blocks} = ({bs}) ++ ({total}%nat, {index}) :: ({cs})",
            f"intros; by_split {blocks} {index}",
        )
        yield split
        coordinates = self.tables.binders([*self.given, *self.left])
        shown = self.sequences.density(density, scope)
        asked = self.tables.condition(density)
        premise = f"0 < {self.sequences.density(asked, scope)} -> " if asked is not None else ""
        kernel = self.sequences.kernel(density, segment.index, scope)
        yield self._lemma(
            f"factor{total}",
            f"forall{binders}{coordinates}, {within}{premise}{shown} = {kernel}",
            self._stepped(total, index if segment.index else "", shown),
        )

    def _stepped(self, number: int, index: str, shown: str) -> str:
        """The proof that a factor is the conditional that it is declared to be."""
        heads, kernel = self._name("heads"), self._name("kernel")
        own = {name for _, name in self.sequences.marginals(self.family)}
        unfolded = [n for n in self.tables.definitions if n not in own and n in shown.split()]
        start = f"unfold {', '.join(unfolded)} in *; " if unfolded else ""
        around = " ".join(map(self.tables.name, [*self.given, *self.left]))
        places = " _" * sum(map(is_whole, self.left))
        rewritten = [f"{self._name(f'is_{name}')}{places} {around}" for name in sorted(own)]
        is_ = "; ".join(f"rewrite ?({each}) in *" for each in rewritten)
        rules = " ".join(map(self._name, RULES))
        split = self._name(f"split{number}")
        split = f"({split} {index} ltac:(assumption))" if index else split
        at = " ".join((kernel, *map(self.tables.name, self.given)))
        block = f"({number}%nat, {index or '0%Z'})"
        unf = f"ltac:(idtac; unfold {heads}, {kernel})"
        return f"intros; {start}{is_}; by_factor {unf} ({at}) {block} {rules} {split}"


def worlds(sequences: Sequences) -> Iterator[Piece]:
    """What is shown of all families over sequences."""
    own = [
        Factors(sequences, f) for f in sequences.model.families if sequences.tables.is_sequence(f)
    ]
    averages = [Averaging(world.sequences, world.family) for world in own]
    pieces: list[Piece] = []
    asked = -1
    while asked != len(sequences.tables.definitions):  # what is shown may ask for more marginals
        asked = len(sequences.tables.definitions)
        pieces = [piece for world in own for piece in world.pieces()]
        pieces += [piece for world in averages for piece in world.pieces()]
    yield from pieces
    hooks = [world.hooks() for world in own]
    smaller, summed = ([each for hook in hooks for each in hook[side]] for side in (0, 1))
    alike = [each for world in own for each in world.alike()]
    rules = [("smaller", smaller), ("summed", summed), ("alike_one", alike)]
    for name in HOOKS:
        rules.append((name, [each for world in own for each in world.tried[name]]))
    tried = [each.hooks() for each in averages]
    rules += [(name, [each for row in tried for each in row[name]]) for name in ASKED]
    for name, lemmas in rules:
        if lemmas:
            yield Piece(f"Ltac {name} ::= first [ {' | '.join(dict.fromkeys(lemmas))} ].")
