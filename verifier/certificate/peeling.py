"""What is shown of a marginal whose places come last or first: one factor is taken off it, or it is
the product of all factors so far. Steps rewrite with these what their lines say of marginals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sympy import Expr

from verifier.certificate import names
from verifier.certificate.marginals import Marginals
from verifier.certificate.pieces import Piece
from verifier.certificate.scope import Scope, is_whole
from verifier.certificate.segments import Segment
from verifier.kernel.arithmetic import negative
from verifier.kernel.binding import replaced
from verifier.kernel.sequences.ranges import affine
from verifier.kernel.terms import Density, Var

PROVED = ("once", "product", "permuted", "laws", "ordered")
HOOKS = ("taken", "prefixed", "nothing", "samed", "blinded", "summed_up", "opening")
HEAD = "h"  # the place that a factor is taken off at


@dataclass
class Peeling(Marginals):
    """The lemmas of one family. `hooks_of`: by tactic, what is tried of them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.hooks_of: dict[str, list[str]] = {name: [] for name in HOOKS}

    def _peeled(self, segments: list[Segment]) -> Iterator[Piece]:
        """The lemmas, for each marginal that was asked for."""
        number = 0
        for place, segment in enumerate(segments):
            for own in range(len(segment.densities)):
                for plain, name in [*self.sequences.marginals(self.family)]:
                    yield from self._taken(segments, place, own, number + own, plain, name)
            number += len(segment.densities)
            yield from self._prefix(segments, place, number)
        for plain, name in self.sequences.marginals(self.family):
            if not plain:
                yield self._none(name)

    def _changed(self) -> Iterator[Piece]:
        """That a marginal is the same wherever only other places than it is over are changed."""
        kept, tables = [v for v in self.left if is_whole(v)], self.tables
        for plain, name in self.sequences.marginals(self.family):
            own = self.sequences.coordinates(self.family, plain)
            ps = self._sides(kept, "P")
            for whole, places in zip(kept, ps, strict=True):
                label = tables.name(whole)
                changed = " ".join(
                    (name, *ps, *("u" if v == whole else tables.name(v) for v in own))
                )
                every = self.sequences.places(self.sequences.of(whole, self.family.left), Scope({}))
                binders = f" (m : list Z) (u : Z -> {tables.alphabet(whole)})"
                binders += "".join(f" ({p} : list Z)" for p in ps) + tables.binders(own)
                text = f"In u (enum (seqs {tables.alphabet(whole)} m {label})) -> incl m {every}"
                text += f" -> (forall i, In i m -> In i {places} -> False)"
                around = " ".join((*ps, *map(tables.name, own)))
                is_ = f"(fun {around} => {self._is(name, plain, ' '.join(ps))})"
                rest = {v: tables.name(v) for v in self.left}
                missing = [v for v in self.left if not is_whole(v) and v not in plain]
                inside = self.values(whole, "v")
                for v in missing:
                    inside = inside.replace(rest[v], f"(path {tables.alphabet(v)} 0%Z)")
                self.hooks_of["blinded"].append(f"at_blind {self._name(f'blind_{name}_{label}')}")
                yield self._lemma(
                    f"blind_{name}_{label}",
                    f"forall{binders}, {text} -> {changed} = {self._at(name, plain, ps)}",
                    f"intros; rewrite !{is_}; by_blind {self._name('places')}"
                    f" (fun i : Z => {self.tag(whole, 'i')} : place {self.name}) (fun v : Z -> {tables.alphabet(whole)} => {inside})",
                )
                yield self._opened(name, plain, whole)

    def _opened(self, name: str, plain: tuple[Var, ...], whole: Var) -> Piece:
        """That a marginal is the sum of one over more places."""
        kept, tables = [v for v in self.left if is_whole(v)], self.tables
        own, label = self.sequences.coordinates(self.family, plain), tables.name(whole)
        ps = self._sides(kept, "P")
        more = [f"(both m {p})" if v == whole else p for v, p in zip(kept, ps, strict=True)]
        value = label + "'"
        inside = " ".join((name, *more, *(value if v == whole else tables.name(v) for v in own)))
        every = self.sequences.places(self.sequences.of(whole, self.family.left), Scope({}))
        binders = "".join(f" ({p} : list Z)" for p in ("m", *ps)) + tables.binders(own)
        summed = self._name(f"sum_{name}_{label}")
        self.hooks_of["summed_up"].append(f"at_sum {summed}")
        self.hooks_of["opening"].append(f"at_opening {self._name(f'open_{name}_{label}')}")
        return self._lemma(
            f"open_{name}_{label}",
            f"forall{binders}, NoDup m -> incl m {every} -> (forall i, In i m -> In i P_{label} -> False)"
            f" -> {self._at(name, plain, ps)} = Sum (seqs {tables.alphabet(whole)} m {label})"
            f" (fun {value} => {inside})",
            f"intros; eapply open_at; [ apply {summed} | apply {self._name(f'same_{name}')} ];"
            f" by_opening",
        )

    # -- the places of factors --------------------------------------------------------------------

    def _heads(self, densities: Iterable[Density], whole: Var) -> list[Var]:
        return [v for d in densities for v in self.sequences.of(whole, d.left)]

    def _spread(self, segment: Segment, whole: Var, low: Expr, high: Expr) -> list[Var]:
        """The places of a segment from one index to another."""
        index, found = segment.index, []
        for v in self._heads(segment.densities, whole):
            if index is None:
                found.append(v)
                continue
            ends = (low, high)
            start, end = (
                replaced(e, {index: ends[(affine(e).get(index, 0) > 0) == last]})
                for e, last in ((v.low, False), (v.high, True))
            )
            found.append(v.between(start, end))
        return found

    def _before(self, segments: list[Segment], place: int, whole: Var) -> list[Var]:
        """The places of all segments before one."""
        found = []
        for segment in segments[:place]:
            ends = (segment.index.low, segment.index.high) if segment.index else (0, 0)
            found += self._spread(segment, whole, *ends)
        return found

    def _until(self, segment: Segment, whole: Var, inside: bool) -> list[Var]:
        """The places of a segment before what an index stands at, or up to it."""
        index = segment.index
        if index is None:
            return self._heads(segment.densities, whole) if inside else []
        if segment.way:
            return self._spread(segment, whole, index if inside else index + 1, index.high)
        return self._spread(segment, whole, index.low, index if inside else index - 1)

    def _plain_before(self, segments: list[Segment], place: int, own: int) -> set[Var]:
        before = [d for s in segments[:place] for d in s.densities]
        return {
            *self.sequences.plain(
                v for d in (*before, *segments[place].densities[:own]) for v in d.left
            )
        }

    # -- lemmas -----------------------------------------------------------------------------------

    def _sides(self, kept: list[Var], side: str) -> list[str]:
        return [f"{side}_{self.tables.name(v)}" for v in kept]

    def _at(self, name: str, plain: Iterable[Var], places: list[str]) -> str:
        own = self.sequences.coordinates(self.family, tuple(plain))
        return " ".join((name, *places, *map(self.tables.name, own)))

    def _rewritten(self, *marginals: str, plain: tuple[Var, ...]) -> str:
        """Marginals as sums over all of a world, at the coordinates of one over these variables."""
        return "; ".join(f"rewrite ?{self._is(name, plain)}" for name in dict.fromkeys(marginals))

    def _kernels(self, segment: Segment, own: slice, scope: Scope) -> str:
        shown = (self.sequences.kernel(d, segment.index, scope) for d in segment.densities[own])
        return " * ".join(shown)

    def _ranged(self, segment: Segment, label: str) -> tuple[str, str]:
        """The ends of a segment's index, as Coq has them."""
        if segment.index is None:
            return "", ""
        low, high = (segment.index.low, segment.index.high)
        return self.sequences.place(low, Scope({})), self.sequences.place(high, Scope({}))

    def _taken(
        self,
        segments: list[Segment],
        place: int,
        own: int,
        number: int,
        plain: tuple[Var, ...],
        name: str,
    ) -> Iterator[Piece]:
        """That a marginal is a factor times the marginal over the rest, which comes before it."""
        what = f"taken{number}_{name}"
        segment, density = segments[place], segments[place].densities[own]
        kept = [v for v in self.left if is_whole(v)]
        rest = tuple(v for v in plain if v not in self.sequences.plain(density.left))
        asked = {*self.sequences.plain(density.right)}.intersection(self.left)
        heads = [v for w in kept for v in self.sequences.of(w, density.left)]
        unfit = not {*self.sequences.plain(density.left)} <= {*plain} or not asked <= {*rest}
        if unfit or not {*rest} <= self._plain_before(segments, place, own):
            return
        if any(v.low != v.high for v in heads[:1]):
            return
        scope = self._scope(segment, {v: self.tables.name(v) for v in (*self.left, *self.given)})
        index = names.bound(segment.index.label) if segment.index else ""
        low, high = self._ranged(segment, index)
        head, binders = self._head(segment, heads, index)
        ranged = [f"({low} <= {index} <= {high})%Z"] if index else []
        ps, qs = self._sides(kept, "P"), self._sides(kept, "Q")
        above, premises = [], []
        for whole, p, q in zip(kept, ps, qs, strict=True):
            own_places = self.sequences.places(self.sequences.of(whole, density.left), scope)
            above.append(q if own_places == "nil" else f"(both {own_places} {q})")
            parents = self.sequences.of(whole, density.right)
            if parents:
                inside = ""
                if self.sequences.of(whole, self.family.right):
                    all_ = self.sequences.places(self.sequences.of(whole, self.family.left), scope)
                    inside = f"In i {all_} -> "
                shown = self.sequences.places(parents, scope)
                premises.append(f"(forall i, In i {shown} -> {inside}In i {q})")
            before = [
                *self._before(segments, place, whole),
                *self._until(segment, whole, inside=False) * bool(segment.index),
                *self._heads(segment.densities[:own], whole),
            ]
            premises.append(f"(forall i, In i {q} -> In i {self.sequences.places(before, scope)})")
        same = [f"(forall i, In i {p} <-> In i {a})" for p, a in zip(ps, above, strict=True)]
        other = self.sequences.marginal(self.family, rest)
        kernel = self.sequences.kernel(density, segment.index, scope)
        places = "".join(f" ({p} : list Z)" for p in (*ps, *qs))
        coordinates = self.tables.binders(self.sequences.coordinates(self.family, plain))
        shown = f"{self._at(name, plain, ps)} = {kernel} * {self._at(other, rest, qs)}"
        text = " -> ".join((*head, *ranged, *same, *premises, shown))
        split = self._name(f"split{number}")
        split = f"({split} {index} ltac:(assumption))" if index else split
        at = " ".join((self._name("kernel"), *map(self.tables.name, self.given)))
        block = f"({number}%nat, {index or '0%Z'})"
        unfolded = ", ".join(map(self._name, ("heads", "kernel")))
        rules = " ".join(map(self._name, PROVED))
        turned = " ".join((self._name(f"same_{name}"), *ps, *above))
        self.hooks_of["taken"].append(
            f"{'at_place' if heads else 'at_no_place'} {self._name(what)}"
        )
        yield self._lemma(
            what,
            f"forall{binders}{places}{coordinates}, {text}",
            f"intros; rewrite ({turned}) by (intros; symmetry; auto); {self._rewritten(name, other, plain=plain)};"
            f" by_taken ({at}) {block} {rules} {split} ltac:(idtac; unfold {unfolded})",
        )

    def _head(self, segment: Segment, heads: list[Var], index: str) -> tuple[list[str], str]:
        """Which index a factor has that is taken off at a place."""
        binders = f" ({HEAD} : Z)" if heads else ""
        binders += f" ({index} : Z)" if index else ""
        if not heads:
            return [], binders
        scope = Scope({} if segment.index is None else {segment.index: HEAD})
        place = heads[0].low
        if segment.index is None or affine(place).get(segment.index) != 1:
            shown = scope.place(place, self.tables.names)
            own = Scope({} if segment.index is None else {segment.index: index})
            return [f"{HEAD} = {own.place(place, self.tables.names)}%Z"] if shown else [], binders
        back = segment.index - (place - segment.index)
        return [f"{index} = ({scope.place(back, self.tables.names)})%Z"], binders

    def _prefix(self, segments: list[Segment], place: int, number: int) -> Iterator[Piece]:
        """That a marginal over all that comes first is the product of the factors of that."""
        segment, kept = segments[place], [v for v in self.left if is_whole(v)]
        whole_plain = self._plain_before(segments, place, len(segment.densities))
        plain = tuple(v for v in self.sequences.plain(self.family.left) if v in whole_plain)
        name = dict(self.sequences.marginals(self.family)).get(plain)
        if name is None:
            return
        scope = self._scope(segment, {v: self.tables.name(v) for v in (*self.left, *self.given)})
        index = names.bound(segment.index.label) if segment.index else ""
        low, high = self._ranged(segment, index)
        blocks, count = self._name("blocks"), len(segment.densities)
        first = self._listed(segments[:place], 0)
        last = self._listed(segments[place + 1 :], number)
        row = number - count
        binders, within, body = "", "", self._kernels(segment, slice(None), scope)
        heads = [v for w in kept for v in self._heads(segment.densities, w)]
        if index:
            ends = (
                (f"{index} {high}", f"{low} ({index} - 1)")
                if segment.way
                else (f"{low} {index}", f"({index} + 1) {high}")
            )
            sides = [self._segment(segment, row, e) for e in ends]
            binders = f" ({index} : Z)"
            within = (
                f"({low} <= {index} <= {high} + 1)%Z -> "
                if segment.way
                else (f"({low} - 1 <= {index} <= {high})%Z -> ")
            )
            inner = Scope({**scope.named, segment.index: "j"})
            body = f"Prod (upto {ends[0]}) (fun j => {self._kernels(segment, slice(None), inner)})"
            bs, cs = f"({first}) ++ ({sides[0]})", f"({sides[1]}) ++ ({last})"
        else:
            bs, cs = f"({first}) ++ ({self._segment(segment, row, '')})", f"({last})"
        cut = self._name(f"cut{place}")
        yield self._lemma(
            f"cut{place}",
            f"{f'forall{binders}, ' if binders else ''}{within}{blocks} = ({bs}) ++ ({cs})",
            f"intros; by_cut {blocks} {index or '0%Z'}",
        )
        earlier = [*self._products(segments[:place], scope)]
        ps = self._sides(kept, "P")
        same = []
        for whole, p in zip(kept, ps, strict=True):
            parts = [
                *self._before(segments, place, whole),
                *self._until(segment, whole, inside=True),
            ]
            same.append(f"(forall i, In i {p} <-> In i {self.sequences.places(parts, scope)})")
        places = "".join(f" ({p} : list Z)" for p in ps)
        coordinates = self.tables.binders(self.sequences.coordinates(self.family, plain))
        product = " * ".join((*earlier, body))
        head, of_head = self._head(segment, heads, index) if index else ([], "")
        text = " -> ".join(
            (*head, f"{within}{' -> '.join(same)}" if same else within.removesuffix(" -> "))
        )
        text = f"{text} -> {self._at(name, plain, ps)} = {product}"
        self.hooks_of["prefixed"].append(
            f"{'at_end' if index else 'at_no_place'} {self._name(f'prefix{place}')}"
        )
        cut = f"({cut} {index} ltac:(assumption))" if index else cut
        at = " ".join((self._name("kernel"), *map(self.tables.name, self.given)))
        unfolded = ", ".join(map(self._name, ("places", "heads", "kernel")))
        rules = " ".join(map(self._name, PROVED))
        yield self._lemma(
            f"prefix{place}",
            f"forall{of_head}{places}{coordinates}, {text}",
            f"intros; {self._rewritten(name, plain=plain)};"
            f" by_prefix ({at}) {rules} {cut} ltac:(idtac; unfold {unfolded})",
        )

    def _products(self, segments: list[Segment], scope: Scope) -> Iterator[str]:
        """The factors of segments, as the joint has them."""
        for segment in segments:
            if segment.index is None:
                yield self._kernels(segment, slice(None), scope)
                continue
            name = names.bound(segment.index.label)
            inside = Scope({**scope.named, segment.index: name})
            low, high = self._ranged(segment, name)
            yield f"Prod (upto {low} {high}) (fun {name} => {self._kernels(segment, slice(None), inside)})"

    def _none(self, name: str) -> Piece:
        """That nothing is left of a marginal over no place."""
        kept = [v for v in self.left if is_whole(v)]
        ps = self._sides(kept, "P")
        same = " -> ".join(f"(forall i, In i {p} -> False)" for p in ps)
        places = "".join(f" ({p} : list Z)" for p in ps)
        coordinates = self.tables.binders(self.sequences.coordinates(self.family, ()))
        self.hooks_of["nothing"].append(f"at_nothing {self._name(f'none_{name}')}")
        return self._lemma(
            f"none_{name}",
            f"forall{places}{coordinates}, {same} -> {self._at(name, (), ps)} = 1",
            f"intros; {self._rewritten(name, plain=())}; apply none_at;"
            f" [ apply {self._name('mass')} | intros; in_known; eauto ]",
        )
