"""What is shown of averages under a family over sequences: each is one under its joint, given some
places. Two of them are then compared point by point, where the joint isn't 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from verifier.certificate.pieces import Piece
from verifier.certificate.scope import Scope, is_whole
from verifier.certificate.worlds import World
from verifier.kernel.terms import Var

MANY = 3
BRACKETS = str.maketrans({"(": "[", ")": "]", ",": None})


@dataclass
class Averages(World):
    """The lemmas of one family, which stand after those of its marginals."""

    def pieces(self) -> Iterator[Piece]:
        """The lemmas."""
        values = {v: self.tables.name(v) for v in (*self.given, *self.left)}
        every, at = self._marginal, self.values()
        yield self._lemma(
            "whole",
            f"forall{self.tables.binders(values)}, {self._full(values)} = {self.applied} {at}",
            f"intros; rewrite {self._is(every, values)}; apply marginal_all",
        )
        over = self.tables.binders(self.left)
        world = f"(W := {self.name}) {self._name('places')} ({self.applied})"
        yield self._lemma(
            "meet",
            f"forall{self.tables.binders(self.given)} l (g h : {self.name} -> R) w a b,"
            f" lifted {world} l g w a -> lifted {world} l h w b ->"
            f" (forall{over}, 0 < {self._full(values)} -> g {at} = h {at}) -> a = b",
            f"intros; eapply meet; [ intros; apply {self._name('nonnegative')} | eassumption |"
            f" eassumption | intros {self._taken} K; rewrite <- {self._name('whole')} in K; auto ]",
        )
        yield self._apart()
        yield from (self._over(subset) for subset in self._subsets() if len(subset) > 1)
        for asked, name in self.sequences.marginals(self.family):
            yield from (self._local(asked, name, whole) for whole in self._wholes)

    @property
    def _wholes(self) -> list[Var]:
        return [v for v in self.left if is_whole(v)]

    def _all_of(self, whole: Var) -> str:
        return self.sequences.places(self.sequences.of(whole, self.family.left), Scope({}))

    @property
    def _marginal(self) -> str:
        """The name of the marginal over everything."""
        return self.sequences.marginal(self.family, self.sequences.plain(self.family.left))

    def _full(self, values: Mapping[Var, str]) -> str:
        """The marginal over everything, at a world."""
        own = self.sequences.coordinates(self.family, self.sequences.plain(self.family.left))
        places = map(self._all_of, self._wholes)
        return " ".join((self._marginal, *places, *(values[v] for v in own)))

    def _any(self, v: Var) -> str:
        return f"(path {self.tables.alphabet(v)} 0%Z)"

    def _subsets(self) -> list[tuple[Var, ...]]:
        """What an average may be over, the most first; of many coordinates, all or one."""
        most = len(self.left)
        counts = range(most, 0, -1) if most <= MANY else (most, 1)
        return [s for count in counts for s in combinations(self.left, count)]

    def _world(self, values: Iterable[str]) -> str:
        """A world of these values."""
        *first, text = values
        for value in reversed(first):
            text = f"({value}, {text})"
        return text

    # -- lemmas -----------------------------------------------------------------------------------

    def _apart(self) -> Piece:
        """That a function is blind which is the same when any place is changed."""
        tables = self.tables
        asked, shown, cases = [], [], []
        for number, v in enumerate(self.left):
            place = " (i : Z)" if is_whole(v) else ""
            at = "i" if is_whole(v) else "tt"
            changed = f"(put {tables.name(v)} i a)" if is_whole(v) else "a"
            binders = f"{place} (a : {tables.alphabet(v)}){tables.binders(self.left)}"
            asked.append(
                f"(forall{binders}, In (A := place {self.name}) {self.tag(v, at)} L ->"
                f" G {self.values(v, changed)} = G {self.values()})"
            )
            shown.append(f"H{number}")
            own = " ".join(("n" if is_whole(v) else "", "a", *map(tables.name, self.left)))
            cases.append(f"exact (H{number} {own} Hn)")
        place, *rest = ["n" if is_whole(v) else "[]" for v in reversed(self.left)]
        for each in rest:
            place = f"[{each}|{place}]"
        return self._lemma(
            "apart",
            f"forall (L : list (place {self.name})) (G : {self.name} -> R),"
            f" {' -> '.join(asked)} -> blind L G",
            f"intros L G {' '.join(shown)} {place} Hn a {self._taken}; [{' | '.join(cases)}]",
        )

    def _over(self, subset: tuple[Var, ...]) -> Piece:
        """That sums over several coordinates are one over places."""
        names = [self.tables.name(v) for v in subset]
        changed = {v: f"{name}'" for v, name in zip(subset, names, strict=True)}
        text = f"F {self._world(changed.get(v, self.tables.name(v)) for v in self.left)}"
        for v in reversed(subset):
            domain = self._domain(v, f"m_{self.tables.name(v)}", self.tables.name(v))
            text = f"Sum {domain} (fun {changed[v]} => {text})"
        lists = "".join(
            f" (m_{n} : list Z)" for n, v in zip(names, subset, strict=True) if is_whole(v)
        )
        places = self._summed_over(subset, [f"m_{n}" for n in names])
        overs = [f"rewrite {self._name('over_' + n)}" for n in names]
        return self._lemma(
            "over_" + "_".join(names),
            f"forall{lists} (F : {self.name} -> R){self.tables.binders(self.left)},"
            f" {text} = sums (W := {self.name}) ({places}) F {self.values()}",
            f"intros; symmetry; rewrite ?sums_app; "
            f"{'; apply Sum_ext; intros ?; '.join(overs)}; reflexivity",
        )

    def _domain(self, v: Var, places: str, base: str) -> str:
        alphabet = self.tables.alphabet(v)
        return f"(seqs {alphabet} {places} {base})" if is_whole(v) else f"(whole {alphabet})"

    def _summed_over(self, subset: tuple[Var, ...], lists: list[str]) -> str:
        """The places of a world that a sum is over."""
        shown = [
            f"({self.mapped(v, m) if is_whole(v) else self.tag(v, 'tt') + ' :: nil'})"
            for v, m in zip(subset, lists, strict=True)
        ]
        return " ++ ".join(shown)

    def _local(self, plain: tuple[Var, ...], name: str, whole: Var) -> Piece:
        """That a marginal doesn't look at places that it is not over."""
        own = self.sequences.coordinates(self.family, plain)
        lists = [f"P_{self.tables.name(v)}" for v in self._wholes]
        at = [*map(self.tables.name, own)]
        label = self.tables.name(whole)
        changed = [f"(put {label} i a)" if each == label else each for each in at]
        binders = "".join(f" ({p} : list Z)" for p in lists)
        binders += f" (i : Z) (a : {self.tables.alphabet(whole)})"
        binders += self.tables.binders(own)
        first, second = (" ".join((name, *lists, *each)) for each in (changed, at))
        value = {v: self.tables.name(v) if v in own else self._any(v) for v in self.left}
        there, here = (self._is(name, w) for w in (value | {whole: f"(put {label} i a)"}, value))
        return self._lemma(
            f"local_{name}_{label}",
            f"forall{binders}, In i {self._all_of(whole)} -> ~ In i P_{label} ->"
            f" {first} = {second}",
            f"intros; rewrite {there}, {here}; by_local {self._name('places')}"
            f" ({self.tag(whole, 'i')} : place {self.name}) a {self._world(value.values())}",
        )

    def _is(self, name: str, values: Mapping[Var, str]) -> str:
        """The lemma that says of what a marginal is one, at a world."""
        unknown = " _" * (len(self._wholes) + len(self.given))
        at = " ".join(values[v] for v in self.left)
        return f"({self._name(f'is_{name}')}{unknown} {at})"

    @property
    def _taken(self) -> str:
        """What takes a world apart into the coordinates around."""
        return self._world(map(self.tables.name, self.left)).translate(BRACKETS)
