"""What is shown of a marginal whose places come last or first: one factor is taken off it, or it is
the product of all factors so far. Steps rewrite with these what their lines say of marginals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from verifier.certificate.pieces import Piece
from verifier.certificate.placed import Factor, Placed
from verifier.certificate.scope import Scope
from verifier.certificate.segments import Segment
from verifier.kernel.terms import Var

PROVED = ("once", "product", "permuted", "laws", "ordered")


@dataclass
class Peeling(Placed):
    """The lemmas of one family."""

    def _peeled(self, segments: list[Segment]) -> Iterator[Piece]:
        """The lemmas, for each marginal that was asked for."""
        number = 0
        for place, segment in enumerate(segments):
            for own in range(len(segment.densities)):
                factor = Factor(segments, place, own, number + own)
                for plain, name in [*self.sequences.marginals(self.family)]:
                    yield from self._taken(factor, plain, name)
            number += len(segment.densities)
            yield from self._prefix(Factor(segments, place, 0, number - len(segment.densities)))
        for plain, name in self.sequences.marginals(self.family):
            if not plain:
                yield self._none(name)

    def _summed_over(self, plain: tuple[Var, ...], *marginals: str) -> str:
        """Marginals as sums over all of a world, at the coordinates of one over these variables."""
        return "; ".join(f"rewrite ?{self._is(name, plain)}" for name in dict.fromkeys(marginals))

    def _kernels(self, segment: Segment, scope: Scope) -> str:
        shown = (self.sequences.kernel(d, segment.index, scope) for d in segment.densities)
        return " * ".join(shown)

    def _kernel_at(self) -> str:
        return " ".join((self._name("kernel"), *map(self.tables.name, self.given)))

    def _taken(self, factor: Factor, plain: tuple[Var, ...], name: str) -> Iterator[Piece]:
        """That a marginal is a factor times the marginal over the rest, which comes before it."""
        density, index, what = factor.density, factor.index, f"taken{factor.number}_{name}"
        own = self._plain_of([density])
        rest = tuple(v for v in plain if v not in own)
        asked = {*self.sequences.plain(density.right)}.intersection(self.left)
        heads = self._kept_heads([density])
        fits = own <= {*plain} and asked <= {*rest} <= self._plain_of(factor.before)
        if not fits or any(v.low != v.high for v in heads[:1]):
            return
        head, binders = self._head(factor, heads)
        if index:
            low, high = self._ends_of(factor)
            head.append(f"({low} <= {index} <= {high})%Z")
        ps, qs = self._sides("P"), self._sides("Q")
        above, rules = self._asked(factor, qs)
        same = [f"(forall i, In i {p} <-> In i {a})" for p, a in zip(ps, above, strict=True)]
        other = self.sequences.marginal(self.family, rest)
        kernel = self.sequences.kernel(density, factor.segment.index, self._around(factor))
        shown = f"{self._at(name, plain, ps)} = {kernel} * {self._at(other, rest, qs)}"
        split = self._name(f"split{factor.number}")
        split = f"({split} {index} ltac:(assumption))" if index else split
        turned = " ".join((self._name(f"same_{name}"), *ps, *above))
        proved = " ".join(map(self._name, PROVED))
        self.tried["taken"].append(f"{'at_place' if heads else 'at_no_place'} {self._name(what)}")
        yield self._lemma(
            what,
            f"forall{binders}{self._lists(*ps, *qs)}{self._own(plain)},"
            f" {' -> '.join((*head, *same, *rules, shown))}",
            f"intros; rewrite ({turned}) by (intros; symmetry; auto);"
            f" {self._summed_over(plain, name, other)}; by_taken ({self._kernel_at()})"
            f" ({factor.number}%nat, {index or '0%Z'}) {proved} {split}"
            f" ltac:(idtac; unfold {self._name('heads')}, {self._name('kernel')})",
        )

    def _asked(self, factor: Factor, rest: list[str]) -> tuple[list[str], list[str]]:
        """Of a marginal over the rest of the places: those with the factor's own, and what it is
        asked of them, that the factor's parents are there and nothing that comes later."""
        scope, density, family = self._around(factor), factor.density, self.family
        above, asked = [], []
        for whole, q in zip(self._kept, rest, strict=True):
            own = self.sequences.places(self.sequences.of(whole, density.left), scope)
            above.append(q if own == "nil" else f"(both {own} {q})")
            parents = self.sequences.of(whole, density.right)
            if parents:
                given = self.sequences.of(whole, family.right)
                inside = f"In i {self._every(whole)} -> " if given else ""
                shown = self.sequences.places(parents, scope)
                asked.append(f"(forall i, In i {shown} -> {inside}In i {q})")
            before = self._before(factor, whole, inside=False)
            asked.append(f"(forall i, In i {q} -> In i {before})")
        return above, asked

    def _prefix(self, factor: Factor) -> Iterator[Piece]:
        """That a marginal over all that comes first is the product of the factors of that."""
        segments, place, segment = factor.segments, factor.place, factor.segment
        first = self._plain_of(d for s in segments[: place + 1] for d in s.densities)
        plain = tuple(v for v in self.sequences.plain(self.family.left) if v in first)
        name = dict(self.sequences.marginals(self.family)).get(plain)
        if name is None:
            return
        blocks, index = self._name("blocks"), factor.index
        within, sides, body = self._until(factor)
        before = self._listed(segments[:place], 0)
        after = self._listed(segments[place + 1 :], factor.number + len(segment.densities))
        cut, what = self._name(f"cut{place}"), f"prefix{place}"
        yield self._lemma(
            f"cut{place}",
            f"{f'forall ({index} : Z), {within} -> ' if index else ''}"
            f"{blocks} = (({before}) ++ ({sides[0]})) ++ (({sides[1]}) ++ ({after}))",
            f"intros; by_cut {blocks} {index or '0%Z'}",
        )
        ps = self._sides("P")
        same = [
            f"(forall i, In i {p} <-> In i {self._before(factor, whole, inside=True)})"
            for whole, p in zip(self._kept, ps, strict=True)
        ]
        head: list[str] = []
        binders = ""
        if index:
            head, binders = self._head(factor, self._kept_heads(segment.densities))
            cut = f"({cut} {index} ltac:(assumption))"
        earlier = self._products(segments[:place], self._around(factor))
        shown = f"{self._at(name, plain, ps)} = {' * '.join((*earlier, body))}"
        unfolded = ", ".join(map(self._name, ("places", "heads", "kernel")))
        proved = " ".join(map(self._name, PROVED))
        self.tried["prefixed"].append(f"{'at_end' if index else 'at_no_place'} {self._name(what)}")
        yield self._lemma(
            what,
            f"forall{binders}{self._lists(*ps)}{self._own(plain)},"
            f" {' -> '.join((*head, *filter(None, (within,)), *same, shown))}",
            f"intros; {self._summed_over(plain, name)}; by_prefix ({self._kernel_at()})"
            f" {proved} {cut} ltac:(idtac; unfold {unfolded})",
        )

    def _until(self, factor: Factor) -> tuple[str, tuple[str, str], str]:
        """A segment up to an index: where that may be, the blocks up to it and those beyond, and
        the product of its factors."""
        segment, scope, index = factor.segment, self._around(factor), factor.index
        if segment.index is None:
            return (
                "",
                (self._segment(segment, factor.number, ""), "nil"),
                self._kernels(segment, scope),
            )
        low, high = self._ends_of(factor)
        ends = (f"{low} {index}", f"({index} + 1) {high}")
        within = f"({low} - 1 <= {index} <= {high})%Z"
        if segment.way:
            ends = (f"{index} {high}", f"{low} ({index} - 1)")
            within = f"({low} <= {index} <= {high} + 1)%Z"
        first, last = (self._segment(segment, factor.number, e) for e in ends)
        inner = Scope({**scope.named, segment.index: "j"})
        body = f"Prod (upto {ends[0]}) (fun j => {self._kernels(segment, inner)})"
        return within, (first, last), body

    def _products(self, segments: list[Segment], scope: Scope) -> Iterator[str]:
        """The factors of segments, as the joint has them."""
        for place, segment in enumerate(segments):
            if segment.index is None:
                yield self._kernels(segment, scope)
                continue
            factor = Factor(segments, place, 0, 0)
            inside = Scope({**scope.named, segment.index: factor.index})
            ends = " ".join(self._ends_of(factor))
            yield f"Prod (upto {ends}) (fun {factor.index} => {self._kernels(segment, inside)})"

    def _none(self, name: str) -> Piece:
        """That nothing is left of a marginal over no place."""
        ps, what = self._sides("P"), f"none_{name}"
        same = " -> ".join(f"(forall i, In i {p} -> False)" for p in ps)
        self.tried["nothing"].append(f"at_nothing {self._name(what)}")
        return self._lemma(
            what,
            f"forall{self._lists(*ps)}{self._own(())}, {same} -> {self._at(name, (), ps)} = 1",
            f"intros; {self._summed_over((), name)}; apply none_at;"
            f" [ apply {self._name('mass')} | intros; in_known; eauto ]",
        )
