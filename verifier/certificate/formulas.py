"""That densities by formula are densities: lemmas, since what makes them so is declared."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.certificate.declared import Declared
from verifier.certificate.pieces import Piece
from verifier.certificate.tactics import together
from verifier.kernel.model import Family
from verifier.kernel.terms import Density


class Formulas:
    """The densities by formula of a file. `known`: the tactics by which what is shown of them is
    known."""

    def __init__(self, declared: Declared) -> None:
        self.declared, self.tables = declared, declared.tables
        self.known = ""

    def lemmas(self) -> Iterator[Piece]:
        """That each has a meaning, is never negative, and sums to 1."""
        for family in self.tables.model.families:
            yield from self._of(family) if family.formula is not None else ()

    def _of(self, family: Family) -> Iterator[Piece]:
        own = Density(family.name, family.left, family.right)
        name, over = self.tables.density(own)
        law = applied = self.tables.application(name, over)
        for v in reversed(own.left):
            law = f"Sum {self.tables.alphabet(v)} (fun {self.tables.name(v)} => {law})"
        head = self.declared.quantified(over)
        owed = [f"{head}{each.text}" for each in self.declared.printer.formulas[family.name]]
        facts = (f"fact{n}" for n, _ in enumerate(self.tables.model.facts, 1))
        proofs = (*(["known"] * len(owed)), "by_nonnegative", f"step_eq {together(facts)}")
        said = (*owed, f"{head}0 <= {applied}", f"{self.declared.quantified(own.right)}{law} = 1")
        for number, (text, proof) in enumerate(zip(said, proofs, strict=True), 1):
            lemma = f"{name}_is{number}"
            yield Piece(f"Lemma {lemma} : {text}.", lemma, f"{self.known}{proof}")
            self.known += f"try (pose proof {lemma}); "
