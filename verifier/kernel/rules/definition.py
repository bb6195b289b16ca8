"""Folding and unfolding of `define` and `:=`."""

from __future__ import annotations

from verifier.kernel.binding import substitute
from verifier.kernel.equality.nodes import DensityNode, TermNode
from verifier.kernel.equality.normaliser import Normaliser
from verifier.kernel.equality.sites import ABBREVIATION, DENSITY
from verifier.kernel.polynomials import Polynomial
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import Abbreviation


def unfold(nf: Normaliser, node: TermNode) -> Polynomial:
    """What an abbreviation stands for."""
    return nf.normal(node.term.args[1])


def unfold_formula(nf: Normaliser, node: DensityNode) -> Polynomial | None:
    """A density that is declared by a formula, at all of its variables."""
    family = nf.model.family[node.family]
    values = {nf.model.slot(v): v for v in node.left | node.right}
    given = {nf.model.slot(v) for v in node.right}
    if family.formula is None or values.keys() != family.slots or given != {*family.right}:
        return None
    return nf.normal(substitute(family.formula, values, nf.model.order))


RULE = Rule(
    name="definition",
    says="a name of `define`, or a density of `:=`, and what it stands for are the same",
    conditions="none",
    source="the file's `define` and `model`",
    hooks=(ABBREVIATION.hook(unfold), DENSITY.hook(unfold_formula)),
    serves="both",
    hints=Hints(
        cues=(Abbreviation,),
        needs=lambda model: any(family.formula is not None for family in model.families),
        changes=(Abbreviation,),
    ),
    passes="""
title: an abbreviation
model: ["p(x, z)", q(z)]
define: ["L = E_{q(z)}[log(p(x, z) / q(z))]"]
start: log p(x) - L
steps:
  - {eq: "log p(x) - E_{q(z)}[log(p(x, z) / q(z))]", by: definition}
claim: log p(x) - L = log p(x) - E_{q(z)}[log(p(x, z) / q(z))]
""",
    fails="""
title: an abbreviation of something else
model: ["p(x, z)", q(z)]
define: ["L = E_{q(z)}[log(p(x, z) / q(z))]"]
start: L
steps:
  - {eq: "E_{q(z)}[log(q(z) / p(x, z))]", by: definition}
claim: L = E_{q(z)}[log(q(z) / p(x, z))]
""",
)
