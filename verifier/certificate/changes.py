"""What is shown of marginals where some places are changed, or summed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from verifier.certificate.marginals import Marginals
from verifier.certificate.pieces import Piece
from verifier.certificate.scope import Scope, is_whole
from verifier.kernel.terms import Var

# tactics of the base library, of which a certificate says by which lemmas they go
HOOKS = ("taken", "prefixed", "nothing", "samed", "blinded", "summed_up", "opening", "agreed")


@dataclass
class Changes(Marginals):
    """The lemmas of one family. `tried`: by tactic, what it is to try."""

    tried: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.tried = {name: [] for name in HOOKS}

    @property
    def _kept(self) -> list[Var]:
        return [v for v in self.left if is_whole(v)]

    def _sides(self, side: str) -> list[str]:
        """The names of the places that a marginal is over."""
        return [f"{side}_{self.tables.name(v)}" for v in self._kept]

    def _at(self, name: str, plain: Iterable[Var], places: list[str]) -> str:
        """A marginal over places, at the coordinates around."""
        own = self.sequences.coordinates(self.family, tuple(plain))
        return " ".join((name, *places, *map(self.tables.name, own)))

    def _elsewhere(
        self, name: str, plain: tuple[Var, ...], places: list[str], whole: Var, value: str
    ) -> str:
        """The same with another value of one sequence."""
        own = self.sequences.coordinates(self.family, plain)
        at = (value if v == whole else self.tables.name(v) for v in own)
        return " ".join((name, *places, *at))

    def _lists(self, *names: str) -> str:
        return "".join(f" ({name} : list Z)" for name in names)

    def _own(self, plain: tuple[Var, ...]) -> str:
        return self.tables.binders(self.sequences.coordinates(self.family, plain))

    def _every(self, whole: Var) -> str:
        """All places of a sequence that the family is over."""
        return self.sequences.places(self.sequences.of(whole, self.family.left), Scope({}))

    def _changes(self) -> Iterator[Piece]:
        """The lemmas, for each marginal that was asked for."""
        for plain, name in self.sequences.marginals(self.family):
            self.tried["samed"].append(f"at_same {self._name(f'same_{name}')}")
            if self.sequences.model.support is None:
                yield self._positive(name, plain)
            yield self._agreeing(name, plain)
            for whole, places in zip(self._kept, self._sides("P"), strict=True):
                yield self._blind(name, plain, whole, places)
                yield self._opened(name, plain, whole, places)

    def _positive(self, name: str, plain: tuple[Var, ...]) -> Piece:
        """That a marginal is positive, where all factors are."""
        ps = self._sides("P")
        return self._lemma(
            f"positive_{name}",
            f"forall{self._lists(*ps)}{self._own(plain)}, 0 < {self._at(name, plain, ps)}",
            f"intros; unfold {name}, {self.sequences.joint(self.family)}; by_positive",
        )

    def _blind(self, name: str, plain: tuple[Var, ...], whole: Var, places: str) -> Piece:
        """That a marginal is the same wherever only other places than it is over are changed."""
        tables, ps = self.tables, self._sides("P")
        label, alphabet = tables.name(whole), tables.alphabet(whole)
        own = map(tables.name, self.sequences.coordinates(self.family, plain))
        is_ = f"(fun {' '.join((*ps, *own))} => {self._is(name, plain, ' '.join(ps))})"
        inside = self.values(whole, "v")
        for v in self.left:
            if not is_whole(v) and v not in plain:
                inside = inside.replace(tables.name(v), f"(path {tables.alphabet(v)} 0%Z)")
        what = f"blind_{name}_{label}"
        self.tried["blinded"].append(f"at_blind {self._name(what)}")
        return self._lemma(
            what,
            f"forall (m : list Z) (u : Z -> {alphabet}){self._lists(*ps)}{self._own(plain)},"
            f" In u (enum (seqs {alphabet} m {label})) -> incl m {self._every(whole)} ->"
            f" (forall i, In i m -> In i {places} -> False) ->"
            f" {self._elsewhere(name, plain, ps, whole, 'u')} = {self._at(name, plain, ps)}",
            f"intros; rewrite !{is_}; by_blind {self._name('places')}"
            f" (fun i : Z => {self.tag(whole, 'i')} : place {self.name})"
            f" (fun v : Z -> {alphabet} => {inside})",
        )

    def _agreeing(self, name: str, plain: tuple[Var, ...]) -> Piece:
        """That a marginal is the same at all points that agree at the places that it is over."""
        ps, own = self._sides("P"), self.sequences.coordinates(self.family, plain)
        others = {v: self.tables.name(v) + "'" for v in own if v in self._kept}
        binders = "".join(f" ({o} : Z -> {self.tables.alphabet(v)})" for v, o in others.items())
        agree = "".join(
            f" (forall i, In i P_{self.tables.name(v)} -> {self.tables.name(v)} i = {o} i) ->"
            for v, o in others.items()
        )
        there = " ".join((name, *ps, *(others.get(v) or self.tables.name(v) for v in own)))
        what = f"agree_{name}"
        self.tried["agreed"].append(f"at_agree {self._name(what)}")
        return self._lemma(
            what,
            f"forall{self._lists(*ps)}{self._own(plain)}{binders},{agree}"
            f" {self._at(name, plain, ps)} = {there}",
            f"intros; unfold {name}, {self.sequences.joint(self.family)}; by_agree",
        )

    def _opened(self, name: str, plain: tuple[Var, ...], whole: Var, places: str) -> Piece:
        """That a marginal is the sum of one over more places."""
        ps, label = self._sides("P"), self.tables.name(whole)
        more = [f"(both m {p})" if p == places else p for p in ps]
        value = label + "'"
        inside = self._elsewhere(name, plain, more, whole, value)
        what, summed = f"open_{name}_{label}", self._name(f"sum_{name}_{label}")
        self.tried["summed_up"].append(f"at_sum {summed}")
        self.tried["opening"].append(f"at_opening {self._name(what)}")
        return self._lemma(
            what,
            f"forall{self._lists('m', *ps)}{self._own(plain)}, NoDup m ->"
            f" incl m {self._every(whole)} -> (forall i, In i m -> In i {places} -> False) ->"
            f" {self._at(name, plain, ps)} = Sum (seqs {self.tables.alphabet(whole)} m {label})"
            f" (fun {value} => {inside})",
            f"intros; eapply open_at; [ apply {summed} | apply {self._name(f'same_{name}')} ];"
            f" by_opening",
        )
