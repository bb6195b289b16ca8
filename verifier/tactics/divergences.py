"""What is known of an information, said of the divergence that it is."""

from __future__ import annotations

from collections.abc import Iterator

from verifier.kernel import terms
from verifier.kernel.arithmetic import product
from verifier.kernel.binding import bind
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.inference import equal, transitive, turn
from verifier.kernel.theorem import Theorem
from verifier.tactics.tried import tried


def on_divergences(nf: Normaliser, premise: Theorem) -> Iterator[Theorem]:
    """A theorem on an information as one on the divergence of the joint from the product."""
    for said in (premise, turn(premise)):
        match said.left:
            case terms.Information(args=(family, first, second, terms.Tuple(args=()))):
                parts = (terms.Density(family, side) for side in (first, second))
                whole = terms.Density(family, {*first, *second})
                kl = bind(terms.KL, {*first, *second}, whole, product(*parts), order=nf.model.order)
                same = tried(equal, nf, kl, said.left)
                if same is not None:
                    yield transitive(same, said)
