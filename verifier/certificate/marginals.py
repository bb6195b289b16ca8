"""What is shown of the marginals of a family over sequences, before any step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from verifier.certificate.pieces import Piece
from verifier.certificate.scope import Scope, is_whole
from verifier.certificate.worlds import World
from verifier.kernel.terms import Var


@dataclass
class Marginals(World):
    """The lemmas of the marginals of one family."""

    def _marginals(self) -> Iterator[Piece]:
        tables, all_ = self.tables, self._name("places")
        coordinates = [*self.given, *self.left]
        over = [f"rewrite {self._name('over_' + tables.name(v))}" for v in self.left]
        yield self._lemma("once", f"NoDup {all_}", f"unfold {all_}; nodup_places")
        binders = tables.binders(self.given)
        yield self._lemma(
            "nonnegative",
            f"forall{binders} (w : {self.name}), 0 <= {self.applied} w",
            f"intros; unfold {self._name('joint')}, {self.sequences.joint(self.family)}; nn",
        )
        for whole in self.left:
            value = tables.name(whole) + "'"
            inner = f"(fun {value} => G {self.values(whole, value)})"
            if is_whole(whole):
                ms = f"({self.mapped(whole, 'm')})"
                domain, more = (
                    f"(seqs {tables.alphabet(whole)} m {tables.name(whole)})",
                    " (m : list Z)",
                )
            else:
                ms, domain, more = f"({self.tag(whole, 'tt')} :: nil)", tables.alphabet(whole), ""
            text = f"sums (W := {self.name}) {ms} G {self.values()} = Sum {domain} {inner}"
            head = f"forall{more} (G : {self.name} -> R){tables.binders(self.left)}, "
            yield self._lemma(f"over_{tables.name(whole)}", head + text, "intros; by_over")
        for plain, name in self.sequences.marginals(self.family):
            kept = [(v, f"P_{tables.name(v)}") for v in self.left if is_whole(v)]
            at = [
                *(p for _, p in kept),
                *map(tables.name, self.sequences.coordinates(self.family, plain)),
            ]
            parts = [f"({self.mapped(v, p)})" for v, p in kept]
            parts += [f"({self.tag(v, 'tt')} :: nil)" for v in plain]
            places = "".join(f" ({p} : list Z)" for _, p in kept)
            over_all = f"marginal {all_} ({self.applied}) ({' ++ '.join(parts)}) {self.values()}"
            text = f"{' '.join((name, *at))} = {over_all}"
            yield self._lemma(
                f"is_{name}",
                f"forall{places}{tables.binders(coordinates)}, {text}",
                f"intros; by_marginal {all_} {name} ltac:(idtac; first [ {' | '.join(over)} ])",
            )

    def _signs(self) -> Iterator[Piece]:
        """That no marginal is negative."""
        for plain, name in self.sequences.marginals(self.family):
            coordinates = self.sequences.coordinates(self.family, plain)
            kept = [f"P_{self.tables.name(v)}" for v in self.left if is_whole(v)]
            binders = "".join(f" ({p} : list Z)" for p in kept) + self.tables.binders(coordinates)
            at = " ".join((name, *kept, *map(self.tables.name, coordinates)))
            text = f"forall{binders}, 0 <= {at}"
            yield self._lemma(
                f"sign_{name}",
                text,
                f"intros; unfold {name}, {self.sequences.joint(self.family)}; nn",
            )

    def _related(self) -> Iterator[Piece]:
        """That marginals over the same places are one, that of a positive one those over fewer
        places are positive, that what is summed is one over fewer."""
        kept = [v for v in self.left if is_whole(v)]
        own = [*self.sequences.marginals(self.family)]
        once, sign = self._name("once"), self._name("nonnegative")
        for plain, name in own:
            binders, first, second = self._twice(kept, plain)
            inside = [
                f"(forall i, In i Q_{self.tables.name(v)} <-> In i P_{self.tables.name(v)})"
                for v in kept
            ]
            text = f"forall{binders}, {' -> '.join(inside)} -> {name} {first} = {name} {second}"
            proof = f"intros; rewrite !{self._is(name, plain)}; by_same"
            yield self._lemma(f"same_{name}", text, proof)
            for fewer, other in own:
                if set(fewer) <= set(plain):
                    inside = [
                        f"(forall i, In i Q_{self.tables.name(v)} -> In i P_{self.tables.name(v)})"
                        for v in kept
                    ]
                    _, _, smaller = self._twice(kept, fewer)
                    text = f"0 < {name} {first} -> {' -> '.join(inside)} -> 0 < {other} {smaller}"
                    both = (
                        f"rewrite ?{self._is(name, plain)} in *; rewrite ?{self._is(other, plain)}"
                    )
                    yield self._lemma(
                        f"more_{name}_{other}",
                        f"forall{self._all(kept, plain)}, {text}",
                        f"intros; {both}; by_more {once} {sign}",
                    )
            for whole in kept:
                yield self._summed(kept, plain, name, whole)

    def _is(self, name: str, known: Iterable[Var] | None = None, places: str = "") -> str:
        """The lemma of a marginal, at the coordinates around, of which these variables are known:
        others may be any. `places`: those that it is over, if they are known."""
        some = {*self.left} if known is None else {*known}
        around = " ".join(
            self.tables.name(v)
            if v in some or v in self.given or is_whole(v)
            else f"(path {self.tables.alphabet(v)} 0%Z)"
            for v in (*self.given, *self.left)
        )
        places = places or " ".join("_" for v in self.left if is_whole(v))
        return f"({self._name(f'is_{name}')} {places} {around})"

    def _all(self, kept: list[Var], plain: tuple[Var, ...]) -> str:
        places = "".join(f" ({side}_{self.tables.name(v)} : list Z)" for side in "PQ" for v in kept)
        return places + self.tables.binders(self.sequences.coordinates(self.family, plain))

    def _twice(self, kept: list[Var], plain: tuple[Var, ...]) -> tuple[str, str, str]:
        """A marginal's arguments, over places P and over places Q."""
        own = self.sequences.coordinates(self.family, plain)
        at = " ".join(map(self.tables.name, own))
        first, second = (" ".join(f"{s}_{self.tables.name(v)}" for v in kept) for s in "PQ")
        places = "".join(f" ({s}_{self.tables.name(v)} : list Z)" for s in "PQ" for v in kept)
        return places + self.tables.binders(own), f"{first} {at}", f"{second} {at}"

    def _summed(self, kept: list[Var], plain: tuple[Var, ...], name: str, whole: Var) -> Piece:
        tables, own = self.tables, self.sequences.coordinates(self.family, plain)
        label, value = tables.name(whole), tables.name(whole) + "'"
        places = [f"P_{tables.name(v)}" for v in kept]
        less = [f"(without P_{label} m)" if v == whole else f"P_{tables.name(v)}" for v in kept]
        inside = " ".join((name, *places, *(value if v == whole else tables.name(v) for v in own)))
        outside = " ".join((name, *less, *map(tables.name, own)))
        every = self.sequences.places(self.sequences.of(whole, self.family.left), Scope({}))
        binders = "".join(f" ({p} : list Z)" for p in ("m", *places)) + tables.binders(own)
        around = " ".join((*places, *map(tables.name, own)))
        is_ = self._is(name, plain, " ".join(places))
        all_, over, once = map(self._name, ("places", f"over_{label}", "once"))
        return self._lemma(
            f"sum_{name}_{label}",
            f"forall{binders}, NoDup m -> incl m {every} -> incl m P_{label} ->"
            f" Sum (seqs {tables.alphabet(whole)} m {label}) (fun {value} => {inside}) = {outside}",
            f"unfold incl; by_sum {all_} (fun {around} => {is_}) {over} {once}",
        )

    def alike(self) -> Iterator[str]:
        """What makes two marginals one that are over the same places, written otherwise."""
        kept = sum(map(is_whole, self.left))
        for plain, name in self.sequences.marginals(self.family):
            count = len(self.sequences.coordinates(self.family, plain))
            first, second = ([f"{side}{n}" for n in range(kept)] for side in "PQ")
            at = [f"v{n}" for n in range(count)]
            asked = " ".join((name, *(f"?{x}" for x in (*first, *at))))
            other = " ".join((name, *(f"?{x}" for x in second), *at))
            one, two = (" ".join((name, *places, *at)) for places in (first, second))
            same = self._name(f"same_{name}")
            yield (
                f"match goal with |- context [{asked}] => match goal with |- context [{other}] =>"
                f" tryif constr_eq ({one}) ({two}) then fail else"
                f" (replace ({one}) with ({two}) by (by_same_places {same})) end end"
            )

    def hooks(self) -> tuple[list[str], list[str]]:
        """The lemmas by which marginals are seen to be positive, and those of their sums."""
        own = [*self.sequences.marginals(self.family)]
        smaller = [
            f"by_smaller {self._name(f'more_{name}_{other}')}"
            for plain, name in own
            for fewer, other in own
            if set(fewer) <= set(plain)
        ]
        summed = [
            f"by_summed {self._name(f'sum_{name}_{self.tables.name(v)}')} "
            + self._name(f"same_{name}")
            for _, name in own
            for v in self.left
            if is_whole(v)
        ]
        return smaller, summed
