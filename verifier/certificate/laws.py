"""That densities are densities: never negative, positive where nothing may be 0, and a law. With
that known of it, a density need not be unfolded where a step says nothing of what it is made of."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.certificate.declared import Declared
from verifier.certificate.parts import part_for, parts
from verifier.certificate.pieces import Piece
from verifier.certificate.printer import TERM, Around


def laws(declared: Declared, known: str) -> Iterator[Piece]:
    """What is known of each density that is defined. `known`: the tactics that come first."""
    tables = declared.tables
    yield Piece("Ltac hinted ::= solve [ auto 2 with elbo ].")
    for name, (density, order) in [*tables.derived.items()]:
        if tables.model.family[density.family].formula is not None:
            continue
        own = tables.application(name, order)
        head = declared.quantified(order)
        said = {"nonnegative": (f"{head}0 <= {own}", "by_nonnegative")}
        if tables.model.support is None:
            said["positive"] = f"{head}0 < {own}", "known"
        around = Around({v: tables.name(v) for v in order})
        condition = tables.condition(density)
        asked = "" if condition is None else declared.printer.term(condition, around, TERM)
        head = declared.quantified(density.right) + (f"0 < {asked} -> " if asked else "")
        law = own
        for v in reversed(density.left):
            law = f"Sum {tables.alphabet(v)} (fun {tables.name(v)} => {law})"
        rests = part_for(tables.family(density.family), density.left, density.right)
        if len(density.left) == 1 or len(parts(rests)) < 2:
            said["law"] = f"{head}{law} = 1", "step_eq I"
        for kind, (text, proof) in said.items():
            lemma = f"{name}_{kind}"
            hint = f" #[local] Hint Resolve {lemma} : elbo."
            yield Piece(
                f"Lemma {lemma} : {text}.", lemma, f"{known}{proof}", aside=True, after=hint
            )
