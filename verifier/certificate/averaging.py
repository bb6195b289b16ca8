"""The tactics that are told of the averages under a family over sequences: which sums are averages,
and of what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from verifier.certificate.averages import BRACKETS, Averages
from verifier.certificate.scope import is_whole
from verifier.kernel.terms import Var

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
class Averaging(Averages):
    """The lemmas of one family, and what calls them."""

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

    def _value(self, v: Var, known: Collection[Var]) -> str:
        """A coordinate in a tactic; where it isn't known, any."""
        return self._meta(v) if v in known else self._any(v)

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
        law = _patterned("q", "Q", [values[v] for v in others])
        body = _patterned("h", "H", [values[v] for v in (*olds, *others)])
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

    def _closed(self, over: str) -> str:
        pattern, all_ = self._fresh, self._name("places")
        closing = (
            f"exact {self._name('once')}",
            f"intros; apply {self._name('nonnegative')}",
            "nodup_places",
            f"lift_places {all_}",
            f"lift_places {all_}",
            "assumption",
            f"intros {pattern} ?; law_is {self._marginals_are} ltac:({self.mass_is_one})",
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
        if set(plain) == bound_plain and self.segments:
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
        given = [f"?{self._meta(v)}" for v in self.given] if below is None else []
        joint = f"({' '.join((self._name('joint'), *given))})" if given else "_"
        met = (
            f"lazymatch type of K with 0 < marginal _ {joint} ?l ?w => eapply"
            f" ({' '.join((self._name('meet'), *map(self._meta, self.given)))} l _ _ w);"
            f" [ lift | lift | clear K; intros; k ] end"
        )
        seen = f"match goal with |- context [{text}] => {know}"
        if below is None:  # whichever sum it is seen at, it is the same
            return f"(let K := fresh in {seen} end; {met})"
        return f"(let K := fresh in {seen}; {met} end)"

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


def _patterned(name: str, to: str, values: list[str]) -> Callable[[str], str]:
    """What is told a term as a function of values in it."""
    if not values:
        return lambda inside: f"let {to} := {name} in {inside}"
    holes = " _" * len(values)
    return lambda inside: (
        f"let {name}' := eval pattern {', '.join(values)} in {name} in"
        f" lazymatch {name}' with ?{to}{holes} => {inside} end"
    )
