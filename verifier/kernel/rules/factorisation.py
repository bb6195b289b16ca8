"""What the `model` lines declare: factorisations and the independences that follow."""

from verifier.kernel.equality.sites import DENSITY
from verifier.kernel.moves.factors import factored
from verifier.kernel.rule import Hints, Rule
from verifier.kernel.terms import IndexedProduct

RULE = Rule(
    name="factorisation",
    says=(
        "a density is the product of the factors that its `model` line declares, and doesn't "
        "depend on conditions from which they separate it"
    ),
    conditions="only what `model` declares",
    source="Lauritzen, Graphical Models, sec. 3.2",
    aliases=("factorization", "independence"),
    hooks=(DENSITY.hook(factored),),
    hints=Hints(
        needs=lambda model: any(family.factors for family in model.families),
        changes=(IndexedProduct,),
        common=True,
    ),
    passes="""
title: a Markov chain in two steps
model: ["p(x, y, z) = p(x) p(y | x) p(z | y)"]
start: p(z | x, y)
steps:
  - {eq: p(z | y), by: factorisation}
claim: p(z | x, y) = p(z | y)
""",
    fails="""
title: the ends of a Markov chain are dependent
model: ["p(x, y, z) = p(x) p(y | x) p(z | y)"]
start: p(z | x)
steps:
  - {eq: p(z), by: factorisation}
claim: p(z | x) = p(z)
""",
)
