"""What is shown of averages under a family over sequences: each is one under its joint, given some
places. Two of them are then compared point by point, where the joint isn't 0."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from verifier.certificate.pieces import Piece
from verifier.certificate.scope import Scope, is_whole
from verifier.certificate.worlds import World
from verifier.kernel.terms import Var

BRACKETS = str.maketrans({"(": "[", ")": "]", ",": None})

ASKED = (  # the tactics of the base library that are told of the lemmas
    "apart_one",
    "local_one",
    "average_one",
    "around_one k",
    "point_one k",
    "mass_one k",
    "sided",
)


@dataclass
class Averages(World):
    """The lemmas of one family, which stand after those of its marginals, and the tactics that call
    them."""

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

    def _value(self, v: Var, known: Collection[Var]) -> str:
        """A coordinate in a tactic; where it isn't known, any."""
        return self._meta(v) if v in known else self._any(v)

    def _any(self, v: Var) -> str:
        return f"(path {self.tables.alphabet(v)} 0%Z)"

    def _subsets(self) -> list[tuple[Var, ...]]:
        """What an average may be over, the most first."""
        counts = range(len(self.left), 0, -1)
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

    # -- tactics ----------------------------------------------------------------------------------

    def hooks(self) -> dict[str, list[str]]:
        """What is tried of this family, by the name of the tactic."""
        own = [*self.sequences.marginals(self.family)]
        return {
            "apart_one": [f"apply {self._name('apart')}"],
            "local_one": [
                f"(apply {self._name(f'local_{name}_{self.tables.name(v)}')}; [in_goal | out_goal])"
                for _, name in own
                for v in self._wholes
            ],
            "average_one": [*map(self._average, self._subsets())],
            "around_one k": [
                each
                for subset in self._subsets()
                for plain, name in own
                for each in self._around(subset, plain, name)
            ],
            "point_one k": [self._point(plain, name) for plain, name in own],
            "mass_one k": [self._mass(plain, name, v) for plain, name in own for v in self._wholes],
            "sided": ["seq_side"],
        }

    def _projections(self, world: str) -> dict[Var, str]:
        return {v: text.replace("w", world) for v, text in self.projected().items()}

    def _average(self, subset: tuple[Var, ...]) -> str:
        """The tactic for an average over some coordinates."""
        values = {v: f"w{n}" for n, v in enumerate(self.left)}
        bound = [f"b{n}" for n in range(len(subset))]
        lists = [f"m{n}" for n in range(len(subset))]
        text = f"@?q {' '.join(bound)} * @?h {' '.join(bound)}"
        for v, b, m in reversed([*zip(subset, bound, lists, strict=True)]):
            text = f"Sum {self._domain(v, f'?{m}', f'?{values[v]}')} (fun {b} => {text})"
        others = [v for v in self.left if v not in subset]
        olds = [v for v in subset if is_whole(v)]
        around, inside = self._projections("w"), self._projections("u")
        new = " ".join(inside[v] for v in (*others, *subset))
        old = " ".join(around[v] for v in olds)
        world = self._world(f"?{values[v]}" for v in self.left)
        at = self._world(values[v] for v in self.left)
        places = self._summed_over(subset, lists)
        label = "_".join(map(self.tables.name, subset))
        over = " ".join(
            (
                self._name(f"over_{label}"),
                *(m for m, v in zip(lists, subset, strict=True) if is_whole(v)),
                "F",
                *(values[v] for v in self.left),
            )
        )
        over = over if len(subset) > 1 else f"eq_sym ({over})"
        law = self._patterned("q", "Q", [values[v] for v in others])
        body = self._patterned("h", "H", [values[v] for v in (*olds, *others)])
        ask = f"let m := constr:({places} : list (place {self.name})) in"
        functions = (
            f"let q := constr:(fun u : {self.name} => Q {new}) in"
            f" let h := constr:(fun w u : {self.name} => H {old} {new}) in"
            f" let F := constr:(fun u : {self.name} => q u * h {at} u) in"
        )
        return (
            f"lazymatch goal with |- lifted {self._name('places')} ?f ?l _ {world} ({text}) =>"
            f" {law(body(f'{ask} {functions} {self._closed(over)}'))} end"
        )

    def _patterned(self, name: str, to: str, values: list[str]) -> Callable[[str], str]:
        """What is told a term as a function of values in it."""
        if not values:
            return lambda inside: f"let {to} := {name} in {inside}"
        holes = " _" * len(values)
        return lambda inside: (
            f"let {name}' := eval pattern {', '.join(values)} in {name} in"
            f" lazymatch {name}' with ?{to}{holes} => {inside} end"
        )

    def _closed(self, over: str) -> str:
        pattern, all_ = self._fresh, self._name("places")
        closing = (
            f"exact {self._name('once')}",
            f"intros; apply {self._name('nonnegative')}",
            "nodup_places",
            f"lift_places {all_}",
            f"lift_places {all_}",
            "assumption",
            f"intros {pattern} ?; law_is {self._marginals_are} ltac:(rewrite {self._name('mass')})",
            f"intros {pattern}; blind_by",
            f"intros {pattern} ?; lift",
        )
        return (
            f"({self._freshly} eapply lift_as; [ exact ({over})"
            f" | eapply (lift_average {self.name} {all_} f l m _ q h); [ {' | '.join(closing)} ] ])"
        )

    @property
    def _marginals_are(self) -> str:
        values = {v: f"y{n}" for n, v in enumerate(self.left)}
        own = (f"?{self._is(name, values)}" for _, name in self.sequences.marginals(self.family))
        return f"ltac:(rewrite {', '.join(own)})"

    @property
    def _taken(self) -> str:
        """What takes a world apart into the coordinates around."""
        return self._world(map(self.tables.name, self.left)).translate(BRACKETS)

    @property
    def _fresh(self) -> str:
        """What takes a world apart, in a tactic in which y0, y1, .. are fresh."""
        return self._world(f"y{n}" for n in range(len(self.left))).translate(BRACKETS)

    @property
    def _freshly(self) -> str:
        return " ".join(
            ("let K := fresh in", *(f"let y{n} := fresh in" for n in range(len(self.left))))
        )

    def _around(self, subset: tuple[Var, ...], plain: tuple[Var, ...], name: str) -> Iterator[str]:
        """The tactics for an outermost average over some coordinates, by its law."""
        bound_plain = {v for v in subset if not is_whole(v)}
        if not bound_plain <= {*plain}:
            return
        given = tuple(v for v in plain if v not in bound_plain)
        below = next((n for p, n in self.sequences.marginals(self.family) if p == given), None)
        law = self._asked(name, "", plain, subset)
        if below is not None:
            yield self._met(
                subset, f"{law} / {self._asked(below, 'Q', given, subset)}", (below, given)
            )
        if set(plain) == bound_plain:
            yield self._met(subset, law, None)

    def _asked(self, name: str, side: str, plain: tuple[Var, ...], subset: tuple[Var, ...]) -> str:
        """A marginal in a pattern."""
        lists = [f"?{side}{n}" if side else "_" for n in range(len(self._wholes))]
        own = self.sequences.coordinates(self.family, plain)
        return " ".join((name, *lists, *("_" if v in subset else f"?{self._meta(v)}" for v in own)))

    def _meta(self, v: Var) -> str:
        return f"w{self.left.index(v)}" if v in self.left else f"g{self.given.index(v)}"

    def _met(
        self, subset: tuple[Var, ...], law: str, below: tuple[str, tuple[Var, ...]] | None
    ) -> str:
        text = f"{law} * _"
        for number, v in reversed([*enumerate(subset)]):
            domain = self._domain(v, "_", f"?{self._meta(v)}")
            text = f"Sum {domain} (fun b{number} => {text})"
        all_ = self._name("places")
        known = {v for v in self.left if is_whole(v)} | ({*below[1]} if below else set())
        at = [self._value(v, known) for v in self.left]
        if below is None:
            joint = " ".join((self._name("joint"), *map(self._meta, self.given)))
            mass = self._name("mass")
            know = (
                f"assert (K : 0 < marginal {all_} ({joint}) nil {self._world(at)})"
                f" by (rewrite {mass}; apply Rlt_0_1)"
            )
        else:
            name, plain = below
            own = self.sequences.coordinates(self.family, plain)
            lists = [f"Q{n}" for n in range(len(self._wholes))]
            applied = " ".join((name, *lists, *map(self._meta, own)))
            values = " ".join((*map(self._meta, self.given), *at))
            know = (
                f"assert (K : 0 < {applied}) by spos;"
                f" rewrite ({self._name(f'is_{name}')} {' '.join(lists)} {values}) in K"
            )
        return (
            f"match goal with |- context [{text}] => let K := fresh in {know};"
            f" lazymatch type of K with 0 < marginal _ _ ?l ?w => eapply"
            f" ({' '.join((self._name('meet'), *map(self._meta, self.given)))} l _ _ w);"
            f" [ lift | lift | clear K; intros; k ] end end"
        )

    def _point(self, plain: tuple[Var, ...], name: str) -> str:
        """The tactic for what is positive where a marginal is."""
        own = self.sequences.coordinates(self.family, plain)
        lists = [f"P{n}" for n in range(len(self._wholes))]
        at = [self._value(v, own) for v in self.left]
        asked = " ".join((name, *(f"?{p}" for p in lists), *(f"?{self._meta(v)}" for v in own)))
        values = " ".join((*lists, *map(self._meta, self.given), *at))
        apart = f"destruct u as {self._fresh}; " if len(self.left) > 1 else ""
        return (
            f"match goal with M : 0 < {asked} |- 0 < ?e => {self._freshly} pose proof M as K;"
            f" rewrite ({self._name(f'is_{name}')} {values}) in K;"
            f" at_point K e ltac:(fun u N => {apart}rewrite <- {self._name('whole')} in N; k) end"
        )

    def _mass(self, plain: tuple[Var, ...], name: str, whole: Var) -> str:
        """The tactic for a sum, by a marginal that is a sum over the same places."""
        own = self.sequences.coordinates(self.family, plain)
        lists = {v: f"P{n}" for n, v in enumerate(self._wholes)}
        asked = " ".join(
            (name, *(f"?{p}" for p in lists.values()), *(f"?{self._meta(v)}" for v in own))
        )
        more = (f"(both m {p})" if v == whole else p for v, p in lists.items())
        shown = " ".join((name, *more, *("b" if v == whole else self._meta(v) for v in own)))
        alphabet, base = self.tables.alphabet(whole), self._meta(whole)
        values = {v: "b" if v == whole else self._value(v, {*own}) for v in self.left}
        every = self._full(values | {v: self._meta(v) for v in self.given})
        return (
            f"match goal with M : 0 < {asked} |- 0 < Sum (seqs {alphabet} ?m ?{base}) _ =>"
            f" k constr:(0 < Sum (seqs {alphabet} m {base}) (fun b => {shown}))"
            f" constr:(fun b : Z -> {alphabet} => {every}) end"
        )
